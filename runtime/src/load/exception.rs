//! Exception callbacks where there are no exceptions.
//!
//! A kernel before Linux 6.7 has nothing that leads to the callback, and refuses a program with instructions that it can't get to
//! (`check_cfg` in `kernel/bpf/verifier.c`). Nothing throws there either, so that the program is whole without: it then has declared
//! `bpf_throw` `__weak`, and doesn't call it.

use crate::blueprint::Program;
use crate::open::OpenObject;

/// What loading does about callbacks, by name, so that it is only linked for objects that have one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Where the callback begins that this kernel can't have.
    pub(super) cut: fn(&OpenObject, &Program<'_>) -> Option<u32>,
    pub(super) without_callback: for<'a> fn(&Program<'a>) -> Program<'a>,
}

impl Part {
    pub(crate) const WHOLE: Self = Self { cut, without_callback };
}

#[inline]
fn cut(open: &OpenObject, program: &Program<'_>) -> Option<u32> {
    program.exception_callback.filter(|_| !open.can_throw())
}

/// A program without its exception callback: instructions and records end where it begins. What refers to instructions stays.
#[inline]
fn without_callback<'a>(program: &Program<'a>) -> Program<'a> {
    const INSTRUCTION: usize = 8;
    const FUNC_INFO: usize = 8;
    const LINE_INFO: usize = 16;

    let Some(start) = program.exception_callback else { return *program };
    let instructions = program.instructions.chunks(INSTRUCTION).take(start as usize).map(<[u8]>::len).sum();
    Program {
        instructions: program.instructions.get(..instructions).unwrap_or_default(),
        func_info: before(program.func_info, FUNC_INFO, start),
        line_info: before(program.line_info, LINE_INFO, start),
        exception_callback: None,
        ..*program
    }
}

/// The records, each of which begins with the number of its instruction, of what comes before one.
fn before(records: &[u8], size: usize, start: u32) -> &[u8] {
    let is_before = |record: &&[u8]| record.first_chunk().is_some_and(|instruction| u32::from_ne_bytes(*instruction) < start);
    let length = records.chunks_exact(size).take_while(is_before).count().saturating_mul(size);
    records.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    #[test]
    fn callbacks_are_cut_off() {
        let instructions: Vec<u8> = (0..32).collect();
        let (functions, lines) = (records(&[0, 7, 3, 8]), records(&[0, 1, 1, 1, 2, 1, 1, 2, 3, 1, 1, 3]));
        let program = Program {
            instructions: &instructions,
            func_info: &functions,
            line_info: &lines,
            exception_callback: Some(3),
            ..Program::EMPTY
        };
        let cut = without_callback(&program);
        assert_eq!((cut.instructions, cut.func_info, cut.line_info), (&instructions[..24], &functions[..8], &lines[..32]));
        assert_eq!(cut.exception_callback, None);
        let same = without_callback(&Program { exception_callback: None, ..program });
        assert_eq!((same.instructions.len(), same.func_info.len(), same.line_info.len()), (32, 16, 48));
        let beyond = without_callback(&Program { exception_callback: Some(u32::MAX), ..program });
        assert_eq!((beyond.instructions.len(), beyond.func_info.len(), beyond.line_info.len()), (32, 16, 48));
    }
}
