//! What CO-RE needs of a kernel's types.

use std::collections::{HashMap, HashSet};

use corebone::Result;
use corebone::access::essential_name;
use corebone::blueprint::{CoreRelocation, CoreRelocationKind, Object};
use corebone::btf::{Btf, Kind};

use super::need::{Level, Needs, Step, follow, invalid};
use super::types::{Ids, write};
use crate::btf::{Strings, assemble};

/// Anonymous structs and unions in each other that are looked into: as many as relocation follows.
const MAX_DEPTH: u32 = 64;

/// The types of a kernel, of which little is left: what the CO-RE relocations of some objects ask for.
///
/// That is some kilobytes where a kernel's types are some megabytes, so that a program can bring those of many kernels that are built
/// without types, and give the right ones to [`Kernel::with_btf`](corebone::kernel::Kernel::with_btf). Relocations find in it what they
/// find in the whole, but for the numbers of types, which are others. What programs attach to isn't in it: kernels without types can't
/// attach by them.
///
/// ```no_run
/// # fn reduce(object: &corebone::blueprint::Object<'_>) -> corebone_build::Result<Vec<u8>> {
/// let kernel = corebone::kernel::Kernel::new().with_btf_file("vmlinux");
/// let btf = kernel.btf()?;
/// let mut types = corebone_build::MinCoreBtf::new(&btf)?;
/// types.keep_for(object)?;
/// types.to_bytes()
/// # }
/// ```
#[derive(Debug)]
pub struct MinCoreBtf<'b, 'a> {
    btf: &'b Btf<'a>,
    /// Ids by the part of a type's name that counts.
    flavors: HashMap<&'a str, Vec<u32>>,
    needs: Needs,
}

impl<'b, 'a> MinCoreBtf<'b, 'a> {
    /// Takes all types of a kernel.
    ///
    /// # Errors
    ///
    /// They are damaged.
    pub fn new(btf: &'b Btf<'a>) -> Result<Self> {
        let (mut flavors, mut needs) = (HashMap::<_, Vec<_>>::new(), Needs::none(btf)?);
        let mut has_signs = false;
        for ty in btf.types() {
            let ty = ty?;
            let name = ty.name()?;
            if !name.is_empty() {
                flavors.entry(essential_name(name)).or_default().push(ty.id);
            }
            match ty.kind {
                // How large a pointer is, one of them tells.
                Kind::Int(_) => needs.want(ty.id, Level::Field)?,
                // If there is one, enums that aren't signed are unsigned for certain.
                Kind::Enum(constants) | Kind::Enum64(constants) if !has_signs => {
                    has_signs = constants.signed || matches!(ty.kind, Kind::Enum64(_));
                    if has_signs {
                        needs.want(ty.id, Level::Field)?;
                    }
                }
                _ => {}
            }
        }
        Ok(Self { btf, flavors, needs })
    }

    /// Keeps what an object's relocations ask for.
    ///
    /// # Errors
    ///
    /// The types of the object or the kernel are damaged.
    pub fn keep_for(&mut self, object: &Object<'_>) -> Result<()> {
        if object.relocations.is_empty() {
            return Ok(());
        }
        let local = Btf::parse(object.btf)?.with_pointer_size(8);
        for relocation in object.relocations {
            // The kernel isn't asked.
            if relocation.kind == CoreRelocationKind::TypeIdLocal {
                continue;
            }
            let root = local.get(relocation.type_id)?;
            let candidates = self.flavors.get(essential_name(root.name()?)).cloned().unwrap_or_default();
            for candidate in candidates {
                self.needs.want(candidate, Level::of(relocation.kind))?;
                self.keep_way(&local, relocation, candidate)?;
            }
        }
        self.needs.close(self.btf)
    }

    /// Keeps the members and constants of a candidate on the way of a relocation, as far as they are there.
    fn keep_way(&mut self, local: &Btf<'_>, relocation: &CoreRelocation<'_>, candidate: u32) -> Result<()> {
        let mut first = true;
        let mut at = Some(candidate);
        follow(local, relocation, |step| {
            let Some(here) = at else { return Ok(()) };
            let here = self.btf.strip(here)?;
            at = match (step, here.kind) {
                // Of several roots in a row.
                (Step::Element(_), _) if first => Some(here.id),
                (Step::Element(_), Kind::Array(array)) => Some(array.element),
                (Step::Part { kind: Kind::Struct(ours) | Kind::Union(ours), number, .. }, Kind::Struct(_) | Kind::Union(_)) => {
                    match ours.member(number) {
                        // What is in it is looked for from where it is in.
                        Some(member) if member.is_anonymous() => Some(here.id),
                        Some(member) => self.keep_member(here.id, member.name()?, MAX_DEPTH, &mut HashSet::new())?,
                        None => None,
                    }
                }
                (
                    Step::Part { kind: Kind::Enum(ours) | Kind::Enum64(ours), number, .. },
                    Kind::Enum(theirs) | Kind::Enum64(theirs),
                ) => {
                    let wanted = ours.enumerators().nth(number as usize).map(|constant| constant.name()).transpose()?;
                    let wanted = wanted.map(essential_name);
                    for (constant, number) in theirs.enumerators().zip(0..) {
                        if wanted == Some(essential_name(constant.name()?)) {
                            self.needs.want_part(here.id, number, 0)?;
                            break;
                        }
                    }
                    None
                }
                _ => None,
            };
            first = false;
            Ok(())
        })
    }

    /// Keeps the first member of a name, in a struct or union or the anonymous ones in it, and gives its type. `seen` are those that it
    /// isn't in.
    fn keep_member(&mut self, container: u32, name: &str, depth: u32, seen: &mut HashSet<u32>) -> Result<Option<u32>> {
        let (Kind::Struct(composite) | Kind::Union(composite)) = self.btf.get(container)?.kind else { return Ok(None) };
        if !seen.insert(container) {
            return Ok(None);
        }
        let depth = depth.checked_sub(1).ok_or_else(|| invalid(format!("BTF type {container} is nested too deeply")))?;
        for (member, number) in composite.members().zip(0..) {
            let found = if member.is_anonymous() {
                self.keep_member(self.btf.strip(member.type_id())?.id, name, depth, seen)?
            } else {
                (member.name()? == name).then_some(member.type_id())
            };
            if found.is_none() {
                continue;
            }
            self.needs.want_part(container, number, member.type_id())?;
            // An array without length has any number of elements if it is the last member, so others must not become that.
            let last = composite.len().saturating_sub(1);
            let is_flexible = matches!(self.btf.strip(member.type_id())?.kind, Kind::Array(array) if array.len == 0);
            if let Some(other) = composite.member(last).filter(|_| is_flexible && number != last) {
                self.needs.want_part(container, last, other.type_id())?;
            }
            return Ok(found);
        }
        Ok(None)
    }

    /// What is left, as BTF.
    ///
    /// # Errors
    ///
    /// A type that is needed is damaged.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let ids = Ids::new(self.btf, &self.needs)?;
        let mut strings = Strings::default();
        let types = write(self.btf, &self.needs, &ids, &mut strings)?;
        assemble(&types, strings, self.btf.is_big_endian())
    }
}
