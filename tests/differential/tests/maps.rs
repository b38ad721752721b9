//! Maps as the kernel has them when libbpf has loaded an object, and when corebone has: all that the kernel tells of each, what is in
//! it, and where it is pinned. It needs root, and a kernel whose lockdown lets programs in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use corebone::blueprint::{Map, Pinning};
use corebone_build::Linked;
use corebone_differential::libbpf::Opened;
use corebone_differential::live::{self, Facts, Loading};
use corebone_tests::requirement::require;

/// Objects with maps, the fewest that there must be to compare, and whether programs are loaded: some of them are only for other kernels.
const OBJECTS: [(&str, usize, bool); 2] = [("maps", 40, true), ("data", 8, false)];

/// Maps of whose type kernels of today may have none. No program uses them.
const OPTIONAL: [(&str, u32); 5] = [("filter", 30), ("user_ring", 31), ("of_group", 32), ("arena", 33), ("of_task", 29)];

/// Maps of events whose type is given, which is where libbpf differs: it tells the kernel their size, and the kernel refuses it.
const EVENTS: [&str; 2] = ["events_of_one_cpu", "small_ring"];

#[test]
fn maps_are_alike() -> Result<()> {
    let Some(directory) = require("maps_are_alike", Directory::new("alike")) else { return Ok(()) };
    for (name, fewest, programs) in OBJECTS {
        for version in [14, 16, 19] {
            let object = Loaded::new(name, version)?;
            let (our_pins, their_pins) = (directory.inner("ours")?, directory.inner("theirs")?);
            let loading = |pins| Loading { pins, without: &object.without, programs };
            let ours = object.ours(loading(&our_pins))?;
            let theirs = object.theirs(loading(&their_pins))?;
            ensure!(theirs.len() >= fewest, "only {} maps in {name}", theirs.len());
            compare(&format!("{name} of clang {version}"), &ours, &theirs)?;
            let [our_pins, their_pins] = [names(&our_pins)?, names(&their_pins)?];
            ensure!(our_pins == their_pins, "{name}: pinned are {our_pins:?}, by libbpf {their_pins:?}");
            directory.clear()?;
        }
    }
    Ok(())
}

#[test]
fn maps_that_are_switched_off_are_not_there() -> Result<()> {
    let Some(directory) = require("maps_that_are_switched_off_are_not_there", Directory::new("off")) else { return Ok(()) };
    let object = Loaded::new("maps", 19)?;
    let without = [&object.without[..], &["pinned_hash", "ring", "outer_rings"]].concat();
    let (our_pins, their_pins) = (directory.inner("ours")?, directory.inner("theirs")?);
    let ours = object.ours(Loading { pins: &our_pins, without: &without, programs: true })?;
    let theirs = object.theirs(Loading { pins: &their_pins, without: &without, programs: true })?;
    compare("without some maps", &ours, &theirs)?;
    ensure!(ours["ring"].len() == 2 && ours["stacks"].len() > 2, "{:?} {:?}", ours["ring"], ours["stacks"]);
    ensure!(names(&our_pins)? == names(&their_pins)? && !names(&our_pins)?.contains(&"pinned_hash".to_owned()));
    Ok(())
}

/// What is in no kernel's answer, or for a machine that has more than one memory node.
#[test]
fn definitions_are_alike() -> Result<()> {
    let mut counts = (0, 0, 0);
    for name in ["maps", "memory"] {
        for (version, order) in [(14, "el"), (14, "eb"), (16, "el"), (16, "eb"), (19, "el"), (19, "eb")] {
            let elf = fs::read(folder().join(format!("{name}.clang{version}.{order}.o")))?;
            let opened = Opened::with_pins(&elf, c"/pins").map_err(std::io::Error::from_raw_os_error)?;
            let theirs = opened.described_maps().into_iter().map(|map| (map.name, (map.numa_node, map.pin_path)));
            let theirs: BTreeMap<_, _> = theirs.collect();
            let ours = Linked::from_elf("object", &elf)?.with_object(|object| {
                let pin_path = |map: &Map<'_>| match map.pinning {
                    Pinning::None => String::new(),
                    Pinning::ByName => format!("/pins/{}", map.name),
                };
                object.maps.iter().map(|map| (map.name.to_owned(), (map.numa_node, pin_path(map)))).collect::<BTreeMap<_, _>>()
            });
            ensure!(ours == theirs, "{name}: {ours:?}, libbpf: {theirs:?}");
            counts.0 += ours.len();
            counts.1 += ours.values().filter(|(node, _)| *node != 0).count();
            counts.2 += ours.values().filter(|(_, path)| !path.is_empty()).count();
        }
    }
    ensure!(counts.0 > 200 && counts.1 >= 6 && counts.2 >= 24, "{counts:?}");
    Ok(())
}

#[test]
fn libbpf_refuses_events_of_a_type() -> Result<()> {
    let Some(directory) = require("libbpf_refuses_events_of_a_type", Directory::new("events")) else { return Ok(()) };
    let object = Loaded::new("maps", 19)?;
    for wanted in EVENTS {
        let (our_pins, their_pins) = (directory.inner("ours")?, directory.inner("theirs")?);
        let without: Vec<_> = object.without.iter().copied().filter(|name| *name != wanted).collect();
        let error = object.theirs(Loading { pins: &their_pins, without: &without, programs: true }).map(|_| ());
        let error = error.err().context("libbpf takes it")?.to_string();
        ensure!(error.contains(&format!("map '{wanted}': failed to create: -EINVAL")), "{error}");
        let ours = object.ours(Loading { pins: &our_pins, without: &without, programs: true })?;
        ensure!(ours[wanted].contains(&"value: untyped".to_owned()), "{:?}", ours[wanted]);
        directory.clear()?;
    }
    Ok(())
}

/// What one has pinned is what the other uses.
#[test]
fn pins_are_shared() -> Result<()> {
    let Some(directory) = require("pins_are_shared", Directory::new("shared")) else { return Ok(()) };
    let object = Loaded::new("maps", 19)?;
    for ours_first in [true, false] {
        let pins = directory.inner("pins")?;
        let loading = Loading { pins: &pins, without: &object.without, programs: true };
        let ids = || names(&pins)?.iter().map(|name| live::pinned_id(&pins.join(name))).collect::<Result<Vec<_>>>();
        let (first, second) = if ours_first { (object.ours(loading)?, ids()?) } else { (object.theirs(loading)?, ids()?) };
        let other = if ours_first { object.theirs(loading)? } else { object.ours(loading)? };
        ensure!(second.len() == 3 && ids()? == second, "another map was pinned");
        compare("with the other's maps", &first, &other)?;
        directory.clear()?;
    }
    Ok(())
}

/// Fails if one has what the other hasn't.
fn compare(what: &str, ours: &BTreeMap<String, Facts>, theirs: &BTreeMap<String, Facts>) -> Result<()> {
    let names = |maps: &BTreeMap<String, Facts>| maps.keys().cloned().collect::<Vec<_>>();
    ensure!(names(ours) == names(theirs), "{what}: maps {:?}, of libbpf {:?}", names(ours), names(theirs));
    let mut differences = Vec::new();
    for (name, ours) in ours {
        let theirs = &theirs[name];
        differences.extend(ours.iter().filter(|fact| !theirs.contains(fact)).map(|fact| format!("{name}: {fact}")));
        differences.extend(theirs.iter().filter(|fact| !ours.contains(fact)).map(|fact| format!("{name} of libbpf: {fact}")));
    }
    ensure!(differences.is_empty(), "{what}:\n{}", differences.join("\n"));
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../codegen/tests/objects")
}

/// An object of the corpus.
struct Loaded {
    elf: Vec<u8>,
    linked: Linked,
    /// Maps that this kernel can't have, and those that libbpf can't.
    without: Vec<&'static str>,
}

impl Loaded {
    fn new(name: &str, clang: u32) -> Result<Self> {
        let elf = fs::read(folder().join(format!("{name}.clang{clang}.el.o")))?;
        let linked = Linked::from_elf("object", &elf)?;
        let missing = OPTIONAL.into_iter().filter(|&(_, number)| !live::has_map_type(number)).map(|(name, _)| name);
        let without = missing.chain(EVENTS).collect();
        Ok(Self { elf, linked, without })
    }

    fn ours(&self, loading: Loading<'_>) -> Result<BTreeMap<String, Facts>> {
        live::ours(&self.linked, loading)
    }

    fn theirs(&self, loading: Loading<'_>) -> Result<BTreeMap<String, Facts>> {
        live::theirs(&self.elf, loading)
    }
}

/// A directory of the BPF file system that goes with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Result<Self> {
        ensure!(cfg!(target_endian = "little"), "the objects are little-endian");
        let path = Path::new("/sys/fs/bpf").join(format!("corebone-differential-{}-{name}", std::process::id()));
        fs::create_dir(&path).with_context(|| format!("needs root and a BPF file system: `{}`", path.display()))?;
        Ok(Self(path))
    }

    /// Another one in it.
    fn inner(&self, name: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir(&path)?;
        Ok(path)
    }

    /// Removes what is in it.
    fn clear(&self) -> Result<()> {
        for directory in names(&self.0)?.iter().map(|name| self.0.join(name)) {
            for name in names(&directory)? {
                fs::remove_file(directory.join(name))?;
            }
            fs::remove_dir(directory)?;
        }
        Ok(())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let removed = self.clear().and_then(|()| Ok(fs::remove_dir(&self.0)?));
        assert!(std::thread::panicking() || removed.is_ok(), "{removed:?}");
    }
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = entries.collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
