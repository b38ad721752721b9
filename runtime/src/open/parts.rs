//! The parts of this crate that an object needs.

use crate::blueprint::{External, Object};
use crate::kernel::Kernel;
use crate::{Result, kconfig, load, symbols};

/// Parts of this crate that only some objects need. A skeleton chooses when it is compiled, so that the others are not linked into its
/// program: what is not named is not called.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub(super) kconfig: Option<Kconfig>,
    pub(super) symbols: Option<symbols::Part>,
    pub(crate) struct_ops: Option<load::StructOpsPart>,
    pub(crate) initial: Option<load::InitialPart>,
}

/// [`kconfig::resolve`].
pub(super) type Kconfig = fn(&[External<'_>], &Kernel, bool) -> Result<kconfig::Resolution>;

impl Parts {
    /// The parts that an object needs.
    pub const fn of(object: &Object<'_>) -> Self {
        let (mut struct_ops, mut initial) = (None, None);
        let mut maps = object.maps;
        while let Some((map, others)) = maps.split_first() {
            if map.struct_ops.is_some() {
                struct_ops = Some(load::STRUCT_OPS);
            }
            if !map.initial.is_empty() {
                initial = Some(load::INITIAL);
            }
            maps = others;
        }
        Self {
            kconfig: if object.externals.is_empty() { None } else { Some(kconfig::resolve) },
            symbols: if object.symbols.is_empty() { None } else { Some(symbols::PART) },
            struct_ops,
            initial,
        }
    }
}
