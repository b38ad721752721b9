//! Programs on places in code, and on perf events.

use std::ffi::CString;
use std::io;
use std::os::fd::OwnedFd;

use super::Program;
use super::kind::{kind, with_cookie};
use super::program::Takes;
use crate::blueprint::{AttachType, ProgramType};
use crate::links::{self, Place};
use crate::load::Since;
use crate::sys;
use crate::{Error, ErrorKind, Link, Result};

kind! {
    /// A program on a place in the kernel's code, or on the return of a function (`kprobe`, `kretprobe`, `ksyscall`, `kretsyscall`; Linux
    /// 4.17, where it needs no tracefs).
    Kprobe by attach_to_kprobe;

    /// A program on the begins or returns of many functions of the kernel (`kprobe.multi`, `kretprobe.multi`, Linux 5.18;
    /// `kprobe.session`, both of them, 6.10).
    KprobeMulti by attach_to_kprobes;

    /// A program on a place in code of user space, or on the return of a function (`uprobe`, `uretprobe`, Linux 4.17).
    Uprobe by attach_to_uprobe;

    /// A program on many places in one file of code of user space, or on the returns of many functions (`uprobe.multi`,
    /// `uretprobe.multi`, Linux 6.6; `uprobe.session`, both of them, 6.13).
    UprobeMulti by attach_to_uprobes;

    /// A program on a perf event (`perf_event`, Linux 4.9).
    PerfEvent;
}

with_cookie!(Kprobe KprobeMulti Uprobe UprobeMulti PerfEvent);

impl Kprobe {
    /// Attaches the program to what its section names: `kprobe/do_unlinkat`, `kprobe/do_unlinkat+0x10`, `kretprobe/do_unlinkat`,
    /// `ksyscall/openat`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, its section names nothing or the place can't have a probe; `NotFound` if this kernel
    /// doesn't have the function, `PermissionDenied` without the privilege, `Unsupported` if it is built without kprobes.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_by(Program::attach_to_kprobe)
    }

    /// Attaches the program to a function of the kernel: `do_unlinkat`, or but for returns a place in one, `do_unlinkat+0x10`.
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach).
    #[inline]
    pub fn attach_kprobe(&self, place: &str) -> Result<Link> {
        self.0.attach_kprobe(place, self.0.is_of_returns())
    }
}

impl KprobeMulti {
    /// Attaches the program to the functions that match the pattern in its section's name: `kprobe.multi/vfs_*`.
    ///
    /// # Errors
    ///
    /// As [`attach_kprobes`](Self::attach_kprobes); also `InvalidInput` if the section has no pattern, and `NotFound` if no function
    /// matches, or which there are can't be seen as tracefs is not mounted.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_by(Program::attach_to_kprobes)
    }

    /// Attaches the program to functions of the kernel by their names, all at once.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, `NotFound` if this kernel doesn't have one of the functions, or more than one of a
    /// name; `PermissionDenied` without the privilege, `Unsupported` by a kernel that is too old or built without `CONFIG_FPROBE`.
    #[inline]
    pub fn attach_kprobes(&self, functions: &[&str]) -> Result<Link> {
        self.attach_kprobes_with_cookies(&functions.iter().map(|name| (*name, self.0.cookie())).collect::<Vec<_>>())
    }

    /// The same, with a number for each function, which the program gets by `bpf_get_attach_cookie()`.
    ///
    /// # Errors
    ///
    /// As [`attach_kprobes`](Self::attach_kprobes).
    #[inline]
    pub fn attach_kprobes_with_cookies(&self, functions: &[(&str, u64)]) -> Result<Link> {
        let names = functions.iter().map(|(name, cookie)| Ok((self.0.text(name)?, *cookie))).collect::<Result<Vec<_>>>()?;
        self.attach_names(&names)
    }

    #[inline]
    fn attach_names(&self, names: &[(CString, u64)]) -> Result<Link> {
        let functions: Vec<_> = names.iter().map(|(name, cookie)| (name.as_c_str(), *cookie)).collect();
        let attach_type = self.0.attach_type();
        let made = sys::link_create_kprobes(self.0.as_fd()?, attach_type, &functions, self.0.is_of_returns());
        made.map(Link::new).map_err(|error| {
            let first = names.first().and_then(|(name, _)| name.to_str().ok()).unwrap_or_default();
            match error.raw_os_error() {
                Some(libc::ESRCH | libc::ENOENT) => {
                    let hint = links::near(first).filter(|_| names.len() == 1);
                    let hint = hint.map(|near| format!("; the nearest name is `{near}`")).unwrap_or_default();
                    let what = self.0.cannot();
                    let message = if names.len() == 1 {
                        format!("{what}: this kernel has no function `{first}` that can be traced{hint}")
                    } else {
                        format!("{what}: this kernel doesn't have all of the {} functions that are to be traced", names.len())
                    };
                    Error::with_source(ErrorKind::NotFound, message, error)
                }
                _ => self.0.not_linked("functions of the kernel", takes(attach_type), error),
            }
        })
    }
}

impl Uprobe {
    /// Attaches the program to what its section names, in all processes: `uprobe//usr/bin/bash:readline`, `uprobe/libc.so.6:malloc+0x4`,
    /// `uretprobe//usr/bin/bash:readline`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, its section names nothing or the place can't have a probe; `NotFound` if there is no
    /// such file or function, `PermissionDenied` without the privilege, `Unsupported` if this kernel is built without uprobes.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_by(Program::attach_to_uprobe)
    }

    /// Attaches the program to a place in code, in one process (by its number) or with `None` in all.
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach).
    #[inline]
    pub fn attach_uprobe(&self, place: &Place, process: Option<u32>) -> Result<Link> {
        self.0.attach_uprobe(place, process, self.0.is_of_returns())
    }
}

impl UprobeMulti {
    /// Attaches the program to the functions that match the pattern in its section's name, in all processes:
    /// `uprobe.multi/libc.so.6:*alloc`.
    ///
    /// # Errors
    ///
    /// As [`attach_uprobes`](Self::attach_uprobes); also `InvalidInput` if the section has no file and pattern, and `NotFound` if there is
    /// no such file or no function matches.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_by(Program::attach_to_uprobes)
    }

    /// Attaches the program to places in one file's code, all at once: in one process (by its number) or with `None` in all.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, there is no place, the places are in several files or one can't have a probe;
    /// `NotFound` if there is no such file or process, `PermissionDenied` without the privilege, `Unsupported` by an older kernel.
    #[inline]
    pub fn attach_uprobes(&self, places: &[Place], process: Option<u32>) -> Result<Link> {
        self.attach_places(&places.iter().map(|place| (place, self.0.cookie())).collect::<Vec<_>>(), process)
    }

    /// The same, with a number for each place, which the program gets by `bpf_get_attach_cookie()`.
    ///
    /// # Errors
    ///
    /// As [`attach_uprobes`](Self::attach_uprobes).
    #[inline]
    pub fn attach_uprobes_with_cookies(&self, places: &[(Place, u64)], process: Option<u32>) -> Result<Link> {
        self.attach_places(&places.iter().map(|(place, cookie)| (place, *cookie)).collect::<Vec<_>>(), process)
    }

    #[inline]
    fn attach_places(&self, places: &[(&Place, u64)], process: Option<u32>) -> Result<Link> {
        let file = places.first().filter(|(first, _)| places.iter().all(|(place, _)| place.path() == first.path()));
        let Some((first, _)) = file else {
            let message = format!("{}: its places have to be in one file", self.0.cannot());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        };
        let offsets: Vec<(u64, u64)> = places.iter().map(|(place, cookie)| (place.offset(), *cookie)).collect();
        let path = first.path_text()?;
        let (attach_type, returns) = (self.0.attach_type(), self.0.is_of_returns());
        let made =
            sys::link_create_uprobes(self.0.as_fd()?, attach_type, &path, &offsets, process.unwrap_or(0), returns).map(Link::new);
        made.map_err(|error| self.refused(first, process, error))
    }

    #[inline]
    fn refused(&self, first: &Place, process: Option<u32>, error: io::Error) -> Error {
        let what = self.0.cannot();
        match (error.raw_os_error(), process) {
            (Some(libc::ENOENT | libc::EBADF), _) => {
                let message = format!("{what}: there is no file `{}`", first.path().display());
                Error::with_source(ErrorKind::NotFound, message, error)
            }
            (Some(libc::ESRCH), Some(process)) => {
                Error::with_source(ErrorKind::NotFound, format!("{what}: there is no process {process}"), error)
            }
            _ => self.0.not_linked("places in code", takes(self.0.attach_type()), error),
        }
    }
}

impl PerfEvent {
    /// Attaches the program to a perf event, and starts it: [`PerfEventOptions`](crate::PerfEventOptions) opens one, or
    /// perf_event_open(2).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or the descriptor is of something else, `PermissionDenied` without the privilege.
    #[inline]
    pub fn attach_perf_event(&self, event: OwnedFd) -> Result<Link> {
        self.0.attach_perf_event(event)
    }
}

#[inline]
fn takes(attach_type: AttachType) -> Takes {
    let kprobes = matches!(attach_type, AttachType::TRACE_KPROBE_MULTI | AttachType::TRACE_KPROBE_SESSION);
    let option = if kprobes { "CONFIG_FPROBE" } else { "CONFIG_UPROBES" };
    Takes(Since::of_program(ProgramType::KPROBE, attach_type), option)
}

impl Program {
    #[inline]
    pub(super) fn attach_to_kprobe(&self) -> Result<Link> {
        let (target, returns) = (self.target(), self.is_of_returns());
        let syscall = self.section().starts_with("ksyscall") || self.section().starts_with("kretsyscall");
        if syscall { self.attach_syscall(target, returns) } else { self.attach_kprobe(target, returns) }
    }

    #[inline]
    pub(super) fn attach_to_kprobes(&self) -> Result<Link> {
        let (kind, target) = (KprobeMulti(self.clone()), self.target());
        if links::is_pattern(target) {
            let names = links::matching(target).map_err(|error| self.explained(&error))?;
            kind.attach_names(&names.into_iter().map(|name| (name, self.cookie())).collect::<Vec<_>>())
        } else {
            kind.attach_kprobes(&[target])
        }
    }

    #[inline]
    pub(super) fn attach_to_uprobe(&self) -> Result<Link> {
        let (path, place) = self.file_and_place()?;
        let place = Place::symbol(path, place).map_err(|error| self.explained(&error))?;
        self.attach_uprobe(&place, None, self.is_of_returns())
    }

    #[inline]
    pub(super) fn attach_to_uprobes(&self) -> Result<Link> {
        let (path, pattern) = self.file_and_place()?;
        let places = if links::is_pattern(pattern) {
            Place::matching(path, pattern)
        } else {
            Place::symbol(path, pattern).map(|place| vec![place])
        };
        UprobeMulti(self.clone()).attach_uprobes(&places.map_err(|error| self.explained(&error))?, None)
    }

    /// Attaches to a system call's entry or return by its name. Kernels with a wrapper for each architecture have it in the function's name
    /// (`SYSCALL_DEFINEx` in `include/linux/syscalls.h` and `arch/*/include/asm/syscall_wrapper.h`).
    #[inline]
    fn attach_syscall(&self, name: &str, returns: bool) -> Result<Link> {
        const WRAPPER: Option<&str> = match () {
            () if cfg!(target_arch = "x86_64") => Some("__x64_sys_"),
            () if cfg!(target_arch = "aarch64") => Some("__arm64_sys_"),
            () if cfg!(target_arch = "s390x") => Some("__s390x_sys_"),
            () if cfg!(target_arch = "riscv64") => Some("__riscv_sys_"),
            () => None,
        };

        let plain = format!("__se_sys_{name}");
        let Some(wrapper) = WRAPPER else { return self.attach_kprobe(&plain, returns) };
        match self.attach_kprobe(&format!("{wrapper}{name}"), returns) {
            Err(error) if error.kind() == ErrorKind::NotFound => self.attach_kprobe(&plain, returns).map_err(|_| error),
            result => result,
        }
    }
}
