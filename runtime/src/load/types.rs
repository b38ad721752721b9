//! The object's types (BTF), given to the kernel as far as it understands them.

use std::borrow::Cow;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::log;
use super::privilege::privileged;
use super::simplify::Simplification;
use crate::Error;
use crate::sys::btf_load;

/// The object's types as the kernel has taken them.
pub(super) struct Types {
    descriptor: Option<OwnedFd>,
    /// What the kernel has against the types if it won't have them in any form.
    complaint: Option<String>,
}

impl Types {
    /// Gives the types to the kernel, where it refuses them one simplification after the other. If it won't have them in any form, maps and programs go without: most lose only what messages say
    /// of their source, and [`explain`](Self::explain) tells of the others why.
    pub(super) fn upload(btf: &[u8], simplifications: &[Simplification]) -> Self {
        if btf.is_empty() {
            return Self { descriptor: None, complaint: None };
        }
        let mut descriptor = loaded(btf, &mut []).ok();
        let mut simpler = Cow::Borrowed(btf);
        for simplification in simplifications {
            if descriptor.is_some() {
                break;
            }
            let Some(next) = simplification(&simpler) else { continue };
            simpler = Cow::Owned(next);
            descriptor = loaded(&simpler, &mut []).ok();
        }
        let complaint = if descriptor.is_none() { complaint(&simpler) } else { None };
        Self { descriptor, complaint }
    }

    /// Their descriptor, if the kernel has them.
    pub(super) fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.as_ref().map(AsFd::as_fd)
    }

    /// An error of a map or program, which may come of its lack of types.
    pub(super) fn explain(&self, error: Error) -> Error {
        match &self.complaint {
            Some(complaint) => {
                error.with_note(&format!("the kernel has refused the object's types too, which may be why: {complaint}"))
            }
            None => error,
        }
    }
}

/// What the kernel makes of types.
fn loaded(btf: &[u8], log: &mut [u8]) -> io::Result<OwnedFd> {
    privileged(|token| btf_load(btf, log, token))
}

/// What the kernel has against types: the last line of its log, which is where it gave up.
fn complaint(btf: &[u8]) -> Option<String> {
    /// More than that the log of one type is not, and what comes after is lost.
    const LOG: usize = 1 << 20;

    let mut log = vec![0; LOG];
    let _ = loaded(btf, &mut log);
    let text = log::text(&log);
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(|line| format!("`{line}`"))
}
