//! Makes the skeleton of the BPF program.

fn main() {
    corebone_build::skeleton("src/bpf/runqslower.bpf.c");
}
