//! Global variables of a loaded object.
//!
//! `.data` and `.bss` are memory that the running programs write to: their variables are [`Live`] cells, which are read and written
//! by value and never referred to; [`LiveSlice`] is an array of them. `.rodata` can't change any more: its variables are plain values in
//! a [`SetBeforeLoad`].

mod cell;
mod frozen;
mod slice;

pub use cell::{Live, LiveMemory, LiveSection};
pub use frozen::SetBeforeLoad;
pub use slice::LiveSlice;
