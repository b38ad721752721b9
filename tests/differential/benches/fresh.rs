//! What it takes a process that has just begun to relocate an object of medium size for the running kernel: time and memory. Runs itself
//! again for each sample, all contestants by turns, prints medians, and fails if corebone takes more than it should.
//!
//! ```sh
//! cargo bench -p corebone-differential --bench fresh
//! ```
//!
//! Needs root, since libbpf does. libbpf and aya-obj read the object file meanwhile, which they do whenever a program starts, and
//! corebone when it is built.

mod typical {
    corebone::include_skeleton!("typical");
}

use std::env;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;

use anyhow::{Context, Error, Result, ensure};
use corebone::OpenOptions;
use corebone::kernel::Kernel;
use corebone_differential::libbpf::Opened;
use corebone_differential::measure::{in_new_process, median, ratio, role, time};
use typical::Typical;

const BTF: &str = "/sys/kernel/btf/vmlinux";
const ELF: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/typical.bpf.o"));

/// Tells a process of a file with the same BTF, which can't be mapped but must be read, as sysfs' own before Linux 6.16.
const COPY: &str = "COREBONE_BENCH_COPY";

const SAMPLES: usize = 51;

struct Contestant {
    name: &'static str,
    run: fn() -> Result<Sample>,
}

const READ: usize = 0;
const COREBONE: usize = 1;
const READ_COPY: usize = 2;
const COREBONE_COPY: usize = 3;
const LIBBPF: usize = 4;

const CONTESTANTS: [Contestant; 6] = [
    Contestant { name: "read(2) of the kernel's BTF", run: || measure(|| read(BTF)) },
    Contestant { name: "corebone", run: || measure(|| Ok(Typical::open()?)) },
    Contestant { name: "read(2) of a copy", run: || measure(|| read(&env::var(COPY)?)) },
    Contestant {
        name: "corebone, that has to read",
        run: || {
            let kernel = Kernel::new().with_btf_file(env::var(COPY)?);
            measure(|| Ok(Typical::open_with(OpenOptions::new().kernel(kernel))?))
        },
    },
    Contestant {
        name: "libbpf",
        run: || {
            measure(|| {
                let object = Opened::quietly(ELF).map_err(Error::msg)?;
                object.prepare().map_err(Error::msg)?;
                Ok(object)
            })
        },
    },
    Contestant {
        name: "aya-obj",
        run: || {
            measure(|| {
                let mut object = aya_obj::Object::parse(ELF)?;
                object.relocate_btf(&aya_obj::btf::Btf::from_sys_fs()?)?;
                Ok(object)
            })
        },
    },
];

/// A file, from open(2) to the last byte.
fn read(path: &str) -> Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = vec![0; usize::try_from(file.metadata()?.len())?];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[derive(Clone, Copy)]
struct Sample {
    microseconds: f64,
    /// Memory that belongs to no file, when done and before anything is freed.
    anonymous: u64,
    /// By how much the highest use of memory has grown, that of files included.
    peak: u64,
}

fn measure<T>(run: impl FnOnce() -> Result<T>) -> Result<Sample> {
    let (anonymous, peak) = (kilobytes("smaps_rollup", "Anonymous:")?, kilobytes("status", "VmHWM:")?);
    let (took, result) = time(run)?;
    let sample = Sample {
        microseconds: took.as_nanos() as f64 / 1000.0,
        anonymous: kilobytes("smaps_rollup", "Anonymous:")? - anonymous,
        peak: kilobytes("status", "VmHWM:")? - peak,
    };
    black_box(result);
    Ok(sample)
}

/// A number that the kernel gives of this process.
fn kilobytes(file: &str, name: &str) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/self/{file}"))?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no `{name}` in `{file}`"))?;
    Ok(rest.trim().trim_end_matches(" kB").parse()?)
}

fn main() -> Result<()> {
    if let Some(role) = role() {
        let Sample { microseconds, anonymous, peak } = (CONTESTANTS[role.parse::<usize>()?].run)()?;
        println!("{microseconds} {anonymous} {peak}");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("vmlinux").to_string_lossy().into_owned();
    fs::write(&copy, read(BTF)?)?;
    let mut samples: [Vec<Sample>; CONTESTANTS.len()] = Default::default();
    for _ in 0..SAMPLES {
        for (number, samples) in samples.iter_mut().enumerate() {
            let output = in_new_process(&number.to_string(), &[(COPY, &copy)])?;
            samples.push(parse(&output).context("no sample")?);
        }
    }
    println!("{:28} {:>9} {:>10} {:>14} {:>9}", "", "time", "to read(2)", "anonymous", "peak");
    for (contestant, own) in CONTESTANTS.iter().zip(&samples) {
        println!(
            "{:28} {:6.0} us {:9.2}x {:11.0} kB {:6.0} kB",
            contestant.name,
            median(own.iter().map(|sample| sample.microseconds)),
            to(own, &samples[READ]),
            median(own.iter().map(|sample| sample.anonymous as f64)),
            median(own.iter().map(|sample| sample.peak as f64)),
        );
    }
    check(&samples)
}

/// Whether corebone takes no more than it should.
fn check(samples: &[Vec<Sample>; CONTESTANTS.len()]) -> Result<()> {
    // Since Linux 6.16 it can be mapped (commit a539e2a6d51d).
    let can_map = Kernel::running().version()? >= 6 << 16 | 16 << 8;
    let to_read = to(&samples[COREBONE], &samples[READ]);
    ensure!(to_read <= if can_map { 1.0 } else { 2.0 }, "corebone takes {to_read:.2} times as long as read(2)");
    let to_read = to(&samples[COREBONE_COPY], &samples[READ_COPY]);
    ensure!(to_read <= 2.0, "corebone takes {to_read:.2} times as long as read(2) of a copy");
    let to_libbpf = to(&samples[COREBONE], &samples[LIBBPF]);
    ensure!(to_libbpf <= 0.25, "corebone takes {to_libbpf:.2} times as long as libbpf");
    let anonymous = median(samples[COREBONE].iter().map(|sample| sample.anonymous as f64));
    ensure!(!can_map || anonymous < 1000.0, "corebone takes {anonymous} kB of memory");
    Ok(())
}

fn parse(line: &str) -> Option<Sample> {
    let mut words = line.split_whitespace();
    Some(Sample {
        microseconds: words.next()?.parse().ok()?,
        anonymous: words.next()?.parse().ok()?,
        peak: words.next()?.parse().ok()?,
    })
}

/// How long one takes in relation to another.
fn to(one: &[Sample], other: &[Sample]) -> f64 {
    let times = |samples: &[Sample]| samples.iter().map(|sample| sample.microseconds).collect::<Vec<_>>();
    ratio(&times(one), &times(other))
}
