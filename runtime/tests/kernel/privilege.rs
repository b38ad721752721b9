//! What is said to those who may not.

use std::io::{BufRead, BufReader, Write, stdin};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::process::{Child, Command, Stdio};

use corebone::__private::OpenObject;
use corebone::blueprint::map_type;
use corebone::programs::{Uprobe, Xdp, XdpFlags};
use corebone::{ErrorKind, OpenOptions, PerfEventArray, Place, Sampling, cpu_clock};

use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, fsconfig_create, fsconfig_set_string, fsmount, fsopen, move_mount,
};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

use crate::assembler::{Code, Types, array, fixed, object, perf, with_types};
use crate::requirement::{as_nobody, in_child, is_at_least, is_child, root};
use crate::skip::skip;

#[test]
fn missing_capabilities_are_named() {
    if !is_child() {
        if root() {
            as_nobody("privilege::missing_capabilities_are_named");
        }
        return;
    }
    let load = |object| OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap_err();
    let setting = std::fs::read_to_string("/proc/sys/kernel/unprivileged_bpf_disabled").unwrap_or_default();
    let error = load(fixed(object(vec![array("slots", 8, 1)], vec![])));
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let text = error.to_string();
    assert!(text.starts_with("cannot create map `slots` (array): this process lacks CAP_BPF"), "{text}");
    assert!(text.contains(&format!("`kernel.unprivileged_bpf_disabled` is {}", setting.trim())), "{text}");
    assert!(text.ends_with("run it as root, or give its file the right with `setcap cap_bpf+ep FILE`"), "{text}");

    let error = load(fixed(object(vec![], vec![Code::default().give(0).program("counts", "raw_tp/sys_enter")])));
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(
        error.to_string(),
        "cannot load program `counts`: this process lacks CAP_BPF and CAP_PERFMON; run it as root, or give its file the right with \
         `setcap cap_bpf,cap_perfmon+ep FILE`"
    );
    if let Err(error) = cpu_clock(1000, Sampling::Cpu(0)) {
        assert!(error.to_string().starts_with("cannot sample `cpu-clock` of CPU 0: this process lacks CAP_PERFMON"), "{error}");
    }
}

#[test]
fn one_capability_is_not_both() {
    if !is_child() {
        if root() {
            let only_bpf = ["setpriv", "--inh-caps=-all", "--bounding-set=-all,+bpf"];
            in_child(&only_bpf, "privilege::one_capability_is_not_both");
        }
        return;
    }
    let object = fixed(object(vec![array("slots", 8, 1)], vec![Code::default().give(0).program("counts", "raw_tp/sys_enter")]));
    let error = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot load program `counts`: this process lacks CAP_PERFMON, and even root can't have it here; have who starts it allow it: a \
         container by `--cap-add`, a service by `CapabilityBoundingSet=`"
    );
}

#[test]
fn perf_buffers_are_locked_memory() {
    if !is_child() {
        if root() {
            let without_locking = ["setpriv", "--inh-caps=-all", "--bounding-set=-all,+bpf,+perfmon"];
            in_child(&without_locking, "privilege::perf_buffers_are_locked_memory");
        }
        return;
    }
    // Not if whoever may have perf events may have any: `perf_is_paranoid` in the kernel's `include/linux/perf_event.h`.
    if std::fs::read_to_string("/proc/sys/kernel/perf_event_paranoid").unwrap().trim() == "-1" {
        return;
    }
    let loaded = OpenObject::open(fixed(object(vec![perf("events")], vec![])), OpenOptions::new()).unwrap().load().unwrap();
    let events: PerfEventArray<u64> = loaded.map(0);
    let error = events.reader_with_pages(1 << 14).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(
        error.to_string(),
        "cannot map a perf buffer of 16384 pages for map `events`: without CAP_IPC_LOCK, all of a user's take no more than \
         `kernel.perf_event_mlock_kb` for each CPU and the limit of locked memory (`ulimit -l`); take fewer pages \
         (`reader_with_pages`), or raise one of the two"
    );
}

#[test]
fn a_user_namespace_is_told_apart() {
    if !is_child() {
        if root() {
            in_child(&["unshare", "--user", "--map-root-user"], "privilege::a_user_namespace_is_told_apart");
        }
        return;
    }
    let error =
        OpenObject::open(fixed(object(vec![array("slots", 8, 1)], vec![])), OpenOptions::new()).unwrap().load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let text = error.to_string();
    assert!(text.contains("in a user namespace (a container's) only") && text.contains("gives a token"), "{text}");
}

/// As a container's manager does it: the file system is the container's, and who is outside says what it delegates (Linux 6.9).
#[test]
fn a_token_gives_the_right() {
    const TEST: &str = "privilege::a_token_gives_the_right";
    const CONTEXT: &str = "file system of BPF: ";
    if !is_child() {
        if root() && is_at_least(6, 9) {
            let inside = |command: &str| {
                let user_namespace = ["--user", "--map-root-user", "--mount", command];
                let mut command = Command::new("unshare");
                command.args(user_namespace).stdin(Stdio::piped()).stdout(Stdio::piped());
                command
            };
            match inside("true").status() {
                Ok(status) if status.success() => {}
                other => return skip(&format!("no user namespaces here: {other:?}")),
            }
            let executable = std::env::current_exe().unwrap();
            let mut command = inside(executable.to_str().unwrap());
            command.args([TEST, "--exact", "--nocapture"]).env("COREBONE_TEST_CHILD", "1");
            let mut child = command.spawn().unwrap();
            delegate(&mut child, CONTEXT);
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        return;
    }
    let context = fsopen("bpf", FsOpenFlags::empty()).unwrap();
    println!("\n{CONTEXT}{}", context.as_raw_fd());
    let mut answer = String::new();
    stdin().read_line(&mut answer).unwrap();
    let load = |section| {
        let mut types = Types::new();
        types.add("int", 1, 0, 4, &[1 << 24 | 32]);
        let program = Code::default().give(2).program("runs", section);
        let object = with_types(object(vec![array("slots", 8, 1)], vec![program]), types.bytes(), vec![]);
        OpenObject::open(object, OpenOptions::new()).unwrap().load()
    };
    let error = load("raw_tp/sys_enter").unwrap_err();
    assert!(error.to_string().contains("`/sys/fs/bpf` gives a token (Linux 6.9)"), "{error}");

    let mounted = fsmount(context.as_fd(), FsMountFlags::empty(), MountAttrFlags::empty()).unwrap();
    let here: BorrowedFd<'_> = rustix::fs::CWD;
    move_mount(mounted, "", here, "/sys/fs/bpf", MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH).unwrap();
    let loaded = load("raw_tp/sys_enter").unwrap();
    assert!(loaded.map::<corebone::Map>(0).info().is_ok());
    assert!(corebone::supports_map_type(map_type::HASH).unwrap());
    let error = load("xdp").unwrap_err();
    let covers = "cannot load program `runs`: the BPF token of this process's user namespace (a container's) doesn't cover it";
    assert!(error.to_string().starts_with(covers), "{error}");
}

/// Lets the child's BPF file system give a token for maps, types and raw tracepoints.
fn delegate(child: &mut Child, announced: &str) {
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let number = lines.find_map(|line| line.unwrap().strip_prefix(announced)?.parse().ok()).unwrap();
    let process = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    let process = pidfd_open(process, PidfdFlags::empty()).unwrap();
    let context = pidfd_getfd(process, number, PidfdGetfdFlags::empty()).unwrap();
    for (option, value) in [
        ("delegate_cmds", "map_create:prog_load:btf_load"),
        ("delegate_maps", "any"),
        ("delegate_progs", "raw_tracepoint"),
        ("delegate_attachs", "any"),
    ] {
        fsconfig_set_string(context.as_fd(), option, value).unwrap();
    }
    fsconfig_create(context.as_fd()).unwrap();
    child.stdin.as_mut().unwrap().write_all(b"delegated\n").unwrap();
}

#[test]
fn a_limit_of_locked_memory_is_no_hindrance_and_stays() {
    if !is_child() {
        if root() {
            // 64 KB, which kernels before 5.11 would charge a map to.
            let limited = ["sh", "-c", "ulimit -l 64 && exec \"$@\"", "sh"];
            in_child(&limited, "privilege::a_limit_of_locked_memory_is_no_hindrance_and_stays");
        }
        return;
    }
    let limits = || {
        let text = std::fs::read_to_string("/proc/self/limits").unwrap();
        text.lines().find(|line| line.starts_with("Max locked memory")).unwrap().to_owned()
    };
    let before = limits();
    assert!(before.contains(" 65536 "), "{before}");
    let load = || {
        let maps = vec![array("large", 4096, 256), array("other", 4096, 64)];
        let object = fixed(object(maps, vec![Code::default().give(2).program("runs", "socket")]));
        let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
        assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 2);
    };
    // In several threads at once: the limit is the process's.
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(load))));
    assert_eq!(limits(), before);
}

#[test]
fn who_may_not_attach_is_told_why() {
    if !is_child() {
        if root() {
            in_child(&["unshare", "--net"], "privilege::who_may_not_attach_is_told_why");
        }
        return;
    }
    let load = |section| {
        let object = fixed(object(vec![], vec![Code::default().give(1).program("counts", section)]));
        OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap().program(0)
    };
    let (tracepoint, event, uprobe) = (load("raw_tp/sys_enter"), load("perf_event"), Uprobe::from(load("uprobe")));
    let xdp = Xdp::from(load("xdp"));
    let clock = cpu_clock(1, Sampling::Process(0)).unwrap();
    let here = Place::here(who_may_not_attach_is_told_why as *const ()).unwrap();
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none }).unwrap();
    let error = uprobe.attach_uprobe(&here, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error:#}");
    let text = error.to_string();
    assert!(
        text.starts_with("cannot attach program `counts`: cannot open a uprobe at ") && text.contains("lacks CAP_PERFMON"),
        "{text}"
    );
    // Who has a program's descriptor may attach it in other ways, since Linux 5.19 (`__sys_bpf` in `kernel/bpf/syscall.c`).
    for (attached, lacks) in [
        (tracepoint.attach(), "(section `raw_tp/sys_enter`): this process lacks CAP_BPF and CAP_PERFMON; run it as root"),
        (event.attach_perf_event(clock), "(section `perf_event`): this process lacks CAP_BPF and CAP_PERFMON; run it as root"),
        (xdp.attach_xdp(1, XdpFlags::NONE), "(section `xdp`): this process lacks CAP_BPF and CAP_NET_ADMIN; run it as root"),
    ] {
        let Err(error) = attached else { continue };
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error:#}");
        assert!(error.to_string().starts_with(&format!("cannot attach program `counts` {lacks}")), "{error}");
    }
}
