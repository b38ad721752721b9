//! All types of a kernel or an object.

use std::sync::OnceLock;

use super::bytes::Bytes;
use super::header::Sections;
use super::kind::{Array, Composite, Datasec, Enum, FuncProto, Int, Kind, KindNumber, Linkage, Type};
use super::strings::Strings;
use crate::{Error, ErrorKind, Result};

/// Bytes that each type's record begins with.
const RECORD: usize = 12;

const FUNC: u32 = KindNumber::Func as u32;

/// Types from one entry of the table of offsets to the next.
const STRIDE: u32 = 16;

/// Bytes after the record's begin, by kind: once, and for each of `vlen` items.
const TRAILERS: [(usize, usize); 20] = [
    (0, 0),
    (4, 0),
    (0, 0),
    (12, 0),
    (0, Composite::RECORD),
    (0, Composite::RECORD),
    (0, Enum::RECORDS[0]),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, FuncProto::RECORD),
    (4, 0),
    (0, Datasec::RECORD),
    (0, 0),
    (4, 0),
    (0, 0),
    (0, Enum::RECORDS[1]),
];

/// BTF: types, by id. Id 0 is `void`; the first type in the bytes has id 1, or in split BTF the first id that its base doesn't have.
#[derive(Debug)]
pub struct Btf<'a> {
    /// The BTF that this one builds on.
    base: Option<&'a Btf<'a>>,
    /// Id of the first type in the bytes.
    first: u32,
    types: Bytes<'a>,
    /// What was parsed.
    whole: &'a [u8],
    /// Offset of the types in it.
    types_at: usize,
    pub(crate) strings: Strings<'a>,
    layout: Bytes<'a>,
    /// Offsets of the types of ids 1, 1 + [`STRIDE`], and so on, and the number of all types.
    offsets: OnceLock<Offsets>,
    pub(super) pointer_size: OnceLock<u32>,
}

#[derive(Debug)]
struct Offsets {
    sparse: Vec<u32>,
    count: u32,
}

/// The begin of a type's record.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    /// Offset of the name.
    pub(crate) name: u32,
    /// `vlen`, kind and `kflag`.
    info: u32,
    /// Size or type id.
    word: u32,
}

impl Head {
    #[inline]
    fn read<const BIG_ENDIAN: bool>(types: &[u8], at: usize) -> Option<Self> {
        let &[a, b, c, d, e, f, g, h, i, j, k, l] = types.get(at..)?.first_chunk()?;
        let word = |bytes| if BIG_ENDIAN { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        Some(Self { name: word([a, b, c, d]), info: word([e, f, g, h]), word: word([i, j, k, l]) })
    }

    pub(crate) fn kind(self) -> u32 {
        self.info >> 24 & 0x7f
    }

    fn vlen(self) -> u32 {
        self.info & 0x00ff_ffff
    }

    pub(crate) fn kflag(self) -> bool {
        self.info >> 31 != 0
    }
}

impl<'a> Btf<'a> {
    /// Takes raw BTF, as in `/sys/kernel/btf/vmlinux` or an ELF section `.BTF`, of either byte order.
    ///
    /// # Errors
    /// The header is not one of BTF, or a section lies outside of the bytes. The types are checked as they are read.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let Sections { types, types_at, strings, layout } = Sections::parse(bytes, false)?;
        let (offsets, pointer_size) = (OnceLock::new(), OnceLock::new());
        let strings = Strings { base: &[], own: strings };
        Ok(Self { base: None, first: 1, types, whole: bytes, types_at, strings, layout, offsets, pointer_size })
    }

    /// Takes the split BTF of a kernel's module, as in `/sys/kernel/btf/xfs` since Linux 5.11, which builds on that of the kernel itself:
    /// its ids and the offsets of its names go on where the base's end. By id and offset the base's types and names are found too;
    /// [`types`](Self::types) and [`find`](Self::find) only know those of the module.
    ///
    /// # Errors
    /// As with [`parse`](Self::parse), or the base has a type that can't be read, is split itself, or is of the other byte order.
    pub fn parse_split(bytes: &'a [u8], base: &'a Btf<'a>) -> Result<Self> {
        let Sections { types, types_at, strings, layout } = Sections::parse(bytes, true)?;
        if base.base.is_some() {
            return Err(invalid("split BTF can't build on split BTF".to_owned()));
        }
        if types.big_endian != base.types.big_endian {
            return Err(invalid("split BTF is of another byte order than what it builds on".to_owned()));
        }
        let first = base.count()?.checked_add(1).ok_or_else(|| invalid("too many BTF types".to_owned()))?;
        let strings = Strings { base: base.strings.own, own: strings };
        let layout = if layout.bytes.is_empty() { base.layout } else { layout };
        let pointer_size = OnceLock::from(base.pointer_size());
        let offsets = OnceLock::new();
        Ok(Self { base: Some(base), first, types, whole: bytes, types_at, strings, layout, offsets, pointer_size })
    }

    /// Says the size of a pointer in bytes, which else is that of the first integer named `long`. In BPF it is 8.
    #[must_use]
    pub fn with_pointer_size(self, size: u32) -> Self {
        Self { pointer_size: OnceLock::from(size), ..self }
    }

    /// Whether numbers have their highest byte first.
    pub fn is_big_endian(&self) -> bool {
        self.types.big_endian
    }

    /// Number of types, those of a base included; the highest id, as `void` isn't counted.
    ///
    /// # Errors
    /// A type's record reaches beyond the end, or is of an unknown kind and size.
    pub fn count(&self) -> Result<u32> {
        Ok((self.first - 1).saturating_add(self.offsets()?.count))
    }

    /// The type of an id.
    ///
    /// # Errors
    /// There is no type of that id, or a type's record reaches beyond the end.
    pub fn get(&self, id: u32) -> Result<Type<'a>> {
        if id == 0 {
            return Ok(Type { id, kind: Kind::Void, name: 0, strings: self.strings });
        }
        if let Some(base) = self.base.filter(|_| id < self.first) {
            return base.get(id);
        }
        self.read(self.find_record(id)?, id).map(|(ty, _)| ty)
    }

    /// The bytes that were parsed: the whole of them, header and all.
    #[inline]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.whole
    }

    /// Where the record of a type begins, as an offset in [the bytes that were parsed](Self::as_bytes): for who rewrites them.
    ///
    /// # Errors
    /// There is no type of that id in these bytes (`void` has no record), or a type's record reaches beyond the end.
    pub fn record_offset(&self, id: u32) -> Result<usize> {
        Ok(self.types_at + self.find_record(id)?)
    }

    /// A string by its offset, as records outside of the BTF refer to it.
    ///
    /// # Errors
    /// The offset is outside of the string section, or the string is not UTF-8.
    #[inline]
    pub fn string(&self, at: u32) -> Result<&'a str> {
        self.strings.text(at)
    }

    /// Offset in the types of the record of a type.
    fn find_record(&self, id: u32) -> Result<usize> {
        let offsets = self.offsets()?;
        let missing = || invalid(format!("BTF type {id} does not exist: there are {}", self.count().unwrap_or_default()));
        let index = id.checked_sub(self.first).filter(|&index| index < offsets.count).ok_or_else(missing)?;
        let mut at = *offsets.sparse.get((index / STRIDE) as usize).ok_or_else(missing)? as usize;
        for before in 0..index % STRIDE {
            let (_, len) = self.head(at, id - index % STRIDE + before)?;
            at = len.saturating_add(at);
        }
        Ok(at)
    }

    /// All types but `void` and those of a base, in order of their ids.
    #[inline]
    pub fn types(&self) -> Types<'_, 'a> {
        Types { btf: self, at: 0, id: self.first }
    }

    /// The first type of a kind and name. Looks at every type, so it is for the few that are wanted rarely.
    ///
    /// # Errors
    /// A type's record reaches beyond the end, or is of an unknown kind and size.
    pub fn find(&self, kind: KindNumber, name: &str) -> Result<Option<Type<'a>>> {
        let (mut at, mut id) = (0, self.first);
        while at < self.types.bytes.len() {
            let (head, len) = self.head(at, id)?;
            if head.kind() == kind as u32 && self.strings.equal(head.name, name.as_bytes()) {
                return self.read(at, id).map(|(ty, _)| Some(ty));
            }
            at = len.saturating_add(at);
            id = id.saturating_add(1);
        }
        Ok(None)
    }

    /// Shows id and head of every type of some kinds (a bit for each number), but for those of a base, in order, and remembers all types'
    /// offsets for [`Self::get`].
    pub(crate) fn scan(&self, kinds: u32, visit: &mut dyn FnMut(u32, Head)) -> Result<()> {
        let offsets = if self.types.big_endian { self.walk::<true>(kinds, visit) } else { self.walk::<false>(kinds, visit) };
        // Another thread may have been first, with the same.
        let _ = self.offsets.set(offsets?);
        Ok(())
    }

    /// Goes from record to record. A kernel has more than a hundred thousand, of which each can be found only when the one before has been
    /// read: nothing else is as much of the time to open an object. Hence a loop for each byte order, and little in it.
    fn walk<const BIG_ENDIAN: bool>(&self, kinds: u32, visit: &mut dyn FnMut(u32, Head)) -> Result<Offsets> {
        let types = self.types.bytes;
        let (mut sparse, mut count, mut at) = (Vec::new(), 0_u32, 0_usize);
        while at < types.len() {
            if count % STRIDE == 0 {
                // The header gives the section's length in 32 bits.
                sparse.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
            let id = self.first.saturating_add(count);
            let head = Head::read::<BIG_ENDIAN>(types, at).ok_or_else(|| cut_off(id))?;
            // Nearly half of the types are functions. That their length doesn't depend on what is in the record lets the processor go on to
            // the next before it has this one.
            let len = if head.kind() == FUNC { RECORD } else { self.record_len(head, id)? };
            at = at.checked_add(len).filter(|&at| at <= types.len()).ok_or_else(|| cut_off(id))?;
            // Only now, as what the processor does ahead is lost where it has guessed wrong.
            if kinds.checked_shr(head.kind()).unwrap_or(0) & 1 != 0 {
                visit(id, head);
            }
            count += 1;
        }
        Ok(Offsets { sparse, count })
    }

    fn offsets(&self) -> Result<&Offsets> {
        if self.offsets.get().is_none() {
            self.scan(0, &mut |_, _| ())?;
        }
        self.offsets.get().ok_or_else(|| invalid("BTF without offsets".to_owned()))
    }

    /// The head of the record at an offset, and the whole record's length, which is at least [`RECORD`]. It may reach beyond the
    /// end.
    fn head(&self, at: usize, id: u32) -> Result<(Head, usize)> {
        let types = self.types.bytes;
        let head = if self.types.big_endian { Head::read::<true>(types, at) } else { Head::read::<false>(types, at) };
        let head = head.ok_or_else(|| cut_off(id))?;
        Ok((head, self.record_len(head, id)?))
    }

    #[inline]
    fn record_len(&self, head: Head, id: u32) -> Result<usize> {
        let (once, each) = match TRAILERS.get(head.kind() as usize) {
            Some(&sizes) => sizes,
            None => self.trailer_of_unknown(head.kind(), id)?,
        };
        // At most 2^24 items of 255 bytes, which 32 bits can hold. Together with the offset they can't: hence the saturating
        // additions.
        Ok(RECORD + once + head.vlen() as usize * each)
    }

    /// Sizes of a kind that this crate doesn't know, from the layout section.
    #[cold]
    fn trailer_of_unknown(&self, kind: u32, id: u32) -> Result<(usize, usize)> {
        match self.layout.bytes.chunks_exact(4).nth(kind as usize) {
            Some(&[once, each, ..]) if once % 4 == 0 && each % 4 == 0 => Ok((once.into(), each.into())),
            _ => Err(invalid(format!("BTF type {id} is of unknown kind {kind}, and no layout tells its size"))),
        }
    }

    /// The type at an offset, and the offset of the next.
    fn read(&self, at: usize, id: u32) -> Result<(Type<'a>, usize)> {
        let (head, len) = self.head(at, id)?;
        let trailer = self.types.part(at + RECORD, len - RECORD).ok_or_else(|| cut_off(id))?;
        let strings = self.strings;
        let word = |at| trailer.u32(at).unwrap_or_default();
        let target = head.word;
        let composite = Composite { size: head.word, kflag: head.kflag(), records: trailer, strings };
        let constants = |wide| Enum { size: head.word, signed: head.kflag(), wide, records: trailer, strings };
        let kind = match KindNumber::from_raw(head.kind()) {
            // Only id 0 is void; the kernel refuses a record of it.
            Some(KindNumber::Void) => return Err(invalid(format!("BTF type {id} is of kind 0"))),
            Some(KindNumber::Int) => {
                let [_, bits, offset, encoding] = Self::int_bytes(word(0));
                Kind::Int(Int { size: head.word, bits, bit_offset: offset, encoding: encoding & 0x0f })
            }
            Some(KindNumber::Ptr) => Kind::Ptr { target },
            Some(KindNumber::Array) => Kind::Array(Array { element: word(0), index: word(4), len: word(8) }),
            Some(KindNumber::Struct) => Kind::Struct(composite),
            Some(KindNumber::Union) => Kind::Union(composite),
            Some(KindNumber::Enum) => Kind::Enum(constants(false)),
            Some(KindNumber::Fwd) => Kind::Fwd { union: head.kflag() },
            Some(KindNumber::Typedef) => Kind::Typedef { target },
            Some(KindNumber::Volatile) => Kind::Volatile { target },
            Some(KindNumber::Const) => Kind::Const { target },
            Some(KindNumber::Restrict) => Kind::Restrict { target },
            Some(KindNumber::Func) => Kind::Func { proto: target, linkage: Linkage::from_raw(head.vlen()) },
            Some(KindNumber::FuncProto) => Kind::FuncProto(FuncProto { result: target, records: trailer, strings }),
            Some(KindNumber::Var) => Kind::Var { type_id: target, linkage: Linkage::from_raw(word(0)) },
            Some(KindNumber::Datasec) => Kind::Datasec(Datasec { size: head.word, records: trailer }),
            Some(KindNumber::Float) => Kind::Float { size: head.word },
            Some(KindNumber::DeclTag) => {
                let component = Some(word(0)).filter(|&component| component != u32::MAX);
                Kind::DeclTag { target, component, attribute: head.kflag() }
            }
            Some(KindNumber::TypeTag) => Kind::TypeTag { target, attribute: head.kflag() },
            Some(KindNumber::Enum64) => Kind::Enum64(constants(true)),
            None => Kind::Unknown { number: head.kind() },
        };
        Ok((Type { id, kind, name: head.name, strings }, at + len))
    }

    /// Bytes of an integer's description: unused, width in bits, bit offset, encoding.
    fn int_bytes(word: u32) -> [u8; 4] {
        let [encoding, offset, unused, bits] = word.to_be_bytes();
        [unused, bits, offset, encoding]
    }
}

/// Iterator over all types. After an error it ends.
#[derive(Clone, Debug)]
pub struct Types<'b, 'a> {
    btf: &'b Btf<'a>,
    at: usize,
    id: u32,
}

impl<'a> Iterator for Types<'_, 'a> {
    type Item = Result<Type<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.btf.types.bytes.len() {
            return None;
        }
        let read = self.btf.read(self.at, self.id);
        self.at = read.as_ref().map_or(usize::MAX, |&(_, next)| next);
        self.id = self.id.saturating_add(1);
        Some(read.map(|(ty, _)| ty))
    }
}

#[inline]
pub(super) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}

#[cold]
fn cut_off(id: u32) -> Error {
    invalid(format!("BTF type {id} reaches beyond the end of the types"))
}
