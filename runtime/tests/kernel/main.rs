//! Objects written by hand, in the running kernel.

mod assembler;
mod attaching;
mod descriptors;
mod events;
mod failures;
mod globals;
mod maps;
mod privilege;
mod requirement;
mod skip;
