//! Statically defined probes of user space (USDT): places in code that a program's author has marked, by macros such as `DTRACE_PROBE`, with
//! the places of their arguments. The compiler leaves a note of each in the file, as SystemTap has defined it
//! (<https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation>).
//!
//! [`note`] reads the notes, [`argument`] what they say of arguments, [`spec`] tells the BPF program, by the maps of `<bpf/usdt.bpf.h>`, and
//! [`probe`] attaches it.

mod argument;
mod note;
mod probe;
mod register;
mod spec;

pub(crate) use probe::{Wanted, attach};
pub(crate) use spec::{Part, Specs};

/// How many arguments of a file's probes can be read, on any architecture.
#[cfg(fuzzing)]
pub(crate) fn arguments(file: &[u8]) -> usize {
    use register::Machine;

    let Ok(note::Notes { notes, .. }) = note::Notes::read(&mut std::io::Cursor::new(file)) else { return 0 };
    let machines = [Machine::X86, Machine::Arm64, Machine::RiscV, Machine::S390];
    let all = notes.iter().flat_map(|note| machines.map(|machine| argument::parse(machine, &note.arguments)));
    all.map(|arguments| arguments.map_or(0, |arguments| arguments.len())).sum()
}
