//! Attaches a program to the places of a probe.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::argument;
use super::note::{Note, Notes};
use super::register::Machine;
use super::spec::Specs;
use crate::links::{Keeper, Link, Place, find_file, mapped_at, open_uprobe, read_elf};
use crate::nearest::Nearest;
use crate::programs::Program;
use crate::{Error, ErrorKind, Result};

/// Which probe: in which file, by whom, and its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) path: &'a Path,
    pub(crate) provider: &'a str,
    pub(crate) name: &'a str,
}

/// Attaches a program to all places of a probe, in one process or in all.
#[inline]
pub(crate) fn attach(program: &Program, wanted: Wanted<'_>, process: Option<u32>) -> Result<Link> {
    let explained = |error: Error| program.explained(&error);
    let path = find_file(wanted.path).map_err(explained)?;
    let Notes { notes, is_fixed } = read_elf(&path, "probes", Notes::read).map_err(explained)?;
    let mut attached = Attached { links: Vec::new(), specs: program.specs(), numbers: Vec::new(), addresses: Vec::new() };
    let mut known: Vec<(&str, u32)> = Vec::new();
    for note in notes.iter().filter(|note| note.provider == wanted.provider && note.name == wanted.name) {
        let number = match known.iter().find(|(arguments, _)| *arguments == note.arguments) {
            Some((_, number)) => *number,
            None => {
                let number = attached.tell(note, program.cookie(), &path).map_err(explained)?;
                known.push((&note.arguments, number));
                number
            }
        };
        let place = Place::at(&*path, note.offset);
        let link = |number: u32| {
            let event = open_uprobe(&place, process, false, note.semaphore).map_err(explained)?;
            program.with_cookie(u64::from(number)).link_event(event)
        };
        let link = match link(number) {
            // Before Linux 5.15 the program can't be told where it is, but sees the address.
            Err(error) if number != 0 && error.raw_os_error() == Some(libc::EINVAL) => {
                let address = address(note, is_fixed, &place, process).map_err(explained)?;
                attached.place(address, number).map_err(explained)?;
                link(0)?
            }
            result => result?,
        };
        attached.links.push(link);
    }
    if attached.links.is_empty() { Err(explained(missing(&notes, wanted, &path))) } else { Ok(Link::kept_by(attached)) }
}

#[inline]
fn missing(notes: &[Note], Wanted { provider, name, .. }: Wanted<'_>, path: &Path) -> Error {
    let wanted = format!("{provider}:{name}");
    let mut nearest = Nearest::to(&wanted);
    for note in notes {
        nearest.offer(&format!("{}:{}", note.provider, note.name));
    }
    let hint = match nearest.found() {
        Some(near) => format!("; the nearest is `{near}`"),
        None if notes.is_empty() => ": it has none at all (no section `.note.stapsdt`)".to_owned(),
        None => String::new(),
    };
    Error::new(ErrorKind::NotFound, format!("`{}` has no probe `{wanted}`{hint}", path.display()))
}

/// Where the probe is in memory.
#[inline]
fn address(note: &Note, is_fixed: bool, place: &Place, process: Option<u32>) -> Result<u64> {
    if is_fixed {
        return Ok(note.address);
    }
    let Some(process) = process else {
        let message = "before Linux 5.15 the arguments of a probe in a shared library, or in a program that is position-independent, can only be \
                       had of one process: name it";
        return Err(Error::new(ErrorKind::Unsupported, message));
    };
    let maps = format!("/proc/{process}/maps");
    let text = fs::read_to_string(&maps).map_err(|error| {
        let kind = if error.kind() == io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::System };
        Error::with_source(kind, format!("cannot read `{maps}`"), error)
    })?;
    text.lines().find_map(|line| mapped_at(line, place)).ok_or_else(|| {
        let message = format!("process {process} doesn't have `{}` in its memory", place.path().display());
        Error::new(ErrorKind::NotFound, message)
    })
}

/// A program at the places of a probe.
#[derive(Debug)]
struct Attached {
    /// Gone before what the program is told.
    links: Vec<Link>,
    specs: Option<Arc<Specs>>,
    numbers: Vec<u32>,
    addresses: Vec<u64>,
}

impl Attached {
    /// Has the program know of a place's arguments. Returns their number; 0 if it doesn't ask.
    #[inline]
    fn tell(&mut self, note: &Note, cookie: u64, path: &Path) -> Result<u32> {
        let Some(specs) = &self.specs else { return Ok(0) };
        let Some(machine) = Machine::HERE else {
            let message = "the arguments of probes can be read on x86-64, arm64, riscv64 and s390x only";
            return Err(Error::new(ErrorKind::Unsupported, message));
        };
        let arguments = argument::parse(machine, &note.arguments).map_err(|argument| {
            let message = format!(
                "probe `{}:{}` of `{}` has an argument in a place that programs can't be told of: `{argument}`",
                note.provider,
                note.name,
                path.display()
            );
            Error::new(ErrorKind::Unsupported, message)
        })?;
        let number = specs.add(&arguments, cookie)?;
        self.numbers.push(number);
        Ok(number)
    }

    #[inline]
    fn place(&mut self, address: u64, number: u32) -> Result<()> {
        if let Some(specs) = &self.specs {
            specs.place(address, number)?;
            self.addresses.push(address);
        }
        Ok(())
    }
}

impl Keeper for Attached {
    #[inline]
    fn link_is(&self) -> &'static str {
        "a probe may be at several places"
    }
}

impl Drop for Attached {
    #[inline]
    fn drop(&mut self) {
        self.links.clear();
        let Some(specs) = &self.specs else { return };
        self.addresses.iter().for_each(|address| specs.clear(*address));
        self.numbers.iter().for_each(|number| specs.remove(*number));
    }
}
