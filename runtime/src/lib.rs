//! Runtime of CO-RE BPF skeletons.
//!
//! `corebone-build` compiles BPF C in a build script and writes a skeleton: the object as plain data, with typed maps, programs and
//! globals. This crate takes it from there, in this order:
//!
//! 1. [`blueprint`]: the object as plain data.
//! 2. [`btf`]: reads type information, the object's and the kernel's.
//! 3. [`kernel`]: describes the target: BTF, modules, configuration, release, addresses.
//! 4. [`relocate`]: CO-RE, as a pure function of object and kernel.
//! 5. [`kconfig`]: resolves externs from the kernel's configuration.
//! 6. [`symbols`]: resolves externs that are variables and functions of the kernel.
//! 7. [`struct_ops`]: fits sets of functions to the kernel.
//! 8. With the default feature `load`: [`OpenOptions`] opens for a kernel, then maps ([`Map`] and its typed kin) are created, programs
//!    ([`Program`]) are loaded and attached ([`Link`]), and global variables ([`Live`]) shared.
//!
//! Without default features there are only the first two, and what a relocation asks for ([`access`]): all that a build script needs, at
//! half the cost. Feature `relocate` adds 3 to 7, still without `unsafe` and system calls.
//!
//! # What is compiled where
//!
//! `#[inline]` says here that a function is compiled in the crates that call it, and not in this one: all that only some programs need has
//! it, down to what nothing else calls. What every program needs is compiled once. A part of loading that depends on what the object has is
//! named by the skeleton, in a constant, so that the parts that it doesn't name are neither compiled nor linked.
//!
//! # Soundness
//!
//! Nothing that a caller without `unsafe` does, and nothing that a BPF program does, can cause undefined behaviour here, though programs
//! write to shared memory from other CPUs at any time:
//!
//! * Shared memory (`.data`, `.bss`, ring and perf buffers) is never seen through a reference. Every access is atomic, of one to eight
//!   bytes; whatever is larger is copied out of such accesses, before anybody looks at it, and may be torn but not undefined.
//! * Bytes become a Rust value only for types of which any bytes are a value and which have no padding ([`Pod`]). C's `_Bool` and enums
//!   are such types ([`Bool`], [`c_enum`]), and so are pointers, which can't be followed ([`Ptr`]). The promise is made by attributes that
//!   have rustc check size, alignment and offsets.
//! * What the kernel copies into our memory is as long as the map says that it was created with, not as the caller says; a caller whose
//!   types have another size gets an error.
//! * Lengths and positions in shared memory are checked before they are used.
//! * Descriptors are owned or borrowed, so none is used after it was closed. A variable's memory stays mapped as long as there is a handle to
//!   it, whether or not the skeleton is still there.
//! * What is frozen at load is a copy of what the kernel got; it is nobody's to change, so it is lent as `&T` ([`SetBeforeLoad`]). What
//!   can't be done in a state has no method in it: a reference to a variable that is set before load can't be kept across it.
//! * A skeleton and its handles are `Send` and `Sync`. Any number may write the same variables: a number of up to eight bytes is whole.
//!
//! The tests of this have programs write on every CPU while many threads read, write and wait; they run with and without optimizations, in
//! kernels from 5.10 on, and under AddressSanitizer.
//!
//! `unsafe` is denied, but for the files under `sys` that make system calls and map memory, and those of [`value`].

#![cfg_attr(not(feature = "relocate"), allow(dead_code, reason = "some of the BTF reader is for relocation"))]
#![cfg_attr(not(feature = "load"), allow(rustdoc::broken_intra_doc_links, reason = "the links lead to what `load` brings"))]

#[cfg(all(feature = "load", not(any(target_os = "linux", target_os = "android"))))]
compile_error!("corebone's feature `load` needs Linux; depend on it with `default-features = false` elsewhere");

#[cfg(feature = "load")]
#[doc(hidden)]
pub mod __private;
pub mod access;
#[cfg(feature = "load")]
mod all;
pub mod blueprint;
pub mod btf;
mod error;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "relocate")]
pub mod kconfig;
#[cfg(feature = "relocate")]
pub mod kernel;
#[cfg(feature = "load")]
mod links;
#[cfg(feature = "load")]
mod live;
#[cfg(feature = "load")]
mod load;
#[cfg(feature = "load")]
mod maps;
#[doc(hidden)]
pub mod nearest;
#[cfg(feature = "load")]
mod open;
#[cfg(feature = "load")]
mod pin;
#[cfg(feature = "load")]
pub mod programs;
#[cfg(feature = "relocate")]
pub mod relocate;
#[cfg(test)]
#[path = "../tests/kernel/skip.rs"]
mod skip;
#[cfg(feature = "relocate")]
pub mod struct_ops;
#[cfg(feature = "relocate")]
pub mod symbols;
#[cfg(feature = "load")]
mod sys;
mod text;
#[cfg(feature = "load")]
mod usdt;
pub mod value;

#[cfg(feature = "load")]
pub use all::All;
pub use corebone_macros::{c_enum, c_type, include_skeleton, section};
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "load")]
pub use links::{
    Attached, Cache, CacheOp, CacheResult, Link, LinkInfo, PerfCounter, PerfEventOptions, Place, Sampling, StructOps, cpu_clock,
    online_cpus,
};
#[cfg(feature = "load")]
pub use live::{Live, LiveLarge, LiveSlice, SetBeforeLoad};
#[cfg(feature = "load")]
pub use maps::{
    Arena, Array, ArrayOfMaps, BloomFilter, CgroupArray, CgroupStorage, CpuMap, DevMap, Entries, Event, HashMap, HashOfMaps, Keys,
    LocalStorage, LpmTrie, Map, MapInfo, PerCpu, PerCpuArray, PerCpuHashMap, PerfEventArray, PerfReader, ProgArray, Queue, RawKeys,
    ReuseportSockArray, RingBuf, RingReader, Sample, SockHash, SockMap, Stack, StackTrace, Typed, UserRingBuf, UserRingProducer,
    Value, XskMap, supports_map_type,
};
#[cfg(feature = "load")]
pub use open::{OpenMap, OpenOptions, OpenProgram};
#[cfg(feature = "load")]
pub use programs::{Program, ProgramInfo, enable_stats, interface_index, supports_helper, supports_program_type};
#[cfg(feature = "relocate")]
pub use struct_ops::Slot;
pub use value::{Bool, CharArray, Large, Pod, Prefix, Ptr};
