//! What needs `unsafe`: system calls and mapped memory, each as a safe function or type that proves its own soundness.

mod sysfs;
mod uts;

pub(crate) use sysfs::SysfsImage;
pub(crate) use uts::Uts;
