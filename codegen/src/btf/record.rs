//! A type's record: numbers, names, and references to other types.

use corebone::Result;
use corebone::btf::{Btf, KindNumber};
use corebone::{Error, ErrorKind};

use crate::elf::Bytes;

/// One of the 32-bit words that a type's record consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Word<'a> {
    Number(u32),
    Name(&'a str),
    /// Id of a type.
    Type(u32),
}

/// A type's record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Record<'a> {
    pub(crate) kind: KindNumber,
    /// Name, number of items with the kind, size or type; then what the kind adds.
    pub(crate) words: Vec<Word<'a>>,
}

impl<'a> Record<'a> {
    /// That of `void`, which BTF doesn't have.
    pub(crate) const VOID: Self = Self { kind: KindNumber::Void, words: Vec::new() };

    /// Number of words before what the kind adds.
    pub(crate) const HEAD: usize = 3;

    /// Reads the record of a type, which is of this kind.
    pub(crate) fn read(kind: KindNumber, id: u32, btf: &Btf<'a>) -> Result<Self> {
        let bytes = Bytes::new(btf.as_bytes(), btf.is_big_endian());
        let mut at = btf.record_offset(id)?;
        let mut next = |role| -> Result<Word<'a>> {
            let word = bytes.u32(at).ok_or_else(|| Error::new(ErrorKind::InvalidData, "a type of `.BTF` is cut off"))?;
            at = at.saturating_add(4);
            Ok(match role {
                Role::Number => Word::Number(word),
                Role::Name => Word::Name(btf.string(word)?),
                Role::Type => Word::Type(word),
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
        Ok(Self { kind, words })
    }

    /// The third word, where it is a size in bytes.
    pub(crate) fn size(&self) -> Option<u32> {
        match self.words.get(2) {
            Some(&Word::Number(size)) => Some(size),
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> &'a str {
        match self.words.first() {
            Some(Word::Name(name)) => name,
            _ => "",
        }
    }

    /// Number of items, kind and flag.
    pub(crate) fn info(&self) -> u32 {
        match self.words.get(1) {
            Some(Word::Number(info)) => *info,
            _ => 0,
        }
    }

    /// What the kind adds: the words of each member, constant, parameter or variable, or all at once.
    pub(crate) fn items(&self) -> impl Iterator<Item = &[Word<'a>]> {
        let (_, trailer) = roles(self.kind);
        self.words.get(Self::HEAD..).unwrap_or_default().chunks(trailer.len().max(1))
    }

    /// Its words, but for what it refers to.
    pub(crate) fn plain(&self) -> impl Iterator<Item = Word<'a>> {
        self.words.iter().map(|&word| if let Word::Type(_) = word { Word::Type(0) } else { word })
    }

    /// The types that it refers to.
    pub(crate) fn targets(&self) -> impl Iterator<Item = u32> {
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
