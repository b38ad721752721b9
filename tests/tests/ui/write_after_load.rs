mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    let mut skeleton: Types = open.load()?;
    skeleton.rodata.min_us = 10_000;
    Ok(())
}
