//! Says why a relocation finds nothing, and what comes nearest.

use super::budget::{Budget, MAX_DEPTH, too_deep};
use super::field::{Mismatch, Reason};
use super::lookup::KernelType;
use super::path::{access_path, type_text};
use super::relocations::{Answer, Missing};
use super::search::Search;
use super::spec::{Spec, composite, essential, invalid};
use crate::blueprint::{CoreRelocation, CoreRelocationKind, Object};
use crate::btf::{Btf, Kind, KindNumber};
use crate::kernel::Kernel;
use crate::nearest::Nearest;
use crate::{Error, ErrorKind, Result, text};

/// The relocation in C's terms: ``runqslower.bpf.c:41: `task_struct.pid` ``.
pub(super) fn subject(object: &Object<'_>, relocation: &CoreRelocation<'_>) -> String {
    let path = Btf::parse(object.btf).and_then(|local| access_path(&local, relocation));
    let what = match path {
        Ok(path) => format!("`{path}`"),
        Err(_) => format!("relocation `{}` of type {}", relocation.kind.name(), relocation.type_id),
    };
    match relocation.file {
        "" => what,
        file => format!("{file}:{}: {what}", relocation.line),
    }
}

/// Why there is no answer, or the answer that there is nothing. `None` if something was found. `notes` are on what could not be looked
/// into.
pub(super) fn missing(
    object: &Object<'_>,
    kernel: &Kernel,
    relocation: &CoreRelocation<'_>,
    answer: &Answer,
    notes: &[String],
) -> Option<String> {
    let subject = subject(object, relocation);
    let access = answer.access;
    let Some(missing) = &answer.missing else {
        return (!access.adjustable).then(|| {
            format!(
                "{subject} has {} bytes in the program and {} in this kernel, and only unsigned integers and pointers can be loaded \
                 in another size; read it with `bpf_core_read()` or `BPF_CORE_READ_BITFIELD()`",
                access.original, access.size
            )
        });
    };
    // Without the kernel's names the reason is still worth saying.
    let detail = reason(object, kernel, relocation, missing).unwrap_or_else(|_| " does not exist in this kernel".to_owned());
    let mut text = format!("{subject}{detail}");
    if missing.narrowed {
        text.push_str(" (another type of that name was ruled out by what the program reads before)");
    }
    if missing.candidates.is_empty() {
        for note in notes {
            text.push_str(&format!(" ({note})"));
        }
    }
    Some(text)
}

fn reason(object: &Object<'_>, kernel: &Kernel, relocation: &CoreRelocation<'_>, missing: &Missing) -> Result<String> {
    let local = Btf::parse(object.btf)?;
    let Some((number, mismatch)) = missing.mismatch else {
        return missing_type(&local, &kernel.btf()?, relocation.type_id);
    };
    let Some(furthest) = missing.candidates.get(number) else {
        return Err(invalid("no such candidate".to_owned()));
    };
    let mut text = in_home(kernel, furthest, &|btf| difference(&local, btf, relocation, furthest.id, mismatch))?;
    if furthest.module.is_some() || missing.candidates.len() > 1 {
        text.push_str(&format!(" (looked at {furthest}"));
        let mut separator = ", and at ";
        for (_, other) in missing.candidates.iter().enumerate().filter(|&(other, _)| other != number) {
            let name = in_home(kernel, other, &|btf| type_text(&btf.get(other.id)?))?;
            text.push_str(&format!("{separator}`{name}`, {other}"));
            separator = "; ";
        }
        text.push(')');
    }
    Ok(text)
}

/// Shows the BTF that a type is in.
fn in_home(kernel: &Kernel, ty: &KernelType, take: &dyn Fn(&Btf<'_>) -> Result<String>) -> Result<String> {
    match &ty.module {
        None => take(&kernel.btf()?),
        Some(module) => {
            let gone = || Error::new(ErrorKind::NotFound, format!("module `{module}` is gone"));
            in_module(kernel, module, take)?.ok_or_else(gone)?
        }
    }
}

/// Shows the BTF of a module; `None` if there is no such module.
pub(super) fn in_module<R>(kernel: &Kernel, name: &str, take: impl FnOnce(&Btf<'_>) -> R) -> Result<Option<R>> {
    let vmlinux = kernel.btf()?;
    match kernel.modules()?.iter().find(|module| module.name == name) {
        Some(module) => Ok(Some(take(&module.btf(&vmlinux)?))),
        None => Ok(None),
    }
}

/// There is no type of the root's name.
fn missing_type(local: &Btf<'_>, kernel: &Btf<'_>, root: u32) -> Result<String> {
    let root = local.get(root)?;
    let text = type_text(&root)?;
    let Some(kind) = root.kind.number() else { return Ok(format!(": this kernel has no `{text}`")) };
    let name = String::from_utf8_lossy(essential(root.name_bytes()?)).into_owned();

    let others = [KindNumber::Struct, KindNumber::Union, KindNumber::Enum, KindNumber::Typedef, KindNumber::Int, KindNumber::Fwd];
    let mut search = Search::new();
    let numbers = others.map(|kind| search.want(kind, name.as_bytes().into(), false));
    search.run(None, kernel)?;
    if let Some(&other) = numbers.iter().find_map(|&number| search.found(number).first()) {
        return Ok(match kernel.get(other.id)?.kind {
            Kind::Fwd { .. } => format!(": this kernel only declares `{text}`, without saying what is in it"),
            _ => format!(": this kernel has no `{text}`, but `{}`", type_text(&kernel.get(other.id)?)?),
        });
    }
    let keyword = if kind.is_composite() || kind.is_enum() { format!("{} ", kind.word()) } else { String::new() };
    Ok(match nearest_type(kernel, kind, "", &name) {
        Some(near) => format!(": this kernel has no `{keyword}{name}`; the nearest name is `{near}`"),
        None => format!(": this kernel has no `{keyword}{name}`"),
    })
}

/// There is a type of the root's name, but it lacks something.
fn difference(
    local: &Btf<'_>,
    kernel: &Btf<'_>,
    relocation: &CoreRelocation<'_>,
    candidate: u32,
    mismatch: Mismatch,
) -> Result<String> {
    let candidate = kernel.get(candidate)?;
    let step = || {
        let path = match Spec::parse(local, relocation) {
            Ok(Spec::Field(path)) => path,
            _ => return None,
        };
        let name = path.steps.get(mismatch.step)?.name?;
        Some(String::from_utf8_lossy(name).into_owned())
    };
    let near = |near: Option<String>, of: &str| match near {
        Some(near) => format!(" does not exist in this kernel; the nearest {of} is `{near}`"),
        None => " does not exist in this kernel".to_owned(),
    };
    Ok(match mismatch.reason {
        Reason::NoMember { container } => {
            let wanted = step().unwrap_or_default();
            let mut nearest = Nearest::to(&wanted);
            offer_members(kernel, container, &mut nearest, MAX_DEPTH, &mut Budget::new())?;
            near(nearest.found(), &format!("field of `{}`", type_text(&kernel.get(container)?)?))
        }
        Reason::NoElement { len } => format!(" does not exist in this kernel: the array has {len} elements there"),
        Reason::NotContainer { type_id } => {
            let ty = kernel.strip(type_id)?;
            format!(" does not exist in this kernel: the way to it leads through a type that is `{}` there", type_text(&ty)?)
        }
        Reason::Incompatible { type_id } => {
            let ty = kernel.strip(type_id)?;
            format!(" is of another type in this kernel, `{}`", type_text(&ty)?)
        }
        Reason::NoEnumerator => {
            let path = access_path(local, relocation)?;
            let wanted = text::split_once(&path, "::").unwrap_or_default().1;
            let wanted = String::from_utf8_lossy(essential(wanted.as_bytes())).into_owned();
            let mut nearest = Nearest::to(&wanted);
            if let Kind::Enum(constants) | Kind::Enum64(constants) = kernel.strip(candidate.id)?.kind {
                for enumerator in constants.enumerators() {
                    nearest.offer(enumerator.name()?);
                }
            }
            near(nearest.found(), &format!("constant of `{}`", type_text(&candidate)?))
        }
        Reason::OtherType if relocation.kind == CoreRelocationKind::TypeMatches => {
            " does not match the type of that name in this kernel".to_owned()
        }
        Reason::OtherType => " is another type in this kernel".to_owned(),
    })
}

/// Offers the names of members, those of anonymous structs and unions included.
fn offer_members(kernel: &Btf<'_>, container: u32, nearest: &mut Nearest<'_>, depth: u32, budget: &mut Budget) -> Result<()> {
    let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
    let Some(members) = composite(kernel, container)? else { return Ok(()) };
    for member in members.members() {
        budget.spend()?;
        if member.is_anonymous() {
            offer_members(kernel, kernel.strip(member.type_id())?.id, nearest, depth, budget)?;
        } else {
            nearest.offer(member.name()?);
        }
    }
    Ok(())
}

/// The nearest to a name among the kernel's types of a kind whose names begin with a prefix, which is left out of the answer.
pub(crate) fn nearest_type(kernel: &Btf<'_>, kind: KindNumber, prefix: &str, name: &str) -> Option<String> {
    let mut nearest = Nearest::to(name);
    // What can't be read is no help.
    let _ = kernel.scan(kind.same_for_core_bits(), &mut |_, head| {
        if let Some(name) = kernel.strings.text(head.name).ok().and_then(|name| name.strip_prefix(prefix)) {
            nearest.offer(name);
        }
    });
    nearest.found()
}
