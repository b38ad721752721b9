//! Projects that are compiled for machines of another architecture than this one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use corebone_tests::archive::Architecture;
use corebone_tests::cargo::{add_target, messages};
use corebone_tests::kernel::Cache;
use corebone_tests::program::find_clang;
use corebone_tests::project::{Project, text};
use corebone_tests::requirement::require;

/// A target, and what is to be known of it.
struct Target {
    triple: &'static str,
    /// In `__TARGET_ARCH_`.
    kernel: &'static str,
    /// Debian's name.
    debian: &'static str,
    big_endian: bool,
    /// The kernel's registers, in the order of `arch/*/include/asm/ptrace.h`.
    registers: &'static str,
    /// Where a kprobe finds the first argument.
    argument: i16,
}

const TARGETS: [Target; 4] = [
    Target {
        triple: "aarch64-unknown-linux-gnu",
        kernel: "arm64",
        debian: "arm64",
        big_endian: false,
        registers: "struct user_pt_regs { u64 regs[31], sp, pc, pstate; };\nstruct pt_regs { union { struct user_pt_regs user_regs; struct { \
                    u64 regs[31], sp, pc, pstate; }; }; u64 orig_x0; };",
        argument: 0,
    },
    Target {
        triple: "riscv64gc-unknown-linux-gnu",
        kernel: "riscv",
        debian: "riscv64",
        big_endian: false,
        registers: "struct user_regs_struct { unsigned long pc, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7; };\n\
                    struct pt_regs { unsigned long epc, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, orig_a0; };\n\
                    struct user_regs_struct user;",
        argument: 80,
    },
    Target {
        triple: "s390x-unknown-linux-gnu",
        kernel: "s390",
        debian: "s390x",
        big_endian: true,
        registers: "typedef struct { unsigned long mask, addr; } psw_t;\ntypedef struct { unsigned long args[1]; psw_t psw; unsigned long \
                    gprs[16]; } user_pt_regs;\nstruct pt_regs { union { user_pt_regs user_regs; struct { unsigned long args[1]; psw_t psw; \
                    unsigned long gprs[16]; }; }; unsigned long orig_gpr2; };",
        argument: 40,
    },
    Target {
        triple: "powerpc64le-unknown-linux-gnu",
        kernel: "powerpc",
        debian: "ppc64el",
        big_endian: false,
        registers: "struct pt_regs { unsigned long gpr[32], nip, msr, orig_gpr3, ctr, link; };",
        argument: 24,
    },
];

/// Needs no types of a kernel.
const PLAIN: &str = r#"#define SEC(name) __attribute__((section(name), used))
#define STRING(x) #x
#define ARCH(x) STRING(x)
struct sample {
    unsigned char flag;
    unsigned long long word;
    int bits:3, rest:7;
    __int128 wide;
};
const volatile char arch[16] = ARCH;
const volatile unsigned order = 0x01020304;
struct sample last = { .flag = 1, .word = 2 };
SEC("socket") int plain(void *ctx)
{
    return order + last.word;
}
char LICENSE[] SEC("license") = "GPL";
"#;

/// Needs the kernel's types and registers.
const PROBE: &str = r#"#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
SEC("kprobe/do_exit")
long BPF_KPROBE(probe, unsigned long code)
{
    return code;
}
SEC("tp_btf/sched_switch")
int BPF_PROG(switched, bool preempt, struct task_struct *prev)
{
    return BPF_CORE_READ(prev, pid);
}
char LICENSE[] SEC("license") = "GPL";
"#;

const LIBRARY: &str = "#![forbid(unsafe_code)]\n#![deny(warnings, missing_docs)]\n//! Cross-compiled.\n/// As such.\npub mod plain {\n    \
                       corebone::include_skeleton!(\"plain\");\n}\n";

/// The build script, with calls of the builder.
fn build(calls: &str) -> String {
    format!(
        "fn main() {{\n    corebone_build::Builder::new(){calls}.build().map(drop).unwrap_or_else(|error| panic!(\"{{error:#}}\"));\n}}\n"
    )
}

/// Checks the project for a target; the folder that its build script wrote to, or the errors.
fn check(project: &Project, target: &Target) -> Result<Result<PathBuf, String>> {
    let arguments = ["check", "--message-format=json-render-diagnostics", "--target", target.triple];
    let output = project.cargo(&arguments).output()?;
    if !output.status.success() {
        return Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let built = messages(&output.stdout).into_iter().filter(|message| message["reason"] == "build-script-executed");
    let mut folders = built.filter(|message| message["package_id"].as_str().is_some_and(|id| id.contains("#cross@")));
    let folder = folders.next().and_then(|message| Some(PathBuf::from(message["out_dir"].as_str()?)));
    Ok(Ok(folder.context("the project has a build script")?))
}

/// Types of a small kernel of the architecture, as clang writes them.
fn kernel(folder: &Path, clang: &Path, target: &Target) -> Result<PathBuf> {
    let (source, object) = (folder.join(format!("{}.c", target.kernel)), folder.join(format!("{}.o", target.kernel)));
    let members = "struct task_struct { int pid; char comm[16]; };";
    let types = format!(
        "typedef unsigned long long u64;\ntypedef _Bool bool;\ntypedef unsigned int __u32;\ntypedef unsigned long long __u64;\n\
                         typedef unsigned short __u16;\ntypedef unsigned char __u8;\ntypedef int __s32;\ntypedef long long __s64;\n{}\n{members}\n\
                         struct pt_regs registers;\nstruct task_struct task;\nbool flag; __u32 u32; __u64 u64_; __u16 u16; __u8 u8; __s32 s32; __s64 s64;\n",
        target.registers
    );
    fs::write(&source, types)?;
    let mut command = Command::new(clang);
    let order = if target.big_endian { "bpfeb" } else { "bpfel" };
    command.args(["-target", order, "-g", "-O2", "-c"]).arg(&source).arg("-o").arg(&object);
    text(command).map_err(anyhow::Error::msg)?;
    Ok(object)
}

/// Whether the bytes of a skeleton have the instruction that loads a kprobe's first argument: `r0 = *(u64 *)(r1 + offset)`.
fn has_load(skeleton: &[u8], target: &Target) -> bool {
    let offset = target.argument;
    let load = if target.big_endian {
        let [high, low] = offset.to_be_bytes();
        [0x79, 0x01, high, low, 0, 0, 0, 0]
    } else {
        let [low, high] = offset.to_le_bytes();
        [0x79, 0x10, low, high, 0, 0, 0, 0]
    };
    skeleton.windows(load.len()).any(|window| window == load)
}

#[test]
fn skeletons_are_those_of_the_target() -> Result<()> {
    let test = "skeletons_are_those_of_the_target";
    let Some(clang) = require(test, find_clang()) else { return Ok(()) };
    let project = Project::empty("cross", &Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects"))?;
    project.manifest("[dependencies]\ncorebone = \"0.1\"\n\n[build-dependencies]\ncorebone-build = \"0.1\"\n")?;
    project.write("src/bpf/probe.bpf.c", PROBE)?;
    let kernels = tempfile::tempdir()?;
    for target in TARGETS {
        let Some(()) = require(test, add_target(target.triple)) else { continue };
        let arch = target.triple.split('-').next().unwrap_or_default();
        project.write("src/bpf/plain.bpf.c", &PLAIN.replace("= ARCH;", &format!("= ARCH(__TARGET_ARCH_{});", target.kernel)))?;
        project.write("build.rs", &build(".source(\"src/bpf/plain.bpf.c\")"))?;
        project.write("src/lib.rs", LIBRARY)?;
        let folder = check(&project, &target)?.map_err(anyhow::Error::msg)?;
        let (source, bytes) = (fs::read_to_string(folder.join("plain.skel.rs"))?, fs::read(folder.join("plain.skel.bin"))?);
        ensure!(source.contains(&format!("big_endian: {}", target.big_endian)), "{}: {source}", target.triple);
        let order = if target.big_endian { 0x0102_0304_u32.to_be_bytes() } else { 0x0102_0304_u32.to_le_bytes() };
        ensure!(bytes.windows(4).any(|window| window == order), "{}: `order` is in another one", target.triple);
        // A macro that is defined has become its value.
        ensure!(bytes.windows(2).any(|window| window == b"1\0"), "{}: no __TARGET_ARCH_{}", target.triple, target.kernel);
        ensure!(
            !bytes.windows(13).any(|window| window == b"__TARGET_ARCH"),
            "{}: no __TARGET_ARCH_{}",
            target.triple,
            target.kernel
        );

        let both = ".source(\"src/bpf/plain.bpf.c\").source(\"src/bpf/probe.bpf.c\")";
        project.write("build.rs", &build(both))?;
        project.write(
            "src/lib.rs",
            &format!("{LIBRARY}/// With the kernel's types.\npub mod probe {{\n    corebone::include_skeleton!(\"probe\");\n}}\n"),
        )?;
        let error = check(&project, &target)?.err().context("this machine's kernel served another architecture")?;
        let advice = format!(
            "take a kernel of that architecture, by Builder::vmlinux_for(`{}`, Vmlinux::File(...)) in build.rs",
            arch.trim_end_matches("gc")
        );
        ensure!(error.contains(&advice), "{}: {error}", target.triple);

        let mut files = vec![kernel(kernels.path(), &clang, &target)?];
        let known = Architecture::OTHERS.into_iter().find(|architecture| architecture.name == target.debian);
        files.extend(
            known
                .into_iter()
                .flat_map(|architecture| Cache::of_user().map(|cache| cache.types(architecture)).unwrap_or_default())
                .map(|(_, path)| path),
        );
        for file in files {
            let chosen = format!("{both}.vmlinux_for(\"{arch}\", corebone_build::Vmlinux::File({file:?}.into()))");
            project.write("build.rs", &build(&chosen))?;
            let folder = check(&project, &target)?.map_err(anyhow::Error::msg)?;
            let bytes = fs::read(folder.join("probe.skel.bin"))?;
            ensure!(has_load(&bytes, &target), "{} with {}: no load of the first argument", target.triple, file.display());
        }
        // That of another one.
        let other = if target.kernel == "riscv" { &TARGETS[0] } else { &TARGETS[1] };
        let file = kernel(kernels.path(), &clang, other)?;
        project.write("build.rs", &build(&format!("{both}.vmlinux(corebone_build::Vmlinux::File({file:?}.into()))")))?;
        let error = check(&project, &target)?.err().context("a kernel of another architecture was taken")?;
        ensure!(error.contains("but the program is compiled for"), "{}: {error}", target.triple);
    }
    Ok(())
}
