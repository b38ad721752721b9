//! What crosses crates: whole cargo projects, and programs run in real kernels.
//!
//! The kernels come from Debian's archive ([`archive`]) into a cache ([`kernel`]). A [`machine`] boots one in qemu's emulator with
//! an initial file system ([`initramfs`]) that holds busybox, the files under test and a script, and gives back what the script
//! printed; a [`fleet`] does so with many scripts in many kernels. [`cargo`] builds what is to run there, a [`project`] is one that a test makes up, and [`requirement`] settles what
//! happens where something is missing.

pub mod archive;
pub mod cargo;
pub mod fleet;
mod image;
pub mod initramfs;
pub mod kernel;
pub mod machine;
pub mod program;
pub mod project;
pub mod requirement;
