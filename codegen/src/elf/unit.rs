//! What a run of the compiler leaves.

use std::borrow::Cow;

use corebone::btf::Btf;
use corebone::{Error, ErrorKind, Result};

use super::{File, Records};

/// A C file, compiled: all that linking takes.
#[derive(Debug)]
pub(crate) struct Unit<'a> {
    /// Name of the C file, for messages.
    pub(crate) source: &'a str,
    pub(crate) file: File<'a>,
    /// Empty if it was compiled without.
    pub(crate) btf: Cow<'a, [u8]>,
    pub(crate) records: Records,
}

impl<'a> Unit<'a> {
    /// Reads an object file.
    pub(crate) fn parse(source: &'a str, elf: &'a [u8]) -> Result<Self> {
        let mut file = File::parse(elf)?;
        let mut take = |name| {
            let section = file.sections.iter_mut().find(|section| section.name == name);
            section.map(|section| std::mem::take(&mut section.data))
        };
        let (btf, extension) = (take(".BTF").unwrap_or_default(), take(".BTF.ext"));
        let mut records = Records::default();
        if !btf.is_empty() {
            let types = Btf::parse(&btf)?;
            if types.is_big_endian() != file.big_endian {
                return Err(Error::new(ErrorKind::InvalidData, "section `.BTF` is of another byte order than the file"));
            }
            if let Some(extension) = extension {
                records = Records::parse(&extension, &file, |at| types.string(at))?;
            }
        }
        Ok(Self { source, file, btf, records })
    }
}
