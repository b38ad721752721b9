//! Objects that clang has made.

use std::sync::LazyLock;

use corebone::blueprint::Object;
use corebone_build::Linked;

/// Object files of both byte orders and several clangs.
pub const ELF: [&[u8]; 14] = [
    include_bytes!("../../../codegen/tests/objects/calls.clang19.el.o"),
    include_bytes!("../../../codegen/tests/objects/calls.clang14.el.o"),
    include_bytes!("../../../codegen/tests/objects/calls.clang14.eb.o"),
    include_bytes!("../../../codegen/tests/objects/core.clang19.el.o"),
    include_bytes!("../../../codegen/tests/objects/data.clang16.eb.o"),
    include_bytes!("../../../codegen/tests/objects/jumps.clang22.el.o"),
    include_bytes!("../../../codegen/tests/objects/jumps.clang22.eb.o"),
    include_bytes!("../../../codegen/tests/objects/kconfig.clang14.el.o"),
    include_bytes!("../../../codegen/tests/objects/memory.clang19.el.o"),
    include_bytes!("../../../codegen/tests/objects/programs.clang19.eb.o"),
    include_bytes!("../../../codegen/tests/objects/struct_ops.clang14.eb.o"),
    include_bytes!("../../../codegen/tests/objects/symbols.clang16.el.o"),
    include_bytes!("../../../codegen/tests/golden/clang14-bpfel/types.bpf.o"),
    include_bytes!("../../../codegen/tests/golden/clang19-bpfeb/types.bpf.o"),
];

static LINKED: LazyLock<Vec<Linked>> = LazyLock::new(|| {
    let link = |elf: &[u8]| Linked::from_elf("sample", elf).expect("an object of the tests");
    ELF.into_iter().map(link).collect()
});

/// Shows one of them, by any number.
pub fn with_sample<R>(number: u8, take: impl FnOnce(&Object<'_>) -> R) -> R {
    LINKED[usize::from(number) % ELF.len()].with_object(take)
}

/// Contents of a section.
pub fn section<'a>(elf: &'a [u8], name: &str) -> &'a [u8] {
    let header = header(elf, name);
    &elf[number(elf, header + OFFSET, 8)..][..number(elf, header + SIZE, 8)]
}

/// An object file in which other bytes are the contents of a section.
pub fn with_section(elf: &[u8], name: &str, contents: &[u8]) -> Vec<u8> {
    let mut file = elf.to_vec();
    let header = header(elf, name);
    for (field, value) in [(OFFSET, elf.len() as u64), (SIZE, contents.len() as u64)] {
        let bytes = if is_big_endian(elf) { value.to_be_bytes() } else { value.to_le_bytes() };
        file[header + field..][..8].copy_from_slice(&bytes);
    }
    file.extend(contents);
    file
}

/// Fields of a section's header.
const OFFSET: usize = 0x18;
const SIZE: usize = 0x20;

/// Where the header of a section is.
fn header(elf: &[u8], name: &str) -> usize {
    let (table, entries, names) = (number(elf, 0x28, 8), number(elf, 0x3c, 2), number(elf, 0x3e, 2));
    let headers = (0..entries).map(|index| table + index * 64);
    let names = number(elf, table + names * 64 + OFFSET, 8);
    let wanted = [name.as_bytes(), b"\0"].concat();
    headers.into_iter().find(|&header| elf[names + number(elf, header, 4)..].starts_with(&wanted)).expect("the section")
}

fn is_big_endian(elf: &[u8]) -> bool {
    elf[5] == 2
}

fn number(elf: &[u8], at: usize, size: usize) -> usize {
    let bytes = elf[at..at + size].iter();
    let append = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
    if is_big_endian(elf) { bytes.fold(0, append) } else { bytes.rev().fold(0, append) }
}
