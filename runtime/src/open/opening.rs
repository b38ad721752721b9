//! Opens objects.

use super::{OpenMap, OpenOptions, OpenProgram};
use crate::blueprint::{Object, Program, ProgramType, Section};
use crate::kernel::Kernel;
use crate::load::{LoadedObject, load};
use crate::relocate::{AttachTarget, Relocations, relocate};
use crate::value::GlobalSection;
use crate::{Error, ErrorKind, Result, kconfig};

/// An object that is settled for a kernel, with what the user may still change: what a skeleton's open state is made of.
#[derive(Debug)]
pub struct OpenObject {
    object: &'static Object<'static>,
    kernel: Kernel,
    /// `None` as long as no program that is switched on needs the kernel's types.
    relocations: Option<Relocations>,
    maps: Vec<OpenMap>,
    programs: Vec<OpenProgram>,
    /// Of each map of global data, what it will hold; of other maps nothing.
    contents: Vec<Vec<u8>>,
}

impl OpenObject {
    /// Relocates an object and resolves its externs for a kernel.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the object is of another byte order than this machine, so that its variables could not be shown. The kernel's
    /// types are needed and can't be had or read; `Kconfig` if an extern can't be resolved. A relocation that can't be made
    /// is no error here, but of [`load`](Self::load).
    pub fn open(object: &'static Object<'static>, options: OpenOptions) -> Result<Self> {
        check_byte_order(object)?;
        let kernel = options.into_kernel();
        let contents = object.maps.iter().map(|map| {
            let mut contents = match map.section {
                None if map.struct_ops.is_none() => return Ok(Vec::new()),
                Some(Section::Kconfig) => kconfig::resolve(object.externals, &kernel, object.big_endian)?,
                _ => map.contents.to_vec(),
            };
            contents.resize(map.value_size as usize, 0);
            Ok(contents)
        });
        let contents = contents.collect::<Result<_>>()?;
        let maps = object.maps.iter().map(OpenMap::new).collect();
        let programs = object.programs.iter().enumerate().map(|(index, program)| OpenProgram::new(index, program)).collect();
        let mut open = Self { object, kernel, relocations: None, maps, programs, contents };
        open.settle()?;
        Ok(open)
    }

    /// Asks for the kernel's types, if a program that is switched on needs them and they haven't been asked for.
    fn settle(&mut self) -> Result<()> {
        let needs_types = |program: &Program<'_>| !program.relocations.is_empty() || AttachTarget::of(program).is_some();
        let mut on = self.object.programs.iter().zip(&self.programs).filter(|(_, open)| open.autoload());
        if self.relocations.is_some() || !on.any(|(program, _)| needs_types(program)) {
            return Ok(());
        }
        let targets: Vec<_> = self.object.programs.iter().filter_map(AttachTarget::of).collect();
        self.relocations = Some(relocate(self.object, &self.kernel.btf()?, &targets)?);
        Ok(())
    }

    /// A map, to be changed and given back by [`set_map`](Self::set_map).
    ///
    /// # Panics
    ///
    /// If the object has no map of this index.
    pub fn map(&self, index: usize) -> OpenMap {
        self.maps[index].clone()
    }

    /// A program, to be changed and given back by [`set_program`](Self::set_program).
    ///
    /// # Panics
    ///
    /// If the object has no program of this index.
    pub fn program(&self, index: usize) -> OpenProgram {
        self.programs[index].clone()
    }

    /// The variables of a section, to be changed and given back by [`set_section`](Self::set_section).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map isn't a section of this size.
    pub fn section<S: GlobalSection>(&self, index: usize) -> Result<S> {
        self.contents.get(index).and_then(|contents| S::read(contents)).ok_or_else(|| {
            let message = format!("map {index} of `{}` is not a section of {} bytes", self.object.name, S::SIZE);
            Error::new(ErrorKind::InvalidInput, message)
        })
    }

    /// Takes a map with the user's changes.
    pub fn set_map(&mut self, index: usize, map: OpenMap) {
        if let Some(place) = self.maps.get_mut(index) {
            *place = map;
        }
    }

    /// Takes a program with the user's changes.
    pub fn set_program(&mut self, index: usize, program: OpenProgram) {
        if let Some(place) = self.programs.get_mut(index) {
            *place = program;
        }
    }

    /// Takes the variables of a section with the user's changes.
    pub fn set_section<S: GlobalSection>(&mut self, index: usize, section: &S) {
        if let Some(contents) = self.contents.get_mut(index) {
            section.write(contents);
        }
    }

    /// Creates the maps and loads the programs that are switched on.
    ///
    /// # Errors
    ///
    /// `Relocation` if a relocation can't be made, `NotFound` if this kernel doesn't have what a program attaches to, `Verifier` if a
    /// program is rejected, `PermissionDenied` without the privilege, `Unsupported` if this kernel lacks a type of map or program.
    pub fn load(mut self) -> Result<LoadedObject> {
        self.settle()?;
        load(&self)
    }

    pub(crate) fn object(&self) -> &'static Object<'static> {
        self.object
    }

    pub(crate) fn maps(&self) -> &[OpenMap] {
        &self.maps
    }

    pub(crate) fn programs(&self) -> &[OpenProgram] {
        &self.programs
    }

    /// Contents of each map's section; empty for other maps.
    pub(crate) fn contents(&self) -> &[Vec<u8>] {
        &self.contents
    }

    /// Patches a program's instructions for the kernel.
    pub(crate) fn relocate(&self, program: usize, instructions: &mut [u8]) -> Result<()> {
        match &self.relocations {
            Some(relocations) => relocations.apply(self.object, program, instructions),
            None => Ok(()),
        }
    }

    /// Why a relocation found nothing in the kernel.
    pub(crate) fn explain(&self, relocation: usize) -> Option<String> {
        self.relocations.as_ref()?.explain(self.object, &self.kernel.btf().ok()?, relocation)
    }

    /// Number of what a program attaches to, in the running kernel's types; 0 if it isn't attached by such a number.
    ///
    /// Types that were given are not asked, as with libbpf: what is said of another kernel would name something else in this one.
    pub(crate) fn attach_btf_id(&self, program: usize) -> Result<u32> {
        let (before, rest) = self.object.programs.split_at(program);
        let Some(program) = rest.first() else { return Ok(0) };
        let cannot = format!("cannot load program `{}`", program.name);
        let Some(target) = AttachTarget::of(program) else {
            if program.target.is_empty() && matches!(program.program_type, ProgramType::TRACING | ProgramType::LSM) {
                let message = format!("{cannot}: its section `{}` doesn't say what it attaches to", program.section);
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
            return Ok(0);
        };
        let running = Kernel::running();
        let btf = running.btf()?;
        let found = match &self.relocations {
            Some(relocations) if self.kernel.has_running_btf() => {
                relocations.attach_btf_id(before.iter().filter_map(AttachTarget::of).count())
            }
            _ => relocate(&Object { relocations: &[], ..*self.object }, &btf, &[target])?.attach_btf_id(0),
        };
        found.ok_or_else(|| {
            let missing = target.missing(&btf);
            Error::new(missing.kind(), format!("{cannot}: {missing}"))
        })
    }
}

fn check_byte_order(object: &Object<'_>) -> Result<()> {
    if object.big_endian == cfg!(target_endian = "big") {
        return Ok(());
    }
    let (is, wanted) = if object.big_endian { ("big", "little") } else { ("little", "big") };
    let message = format!(
        "`{}` was compiled for {is}-endian machines and this one is {wanted}-endian; compile it for this target",
        object.name
    );
    Err(Error::new(ErrorKind::Unsupported, message))
}
