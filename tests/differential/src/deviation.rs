//! Where corebone's results differ from libbpf's on purpose.

use std::fmt;

/// A case in which they differ. The documentation of `corebone::relocate` explains them.
///
/// Types that nest without end are not among them: libbpf doesn't return from those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deviation {
    /// One program's failure is not the others'.
    FailuresStay,
    /// Programs that are switched off narrow candidates too.
    OptionalProgramsNarrow,
    /// Unsigned enumerators stay positive.
    UnsignedEnumerators,
    /// The shifts for bitfields and the places in jump tables are in the object's byte order.
    ObjectsByteOrder,
    /// Offsets that exceed 32 bits are errors.
    OffsetsAreChecked,
}

impl Deviation {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::FailuresStay,
        Self::OptionalProgramsNarrow,
        Self::UnsignedEnumerators,
        Self::ObjectsByteOrder,
        Self::OffsetsAreChecked,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::FailuresStay => "Failures stay",
            Self::OptionalProgramsNarrow => "Optional programs narrow",
            Self::UnsignedEnumerators => "Unsigned enumerators",
            Self::ObjectsByteOrder => "The object's byte order",
            Self::OffsetsAreChecked => "Offsets are checked",
        }
    }

    /// Why.
    pub fn reason(self) -> &'static str {
        match self {
            Self::FailuresStay => "a program that is never loaded must not keep others from being loaded",
            Self::OptionalProgramsNarrow => "answers must not depend on which programs a user switches on after `open()`",
            Self::UnsignedEnumerators => {
                "libbpf turns 0x80000000 of an unsigned enum into a negative number, or refuses the object"
            }
            Self::ObjectsByteOrder => "an object can be relocated for another machine's kernel",
            Self::OffsetsAreChecked => "libbpf's sum wraps around, and the program would read something else",
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.reason())
    }
}
