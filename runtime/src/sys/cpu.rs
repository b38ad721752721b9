//! Numbers of CPUs.

use std::sync::OnceLock;
use std::{fs, io};

use crate::text;

/// CPUs that this machine may ever have: what per-CPU values are multiplied by. Settled when the kernel boots.
pub(crate) fn possible_cpus() -> io::Result<usize> {
    static COUNT: OnceLock<usize> = OnceLock::new();

    match COUNT.get() {
        Some(&count) => Ok(count),
        None => {
            let count = read("/sys/devices/system/cpu/possible")?.len();
            Ok(*COUNT.get_or_init(|| count))
        }
    }
}

/// CPUs that are running now.
#[inline]
pub(crate) fn online_cpus() -> io::Result<Vec<u32>> {
    read("/sys/devices/system/cpu/online")
}

fn read(path: &str) -> io::Result<Vec<u32>> {
    let text = fs::read_to_string(path).map_err(|error| match error.raw_os_error() {
        // Not the file's fault.
        Some(libc::EMFILE) => error,
        _ => io::Error::new(error.kind(), format!("cannot read `{path}`: {error}")),
    })?;
    parse(text.trim_end()).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("`{path}` says `{}`, not a list of CPUs", text.trim_end()))
    })
}

/// Numbers and ranges with commas between, as the kernel prints a mask (`bitmap_print_to_pagebuf`): `0-3,8`.
fn parse(list: &str) -> Option<Vec<u32>> {
    /// More than any kernel is built for; keeps nonsense from filling the memory.
    const LIMIT: u32 = 1 << 20;

    let mut cpus = Vec::new();
    for range in list.split(',') {
        let (first, last) = text::split_once(range, "-").unwrap_or((range, range));
        let (first, last) = (text::number(first)?, text::number(last)?);
        if last < first || last >= LIMIT {
            return None;
        }
        cpus.extend(first..=last);
    }
    Some(cpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ranges() {
        assert_eq!(parse("0"), Some(vec![0]));
        assert_eq!(parse("0-3,8,10-11"), Some(vec![0, 1, 2, 3, 8, 10, 11]));
        for wrong in ["", "3-1", "0-", "-", "a", "0,,1", "0-4294967295"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn this_machine_has_some() {
        assert!(possible_cpus().unwrap() >= online_cpus().unwrap().len());
    }
}
