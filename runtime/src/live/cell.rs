//! Variables that running programs share with us.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::LiveSlice;
use crate::sys::Mapping;
use crate::value::{Global, MOST_ON_STACK, Pod, with_bytes};
use crate::{Error, ErrorKind, Result};

/// The memory of a section's variables, or of an arena. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LiveMemory {
    mapping: Arc<Mapping>,
    /// Where it begins in the mapping.
    start: usize,
}

impl LiveMemory {
    #[inline]
    pub(crate) fn new(mapping: Mapping) -> Self {
        Self { mapping: Arc::new(mapping), start: 0 }
    }

    /// What follows after so many bytes. `None` if there aren't as many.
    pub(crate) fn after(&self, bytes: usize) -> Option<Self> {
        let start = self.start.checked_add(bytes).filter(|start| *start <= self.mapping.len())?;
        Some(Self { mapping: self.mapping.clone(), start })
    }

    /// In bytes.
    pub(crate) fn len(&self) -> usize {
        self.mapping.len().saturating_sub(self.start)
    }

    /// Of the first byte, in this process.
    pub(crate) fn address(&self) -> u64 {
        (self.mapping.address() as u64).saturating_add(self.start as u64)
    }

    /// Copies bytes in. `None` if they don't fit.
    #[inline]
    pub(crate) fn write(&self, offset: usize, bytes: &[u8]) -> Option<()> {
        self.mapping.write(self.start.checked_add(offset)?, bytes)
    }

    /// Copies bytes out. `None` if there aren't as many.
    #[inline]
    fn read(&self, offset: usize, bytes: &mut [u8]) -> Option<()> {
        self.mapping.read(self.start.checked_add(offset)?, bytes)
    }
}

/// `new` has checked the place, live memory is writable, and the bytes are as many as the value's.
const HERE: &str = "the variable's arena stays with the process that has mapped it, and this one was forked off since";

/// The variables of a live section: what [`section`](crate::section) makes with `live = Name`.
pub trait LiveSection: Sized {
    /// Size of the section in bytes.
    const SIZE: usize;

    /// Cells for each variable.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if a variable isn't in the memory.
    fn new(memory: &LiveMemory) -> Result<Self>;
}

/// A global variable that BPF programs may read and write at any time.
///
/// It is a handle: it keeps the section's memory mapped as long as it exists, even after the skeleton is gone, and can be cloned and
/// sent to other threads.
///
/// A number or pointer of up to eight bytes is read and written in one atomic access, without ordering to others; so is a struct or array
/// of two, four or eight bytes if C aligns it to as many. Others are accessed word by word, so a value that is written at the same time may
/// be seen in part. There is no way to borrow the variable, since the BPF side would break what a Rust reference promises.
///
/// A process that is forked off has the variables too, but for those of an arena: to read or write one of them there is a panic.
pub struct Live<T> {
    memory: LiveMemory,
    offset: usize,
    of: PhantomData<fn(T) -> T>,
}

impl<T: Global> Live<T> {
    /// The variable at an offset.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the section ends before the variable does.
    pub fn new(memory: &LiveMemory, offset: usize) -> Result<Self> {
        if offset.checked_add(T::SIZE).is_none_or(|end| end > memory.len()) {
            let message = format!(
                "a global variable of {} bytes at offset {offset} isn't in its section; rebuild the skeleton from its C source",
                T::SIZE
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(Self { memory: memory.clone(), offset, of: PhantomData })
    }

    /// The value now. It is on the stack; [`boxed`](Self::boxed) has one of many bytes on the heap. Skeletons have variables of more than
    /// 64 KiB as [`LiveLarge`](super::LiveLarge).
    pub fn get(&self) -> T {
        let value = with_bytes(T::SIZE, |bytes| {
            self.memory.read(self.offset, bytes)?;
            T::read(bytes)
        });
        value.expect(HERE)
    }

    /// Stores a value.
    pub fn set(&self, value: T) {
        let stored = with_bytes(T::SIZE, |bytes| {
            value.write(bytes);
            self.memory.write(self.offset, bytes)
        });
        stored.expect(HERE);
    }
}

impl<T: Pod> Live<T> {
    /// The value now, on the heap: for one that is too large for the stack.
    pub fn boxed(&self) -> Box<T> {
        let mut value = T::boxed();
        self.memory.read(self.offset, value.as_bytes_mut()).expect(HERE);
        value
    }

    /// Stores a value that stays where it is.
    pub fn set_from(&self, value: &T) {
        self.memory.write(self.offset, value.as_bytes()).expect(HERE);
    }
}

impl<T: Pod, const N: usize> Live<[T; N]> {
    /// The elements of an array, to be read and written one by one.
    pub fn elements(&self) -> LiveSlice<T> {
        LiveSlice::new(&self.memory, self.offset, N).expect("`new` has checked the place")
    }
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        Self { memory: self.memory.clone(), offset: self.offset, of: PhantomData }
    }
}

/// The value now.
impl<T: Global + fmt::Display> fmt::Display for Live<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Only the size of a variable that is too large for the stack.
impl<T: Global + fmt::Debug> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = if T::SIZE > MOST_ON_STACK as usize { Self::show_size } else { Self::show };
        show(self, f)
    }
}

impl<T: Global + fmt::Debug> Live<T> {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }

    fn show_size(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Live({} bytes)", T::SIZE)
    }
}
