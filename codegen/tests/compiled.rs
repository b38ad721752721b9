//! The golden skeletons, compiled in a crate as strict as a user's may be.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic, missing_docs, unreachable_pub)]

use corebone::OpenOptions;
use corebone::kernel::Kernel;
use corebone::value::GlobalSection;
use corebone_build::Linked;

include!("golden/list.rs");

macro_rules! modules {
    ($(($folder:literal, $module:ident, $stem:literal, $skeleton:ident),)*) => {$(
        #[doc = $stem]
        pub mod $module {
            include!(concat!("golden/", $folder, "/", $stem, ".skel.rs"));
        }
    )*};
}
goldens!(modules);

/// Opens a skeleton for a kernel that has the object's own types; gives the messages of what then fails.
macro_rules! open_all {
    ($(($folder:literal, $module:ident, $stem:literal, $skeleton:ident),)*) => {
        fn open_all() -> Vec<String> {
            let mut failures = Vec::new();
            $(
                let opened = $module::$skeleton::open_with(options(concat!($folder, "/", $stem)));
                failures.extend(opened.err().map(|error| format!("{}/{}: {error:#}", $folder, $stem)));
            )*
            failures
        }
    };
}
goldens!(open_all);

/// A kernel with the types of a golden's object: they are as good as a kernel's here.
fn options(golden: &str) -> OpenOptions {
    let path = format!("{}/tests/golden/{golden}", env!("CARGO_MANIFEST_DIR"));
    let files = std::path::Path::new(&path);
    let stem = files.file_name().unwrap().to_str().unwrap();
    let mut objects: Vec<_> = std::fs::read_dir(files.parent().unwrap())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.ends_with(".bpf.o") && name.split('.').next() == Some(stem))
        .map(|name| std::fs::read(files.with_file_name(&name)).map(|object| (name, object)).unwrap())
        .collect();
    objects.sort();
    let objects: Vec<_> = objects.iter().map(|(name, object)| (name.as_str(), object.as_slice())).collect();
    let btf = Linked::from_elfs(stem, &objects).unwrap().with_object(|object| object.btf.to_vec());
    let kernel = Kernel::new().with_btf(btf).with_kconfig("CONFIG_HZ=250\nCONFIG_BPF_SYSCALL=y\n").with_version("6.1.0");
    OpenOptions::new().kernel(kernel)
}

#[test]
fn all_open_but_those_of_another_byte_order() {
    let failures = open_all();
    let mut other = failures.iter().filter(|failure| failure.contains("-endian machines and this one is"));
    if cfg!(target_endian = "little") {
        assert_eq!(other.by_ref().count(), 1);
        assert_eq!(failures.len(), 1, "{failures:#?}");
    }
}

#[test]
fn a_skeleton_opens_with_the_values_of_its_c_source() {
    if cfg!(target_endian = "big") {
        return;
    }
    let mut open = types_el::Types::open_with(options("clang14-bpfel/types")).unwrap();
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
    assert_eq!(types_el::TypesRodata::read(&contents), open.rodata);
}

#[test]
fn large_variables_are_on_the_heap() {
    if cfg!(target_endian = "big") {
        return;
    }
    // No stack that would hold one of them.
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(|| {
        let mut open = large::Large::open_with(options("clang14-bpfel/large")).unwrap();
        assert_eq!(open.data.table[..4], [1, 2, 3, 0]);
        assert_eq!(open.rodata.names.last[3], 0);
        open.bss.buffer[1 << 19] = 7;
        let mut contents = Vec::new();
        open.bss.write(&mut contents);
        assert_eq!((contents.len(), contents.iter().map(|byte| usize::from(*byte)).sum::<usize>()), ((1 << 19) + 1, 7));
        assert!(large::LargeBss::read(&contents) == open.bss);
        assert!(format!("{open:?}").len() < 100_000);
    });
    thread.unwrap().join().unwrap();
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
