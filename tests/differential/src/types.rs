//! The types that libbpf and corebone give to a kernel of which not all kinds are known.
#![expect(unsafe_code, reason = "has an object seem to live as long as the program")]

use std::ffi::CString;
use std::io;
use std::sync::PoisonError;

use anyhow::{Context, Result};
use corebone::__private::OpenObject;
use corebone::OpenOptions;
use corebone::blueprint::Object;
use corebone_build::Linked;

use crate::libbpf::{ONE_AT_A_TIME, Opened, Programs};
use crate::stand_in::{self, Kernel};

fn kernel(youngest_kind: u32) -> Kernel {
    let none = || CString::from(c"/dev/null");
    Kernel { types: none(), symbols: none(), youngest_kind: Some(youngest_kind), ..Kernel::default() }
}

/// What libbpf gives to a kernel that knows no kinds younger than one. No programs are loaded.
///
/// # Errors
/// libbpf can't create the object's maps.
pub fn theirs(elf: &[u8], youngest_kind: u32) -> Result<Vec<u8>> {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let _inside = stand_in::enter(kernel(youngest_kind));
    let object = Opened::new(elf, None).map_err(io::Error::from_raw_os_error).context("libbpf can't open it")?;
    object.choose(Programs::Only(""));
    object.prepare().map_err(io::Error::from_raw_os_error).context("libbpf can't create the maps")?;
    Ok(stand_in::taken())
}

/// The same of corebone.
///
/// # Errors
/// corebone can't create the object's maps.
pub fn ours(linked: &Linked, youngest_kind: u32) -> Result<Vec<u8>> {
    linked.with_object(|object| {
        // SAFETY: what is made of it is dropped before the closure ends, and what is returned are bytes of their own.
        let object: &'static Object<'static> = unsafe { std::mem::transmute::<&Object<'_>, &'static Object<'static>>(object) };
        let _inside = stand_in::enter(kernel(youngest_kind));
        let mut open = OpenObject::open(object, OpenOptions::new())?;
        for index in 0..object.programs.len() {
            let mut program = open.program(index);
            program.set_autoload(false);
            open.set_program(index, program);
        }
        drop(open.load()?);
        Ok(stand_in::taken())
    })
}
