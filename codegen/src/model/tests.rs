//! C types through the model, from BTF to Rust's names.

use corebone::blueprint::{Map, Object, Section as Kind, map_type};
use corebone::btf::Btf;

use super::types::{Item, Types};
use super::{Model, Role, ident};
use crate::linked::Linked;
use crate::sample::Builder;

/// A line for each item and each field that a type needs, and the type itself.
fn convert(b: &Builder, type_id: u32) -> String {
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap().with_pointer_size(8);
    let mut types = Types::new(&btf);
    let converted = types.convert(type_id, "it.value").unwrap();
    let mut lines = Vec::new();
    for item in types.into_items() {
        match item {
            Item::Record(record) => {
                let packed = if record.packed { " packed" } else { "" };
                lines.push(format!("{} {}: {}/{}{packed}", record.doc.join(" "), record.name, record.size, record.align));
                for field in record.fields {
                    let role = match field.role {
                        Role::Value => "",
                        Role::String => " string",
                        Role::Padding => " padding",
                    };
                    let doc = field.doc.join(" ");
                    lines
                        .push(format!("  {} {}: {}{role} {doc}", field.offset, ident(&field.name), field.ty).trim_end().to_owned());
                    let bits = field.bits.iter().map(|bits| format!("    {}: {} {}..{}", bits.name, bits.ty, bits.first, bits.end));
                    lines.extend(bits);
                    let views = field.views.iter();
                    lines.extend(views.map(|view| format!("    {}: {} at {} {}", view.name, view.ty, view.offset, view.doc)));
                }
            }
            Item::Enumeration(enumeration) => {
                lines.push(format!("{} {}: {}", enumeration.doc.join(" "), enumeration.name, enumeration.repr));
                lines.extend(
                    enumeration.constants.iter().map(|each| format!("  {} {} = {}", each.doc, ident(&each.name), each.value)),
                );
            }
            Item::Alias(alias) => lines.push(format!("{} = {}", alias.doc, alias.target)),
            Item::Incomplete(incomplete) => lines.push(format!("{} {}", incomplete.doc, incomplete.name)),
        }
    }
    lines.push(format!("{}{}", converted.ty, converted.note.map_or_else(String::new, |note| format!(" ({note})"))));
    lines.join("\n")
}

#[test]
fn simple_types_have_rust_s_names() {
    let mut b = Builder::default();
    let cases = [
        (b.int("int", 4, 1), "i32"),
        (b.int("unsigned char", 1, 0), "u8"),
        (b.int("char", 1, 1), "i8"),
        (b.int("__int128", 16, 1), "i128"),
        (b.int("_Bool", 1, 4), "Bool"),
        (b.int("odd", 3, 0), "[u8; 3] (Rust has no such type, so that there are only its bytes.)"),
        (b.float("double", 8), "f64"),
        (b.float("long double", 16), "[u8; 16] (Rust has no such type, so that there are only its bytes.)"),
    ];
    let int = cases[0].0;
    let pointer = b.ptr(0);
    let row = b.array(int, 3);
    let matrix = b.array(row, 2);
    let constant = b.constant(matrix);
    let named = b.typedef("matrix_t", constant);
    let renamed = b.typedef("other_t", named);
    let plain = b.typedef("__u32", int);
    assert_eq!(convert(&b, renamed), "`typedef matrix_t other_t` = [[i32; 3]; 2]\ntypes::other_t");
    assert_eq!(convert(&b, plain), "i32");
    for (id, expected) in cases.into_iter().chain([(pointer, "Ptr<c_void>"), (matrix, "[[i32; 3]; 2]")]) {
        assert_eq!(convert(&b, id), expected);
    }
}

#[test]
fn a_struct_has_no_gaps_and_rust_s_keywords_are_raw() {
    let mut b = Builder::default();
    let (char, u32, u64) = (b.int("char", 1, 1), b.int("unsigned int", 4, 0), b.int("unsigned long long", 8, 0));
    let task = b.array(char, 16);
    let event = b.structure(
        "event",
        48,
        &[("type", u32, 0), ("self", u64, 8), ("task", task, 16), ("_pad36", u32, 32), ("crate", u64, 40)],
    );
    let expected = "\
`struct event` event: 48/8
  0 r#type: u32 `unsigned int type`
  4 _pad4: [u8; 4] padding
  8 self_: u64 `unsigned long long self`
  16 task: CharArray<16> string `char task[16]`
  32 _pad36: u32 `unsigned int _pad36`
  36 _pad36_: [u8; 4] padding
  40 crate_: u64 `unsigned long long crate`
types::event";
    assert_eq!(convert(&b, event), expected);
}

#[test]
fn packed_structs_are_known_by_their_offsets() {
    let mut b = Builder::default();
    let (u8, u64) = (b.int("unsigned char", 1, 0), b.int("unsigned long long", 8, 0));
    let header = b.structure("header", 9, &[("tag", u8, 0), ("cookie", u64, 1)]);
    let expected = "\
`struct header` header: 9/1 packed
  0 tag: u8 `unsigned char tag`
  1 cookie: u64 `unsigned long long cookie`
types::header";
    assert_eq!(convert(&b, header), expected);
}

#[test]
fn bitfields_share_their_bytes() {
    let mut b = Builder::default();
    let (u32, int) = (b.int("unsigned int", 4, 0), b.int("int", 4, 1));
    let (u8, boolean) = (b.int("unsigned char", 1, 0), b.int("_Bool", 1, 4));
    let reason = b.enumeration("reason", false, &[("LATE", 0)]);
    let flags = b.bitfields(
        "flags",
        16,
        &[
            ("a", u32, 0, 3),
            ("b", int, 3, 9),
            ("c", u8, 16, 0),
            ("", u32, 24, 4),
            ("why", reason, 32, 31),
            ("set_why", boolean, 64, 1),
            ("bits0", u32, 96, 0),
        ],
    );
    let expected = "\
`enum reason` reason: u32
  `LATE = 0` LATE = 0
`struct flags` flags: 16/4
  0 bits0: [u8; 2] `unsigned int a:3`, `int b:9`.
    a: u32 0..3
    b: i32 3..12
  2 c: u8 `unsigned char c`
  3 _pad3: [u8; 1] padding
  4 bits4: [u8; 5] `enum reason why:31`, `_Bool set_why:1`.
    why: types::reason 0..31
    set_why_: Bool 32..33
  9 _pad9: [u8; 3] padding
  12 bits0_: u32 `unsigned int bits0`
types::flags";
    assert_eq!(convert(&b, flags), expected);
}

#[test]
fn names_of_c_s_are_kept_before_others_are_made() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let nameless = b.structure("", 4, &[("x", int, 0)]);
    let outer = b.structure("outer", 4, &[("at", nameless, 0)]);
    let named = b.structure("outer_at", 4, &[("y", int, 0)]);
    let both = b.structure("both", 8, &[("first", outer, 0), ("second", named, 4)]);
    assert_eq!(
        convert(&b, both),
        "`struct { ... }` of `outer.at` outer_at_: 4/4\n  0 x: i32 `int x`\n\
         `struct outer` outer: 4/4\n  0 at: types::outer_at_ `struct { ... } at`\n\
         `struct outer_at` outer_at: 4/4\n  0 y: i32 `int y`\n\
         `struct both` both: 8/4\n  0 first: types::outer `struct outer first`\n  4 second: types::outer_at `struct outer_at second`\n\
         types::both"
    );
}

#[test]
fn anonymous_members_are_the_outer_struct_s_and_unions_have_accessors() {
    let mut b = Builder::default();
    let (u32, u64) = (b.int("unsigned int", 4, 0), b.int("unsigned long long", 8, 0));
    let lifted = b.structure("", 8, &[("x", u32, 0), ("y", u32, 4)]);
    let parts = b.structure("", 8, &[("low", u32, 0), ("x", u32, 4)]);
    let choice = b.union("", 8, &[("word", u64, 0), ("", parts, 0)]);
    let named_union = b.union("address", 12, &[("v4", u32, 0)]);
    let inner = b.structure("", 4, &[("z", u32, 0)]);
    let inners = b.array(inner, 2);
    let outer = b.structure(
        "outer",
        40,
        &[("", lifted, 0), ("", choice, 8), ("address", named_union, 16), ("inner", inner, 28), ("list", inners, 32)],
    );
    let expected = "\
`union address` address: 12/4
  0 bytes: [u32; 3] Each member has a getter and a setter, and all share these bytes.
    v4: u32 at 0 `unsigned int v4`
`struct { ... }` of `outer.inner` outer_inner: 4/4
  0 z: u32 `unsigned int z`
`struct outer` outer: 40/8
  0 x: u32 `unsigned int x`
  4 y: u32 `unsigned int y`
  8 anonymous8: [u64; 1] `union { ... }` Each member has a getter and a setter, and all share these bytes.
    word: u64 at 0 `unsigned long long word`
    low: u32 at 0 `unsigned int low`
    x_: u32 at 4 `unsigned int x`
  16 address: types::address `union address address`
  28 inner: types::outer_inner `struct { ... } inner`
  32 list: [types::outer_inner; 2] `struct { ... } list[2]`
types::outer";
    assert_eq!(convert(&b, outer), expected);
}

#[test]
fn names_are_those_of_tags_or_typedefs_and_never_clash() {
    let mut b = Builder::default();
    let u64 = b.int("unsigned long long", 8, 0);
    let tagged = b.structure("pair", 8, &[("a", u64, 0)]);
    let nameless = b.structure("", 8, &[("b", u64, 0)]);
    let named = b.typedef("pair", nameless);
    let alias = b.typedef("alias_t", named);
    let hides = b.structure("u64", 8, &[("c", u64, 0)]);
    let all = b.structure("all", 24, &[("first", tagged, 0), ("second", alias, 8), ("third", hides, 16)]);
    let expected = "\
`struct pair` pair: 8/8
  0 a: u64 `unsigned long long a`
`typedef struct { ... } pair` pair_: 8/8
  0 b: u64 `unsigned long long b`
`typedef pair alias_t` = types::pair_
`struct u64` u64_: 8/8
  0 c: u64 `unsigned long long c`
`struct all` all: 24/8
  0 first: types::pair `struct pair first`
  8 second: types::alias_t `alias_t second`
  16 third: types::u64_ `struct u64 third`
types::all";
    assert_eq!(convert(&b, all), expected);
}

#[test]
fn pointers_name_what_they_point_to() {
    let mut b = Builder::default();
    let (char, u32) = (b.int("char", 1, 1), b.int("__u32", 4, 0));
    let (text, void, task) = (b.ptr(char), b.ptr(0), b.forward("task_struct", false));
    let tagged = b.type_tag("kptr", false, task);
    let kptr = b.ptr(tagged);
    let twice = b.ptr(kptr);
    let proto = b.func_proto(0, &[("x", u32)]);
    let call = b.ptr(proto);
    let next = b.ptr(call + 2);
    let node = b.structure("node", 8, &[("next", next, 0)]);
    let members = [("text", text, 0), ("any", void, 8), ("task", kptr, 16), ("twice", twice, 24), ("call", call, 32)];
    let all = b.structure("all", 48, &[&members[..], &[("node", node, 40)]].concat());
    let expected = "\
`struct node` node: 8/8
  0 next: Ptr<types::node> `struct node *next`
`struct all` all: 48/8
  0 text: Ptr<i8> `char *text`
  8 any: Ptr<c_void> `void *any`
  16 task: Ptr<types::task_struct> `struct task_struct __kptr *task`
  24 twice: Ptr<Ptr<types::task_struct>> `struct task_struct __kptr **twice`
  32 call: Ptr<fn()> `void (*call)(__u32 x)`
  40 node: types::node `struct node node`
`struct task_struct`, which only pointers lead to. task_struct
types::all";
    assert_eq!(convert(&b, all), expected);
}

/// As of two files that are linked.
#[test]
fn pointers_tell_types_of_one_name_apart() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let (one, other) = (b.structure("same", 4, &[("a", int, 0)]), b.structure("same", 4, &[("b", int, 0)]));
    let anywhere = b.forward("same", false);
    let [to_one, to_other, to_any] = [one, other, anywhere].map(|target| b.ptr(target));
    let members = [("any", to_any, 0), ("to_other", to_other, 8), ("to_one", to_one, 16), ("one", one, 24), ("other", other, 28)];
    let all = b.structure("all", 32, &members);
    let expected = "\
`struct same` same_: 4/4
  0 a: i32 `int a`
`struct same` same: 4/4
  0 b: i32 `int b`
`struct all` all: 32/8
  0 any: Ptr<types::same> `struct same *any`
  8 to_other: Ptr<types::same> `struct same *to_other`
  16 to_one: Ptr<types::same_> `struct same *to_one`
  24 one: types::same_ `struct same one`
  28 other: types::same `struct same other`
types::all";
    assert_eq!(convert(&b, all), expected);
}

#[test]
fn the_kernel_s_own_structs_are_opaque() {
    let mut b = Builder::default();
    let u32 = b.int("unsigned int", 4, 0);
    let lock = b.structure("bpf_spin_lock", 4, &[("val", u32, 0)]);
    let expected = "\
`struct bpf_spin_lock` The kernel's own: user space sees zeros and changes nothing. bpf_spin_lock: 4/4
  0 _opaque: [u32; 1] padding
types::bpf_spin_lock";
    assert_eq!(convert(&b, lock), expected);
}

#[test]
fn what_has_no_type_is_bytes_up_to_the_next_member() {
    let mut b = Builder::default();
    let (u32, long) = (b.int("unsigned int", 4, 0), b.int("unsigned long long", 8, 0));
    let (some, none) = (b.int("unsigned __int128", 16, 0), b.array(0, 2));
    let odd = b.bitfields(
        "odd",
        48,
        &[("complex", 0, 0, 0), ("low", u32, 128, 0), ("atomics", none, 160, 0), ("wide", some, 224, 100), ("end", long, 320, 0)],
    );
    let expected = "\
`struct odd` odd: 48/4
  0 complex: [u8; 16] `void complex` The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.
  16 low: u32 `unsigned int low`
  20 atomics: [u8; 8] `void atomics[2]` The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.
  28 bits28: [u8; 13] `unsigned __int128 wide:100`.
    wide: u128 0..100
  41 _pad41: [u8; 7] padding
types::odd";
    let overlapping = convert(&b, odd);
    assert!(overlapping.starts_with("[u8; 48] (Its members overlap"), "{overlapping}");
    let odd =
        b.bitfields("odd", 48, &[("complex", 0, 0, 0), ("low", u32, 128, 0), ("atomics", none, 160, 0), ("wide", some, 224, 100)]);
    assert_eq!(convert(&b, odd), expected);
}

#[test]
fn enums_keep_any_number() {
    let mut b = Builder::default();
    let reason = b.enumeration("reason", true, &[("BAD", -1), ("GOOD", 0), ("Self", 7)]);
    let flags = b.enumeration("", false, &[("TOP", i32::MIN)]);
    let flags = b.typedef("flags_t", flags);
    let wide = b.enumeration64("", false, &[("HUGE", u64::MAX)]);
    let all = b.structure("all", 16, &[("reason", reason, 0), ("flags", flags, 4), ("wide", wide, 8)]);
    let expected = "\
`enum reason` reason: i32
  `BAD = -1` BAD = -1
  `GOOD = 0` GOOD = 0
  `Self = 7` Self_ = 7
`typedef enum { ... } flags_t` flags_t: u32
  `TOP = 2147483648` TOP = 2147483648
`enum { ... }` of `all.wide` all_wide: u64
  `HUGE = 18446744073709551615` HUGE = 18446744073709551615
`struct all` all: 16/8
  0 reason: types::reason `enum reason reason`
  4 flags: types::flags_t `flags_t flags`
  8 wide: types::all_wide `enum { ... } wide`
types::all";
    assert_eq!(convert(&b, all), expected);
}

#[test]
fn enums_of_clang_14_have_the_sign_that_their_values_tell() {
    let all = |said: bool| {
        let mut b = Builder::default();
        let errors = b.enumeration("errors", false, &[("ANY", -1), ("OOM", -12), ("FINE", 0)]);
        let masks = b.enumeration("masks", false, &[("ALL", -1), ("TOP", i32::MIN)]);
        let below = b.sized_enumeration("below", 1, &[("MINUS", 3_u32.wrapping_neg())]);
        let above = b.sized_enumeration("above", 1, &[("MOST", 200)]);
        if said {
            b.enumeration("other", true, &[("OTHER", -1)]);
        }
        let all = b.structure("all", 12, &[("e", errors, 0), ("m", masks, 4), ("b", below, 8), ("a", above, 9)]);
        let text = convert(&b, all);
        let enums = text.lines().filter(|line| line.starts_with("`enum")).map(|line| line.rsplit(' ').next().unwrap().to_owned());
        (enums.collect::<Vec<_>>().join(" "), text)
    };
    let (reprs, text) = all(false);
    assert_eq!(reprs, "i32 u32 i8 u8");
    for constant in ["`OOM = -12` OOM = -12", "`ALL = 4294967295` ALL = 4294967295", "`MINUS = -3` MINUS = -3"] {
        assert!(text.contains(constant), "{text}");
    }
    assert_eq!(all(true).0, "u32 u32 u8 u8", "another clang would have said it");
}

#[test]
fn what_lies_too_deep_is_bytes() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let named = (0..100).fold(int, |inner, level| b.structure(&format!("level{level}"), 4, &[("inner", inner, 0)]));
    let text = convert(&b, named);
    assert!(text.contains("`struct level35 inner` It lies too deep in other types, so that there are only its bytes."), "{text}");
    let nameless = (0..100).fold(int, |inner, level| b.structure("", 4, &[(if level == 0 { "last" } else { "" }, inner, 0)]));
    let outer = b.structure("outer", 4, &[("", nameless, 0)]);
    let text = convert(&b, outer);
    assert!(text.contains("last: i32 `int last`"), "{text}");
}

#[test]
fn damaged_types_are_errors_or_bytes() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let overlapping = b.structure("overlapping", 8, &[("a", int, 0), ("b", int, 2)]);
    assert_eq!(convert(&b, overlapping), "[u8; 8] (Its members overlap, so that there are only its bytes.)");

    let mut b = Builder::default();
    let inside = b.structure("inside", 4, &[("again", 1, 0)]);
    let void = b.ptr(0);
    let bytes = b.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let mut types = Types::new(&btf);
    let message = |error: corebone::Error| error.to_string();
    assert_eq!(types.convert(inside, "it").map_err(message), Err("BTF type 1 is in itself".to_owned()));
    assert!(types.convert(void + 1, "it").is_err());
    assert!(types.convert(0, "it").is_err());
}

/// A map of global data.
fn data(name: &str, section: Kind, size: u32, datasec: u32) -> Map<'_> {
    Map {
        name,
        map_type: map_type::ARRAY,
        key_size: 4,
        value_size: size,
        max_entries: 1,
        value_type_id: datasec,
        section: Some(section),
        ..Map::EMPTY
    }
}

fn object<'a>(btf: &'a [u8], maps: &'a [Map<'a>]) -> Object<'a> {
    Object { name: "demo", license: "GPL", btf, maps, ..Object::EMPTY }
}

#[test]
fn sections_show_what_is_not_static() {
    let mut b = Builder::default();
    let (int, boolean) = (b.int("int", 4, 1), b.int("_Bool", 1, 4));
    let volatile = b.volatile(boolean);
    let late = b.var("late", volatile, 1);
    let hidden = b.var("handle.count", int, 0);
    let count = b.var("count", int, 1);
    let many = b.array(int, 1 << 20);
    let heap = b.var("heap", many, 1);
    let bss = b.datasec(".bss", 12, &[(count, 8, 4), (late, 0, 1), (hidden, 4, 4)]);
    let live = b.datasec(".bss.live", 4, &[(count, 0, 4)]);
    let heaps = b.datasec(".data.heap", 1 << 22, &[(heap, 0, 1 << 22)]);
    let statics = b.datasec(".rodata", 4, &[(hidden, 0, 4)]);
    let bytes = b.bytes();
    let maps = [
        data(".bss", Kind::Bss, 12, bss),
        data(".bss.live", Kind::Bss, 4, live),
        data(".data.heap", Kind::Data, 1 << 22, heaps),
        data(".rodata", Kind::Rodata, 4, statics),
        data(".rodata.str1.1", Kind::Rodata, 4, 0),
    ];
    let model = Model::new(&object(&bytes, &maps), &[]).unwrap();
    let [first, second, third] = &model.sections[..] else { panic!("{:?}", model.sections) };
    assert_eq!((&*first.field, &*first.type_name, first.live.as_deref(), first.size), ("bss", "DemoBss", Some("DemoBssLive"), 12));
    let variables: Vec<_> = first.variables.iter().map(|each| (&*each.name, each.offset, each.ty.to_string())).collect();
    assert_eq!(variables, [("late", 0, "Bool".to_owned()), ("count", 8, "i32".to_owned())]);
    assert_eq!(first.variables[0].doc, ["`volatile _Bool late`"]);
    assert_eq!(
        (&*second.field, &*second.type_name, second.live.as_deref()),
        ("bss_live", "DemoBssLive_", Some("DemoBssLive_Live"))
    );
    assert!(third.variables[0].large && !first.variables[0].large);
}

#[test]
fn variables_of_a_section_are_few_bytes_on_the_stack() {
    let mut b = Builder::default();
    let byte = b.int("unsigned char", 1, 0);
    let sizes = [40 << 10, 900, 30 << 10, 40 << 10, 5 << 10];
    let (mut variables, mut end) = (Vec::new(), 0);
    for size in sizes {
        let array = b.array(byte, size);
        variables.push((b.var("buffer", array, 1), end, size));
        end += size;
    }
    let bss = b.datasec(".bss", end, &variables);
    let bytes = b.bytes();
    let model = Model::new(&object(&bytes, &[data(".bss", Kind::Bss, end, bss)]), &[]).unwrap();
    let large: Vec<_> = model.sections[0].variables.iter().map(|variable| variable.large).collect();
    assert_eq!(large, [true, false, false, true, false]);
}

#[test]
fn variables_outside_of_their_section_are_refused() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let count = b.var("count", int, 1);
    let bss = b.datasec(".bss", 4, &[(count, 2, 4)]);
    let bytes = b.bytes();
    let error = Model::new(&object(&bytes, &[data(".bss", Kind::Bss, 4, bss)]), &[]).unwrap_err();
    assert_eq!(error.to_string(), "variable `count` does not fit in its section `.bss`");
}

#[test]
fn maps_have_typed_handles() {
    let mut b = Builder::default();
    let u32 = b.int("unsigned int", 4, 0);
    let event = b.structure("event", 4, &[("pid", u32, 0)]);
    let bytes = b.bytes();
    let map = |name, map_type, key_size, value_size, key_type_id, value_type_id| Map {
        map_type,
        key_size,
        key_type_id,
        section: None,
        ..data(name, Kind::Data, value_size, value_type_id)
    };
    let maps = [
        map("events", map_type::RINGBUF, 0, 0, 0, event),
        map("raw", map_type::PERF_EVENT_ARRAY, 4, 4, 0, 0),
        map("start", map_type::HASH, 4, 4, u32, event),
        map("blind", map_type::HASH, 4, 8, u32, event),
        map("type", map_type::ARRAY, 4, 4, u32, u32),
        map("stacks", map_type::STACK_TRACE, 4, 1016, 0, 0),
        map("most", map_type::ARRAY, 4, 1 << 16, u32, 0),
        map("large", map_type::HASH, 4, (1 << 16) + 1, u32, 0),
        map("large_queue", map_type::QUEUE, 0, (1 << 16) + 1, 0, 0),
        map("large_stack", map_type::STACK, 0, (1 << 16) + 1, 0, 0),
        map("large_filter", map_type::BLOOM_FILTER, 0, (1 << 16) + 1, 0, 0),
        map("large_trie", map_type::LPM_TRIE, 8, (1 << 16) + 1, 0, 0),
        map("unsized_values", map_type::HASH, 4, 0, u32, 0),
        map("unsized_keys", map_type::LRU_HASH, 0, 4, 0, u32),
        map("unsized_array", map_type::ARRAY, 4, 0, u32, 0),
        map("unsized_filter", map_type::BLOOM_FILTER, 0, 0, 0, 0),
        data(".data", Kind::Data, 4, 0),
        data(".data.type", Kind::Data, 4, 0),
        map("data", map_type::ARRAY, 4, 4, u32, u32),
    ];
    let model = Model::new(&object(&bytes, &maps), &[]).unwrap();
    let handles: Vec<_> = model.maps.iter().map(|map| format!("{}: {}", ident(&map.field), map.handle)).collect();
    let expected = [
        "events: RingBuf<types::event>",
        "raw: PerfEventArray<[u8]>",
        "start: HashMap<u32, types::event>",
        "blind: HashMap<u32, [u8; 8]>",
        "r#type: Array<u32>",
        "stacks: StackTrace",
        "most: Array<[u8; 65536]>",
        "large: HashMap<u32, Large<[u8; 65537]>>",
        "large_queue: Queue<Large<[u8; 65537]>>",
        "large_stack: Stack<Large<[u8; 65537]>>",
        "large_filter: BloomFilter<Large<[u8; 65537]>>",
        "large_trie: LpmTrie<Prefix<4>, Large<[u8; 65537]>>",
        "unsized_values: Map",
        "unsized_keys: Map",
        "unsized_array: Map",
        "unsized_filter: Map",
        // Those of the C source come first.
        "data: Array<u32>",
        "data_: Map",
        "data_type: Map",
    ];
    assert_eq!(handles, expected);
    assert_eq!(
        model.maps[2].doc,
        [
            "`struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, unsigned int); __type(value, struct event); } start`"
        ]
    );
}

#[test]
fn damaged_types_make_errors_and_no_panics() {
    let object = include_bytes!("../../tests/golden/clang14-bpfel/types.bpf.o");
    Linked::from_elf("types", object).unwrap().with_object(|object| {
        let fails = |btf: &[u8]| usize::from(Model::new(&Object { btf, ..*object }, &[]).is_err());
        let mut failures = 0;
        // A step that meets all parts of the records of twelve bytes and more.
        for at in (0..object.btf.len()).step_by(5) {
            let mut btf = object.btf.to_vec();
            btf[at] ^= [0x01, 0x80, 0xff][at % 3];
            failures += fails(&btf);
        }
        for len in (0..object.btf.len()).step_by(16) {
            failures += fails(&object.btf[..len]);
        }
        assert!(failures > object.btf.len() / 32, "{failures}");
    });
}
