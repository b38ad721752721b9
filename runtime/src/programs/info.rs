//! What the kernel says of programs.

use std::os::fd::OwnedFd;

use super::Program;
use crate::load::{Need, refusal};
use crate::sys::{self, ProgramInfo};
use crate::{Error, ErrorKind, Result};

impl Program {
    /// What the kernel says of the program: what it takes, what it uses, and how often and how long it has run.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded.
    #[inline]
    pub fn info(&self) -> Result<ProgramInfo> {
        let what = |error| Error::with_source(ErrorKind::System, format!("cannot ask about program `{}`", self.name()), error);
        sys::program_info(self.as_fd()?).map_err(what)
    }
}

/// Has the kernel measure how long programs run, and count how often, until what this gives is dropped: all programs, which takes each some
/// twenty nanoseconds a run (`BPF_ENABLE_STATS`, Linux 5.8). [`Program::info`] has the figures.
///
/// ```no_run
/// use corebone::Program;
///
/// let _measuring = corebone::enable_stats()?;
/// std::thread::sleep(std::time::Duration::from_secs(1));
/// for program in Program::all() {
///     let info = program?.info()?;
///     println!("{} {}: {:?} in {} runs", info.id, info.name, info.run_time, info.run_cnt);
/// }
/// # Ok::<(), corebone::Error>(())
/// ```
///
/// # Errors
///
/// `PermissionDenied` without `CAP_SYS_ADMIN`.
#[inline]
pub fn enable_stats() -> Result<OwnedFd> {
    sys::enable_stats().map_err(|error| refusal("cannot have the runs of programs measured", Need::ById, error))
}
