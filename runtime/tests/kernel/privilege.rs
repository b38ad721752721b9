//! What is said to those who may not.

use corebone::__private::OpenObject;
use corebone::programs::{Uprobe, Xdp, XdpFlags};
use corebone::{ErrorKind, OpenOptions, Place, Sampling, cpu_clock};

use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

use crate::assembler::{Code, array, fixed, object};
use crate::requirement::{as_nobody, in_child, is_child, root};

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
        assert!(error.to_string().starts_with("cannot sample CPU 0: this process lacks CAP_PERFMON"), "{error}");
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
    assert!(
        error.to_string().starts_with("cannot load program `counts`: this process lacks CAP_PERFMON; run it as root"),
        "{error}"
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
    assert!(text.contains("in a user namespace (a container's) only") && text.contains("BPF token"), "{text}");
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
