//! Compiles the program.

fn main() {
    corebone_build::skeleton("src/bpf/cputime.bpf.c");
}
