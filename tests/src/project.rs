//! A cargo project that a test makes up: an application with one BPF program, as a user would write it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::cargo::{cargo, messages, workspace};

/// A project in a folder of its own, which goes when the value does.
pub struct Project {
    name: String,
    folder: TempDir,
    target: PathBuf,
}

impl Project {
    /// A project without files.
    ///
    /// It is built in `target`. Projects that share one compile their dependencies once, but need different names: cargo tells
    /// packages apart by their path within a workspace, which is the same for all of them.
    pub fn empty(name: &str, target: &Path) -> Result<Self> {
        let project = Self { name: name.to_owned(), folder: tempfile::tempdir()?, target: target.to_owned() };
        // The versions that the workspace was built with, so that nothing has to be fetched.
        fs::copy(workspace().join("Cargo.lock"), project.path("Cargo.lock"))?;
        Ok(project)
    }

    /// A minimal application: counts the context switches of a process.
    pub fn minimal(name: &str, target: &Path) -> Result<Self> {
        let project = Self::empty(name, target)?;
        project.manifest("[dependencies]\ncorebone = \"0.1\"\n\n[build-dependencies]\ncorebone-build = \"0.1\"\n")?;
        project.write("build.rs", "fn main() {\n    corebone_build::skeleton(\"src/bpf/switches.bpf.c\");\n}\n")?;
        project.write("src/main.rs", MAIN)?;
        project.write("src/bpf/switches.bpf.c", PROGRAM)?;
        project.write("src/bpf/switches.h", HEADER)?;
        project.write("src/bpf/unrelated.h", "")?;
        Ok(project)
    }

    /// Writes the manifest: the package, these dependencies, and the workspace's crates instead of published ones.
    pub fn manifest(&self, dependencies: &str) -> Result<()> {
        let mut manifest = format!("[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n", self.name);
        manifest += dependencies;
        manifest += "\n[workspace]\n\n[patch.crates-io]\n";
        for (name, folder) in [("corebone", "runtime"), ("corebone-build", "codegen"), ("corebone-macros", "macros")] {
            manifest += &format!("{name} = {{ path = {:?} }}\n", workspace().canonicalize()?.join(folder));
        }
        self.write("Cargo.toml", &manifest)
    }

    /// A path of the project.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file.
    pub fn write(&self, path: &str, contents: &str) -> Result<()> {
        let path = self.path(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, contents).with_context(|| format!("can't write `{}`", path.display()))
    }

    /// Puts another text in place of one that a file has once.
    pub fn replace(&self, path: &str, from: &str, to: &str) -> Result<()> {
        let text = fs::read_to_string(self.path(path))?;
        assert_eq!(text.matches(from).count(), 1, "`{from}` in `{path}`");
        self.write(path, &text.replace(from, to))
    }

    /// Gives a file the time of now.
    pub fn touch(&self, path: &str) -> Result<()> {
        Ok(fs::File::options().append(true).open(self.path(path))?.set_modified(SystemTime::now())?)
    }

    /// A cargo command in the project.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command.args(arguments).arg("--offline").current_dir(self.folder.path());
        command.env("CARGO_TARGET_DIR", &self.target).env_remove("CLANG").env_remove("RUSTFLAGS");
        command
    }

    /// Builds; what cargo printed for people, or else as an error.
    pub fn build(&self) -> Result<String, String> {
        text(self.cargo(&["build"]))
    }

    /// Builds; whether cargo compiled the project, or found everything as it was.
    pub fn compiles(&self) -> Result<bool> {
        Ok(self.build().map_err(anyhow::Error::msg)?.contains("Compiling"))
    }

    /// The folder that the build script wrote to; builds if need be.
    pub fn out_dir(&self) -> Result<PathBuf> {
        let output = self.cargo(&["build", "--message-format=json"]).output()?;
        messages(&output.stdout)
            .into_iter()
            .filter(|message| message["reason"] == "build-script-executed")
            .find(|message| message["package_id"].as_str().is_some_and(|id| id.contains(&format!("#{}@", self.name))))
            .and_then(|message| Some(PathBuf::from(message["out_dir"].as_str()?)))
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Runs a command; what it printed on its error output, as an error if it failed.
pub fn text(mut command: Command) -> Result<String, String> {
    let Output { status, stderr, .. } = command.output().map_err(|error| format!("can't run {command:?}: {error}"))?;
    let text = String::from_utf8_lossy(&stderr).into_owned();
    if status.success() { Ok(text) } else { Err(text) }
}

const MAIN: &str = r#"#![forbid(unsafe_code)]

mod switches {
    corebone::include_skeleton!("switches");
}
use switches::Switches;

fn main() -> corebone::Result<()> {
    let mut open = Switches::open()?;
    open.rodata.target = std::process::id();
    let skeleton = open.load()?;
    let _links = skeleton.attach()?;
    std::thread::yield_now();
    println!("{:?}", skeleton.maps.counts.get(&std::process::id())?);
    Ok(())
}
"#;

const PROGRAM: &str = r#"#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "switches.h"

const volatile __u32 target = 0;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, LIMIT);
    __type(key, __u32);
    __type(value, struct count);
} counts SEC(".maps");

SEC("tp_btf/sched_switch")
int BPF_PROG(handle_switch, bool preempt, struct task_struct *prev)
{
    __u32 pid = BPF_CORE_READ(prev, pid);
    struct count first = {}, *count;

    if (pid != target)
        return 0;
    count = bpf_map_lookup_elem(&counts, &pid);
    if (!count) {
        bpf_map_update_elem(&counts, &pid, &first, BPF_NOEXIST);
        return 0;
    }
    __sync_fetch_and_add(&count->switches, 1);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
"#;

const HEADER: &str = "#define LIMIT 64
struct count {
    __u64 switches;
};
";
