//! Maps that the C source defines: variables in section `.maps`.
//!
//! A definition is a struct that is never read as memory. Its members' types carry the numbers: `int (*max_entries)[1024]` says 1024.
//! The macros for it are `__uint`, `__type`, `__array` and `__ulong` of `<bpf/bpf_helpers.h>`.

use corebone::blueprint::{Map, Pinning, map_type};
use corebone::btf::{Btf, Composite, Kind, KindNumber, Linkage, Member};
use corebone::nearest::Nearest;
use corebone::{Error, ErrorKind, Result};

use crate::elf::File;
use crate::linked::LinkedMap;

/// Section of the definitions.
pub(crate) const SECTION: &str = ".maps";

/// Members that a definition may have.
const MEMBERS: &[&str] =
    &["type", "key", "value", "key_size", "value_size", "max_entries", "map_flags", "map_extra", "numa_node", "pinning", "values"];

/// A map, and the variable that defines it.
pub(super) struct Defined {
    /// Of the variable in the section, in bytes.
    pub(super) offset: u32,
    /// Of the variable, in bytes.
    pub(super) size: u32,
    /// Offset in the variable of the member `values`.
    pub(super) values: Option<u64>,
    pub(super) map: LinkedMap,
}

/// All definitions.
pub(super) fn maps(file: &File<'_>, btf: &Btf<'_>) -> Result<Vec<Defined>> {
    let Some(section) = btf.find(KindNumber::Datasec, SECTION)? else { return Ok(Vec::new()) };
    let Kind::Datasec(section) = section.kind else { return Ok(Vec::new()) };
    let mut maps = Vec::new();
    for place in section.variables() {
        let variable = btf.get(place.type_id)?;
        let name = variable.name()?;
        let map = match variable.kind {
            Kind::Var { type_id, linkage: Linkage::Global } => define(btf, name, type_id, false),
            Kind::Var { .. } => Err(input("it is `static`, `__hidden` or only declared, and a map must be none of these")),
            _ => Err(input("it is not a variable")),
        };
        let (map, values) = map.map_err(|error| Error::new(error.kind(), file.located(name, format!("map `{name}`: {error}"))))?;
        maps.push(Defined { offset: place.offset, size: place.size, values, map });
    }
    Ok(maps)
}

/// The definition that a struct is, and the offset of its member `values`; `nested` if it is that of the maps in a map.
pub(crate) fn define(btf: &Btf<'_>, name: &str, type_id: u32, nested: bool) -> Result<(LinkedMap, Option<u64>)> {
    let Kind::Struct(definition) = btf.strip(type_id)?.kind else {
        return Err(input("its type is not a struct"));
    };
    let mut map = Definition { btf, name, nested, facts: Map::EMPTY, key_size: None, value_size: None, inner: None };
    let mut values = None;
    for (number, member) in (1..).zip(definition.members()) {
        map.take(&member, number == definition.len())?;
        if member.is_named("values") {
            values = Some(u64::from(member.bit_offset() / 8));
        }
    }
    Ok((map.finish(definition)?, values))
}

struct Definition<'b, 'a> {
    btf: &'b Btf<'a>,
    name: &'b str,
    /// It is that of the maps in a map.
    nested: bool,
    facts: Map<'static>,
    /// By `key_size` or `key`.
    key_size: Option<u32>,
    value_size: Option<u32>,
    inner: Option<Box<LinkedMap>>,
}

impl Definition<'_, '_> {
    fn take(&mut self, member: &Member<'_>, last: bool) -> Result<()> {
        match member.name()? {
            "type" => self.facts.map_type = self.number(member)?,
            "max_entries" => self.facts.max_entries = self.number(member)?,
            "map_flags" => self.facts.flags = self.number(member)?,
            "numa_node" => self.facts.numa_node = self.number(member)?,
            "map_extra" => self.facts.extra = self.long(member)?,
            "pinning" => self.facts.pinning = self.pinning(member)?,
            "key_size" => agree(self.number(member)?, &mut self.key_size, "key")?,
            "value_size" => agree(self.number(member)?, &mut self.value_size, "value")?,
            "key" => {
                let (type_id, size) = self.pointed(member)?;
                agree(size, &mut self.key_size, "key")?;
                self.facts.key_type_id = type_id;
            }
            "value" => {
                let (type_id, size) = self.pointed(member)?;
                agree(size, &mut self.value_size, "value")?;
                self.facts.value_type_id = type_id;
            }
            "values" => self.values(member, last)?,
            "" => return Err(input("it has a member without a name, and the members of that say nothing")),
            other => {
                let hint =
                    Nearest::among(other, MEMBERS.iter().copied()).map(|known| format!("; the nearest known one is `{known}`"));
                return Err(input(format!("it has an unknown member `{other}`{}", hint.unwrap_or_default())));
            }
        }
        Ok(())
    }

    /// The number that `__uint(name, number)` says.
    fn number(&self, member: &Member<'_>) -> Result<u32> {
        if let Kind::Ptr { target } = self.btf.strip(member.type_id())?.kind {
            if let Kind::Array(array) = self.btf.get(target)?.kind {
                return Ok(array.len);
            }
        }
        let name = member.name()?;
        Err(input(format!("its member `{name}` is not a number: write `__uint({name}, ...)`")))
    }

    /// The number that `__ulong(name, number)` or `__uint(name, number)` says.
    fn long(&self, member: &Member<'_>) -> Result<u64> {
        let (Kind::Enum(constants) | Kind::Enum64(constants)) = self.btf.strip(member.type_id())?.kind else {
            return self.number(member).map(u64::from);
        };
        let name = member.name()?;
        match (constants.enumerators().next(), constants.len()) {
            // Clang before 15 keeps 32 bits of such a number.
            (Some(_), 1) if !constants.is_wide() && constants.size > 4 => {
                Err(input(format!("its `{name}` is a number of more than 32 bits, which clang before 15 cuts off")))
            }
            (Some(number), 1) if constants.is_wide() => Ok(number.value()),
            // As libbpf takes it, signed or not: old compilers don't say which.
            (Some(number), 1) => Ok(i64::from(number.value() as i32) as u64),
            (_, len) => Err(input(format!("its member `{name}` is an enum of {len} constants, not of one"))),
        }
    }

    /// Type and size that `__type(name, T)` says.
    fn pointed(&self, member: &Member<'_>) -> Result<(u32, u32)> {
        let name = member.name()?;
        let Kind::Ptr { target } = self.btf.get(member.type_id())?.kind else {
            return Err(input(format!("its member `{name}` is not a type: write `__type({name}, ...)`")));
        };
        if matches!(self.btf.strip(target)?.kind, Kind::Void) {
            return Err(input(format!(
                "its `{name}` is of a type that clang doesn't describe, as it does no `_Atomic` and no `_Complex` ones: say its size instead, \
                 `__uint({name}_size, ...)`"
            )));
        }
        // A definition has pointers to its types. Clang before 22 follows them only where a map isn't in another.
        let declared = self.btf.strip(target)?;
        if let Kind::Fwd { union } = declared.kind {
            let (keyword, of) = (if union { "union" } else { "struct" }, declared.name()?);
            return Err(input(format!(
                "clang says no more of its `{name}` than the name `{keyword} {of}`: include what defines it; if that is there, add \
                 `const {keyword} {of} *unused_{of} __attribute__((unused));` to the file, which clang before 22 wants for maps in a map"
            )));
        }
        let size = self.btf.resolve_size(target);
        Ok((target, size.map_err(|error| input(format!("the type of its `{name}` has no known size: {error}")))?))
    }

    fn pinning(&self, member: &Member<'_>) -> Result<Pinning> {
        match self.number(member)? {
            0 => Ok(Pinning::None),
            1 if self.nested => Err(input("`pinning` is for maps that are not in others")),
            1 => Ok(Pinning::ByName),
            other => Err(input(format!("its `pinning` is {other}, neither `LIBBPF_PIN_NONE` nor `LIBBPF_PIN_BY_NAME`"))),
        }
    }

    /// What `__array(values, T)` says of the maps or programs in it.
    fn values(&mut self, member: &Member<'_>, last: bool) -> Result<()> {
        if !last {
            return Err(input("`values` must be its last member"));
        }
        let element = match self.btf.get(member.type_id())?.kind {
            Kind::Array(array) => self.btf.strip(array.element)?.kind,
            _ => Kind::Void,
        };
        let Kind::Ptr { target } = element else {
            return Err(input("its `values` is not an array of pointers: write `__array(values, ...)`"));
        };
        agree(4, &mut self.value_size, "value")?;
        let of_maps = matches!(self.facts.map_type, map_type::ARRAY_OF_MAPS | map_type::HASH_OF_MAPS);
        match self.btf.strip(target)?.kind {
            Kind::Struct(_) if of_maps && self.nested => Err(input("maps can't be nested more than one level")),
            Kind::Struct(_) if of_maps => {
                let inner = define(self.btf, &format!("{}.inner", self.name), target, true);
                let (inner, _) = inner.map_err(|error| input(format!("of the maps in it: {error}")))?;
                self.inner = Some(Box::new(inner));
                Ok(())
            }
            Kind::FuncProto(_) if self.facts.map_type == map_type::PROG_ARRAY => Ok(()),
            _ if of_maps => Err(input("its `values` are not pointers to structs")),
            _ if self.facts.map_type == map_type::PROG_ARRAY => Err(input("its `values` are not pointers to functions")),
            _ => Err(input("`values` is for maps of maps and program arrays, and must come after `type`")),
        }
    }

    fn finish(self, definition: Composite<'_>) -> Result<LinkedMap> {
        let mut facts = self.facts;
        if facts.map_type == 0 {
            let message =
                if definition.is_empty() { "it is empty" } else { "it has no `type`: write `__uint(type, BPF_MAP_TYPE_...)`" };
            return Err(input(message));
        }
        facts.key_size = self.key_size.unwrap_or(0);
        facts.value_size = self.value_size.unwrap_or(0);
        match facts.map_type {
            // The kernel wants no value size (`ringbuf_map_alloc` in `kernel/bpf/ringbuf.c`); the type is that of the events.
            map_type::RINGBUF | map_type::USER_RINGBUF => facts.value_size = 0,
            // The values are descriptors (`fd_array_map_alloc_check` in `kernel/bpf/arraymap.c`). Many programs say so by an integer
            // of four bytes; any other type is that of the events.
            map_type::PERF_EVENT_ARRAY => {
                let value = self.btf.strip(facts.value_type_id)?.kind;
                if matches!(value, Kind::Int(int) if int.size == 4) {
                    facts.value_type_id = 0;
                }
                facts.value_size = 4;
            }
            map_type::STRUCT_OPS => {
                return Err(input("struct_ops is no map that can be defined: put the struct in section `.struct_ops`"));
            }
            _ => {}
        }
        Ok(LinkedMap { name: self.name.to_owned(), contents: Vec::new(), inner: self.inner, initial: Vec::new(), facts })
    }
}

/// Notes a size, which two members may say if they say the same.
fn agree(size: u32, known: &mut Option<u32>, what: &str) -> Result<()> {
    match known.replace(size) {
        Some(other) if other != size => Err(input(format!("its {what} has {other} bytes by one member and {size} by another"))),
        _ => Ok(()),
    }
}

fn input(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, message.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Builder;

    /// What `__uint(name, value)` declares.
    fn uint(b: &mut Builder, value: u32) -> u32 {
        let array = b.array(1, value);
        b.ptr(array)
    }

    /// The definition made of members, which `members` declares; types 1 and 2 are `int` and `unsigned long long`.
    fn defined(linkage: u32, members: impl FnOnce(&mut Builder) -> Vec<(&'static str, u32)>) -> Result<LinkedMap> {
        let mut b = Builder::default();
        b.int("int", 4, 1);
        b.int("unsigned long long", 8, 0);
        let members: Vec<_> = members(&mut b).into_iter().zip(0..).map(|((name, ty), at)| (name, ty, at * 8)).collect();
        let definition = b.structure("", 64, &members);
        let variable = b.var("counts", definition, linkage);
        b.datasec(".maps", 64, &[(variable, 8, 64)]);
        let bytes = b.bytes();
        let mut maps = maps(&File::default(), &Btf::parse(&bytes)?)?;
        let Defined { offset, size, map, .. } = maps.pop().unwrap();
        assert_eq!((offset, size, maps.len()), (8, 64, 0));
        Ok(map)
    }

    fn error(members: impl FnOnce(&mut Builder) -> Vec<(&'static str, u32)>) -> String {
        defined(1, members).unwrap_err().to_string()
    }

    #[test]
    fn reads_numbers_and_types() {
        let map = defined(1, |b| {
            let (int, long) = (b.ptr(1), b.ptr(2));
            vec![
                ("type", uint(b, map_type::HASH)),
                ("max_entries", uint(b, 100)),
                ("map_flags", uint(b, 4)),
                ("numa_node", uint(b, 1)),
                ("pinning", uint(b, 1)),
                ("key", int),
                ("key_size", uint(b, 4)),
                ("value", long),
                ("map_extra", uint(b, 3)),
            ]
        });
        let map = map.unwrap();
        assert_eq!(map.name, "counts");
        let Map { key_size, value_size, key_type_id, value_type_id, max_entries, flags, extra, numa_node, pinning, .. } = map.facts;
        assert_eq!((key_size, key_type_id, value_size, value_type_id), (4, 1, 8, 2));
        assert_eq!((max_entries, flags, extra, numa_node, pinning), (100, 4, 3, 1, Pinning::ByName));
    }

    #[test]
    fn events_keep_their_type_but_not_their_size() {
        let ring = defined(1, |b| vec![("type", uint(b, map_type::RINGBUF)), ("value", b.ptr(2))]).unwrap();
        assert_eq!((ring.facts.value_size, ring.facts.value_type_id), (0, 2));
        let perf = |ty| defined(1, move |b| vec![("type", uint(b, map_type::PERF_EVENT_ARRAY)), ("value", b.ptr(ty))]).unwrap();
        assert_eq!((perf(2).facts.value_size, perf(2).facts.value_type_id), (4, 2));
        assert_eq!((perf(1).facts.value_size, perf(1).facts.value_type_id), (4, 0));
    }

    #[test]
    fn maps_in_maps_are_one_level_deep() {
        let inner = |b: &mut Builder, extra: &[(&'static str, u32)]| {
            let mut members = vec![("type", uint(b, map_type::ARRAY), 0)];
            members.extend(extra.iter().map(|&(name, ty)| (name, ty, 8)));
            let definition = b.structure("", 16, &members);
            let pointer = b.ptr(definition);
            b.array(pointer, 0)
        };
        let outer = defined(1, |b| vec![("type", uint(b, map_type::ARRAY_OF_MAPS)), ("values", inner(b, &[]))]).unwrap();
        assert_eq!(outer.facts.value_size, 4);
        let map = outer.inner.unwrap();
        assert_eq!((map.name.as_str(), map.facts.map_type), ("counts.inner", map_type::ARRAY));
        let pinned = error(|b| {
            let pinning = uint(b, 1);
            vec![("type", uint(b, map_type::HASH_OF_MAPS)), ("values", inner(b, &[("pinning", pinning)]))]
        });
        assert_eq!(pinned, "map `counts`: of the maps in it: `pinning` is for maps that are not in others");
        let wrong = error(|b| vec![("type", uint(b, map_type::HASH)), ("values", inner(b, &[]))]);
        assert_eq!(wrong, "map `counts`: `values` is for maps of maps and program arrays, and must come after `type`");
    }

    #[test]
    fn errors_say_what_to_write() {
        let kind = |b: &mut Builder| ("type", uint(b, map_type::HASH));
        assert_eq!(error(|_| vec![]), "map `counts`: it is empty");
        assert_eq!(
            error(|b| vec![("max_entries", uint(b, 1))]),
            "map `counts`: it has no `type`: write `__uint(type, BPF_MAP_TYPE_...)`"
        );
        assert_eq!(
            error(|b| vec![kind(b), ("max_entires", uint(b, 1))]),
            "map `counts`: it has an unknown member `max_entires`; the nearest known one is `max_entries`"
        );
        assert_eq!(
            error(|b| vec![kind(b), ("max_entries", 1)]),
            "map `counts`: its member `max_entries` is not a number: write `__uint(max_entries, ...)`"
        );
        assert_eq!(
            error(|b| vec![kind(b), ("key", b.ptr(1)), ("key_size", uint(b, 8))]),
            "map `counts`: its key has 4 bytes by one member and 8 by another"
        );
        assert_eq!(error(|b| vec![kind(b), ("key", 1)]), "map `counts`: its member `key` is not a type: write `__type(key, ...)`");
        assert_eq!(
            error(|b| vec![kind(b), ("value", b.ptr(0))]),
            "map `counts`: its `value` is of a type that clang doesn't describe, as it does no `_Atomic` and no `_Complex` ones: say its size \
             instead, `__uint(value_size, ...)`"
        );
        assert_eq!(
            error(|b| {
                let declared = b.forward("backend", false);
                vec![kind(b), ("value", b.ptr(declared))]
            }),
            "map `counts`: clang says no more of its `value` than the name `struct backend`: include what defines it; if that is there, add \
             `const struct backend *unused_backend __attribute__((unused));` to the file, which clang before 22 wants for maps in a map"
        );
        assert_eq!(
            error(|b| vec![kind(b), ("pinning", uint(b, 2))]),
            "map `counts`: its `pinning` is 2, neither `LIBBPF_PIN_NONE` nor `LIBBPF_PIN_BY_NAME`"
        );
        assert_eq!(
            error(|b| vec![kind(b), ("", 1)]),
            "map `counts`: it has a member without a name, and the members of that say nothing"
        );
        let local = defined(0, |b| vec![kind(b)]).unwrap_err().to_string();
        assert_eq!(local, "map `counts`: it is `static`, `__hidden` or only declared, and a map must be none of these");
    }
}
