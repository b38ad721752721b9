//! Attaches a program of each tracing type, provokes its event, and detaches it again.
//!
//! Prints a line for each type. A count must grow while the program is attached, and only then.
#![forbid(unsafe_code)]

mod probes {
    corebone::include_skeleton!("probes");
}

use std::process::ExitCode;
use std::time::{Duration, Instant};

use corebone::{Link, Live, Result, Sampling, cpu_clock};
use corebone_probes::leaving_nothing;
use probes::Probes;

fn main() -> ExitCode {
    match leaving_nothing(|| Ok(run()?)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn load() -> Result<Probes> {
    let mut open = Probes::open()?;
    open.rodata.target = std::process::id();
    open.load()
}

fn run() -> Result<bool> {
    let skeleton = load()?;
    let (progs, hits) = (&skeleton.progs, &skeleton.bss);

    let mut passed = true;
    let mut check = |name: &str, hits: &Live<u64>, link: Link| {
        let attached = count_of(hits);
        drop(link);
        let detached = count_of(hits);
        let ok = attached > 0 && detached == 0;
        passed &= ok;
        println!("{name}: {attached} attached, {detached} detached: {}", if ok { "ok" } else { "FAILED" });
    };
    check("kprobe", &hits.kprobe_hits, progs.on_kprobe.attach()?);
    check("kretprobe", &hits.kretprobe_hits, progs.on_kretprobe.attach()?);
    check("fentry", &hits.fentry_hits, progs.on_fentry.attach()?);
    check("fexit", &hits.fexit_hits, progs.on_fexit.attach()?);
    check("tracepoint", &hits.tracepoint_hits, progs.on_tracepoint.attach()?);
    check("raw_tp", &hits.raw_tracepoint_hits, progs.on_raw_tracepoint.attach()?);
    check("tp_btf", &hits.typed_tracepoint_hits, progs.on_typed_tracepoint.attach()?);
    let clock = cpu_clock(1000, Sampling::Process(0))?;
    check("perf_event", &hits.clock_hits, progs.on_clock.attach_perf_event(clock)?);

    // All whose section's name says where they go, at once. Before 5.13 the kernel attaches a tracing program only once (commit
    // f3a95075549e), hence new ones.
    let skeleton = load()?;
    let hits = &skeleton.bss;
    let links = skeleton.attach()?;
    for (name, hits) in [("kprobe", &hits.kprobe_hits), ("fexit", &hits.fexit_hits), ("tp_btf", &hits.typed_tracepoint_hits)] {
        let together = count_of(hits);
        passed &= together > 0;
        println!("{name}: {together} attached with the others: {}", if together > 0 { "ok" } else { "FAILED" });
    }
    // The second time it fails at the first that can't be attached twice; those before it are detached again.
    let error = skeleton.attach().err().map(|error| error.to_string()).unwrap_or_default();
    drop(links);
    let left = count_of(&hits.kprobe_hits) + count_of(&hits.tracepoint_hits);
    let undone = error.starts_with("cannot attach program `on_fentry` (section `fentry/loadavg_proc_show`): ") && left == 0;
    passed &= undone;
    println!("attached in part: {left} left behind: {}", if undone { "ok" } else { "FAILED" });
    let chosen = chosen()?;
    passed &= chosen;
    println!("attached by choice: {}", if chosen { "ok" } else { "FAILED" });
    Ok(passed)
}

/// Whether `attach` attaches what is loaded, not switched off, and named by its section, and nothing else.
fn chosen() -> Result<bool> {
    let mut open = Probes::open()?;
    open.rodata.target = std::process::id();
    open.progs.on_kprobe.set_autoattach(false);
    open.progs.on_fentry.set_autoload(false);
    let switched_off = !open.progs.on_demand.autoload();
    let skeleton = open.load()?;
    let (progs, hits, links) = (&skeleton.progs, &skeleton.bss, skeleton.attach()?);
    let none = [&links.on_kprobe, &links.on_fentry, &links.on_demand, &links.on_clock].iter().all(|link| link.is_none());
    let some = [&links.on_kretprobe, &links.on_fexit, &links.on_tracepoint, &links.on_raw_tracepoint, &links.on_typed_tracepoint]
        .iter()
        .all(|link| link.is_some());
    let loaded =
        [progs.on_kprobe.is_loaded(), progs.on_fentry.is_loaded(), progs.on_demand.is_loaded(), progs.on_clock.is_loaded()];
    let counts = [count_of(&hits.kprobe_hits), count_of(&hits.fentry_hits), count_of(&hits.clock_hits)];
    // What isn't attached with the others can be attached by itself.
    let _link = progs.on_kprobe.attach()?;
    Ok(none
        && some
        && switched_off
        && loaded == [true, false, false, true]
        && counts == [0; 3]
        && count_of(&hits.kprobe_hits) > 0
        && count_of(&hits.fexit_hits) > 0)
}

/// How many events a program counts while they are being provoked.
fn count_of(hits: &Live<u64>) -> u64 {
    let before = hits.get();
    let end = Instant::now() + Duration::from_millis(100);
    while Instant::now() < end {
        std::fs::read("/proc/loadavg").expect("/proc is mounted");
    }
    hits.get() - before
}
