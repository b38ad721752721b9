//! Finds addresses in the kernel's list of symbols.

use std::collections::HashMap;
use std::io::{BufRead, Read};

use super::Resolution;
use crate::kernel::SymbolSource;
use crate::{Error, ErrorKind, Result};

/// Longer than any line of the list: names have at most 512 bytes (`KSYM_NAME_LEN` of Linux 6.1), a module's 64.
const LONGEST_LINE: usize = 1024;

/// A line: `ffffffff81000000 T _text`, and for a module's symbols its name behind.
struct Line<'a> {
    address: u64,
    /// Kind and visibility, as nm(1) has them.
    letter: u8,
    name: &'a [u8],
}

impl<'a> Line<'a> {
    #[inline]
    fn parse(line: &'a [u8]) -> Option<Self> {
        let mut fields = line.split(|byte| byte.is_ascii_whitespace()).filter(|field| !field.is_empty());
        let (address, letter, name) = (fields.next()?, fields.next()?, fields.next()?);
        let address = std::str::from_utf8(address).ok()?;
        let address = u64::from_str_radix(address.strip_prefix("0x").unwrap_or(address), 16).ok()?;
        let &[letter] = letter else { return None };
        Some(Self { address, letter, name })
    }

    /// The name in C: to static data, link time optimisation adds `.llvm.` and a hash.
    #[inline]
    fn c_name(&self) -> &'a [u8] {
        const SUFFIX: &[u8] = b".llvm.";
        let suffix = self.name.windows(SUFFIX.len()).position(|bytes| bytes == SUFFIX).filter(|_| self.letter == b'd');
        suffix.and_then(|at| self.name.get(..at)).unwrap_or(self.name)
    }
}

/// Shows every line of the list.
fn read(source: &SymbolSource, mut visit: impl FnMut(Line<'_>)) -> Result<()> {
    let mut reader = source.open()?;
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let length = (&mut reader).take(LONGEST_LINE as u64).read_until(b'\n', &mut line);
        if length.map_err(|error| source.unreadable(error))? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match Line::parse(&line) {
            Some(line) => visit(line),
            None => {
                let message =
                    format!("line {number} of {} is not a symbol: it should be as in `ffffffff81000000 T _text`", source.origin());
                return Err(Error::new(ErrorKind::InvalidData, message));
            }
        }
    }
    Ok(())
}

/// Finds the addresses of names, all in one pass.
#[inline]
pub(super) fn addresses(source: &SymbolSource, names: &[&str]) -> Result<Vec<Resolution>> {
    let numbers: HashMap<_, _> = names.iter().map(|name| name.as_bytes()).zip(0..).collect();
    let mut found: Vec<Vec<u64>> = vec![Vec::new(); names.len()];
    let (mut any, mut hidden) = (false, true);
    read(source, |line| {
        any = true;
        hidden &= line.address == 0;
        let number: Option<&usize> = numbers.get(line.c_name());
        if let Some(addresses) = number.and_then(|&number| found.get_mut(number)) {
            if !addresses.contains(&line.address) {
                addresses.push(line.address);
            }
        }
    })?;
    if any && hidden {
        let message = format!(
            "{} shows all addresses as 0: run with the capability CAP_SYSLOG, and `sysctl kernel.kptr_restrict` at most 1",
            source.origin()
        );
        return Err(Error::new(ErrorKind::PermissionDenied, message));
    }
    let resolutions = found.into_iter().map(|addresses| match addresses.as_slice() {
        [] => Resolution::Missing,
        [address] => Resolution::Address(*address),
        [first, second, ..] => Resolution::Impossible(format!(
            "is ambiguous: {} has several of that name, as at {first:#x} and {second:#x}",
            source.origin()
        )),
    });
    Ok(resolutions.collect())
}

/// Shows the name of every symbol.
pub(super) fn names(source: &SymbolSource, mut visit: impl FnMut(&str)) -> Result<()> {
    read(source, |line| {
        if let Ok(name) = std::str::from_utf8(line.c_name()) {
            visit(name);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &'static str, names: &[&str]) -> Result<Vec<Resolution>> {
        addresses(&SymbolSource::Text(text.into()), names)
    }

    const LIST: &str = "\
0000000000000000 A fixed_percpu_data
ffffffff81000000 T _text
ffffffff81000000 T _stext
ffffffff82000010 d jiffies_lock.llvm.1234567
ffffffff82000020 D twice
ffffffff82000030 d twice
ffffffff82000040 t same
ffffffff82000040 T same
ffffffffc0000000 t init_module\t[xfs]
";

    #[test]
    fn finds_addresses_by_name() {
        let found = find(LIST, &["_text", "fixed_percpu_data", "same", "init_module", "jiffies_lock", "nothing"]).unwrap();
        let address = Resolution::Address;
        let expected = [
            address(0xffff_ffff_8100_0000),
            address(0),
            address(0xffff_ffff_8200_0040),
            address(0xffff_ffff_c000_0000),
            address(0xffff_ffff_8200_0010),
            Resolution::Missing,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn two_addresses_are_one_too_many() {
        let text =
            "is ambiguous: the list of symbols given has several of that name, as at 0xffffffff82000020 and 0xffffffff82000030";
        assert_eq!(find(LIST, &["twice"]).unwrap(), [Resolution::Impossible(text.to_owned())]);
    }

    #[test]
    fn tells_that_addresses_are_hidden() {
        let error = find("0000000000000000 T _text\n0000000000000000 T _stext\n", &["_text"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert_eq!(
            error.to_string(),
            "the list of symbols given shows all addresses as 0: run with the capability CAP_SYSLOG, and `sysctl kernel.kptr_restrict` \
             at most 1"
        );
        assert_eq!(find("", &["_text"]).unwrap(), [Resolution::Missing]);
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        let text = "line 2 of the list of symbols given is not a symbol: it should be as in `ffffffff81000000 T _text`";
        for bad in ["zzz T a", "1 TT a", "1 T", "1", "10000000000000000 T a"] {
            let source = SymbolSource::Text(format!("1 T ok\n{bad}\n").into());
            assert_eq!(addresses(&source, &["ok"]).unwrap_err().to_string(), text, "{bad}");
        }
        let endless = SymbolSource::Text("x".repeat(LONGEST_LINE * 3).into());
        assert!(addresses(&endless, &["ok"]).is_err());
        let missing = SymbolSource::File("/nowhere/kallsyms".into());
        assert_eq!(
            format!("{:#}", addresses(&missing, &["ok"]).unwrap_err()),
            "cannot read addresses of the kernel's symbols from `/nowhere/kallsyms`; a kernel has it if built with \
             `CONFIG_KALLSYMS=y`: No such file or directory (os error 2)"
        );
        assert_eq!(
            addresses(&SymbolSource::None, &["ok"]).unwrap_err().to_string(),
            "no addresses of symbols are given for this kernel: add `with_kallsyms_file` to its description"
        );
    }
}
