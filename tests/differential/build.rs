//! Compiles the programs that are measured.

fn main() {
    corebone_build::skeleton("benches/typical.bpf.c");
}
