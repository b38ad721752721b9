//! The perf units of probes, by sysfs.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use crate::{Error, ErrorKind, Result};

/// Where the units are, Linux 4.17 for probes (`Documentation/ABI/testing/sysfs-bus-event_source-devices-format`).
const UNITS: &str = "/sys/bus/event_source/devices";

/// What perf_event_open(2) is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pmu {
    pub(super) kind: u32,
    pub(super) config: u64,
}

/// A unit of probes. What sysfs says of it is read when it is first asked for, and stays so until the machine is booted anew.
#[derive(Debug)]
pub(super) struct Unit {
    name: &'static str,
    of_places: OnceLock<Pmu>,
    of_returns: OnceLock<Pmu>,
}

impl Unit {
    /// `kprobe` or `uprobe`.
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, of_places: OnceLock::new(), of_returns: OnceLock::new() }
    }

    /// For probes of places or of returns.
    #[inline]
    pub(super) fn pmu(&self, returns: bool) -> Result<Pmu> {
        let known = if returns { &self.of_returns } else { &self.of_places };
        match known.get() {
            Some(pmu) => Ok(*pmu),
            None => self.read(returns).map(|pmu| *known.get_or_init(|| pmu)),
        }
    }

    #[inline]
    fn read(&self, returns: bool) -> Result<Pmu> {
        let unit = Path::new(UNITS).join(self.name);
        let read = |file: &str| read(&unit, self.name, file);
        let unreadable = |file: &str| {
            let message = format!("`{}` doesn't say what it should", unit.join(file).display());
            Error::new(ErrorKind::InvalidData, message)
        };
        let kind = read("type")?.parse().map_err(|_| unreadable("type"))?;
        if !returns {
            return Ok(Pmu { kind, config: 0 });
        }
        let bit = return_bit(&read("format/retprobe")?).ok_or_else(|| unreadable("format/retprobe"))?;
        Ok(Pmu { kind, config: 1 << bit })
    }
}

#[inline]
fn read(unit: &Path, name: &str, file: &str) -> Result<String> {
    let path = unit.join(file);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!(
                "this kernel has no {name}s for perf: it is built without `CONFIG_{}_EVENTS`, or older than 4.17",
                name.to_ascii_uppercase()
            );
            Err(Error::with_source(ErrorKind::Unsupported, message, error))
        }
        Err(error) => Err(Error::with_source(ErrorKind::System, format!("cannot read `{}`", path.display()), error)),
    }
}

/// The bit that `config:0` names.
#[inline]
fn return_bit(format: &str) -> Option<u32> {
    format.strip_prefix("config:")?.parse().ok().filter(|bit| *bit < u64::BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_bit_of_returns() {
        assert_eq!(return_bit("config:0"), Some(0));
        assert_eq!(return_bit("config:64"), None);
        assert_eq!(return_bit("config1:0"), None);
    }
}
