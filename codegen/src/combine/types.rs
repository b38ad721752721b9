//! The types of all files in one list, as what linking needs of them: numbers, names, and references to each other.

use corebone::{Error, ErrorKind, Result};

use super::part::Part;
use crate::btf::{Record, Word};

/// All types; ids are indices.
#[derive(Debug)]
pub(super) struct Types<'a> {
    /// The first one stands for `void`.
    pub(super) records: Vec<Record<'a>>,
    /// The type that each is replaced by: mostly itself.
    replacements: Vec<u32>,
}

impl Default for Types<'_> {
    fn default() -> Self {
        Self { records: vec![Record::VOID], replacements: vec![0] }
    }
}

impl<'a> Types<'a> {
    /// Appends the types of a file.
    pub(super) fn append(&mut self, part: &mut Part<'a, '_>) -> Result<()> {
        let first = u32::try_from(self.records.len() - 1).map_err(|_| invalid("too many types"))?;
        part.first_type = first;
        let Some(btf) = &part.btf else { return Ok(()) };
        for id in 1..=btf.count()? {
            let ty = btf.get(id)?;
            let unknown = || Error::new(ErrorKind::Unsupported, format!("BTF type {id} is of a kind that can't be linked"));
            let kind = ty.kind.number().ok_or_else(unknown)?;
            let mut record = Record::read(kind, id, btf)?;
            for word in &mut record.words {
                if let Word::Type(target @ 1..) = word {
                    *target = target.checked_add(first).ok_or_else(|| invalid("too many types"))?;
                }
            }
            self.replacements.push(self.records.len() as u32);
            self.records.push(record);
        }
        Ok(())
    }

    /// The record of a type; that of its replacement, if it is replaced. `void` if there is no such type.
    pub(super) fn get(&self, id: u32) -> &Record<'a> {
        static VOID: Record<'_> = Record::VOID;
        self.records.get(self.resolve(id) as usize).unwrap_or(&VOID)
    }

    /// The type that stands for a type: itself, if it is not replaced.
    pub(super) fn resolve(&self, id: u32) -> u32 {
        self.replacements.get(id as usize).copied().unwrap_or(id)
    }

    /// Has a type stand for another. It must not be replaced itself.
    pub(super) fn replace(&mut self, dropped: u32, kept: u32) {
        let kept = self.resolve(kept);
        if let Some(replacement) = self.replacements.get_mut(dropped as usize) {
            *replacement = kept;
        }
    }

    /// Ids of the types that are not replaced, `void` left out.
    pub(super) fn kept(&self) -> impl Iterator<Item = u32> {
        (1..).zip(self.replacements.iter().skip(1)).filter(|&(id, &replacement)| id == replacement).map(|(id, _)| id)
    }
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidData, message.to_owned())
}
