//! The command line tool; see `corebone_build::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    corebone_build::cli::run(std::env::args_os())
}
