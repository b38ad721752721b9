//! Entries of maps.

use std::time::Duration;

use anyhow::{Result, ensure};
use aya::maps::{Array as AyaArray, HashMap as AyaHash, MapData, PerCpuArray as AyaPerCpu};
use corebone::Map;
use corebone_differential::measure::time;

use super::c_library::{Table, Value};
use super::contest::{compete, contestant};
use super::{Busy, SAMPLES, busy};

/// Entries that are looked at.
const ENTRIES: u32 = 10_000;

/// A map of a skeleton's as aya has it.
pub(crate) fn aya_map(map: &Map) -> Result<aya::maps::Map> {
    let descriptor = map.as_fd()?.try_clone_to_owned()?;
    Ok(aya::maps::Map::from_map_data(MapData::from_fd(descriptor)?)?)
}

fn counts(calls: u32) -> busy::types::counts {
    busy::types::counts { calls: calls.into(), bytes: 1 }
}

/// Time of as many steps.
fn each(count: u32, mut step: impl FnMut(u32) -> Result<()>) -> Result<Duration> {
    time(|| (0..count).try_for_each(&mut step)).map(|(took, ())| took)
}

/// Time of what has to come upon all entries.
fn all(run: impl FnOnce() -> Result<usize>) -> Result<Duration> {
    let (took, entries) = time(run)?;
    ensure!(entries == ENTRIES as usize, "there were {entries} entries");
    Ok(took)
}

pub(crate) fn hash() -> Result<()> {
    let skel = Busy::open()?.load()?;
    let hash = &skel.maps.hash;
    let table = Table(hash.as_map().as_fd()?);
    let mut aya: AyaHash<MapData, u32, Value> = aya_map(hash.as_map())?.try_into()?;
    compete(
        "hash table, update: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone insert", || each(ENTRIES, |key| Ok(hash.insert(&key, &counts(key))?))),
            contestant("libbpf update_elem", || each(ENTRIES, |key| table.update(key, &[key.into(), 1]))),
            contestant("aya insert", || each(ENTRIES, |key| Ok(aya.insert(key, [key.into(), 1_u64], 0)?))),
        ],
    )?;
    let aya: AyaHash<MapData, u32, Value> = aya_map(hash.as_map())?.try_into()?;
    compete(
        "hash table, lookup: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone get", || {
                each(ENTRIES, |key| {
                    let value = hash.get(&key)?;
                    ensure!(value.is_some_and(|value| value.calls == u64::from(key)), "no value");
                    Ok(())
                })
            }),
            contestant("libbpf lookup_elem", || {
                each(ENTRIES, |key| {
                    let mut value = [Value::default()];
                    table.lookup(key, &mut value)?;
                    ensure!(value[0][0] == u64::from(key), "no value");
                    Ok(())
                })
            }),
            contestant("aya get", || {
                each(ENTRIES, |key| {
                    ensure!(aya.get(&key, 0)?[0] == u64::from(key), "no value");
                    Ok(())
                })
            }),
        ],
    )?;
    iterate(&skel, table, &aya)?;
    batches(&skel, table)
}

/// Room for libbpf's batches.
fn room() -> (Vec<u32>, Vec<Value>) {
    (vec![0; 4096], vec![Value::default(); 4096])
}

fn iterate(skel: &Busy, table: Table<'_>, aya: &AyaHash<MapData, u32, Value>) -> Result<()> {
    let hash = &skel.maps.hash;
    compete(
        "hash table, all keys and values: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone iter", || {
                all(|| hash.iter().try_fold(0, |count, entry| entry.map(|_| count + 1).map_err(Into::into)))
            }),
            contestant("libbpf lookup_batch", || {
                let (mut keys, mut values) = room();
                all(|| Ok(table.copy_all(false, &mut keys, &mut values)? as usize))
            }),
            contestant("libbpf get_next_key", || {
                all(|| {
                    let (mut key, mut count) = (None, 0);
                    while let Some(next) = table.next_key(key.as_ref()) {
                        table.lookup(next, &mut [Value::default()])?;
                        (key, count) = (Some(next), count + 1);
                    }
                    Ok(count)
                })
            }),
            contestant("aya iter", || all(|| aya.iter().try_fold(0, |count, entry| entry.map(|_| count + 1).map_err(Into::into)))),
        ],
    )?;
    compete(
        "hash table, all keys: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone keys", || {
                all(|| hash.keys().try_fold(0, |count, key| key.map(|_| count + 1).map_err(Into::into)))
            }),
            contestant("libbpf get_next_key", || {
                all(|| Ok(std::iter::successors(table.next_key(None), |key| table.next_key(Some(key))).count()))
            }),
            contestant("aya keys", || all(|| aya.keys().try_fold(0, |count, key| key.map(|_| count + 1).map_err(Into::into)))),
        ],
    )
}

fn batches(skel: &Busy, table: Table<'_>) -> Result<()> {
    let hash = &skel.maps.hash;
    let keys: Vec<u32> = (0..ENTRIES).collect();
    let values: Vec<_> = keys.iter().map(|key| counts(*key)).collect();
    let raw: Vec<Value> = keys.iter().map(|key| [(*key).into(), 1]).collect();
    let fill = || table.update_batch(&keys, &raw);
    compete(
        "hash table, update in batches: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone insert_all", || {
                all(|| hash.insert_all(keys.iter().zip(&values)).map(|()| keys.len()).map_err(Into::into))
            }),
            contestant("libbpf update_batch", || all(|| fill().map(|()| keys.len()))),
        ],
    )?;
    compete(
        "hash table, take out in batches: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone take_all", || {
                fill()?;
                all(|| Ok(hash.take_all()?.len()))
            }),
            contestant("libbpf lookup_and_delete", || {
                fill()?;
                let (mut keys, mut values) = room();
                all(|| Ok(table.copy_all(true, &mut keys, &mut values)? as usize))
            }),
        ],
    )?;
    compete(
        "hash table, delete in batches: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone remove_all", || {
                fill()?;
                all(|| Ok(hash.remove_all(&keys)?))
            }),
            contestant("libbpf delete_batch", || {
                fill()?;
                all(|| table.delete_batch(&keys).map(|()| keys.len()))
            }),
        ],
    )
}

pub(crate) fn array() -> Result<()> {
    let skel = Busy::open()?.load()?;
    let array = &skel.maps.array;
    let table = Table(array.as_map().as_fd()?);
    let mut aya: AyaArray<MapData, Value> = aya_map(array.as_map())?.try_into()?;
    compete(
        "array, update: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone set", || each(ENTRIES, |index| Ok(array.set(index, &counts(index))?))),
            contestant("libbpf update_elem", || each(ENTRIES, |index| table.update(index, &[index.into(), 1]))),
            contestant("aya set", || each(ENTRIES, |index| Ok(aya.set(index, [index.into(), 1_u64], 0)?))),
        ],
    )?;
    let aya: AyaArray<MapData, Value> = aya_map(array.as_map())?.try_into()?;
    compete(
        "array, lookup: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone get", || {
                each(ENTRIES, |index| {
                    ensure!(array.get(index)?.calls == u64::from(index), "no value");
                    Ok(())
                })
            }),
            contestant("libbpf lookup_elem", || {
                each(ENTRIES, |index| {
                    let mut value = [Value::default()];
                    table.lookup(index, &mut value)?;
                    ensure!(value[0][0] == u64::from(index), "no value");
                    Ok(())
                })
            }),
            contestant("aya get", || {
                each(ENTRIES, |index| {
                    ensure!(aya.get(&index, 0)?[0] == u64::from(index), "no value");
                    Ok(())
                })
            }),
        ],
    )?;
    compete(
        "array, all values: one",
        SAMPLES,
        ENTRIES,
        vec![
            contestant("corebone iter", || {
                all(|| array.iter().try_fold(0, |count, entry| entry.map(|_| count + 1).map_err(Into::into)))
            }),
            contestant("libbpf lookup_batch", || {
                let (mut keys, mut values) = room();
                all(|| Ok(table.copy_all(false, &mut keys, &mut values)? as usize))
            }),
            contestant("aya iter", || all(|| aya.iter().try_fold(0, |count, entry| entry.map(|_| count + 1).map_err(Into::into)))),
        ],
    )
}

pub(crate) fn per_cpu() -> Result<()> {
    /// Those of the map.
    const SLOTS: u32 = 1_000;

    let skel = Busy::open()?.load()?;
    let per_cpu = &skel.maps.per_cpu;
    let table = Table(per_cpu.as_map().as_fd()?);
    let aya: AyaPerCpu<MapData, Value> = aya_map(per_cpu.as_map())?.try_into()?;
    let cpus = per_cpu.get(0)?.len();
    compete(
        "per-CPU array, lookup: one",
        SAMPLES,
        SLOTS,
        vec![
            contestant("corebone get", || {
                each(SLOTS, |index| {
                    ensure!(per_cpu.get(index)?.iter().map(|counts| counts.calls).sum::<u64>() == 0, "it has a value");
                    Ok(())
                })
            }),
            contestant("libbpf lookup_elem", || {
                let mut values = vec![Value::default(); cpus];
                each(SLOTS, |index| {
                    table.lookup(index, &mut values)?;
                    ensure!(values.iter().map(|counts| counts[0]).sum::<u64>() == 0, "it has a value");
                    Ok(())
                })
            }),
            contestant("aya get", || {
                each(SLOTS, |index| {
                    ensure!(aya.get(&index, 0)?.iter().map(|counts| counts[0]).sum::<u64>() == 0, "it has a value");
                    Ok(())
                })
            }),
        ],
    )
}
