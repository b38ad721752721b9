//! Iterators over objects of the kernel.

use std::io::Read;
use std::os::fd::{AsFd, AsRawFd};

use super::kind::kind;
use crate::{Error, ErrorKind, Link, Map, Result};

kind! {
    /// An iterator (`iter`, Linux 5.8): runs for each of the kernel's objects of a kind (`iter/task`, `iter/bpf_map`, `iter/tcp`, ...) and
    /// prints what user space reads.
    ///
    /// [`Link::iter`] gives the file to read; [`Iter::read`] is all of it at once.
    Iter by attach_to_iterator;
}

/// In which order an iterator goes through cgroups: `enum bpf_cgroup_iter_order` in `include/uapi/linux/bpf.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CgroupOrder {
    /// That cgroup only.
    SelfOnly = 1,
    /// It and all below, each before those below it.
    DescendantsPre = 2,
    /// It and all below, each after those below it.
    DescendantsPost = 3,
    /// It and all above.
    AncestorsUp = 4,
}

impl Iter {
    /// Attaches the iterator to all objects of its kind.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or its kind is of one map (`bpf_map_elem`), `PermissionDenied` without the privilege.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_iterator(&[])
    }

    /// Attaches an iterator over the elements of a map (`iter/bpf_map_elem`, Linux 5.9) or the sockets of local storage
    /// (`iter/bpf_sk_storage_map`, 5.9).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program or the map was not loaded or they don't fit, `PermissionDenied` without the privilege.
    pub fn attach_map(&self, map: &impl AsRef<Map>) -> Result<Link> {
        self.0.attach_iterator(&[map.as_ref().as_fd()?.as_raw_fd().unsigned_abs()])
    }

    /// Attaches an iterator over tasks, their files or mappings (`iter/task`, `iter/task_file`, `iter/task_vma`) to one thread's, by its
    /// number (Linux 6.1).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or isn't such an iterator, `PermissionDenied` without the privilege.
    #[inline]
    pub fn attach_task(&self, thread: u32) -> Result<Link> {
        self.0.attach_iterator(&[thread, 0, 0])
    }

    /// The same, to all threads of one process (Linux 6.1).
    ///
    /// # Errors
    ///
    /// As [`attach_task`](Self::attach_task).
    #[inline]
    pub fn attach_process(&self, process: u32) -> Result<Link> {
        self.0.attach_iterator(&[0, process, 0])
    }

    /// Attaches an iterator over cgroups (`iter/cgroup`, Linux 6.1) to a part of the tree: a cgroup (its directory, opened) and those
    /// below or above it.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or isn't such an iterator, `PermissionDenied` without the privilege.
    pub fn attach_cgroup(&self, cgroup: impl AsFd, order: CgroupOrder) -> Result<Link> {
        self.0.attach_iterator(&[order as u32, cgroup.as_fd().as_raw_fd().unsigned_abs(), 0, 0])
    }

    /// All that the iterator prints for all objects of its kind.
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach), and `System` if reading fails.
    #[inline]
    pub fn read(&self) -> Result<String> {
        let (link, mut text) = (self.attach()?, Vec::new());
        let read = link.iter()?.read_to_end(&mut text);
        read.map_err(|error| Error::with_source(ErrorKind::System, format!("cannot read iterator `{}`", self.name()), error))?;
        Ok(String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}
