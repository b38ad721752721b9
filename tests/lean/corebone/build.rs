fn main() {
    corebone_build::skeleton("../probe.bpf.c");
}
