//! Where a file has its BTF.

use std::borrow::Cow;

use corebone::{Error, ErrorKind, Result};

use crate::elf::Table;

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
    let table = Table::parse(file)?;
    let section = table.entries.iter().find(|section| section.name == ".BTF").ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "the ELF file has no section `.BTF`; a kernel has one if it was built with `CONFIG_DEBUG_INFO_BTF`",
        )
    })?;
    Ok(Cow::Borrowed(section.data()?))
}

fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
