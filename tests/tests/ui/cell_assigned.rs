mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    let mut skeleton: Types = open.load()?;
    skeleton.bss.dropped = 5;
    if skeleton.bss.dropped > 0 {
        println!("{}", skeleton.bss.dropped);
    }
    skeleton.bss.dropped += 1;
    Ok(())
}
