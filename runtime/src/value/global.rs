//! Global variables of data sections.

use super::Pod;

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

    /// The variables from the section's contents; `None` if it is shorter than [`SIZE`](Self::SIZE).
    fn read(contents: &[u8]) -> Option<Self>;

    /// Size of the section in bytes with the arrays as they are now; `None` if none of it can be resized.
    fn resized(&self) -> Option<usize> {
        None
    }

    /// Stores the variables over the section's contents; bytes that no variable covers stay. Does nothing if it is shorter than
    /// [`SIZE`](Self::SIZE).
    fn write(&self, contents: &mut [u8]);
}

/// The elements of an array without a fixed length; a part of one at the end is left out.
pub fn read_elements<T: Pod>(bytes: &[u8]) -> Vec<T> {
    bytes.chunks_exact(size_of::<T>().max(1)).filter_map(T::from_bytes).collect()
}

/// Stores the elements one after another; what there is no room for is left out.
pub fn write_elements<T: Pod>(elements: &[T], bytes: &mut [u8]) {
    for (element, place) in elements.iter().zip(bytes.chunks_exact_mut(size_of::<T>().max(1))) {
        place.copy_from_slice(element.as_bytes());
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
}
