//! Resolves Kconfig externs: what the C source declares as `extern int CONFIG_HZ __kconfig;` becomes the bytes of the `.kconfig` map.
//!
//! The configuration is that of the [kernel](crate::kernel) described, as the text that Kconfig writes (`CONFIG_HZ=250`), plain or
//! compressed by gzip. It is read only if an extern asks for it, and parsed only for the names wanted, in one pass. The rules of types,
//! values and order of sources are libbpf's, so that an object means the same here; where libbpf gives up too early, this goes on:
//!
//! * A missing configuration is no error if all that is left is `__weak`.
//! * Missing externs that are not `__weak` are named all at once, with the places that were looked at.
//! * A string that is cut is told where the user sees it, not in a log: a skeleton's `warnings()`.
//! * Blanks at the end of a line, as files from Windows have, are passed over.
//! * `LINUX_HAS_SYSCALL_WRAPPER` and `LINUX_HAS_BPF_COOKIE` are answered from the kernel's BTF instead of by attempts on the running
//!   kernel: they need no privilege, and hold for kernels that are described by files.

mod assignment;
mod feature;
mod gzip;
mod number;
mod resolution;
mod value;

#[cfg(test)]
pub(crate) use gzip::tests::compress;
pub(crate) use gzip::{decompress, is_gzip};
pub use resolution::{Resolution, resolve};
