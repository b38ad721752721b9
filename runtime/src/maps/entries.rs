//! All keys and values of a map.

use std::collections::HashSet;
use std::marker::PhantomData;

use super::batch::BATCH;
use super::untyped::lacks;
use super::{Map, RawKeys, Value};
use crate::sys::Copied;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

/// Keys and values of a map, in the kernel's order: made by `iter`. Ends after an error.
///
/// An entry that is there all the time comes exactly once, whatever is added and removed meanwhile, by the caller or by others. What is
/// added or changed meanwhile may be seen or not.
#[derive(Debug)]
pub struct Entries<K, V> {
    entries: RawEntries,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Entries<K, V> {
    pub(super) fn of(map: &Map) -> Self {
        Self { entries: RawEntries::new(map, false), of: PhantomData }
    }

    /// Takes them out of the map.
    pub(super) fn taken_from(map: &Map) -> Self {
        Self { entries: RawEntries::new(map, true), of: PhantomData }
    }
}

impl<K: Pod, V: Value> Iterator for Entries<K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = match self.entries.advance()? {
            Ok(number) => number,
            Err(error) => return Some(Err(error)),
        };
        let map = &self.entries.map;
        let (key, value) = self.entries.entry(number)?;
        let entry = typed_key(map, key).and_then(|key| {
            let value = V::receive(map, &mut |bytes| {
                let fits = bytes.len() == value.len();
                if !fits {
                    let (has, wants) = (value.len(), bytes.len());
                    let message = format!("map `{}` has values of {has} bytes, not of {wants}", map.name());
                    return Err(Error::new(ErrorKind::InvalidInput, message));
                }
                bytes.copy_from_slice(value);
                Ok(true)
            })?;
            Ok(value.map(|value| (key, value)))
        });
        entry.transpose()
    }
}

/// A key as its Rust type.
fn typed_key<K: Pod>(map: &Map, key: &[u8]) -> Result<K> {
    K::from_bytes(key).ok_or_else(|| {
        let message = format!("map `{}` has keys of {} bytes, not of {}", map.name(), key.len(), size_of::<K>());
        Error::new(ErrorKind::InvalidInput, message)
    })
}

/// The keys of a map: made by `keys`. Ends after an error.
#[derive(Debug)]
pub struct Keys<K> {
    keys: RawKeys,
    map: Map,
    of: PhantomData<fn() -> K>,
}

impl<K: Pod> Iterator for Keys<K> {
    type Item = Result<K>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.keys.next()?.and_then(|key| typed_key(&self.map, &key)))
    }
}

impl Map {
    pub(super) fn typed_keys<K>(&self) -> Keys<K> {
        Keys { keys: self.keys(), map: self.clone(), of: PhantomData }
    }
}

/// Keys and values in bytes.
#[derive(Debug)]
struct RawEntries {
    map: Map,
    delete: bool,
    step: Step,
    /// What the last batch has copied.
    keys: Vec<u8>,
    values: Vec<u8>,
    count: usize,
    next: usize,
}

#[derive(Debug)]
enum Step {
    /// Copy the next batch, from a place on.
    Batch(Option<Vec<u8>>),
    /// One by one, for types whose entries the kernel doesn't copy in batches.
    Single {
        keys: RawKeys,
        seen: HashSet<Vec<u8>>,
        repeated: u64,
    },
    End,
}

impl RawEntries {
    fn new(map: &Map, delete: bool) -> Self {
        Self { map: map.clone(), delete, step: Step::Batch(None), keys: Vec::new(), values: Vec::new(), count: 0, next: 0 }
    }

    /// Goes to the next entry, and gives its number in the batch.
    #[inline]
    fn advance(&mut self) -> Option<Result<usize>> {
        while self.next >= self.count {
            if let Err(error) = self.refill() {
                self.step = Step::End;
                return Some(Err(error));
            }
            if self.count == 0 && matches!(self.step, Step::End) {
                return None;
            }
        }
        self.next += 1;
        Some(Ok(self.next - 1))
    }

    /// Key and value of a number in the batch.
    #[inline]
    fn entry(&self, number: usize) -> Option<(&[u8], &[u8])> {
        let elements = self.map.elements().ok()?;
        let part = |bytes, size: usize| <[u8]>::get(bytes, number * size..(number + 1) * size);
        Some((part(&self.keys, elements.key_size())?, part(&self.values, elements.value_size())?))
    }

    /// Copies the next entries.
    #[inline]
    fn refill(&mut self) -> Result<()> {
        (self.count, self.next) = (0, 0);
        let elements = self.map.elements()?;
        let (key_size, value_size) = (elements.key_size(), elements.value_size());
        match &mut self.step {
            Step::End => {}
            Step::Single { keys, seen, repeated } => match keys.next().transpose()? {
                None => self.step = Step::End,
                Some(key) if !seen.insert(key.clone()) => {
                    // The kernel begins anew if the key that it is asked to go on from was removed.
                    *repeated += 1;
                    if *repeated > 16 * (u64::from(self.map.max_entries()) + 16) {
                        let message = format!("the keys of map `{}` are removed faster than they can be listed", self.map.name());
                        return Err(Error::new(ErrorKind::System, message));
                    }
                }
                Some(key) => {
                    self.values.resize(value_size, 0);
                    // Otherwise removed since.
                    if self.map.lookup_into(&key, &mut self.values)? {
                        (self.keys, self.count) = (key, 1);
                    }
                }
            },
            Step::Batch(from) => {
                let mut len = (BATCH / (key_size + value_size).max(1)).clamp(1, self.map.max_entries().max(1) as usize);
                let mut end = vec![0; elements.place_size()];
                loop {
                    self.keys.resize(len * key_size, 0);
                    self.values.resize(len * value_size, 0);
                    match elements.copy_batch(self.delete, from.as_deref(), &mut end, &mut self.keys, &mut self.values) {
                        Ok(Copied::Some(count)) => {
                            (self.count, *from) = (count, Some(end));
                            return Ok(());
                        }
                        Ok(Copied::Last(count)) => {
                            (self.count, self.step) = (count, Step::End);
                            return Ok(());
                        }
                        // All entries of a bucket are copied together. No bucket has more than the map.
                        Ok(Copied::TooFew) if len <= self.map.max_entries() as usize => len *= 2,
                        Ok(Copied::TooFew) => return Err(self.map.refused("list the entries of", no_space())),
                        Err(error) if lacks(&error) && from.is_none() && !self.delete => {
                            let keys = self.map.keys();
                            self.step = Step::Single { keys, seen: HashSet::new(), repeated: 0 };
                            return Ok(());
                        }
                        Err(error) => return Err(self.map.refused("list the entries of", error)),
                    }
                }
            }
        }
        Ok(())
    }
}

fn no_space() -> std::io::Error {
    std::io::Error::from_raw_os_error(libc::ENOSPC)
}
