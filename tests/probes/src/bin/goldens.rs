//! Loads the golden skeletons, in a kernel that is new enough for all that is in them.
#![forbid(unsafe_code)]

use std::process::ExitCode;

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

fn main() -> ExitCode {
    let mut failed = false;
    for (name, outcome) in load_all() {
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
