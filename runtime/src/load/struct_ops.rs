//! Sets of functions for the kernel.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use super::module::Modules;
use super::privilege::{Need, privileged, refusal};
use crate::blueprint::{Map as MapBlueprint, ProgramType, map_type};
use crate::error::Context;
use crate::kernel::Kernel;
use crate::links::StructOps;
use crate::maps::Map;
use crate::open::OpenObject;
use crate::programs::Program;
use crate::struct_ops::{Filled, Fitted, fit};
use crate::sys::{BtfIds, ENOTSUPP, Elements, MapAttributes, ProgramAttributes, program_load};
use crate::{Error, ErrorKind, Result};

/// `BPF_F_LINK`, Linux 6.4: attached by a link, not by setting its value.
const LINK: u32 = 1 << 13;

/// `BPF_F_VTYPE_BTF_OBJ_FD`, Linux 6.9: the value's type is a module's.
const MODULE: u32 = 1 << 15;

/// All sets of an object, fitted to the running kernel, by index of their maps; `None` for other maps and those that aren't created.
#[derive(Default)]
pub(crate) struct Sets(Vec<Option<Fitted>>);

/// What a program of a set is loaded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Purpose<'s> {
    /// The struct in the kernel's BTF.
    pub(super) struct_id: u32,
    /// Index of the member.
    pub(super) member: u32,
    /// The module whose types the struct is one of, if it isn't the kernel.
    pub(super) module: Option<&'s str>,
}

/// What loading does about sets, by name, so that it is only linked for objects that have any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(super) fit: fn(&OpenObject) -> Result<Sets>,
    pub(super) create: Create,
    pub(super) handle: fn(&Sets, usize, &MapBlueprint<'_>, &Map, &[Program]) -> Result<StructOps>,
}

/// [`Sets::create`].
type Create = fn(&Sets, usize, &MapBlueprint<'static>, Option<BorrowedFd<'_>>, &mut Modules) -> Result<Option<Map>>;

impl Part {
    pub(crate) const WHOLE: Self = Self { fit: Sets::of, create: Sets::create, handle: Sets::handle };
}

impl Sets {
    /// Fits the sets that are to be created. The kernel's types are only asked for if there are any.
    #[inline]
    fn of(open: &OpenObject) -> Result<Self> {
        let object = open.object();
        let mut sets = Vec::with_capacity(object.maps.len());
        let mut running = None;
        for ((blueprint, wanted), contents) in object.maps.iter().zip(open.maps()).zip(open.contents()) {
            if blueprint.struct_ops.is_none() || !wanted.autocreate() {
                sets.push(None);
                continue;
            }
            let kernel = running.get_or_insert_with(Kernel::running);
            sets.push(Some(fit(object, blueprint, contents, kernel)?));
        }
        let sets = Self(sets);
        sets.check(open)?;
        Ok(sets)
    }

    fn filled(&self) -> impl Iterator<Item = (Purpose<'_>, Filled)> {
        self.0.iter().flatten().flat_map(|set| {
            let purpose = |member| Purpose { struct_id: set.struct_id, member, module: set.module.as_deref() };
            set.filled.iter().map(move |filled| (purpose(filled.member), *filled))
        })
    }

    /// A program is verified as one function of one struct.
    #[inline]
    fn check(&self, open: &OpenObject) -> Result<()> {
        for (purpose, filled) in self.filled() {
            if self.purpose(filled.program as usize) != Some(purpose) {
                let name = open.object().programs.get(filled.program as usize).map_or("", |program| program.name);
                let message =
                    format!("program `{name}` is set for two different members of struct_ops; a program can only be one of them");
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
        }
        Ok(())
    }

    /// What a program is for; `None` if it is in no set that is created.
    pub(super) fn purpose(&self, program: usize) -> Option<Purpose<'_>> {
        self.filled().find(|(_, filled)| filled.program as usize == program).map(|(purpose, _)| purpose)
    }

    /// Whether a program that is switched on is to be loaded: one of struct_ops only if it is in a set, but then in any case.
    pub(super) fn wants(&self, program_type: ProgramType, program: usize, autoload: bool) -> bool {
        if program_type == ProgramType::STRUCT_OPS { self.purpose(program).is_some() } else { autoload }
    }

    /// Creates the map of a set; `None` if the map is no set that is to be created.
    #[inline]
    fn create(
        &self,
        index: usize,
        blueprint: &MapBlueprint<'static>,
        types: Option<BorrowedFd<'_>>,
        modules: &mut Modules,
    ) -> Result<Option<Map>> {
        let Some(Some(set)) = self.0.get(index) else { return Ok(None) };
        let module = set.module.as_deref();
        let module_types = module.map(|module| modules.btf(module)).transpose();
        let module_types = module_types.context(|| format!("cannot create struct_ops `{}`", blueprint.name))?;
        let attributes = MapAttributes {
            name: blueprint.name,
            map_type: map_type::STRUCT_OPS,
            key_size: 4,
            value_size: u32::try_from(set.value.len()).unwrap_or(u32::MAX),
            max_entries: 1,
            flags: blueprint.flags | if module_types.is_some() { MODULE } else { 0 },
            types: types.map(|btf| BtfIds { btf, key_type_id: 0, value_type_id: 0 }),
            kernel_value: set.value_id,
            module: module_types,
            ..MapAttributes::EMPTY
        };
        let create = || privileged(|token| Elements::create(&MapAttributes { token, ..attributes }));
        let mut elements = create();
        if elements.as_ref().is_err_and(|error| error.raw_os_error() == Some(ENOTSUPP)) {
            wake();
            elements = create();
        }
        let elements = elements.map_err(|error| refused(blueprint, module, error))?;
        Ok(Some(Map::new(blueprint.name, map_type::STRUCT_OPS, 1, Some(elements))))
    }

    /// The handle of a set, with the programs' descriptors in its value.
    #[inline]
    fn handle(&self, index: usize, blueprint: &MapBlueprint<'_>, map: &Map, programs: &[Program]) -> Result<StructOps> {
        let by_link = blueprint.flags & LINK != 0;
        let Some(Some(set)) = self.0.get(index) else { return Ok(StructOps::new(map.clone(), Vec::new(), Vec::new(), by_link)) };
        let mut value = set.value.clone();
        let mut used = Vec::new();
        for filled in &set.filled {
            let (Some(program), Some(place)) =
                (programs.get(filled.program as usize), value.get_mut(filled.offset as usize..).and_then(<[u8]>::first_chunk_mut))
            else {
                let message = format!("struct_ops `{}` has a member without its program", map.name());
                return Err(Error::new(ErrorKind::InvalidData, message));
            };
            *place = descriptor(program.as_fd()?).to_ne_bytes();
            used.push(program.clone());
        }
        Ok(StructOps::new(map.clone(), value, used, by_link))
    }
}

/// Lets the kernel read its own types. Linux 5.10 does so when the first program is loaded (`bpf_check` in `kernel/bpf/verifier.c`), and
/// knows no struct_ops until then.
#[inline]
fn wake() {
    /// `r0 = 0; exit`
    const NOTHING: [[u8; 8]; 2] = [[0xb7, 0, 0, 0, 0, 0, 0, 0], [0x95, 0, 0, 0, 0, 0, 0, 0]];

    let attributes = ProgramAttributes {
        name: "corebone_probe",
        program_type: ProgramType::SOCKET_FILTER.0,
        instructions: NOTHING.as_flattened(),
        license: c"GPL",
        ..ProgramAttributes::EMPTY
    };
    // Whatever comes of it, the map is tried again.
    let _ = program_load(&attributes, 0, &mut []);
}

/// As the kernel reads it: in the place of a pointer.
fn descriptor(program: BorrowedFd<'_>) -> u64 {
    u64::from(program.as_fd().as_raw_fd().unsigned_abs())
}

#[inline]
fn refused(blueprint: &MapBlueprint<'_>, module: Option<&str>, error: io::Error) -> Error {
    let what = format!("cannot create struct_ops `{}`", blueprint.name);
    if let (Some(module), Some(libc::EINVAL | libc::E2BIG)) = (module, error.raw_os_error()) {
        let message =
            format!("{what}: it is one of module `{module}`, and this kernel takes only its own, which Linux 6.9 changed");
        return Error::with_source(ErrorKind::Unsupported, message, error);
    }
    if error.raw_os_error() == Some(libc::EINVAL) && blueprint.flags & LINK != 0 {
        let message = format!(
            "{what}: this kernel doesn't take it; a link, which section `.struct_ops.link` asks for, came with Linux 6.4: older kernels \
             want it in section `.struct_ops`"
        );
        return Error::with_source(ErrorKind::Unsupported, message, error);
    }
    if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::EOPNOTSUPP | ENOTSUPP)) {
        let message = format!("{what}: this kernel knows its type, but not as one that programs can provide");
        return Error::with_source(ErrorKind::Unsupported, message, error);
    }
    refusal(&what, Need::Map, error)
}
