//! Attaches to statically defined probes of a program.
#![forbid(unsafe_code)]

mod usdt {
    corebone::include_skeleton!("usdt");
}

use std::error::Error;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use corebone::ErrorKind;
use corebone_probes::{ensure, leaving_nothing};
use usdt::Usdt;
use usdt::types::hit;

/// The traced program, at its own addresses and position-independent.
const FIXED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/traced"));
const INDEPENDENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/traced-pie"));

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok(how) => {
            println!("usdt: ok, {how}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<&'static str, Box<dyn Error>> {
    let (fixed, independent) = (Traced::new("fixed", FIXED)?, Traced::new("independent", INDEPENDENT)?);
    let skeleton = Usdt::open()?.load()?;
    arguments(&skeleton, &fixed)?;
    numbers_are_used_again(&fixed)?;
    one_process(&skeleton, &independent)?;
    by_section(&fixed)?;
    mistakes(&skeleton, &fixed)?;
    let how = all_processes(&skeleton, &independent)?;
    Ok(how)
}

/// A program to be traced, in a file of its own.
struct Traced(PathBuf);

impl Traced {
    fn new(name: &str, contents: &[u8]) -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("corebone-traced-{name}-{}", std::process::id()));
        fs::write(&path, contents)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// Begins, and waits.
    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.0).stdin(Stdio::piped()).spawn()
    }

    fn run(&self) -> Result<(), Box<dyn Error>> {
        go_on(self.start()?)
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Has a process run through its probes and end.
fn go_on(mut child: Child) -> Result<(), Box<dyn Error>> {
    child.stdin.take().ok_or("no input")?.write_all(b"x")?;
    let status = child.wait()?;
    ensure(status.success(), || format!("{status}"))
}

/// What was seen since the last time.
fn hits(skeleton: &Usdt) -> Vec<hit> {
    let count = skeleton.bss.hit_count.get();
    skeleton.bss.hit_count.set(0);
    skeleton.bss.hits.get().into_iter().take(count as usize).collect()
}

/// What is seen at the two places of `whole`.
fn check(seen: &[hit], cookie: u64) -> Result<(), Box<dyn Error>> {
    let [first, second] = seen else { return Err(format!("{} hits", seen.len()).into()) };
    let values = [0x1122_3344_5566_7788, 0x5566_7788, -0x78, 0xfffd, -5, i64::MAX, -9, 0x88, 0];
    ensure(first.arguments == values, || format!("{:x?}", first.arguments))?;
    ensure(first.sizes == [8, 4, 1, 2, 8, 8, 8, 1, -2], || format!("{:?}", first.sizes))?;
    ensure(first.errors == [0, 0, 0, 0, 0, 0, 0, 0, -2], || format!("{:?}", first.errors))?;
    ensure((first.count, first.cookie) == (8, cookie), || format!("{first:?}"))?;
    ensure(second.arguments[..2] == [7, 0] && second.errors[..2] == [0, -2], || format!("{second:?}"))?;
    ensure((second.count, second.cookie) == (1, cookie), || format!("{second:?}"))
}

fn arguments(skeleton: &Usdt, traced: &Traced) -> Result<(), Box<dyn Error>> {
    let sees = skeleton.progs.sees.with_cookie(77);
    let link = sees.attach_usdt(traced.path(), "corebone", "whole", None)?;
    traced.run()?;
    check(&hits(skeleton), 77)?;
    let error = link.pin("/sys/fs/bpf/corebone").unwrap_err();
    let message = "cannot pin a link to `/sys/fs/bpf/corebone`: the kernel has no link for it; a probe may be at several places";
    ensure(error.to_string() == message, || format!("{error}"))?;

    // Another program at the same place, and another probe of the same program.
    let adds = skeleton.progs.adds.attach_usdt(traced.path(), "corebone", "whole", None)?;
    let bare = skeleton.progs.sees.attach_usdt(traced.path(), "corebone", "bare", None)?;
    skeleton.bss.typed.set(0);
    traced.run()?;
    let seen = hits(skeleton);
    ensure(seen.len() == 3 && seen[2].count == 0 && seen[2].cookie == 0, || format!("{seen:?}"))?;
    let typed = skeleton.bss.typed.get();
    let expected = 0x1122_3344 + 0x5566_7788 - 0x78 + 0xfffd;
    ensure(typed == expected, || format!("{typed:#x}, not {expected:#x}"))?;

    drop((link, adds, bare));
    traced.run()?;
    ensure(hits(skeleton).is_empty(), || "it is still seen".to_owned())
}

/// Those of links that are gone are free again.
fn numbers_are_used_again(traced: &Traced) -> Result<(), Box<dyn Error>> {
    let mut open = Usdt::open()?;
    // Two places at a time, and number 0.
    open.maps.__bpf_usdt_specs.set_max_entries(5);
    let skeleton = open.load()?;
    let attach = || skeleton.progs.sees.attach_usdt(traced.path(), "corebone", "whole", None);
    let links = [attach()?, attach()?];
    let error = attach().unwrap_err();
    let message = "cannot attach program `sees`: there are more different probes than `BPF_USDT_MAX_SPEC_CNT`; define it larger before \
                   `#include <bpf/usdt.bpf.h>`";
    ensure(error.to_string().starts_with(message) && error.kind() == ErrorKind::InvalidInput, || format!("{error}"))?;
    drop(links);
    let link = attach()?;
    traced.run()?;
    drop(link);
    check(&hits(&skeleton), 0)
}

/// On every kernel, wherever the program is in memory.
fn one_process(skeleton: &Usdt, traced: &Traced) -> Result<(), Box<dyn Error>> {
    let (child, other) = (traced.start()?, traced.start()?);
    let link = skeleton.progs.sees.attach_usdt(traced.path(), "corebone", "whole", Some(child.id()))?;
    go_on(child)?;
    check(&hits(skeleton), 0)?;
    go_on(other)?;
    ensure(hits(skeleton).is_empty(), || "another process is seen".to_owned())?;
    drop(link);
    Ok(())
}

/// What the section's name would say is set, as the file is nowhere that it could name.
fn by_section(traced: &Traced) -> Result<(), Box<dyn Error>> {
    let mut open = Usdt::open()?;
    open.progs.sees.set_attach_target(format!("{}:corebone:whole", traced.path().display()));
    let skeleton = open.load()?;
    let links = skeleton.attach()?;
    traced.run()?;
    check(&hits(&skeleton), 0)?;
    drop(links);

    let mut open = Usdt::open()?;
    open.progs.sees.set_attach_target("corebone:whole");
    let error = open.load()?.attach().unwrap_err();
    let message = "cannot attach program `sees`: `corebone:whole` is not a file, a provider and a probe, as in \
                   `usdt//usr/bin/python3:python:gc__start`";
    ensure(error.to_string() == message, || format!("{error}"))
}

fn mistakes(skeleton: &Usdt, traced: &Traced) -> Result<(), Box<dyn Error>> {
    let path = traced.path().display();
    let attach = |path: &Path, name: &str| skeleton.progs.sees.attach_usdt(path, "corebone", name, None).unwrap_err();
    let cases = [
        (
            attach(traced.path(), "hole"),
            ErrorKind::NotFound,
            format!("`{path}` has no probe `corebone:hole`; the nearest is `corebone:whole`"),
        ),
        (
            attach(traced.path(), "odd"),
            ErrorKind::Unsupported,
            format!("probe `corebone:odd` of `{path}` has an argument in a place that programs can't be told of: `8@values(%rip)`"),
        ),
        (
            attach(Path::new("/proc/self/exe"), "whole"),
            ErrorKind::NotFound,
            "`/proc/self/exe` has no probe `corebone:whole`: it has none at all (no section `.note.stapsdt`)".to_owned(),
        ),
    ];
    for (error, kind, message) in cases {
        let text = format!("cannot attach program `sees`: {message}");
        ensure(error.kind() == kind && error.to_string() == text, || format!("{error}, not {text}"))?;
    }
    let error = attach(Path::new("/no/such/file"), "whole");
    let text = "cannot attach program `sees`: cannot read the probes of `/no/such/file`";
    ensure(error.kind() == ErrorKind::NotFound && error.to_string().starts_with(text), || format!("{error}"))?;
    let error = attach(Path::new("/proc/version"), "whole");
    ensure(error.kind() == ErrorKind::InvalidData, || format!("{error}"))
}

/// In code that is anywhere in memory, arguments take a kernel that hands a number to the program.
fn all_processes(skeleton: &Usdt, traced: &Traced) -> Result<&'static str, Box<dyn Error>> {
    let attached = skeleton.progs.sees.attach_usdt(traced.path(), "corebone", "whole", None);
    match attached {
        Ok(link) => {
            traced.run()?;
            drop(link);
            check(&hits(skeleton), 0)?;
            Ok("by cookies")
        }
        Err(error) => {
            let message = "cannot attach program `sees`: before Linux 5.15 the arguments of a probe in a shared library, or in a program \
                           that is position-independent, can only be had of one process: name it";
            ensure(error.kind() == ErrorKind::Unsupported && error.to_string() == message, || format!("{error}"))?;
            Ok("by addresses")
        }
    }
}
