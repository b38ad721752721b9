//! Types that are nothing but their bytes.
#![expect(unsafe_code, reason = "the promise that any bytes are a value can't be checked by the compiler")]

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::{MaybeUninit, size_of};
use std::ptr::NonNull;

use super::{CharArray, Ptr};

/// A type of which any bytes are a valid value and that has no padding: integers, arrays of them, and the C structs that
/// [`c_type`](crate::c_type) declares. Keys, values and events of maps are of such types.
///
/// # Safety
///
/// Every bit pattern of the type's size must be a valid value, the type must have no padding bytes, no interior mutability and no
/// references.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be made of the bytes of a map or an event",
    label = "neither an integer, nor declared with `#[corebone::c_type]`",
    note = "declare a struct with `#[corebone::c_type(size = N, align = M)]`, and an enum with `#[corebone::c_enum(u32)]`: they check that \
            any bytes are a value, and that there is no hidden padding; in place of `bool` there is `corebone::Bool`"
)]
pub unsafe trait Pod: Copy + Send + Sync + 'static {
    /// Size in bytes, which attributes compare by the trait alone: other names may mean something else where they are used.
    #[doc(hidden)]
    const SIZE_OF: usize = size_of::<Self>();

    /// The value's bytes, as C has them in memory.
    fn as_bytes(&self) -> &[u8] {
        let start = std::ptr::from_ref(self).cast::<u8>();
        // SAFETY: `self` is `size_of::<Self>()` initialised bytes, since `Pod` has no padding, and is borrowed as long as the result.
        unsafe { std::slice::from_raw_parts(start, size_of::<Self>()) }
    }

    /// The value's bytes, to be written over.
    fn as_bytes_mut(&mut self) -> &mut [u8] {
        let start = std::ptr::from_mut(self).cast::<u8>();
        // SAFETY: as in `as_bytes`, and any bytes that are written are a valid `Pod`.
        unsafe { std::slice::from_raw_parts_mut(start, size_of::<Self>()) }
    }

    /// A value from its bytes. `None` if there aren't as many as the type has.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != size_of::<Self>() {
            return None;
        }
        let mut value = MaybeUninit::<Self>::uninit();
        // SAFETY: source and destination are `size_of::<Self>()` bytes long, and a new local can't overlap with a borrowed slice.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), value.as_mut_ptr().cast::<u8>(), size_of::<Self>()) };
        // SAFETY: all bytes were written, and any bytes are a valid `Pod`.
        Some(unsafe { value.assume_init() })
    }

    /// The value whose bytes are all zero, on the heap: it was never on the stack, for which it may be too large.
    fn boxed() -> Box<Self> {
        let layout = Layout::new::<Self>();
        let mut place = NonNull::<Self>::dangling().as_ptr();
        if layout.size() > 0 {
            // SAFETY: the layout's size isn't zero.
            place = unsafe { alloc_zeroed(layout) }.cast();
        }
        if place.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: the memory is new, from the global allocator with the layout of `Self`, or dangling for a type without size; and zeros
        // are a valid `Pod`.
        unsafe { Box::from_raw(place) }
    }

    /// The value whose bytes are all zero.
    fn zeroed() -> Self {
        let value = MaybeUninit::<Self>::zeroed();
        // SAFETY: all bytes are zero, and any bytes are a valid `Pod`.
        unsafe { value.assume_init() }
    }
}

macro_rules! integers {
    ($($t:ty)*) => {$(
        // SAFETY: an integer or float has no padding and no invalid bit pattern.
        unsafe impl Pod for $t {}
    )*};
}
integers!(u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 f32 f64);

// SAFETY: an array has no padding between elements, and each is valid whatever its bytes.
unsafe impl<T: Pod, const N: usize> Pod for [T; N] {}

// SAFETY: bytes.
unsafe impl<const N: usize> Pod for CharArray<N> {}

// SAFETY: an integer, and a marker without size that owns and borrows nothing.
unsafe impl<T: ?Sized + 'static> Pod for Ptr<T> {}

/// C's `_Bool` as it lies in memory: one byte, 0 for false. Rust's `bool` would be undefined behaviour for other bytes than 0 and 1.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub struct Bool(u8);

// SAFETY: one byte, of which every value is allowed.
unsafe impl Pod for Bool {}

impl Bool {
    /// The value: any byte but 0 is true.
    pub const fn get(self) -> bool {
        self.0 != 0
    }
}

impl From<bool> for Bool {
    fn from(value: bool) -> Self {
        Self(u8::from(value))
    }
}

impl From<Bool> for bool {
    fn from(value: Bool) -> Self {
        value.get()
    }
}

impl PartialEq for Bool {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Bool {}

impl PartialOrd for Bool {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bool {
    fn cmp(&self, other: &Self) -> Ordering {
        self.get().cmp(&other.get())
    }
}

impl Hash for Bool {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}

impl fmt::Debug for Bool {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
