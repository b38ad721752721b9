//! Maps in a BPF file system, where other processes find them by name.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use super::Map;
use crate::load::{Need, refusal};
use crate::sys::{Elements, MapInfo};
use crate::{Error, ErrorKind, Result, pin};

impl Map {
    /// Opens a map that was pinned, by this or another process. Typed handles have a function of this name too, which checks that the map
    /// is what they take it for.
    ///
    /// ```no_run
    /// let counts = corebone::HashMap::<u32, u64>::from_pin("/sys/fs/bpf/counts")?;
    /// # Ok::<(), corebone::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `NotFound` if nothing has that path, `InvalidInput` if it isn't a map, `PermissionDenied` without the right to open it.
    pub fn from_pin(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let found = open(path, None)?;
        let (map, _) = found.ok_or_else(|| {
            let message = format!("no map is pinned at `{}`", path.display());
            Error::new(ErrorKind::NotFound, message)
        })?;
        Ok(map)
    }

    /// Pins the map: gives it a path in a BPF file system, by which other processes can open it, and which keeps it when this one ends.
    /// Makes the last directory of the path if it isn't there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created, is pinned at another path already, or the path is in another kind of file system;
    /// `System` if something else has the path; `PermissionDenied` without the right to make it.
    pub fn pin(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if let Some(other) = self.pin_path() {
            if other == path {
                return Ok(());
            }
            let message = format!("{}: it is pinned at `{}` already", cannot_pin(self, path), other.display());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        self.try_pin(path)?.map_err(|error| {
            Error::with_source(ErrorKind::System, format!("{}: something else has that path", cannot_pin(self, path)), error)
        })
    }

    /// Pins the map in the place of what is pinned at a path, if anything is, in one step (rename(2)): at no time is there nothing. Who has
    /// opened what was there keeps it.
    ///
    /// # Errors
    ///
    /// As [`pin`](Self::pin).
    #[inline]
    pub fn replace_pin(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!("_new_{}", std::process::id()));
        self.pin(&beside)?;
        if let Err(error) = pin::rename(beside.as_ref(), path, &|| cannot_pin(self, path)) {
            self.forget_pin();
            return Err(error);
        }
        self.set_pin_path(Some(path.to_owned()));
        Ok(())
    }

    /// Pins, where the inner error is that something else has the path.
    #[inline]
    pub(crate) fn try_pin(&self, path: &Path) -> Result<io::Result<()>> {
        let pinned = pin::pin(self.as_fd()?, path, &|| cannot_pin(self, path))?;
        if pinned.is_ok() {
            self.set_pin_path(Some(path.to_owned()));
        }
        Ok(pinned)
    }

    /// Removes its path after a failure, which is the one that matters.
    pub(crate) fn forget_pin(&self) {
        let _ = self.pin_path().map(std::fs::remove_file);
        self.set_pin_path(None);
    }

    /// Removes the path that this map was pinned at: by [`pin`](Self::pin), by being opened from there, or by its definition. Who has
    /// opened it keeps it.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is not pinned, as far as this process knows; `NotFound` if the path is gone; `PermissionDenied` without the
    /// right to remove it.
    pub fn unpin(&self) -> Result<()> {
        let Some(path) = self.pin_path() else {
            return Err(Error::new(ErrorKind::InvalidInput, format!("map `{}` is not pinned", self.name())));
        };
        pin::unpin(&path, &|| format!("cannot unpin map `{}` from `{}`", self.name(), path.display()))?;
        self.set_pin_path(None);
        Ok(())
    }
}

/// The map that is pinned at a path, and what the kernel says of it; `None` if nothing is. It gets the kernel's name for it, without
/// one from its definition.
#[inline]
pub(crate) fn open(path: &Path, name: Option<&'static str>) -> Result<Option<(Map, MapInfo)>> {
    let cannot = || format!("cannot open the map pinned at `{}`", path.display());
    let Some(descriptor) = pin::open(path, &cannot, ("map", "bpf-map"))? else { return Ok(None) };
    let (elements, info) = Elements::of(descriptor).map_err(|error| refusal(&cannot(), Need::Map, error))?;
    let name = name.map_or_else(|| Cow::Owned(info.name.clone()), Cow::Borrowed);
    let map = Map::with_name(name, info.map_type, info.max_entries, Some(elements));
    map.set_pin_path(Some(path.to_owned()));
    Ok(Some((map, info)))
}

#[inline]
fn cannot_pin(map: &Map, path: &Path) -> String {
    format!("cannot pin map `{}` at `{}`", map.name(), path.display())
}

/// Where maps are pinned by name, unless the user says otherwise: libbpf's place.
pub(crate) fn default_root() -> PathBuf {
    PathBuf::from("/sys/fs/bpf")
}
