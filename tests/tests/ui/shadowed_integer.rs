//! Another type by the name of an integer.
#[allow(non_camel_case_types)]
type u8 = bool;

#[corebone::c_enum(u8)]
pub enum reason {}

fn main() {}
