//! Makes Rust of the header.

fn main() {
    corebone_build::skeleton("src/bpf/exec.bpf.c");
}
