mod types {
    include!("../../../codegen/tests/golden/clang14-bpfel/types.skel.rs");
}
use types::{OpenTypes, Types};

fn configure(open: &mut OpenTypes) {
    open.rodata.min_us = "10ms";
}

fn main() {
    let _ = (configure, Types::open);
}
