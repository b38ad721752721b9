//! The table `[package.metadata.corebone]`.

use std::path::{Path, PathBuf};

use corebone::nearest::Nearest;
use corebone::{Error, ErrorKind, Result};
use tinyjson::JsonValue;

use super::json;
use crate::order::sort_by_name;

const SOURCE_DIR: &str = "source-dir";
const INCLUDE_DIRS: &str = "include-dirs";
const EXPORTED_HEADERS: &str = "exported-headers";
const CLANG_ARGS: &str = "clang-args";

const KEYS: [&str; 4] = [SOURCE_DIR, INCLUDE_DIRS, EXPORTED_HEADERS, CLANG_ARGS];

/// What a package says in its `Cargo.toml`. Paths are absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) source_dir: Option<PathBuf>,
    pub(crate) include_dirs: Vec<PathBuf>,
    /// Directories with headers for other packages.
    pub(crate) exported_headers: Vec<PathBuf>,
    pub(crate) clang_args: Vec<String>,
}

impl Settings {
    /// Reads the table of a package, as `cargo metadata` shows it. `directory` is that of the package's `Cargo.toml`.
    ///
    /// # Errors
    /// A key is not known, or its value is of another type; a directory isn't there.
    pub(crate) fn read(metadata: &JsonValue, directory: &Path) -> Result<Self> {
        let Some(table) = json::member(metadata, "corebone") else { return Ok(Self::default()) };
        let within = |error: Error| {
            let manifest = directory.join("Cargo.toml");
            Error::new(error.kind(), format!("`{}`: [package.metadata.corebone]: {error}", manifest.display()))
        };
        Self::read_table(table, directory).map_err(within)
    }

    fn read_table(table: &JsonValue, directory: &Path) -> Result<Self> {
        let JsonValue::Object(members) = table else { return Err(input("it is not a table")) };
        let mut settings = Self::default();
        let mut members: Vec<_> = members.iter().collect();
        sort_by_name(&mut members, |&(key, _)| key);
        for (key, value) in members {
            match key.as_str() {
                SOURCE_DIR => settings.source_dir = Some(self::directory(key, text(key, value)?, directory)?),
                INCLUDE_DIRS => settings.include_dirs = directories(key, value, directory)?,
                EXPORTED_HEADERS => settings.exported_headers = directories(key, value, directory)?,
                CLANG_ARGS => settings.clang_args = texts(key, value)?.into_iter().map(str::to_owned).collect(),
                _ => {
                    let known = match Nearest::among(key, KEYS) {
                        Some(near) => format!("the nearest known one is `{near}`"),
                        None => format!("it can have {}", KEYS.map(|key| format!("`{key}`")).join(", ")),
                    };
                    return Err(input(format!("unknown key `{key}`; {known}")));
                }
            }
        }
        Ok(settings)
    }
}

fn text<'v>(key: &str, value: &'v JsonValue) -> Result<&'v str> {
    json::text(value).ok_or_else(|| input(format!("`{key}` is not a string")))
}

fn texts<'v>(key: &str, value: &'v JsonValue) -> Result<Vec<&'v str>> {
    let texts = match value {
        JsonValue::Array(items) => items.iter().map(json::text).collect(),
        _ => None,
    };
    texts.ok_or_else(|| input(format!("`{key}` is not an array of strings")))
}

fn directories(key: &str, value: &JsonValue, base: &Path) -> Result<Vec<PathBuf>> {
    texts(key, value)?.into_iter().map(|text| directory(key, text, base)).collect()
}

fn directory(key: &str, text: &str, base: &Path) -> Result<PathBuf> {
    let directory = base.join(text);
    if directory.is_dir() { Ok(directory) } else { Err(input(format!("`{key}`: `{text}` is not a directory of this package"))) }
}

fn input(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings> {
        Settings::read(&text.parse().unwrap(), Path::new(env!("CARGO_MANIFEST_DIR")))
    }

    #[test]
    fn paths_are_from_the_package() {
        let settings = read(
            r#"{"corebone": {"source-dir": "src", "include-dirs": ["include", "src"], "exported-headers": ["include/bpf"],
                "clang-args": ["-Wextra"]}, "other": 1}"#,
        );
        let base = Path::new(env!("CARGO_MANIFEST_DIR"));
        let expected = Settings {
            source_dir: Some(base.join("src")),
            include_dirs: vec![base.join("include"), base.join("src")],
            exported_headers: vec![base.join("include/bpf")],
            clang_args: vec!["-Wextra".to_owned()],
        };
        assert_eq!(settings.unwrap(), expected);
        assert_eq!(read(r#"{"other": 1}"#).unwrap(), Settings::default());
        assert_eq!(read("null").unwrap(), Settings::default());
    }

    #[test]
    fn mistakes_name_the_key_and_what_was_meant() {
        let error = |text: &str| {
            let text = read(text).unwrap_err().to_string();
            text.split_once("/Cargo.toml`: [package.metadata.corebone]: ").unwrap().1.to_owned()
        };
        assert_eq!(error(r#"{"corebone": 1}"#), "it is not a table");
        let near = "unknown key `include-dir`; the nearest known one is `include-dirs`";
        assert_eq!(error(r#"{"corebone": {"include-dir": []}}"#), near);
        let far = "unknown key `x`; it can have `source-dir`, `include-dirs`, `exported-headers`, `clang-args`";
        assert_eq!(error(r#"{"corebone": {"x": []}}"#), far);
        assert_eq!(error(r#"{"corebone": {"clang-args": "-g"}}"#), "`clang-args` is not an array of strings");
        assert_eq!(error(r#"{"corebone": {"clang-args": [1]}}"#), "`clang-args` is not an array of strings");
        assert_eq!(error(r#"{"corebone": {"source-dir": ["src"]}}"#), "`source-dir` is not a string");
        let missing = "`include-dirs`: `nowhere` is not a directory of this package";
        assert_eq!(error(r#"{"corebone": {"include-dirs": ["nowhere"]}}"#), missing);
    }
}
