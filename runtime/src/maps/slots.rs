//! Maps of what has a descriptor: programs, sockets, cgroups.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use super::handle::handle;
use super::untyped::Update;
use super::{Keys, Map};
use crate::programs::Program;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

handle! {
    /// Programs for tail calls (`BPF_MAP_TYPE_PROG_ARRAY`, Linux 4.2). A call to an empty element does nothing.
    ProgArray;

    /// Cgroups, to be asked whether a task or packet is in one of them (`BPF_MAP_TYPE_CGROUP_ARRAY`, Linux 4.8).
    CgroupArray;

    /// `AF_XDP` sockets that XDP programs send packets to (`BPF_MAP_TYPE_XSKMAP`, Linux 4.18).
    XskMap;

    /// Sockets by their index, between which programs send data (`BPF_MAP_TYPE_SOCKMAP`, Linux 4.14).
    SockMap;

    /// Sockets that share a port, for a program that chooses among them (`BPF_MAP_TYPE_REUSEPORT_SOCKARRAY`, Linux 4.19).
    ReuseportSockArray;

    /// Sockets by a key, between which programs send data (`BPF_MAP_TYPE_SOCKHASH`, Linux 4.18).
    SockHash<K>;
}

impl ProgArray {
    /// Puts a program at an index.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created, the program not loaded, or it is of another type than those that use the map;
    /// `System` if the kernel refuses: there is no such index (`E2BIG`).
    pub fn set(&self, index: u32, program: &impl AsRef<Program>) -> Result<()> {
        let program = program.as_ref();
        self.map.set_descriptor(&index.to_ne_bytes(), program.as_fd()?).map_err(|error| {
            if error.raw_os_error() != Some(libc::EINVAL) {
                return error;
            }
            let message = format!(
                "program `{}` can't be in map `{}`: all programs in it and all that use it have to be of one type",
                program.name(),
                self.map.name()
            );
            Error::with_source(ErrorKind::InvalidInput, message, error)
        })
    }

    /// Empties an element. `false` if it is empty.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created, `System` if the kernel refuses.
    #[inline]
    pub fn clear(&self, index: u32) -> Result<bool> {
        self.map.delete(&index.to_ne_bytes())
    }
}

macro_rules! slots {
    ($($name:ident: $what:literal;)+) => {$(
        impl $name {
            #[doc = concat!("Puts ", $what, " at an index.")]
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the map was not created; `System` if the kernel refuses: there is no such index, or the descriptor is
            /// of something else.
            pub fn set(&self, index: u32, descriptor: impl AsFd) -> Result<()> {
                self.map.set_descriptor(&index.to_ne_bytes(), descriptor.as_fd())
            }

            /// Empties an element. `false` if it is empty.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the map was not created, `System` if the kernel refuses.
            #[inline]
            pub fn clear(&self, index: u32) -> Result<bool> {
                self.map.delete(&index.to_ne_bytes())
            }
        }
    )+};
}
slots! {
    CgroupArray: "a cgroup (its directory, opened)";
    XskMap: "an `AF_XDP` socket";
    SockMap: "a connected or listening socket";
    ReuseportSockArray: "a bound socket";
}

macro_rules! cookies {
    ($($name:ident)+) => {$(
        impl $name {
            /// The cookie of the socket at an index (`SO_COOKIE`, socket(7)); `None` if there is none. The map's values must be of eight bytes
            /// in C.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the map was not created or its values have four bytes, `System` if the kernel refuses.
            #[inline]
            pub fn cookie(&self, index: u32) -> Result<Option<u64>> {
                self.map.cookie(&index.to_ne_bytes())
            }
        }
    )+};
}
cookies!(SockMap ReuseportSockArray);

impl<K: Pod> SockHash<K> {
    /// The cookie of the socket of a key (`SO_COOKIE`, socket(7)); `None` if it has none. The map's values must be of eight bytes in C.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created, its keys are of another size or its values have four bytes; `System` if the kernel
    /// refuses.
    pub fn cookie(&self, key: &K) -> Result<Option<u64>> {
        self.map.cookie(key.as_bytes())
    }

    /// Sets the socket of a key.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created or its keys are of another size; `System` if the kernel refuses: the map is full, or the
    /// descriptor is of something else.
    pub fn insert(&self, key: &K, socket: impl AsFd) -> Result<()> {
        self.map.set_descriptor(key.as_bytes(), socket.as_fd())
    }

    /// Removes a key. `false` if it isn't there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created or its keys are of another size, `System` if the kernel refuses.
    pub fn remove(&self, key: &K) -> Result<bool> {
        self.map.delete(key.as_bytes())
    }

    /// All keys.
    pub fn keys(&self) -> Keys<K> {
        self.map.typed_keys()
    }
}

impl Map {
    /// What user space sees of a socket (`__sock_map_lookup_sys` in `net/core/sock_map.c`).
    #[inline]
    fn cookie(&self, key: &[u8]) -> Result<Option<u64>> {
        // Nor does the kernel copy one where there is no room.
        if self.elements()?.value_size() < size_of::<u64>() {
            let message =
                format!("map `{}` doesn't show its sockets: its values have to be of 8 bytes, as `__u64` in C", self.name());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        self.get(key)
    }

    /// A descriptor as a value: of four bytes, or of eight where user space sees more of a socket than its descriptor
    /// (`sock_map_update_elem_sys` in `net/core/sock_map.c`).
    #[inline]
    pub(super) fn set_descriptor(&self, key: &[u8], descriptor: BorrowedFd<'_>) -> Result<()> {
        let descriptor = descriptor.as_raw_fd().unsigned_abs();
        let set = if self.elements()?.value_size() == size_of::<u64>() {
            self.set(key, &u64::from(descriptor), Update::Any)
        } else {
            self.set(key, &descriptor, Update::Any)
        };
        set.map(|_| ())
    }
}
