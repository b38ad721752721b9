//! Programs that run when something happens. All of them look at this process only.

use std::hint::black_box;
use std::time::{Duration, Instant};

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::Section;
use corebone::kernel::Kernel;
use corebone::programs::{Kprobe, KprobeMulti, PerfEvent, RawTracepoint, Tracepoint, Uprobe, UprobeMulti};
use corebone::{ErrorKind, Link, OpenOptions, Place, Sampling, cpu_clock};

use crate::assembler::{Code, Types, fixed, helper, object, section};
use crate::counter::BssLive;
use crate::requirement::{forbidden, in_cgroup, in_child, is_child, root};

/// Runs the rest of a command where there is tracefs.
const WITH_TRACEFS: &str = "test -d /sys/kernel/tracing/events || mount -t tracefs tracefs /sys/kernel/tracing; exec \"$0\" \"$@\"";

fn load(section_name: &'static str) -> corebone::Result<(LoadedObject, BssLive)> {
    load_code(Code::default().only_this_process().count(0, 0).give(0), section_name)
}

fn load_code(code: Code, section_name: &'static str) -> corebone::Result<(LoadedObject, BssLive)> {
    let bss = section(Section::Bss, 8, &[]);
    let object = fixed(object(vec![bss], vec![code.program("counts", section_name)]));
    let loaded = OpenObject::open(object, OpenOptions::new())?.load()?;
    let live = loaded.live(0)?;
    Ok((loaded, live))
}

/// That a program runs as long as its link is there, and no longer.
fn check(live: &BssLive, link: Link, mut trigger: impl FnMut()) {
    let until = Instant::now() + Duration::from_secs(5);
    while live.count.get() == 0 && Instant::now() < until {
        trigger();
    }
    assert!(live.count.get() > 0, "the program didn't run");
    drop(link);
    // What other CPUs were about to run may still count, for as long as they are kept from it.
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let count = live.count.get();
        for _ in 0..10 {
            trigger();
        }
        if live.count.get() == count {
            break;
        }
        assert!(Instant::now() < until, "the program still runs");
    }
}

fn call() {
    std::thread::yield_now();
    std::thread::sleep(Duration::from_micros(100));
}

#[test]
fn raw_tracepoints() {
    if !root() {
        return;
    }
    let (loaded, live) = load("raw_tp/sys_enter").unwrap();
    let link = loaded.program(0).auto_attach().unwrap().unwrap();
    check(&live, link, call);
    let (loaded, _) = load("raw_tp/no_such_tracepoint").unwrap();
    let error = loaded.program(0).attach().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), "cannot attach program `counts`: this kernel has no raw tracepoint `no_such_tracepoint`");
}

#[test]
fn typed_tracepoints() {
    if !root() {
        return;
    }
    let (loaded, live) = load("tp_btf/sys_enter").unwrap();
    check(&live, loaded.program(0).attach().unwrap(), call);
}

#[test]
fn types_that_are_given_don_t_say_what_to_attach_to() {
    if !root() {
        return;
    }
    let mut types = Types::new();
    types.add("int", 1, 0, 4, &[1 << 24 | 32]);
    let options = OpenOptions::new().kernel(Kernel::running().with_btf(types.owned_bytes()));
    let code = Code::default().only_this_process().count(0, 0).give(0);
    let object = fixed(object(vec![section(Section::Bss, 8, &[])], vec![code.program("counts", "tp_btf/sys_enter")]));
    let loaded = OpenObject::open(object, options).unwrap().load().unwrap();
    check(&loaded.live(0).unwrap(), loaded.program(0).attach().unwrap(), call);
}

#[test]
fn perf_events() {
    if !root() {
        return;
    }
    let (loaded, live) = load("perf_event").unwrap();
    let program = loaded.program(0);
    assert!(program.auto_attach().unwrap().is_none(), "nothing in the section's name");
    let error = program.attach().unwrap_err();
    assert_eq!(error.to_string(), "cannot attach program `counts`: its section `perf_event` doesn't say what to attach to");
    let link = program.attach_perf_event(cpu_clock(1000, Sampling::Process(0)).unwrap()).unwrap();
    check(&live, link, || {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(2) {}
    });
}

#[test]
fn an_event_of_another_kind_is_refused() {
    if !root() {
        return;
    }
    let (loaded, _) = load("raw_tp/sys_enter").unwrap();
    let event = cpu_clock(1, Sampling::Process(0)).unwrap();
    let error = loaded.program(0).attach_perf_event(event).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let (loaded, _) = load("perf_event").unwrap();
    let file = std::fs::File::open("/dev/null").unwrap();
    assert_eq!(loaded.program(0).attach_perf_event(file.into()).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn tracepoints_without_tracefs() {
    if !root() {
        return;
    }
    let covered = "for place in /sys/kernel/tracing /sys/kernel/debug; do umount -l $place 2>/dev/null; done; exec \"$0\" \"$@\"";
    if !is_child() {
        return in_child(&["unshare", "--mount", "sh", "-c", covered], "attaching::tracepoints_without_tracefs");
    }
    let (loaded, _) = load("tp/sched/sched_switch").unwrap();
    let error = loaded.program(0).attach().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot attach program `counts`: tracefs is not mounted; run `mount -t tracefs tracefs /sys/kernel/tracing`, or use `tp_btf`, \
         which needs none"
    );
}

#[test]
fn tracepoints() {
    if !root() {
        return;
    }
    if !is_child() {
        return in_child(&["unshare", "--mount", "sh", "-c", WITH_TRACEFS], "attaching::tracepoints");
    }
    let (loaded, live) = load("tp/sched/sched_switch").unwrap();
    let link = loaded.program(0).auto_attach().unwrap().unwrap();
    check(&live, link, call);
    for (section, message) in [
        ("tp/sched/sched_swich", "this kernel has no tracepoint `sched/sched_swich`; the nearest name is `sched_switch`"),
        ("tp/shed/sched_switch", "this kernel has no category `shed` of tracepoints; the nearest name is `sched`"),
        ("tp/sched", "`sched` is not a tracepoint's category and name, as in `tp/sched/sched_switch`"),
    ] {
        let (loaded, _) = load(section).unwrap();
        let error = loaded.program(0).attach().unwrap_err();
        assert!(error.to_string().starts_with(&format!("cannot attach program `counts`: {message}")), "{error}");
    }
}

#[test]
fn kernel_functions() {
    if !root() {
        return;
    }
    let (loaded, live) = load("kprobe/do_nanosleep").unwrap();
    let attached = loaded.program(0).auto_attach();
    if !std::path::Path::new("/sys/bus/event_source/devices/kprobe").exists() {
        let error = attached.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let message =
            "cannot attach program `counts`: this kernel has no kprobes for perf: it is built without `CONFIG_KPROBE_EVENTS`";
        assert!(error.to_string().starts_with(message), "{error}");
        return;
    }
    check(&live, attached.unwrap().unwrap(), call);
    let (loaded, live) = load("kretprobe/do_nanosleep").unwrap();
    check(&live, loaded.program(0).attach().unwrap(), call);
    let error = Kprobe::from(loaded.program(0)).attach_kprobe("do_nanosleep+0x5").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().ends_with("`do_nanosleep+0x5` has an offset, which a return doesn't"), "{error}");
    let (loaded, live) = load("kprobe/do_nanosleep+0x0").unwrap();
    check(&live, loaded.program(0).attach().unwrap(), call);
    if cfg!(target_arch = "x86_64") {
        // A function begins with a call of 5 bytes; where branches are tracked, 4 bytes that say so come before it.
        let mut refused = 0;
        for place in ["do_nanosleep+0x5", "do_nanosleep+9", "do_nanosleep+1"] {
            match Kprobe::from(loaded.program(0)).attach_kprobe(place) {
                Ok(link) => {
                    live.count.set(0);
                    check(&live, link, call);
                }
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:#}");
                    let message = format!("`{place}` can't have a kprobe: the kernel excludes it, or no instruction of a function");
                    assert!(error.to_string().contains(&message), "{error}");
                }
            }
        }
        assert!((1..3).contains(&refused), "{refused} of three");
    }
    let (loaded, _) = load("kprobe/do_nanoslep").unwrap();
    let error = loaded.program(0).attach().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidInput), "{error:#}");
    assert!(error.to_string().contains("; the nearest name is `do_nanosleep`"), "{error}");
}

#[test]
fn entries_and_exits_of_functions() {
    if !root() {
        return;
    }
    for section in ["fentry/do_nanosleep", "fexit/do_nanosleep"] {
        match load(section) {
            Ok((loaded, live)) => {
                let link = loaded.program(0).attach().unwrap();
                let error = loaded.program(0).attach().unwrap_err();
                assert!(error.to_string().contains(&format!("(section `{section}`): it is attached already")), "{error:?}");
                check(&live, link, call);
            }
            Err(error) => forbidden(&error),
        }
    }
}

/// That what a kernel can't do is what it is too old for, or a lockdown forbids.
fn too_old_or_forbidden(error: &corebone::Error, release: &str) {
    match error.kind() {
        ErrorKind::PermissionDenied => forbidden(error),
        _ => assert!(error.to_string().contains(&format!(": that needs Linux {release}, and this kernel is ")), "{error:#}"),
    }
}

/// Leaves the cookie that it is attached with in its variable.
fn tells_cookie() -> Code {
    let code = Code::default().copy(6, 1).only_this_process().copy(1, 6).call(helper::GET_ATTACH_COOKIE);
    code.global(1, 0, 0).store64(1, 0, 0).give(0)
}

#[test]
fn programs_know_where_they_are_attached() {
    if !root() {
        return;
    }
    if !is_child() {
        return in_child(&["unshare", "--mount", "sh", "-c", WITH_TRACEFS], "attaching::programs_know_where_they_are_attached");
    }
    for (section, release) in [
        ("tp/sched/sched_switch", "5.15"),
        ("kprobe/do_nanosleep", "5.15"),
        ("kretprobe/do_nanosleep", "5.15"),
        ("fentry/do_nanosleep", "5.19"),
        ("raw_tp/sys_enter", "6.10"),
        ("tp_btf/sys_enter", "6.10"),
    ] {
        if section.starts_with("k") && !std::path::Path::new("/sys/bus/event_source/devices/kprobe").exists() {
            continue;
        }
        let attached = load(section).and_then(|(loaded, _)| loaded.program(0).with_cookie(77).attach());
        if let Err(error) = attached {
            too_old_or_forbidden(&error, release);
            continue;
        }
        let (loaded, live) = load_code(tells_cookie(), section).unwrap();
        for cookie in [1 << 40 | 5, 6] {
            let link = loaded.program(0).with_cookie(cookie).attach().unwrap();
            live.count.set(0);
            let until = Instant::now() + Duration::from_secs(5);
            while live.count.get() == 0 && Instant::now() < until {
                call();
            }
            drop(link);
            assert_eq!(live.count.get(), cookie, "{section}");
        }
    }
}

/// A function of this process that has probes, and another.
#[inline(never)]
fn probed(number: u64) -> u64 {
    black_box(number ^ 0x6174_7461_6368)
}

#[inline(never)]
fn also_probed(number: u64) -> u64 {
    black_box(number ^ 0x616c_736f)
}

#[test]
fn places_in_code_and_events_have_cookies() {
    if !root() {
        return;
    }
    let this = Some(std::process::id());
    let (here, there) = (Place::here(probed as *const ()).unwrap(), Place::here(also_probed as *const ()).unwrap());
    let event = || cpu_clock(1000, Sampling::Process(0)).unwrap();
    let cookies = [1 << 40 | 5, 6];
    for section in ["uprobe", "uretprobe"] {
        let (loaded, _) = load(section).unwrap();
        if let Err(error) = Uprobe::from(loaded.program(0)).with_cookie(7).attach_uprobe(&here, this) {
            too_old_or_forbidden(&error, "5.15");
            let (loaded, _) = load("perf_event").unwrap();
            let error = PerfEvent::from(loaded.program(0)).with_cookie(7).attach_perf_event(event()).unwrap_err();
            return too_old_or_forbidden(&error, "5.15");
        }
        let (loaded, live) = load_code(tells_cookie(), section).unwrap();
        for cookie in cookies {
            let _link = Uprobe::from(loaded.program(0)).with_cookie(cookie).attach_uprobe(&here, this).unwrap();
            probed(black_box(1));
            assert_eq!(live.count.get(), cookie, "{section}");
        }
    }
    let (loaded, live) = load_code(tells_cookie(), "perf_event").unwrap();
    for cookie in cookies {
        let link = PerfEvent::from(loaded.program(0)).with_cookie(cookie).attach_perf_event(event()).unwrap();
        live.count.set(0);
        let until = Instant::now() + Duration::from_secs(5);
        while live.count.get() == 0 && Instant::now() < until {
            black_box(probed(black_box(1)));
        }
        drop(link);
        assert_eq!(live.count.get(), cookie);
    }
    for section in ["uprobe.multi", "uretprobe.multi"] {
        let (loaded, live) = load_code(tells_cookie(), section).unwrap();
        let program = UprobeMulti::from(loaded.program(0));
        match program.attach_uprobes_with_cookies(&[(here.clone(), 21), (there.clone(), 1 << 33 | 22)], this) {
            Ok(_link) => {
                probed(black_box(1));
                assert_eq!(live.count.get(), 21, "{section}");
                also_probed(black_box(1));
                assert_eq!(live.count.get(), 1 << 33 | 22, "{section}");
            }
            Err(error) => return too_old_or_forbidden(&error, "6.6"),
        }
        let _link = program.with_cookie(23).attach_uprobes(&[here.clone(), there.clone()], this).unwrap();
        probed(black_box(1));
        assert_eq!(live.count.get(), 23, "{section}");
    }
}

/// Sections that name a file, and a place in it.
#[test]
fn sections_name_places_in_code() {
    if !root() {
        return;
    }
    let here = Place::here(probed as *const ()).unwrap();
    let path = here.path().display();
    let happen = || _ = probed(black_box(1));
    let named = |section: String| load(section.leak()).unwrap();
    for section in ["uprobe", "uretprobe"] {
        let (loaded, live) = named(format!("{section}/{path}:{:#x}", here.offset()));
        check(&live, Uprobe::from(loaded.program(0)).attach().unwrap(), happen);
        check(&live, loaded.program(0).auto_attach().unwrap().unwrap(), happen);
        let (loaded, _) = named(format!("{section}/{path}"));
        let error = loaded.program(0).attach().unwrap_err();
        assert!(error.to_string().ends_with("` is not a file and a function, as in `uprobe//usr/bin/bash:readline`"), "{error}");
        let (loaded, _) = named(format!("{section}/{path}:no_such_function"));
        let error = loaded.program(0).attach().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("` has no function `no_such_function`"), "{error}");
    }
    for section in ["uprobe.multi", "uretprobe.multi"] {
        for place in ["*attaching*probed*".to_owned(), format!("{:#x}", here.offset())] {
            let (loaded, live) = named(format!("{section}/{path}:{place}"));
            match UprobeMulti::from(loaded.program(0)).attach() {
                Ok(link) => check(&live, link, happen),
                Err(error) => too_old_or_forbidden(&error, "6.6"),
            }
        }
    }
}

/// By the names of their functions, which are not those of the system calls.
#[test]
fn system_calls_have_probes() {
    if !root() {
        return;
    }
    for section in ["ksyscall/sched_yield", "kretsyscall/sched_yield"] {
        let (loaded, live) = load(section).unwrap();
        match Kprobe::from(loaded.program(0)).attach() {
            Ok(link) => check(&live, link, call),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:#}"),
        }
    }
    let (loaded, _) = load("ksyscall/no_such_call").unwrap();
    let error = loaded.program(0).attach().unwrap_err();
    if error.kind() != ErrorKind::Unsupported {
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("this kernel has no function `__x64_sys_no_such_call`"), "{error}");
    }
}

#[test]
fn tracepoints_are_named_by_the_caller() {
    if !root() {
        return;
    }
    if !is_child() {
        return in_child(&["unshare", "--mount", "sh", "-c", WITH_TRACEFS], "attaching::tracepoints_are_named_by_the_caller");
    }
    let (loaded, live) = load("tp").unwrap();
    check(&live, Tracepoint::from(loaded.program(0)).attach_tracepoint("sched", "sched_switch").unwrap(), call);
    let (loaded, live) = load("raw_tp").unwrap();
    check(&live, RawTracepoint::from(loaded.program(0)).attach_raw_tracepoint("sys_enter").unwrap(), call);
}

#[test]
fn many_functions_of_the_kernel_are_probed_at_once() {
    if !root() {
        return;
    }
    let (loaded, live) = load("kprobe.multi/do_nano*eep").unwrap();
    let program = KprobeMulti::from(loaded.program(0));
    let attached = program.attach_kprobes(&["do_nanosleep", "hrtimer_nanosleep"]);
    match attached {
        Ok(link) => check(&live, link, call),
        Err(error) => {
            // Debian's 6.1 has it, without what it takes.
            let built = "cannot attach program `counts` to functions of the kernel: the target can't, or this kernel is built without \
                         `CONFIG_FPROBE`";
            if error.to_string() != built {
                too_old_or_forbidden(&error, "5.18");
            }
            return;
        }
    }
    check(&live, program.attach().unwrap(), call);
    check(&live, program.auto_attach().unwrap().unwrap(), call);
    let error = program.attach_kprobes(&["do_nanoslep"]).unwrap_err();
    assert!(
        error.to_string().ends_with("no function `do_nanoslep` that can be traced; the nearest name is `do_nanosleep`"),
        "{error}"
    );
    let error = program.attach_kprobes(&["do_nanosleep", "no_such_function"]).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (
            ErrorKind::NotFound,
            "cannot attach program `counts`: this kernel doesn't have all of the 2 functions that are to be traced".into()
        )
    );
    let (loaded, live) = load("kretprobe.multi/do_nanosleep").unwrap();
    check(&live, loaded.program(0).attach().unwrap(), call);
    let (loaded, live) = load_code(tells_cookie(), "kprobe.multi").unwrap();
    let program = KprobeMulti::from(loaded.program(0));
    // The second is called by the first.
    let functions = [("hrtimer_nanosleep", 1), ("do_nanosleep", 2)];
    let link = program.attach_kprobes_with_cookies(&functions).unwrap();
    call();
    assert_eq!(live.count.get(), 2);
    drop(link);
    let _link = program.with_cookie(3).attach_kprobes(&["do_nanosleep"]).unwrap();
    call();
    assert_eq!(live.count.get(), 3);
}

/// `bpf` must be among the kernel's security modules; where it isn't, these programs are attached and never run.
#[test]
fn security_hooks_refuse() {
    if !root() {
        return;
    }
    let bind = || std::net::UdpSocket::bind("127.0.0.1:0");
    for section in ["lsm/socket_bind", "fmod_ret/security_socket_bind"] {
        let code = Code::default().only_this_process().count(0, 0).give(-1);
        let (loaded, live) = match load_code(code, section) {
            Ok(loaded) => loaded,
            Err(error) => {
                too_old_or_forbidden(&error, "");
                continue;
            }
        };
        let link = loaded.program(0).auto_attach().unwrap().unwrap();
        assert_eq!(bind().unwrap_err().kind(), std::io::ErrorKind::PermissionDenied, "{section}");
        drop(link);
        assert_eq!((bind().is_ok(), live.count.get()), (true, 1), "{section}");
    }
}

#[test]
fn security_hooks_refuse_in_a_cgroup() {
    let Some(cgroup) = in_cgroup("attaching::security_hooks_refuse_in_a_cgroup") else { return };
    let bind = || std::net::UdpSocket::bind("127.0.0.1:0");
    // Here 0 refuses.
    let (loaded, live) = match load_code(Code::default().count(0, 0).give(0), "lsm_cgroup/socket_bind") {
        Ok(loaded) => loaded,
        Err(error) => return too_old_or_forbidden(&error, "6.0"),
    };
    assert!(loaded.program(0).auto_attach().unwrap().is_none(), "its section names no cgroup");
    match corebone::programs::Cgroup::from(loaded.program(0)).attach_cgroup(&cgroup) {
        Ok(link) => {
            assert_eq!(bind().unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
            drop(link);
            assert_eq!((bind().is_ok(), live.count.get()), (true, 1));
        }
        Err(error) => too_old_or_forbidden(&error, "6.0"),
    }
}

#[test]
fn what_can_t_be_attached_by_name_says_so() {
    if !root() {
        return;
    }
    let load = |section| {
        let object = fixed(object(vec![], vec![Code::default().give(0).program("counts", section)]));
        OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap()
    };
    let loaded = load("usdt/libc.so.6:setjmp");
    let error = loaded.program(0).auto_attach().unwrap_err();
    let message = "cannot attach program `counts`: `libc.so.6:setjmp` is not a file, a provider and a probe, as in \
                   `usdt//usr/bin/python3:python:gc__start`";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, message.to_owned()));
    let loaded = load("usdt");
    assert!(loaded.program(0).auto_attach().unwrap().is_none());
    let loaded = load("kprobe");
    assert!(loaded.program(0).auto_attach().unwrap().is_none());
    assert_eq!(loaded.program(0).attach().unwrap_err().kind(), ErrorKind::InvalidInput);
    let loaded = load("socket");
    assert!(loaded.program(0).auto_attach().unwrap().is_none());
}
