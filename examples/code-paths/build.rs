//! Compiles the program.

fn main() {
    corebone_build::skeleton("src/bpf/clock.bpf.c");
}
