//! Finds clang.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use corebone::{Error, ErrorKind, Result};

/// The oldest clang that is tested: that of Debian 12.
pub(crate) const OLDEST: u32 = 14;

/// A clang that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compiler {
    pub(crate) path: PathBuf,
    /// Major version.
    pub(crate) version: u32,
}

/// Where clang may be, from what the user says and what the environment holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// What `Builder::clang` says.
    pub(crate) chosen: Option<PathBuf>,
    /// The environment's `CLANG`.
    pub(crate) clang: Option<OsString>,
    /// The environment's `PATH`.
    pub(crate) path: Option<OsString>,
}

impl Compiler {
    /// Finds a clang that is new enough: the one chosen, or that of the environment's `CLANG`, or else `clang`, or else the newest
    /// `clang-N` in `PATH`.
    pub(crate) fn find(chosen: Option<&Path>) -> Result<Self> {
        let clang = std::env::var_os("CLANG").filter(|clang| !clang.is_empty());
        let places = Places { chosen: chosen.map(Path::to_path_buf), clang, path: std::env::var_os("PATH") };
        places.search(|program| Command::new(program).arg("--version").output().map(|output| output.stdout))
    }
}

impl Places {
    /// Tries one after another. `ask` runs a program with `--version`.
    fn search(&self, ask: impl Fn(&OsStr) -> io::Result<Vec<u8>>) -> Result<Compiler> {
        let mut tried = Vec::new();
        let mut attempt = |program: &OsStr, whence: &str| {
            let answer = ask(program).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => "not found".to_owned(),
                _ => error.to_string(),
            });
            match answer.and_then(|answer| version(&String::from_utf8_lossy(&answer))) {
                Ok(version) => Some(Compiler { path: program.into(), version }),
                Err(why) => {
                    tried.push(format!("`{}`{whence}: {why}", program.to_string_lossy()));
                    None
                }
            }
        };
        // What was chosen is not second-guessed.
        let found = if let Some(chosen) = &self.chosen {
            attempt(chosen.as_os_str(), " of `Builder::clang`")
        } else if let Some(clang) = &self.clang {
            attempt(clang, " of the environment's `CLANG`")
        } else {
            attempt(OsStr::new("clang"), "").or_else(|| self.numbered().into_iter().find_map(|name| attempt(OsStr::new(&name), "")))
        };
        found.ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                format!(
                    "no clang of version {OLDEST} or newer, which compiles the BPF program; tried {}. Install it (Debian and Ubuntu: \
                     `apt install clang`, Fedora: `dnf install clang`, Arch: `pacman -S clang`, Alpine: `apk add clang`, macOS: \
                     `brew install llvm`), or say where it is by the environment's `CLANG` or by `Builder::clang`",
                    tried.join(", ")
                ),
            )
        })
    }

    /// Names like `clang-19` in the search path, newest first, as far as they are new enough.
    fn numbered(&self) -> Vec<String> {
        let directories = self.path.iter().flat_map(std::env::split_paths);
        let entries = directories.filter_map(|directory| std::fs::read_dir(directory).ok()).flatten().flatten();
        let mut versions = Vec::new();
        for entry in entries {
            let version = entry.file_name().to_str().and_then(|name| name.strip_prefix("clang-")?.parse::<u32>().ok());
            versions.extend(version.filter(|&version| version >= OLDEST));
        }
        versions.sort_unstable();
        versions.dedup();
        versions.into_iter().rev().map(|version| format!("clang-{version}")).collect()
    }
}

/// The major version in the answer to `--version`, or why that clang can't be used. Vendors put their names in front.
fn version(answer: &str) -> Result<u32, String> {
    const MARK: &str = "clang version ";
    let first = answer.lines().next().unwrap_or_default();
    let number = first.split_once(MARK).map(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    let Some(Ok(number)) = number.map(str::parse::<u32>) else {
        return Err(format!("is not clang: it calls itself `{first}`"));
    };
    // Apple counts differently, and leaves the BPF target out.
    if first.starts_with("Apple") {
        return Err("Apple's clang can't compile for BPF".to_owned());
    }
    if number < OLDEST {
        return Err(format!("version {number} is too old"));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions_of_all_vendors() {
        assert_eq!(version("Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu"), Ok(14));
        assert_eq!(version("clang version 19.1.7 (Fedora 19.1.7-1.fc41)"), Ok(19));
        assert_eq!(version("Ubuntu clang version 18.1.3 (1ubuntu1)"), Ok(18));
        assert_eq!(version("Alpine clang version 23.0.0git"), Ok(23));
        assert_eq!(version("Homebrew clang version 20.1.8"), Ok(20));
        assert_eq!(version("Android (dev, based on r530567) clang version 19.0.0 (https://x y)"), Ok(19));
        assert_eq!(version("clang version 10.0.0-4ubuntu1"), Err("version 10 is too old".to_owned()));
        assert_eq!(version("Apple clang version 15.0.0"), Err("Apple's clang can't compile for BPF".to_owned()));
        assert_eq!(version("gcc (Debian) 12.2.0"), Err("is not clang: it calls itself `gcc (Debian) 12.2.0`".to_owned()));
        assert_eq!(version(""), Err("is not clang: it calls itself ``".to_owned()));
    }

    /// A machine with some programs, each with its version.
    fn search(places: &Places, programs: &[(&str, &str)]) -> Result<Compiler> {
        places.search(|program| match programs.iter().find(|(name, _)| OsStr::new(name) == program) {
            Some((_, version)) => Ok(format!("clang version {version}").into_bytes()),
            None => Err(io::ErrorKind::NotFound.into()),
        })
    }

    #[test]
    fn what_is_chosen_is_taken() {
        let places = Places { chosen: Some("/opt/clang".into()), clang: Some("clang-18".into()), path: None };
        let programs = [("/opt/clang", "16.0"), ("clang-18", "18.1"), ("clang", "14.0")];
        assert_eq!(search(&places, &programs).unwrap(), Compiler { path: "/opt/clang".into(), version: 16 });
        let places = Places { chosen: None, ..places };
        assert_eq!(search(&places, &programs).unwrap().version, 18);
        assert_eq!(search(&Places::default(), &programs).unwrap().version, 14);
        let error = search(&places, &programs[2..]).unwrap_err().to_string();
        assert!(error.contains("tried `clang-18` of the environment's `CLANG`: not found. Install it"), "{error}");
    }

    #[test]
    fn the_newest_is_taken_where_the_plain_name_is_too_old() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["clang-9", "clang-15", "clang-19", "clang-cpp-21", "clang-format"] {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        let places = Places { path: Some(directory.path().into()), ..Places::default() };
        let found = search(&places, &[("clang", "13.0"), ("clang-15", "15.0"), ("clang-19", "19.1")]);
        let error = search(&places, &[("clang", "13.0")]).unwrap_err().to_string();
        assert_eq!(found.unwrap(), Compiler { path: "clang-19".into(), version: 19 });
        let start = "no clang of version 14 or newer, which compiles the BPF program; tried `clang`: version 13 is too old, `clang-19`: \
                     not found, `clang-15`: not found. Install it (Debian and Ubuntu: `apt install clang`";
        assert!(error.starts_with(start), "{error}");
    }
}
