fn main() {
    println!("cargo::rerun-if-changed=../probe.bpf.c");
    let skeleton = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("probe.skel.rs");
    let headers = std::env::var("VMLINUX_DIR").unwrap();
    libbpf_cargo::SkeletonBuilder::new()
        .source("../probe.bpf.c")
        .clang_args(["-I", &headers])
        .build_and_generate(&skeleton)
        .unwrap();
}
