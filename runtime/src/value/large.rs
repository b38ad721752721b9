//! Variables that are too large for the stack.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use super::Pod;
use super::global::{copy, store};

/// A global variable of more than 64 KiB before load, or a map's value of as many: it is on the heap, and a variable only from when it is
/// looked at. Until then it costs nothing, and neither does it at load if it begins as zeros.
///
/// ```
/// # fn set(bss: &mut Bss) {
/// bss.heap[7] = 1;
/// # }
/// # struct Bss {
/// #     heap: corebone::Large<[u32; 1 << 20]>,
/// # }
/// ```
pub struct Large<T> {
    value: OnceLock<Box<T>>,
    /// What it begins as; zeros at the end are left out.
    initial: Box<[u8]>,
}

impl<T: Pod> Large<T> {
    /// The variable at an offset of a section.
    pub fn variable(contents: &[u8], offset: usize) -> Self {
        let bytes = contents.get(offset..).unwrap_or_default();
        let bytes = bytes.get(..size_of::<T>()).unwrap_or(bytes);
        Self { value: OnceLock::new(), initial: bytes.into() }
    }

    /// Stores the variable at an offset of a section.
    pub fn set_variable(&self, contents: &mut Vec<u8>, offset: usize) {
        match self.value.get() {
            Some(value) => store(contents, offset, value.as_bytes()),
            None => {
                store(contents, offset, &self.initial);
                let rest = contents.iter_mut().skip(offset).take(size_of::<T>()).skip(self.initial.len());
                rest.for_each(|byte| *byte = 0);
            }
        }
    }

    fn make(&self) -> Box<T> {
        let mut value = T::boxed();
        copy(&self.initial, value.as_bytes_mut());
        value
    }
}

/// Zeros.
impl<T> Default for Large<T> {
    fn default() -> Self {
        Self { value: OnceLock::new(), initial: Box::default() }
    }
}

impl<T> From<Box<T>> for Large<T> {
    fn from(value: Box<T>) -> Self {
        Self { value: value.into(), initial: Box::default() }
    }
}

impl<T: Pod> Deref for Large<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| self.make())
    }
}

impl<T: Pod> DerefMut for Large<T> {
    fn deref_mut(&mut self) -> &mut T {
        if self.value.get().is_none() {
            self.value = self.make().into();
        }
        self.value.get_mut().expect("it was made above")
    }
}

impl<T: Pod> Clone for Large<T> {
    fn clone(&self) -> Self {
        match self.value.get() {
            Some(value) => Self::variable(value.as_bytes(), 0),
            None => Self { value: OnceLock::new(), initial: self.initial.clone() },
        }
    }
}

impl<T: Pod + PartialEq> PartialEq for Large<T> {
    fn eq(&self, other: &Self) -> bool {
        let untouched = self.value.get().is_none() && other.value.get().is_none();
        (untouched && self.initial == other.initial) || **self == **other
    }
}

/// Only its size: it is too much to read.
impl<T> fmt::Debug for Large<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Large({} bytes)", size_of::<T>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_only_made_when_looked_at() {
        let mut large = Large::<[u32; 1 << 20]>::variable(&[0, 7], 1);
        assert_eq!(format!("{large:?}"), "Large(4194304 bytes)");
        let copy = large.clone();
        assert!(large == copy && large.value.get().is_none());
        assert_eq!((large[0].to_le(), large[9]), (7, 0));
        large[2] = 1_u32.to_le();
        assert!(large != copy && large == large.clone());
        let mut contents = vec![9];
        large.set_variable(&mut contents, 1);
        assert_eq!(contents, [9, 7, 0, 0, 0, 0, 0, 0, 0, 1], "zeros at the end are left out");
        copy.set_variable(&mut contents, 1);
        assert_eq!(contents, [9, 7, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
}
