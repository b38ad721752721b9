//! Types as a kernel has them.

use anyhow::Result;
use corebone::btf::{Btf, Composite, Kind, KindNumber};
use fastrand::Rng;

use super::model::{Enum, INTS, Member, Record, Type};

/// What programs mostly ask about.
const POPULAR: [&str; 32] = [
    "task_struct",
    "sk_buff",
    "sock",
    "file",
    "inode",
    "net_device",
    "request",
    "bio",
    "mm_struct",
    "dentry",
    "super_block",
    "rq",
    "cfs_rq",
    "cgroup",
    "pid",
    "socket",
    "page",
    "folio",
    "kernfs_node",
    "tcp_sock",
    "signal_struct",
    "cred",
    "nsproxy",
    "vm_area_struct",
    "bpf_map",
    "bpf_prog",
    "iphdr",
    "tcphdr",
    "module",
    "device",
    "perf_event",
    "trace_event_call",
];

/// Named types with which a program's questions may begin.
pub(super) fn roots(rng: &mut Rng, btf: &Btf<'_>) -> Result<Vec<Type>> {
    let count = btf.count()?;
    let mut roots = Vec::new();
    while roots.len() < 5 {
        let ty = if rng.f64() < 0.4 {
            match btf.find(KindNumber::Struct, rng.choice(POPULAR).unwrap_or("task_struct"))? {
                Some(ty) => ty,
                None => continue,
            }
        } else {
            btf.get(1 + rng.u32(..count))?
        };
        let wanted = match ty.kind {
            Kind::Struct(of) | Kind::Union(of) => !of.is_empty(),
            Kind::Enum(of) | Kind::Enum64(of) => !of.is_empty(),
            Kind::Typedef { .. } => rng.f64() < 0.2,
            _ => false,
        };
        if wanted && is_identifier(ty.name()?) {
            roots.push(Reader { rng, btf }.read(ty.id, 3)?);
        }
    }
    Ok(roots)
}

struct Reader<'r, 'b> {
    rng: &'r mut Rng,
    btf: &'r Btf<'b>,
}

impl Reader<'_, '_> {
    /// The type, with records in it down to a depth.
    fn read(&mut self, id: u32, depth: u32) -> Result<Type> {
        let ty = self.btf.get(id)?;
        let name = if is_identifier(ty.name()?) { ty.name()?.to_owned() } else { String::new() };
        Ok(match ty.kind {
            Kind::Int(int) => {
                let signs = if int.is_signed() {
                    ["signed char", "short", "int", "long long"]
                } else {
                    ["unsigned char", "unsigned short", "unsigned int", "unsigned long long"]
                };
                Type::Int(match int.size {
                    _ if int.is_bool() => "_Bool",
                    1 => signs[0],
                    2 => signs[1],
                    4 => signs[2],
                    8 => signs[3],
                    _ => "__int128",
                })
            }
            Kind::Ptr { target } => {
                let target = self.btf.strip(target)?;
                match target.kind {
                    Kind::Struct(_) if is_identifier(target.name()?) => Type::Pointer(Some(target.name()?.to_owned())),
                    Kind::FuncProto(_) => Type::FunctionPointer,
                    _ => Type::VOID_POINTER,
                }
            }
            Kind::Array(array) => Type::Array(Box::new(self.read(array.element, depth)?), array.len.min(5000)),
            Kind::Struct(_) | Kind::Union(_) if depth == 0 => Type::VOID_POINTER,
            Kind::Struct(of) => Type::Record(self.record(of, false, name, depth - 1)?),
            Kind::Union(of) => Type::Record(self.record(of, true, name, depth - 1)?),
            Kind::Enum(of) | Kind::Enum64(of) => {
                let mut constants = Vec::new();
                for constant in of.enumerators() {
                    let value = if of.signed { i128::from(constant.value() as i64) } else { i128::from(constant.value()) };
                    if constants.len() < 30 && is_identifier(constant.name()?) {
                        constants.push((constant.name()?.to_owned(), value));
                    }
                }
                if constants.is_empty() { Type::Int("unsigned int") } else { Type::Enum(Enum { name, constants }) }
            }
            Kind::Typedef { target }
                if !name.is_empty()
                    && self.rng.f64() < 0.5
                    && matches!(self.btf.strip(target)?.kind, Kind::Int(_) | Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_)) =>
            {
                Type::Typedef(name, Box::new(self.read(target, depth)?))
            }
            Kind::Typedef { target }
            | Kind::Const { target }
            | Kind::Volatile { target }
            | Kind::Restrict { target }
            | Kind::TypeTag { target, .. } => self.read(target, depth)?,
            _ => Type::VOID_POINTER,
        })
    }

    fn record(&mut self, of: Composite<'_>, union: bool, name: String, depth: u32) -> Result<Record> {
        let mut record = Record { union, packed: false, name, members: Vec::new() };
        // As a program declares no more than it uses.
        let share = (12.0 / f64::from(of.len().max(1))).clamp(0.03, 1.0);
        for member in of.members() {
            let name = member.name()?;
            let ty = self.btf.strip(member.type_id())?;
            let anonymous = name.is_empty();
            let nested = matches!(ty.kind, Kind::Struct(_) | Kind::Union(_));
            if self.rng.f64() >= share || !(anonymous && nested || is_identifier(name)) {
                continue;
            }
            let mut ty = self.read(member.type_id(), if anonymous { depth.max(1) } else { depth })?;
            if let (true, Type::Record(inner)) = (anonymous, &mut ty) {
                inner.name.clear();
            }
            let bits = member.bitfield_width();
            if bits.is_some_and(|bits| ty.int_bits().is_none_or(|of| of < bits)) {
                continue;
            }
            record.members.push(Member { name: name.to_owned(), ty, bits });
        }
        Ok(record)
    }
}

/// Whether it can be a name in a C file of ours.
fn is_identifier(name: &str) -> bool {
    const WORDS: [&str; 12] =
        ["int", "long", "char", "short", "void", "bool", "_Bool", "class", "typeof", "asm", "signed", "unsigned"];
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(word)
        && !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !WORDS.contains(&name)
        && !name.starts_with("__builtin")
        && !INTS.iter().any(|(int, _)| *int == name)
}
