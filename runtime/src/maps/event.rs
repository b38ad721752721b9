//! What programs send to user space.

use super::Map;
use crate::value::{MOST_ON_STACK, Pod};
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
    fn show(record: &[u8], each: impl FnMut(&Self, &[u8])) -> bool;
}

impl<T: Pod> Event for T {
    const SIZE: usize = size_of::<T>();

    fn show(record: &[u8], mut each: impl FnMut(&Self, &[u8])) -> bool {
        let Some((event, rest)) = record.split_at_checked(size_of::<T>()) else { return false };
        let each = |event: &T| each(event, rest);
        if size_of::<T>() > MOST_ON_STACK as usize { show_boxed(event, each) } else { show_on_stack(event, each) }
    }
}

fn show_on_stack<T: Pod>(event: &[u8], each: impl FnMut(&T)) -> bool {
    T::from_bytes(event).as_ref().map(each).is_some()
}

fn show_boxed<T: Pod>(event: &[u8], mut each: impl FnMut(&T)) -> bool {
    let mut boxed = T::boxed();
    boxed.as_bytes_mut().copy_from_slice(event);
    each(&boxed);
    true
}

impl Event for [u8] {
    const SIZE: usize = 0;

    fn show(record: &[u8], mut each: impl FnMut(&Self, &[u8])) -> bool {
        each(record, &[]);
        true
    }
}

/// Shows a record that came through a map. One that is shorter than its type is `InvalidData`.
pub(super) fn show<T: Event + ?Sized>(map: &Map, record: &[u8], each: impl FnMut(&T, &[u8])) -> Result<()> {
    if T::show(record, each) { Ok(()) } else { Err(too_short::<T>(map, record)) }
}

#[cold]
fn too_short<T: Event + ?Sized>(map: &Map, record: &[u8]) -> Error {
    let message = format!(
        "an event of {} bytes came through map `{}`, whose events have {} (`{}`)",
        record.len(),
        map.name(),
        T::SIZE,
        std::any::type_name::<T>()
    );
    Error::new(ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_events_are_on_the_heap() {
        /// More than the thread's stack has.
        const SIZE: usize = 4 << 20;

        let mut record = vec![0; SIZE + 3];
        record[SIZE - 1] = 7;
        let thread = std::thread::Builder::new().stack_size(128 << 10).spawn(move || {
            let mut seen = None;
            let shown = <[u8; SIZE]>::show(&record, |event, rest| seen = Some((event[SIZE - 1], rest.len())));
            assert!(!<[u8; SIZE]>::show(&record[..SIZE - 1], |_, _| unreachable!("it is too short")));
            (shown, seen)
        });
        assert_eq!(thread.unwrap().join().unwrap(), (true, Some((7, 3))));
    }
}
