//! Arrays that running programs share with us.

use std::fmt;
use std::marker::PhantomData;

use super::{Live, LiveMemory};
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

/// An array that BPF programs may read and write at any time: elements one after another, each of them as a [`Live`] variable.
///
/// It is a handle, as [`Live`] is.
pub struct LiveSlice<T> {
    memory: LiveMemory,
    offset: usize,
    len: usize,
    of: PhantomData<fn(T) -> T>,
}

impl<T: Pod> LiveSlice<T> {
    /// So many elements from an offset on.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the memory ends before they do.
    pub fn new(memory: &LiveMemory, offset: usize, len: usize) -> Result<Self> {
        let end = size_of::<T>().checked_mul(len).and_then(|size| size.checked_add(offset));
        if end.is_none_or(|end| end > memory.len()) {
            let message = format!(
                "{len} elements of {} bytes at offset {offset} aren't in a memory of {} bytes; rebuild the skeleton from its C source",
                size_of::<T>(),
                memory.len()
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(Self { memory: memory.clone(), offset, len, of: PhantomData })
    }

    /// All elements from an offset to the memory's end.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the memory ends before the offset.
    pub fn rest(memory: &LiveMemory, offset: usize) -> Result<Self> {
        let len = memory.len().saturating_sub(offset).checked_div(size_of::<T>()).unwrap_or(0);
        Self::new(memory, offset, len)
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The element at an index now; `None` if there is none. It is on the stack: of an array whose elements are of megabytes each, take
    /// them by [`cell`](Self::cell) and [`boxed`](Live::boxed).
    pub fn get(&self, index: usize) -> Option<T> {
        Some(self.cell(index)?.get())
    }

    /// Stores an element.
    ///
    /// # Panics
    ///
    /// If there is no such index.
    pub fn set(&self, index: usize, value: T) {
        let Some(cell) = self.cell(index) else { panic!("index {index} of a live array of {} elements", self.len) };
        cell.set(value);
    }

    /// The element at an index, as a variable of its own; `None` if there is none.
    pub fn cell(&self, index: usize) -> Option<Live<T>> {
        let within = size_of::<T>().checked_mul(index).filter(|_| index < self.len)?;
        Live::new(&self.memory, self.offset.checked_add(within)?).ok()
    }

    /// The elements, each as it is when it comes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + '_ {
        (0..self.len).map(|index| self.get(index).expect("`new` has checked the place"))
    }

    /// The elements as they are now.
    pub fn to_vec(&self) -> Vec<T> {
        self.iter().collect()
    }
}

impl<T> Clone for LiveSlice<T> {
    fn clone(&self) -> Self {
        Self { memory: self.memory.clone(), offset: self.offset, len: self.len, of: PhantomData }
    }
}

/// No more than a page or so of it.
impl<T: Pod + fmt::Debug> fmt::Debug for LiveSlice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 256;

        let mut list = f.debug_list();
        list.entries(self.iter().take(MOST));
        if self.len > MOST { list.finish_non_exhaustive() } else { list.finish() }
    }
}
