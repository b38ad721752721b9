//! What people ask of maps and programs before `load`. These methods can't be called: they are there for rustc to say why not, where it
//! would say no more than that there is no such method.

use super::{OpenMap, OpenProgram};
use crate::Result;

/// What is in the kernel. Nothing here is.
#[diagnostic::on_unimplemented(
    message = "this can't be done before `load()`: the kernel doesn't have it yet",
    label = "before `load()`",
    note = "load the skeleton, `let skeleton = open.load()?;`, and use the field of the same name in `skeleton`"
)]
pub trait Loaded {}

// rustc takes a condition that is never met only if it could depend on something, hence the lifetime.

impl OpenMap {
    #[doc(hidden)]
    pub fn get<T, K>(&self, _key: K) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn set<T, K, V>(&self, _key: K, _value: V) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn insert<T, K, V>(&self, _key: K, _value: V) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn remove<T, K>(&self, _key: K) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn iter<T>(&self) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn reader<T>(&self) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn keys<T>(&self) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn push<T, V>(&self, _value: V) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn pop<T>(&self) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn producer<T>(&self) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }
}

impl OpenProgram {
    #[doc(hidden)]
    pub fn attach<T>(&self) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn attach_xdp<T, I, F>(&self, _interface: I, _flags: F) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn attach_tcx<T, I, D>(&self, _interface: I, _direction: D) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn attach_cgroup<T, C, O>(&self, _cgroup: C, _order: O) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn attach_uprobe<T, P, O>(&self, _place: P, _process: O) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }

    #[doc(hidden)]
    pub fn test_run<T, I>(&self, _input: I) -> Result<T>
    where
        for<'any> Self: Loaded,
    {
        never()
    }
}

fn never<T>() -> Result<T> {
    unreachable!("rustc lets nobody call it")
}
