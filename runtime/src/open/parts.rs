//! The parts of this crate that an object needs.

use crate::blueprint::{CoreRelocationKind, External, Object, Pinning, ProgramType, map_type};
use crate::kernel::Kernel;
use crate::relocate::{Strict, matches};
use crate::{Result, kconfig, load, symbols, usdt};

/// Parts of this crate that only some objects need. A skeleton chooses when it is compiled, so that the others are not linked into its
/// program: what is not named is not called.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub(super) kconfig: Option<Kconfig>,
    pub(super) symbols: Option<symbols::Part>,
    pub(crate) module_handle: Option<load::ModuleHandlePart>,
    pub(crate) struct_ops: Option<load::StructOpsPart>,
    pub(crate) arena: Option<load::ArenaPart>,
    pub(crate) create_inner: Option<load::CreateInner>,
    pub(crate) initial: Option<load::InitialPart>,
    pub(super) reuse: Option<load::Reuse>,
    pub(super) strict: Option<Strict>,
    pub(crate) contexts: Option<load::ContextsPart>,
    pub(crate) jump_tables: Option<load::JumpTablesPart>,
    pub(crate) exception: Option<load::ExceptionPart>,
    pub(super) find_target: Option<load::FindTarget>,
    pub(crate) probes: Option<usdt::Part>,
    pub(crate) simplifications: &'static [load::Simplification],
}

/// [`kconfig::resolve`].
pub(super) type Kconfig = fn(&[External<'_>], &Kernel, bool) -> Result<kconfig::Resolution>;

impl Parts {
    const NONE: Self = Self {
        kconfig: None,
        symbols: None,
        module_handle: None,
        struct_ops: None,
        arena: None,
        create_inner: None,
        initial: None,
        reuse: None,
        strict: None,
        contexts: None,
        jump_tables: None,
        exception: None,
        find_target: None,
        probes: None,
        simplifications: &[],
    };

    /// The parts that an object needs.
    #[inline]
    pub const fn of(object: &Object<'_>) -> Self {
        let mut parts = Self { simplifications: load::simplifications(object.btf), ..Self::NONE };
        if !object.externals.is_empty() {
            parts.kconfig = Some(kconfig::resolve);
        }
        if !object.symbols.is_empty() {
            parts.symbols = Some(symbols::Part::WHOLE);
            parts.module_handle = Some(load::Modules::handle);
        }
        let mut maps = object.maps;
        while let Some((map, others)) = maps.split_first() {
            if map.struct_ops.is_some() {
                parts.struct_ops = Some(load::StructOpsPart::WHOLE);
            }
            if map.map_type == map_type::ARENA {
                parts.arena = Some(load::ArenaPart::WHOLE);
            }
            if map.inner.is_some() {
                parts.create_inner = Some(load::create_inner);
            }
            if !map.initial.is_empty() {
                parts.initial = Some(load::InitialPart::WHOLE);
            }
            if matches!(map.pinning, Pinning::ByName) {
                parts.reuse = Some(load::reuse);
            }
            maps = others;
        }
        let mut relocations = object.relocations;
        while let Some((relocation, others)) = relocations.split_first() {
            if matches!(relocation.kind, CoreRelocationKind::TypeMatches) {
                parts.strict = Some(matches);
            }
            relocations = others;
        }
        let mut programs = object.programs;
        while let Some((program, others)) = programs.split_first() {
            // One record of a function is the program's own, whose argument the kernel knows, but for what takes a function's place.
            if program.func_info.len() > 8 || matches!(program.program_type, ProgramType::EXT) {
                parts.contexts = Some(|types, programs| load::Contexts::for_running(types, programs));
            }
            if program.exception_callback.is_some() {
                parts.exception = Some(load::ExceptionPart::WHOLE);
            }
            if !program.jump_tables.is_empty() {
                parts.jump_tables = Some(load::jump_tables);
            }
            if matches!(program.program_type, ProgramType::TRACING | ProgramType::LSM | ProgramType::EXT) {
                parts.find_target = Some(load::find_target);
            }
            if let [b'u', b's', b'd', b't', ..] = program.section.as_bytes() {
                parts.probes = Some(usdt::Specs::share);
            }
            programs = others;
        }
        parts
    }
}
