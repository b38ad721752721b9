//! Maps of a loaded object.
//!
//! [`Map`] is a map of any type, in bytes. The others know their Rust types and what their kind can do: [`HashMap`], [`Array`] and
//! [`LpmTrie`] with their values (for each CPU: [`PerCpu`]), [`Queue`] and others without keys, maps of maps, of programs and of
//! sockets, and for events [`RingBuf`] and [`PerfEventArray`] with their readers. All are handles: they own a share of the map, can be
//! cloned, sent to other threads and outlive the skeleton. The map goes when the last handle and the last program that uses it are gone.

mod arena;
mod array;
mod batch;
mod create;
mod entries;
mod event;
mod handle;
mod hash;
mod inner;
mod perf;
mod pin;
mod probe;
mod queue;
mod redirect;
mod ring;
mod ring_memory;
mod shape;
mod slots;
mod stack_trace;
mod storage;
mod trie;
mod untyped;
mod user_ring;
mod value;

pub use crate::sys::MapInfo;
pub use arena::Arena;
pub use array::{Array, PerCpuArray};
pub use entries::{Entries, Keys};
pub use event::Event;
pub use hash::{HashMap, PerCpuHashMap};
pub use inner::{ArrayOfMaps, HashOfMaps};
pub use perf::{PerfEventArray, PerfReader};
pub(crate) use pin::{default_root, open as open_pinned};
pub use probe::supports_map_type;
pub(crate) use probe::{NO_PREALLOC, is_local_storage, type_name};
pub use queue::{BloomFilter, Queue, Stack};
pub use redirect::{CpuMap, DevMap};
pub use ring::{RingBuf, RingReader};
pub use shape::Typed;
pub use slots::{CgroupArray, ProgArray, ReuseportSockArray, SockHash, SockMap, XskMap};
pub use stack_trace::StackTrace;
pub use storage::{CgroupStorage, LocalStorage};
pub use trie::LpmTrie;
pub use untyped::{Map, RawKeys};
pub use user_ring::{Sample, UserRingBuf, UserRingProducer};
pub use value::{PerCpu, Value};
