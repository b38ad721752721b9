//! The command line.
//!
//! First come defaults, which the user's arguments can override, then the user's, then what the rest of this crate relies on.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::Target;

/// What the command line is made of.
#[derive(Clone, Debug)]
pub(crate) struct Arguments {
    pub(crate) target: Target,
    /// Directories with the headers that this crate brings.
    pub(crate) headers: Vec<PathBuf>,
    pub(crate) include_dirs: Vec<PathBuf>,
    /// Name and value of each macro.
    pub(crate) defines: Vec<(String, Option<String>)>,
    /// The user's own.
    pub(crate) extra: Vec<OsString>,
}

impl Arguments {
    /// Defaults that the user may override.
    const DEFAULTS: [&str; 4] = [
        "-O2",
        // What the kernel has had since Linux 5.1: jumps on and arithmetic in 32 bits.
        "-mcpu=v3",
        // `vmlinux.h` declares `bool`, which newer standards have as a keyword.
        "-std=gnu17",
        "-Wall",
    ];

    /// The command line, without what says where the output goes.
    pub(crate) fn to_vec(&self, source: &Path) -> Vec<OsString> {
        let mut list: Vec<OsString> = Self::DEFAULTS.map(OsString::from).into();
        list.extend(self.include_dirs.iter().map(|directory| join("-I", directory)));
        list.extend(self.defines.iter().map(|(name, value)| match value {
            Some(value) => OsString::from(format!("-D{name}={value}")),
            None => OsString::from(format!("-D{name}")),
        }));
        list.extend(self.extra.iter().cloned());

        list.push(format!("--target={}", self.target.bpf()).into());
        list.push(format!("-D{}", self.target.macro_name()).into());
        // No warnings in headers that aren't the user's.
        list.extend(self.headers.iter().flat_map(|directory| ["-isystem".into(), directory.into()]));
        // After clang's own directories, so that it only serves what they lack: `<asm/types.h>` and the like.
        list.extend(self.target.headers().into_iter().flat_map(|directory| ["-idirafter".into(), directory.into()]));
        // BTF is made of debug information. With the source in it, line records have their text whatever the path is mapped to.
        list.extend(["-g", "-gdwarf-5", "-gembed-source"].map(OsString::from));
        // The same bytes wherever the project is: directories that are given in full don't show.
        list.push("-fdebug-compilation-dir=.".into());
        let absolute = self.headers.iter().chain(&self.include_dirs).map(PathBuf::as_path).chain(source.parent());
        list.extend(absolute.filter(|directory| directory.is_absolute()).map(|directory| {
            let mut map = join("-ffile-prefix-map=", directory);
            map.push("/=");
            map
        }));
        list.extend(["-fno-color-diagnostics", "-fno-lto", "-c"].map(OsString::from));
        list.push(source.into());
        list
    }
}

fn join(option: &str, value: impl AsRef<OsStr>) -> OsString {
    let mut joined = OsString::from(option);
    joined.push(value);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_come_before_the_users_and_the_forced_after() {
        let arguments = Arguments {
            target: Target::from_name("s390x").unwrap(),
            headers: vec!["/out/include".into()],
            include_dirs: vec!["src/include".into(), "/dep".into()],
            defines: vec![("DEBUG".into(), None), ("SIZE".into(), Some("16".into()))],
            extra: vec!["-mcpu=v2".into()],
        };
        let list: Vec<_> = arguments.to_vec(Path::new("src/x.bpf.c")).into_iter().map(|a| a.into_string().unwrap()).collect();
        let expected = "-O2 -mcpu=v3 -std=gnu17 -Wall -Isrc/include -I/dep -DDEBUG -DSIZE=16 -mcpu=v2 --target=bpfeb \
                        -D__TARGET_ARCH_s390 -isystem /out/include -idirafter /usr/include/s390x-linux-gnu \
                        -idirafter /usr/s390x-linux-gnu/include -g -gdwarf-5 -gembed-source -fdebug-compilation-dir=. -ffile-prefix-map=/out/include/= -ffile-prefix-map=/dep/= -fno-color-diagnostics \
                        -fno-lto -c src/x.bpf.c";
        assert_eq!(list.join(" "), expected);
    }
}
