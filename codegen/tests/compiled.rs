//! The golden skeletons, compiled in a crate as strict as a user's may be.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic, missing_docs, unreachable_pub)]

use corebone::OpenOptions;
use corebone::kernel::Kernel;
use corebone::value::GlobalSection;
use corebone_build::Linked;

/// By clang 14, which knows no `BTF_KIND_ENUM64`, for little-endian machines.
pub mod types_el {
    include!("golden/clang14-bpfel/types.skel.rs");
}

/// By clang 19 for big-endian machines.
pub mod types_eb {
    include!("golden/clang19-bpfeb/types.skel.rs");
}

/// An object with a program and nothing else.
pub mod bare {
    include!("golden/clang14-bpfel/bare.skel.rs");
}

#[test]
fn a_skeleton_opens_with_the_values_of_its_c_source() {
    if cfg!(target_endian = "big") {
        return;
    }
    // The object's own types are as good as a kernel's here.
    let object = include_bytes!("golden/clang14-bpfel/types.bpf.o");
    let btf = Linked::from_elf("types", object).unwrap().with_object(|object| object.btf.to_vec());
    let kernel = Kernel::new().with_btf(btf).with_kconfig("CONFIG_HZ=250\nCONFIG_BPF_SYSCALL=y\n").with_version("6.1.0");
    let mut open = types_el::Types::open_with(OpenOptions::new().kernel(kernel)).unwrap();
    assert_eq!(open.rodata.min_us, 10_000);
    assert!(!open.rodata.enabled);
    assert_eq!(open.rodata.comm, "corebone");
    assert_eq!(open.rodata.why, types_el::types::reason::EARLY);
    assert_eq!((open.rodata.config.level, open.rodata.config.verbose.get()), (3, false));
    assert_eq!(open.data.below, types_el::types::below::MINUS);
    assert_eq!({ open.data_last.last.cookie }, 2);
    assert_eq!(open.bss.last_event, types_el::types::event::default());
    assert_eq!((open.kconfig.CONFIG_HZ, open.kconfig.LINUX_KERNEL_VERSION), (250, 0x0006_0100));
    assert!(open.kconfig.CONFIG_BPF_SYSCALL);
    assert!(open.progs.handle_switch.autoload());
    assert!(!open.progs.r#gen.autoload());
    open.maps.events.set_max_entries(4096);
    open.rodata.enabled = true;

    let mut contents = vec![0xee; types_el::TypesRodata::SIZE];
    open.rodata.write(&mut contents);
    assert_eq!(types_el::TypesRodata::read(&contents), Some(open.rodata));
}

/// What is taken out of a skeleton goes where the user likes, and the rest is dropped.
fn take(skeleton: types_el::Types) -> (corebone::RingBuf<types_el::types::event>, types_el::TypesBssLive) {
    (skeleton.maps.events, skeleton.bss)
}

#[test]
fn parts_are_owned_and_go_to_other_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<types_el::Types>();
    check::<types_el::OpenTypes>();
    check::<types_el::TypesLinks>();
    check::<types_el::TypesBssLive>();
    let _: fn(_) -> _ = take;
}
