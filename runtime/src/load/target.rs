//! What a program is loaded for: a function, tracepoint or hook of the kernel or of a module, a function of another program, or a member of
//! a struct_ops.

use std::os::fd::BorrowedFd;

use super::module::Modules;
use super::privilege::{Need, refusal};
use crate::blueprint::ProgramType;
use crate::btf::{Btf, KindNumber};
use crate::error::Context;
use crate::nearest::Nearest;
use crate::open::{OpenObject, OpenProgram};
use crate::programs::Program;
use crate::sys::{btf_of_id, program_btf_id};
use crate::{Error, ErrorKind, Result};

/// What the kernel is told of it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Target<'a> {
    /// Id of its type; 0 for none.
    pub(super) id: u32,
    /// The module or program that it is in, if it isn't the kernel.
    pub(super) object: Option<BorrowedFd<'a>>,
}

/// [`find_target`], by name, so that it is only linked if a program may have one.
pub(crate) type Find = for<'a> fn(&OpenObject, usize, &'a OpenProgram, &'a mut Modules) -> Result<Target<'a>>;

/// The target of a program that is in no struct_ops.
#[inline]
pub(crate) fn find_target<'a>(
    open: &OpenObject,
    index: usize,
    wanted: &'a OpenProgram,
    modules: &'a mut Modules,
) -> Result<Target<'a>> {
    let cannot = || format!("cannot load program `{}`", wanted.name());
    if let Some(program) = wanted.attach_program() {
        let id = function(program, wanted.attach_target()).context(cannot)?;
        return Ok(Target { id, object: Some(program.as_fd()?) });
    }
    if wanted.program_type() == ProgramType::EXT {
        let message = format!(
            "{} (section `{}`): it takes the place of a function of another program, which `OpenProgram::set_attach_program` must say",
            cannot(),
            wanted.section()
        );
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    let Some(found) = open.attach_target(index)? else { return Ok(Target::default()) };
    let object = found.module.as_deref().map(|module| modules.btf(module)).transpose().context(cannot)?;
    Ok(Target { id: found.id, object })
}

/// Id of a function of a program in its own types.
#[inline]
fn function(program: &Program, name: &str) -> Result<u32> {
    let owner = program.name();
    if name.is_empty() {
        let message = format!("which function of program `{owner}` it attaches to, `OpenProgram::set_attach_target` must say");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    let failed = |error| refusal(&format!("cannot ask for the types of program `{owner}`"), Need::ById, error);
    let id = program_btf_id(program.as_fd()?).map_err(failed)?;
    if id == 0 {
        let message = format!("program `{owner}` was loaded without types, so that no function of it can be named");
        return Err(Error::new(ErrorKind::NotFound, message));
    }
    let bytes = btf_of_id(id).map_err(failed)?;
    let btf = Btf::parse(&bytes)?;
    if let Some(function) = btf.find(KindNumber::Func, name)? {
        return Ok(function.id);
    }
    let mut nearest = Nearest::to(name);
    for ty in btf.types() {
        let ty = ty?;
        if ty.kind.number() == Some(KindNumber::Func) {
            nearest.offer(ty.name()?);
        }
    }
    let nearest = nearest.found().map(|nearest| format!("; the nearest name is `{nearest}`")).unwrap_or_default();
    Err(Error::new(ErrorKind::NotFound, format!("program `{owner}` has no function `{name}`{nearest}")))
}
