//! The answers, and how they get into programs.

use std::fmt;

use super::explain;
use super::field::Mismatch;
use super::lookup::KernelType;
use super::patch::Instruction;
use super::path::access_path;
use crate::blueprint::{CoreRelocation, Object};
use crate::btf::Btf;
use crate::kernel::Kernel;
use crate::{Error, ErrorKind, Result};

/// What [`relocate`](super::relocate) found: an answer for each relocation of an object, and the ids of what programs attach to.
#[derive(Clone, Debug, Default)]
pub struct Relocations {
    pub(super) answers: Vec<Result<Answer, String>>,
    pub(super) targets: Vec<Option<KernelType>>,
    /// What could not be looked into, and why.
    pub(super) notes: Vec<String>,
}

/// Answer to one relocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The object's number.
    pub(super) original: u64,
    /// The kernel's number; `None` if it has none, and the instruction is to be poisoned.
    pub(super) value: Option<u64>,
    /// Both numbers with the highest of 32 bits extended, where only the instruction tells whether they are meant so.
    pub(super) extended: Option<(u64, u64)>,
    /// Whether the instruction as compiled must hold the object's number.
    pub(super) validated: bool,
    /// Size of loads and stores of a field.
    pub(super) access: Access,
    /// Why nothing was found, also where that is an answer (`field_exists`).
    pub(super) missing: Option<Missing>,
}

/// Size of loads and stores of a field, in bytes; 0 if none is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) original: u32,
    pub(super) size: u32,
    /// Whether one can be made of the other, by filling up with zeros.
    pub(super) adjustable: bool,
}

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The candidate that went furthest, by its index among all, and what it lacks; `None` if there was no type of the name.
    pub(super) mismatch: Option<(usize, Mismatch)>,
    /// All that were looked at.
    pub(super) candidates: Vec<KernelType>,
    /// Whether earlier relocations had ruled out other candidates.
    pub(super) narrowed: bool,
}

impl Relocations {
    /// Writes the answers into a program: patches its relocated instructions, and poisons those that ask for what the kernel
    /// doesn't have, so that the verifier refuses them if they can be reached.
    ///
    /// `instructions` are those of the program of that index, as in the object.
    ///
    /// # Errors
    /// A relocation of the program can't be made ([`ErrorKind::Relocation`]): it is ambiguous, or an instruction can't hold the
    /// answer. The program may be half patched then.
    pub fn apply(&self, object: &Object<'_>, program: usize, instructions: &mut [u8]) -> Result<()> {
        let foreign = || Error::new(ErrorKind::InvalidInput, "the relocations are not of this object");
        let program = object.programs.get(program).ok_or_else(foreign)?;
        for site in program.relocations {
            let index = site.relocation as usize;
            let answer = self.answers.get(index).ok_or_else(foreign)?;
            let instruction = Instruction::at(instructions, site.instruction, object.big_endian);
            let patched = match answer {
                Ok(answer) => instruction.and_then(|mut instruction| instruction.patch(answer)),
                Err(text) => Err(text.clone()),
            };
            patched.map_err(|text| {
                let relocation = object.relocations.get(index);
                let what = relocation.map_or_else(String::new, |relocation| explain::subject(object, relocation));
                let message = format!("{what}: {text} (instruction {} of program `{}`)", site.instruction, program.name);
                Error::new(ErrorKind::Relocation, message)
            })?;
        }
        Ok(())
    }

    /// Says of a relocation why it finds nothing in the kernel, and what comes nearest to it there; `None` if it finds something.
    /// `relocation` is an index in [`Object::relocations`]; object and kernel are those that were relocated.
    pub fn explain(&self, object: &Object<'_>, kernel: &Kernel, relocation: usize) -> Option<String> {
        let answer = self.answers.get(relocation)?;
        let asked = object.relocations.get(relocation)?;
        match answer {
            Ok(answer) => explain::missing(object, kernel, asked, answer, &self.notes),
            Err(text) => Some(format!("{}: {text}", explain::subject(object, asked))),
        }
    }

    /// The kernel's type that stands for an attach target, by its index in what [`relocate`](super::relocate) was given; `None` if the
    /// kernel doesn't have it, for which [`AttachTarget::missing`](super::AttachTarget::missing) makes the error.
    pub fn attach_target(&self, target: usize) -> Option<&KernelType> {
        self.targets.get(target)?.as_ref()
    }

    /// The same with the attach targets that were found elsewhere.
    #[cfg(feature = "load")]
    pub(crate) fn with_attach_targets(self, other: Self) -> Self {
        Self { targets: other.targets, ..self }
    }

    /// Every relocation with its answer, in the order of [`Object::relocations`].
    #[inline]
    pub fn fixups<'r>(&'r self, object: &Object<'r>) -> impl Iterator<Item = Fixup<'r>> {
        let local = Btf::parse(object.btf).ok();
        object.relocations.iter().zip(&self.answers).map(move |(relocation, answer)| Fixup {
            relocation,
            path: local.as_ref().and_then(|local| access_path(local, relocation).ok()).unwrap_or_default(),
            original: answer.as_ref().ok().map(|answer| answer.original),
            outcome: match answer {
                Ok(Answer { value: Some(value), .. }) => Outcome::Value(*value),
                Ok(_) => Outcome::Poison,
                Err(text) => Outcome::Impossible(text),
            },
        })
    }
}

/// One relocation with its answer. Prints as `runqslower.bpf.c:41 task_struct.pid byte_off 1256 -> 2456`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixup<'a> {
    /// What is asked.
    pub relocation: &'a CoreRelocation<'a>,
    /// What it is about, as [`access_path`] says it; empty if it can't be read.
    pub path: String,
    /// The number by the object's own types, which is what was compiled; `None` if it can't be computed.
    pub original: Option<u64>,
    /// The answer.
    pub outcome: Outcome<'a>,
}

/// Answer to a relocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The number by the kernel's types.
    Value(u64),
    /// The kernel has no such thing: instructions are made invalid, and a program fails only if they can be reached.
    Poison,
    /// It can't be decided, which fails programs that ask. The text says why.
    Impossible(&'a str),
}

impl fmt::Display for Fixup<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CoreRelocation { kind, file, line, .. } = self.relocation;
        if !file.is_empty() {
            write!(f, "{file}:{line} ")?;
        }
        write!(f, "{} {}", if self.path.is_empty() { "?" } else { &self.path }, kind.name())?;
        if let Some(original) = self.original {
            write!(f, " {original}")?;
        }
        match self.outcome {
            Outcome::Value(value) => write!(f, " -> {value}"),
            Outcome::Poison => write!(f, " -> none"),
            Outcome::Impossible(text) => write!(f, ": {text}"),
        }
    }
}
