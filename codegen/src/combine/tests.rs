//! What two files can disagree about.

use corebone::Result;
use corebone::blueprint::ReferenceKind;
use corebone::btf::{Btf, Kind, KindNumber, Linkage};

use crate::Linked;
use crate::compilers::{Clang, Scratch};
use crate::headers;

/// Compiles two files by each clang for both byte orders, and gives what linking makes of them to `check`.
fn link(test: &str, sources: [&str; 2], check: impl Fn(Result<Linked>)) {
    compile(test, sources, |a, b| check(Linked::from_elfs("test", &[("a.bpf.c", a), ("b.bpf.c", b)])));
}

/// Gives the objects themselves to `check`.
fn compile(test: &str, sources: [&str; 2], check: impl Fn(&[u8], &[u8])) {
    const BEGIN: &str = "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n";
    let scratch = Scratch::new(test);
    headers::write_to(scratch.path()).unwrap();
    let headers = scratch.path().to_str().unwrap();
    let places =
        ["-isystem", headers, "-idirafter", "/usr/include/x86_64-linux-gnu", "-fdebug-compilation-dir=.", "-gembed-source"];
    for clang in Clang::all(test) {
        for target in ["--target=bpfel", "--target=bpfeb"] {
            let objects = ["a", "b"].map(|name| scratch.file(&format!("{name}.o")));
            for ((name, source), object) in ["a", "b"].iter().zip(sources).zip(&objects) {
                let file = scratch.file(&format!("{name}.bpf.c"));
                std::fs::write(&file, format!("{BEGIN}#line 1 \"{name}.bpf.c\"\n{source}")).unwrap();
                clang.compile(&[&[target, "-O2", "-g", "-gdwarf-5", "-c", &file, "-o", object][..], &places[..]].concat());
            }
            let [a, b] = objects.map(|object| std::fs::read(object).unwrap());
            check(&a, &b);
        }
    }
}

fn error(test: &str, sources: [&str; 2], expected: &str) {
    link(test, sources, |linked| assert_eq!(format!("{:#}", linked.unwrap_err()), expected));
}

#[test]
fn functions_that_are_there_twice() {
    let a = "__attribute__((noinline)) int f(int x) { return x; }\n";
    let b = "\nint f(int x)\n{\n\treturn x + 1;\n}\n";
    let expected =
        "b.bpf.c:2: `f` is defined here and in `a.bpf.c:1`: make one `extern`, `static` or `__weak`, or give it another name";
    error("functions_that_are_there_twice", [a, b], expected);
}

#[test]
fn variables_that_are_there_twice() {
    let expected =
        "b.bpf.c:4: `x` is defined here and in `a.bpf.c:2`: make one `extern`, `static` or `__weak`, or give it another name";
    let b = "static int f(void)\n{ int x = 1; return x; }\n\nint x;\nSEC(\"xdp\") int g(void *ctx) { return f(); }\n";
    error("variables_that_are_there_twice", ["\nint x = 1;\n", b], expected);
}

#[test]
fn maps_that_are_there_twice() {
    let expected =
        "b.bpf.c:3: `m` is defined here and in `a.bpf.c:1`: make one `extern`, `static` or `__weak`, or give it another name";
    let b = format!("\n#define DEFINE {}\nDEFINE\n", map("", 4, "int").lines().next().unwrap());
    error("maps_that_are_there_twice", [&map("", 4, "int"), &b], expected);
}

#[test]
fn several_conflicts() {
    let expected = "b.bpf.c:3: `two` is `long two(void)` here, but `void two(void)` in `a.bpf.c:2`; there are more conflicts, about `one`, \
                    `three`";
    let b = "\nint one;\nlong two(void);\nextern int three;\nint good;\nint f(void) { return three + two(); }\n";
    error("several_conflicts", ["int one;\nvoid two(void) {}\nlong three;\nextern int good;\n", b], expected);
}

/// As if both had included it.
#[test]
fn definitions_in_a_header() {
    let header = "#line 7 \"./src/shared.h\"\nint x;\n";
    let expected = "src/shared.h:7: `x` is defined in both `a.bpf.c` and `b.bpf.c`, which include this: make it `static` or `__weak`, or \
                    declare it `extern` and define it in one of them";
    error("definitions_in_a_header", [header, header], expected);
}

#[test]
fn variables_of_two_types() {
    let a = "const volatile unsigned limit = 1;\n";
    let b = "\nextern long limit;\n\nSEC(\"xdp\") int f(void *ctx) { return limit; }\n";
    let expected = "b.bpf.c:2: `limit` is `long limit` here, but `const volatile unsigned int limit` in `a.bpf.c:1`";
    error("variables_of_two_types", [a, b], expected);
    let b = "SEC(\"xdp\") int f(void *ctx)\n{\n\textern long limit;\n\n\treturn limit;\n}\n";
    let expected = "b.bpf.c:3: `limit` is `long limit` here, but `const volatile unsigned int limit` in `a.bpf.c:1`";
    error("variables_of_two_types", [a, b], expected);
}

#[test]
fn functions_of_two_types() {
    let a = "\nint f(int x) { return x; }\n";
    let b = "int f(char *x);\nSEC(\"xdp\") int g(void *ctx) { return f(ctx); }\n";
    let expected = "b.bpf.c:1: `f` is `int f(char *)` here, but `int f(int x)` in `a.bpf.c:2`";
    error("functions_of_two_types", [a, b], expected);
}

#[test]
fn functions_of_other_numbers_of_parameters() {
    let a = "\nint f(int x) { return x; }\n";
    let b = "int f(int x, int y);\nSEC(\"xdp\") int g(void *ctx) { return f(1, 2); }\n";
    let expected = "b.bpf.c:1: `f` is `int f(int, int)` here, but `int f(int x)` in `a.bpf.c:2`";
    error("functions_of_other_numbers_of_parameters", [a, b], expected);
}

#[test]
fn enums_of_two_sizes() {
    let a = "enum e { A = 1 };\nenum e v = A;\n";
    let b = "enum __attribute__((packed)) e { A = 1 };\nextern enum e v;\nSEC(\"xdp\") int g(void *ctx) { return v; }\n";
    error("enums_of_two_sizes", [a, b], "b.bpf.c:2: `v` is of another type than in `a.bpf.c:2`");
}

#[test]
fn members_at_two_offsets() {
    let a = "struct pair { char a; int b; };\nstruct pair pair = { 1, 2 };\n";
    let b = "struct __attribute__((packed)) pair { char a; int b; };\nextern struct pair pair;\n\
             SEC(\"xdp\") int g(void *ctx) { return pair.a; }\n";
    let expected = "b.bpf.c:2: `pair` is of another type than in `a.bpf.c:2`: `struct pair` of `b.bpf.c:1` and that of `a.bpf.c:1` \
                    differ from `b` on";
    error("members_at_two_offsets", [a, b], expected);
}

/// Nobody outside of the object sees it then, which to the kernel is what is static.
#[test]
fn what_one_file_hides_is_hidden() {
    let b = "extern __attribute__((visibility(\"hidden\"))) int x;\nSEC(\"xdp\") int g(void *ctx) { return x; }\n";
    for (a, b) in
        [("int x = 1;\n", b.to_owned()), ("__hidden int x = 1;\n", b.replace("__attribute__((visibility(\"hidden\")))", ""))]
    {
        link("what_one_file_hides_is_hidden", [a, &b], |linked| {
            linked.unwrap().with_object(|object| {
                let btf = Btf::parse(object.btf).unwrap();
                let variable = btf.find(KindNumber::Var, "x").unwrap().unwrap();
                assert!(matches!(variable.kind, Kind::Var { linkage: Linkage::Static, .. }), "{variable:?}");
            });
        });
    }
}

#[test]
fn functions_and_variables_of_one_name() {
    let a = "int f(int x) { return x; }\n";
    let b = "extern int f;\nSEC(\"xdp\") int g(void *ctx) { return f; }\n";
    let expected = "b.bpf.c:1: `f` is a variable here, but a function in `a.bpf.c:1`";
    error("functions_and_variables_of_one_name", [a, b], expected);
}

#[test]
fn structs_of_two_layouts() {
    let use_it = "SEC(\"xdp\") int g(void *ctx) { return pair.a; }\n";
    let a = "struct pair { int a, b; };\nstruct pair pair = { 1, 2 };\n";
    let b = format!("\nstruct pair {{ int a; long b; }};\nextern struct pair pair;\n{use_it}");
    let expected = "b.bpf.c:3: `pair` is of another type than in `a.bpf.c:2`: `struct pair` of `b.bpf.c:2` and that of `a.bpf.c:1` \
                    differ from `b` on";
    error("structs_of_two_layouts", [a, &b], expected);
}

/// What differs is deep within, and some of what isn't alike doesn't count.
#[test]
fn structs_within_structs() {
    let of = |members: &str, pointed_to: &str| {
        format!(
            "union deep {{ {members} }};\nstruct other {{ {pointed_to} }};\n\
             struct outer {{ int a; struct other *other; struct {{ const union deep deep[2]; }} inner; }};\n"
        )
    };
    let a = format!("{}struct outer outer;\n", of("int a; char b[8];", "int x;"));
    let b = of("int a; char b[8]; short last;", "char y;");
    let b = format!("{b}extern struct outer outer;\nSEC(\"xdp\") int g(void *ctx) {{ return outer.a; }}\n");
    let expected = "b.bpf.c:4: `outer` is of another type than in `a.bpf.c:4`: `union deep` of `b.bpf.c:1` and that of `a.bpf.c:1` \
                    differ from `last` on";
    error("structs_within_structs", [&a, &b], expected);
}

#[test]
fn maps_of_one_struct_with_other_numbers() {
    let map = |external: &str, entries: u32| {
        format!(
            "struct numbers {{ __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, {entries}); __type(key, int); __type(value, int); }};\n\
             {external} struct numbers m SEC(\".maps\");\n\
             SEC(\"xdp\") int {}(void *ctx) {{ int key = 0; return bpf_map_lookup_elem(&m, &key) != 0; }}\n",
            if external.is_empty() { "f" } else { "g" }
        )
    };
    let expected = "b.bpf.c:2: map `m` has `max_entries` 4 here, but 3 in `a.bpf.c:2`: all files must say the same";
    error("maps_of_one_struct_with_other_numbers", [&map("", 3), &map("extern", 4)], expected);
}

#[test]
fn maps_of_one_struct_that_only_one_file_pins() {
    let map = |external: &str, pinning: &str| {
        format!(
            "struct numbers {{ __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 3); __type(key, int); __type(value, int); {pinning} }};\n\
             {external} struct numbers m SEC(\".maps\");\n\
             SEC(\"xdp\") int {}(void *ctx) {{ int key = 0; return bpf_map_lookup_elem(&m, &key) != 0; }}\n",
            if external.is_empty() { "f" } else { "g" }
        )
    };
    let expected = "b.bpf.c:2: map `m` has `pinning` ByName here, but None in `a.bpf.c:2`: all files must say the same";
    let pinned = map("extern", "__uint(pinning, LIBBPF_PIN_BY_NAME);");
    error("maps_of_one_struct_that_only_one_file_pins", [&map("", ""), &pinned], expected);
}

/// C tells them apart, libbpf's linker doesn't.
#[test]
fn signs_lengths_and_what_is_pointed_to() {
    let a =
        "struct part { int a; };\nunsigned int sign;\nint length[4];\nint f(struct part *part) { return part ? part->a : sign; }\n";
    let b = "struct part { long b; };\nextern int sign;\nextern int length[2];\nint f(struct part *part);\n\
             SEC(\"xdp\") int g(void *ctx) { return sign + length[1] + f(0); }\n";
    link("signs_lengths_and_what_is_pointed_to", [a, b], |linked| {
        linked.unwrap();
    });
}

#[test]
fn two_licenses() {
    let a = "char LICENSE[] SEC(\"license\") = \"GPL\";\n";
    let b = "int before;\nstatic const char license_text[] SEC(\"license\") = \"Dual MIT/GPL\";\n";
    let expected = "b.bpf.c:2: the license is `Dual MIT/GPL` here, but `GPL` in `a.bpf.c:1`: an object has only one";
    error("two_licenses", [a, b], expected);
}

#[test]
fn two_versions() {
    let [a, b] = ["5", "0x50a00"].map(|version| format!("unsigned version_number SEC(\"version\") = {version};\n"));
    let expected = "b.bpf.c:1: the version is 330240 here, but 5 in `a.bpf.c:1`: an object has only one";
    error("two_versions", [&a, &b.replace("version_number SEC", "_version SEC")], expected);
}

#[test]
fn code_and_data_in_one_section() {
    let a = "\nSEC(\"xdp\") int f(void *ctx) { return 0; }\n";
    let b = "int x SEC(\"xdp\") = 1;\n";
    let expected = "b.bpf.c:1: section `xdp` has variables here, but functions in `a.bpf.c:2`";
    error("code_and_data_in_one_section", [a, b], expected);
    let expected = "a.bpf.c:2: section `xdp` has functions here, but variables in `b.bpf.c:1`";
    // The other way round; the file's name is that of the `#line` in it.
    error("code_and_data_in_one_section", [&format!("#line 1 \"b.bpf.c\"\n{b}"), &format!("#line 1 \"a.bpf.c\"\n{a}")], expected);
}

#[test]
fn externs_that_are_defined() {
    let a = "\nextern int CONFIG_HZ __kconfig;\nSEC(\"xdp\") int f(void *ctx) { return CONFIG_HZ; }\n";
    let b = "int CONFIG_HZ = 100;\n";
    let expected = "a.bpf.c:2: `CONFIG_HZ` is an extern in `__kconfig` here, but defined in `b.bpf.c:1`";
    error("externs_that_are_defined", [a, b], expected);
}

#[test]
fn externs_of_the_kernel_s_configuration_of_two_types() {
    let a = "extern int CONFIG_HZ __kconfig;\nSEC(\"xdp\") int f(void *ctx) { return CONFIG_HZ; }\n";
    let b = "\nextern _Bool CONFIG_HZ __kconfig;\nSEC(\"xdp\") int g(void *ctx) { return CONFIG_HZ; }\n";
    let expected = "b.bpf.c:2: `CONFIG_HZ` is `_Bool CONFIG_HZ` here, but `int CONFIG_HZ` in `a.bpf.c:1`";
    error("externs_of_the_kernel_s_configuration_of_two_types", [a, b], expected);
    let b = "\nextern int CONFIG_HZ __ksym;\nSEC(\"xdp\") int g(void *ctx) { return CONFIG_HZ; }\n";
    let expected = "b.bpf.c:2: `CONFIG_HZ` is an extern in `__ksym` here, but an extern in `__kconfig` in `a.bpf.c:1`";
    error("externs_of_the_kernel_s_configuration_of_two_types", [a, b], expected);
}

/// As for libbpf's linker: what one file needs, all do.
#[test]
fn symbols_of_the_kernel_are_weak_if_all_files_say_so() {
    let file = |program: &str, weak: &str| {
        format!(
            "extern int variable __ksym {weak};\nextern int function(int x) __ksym {weak};\nextern const void untyped __ksym {weak};\n\
             SEC(\"xdp\") int {program}(void *ctx) {{ return variable + (long)&untyped + function(1); }}\n"
        )
    };
    for (weak, expected) in [(["__weak", "__weak"], true), (["__weak", ""], false), (["", "__weak"], false), (["", ""], false)] {
        let [a, b] = [file("f", weak[0]), file("g", weak[1])];
        link("symbols_of_the_kernel_are_weak_if_all_files_say_so", [&a, &b], |linked| {
            linked.unwrap().with_object(|object| {
                let symbols: Vec<_> = object.symbols.iter().map(|symbol| (symbol.name, symbol.weak)).collect();
                assert_eq!(symbols, [("function", expected), ("untyped", expected), ("variable", expected)]);
                let named = |program: usize| {
                    let references = object.programs[program].references.iter().filter_map(|reference| match reference.kind {
                        ReferenceKind::Symbol(index) | ReferenceKind::Function(index) => Some(object.symbols[index as usize].name),
                        _ => None,
                    });
                    references.collect::<std::collections::BTreeSet<_>>()
                };
                assert_eq!(named(0), named(1));
                assert_eq!(named(0).len(), 3);
            });
        });
    }
}

#[test]
fn symbols_of_the_kernel_of_two_types() {
    let use_it = |of: &str, name: &str| format!("SEC(\"xdp\") int {name}(void *ctx) {{ return (long)&{of}; }}\n");
    let a = format!("extern int x __ksym;\n{}", use_it("x", "f"));
    let b = format!("\nextern const void x __ksym;\n{}", use_it("x", "g"));
    let expected = "b.bpf.c:2: `x` is `const void x` here, but `int x` in `a.bpf.c:1`";
    error("symbols_of_the_kernel_of_two_types", [&a, &b], expected);
    let a = "extern int y(int x) __ksym;\nSEC(\"xdp\") int f(void *ctx) { return y(1); }\n";
    let b = format!("\nextern int y __ksym;\n{}", use_it("y", "g"));
    let expected = "b.bpf.c:2: `y` is a variable here, but a function in `a.bpf.c:1`";
    error("symbols_of_the_kernel_of_two_types", [a, &b], expected);
    let a = "\nextern int z(int x) __ksym;\nSEC(\"xdp\") int f(void *ctx) { return z(1); }\n";
    let b = "__attribute__((noinline)) int z(int x) { return x; }\n";
    let expected = "a.bpf.c:2: `z` is an extern in `__ksym` here, but defined in `b.bpf.c:1`";
    error("symbols_of_the_kernel_of_two_types", [a, b], expected);
}

#[test]
fn nobody_defines_it() {
    let expected = "a.bpf.c:3: function `f` calls `missing`, which is nowhere defined: BPF programs have no C library (for memory, use \
                    `__builtin_memcpy` and the like with a constant size); a function of the kernel must be declared `__ksym`, and \
                    that of another C file is linked by `Builder::object`";
    let a = "int missing(int x);\n\nSEC(\"xdp\") int f(void *ctx) { return missing(1); }\n";
    error("nobody_defines_it", [a, "int x;\n"], expected);
    let b = "\nextern int absent;\nSEC(\"xdp\") int g(void *ctx)\n{\n\treturn absent;\n}\n";
    let expected = "b.bpf.c:5: function `g` refers to `absent`, which is nowhere defined: an extern must be declared `__kconfig` or \
                    `__ksym`, and that of another C file is linked by `Builder::object`";
    error("nobody_defines_it", ["int x;\n", b], expected);
    let map = "struct { int (*type)[1]; int *key; int *value; int (*max_entries)[1]; }";
    let a = format!("extern {map} gone SEC(\".maps\");\nSEC(\"xdp\") int f(void *ctx) {{ return (long)&gone; }}\n");
    let expected =
        "`gone` in section `.maps` is `extern` and nowhere defined: the C file that defines it is linked by `Builder::object`";
    error("nobody_defines_it", [&a, "int x;\n"], expected);
}

/// What the records of instructions tell, then.
#[test]
fn without_debug_information() {
    let strip = |object: &[u8]| {
        let mut object = object.to_vec();
        let names = (0..object.len()).filter(|&at| object[at..].starts_with(b".debug_info")).collect::<Vec<_>>();
        assert!(!names.is_empty());
        names.into_iter().for_each(|at| object[at..at + 11].copy_from_slice(b".debug_gone"));
        object
    };
    let sources = ["int x;\n", "\nextern long x;\nSEC(\"xdp\") int f(void *ctx)\n{\n\treturn x;\n}\n"];
    compile("without_debug_information", sources, |a, b| {
        let linked = Linked::from_elfs("test", &[("a.bpf.c", &strip(a)), ("b.bpf.c", &strip(b))]);
        let expected = "b.bpf.c:5: `x` is `long x` here, but `int x` in `a.bpf.c`";
        assert_eq!(linked.unwrap_err().to_string(), expected);
    });
}

/// Damaged debug information may cost the line, and no more.
#[test]
fn damaged_debug_information() {
    let sources = ["\nint x;\n", "extern long x;\nSEC(\"xdp\") int f(void *ctx) { return x; }\n"];
    compile("damaged_debug_information", sources, |a, b| {
        let parsed = crate::elf::File::parse(a).unwrap();
        for name in [".debug_info", ".debug_abbrev", ".debug_line", ".debug_str_offsets"] {
            let section = parsed.section(name).unwrap().1.data.to_vec();
            let at = a.windows(section.len()).position(|window| window == section).unwrap();
            for index in at..at + section.len() {
                for byte in [0, 0x7f, 0xff, a[index] ^ 1] {
                    let mut damaged = a.to_vec();
                    damaged[index] = byte;
                    let error = Linked::from_elfs("test", &[("a.bpf.c", &damaged), ("b.bpf.c", b)]).unwrap_err().to_string();
                    assert!(error.starts_with("b.bpf.c:1: `x` is `long x` here, but `int x` in `"), "{error}");
                }
            }
        }
    });
}

/// A map with a number of entries and a type of values.
fn map(external: &str, entries: u32, value: &str) -> String {
    format!(
        "{external} struct {{ __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, {entries}); __type(key, int); __type(value, {value}); }} \
         m SEC(\".maps\");\nSEC(\"xdp\") int {}(void *ctx) {{ int key = 0; return bpf_map_lookup_elem(&m, &key) != 0; }}\n",
        if external.is_empty() { "f" } else { "g" }
    )
}

#[test]
fn maps_of_two_definitions() {
    let entries = [map("", 4, "int"), map("extern", 8, "int")];
    let expected = "b.bpf.c:1: map `m` has `max_entries` 8 here, but 4 in `a.bpf.c:1`: all files must say the same";
    error("maps_of_two_definitions", [&entries[0], &entries[1]], expected);
    let values = [map("", 4, "unsigned"), map("extern", 4, "float")];
    let expected = "b.bpf.c:1: map `m` has values `float` here, but `unsigned int` in `a.bpf.c:1`: all files must say the same";
    error("maps_of_two_definitions", [&values[0], &values[1]], expected);
}

#[test]
fn maps_may_be_written_differently() {
    let a = map("", 4, "int");
    let b = "extern struct { __uint(max_entries, 4); __uint(type, BPF_MAP_TYPE_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } m \
             SEC(\".maps\");\nSEC(\"xdp\") int g(void *ctx) { int key = 0; return bpf_map_lookup_elem(&m, &key) != 0; }\n";
    link("maps_may_be_written_differently", [&a, b], |linked| {
        linked.unwrap().with_object(|object| assert_eq!((object.maps.len(), object.programs.len()), (1, 2)));
    });
}

#[test]
fn types_are_there_once() {
    // One file has the nodes only as a declaration, and the other refers to them in a circle.
    let a = "struct node;\nstruct list { struct node *first; int len; };\nstruct list lists[2];\n";
    let b = "struct list { struct node *first; int len; };\nstruct node { struct node *next; struct list *list; };\nextern struct list \
             lists[];\nstruct node nodes[4];\nSEC(\"xdp\") int f(void *ctx) { return lists[1].len; }\n";
    link("types_are_there_once", [a, b], |linked| {
        linked.unwrap().with_object(|object| {
            let btf = Btf::parse(object.btf).unwrap();
            let mut names: Vec<_> = btf.types().map(|ty| ty.unwrap().name().unwrap()).collect();
            names.retain(|name| ["list", "node", "lists", "nodes"].contains(name));
            names.sort_unstable();
            assert_eq!(names, ["list", "lists", "node", "nodes"]);
        });
    });
}

#[test]
fn weak_definitions_of_the_same_section_give_way() {
    // What is left of the section has no variable in it.
    let a = "__attribute__((weak)) int x SEC(\".data.mine\") = 1;\nSEC(\"xdp\") int f(void *ctx) { return x; }\n";
    link("weak_definitions_of_the_same_section_give_way", [a, "int x = 2;\n"], |linked| {
        linked.unwrap().with_object(|object| {
            let [data, mine] = [".data", ".data.mine"].map(|name| object.maps.iter().position(|map| map.name == name).unwrap());
            assert_eq!((object.maps[mine].value_size, object.maps[mine].value_type_id), (4, 0));
            let references: Vec<_> = object.programs[0].references.iter().map(|reference| reference.kind).collect();
            assert_eq!(references, [ReferenceKind::MapValue(data as u32)]);
        });
    });
}

/// In libbpf's linker a section goes on where it could begin.
#[test]
fn sections_go_on_at_the_larger_alignment() {
    let a = "int x = 1;\nchar y = 2;\n";
    let b = "char z[3] = { 3, 4, 5 };\n";
    for (sources, expected) in [([a, b], &[1, 0, 0, 0, 2, 0, 0, 0, 3, 4, 5][..]), ([b, a], &[3, 4, 5, 0, 1, 0, 0, 0, 2])] {
        link("sections_go_on_at_the_larger_alignment", sources, |linked| {
            linked.unwrap().with_object(|object| {
                let data = object.maps.iter().find(|map| map.name == ".data").unwrap();
                let bytes: Vec<_> = if object.big_endian {
                    let x = data.contents.windows(4).position(|window| window == [0, 0, 0, 1]).unwrap();
                    let mut bytes = data.contents.to_vec();
                    bytes[x..x + 4].reverse();
                    bytes
                } else {
                    data.contents.to_vec()
                };
                assert_eq!(bytes, expected);
            });
        });
    }
}
