//! Compiles the programs that are measured.

fn main() {
    corebone_build::skeleton("benches/typical.bpf.c");
    corebone_build::skeleton("benches/runtime/busy.bpf.c");
    corebone_build::skeleton("benches/runtime/events.bpf.c");
    corebone_build::skeleton("benches/runtime/many.bpf.c");
}
