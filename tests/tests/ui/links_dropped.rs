#![deny(warnings)]

mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    let skeleton = open.load()?;
    skeleton.attach()?;
    skeleton.progs.handle_switch.attach()?;
    std::thread::park();
    Ok(())
}
