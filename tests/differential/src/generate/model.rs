//! C types as trees, where every record stands where it is used.

use std::collections::HashSet;

use fastrand::Rng;

/// Integers: the C name and its size in bits.
pub(super) const INTS: [(&str, u32); 13] = [
    ("char", 8),
    ("signed char", 8),
    ("unsigned char", 8),
    ("short", 16),
    ("unsigned short", 16),
    ("int", 32),
    ("unsigned int", 32),
    ("long", 64),
    ("unsigned long", 64),
    ("long long", 64),
    ("unsigned long long", 64),
    ("_Bool", 1),
    ("__int128", 128),
];

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Int(&'static str),
    /// To a struct of that name, to a type, or to `void`.
    Pointer(Option<String>),
    FunctionPointer,
    /// Of so many; 0 if flexible.
    Array(Box<Type>, u32),
    Record(Record),
    Enum(Enum),
    Typedef(String, Box<Type>),
    Volatile(Box<Type>),
}

/// A struct or union.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) union: bool,
    pub(super) packed: bool,
    /// Empty if it has none.
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    /// Empty if it is an anonymous record.
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) bits: Option<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Enum {
    pub(super) name: String,
    pub(super) constants: Vec<(String, i128)>,
}

impl Type {
    pub(super) const VOID_POINTER: Self = Self::Pointer(None);

    /// Without typedefs and qualifiers.
    pub(super) fn stripped(&self) -> &Self {
        match self {
            Self::Typedef(_, inner) | Self::Volatile(inner) => inner.stripped(),
            ty => ty,
        }
    }

    /// Width in bits if it is an integer.
    pub(super) fn int_bits(&self) -> Option<u32> {
        match self.stripped() {
            Self::Int(name) => INTS.iter().find(|(known, _)| known == name).map(|(_, bits)| *bits),
            _ => None,
        }
    }

    /// Shows every type in it, itself first.
    pub(super) fn visit(&self, seen: &mut impl FnMut(&Self)) {
        seen(self);
        match self {
            Self::Array(inner, _) | Self::Typedef(_, inner) | Self::Volatile(inner) => inner.visit(seen),
            Self::Record(record) => record.members.iter().for_each(|member| member.ty.visit(seen)),
            _ => {}
        }
    }

    /// Likewise, to be changed.
    pub(super) fn visit_mut(&mut self, seen: &mut impl FnMut(&mut Self)) {
        seen(self);
        match self {
            Self::Array(inner, _) | Self::Typedef(_, inner) | Self::Volatile(inner) => inner.visit_mut(seen),
            Self::Record(record) => record.members.iter_mut().for_each(|member| member.ty.visit_mut(seen)),
            _ => {}
        }
    }
}

/// Names that a C file has, each once.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    serial: u32,
}

impl Names {
    /// For a second file: none that a first one has made up.
    pub(super) fn second() -> Self {
        Self { serial: 100_000, ..Self::default() }
    }

    /// One that nothing else has.
    pub(super) fn fresh(&mut self, stem: &str) -> String {
        self.serial += 1;
        format!("{stem}{}", self.serial)
    }

    /// Makes flavors of names: of all that are taken, and of this share of the others.
    pub(super) fn flavor(&mut self, rng: &mut Rng, ty: &mut Type, share: f64) {
        let mut rename = |name: &mut String, space: &str| {
            if !name.is_empty() && (rng.f64() < share || !self.taken.insert(format!("{space}{name}"))) {
                self.serial += 1;
                *name = format!("{name}___f{}", self.serial);
            }
        };
        ty.visit_mut(&mut |ty| match ty {
            Type::Record(record) => rename(&mut record.name, "tag "),
            Type::Typedef(name, _) => rename(name, ""),
            Type::Enum(of) => {
                rename(&mut of.name, "tag ");
                of.constants.iter_mut().for_each(|(name, _)| rename(name, ""));
            }
            _ => {}
        });
    }
}
