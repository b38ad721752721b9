//! Compiles the programs.

fn main() {
    corebone_build::skeleton("src/bpf/probes.bpf.c");
    corebone_build::skeleton("src/bpf/mechanisms.bpf.c");
    corebone_build::skeleton("src/bpf/congestion.bpf.c");
    corebone_build::skeleton("src/bpf/symbols.bpf.c");
    corebone_build::skeleton("src/bpf/memory.bpf.c");
    // What the verifier says of it is looked at with the text of its source.
    if let Err(error) = corebone_build::Builder::new().source("src/bpf/kinds.bpf.c").source_lines(true).build() {
        panic!("{error:#}");
    }
}
