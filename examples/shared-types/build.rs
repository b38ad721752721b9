//! Compiles the program, with the types that another package has.

use corebone_build::{Builder, Error};

fn main() -> Result<(), Error> {
    Builder::new()
        .source("src/bpf/execs.bpf.c")
        .rust_type("struct exec", "::exec_event::exec")
        .rust_type("enum exec_origin", "::exec_event::exec_origin")
        .build()?;
    Ok(())
}
