//! Names of C in Rust.

use std::collections::HashSet;

use super::letter::{capital, is_first_letter, is_letter};

/// Keywords of every edition up to 2024, reserved ones included, that can be written as raw identifiers.
pub(super) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum", "extern",
    "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override",
    "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Keywords that can't be raw identifiers.
pub(super) const NEVER_RAW: &[&str] = &["_", "crate", "self", "Self", "super"];

/// Rust types that have names without a path. A C type of such a name would hide it in the module of C types.
const PRIMITIVES: &[&str] =
    &["bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128", "usize"];

/// Variables in what the attributes expand to. An enum of such a name, which is a tuple struct in Rust, would not let them be.
const VARIABLES: &[&str] = &["to", "__bits", "__bytes", "__f", "__number", "__other", "__state", "__value", "__width"];

/// The names that are taken in one place, so that a new one is different from all.
#[derive(Default)]
pub(crate) struct Scope {
    taken: HashSet<String>,
}

impl Scope {
    /// A scope for types.
    pub(crate) fn of_types() -> Self {
        Self { taken: PRIMITIVES.iter().chain(VARIABLES).map(|name| (*name).to_owned()).collect() }
    }

    /// A scope in which some names are taken.
    pub(crate) fn without(names: impl IntoIterator<Item = String>) -> Self {
        Self { taken: names.into_iter().collect() }
    }

    /// As [`name`](Self::name), of what has a getter and a setter: `set_` and the name is free too.
    pub(crate) fn accessor(&mut self, c_name: &str) -> String {
        let mut name = self.name(c_name);
        while !self.taken.insert(format!("set_{name}")) {
            name = self.name(&format!("{name}_"));
        }
        name
    }

    /// As [`name`](Self::name), of what has no name in C and must not take any of those that others have.
    pub(crate) fn name_apart(&mut self, path: &str, c_names: &HashSet<&str>) -> String {
        let mut name = sanitized(path);
        while c_names.contains(name.as_str()) {
            name.push('_');
        }
        self.name(&name)
    }

    /// Rust's name for a C name: the same where possible, else with underscores: a trailing one where it is taken.
    pub(crate) fn name(&mut self, c_name: &str) -> String {
        let mut name = sanitized(c_name);
        while NEVER_RAW.contains(&name.as_str()) || self.taken.contains(&name) {
            name.push('_');
        }
        self.taken.insert(name.clone());
        name
    }
}

/// A name with underscores for what Rust's can't have in them.
fn sanitized(c_name: &str) -> String {
    let mut name: String = c_name.chars().map(|c| if is_letter(c) { c } else { '_' }).collect();
    if !name.starts_with(is_first_letter) {
        name.insert(0, '_');
    }
    name
}

/// The identifier for a name that a [`Scope`] gave.
pub(crate) fn ident(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// A Rust type's name for the parts of a C name: `tcp_rtt` becomes `TcpRtt`, `.data.foo` becomes `DataFoo`.
pub(crate) fn camel_case(c_name: &str) -> String {
    let words = c_name.split(|c: char| c == '_' || !is_letter(c));
    words
        .flat_map(|word| {
            let mut rest = word.chars();
            rest.next().map(capital).into_iter().chain([rest.as_str().to_owned()])
        })
        .collect()
}

/// The skeleton's name for that of its C file.
pub(crate) fn skeleton_name(c_name: &str) -> String {
    let name = camel_case(c_name);
    if name == "Self" || !name.starts_with(is_first_letter) { format!("Bpf{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_keeps_names_apart() {
        let mut scope = Scope::default();
        assert_eq!(scope.name("pid"), "pid");
        assert_eq!(scope.name("pid"), "pid_");
        assert_eq!(scope.name("pid_"), "pid__");
        assert_eq!(scope.name("self"), "self_");
        assert_eq!(scope.name("type"), "type");
        assert_eq!(scope.name("a.b$c"), "a_b_c");
        assert_eq!(scope.name("3d"), "_3d");
        assert_eq!(["größe", "数", "a×b", "\u{94d}"].map(|c_name| scope.name(c_name)), ["größe", "数", "a_b", "_\u{94d}"]);
        assert_eq!(scope.name(""), "__");
        assert_eq!(Scope::of_types().name("u64"), "u64_");
        assert_eq!(Scope::of_types().name("event"), "event");
        assert_eq!([scope.accessor("why"), scope.accessor("set_why"), scope.name("set_why_")], ["why", "set_why_", "set_why__"]);
        assert_eq!(scope.name("set_up"), "set_up");
        assert_eq!(scope.accessor("up"), "up_");
    }

    #[test]
    fn keywords_become_raw() {
        assert_eq!(ident("type"), "r#type");
        assert_eq!(ident("gen"), "r#gen");
        assert_eq!(ident("types"), "types");
        for keyword in KEYWORDS {
            assert!(syn::parse_str::<syn::Ident>(&ident(keyword)).is_ok(), "{keyword}");
        }
    }

    #[test]
    fn skeletons_are_named_in_camel_case() {
        assert_eq!(skeleton_name("runqslower"), "Runqslower");
        assert_eq!(skeleton_name("tcp_rtt"), "TcpRtt");
        assert_eq!(skeleton_name("tcp-rtt.v2"), "TcpRttV2");
        assert_eq!(skeleton_name("self"), "BpfSelf");
        assert_eq!(skeleton_name("3d"), "Bpf3d");
        assert_eq!(skeleton_name("_"), "Bpf");
        assert_eq!(skeleton_name("übergänge_größe"), "ÜbergängeGröße");
        assert_eq!(skeleton_name("数-量"), "数量");
        assert_eq!(camel_case(".data.foo"), "DataFoo");
    }
}
