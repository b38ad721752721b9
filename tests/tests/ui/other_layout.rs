#[corebone::c_type(size = 8, align = 4)]
struct Event {
    #[offset(0)]
    cpu: u32,
    #[offset(4)]
    pid: u32,
}

#[corebone::c_enum(u32)]
enum Reason {
    EARLY = 2,
}

struct Plain {
    _pid: u32,
}

// As in a skeleton whose C source has something else.
mod types {
    #[corebone::c_type(size = 8, align = 4, rust = crate::Event)]
    pub struct event {
        #[offset(0)]
        pub pid: u32,
        #[offset(4)]
        pub cpu: u32,
    }

    #[corebone::c_enum(u32, rust = crate::Reason)]
    pub enum reason {
        EARLY = 1,
    }

    #[corebone::c_type(size = 4, align = 4, rust = crate::Plain)]
    pub struct plain {
        #[offset(0)]
        pub pid: u32,
    }
}

fn main() {}
