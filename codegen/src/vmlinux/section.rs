//! Where a file has its BTF.

use std::borrow::Cow;

use corebone::{Error, ErrorKind, Result};
use object::{Object, ObjectSection};

/// First bytes of an ELF file.
const ELF: &[u8] = b"\x7fELF";

/// The BTF in the bytes of a file: the file itself, as with `/sys/kernel/btf/vmlinux`, or the section `.BTF` of an ELF file, as with
/// an uncompressed `vmlinux` or a BPF object.
///
/// # Errors
/// The file is neither of them, or has no such section.
pub fn find_btf(file: &[u8]) -> Result<Cow<'_, [u8]>> {
    if !file.starts_with(ELF) {
        return match file {
            [0x9f, 0xeb, ..] | [0xeb, 0x9f, ..] => Ok(Cow::Borrowed(file)),
            _ => Err(invalid("neither BTF nor an ELF file; a compressed `vmlinuz` must be unpacked first")),
        };
    }
    let elf =
        object::File::parse(file).map_err(|error| Error::with_source(ErrorKind::InvalidData, "cannot read the ELF file", error))?;
    let section = elf.section_by_name(".BTF").ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "the ELF file has no section `.BTF`; a kernel has one if it was built with `CONFIG_DEBUG_INFO_BTF`",
        )
    })?;
    let data =
        section.data().map_err(|error| Error::with_source(ErrorKind::InvalidData, "cannot read the section `.BTF`", error))?;
    Ok(Cow::Borrowed(data))
}

fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
