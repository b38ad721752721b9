//! Makes corpora to begin with: of the checked-in objects, and of the running kernel's types and configuration.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs, io};

use corebone::btf::{Btf, Kind};
use corebone_build::Linked;
use corebone_fuzz::excerpt::excerpt;
use corebone_fuzz::packed::Packed;
use corebone_fuzz::sample::{ELF, section};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::args_os().nth(1).unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/corpus").into());
    let mut corpora = Corpora { root: root.as_ref(), counts: HashMap::new() };
    let kernel = fs::read("/sys/kernel/btf/vmlinux")?;
    let kernel = Btf::parse(&kernel)?;

    for (elf, number) in ELF.into_iter().zip(0..) {
        corpora.add("elf", elf)?;
        corpora.add("ext", &[&[number], section(elf, ".BTF.ext")].concat())?;
        Linked::from_elf("seed", elf)?.with_object(|object| {
            corpora.add("btf", object.btf)?;
            corpora.add("vmlinux", object.btf)?;
            corpora.add("skeleton", &[&[number], object.btf].concat())?;
            let local = Btf::parse(object.btf)?;
            for program in object.programs {
                let sites = || {
                    program.relocations.iter().map(|site| (site.instruction as usize, object.relocations[site.relocation as usize]))
                };
                let names = sites().filter_map(|(_, relocation)| local.get(relocation.type_id).ok()?.name().ok());
                let theirs = if object.big_endian { object.btf.to_vec() } else { excerpt(&kernel, names, 60)? };
                let instructions: Vec<u8> =
                    sites().filter_map(|(at, _)| program.instructions.get(at * 8..at * 8 + 8)).flatten().copied().collect();
                let packed = Packed {
                    big_endian: object.big_endian,
                    questions: sites().map(|(_, asked)| (asked.kind as u8, asked.type_id, asked.access)).collect(),
                    instructions: &instructions,
                    local: object.btf,
                    kernel: &theirs,
                };
                if let Some(packed) = packed.pack() {
                    corpora.add("relocate", &packed)?;
                }
            }
            Ok::<_, Box<dyn Error>>(())
        })?;
    }
    // Every kind of type as the kernel has it, in small pieces.
    for (number, name) in
        kernel.types().step_by(997).filter_map(|ty| Some((ty.as_ref().ok()?.kind.number()?, ty.ok()?.name().ok()?)))
    {
        if matches!(kernel.find(number, name)?.map(|ty| ty.kind), Some(Kind::Struct(_) | Kind::Union(_) | Kind::Func { .. })) {
            let piece = excerpt(&kernel, [name].into_iter(), 40)?;
            corpora.add("btf", &piece)?;
            corpora.add("vmlinux", &piece)?;
        }
    }
    if let Ok(config) = fs::read("/proc/config.gz") {
        corpora.add("kconfig", &config)?;
    }
    corpora.add(
        "kconfig",
        b"CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D=-0x7f\nCONFIG_E=4294967295\nCONFIG_I=\"a\\\"b\"\n",
    )?;
    corpora.add("log", include_bytes!("rejected.log"))?;
    corpora.add("traced", include_bytes!("traced.elf"))?;
    let lists = "ffffffff81000000 T bpf_prog_fops\nffffffffc0000000 d runqueues\t[mod]\n1000-2000 r-xp 00000000 08:01 9                  /bin/sh\n";
    corpora.add("symbols", lists.as_bytes())?;
    // `struct nlmsghdr`, and an error with its reason.
    let words = [64, 2, 0, 0, -22_i32 as u32, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0x0001_0007, 0x006f_6e];
    corpora.add("netlink", &words.map(u32::to_ne_bytes).concat())?;
    for (target, count) in corpora.counts {
        println!("{target}: {count} seeds");
    }
    Ok(())
}

struct Corpora<'a> {
    root: &'a Path,
    counts: HashMap<&'static str, usize>,
}

impl Corpora<'_> {
    fn add(&mut self, target: &'static str, seed: &[u8]) -> io::Result<()> {
        let count = self.counts.entry(target).or_default();
        let directory = self.root.join(target);
        fs::create_dir_all(&directory)?;
        fs::write(directory.join(format!("seed-{count}")), seed)?;
        *count += 1;
        Ok(())
    }
}
