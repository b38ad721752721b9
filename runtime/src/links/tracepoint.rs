//! Tracepoints, by tracefs.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use crate::load::{Need, refusal};
use crate::nearest::Nearest;
use crate::sys::open_tracepoint;
use crate::{Error, ErrorKind, Result};

/// Where tracefs is mounted: its own place since Linux 4.1, and the one inside debugfs.
pub(super) const PLACES: [&str; 2] = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/// Opens the event of a tracepoint: `sched/sched_switch`.
#[inline]
pub(crate) fn open(target: &str) -> Result<OwnedFd> {
    let Some((category, name)) = target.split_once('/') else {
        let message = format!("`{target}` is not a tracepoint's category and name, as in `tp/sched/sched_switch`");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    };
    let events = events()?;
    let path = events.join(category).join(name).join("id");
    let id = fs::read_to_string(&path).map_err(|error| missing(&events, category, name, error))?;
    let id = id
        .trim()
        .parse()
        .map_err(|_| Error::new(ErrorKind::InvalidData, format!("`{}` holds `{}`, not a number", path.display(), id.trim())))?;
    open_tracepoint(id).map_err(|error| refusal(&format!("cannot open tracepoint `{target}`"), Need::Event, error))
}

/// Tracefs' folder of events.
#[inline]
fn events() -> Result<PathBuf> {
    let mut refused = None;
    for place in PLACES {
        let events = Path::new(place).join("events");
        match fs::metadata(&events) {
            Ok(_) => return Ok(events),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => refused = Some(error),
            Err(_) => {}
        }
    }
    Err(match refused {
        Some(error) => Error::with_source(ErrorKind::PermissionDenied, "this process may not read tracefs; run it as root", error),
        None => Error::new(
            ErrorKind::NotFound,
            "tracefs is not mounted; run `mount -t tracefs tracefs /sys/kernel/tracing`, or use `tp_btf`, which needs none",
        ),
    })
}

#[inline]
fn missing(events: &Path, category: &str, name: &str, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return Error::with_source(ErrorKind::PermissionDenied, "this process may not read tracefs; run it as root", error);
    }
    let near = |folder: &Path, name: &str| {
        let mut nearest = Nearest::to(name);
        let entries = fs::read_dir(folder).ok()?;
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).for_each(|entry| nearest.offer(&entry));
        nearest.found()
    };
    let folder = events.join(category);
    let (what, near) = if folder.is_dir() {
        (format!("this kernel has no tracepoint `{category}/{name}`"), near(&folder, name))
    } else {
        (format!("this kernel has no category `{category}` of tracepoints"), near(events, category))
    };
    let hint = near.map(|near| format!("; the nearest name is `{near}`")).unwrap_or_default();
    Error::with_source(ErrorKind::NotFound, what + &hint, error)
}
