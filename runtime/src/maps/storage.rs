//! Values that belong to something of the kernel's, and go with it.

use std::os::fd::{AsFd, AsRawFd};

use super::Value;
use super::entries::Entries;
use super::handle::handle;
use super::untyped::Update;
use crate::blueprint::map_type;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

handle! {
    /// A value for each task (`BPF_MAP_TYPE_TASK_STORAGE`, Linux 5.11), inode (`BPF_MAP_TYPE_INODE_STORAGE`, 5.10), socket
    /// (`BPF_MAP_TYPE_SK_STORAGE`, 5.2) or cgroup (`BPF_MAP_TYPE_CGRP_STORAGE`, 6.2).
    ///
    /// User space names the owner by a descriptor: a task by its pidfd (pidfd_open(2)), an inode by an open file, a cgroup by its
    /// directory. Inodes have values only where `bpf` is among the kernel's security modules (`lsm=` on its command line).
    LocalStorage<V>;

    /// A value for each cgroup that a program is attached to (`BPF_MAP_TYPE_CGROUP_STORAGE`, Linux 4.19;
    /// `BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE`, 4.20). The kernel adds entries when the program is attached. The key is
    /// `struct bpf_cgroup_storage_key`, or a cgroup's number alone for a value that all attach types share (Linux 5.9).
    CgroupStorage<K, V>;
}

impl<V: Value> LocalStorage<V> {
    /// The owner's value; `None` if it has none.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created, its values are of another size or the descriptor is of something else, `NotFound` if the
    /// task is gone, `System` if the kernel refuses.
    pub fn get(&self, owner: impl AsFd) -> Result<Option<V>> {
        self.map.get(&owner.as_fd().as_raw_fd().to_ne_bytes()).map_err(|error| self.no_owner(error))
    }

    /// Sets the owner's value, whether it has one or not.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn insert(&self, owner: impl AsFd, value: &V) -> Result<()> {
        let set = self.map.set(&owner.as_fd().as_raw_fd().to_ne_bytes(), value, Update::Any);
        set.map(|_| ()).map_err(|error| self.no_owner(error))
    }

    /// Removes the owner's value. `false` if it has none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove(&self, owner: impl AsFd) -> Result<bool> {
        self.map.delete(&owner.as_fd().as_raw_fd().to_ne_bytes()).map_err(|error| self.no_owner(error))
    }

    /// That a descriptor names no owner (`bpf_pid_task_storage_lookup_elem` in `kernel/bpf/bpf_task_storage.c` and its like).
    #[inline]
    fn no_owner(&self, error: Error) -> Error {
        let owner = match self.map.map_type() {
            map_type::TASK_STORAGE => "a task by its pidfd (pidfd_open(2))",
            map_type::INODE_STORAGE => "an inode by an open file",
            map_type::CGRP_STORAGE => "a cgroup of version 2 by its directory, opened",
            _ => "a socket",
        };
        match error.raw_os_error() {
            Some(libc::EBADF | libc::ENOTSOCK) => {
                let message = format!("map `{}` takes {owner}, and the descriptor is of something else", self.map.name());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            Some(libc::ESRCH) => {
                let message = format!("the task whose value in map `{}` is asked for is gone", self.map.name());
                Error::with_source(ErrorKind::NotFound, message, error)
            }
            _ => error,
        }
    }
}

impl<K: Pod, V: Value> CgroupStorage<K, V> {
    /// The value of a cgroup; `None` if no program of the map is attached there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created or its types are of another size, `System` if the kernel refuses.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.map.get(key.as_bytes())
    }

    /// Sets the value of a cgroup. `false` if no program of the map is attached there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn replace(&self, key: &K, value: &V) -> Result<bool> {
        self.map.set(key.as_bytes(), value, Update::Existing)
    }

    /// All keys with their values.
    pub fn iter(&self) -> Entries<K, V> {
        Entries::of(&self.map)
    }
}

impl<K: Pod, V: Value> IntoIterator for &CgroupStorage<K, V> {
    type Item = Result<(K, V)>;
    type IntoIter = Entries<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
