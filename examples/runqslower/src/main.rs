//! Shows which tasks waited too long for a CPU: between when they might run and when they did.
#![forbid(unsafe_code)]

mod output;
mod runqslower {
    corebone::include_skeleton!("runqslower");
}
mod watch;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::{Parser, value_parser};
use corebone::blueprint::map_type;
use corebone::{Error, ErrorKind};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use output::Output;
use runqslower::Runqslower;
use watch::Watch;

/// Shows which tasks waited too long for a CPU.
#[derive(Parser)]
#[command(version, after_help = NOTES)]
struct Options {
    /// Show waits longer than this many microseconds; 0 shows all
    #[arg(long, value_name = "MICROSECONDS", default_value_t = 10_000)]
    min_us: u64,
    /// Watch this thread only
    #[arg(long, value_name = "PID", value_parser = value_parser!(u32).range(1..))]
    pid: Option<u32>,
    /// Watch the threads of this process only
    #[arg(long, value_name = "PID", value_parser = value_parser!(u32).range(1..))]
    tgid: Option<u32>,
    /// Stop after this time; parts of a second count
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    duration: Option<Duration>,
    /// Stop after so many waits
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Print an object of JSON for each wait, a line each
    #[arg(long)]
    json: bool,
    /// Use the perf buffer, as on kernels before 5.8, which have no ring buffer
    #[arg(long)]
    perf_buffer: bool,
}

const NOTES: &str = "\
A wait begins when a task is woken or preempted, and ends when it runs. Ids of processes and threads
are those that the host sees. Needs Linux 5.5 or newer with BTF, and root or CAP_BPF and CAP_PERFMON.";

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("runqslower: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> corebone::Result<()> {
    let stop = stop_on_signals()?;

    let mut open = Runqslower::open()?;
    let use_ringbuf = !options.perf_buffer && corebone::supports_map_type(map_type::RINGBUF)?;
    open.rodata.min_us = options.min_us;
    open.rodata.targ_pid = options.pid.unwrap_or(0);
    open.rodata.targ_tgid = options.tgid.unwrap_or(0);
    open.rodata.use_ringbuf = use_ringbuf;
    open.maps.events.set_autocreate(use_ringbuf);
    open.maps.perf_events.set_autocreate(!use_ringbuf);
    let skel = open.load()?;

    let watch = Watch {
        output: if options.json { Output::Json } else { Output::Table },
        duration: options.duration,
        count: options.count,
        stop: &stop,
        lost: &|| skel.bss.lost.get(),
    };
    // Standard output is flushed after each line even where it is a file or a pipe.
    let mut stdout = io::stdout().lock();
    // The reader before the programs: what is sent while there is none is lost.
    if use_ringbuf {
        let mut reader = skel.maps.events.reader()?;
        let _links = skel.attach()?;
        watch.run(&mut stdout, |timeout, each| reader.poll(Some(timeout), each))
    } else {
        let mut reader = skel.maps.perf_events.reader()?;
        let _links = skel.attach()?;
        watch.run(&mut stdout, |timeout, each| reader.poll(Some(timeout), each))
    }
}

/// A flag that Ctrl-C sets. A second Ctrl-C, if the first takes too long, ends at once.
fn stop_on_signals() -> corebone::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 1, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| Error::with_source(ErrorKind::System, "cannot handle signals", error))?;
    }
    Ok(stop)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn options_are_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn ids_are_of_tasks() {
        assert!(Options::try_parse_from(["runqslower", "--pid", "1", "--tgid", "4294967295"]).is_ok());
        assert!(Options::try_parse_from(["runqslower", "--pid", "0"]).is_err(), "which would mean all");
    }

    #[test]
    fn durations_are_seconds() {
        let options = Options::try_parse_from(["runqslower", "--duration", "1.5"]).map(|options| options.duration);
        assert_eq!(options.ok(), Some(Some(Duration::from_millis(1500))));
        for text in ["", "-1", "soon", "inf", "1e30"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
