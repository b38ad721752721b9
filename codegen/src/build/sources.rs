//! The C files that skeletons are made of, and what those are called.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use corebone::{Error, ErrorKind, Result};

/// The C files of an object.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    /// What it is to be called; if it isn't said, as its only file.
    pub(super) name: Option<String>,
    pub(super) files: Vec<PathBuf>,
}

/// Names of the objects: what they are called or, of a single file, its name without extensions. No two can be the same.
pub(super) fn names(objects: &[Sources]) -> Result<Vec<String>> {
    if objects.is_empty() {
        return Err(input("nothing to compile: use `Builder::source`".to_owned()));
    }
    let mut names: Vec<String> = Vec::new();
    for Sources { name, files } in objects {
        let stems = files.iter().map(|file| stem(file)).collect::<Result<Vec<_>>>()?;
        let name = match (name, stems.first()) {
            (Some(name), None) => return Err(input(format!("object `{name}` has no sources"))),
            (Some(name), _) if name.is_empty() || name.contains(['/', '\\']) => {
                return Err(input(format!("`{name}` can't be the name of an object: it is that of its skeleton's file")));
            }
            (Some(name), _) => name.clone(),
            (None, stem) => stem.cloned().unwrap_or_default(),
        };
        if let Some(stem) =
            stems.iter().enumerate().find_map(|(index, stem)| stems.iter().skip(index + 1).find(|&other| other == stem))
        {
            return Err(input(format!("two sources of object `{name}` are named `{stem}`")));
        }
        if names.contains(&name) {
            return Err(input(format!("two sources are named `{name}`, so that one's skeleton would overwrite the other's")));
        }
        names.push(name);
    }
    Ok(names)
}

/// A C file's name without extensions.
pub(super) fn stem(source: &Path) -> Result<String> {
    let file = source.file_name().and_then(OsStr::to_str);
    let name = file.map(|file| file.strip_suffix(".c").unwrap_or(file)).map(|file| file.strip_suffix(".bpf").unwrap_or(file));
    let name = name.filter(|name| !name.is_empty());
    name.map(str::to_owned).ok_or_else(|| input(format!("`{}` is not the name of a C file", source.display())))
}

fn input(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(sources: &[&str]) -> Result<Vec<String>> {
        names(&sources.iter().map(|file| Sources { name: None, files: vec![file.into()] }).collect::<Vec<_>>())
    }

    #[test]
    fn names_are_the_files_without_extensions() {
        assert_eq!(named(&["src/bpf/a.bpf.c", "b.c", "c.v2.bpf.c"]).unwrap(), ["a", "b", "c.v2"]);
        let error = |sources: &[&str]| named(sources).unwrap_err().to_string();
        assert_eq!(error(&[]), "nothing to compile: use `Builder::source`");
        assert_eq!(error(&["src/.."]), "`src/..` is not the name of a C file");
        assert_eq!(error(&["a/x.bpf.c", "b/x.c"]), "two sources are named `x`, so that one's skeleton would overwrite the other's");
        let object = |name: &str, files: &[&str]| {
            let object = Sources { name: Some(name.to_owned()), files: files.iter().map(PathBuf::from).collect() };
            names(&[object]).map_err(|error| error.to_string())
        };
        assert_eq!(object("whole", &["a.bpf.c", "b.c"]).unwrap(), ["whole"]);
        assert_eq!(object("whole", &[]).unwrap_err(), "object `whole` has no sources");
        assert_eq!(object("whole", &["a/x.c", "b/x.bpf.c"]).unwrap_err(), "two sources of object `whole` are named `x`");
        assert_eq!(object("a/b", &["x.c"]).unwrap_err(), "`a/b` can't be the name of an object: it is that of its skeleton's file");
    }
}
