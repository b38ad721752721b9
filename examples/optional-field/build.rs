//! Compiles the program.

fn main() {
    corebone_build::skeleton("src/bpf/cookie.bpf.c");
}
