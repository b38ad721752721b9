//! Where a kernel's BTF is read from.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::elf;
#[cfg(any(feature = "load", test))]
use crate::btf::Btf;
#[cfg(feature = "load")]
use crate::sys::SysfsImage;
use crate::{Error, ErrorKind, Result};

/// Where the running kernel has its own BTF, since Linux 5.4 (commit 341dfcf8d78e), if it is built with `CONFIG_DEBUG_INFO_BTF`.
#[cfg(any(feature = "load", test))]
pub(super) const SYSFS: &str = "/sys/kernel/btf/vmlinux";

/// A source of BTF, read when it is first needed.
#[derive(Debug)]
pub(super) enum BtfSource {
    /// None was given.
    None,
    /// Bytes of the caller's.
    Bytes(Contents),
    /// A file of the caller's, raw BTF or an ELF file with `.BTF`.
    File { path: PathBuf, contents: OnceLock<Contents> },
    /// Places where the kernel of a release may have it: the first that can be read counts.
    #[cfg(any(feature = "load", test))]
    Places { paths: Vec<PathBuf>, release: String, contents: OnceLock<Contents> },
}

/// BTF, not looked into yet, and what to call it in a message.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) bytes: Bytes,
    pub(super) origin: String,
}

impl BtfSource {
    #[inline]
    pub(super) fn bytes(bytes: Cow<'static, [u8]>) -> Self {
        Self::Bytes(Contents { bytes: Bytes::Memory(bytes), origin: "the BTF given".to_owned() })
    }

    pub(super) fn file(path: PathBuf) -> Self {
        Self::File { path, contents: OnceLock::new() }
    }

    #[cfg(any(feature = "load", test))]
    pub(super) fn places(paths: Vec<PathBuf>, release: String) -> Self {
        Self::Places { paths, release, contents: OnceLock::new() }
    }

    pub(super) fn contents(&self) -> Result<&Contents> {
        match self {
            Self::None => {
                let message = "no BTF is given for this kernel: add `with_btf_file` to its description";
                Err(Error::new(ErrorKind::InvalidInput, message))
            }
            Self::Bytes(contents) => Ok(contents),
            Self::File { path, contents } => {
                if let Some(contents) = contents.get() {
                    return Ok(contents);
                }
                let read = match read(path) {
                    Ok(Some(read)) => read,
                    Ok(None) => {
                        let message = format!("`{}` is an ELF file without a section `.BTF`", path.display());
                        return Err(Error::new(ErrorKind::InvalidData, message));
                    }
                    Err(error) => return Err(unreadable(path, error)),
                };
                Ok(contents.get_or_init(|| read))
            }
            #[cfg(any(feature = "load", test))]
            Self::Places { paths, release, contents } => {
                if let Some(contents) = contents.get() {
                    return Ok(contents);
                }
                let mut reason = None;
                for (number, path) in paths.iter().enumerate() {
                    match read(path) {
                        // What the kernel itself shows is what it has; a file in its place may be anything.
                        Ok(Some(read)) if number == 0 => return Ok(contents.get_or_init(|| read)),
                        Ok(Some(read)) => match Btf::parse(&read.bytes) {
                            Ok(_) => return Ok(contents.get_or_init(|| read)),
                            Err(error) => {
                                let message = format!("cannot use {} as the kernel's BTF", read.origin);
                                reason = reason.or(Some(error.context(message)));
                            }
                        },
                        Ok(None) => {}
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Err(error) => reason = reason.or(Some(unreadable(path, error))),
                    }
                }
                Err(reason.unwrap_or_else(|| missing(paths, release)))
            }
        }
    }
}

/// BTF from a file; `None` if it is an ELF file without any.
fn read(path: &Path) -> io::Result<Option<Contents>> {
    let origin = format!("`{}`", path.display());
    let mut file = File::open(path)?;
    #[cfg(feature = "load")]
    if path == Path::new(SYSFS) {
        // Before Linux 6.16 the file can't be mapped; then it is read.
        if let Ok(image) = SysfsImage::map(&file) {
            return Ok(Some(Contents { bytes: Bytes::Mapped(image), origin }));
        }
    }
    let mut bytes = Vec::new();
    file.by_ref().take(elf::MAGIC.len() as u64).read_to_end(&mut bytes)?;
    if bytes == elf::MAGIC {
        let section = elf::read_btf(&mut file)?;
        return Ok(section.map(|bytes| Contents { bytes: Bytes::Memory(bytes.into()), origin }));
    }
    // Distributions' modules are packed, and `vmlinuz` is.
    if let Some(tool) = packer(&bytes) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("the file is compressed: unpack it first, by `{tool} -d`")));
    }
    // sysfs tells the length, which spares the buffer from growing step by step.
    let length = file.metadata()?.len().min(elf::LONGEST_SECTION);
    bytes.reserve(usize::try_from(length).unwrap_or(0));
    file.take(elf::LONGEST_SECTION).read_to_end(&mut bytes)?;
    Ok(Some(Contents { bytes: Bytes::Memory(bytes.into()), origin }))
}

/// The tool that made a file, if its first four bytes are those of compressed data.
fn packer(magic: &[u8]) -> Option<&'static str> {
    match magic {
        [0xfd, b'7', b'z', b'X'] => Some("xz"),
        [0x28, 0xb5, 0x2f, 0xfd] => Some("zstd"),
        [0x1f, 0x8b, ..] => Some("gzip"),
        _ => None,
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let (kind, remedy) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, ""),
        io::ErrorKind::PermissionDenied => {
            (ErrorKind::PermissionDenied, ", which everyone may on most systems (is this process confined?)")
        }
        io::ErrorKind::InvalidData => (ErrorKind::InvalidData, ""),
        _ => (ErrorKind::System, ""),
    };
    Error::with_source(kind, format!("cannot read the kernel's BTF from `{}`{remedy}", path.display()), error)
}

#[cfg(any(feature = "load", test))]
fn missing(paths: &[PathBuf], release: &str) -> Error {
    let Some((first, others)) = paths.split_first() else {
        return Error::new(ErrorKind::NotFound, format!("the running kernel, {release}, has no BTF"));
    };
    let first_name = first.display();
    let message = if first.parent().and_then(Path::parent).is_some_and(|sysfs| !sysfs.exists()) {
        format!(
            "cannot find the BTF of the running kernel: sysfs is not mounted, so that `{first_name}` isn't there; mount it (a container is \
             given `/sys` by who starts it), or give a file with the BTF of this very kernel"
        )
    } else {
        let others = others.len();
        format!(
            "the running kernel, {release}, has no BTF: neither is `{first_name}` there nor any of the {others} files that distributions \
             put in its place; use a kernel built with `CONFIG_DEBUG_INFO_BTF=y`, as most distributions' are since 2021, or give a file \
             with the BTF of this very kernel"
        )
    };
    Error::new(ErrorKind::NotFound, message)
}

/// Bytes, wherever they are.
pub(super) enum Bytes {
    Memory(Cow<'static, [u8]>),
    #[cfg(feature = "load")]
    Mapped(SysfsImage),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Memory(bytes) => bytes,
            #[cfg(feature = "load")]
            Self::Mapped(image) => image,
        }
    }
}

impl fmt::Debug for Bytes {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::btf::builder::Builder;
    use crate::kernel::elf::tests::file as elf_file;
    use crate::kernel::tests::Folder;

    fn error(source: &BtfSource) -> String {
        format!("{:#}", source.contents().expect_err("no BTF"))
    }

    #[test]
    fn files_are_raw_or_elf() {
        let folder = Folder::new();
        for contents in [b"\x9f\xeb types".to_vec(), elf_file(true, false, ".BTF", b"\x9f\xeb types")] {
            let path = folder.file("vmlinux", &contents);
            let source = BtfSource::file(path.clone());
            let contents = source.contents().expect("readable");
            assert_eq!(&*contents.bytes, b"\x9f\xeb types");
            assert_eq!(contents.origin, format!("`{}`", path.display()));
        }
        for short in [&b""[..], b"\x7f"] {
            let source = BtfSource::file(folder.file("short", short));
            assert_eq!(&*source.contents().expect("readable").bytes, short);
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let folder = Folder::new();
        let path = folder.file("vmlinux", &elf_file(true, false, ".text", b""));
        assert_eq!(error(&BtfSource::file(path.clone())), format!("`{}` is an ELF file without a section `.BTF`", path.display()));

        let path = folder.file("vmlinux", b"\x7fELF");
        let why = "the ELF file is damaged or cut short";
        assert_eq!(error(&BtfSource::file(path.clone())), format!("cannot read the kernel's BTF from `{}`: {why}", path.display()));

        let path = folder.path("nothing");
        let why = "No such file or directory (os error 2)";
        let source = BtfSource::file(path.clone());
        assert_eq!(error(&source), format!("cannot read the kernel's BTF from `{}`: {why}", path.display()));
        assert_eq!(source.contents().expect_err("missing").kind(), ErrorKind::NotFound);
        assert_eq!(source.contents().expect_err("missing").raw_os_error(), Some(2));

        assert_eq!(error(&BtfSource::None), "no BTF is given for this kernel: add `with_btf_file` to its description");
    }

    #[test]
    fn an_error_is_not_kept() {
        let folder = Folder::new();
        let source = BtfSource::file(folder.path("vmlinux"));
        assert!(source.contents().is_err());
        folder.file("vmlinux", b"types");
        assert_eq!(&*source.contents().expect("there now").bytes, b"types");
        folder.file("vmlinux", b"others");
        assert_eq!(&*source.contents().expect("kept").bytes, b"types");
    }

    #[test]
    fn the_first_place_that_has_it_counts() {
        let folder = Folder::new();
        let without = folder.file("without", &elf_file(true, false, ".text", b""));
        let damaged = folder.file("damaged", b"no types");
        let (types, others) = (Builder::new().bytes(), crate::btf::builder::every_kind(Builder::new()).bytes());
        let with = folder.file("with", &elf_file(true, false, ".BTF", &types));
        let last = folder.file("last", &others);
        let nothing = folder.path("nothing");
        let source = BtfSource::places(vec![nothing.clone(), without, damaged.clone(), with, last], "6.1.0".to_owned());
        assert_eq!(*source.contents().expect("found").bytes, *types);

        let source = BtfSource::places(vec![nothing, damaged.clone()], "6.1.0".to_owned());
        let text = format!(
            "cannot use `{}` as the kernel's BTF: not BTF: the first bytes are [6e, 6f], not 9f eb or eb 9f",
            damaged.display()
        );
        assert_eq!(error(&source), text);
        // The kernel's own is taken as it is, and found wanting later.
        let source = BtfSource::places(vec![damaged], "6.1.0".to_owned());
        assert_eq!(&*source.contents().expect("it is there").bytes, b"no types");
    }

    #[test]
    fn says_that_a_file_must_be_unpacked() {
        let folder = Folder::new();
        for (magic, tool) in [(&b"\xfd7zXZ"[..], "xz"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\x1f\x8b\x08\0", "gzip")] {
            let path = folder.file("module.ko", magic);
            let why = format!("the file is compressed: unpack it first, by `{tool} -d`");
            assert_eq!(
                error(&BtfSource::file(path.clone())),
                format!("cannot read the kernel's BTF from `{}`: {why}", path.display())
            );
        }
    }

    #[test]
    fn says_why_the_kernel_has_none() {
        let folder = Folder::new();
        std::fs::create_dir(folder.path("kernel")).expect("own folder");
        let first = folder.path("kernel/btf/vmlinux");
        let source = BtfSource::places(vec![first.clone(), folder.path("vmlinux")], "6.1.0-50".to_owned());
        assert_eq!(
            error(&source),
            format!(
                "the running kernel, 6.1.0-50, has no BTF: neither is `{}` there nor any of the 1 files that distributions put in its place; \
                 use a kernel built with `CONFIG_DEBUG_INFO_BTF=y`, as most distributions' are since 2021, or give a file with the BTF of \
                 this very kernel",
                first.display()
            )
        );
        assert_eq!(source.contents().expect_err("missing").kind(), ErrorKind::NotFound);

        let unmounted = folder.path("sys/kernel/btf/vmlinux");
        assert_eq!(
            error(&BtfSource::places(vec![unmounted.clone()], "6.1.0-50".to_owned())),
            format!(
                "cannot find the BTF of the running kernel: sysfs is not mounted, so that `{}` isn't there; mount it (a container is given \
                 `/sys` by who starts it), or give a file with the BTF of this very kernel",
                unmounted.display()
            )
        );
    }

    #[test]
    fn says_that_it_may_not_be_read() {
        let error = unreadable(Path::new(SYSFS), io::Error::from_raw_os_error(13));
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert_eq!(
            format!("{error:#}"),
            "cannot read the kernel's BTF from `/sys/kernel/btf/vmlinux`, which everyone may on most systems (is this process confined?): \
             Permission denied (os error 13)"
        );
    }
}
