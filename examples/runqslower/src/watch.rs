//! The loop that reads waits until it is time to stop.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use corebone::{Error, ErrorKind};

use crate::output::Output;
use crate::runqslower::types::event;

/// How long to wait for events at most, so that a signal is noticed that comes just before.
const TICK: Duration = Duration::from_millis(200);

/// What to print, and when to stop.
pub(crate) struct Watch<'a> {
    pub(crate) output: Output,
    pub(crate) duration: Option<Duration>,
    pub(crate) count: Option<u64>,
    pub(crate) stop: &'a AtomicBool,
    /// How many waits have been lost so far.
    pub(crate) lost: &'a dyn Fn() -> u64,
}

impl Watch<'_> {
    /// Prints the waits that `poll` shows as they come, a line each. `to` is flushed after each line.
    pub(crate) fn run(
        &self,
        to: &mut impl Write,
        mut poll: impl FnMut(Duration, &mut dyn FnMut(&event)) -> corebone::Result<usize>,
    ) -> corebone::Result<()> {
        let end = self.duration.and_then(|duration| Instant::now().checked_add(duration));
        let mut remaining = self.count;
        let mut losses = Losses { of: self.lost, told: 0, when: None };
        let mut written = self.output.header(to);
        while written.is_ok() && remaining != Some(0) && !self.stop.load(Ordering::Relaxed) {
            let left = end.map_or(TICK, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            poll(left.min(TICK), &mut |event| {
                if written.is_ok() && remaining != Some(0) {
                    written = self.output.event(to, event, SystemTime::now());
                    remaining = remaining.map(|remaining| remaining - 1);
                }
            })?;
            losses.tell_now_and_then();
        }
        losses.tell();
        match written {
            // Whoever reads, `head` perhaps, has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Error::with_source(ErrorKind::System, "cannot write to standard output", error)),
            Ok(()) => Ok(()),
        }
    }
}

/// Tells of lost waits, once a second at most.
struct Losses<'a> {
    of: &'a dyn Fn() -> u64,
    told: u64,
    when: Option<Instant>,
}

impl Losses<'_> {
    fn tell_now_and_then(&mut self) {
        if self.when.is_none_or(|when| when.elapsed() >= Duration::from_secs(1)) {
            self.tell();
        }
    }

    fn tell(&mut self) {
        let lost = (self.of)();
        if lost != self.told {
            eprintln!("runqslower: lost {} waits, as more came than could be kept or read", lost.wrapping_sub(self.told));
            self.told = lost;
            self.when = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static GO_ON: AtomicBool = AtomicBool::new(false);

    fn watch(count: Option<u64>) -> Watch<'static> {
        Watch { output: Output::Json, duration: None, count, stop: &GO_ON, lost: &|| 0 }
    }

    /// Shows three waits, at once.
    fn three(_: Duration, each: &mut dyn FnMut(&event)) -> corebone::Result<usize> {
        for pid in 1..=3 {
            each(&event { pid, tgid: pid, delta_us: 1, ..event::default() });
        }
        Ok(3)
    }

    fn lines(watch: &Watch<'_>) -> usize {
        let mut printed = Vec::new();
        watch.run(&mut printed, three).expect("nothing fails");
        printed.iter().filter(|byte| **byte == b'\n').count()
    }

    #[test]
    fn stops_after_so_many_waits() {
        for count in [0, 1, 3, 4] {
            assert_eq!(lines(&watch(Some(count))), count as usize);
        }
    }

    #[test]
    fn stops_when_told() {
        assert_eq!(lines(&Watch { stop: &AtomicBool::new(true), ..watch(None) }), 0);
    }

    #[test]
    fn stops_in_time() {
        let watch = Watch { duration: Some(Duration::from_millis(20)), ..watch(None) };
        let begin = Instant::now();
        let mut printed = Vec::new();
        let idle = |timeout, _: &mut dyn FnMut(&event)| {
            assert!(timeout <= Duration::from_millis(20));
            std::thread::sleep(timeout);
            Ok(0)
        };
        watch.run(&mut printed, idle).expect("nothing fails");
        assert!(begin.elapsed() >= Duration::from_millis(20));
    }

    #[test]
    fn ends_with_its_reader() {
        struct Closed(io::ErrorKind);

        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        assert!(watch(None).run(&mut Closed(io::ErrorKind::BrokenPipe), three).is_ok());
        let error = watch(None).run(&mut Closed(io::ErrorKind::StorageFull), three).expect_err("the disk is full");
        assert_eq!(error.to_string(), "cannot write to standard output");
    }

    #[test]
    fn passes_errors_on() {
        let fails = |_, _: &mut dyn FnMut(&event)| Err(Error::new(ErrorKind::InvalidData, "nonsense"));
        assert_eq!(watch(None).run(&mut Vec::new(), fails).expect_err("nonsense").kind(), ErrorKind::InvalidData);
    }
}
