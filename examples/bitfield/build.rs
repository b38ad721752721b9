//! Compiles the program.

fn main() {
    corebone_build::skeleton("src/bpf/subreaper.bpf.c");
}
