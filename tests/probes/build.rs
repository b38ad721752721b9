//! Compiles the programs.

use std::env;
use std::process::Command;

use corebone_build::Builder;

fn main() {
    corebone_build::skeleton("src/bpf/probes.bpf.c");
    corebone_build::skeleton("src/bpf/mechanisms.bpf.c");
    corebone_build::skeleton("src/bpf/congestion.bpf.c");
    corebone_build::skeleton("src/bpf/symbols.bpf.c");
    corebone_build::skeleton("src/bpf/functions.bpf.c");
    corebone_build::skeleton("src/bpf/targets.bpf.c");
    corebone_build::skeleton("src/bpf/scheduler.bpf.c");
    corebone_build::skeleton("src/bpf/memory.bpf.c");
    // Also one of the golden skeletons.
    corebone_build::skeleton("../../codegen/tests/golden/kitchen-sink.bpf.c");
    corebone_build::skeleton("src/bpf/states.bpf.c");
    corebone_build::skeleton("src/bpf/kconfig.bpf.c");
    build(Builder::new().object("parts", ["src/bpf/parts.one.bpf.c", "src/bpf/parts.two.bpf.c"]));
    // For what must hold with optimizations.
    println!("cargo::rustc-env=OPT_LEVEL={}", env::var("OPT_LEVEL").unwrap_or_default());

    // What the verifier says of it is looked at with the text of its source.
    build(Builder::new().source("src/bpf/kinds.bpf.c").source_lines(true));
    // Asks for what is newer than the oldest clang.
    let builder = Builder::new().source("src/bpf/relocations.bpf.c");
    build(match newest_clang() {
        Some(clang) => builder.clang(clang),
        None => builder,
    });
}

fn build(builder: Builder) {
    if let Err(error) = builder.build() {
        panic!("{error:#}");
    }
}

/// The newest clang that is there beside the default one.
fn newest_clang() -> Option<String> {
    let names = (15..40).rev().map(|version| format!("clang-{version}"));
    names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()))
}
