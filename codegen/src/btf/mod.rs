//! BTF as the words that it consists of, for whoever writes it anew: with types of several files, or without those that nothing needs.
//! What types mean is for [`corebone::btf`] to say.

mod output;
mod record;

pub(crate) use output::{Strings, assemble};
pub(crate) use record::{Record, Word};
