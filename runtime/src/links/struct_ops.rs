//! Sets of functions that the kernel calls.

use std::fmt;
use std::io;
use std::sync::Arc;

use super::Link;
use super::keeper::Keeper;
use crate::blueprint::AttachType;
use crate::load::{Need, refusal};
use crate::maps::Map;
use crate::programs::Program;
use crate::sys::{Target, link_create, link_update};
use crate::{Error, ErrorKind, Result};

/// The one key of its map.
const KEY: [u8; 4] = [0; 4];

/// A set of functions that programs provide to the kernel, such as a TCP congestion control (struct_ops, Linux 5.6). A handle: it can be
/// cloned, sent to other threads, and outlives the skeleton.
#[derive(Clone)]
pub struct StructOps(Arc<Inner>);

struct Inner {
    map: Map,
    /// The map's value, with the programs' descriptors.
    value: Vec<u8>,
    /// Keeps these descriptors open.
    _programs: Vec<Program>,
    by_link: bool,
}

impl StructOps {
    #[inline]
    pub(crate) fn new(map: Map, value: Vec<u8>, programs: Vec<Program>, by_link: bool) -> Self {
        Self(Arc::new(Inner { map, value, _programs: programs, by_link }))
    }

    /// C name of the variable.
    pub fn name(&self) -> &str {
        self.0.map.name()
    }

    /// The set as a map.
    pub fn map(&self) -> &Map {
        &self.0.map
    }

    /// Gives the set to the kernel, which calls its functions from then on where it is chosen: a congestion control by its name. It is
    /// taken back when the link is dropped; what still uses it, such as a connection, keeps it until it is done.
    ///
    /// A set of section `.struct_ops.link` is attached by a link of the kernel's (Linux 6.4), and can be [replaced](Link::update_map).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it wasn't created, is attached already or lacks a member that the kernel wants, `PermissionDenied` without the
    /// privilege.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.register()?;
        if !self.0.by_link {
            return Ok(Link::kept_by(Registration(self.0.map.clone())));
        }
        let link = link_create(self.0.map.as_fd()?, Target::None, AttachType::STRUCT_OPS, 0);
        link.map(Link::new).map_err(|error| self.refused("attach", error))
    }

    /// [`attach`](Self::attach), if it was created; otherwise `None`.
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach).
    #[inline]
    pub fn auto_attach(&self) -> Result<Option<Link>> {
        if self.0.map.is_created() { self.attach().map(Some) } else { Ok(None) }
    }

    /// Sets the map's value, which makes the set ready, and without a link registers it.
    #[inline]
    fn register(&self) -> Result<()> {
        match self.0.map.elements()?.update(&KEY, &self.0.value) {
            // It is ready since it was attached before.
            Err(error) if self.0.by_link && error.raw_os_error() == Some(libc::EBUSY) => Ok(()),
            result => result.map_err(|error| self.refused("attach", error)),
        }
    }

    #[inline]
    fn refused(&self, doing: &str, error: io::Error) -> Error {
        let what = format!("cannot {doing} struct_ops `{}`", self.name());
        let (kind, why) = match error.raw_os_error() {
            Some(libc::EBUSY) => (ErrorKind::InvalidInput, "it is attached already"),
            Some(libc::EEXIST) => (ErrorKind::InvalidInput, "the kernel has one of its name already"),
            Some(libc::EINVAL) => {
                (ErrorKind::InvalidInput, "the kernel wants more of its members set, or others; the kernel's log may say which")
            }
            _ => return refusal(&what, Need::Map, error),
        };
        Error::with_source(kind, format!("{what}: {why}"), error)
    }
}

impl Link {
    /// Puts another set in the place of the one that this link attaches, without a moment in between when there is none (Linux 6.4).
    /// Both must be of section `.struct_ops.link` and of one type; the kernel may want more of them to be equal, such as the name of a
    /// congestion control.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if this is not the link of a struct_ops, or the kernel can't replace the one by the other.
    #[inline]
    pub fn update_map(&self, map: &StructOps) -> Result<()> {
        let Some(link) = self.descriptor() else {
            let message = format!(
                "cannot replace a struct_ops by `{}`: it is not attached by a link; put it in section `.struct_ops.link`",
                map.name()
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        };
        map.register()?;
        link_update(link, map.0.map.as_fd()?, None).map_err(|error| map.refused("replace a struct_ops by", error))
    }
}

impl fmt::Debug for StructOps {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructOps").field("map", &self.0.map).field("by_link", &self.0.by_link).finish()
    }
}

/// A set that was given to the kernel without a link: dropping takes it back.
#[derive(Debug)]
struct Registration(Map);

impl Keeper for Registration {
    #[inline]
    fn link_is(&self) -> &'static str {
        "struct_ops has one where its section is `.struct_ops.link`, since Linux 6.4"
    }
}

impl Drop for Registration {
    #[inline]
    fn drop(&mut self) {
        // If it fails, the set goes with its last descriptor.
        let _ = self.0.delete(&KEY);
    }
}
