//! The contestants.

use std::fs::File;
use std::hint::black_box;
use std::io::Read;

use corebone::blueprint::Object;
use corebone::kernel::Kernel;
use corebone::relocate::relocate;
use corebone_build::Linked;
use corebone_differential::libbpf::Opened;
use divan::Bencher;

const BTF: &str = "/sys/kernel/btf/vmlinux";

/// The kernel's types, read into new memory.
pub(crate) fn read_btf() -> Vec<u8> {
    let mut file = File::open(BTF).expect("a kernel with BTF");
    let mut bytes = vec![0; file.metadata().expect("an open file").len() as usize];
    file.read_exact(&mut bytes).expect("sysfs gives as much as it says");
    bytes
}

/// Repeats what `open` and `load` of a skeleton do until the instructions are right.
pub(crate) fn bench_corebone(bencher: Bencher<'_, '_>, elf: &[u8]) {
    let linked = Linked::from_elf("object", elf).expect("an object file");
    linked.with_object(|object| bencher.bench_local(|| corebone(object)));
}

fn corebone(object: &Object<'_>) {
    // Not the one of the running kernel, which is kept from one open to the next. Types in sysfs are mapped all the same.
    let kernel = Kernel::new().with_btf_file(BTF);
    let relocations = relocate(object, &kernel, &[]).expect("types that can be read");
    for (index, program) in object.programs.iter().enumerate() {
        let mut instructions = program.instructions.to_vec();
        relocations.apply(object, index, &mut instructions).expect("fields that can be relocated");
        black_box(instructions);
    }
}

/// libbpf until its programs could be loaded, which includes that it gives the kernel the object's types, and asks what it can do.
pub(crate) fn libbpf(elf: &[u8]) {
    let object = Opened::quietly(elf).expect("an object file");
    object.prepare().expect("fields that can be relocated");
    black_box(object);
}

/// aya's part that relocates.
pub(crate) fn aya_obj(elf: &[u8]) {
    let mut object = ::aya_obj::Object::parse(elf).expect("an object file");
    let types = ::aya_obj::btf::Btf::from_sys_fs().expect("types that can be read");
    object.relocate_btf(&types).expect("fields that can be relocated");
    black_box(object);
}
