// What a skeleton of another version begins with.
const _: () = ::corebone::__private::assert_abi(0);

fn main() {}
