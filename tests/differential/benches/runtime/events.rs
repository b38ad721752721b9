//! Events that are in a buffer already.

use std::ops::ControlFlow;

use anyhow::{Result, ensure};
use aya::maps::perf::PerfEvent;
use aya::maps::{MapData, PerfEventArray, RingBuf};
use corebone::programs::{TestRun, Xdp};
use corebone_differential::measure::time;

use super::SAMPLES;
use super::c_library;
use super::contest::{compete, contestant};
use super::maps::aya_map;
use super::sent::Events;

/// Has a program send events.
fn send(program: &Xdp, events: u32) -> Result<()> {
    let output = program.test_run(&TestRun { data: &[0; 64], repeat: events, ..TestRun::default() })?;
    ensure!(output.returned == XDP_PASS, "there is no room for {events} events");
    Ok(())
}

/// Of `enum xdp_action`.
const XDP_PASS: u32 = 2;

/// The time in each event.
const TIME: u64 = 3;

fn check(events: u32, seen: u64, sum: u64) -> Result<()> {
    ensure!((seen, sum) == (u64::from(events), u64::from(events) * TIME), "{seen} events and a sum of {sum}");
    Ok(())
}

/// The time in an event's bytes.
fn time_of(event: &[u8]) -> u64 {
    event.get(8..16).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_ne_bytes)
}

pub(crate) fn ring() -> Result<()> {
    const EVENTS: u32 = 20_000;

    // Each has a ring of its own, for they keep positions.
    let [ours, theirs, ayas] = [Events::open()?.load()?, Events::open()?.load()?, Events::open()?.load()?];
    let mut reader = ours.maps.ring.reader()?;
    let mut c_ring = c_library::Ring::new(theirs.maps.ring.as_map().as_fd()?)?;
    let mut aya_ring: RingBuf<MapData> = aya_map(ayas.maps.ring.as_map())?.try_into()?;
    compete(
        "events of 16 bytes in a ring buffer: one",
        SAMPLES,
        EVENTS,
        vec![
            contestant("corebone poll", || {
                send(&ours.progs.to_ring, EVENTS)?;
                let mut sum = 0;
                let (took, seen) = time(|| Ok(reader.poll(None, |event| sum += event.time)?))?;
                check(EVENTS, seen as u64, sum)?;
                Ok(took)
            }),
            contestant("libbpf consume", || {
                send(&theirs.progs.to_ring, EVENTS)?;
                let (took, (seen, sum)) = time(|| c_ring.consume())?;
                check(EVENTS, seen, sum)?;
                Ok(took)
            }),
            contestant("aya next", || {
                send(&ayas.progs.to_ring, EVENTS)?;
                let (mut seen, mut sum) = (0, 0);
                let (took, ()) = time(|| {
                    while let Some(event) = aya_ring.next() {
                        seen += 1;
                        sum += time_of(&event);
                    }
                    Ok(())
                })?;
                check(EVENTS, seen, sum)?;
                Ok(took)
            }),
        ],
    )
}

pub(crate) fn perf() -> Result<()> {
    const EVENTS: u32 = 5_000;
    const PAGES: usize = 64;

    let [ours, theirs, ayas] = [Events::open()?.load()?, Events::open()?.load()?, Events::open()?.load()?];
    let mut reader = ours.maps.perf.reader_with_pages(PAGES)?;
    let mut c_buffer = c_library::Perf::new(theirs.maps.perf.as_map().as_fd()?, PAGES)?;
    let mut aya_array: PerfEventArray<MapData> = aya_map(ayas.maps.perf.as_map())?.try_into()?;
    let cpus = aya::util::online_cpus().map_err(|(what, error)| anyhow::anyhow!("{what}: {error}"))?;
    let mut aya_buffers = cpus.into_iter().map(|cpu| aya_array.open(cpu, Some(PAGES))).collect::<Result<Vec<_>, _>>()?;
    compete(
        "events of 16 bytes in perf buffers: one",
        SAMPLES,
        EVENTS,
        vec![
            contestant("corebone poll", || {
                send(&ours.progs.to_perf, EVENTS)?;
                let mut sum = 0;
                let (took, seen) = time(|| Ok(reader.poll(None, |event| sum += event.time)?))?;
                check(EVENTS, seen as u64, sum)?;
                Ok(took)
            }),
            contestant("libbpf consume", || {
                send(&theirs.progs.to_perf, EVENTS)?;
                let (took, (seen, sum)) = time(|| c_buffer.consume())?;
                check(EVENTS, seen, sum)?;
                Ok(took)
            }),
            contestant("aya try_fold", || {
                send(&ayas.progs.to_perf, EVENTS)?;
                let (mut seen, mut sum) = (0, 0);
                let (took, ()) = time(|| {
                    for buffer in &mut aya_buffers {
                        let _ = buffer.try_fold((), |(), event| {
                            if let PerfEvent::Sample { head, tail } = event {
                                seen += 1;
                                // One of these is in two pieces only where the buffer begins anew.
                                sum += if tail.is_empty() { time_of(head) } else { time_of(&[head, tail].concat()) };
                            }
                            ControlFlow::<()>::Continue(())
                        });
                    }
                    Ok(())
                })?;
                check(EVENTS, seen, sum)?;
                Ok(took)
            }),
        ],
    )
}
