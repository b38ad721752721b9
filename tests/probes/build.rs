//! Compiles the programs.

fn main() {
    corebone_build::skeleton("src/bpf/probes.bpf.c");
    corebone_build::skeleton("src/bpf/mechanisms.bpf.c");
    corebone_build::skeleton("src/bpf/congestion.bpf.c");
    corebone_build::skeleton("src/bpf/kinds.bpf.c");
    corebone_build::skeleton("src/bpf/symbols.bpf.c");
    corebone_build::skeleton("src/bpf/memory.bpf.c");
}
