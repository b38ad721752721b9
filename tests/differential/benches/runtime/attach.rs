//! Programs on many places, in this process alone.

use std::ffi::{CStr, CString};
use std::hint::black_box;
use std::num::NonZeroU32;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use anyhow::{Context, Result};
use aya::programs::uprobe::{UProbeAttachLocation, UProbeScope};
use aya::programs::{TracePoint, UProbe};
use corebone::Place;
use corebone_differential::measure::time;

use super::c_library::Loaded;
use super::contest::{compete, contestant};
use super::load::aya;
use super::{BUSY, Busy};

/// Each sample detaches too, for which the kernel waits.
const SAMPLES: usize = 15;

/// How often a program is attached.
const TIMES: u32 = 20;

/// As many tracepoints, since a program is attached to one but once.
const CALLS: [&str; TIMES as usize] = [
    "getpgid",
    "getsid",
    "getpriority",
    "getgroups",
    "sethostname",
    "setdomainname",
    "swapon",
    "swapoff",
    "acct",
    "reboot",
    "syslog",
    "sysinfo",
    "times",
    "getitimer",
    "vhangup",
    "pivot_root",
    "chroot",
    "mincore",
    "personality",
    "ustat",
];

/// A place of this program's code for each number.
extern "C" fn place<const NUMBER: u32>() -> u32 {
    black_box(NUMBER)
}

/// [`TIMES`] of them.
fn places() -> Result<Vec<Place>> {
    macro_rules! places {
        ($($number:literal)*) => { [$(place::<$number> as *const ()),*] };
    }
    let functions = places!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
    assert_eq!(functions.len(), TIMES as usize);
    functions.into_iter().map(|function| Ok(Place::here(function)?)).collect()
}

/// Time to attach or to detach.
type Phase = fn(Duration, Duration) -> Duration;

/// Attaches, and detaches by dropping what keeps attached.
fn attached<L>(phase: Phase, attach: impl FnOnce() -> Result<Vec<L>>) -> Result<Duration> {
    let (attaching, links) = time(attach)?;
    let (detaching, ()) = time(|| {
        drop(links);
        Ok(())
    })?;
    Ok(phase(attaching, detaching))
}

const PHASES: [(&str, Phase); 2] = [("attach", |attaching, _| attaching), ("detach", |_, detaching| detaching)];

pub(crate) fn attach() -> Result<()> {
    let ours = Busy::open()?.load()?;
    let theirs = Loaded::new(BUSY)?;
    let mut ayas = aya(BUSY)?;
    let mut aya_object = aya(BUSY)?;
    let on_place: &mut UProbe = ayas.program_mut("on_place").context("no program")?.try_into()?;
    let on_call: &mut TracePoint = aya_object.program_mut("on_call").context("no program")?.try_into()?;
    for (what, phase) in PHASES {
        uprobes(&format!("uprobes by offset, {what}: one"), phase, &ours, &theirs, on_place)?;
        tracepoints(&format!("tracepoints, {what}: one"), phase, &ours, &theirs, on_call)?;
    }
    by_name(&ours, &theirs, on_place)
}

fn uprobes(what: &str, phase: Phase, ours: &Busy, theirs: &Loaded, ayas: &mut UProbe) -> Result<()> {
    let pid = std::process::id();
    let scope = UProbeScope::OneProcess(NonZeroU32::new(pid).context("no number")?);
    let places = places()?;
    let path = CString::new(places[0].path().as_os_str().as_bytes())?;
    compete(
        what,
        SAMPLES,
        TIMES,
        vec![
            contestant("corebone", || {
                let one = |place| Ok(ours.progs.on_place.attach_uprobe(place, Some(pid))?);
                attached(phase, || places.iter().map(one).collect())
            }),
            contestant("libbpf", || {
                let one = |place: &Place| theirs.attach_uprobe(c"on_place", &path, place.offset());
                attached(phase, || places.iter().map(one).collect())
            }),
            contestant("aya", || {
                attached(phase, || {
                    let one = |place: &Place| {
                        let link = ayas.attach(UProbeAttachLocation::AbsoluteOffset(place.offset()), place.path(), scope)?;
                        Ok(ayas.take_link(link)?)
                    };
                    places.iter().map(one).collect()
                })
            }),
        ],
    )
}

fn by_name(ours: &Busy, theirs: &Loaded, ayas: &mut UProbe) -> Result<()> {
    const FUNCTION: &CStr = c"getpgid";

    let pid = std::process::id();
    let scope = UProbeScope::OneProcess(NonZeroU32::new(pid).context("no number")?);
    let function = FUNCTION.to_str()?;
    let (_, attach) = PHASES[0];
    let library = Place::here(libc::getpgid as *const ())?;
    let path = library.path().to_path_buf();
    let c_path = CString::new(path.as_os_str().as_bytes())?;
    compete(
        "uprobe by name in the C library, attach",
        SAMPLES,
        1,
        vec![
            contestant("corebone", || {
                attached(attach, || {
                    let place = Place::symbol(&path, function)?;
                    Ok(vec![ours.progs.on_place.attach_uprobe(&place, Some(pid))?])
                })
            }),
            contestant("libbpf", || attached(attach, || Ok(vec![theirs.attach_uprobe_by_name(c"on_place", &c_path, FUNCTION)?]))),
            contestant("aya", || {
                attached(attach, || {
                    let link = ayas.attach(function, &path, scope)?;
                    Ok(vec![ayas.take_link(link)?])
                })
            }),
        ],
    )
}

fn tracepoints(what: &str, phase: Phase, ours: &Busy, theirs: &Loaded, ayas: &mut TracePoint) -> Result<()> {
    const CATEGORY: &CStr = c"syscalls";

    let category = CATEGORY.to_str()?;
    let names: Vec<String> = CALLS.iter().map(|call| format!("sys_enter_{call}")).collect();
    compete(
        what,
        SAMPLES,
        TIMES,
        vec![
            contestant("corebone", || {
                let one = |name: &String| Ok(ours.progs.on_call.attach_tracepoint(category, name)?);
                attached(phase, || names.iter().map(one).collect())
            }),
            contestant("libbpf", || {
                let one = |name: &String| theirs.attach_tracepoint(c"on_call", CATEGORY, &CString::new(name.as_str())?);
                attached(phase, || names.iter().map(one).collect())
            }),
            contestant("aya", || {
                attached(phase, || {
                    let one = |name: &String| {
                        let link = ayas.attach(category, name)?;
                        Ok(ayas.take_link(link)?)
                    };
                    names.iter().map(one).collect()
                })
            }),
        ],
    )
}
