mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    let mut events = open.maps.events.reader()?;
    events.poll(None, |event| println!("{event:?}"))?;
    println!("{:?}", open.maps.untyped_key.get(&[0; 12])?);
    Ok(())
}
