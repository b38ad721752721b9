mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    open.load()?;
    open.load()?;
    Ok(())
}
