//! What records of functions and lines refer to.

use std::collections::HashSet;

use corebone::Result;
use corebone::blueprint::{Object, Program};
use corebone::btf::Btf;

use super::need::invalid;
use super::types::Ids;
use crate::btf::Strings;
use crate::elf::to_bytes;
use crate::link::Line;

/// The words of each record.
fn records<'a, const WORDS: usize>(
    bytes: &'a [u8],
    big_endian: bool,
    program: &Program<'_>,
) -> Result<impl Iterator<Item = [u32; WORDS]> + use<'a, WORDS>> {
    if bytes.len() % (4 * WORDS) != 0 {
        return Err(invalid(format!("program `{}` has a record of a function or line that is cut off", program.name)));
    }
    let word = move |bytes: &[u8]| {
        let bytes = bytes.first_chunk().copied().unwrap_or_default();
        if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    Ok(bytes.chunks_exact(4 * WORDS).map(move |record| {
        let mut words = record.chunks_exact(4).map(word);
        std::array::from_fn(|_| words.next().unwrap_or_default())
    }))
}

/// Ids of the types of a program's functions.
pub(super) fn function_types(program: &Program<'_>, big_endian: bool) -> Result<impl Iterator<Item = u32>> {
    Ok(records(program.func_info, big_endian, program)?.map(|[_, type_id]| type_id))
}

/// A program's records of functions with the new ids.
pub(super) fn functions(program: &Program<'_>, big_endian: bool, ids: &Ids) -> Result<Vec<u8>> {
    let records = records(program.func_info, big_endian, program)?;
    let words = records.flat_map(|[instruction, type_id]| [instruction, ids.of(type_id)]);
    Ok(words.flat_map(|word| to_bytes(word, big_endian)).collect())
}

/// File and line that a program begins at, as far as they are known: `probe.bpf.c:12`.
pub(crate) fn begin(object: &Object<'_>, program: &Program<'_>) -> Option<String> {
    let [instruction, file, text, line_column] = records(program.line_info, object.big_endian, program).ok()?.next()?;
    let line = Line { instruction, file, text, line_column };
    Some(format!("{}:{}", line.file(&Btf::parse(object.btf).ok()?).ok()?, line.number()))
}

/// A program's records of lines: the first of each run of one line, with the text of C if that is asked for. The kernel wants one where
/// each function begins (`check_btf_line` in its verifier), and takes any text that is a string of the BTF, the empty one too.
pub(super) fn lines<'a>(
    program: &Program<'_>,
    big_endian: bool,
    source_lines: bool,
    btf: &Btf<'a>,
    strings: &mut Strings<'a>,
) -> Result<Vec<u8>> {
    /// Bits of the column in a record's last word.
    const COLUMN: u32 = 10;

    let starts: HashSet<u32> = records(program.func_info, big_endian, program)?.map(|[instruction, _]| instruction).collect();
    let mut kept = Vec::new();
    let mut before = None;
    for [instruction, file, text, line_column] in records(program.line_info, big_endian, program)? {
        let line = Some((file, line_column >> COLUMN));
        // Without records of functions it isn't known where they begin.
        if line == before && !starts.is_empty() && !starts.contains(&instruction) {
            continue;
        }
        before = line;
        // A line of C that isn't UTF-8 is no text that could be shown.
        let text = if source_lines { btf.string(text).unwrap_or_default() } else { "" };
        kept.extend([instruction, strings.add(btf.string(file)?)?, strings.add(text)?, line_column]);
    }
    Ok(kept.into_iter().flat_map(|word| to_bytes(word, big_endian)).collect())
}
