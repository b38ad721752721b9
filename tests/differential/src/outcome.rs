//! What a dump says, taken apart.

use std::collections::BTreeMap;

/// Begins the one sort of comments that is compared.
const JUMP_TABLE: &str = "# jump table at ";

/// Whether a line is there for people only.
pub fn is_comment(line: &str) -> bool {
    line.starts_with('#') && !line.starts_with(JUMP_TABLE)
}

/// A dump: the text of `cargo corebone relocate --dump`, and of libbpf's results.
#[derive(Debug)]
pub(crate) enum Outcome<'t> {
    /// The object as a whole failed.
    Failed,
    /// It didn't.
    Relocated {
        /// Lines about maps and their contents.
        maps: Vec<&'t str>,
        /// Programs by name.
        programs: BTreeMap<&'t str, Program<'t>>,
    },
}

/// A program's lines.
#[derive(Debug, Default)]
pub(crate) struct Program<'t> {
    /// All before the instructions.
    pub(crate) head: Vec<&'t str>,
    pub(crate) instructions: Vec<&'t str>,
}

impl<'t> Outcome<'t> {
    pub(crate) fn parse(text: &'t str) -> Self {
        let mut maps = Vec::new();
        let mut programs: BTreeMap<&str, Program<'_>> = BTreeMap::new();
        let mut current = None;
        for line in text.lines().filter(|line| !is_comment(line)).skip(1) {
            if line.starts_with("error ") {
                return Self::Failed;
            }
            if let Some(rest) = line.strip_prefix("program ") {
                current = rest.split(' ').next();
            }
            match current {
                None => maps.push(line),
                Some(name) => {
                    let program = programs.entry(name).or_default();
                    if line.starts_with("program ") || line.starts_with("func ") || line.starts_with(JUMP_TABLE) {
                        program.head.push(line);
                    } else {
                        program.instructions.push(line);
                    }
                }
            }
        }
        Self::Relocated { maps, programs }
    }
}
