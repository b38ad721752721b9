//! The types of all files in one list, as what linking needs of them: numbers, names, and references to each other.

use corebone::btf::KindNumber;
use corebone::{Error, ErrorKind, Result};

use super::part::Part;
use crate::elf::Bytes;

/// One of the 32-bit words that a type's record consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Word<'a> {
    Number(u32),
    Name(&'a str),
    /// Id of a type.
    Type(u32),
}

/// A type's record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Record<'a> {
    pub(super) kind: KindNumber,
    /// Name, number of items with the kind, size or type; then what the kind adds.
    pub(super) words: Vec<Word<'a>>,
}

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
        Self { records: vec![Record { kind: KindNumber::Void, words: Vec::new() }], replacements: vec![0] }
    }
}

impl<'a> Types<'a> {
    /// Appends the types of a file.
    pub(super) fn append(&mut self, part: &mut Part<'a, '_>) -> Result<()> {
        let first = u32::try_from(self.records.len() - 1).map_err(|_| invalid("too many types"))?;
        part.first_type = first;
        let Some(btf) = &part.btf else { return Ok(()) };
        let bytes = Bytes::new(&part.unit.btf, btf.is_big_endian());
        for id in 1..=btf.count()? {
            let ty = btf.get(id)?;
            let unknown = || Error::new(ErrorKind::Unsupported, format!("BTF type {id} is of a kind that can't be linked"));
            let kind = ty.kind.number().ok_or_else(unknown)?;
            let mut at = btf.record_offset(id)?;
            let mut next = |role| -> Result<Word<'a>> {
                let word = bytes.u32(at).ok_or_else(|| invalid("a type of `.BTF` is cut off"))?;
                at = at.saturating_add(4);
                Ok(match role {
                    Role::Number => Word::Number(word),
                    Role::Name => Word::Name(btf.string(word)?),
                    Role::Type if word == 0 => Word::Type(0),
                    Role::Type => Word::Type(word.checked_add(first).ok_or_else(|| invalid("too many types"))?),
                })
            };
            let (third, trailer) = roles(kind);
            let mut words = vec![next(Role::Name)?, next(Role::Number)?, next(third)?];
            let items = match (kind, words.get(1)) {
                (KindNumber::Int | KindNumber::Array | KindNumber::Var | KindNumber::DeclTag, _) => 1,
                // `BTF_INFO_VLEN`, which newer kernels widened to 24 bits.
                (_, Some(Word::Number(info))) => info & 0x00ff_ffff,
                _ => 0,
            };
            for _ in 0..if trailer.is_empty() { 0 } else { items } {
                for &role in trailer {
                    words.push(next(role)?);
                }
            }
            self.replacements.push(self.records.len() as u32);
            self.records.push(Record { kind, words });
        }
        Ok(())
    }

    /// The record of a type; that of its replacement, if it is replaced. `void` if there is no such type.
    pub(super) fn get(&self, id: u32) -> &Record<'a> {
        static VOID: Record<'_> = Record { kind: KindNumber::Void, words: Vec::new() };
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

impl<'a> Record<'a> {
    /// The third word, where it is a size in bytes.
    pub(super) fn size(&self) -> Option<u32> {
        match self.words.get(2) {
            Some(&Word::Number(size)) => Some(size),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        match self.words.first() {
            Some(Word::Name(name)) => name,
            _ => "",
        }
    }

    /// Number of items, kind and flag.
    pub(super) fn info(&self) -> u32 {
        match self.words.get(1) {
            Some(Word::Number(info)) => *info,
            _ => 0,
        }
    }

    /// Its words, but for what it refers to.
    pub(super) fn plain(&self) -> impl Iterator<Item = Word<'a>> {
        self.words.iter().map(|&word| if let Word::Type(_) = word { Word::Type(0) } else { word })
    }

    /// The types that it refers to.
    pub(super) fn targets(&self) -> impl Iterator<Item = u32> {
        self.words.iter().filter_map(|word| match word {
            Word::Type(id) => Some(*id),
            _ => None,
        })
    }
}

/// What a word of a record is.
#[derive(Clone, Copy)]
enum Role {
    Number,
    Name,
    Type,
}

/// What a kind's third word is, and the words that follow once or for each item (`include/uapi/linux/btf.h`).
fn roles(kind: KindNumber) -> (Role, &'static [Role]) {
    use Role::{Name, Number, Type};
    match kind {
        KindNumber::Void | KindNumber::Fwd | KindNumber::Float => (Number, &[]),
        KindNumber::Int => (Number, &[Number]),
        KindNumber::Array => (Number, &[Type, Type, Number]),
        KindNumber::Struct | KindNumber::Union => (Number, &[Name, Type, Number]),
        KindNumber::Enum => (Number, &[Name, Number]),
        KindNumber::Enum64 => (Number, &[Name, Number, Number]),
        KindNumber::Datasec => (Number, &[Type, Number, Number]),
        KindNumber::FuncProto => (Type, &[Name, Type]),
        KindNumber::Var | KindNumber::DeclTag => (Type, &[Number]),
        KindNumber::Ptr
        | KindNumber::Typedef
        | KindNumber::Volatile
        | KindNumber::Const
        | KindNumber::Restrict
        | KindNumber::TypeTag
        | KindNumber::Func => (Type, &[]),
    }
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidData, message.to_owned())
}
