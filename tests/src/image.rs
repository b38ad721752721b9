//! The types in a kernel's image.
//!
//! An image unpacks itself when it is booted: somewhere in it is a compressed kernel. That is an ELF file with a section `.BTF`, or
//! on some architectures plain memory. In both the types are found by their header, as they are in images that aren't compressed.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// How kernels are compressed: the first bytes, and the command that undoes it and doesn't mind what follows.
const COMPRESSIONS: [(&[u8], &[&str]); 5] = [
    (b"\x28\xb5\x2f\xfd", &["zstd", "-dcq"]),
    (b"\xfd7zXZ\0", &["xz", "-dcq", "--single-stream"]),
    (b"\x1f\x8b\x08", &["gzip", "-dcq"]),
    (b"\x02\x21\x4c\x18", &["lz4", "-dcq"]),
    (b"\x5d\0\0", &["xz", "-dcq", "--format=lzma"]),
];

/// A kernel proper has more types than this many bytes hold; a module or a program has fewer.
const LEAST: usize = 1 << 20;

/// The raw BTF of the kernel in an image.
pub(crate) fn types(image: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(image).with_context(|| format!("can't read `{}`", image.display()))?;
    if let Some(types) = largest(&bytes) {
        return Ok(types.to_vec());
    }
    for (magic, command) in COMPRESSIONS {
        for at in positions(&bytes, magic) {
            let kernel = decompress(command, &bytes[at..])?;
            if let Some(types) = largest(&kernel) {
                return Ok(types.to_vec());
            }
        }
    }
    bail!("the kernel in `{}` has no types, or is compressed in another way than those known here", image.display());
}

fn positions<'b>(bytes: &'b [u8], wanted: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let first = wanted.first().copied().unwrap_or_default();
    let candidates = bytes.iter().enumerate().filter(move |(_, byte)| **byte == first).map(|(at, _)| at);
    candidates.filter(move |at| bytes[*at..].starts_with(wanted))
}

/// What the command makes of the bytes: all that comes before the first that it can't make sense of.
fn decompress(command: &[&str], bytes: &[u8]) -> Result<Vec<u8>> {
    let [program, arguments @ ..] = command else { bail!("no command") };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("can't run `{program}`, which a kernel's image is decompressed with"))?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // The command may end before it has read everything.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
        child.wait_with_output()
    })?;
    Ok(output.stdout)
}

/// The largest BTF in the bytes, of either byte order.
fn largest(bytes: &[u8]) -> Option<&[u8]> {
    // Magic number, version 1, no flags.
    let headers: [&[u8]; 2] = [b"\x9f\xeb\x01\0", b"\xeb\x9f\x01\0"];
    let found = headers.into_iter().flat_map(|magic| positions(bytes, magic)).filter_map(|at| whole(&bytes[at..]));
    found.max_by_key(|found| found.len()).filter(|found| found.len() >= LEAST)
}

/// The BTF at the beginning of the bytes: a header (`struct btf_header` in the kernel's `include/uapi/linux/btf.h`), types,
/// strings.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let big_endian = bytes.first() == Some(&0xeb);
    let word = |at: usize| {
        let word: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) } as usize)
    };
    let [header, types_at, types, strings_at, strings] = [word(4)?, word(8)?, word(12)?, word(16)?, word(20)?];
    if !(24..=64).contains(&header) || types_at != 0 || strings_at < types {
        return None;
    }
    let found = bytes.get(..header.checked_add(strings_at)?.checked_add(strings)?)?;
    // The strings begin with an empty one, and end.
    (found.get(header + strings_at) == Some(&0) && found.last() == Some(&0)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn btf(big_endian: bool, strings: usize) -> Vec<u8> {
        let word = |number: u32| if big_endian { number.to_be_bytes() } else { number.to_le_bytes() };
        let mut bytes = if big_endian { b"\xeb\x9f\x01\0".to_vec() } else { b"\x9f\xeb\x01\0".to_vec() };
        for number in [24, 0, 16, 16, strings as u32] {
            bytes.extend(word(number));
        }
        bytes.resize(24 + 16 + strings, 0);
        bytes
    }

    #[test]
    fn finds_the_kernels_among_others() {
        for big_endian in [false, true] {
            let kernel = btf(big_endian, LEAST);
            let small = btf(big_endian, 100);
            let image = [b"boot code", &small[..], b"\x9f\xeb\x01\0 no header", &kernel, b"rest"].concat();
            assert_eq!(largest(&image), Some(&kernel[..]));
            assert_eq!(largest(&small), None);
            assert_eq!(largest(&kernel[..LEAST]), None, "cut off");
        }
    }

    #[test]
    fn unpacks_and_ignores_what_follows() {
        let folder = tempfile::tempdir().expect("a folder");
        let kernel = btf(false, LEAST);
        let plain = folder.path().join("plain");
        fs::write(&plain, &kernel).expect("own folder");
        let packed = Command::new("gzip").arg("-c").arg(&plain).output().expect("gzip runs").stdout;
        let image = folder.path().join("image");
        fs::write(&image, [b"unpacker", &packed[..], b"more"].concat()).expect("own folder");
        assert_eq!(types(&image).expect("found"), kernel);
        fs::write(&image, b"nothing").expect("own folder");
        assert!(types(&image).expect_err("nothing").to_string().contains("has no types"));
    }
}
