//! Damaged input: an error or an answer, soon, and never a panic.
//!
//! Quick here, and the same in each run. `COREBONE_DAMAGE=10` does ten times as much; `COREBONE_BTF=DIR` takes other kernels' types too,
//! from the files `*.btf` of a directory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use std::{env, fs, thread};

use corebone::access::access_path;
use corebone::blueprint::{AttachType, CoreRelocation, CoreRelocationKind, Object};
use corebone::btf::Btf;
use corebone::kernel::Kernel;
use corebone::relocate::{AttachTarget, relocate};
use corebone_build::{Linked, generate, vmlinux};

const OBJECTS: [&str; 10] = [
    "calls.clang14.el",
    "calls.clang14.eb",
    "calls.clang19.el",
    "data.clang16.el",
    "jumps.clang22.el",
    "kconfig.clang19.eb",
    "memory.clang16.eb",
    "memory.clang19.el",
    "programs.clang14.eb",
    "struct_ops.clang19.el",
];

/// Changed bytes, one to eight at a time, and cut off ends.
#[test]
fn broken_objects_are_errors() {
    let mut random = Random(0x5eed);
    for name in OBJECTS {
        let good = fs::read(object(name)).unwrap();
        for _ in 0..rounds(1700) {
            if let Ok(linked) = Linked::from_elf("calls", &changed(&good, &mut random)) {
                linked.with_object(|object| {
                    assert!(object.programs.len() <= 16);
                    let _ = generate(object, "calls.bpf.c");
                });
            }
        }
    }
}

/// The same with files that are linked into one object.
#[test]
fn broken_files_are_errors() {
    let mut random = Random(0x5eed);
    for (files, count) in [
        (["halves.one.clang14.el", "halves.two.clang14.el"], 600),
        (["halves.one.clang16.eb", "halves.two.clang16.eb"], 600),
        (["halves.one.clang19.el", "jumps.clang22.el"], 300),
    ] {
        let good = files.map(|file| fs::read(object(file)).unwrap());
        for round in 0..rounds(count) {
            let mut halves = good.clone();
            halves[round % 2] = changed(&good[round % 2], &mut random);
            if let Ok(linked) = Linked::from_elfs("halves", &[("one", &halves[0]), ("two", &halves[1])]) {
                linked.with_object(|object| assert!(object.programs.len() <= 16));
            }
        }
    }
}

fn changed(good: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len());
        bytes[at] = random.byte();
    }
    if random.below(8) == 0 {
        bytes.truncate(random.below(good.len()));
    }
    bytes
}

/// Real kernels' types with bytes changed, pieces cut out, doubled or exchanged, and their ends cut off.
#[test]
fn broken_kernels_are_errors() {
    /// Of one round, on a busy machine.
    const LONGEST: Duration = Duration::from_secs(120);

    let kernels: Vec<Arc<Vec<u8>>> = kernels().into_iter().map(Arc::new).collect();
    for (number, good) in kernels.iter().enumerate() {
        let other = &kernels[(number + 1) % kernels.len()];
        for round in 0..rounds(6) {
            let (good, other) = (Arc::clone(good), Arc::clone(other));
            let (done, finished) = channel();
            let seed = (number as u64 + 1) << 32 | round as u64;
            let work = move || {
                let mut random = Random(seed);
                // Warm up: seeds are close to each other.
                (0..8).for_each(|_| _ = random.next());
                exercise(&damaged(&good, &other, &mut random), random.below(3) == 0);
                let _ = done.send(());
            };
            let worker = thread::Builder::new().name(format!("round {round} of kernel {number}")).spawn(work).unwrap();
            assert_ne!(finished.recv_timeout(LONGEST), Err(RecvTimeoutError::Timeout), "round {round} of kernel {number} hangs");
            worker.join().unwrap();
        }
    }
}

/// All that is made of a kernel's types.
fn exercise(bytes: &[u8], header: bool) {
    let Ok(kernel) = Btf::parse(bytes) else { return };
    let whole = Kernel::new().with_btf(bytes.to_vec());
    for ty in kernel.types().map_while(Result::ok) {
        let _ = ty.name();
    }
    for id in (1..kernel.count().unwrap_or(0)).step_by(1009) {
        let _ = (kernel.strip(id).is_ok(), kernel.resolve_size(id), kernel.align_of(id));
    }
    for name in OBJECTS {
        Linked::from_elf("calls", &fs::read(object(name)).unwrap()).unwrap().with_object(|object| ask(object, &whole));
    }
    // What real programs ask most, by the kernel's own types.
    let task = kernel.find(corebone::btf::KindNumber::Struct, "task_struct").ok().flatten().map_or(1, |ty| ty.id);
    let questions: Vec<_> = (0..13)
        .filter_map(CoreRelocationKind::from_raw)
        .flat_map(|kind| ["0", "0:3", "0:20:1", "0:120"].map(|access| (kind, access)))
        .map(|(kind, access)| CoreRelocation { kind, type_id: task, access, file: "", line: 0 })
        .collect();
    ask(&Object { btf: bytes, relocations: &questions, ..Object::EMPTY }, &whole);
    if header {
        let _ = vmlinux::header(&kernel);
    }
}

fn ask(object: &Object<'_>, kernel: &Kernel) {
    let wanted = [AttachTarget { attach_type: AttachType::TRACE_FENTRY, module: None, name: "do_exit" }];
    if let Ok(local) = Btf::parse(object.btf) {
        object.relocations.iter().for_each(|relocation| drop(access_path(&local, relocation)));
    }
    let Ok(relocations) = relocate(object, kernel, &wanted) else { return };
    for (number, fixup) in relocations.fixups(object).enumerate() {
        drop(fixup.to_string());
        if number % 7 == 0 {
            drop(relocations.explain(object, kernel, number));
        }
    }
    for (number, program) in object.programs.iter().enumerate() {
        drop(relocations.apply(object, number, &mut program.instructions.to_vec()));
    }
}

/// The same bytes, but for a few accidents.
fn damaged(good: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=random.below(4) {
        match random.below(6) {
            // Single bytes, from one to thousands, behind the header.
            0..=2 => {
                for _ in 0..1 << random.below(14) {
                    set(&mut bytes, 24 + random.below(good.len()), random.byte());
                }
            }
            3 => drop(bytes.splice(random.range(bytes.len()), [])),
            4 => {
                let piece = other[random.range(other.len())].to_vec();
                let at = random.below(bytes.len());
                bytes.splice(at..at, piece);
            }
            _ => bytes.truncate(24 + random.below(bytes.len())),
        }
    }
    if random.below(3) > 0 {
        // Of another length than the header says, which would be all that is noticed.
        bytes.resize(good.len(), 0);
    }
    if random.below(8) == 0 {
        set(&mut bytes, random.below(24), random.byte());
    }
    bytes
}

/// Changes a byte, if it is there.
fn set(bytes: &mut [u8], at: usize, value: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = value;
    }
}

fn object(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/objects").join(format!("{name}.o"))
}

/// Types of the running kernel, and of those that the environment names.
fn kernels() -> Vec<Vec<u8>> {
    let running = Path::new("/sys/kernel/btf/vmlinux");
    let named = env::var_os("COREBONE_BTF").map(PathBuf::from);
    let files = named.iter().flat_map(|directory| {
        fs::read_dir(directory).unwrap_or_else(|error| panic!("`COREBONE_BTF`: cannot read `{}`: {error}", directory.display()))
    });
    let mut files: Vec<PathBuf> =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "btf")).collect();
    files.sort();
    if running.exists() {
        files.push(running.to_owned());
    }
    if files.is_empty() {
        let required = env::var("COREBONE_TEST_REQUIRE").is_ok_and(|value| value == "1");
        assert!(!required, "COREBONE_TEST_REQUIRE=1 forbids to skip: `{}` does not exist", running.display());
        // Past the test harness, which keeps what a passing test prints to itself.
        let _ = writeln!(std::io::stderr(), "skipped `broken_kernels_are_errors`: `{}` does not exist", running.display());
    }
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// How often: as the environment says, this many times.
fn rounds(few: usize) -> usize {
    env::var("COREBONE_DAMAGE").map_or(few, |text| few * text.parse::<usize>().expect("`COREBONE_DAMAGE` is a number"))
}

/// Numbers that are the same in each run: xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        [0, 1, 0x7f, 0x80, 0xff, self.next() as u8][self.below(6)]
    }

    /// A piece below a limit, mostly a short one.
    fn range(&mut self, limit: usize) -> std::ops::Range<usize> {
        let start = self.below(limit);
        let longest = (limit - start).min(1 << self.below(22));
        start..start + self.below(longest + 1)
    }
}
