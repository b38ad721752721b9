//! Maps in the BPF file system.

use std::fs;
use std::path::{Path, PathBuf};

use corebone::__private::OpenObject;
use corebone::blueprint::{Map as MapBlueprint, Pinning, ProgramType, Section};
use corebone::programs::{CgroupSkb, Xdp, XdpFlags};
use corebone::{ErrorKind, HashMap, Link, Map, OpenOptions, Program};
use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};

use crate::assembler::{Code, fixed, hash, helper, object, section};
use crate::requirement::{in_child, is_child, root};
use crate::skip::skip;

/// A directory of the BPF file system that goes with the test.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    /// `None` without such a file system, or the right to use it.
    pub(crate) fn new(name: &str) -> Option<Self> {
        if !root() {
            return None;
        }
        let path = Path::new("/sys/fs/bpf").join(format!("corebone-test-{}-{name}", std::process::id()));
        match fs::create_dir(&path) {
            Ok(()) => Some(Self(path)),
            Err(error) => {
                skip(&format!("{}: {error}", path.display()));
                None
            }
        }
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn options(&self) -> OpenOptions {
        OpenOptions::new().pin_root(&self.0)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        for name in self.names() {
            let _ = fs::remove_file(self.0.join(name));
        }
        let _ = fs::remove_dir(&self.0);
    }
}

fn shared(max_entries: u32) -> MapBlueprint<'static> {
    MapBlueprint { pinning: Pinning::ByName, ..hash("shared", 4, 8, max_entries) }
}

#[test]
fn a_map_that_is_pinned_by_name_is_found_again() {
    let Some(directory) = Directory::new("again") else { return };
    let object = || fixed(object(vec![shared(10)], vec![]));
    let first = OpenObject::open(object(), directory.options()).unwrap().load().unwrap();
    let map: HashMap<u32, u64> = first.map(0);
    map.insert(&1, &2).unwrap();
    assert_eq!(map.as_map().pin_path().unwrap(), directory.0.join("shared"));
    drop((first, map));
    let second: HashMap<u32, u64> = OpenObject::open(object(), directory.options()).unwrap().load().unwrap().map(0);
    assert_eq!(second.get(&1).unwrap(), Some(2));
    assert_eq!((second.as_map().name(), second.as_map().max_entries()), ("shared", 10));
    second.as_map().unpin().unwrap();
    assert_eq!(directory.names(), [""; 0]);
    assert_eq!(second.as_map().unpin().unwrap_err().to_string(), "map `shared` is not pinned");
    let third: HashMap<u32, u64> = OpenObject::open(object(), directory.options()).unwrap().load().unwrap().map(0);
    assert_eq!(third.get(&1).unwrap(), None);
}

#[test]
fn what_differs_is_named() {
    let Some(directory) = Directory::new("differs") else { return };
    let load = |map| OpenObject::open(fixed(object(vec![map], vec![])), directory.options()).unwrap().load();
    load(shared(10)).unwrap();
    let error = load(MapBlueprint { key_size: 8, flags: 1, ..shared(20) }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        format!(
            "the map pinned at `{}/shared` can't be used for map `shared`: it has the key size 4, not 8, `max_entries` 10, not 20, \
             `map_flags` 0x0, not 0x1; remove it if nobody needs it any more, choose another pin path, or take its entries over \
             (`OpenMap::outdated_pin`)",
            directory.0.display()
        )
    );
    assert_eq!(directory.names(), ["shared"], "it is left alone");
}

#[test]
fn a_map_of_an_earlier_version_is_taken_over() {
    let Some(directory) = Directory::new("version") else { return };
    let open = |entries| OpenObject::open(fixed(object(vec![shared(entries)], vec![])), directory.options()).unwrap();
    assert!(open(10).map(0).outdated_pin().unwrap().is_none(), "nothing is pinned");
    let old: HashMap<u32, u64> = open(10).load().unwrap().map(0);
    old.insert(&1, &2).unwrap();
    assert!(open(10).map(0).outdated_pin().unwrap().is_none(), "it is the same");

    let mut next = open(20);
    let mut map = next.map(0);
    let outdated = map.outdated_pin().unwrap().unwrap();
    assert_eq!(outdated.info().unwrap(), old.as_map().info().unwrap());
    map.clear_pin_path();
    next.set_map(0, map);
    let new: HashMap<u32, u64> = next.load().unwrap().map(0);
    for key in outdated.keys() {
        let key = key.unwrap();
        new.as_map().update(&key, &outdated.lookup(&key).unwrap().unwrap()).unwrap();
    }
    let path = outdated.pin_path().unwrap();
    new.as_map().replace_pin(&path).unwrap();
    assert_eq!((directory.names(), new.as_map().pin_path()), (vec!["shared".to_owned()], Some(path)));
    assert!(open(20).map(0).outdated_pin().unwrap().is_none());
    let found: HashMap<u32, u64> = open(20).load().unwrap().map(0);
    assert_eq!((found.get(&1).unwrap(), found.as_map().max_entries()), (Some(2), 20));
    let error = new.as_map().replace_pin(directory.0.join("other")).unwrap_err();
    assert!(error.to_string().contains("it is pinned at `"), "{error}");
    assert_eq!(directory.names(), ["shared"]);
}

#[test]
fn the_user_chooses_the_path() {
    let Some(directory) = Directory::new("path") else { return };
    let object = fixed(object(vec![shared(10), hash("other", 4, 8, 1)], vec![]));
    let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
    let (mut shared, mut other) = (open.map(0), open.map(1));
    assert_eq!(shared.pin_path(), Some(Path::new("/sys/fs/bpf/shared")));
    shared.clear_pin_path();
    other.set_pin_path(directory.0.join("mine"));
    open.set_map(0, shared);
    open.set_map(1, other);
    let loaded = open.load().unwrap();
    assert_eq!(directory.names(), ["mine"]);
    let [shared, other]: [Map; 2] = [loaded.map(0), loaded.map(1)];
    assert_eq!((shared.pin_path(), other.pin_path()), (None, Some(directory.0.join("mine"))));
}

#[test]
fn a_load_that_fails_leaves_no_pins_behind() {
    let Some(directory) = Directory::new("fails") else { return };
    let before = MapBlueprint { name: "before", ..shared(10) };
    OpenObject::open(fixed(object(vec![before], vec![])), directory.options()).unwrap().load().unwrap();
    let broken = Code::default().call(helper::MISSING).exit().program("broken", "socket");
    let object = fixed(object(vec![before, shared(10)], vec![broken]));
    OpenObject::open(object, directory.options()).unwrap().load().unwrap_err();
    assert_eq!(directory.names(), ["before"]);
}

#[test]
fn maps_are_pinned_and_opened_by_hand() {
    let Some(directory) = Directory::new("by-hand") else { return };
    let program = Code::default().give(0).program("nothing", "socket");
    let loaded = OpenObject::open(fixed(object(vec![hash("a_name_that_is_long", 4, 8, 1)], vec![program])), OpenOptions::new());
    let map: HashMap<u32, u64> = loaded.unwrap().load().unwrap().map(0);
    map.insert(&7, &8).unwrap();
    let path = directory.0.join("deeper/map");
    map.as_map().pin(&path).unwrap();
    map.as_map().pin(&path).unwrap();
    let opened: HashMap<u32, u64> = Map::from_pin(&path).unwrap().into();
    assert_eq!(opened.get(&7).unwrap(), Some(8));
    // The kernel keeps fifteen characters.
    assert_eq!(opened.as_map().name(), "a_name_that_is_");
    let other = directory.0.join("other");
    assert_eq!(
        map.as_map().pin(&other).unwrap_err().to_string(),
        format!("cannot pin map `a_name_that_is_long` at `{}`: it is pinned at `{}` already", other.display(), path.display())
    );
    // Wrong sizes are errors when it is used.
    let wrong: HashMap<u64, u64> = Map::from_pin(&path).unwrap().into();
    assert_eq!(wrong.get(&7).unwrap_err().to_string(), "map `a_name_that_is_` has keys of 4 bytes, not of 8");
    opened.as_map().unpin().unwrap();
    let gone = map.as_map().unpin().unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    fs::remove_dir(directory.0.join("deeper")).unwrap();
    let missing = Map::from_pin(&path).unwrap_err();
    assert_eq!((missing.kind(), missing.to_string()), (ErrorKind::NotFound, format!("no map is pinned at `{}`", path.display())));
}

#[test]
fn paths_that_can_t_be_are_explained() {
    let Some(directory) = Directory::new("explained") else { return };
    let map = || -> Map {
        OpenObject::open(fixed(object(vec![hash("map", 4, 8, 1)], vec![])), OpenOptions::new()).unwrap().load().unwrap().map(0)
    };
    let elsewhere = std::env::temp_dir().join("map");
    let error = map().pin(&elsewhere).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        format!(
            "cannot pin map `map` at `{}`: that is not in a BPF file system; mount one there, as by `mount -t bpf bpf /sys/fs/bpf`, or \
             choose a path in one",
            elsewhere.display()
        )
    );
    let path = directory.0.join("taken");
    map().pin(&path).unwrap();
    let error = map().pin(&path).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot pin map `map` at `{}`: something else has that path", path.display()));
    let error = map().pin(directory.0.join("no/such/directory")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    for dots in ["agent.map", "agent-1.2/map"] {
        let path = directory.0.join(dots);
        let error = map().pin(&path).unwrap_err();
        let message = "names in a BPF file system have no dots; write `_` in place of each";
        assert_eq!(error.to_string(), format!("cannot pin map `map` at `{}`: {message}", path.display()));
    }
}

/// Load opens a map that is pinned, or pins a new one.
fn load_pinned(root: &Path) -> corebone::Error {
    let object = fixed(object(vec![shared(10)], vec![]));
    OpenObject::open(object, OpenOptions::new().pin_root(root)).unwrap().load().unwrap_err()
}

#[test]
fn a_machine_without_a_bpf_file_system_is_told_to_mount_one() {
    if !is_child() {
        if root() {
            let without = ["unshare", "--mount", "sh", "-c", "while umount /sys/fs/bpf 2>&-; do :; done; exec \"$@\"", "sh"];
            in_child(&without, "pinning::a_machine_without_a_bpf_file_system_is_told_to_mount_one");
        }
        return;
    }
    let hint = "that is not in a BPF file system; mount one there, as by `mount -t bpf bpf /sys/fs/bpf`, or choose a path in one";
    for root in ["/sys/fs/bpf", "/sys/fs/bpf/agent", "/sys/fs/bpf/agent/maps"] {
        let error = load_pinned(Path::new(root));
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidInput, format!("cannot pin map `shared` at `{root}/shared`: {hint}"))
        );
    }
}

#[test]
fn files_of_others_are_told_from_missing_capabilities() {
    if !root() {
        return;
    }
    if !is_child() {
        return in_child(&["env"], "pinning::files_of_others_are_told_from_missing_capabilities");
    }
    let Some(directory) = Directory::new("others") else { return };
    let path = directory.0.join("shared");
    OpenObject::open(fixed(object(vec![shared(10)], vec![])), directory.options()).unwrap().load().unwrap();
    std::os::unix::fs::chown(&path, Some(65_534), Some(65_534)).unwrap();
    // Root without the right to all files.
    let all = capabilities(None).unwrap();
    let rest = all.effective.difference(CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH);
    set_capabilities(None, CapabilitySets { effective: rest, ..all }).unwrap();
    let error = load_pinned(&directory.0);
    set_capabilities(None, all).unwrap();
    let whose = "is of user 65534 and group 65534 with mode 0600, which doesn't let this process; give it the right with `chown` or `chmod`";
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(error.to_string(), format!("cannot open the map pinned at `{0}`: `{0}` {whose}", path.display()));
}

/// Another process may pin a map between our look and our own pinning.
#[test]
fn all_that_load_at_once_share_one_map() {
    let Some(directory) = Directory::new("race") else { return };
    for _ in 0..20 {
        let object = fixed(object(vec![shared(100)], vec![]));
        let start = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for number in 0..4_u32 {
                let (start, options) = (&start, directory.options());
                scope.spawn(move || {
                    let open = OpenObject::open(object, options).unwrap();
                    start.wait();
                    let map: HashMap<u32, u64> = open.load().unwrap().map(0);
                    map.insert(&number, &1).unwrap();
                });
            }
        });
        let map: HashMap<u32, u64> = Map::from_pin(directory.0.join("shared")).unwrap().into();
        assert_eq!(map.iter().count(), 4);
        map.as_map().unpin().unwrap();
    }
}

/// Variables of `.rodata`.
#[corebone::section(size = 4)]
struct Rodata {
    #[offset(0)]
    answer: u32,
}

#[test]
fn a_section_that_is_found_shows_its_own_values() {
    let Some(directory) = Directory::new("section") else { return };
    let load = |answer| {
        let rodata = section(Section::Rodata, 4, &[]);
        let program = Code::default().global(1, 0, 0).load32(0, 1, 0).exit().program("answers", "socket");
        let mut open = OpenObject::open(fixed(object(vec![rodata], vec![program])), OpenOptions::new()).unwrap();
        let mut map = open.map(0);
        map.set_pin_path(directory.0.join("rodata"));
        open.set_map(0, map);
        open.set_section(0, &Rodata { answer });
        let loaded = open.load().unwrap();
        let frozen = loaded.frozen(0, Rodata { answer }).unwrap();
        assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), frozen.answer);
        frozen.answer
    };
    assert_eq!((load(4711), load(4712)), (4711, 4711));
}

#[test]
fn programs_are_pinned_and_taken_over() {
    let Some(directory) = Directory::new("programs") else { return };
    let code =
        vec![Code::default().give(7).program("seven", "xdp"), Code::default().give(1).program("filter", "cgroup_skb/egress")];
    let loaded = OpenObject::open(fixed(object(vec![], code)), OpenOptions::new()).unwrap().load().unwrap();
    let (path, id) = (directory.0.join("seven"), loaded.program(0).id().unwrap());
    loaded.program(0).pin(&path).unwrap();
    loaded.program(1).pin(directory.0.join("filter")).unwrap();
    let again = loaded.program(0).pin(&path).unwrap_err();
    assert_eq!(again.to_string(), format!("cannot pin program `seven` to `{}`: it exists already", path.display()));
    drop(loaded);
    for found in [Program::from_pin(&path).unwrap(), Program::from_id(id).unwrap()] {
        assert_eq!((found.name(), found.section(), found.program_type(), found.id().unwrap()), ("seven", "", ProgramType::XDP, id));
        assert_eq!(found.test_run(&[0; 14]).unwrap(), 7);
        assert!(found.auto_attach().unwrap().is_none());
        let error = found.attach().unwrap_err();
        let why = "the kernel doesn't tell of a program that was found how it attaches; pin its link";
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, format!("cannot attach program `seven`: {why}")));
        let missing = Xdp::from(found).attach_xdp(1 << 30, XdpFlags::NONE).unwrap_err();
        assert_eq!(missing.to_string(), "cannot attach program `seven` to interface 1073741824: there is none");
    }
    let filter = CgroupSkb::from(Program::from_pin(directory.0.join("filter")).unwrap());
    let error = filter.attach_cgroup(fs::File::open("/dev/null").unwrap()).unwrap_err();
    assert!(error.to_string().ends_with("how it attaches; pin its link"), "{error}");
    // Each is told from the others, and a path from none.
    let error = Link::from_pin(&path).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot open the link `{}`: it is no link, but `", path.display())), "{error}");
    let none = directory.0.join("none");
    let error = Program::from_pin(&none).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::NotFound, format!("cannot open the program `{}`: there is none", none.display()))
    );
    fs::remove_file(&path).unwrap();
    let gone = Program::from_id(u32::MAX).unwrap_err();
    assert_eq!((gone.kind(), gone.to_string().as_str()), (ErrorKind::NotFound, "cannot open program 4294967295: there is none"));
}
