//! What programs send to user space.

use super::Map;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

/// What a record of a ring buffer or perf buffer is read as: any C type, or `[u8]` for the bytes as they came.
///
/// A record may be longer than its type: it may go on with a flexible array's elements, and perf fills it up to an odd multiple of 4 bytes.
/// One that is shorter is an error.
pub trait Event {
    /// Shortest record, in bytes.
    #[doc(hidden)]
    const SIZE: usize;

    /// Shows the record as this type, and the bytes behind it; `false` if it is too short.
    #[doc(hidden)]
    fn show(record: &[u8], each: &mut dyn FnMut(&Self, &[u8])) -> bool;
}

impl<T: Pod> Event for T {
    const SIZE: usize = size_of::<T>();

    fn show(record: &[u8], each: &mut dyn FnMut(&Self, &[u8])) -> bool {
        let Some((event, rest)) = record.split_at_checked(size_of::<T>()) else { return false };
        let Some(event) = T::from_bytes(event) else { return false };
        each(&event, rest);
        true
    }
}

impl Event for [u8] {
    const SIZE: usize = 0;

    fn show(record: &[u8], each: &mut dyn FnMut(&Self, &[u8])) -> bool {
        each(record, &[]);
        true
    }
}

/// Shows a record that came through a map. One that is shorter than its type is `InvalidData`.
pub(super) fn show<T: Event + ?Sized>(map: &Map, record: &[u8], each: &mut dyn FnMut(&T, &[u8])) -> Result<()> {
    if T::show(record, each) {
        return Ok(());
    }
    let message = format!(
        "an event of {} bytes came through map `{}`, whose events have {} (`{}`)",
        record.len(),
        map.name(),
        T::SIZE,
        std::any::type_name::<T>()
    );
    Err(Error::new(ErrorKind::InvalidData, message))
}
