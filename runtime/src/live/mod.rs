//! Global variables of a loaded object.
//!
//! `.data` and `.bss` are memory that the running programs write to: their variables are [`Live`] cells, which are read and written
//! by value and never referred to; [`LiveSlice`] is an array of them, and [`LiveLarge`] one of many bytes. `.rodata` can't change any
//! more: its variables are plain values in a [`SetBeforeLoad`].

mod cell;
mod frozen;
mod large;
mod slice;

pub use cell::{Live, LiveMemory, LiveSection};
pub use frozen::SetBeforeLoad;
pub use large::LiveLarge;
pub use slice::LiveSlice;
