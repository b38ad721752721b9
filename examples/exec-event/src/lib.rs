//! What a BPF program tells of a process that begins to run another program: `<exec-event/exec.h>` in C, [`exec`] in Rust.
//!
//! A package that depends on this one includes the header, and says in its build script that the C struct is this Rust type:
//! `Builder::rust_type("struct exec", "::exec_event::exec")`. So programs of several packages give values that one function takes.
#![forbid(unsafe_code)]

mod skeleton {
    corebone::include_skeleton!("exec");
}

pub use skeleton::types::{exec, exec_origin};

impl exec {
    /// For a log: `true (12) of 7`.
    pub fn describe(&self) -> String {
        let by = if self.origin == exec_origin::EXEC_ROOT { " as root" } else { "" };
        format!("{} ({}) of {}{by}", self.task(), self.pid, self.parent)
    }
}
