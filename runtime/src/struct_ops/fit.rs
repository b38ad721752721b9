//! Fits what the C source filled in to the kernel's struct.

use std::borrow::Cow;

use crate::blueprint::{Map, Object, ProgramType};
use crate::btf::{Btf, Composite, Kind, KindNumber, Member, Type};
use crate::kernel::Kernel;
use crate::nearest::Nearest;
use crate::relocate::{essential, nearest_type};
use crate::{Error, ErrorKind, Result};

/// What the kernel puts around a struct: `struct bpf_struct_ops_tcp_congestion_ops`.
const VALUE: &str = "bpf_struct_ops_";

/// No kernel's struct is larger; a number that is comes from damaged types.
const LARGEST: u32 = 1 << 20;

/// A set of functions in the layout of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// Id of the struct in the kernel's BTF: what its programs are loaded for (`attach_btf_id`).
    pub struct_id: u32,
    /// Id of the struct around it, which the map is created with (`btf_vmlinux_value_type_id`).
    pub value_id: u32,
    /// Name of the module that both are types of; `None` for the kernel itself.
    pub module: Option<String>,
    /// The map's value, but for the programs' descriptors.
    pub value: Vec<u8>,
    /// Where the descriptors belong.
    pub filled: Vec<Filled>,
}

/// A member of a kernel's struct that a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Index in [`Object::programs`].
    pub program: u32,
    /// Index of the member in the kernel's struct: what the program is loaded for (`expected_attach_type`).
    pub member: u32,
    /// Offset in the map's value, in bytes.
    pub offset: u32,
}

/// Fits a map that is a set of functions to a kernel. `contents` are the map's, with what the user has changed; as in [`Map::contents`],
/// zeros may be left out at the end. The set may be one that a module has, Linux 6.9; modules are only looked into if the kernel itself
/// has none of its name.
///
/// # Errors
///
/// The kernel's types can't be had or read; `Unsupported` if the kernel has no such set of functions, lacks a member that isn't empty, or
/// has it of another kind or size; `InvalidInput` if a member that isn't a function or plain data is set, `InvalidData` if a BTF can't be
/// read.
#[inline]
pub fn fit(object: &Object<'_>, map: &Map<'_>, contents: &[u8], kernel: &Kernel) -> Result<Fitted> {
    let local = Btf::parse(object.btf).map_err(|error| error.context("cannot read the object's BTF"))?.with_pointer_size(8);
    let within = |error: Error| Error::new(error.kind(), format!("struct_ops `{}`: {error}", map.name));
    let mut whole = Cow::Borrowed(contents);
    if map.value_size <= LARGEST && contents.len() < map.value_size as usize {
        whole.to_mut().resize(map.value_size as usize, 0);
    }
    let contents = &*whole;
    let vmlinux = kernel.btf()?;
    let name = value_name(&local, map).map_err(within)?;
    if vmlinux.find(KindNumber::Struct, &name)?.is_none() {
        for module in kernel.modules()? {
            // One that is gone since has nothing to offer.
            let Ok(btf) = module.btf(&vmlinux) else { continue };
            if btf.find(KindNumber::Struct, &name)?.is_some() {
                let fitted = Fit { object, local: &local, kernel: &btf, vmlinux: &vmlinux, contents }.fit(map).map_err(within)?;
                return Ok(Fitted { module: Some(module.name.clone()), ..fitted });
            }
        }
    }
    Fit { object, local: &local, kernel: &vmlinux, vmlinux: &vmlinux, contents }.fit(map).map_err(within)
}

/// Name of the kernel's struct around the one that a map is of.
#[inline]
fn value_name(local: &Btf<'_>, map: &Map<'_>) -> Result<String> {
    let ty = local.strip(map.struct_ops.map_or(0, |struct_ops| struct_ops.type_id))?;
    Ok(format!("{VALUE}{}", String::from_utf8_lossy(essential(ty.name_bytes()?))))
}

struct Fit<'f, 'a> {
    object: &'f Object<'f>,
    local: &'f Btf<'f>,
    /// The kernel's types, or those of the module that has the set.
    kernel: &'f Btf<'a>,
    vmlinux: &'f Btf<'a>,
    contents: &'f [u8],
}

impl<'f> Fit<'f, '_> {
    #[inline]
    fn fit(&self, map: &Map<'_>) -> Result<Fitted> {
        let ty = self.local.strip(map.struct_ops.map_or(0, |struct_ops| struct_ops.type_id))?;
        let Kind::Struct(ours) = ty.kind else { return Err(broken("its type is not a struct")) };
        if self.contents.len() < ours.size as usize {
            return Err(broken("its contents are shorter than its type"));
        }
        let name = String::from_utf8_lossy(essential(ty.name_bytes()?)).into_owned();
        let (theirs, value_type) = self.find(&name)?;
        let (Kind::Struct(theirs_struct), Kind::Struct(value)) = (theirs.kind, value_type.kind) else {
            return Err(broken("the kernel's type is not a struct"));
        };
        let data = value.members().find(|member| member.type_id() == theirs.id).map(|member| member.bit_offset() / 8);
        let fits = |data: u32| {
            let end = data.checked_add(theirs_struct.size)?;
            (end <= value.size && value.size <= LARGEST).then_some(data)
        };
        let Some(data) = data.and_then(fits) else {
            return Err(broken(format!("the kernel's `struct {VALUE}{name}` doesn't have room for a `struct {name}`")));
        };
        let mut fitted = Fitted {
            struct_id: theirs.id,
            value_id: value_type.id,
            module: None,
            value: vec![0; value.size as usize],
            filled: Vec::new(),
        };
        for member in ours.members() {
            self.member(&name, &member, theirs_struct, data, &mut fitted)?;
        }
        Ok(fitted)
    }

    /// The kernel's struct, and the one that its map has as value.
    #[inline]
    fn find(&self, name: &str) -> Result<(Type<'f>, Type<'f>)>
    where
        Self: 'f,
    {
        let value_name = format!("{VALUE}{name}");
        let theirs = match self.kernel.find(KindNumber::Struct, name)? {
            // A module's struct may be one that the kernel has too.
            None => self.vmlinux.find(KindNumber::Struct, name)?,
            found => found,
        };
        let value = self.kernel.find(KindNumber::Struct, &value_name)?;
        let message = match (theirs, value) {
            (Some(theirs), Some(value)) => return Ok((theirs, value)),
            (Some(_), None) => {
                format!("this kernel has a `struct {name}`, but not one that programs can provide (no `struct {value_name}`)")
            }
            _ => match nearest_type(self.kernel, KindNumber::Struct, VALUE, name) {
                Some(near) => format!("this kernel has no `struct {name}`; the nearest that programs can provide is `{near}`"),
                None => format!("this kernel has no `struct {name}`, and no loaded module has one"),
            },
        };
        Err(Error::new(ErrorKind::Unsupported, message))
    }

    /// Copies a member, if anything is in it.
    #[inline]
    fn member(&self, struct_name: &str, member: &Member<'_>, theirs: Composite<'_>, data: u32, fitted: &mut Fitted) -> Result<()> {
        if self.is_empty(member)? {
            return Ok(());
        }
        let name = member.name()?;
        let counterpart = theirs.members().zip(0..).find(|(theirs, _)| !name.is_empty() && theirs.is_named(name));
        let Some((counterpart, index)) = counterpart else {
            let names: Vec<_> = theirs.members().filter_map(|member| member.name().ok()).collect();
            let near = Nearest::among(name, names).map(|near| format!("; the nearest name is `{near}`"));
            let message = format!(
                "`struct {struct_name}` has no member `{name}` in this kernel, and it is not empty{}; empty it before load for such \
                 kernels",
                near.unwrap_or_default()
            );
            return Err(Error::new(ErrorKind::Unsupported, message));
        };
        let differs = |what: &str| {
            let message = format!("member `{struct_name}.{name}` {what}, so that it can't be set");
            Error::new(ErrorKind::Unsupported, message)
        };
        if member.bitfield_width().is_some() || counterpart.bitfield_width().is_some() {
            return Err(differs("is a bitfield"));
        }
        let (our_type, their_type) = (self.local.strip(member.type_id())?, self.kernel.strip(counterpart.type_id())?);
        let same_kind = match (our_type.kind.number(), their_type.kind.number()) {
            (Some(ours), Some(theirs)) => ours.same_for_core(theirs),
            _ => false,
        };
        if !same_kind {
            return Err(differs("is of another kind in this kernel"));
        }
        let size = self.local.resolve_size(member.type_id())?;
        if size != self.kernel.resolve_size(counterpart.type_id())? {
            return Err(differs("has another size in this kernel"));
        }
        let (from, to) = (member.bit_offset() / 8, data.saturating_add(counterpart.bit_offset() / 8));
        if let Kind::Ptr { target } = our_type.kind {
            let is_function = matches!(self.local.strip(target)?.kind, Kind::FuncProto(_));
            let theirs_is = match their_type.kind {
                Kind::Ptr { target } => matches!(self.kernel.strip(target)?.kind, Kind::FuncProto(_)),
                _ => false,
            };
            if !is_function {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    format!("member `{name}` is a pointer to data, which can't be set"),
                ));
            }
            if !theirs_is {
                return Err(differs("is no function in this kernel"));
            }
            let program = self.program(name, from)?;
            if (to as usize).checked_add(8).is_none_or(|end| end > fitted.value.len()) {
                return Err(broken("a member of the kernel's struct lies outside of it"));
            }
            fitted.filled.push(Filled { program, member: index, offset: to });
            return Ok(());
        }
        let (from, to, size) = (from as usize, to as usize, size as usize);
        let bytes = from.checked_add(size).and_then(|end| self.contents.get(from..end));
        let place = to.checked_add(size).and_then(|end| fitted.value.get_mut(to..end));
        let (Some(bytes), Some(place)) = (bytes, place) else { return Err(broken("a member lies outside of its struct")) };
        place.copy_from_slice(bytes);
        Ok(())
    }

    /// Whether all bits of a member are 0.
    #[inline]
    fn is_empty(&self, member: &Member<'_>) -> Result<bool> {
        let start = u64::from(member.bit_offset());
        let bits = match member.bitfield_width() {
            Some(width) => u64::from(width),
            None => u64::from(self.local.resolve_size(member.type_id())?) * 8,
        };
        let (first, last) = (start / 8, (start + bits).div_ceil(8));
        let bytes = usize::try_from(first).ok().zip(usize::try_from(last).ok());
        let Some(bytes) = bytes.and_then(|(first, last)| self.contents.get(first..last)) else {
            return Err(broken("a member lies outside of its struct"));
        };
        if bits % 8 == 0 && start % 8 == 0 {
            return Ok(bytes.iter().all(|&byte| byte == 0));
        }
        // Bits of a bitfield are counted from the lowest of a little-endian machine, from the highest of a big-endian one.
        let big_endian = self.object.big_endian;
        Ok((start..start + bits).all(|bit| {
            let byte = usize::try_from(bit / 8 - first).ok().and_then(|at| bytes.get(at)).copied().unwrap_or_default();
            let bit = if big_endian { 7 - bit % 8 } else { bit % 8 };
            byte & 1 << bit == 0
        }))
    }

    /// The program that a member's bytes stand for.
    #[inline]
    fn program(&self, name: &str, at: u32) -> Result<u32> {
        let bytes = self.contents.get(at as usize..).and_then(|rest| rest.first_chunk());
        let number = bytes.map(|&bytes| if self.object.big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) });
        let index = number.and_then(|number| u32::try_from(number.checked_sub(1)?).ok());
        let program = index.and_then(|index| self.object.programs.get(index as usize));
        let (Some(index), Some(program)) = (index, program) else {
            return Err(broken(format!("member `{name}` stands for a program that the object doesn't have")));
        };
        if program.program_type != ProgramType::STRUCT_OPS {
            let message = format!(
                "member `{name}` is set to program `{}` of section `{}`; it needs one of section `struct_ops`",
                program.name, program.section
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(index)
    }
}

fn broken(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, message.into())
}
