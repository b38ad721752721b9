mod nowhere {
    corebone::include_skeleton!("nowhere");
}

fn main() {}
