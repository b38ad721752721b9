//! Loads the golden skeletons, in a kernel that is new enough for all that is in them.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use corebone::programs::TestRun;
use corebone::{ErrorKind, OpenOptions};

include!("../../../../codegen/tests/golden/list.rs");

/// One of them pins a map.
const PIN_ROOT: &str = "/sys/fs/bpf/corebone-goldens";

macro_rules! modules {
    ($(($folder:literal, $module:ident, $stem:literal, $skeleton:ident),)*) => {
        $(mod $module {
            include!(concat!("../../../../codegen/tests/golden/", $folder, "/", $stem, ".skel.rs"));
        })*

        /// The outcome of each.
        fn load_all() -> Vec<(&'static str, corebone::Result<()>)> {
            let options = || OpenOptions::new().pin_root(PIN_ROOT);
            vec![$((
                concat!($folder, "/", $stem),
                $module::$skeleton::open_with(options()).and_then(|open| open.load().map(drop)),
            )),*]
        }
    };
}
goldens!(modules);

/// What is set before load the program sees, and what it writes is seen after.
fn run_large() -> corebone::Result<()> {
    let mut open = large::Large::open()?;
    open.bss.buffer[1 << 19] = 40;
    open.bss.last_names.last[2] = 5;
    open.data.table[16_999] = 2;
    let skeleton = open.load()?;
    let packet = [0; 64];
    skeleton.progs.r#use.test_run(&TestRun::of(&packet))?;
    let bss = &skeleton.bss;
    // The link layer's header is not part of what a socket filter sees.
    let at = packet.len() - 14;
    assert_eq!((bss.sum.get(), bss.buffer.get(at), bss.buffer.len()), (42, Some(1), 1 << 20));
    assert_eq!(bss.samples.get(at).map(|sample| sample.values[5]), Some(3));
    let mut names = bss.last_names.get();
    assert_eq!((names.last[2], names.last[at]), (5, b'e'));
    assert_eq!(&*skeleton.rodata.names.first(), "corebone");
    names.last[3] = 9;
    bss.last_names.set(&names);
    assert_eq!(bss.last_names.get(), names);
    Ok(())
}

fn main() -> ExitCode {
    let mut failed = false;
    for (name, outcome) in load_all().into_iter().chain([("large variables", run_large())]) {
        match outcome {
            Ok(()) => println!("{name}: ok"),
            // There is nothing to be loaded of the other byte order.
            Err(error) if name.ends_with("bpfeb/types") && error.kind() == ErrorKind::Unsupported => {}
            Err(error) => {
                failed = true;
                println!("{name}: {error:?}");
            }
        }
    }
    // It isn't there if nothing was pinned.
    drop(std::fs::remove_dir_all(PIN_ROOT));
    ExitCode::from(u8::from(failed))
}
