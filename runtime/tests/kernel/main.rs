//! Objects written by hand, in the running kernel.

mod arena;
mod assembler;
mod attaching;
mod counter;
mod descriptors;
mod events;
mod failures;
mod globals;
mod handles;
mod initial;
mod jumps;
mod kinds;
mod maps;
mod pinning;
mod privilege;
mod programs;
mod races;
mod refusals;
mod requirement;
mod resizing;
mod reuse;
mod shapes;
mod skip;
mod storage;
mod threads;
mod waiting;
