//! Reads all that there is to read.

use corebone::btf::{Btf, Kind};

/// Reads every type, and asks everything of it. `before` is how many types it builds on.
pub fn walk(btf: &Btf<'_>, before: u32) {
    let _ = (btf.pointer_size(), btf.is_big_endian());
    let count = btf.count();
    let mut read = before;
    let mut all = true;
    for (ty, id) in btf.types().zip(before + 1..) {
        let Ok(ty) = ty else {
            all = false;
            break;
        };
        assert_eq!(ty.id, id);
        read = id;
        let _ = (ty.name(), ty.is_anonymous(), ty.is_named("int"), ty.kind.number());
        match ty.kind {
            Kind::Struct(fields) | Kind::Union(fields) => {
                assert_eq!(fields.members().len(), fields.len() as usize);
                for member in fields.members() {
                    let _ = (member.name(), member.bit_offset(), member.bitfield_width(), btf.get(member.type_id()).is_ok());
                }
            }
            Kind::Enum(values) | Kind::Enum64(values) => values.enumerators().for_each(|value| drop((value.name(), value.value()))),
            Kind::FuncProto(proto) => proto.params().for_each(|param| drop((param.name(), btf.get(param.type_id()).is_ok()))),
            Kind::Datasec(section) => section.variables().for_each(|variable| drop(btf.get(variable.type_id))),
            _ => {}
        }
    }
    match count {
        Ok(count) if all => assert_eq!(count, read, "iteration and count agree"),
        // A record of kind 0 has a size, and is no type.
        Ok(count) => assert!(count > read),
        Err(_) => assert!(!all, "a record that can't be passed over can't be read"),
    }
    for id in (0..=read.min(200)).chain([read.saturating_add(1), u32::MAX]) {
        let _ = (btf.get(id).is_ok(), btf.strip(id).is_ok(), btf.resolve_size(id), btf.align_of(id), btf.record_offset(id));
    }
}
