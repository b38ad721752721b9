//! One type, and what its kind says of it.

use super::bytes::Bytes;
use super::member::{Enumerator, Member, Param, Variable};
use super::strings::Strings;
use crate::Result;

/// Number of a kind: `BTF_KIND_*` in the kernel's `include/uapi/linux/btf.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum KindNumber {
    /// No type: id 0, and no other.
    Void = 0,
    /// Integer, `char` or `bool`.
    Int = 1,
    /// Pointer.
    Ptr = 2,
    /// Array.
    Array = 3,
    /// Struct.
    Struct = 4,
    /// Union.
    Union = 5,
    /// Enum with values of 32 bits.
    Enum = 6,
    /// Struct or union that is only declared.
    Fwd = 7,
    /// Typedef.
    Typedef = 8,
    /// `volatile`.
    Volatile = 9,
    /// `const`.
    Const = 10,
    /// `restrict`.
    Restrict = 11,
    /// Function.
    Func = 12,
    /// Type of a function.
    FuncProto = 13,
    /// Global variable.
    Var = 14,
    /// Section of global variables.
    Datasec = 15,
    /// Floating-point number; Linux 5.13.
    Float = 16,
    /// `__attribute__((btf_decl_tag(...)))` of a type, member or parameter; Linux 5.16.
    DeclTag = 17,
    /// `__attribute__((btf_type_tag(...)))` of a pointer's target; Linux 5.17.
    TypeTag = 18,
    /// Enum with values of 64 bits; Linux 6.0.
    Enum64 = 19,
}

impl KindNumber {
    const ALL: [Self; 20] = [
        Self::Void,
        Self::Int,
        Self::Ptr,
        Self::Array,
        Self::Struct,
        Self::Union,
        Self::Enum,
        Self::Fwd,
        Self::Typedef,
        Self::Volatile,
        Self::Const,
        Self::Restrict,
        Self::Func,
        Self::FuncProto,
        Self::Var,
        Self::Datasec,
        Self::Float,
        Self::DeclTag,
        Self::TypeTag,
        Self::Enum64,
    ];

    /// The kind of a number.
    pub fn from_raw(raw: u32) -> Option<Self> {
        Self::ALL.get(raw as usize).copied()
    }

    /// Keyword or word for messages: `struct`, `enum`, `function`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Void => "void",
            Self::Int => "integer",
            Self::Ptr => "pointer",
            Self::Array => "array",
            Self::Struct => "struct",
            Self::Union => "union",
            Self::Enum | Self::Enum64 => "enum",
            Self::Fwd => "forward declaration",
            Self::Typedef => "typedef",
            Self::Volatile => "volatile",
            Self::Const => "const",
            Self::Restrict => "restrict",
            Self::Func => "function",
            Self::FuncProto => "function type",
            Self::Var => "variable",
            Self::Datasec => "section",
            Self::Float => "float",
            Self::DeclTag => "declaration tag",
            Self::TypeTag => "type tag",
        }
    }

    /// A bit for the number of each kind that is the same to CO-RE.
    pub(crate) fn same_for_core_bits(self) -> u32 {
        if self.is_enum() { 1 << Self::Enum as u32 | 1 << Self::Enum64 as u32 } else { 1 << self as u32 }
    }

    /// The same for CO-RE: equal, or both enums of whatever width.
    pub(crate) fn same_for_core(self, other: Self) -> bool {
        self == other || (self.is_enum() && other.is_enum())
    }

    pub(crate) fn is_composite(self) -> bool {
        matches!(self, Self::Struct | Self::Union)
    }

    pub(crate) fn is_enum(self) -> bool {
        matches!(self, Self::Enum | Self::Enum64)
    }
}

/// One type.
#[derive(Clone, Copy, Debug)]
pub struct Type<'a> {
    /// Its number.
    pub id: u32,
    /// What it is.
    pub kind: Kind<'a>,
    pub(super) name: u32,
    pub(super) strings: Strings<'a>,
}

impl<'a> Type<'a> {
    /// Name; empty if it has none.
    ///
    /// # Errors
    /// The name is outside of the string section or not UTF-8.
    pub fn name(&self) -> Result<&'a str> {
        self.strings.text(self.name)
    }

    /// Whether it has no name.
    #[inline]
    pub fn is_anonymous(&self) -> bool {
        self.strings.is_empty(self.name)
    }

    /// Whether the name is exactly this.
    #[inline]
    pub fn is_named(&self, name: &str) -> bool {
        self.strings.equal(self.name, name.as_bytes())
    }

    #[inline]
    pub(crate) fn name_bytes(&self) -> Result<&'a [u8]> {
        self.strings.bytes(self.name)
    }
}

/// What a type is. Types that it is made of are given as ids, for [`Btf::get`](super::Btf::get).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind<'a> {
    /// No type.
    Void,
    /// Integer, `char` or `bool`.
    Int(Int),
    /// Pointer.
    Ptr {
        /// What it points to.
        target: u32,
    },
    /// Array.
    Array(Array),
    /// Struct.
    Struct(Composite<'a>),
    /// Union.
    Union(Composite<'a>),
    /// Enum with values of 32 bits.
    Enum(Enum<'a>),
    /// Struct or union that is only declared.
    Fwd {
        /// A union, not a struct.
        union: bool,
    },
    /// Typedef.
    Typedef {
        /// The type that it names.
        target: u32,
    },
    /// `volatile`.
    Volatile {
        /// The type without it.
        target: u32,
    },
    /// `const`.
    Const {
        /// The type without it.
        target: u32,
    },
    /// `restrict`.
    Restrict {
        /// The type without it.
        target: u32,
    },
    /// Function.
    Func {
        /// Its type, a [`FuncProto`].
        proto: u32,
        /// Who sees it.
        linkage: Linkage,
    },
    /// Type of a function.
    FuncProto(FuncProto<'a>),
    /// Global variable.
    Var {
        /// Its type.
        type_id: u32,
        /// Who sees it.
        linkage: Linkage,
    },
    /// Section of global variables.
    Datasec(Datasec<'a>),
    /// Floating-point number.
    Float {
        /// Size in bytes.
        size: u32,
    },
    /// Tag of a type, variable or function, or of one of its members or parameters.
    DeclTag {
        /// What is tagged.
        target: u32,
        /// Index of the member or parameter that is tagged; `None` for the whole.
        component: Option<u32>,
        /// Stands for an attribute, of which the name is the text (Linux 6.15).
        attribute: bool,
    },
    /// Tag of a type.
    TypeTag {
        /// The type without it.
        target: u32,
        /// Stands for an attribute, of which the name is the text (Linux 6.15).
        attribute: bool,
    },
    /// Enum with values of 64 bits.
    Enum64(Enum<'a>),
    /// A kind that is newer than this crate. Its record was skipped by help of the layout section.
    Unknown {
        /// Number of the kind.
        number: u32,
    },
}

impl Kind<'_> {
    /// Number of the kind; `None` for one that this crate doesn't know.
    pub fn number(&self) -> Option<KindNumber> {
        Some(match self {
            Self::Void => KindNumber::Void,
            Self::Int(_) => KindNumber::Int,
            Self::Ptr { .. } => KindNumber::Ptr,
            Self::Array(_) => KindNumber::Array,
            Self::Struct(_) => KindNumber::Struct,
            Self::Union(_) => KindNumber::Union,
            Self::Enum(_) => KindNumber::Enum,
            Self::Fwd { .. } => KindNumber::Fwd,
            Self::Typedef { .. } => KindNumber::Typedef,
            Self::Volatile { .. } => KindNumber::Volatile,
            Self::Const { .. } => KindNumber::Const,
            Self::Restrict { .. } => KindNumber::Restrict,
            Self::Func { .. } => KindNumber::Func,
            Self::FuncProto(_) => KindNumber::FuncProto,
            Self::Var { .. } => KindNumber::Var,
            Self::Datasec(_) => KindNumber::Datasec,
            Self::Float { .. } => KindNumber::Float,
            Self::DeclTag { .. } => KindNumber::DeclTag,
            Self::TypeTag { .. } => KindNumber::TypeTag,
            Self::Enum64(_) => KindNumber::Enum64,
            Self::Unknown { .. } => return None,
        })
    }

    /// The type under a typedef, `const`, `volatile`, `restrict` or type tag.
    pub(crate) fn modified(&self) -> Option<u32> {
        match *self {
            Self::Typedef { target }
            | Self::Volatile { target }
            | Self::Const { target }
            | Self::Restrict { target }
            | Self::TypeTag { target, .. } => Some(target),
            _ => None,
        }
    }
}

/// An integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    /// Size in bytes.
    pub size: u32,
    /// Width in bits.
    pub bits: u8,
    /// Place of the lowest bit. Only compilers of old made this anything but 0.
    pub bit_offset: u8,
    /// `BTF_INT_*`: 1 signed, 2 `char`, 4 `bool`.
    pub encoding: u8,
}

impl Int {
    /// Whether it is signed.
    pub fn is_signed(self) -> bool {
        self.encoding & 1 != 0
    }

    /// Whether it is a `char`, as far as the compiler says: clang never does.
    pub fn is_char(self) -> bool {
        self.encoding & 2 != 0
    }

    /// Whether it is `bool`.
    pub fn is_bool(self) -> bool {
        self.encoding & 4 != 0
    }
}

/// An array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array {
    /// Type of an element.
    pub element: u32,
    /// Type of an index.
    pub index: u32,
    /// Number of elements; 0 for one without a size.
    pub len: u32,
}

/// A struct or union.
#[derive(Clone, Copy, Debug)]
pub struct Composite<'a> {
    /// Size in bytes.
    pub size: u32,
    pub(super) kflag: bool,
    pub(super) records: Bytes<'a>,
    pub(super) strings: Strings<'a>,
}

impl<'a> Composite<'a> {
    /// Bytes of a member's record.
    pub(super) const RECORD: usize = 12;

    /// Members, in order of declaration.
    pub fn members(&self) -> impl ExactSizeIterator<Item = Member<'a>> + DoubleEndedIterator + Clone + use<'a> {
        let Self { kflag, strings, .. } = *self;
        self.records.records(Self::RECORD).map(move |record| Member::new(record, kflag, strings))
    }

    /// The member of an index.
    pub fn member(&self, index: u32) -> Option<Member<'a>> {
        self.members().nth(index as usize)
    }

    /// Number of members.
    pub fn len(&self) -> u32 {
        u32::try_from(self.records.bytes.len() / Self::RECORD).unwrap_or(u32::MAX)
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.records.bytes.is_empty()
    }
}

/// An enum.
#[derive(Clone, Copy, Debug)]
pub struct Enum<'a> {
    /// Size in bytes.
    pub size: u32,
    /// Whether values are signed. Compilers before Linux 6.0's time left it out, so `false` can also mean unknown there.
    pub signed: bool,
    pub(super) wide: bool,
    pub(super) records: Bytes<'a>,
    pub(super) strings: Strings<'a>,
}

impl<'a> Enum<'a> {
    /// Bytes of an enumerator's record, of 32 and of 64 bits.
    pub(super) const RECORDS: [usize; 2] = [8, 12];

    /// Enumerators, in order of declaration.
    pub fn enumerators(&self) -> impl ExactSizeIterator<Item = Enumerator<'a>> + DoubleEndedIterator + Clone + use<'a> {
        let Self { signed, wide, strings, .. } = *self;
        self.records.records(self.record()).map(move |record| Enumerator::new(record, signed, wide, strings))
    }

    /// Whether values have 64 bits, not 32.
    pub fn is_wide(&self) -> bool {
        self.wide
    }

    /// Number of enumerators.
    pub fn len(&self) -> u32 {
        u32::try_from(self.records.bytes.len() / self.record()).unwrap_or(u32::MAX)
    }

    /// Whether it has no enumerator.
    pub fn is_empty(&self) -> bool {
        self.records.bytes.is_empty()
    }

    fn record(&self) -> usize {
        let [narrow, wide] = Self::RECORDS;
        if self.wide { wide } else { narrow }
    }
}

/// Type of a function.
#[derive(Clone, Copy, Debug)]
pub struct FuncProto<'a> {
    /// Type of the result; 0 for none.
    pub result: u32,
    pub(super) records: Bytes<'a>,
    pub(super) strings: Strings<'a>,
}

impl<'a> FuncProto<'a> {
    /// Bytes of a parameter's record.
    pub(super) const RECORD: usize = 8;

    /// Parameters. A last one of type 0 stands for `...`.
    pub fn params(&self) -> impl ExactSizeIterator<Item = Param<'a>> + DoubleEndedIterator + Clone + use<'a> {
        let strings = self.strings;
        self.records.records(Self::RECORD).map(move |record| Param::new(record, strings))
    }
}

/// A section of global variables.
#[derive(Clone, Copy, Debug)]
pub struct Datasec<'a> {
    /// Size in bytes; 0 in what a compiler writes.
    pub size: u32,
    pub(super) records: Bytes<'a>,
}

impl<'a> Datasec<'a> {
    /// Bytes of a variable's record.
    pub(super) const RECORD: usize = 12;

    /// Variables and their places.
    pub fn variables(&self) -> impl ExactSizeIterator<Item = Variable> + DoubleEndedIterator + Clone + use<'a> {
        self.records.records(Self::RECORD).map(Variable::new)
    }
}

/// Who sees a function or variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Linkage {
    /// The file that it is in.
    Static,
    /// All files: it is defined here.
    Global,
    /// It is defined elsewhere.
    Extern,
    /// A number without meaning as yet.
    Unknown(u32),
}

impl Linkage {
    pub(super) fn from_raw(raw: u32) -> Self {
        match raw {
            0 => Self::Static,
            1 => Self::Global,
            2 => Self::Extern,
            _ => Self::Unknown(raw),
        }
    }
}
