//! Fetches Debian's kernels and runs programs in them.

use std::env;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use corebone_tests::kernel::Cache;
use corebone_tests::machine::{End, Machine};

const USAGE: &str = "vm: run programs in the kernels of Debian's archive, in an emulator

  vm fetch SERIES...                       put kernels into the cache: 5.10, newest, all
  vm list                                  show the kernels in the cache
  vm run [OPTION]... SERIES PROGRAM ARG... boot one and run a static program, or a shell script, in it as root
    --seconds N      give up after N seconds (120)
    --file FILE      also put FILE into the machine, at /NAME
    --words WORDS    more words for the kernel's command line
    --console        show the kernel's messages

run ends with the program's status; 124 if the time was up, 125 if the machine crashed.
The cache is $COREBONE_CACHE, or `corebone` in the user's cache folder.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["fetch", series @ ..] if !series.is_empty() => fetch(series),
        ["list"] => list(),
        ["run", rest @ ..] => run(rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("vm: {error:#}");
        ExitCode::FAILURE
    })
}

fn fetch(series: &[&str]) -> Result<ExitCode> {
    for kernel in Cache::of_user()?.fetch(series)? {
        let note = if kernel.config().is_some() { "" } else { " (the archive no longer has its configuration)" };
        println!("{}{note}", kernel.release);
    }
    Ok(ExitCode::SUCCESS)
}

fn list() -> Result<ExitCode> {
    for kernel in Cache::of_user()?.kernels() {
        println!("{}", kernel.release);
    }
    Ok(ExitCode::SUCCESS)
}

fn run(mut arguments: &[&str]) -> Result<ExitCode> {
    let mut seconds = 120;
    let mut files = Vec::new();
    let mut words = "";
    let mut show_console = false;
    let (series, program, rest) = loop {
        arguments = match arguments {
            ["--seconds", value, rest @ ..] => {
                seconds = value.parse().with_context(|| format!("`{value}` is no number of seconds"))?;
                rest
            }
            ["--file", file, rest @ ..] => {
                files.push(Path::new(*file));
                rest
            }
            ["--words", value, rest @ ..] => {
                words = value;
                rest
            }
            ["--console", rest @ ..] => {
                show_console = true;
                rest
            }
            [option, ..] if option.starts_with('-') => bail!("unknown option `{option}`\n{USAGE}"),
            [series, program, rest @ ..] => break (series, Path::new(*program), rest),
            _ => bail!("a kernel and a program are needed\n{USAGE}"),
        }
    };
    let name = |path: &Path| -> Result<String> {
        Ok(path.file_name().with_context(|| format!("`{}` is no file", path.display()))?.to_string_lossy().into_owned())
    };
    let mut machine = Machine::new(&Cache::of_user()?.kernel(series)?).seconds(seconds).boot_words(words);
    for file in files {
        machine = machine.file(file, &format!("/{}", name(file)?));
    }
    let is_script = std::fs::read(program).is_ok_and(|bytes| bytes.starts_with(b"#!"));
    machine = if is_script { machine.file(program, &format!("/bin/{}", name(program)?)) } else { machine.program(program)? };
    let quoted: Vec<String> = std::iter::once(name(program)?.as_str()).chain(rest.iter().copied()).map(quote).collect();
    let outcome = machine.run(&format!("exec {}\n", quoted.join(" ")))?;

    std::io::stdout().write_all(outcome.stdout.as_bytes())?;
    eprint!("{}", outcome.stderr);
    if show_console || !matches!(outcome.end, End::Status(_)) {
        eprint!("{}", outcome.console);
    }
    Ok(ExitCode::from(match outcome.end {
        End::Status(status) => status,
        End::OutOfTime => 124,
        End::Crashed => 125,
    }))
}

/// A word as the shell takes it for one.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
