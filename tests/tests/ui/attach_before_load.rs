mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    let _link = open.progs.handle_switch.attach()?;
    let _link = open.progs.handle_switch.attach_xdp(1, corebone::programs::XdpFlags::NONE)?;
    Ok(())
}
