//! Rust types that C types become.

use std::fmt;

use super::name::ident;

/// The type of a field, a key or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RustType {
    /// An integer or float, by its Rust name.
    Number { name: &'static str, size: u32 },
    /// C's `_Bool`: `::corebone::Bool` in memory that C sees, `bool` as a variable of its own.
    Bool,
    /// A function of a struct_ops: `::corebone::Slot`.
    Slot,
    /// An array of `char`: `::corebone::CharArray`.
    Chars(u32),
    /// An address: `::corebone::Ptr` to a type, which may be one of the next two.
    Pointer(Box<RustType>),
    /// What a pointer points to when nobody knows.
    Void,
    /// What a function pointer points to.
    Function,
    /// A typedef's name for another type.
    Alias { name: String, target: Box<RustType> },
    /// One of the module of C types.
    Item { name: String, size: u32, align: u32, has_float: bool },
    /// An array.
    Array { element: Box<RustType>, len: u32 },
}

impl RustType {
    pub(crate) const U8: Self = Self::Number { name: "u8", size: 1 };

    /// The integer of a size, if Rust has one.
    pub(crate) fn integer(size: u32, signed: bool) -> Option<Self> {
        let name = match (size, signed) {
            (1, false) => "u8",
            (1, true) => "i8",
            (2, false) => "u16",
            (2, true) => "i16",
            (4, false) => "u32",
            (4, true) => "i32",
            (8, false) => "u64",
            (8, true) => "i64",
            (16, false) => "u128",
            (16, true) => "i128",
            _ => return None,
        };
        Some(Self::Number { name, size })
    }

    /// The float of a size, if Rust has one.
    pub(crate) fn float(size: u32) -> Option<Self> {
        match size {
            4 => Some(Self::Number { name: "f32", size }),
            8 => Some(Self::Number { name: "f64", size }),
            _ => None,
        }
    }

    /// An array of `len` elements.
    pub(crate) fn array(self, len: u32) -> Self {
        Self::Array { element: Box::new(self), len }
    }

    /// That many bytes, aligned to at least `align` as far as the size allows it.
    pub(crate) fn bytes(size: u32, align: u32) -> Self {
        for unit in [8, 4, 2] {
            if align >= unit && size % unit == 0 {
                if let Some(integer) = Self::integer(unit, false) {
                    return integer.array(size / unit);
                }
            }
        }
        Self::U8.array(size)
    }

    /// Size in bytes.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Number { size, .. } | Self::Item { size, .. } => u64::from(*size),
            Self::Bool => 1,
            Self::Chars(len) => u64::from(*len),
            Self::Slot | Self::Pointer(_) => 8,
            Self::Void | Self::Function => 0,
            Self::Alias { target, .. } => target.size(),
            Self::Array { element, len } => element.size().saturating_mul(u64::from(*len)),
        }
    }

    /// Whether there are floats in it.
    pub(crate) fn has_float(&self) -> bool {
        match self {
            Self::Number { name, .. } => name.starts_with('f'),
            Self::Item { has_float, .. } => *has_float,
            Self::Bool | Self::Slot | Self::Chars(_) | Self::Pointer(_) | Self::Void | Self::Function => false,
            Self::Alias { target, .. } => target.has_float(),
            Self::Array { element, .. } => element.has_float(),
        }
    }

    /// The type that an alias stands for.
    pub(crate) fn without_alias(&self) -> &Self {
        match self {
            Self::Alias { target, .. } => target.without_alias(),
            _ => self,
        }
    }

    /// As a value that is copied in and out, which leaves only true and false of a `_Bool`.
    pub(crate) fn is_bool(&self) -> bool {
        *self.without_alias() == Self::Bool
    }

    /// Whether it is text.
    pub(crate) fn is_chars(&self) -> bool {
        matches!(self.without_alias(), Self::Chars(_))
    }

    /// Whether it is a struct, a union or an enum.
    pub(crate) fn is_item(&self) -> bool {
        matches!(self, Self::Item { .. })
    }

    /// Whether a bitfield can be of this type: an integer, `_Bool` or an enum.
    pub(crate) fn is_bits(&self) -> bool {
        match self.without_alias() {
            Self::Number { name, .. } => !name.starts_with('f'),
            other => *other == Self::Bool || other.is_item(),
        }
    }

    /// Alignment in bytes.
    pub(crate) fn align(&self) -> u32 {
        match self {
            Self::Number { size, .. } => *size,
            Self::Item { align, .. } => *align,
            Self::Bool | Self::Chars(_) | Self::Void | Self::Function => 1,
            Self::Slot | Self::Pointer(_) => 8,
            Self::Alias { target, .. } => target.align(),
            Self::Array { element, .. } => element.align(),
        }
    }
}

/// As it is called outside of the module of C types.
impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { name, .. } => f.write_str(name),
            Self::Bool => f.write_str("Bool"),
            Self::Slot => f.write_str("Slot"),
            Self::Chars(len) => write!(f, "CharArray<{len}>"),
            Self::Pointer(to) => write!(f, "Ptr<{to}>"),
            Self::Void => f.write_str("c_void"),
            Self::Function => f.write_str("fn()"),
            Self::Item { name, .. } | Self::Alias { name, .. } => write!(f, "types::{}", ident(name)),
            Self::Array { element, len } => write!(f, "[{element}; {len}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_aligned_as_far_as_their_size_allows() {
        let text = |size, align| match RustType::bytes(size, align) {
            RustType::Array { element, len } => (element.size(), len),
            _ => unreachable!("bytes are an array"),
        };
        assert_eq!(text(24, 8), (8, 3));
        assert_eq!(text(12, 8), (4, 3));
        assert_eq!(text(6, 4), (2, 3));
        assert_eq!(text(7, 8), (1, 7));
        assert_eq!(text(8, 1), (1, 8));
        assert_eq!(text(0, 8), (8, 0));
    }

    #[test]
    fn sizes_and_alignments_are_c_s() {
        let matrix = RustType::integer(4, true).unwrap().array(3).array(5);
        assert_eq!((matrix.size(), matrix.align()), (60, 4));
        assert_eq!(RustType::integer(16, false).map(|ty| ty.align()), Some(16));
        assert_eq!(RustType::integer(3, false), None);
        assert_eq!(RustType::float(16), None);
    }
}
