//! `.BTF.ext`: any bytes in its place, in an object that is sound else.
#![no_main]

use corebone_build::Linked;
use corebone_fuzz::sample::{ELF, with_section};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&number, data)) = data.split_first() else { return };
    let elf = with_section(ELF[usize::from(number) % ELF.len()], ".BTF.ext", data);
    if let Ok(linked) = Linked::from_elf("fuzz", &elf) {
        linked.with_object(|object| {
            for program in object.programs {
                let count = program.instructions.len() / 8;
                assert!(program.relocations.iter().all(|site| (site.instruction as usize) < count), "sites are in the program");
                assert!(program.relocations.iter().all(|site| (site.relocation as usize) < object.relocations.len()));
            }
        });
    }
});
