//! Kernel functions, by the kprobe PMU.

use std::ffi::CString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::path::Path;

use super::tracepoint;
use crate::load::{Need, refusal};
use crate::nearest::Nearest;
use crate::sys::open_kprobe;
use crate::{Error, ErrorKind, Result};

/// The PMU, Linux 4.17 (`Documentation/ABI/testing/sysfs-bus-event_source-devices-format`).
const PMU: &str = "/sys/bus/event_source/devices/kprobe";

/// Opens the event of a function's begin, of a place in it (`function+0x10`), or of its return.
pub(super) fn open(target: &str, returns: bool) -> Result<OwnedFd> {
    let (function, offset) = parse(target)?;
    if returns && offset != 0 {
        let message = format!("`{target}` has an offset, which a return doesn't");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    let name = CString::new(function).map_err(|_| Error::new(ErrorKind::InvalidInput, "a function's name has a NUL in it"))?;
    let kind = read("type")?.parse().map_err(|_| unreadable("type"))?;
    let config =
        if returns { 1 << return_bit(&read("format/retprobe")?).ok_or_else(|| unreadable("format/retprobe"))? } else { 0 };
    open_kprobe(kind, config, &name, offset).map_err(|error| refused(function, target, error))
}

/// A function's name, and the offset after `+`: in hexadecimal after `0x`, else decimal.
fn parse(target: &str) -> Result<(&str, u64)> {
    let Some((function, offset)) = target.split_once('+') else { return Ok((target, 0)) };
    let digits = offset.strip_prefix("0x").or_else(|| offset.strip_prefix("0X"));
    let number = match digits {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => offset.parse(),
    };
    match number {
        Ok(number) => Ok((function, number)),
        Err(_) => Err(Error::new(ErrorKind::InvalidInput, format!("`{offset}` in `{target}` is not an offset in bytes"))),
    }
}

fn read(file: &str) -> Result<String> {
    match fs::read_to_string(Path::new(PMU).join(file)) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = "this kernel has no kprobes for perf: it is built without `CONFIG_KPROBE_EVENTS`, or older than 4.17";
            Err(Error::with_source(ErrorKind::Unsupported, message, error))
        }
        Err(error) => Err(Error::with_source(ErrorKind::System, format!("cannot read `{PMU}/{file}`"), error)),
    }
}

fn unreadable(file: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("`{PMU}/{file}` doesn't say what it should"))
}

/// The bit that `config:0` names.
fn return_bit(format: &str) -> Option<u32> {
    format.strip_prefix("config:")?.parse().ok().filter(|bit| *bit < u64::BITS)
}

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

/// The function's nearest name among those that can be traced, or where that can't be seen, among all symbols.
fn near(function: &str) -> Option<String> {
    let traceable =
        tracepoint::PLACES.iter().find_map(|place| File::open(Path::new(place).join("available_filter_functions")).ok());
    let (file, column) = match traceable {
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
    fn targets_may_have_offsets() {
        assert_eq!(parse("do_unlinkat").unwrap(), ("do_unlinkat", 0));
        assert_eq!(parse("do_unlinkat+0x10").unwrap(), ("do_unlinkat", 16));
        assert_eq!(parse("do_unlinkat+10").unwrap(), ("do_unlinkat", 10));
        assert_eq!(parse("f+x").unwrap_err().to_string(), "`x` in `f+x` is not an offset in bytes");
        assert!(parse("f+").is_err());
    }

    #[test]
    fn returns_have_no_offset() {
        assert_eq!(open("f+4", true).unwrap_err().to_string(), "`f+4` has an offset, which a return doesn't");
    }

    #[test]
    fn reads_the_bit_of_returns() {
        assert_eq!(return_bit("config:0"), Some(0));
        assert_eq!(return_bit("config:64"), None);
        assert_eq!(return_bit("config1:0"), None);
    }
}
