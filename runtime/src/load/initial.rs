//! Entries that maps have from the start.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::reuse;
use crate::blueprint::{InitialValue, Map as MapBlueprint};
use crate::maps::Map;
use crate::programs::Program;
use crate::{Error, ErrorKind, Result};

/// What loading does about such entries, by name, so that it is only linked for objects whose maps have any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(super) maps: fn(&Map, &MapBlueprint<'static>, &[Option<Map>]) -> Result<()>,
    pub(super) programs: fn(&Map, &MapBlueprint<'static>, &[Program]) -> Result<()>,
}

impl Part {
    pub(crate) const WHOLE: Self = Self { maps, programs };
}

/// Puts the inner maps into a map of maps. Those that are switched off are left out.
#[inline]
fn maps(map: &Map, blueprint: &MapBlueprint<'static>, others: &[Option<Map>]) -> Result<()> {
    for initial in blueprint.initial {
        let InitialValue::Map(index) = initial.value else { continue };
        let inner = usize::try_from(index).ok().and_then(|index| others.get(index)).and_then(Option::as_ref);
        let inner = inner.ok_or_else(|| missing(blueprint, initial.key))?;
        if !inner.is_created() {
            continue;
        }
        set(map, initial.key, inner.as_fd()?).map_err(|error| {
            let doing = format!("cannot put map `{}` into map `{}` at {}", inner.name(), blueprint.name, initial.key);
            let unlike = blueprint.inner.and_then(|declared| reuse::unlike_inner(declared, inner));
            match (error.raw_os_error(), unlike) {
                (Some(libc::EINVAL), Some(unlike)) => {
                    let message = format!("{doing}: it has {unlike}, where its `values` are declared so");
                    Error::with_source(ErrorKind::InvalidInput, message, error)
                }
                _ => explained(map, doing, initial.key, error),
            }
        })?;
    }
    Ok(())
}

/// Puts programs into a program array. Those that are switched off are left out: a tail call to them falls through.
#[inline]
fn programs(map: &Map, blueprint: &MapBlueprint<'static>, programs: &[Program]) -> Result<()> {
    if !map.is_created() {
        return Ok(());
    }
    for initial in blueprint.initial {
        let InitialValue::Program(index) = initial.value else { continue };
        let program = usize::try_from(index).ok().and_then(|index| programs.get(index));
        let program = program.ok_or_else(|| missing(blueprint, initial.key))?;
        if !program.is_loaded() {
            continue;
        }
        set(map, initial.key, program.as_fd()?).map_err(|error| {
            let doing = format!("cannot put program `{}` into map `{}` at {}", program.name(), blueprint.name, initial.key);
            if error.raw_os_error() == Some(libc::EINVAL) {
                let message = format!(
                    "{doing}: programs that are called or call by one program array must be of one type and attach type, that of the first"
                );
                return Error::with_source(ErrorKind::InvalidInput, message, error);
            }
            explained(map, doing, initial.key, error)
        })?;
    }
    Ok(())
}

#[inline]
fn set(map: &Map, key: u32, descriptor: BorrowedFd<'_>) -> std::io::Result<()> {
    let elements = map.elements().map_err(|_| std::io::Error::from_raw_os_error(libc::EBADF))?;
    elements.update(&key.to_ne_bytes(), &descriptor.as_raw_fd().to_ne_bytes())
}

#[inline]
fn explained(map: &Map, doing: String, key: u32, error: std::io::Error) -> Error {
    let entries = map.max_entries();
    if error.raw_os_error() == Some(libc::E2BIG) && key >= entries {
        let message = format!("{doing}: it has {entries} entries; raise its `max_entries`");
        return Error::with_source(ErrorKind::InvalidInput, message, error);
    }
    Error::with_source(ErrorKind::System, doing, error)
}

#[inline]
fn missing(blueprint: &MapBlueprint<'_>, key: u32) -> Error {
    let message =
        format!("map `{}` begins with something at {key} that isn't there; rebuild the skeleton from its C source", blueprint.name);
    Error::new(ErrorKind::InvalidInput, message)
}
