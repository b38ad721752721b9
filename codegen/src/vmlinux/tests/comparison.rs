//! Compares the kernel's BTF with that which clang makes of the header.

use std::collections::HashSet;
use std::fs;

use corebone::btf::{Btf, Composite, Kind, Type};

use crate::compilers::{Clang, Scratch};
use crate::vmlinux::names::{Names, is_declaration, tag_kind};
use crate::vmlinux::types::{Types, unqualified};
use crate::vmlinux::{find_btf, header};

/// Variables for one run of clang, whose time grows by the square of the number of names.
const VARIABLES: usize = 1000;

/// Compiles the header for a kernel, with a variable of each struct, union and enum that has a name, and compares. Gives the number of
/// members.
pub(super) fn compare(title: &str, bytes: &[u8], clang: &Clang) -> usize {
    let kernel = Btf::parse(bytes).unwrap();
    let scratch = Scratch::new(&format!("comparison-{}-{}", title.replace('/', "-"), clang.version));
    let (file, out, include) = (scratch.file("test.c"), scratch.file("test.o"), scratch.file(""));
    fs::write(scratch.path().join("vmlinux.h"), header(&kernel).unwrap()).unwrap();
    let types = Types::read(&kernel).unwrap();
    let names = Names::settle(&types).unwrap();
    let is_defined =
        |ty: &&Type<'_>| tag_kind(ty).is_some() && !is_declaration(ty) && names.of(ty.id).is_some_and(|name| !name.is_empty());
    let defined: Vec<&Type<'_>> = types.iter().filter(is_defined).collect();
    let mut members = 0;
    for chunk in defined.chunks(VARIABLES) {
        let mut text = "#include \"vmlinux.h\"\n".to_owned();
        for ty in chunk {
            text += &format!("{} {} variable{};\n", tag_kind(ty).unwrap(), names.of(ty.id).unwrap(), ty.id);
        }
        fs::write(&file, text).unwrap();
        let target = if kernel.is_big_endian() { "bpfeb" } else { "bpfel" };
        clang.compile(&["-target", target, "-O2", "-g", "-Wall", "-Wextra", "-I", &include, "-c", &file, "-o", &out]);

        let object = fs::read(&out).unwrap();
        let bytes = find_btf(&object).unwrap();
        let ours = Types::read(&Btf::parse(&bytes).unwrap()).unwrap();
        let title = format!("{title}, clang {}", clang.version);
        let mut pairs = Pairs { title: &title, types: &types, names: &names, ours: &ours, known: HashSet::new(), members: 0 };
        let mut variables = 0;
        for ty in ours.iter() {
            if let (Kind::Var { type_id, .. }, Some(id)) = (ty.kind, ty.name().unwrap().strip_prefix("variable")) {
                let kernel = types.get(id.parse().unwrap()).unwrap();
                pairs.compare_tagged(kernel, type_id, kernel.name().unwrap());
                variables += 1;
            }
        }
        // A variable of an empty struct is no variable.
        assert!(variables + 50 > chunk.len(), "{title}: {variables} of {}", chunk.len());
        members += pairs.members;
    }
    members
}

struct Pairs<'p, 'k, 'o> {
    title: &'p str,
    types: &'p Types<'k>,
    names: &'p Names<'k>,
    ours: &'p Types<'o>,
    known: HashSet<(u32, u32)>,
    members: usize,
}

impl Pairs<'_, '_, '_> {
    /// The definition of a struct, union or enum.
    fn compare_tagged(&mut self, kernel: &Type<'_>, ours: u32, place: &str) {
        let ours = *self.ours.get(ours).unwrap();
        match (kernel.kind, ours.kind) {
            (Kind::Struct(kernel), Kind::Struct(ours)) | (Kind::Union(kernel), Kind::Union(ours)) => {
                self.compare_members(kernel, ours, place);
            }
            (Kind::Enum(kernel) | Kind::Enum64(kernel), Kind::Enum(ours) | Kind::Enum64(ours)) => {
                assert_eq!(kernel.size, ours.size, "{}: {place}", self.title);
                // Before Linux 6.0 and clang 16, values are cut to 32 bits.
                let size = if kernel.is_wide() && ours.is_wide() { 8 } else { kernel.size.min(4) };
                let mask = u64::MAX >> (64 - 8 * size);
                let values = |values: corebone::btf::Enum<'_>| values.enumerators().map(|it| it.value() & mask).collect::<Vec<_>>();
                assert_eq!(values(kernel), values(ours), "{}: {place}", self.title);
            }
            (kernel, ours) => panic!("{}: {place} is {:?}, not {:?}", self.title, ours.number(), kernel.number()),
        }
    }

    fn compare_members(&mut self, kernel: Composite<'_>, ours: Composite<'_>, place: &str) {
        assert_eq!(ours.size, kernel.size, "{}: size of {place}", self.title);
        assert_eq!(ours.len(), kernel.len(), "{}: members of {place}", self.title);
        for (kernel, ours) in kernel.members().zip(ours.members()) {
            let place = format!("{place}.{}", kernel.name().unwrap());
            assert_eq!(ours.name().unwrap(), kernel.name().unwrap(), "{}: name of {place}", self.title);
            assert_eq!(ours.bit_offset(), kernel.bit_offset(), "{}: offset of {place}", self.title);
            assert_eq!(ours.bitfield_width(), kernel.bitfield_width(), "{}: width of {place}", self.title);
            // What has no name may have a type with a name, of which the members are written in its place.
            match (self.types.composite(kernel.type_id()).unwrap(), self.ours.composite(ours.type_id()).unwrap()) {
                (Some((_, a)), Some((_, b))) if kernel.is_anonymous() => self.compare_members(a, b, &place),
                _ => self.compare(kernel.type_id(), ours.type_id(), &place),
            }
            self.members += 1;
        }
    }

    fn compare(&mut self, kernel: u32, ours: u32, place: &str) {
        let (kernel, ours) = (skip_qualifiers(self.types, kernel), skip_qualifiers(self.ours, ours));
        if !self.known.insert((kernel.id, ours.id)) {
            return;
        }
        let name = self.names.of(kernel.id).map(|name| name.to_string()).unwrap_or_default();
        let same_name = name == ours.name().unwrap();
        let size = |ty: &Type<'_>| match ty.kind {
            Kind::Int(int) => (int.size, int.is_bool(), int.is_signed()),
            _ => (0, false, false),
        };
        match (kernel.kind, ours.kind) {
            (Kind::Void, Kind::Void) => (),
            // Whether `char` is signed depends on the compiler and its options.
            (Kind::Int(a), Kind::Int(b)) if kernel.name().unwrap() == "char" => {
                assert_eq!(a.size, b.size, "{}: {place}", self.title)
            }
            (Kind::Int(_), Kind::Int(_)) => assert_eq!(size(&kernel), size(&ours), "{}: {place}", self.title),
            (Kind::Float { size: a }, Kind::Float { size: b }) => assert_eq!(a, b, "{}: {place}", self.title),
            (Kind::Ptr { target: a }, Kind::Ptr { target: b }) => self.compare(a, b, place),
            (Kind::Array(a), Kind::Array(b)) => {
                assert_eq!(a.len, b.len, "{}: {place}", self.title);
                self.compare(a.element, b.element, place);
            }
            (Kind::FuncProto(a), Kind::FuncProto(b)) => {
                assert_eq!(a.params().len(), b.params().len(), "{}: {place}", self.title);
                self.compare(a.result, b.result, place);
                a.params().zip(b.params()).for_each(|(a, b)| self.compare(a.type_id(), b.type_id(), place));
            }
            (Kind::Typedef { target: a }, Kind::Typedef { target: b }) if same_name => self.compare(a, b, place),
            (Kind::Struct(a), Kind::Struct(b)) | (Kind::Union(a), Kind::Union(b)) if name.is_empty() && same_name => {
                self.compare_members(a, b, place);
            }
            (Kind::Enum(_) | Kind::Enum64(_), Kind::Enum(_) | Kind::Enum64(_)) if name.is_empty() => {
                self.compare_tagged(&kernel, ours.id, place);
            }
            (_, Kind::Fwd { .. }) | (Kind::Fwd { .. }, _) if same_name => (),
            (a, b) if same_name && a.number() == b.number() => (),
            (Kind::Enum(_) | Kind::Enum64(_), Kind::Enum(_) | Kind::Enum64(_)) if same_name => (),
            (a, b) => {
                panic!("{}: {place} is {:?} `{}`, not {:?} `{name}`", self.title, b.number(), ours.name().unwrap(), a.number())
            }
        }
    }
}

fn skip_qualifiers<'a>(types: &Types<'a>, mut id: u32) -> Type<'a> {
    loop {
        let ty = types.get(id).unwrap();
        match unqualified(&ty.kind) {
            Some(target) => id = target,
            None => return *ty,
        }
    }
}
