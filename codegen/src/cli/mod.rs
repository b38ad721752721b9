//! The command line tool `cargo corebone`: looks into BPF objects, relocates them for any kernel, writes skeletons and `vmlinux.h`.
//!
//! A subcommand is a file: its arguments, and a function from what they name to text. It takes objects compiled with anyone's headers.

mod generate;
mod global;
mod input;
mod inspect;
mod json;
mod min_core_btf;
mod relocate;
mod table;
mod target;
mod vmlinux;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use corebone::{Error, ErrorKind, Result};

/// Looks into BPF objects, relocates them for any kernel, and writes skeletons and vmlinux.h.
///
/// Exit status: 0 if it was done, 1 if it can't be done, 2 if the arguments are wrong.
#[derive(Parser)]
#[command(name = "corebone", bin_name = "cargo corebone", version, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Inspect(inspect::Inspect),
    Relocate(relocate::Relocate),
    Generate(generate::Generate),
    Vmlinux(vmlinux::Vmlinux),
    MinCoreBtf(min_core_btf::MinCoreBtf),
}

/// What a subcommand comes to, if nothing prevents it.
enum Outcome {
    Done,
    /// The text says what can't be done.
    Failed,
}

/// Runs the tool. `arguments` are those of the process; cargo calls it with `corebone` in front of the user's.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = arguments.into_iter().enumerate().filter(|(index, argument)| *index != 1 || argument != "corebone");
    let CommandLine { command } = CommandLine::parse_from(arguments.map(|(_, argument)| argument));
    let result = match command {
        Command::Inspect(inspect) => inspect.run(),
        Command::Relocate(relocate) => relocate.run(),
        Command::Generate(generate) => generate.run(),
        Command::Vmlinux(vmlinux) => vmlinux.run(),
        Command::MinCoreBtf(min_core_btf) => min_core_btf.run(),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints a text. Who reads it may have seen enough before its end, which is no failure.
fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::with_source(ErrorKind::System, "cannot write to the standard output", error))
        }
        _ => Ok(()),
    }
}

/// Tells the user something beside the result.
fn complain(text: &str) {
    // There is nobody left to tell that it failed.
    let _ = writeln!(io::stderr(), "{text}");
}
