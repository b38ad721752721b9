//! Members of structs and unions, those of anonymous ones counted as the outer one's, as in C.

use corebone::btf::{Btf, Composite, Kind};
use corebone::{Error, ErrorKind, Result};

/// Anonymous records in each other whose members are taken out; one that lies deeper is a member without a name.
const MAX_DEPTH: usize = 64;

/// Members of a record, lifted ones included. Far more than C source has, and few enough if nested ones multiply.
const MAX_MEMBERS: usize = 1 << 16;

/// A member with its place in the outermost struct.
pub(super) struct Member<'a> {
    /// Empty for an anonymous union.
    pub(super) name: &'a str,
    pub(super) type_id: u32,
    pub(super) bit_offset: u32,
    /// Width in bits, of a bitfield.
    pub(super) width: Option<u32>,
}

impl<'a> Member<'a> {
    /// Members of a struct in order. Those of anonymous structs are lifted, an anonymous union is one member without a name.
    pub(super) fn of_struct(btf: &Btf<'a>, composite: &Composite<'a>) -> Result<Vec<Self>> {
        let mut members = Vec::new();
        gather(btf, composite, 0, false, &mut members, MAX_DEPTH)?;
        Ok(members)
    }

    /// Members of a union, with those of anonymous structs and unions in it.
    pub(super) fn of_union(btf: &Btf<'a>, composite: &Composite<'a>) -> Result<Vec<Self>> {
        let mut members = Vec::new();
        gather(btf, composite, 0, true, &mut members, MAX_DEPTH)?;
        Ok(members)
    }

    /// The byte that it begins in.
    pub(super) fn start(&self) -> u32 {
        self.bit_offset / 8
    }

    /// The byte after a bitfield's last.
    pub(super) fn end(&self) -> u32 {
        self.bit_offset.saturating_add(self.width.unwrap_or_default()).div_ceil(8)
    }

    /// Whether a bitfield begins in the last byte of the ones before or in the one after it.
    pub(super) fn adjoins(&self, group: &[Self]) -> bool {
        group.last().is_some_and(|last| (last.start()..=last.end()).contains(&self.start()))
    }
}

fn gather<'a>(
    btf: &Btf<'a>,
    composite: &Composite<'a>,
    base: u32,
    unions: bool,
    members: &mut Vec<Member<'a>>,
    hops: usize,
) -> Result<()> {
    let left = hops.checked_sub(1);
    for member in composite.members() {
        let (name, type_id, width) = (member.name()?, member.type_id(), member.bitfield_width());
        let bit_offset = base.checked_add(member.bit_offset()).ok_or_else(|| invalid(format!("`{name}` lies beyond 512 MiB")))?;
        match (btf.strip(type_id)?.kind, left) {
            (Kind::Struct(inner), Some(hops)) if name.is_empty() => gather(btf, &inner, bit_offset, unions, members, hops)?,
            (Kind::Union(inner), Some(hops)) if name.is_empty() && unions => {
                gather(btf, &inner, bit_offset, unions, members, hops)?;
            }
            // A bitfield without a name only pads.
            _ if name.is_empty() && width.is_some() => {}
            _ if members.len() < MAX_MEMBERS => members.push(Member { name, type_id, bit_offset, width }),
            _ => return Err(invalid(format!("more than {MAX_MEMBERS} members in a record"))),
        }
    }
    Ok(())
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
