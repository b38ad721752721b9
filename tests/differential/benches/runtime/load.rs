//! From nothing to loaded programs, in processes that have just begun.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use aya::Ebpf;
use aya::programs::Program;
use corebone_differential::measure::{in_new_process, role, time};

use super::c_library::Loaded;
use super::contest::{compete, contestant};
use super::{BUSY, Busy, MANY, many};

/// What a process does that was started for it.
type Role = (&'static str, fn() -> Result<Duration>);

/// Everything is dropped when its time was taken.
const ROLES: [Role; 6] = [
    ("corebone busy", || time(|| Ok(Busy::open()?.load()?)).map(|(took, _)| took)),
    ("libbpf busy", || time(|| Loaded::new(BUSY)).map(|(took, _)| took)),
    ("aya busy", || time(|| aya(BUSY)).map(|(took, _)| took)),
    ("corebone many", || time(|| Ok(many::Many::open()?.load()?)).map(|(took, _)| took)),
    ("libbpf many", || time(|| Loaded::new(MANY)).map(|(took, _)| took)),
    ("aya many", || time(|| aya(MANY)).map(|(took, _)| took)),
];

/// Plays the role of this process. `false` if it has none.
pub(crate) fn play() -> Result<bool> {
    let Some(role) = role() else { return Ok(false) };
    let (_, run) = ROLES.iter().find(|(name, _)| *name == role).context("no such role")?;
    println!("{}", run()?.as_nanos());
    Ok(true)
}

/// An object whose programs are loaded.
pub(crate) fn aya(elf: &[u8]) -> Result<Ebpf> {
    let mut object = Ebpf::load(elf)?;
    for (name, program) in object.programs_mut() {
        match program {
            Program::UProbe(program) => program.load()?,
            Program::TracePoint(program) => program.load()?,
            Program::RawTracePoint(program) => program.load()?,
            _ => bail!("{name} is of a type that isn't measured"),
        }
    }
    Ok(object)
}

pub(crate) fn load() -> Result<()> {
    const SAMPLES: usize = 31;

    let whole = |role: &'static str| contestant(role, move || Ok(Duration::from_nanos(in_new_process(role, &[])?.trim().parse()?)));
    let roles = |of: &str| ROLES.iter().filter(|(name, _)| name.ends_with(of)).map(|(name, _)| whole(name)).collect();
    compete("an object of 4 programs and 6 maps, open and load", SAMPLES, 1, roles("busy"))?;
    compete("an object of 50 programs and 1 map, open and load", SAMPLES, 1, roles("many"))
}
