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
    /// One of the module of C types.
    Item { name: String, size: u32, align: u32, has_float: bool },
    /// An array.
    Array { element: Box<RustType>, len: u32 },
}

impl RustType {
    pub(crate) const U8: Self = Self::Number { name: "u8", size: 1 };
    pub(crate) const U64: Self = Self::Number { name: "u64", size: 8 };

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
            Self::Array { element, len } => element.size().saturating_mul(u64::from(*len)),
        }
    }

    /// Whether there are floats in it.
    pub(crate) fn has_float(&self) -> bool {
        match self {
            Self::Number { name, .. } => name.starts_with('f'),
            Self::Item { has_float, .. } => *has_float,
            Self::Bool => false,
            Self::Array { element, .. } => element.has_float(),
        }
    }

    /// Alignment in bytes.
    pub(crate) fn align(&self) -> u32 {
        match self {
            Self::Number { size, .. } => *size,
            Self::Item { align, .. } => *align,
            Self::Bool => 1,
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
            Self::Item { name, .. } => write!(f, "types::{}", ident(name)),
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
