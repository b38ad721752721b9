//! Global variables of data sections.

use super::Pod;

/// Values are on the stack, but not if they have more bytes than this: those of skeletons (a section's variables together), and those that
/// are only looked at.
pub const MOST_ON_STACK: u32 = 64 << 10;

/// A type that a global variable can have in a data section's struct: any [`Pod`] type, or `bool`.
pub trait Global: Copy + Send + Sync + 'static {
    /// Size in C, in bytes.
    const SIZE: usize;

    /// The value from its [`SIZE`](Self::SIZE) bytes; `None` if there are more or fewer.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Stores the value as its bytes. Does nothing if there are more or fewer than [`SIZE`](Self::SIZE).
    fn write(self, bytes: &mut [u8]);
}

impl<T: Pod> Global for T {
    const SIZE: usize = size_of::<T>();

    fn read(bytes: &[u8]) -> Option<Self> {
        T::from_bytes(bytes)
    }

    fn write(self, bytes: &mut [u8]) {
        if bytes.len() == Self::SIZE {
            bytes.copy_from_slice(self.as_bytes());
        }
    }
}

impl Global for bool {
    const SIZE: usize = 1;

    fn read(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [byte] => Some(*byte != 0),
            _ => None,
        }
    }

    fn write(self, bytes: &mut [u8]) {
        if let [byte] = bytes {
            *byte = u8::from(self);
        }
    }
}

/// A member of a union: the value at an offset in the union's bytes.
///
/// # Panics
///
/// If the bytes end before the member does, which the attribute [`c_type`](crate::c_type) has checked.
pub fn member<T: Global>(bytes: &[u8], offset: usize) -> T {
    let end = offset.saturating_add(T::SIZE);
    bytes.get(offset..end).and_then(T::read).expect("a member that is in its union's bytes")
}

/// Stores a member of a union, and leaves the bytes beside it as they are. Does nothing if the bytes end before the member does.
pub fn set_member<T: Global>(bytes: &mut [u8], offset: usize, value: T) {
    if let Some(bytes) = bytes.get_mut(offset..offset.saturating_add(T::SIZE)) {
        value.write(bytes);
    }
}

/// The variables of one data section, as Rust values: what [`section`](crate::section) makes of its struct.
pub trait GlobalSection: Sized {
    /// Size of the section in bytes.
    const SIZE: usize;

    /// The variables from the section's contents; what these leave out at the end is zero.
    fn read(contents: &[u8]) -> Self;

    /// Size of the section in bytes with the arrays as they are now; `None` if none of it can be resized.
    fn resized(&self) -> Option<usize> {
        None
    }

    /// Stores the variables over the section's contents; bytes that no variable covers stay. Contents that are too short for what isn't
    /// zero grow.
    fn write(&self, contents: &mut Vec<u8>);
}

/// The variable at an offset of a section.
///
/// # Panics
///
/// Never: a variable is of as many bytes as it is read from.
pub fn variable<T: Global>(contents: &[u8], offset: usize) -> T {
    with_bytes(T::SIZE, |bytes| {
        copy(contents.get(offset..).unwrap_or_default(), bytes);
        T::read(bytes)
    })
    .expect("as many bytes as it has")
}

/// Stores the variable at an offset of a section.
pub fn set_variable<T: Global>(contents: &mut Vec<u8>, offset: usize, value: T) {
    with_bytes(T::SIZE, |bytes| {
        value.write(bytes);
        store(contents, offset, bytes);
    });
}

/// Puts bytes at an offset of contents of which zeros may be left out at the end.
pub(super) fn store(contents: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    if used > 0 && contents.len() < offset.saturating_add(used) {
        contents.resize(offset.saturating_add(used), 0);
    }
    copy(bytes, contents.get_mut(offset..).unwrap_or_default());
}

/// Copies as many bytes as there are on both sides.
pub(super) fn copy(from: &[u8], to: &mut [u8]) {
    let len = from.len().min(to.len());
    if let (Some(from), Some(to)) = (from.get(..len), to.get_mut(..len)) {
        to.copy_from_slice(from);
    }
}

/// Zeroed bytes to work in, from the heap only if they are many.
#[inline]
pub(crate) fn with_bytes<R>(size: usize, work: impl FnOnce(&mut [u8]) -> R) -> R {
    let mut few = [0; 64];
    match few.get_mut(..size) {
        Some(bytes) => work(bytes),
        None => work(&mut vec![0; size]),
    }
}

/// The elements of an array without a fixed length, from an offset to the section's end, which is at `end` at least; a part of one there is
/// left out.
pub fn elements<T: Pod>(contents: &[u8], offset: usize, end: usize) -> Vec<T> {
    let bytes = contents.len().max(end).saturating_sub(offset);
    let len = bytes.checked_div(size_of::<T>()).unwrap_or(0);
    (0..len).map(|index| variable(contents, offset.saturating_add(index.saturating_mul(size_of::<T>())))).collect()
}

/// Stores the elements one after another from an offset on.
pub fn set_elements<T: Pod>(contents: &mut Vec<u8>, offset: usize, elements: &[T]) {
    for (index, element) in elements.iter().enumerate() {
        store(contents, offset.saturating_add(index.saturating_mul(size_of::<T>())), element.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_share_their_bytes() {
        let mut bytes = [0xff; 8];
        set_member(&mut bytes, 2, 0x0102_u16.to_be());
        assert_eq!(bytes, [0xff, 0xff, 1, 2, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(member::<[u8; 3]>(&bytes, 1), [0xff, 1, 2]);
        assert!(member::<bool>(&bytes, 7));
        set_member(&mut bytes, 5, u32::MIN);
        assert_eq!(bytes[5..], [0xff; 3], "it would stick out");
    }

    #[test]
    fn zeros_at_the_end_are_left_out() {
        let mut contents = vec![1, 2];
        assert_eq!(variable::<u32>(&contents, 0).to_le(), 0x0201);
        assert_eq!(variable::<u32>(&contents, 100), 0);
        set_variable(&mut contents, 1, 0_u32);
        set_variable(&mut contents, 64, 0_u64);
        assert_eq!(contents, [1, 0]);
        set_variable(&mut contents, 4, 5_u32.to_le());
        assert_eq!(contents, [1, 0, 0, 0, 5]);
        set_elements(&mut contents, 2, &[7_u8, 0, 0]);
        assert_eq!(contents, [1, 0, 7, 0, 0]);
        assert_eq!((elements::<u16>(&contents, 1, 0).len(), elements::<u16>(&contents, 1, 8).len()), (2, 3));
    }
}
