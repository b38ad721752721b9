//! CO-RE relocation records.

/// What a relocation asks about a type of the target kernel. The numbers are those of `enum bpf_core_relo_kind` in the kernel's
/// `include/uapi/linux/bpf.h`, which clang writes into `.BTF.ext`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum CoreRelocationKind {
    /// `byte_off`: offset of a field in bytes.
    FieldByteOffset = 0,
    /// `byte_sz`: size of a field in bytes.
    FieldByteSize = 1,
    /// `field_exists`: 1 if the field exists, else 0.
    FieldExists = 2,
    /// `signed`: 1 if the field is of a signed type.
    FieldSigned = 3,
    /// `lshift_u64`: left shift that brings a bitfield to the top of 64 bits.
    FieldLShiftU64 = 4,
    /// `rshift_u64`: right shift that brings it down again.
    FieldRShiftU64 = 5,
    /// `local_type_id`: id of the type in the object's own BTF.
    TypeIdLocal = 6,
    /// `target_type_id`: id of the type in the kernel's BTF.
    TypeIdTarget = 7,
    /// `type_exists`: 1 if the type exists, else 0.
    TypeExists = 8,
    /// `type_size`: size of the type in bytes.
    TypeSize = 9,
    /// `enumval_exists`: 1 if the enumerator exists, else 0.
    EnumvalExists = 10,
    /// `enumval_value`: value of the enumerator.
    EnumvalValue = 11,
    /// `type_matches`: 1 if the type matches in every member.
    TypeMatches = 12,
}

impl CoreRelocationKind {
    /// The kind of a number in `.BTF.ext`.
    pub const fn from_raw(raw: u32) -> Option<Self> {
        Some(match raw {
            0 => Self::FieldByteOffset,
            1 => Self::FieldByteSize,
            2 => Self::FieldExists,
            3 => Self::FieldSigned,
            4 => Self::FieldLShiftU64,
            5 => Self::FieldRShiftU64,
            6 => Self::TypeIdLocal,
            7 => Self::TypeIdTarget,
            8 => Self::TypeExists,
            9 => Self::TypeSize,
            10 => Self::EnumvalExists,
            11 => Self::EnumvalValue,
            12 => Self::TypeMatches,
            _ => return None,
        })
    }

    /// Name as in libbpf's and the verifier's messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FieldByteOffset => "byte_off",
            Self::FieldByteSize => "byte_sz",
            Self::FieldExists => "field_exists",
            Self::FieldSigned => "signed",
            Self::FieldLShiftU64 => "lshift_u64",
            Self::FieldRShiftU64 => "rshift_u64",
            Self::TypeIdLocal => "local_type_id",
            Self::TypeIdTarget => "target_type_id",
            Self::TypeExists => "type_exists",
            Self::TypeSize => "type_size",
            Self::EnumvalExists => "enumval_exists",
            Self::EnumvalValue => "enumval_value",
            Self::TypeMatches => "type_matches",
        }
    }
}

/// One question to the target kernel's types. Sites that ask the same share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CoreRelocation<'a> {
    /// What is asked.
    pub kind: CoreRelocationKind,
    /// Root type: an id in the object's own BTF.
    pub type_id: u32,
    /// Path from the root as clang writes it: numbers with colons between, e.g. `0:4:1`.
    pub access: &'a str,
    /// C file of the first site, as clang was given it; empty if the object has no line information.
    pub file: &'a str,
    /// Line of the first site, counted from 1; 0 if not known.
    pub line: u32,
}
