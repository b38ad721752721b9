//! Programs that ask about types.

use std::fmt::Write;

use fastrand::Rng;

use super::model::{Enum, Record, Type};
use super::print::declaration;
use super::{Features, records};

/// So many programs, each about one of the types.
pub(super) fn programs(rng: &mut Rng, roots: &[Type], count: usize, features: Features) -> Vec<String> {
    let mut enums = Vec::new();
    roots.iter().for_each(|root| {
        root.visit(&mut |ty| {
            if let Type::Enum(of) = ty {
                enums.push(of.clone());
            }
        });
    });
    let mut programs = Vec::new();
    for number in 0..count {
        let Some(root) = rng.choice(roots) else { break };
        let name = declaration(root, "");
        let mut body = String::new();
        for _ in 0..3 + rng.usize(..5) {
            let statement = match rng.u32(..10) {
                0..7 => records(root).and_then(|record| about_field(rng, record)),
                7 => about_enum(rng, &enums),
                _ => Some(about_type(rng, &name, features)),
            };
            let _ = writeln!(body, "  {}", statement.unwrap_or_else(|| about_type(rng, &name, features)));
        }
        programs.push(format!(
            "__attribute__((section(\"raw_tp/x\"), used)) unsigned long long p{number}(unsigned long long *ctx)\n{{\n  {} = (void *)ctx[0];\n  \
             unsigned long long r = 0;\n{body}  return r;\n}}\n",
            declaration(root, "(*s)")
        ));
    }
    programs
}

fn about_type(rng: &mut Rng, name: &str, features: Features) -> String {
    match rng.u32(..8) {
        // Types of one name and different sizes or ids are ambiguous, which ends a whole object for libbpf: not too many of these.
        0 => format!("r = r * 3 + __builtin_btf_type_id(*({name} *)0, 1);"),
        1 => format!("r = r * 3 + __builtin_btf_type_id(*({name} *)0, 0);"),
        2 => format!("r = r * 3 + __builtin_preserve_type_info(*({name} *)0, 1);"),
        3 | 4 if features.type_matches => format!("r = r * 3 + __builtin_preserve_type_info(*({name} *)0, 2);"),
        _ => format!("r = r * 3 + __builtin_preserve_type_info(*({name} *)0, 0);"),
    }
}

fn about_enum(rng: &mut Rng, enums: &[Enum]) -> Option<String> {
    let of = rng.choice(enums)?;
    let (constant, _) = rng.choice(&of.constants)?;
    let kind = rng.u32(..2);
    (!of.name.is_empty()).then(|| format!("r = r * 3 + __builtin_preserve_enum_value(*(enum {} *){constant}, {kind});", of.name))
}

fn about_field(rng: &mut Rng, record: &Record) -> Option<String> {
    let mut path = String::new();
    let found = descend(rng, record, &mut path)?;
    let path = path.trim_start_matches('.');
    // Also of the elements of an array of the root type.
    let field = match rng.u32(..12) {
        0 => format!("s[2].{path}"),
        _ => format!("s->{path}"),
    };
    let question = |kind: u32| format!("r = r * 3 + __builtin_preserve_field_info({field}, {kind});");
    if found.bitfield {
        // As BPF_CORE_READ_BITFIELD does.
        return Some((0..6).map(question).collect::<Vec<_>>().join("\n  "));
    }
    let scalar = matches!(found.ty.stripped(), Type::Int(_) | Type::Pointer(_) | Type::FunctionPointer | Type::Enum(_));
    let int = matches!(found.ty.int_bits(), Some(bits) if bits <= 64);
    Some(match rng.u32(..8) {
        0..3 if scalar && found.ty.int_bits() != Some(128) => format!("r = r * 3 + (unsigned long long){field};"),
        3 if int => format!("{field} = 7;"),
        4 if int => format!("{field} = r;"),
        // Shifts and signs of an array's element have no answer: an error for a whole object.
        5 | 6 => question(rng.u32(..if path.ends_with(']') || !int { 3 } else { 6 })),
        _ => format!("r = r * 3 + (unsigned long long)__builtin_preserve_access_index(&{field});"),
    })
}

struct Found<'a> {
    ty: &'a Type,
    bitfield: bool,
}

/// Goes to a random field, and writes the way there.
fn descend<'a>(rng: &mut Rng, record: &'a Record, path: &mut String) -> Option<Found<'a>> {
    let at = rng.usize(..record.members.len().max(1));
    let member = record.members.get(at)?;
    if !member.name.is_empty() {
        let _ = write!(path, ".{}", member.name);
    }
    if member.bits.is_some() {
        return Some(Found { ty: &member.ty, bitfield: true });
    }
    let mut ty = &member.ty;
    loop {
        let stop = !member.name.is_empty() && rng.f64() < 0.15;
        match ty.stripped() {
            Type::Array(element, len) if !stop => {
                // What is beyond the end is only there in a flexible array.
                let flexible =
                    *len == 0 && at + 1 == record.members.len() && !record.union && std::ptr::eq(ty, &raw const member.ty);
                if *len == 0 && !flexible {
                    return Some(Found { ty, bitfield: false });
                }
                let _ = write!(path, "[{}]", rng.u32(..if *len == 0 { 9 } else { *len }));
                ty = element;
            }
            Type::Record(inner) if !stop => return descend(rng, inner, path),
            _ => return Some(Found { ty, bitfield: false }),
        }
    }
}
