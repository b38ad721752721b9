#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C)]
struct Key {
    pid: u32,
    cookie: u64,
}

#[corebone::c_type(size = 24, align = 8)]
struct event {
    #[offset(0)]
    key: Key,
    #[offset(16)]
    count: u64,
}

fn main() {}
