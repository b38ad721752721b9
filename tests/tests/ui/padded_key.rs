/// The C struct has four bytes between its members.
#[corebone::c_type(size = 16, align = 8)]
pub struct key {
    #[offset(0)]
    pid: u32,
    #[offset(8)]
    cookie: u64,
}

fn main() {}
