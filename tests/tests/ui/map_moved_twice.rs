mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn main() -> corebone::Result<()> {
    let open: OpenTypes = Types::open()?;
    let skeleton: Types = open.load()?;
    let counts = skeleton.maps.counts;
    std::thread::spawn(move || counts.get(0));
    let again = skeleton.maps.counts;
    println!("{:?}", again.get(0)?);
    let _links = skeleton.attach()?;
    Ok(())
}
