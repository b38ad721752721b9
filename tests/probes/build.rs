//! Compiles the programs.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use corebone_build::{Builder, Linked, Skeleton, generate};

fn main() {
    corebone_build::skeleton("src/bpf/probes.bpf.c");
    corebone_build::skeleton("src/bpf/mechanisms.bpf.c");
    corebone_build::skeleton("src/bpf/congestion.bpf.c");
    corebone_build::skeleton("src/bpf/symbols.bpf.c");
    corebone_build::skeleton("src/bpf/functions.bpf.c");
    corebone_build::skeleton("src/bpf/targets.bpf.c");
    corebone_build::skeleton("src/bpf/scheduler.bpf.c");
    corebone_build::skeleton("src/bpf/queue.bpf.c");
    corebone_build::skeleton("src/bpf/memory.bpf.c");
    // Also one of the golden skeletons.
    corebone_build::skeleton("../../codegen/tests/golden/kitchen-sink.bpf.c");
    corebone_build::skeleton("src/bpf/states.bpf.c");
    corebone_build::skeleton("src/bpf/kconfig.bpf.c");
    build(Builder::new().object("parts", ["src/bpf/parts.one.bpf.c", "src/bpf/parts.two.bpf.c"]));
    build_object("jumps");
    corebone_build::skeleton("src/bpf/usdt.bpf.c");
    build_traced("traced", &["-static"]);
    build_traced("traced-pie", &["-static-pie"]);
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

/// Generates a skeleton from an object that only the newest clang can make, and which is checked in for that.
fn build_object(name: &str) {
    let order = env::var("CARGO_CFG_TARGET_ENDIAN").unwrap_or_default();
    let path = format!("../../codegen/tests/objects/{name}.clang22.{}.o", if order == "big" { "eb" } else { "el" });
    println!("cargo::rerun-if-changed={path}");
    let linked = Linked::from_elf(name, &fs::read(path).expect("the object is checked in")).expect("an object");
    let Skeleton { source, bytes } =
        linked.with_object(|object| generate(object, &format!("{name}.bpf.c"))).expect("a skeleton of the object");
    let folder = env::var_os("OUT_DIR").expect("cargo says where");
    let file = |extension: &str| Path::new(&folder).join(format!("{name}.skel.{extension}"));
    fs::write(file("rs"), source).and_then(|()| fs::write(file("bin"), bytes)).expect("the directory is there to be written to");
}

/// Builds a program that is to be traced. It is written for one architecture: on others it is empty, and can't be run.
fn build_traced(name: &str, options: &[&str]) {
    println!("cargo::rerun-if-changed=src/traced.S");
    let path = Path::new(&env::var_os("OUT_DIR").expect("cargo says where")).join(name);
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("x86_64") {
        return fs::write(path, []).expect("the directory is there to be written to");
    }
    let clang = env::var_os("CLANG").unwrap_or_else(|| "clang".into());
    let mut command = Command::new(clang);
    command.args(["-target", "x86_64-linux-gnu", "-nostdlib"]).args(options).arg("src/traced.S").arg("-o").arg(path);
    assert!(command.status().expect("clang is there").success(), "{command:?}");
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
