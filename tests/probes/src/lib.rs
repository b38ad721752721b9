//! What probes have in common.
#![forbid(unsafe_code)]

use std::fs;

/// What a process has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    descriptors: usize,
    mappings: usize,
}

impl Open {
    /// What this process has: descriptors, and memory of files and maps; not the allocator's, who comes and goes as it likes, nor the
    /// kernel's types, which are kept for the process.
    pub fn now() -> std::io::Result<Self> {
        let counts = |name: &str| !name.starts_with('[') && !name.starts_with("/sys/kernel/btf/");
        let is_of_file = |line: &&str| line.split_whitespace().nth(5).is_some_and(counts);
        let maps = fs::read_to_string("/proc/self/maps")?;
        Ok(Self { descriptors: fs::read_dir("/proc/self/fd")?.count(), mappings: maps.lines().filter(is_of_file).count() })
    }
}

/// Runs a probe, and fails if it leaves anything open.
///
/// # Errors
///
/// Those of the probe, and that something is left.
pub fn leaving_nothing<T>(probe: impl FnOnce() -> Result<T, Box<dyn std::error::Error>>) -> Result<T, Box<dyn std::error::Error>> {
    let before = Open::now()?;
    let result = probe()?;
    let after = Open::now()?;
    if after == before { Ok(result) } else { Err(format!("{after:?} is left, there was {before:?}").into()) }
}

/// An error with these words, unless something holds.
///
/// # Errors
///
/// If it doesn't.
pub fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Box<dyn std::error::Error>> {
    if holds { Ok(()) } else { Err(what().into()) }
}
