//! Queues, stacks and bloom filters: maps without keys.

use super::Value;
use super::handle::handle;
use super::untyped::Update;
use crate::Result;

handle! {
    /// A queue (`BPF_MAP_TYPE_QUEUE`, Linux 4.20): what was put in first comes out first.
    Queue<T>;

    /// A stack (`BPF_MAP_TYPE_STACK`, Linux 4.20): what was put in last comes out first.
    Stack<T>;

    /// A bloom filter (`BPF_MAP_TYPE_BLOOM_FILTER`, Linux 5.16): a set that may take for a member what isn't one, and never the reverse.
    BloomFilter<T>;
}

macro_rules! push_and_pop {
    ($($name:ident)+) => {$(
        impl<T: Value> $name<T> {
            /// Puts a value in. `false` if there is no room.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the map was not created or its values are of another size, `System` if the kernel refuses.
            pub fn push(&self, value: &T) -> Result<bool> {
                self.map.add(value, Update::Any)
            }

            /// Puts a value in; if there is no room, the oldest is dropped for it.
            ///
            /// # Errors
            ///
            /// As [`push`](Self::push).
            pub fn push_over(&self, value: &T) -> Result<()> {
                // What `BPF_EXIST` means here (`queue_stack_map_push_elem` in the kernel's `kernel/bpf/queue_stack_maps.c`).
                self.map.add(value, Update::Existing).map(|_| ())
            }

            /// Takes the next value out; `None` if there is none.
            ///
            /// # Errors
            ///
            /// As [`push`](Self::push).
            pub fn pop(&self) -> Result<Option<T>> {
                self.map.take(&[])
            }

            /// The next value, which stays; `None` if there is none.
            ///
            /// # Errors
            ///
            /// As [`push`](Self::push).
            pub fn peek(&self) -> Result<Option<T>> {
                self.map.get(&[])
            }
        }
    )+};
}
push_and_pop!(Queue Stack);

impl<T: Value> BloomFilter<T> {
    /// Adds a member. There is no way to remove it.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created or its values are of another size, `System` if the kernel refuses.
    pub fn insert(&self, value: &T) -> Result<()> {
        self.map.add(value, Update::Any).map(|_| ())
    }

    /// Whether a value may be a member: `false` is certain.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    pub fn may_contain(&self, value: &T) -> Result<bool> {
        // The kernel reads the value that it is to look up.
        value.show(&self.map, |value| self.map.lookup_into(&[], &mut value.to_vec()))
    }
}
