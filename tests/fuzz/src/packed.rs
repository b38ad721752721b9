//! A relocation's whole input in one string of bytes, so that real ones can be seeds.

use crate::question::Question;

/// An object's part in a relocation, and a kernel's.
#[derive(Debug)]
pub struct Packed<'a> {
    pub big_endian: bool,
    pub questions: Vec<Question<'a>>,
    pub instructions: &'a [u8],
    /// The object's types.
    pub local: &'a [u8],
    /// The kernel's types.
    pub kernel: &'a [u8],
}

impl<'a> Packed<'a> {
    /// Flags, then for each question its kind, root type and access string up to a line's end; an empty line ends them. Then
    /// instructions and types, each with its length in front; what is left is the kernel's.
    pub fn unpack(data: &'a [u8]) -> Option<Self> {
        let (&flags, mut rest) = data.split_first()?;
        let mut questions = Vec::new();
        loop {
            let end = rest.iter().position(|&byte| byte == b'\n')?;
            let (line, after) = rest.split_at(end);
            rest = after.get(1..)?;
            let [kind, low, high, access @ ..] = line else { break };
            questions.push((*kind, u32::from(u16::from_le_bytes([*low, *high])), std::str::from_utf8(access).ok()?));
        }
        let mut part = || {
            let (length, after) = rest.split_first_chunk()?;
            let (part, after) = after.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
            rest = after;
            Some(part)
        };
        let (instructions, local) = (part()?, part()?);
        Some(Self { big_endian: flags & 1 == 1, questions, instructions, local, kernel: rest })
    }

    /// The opposite; `None` if a number has no place.
    pub fn pack(&self) -> Option<Vec<u8>> {
        let mut data = vec![u8::from(self.big_endian)];
        for (kind, root, access) in &self.questions {
            data.push(*kind);
            data.extend(u16::try_from(*root).ok()?.to_le_bytes());
            data.extend(access.as_bytes());
            data.push(b'\n');
        }
        data.push(b'\n');
        for part in [self.instructions, self.local] {
            data.extend(u16::try_from(part.len()).ok()?.to_le_bytes());
            data.extend(part);
        }
        data.extend(self.kernel);
        Some(data)
    }
}
