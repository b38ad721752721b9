//! aya compiles no C: clang is called here, with the headers that libbpf-cargo brings.

fn main() {
    println!("cargo::rerun-if-changed=../probe.bpf.c");
    let object = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("probe.bpf.o");
    let [vmlinux, headers] = ["VMLINUX_DIR", "BPF_HEADERS"].map(|name| std::env::var(name).unwrap());
    let status = std::process::Command::new("clang")
        .args(["-O2", "-g", "--target=bpfel", "-mcpu=v3", "-c", "../probe.bpf.c", "-I", &vmlinux, "-I", &headers, "-o"])
        .arg(object)
        .status();
    assert!(status.unwrap().success());
}
