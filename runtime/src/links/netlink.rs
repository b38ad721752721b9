//! Requests of rtnetlink(7), with what `include/uapi/linux/netlink.h` calls it.

use std::fs::File;
use std::io::{self, Read, Write};

const NLMSG_ERROR: u16 = 2;

const NLM_F_REQUEST: u16 = 1;
const NLM_F_ACK: u16 = 4;
/// In a request: to be shown what becomes of it.
pub(super) const NLM_F_ECHO: u16 = 8;
/// In an answer: the request isn't repeated whole.
const NLM_F_CAPPED: u16 = 0x100;

const NLMSGERR_ATTR_MSG: u16 = 1;

/// `struct nlmsghdr`.
const HEADER: usize = 16;

/// Why the kernel doesn't do it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) error: io::Error,
    /// In the kernel's words, if it has some.
    pub(crate) reason: Option<String>,
}

impl From<io::Error> for Refusal {
    #[inline]
    fn from(error: io::Error) -> Self {
        Self { error, reason: None }
    }
}

/// Sends a request, and waits until it is done: what the kernel then shows, from the subject on.
#[inline]
pub(super) fn ask(socket: &mut File, kind: u16, flags: u16, subject: &[u8], attributes: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
    let size = (HEADER + subject.len() + attributes.len()) as u32;
    let mut request = size.to_ne_bytes().to_vec();
    request.extend(kind.to_ne_bytes());
    request.extend((NLM_F_REQUEST | NLM_F_ACK | flags).to_ne_bytes());
    // One request at a time needs no number, and the kernel fills in whose it is.
    request.extend([0; 8]);
    request.extend(subject);
    request.extend(attributes);
    socket.write_all(&request)?;

    let mut shown = None;
    let mut buffer = vec![0; 16384];
    loop {
        let size = socket.read(&mut buffer)?;
        if size == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        if let Some(answer) = read_answers(buffer.get(..size).unwrap_or_default(), &mut shown) {
            return answer.map(|()| shown);
        }
    }
}

/// Goes through what was received: keeps what the kernel shows, up to whether the request is done; `None` as long as it hasn't said that.
#[inline]
pub(super) fn read_answers(mut received: &[u8], shown: &mut Option<Vec<u8>>) -> Option<Result<(), Refusal>> {
    while let Some((message, behind)) = split(received, word(received, 0)) {
        received = behind;
        let body = message.get(HEADER..).unwrap_or_default();
        match half(message, 4) {
            Some(NLMSG_ERROR) => return Some(answer(message, body)),
            Some(_) => *shown = Some(body.to_vec()),
            None => {}
        }
    }
    None
}

/// Whether it was done: `struct nlmsgerr`, which repeats the request, and attributes.
#[inline]
fn answer(message: &[u8], body: &[u8]) -> Result<(), Refusal> {
    let number = word(body, 0).unwrap_or_default() as i32;
    if number == 0 {
        return Ok(());
    }
    let capped = half(message, 6).unwrap_or_default() & NLM_F_CAPPED != 0;
    let repeated = if capped { HEADER } else { word(body, 4).unwrap_or_default() as usize };
    let attributes = body.get(4..).and_then(|body| body.get(repeated..)).unwrap_or_default();
    let reason = among(attributes, NLMSGERR_ATTR_MSG).map(|text| String::from_utf8_lossy(text).trim_end_matches('\0').to_owned());
    Err(Refusal { error: io::Error::from_raw_os_error(number.wrapping_neg()), reason })
}

/// An attribute (`struct nlattr`) with its contents, filled up to whole words.
#[inline]
pub(super) fn attribute(kind: u16, contents: &[u8]) -> Vec<u8> {
    let size = (4 + contents.len()) as u16;
    let mut bytes = [size.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend(contents);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// The contents of the first attribute of a kind.
#[inline]
pub(super) fn among(mut attributes: &[u8], wanted: u16) -> Option<&[u8]> {
    /// `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`.
    const FLAGS: u16 = 0xc000;

    while let Some((attribute, rest)) = split(attributes, half(attributes, 0).map(u32::from)) {
        if half(attribute, 2)? & !FLAGS == wanted {
            return attribute.get(4..);
        }
        attributes = rest;
    }
    None
}

/// What has a size, and what is behind it at the next whole word.
#[inline]
fn split(bytes: &[u8], size: Option<u32>) -> Option<(&[u8], &[u8])> {
    let size = size? as usize;
    // What is smaller than its own head would never end.
    if size < 4 {
        return None;
    }
    Some((bytes.get(..size)?, bytes.get(size.next_multiple_of(4)..).unwrap_or_default()))
}

#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

#[inline]
fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: u16 = 1;
    const TWO: u16 = 2;
    const THREE: u16 = 11;
    const FOUR: u16 = 7;

    #[test]
    fn attributes_are_found_behind_others() {
        let both = [attribute(ONE, b"bpf\0"), attribute(TWO | 0x8000, &attribute(THREE, &[1, 0, 0, 0]))].concat();
        assert_eq!(among(&both, ONE), Some(&b"bpf\0"[..]));
        let options = among(&both, TWO).unwrap();
        assert_eq!(among(options, THREE), Some(&[1, 0, 0, 0][..]));
        assert_eq!(among(options, FOUR), None);
        // A name that isn't whole words.
        let odd = [attribute(FOUR, b"x\0"), attribute(THREE, &[2, 0, 0, 0])].concat();
        assert_eq!(odd.len() % 4, 0);
        assert_eq!(among(&odd, FOUR), Some(&b"x\0"[..]));
        assert_eq!(among(&odd, THREE), Some(&[2, 0, 0, 0][..]));
    }

    #[test]
    fn what_is_cut_or_has_no_size_ends() {
        let whole = attribute(ONE, b"clsact\0");
        for size in 0..whole.len() - 1 {
            assert_eq!(among(&whole[..size], ONE), None, "{size}");
        }
        assert_eq!(among(&[0; 64], ONE), None);
        assert_eq!(among(&[3, 0, 1, 0, 3, 0, 1, 0], ONE), None);
    }

    #[test]
    fn what_is_shown_comes_before_the_end() {
        let message = |kind: u16, body: &[u8]| {
            let mut message = ((HEADER + body.len()) as u32).to_ne_bytes().to_vec();
            message.extend(kind.to_ne_bytes());
            message.resize(HEADER, 0);
            message.extend(body);
            message.resize(message.len().next_multiple_of(4), 0);
            message
        };
        let (one, two, end) = (message(44, b"one"), message(44, b"two!"), message(NLMSG_ERROR, &[0; 20]));
        let mut shown = None;
        assert!(read_answers(&[&one[..], &two].concat(), &mut shown).is_none());
        assert_eq!(shown.as_deref(), Some(&b"two!"[..]));
        // Behind the end is nothing of this request.
        assert!(read_answers(&[&one[..], &end, &two].concat(), &mut shown).unwrap().is_ok());
        assert_eq!(shown.as_deref(), Some(&b"one"[..]));
        for cut in 0..end.len() {
            assert!(read_answers(&end[..cut], &mut shown).is_none());
        }
    }

    #[test]
    fn an_error_has_its_reason() {
        /// `struct nlmsgerr` with the head of the request, whose size is given.
        fn error(flags: u16, request: u32, repeated: usize) -> Refusal {
            let mut message = vec![0; HEADER];
            message[6..8].copy_from_slice(&flags.to_ne_bytes());
            let mut body = (-22_i32).to_ne_bytes().to_vec();
            body.extend(request.to_ne_bytes());
            body.resize(4 + repeated, 0);
            body.extend(attribute(NLMSGERR_ATTR_MSG, b"no\0"));
            answer(&message, &body).unwrap_err()
        }
        for refusal in [error(0, 36, 36), error(NLM_F_CAPPED, 36, HEADER)] {
            assert_eq!((refusal.error.raw_os_error(), refusal.reason.as_deref()), (Some(22), Some("no")));
        }
        assert_eq!(error(0, u32::MAX, 36).reason, None);
        assert!(answer(&[0; HEADER], &[0; 20]).is_ok());
    }
}
