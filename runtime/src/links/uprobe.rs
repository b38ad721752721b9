//! Places in the code of user space, by the uprobe PMU.

use std::os::fd::OwnedFd;

use super::Place;
use super::pmu::{Pmu, Unit};
use crate::load::{Need, refusal};
use crate::sys::open_probe;
use crate::{Error, ErrorKind, Result};

static UNIT: Unit = Unit::new("uprobe");

/// Opens the event of a place, or of the return of the function that begins there; of one process, or of all. A counter at `semaphore` in the
/// file is raised as long as the event is open; 0 for none.
#[inline]
pub(crate) fn open(place: &Place, process: Option<u32>, returns: bool, semaphore: u64) -> Result<OwnedFd> {
    let Pmu { kind, config } = UNIT.pmu(returns)?;
    // `PERF_UPROBE_REF_CTR_OFFSET_SHIFT` in `kernel/events/core.c`, Linux 4.20.
    let config = config | semaphore << 32;
    open_probe(kind, config, &place.path_text()?, place.offset(), process).map_err(|error| match error.raw_os_error() {
        Some(libc::EINVAL | libc::EIO | libc::EILSEQ | libc::ENOTSUP) => {
            let message = format!("{place} can't have a uprobe: no instruction that the kernel can probe begins there");
            Error::with_source(ErrorKind::InvalidInput, message, error)
        }
        Some(libc::ENOENT) => {
            Error::with_source(ErrorKind::NotFound, format!("there is no file `{}`", place.path().display()), error)
        }
        Some(libc::ESRCH) => {
            let process = process.unwrap_or_default();
            Error::with_source(ErrorKind::NotFound, format!("there is no process {process}"), error)
        }
        _ => refusal(&format!("cannot open a uprobe at {place}"), Need::Event, error),
    })
}
