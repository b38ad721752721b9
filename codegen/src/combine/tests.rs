//! What two files can disagree about.

use corebone::Result;
use corebone::blueprint::ReferenceKind;
use corebone::btf::Btf;

use crate::Linked;
use crate::compilers::{Clang, Scratch};
use crate::headers;

/// Compiles two files by each clang for both byte orders, and gives what linking makes of them to `check`.
fn link(test: &str, sources: [&str; 2], check: impl Fn(Result<Linked>)) {
    const BEGIN: &str = "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n";
    let scratch = Scratch::new(test);
    headers::write_to(scratch.path()).unwrap();
    let headers = scratch.path().to_str().unwrap();
    let places = ["-isystem", headers, "-idirafter", "/usr/include/x86_64-linux-gnu", "-fdebug-compilation-dir=."];
    for clang in Clang::all(test) {
        for target in ["--target=bpfel", "--target=bpfeb"] {
            let objects = ["a", "b"].map(|name| scratch.file(&format!("{name}.o")));
            for ((name, source), object) in ["a", "b"].iter().zip(sources).zip(&objects) {
                let file = scratch.file(&format!("{name}.bpf.c"));
                std::fs::write(&file, format!("{BEGIN}#line 1 \"{name}.bpf.c\"\n{source}")).unwrap();
                clang.compile(&[&[target, "-O2", "-g", "-c", &file, "-o", object][..], &places[..]].concat());
            }
            let [a, b] = objects.map(|object| std::fs::read(object).unwrap());
            check(Linked::from_elfs("test", &[("a.bpf.c", &a), ("b.bpf.c", &b)]));
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
        "`f` is defined twice, in `a.bpf.c:1` and in `b.bpf.c:2`: make one `extern`, `static` or `__weak`, or give it another name";
    link("functions_that_are_there_twice", [a, b], |linked| {
        // Some compilers begin with the line of the brace.
        let error = linked.unwrap_err().to_string().replace("b.bpf.c:3", "b.bpf.c:2").replace("b.bpf.c:4", "b.bpf.c:2");
        assert_eq!(error, expected);
    });
}

#[test]
fn variables_that_are_there_twice() {
    let expected =
        "`x` is defined twice, in `a.bpf.c` and in `b.bpf.c`: make one `extern`, `static` or `__weak`, or give it another name";
    error("variables_that_are_there_twice", ["int x = 1;\n", "int x;\n"], expected);
}

#[test]
fn variables_of_two_types() {
    let a = "const volatile unsigned limit = 1;\n";
    let b = "extern long limit;\n\nSEC(\"xdp\") int f(void *ctx) { return limit; }\n";
    let expected = "`limit` is `const volatile unsigned int limit` in `a.bpf.c` and `long limit` in `b.bpf.c:3`";
    error("variables_of_two_types", [a, b], expected);
}

#[test]
fn functions_of_two_types() {
    let a = "int f(int x) { return x; }\n";
    let b = "int f(char *x);\nSEC(\"xdp\") int g(void *ctx) { return f(ctx); }\n";
    error("functions_of_two_types", [a, b], "`f` is `int f(int x)` in `a.bpf.c:1` and `int f(char *)` in `b.bpf.c:2`");
}

#[test]
fn functions_and_variables_of_one_name() {
    let a = "int f(int x) { return x; }\n";
    let b = "extern int f;\nSEC(\"xdp\") int g(void *ctx) { return f; }\n";
    let expected = "`f` is a function in `a.bpf.c:1` and a variable in `b.bpf.c:2`";
    error("functions_and_variables_of_one_name", [a, b], expected);
}

#[test]
fn structs_of_two_layouts() {
    let a = "struct pair { int a, b; };\nstruct pair pair = { 1, 2 };\n";
    let b = "struct pair { int a; long b; };\nextern struct pair pair;\nSEC(\"xdp\") int g(void *ctx) { return pair.b; }\n";
    let expected = "`pair` is `struct pair pair` in `a.bpf.c` and another `struct pair pair` in `b.bpf.c:3`";
    error("structs_of_two_layouts", [a, b], expected);
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
    let sources = [map("", 3), map("extern", 4)];
    let sources = sources.each_ref().map(String::as_str);
    link("maps_of_one_struct_with_other_numbers", sources, |linked| {
        let error = linked.unwrap_err().to_string();
        assert!(error.starts_with("map `m` has `max_entries` 3 in `a.bpf.c"), "{error}");
    });
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
    let b = "char _license[] SEC(\"license\") = \"Dual MIT/GPL\";\n";
    let expected = "the license is `GPL` in `a.bpf.c` and `Dual MIT/GPL` in `b.bpf.c`: an object has only one";
    error("two_licenses", [a, b], expected);
}

#[test]
fn code_and_data_in_one_section() {
    let a = "SEC(\"xdp\") int f(void *ctx) { return 0; }\n";
    let b = "int x SEC(\"xdp\") = 1;\n";
    let expected = "section `xdp` has functions in `a.bpf.c` and variables in `b.bpf.c`";
    error("code_and_data_in_one_section", [a, b], expected);
}

#[test]
fn externs_that_are_defined() {
    let a = "extern int CONFIG_HZ __kconfig;\nSEC(\"xdp\") int f(void *ctx) { return CONFIG_HZ; }\n";
    let b = "int CONFIG_HZ = 100;\n";
    let expected = "`CONFIG_HZ` is defined in `b.bpf.c`, but an extern in `__kconfig` in `a.bpf.c:2`";
    error("externs_that_are_defined", [a, b], expected);
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
    error("symbols_of_the_kernel_of_two_types", [&a, &b], "`x` is `int x` in `a.bpf.c:2` and `const void x` in `b.bpf.c:3`");
    let a = "extern int y(int x) __ksym;\nSEC(\"xdp\") int f(void *ctx) { return y(1); }\n";
    let b = format!("\nextern int y __ksym;\n{}", use_it("y", "g"));
    error("symbols_of_the_kernel_of_two_types", [a, &b], "`y` is a function in `a.bpf.c:2` and a variable in `b.bpf.c:3`");
    let a = "extern int z(int x) __ksym;\nSEC(\"xdp\") int f(void *ctx) { return z(1); }\n";
    let b = "__attribute__((noinline)) int z(int x) { return x; }\n";
    let expected = "`z` is defined in `b.bpf.c:1`, but an extern in `__ksym` in `a.bpf.c:2`";
    error("symbols_of_the_kernel_of_two_types", [a, b], expected);
}

#[test]
fn nobody_defines_it() {
    let a = "int missing(int x);\nSEC(\"xdp\") int f(void *ctx) { return missing(1); }\n";
    link("nobody_defines_it", [a, a], |linked| {
        let error = linked.unwrap_err().to_string();
        assert!(error.starts_with("`f` is defined twice, in `a.bpf.c:2` and in `b.bpf.c:2`"), "{error}");
    });
    link("nobody_defines_it", [a, "int x;\n"], |linked| {
        let error = linked.unwrap_err().to_string();
        assert!(error.starts_with("a.bpf.c:2: function `f` calls `missing`, which is nowhere defined"), "{error}");
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
    let expected = "map `m` has `max_entries` 4 in `a.bpf.c` and 8 in `b.bpf.c:2`: all files must say the same";
    error("maps_of_two_definitions", [&entries[0], &entries[1]], expected);
    let values = [map("", 4, "unsigned"), map("extern", 4, "float")];
    let expected = "map `m` has values `unsigned int` in `a.bpf.c` and `float` in `b.bpf.c:2`: all files must say the same";
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
