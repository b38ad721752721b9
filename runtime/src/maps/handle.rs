//! What typed handles have in common.

/// Declares handles to maps of one kind: a [`Map`](super::Map) that knows its Rust types.
macro_rules! handle {
    ($($(#[$attribute:meta])* $name:ident $(<$($of:ident),+>)?;)+) => {$(
        $(#[$attribute])*
        pub struct $name $(<$($of: ?Sized),+>)? {
            map: $crate::maps::Map,
            of: ::std::marker::PhantomData<fn($($(&$of),+)?)>,
        }

        impl $(<$($of: ?Sized),+>)? $name $(<$($of),+>)? {
            /// The map in bytes.
            #[inline]
            pub fn as_map(&self) -> &$crate::maps::Map {
                &self.map
            }
        }

        impl $(<$($of: ?Sized),+>)? From<$crate::maps::Map> for $name $(<$($of),+>)? {
            #[inline]
            fn from(map: $crate::maps::Map) -> Self {
                Self { map, of: ::std::marker::PhantomData }
            }
        }

        impl $(<$($of: ?Sized),+>)? AsRef<$crate::maps::Map> for $name $(<$($of),+>)? {
            #[inline]
            fn as_ref(&self) -> &$crate::maps::Map {
                &self.map
            }
        }

        impl $(<$($of: ?Sized),+>)? Clone for $name $(<$($of),+>)? {
            #[inline]
            fn clone(&self) -> Self {
                self.map.clone().into()
            }
        }

        impl $(<$($of: ?Sized),+>)? ::std::fmt::Debug for $name $(<$($of),+>)? {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.map).finish()
            }
        }
    )+};
}

pub(super) use handle;
