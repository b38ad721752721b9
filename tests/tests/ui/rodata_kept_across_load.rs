mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    let min_us = &open.rodata.min_us;
    let _skeleton = open.load()?;
    println!("{min_us}");
    Ok(())
}
