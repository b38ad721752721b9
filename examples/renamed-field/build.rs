//! Compiles the program.

fn main() {
    corebone_build::skeleton("src/bpf/state.bpf.c");
}
