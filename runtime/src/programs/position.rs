//! Where among the programs of one place another goes.

use std::os::fd::AsRawFd;

use crate::{Link, Result};

/// Where among the programs of an interface or a cgroup another goes: they run from the first to the last (`bpf_mprog_attach` in
/// `kernel/bpf/mprog.c`, Linux 6.6). To replace one, [update](Link::update) its link.
#[derive(Clone, Copy, Debug, Default)]
pub enum Position<'a> {
    /// In front of all that are there.
    First,
    /// Behind all that are there.
    #[default]
    Last,
    /// In front of the program of a link.
    Before(&'a Link),
    /// Behind the program of a link.
    After(&'a Link),
    /// In front of the program of a link [by its number](Link::id): also one of another process.
    BeforeLink(u32),
    /// Behind the program of a link by its number.
    AfterLink(u32),
    /// In front of a program [by its number](crate::Program::id), which may have no link. Not in a cgroup.
    BeforeProgram(u32),
    /// Behind a program by its number. Not in a cgroup.
    AfterProgram(u32),
}

impl Position<'_> {
    /// As `BPF_LINK_CREATE` has it: flags, and what stands beside.
    pub(super) fn flags(self, what: impl Fn() -> String) -> Result<(u32, u32)> {
        /// `BPF_F_BEFORE`, `BPF_F_AFTER`, `BPF_F_ID`, `BPF_F_LINK`
        const BEFORE: u32 = 1 << 3;
        const AFTER: u32 = 1 << 4;
        const ID: u32 = 1 << 5;
        const LINK: u32 = 1 << 13;

        let descriptor = |link: &Link| Ok(link.kernel_link(&what())?.as_raw_fd().unsigned_abs());
        Ok(match self {
            Self::First => (BEFORE, 0),
            Self::Last => (AFTER, 0),
            Self::Before(link) => (BEFORE | LINK, descriptor(link)?),
            Self::After(link) => (AFTER | LINK, descriptor(link)?),
            Self::BeforeLink(id) => (BEFORE | LINK | ID, id),
            Self::AfterLink(id) => (AFTER | LINK | ID, id),
            Self::BeforeProgram(id) => (BEFORE | ID, id),
            Self::AfterProgram(id) => (AFTER | ID, id),
        })
    }
}
