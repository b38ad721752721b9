//! The command line tool: looks into BPF objects, relocates them for any kernel, writes skeletons and `vmlinux.h`.

mod relocate;
mod target;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use corebone_build::{Error, ErrorKind, Result};

/// Cargo calls a tool of its own with the tool's name as the first argument.
#[derive(Parser)]
#[command(name = "cargo", bin_name = "cargo", disable_help_subcommand = true)]
enum Cargo {
    Corebone(Corebone),
}

/// Looks into BPF objects, relocates them for any kernel, and writes skeletons and vmlinux.h.
///
/// Exit status: 0 if it is done, 1 if it can't be, 2 if the arguments are wrong.
#[derive(clap::Args)]
#[command(version)]
struct Corebone {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Relocate(relocate::Relocate),
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let by_cargo = arguments.get(1).is_some_and(|argument| argument == "corebone");
    let name = if by_cargo { None } else { Some("corebone".into()) };
    let (program, rest) = arguments.split_at(arguments.len().min(1));
    let Cargo::Corebone(corebone) = Cargo::parse_from(program.iter().cloned().chain(name).chain(rest.iter().cloned()));
    let result = match corebone.command {
        Command::Relocate(relocate) => relocate.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a text. Who reads it may have seen enough before its end, which is no failure.
fn print(text: &str) -> Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::with_source(ErrorKind::System, "cannot write to the standard output", error))
        }
        _ => Ok(()),
    }
}
