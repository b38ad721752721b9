//! The README's blocks of code: each is compiled.
//!
//! A block of TOML is a manifest's dependencies. A block of Rust or C comes after a paragraph that begins with the name of the file that
//! it is, as in "`src/main.rs`:". Together they are a project; where a name comes again, it is built as it is until then.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use corebone_tests::cargo::workspace;
use corebone_tests::program::find_clang;
use corebone_tests::project::Project;
use corebone_tests::requirement::require;

#[derive(Default)]
struct Block {
    language: String,
    /// Where it begins in the README.
    line: usize,
    /// The first line of the paragraph before it.
    introduction: String,
    text: String,
}

fn blocks(readme: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut introduction = String::new();
    let mut after_blank = true;
    for (number, line) in (1..).zip(readme.lines()) {
        match (line.strip_prefix("```"), open.take()) {
            (Some(language), None) => {
                let introduction = std::mem::take(&mut introduction);
                open = Some(Block { language: language.to_owned(), line: number, introduction, ..Block::default() });
            }
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text += line;
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) if after_blank && !line.is_empty() => introduction = line.to_owned(),
            (None, None) => {}
        }
        after_blank = line.is_empty();
    }
    ensure!(open.is_none(), "the README's last block does not end");
    Ok(blocks)
}

/// The file that a block is.
fn name(block: &Block) -> Result<String> {
    if block.language == "toml" {
        return Ok("Cargo.toml".to_owned());
    }
    let name = block.introduction.strip_prefix('`').and_then(|rest| rest.split_once('`'));
    let (name, _) = name.with_context(|| format!("README.md:{}: no file is named before the block", block.line))?;
    Ok(name.to_owned())
}

#[test]
fn every_block_of_code_compiles() -> Result<()> {
    let Some(_) = require("every_block_of_code_compiles", find_clang()) else { return Ok(()) };
    let readme = fs::read_to_string(workspace().join("README.md")).context("can't read README.md")?;
    let mut files = BTreeMap::new();
    for block in blocks(&readme)? {
        match block.language.as_str() {
            "rust" | "c" | "toml" => {
                let name = name(&block)?;
                if files.contains_key(&name) {
                    build(&files)?;
                }
                files.insert(name, block.text);
            }
            "sh" => check_shell(&block)?,
            // What a program prints.
            "text" => {}
            other => bail!("README.md:{}: a block in `{other}`, which no test compiles", block.line),
        }
    }
    build(&files)
}

fn build(files: &BTreeMap<String, String>) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects");
    let project = Project::empty("readme", &target)?;
    for (name, text) in files {
        match name.as_str() {
            "Cargo.toml" => project.manifest(text)?,
            name => project.write(name, text)?,
        }
    }
    project.build().map(|_| ()).map_err(anyhow::Error::msg).context("the project that the README shows")
}

fn check_shell(block: &Block) -> Result<()> {
    let checked = Command::new("sh").args(["-n", "-c", &block.text]).output()?;
    ensure!(checked.status.success(), "README.md:{}: {}", block.line, String::from_utf8_lossy(&checked.stderr));
    Ok(())
}
