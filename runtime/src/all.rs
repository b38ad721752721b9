//! All of a kind that the kernel has.

use std::fmt;

use crate::load::{Need, refusal};
use crate::sys::{Numbered, next_id};
use crate::{Error, ErrorKind, Link, Map, Program, Result};

/// The maps, programs or links that the kernel has, whoever has made them, in the order in which they were made: what [`Map::all`],
/// [`Program::all`] and [`Link::all`] give. Those that come or go meanwhile may be among them or not. Ends after an error.
///
/// So an agent finds what an earlier version of it has left behind, by name:
///
/// ```no_run
/// for program in corebone::Program::all() {
///     let program = program?;
///     if program.name() == "agent_egress" {
///         println!("program {} is still there", program.id()?);
///     }
/// }
/// # Ok::<(), corebone::Error>(())
/// ```
pub struct All<T> {
    /// The number of the last one; `None` at the end.
    last: Option<u32>,
    kind: Numbered,
    open: fn(u32) -> Result<T>,
}

impl<T> All<T> {
    #[inline]
    fn new(kind: Numbered, open: fn(u32) -> Result<T>) -> Self {
        Self { last: Some(0), kind, open }
    }

    #[inline]
    fn after(&self, last: u32) -> Result<Option<u32>> {
        next_id(self.kind, last).map_err(|error| match error.raw_os_error() {
            // Links have numbers since Linux 5.8, and all kernels of interest know the others.
            Some(libc::EINVAL) => {
                Error::with_source(ErrorKind::Unsupported, "this kernel can't tell all that it has of a kind", error)
            }
            _ => refusal("cannot ask for all that the kernel has of a kind", Need::ById, error),
        })
    }
}

impl<T> Iterator for All<T> {
    type Item = Result<T>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let last = self.last.take()?;
            let id = match self.after(last) {
                Ok(id) => id?,
                Err(error) => return Some(Err(error)),
            };
            match (self.open)(id) {
                // Gone since.
                Err(error) if error.kind() == ErrorKind::NotFound => self.last = Some(id),
                Err(error) => return Some(Err(error)),
                Ok(found) => {
                    self.last = Some(id);
                    return Some(Ok(found));
                }
            }
        }
    }
}

impl<T> fmt::Debug for All<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("All").field("kind", &self.kind).field("last", &self.last).finish()
    }
}

impl Map {
    /// All maps that the kernel has, whoever has made them (`BPF_MAP_GET_NEXT_ID`, Linux 4.13). Each is like one that was opened
    /// [by its number](Self::from_id).
    ///
    /// The items are errors `PermissionDenied` without `CAP_SYS_ADMIN`.
    #[inline]
    pub fn all() -> All<Self> {
        All::new(Numbered::Map, Self::from_id)
    }
}

impl Program {
    /// All programs that the kernel has, whoever has loaded them (`BPF_PROG_GET_NEXT_ID`, Linux 4.13). Each is like one that was opened
    /// [by its number](Self::from_id).
    ///
    /// The items are errors `PermissionDenied` without `CAP_SYS_ADMIN`.
    #[inline]
    pub fn all() -> All<Self> {
        All::new(Numbered::Program, Self::from_id)
    }
}

impl Link {
    /// All links that the kernel has, whoever has attached by them (`BPF_LINK_GET_NEXT_ID`, Linux 5.8). Each is like one that was opened
    /// [by its number](Self::from_id).
    ///
    /// ```no_run
    /// use corebone::{Attached, Link, interface_index};
    ///
    /// // Detaches what is attached to an interface by links, whoever keeps them.
    /// let interface = interface_index("eth0")?;
    /// for link in Link::all() {
    ///     let link = link?;
    ///     if matches!(link.info()?.attached, Attached::Interface { index, .. } if index == interface) {
    ///         link.detach()?;
    ///     }
    /// }
    /// # Ok::<(), corebone::Error>(())
    /// ```
    ///
    /// The items are errors `PermissionDenied` without `CAP_SYS_ADMIN`.
    #[inline]
    pub fn all() -> All<Self> {
        All::new(Numbered::Link, Self::from_id)
    }
}
