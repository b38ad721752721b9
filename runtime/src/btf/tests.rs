//! Type information of every kind, sound and damaged.

use super::builder::{Builder, every_kind};
use super::running::running_kernel;
use super::*;

fn find<'a>(btf: &Btf<'a>, kind: KindNumber, name: &str) -> Type<'a> {
    btf.find(kind, name).unwrap().unwrap_or_else(|| panic!("no {kind:?} {name}"))
}

fn check_every_kind(btf: &Btf<'_>) {
    assert_eq!(btf.count().unwrap(), 24);
    assert!(matches!(btf.get(0).unwrap().kind, Kind::Void));
    for (ty, id) in btf.types().zip(1..) {
        let ty = ty.unwrap();
        assert_eq!(ty.id, id);
        assert_eq!(btf.get(id).unwrap().name().unwrap(), ty.name().unwrap());
    }

    let Kind::Int(int) = find(btf, KindNumber::Int, "int").kind else { panic!() };
    assert_eq!((int.size, int.bits, int.bit_offset), (4, 32, 0));
    assert!(int.is_signed() && !int.is_char() && !int.is_bool());

    let outer = find(btf, KindNumber::Struct, "outer");
    let Kind::Struct(fields) = outer.kind else { panic!() };
    let names: Vec<_> = fields.members().map(|m| (m.name().unwrap(), m.bit_offset(), m.bitfield_width())).collect();
    assert_eq!(names, [("first", 0, None), ("", 64, None), ("list", 128, None)]);
    assert_eq!((fields.len(), fields.size), (3, 40));
    assert!(fields.member(1).unwrap().is_anonymous() && fields.member(3).is_none());

    let Kind::Struct(bits) = find(btf, KindNumber::Struct, "bits").kind else { panic!() };
    let widths: Vec<_> = bits.members().map(|m| (m.bit_offset(), m.bitfield_width())).collect();
    assert_eq!(widths, [(0, Some(3)), (3, Some(7)), (16, None)]);

    let values = |kind, name| match find(btf, kind, name).kind {
        Kind::Enum(e) | Kind::Enum64(e) => e.enumerators().map(|e| (e.name().unwrap(), e.value())).collect::<Vec<_>>(),
        kind => panic!("{kind:?}"),
    };
    assert_eq!(values(KindNumber::Enum, "color"), [("RED", 0), ("GREEN", 5)]);
    assert_eq!(values(KindNumber::Enum, "sign"), [("MINUS", u64::MAX)]);
    assert_eq!(values(KindNumber::Enum64, "wide"), [("HUGE", 1 << 40)]);

    assert!(matches!(find(btf, KindNumber::Fwd, "declared").kind, Kind::Fwd { union: true }));
    let tag = find(btf, KindNumber::TypeTag, "user");
    assert_eq!(btf.strip(tag.id).unwrap().id, outer.id);
    let Kind::Func { proto, linkage: Linkage::Global } = find(btf, KindNumber::Func, "function").kind else { panic!() };
    let Kind::FuncProto(proto) = btf.get(proto).unwrap().kind else { panic!() };
    let params: Vec<_> = proto.params().map(|p| (p.name().unwrap(), p.type_id())).collect();
    assert_eq!(params, [("name", 4), ("", 0)]);

    let var = find(btf, KindNumber::Var, "variable");
    assert!(matches!(var.kind, Kind::Var { linkage: Linkage::Extern, .. }));
    let Kind::Datasec(section) = find(btf, KindNumber::Datasec, ".data").kind else { panic!() };
    assert_eq!(section.variables().collect::<Vec<_>>(), [Variable { type_id: var.id, offset: 8, size: 4 }]);
    assert!(matches!(find(btf, KindNumber::DeclTag, "text").kind, Kind::DeclTag { component: Some(2), attribute: false, .. }));
    assert!(matches!(find(btf, KindNumber::DeclTag, "whole").kind, Kind::DeclTag { component: None, attribute: true, .. }));

    let size = |kind, name| btf.resolve_size(find(btf, kind, name).id).unwrap();
    let align = |kind, name| btf.align_of(find(btf, kind, name).id).unwrap();
    assert_eq!(btf.pointer_size(), 8);
    assert_eq!(btf.resolve_size(5).unwrap(), 24);
    assert_eq!((size(KindNumber::Typedef, "named_t"), align(KindNumber::Typedef, "named_t")), (40, 8));
    assert_eq!((size(KindNumber::Struct, "bits"), align(KindNumber::Struct, "bits")), (4, 4));
    assert_eq!((size(KindNumber::Var, "variable"), size(KindNumber::Float, "double")), (4, 8));
    for sizeless in [0, find(btf, KindNumber::Func, "function").id, find(btf, KindNumber::Fwd, "declared").id] {
        assert!(btf.resolve_size(sizeless).unwrap_err().to_string().ends_with("has no size"));
        assert!(btf.align_of(sizeless).unwrap_err().to_string().ends_with("has no alignment"));
    }
}

#[test]
fn reads_every_kind_in_both_byte_orders() {
    for builder in [Builder::new(), Builder::big_endian()] {
        let bytes = every_kind(builder.clone()).bytes();
        let btf = Btf::parse(&bytes).unwrap();
        assert_eq!(btf.is_big_endian(), builder.big_endian);
        check_every_kind(&btf);
    }
}

#[test]
fn gets_by_id_what_iteration_gives() {
    let mut b = Builder::new();
    for id in 1..=1000 {
        let made = if id % 3 == 0 { b.structure(&format!("t{id}"), 4, &[("a", 1, 0)]) } else { b.int(&format!("t{id}"), 4, 0) };
        assert_eq!(made, id);
    }
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    for id in (1..=1000).rev() {
        assert_eq!(btf.get(id).unwrap().name().unwrap(), format!("t{id}"));
    }
    for id in [1001, 1008, 1009, 5000, u32::MAX] {
        assert_eq!(btf.get(id).unwrap_err().to_string(), format!("BTF type {id} does not exist: there are 1000"));
    }
}

#[test]
fn counts_no_record_that_is_cut_off() {
    let mut b = Builder::new();
    b.int("int", 4, 1);
    b.raw("", 13, 5, false, 1, &[0, 1]);
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    assert_eq!(btf.count().unwrap_err().to_string(), "BTF type 2 reaches beyond the end of the types");
    assert_eq!(btf.types().filter(|ty| ty.is_ok()).count(), 1);
}

#[test]
fn skips_unknown_kinds_by_the_layout() {
    let mut b = Builder::new();
    b.raw("new", 20, 2, false, 0, &[1, 2, 3, 4, 5]);
    b.int("after", 4, 0);
    let bytes = b.bytes();
    let error = Btf::parse(&bytes).unwrap().get(2).unwrap_err();
    assert_eq!(error.to_string(), "BTF type 1 is of unknown kind 20, and no layout tells its size");

    b.layout = [[0, 0, 0, 0]; 20].concat();
    b.layout.extend([4, 8, 0, 0]);
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    assert!(matches!(btf.get(1).unwrap().kind, Kind::Unknown { number: 20 }));
    assert_eq!(btf.get(2).unwrap().name().unwrap(), "after");
    for odd in [[3, 8], [4, 7]] {
        b.layout[80..82].copy_from_slice(&odd);
        assert!(Btf::parse(&b.bytes()).unwrap().count().is_err());
    }
}

#[test]
fn a_module_has_a_layout_or_the_kernel_s() {
    let mut kernel = Builder::new();
    kernel.layout = [[0, 0, 0, 0]; 20].concat();
    kernel.layout.extend([4, 8, 0, 0]);
    let kernel = kernel.bytes();
    let kernel = Btf::parse(&kernel).unwrap();
    let mut module = Builder::new();
    module.raw("new", 20, 2, false, 0, &[1, 2, 3, 4, 5]);
    module.int("after", 4, 0);
    let name = |module: &Builder| {
        let bytes = module.bytes();
        let module = Btf::parse_split(&bytes, &kernel).unwrap();
        module.get(2).map(|ty| ty.kind.number())
    };
    assert_eq!(name(&module).unwrap(), Some(KindNumber::Int));
    module.layout = [[0, 0, 0, 0]; 20].concat();
    assert!(name(&module).is_err());
}

#[test]
fn takes_packed_structs_as_of_alignment_one() {
    let mut b = Builder::new();
    let int = b.int("int", 4, 1);
    let byte = b.int("char", 1, 1);
    let moved = b.structure("moved", 8, &[("a", byte, 0), ("b", int, 8)]);
    let odd = b.structure("odd", 5, &[("a", int, 0), ("b", byte, 32)]);
    let plain = b.structure("plain", 8, &[("a", int, 0), ("b", byte, 32)]);
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    assert_eq!([moved, odd, plain].map(|id| btf.align_of(id).unwrap()), [1, 1, 4]);
}

#[test]
fn takes_the_pointer_size_of_long() {
    let mut b = Builder::new();
    b.int("long unsigned int", 4, 0);
    let bytes = b.bytes();
    assert_eq!(Btf::parse(&bytes).unwrap().pointer_size(), 4);
    assert_eq!(Btf::parse(&bytes).unwrap().with_pointer_size(8).pointer_size(), 8);
}

#[test]
fn takes_no_alignment_for_wider_than_a_pointer() {
    let mut b = Builder::new();
    b.int("long unsigned int", 4, 0);
    let wide = [b.int("long long int", 8, 1), b.int("__int128", 16, 1), b.enumeration64("e", false, &[("E", 1)])];
    let pair = b.structure("pair", 12, &[("a", wide[0], 0), ("b", 1, 64)]);
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    assert_eq!(wide.map(|id| btf.align_of(id).unwrap()), [4; 3]);
    assert_eq!(btf.align_of(pair).unwrap(), 4);
    let btf = btf.with_pointer_size(8);
    assert_eq!(wide.map(|id| btf.align_of(id).unwrap()), [8; 3]);
    assert_eq!(btf.align_of(pair).unwrap(), 1, "a size of 12 bytes isn't aligned by 8");
}

#[test]
fn follows_no_loop() {
    let mut b = Builder::new();
    b.typedef("a", 2);
    b.typedef("b", 1);
    b.array(3, 1);
    // Two members of its own type by value: 2^32 visits if only the depth were bounded.
    b.structure("s", 8, &[("left", 4, 0), ("right", 4, 0)]);
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let text = "BTF type 1 leads through more than 32 types, or in a circle";
    assert_eq!(btf.strip(1).unwrap_err().to_string(), text);
    assert_eq!(btf.resolve_size(1).unwrap_err().to_string(), text);
    assert!(btf.resolve_size(3).is_err() && btf.align_of(3).is_err() && btf.align_of(4).is_err());
}

#[test]
fn refuses_sizes_beyond_32_bits() {
    let mut b = Builder::new();
    let int = b.int("int", 4, 1);
    let large = b.array(int, u32::MAX);
    let none = b.array(large, 0);
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    assert_eq!(btf.resolve_size(large).unwrap_err().to_string(), "BTF type 2 is larger than 4 GiB");
    assert_eq!(btf.resolve_size(none).unwrap(), 0);
}

#[test]
fn says_what_is_wrong_with_a_header() {
    let good = every_kind(Builder::new()).bytes();
    let broken = |at: usize, bytes: &[u8]| {
        let mut broken = good.clone();
        broken[at..at + bytes.len()].copy_from_slice(bytes);
        Btf::parse(&broken).unwrap_err().to_string()
    };
    assert_eq!(Btf::parse(&[]).unwrap_err().to_string(), "BTF of 0 bytes is too short for its header");
    assert_eq!(Btf::parse(&good[..20]).unwrap_err().to_string(), "BTF of 20 bytes is too short for its header");
    assert_eq!(broken(0, b"\x7fE"), "not BTF: the first bytes are [7f, 45], not 9f eb or eb 9f");
    assert_eq!(broken(2, &[2]), "BTF version 2 is not known; only version 1 is");
    assert!(broken(4, &[20, 0, 0, 0]).starts_with("BTF header of 20 bytes in a file of "));
    assert!(broken(8, &[2]).starts_with("BTF types at 2 to "));
    assert!(broken(12, &[0xff, 0xff, 0xff, 0xff]).starts_with("BTF types at "));
    assert_eq!(broken(20, &[0xff, 0xff]), "BTF strings reach beyond the file's end");
    assert_eq!(broken(good.len() - 1, b"x"), "BTF strings do not begin and end with a NUL");
}

/// Reads all that there is to read.
fn exercise(bytes: &[u8]) {
    let Ok(btf) = Btf::parse(bytes) else { return };
    btf.pointer_size();
    let _ = btf.find(KindNumber::Typedef, "named_t");
    let count = btf.count().unwrap_or(40);
    for ty in btf.types().map_while(Result::ok) {
        let _ = (ty.name(), ty.is_anonymous(), ty.is_named("outer"), format!("{:?}", ty.kind.number()));
        match ty.kind {
            Kind::Struct(c) | Kind::Union(c) => c.members().for_each(|m| drop((m.name(), btf.resolve_size(m.type_id())))),
            Kind::Enum(e) | Kind::Enum64(e) => e.enumerators().for_each(|e| drop(e.name())),
            Kind::FuncProto(proto) => proto.params().for_each(|p| drop((p.name(), btf.get(p.type_id())))),
            Kind::Datasec(section) => section.variables().for_each(|v| drop(btf.get(v.type_id))),
            _ => {}
        }
    }
    for id in 0..=count.saturating_add(1).min(100) {
        let _ = (btf.get(id).is_ok(), btf.strip(id).is_ok(), btf.resolve_size(id), btf.align_of(id));
    }
}

#[test]
fn survives_every_truncation_and_flipped_byte() {
    for builder in [Builder::new(), Builder::big_endian()] {
        let good = every_kind(builder).bytes();
        for len in 0..good.len() {
            exercise(&good[..len]);
        }
        for at in 0..good.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff, good[at] ^ 1, good[at] ^ 0x10] {
                let mut broken = good.clone();
                broken[at] = value;
                exercise(&broken);
            }
        }
    }
}

#[test]
fn reads_all_of_the_running_kernel() {
    let Some(bytes) = running_kernel() else { return };
    let btf = Btf::parse(&bytes).unwrap();
    let mut count = 0;
    for ty in btf.types() {
        let ty = ty.unwrap();
        ty.name().unwrap();
        if let Kind::Struct(fields) | Kind::Union(fields) = ty.kind {
            assert_eq!(btf.resolve_size(ty.id).unwrap(), fields.size);
            btf.align_of(ty.id).unwrap();
            for member in fields.members() {
                member.name().unwrap();
                btf.get(member.type_id()).unwrap();
            }
        }
        count += 1;
    }
    assert_eq!(btf.count().unwrap(), count);
    let task = find(&btf, KindNumber::Struct, "task_struct");
    let Kind::Struct(fields) = task.kind else { panic!() };
    assert!(fields.members().any(|member| member.is_named("pid")));
}

#[test]
fn records_and_strings_are_where_they_say() {
    let mut builder = Builder::new();
    builder.int("int", 4, 1);
    let variable = builder.var("variable", 1, 1);
    let bytes = builder.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let at = btf.record_offset(variable).unwrap();
    let name = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(btf.string(name).unwrap(), "variable");
    assert!(btf.record_offset(0).is_err() && btf.record_offset(3).is_err() && btf.string(1000).is_err());
}

/// A base, and split BTF that builds on it.
fn split(base: Builder) -> (Vec<u8>, Vec<u8>) {
    let mut base = base;
    let int = base.int("int", 4, 1);
    base.structure("shared", 4, &[("value", int, 0)]);
    let mut module = Builder::split(&base);
    let own = module.structure("own", 8, &[("count", int, 0), ("inner", int + 1, 32)]);
    module.ptr(own);
    (base.bytes(), module.bytes())
}

#[test]
fn split_btf_goes_on_where_its_base_ends() {
    for builder in [Builder::new(), Builder::big_endian()] {
        let (base, module) = split(builder);
        let base = Btf::parse(&base).unwrap();
        let module = Btf::parse_split(&module, &base).unwrap();
        assert_eq!((base.count().unwrap(), module.count().unwrap()), (2, 4));
        let own = module.get(3).unwrap();
        assert!(own.is_named("own"));
        let Kind::Struct(members) = own.kind else { panic!("{own:?}") };
        let members: Vec<_> = members.members().map(|member| (member.name().unwrap(), member.type_id())).collect();
        assert_eq!(members, [("count", 1), ("inner", 2)]);
        assert!(module.get(2).unwrap().is_named("shared"), "the base's types are there by id");
        assert_eq!(module.resolve_size(3).unwrap(), 8);
        assert!(matches!(module.get(4).unwrap().kind, Kind::Ptr { target: 3 }));
        assert_eq!(module.types().map(|ty| ty.unwrap().id).collect::<Vec<_>>(), [3, 4]);
        assert!(module.find(KindNumber::Struct, "shared").unwrap().is_none(), "but not by name");
        assert_eq!(module.find(KindNumber::Struct, "own").unwrap().unwrap().id, 3);
        assert_eq!(module.get(5).unwrap_err().to_string(), "BTF type 5 does not exist: there are 4");
        assert!(module.record_offset(1).is_err(), "it is in other bytes");
    }
}

#[test]
fn split_btf_must_fit_its_base() {
    let (base, module) = split(Builder::new());
    let base = Btf::parse(&base).unwrap();
    assert!(Btf::parse(&module).is_err(), "its strings don't begin with the empty one");
    let (other, _) = split(Builder::big_endian());
    let other = Btf::parse(&other).unwrap();
    let error = Btf::parse_split(&module, &other).unwrap_err();
    assert_eq!(error.to_string(), "split BTF is of another byte order than what it builds on");
    let parsed = Btf::parse_split(&module, &base).unwrap();
    let error = Btf::parse_split(&module, &parsed).unwrap_err();
    assert_eq!(error.to_string(), "split BTF can't build on split BTF");
    for length in 0..module.len() {
        if let Ok(cut) = Btf::parse_split(&module[..length], &base) {
            let _ = (cut.count(), cut.get(3).map(|ty| ty.name().is_ok()), cut.types().count());
        }
    }
    for at in 0..module.len() {
        let mut broken = module.clone();
        broken[at] ^= 0xff;
        if let Ok(broken) = Btf::parse_split(&broken, &base) {
            let _ = (broken.count(), broken.get(3).map(|ty| ty.name().is_ok()), broken.align_of(3), broken.types().count());
        }
    }
}
