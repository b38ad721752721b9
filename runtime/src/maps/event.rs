//! What programs send to user space.

use super::Map;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

/// What a record of a ring buffer or perf buffer is read as: any C type, or `[u8]` for the bytes as they came.
///
/// A record may be longer than its type: perf fills it up to a multiple of 8 bytes. One that is shorter is an error.
pub trait Event {
    /// Shortest record, in bytes.
    #[doc(hidden)]
    const SIZE: usize;

    /// Shows the record as this type; `false` if it is too short.
    #[doc(hidden)]
    fn show(record: &[u8], each: &mut dyn FnMut(&Self)) -> bool;
}

impl<T: Pod> Event for T {
    const SIZE: usize = size_of::<T>();

    fn show(record: &[u8], each: &mut dyn FnMut(&Self)) -> bool {
        let Some(event) = record.get(..size_of::<T>()).and_then(T::from_bytes) else { return false };
        each(&event);
        true
    }
}

impl Event for [u8] {
    const SIZE: usize = 0;

    fn show(record: &[u8], each: &mut dyn FnMut(&Self)) -> bool {
        each(record);
        true
    }
}

/// Shows a record that came through a map. One that is shorter than its type is `InvalidData`.
pub(super) fn show<T: Event + ?Sized>(map: &Map, record: &[u8], each: &mut dyn FnMut(&T)) -> Result<()> {
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
