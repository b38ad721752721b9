//! What of a C type lies where in its Rust type.

use super::{Bool, CharArray, Pod, Ptr};

/// A Rust type that can stand for a C type: what [`c_type`](crate::c_type) and [`c_enum`](crate::c_enum) declare, and what these are made
/// of. A skeleton that takes a user's own type for one of C compares the two when it is compiled.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't stand for a C type",
    label = "neither an integer, nor declared with `#[corebone::c_type]`",
    note = "declare a struct with `#[corebone::c_type(size = N, align = M)]`, and an enum with `#[corebone::c_enum(u32)]`"
)]
pub trait CType: Pod {
    /// Fields, bitfields and members of unions, in no order; those of other structs in it are not among them.
    const FIELDS: &'static [Place] = &[];

    /// Enumerators and their values.
    const ENUMERATORS: &'static [(&'static str, i128)] = &[];
}

macro_rules! plain {
    ($($t:ty)*) => {$(
        impl CType for $t {}
    )*};
}
plain!(u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 f32 f64 Bool);

impl<T: Pod, const N: usize> CType for [T; N] {}

impl<const N: usize> CType for CharArray<N> {}

impl<T: ?Sized + 'static> CType for Ptr<T> {}

/// Where something lies in a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name in Rust.
    pub name: &'static str,
    /// Its first bit, counted as [`bits`](super::bits()) does.
    pub first: usize,
    /// How many bits it has.
    pub bits: usize,
}

impl Place {
    /// In fewer words.
    pub const fn new(name: &'static str, first: usize, bits: usize) -> Self {
        Self { name, first, bits }
    }

    /// Whether the field of this name among `fields` is in this place; also if there is none.
    #[inline]
    pub const fn is_in(&self, fields: &[Self]) -> bool {
        let mut rest = fields;
        while let [field, tail @ ..] = rest {
            if is_same(field.name, self.name) {
                return field.first == self.first && field.bits == self.bits;
            }
            rest = tail;
        }
        true
    }

    /// Whether any field lies where this one does; also if there are none at all, or this one has no bits.
    pub const fn is_met(&self, fields: &[Self]) -> bool {
        let mut rest = fields;
        while let [field, tail @ ..] = rest {
            if field.first < self.first + self.bits && self.first < field.first + field.bits {
                return true;
            }
            rest = tail;
        }
        fields.is_empty() || self.bits == 0
    }
}

/// Whether the enumerator of a name has this value; also if there is none of the name.
#[inline]
pub const fn has_value(enumerators: &[(&str, i128)], name: &str, value: i128) -> bool {
    let mut rest = enumerators;
    while let [(known, number), tail @ ..] = rest {
        if is_same(known, name) {
            return *number == value;
        }
        rest = tail;
    }
    true
}

#[inline]
const fn is_same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([first, tail @ ..], [second, other_tail @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (tail, other_tail);
    }
    one.is_empty() && other.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_compared_by_name() {
        let fields = [Place::new("pid", 0, 32), Place::new("task", 64, 128)];
        assert!(Place::new("pid", 0, 32).is_in(&fields));
        assert!(!Place::new("pid", 0, 64).is_in(&fields) && !Place::new("task", 32, 128).is_in(&fields));
        assert!(Place::new("pi", 8, 8).is_in(&fields) && Place::new("pidd", 8, 8).is_in(&fields));
        assert!(Place::new("other", 16, 48).is_met(&fields) && !Place::new("other", 32, 32).is_met(&fields));
        assert!(Place::new("other", 32, 0).is_met(&fields) && Place::new("other", 32, 32).is_met(&[]));
    }

    #[test]
    fn values_are_compared_by_name() {
        let enumerators = [("LATE", 0), ("EARLY", -1)];
        assert!(has_value(&enumerators, "EARLY", -1) && has_value(&enumerators, "EARL", 7));
        assert!(!has_value(&enumerators, "LATE", 1));
    }
}
