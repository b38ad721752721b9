//! Kernel functions, by the kprobe PMU.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::path::Path;

use super::code::{matches, split_offset};
use super::pmu::{Pmu, Unit};
use super::tracepoint;
use crate::load::{Need, refusal};
use crate::nearest::Nearest;
use crate::sys::open_probe;
use crate::{Error, ErrorKind, Result};

static UNIT: Unit = Unit::new("kprobe");

/// Opens the event of a function's begin, of a place in it (`function+0x10`), or of its return.
#[inline]
pub(crate) fn open(target: &str, returns: bool) -> Result<OwnedFd> {
    let (function, offset) = split_offset(target)?;
    if returns && offset != 0 {
        let message = format!("`{target}` has an offset, which a return doesn't");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    let name = CString::new(function).map_err(|_| Error::new(ErrorKind::InvalidInput, "a function's name has a NUL in it"))?;
    let Pmu { kind, config } = UNIT.pmu(returns)?;
    open_probe(kind, config, &name, offset, None).map_err(|error| refused(function, target, error))
}

#[inline]
fn refused(function: &str, target: &str, error: io::Error) -> Error {
    let hint = || near(function).map(|near| format!("; the nearest name is `{near}`")).unwrap_or_default();
    match error.raw_os_error() {
        Some(libc::ENOENT) => {
            let message = format!("this kernel has no function `{function}`, or has inlined or renamed it{}", hint());
            Error::with_source(ErrorKind::NotFound, message, error)
        }
        Some(libc::EINVAL | libc::EADDRNOTAVAIL | libc::EILSEQ) => {
            let message = format!(
                "`{target}` can't have a kprobe: the kernel excludes it, or no instruction of a function begins there{}",
                hint()
            );
            Error::with_source(ErrorKind::InvalidInput, message, error)
        }
        _ => refusal(&format!("cannot open a kprobe on `{target}`"), Need::Event, error),
    }
}

/// The functions that can be traced and match a pattern, each name once.
#[inline]
pub(crate) fn matching(pattern: &str) -> Result<Vec<CString>> {
    let Some(file) = traceable() else {
        let message = format!(
            "`{pattern}` is a pattern, and which functions there are can't be seen: run `mount -t tracefs tracefs \
             /sys/kernel/tracing` (the kernel needs `CONFIG_DYNAMIC_FTRACE`)"
        );
        return Err(Error::new(ErrorKind::NotFound, message));
    };
    let names = BufReader::new(file).lines().map_while(io::Result::ok);
    let matching: BTreeSet<String> =
        names.filter_map(|line| line.split_whitespace().next().filter(|name| matches(pattern, name)).map(str::to_owned)).collect();
    if matching.is_empty() {
        return Err(Error::new(ErrorKind::NotFound, format!("this kernel has no function that matches `{pattern}`")));
    }
    Ok(matching.into_iter().filter_map(|name| CString::new(name).ok()).collect())
}

#[inline]
fn traceable() -> Option<File> {
    tracepoint::PLACES.iter().find_map(|place| File::open(Path::new(place).join("available_filter_functions")).ok())
}

/// The function's nearest name among those that can be traced, or where that can't be seen, among all symbols.
#[inline]
pub(crate) fn near(function: &str) -> Option<String> {
    let (file, column) = match traceable() {
        Some(file) => (file, 0),
        None => (File::open("/proc/kallsyms").ok()?, 2),
    };
    let mut nearest = Nearest::to(function);
    for line in BufReader::new(file).lines().map_while(io::Result::ok) {
        if let Some(name) = line.split_whitespace().nth(column) {
            nearest.offer(name);
        }
    }
    nearest.found()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_have_no_offset() {
        assert_eq!(open("f+4", true).unwrap_err().to_string(), "`f+4` has an offset, which a return doesn't");
    }
}
