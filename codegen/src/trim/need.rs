//! What of each type is needed.

use std::collections::HashMap;

use corebone::blueprint::{CoreRelocation, CoreRelocationKind, Map, Object, SymbolKind};
use corebone::btf::{Btf, Kind, KindNumber};
use corebone::{Error, ErrorKind, Result};

use super::lines::function_types;

/// How much of a type is needed. Each level has what is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// It is that of a field which a relocation asks for: of what kind and how large. What a pointer points to is of no account.
    Field,
    /// Its kind and name, and what it is made of along pointers, elements and parameters. Structs and enums are of no content.
    Shape,
    /// It is behind a pointer in a whole type: as before, but with the enums' constants, which `bpf_core_type_matches()` compares.
    Behind,
    /// The kernel looks into it.
    Whole,
}

impl Level {
    /// How much a relocation needs of the type that it begins at.
    pub(super) fn of(kind: CoreRelocationKind) -> Self {
        use CoreRelocationKind as Relocation;

        match kind {
            // The kernel makes objects of the one (`bpf_obj_new()`); all that the other has is compared.
            Relocation::TypeIdLocal | Relocation::TypeMatches => Self::Whole,
            Relocation::TypeIdTarget | Relocation::TypeExists | Relocation::TypeSize => Self::Shape,
            _ => Self::Field,
        }
    }
}

/// What of each type is needed.
#[derive(Debug)]
pub(super) struct Needs {
    /// By id; `None` if nothing is.
    levels: Vec<Option<Level>>,
    /// Members or constants that relocations ask for, in order, by id. Where all are needed, they are among them.
    parts: HashMap<u32, Vec<u32>>,
    /// Types whose parts are yet to be looked into.
    open: Vec<u32>,
}

impl Needs {
    /// Nothing of any type.
    pub(super) fn none(btf: &Btf<'_>) -> Result<Self> {
        let count = btf.count()? as usize;
        Ok(Self { levels: vec![None; count.saturating_add(1)], parts: HashMap::new(), open: Vec::new() })
    }

    /// Finds what an object needs.
    pub(super) fn of(btf: &Btf<'_>, object: &Object<'_>) -> Result<Self> {
        let mut needs = Self::none(btf)?;
        for map in object.maps {
            needs.want_map(map)?;
        }
        for symbol in object.symbols {
            match symbol.kind {
                SymbolKind::Untyped => {}
                // They are compared with the kernel's as types that exist are.
                SymbolKind::Variable { type_id } | SymbolKind::Function { type_id } => needs.want(type_id, Level::Shape)?,
            }
        }
        for program in object.programs {
            for type_id in function_types(program, object.big_endian)? {
                needs.want(type_id, Level::Whole)?;
            }
        }
        for relocation in object.relocations {
            needs.want_relocation(btf, relocation)?;
        }
        needs.close(btf)?;
        // Tags refer to types, not types to tags; and they can have the kernel look for another type.
        while needs.want_tags(btf)? {
            needs.close(btf)?;
        }
        Ok(needs)
    }

    /// How much of a type is needed.
    pub(super) fn level(&self, id: u32) -> Option<Level> {
        self.levels.get(id as usize).copied().flatten()
    }

    /// The members of a struct or union or the constants of an enum that are needed, by their index; `None` for all.
    pub(super) fn parts(&self, id: u32, kind: &Kind<'_>) -> Option<impl Iterator<Item = u32> + '_> {
        let all = match kind {
            Kind::Enum(_) | Kind::Enum64(_) => Level::Behind,
            _ => Level::Whole,
        };
        (self.level(id) < Some(all)).then(|| self.parts.get(&id).into_iter().flatten().copied())
    }

    /// The access string of a relocation, with the numbers that members have among those that are left.
    pub(super) fn access(&self, btf: &Btf<'_>, relocation: &CoreRelocation<'_>) -> Result<String> {
        let mut numbers = Vec::new();
        let index = |id, kind: &Kind<'_>, number| match self.parts(id, kind) {
            Some(mut parts) => parts.position(|part| part == number).map_or(number, |at| u32::try_from(at).unwrap_or(u32::MAX)),
            None => number,
        };
        follow(btf, relocation, |step| {
            numbers.push(match step {
                Step::Element(number) => number,
                Step::Part { id, kind, number, .. } => index(id, &kind, number),
            });
            Ok(())
        })?;
        if numbers.is_empty() {
            return Ok(relocation.access.to_owned());
        }
        Ok(numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(":"))
    }

    /// Asks for a type, on a level at least.
    pub(super) fn want(&mut self, id: u32, level: Level) -> Result<()> {
        if id == 0 {
            return Ok(());
        }
        let known = self.levels.get_mut(id as usize).ok_or_else(|| invalid(format!("there is no BTF type {id}")))?;
        if *known < Some(level) {
            *known = Some(level);
            self.open.push(id);
        }
        Ok(())
    }

    fn want_map(&mut self, map: &Map<'_>) -> Result<()> {
        self.want(map.key_type_id, Level::Whole)?;
        self.want(map.value_type_id, Level::Whole)?;
        self.want(map.struct_ops.map_or(0, |struct_ops| struct_ops.type_id), Level::Whole)?;
        map.inner.map_or(Ok(()), |inner| self.want_map(inner))
    }

    fn want_relocation(&mut self, btf: &Btf<'_>, relocation: &CoreRelocation<'_>) -> Result<()> {
        self.want(relocation.type_id, Level::of(relocation.kind))?;
        follow(btf, relocation, |step| match step {
            Step::Element(_) => Ok(()),
            Step::Part { id, number, type_id, .. } => self.want_part(id, number, type_id),
        })
    }

    /// Asks for a member, with its type, or for a constant, which has none.
    pub(super) fn want_part(&mut self, id: u32, number: u32, type_id: u32) -> Result<()> {
        let parts = self.parts.entry(id).or_default();
        if let Err(place) = parts.binary_search(&number) {
            parts.insert(place, number);
        }
        self.want(type_id, Level::Field)
    }

    /// Asks for all that wanted types are made of.
    pub(super) fn close(&mut self, btf: &Btf<'_>) -> Result<()> {
        while let Some(id) = self.open.pop() {
            let Some(level) = self.level(id) else { continue };
            let ty = btf.get(id)?;
            match ty.kind {
                Kind::Ptr { target } => match level {
                    Level::Field => {}
                    Level::Shape => self.want(target, Level::Shape)?,
                    Level::Behind | Level::Whole => self.want(target, Level::Behind)?,
                },
                Kind::Typedef { target }
                | Kind::Volatile { target }
                | Kind::Const { target }
                | Kind::Restrict { target }
                | Kind::TypeTag { target, .. }
                | Kind::DeclTag { target, .. } => self.want(target, level)?,
                Kind::Array(array) => {
                    self.want(array.element, level)?;
                    self.want(array.index, Level::Field)?;
                }
                Kind::Struct(composite) | Kind::Union(composite) if level == Level::Whole => {
                    for member in composite.members() {
                        self.want(member.type_id(), level)?;
                    }
                }
                Kind::Func { proto, .. } => self.want(proto, level)?,
                Kind::FuncProto(proto) => {
                    self.want(proto.result, level)?;
                    for param in proto.params() {
                        self.want(param.type_id(), level)?;
                    }
                }
                Kind::Var { type_id, .. } => self.want(type_id, level)?,
                Kind::Datasec(section) => {
                    for place in section.variables() {
                        self.want(place.type_id, level)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Asks for the tags of types that are whole, and for what they name. Returns whether any is new.
    fn want_tags(&mut self, btf: &Btf<'_>) -> Result<bool> {
        for ty in btf.types() {
            let ty = ty?;
            let Kind::DeclTag { target, .. } = ty.kind else { continue };
            if self.level(target) < Some(Level::Whole) || self.level(ty.id).is_some() {
                continue;
            }
            self.want(ty.id, Level::Whole)?;
            // Of a list or tree, what its nodes are in: `contains:NAME:MEMBER` (`btf_find_graph_root` in the kernel's `kernel/bpf/btf.c`).
            let content = ty.name()?.strip_prefix("contains:").and_then(|rest| rest.split(':').next());
            if let Some(content) = content {
                let content = btf.find(KindNumber::Struct, content)?;
                self.want(content.map_or(0, |content| content.id), Level::Whole)?;
            }
        }
        Ok(!self.open.is_empty())
    }
}

/// A number of an access string.
pub(super) enum Step<'a> {
    /// That of an element.
    Element(u32),
    /// That of a member, with its type, or of a constant, which has none.
    Part { id: u32, kind: Kind<'a>, number: u32, type_id: u32 },
}

/// Shows each number of a relocation's access string that stands for something. There is none in that of a type.
pub(super) fn follow<'a>(
    btf: &Btf<'a>,
    relocation: &CoreRelocation<'_>,
    mut show: impl FnMut(Step<'a>) -> Result<()>,
) -> Result<()> {
    use CoreRelocationKind as Relocation;

    let bad = || invalid(format!("access string `{}` does not fit BTF type {}", relocation.access, relocation.type_id));
    let number = |text: &str| text.parse::<u32>().map_err(|_| bad());
    match relocation.kind {
        Relocation::TypeIdLocal
        | Relocation::TypeIdTarget
        | Relocation::TypeExists
        | Relocation::TypeSize
        | Relocation::TypeMatches => Ok(()),
        Relocation::EnumvalExists | Relocation::EnumvalValue => {
            let ty = btf.strip(relocation.type_id)?;
            show(Step::Part { id: ty.id, kind: ty.kind, number: number(relocation.access)?, type_id: 0 })
        }
        Relocation::FieldByteOffset
        | Relocation::FieldByteSize
        | Relocation::FieldExists
        | Relocation::FieldSigned
        | Relocation::FieldLShiftU64
        | Relocation::FieldRShiftU64 => {
            let mut numbers = relocation.access.split(':').map(number);
            show(Step::Element(numbers.next().ok_or_else(bad)??))?;
            let mut current = relocation.type_id;
            for number in numbers {
                let number = number?;
                let ty = btf.strip(current)?;
                current = match ty.kind {
                    Kind::Struct(composite) | Kind::Union(composite) => {
                        let type_id = composite.member(number).ok_or_else(bad)?.type_id();
                        show(Step::Part { id: ty.id, kind: ty.kind, number, type_id })?;
                        type_id
                    }
                    Kind::Array(array) => {
                        show(Step::Element(number))?;
                        array.element
                    }
                    _ => return Err(bad()),
                };
            }
            Ok(())
        }
    }
}

pub(super) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
