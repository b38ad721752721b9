//! Types that are hard to write in C.

use super::Builder;

/// Types of one kind, and the ids of common ones that they are made of.
type Piece = fn(&mut Builder, &Common);

/// Types that C has.
const SOUND: [Piece; 6] = [gaps, bitfields, unions, nameless, enums, declarators];

/// What C can't have or has only by tricks.
const ODD: [Piece; 5] = [namesakes, foreign, overlapping, tags, functions];

/// Types that C has, all of which survive.
pub(super) fn sound() -> Builder {
    assemble(&SOUND)
}

/// These, and the others.
pub(super) fn all() -> Builder {
    assemble(&[&SOUND[..], &ODD].concat())
}

/// Each piece by itself.
pub(super) fn each() -> impl Iterator<Item = Builder> {
    SOUND.into_iter().chain(ODD).map(|piece| assemble(&[piece]))
}

fn assemble(pieces: &[Piece]) -> Builder {
    let mut builder = Builder::default();
    let common = Common::add(&mut builder);
    pieces.iter().for_each(|piece| piece(&mut builder, &common));
    builder
}

struct Common {
    int: u32,
    uint: u32,
    byte: u32,
    u64: u32,
    bool_t: u32,
    pair: u32,
    void: u32,
}

impl Common {
    fn add(b: &mut Builder) -> Self {
        let int = b.int("int", 4, 1);
        let uint = b.int("unsigned int", 4, 0);
        let long = b.int("long unsigned int", 8, 0);
        let byte = b.int("unsigned char", 1, 0);
        let boolean = b.int("_Bool", 1, 4);
        let bool_t = b.typedef("bool", boolean);
        let u64 = b.typedef("u64", long);
        let pair = b.structure("pair", 16, &[("first", int, 0), ("second", u64, 8)]);
        let void = b.ptr(0);
        Self { int, uint, byte, u64, bool_t, pair, void }
    }
}

/// Alignment and gaps.
fn gaps(b: &mut Builder, &Common { int, byte, u64, .. }: &Common) {
    let char = b.int("char", 1, 1);
    let short = b.int("short int", 2, 1);
    let wide = b.int("__int128 unsigned", 16, 0);
    let double = b.float("double", 8);
    b.structure("gap", 24, &[("first", byte, 0), ("second", int, 12), ("last", byte, 16)]);
    b.structure("cacheline", 192, &[("hot", int, 0), ("cold", int, 64), ("end", byte, 128)]);
    b.structure("packed", 14, &[("first", short, 0), ("second", u64, 2), ("third", int, 10)]);
    b.structure("packed_by_size", 5, &[("first", int, 0), ("second", byte, 4)]);
    let packed = b.structure("packed_with_gap", 9, &[("first", byte, 0), ("second", int, 4), ("third", byte, 8)]);
    b.structure("around_packed", 20, &[("first", byte, 0), ("packed", packed, 1), ("second", u64, 12)]);
    b.structure("numbers", 64, &[("wide", wide, 0), ("real", double, 16), ("letter", char, 24), ("after", wide, 32)]);
    let none = b.array(int, 0);
    b.structure("flexible", 8, &[("count", byte, 0), ("items", none, 4)]);
    b.structure("flexible_with_end", 64, &[("count", int, 0), ("items", none, 4)]);
    let empty = b.structure("empty", 0, &[]);
    b.structure("around_empty", 8, &[("empty", empty, 0), ("number", u64, 0)]);
    b.structure("opaque", 20, &[]);
}

fn bitfields(b: &mut Builder, &Common { int, uint, byte, u64, bool_t, .. }: &Common) {
    b.bitfields("bits", 8, &[("low", uint, 0, 3), ("middle", int, 3, 7), ("rest", byte, 16, 0), ("last", uint, 37, 5)]);
    b.bitfields("bits_in_next_unit", 8, &[("first", uint, 0, 20), ("second", uint, 32, 20)]);
    b.bitfields("bits_across", 6, &[("first", uint, 0, 20), ("second", uint, 20, 20), ("flag", bool_t, 40, 1)]);
    b.bitfields("bits_after_byte", 4, &[("first", byte, 0, 0), ("second", uint, 8, 24)]);
    b.bitfields("bits_of_long", 16, &[("first", u64, 4, 40), ("second", u64, 64, 64)]);
}

fn unions(b: &mut Builder, &Common { int, byte, u64, .. }: &Common) {
    let bytes = b.array(byte, 5);
    b.union("either", 8, &[("number", int, 0), ("word", u64, 0)]);
    b.union("padded", 8, &[("byte", byte, 0)]);
    b.union("aligned", 64, &[("number", int, 0)]);
    b.union("packed_union", 5, &[("number", int, 0), ("bytes", bytes, 0)]);
}

/// Without names.
fn nameless(b: &mut Builder, &Common { int, byte, u64, .. }: &Common) {
    let inner = b.structure("", 8, &[("x", int, 0), ("y", int, 4)]);
    let constant = b.constant(inner);
    let choice = b.union("", 8, &[("word", u64, 0), ("", inner, 0)]);
    b.structure("nested", 32, &[("", choice, 0), ("point", inner, 8), ("fixed", constant, 16), ("end", byte, 24)]);
    let mode = b.enumeration("", false, &[("OFF", 0), ("ON", 1)]);
    b.structure("with_enum", 4, &[("mode", mode, 0)]);
    let shared = b.enumeration("", true, &[("BACK", -1), ("FORTH", 1)]);
    b.structure("with_shared_enum", 8, &[("a", shared, 0), ("b", shared, 4)]);
    b.enumeration("", false, &[("false", 0), ("true", 1), ("ALONE", 7)]);
}

fn enums(b: &mut Builder, &Common { bool_t, .. }: &Common) {
    let color = b.enumeration("color", false, &[("RED", 0), ("GREEN", -1)]);
    b.enumeration("sign", true, &[("MINUS", -5), ("PLUS", 5)]);
    b.enumeration64("large", false, &[("HUGE", 1 << 40), ("HIGHEST", u64::MAX)]);
    b.enumeration64("low", true, &[("LOWEST", i64::MIN as u64), ("ZERO", 0)]);
    let small = b.sized_enumeration("small", 1, &[("SMALL", 200)]);
    b.sized_enumeration("long_as_few", 8, &[("FEW", 1)]);
    b.structure("colored", 8, &[("color", color, 0), ("small", small, 4), ("flag", bool_t, 5)]);
}

fn declarators(b: &mut Builder, &Common { int, bool_t, pair, void, .. }: &Common) {
    let target = b.forward("declared", false);
    let pointer = b.ptr(target);
    let proto = b.func_proto(int, &[("a", pointer), ("b", pair), ("", 0)]);
    let function = b.ptr(proto);
    let row = b.array(int, 3);
    let table = b.array(row, 2);
    let to_row = b.ptr(row);
    let functions = b.array(function, 4);
    let returns_function = b.func_proto(function, &[]);
    let returns_function = b.ptr(returns_function);
    let const_int = b.constant(int);
    let volatile_int = b.volatile(const_int);
    let to_volatile = b.ptr(volatile_int);
    let fixed = b.constant(to_volatile);
    let const_row = b.constant(row);
    let restricted = b.restrict(void);
    let noreturn = b.volatile(proto);
    let noreturn = b.ptr(noreturn);
    b.structure(
        "declarators",
        152,
        &[
            ("function", function, 0),
            ("table", table, 8),
            ("to_row", to_row, 32),
            ("functions", functions, 40),
            ("returns_function", returns_function, 72),
            ("fixed", fixed, 80),
            ("const_row", const_row, 88),
            ("restricted", restricted, 104),
            ("noreturn", noreturn, 112),
            ("bool", bool_t, 120),
            ("pair", pair, 128),
            ("end", void, 144),
        ],
    );
}

/// Several with one name.
fn namesakes(b: &mut Builder, &Common { int, void, .. }: &Common) {
    b.structure("pair", 4, &[("other", int, 0)]);
    let twin = b.structure("pair___2", 4, &[("taken", int, 0)]);
    b.typedef("u64", twin);
    b.enumeration("color", false, &[("RED", 3)]);
    b.forward("pair", false);
    b.forward("pair", true);
    b.add("color", 6, 0, 4, &[]);
    b.add("unknown_enum", 6, 0, 4, &[]);
    b.typedef("__builtin_va_list", void);
}

/// Names and types that aren't C's.
fn foreign(b: &mut Builder, _: &Common) {
    let int = b.int("i32", 4, 1);
    let option = b.structure("Option<alloc::vec::Vec<u8>>", 24, &[("0", int, 0)]);
    let to_option = b.ptr(option);
    let options = b.array(option, 2);
    let alias = b.typedef("core::option", option);
    let half = b.float("_Float16", 2);
    let strange = b.int("u24", 3, 0);
    let choice = b.enumeration("Choice<T>", false, &[("A::B", 1)]);
    let proto = b.func_proto(0, &[("by_value", option), ("half", half)]);
    let function = b.ptr(proto);
    b.structure(
        "rust",
        144,
        &[
            ("option", option, 0),
            ("to_option", to_option, 24),
            ("options", options, 32),
            ("alias", alias, 80),
            ("half", half, 104),
            ("strange", strange, 106),
            ("choice", choice, 112),
            ("function", function, 120),
            ("{closure}", int, 128),
            ("if", int, 132),
            ("end", int, 136),
        ],
    );
}

fn overlapping(b: &mut Builder, &Common { int, .. }: &Common) {
    b.union("odd", 72, &[("number", int, 0)]);
    b.structure("overlapping", 8, &[("first", int, 0), ("second", int, 2), ("third", int, 4)]);

    // A struct with a name in place of one without, as `-fms-extensions` allows.
    let base = b.structure("base", 4, &[("number", int, 0)]);
    b.structure("derived", 8, &[("", base, 0), ("more", int, 4)]);
}

fn tags(b: &mut Builder, &Common { int, .. }: &Common) {
    let user = b.type_tag("user", false, int);
    let to_user = b.ptr(user);
    let quote = b.type_tag("a\"b", false, int);
    let to_quote = b.ptr(quote);
    let tagged = b.structure("tagged", 16, &[("user", to_user, 0), ("quote", to_quote, 8)]);
    b.decl_tag("ignored", tagged);
}

/// For programs to call, by their tags.
fn functions(b: &mut Builder, &Common { int, void, .. }: &Common) {
    let arena = b.type_tag("address_space(1)", true, 0);
    let arena = b.ptr(arena);
    let proto = b.func_proto(arena, &[("map", void), ("flags", int), ("", 0)]);
    for name in ["bpf_zebra", "bpf_ape", "bpf_fast", "rust::call", "static_function"] {
        let function = b.func(name, proto);
        if name != "static_function" {
            b.decl_tag("bpf_kfunc", function);
        }
        if name == "bpf_fast" {
            b.decl_tag("bpf_fastcall", function);
        }
    }
}
