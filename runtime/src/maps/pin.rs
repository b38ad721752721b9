//! Maps in a BPF file system, where other processes find them by name.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::Map;
use crate::load::{Need, refusal};
use crate::sys::{Elements, MapInfo, directory, is_in_bpf_file_system, object_get, object_pin, other_kind};
use crate::{Error, ErrorKind, Result};

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

    /// Pins, where the inner error is that something else has the path.
    #[inline]
    pub(crate) fn try_pin(&self, path: &Path) -> Result<io::Result<()>> {
        let descriptor = self.as_fd()?;
        let cannot = || cannot_pin(self, path);
        prepare(path).map_err(|error| match error.raw_os_error() {
            Some(libc::EINVAL) => {
                let message = format!(
                    "{}: that is not in a BPF file system; mount one there, as by `mount -t bpf bpf /sys/fs/bpf`, or choose a path in one",
                    cannot()
                );
                Error::new(ErrorKind::InvalidInput, message)
            }
            _ => explained(&cannot(), error),
        })?;
        match object_pin(descriptor, path) {
            Err(error) if error.raw_os_error() == Some(libc::EEXIST) => return Ok(Err(error)),
            result => result.map_err(|error| explained(&cannot(), error))?,
        }
        self.set_pin_path(Some(path.to_owned()));
        Ok(Ok(()))
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
        let doing = || format!("cannot unpin map `{}` from `{}`", self.name(), path.display());
        fs::remove_file(&path).map_err(|error| explained(&doing(), error))?;
        self.set_pin_path(None);
        Ok(())
    }
}

/// The map that is pinned at a path, and what the kernel says of it; `None` if nothing is. It gets the kernel's name for it, without
/// one from its definition.
#[inline]
pub(crate) fn open(path: &Path, name: Option<&'static str>) -> Result<Option<(Map, MapInfo)>> {
    let cannot = || format!("cannot open the map pinned at `{}`", path.display());
    let descriptor = match object_get(path) {
        Ok(descriptor) => descriptor,
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => return Ok(None),
        Err(error) => {
            // What the kernel says of files that aren't in a BPF file system.
            let foreign =
                matches!(error.raw_os_error(), Some(libc::EACCES | libc::EPERM)) && !is_in_bpf_file_system(path).unwrap_or(false);
            if foreign {
                let message = format!("{}: that is not in a BPF file system", cannot());
                return Err(Error::with_source(ErrorKind::InvalidInput, message, error));
            }
            return Err(explained(&cannot(), error));
        }
    };
    if other_kind(descriptor.as_fd(), "bpf-map").is_some() {
        return Err(Error::new(ErrorKind::InvalidInput, format!("{}: that is not a map", cannot())));
    }
    let (elements, info) = Elements::of(descriptor).map_err(|error| explained(&cannot(), error))?;
    let name = name.map_or_else(|| Cow::Owned(info.name.clone()), Cow::Borrowed);
    let map = Map::with_name(name, info.map_type, info.max_entries, Some(elements));
    map.set_pin_path(Some(path.to_owned()));
    Ok(Some((map, info)))
}

/// Makes the directory that a path is in, and sees whether it can hold pinned maps: `EINVAL` if not.
#[inline]
fn prepare(path: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(directory(path)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if is_in_bpf_file_system(path)? { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::EINVAL)) }
}

#[inline]
fn cannot_pin(map: &Map, path: &Path) -> String {
    format!("cannot pin map `{}` at `{}`", map.name(), path.display())
}

fn explained(doing: &str, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Error::with_source(ErrorKind::NotFound, format!("{doing}: there is no such directory or file"), error)
        }
        io::ErrorKind::PermissionDenied => refusal(doing, Need::Map, error),
        _ => Error::with_source(ErrorKind::System, doing.to_owned(), error),
    }
}

/// Where maps are pinned by name, unless the user says otherwise: libbpf's place.
pub(crate) fn default_root() -> PathBuf {
    PathBuf::from("/sys/fs/bpf")
}
