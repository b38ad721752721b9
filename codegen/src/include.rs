//! The directory of headers that BPF programs include: `<bpf/...>`, and `vmlinux.h` with the kernel's types.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use corebone::btf::{Btf, Kind, KindNumber};
use corebone::{Error, ErrorKind, Result};

use crate::cargo::Environment;
use crate::clang::Target;
use crate::output::{make_directory, read, write_if_changed};
use crate::{headers, vmlinux};

/// Where the kernel keeps its own BTF, Linux 5.4.
const RUNNING: &str = "/sys/kernel/btf/vmlinux";

/// Anonymous structs in each other that are followed; the kernel has two.
const MAX_DEPTH: u32 = 4;

/// Where the types in `vmlinux.h` come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Vmlinux {
    /// From the kernel that runs on the machine that builds. Through CO-RE, the program still runs on others. Fails if compiling for
    /// another architecture.
    #[default]
    Running,
    /// From a file: raw BTF, or a `vmlinux` (ELF) with a section `.BTF`.
    File(PathBuf),
    /// A header made before, by any tool.
    Header(PathBuf),
}

/// Fills `directory` with the headers. Returns the user's file that went into it, if one did.
pub(crate) fn fill(directory: &Path, source: &Vmlinux, target: Target, environment: &Environment) -> Result<Option<PathBuf>> {
    make_directory(directory)?;
    headers::write_to(directory)?;
    let header = directory.join("vmlinux.h");
    match source {
        // Programs that don't include it need none, so a missing one is an error only for those that do.
        Vmlinux::Running => match running(target, environment.host) {
            Ok(btf) => generate(&header, &btf)?,
            Err(error) => replace(&header, fatal(&error).as_bytes())?,
        },
        Vmlinux::File(path) => {
            let within = |error: Error| error.context(format!("cannot make `vmlinux.h` from `{}`", path.display()));
            let file = read(path).map_err(within)?;
            let btf = vmlinux::find_btf(&file).map_err(|error| within(as_header(error, path)))?;
            fits(&btf, target).and_then(|()| generate(&header, &btf)).map_err(within)?;
            return Ok(Some(path.clone()));
        }
        Vmlinux::Header(path) => {
            let text = read(path).map_err(|error| error.context("`Builder::vmlinux` names a header that can't be read"))?;
            replace(&header, &text)?;
            return Ok(Some(path.clone()));
        }
    }
    Ok(None)
}

/// The error of a file without types: of a header, how to give one.
fn as_header(error: Error, path: &Path) -> Error {
    if path.extension().is_none_or(|extension| extension != "h") {
        return error;
    }
    Error::new(ErrorKind::InvalidInput, "it is a header, which `Vmlinux::Header` takes")
}

/// A header that can't be included. After an `#error` alone clang would go on, and hide it behind all that is not declared then; where
/// warnings are off, it comes nevertheless.
fn fatal(error: &str) -> String {
    format!("#pragma clang diagnostic fatal \"-W#warnings\"\n#warning \"{error}\"\n#error \"{error}\"\n")
}

/// BTF of the running kernel, or in a sentence why it won't do.
fn running(target: Target, host: Target) -> Result<Vec<u8>, String> {
    if target != host {
        return Err(format!(
            "the types of this machine's kernel are for {}, but the program is compiled for {}: take a kernel of that architecture, by \
             Builder::vmlinux_for(`{}`, Vmlinux::File(...)) in build.rs",
            host.name(),
            target.name(),
            target.name()
        ));
    }
    fs::read(RUNNING).map_err(|error| {
        format!(
            "the types of this machine's kernel can't be read from {RUNNING} ({error}): take those of another, by \
             Builder::vmlinux(Vmlinux::File(...)) in build.rs"
        )
    })
}

/// Checks what BTF tells of the architecture.
fn fits(btf: &[u8], target: Target) -> Result<()> {
    let order = |big_endian| if big_endian { "big-endian" } else { "little-endian" };
    let btf = Btf::parse(btf)?;
    let found = btf.is_big_endian();
    let kernel = if found != target.big_endian {
        format!("{} kernel, but the program is compiled for {}, which is {}", order(found), target.name(), order(target.big_endian))
    } else if let Some(other) = target.other_by_registers(&registers(&btf)?) {
        format!("kernel for {other}, but the program is compiled for {}", target.name())
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::InvalidInput, format!("it is of a {kernel}")))
}

/// Members of `struct pt_regs`, those of anonymous ones in it included.
fn registers<'a>(btf: &Btf<'a>) -> Result<Vec<&'a str>> {
    let mut names = Vec::new();
    let mut left: Vec<_> = btf.find(KindNumber::Struct, "pt_regs")?.into_iter().map(|ty| (ty.id, MAX_DEPTH)).collect();
    while let Some((id, depth)) = left.pop() {
        let (Kind::Struct(composite) | Kind::Union(composite)) = btf.strip(id)?.kind else { continue };
        for member in composite.members() {
            match (member.name()?, depth.checked_sub(1)) {
                ("", Some(depth)) => left.push((member.type_id(), depth)),
                (name, _) => names.push(name),
            }
        }
    }
    Ok(names)
}

/// Writes the header made from BTF, unless it is there already. That takes a while, so a file beside it says what it was made from.
fn generate(header: &Path, btf: &[u8]) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    hasher.write(btf);
    // This very program may have learnt to write it better.
    let program = std::env::current_exe().and_then(fs::metadata).and_then(|file| file.modified());
    let origin = format!("{} bytes of BTF, {:016x}, by {program:?}\n", btf.len(), hasher.finish());
    if header.exists() && fs::read(note(header)).is_ok_and(|old| old == origin.as_bytes()) {
        return Ok(());
    }
    replace(header, vmlinux::header(&Btf::parse(btf)?)?.as_bytes())?;
    write_if_changed(&note(header), origin.as_bytes())
}

/// Writes the header, and forgets what it was made from.
fn replace(header: &Path, text: &[u8]) -> Result<()> {
    // If it isn't there, so much the better.
    let _ = fs::remove_file(note(header));
    write_if_changed(header, text)
}

/// The file beside the header that says what it was made from.
fn note(header: &Path) -> PathBuf {
    header.with_extension("origin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Builder;

    #[test]
    fn registers_tell_the_architecture() {
        let name = |name| Target::from_name(name).unwrap();
        let mut b = Builder::default();
        let long = b.int("unsigned long", 8, 0);
        let inner = b.structure("", 16, &[("gpr", long, 0), ("nip", long, 8)]);
        let outer = b.structure("", 16, &[("user_regs", long, 0), ("", inner, 0)]);
        b.structure("pt_regs", 16, &[("", outer, 0)]);
        let power = b.bytes();
        assert!(fits(&power, name("powerpc64le")).is_ok());
        let error = |target| fits(&power, name(target)).unwrap_err().to_string();
        assert_eq!(error("x86_64"), "it is of a kernel for powerpc64, but the program is compiled for x86_64");
        assert_eq!(error("s390x"), "it is of a little-endian kernel, but the program is compiled for s390x, which is big-endian");
        let unknown = Builder::default().bytes();
        assert!(fits(&unknown, name("x86_64")).is_ok());
    }

    #[test]
    fn another_architecture_needs_another_kernel() {
        let name = |name| Target::from_name(name).unwrap();
        let error = running(name("aarch64"), name("x86_64")).unwrap_err();
        assert_eq!(
            error,
            "the types of this machine's kernel are for x86_64, but the program is compiled for aarch64: take a kernel of that \
             architecture, by Builder::vmlinux_for(`aarch64`, Vmlinux::File(...)) in build.rs"
        );
    }
}
