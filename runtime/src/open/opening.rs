//! Opens objects.

use std::borrow::Cow;
use std::fmt;

use super::{OpenMap, OpenOptions, OpenProgram, Parts};
use crate::blueprint::{Object, ProgramType, Reference, ReferenceKind, Section};
use crate::btf::KindNumber;
use crate::kernel::Kernel;
use crate::load::{LoadedObject, Resize, load, resize};
use crate::relocate::{self, AttachTarget, KernelType, Lookup, Relocations, Types};
use crate::symbols::{self, ModuleHandle, Symbols};
use crate::value::GlobalSection;
use crate::{Error, ErrorKind, Result};

/// An object that is settled for a kernel, with what the user may still change: what a skeleton's open state is made of.
pub struct OpenObject {
    object: &'static Object<'static>,
    parts: Parts,
    kernel: Kernel,
    /// `None` as long as no program that is switched on needs the kernel's types or symbols.
    settled: Option<Settled>,
    maps: Vec<OpenMap>,
    programs: Vec<OpenProgram>,
    /// Of each map of global data, what it will hold, where zeros may be left out at the end; of other maps nothing.
    contents: Vec<Vec<u8>>,
    /// Of each map of global data, the size in bytes that its variables have got, if one of them can get another.
    resized: Vec<Option<usize>>,
    /// Set once variables have got a size of their own.
    resize: Option<Resize>,
    warnings: Vec<String>,
}

/// The parts of it that a user doesn't see elsewhere are many bytes.
impl fmt::Debug for OpenObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenObject").field("name", &self.object.name).field("warnings", &self.warnings).finish_non_exhaustive()
    }
}

/// What the kernel has of what the programs ask for.
struct Settled {
    relocations: Relocations,
    /// `None` if the object has none.
    symbols: Option<Symbols>,
    /// What each program attaches to.
    targets: Vec<Option<KernelType>>,
}

impl OpenObject {
    /// Relocates an object and resolves its externs for a kernel.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the object is of another byte order than this machine, so that its variables could not be shown. The kernel's
    /// types are needed and can't be had or read; `Kconfig` if an extern can't be resolved. A relocation that can't be made
    /// is no error here, but of [`load`](Self::load).
    #[inline]
    pub fn open(object: &'static Object<'static>, options: OpenOptions) -> Result<Self> {
        Self::open_with(object, Parts::of(object), options)
    }

    /// [`open`](Self::open) with the parts that the object needs, chosen beforehand.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(object: &'static Object<'static>, parts: Parts, options: OpenOptions) -> Result<Self> {
        check_byte_order(object)?;
        let (kernel, pin_root) = options.into_parts();
        let mut warnings = Vec::new();
        let contents = object.maps.iter().map(|map| match map.section {
            None if map.struct_ops.is_none() => Ok(Vec::new()),
            Some(Section::Kconfig) => match parts.kconfig {
                Some(resolve) => {
                    let resolution = resolve(object.externals, &kernel, object.big_endian)?;
                    warnings.extend(resolution.warnings);
                    Ok(resolution.bytes)
                }
                None => Ok(Vec::new()),
            },
            Some(_) => Ok(map.contents.to_vec()),
            None => {
                let mut whole = map.contents.to_vec();
                whole.resize(map.value_size as usize, 0);
                Ok(whole)
            }
        });
        let contents = contents.collect::<Result<Vec<_>>>()?;
        let resized = vec![None; contents.len()];
        let maps = object.maps.iter().map(|map| OpenMap::new(map, &pin_root, parts.reuse)).collect();
        let programs = object
            .programs
            .iter()
            .enumerate()
            .map(|(index, program)| OpenProgram::new(index, program, parts.find_target))
            .collect();
        let mut open = Self { object, parts, kernel, settled: None, maps, programs, contents, resized, resize: None, warnings };
        open.settle()?;
        Ok(open)
    }

    /// Asks the kernel, if a program that is switched on needs it and it hasn't been asked.
    fn settle(&mut self) -> Result<()> {
        let asks = |open: &OpenProgram| {
            let program = &open.blueprint();
            let symbol = |reference: &Reference| matches!(reference.kind, ReferenceKind::Symbol(_) | ReferenceKind::Function(_));
            !program.relocations.is_empty() || target(open).is_some() || program.references.iter().any(symbol)
        };
        if self.settled.is_some() || !self.programs.iter().filter(|open| open.autoload()).any(asks) {
            return Ok(());
        }
        let targets: Vec<_> = self.programs.iter().map(target).collect();
        let named: Vec<_> = targets.iter().copied().flatten().collect();
        let running = self.running();
        // Types that were given only serve for relocation, as with libbpf: what they say of another kernel's functions and variables
        // would name something else in this one.
        let (relocations, symbols) = if self.kernel.has_running_btf() {
            settle(self.object, self.parts, &self.kernel, &named)?
        } else {
            let (relocations, _) = settle(self.object, Parts { symbols: None, ..self.parts }, &self.kernel, &[])?;
            let others = Object { relocations: &[], ..*self.object };
            let (attached, symbols) = settle(&others, self.parts, &running, &named)?;
            (relocations.with_attach_targets(attached), symbols)
        };
        let mut found = (0..).map(|target| relocations.attach_target(target).cloned());
        let targets = targets.iter().map(|target| target.and_then(|_| found.next().flatten())).collect();
        self.settled = Some(Settled { relocations, symbols, targets });
        Ok(())
    }

    /// Looks for attach targets that the user has set since the kernel was asked.
    #[inline]
    pub(super) fn settle_targets(&mut self) -> Result<()> {
        let Some(settled) = &self.settled else { return Ok(()) };
        let is_changed = |open: &OpenProgram, program| target(open) != AttachTarget::of(program);
        let pairs = || self.programs.iter().zip(self.object.programs);
        let named: Vec<_> =
            pairs().filter(|(open, program)| is_changed(open, program)).filter_map(|(open, _)| target(open)).collect();
        if named.is_empty() {
            return Ok(());
        }
        let others = Object { relocations: &[], ..*self.object };
        let (attached, _) = settle(&others, Parts { symbols: None, ..self.parts }, &self.running(), &named)?;
        let mut found = (0..).map(|target| attached.attach_target(target).cloned());
        let mut targets = settled.targets.clone();
        for ((open, program), place) in pairs().zip(&mut targets) {
            if is_changed(open, program) && target(open).is_some() {
                *place = found.next().flatten();
            }
        }
        self.settled = self.settled.take().map(|settled| Settled { targets, ..settled });
        Ok(())
    }

    /// The kernel that programs are loaded into, with the addresses of symbols that were given.
    fn running(&self) -> Kernel {
        if self.kernel.has_running_btf() { self.kernel.clone() } else { Kernel::running().with_symbols_of(&self.kernel) }
    }

    /// Whether programs can throw in the running kernel, Linux 6.7.
    pub(crate) fn can_throw(&self) -> bool {
        self.running().btf().is_ok_and(|btf| btf.find(KindNumber::Func, "bpf_throw").is_ok_and(|function| function.is_some()))
    }

    /// What was settled otherwise than the C source may mean it, and is no error: strings of the kernel's configuration that are cut, for
    /// they are longer than their variables.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A map, to be changed and given back by [`set_map`](Self::set_map).
    ///
    /// # Panics
    ///
    /// If the object has no map of this index.
    #[inline]
    pub fn map(&self, index: usize) -> OpenMap {
        self.maps[index].clone()
    }

    /// A program, to be changed and given back by [`set_program`](Self::set_program).
    ///
    /// # Panics
    ///
    /// If the object has no program of this index.
    #[inline]
    pub fn program(&self, index: usize) -> OpenProgram {
        self.programs[index].clone()
    }

    /// The variables of a section, to be changed and given back by [`set_section`](Self::set_section).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map isn't a section of this size.
    pub fn section<S: GlobalSection>(&self, index: usize) -> Result<S> {
        let map = self.object.maps.get(index).filter(|map| map.value_size as usize >= S::SIZE);
        map.and(self.contents.get(index)).map(|contents| S::read(contents)).ok_or_else(|| {
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
        if let (Some(contents), Some(resized)) = (self.contents.get_mut(index), self.resized.get_mut(index)) {
            *resized = section.resized();
            if resized.is_some() {
                self.resize = Some(resize);
            }
            contents.truncate(resized.unwrap_or(usize::MAX));
            section.write(contents);
        }
    }

    /// Creates the maps and loads the programs that are switched on.
    ///
    /// # Errors
    ///
    /// `Relocation` if a relocation can't be made, `Symbol` if the kernel lacks symbols that aren't weak, `NotFound` if this kernel doesn't have what a program attaches to, `Verifier` if a
    /// program is rejected, `PermissionDenied` without the privilege, `Unsupported` if this kernel lacks a type of map or program.
    pub fn load(mut self) -> Result<LoadedObject> {
        self.settle()?;
        if let Some(settle_targets) = self.programs.iter().find_map(OpenProgram::settle_targets) {
            settle_targets(&mut self)?;
        }
        if let Some((part, symbols)) = self.symbols() {
            let is_on = |program: usize| self.programs.get(program).is_some_and(|open| open.autoload() && !open.optional());
            (part.check)(symbols, self.object, &self.running(), &is_on)?;
        }
        let types = self.resize()?;
        load(&self, &types)
    }

    /// Gives sections that the user has resized their sizes, in the map as in the types. Returns the types.
    fn resize(&mut self) -> Result<Cow<'static, [u8]>> {
        let mut types = Cow::Borrowed(self.object.btf);
        for (((blueprint, map), contents), resized) in
            self.object.maps.iter().zip(&mut self.maps).zip(&mut self.contents).zip(&self.resized)
        {
            if matches!(blueprint.section, None | Some(Section::Arena)) {
                continue;
            }
            match *resized {
                Some(resized) if map.value_size() == blueprint.value_size => {
                    let size = u32::try_from(resized).map_err(|_| {
                        let message = format!("section `{}` has {resized} bytes, more than a map can have", blueprint.name);
                        Error::new(ErrorKind::InvalidInput, message)
                    })?;
                    map.fit(size);
                }
                _ => contents.truncate(map.value_size() as usize),
            }
            let resize = map.resize_by().or(self.resize).filter(|_| map.value_size() != blueprint.value_size);
            if let (Some(resize), true) = (resize, blueprint.value_type_id != 0) {
                types = Cow::Owned(resize(&types, blueprint.name, blueprint.value_type_id, map.value_size())?);
            }
        }
        Ok(types)
    }

    pub(crate) fn parts(&self) -> Parts {
        self.parts
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

    /// Contents of each map's section, where zeros may be left out at the end; empty for other maps.
    pub(crate) fn contents(&self) -> &[Vec<u8>] {
        &self.contents
    }

    /// Patches a program's instructions for the kernel.
    pub(crate) fn relocate(&self, program: usize, instructions: &mut [u8]) -> Result<()> {
        match &self.settled {
            Some(settled) => settled.relocations.apply(self.object, program, instructions),
            None => Ok(()),
        }
    }

    /// Writes addresses and numbers of the kernel's symbols into a program's instructions.
    pub(crate) fn apply_symbols(
        &self,
        program: usize,
        instructions: &mut [u8],
        mut module: impl FnMut(&str) -> Result<ModuleHandle>,
    ) -> Result<()> {
        match self.symbols() {
            Some((part, symbols)) => {
                if self.programs.get(program).is_some_and(OpenProgram::optional) {
                    (part.check)(symbols, self.object, &self.running(), &|other| other == program)?;
                }
                (part.apply)(symbols, self.object, program, instructions, &mut module)
            }
            None => Ok(()),
        }
    }

    /// Why a relocation found nothing in the kernel.
    pub(crate) fn explain(&self, relocation: usize) -> Option<String> {
        self.settled.as_ref()?.relocations.explain(self.object, &self.kernel, relocation)
    }

    /// Why a symbol of the kernel isn't there.
    pub(crate) fn explain_symbol(&self, symbol: usize) -> Option<String> {
        let (part, symbols) = self.symbols()?;
        (part.explain)(symbols, self.object, &self.running(), symbol)
    }

    fn symbols(&self) -> Option<(symbols::Part, &Symbols)> {
        self.parts.symbols.zip(self.settled.as_ref()?.symbols.as_ref())
    }

    /// What a program attaches to, as a type of the running kernel; `None` if it isn't attached by such.
    #[inline]
    pub(crate) fn attach_target(&self, index: usize) -> Result<Option<KernelType>> {
        let Some(program) = self.programs.get(index) else { return Ok(None) };
        let cannot = format!("cannot load program `{}`", program.name());
        let Some(target) = target(program) else {
            if program.attach_target().is_empty() && matches!(program.program_type(), ProgramType::TRACING | ProgramType::LSM) {
                let message = format!(
                    "{cannot}: its section `{}` doesn't say what it attaches to; say it there behind a `/`, or by `OpenProgram::set_attach_target`",
                    program.section()
                );
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
            return Ok(None);
        };
        let found = self.settled.as_ref().and_then(|settled| settled.targets.get(index).cloned().flatten());
        match found {
            Some(found) => Ok(Some(found)),
            None => {
                let missing = target.missing(&self.running());
                Err(Error::new(missing.kind(), format!("{cannot}: {missing}")))
            }
        }
    }
}

/// What a program attaches to in the kernel; `None` if it isn't attached by a type, or to another program.
fn target(open: &OpenProgram) -> Option<AttachTarget<'_>> {
    if open.attach_program().is_some() { None } else { AttachTarget::of(&open.blueprint()) }
}

/// Answers relocations and finds symbols and attach targets, all in one pass over the kernel's types.
fn settle(
    object: &Object<'_>,
    parts: Parts,
    kernel: &Kernel,
    targets: &[AttachTarget<'_>],
) -> Result<(Relocations, Option<Symbols>)> {
    let mut lookup = Lookup::default();
    let relocations = relocate::Plan::new(object, parts.strict, targets, &mut lookup)?;
    let symbols = match parts.symbols {
        Some(part) => Some((part, (part.plan)(object, &mut lookup)?)),
        None => None,
    };
    let answer = |types: Option<&Types<'_>>| symbols.as_ref().map(|(part, plan)| (part.answer)(plan, kernel, types)).transpose();
    if relocations.asks_types() || symbols.as_ref().is_some_and(|(_, plan)| plan.asks_types()) {
        lookup.run(kernel, |types| Ok((relocations.answer(types), answer(Some(types))?)))?
    } else {
        Ok((Relocations::default(), answer(None)?))
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
