//! A skeleton for a crate in which `corebone` has another name.

use crate::skeleton::Skeleton;

/// The crate's own name, at the root of paths.
const ROOT: &str = "::corebone::";

/// Attributes that expand to more paths, so that they must be told.
const ATTRIBUTES: [&str; 3] = ["c_enum(", "c_type(", "section("];

impl Skeleton {
    /// The same for a crate that depends on `corebone` under another name, as with `bone = { package = "corebone", ... }`.
    ///
    /// In a build script that isn't needed: [`Builder`](crate::Builder) looks the name up in `Cargo.toml`.
    #[must_use]
    pub fn with_runtime_crate(self, name: &str) -> Self {
        if name == "corebone" {
            return self;
        }
        Self { source: rename(&self.source, name), ..self }
    }
}

/// Puts another name in all paths that begin with the crate's, outside of comments and strings.
fn rename(source: &str, name: &str) -> String {
    let mut renamed = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            string(rest)
        } else if let Some(after) = rest.strip_prefix(ROOT) {
            renamed.push_str(&format!("::{name}::"));
            if let Some(attribute) = ATTRIBUTES.iter().find(|attribute| after.starts_with(*attribute)) {
                renamed.push_str(&format!("{attribute}crate = ::{name}, "));
                rest = after.get(attribute.len()..).unwrap_or_default();
            } else {
                rest = after;
            }
            continue;
        } else {
            first.len_utf8()
        };
        let (same, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        renamed.push_str(same);
        rest = after;
    }
    renamed
}

/// Length of the string literal that a text begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_the_other_name_and_text_stays() {
        let source = "// ::corebone::Map\n#[::corebone::section(size = 4)]\nstatic A: ::corebone::Ptr<::corebone::Bool> = \
                      f(\"\\\"::corebone::x\");\n#[::corebone::c_enum(u32)]\n/// `::corebone::y` größe\nfn ::corebone::z";
        let expected = "// ::corebone::Map\n#[::bone::section(crate = ::bone, size = 4)]\nstatic A: ::bone::Ptr<::bone::Bool> = \
                        f(\"\\\"::corebone::x\");\n#[::bone::c_enum(crate = ::bone, u32)]\n/// `::corebone::y` größe\nfn ::bone::z";
        assert_eq!(rename(source, "bone"), expected);
        assert_eq!(rename("a \"", "bone"), "a \"");
    }
}
