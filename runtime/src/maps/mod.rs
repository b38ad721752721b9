//! Maps of a loaded object.
//!
//! [`Map`] is a map of any type, in bytes. The others know their Rust types: [`HashMap`], [`Array`], and for events [`RingBuf`] and
//! [`PerfEventArray`] with their readers. All are handles: they own a share of the map, can be cloned, sent to other threads and outlive
//! the skeleton. The map goes when the last handle and the last program that uses it are gone.

mod arena;
mod array;
mod event;
mod hash;
mod perf;
mod pin;
mod probe;
mod ring;
mod untyped;

pub use arena::Arena;
pub use array::Array;
pub use event::Event;
pub use hash::{HashMap, HashMapIter};
pub use perf::{PerfEventArray, PerfReader};
pub(crate) use pin::{default_root, open as open_pinned};
pub use probe::supports_map_type;
pub(crate) use probe::type_name;
pub use ring::{RingBuf, RingReader};
pub use untyped::{Keys, Map};
