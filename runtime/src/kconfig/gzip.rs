//! Reads gzip files, as RFC 1952 has them: what `/proc/config.gz` is compressed with. The deflate stream inside is `miniz_oxide`'s.

use crate::{Error, ErrorKind, Result};

const MAGIC: [u8; 2] = [0x1f, 0x8b];
const DEFLATE: u8 = 8;
const FLAG_CHECKSUM: u8 = 1 << 1;
const FLAG_EXTRA: u8 = 1 << 2;
const FLAG_NAME: u8 = 1 << 3;
const FLAG_COMMENT: u8 = 1 << 4;
const FLAGS_RESERVED: u8 = 0xe0;

/// Whether the bytes begin as a gzip file does.
#[inline]
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The contents of a gzip file of one member.
///
/// # Errors
///
/// If the bytes are no such file, are damaged (length and checksum are compared), or hold more than `limit` bytes.
#[inline]
pub(crate) fn decompress(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
    let body = skip_header(bytes).ok_or_else(|| invalid("the gzip header is damaged"))?;
    let (deflated, trailer) = body.split_last_chunk::<8>().ok_or_else(|| invalid("the gzip file is cut short"))?;
    let contents = miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, limit).map_err(|error| {
        if error.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput {
            invalid(format!("the gzip file holds more than {limit} bytes"))
        } else {
            invalid("the gzip file is damaged or cut short")
        }
    })?;
    let [c0, c1, c2, c3, l0, l1, l2, l3] = *trailer;
    let length = u32::from_le_bytes([l0, l1, l2, l3]);
    if u32::try_from(contents.len()).ok() != Some(length) || crc32(&contents) != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Err(invalid("the gzip file is damaged: length or checksum differ"));
    }
    Ok(contents)
}

/// What follows the header, which is of variable length.
#[inline]
fn skip_header(bytes: &[u8]) -> Option<&[u8]> {
    let (fixed, mut rest) = bytes.split_first_chunk::<10>()?;
    let [m0, m1, method, flags, ..] = *fixed;
    if [m0, m1] != MAGIC || method != DEFLATE || flags & FLAGS_RESERVED != 0 {
        return None;
    }
    if flags & FLAG_EXTRA != 0 {
        let (length, extra) = rest.split_first_chunk::<2>()?;
        rest = extra.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for flag in [FLAG_NAME, FLAG_COMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end.checked_add(1)?..)?;
        }
    }
    if flags & FLAG_CHECKSUM != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

/// The checksum of RFC 1952, section 8, four bits at a time.
#[inline]
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut index = 0;
        while index < 16 {
            let mut remainder = index as u32;
            let mut bit = 0;
            while bit < 4 {
                remainder = if remainder & 1 == 0 { remainder >> 1 } else { (remainder >> 1) ^ 0xedb8_8320 };
                bit += 1;
            }
            table[index] = remainder;
            index += 1;
        }
        table
    };
    let step = |crc: u32| TABLE[(crc & 15) as usize] ^ (crc >> 4);
    !bytes.iter().fold(!0, |crc, byte| step(step(crc ^ u32::from(*byte))))
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A gzip file with every optional part of the header that `flags` asks for.
    pub(crate) fn compress(contents: &[u8], flags: u8) -> Vec<u8> {
        let mut file = vec![0x1f, 0x8b, DEFLATE, flags, 1, 2, 3, 4, 0, 3];
        if flags & FLAG_EXTRA != 0 {
            file.extend_from_slice(&[3, 0, b'x', 0, b'y']);
        }
        if flags & FLAG_NAME != 0 {
            file.extend_from_slice(b"config\0");
        }
        if flags & FLAG_COMMENT != 0 {
            file.extend_from_slice(b"\0");
        }
        if flags & FLAG_CHECKSUM != 0 {
            file.extend_from_slice(&[9, 9]);
        }
        file.extend_from_slice(&miniz_oxide::deflate::compress_to_vec(contents, 6));
        file.extend_from_slice(&crc32(contents).to_le_bytes());
        file.extend_from_slice(&u32::try_from(contents.len()).expect("small").to_le_bytes());
        file
    }

    #[test]
    fn checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn reads_every_form_of_header() {
        for flags in (0..0x20).chain([1]) {
            assert_eq!(decompress(&compress(b"CONFIG_HZ=250\n", flags), 100).expect("valid"), b"CONFIG_HZ=250\n", "flags {flags}");
        }
        assert_eq!(decompress(&compress(b"", 0), 100).expect("valid"), b"");
    }

    #[test]
    fn refuses_what_is_too_large() {
        let file = compress(&[b'x'; 1000], 0);
        assert_eq!(decompress(&file, 1000).expect("at the limit").len(), 1000);
        let error = decompress(&file, 999).expect_err("over the limit");
        assert_eq!(error.to_string(), "the gzip file holds more than 999 bytes");
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn every_truncation_is_an_error() {
        let file = compress(b"CONFIG_HZ=250\nCONFIG_BPF=y\n", FLAG_NAME | FLAG_EXTRA | FLAG_CHECKSUM | FLAG_COMMENT);
        for length in 0..file.len() {
            assert!(decompress(&file[..length], 1 << 20).is_err(), "first {length} bytes");
        }
    }

    #[test]
    fn damage_is_an_error_or_does_not_matter() {
        let contents = b"CONFIG_HZ=250\nCONFIG_BPF=y\nCONFIG_DEFAULT_HOSTNAME=\"(none)\"\n";
        let file = compress(contents, FLAG_NAME);
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut damaged = file.clone();
                damaged[at] ^= 1 << bit;
                // Time, system and name don't matter; no other change may give other contents.
                if let Ok(read) = decompress(&damaged, 1 << 20) {
                    assert_eq!(read, contents, "byte {at}, bit {bit}");
                }
            }
        }
    }
}
