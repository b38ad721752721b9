//! Time from an object file, or from what a skeleton has of it, until its programs are relocated for the running kernel: by corebone,
//! libbpf and aya-obj, beside reading the kernel's types once into memory.
//!
//! ```sh
//! cargo bench -p corebone-differential --bench open
//! ```
//!
//! Needs root, since libbpf does. Each repetition begins anew, with nothing kept of the kernel's types. libbpf and aya-obj read the object
//! file as part of it, which they do whenever a program starts, and corebone when it is built.

mod loader;
mod source;

use std::hint::black_box;
use std::sync::OnceLock;

use divan::Bencher;

fn main() {
    divan::main();
}

/// The kernel's own file, from open(2) to the last byte.
#[divan::bench]
fn read_btf() {
    black_box(loader::read_btf());
}

/// 37 relocations that begin at 15 types, in one program.
mod typical {
    use super::*;

    const ELF: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/typical.bpf.o"));

    #[divan::bench]
    fn corebone(bencher: Bencher<'_, '_>) {
        loader::bench_corebone(bencher, ELF);
    }

    #[divan::bench]
    fn libbpf() {
        loader::libbpf(ELF);
    }

    #[divan::bench]
    fn aya_obj() {
        loader::aya_obj(ELF);
    }
}

/// What is measured of an object that is compiled for each number.
macro_rules! contestants {
    ($counts:ident, $compile:expr $(, $option:ident = $value:expr)*) => {
        fn elf(count: usize) -> &'static [u8] {
            static ELFS: [OnceLock<Vec<u8>>; $counts.len()] = [const { OnceLock::new() }; $counts.len()];
            let index = $counts.iter().position(|other| *other == count).expect("one of the counts");
            ELFS[index].get_or_init(|| $compile(count))
        }

        #[divan::bench(args = $counts $(, $option = $value)*)]
        fn corebone(bencher: Bencher<'_, '_>, count: usize) {
            loader::bench_corebone(bencher, elf(count));
        }

        #[divan::bench(args = $counts $(, $option = $value)*)]
        fn libbpf(bencher: Bencher<'_, '_>, count: usize) {
            let elf = elf(count);
            bencher.bench_local(|| loader::libbpf(elf));
        }

        #[divan::bench(args = $counts $(, $option = $value)*)]
        fn aya_obj(bencher: Bencher<'_, '_>, count: usize) {
            let elf = elf(count);
            bencher.bench_local(|| loader::aya_obj(elf));
        }
    };
}

/// As many relocations, 100 in a program. Programs after the third repeat questions.
mod relocations {
    use super::*;

    const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];

    contestants!(COUNTS, |count: usize| source::compile(count.div_ceil(100), count.min(100), false));
}

/// As many relocations, 100 in a program, that all differ: each program has flavors of its own of twelve types.
mod flavors {
    use super::*;

    const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];

    contestants!(COUNTS, |count: usize| source::compile(count.div_ceil(100), count.min(100), true), sample_count = 5);
}

/// 300 relocations in all, in as many programs.
mod programs {
    use super::*;

    const COUNTS: [usize; 3] = [1, 10, 100];

    contestants!(COUNTS, |count: usize| source::compile(count, 300 / count, false));
}
