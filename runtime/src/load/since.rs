//! Since when the kernel has something, by what it says of itself: for the words of errors. What it can is found out by trying, where that is possible.

use std::fmt;

use crate::blueprint::{AttachType, ProgramType};
use crate::sys::Uts;
use crate::text;

/// The first release of Linux that has something: `Since(5, 11)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Since(pub(crate) u8, pub(crate) u8);

impl Since {
    /// Of a program of this type, loaded for this way to attach.
    #[inline]
    pub(crate) fn of_program(program_type: ProgramType, attach_type: AttachType) -> Self {
        PROGRAM_TYPES.get(program_type.0 as usize).copied().unwrap_or(Self(0, 0)).max(Self::of_attaching(attach_type))
    }

    /// Of this way to attach.
    #[inline]
    pub(crate) fn of_attaching(attach_type: AttachType) -> Self {
        ATTACH_TYPES.get(attach_type.0 as usize).copied().unwrap_or(Self(0, 0))
    }

    /// Whether the running kernel says that it is older; `false` if it doesn't say how old it is.
    pub(crate) fn is_ahead(self) -> bool {
        self.is_after(&Uts::get().release)
    }

    fn is_after(self, release: &str) -> bool {
        let numbers = || {
            let (major, rest) = text::leading_number(release)?;
            Some((major, text::leading_number(rest.strip_prefix('.')?)?.0))
        };
        numbers().is_some_and(|numbers| numbers < (u32::from(self.0), u32::from(self.1)))
    }

    /// What is missing, if the running kernel is older.
    pub(crate) fn missing(self) -> Option<String> {
        let release = Uts::get().release;
        self.is_after(&release).then(|| format!("that needs Linux {self}, and this kernel is {release}"))
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// By number.
#[rustfmt::skip]
const PROGRAM_TYPES: [Since; 33] = [
    Since(0, 0), Since(3, 19), Since(4, 1), Since(4, 1), Since(4, 1), Since(4, 7), Since(4, 8), Since(4, 9),
    Since(4, 10), Since(4, 10), Since(4, 10), Since(4, 10), Since(4, 10), Since(4, 13), Since(4, 14), Since(4, 15),
    Since(4, 17), Since(4, 17), Since(4, 17), Since(4, 18), Since(4, 18), Since(4, 19), Since(4, 20), Since(5, 2),
    Since(5, 2), Since(5, 3), Since(5, 5), Since(5, 6), Since(5, 6), Since(5, 7), Since(5, 9), Since(5, 14),
    Since(6, 4),
];

/// By number.
#[rustfmt::skip]
const ATTACH_TYPES: [Since; 62] = [
    Since(0, 0), Since(4, 10), Since(4, 10), Since(4, 13), Since(4, 14), Since(4, 14), Since(4, 15), Since(4, 17),
    Since(4, 17), Since(4, 17), Since(4, 17), Since(4, 17), Since(4, 17), Since(4, 17), Since(4, 18), Since(4, 18),
    Since(4, 18), Since(4, 20), Since(5, 2), Since(5, 2), Since(5, 2), Since(5, 3), Since(5, 3), Since(5, 5),
    Since(5, 5), Since(5, 5), Since(5, 7), Since(5, 7), Since(5, 8), Since(5, 8), Since(5, 8), Since(5, 8),
    Since(5, 8), Since(5, 8), Since(5, 9), Since(5, 9), Since(5, 9), Since(5, 9), Since(5, 13), Since(5, 14),
    Since(5, 14), Since(5, 15), Since(5, 18), Since(6, 0), Since(6, 4), Since(6, 4), Since(6, 6), Since(6, 6),
    Since(6, 6), Since(6, 7), Since(6, 7), Since(6, 7), Since(6, 7), Since(6, 7), Since(6, 7), Since(6, 7),
    Since(6, 10), Since(6, 13), Since(7, 0), Since(7, 2), Since(7, 2), Since(7, 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_by_number() {
        assert!(Since(5, 11).is_after("5.10.0-32-cloud-amd64") && Since(6, 6).is_after("5.10.0"));
        assert!(!Since(5, 11).is_after("5.11-rc1") && !Since(6, 6).is_after("6.12.1+deb13") && !Since(5, 11).is_after("unknown"));
    }

    #[test]
    fn tables_say_what_the_constants_document() {
        for (source, table, count) in [
            (include_str!("../blueprint/program_type.rs"), &PROGRAM_TYPES[..], 32),
            (include_str!("../blueprint/attach_type.rs"), &ATTACH_TYPES[..], 61),
        ] {
            let mut documented = 0;
            for (text, constant) in source.lines().zip(source.lines().skip(1)) {
                let number = constant.split_once(": Self = Self(").and_then(|(_, rest)| rest.strip_suffix(");")?.parse().ok());
                let release = text.split_once(", Linux ").and_then(|(_, rest)| rest.strip_suffix('.'));
                let (Some(number), Some(release)) = (number, release) else { continue };
                let number: usize = number;
                if number != 0 {
                    assert_eq!(table[number].to_string(), release, "{constant}");
                    documented += 1;
                }
            }
            assert_eq!(documented, count);
        }
    }
}
