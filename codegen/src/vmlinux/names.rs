//! What types and constants are called in C.
//!
//! C has two name spaces that matter here: tags of structs, unions and enums; and all else, typedefs, enumerators and functions.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use corebone::Result;
use corebone::btf::{Kind, Type};

use super::types::Types;

/// What no type or constant can be called. Of keywords, only those that can come from code that C compilers never see, such as Rust's,
/// or from compilers that C has no typedef for.
const RESERVED: &[&str] = &[
    "__builtin_va_list",
    "_Bool",
    "_Complex",
    "__int128",
    "asm",
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "typedef",
    "typeof",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
];

/// Words that became keywords with C23.
const RESERVED_SINCE_C23: &[&str] =
    &["alignas", "alignof", "bool", "constexpr", "false", "nullptr", "static_assert", "thread_local", "true", "typeof_unqual"];

/// A name in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    text: &'a str,
    /// Number of the flavor; 0 for none.
    flavor: u32,
}

impl<'a> Name<'a> {
    pub(super) const NONE: Self = Self { text: "", flavor: 0 };

    pub(super) fn plain(text: &'a str) -> Self {
        Self { text, flavor: 0 }
    }

    pub(super) fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// Whether C23 made a keyword of it.
    pub(super) fn is_reserved_since_c23(self) -> bool {
        self.flavor == 0 && RESERVED_SINCE_C23.contains(&self.text)
    }

    /// Appends it to a text; faster than formatting, as is felt in a build script without optimisation.
    pub(super) fn write(self, out: &mut String) {
        out.push_str(self.text);
        if self.flavor != 0 {
            out.push_str("___");
            out.push_str(&self.flavor.to_string());
        }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)?;
        if self.flavor != 0 { write!(f, "___{}", self.flavor) } else { Ok(()) }
    }
}

#[derive(Debug)]
pub(super) struct Names<'a> {
    /// By type id; `None` for a type that can't be named in C.
    list: Vec<Option<Name<'a>>>,
    /// Types with the whole of what a declaration announces, by the declaration's id.
    wholes: HashMap<u32, u32>,
    /// Enumerators that aren't called as the kernel calls them, by enum and index.
    enumerators: HashMap<(u32, u32), Option<Name<'a>>>,
    /// All but tags.
    ordinary: Space<'a>,
}

impl<'a> Names<'a> {
    pub(super) fn settle(types: &Types<'a>) -> Result<Self> {
        let mut names = Self {
            list: Vec::with_capacity(types.len()),
            wholes: HashMap::new(),
            enumerators: HashMap::new(),
            ordinary: Space::new(),
        };
        let mut tags = Space::new();
        // Definitions come before declarations, and typedefs before enumerators, so that what is common keeps its name.
        let mut definitions = HashMap::new();
        for ty in types.iter() {
            let tag = tag_kind(ty).filter(|_| !is_declaration(ty));
            let name = match (tag, ty.kind) {
                (Some(tag), _) => {
                    let text = ty.name()?;
                    if !text.is_empty() {
                        definitions.entry((tag, text)).or_insert(ty.id);
                    }
                    tags.add(text)
                }
                (None, Kind::Typedef { .. }) => names.ordinary.add(ty.name()?),
                _ => Some(Name::NONE),
            };
            names.list.push(name);
        }
        for ty in types.iter() {
            if let (Some(tag), true) = (tag_kind(ty), is_declaration(ty)) {
                let text = ty.name()?;
                let name = match definitions.get(&(tag, text)) {
                    Some(&whole) => {
                        names.wholes.insert(ty.id, whole);
                        names.of(whole)
                    }
                    None => {
                        definitions.insert((tag, text), ty.id);
                        tags.add(text)
                    }
                };
                if let Some(slot) = names.list.get_mut(ty.id as usize) {
                    *slot = name;
                }
            }
            if let Kind::Enum(constants) | Kind::Enum64(constants) = ty.kind {
                for (index, enumerator) in (0..).zip(constants.enumerators()) {
                    let text = enumerator.name()?;
                    let name = names.ordinary.add(text).filter(|name| !name.is_empty());
                    if name != Some(Name::plain(text)) {
                        names.enumerators.insert((ty.id, index), name);
                    }
                }
            }
        }
        Ok(names)
    }

    /// The name of a type; `None` if C can't name it. Empty for one that has none.
    pub(super) fn of(&self, id: u32) -> Option<Name<'a>> {
        self.list.get(id as usize).copied().flatten()
    }

    /// The definition of what is only declared, if there is one; else the type itself.
    pub(super) fn whole(&self, id: u32) -> u32 {
        self.wholes.get(&id).copied().unwrap_or(id)
    }

    /// The name of an enumerator; `None` if C can't name it.
    pub(super) fn of_enumerator(&self, id: u32, index: u32, text: &'a str) -> Option<Name<'a>> {
        self.enumerators.get(&(id, index)).copied().unwrap_or(Some(Name::plain(text)))
    }

    /// Whether a function can have a name: it is an identifier, and nothing else has it.
    pub(super) fn is_free(&self, text: &str) -> bool {
        is_identifier(text) && !self.ordinary.taken.contains_key(text)
    }
}

/// Names of one sort that are taken.
#[derive(Debug)]
struct Space<'a> {
    /// How many there are of each.
    taken: HashMap<Cow<'a, str>, u32>,
}

impl<'a> Space<'a> {
    fn new() -> Self {
        Self { taken: RESERVED.iter().map(|&word| (Cow::Borrowed(word), 1)).collect() }
    }

    /// Takes a name, of another flavor if it is taken already. `None` if it is no identifier.
    fn add(&mut self, text: &'a str) -> Option<Name<'a>> {
        if text.is_empty() {
            return Some(Name::NONE);
        }
        if !is_identifier(text) {
            return None;
        }
        let mut flavor = *self.taken.entry(Cow::Borrowed(text)).and_modify(|count| *count += 1).or_insert(1);
        if flavor == 1 {
            return Some(Name::plain(text));
        }
        loop {
            let name = Name { text, flavor };
            let taken = self.taken.entry(Cow::Owned(name.to_string())).or_insert(0);
            *taken += 1;
            if *taken == 1 {
                // The next of this name goes on from here, however many flavors there are.
                self.taken.insert(Cow::Borrowed(text), flavor);
                return Some(name);
            }
            flavor += 1;
        }
    }
}

/// The word before a tag. Structs and unions, and enums of either width, are told apart.
pub(super) fn tag_kind(ty: &Type<'_>) -> Option<&'static str> {
    match ty.kind {
        Kind::Struct(_) | Kind::Fwd { union: false } => Some("struct"),
        Kind::Union(_) | Kind::Fwd { union: true } => Some("union"),
        Kind::Enum(_) | Kind::Enum64(_) => Some("enum"),
        _ => None,
    }
}

/// Whether a type is only declared: BTF writes a declared enum as one without enumerators.
pub(super) fn is_declaration(ty: &Type<'_>) -> bool {
    match ty.kind {
        Kind::Fwd { .. } => true,
        Kind::Enum(constants) | Kind::Enum64(constants) => constants.is_empty(),
        _ => false,
    }
}

/// Whether C takes a name for an identifier, and the kernel for a name (`KSYM_NAME_LEN` in `include/linux/kallsyms.h`, with the NUL).
pub(super) fn is_identifier(text: &str) -> bool {
    const MOST: usize = 511;

    let mut bytes = text.bytes();
    text.len() <= MOST
        && bytes.next().is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// Whether a member or parameter can have a name.
pub(super) fn is_usable(text: &str) -> bool {
    is_identifier(text) && !RESERVED.contains(&text)
}
