//! Objects that clang makes of C with mistakes, and of what is rare.

use corebone::Result;
use corebone::blueprint::{Initial, InitialValue, Reference, ReferenceKind, Section};
use corebone::blueprint::{ProgramType, Symbol, SymbolKind};
use corebone::btf::{Btf, Kind, KindNumber, Linkage};

use crate::compilers::{Clang, Scratch};
use crate::declaration::declare;
use crate::elf::Unit;
use crate::{Linked, generate, headers};

/// Compiles C by each clang for both byte orders, and gives what linking makes of it to `check`.
fn link(test: &str, source: &str, check: impl Fn(Result<Linked>)) {
    link_with(test, source, "-g", check);
}

fn link_with(test: &str, source: &str, argument: &str, check: impl Fn(Result<Linked>)) {
    const BEGIN: &str = "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n#line 1 \"test.bpf.c\"\n";
    let scratch = Scratch::new(test);
    headers::write_to(scratch.path()).unwrap();
    let (file, object) = (scratch.file("test.bpf.c"), scratch.file("test.o"));
    std::fs::write(&file, format!("{BEGIN}{source}")).unwrap();
    let headers = scratch.path().to_str().unwrap();
    for clang in Clang::all(test) {
        for target in ["--target=bpfel", "--target=bpfeb"] {
            let places = ["-isystem", headers, "-idirafter", "/usr/include/x86_64-linux-gnu", "-fdebug-compilation-dir=."];
            clang.compile(&[&[target, "-O2", argument, "-c", &file, "-o", &object][..], &places[..]].concat());
            check(Linked::from_elf("test", &std::fs::read(&object).unwrap()));
        }
    }
}

fn error(test: &str, source: &str, expected: &str) {
    link(test, source, |linked| assert_eq!(linked.unwrap_err().to_string(), expected));
}

#[test]
fn undefined_functions() {
    let source = r#"
        int missing(int x);
        SEC("xdp") int f(void *ctx) { return missing(1); }
    "#;
    let expected = "test.bpf.c:3: function `f` calls `missing`, which is nowhere defined: BPF programs have no C library (for memory, \
                    use `__builtin_memcpy` and the like with a constant size); a function of the kernel must be declared `__ksym`, and \
                    that of another C file is linked by `Builder::object`";
    error("undefined_functions", source, expected);
}

#[test]
fn undefined_variables() {
    let source = r#"
        extern int missing;
        SEC("xdp") int f(void *ctx) { return missing; }
    "#;
    let expected = "test.bpf.c:3: function `f` refers to `missing`, which is nowhere defined: an extern must be declared `__kconfig` or \
                    `__ksym`, and that of another C file is linked by `Builder::object`";
    error("undefined_variables", source, expected);
}

#[test]
fn externs_without_types() {
    let source = r#"
        extern int CONFIG_HZ __kconfig;
        SEC("xdp") int f(void *ctx) { return CONFIG_HZ; }
    "#;
    let expected =
        "function `f` refers to `CONFIG_HZ`, which is not in this file; if it is `__kconfig` or `__ksym`, compile with `-g`";
    link_with("externs_without_types", source, "-g0", |linked| assert_eq!(linked.unwrap_err().to_string(), expected));
}

/// clang 22 makes such a section for `-mcpu=v4`; here is one of that name, of which each clang takes the words as they are.
#[test]
fn jump_tables() {
    let source = |table: &str| {
        format!("volatile {table};\n\n#line 5\nSEC(\"tc\") int f(void *ctx) {{ return *(int *)&table; }}")
            .replace("] = ", "] SEC(\".jumptables\") = ")
    };
    for (table, expected) in [
        ("int table[1] = { 1 }", "a table of 4 bytes at 0, which is no number of addresses"),
        ("long table[2] = { 8, 800 }", "a table to byte 800 of its section, which is not one of its instructions"),
        ("long table[2] = { 8, 12 }", "a table to byte 12 of its section, which is not one of its instructions"),
        ("long table[2] = { -8, 8 }", "a table to byte 18446744073709551608 of its section, which is not one of its instructions"),
    ] {
        error("jump_tables", &source(table), &format!("test.bpf.c:5: function `f` jumps by {expected}"));
    }
    link("jump_tables", &source("long table[2] = { 24, 0 }"), |linked| {
        linked.unwrap().with_object(|object| {
            let program = &object.programs[0];
            assert_eq!(program.jump_tables, [[3, 0]]);
            assert_eq!(program.references, [Reference { instruction: 0, kind: ReferenceKind::JumpTable(0) }]);
        });
    });
}

/// Each function of a program has its own, which all lie behind those of the functions before it.
#[test]
fn jump_tables_of_several_functions() {
    let source = r#"
        #define TABLE(name, ...) volatile long name[] SEC(".jumptables") = { __VA_ARGS__ }
        TABLE(first, 16, 0);
        TABLE(second, 8);
        TABLE(third, 0, 8, 16);
        __noinline int sub(void) { return *(int *)&third; }
        SEC("tc") int f(void *ctx) { return *(int *)&second + *(int *)&first + sub(); }
    "#;
    link("jump_tables_of_several_functions", source, |linked| {
        linked.unwrap().with_object(|object| {
            let program = &object.programs[0];
            let start = u32::try_from(program.instructions.len() / 8).unwrap() - 4;
            let of = |table: u32| program.jump_tables[table as usize];
            let tables = program.references.iter().map(|reference| match reference.kind {
                ReferenceKind::JumpTable(table) => (reference.instruction >= start, of(table)),
                kind => panic!("{kind:?}"),
            });
            let mut tables: Vec<_> = tables.collect();
            tables.sort_unstable();
            assert_eq!(tables, [(false, &[1][..]), (false, &[2, 0]), (true, &[start, start + 1, start + 2])]);
        });
    });
}

/// Of what is static, clang doesn't say which part of the section it is.
#[test]
fn jump_tables_without_size() {
    let source = "static volatile long table[2] SEC(\".jumptables\") = { 0, 8 };\n\n#line 5\nSEC(\"tc\") int f(void *c) { return table[1]; }";
    let expected = "test.bpf.c:5: function `f` jumps by `.jumptables`, a table of 0 bytes, from byte 0 on";
    error("jump_tables_without_size", source, expected);
}

#[test]
fn relocations_between_instructions() {
    let bytes = include_bytes!("../../tests/objects/calls.clang14.el.o");
    let error = |move_it: &dyn Fn(u64, u64) -> u64| {
        let mut unit = Unit::parse("calls.bpf.c", bytes).unwrap();
        let mut sections = unit.file.sections.iter_mut();
        let section = sections.find(|section| section.executable && !section.relocations.is_empty()).unwrap();
        let offset = move_it(section.relocations[0].offset, section.size);
        section.relocations[0].offset = offset;
        let expected = format!("section `{}`: relocation at byte {offset}, where no instruction is", section.name);
        assert_eq!(super::link("calls", &unit).unwrap_err().to_string(), expected);
    };
    error(&|offset, _| offset + 1);
    error(&|offset, _| offset + 4);
    error(&|_, size| size);
}

/// As `__attribute__((alias))` does it, which not every clang takes for BPF.
#[test]
fn aliases() {
    let source = r#"
        int other(int x);
        __noinline int sub(int x) { return x * 2 + (int)bpf_get_prandom_u32(); }
        asm(".globl other\n.set other, sub");
        SEC("xdp") int f(struct xdp_md *ctx) { return sub(ctx->data) + other(ctx->data_end); }
        asm(".globl g\n.set g, f");
    "#;
    link("aliases", source, |linked| {
        linked.unwrap().with_object(|object| {
            let [f, g] = object.programs else { panic!("{} programs", object.programs.len()) };
            let mut names = [f.name, g.name];
            names.sort_unstable();
            assert_eq!(names, ["f", "g"]);
            assert!(generate(object, "test.bpf.c").is_ok());
            assert_eq!((f.instructions, f.func_info, f.line_info), (g.instructions, g.func_info, g.line_info));
            assert_eq!(f.func_info.len(), 16);
        });
    });
}

#[test]
fn exception_callbacks() {
    let source = r#"
        extern void bpf_throw(unsigned long long cookie) __ksym;
        static __noinline int twice(int x) { return x * 2 + (int)bpf_get_prandom_u32(); }
        __noinline int caught(__u64 cookie) { return twice(cookie); }
        #define CAUGHT __attribute__((btf_decl_tag("exception_callback:caught")))
        CAUGHT SEC("tc") int f(struct __sk_buff *ctx) { bpf_throw(1); return 0; }
        SEC("tc") int g(struct __sk_buff *ctx) { return 0; }
        CAUGHT SEC("tc") int h(struct __sk_buff *ctx) { return caught(2); }
    "#;
    link("exception_callbacks", source, |linked| {
        linked.unwrap().with_object(|object| {
            let btf = Btf::parse(object.btf).unwrap();
            let functions = |program: usize| -> Vec<&str> {
                let order = if object.big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
                let records = object.programs[program].func_info.chunks_exact(8);
                records.map(|record| btf.get(order(record[4..].try_into().unwrap())).unwrap().name().unwrap()).collect()
            };
            assert_eq!(functions(0), ["f", "caught", "twice"]);
            assert_eq!(functions(1), ["g"]);
            assert_eq!(functions(2), ["h", "caught", "twice"]);
            // The last is called.
            let start = |program: usize| object.programs[program].exception_callback;
            let order = if object.big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
            let second = order(object.programs[0].func_info[8..12].try_into().unwrap());
            assert_eq!([start(0), start(1), start(2)], [Some(second), None, None]);
        });
    });
}

#[test]
fn exception_callbacks_that_are_none() {
    let tagged = |callback: &str, tag: &str| {
        let tag = format!("__attribute__((btf_decl_tag(\"exception_callback:{tag}\")))");
        format!("{callback} {tag} SEC(\"tc\") int f(struct __sk_buff *ctx) {{ return 0; }}")
    };
    for (source, expected) in [
        (tagged("", "gone"), "program `f`: its exception callback `gone` is nowhere defined"),
        (
            tagged("__hidden __noinline int cb(__u64 c) { return c; }", "cb"),
            "program `f`: its exception callback `cb` must be neither `static` nor hidden (`__hidden`): the kernel verifies it by itself",
        ),
        (
            tagged(
                "__noinline int a(__u64 c) { return c; } __noinline int b(__u64 c) { return c; }
                 __attribute__((btf_decl_tag(\"exception_callback:a\")))",
                "b",
            ),
            "program `f` has two exception callbacks, `a` and `b`: the kernel takes one",
        ),
        (
            "int v __attribute__((btf_decl_tag(\"exception_callback:a\"))); SEC(\"tc\") int f(void *ctx) { return v; }".to_owned(),
            "`v` is tagged `exception_callback:a`, but is no program: the tag belongs to a function with a `SEC`",
        ),
    ] {
        error("exception_callbacks_that_are_none", &source, expected);
    }
}

#[test]
fn kernel_symbols() {
    let source = r#"
        struct rq { int cpu; };
        extern const struct rq runqueues __ksym;
        extern const void bpf_prog_fops __ksym __weak;
        extern int bpf_thing___v2(struct rq *, int) __ksym;
        extern void bpf_other(void) __ksym __weak;
        SEC("xdp") int f(void *ctx) {
            if (bpf_ksym_exists(bpf_other))
                bpf_other();
            return bpf_thing___v2((void *)&runqueues, !!bpf_ksym_exists(&bpf_prog_fops));
        }
        SEC("xdp") long g(void *ctx) {
            return bpf_thing___v2(0, 0);
        }
    "#;
    link("kernel_symbols", source, |linked| {
        linked.unwrap().with_object(|object| {
            let btf = Btf::parse(object.btf).unwrap();
            let text = |symbol: &Symbol<'_>| {
                let kind = match symbol.kind {
                    SymbolKind::Untyped => "untyped".to_owned(),
                    SymbolKind::Variable { type_id } => declare(&btf, type_id, symbol.name).unwrap(),
                    SymbolKind::Function { type_id } => declare(&btf, type_id, symbol.name).unwrap(),
                };
                format!("{} {kind} weak={} {}:{}", symbol.name, symbol.weak, symbol.file, symbol.line)
            };
            let symbols: Vec<_> = object.symbols.iter().map(text).collect();
            let expected = [
                "bpf_other void bpf_other(void) weak=true test.bpf.c:8",
                "bpf_prog_fops untyped weak=true test.bpf.c:10",
                "bpf_thing___v2 int bpf_thing___v2(struct rq *dummy_ksym, int dummy_ksym) weak=false test.bpf.c:10",
                "runqueues const struct rq runqueues weak=false test.bpf.c:10",
            ];
            assert_eq!(symbols, expected);
            let mut kinds: Vec<_> = object.programs[0].references.iter().map(|reference| format!("{:?}", reference.kind)).collect();
            kinds.sort();
            assert_eq!(kinds, ["Function(0)", "Function(2)", "Symbol(0)", "Symbol(1)", "Symbol(3)"]);
            assert_eq!(object.programs[1].references.len(), 1);
        });
    });
}

/// The kernel refuses what is extern.
#[test]
fn kernel_symbols_are_integers_for_the_kernel() {
    let source = r#"
        extern const void first __ksym;
        extern void second(void *) __ksym;
        SEC("xdp") int f(void *ctx) { second((void *)&first); return 0; }
    "#;
    link("kernel_symbols_are_integers_for_the_kernel", source, |linked| {
        linked.unwrap().with_object(|object| {
            let btf = Btf::parse(object.btf).unwrap();
            let Kind::Datasec(section) = btf.find(KindNumber::Datasec, ".ksyms").unwrap().unwrap().kind else { panic!() };
            assert_eq!(section.size, 8);
            let mut names = Vec::new();
            for (place, offset) in section.variables().zip([0, 4]) {
                assert_eq!((place.offset, place.size), (offset, 4));
                let variable = btf.get(place.type_id).unwrap();
                let Kind::Var { type_id, linkage: Linkage::Global } = variable.kind else { panic!("{variable:?}") };
                assert!(matches!(btf.get(type_id).unwrap().kind, Kind::Int(int) if int.bits == 32));
                names.push(variable.name().unwrap());
            }
            names.sort_unstable();
            assert_eq!(names, ["dummy_ksym", "first"]);
            let function = btf.find(KindNumber::Func, "second").unwrap().unwrap();
            let Kind::Func { proto, linkage: Linkage::Global } = function.kind else { panic!("{function:?}") };
            let Kind::FuncProto(proto) = btf.get(proto).unwrap().kind else { panic!() };
            assert_eq!(proto.params().next().unwrap().name().unwrap(), "dummy_ksym");
        });
    });
}

#[test]
fn kernel_variables_that_are_called() {
    let source = r#"
        extern const int thing __ksym;
        SEC("xdp") int f(void *ctx) { return ((int (*)(void))(unsigned long)&thing)(); }
    "#;
    let expected = "test.bpf.c:3: function `f` calls `thing`, which is declared as a variable of the kernel";
    error("kernel_variables_that_are_called", source, expected);
}

#[test]
fn programs_that_are_called() {
    let source = r#"
        SEC("xdp") __noinline int f(void *ctx) { return ctx != 0; }
        SEC("xdp") int g(void *ctx) { return f(ctx) + 1; }
    "#;
    let expected = "test.bpf.c:3: function `g` calls `f` in section `xdp`: a function that programs call must not have a `SEC`";
    error("programs_that_are_called", source, expected);
}

#[test]
fn programs_whose_address_is_taken() {
    let source = r#"
        SEC("xdp") int f(void *ctx) { return 0; }
        SEC("xdp") int g(void *ctx) { bpf_loop(1, f, 0, 0); return 0; }
    "#;
    let expected =
        "test.bpf.c:3: function `g` takes the address of `f` in section `xdp`: that works only for functions without `SEC`";
    error("programs_whose_address_is_taken", source, expected);
}

#[test]
fn static_programs() {
    let source = r#"
        SEC("xdp") __attribute__((used)) static int f(void *ctx) { return 0; }
    "#;
    let expected =
        "function `f` in section `xdp` is static: a program must not be, and a function that programs call must not have a `SEC`";
    error("static_programs", source, expected);
}

#[test]
fn unknown_sections() {
    let source = r#"
        SEC("kprob/vfs_read") int f(void *ctx) { return 0; }
    "#;
    // Another program's loader may know it, so the object can be looked into.
    link("unknown_sections", source, |linked| {
        linked.unwrap().with_object(|object| {
            assert_eq!(object.programs[0].program_type, ProgramType::UNSPEC);
            let expected = "test.bpf.c:2: program `f`: unknown section name `kprob/vfs_read`: the nearest known one is `kprobe`";
            assert_eq!(generate(object, "f.bpf.c").unwrap_err().to_string(), expected);
        });
    });
    // Who switches it on says what it is.
    link("unknown_sections", &source.replace("kprob/", "?kprob/"), |linked| {
        linked.unwrap().with_object(|object| {
            let skeleton = generate(object, "f.bpf.c").unwrap();
            assert!(skeleton.source.contains("pub f: ::corebone::programs::Unknown,"), "{}", skeleton.source);
        });
    });
}

#[test]
fn data_in_unknown_sections() {
    let source = r#"
        int x SEC("mine") = 1;
        SEC("xdp") int f(void *ctx) { return x; }
    "#;
    let expected = "test.bpf.c:3: function `f` refers to `x` in section `mine`: global variables can be in `.data`, `.bss`, `.rodata`, \
                    and in sections like `.data.name`";
    error("data_in_unknown_sections", source, expected);
}

const INNER: &str = r#"
    struct inner {
        __uint(type, BPF_MAP_TYPE_ARRAY);
        __uint(max_entries, 1);
        __type(key, int);
        __type(value, int);
    } one SEC(".maps"), two SEC(".maps");
"#;

#[test]
fn initial_entries_of_maps() {
    let source = r#"
        struct {
            __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
            __uint(max_entries, 8);
            __type(key, int);
            __array(values, struct inner);
        } outer SEC(".maps") = { .values = { [1] = &two, [4] = &one } };
        SEC("xdp") int first(void *ctx) { return 1; }
        SEC("socket") int last(void *ctx) { return 2; }
        struct {
            __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
            __uint(max_entries, 4);
            __uint(key_size, 4);
            __array(values, int(void *));
        } calls SEC(".maps") = { .values = { [3] = (void *)&last } };
    "#;
    link("initial_entries_of_maps", &format!("{INNER}{source}"), |linked| {
        linked.unwrap().with_object(|object| {
            let index = |name: &str| object.maps.iter().position(|map| map.name == name).unwrap();
            let map = |name: &str| InitialValue::Map(index(name).try_into().unwrap());
            let outer = object.maps[index("outer")];
            assert_eq!(outer.initial, [Initial { key: 1, value: map("two") }, Initial { key: 4, value: map("one") }]);
            let last = object.programs.iter().position(|program| program.name == "last").unwrap().try_into().unwrap();
            assert_eq!(object.maps[index("calls")].initial, [Initial { key: 3, value: InitialValue::Program(last) }]);
        });
    });
}

#[test]
fn initial_entries_that_can_t_be() {
    let source = r#"
        struct {
            __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
            __uint(max_entries, 4);
            __uint(key_size, 4);
            __array(values, int(void *));
        } calls SEC(".maps") = { .values = { [3] = (void *)&one } };
    "#;
    let expected = "test.bpf.c:14: map `calls`: its `.values` has `one` at 3, which is not a program: that must have a `SEC`, and not be static";
    error("initial_programs", &format!("{INNER}{source}"), expected);
    let source =
        source.replace("&one", "twice").replace("struct {", "static __noinline int twice(void *ctx) { return 2; } struct {");
    error("initial_static_programs", &format!("{INNER}{source}"), &expected.replace("`one`", "something static"));
    let source = r#"
        int number SEC(".data.x");
        struct {
            __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
            __uint(max_entries, 4);
            __uint(key_size, 4);
            __array(values, struct inner);
        } outer SEC(".maps") = { .values = { (void *)&number } };
    "#;
    error(
        "initial_maps",
        &format!("{INNER}{source}"),
        "test.bpf.c:15: map `outer`: its `.values` has `number` at 0, which is not a map",
    );
    let source = r#"
        struct {
            __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
            __uint(max_entries, 4);
            __uint(key_size, 8);
            __array(values, struct inner);
        } outer SEC(".maps") = { .values = { &one } };
    "#;
    error(
        "initial_keys",
        &format!("{INNER}{source}"),
        "test.bpf.c:14: map `outer`: `.values` are by keys of 4 bytes, and its keys have 8",
    );
}

#[test]
fn mistakes_in_definitions() {
    let map = "\n\nstruct {\n\t__uint(type, BPF_MAP_TYPE_ARRAY);\n\t__uint(max_entires, 4);\n} m SEC(\".maps\");\n";
    link("mistakes_in_definitions", map, |linked| {
        let error = linked.unwrap_err().to_string();
        assert!(error.starts_with("test.bpf.c:6: map `m`: ") && error.contains("max_entires"), "{error}");
    });
    let external = "\nextern int HZ __kconfig;\nSEC(\"xdp\") int f(void *ctx) { return HZ; }\n";
    let expected = "test.bpf.c:2: extern `HZ` is not known: the name must begin with `CONFIG_` or `LINUX_`";
    error("mistakes_in_definitions", external, expected);
}

#[test]
fn variables_in_arenas() {
    // Address spaces are not in older clangs, nor the type in older headers.
    let source = r#"
        #ifdef __BPF_FEATURE_ADDR_SPACE_CAST
        #define __arena __attribute__((address_space(1)))
        struct { __uint(type, 33); __uint(map_flags, 1 << 10); __uint(max_entries, 100); } memory SEC(".maps");
        int __arena first = 7;
        int __arena last;
        SEC("xdp") int f(void *ctx) { return last++; }
        #endif
    "#;
    link("variables_in_arenas", source, |linked| {
        linked.unwrap().with_object(|object| {
            let Some(program) = object.programs.first() else { return };
            let map = object.maps.first().unwrap();
            let seven = if object.big_endian { [0, 0, 0, 7] } else { [7, 0, 0, 0] };
            assert_eq!((map.name, map.section, map.value_size), ("memory", Some(Section::Arena), 8));
            assert!(map.contents.len() == 8 && map.contents.chunks(4).any(|word| word == seven), "{:?}", map.contents);
            assert_eq!(program.references[0].kind, ReferenceKind::MapValue(0));
            let skeleton = generate(object, "test.bpf.c").unwrap().source;
            for line in [
                "    pub memory: ::corebone::Arena,",
                "    pub arena: TestArenaLive,",
                "#[::corebone::section(size = 8, live = TestArenaLive)]",
            ] {
                assert!(skeleton.lines().any(|each| each == line), "`{line}` is not in:\n{skeleton}");
            }
        });
    });
}

#[test]
fn arrays_that_can_be_resized() {
    let source = r#"
        int sum;
        long numbers[1];
        int fixed[2] SEC(".data.fixed");
        const volatile unsigned char table[1] SEC(".rodata.table");
        SEC("xdp") int f(void *ctx) { return sum + numbers[0] + fixed[1] + table[0]; }
    "#;
    link("arrays_that_can_be_resized", source, |linked| {
        let skeleton = linked.unwrap().with_object(|object| generate(object, "test.bpf.c")).unwrap().source;
        for lines in [
            "    #[offset(8)]\n    #[resizable]\n    pub numbers: ::std::vec::Vec<i64>,\n",
            "    #[offset(0)]\n    pub fixed: [i32; 2],\n",
            "    #[offset(0)]\n    #[resizable]\n    pub table: ::std::vec::Vec<u8>,\n",
        ] {
            assert!(skeleton.contains(lines), "{lines} is not in:\n{skeleton}");
        }
    });
}

#[test]
fn old_map_definitions() {
    let source = r#"
        struct { unsigned type, key_size, value_size, max_entries; } old SEC("maps") = { 1, 4, 4, 1 };
        SEC("xdp") int f(void *ctx) { int key = 0; return bpf_map_lookup_elem(&old, &key) != 0; }
    "#;
    let expected = "section `maps` defines maps as libbpf before 1.0 had it; define them in section `.maps`: \
                    `struct { __uint(type, BPF_MAP_TYPE_HASH); ... } name SEC(\".maps\");`";
    error("old_map_definitions", source, expected);
}

const SETS: &str = r#"
    struct sock;
    struct congestion_ops___mine {
        int flags;
        int (*begin)(struct sock *sk);
        void (*end)(struct sock *sk);
        void *owner;
        char name[8];
    };
    SEC("struct_ops") int first(void *ctx) { return 1; }
    SEC("struct_ops.s/second") int second(void *ctx) { return 2; }
"#;

#[test]
fn struct_ops_are_maps_with_the_numbers_of_their_programs() {
    let source = format!(
        r#"{SETS}
        SEC(".struct_ops") struct congestion_ops___mine one = {{ .flags = 5, .begin = (void *)second, .name = "abc" }};
        SEC("?.struct_ops.link") struct congestion_ops___mine two = {{ .end = (void *)first }}, three = {{}};
        "#
    );
    link("struct_ops_are_maps_with_the_numbers_of_their_programs", &source, |linked| {
        let linked = linked.unwrap();
        assert_eq!(linked.warnings(), [""; 0]);
        linked.with_object(|object| {
            let number = |n: u64| if object.big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
            let flags = |n: u32| if object.big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
            let one = [&flags(5)[..], &[0; 4], &number(2), &[0; 16], b"abc\0\0\0\0\0"].concat();
            let two = [&[0; 16][..], &number(1), &[0; 16]].concat();
            let expected: [(&str, u32, bool, &[u8]); 3] =
                [("one", 0, true, &one), ("two", 1 << 13, false, &two), ("three", 1 << 13, false, &[])];
            assert_eq!(object.maps.len(), expected.len());
            for (name, flags, autocreate, contents) in expected {
                let map = object.maps.iter().find(|map| map.name == name).unwrap();
                assert_eq!(
                    (map.map_type, map.key_size, map.value_size, map.max_entries, map.flags),
                    (26, 4, 40, 1, flags),
                    "{name}"
                );
                assert_eq!(map.contents, contents, "{name}");
                let struct_ops = map.struct_ops.unwrap();
                assert_eq!(struct_ops.autocreate, autocreate, "{name}");
                let btf = Btf::parse(object.btf).unwrap();
                assert_eq!(btf.get(struct_ops.type_id).unwrap().name().unwrap(), "congestion_ops___mine");
                // Before Linux 6.9 no section's name may have a `?`.
                assert!(btf.find(KindNumber::Datasec, "_.struct_ops.link").unwrap().is_some());
                assert!(btf.find(KindNumber::Datasec, "?.struct_ops.link").unwrap().is_none());
            }
            let skeleton = crate::generate(object, "test.bpf.c").unwrap();
            assert!(skeleton.source.contains("    pub begin: ::corebone::Slot,\n"), "{}", skeleton.source);
            assert_eq!(skeleton.source.matches("pub struct TestCongestionOpsMine {").count(), 1, "{}", skeleton.source);
        });
    });
}

#[test]
fn struct_ops_point_to_programs_only() {
    let error = |what: &str, set: &str, expected: &str| error(what, &format!("{SETS}{set}"), expected);
    error(
        "struct_ops_to_data",
        r#"int x; SEC(".struct_ops") struct congestion_ops___mine one = { .owner = &x };"#,
        "test.bpf.c:12: struct_ops `one`: its member `owner` points to `x`; only members that are functions can point",
    );
    error(
        "struct_ops_to_functions",
        r#"int sub(struct sock *sk) { return 1; } SEC(".struct_ops") struct congestion_ops___mine one = { .begin = sub };"#,
        "test.bpf.c:12: struct_ops `one`: its member `begin` points to `sub`, which is no program: write `SEC(\"struct_ops\")` at the function",
    );
    error(
        "struct_ops_of_integers",
        r#"SEC(".struct_ops") int one = 1;"#,
        "test.bpf.c:12: struct_ops `one`: its type is not a struct",
    );
}

#[test]
fn programs_in_no_struct_ops_are_warned_of() {
    let source = format!(r#"{SETS} SEC(".struct_ops") struct congestion_ops___mine one = {{ .begin = (void *)first }};"#);
    link("programs_in_no_struct_ops_are_warned_of", &source, |linked| {
        let warning =
            "program `second` of section `struct_ops.s/second` is in no struct_ops variable: it is loaded only if you set it";
        assert_eq!(linked.unwrap().warnings(), [warning]);
    });
}

#[test]
fn pointers_in_data_are_warned_of() {
    let source = r#"
        int x = 1;
        int *volatile p = &x;
        SEC("xdp") int f(void *ctx) { return p != 0; }
    "#;
    link("pointers_in_data_are_warned_of", source, |linked| {
        let warning = "section `.data` has pointers that are set in the C source: BPF can't have them, they are 0 at run time";
        assert_eq!(linked.unwrap().warnings(), [warning]);
    });
    // Older clangs can't jump by labels; a function's address is as good.
    let source = r#"
        static __noinline int sub(int x) { return x; }
        static int (*volatile table[2])(int) = { sub, sub };
        SEC("xdp") int f(void *ctx) { return table[1] != 0; }
    "#;
    link("pointers_in_data_are_warned_of", source, |linked| {
        let warning = "section `.data` has pointers that are set in the C source: BPF can't have them, they are 0 at run time; if they \
                       are labels for `goto *`, their array must not be `static`";
        assert_eq!(linked.unwrap().warnings(), [warning]);
    });
}

#[test]
fn strings_without_names_become_maps() {
    let source = r#"
        SEC("xdp") int f(void *ctx) { return bpf_trace_printk("nobody", 7); }
    "#;
    link("strings_without_names_become_maps", source, |linked| {
        linked.unwrap().with_object(|object| {
            let map = object.maps.iter().find(|map| map.name == ".rodata.str1.1").unwrap();
            assert_eq!((map.contents, map.flags, map.value_type_id), (&b"nobody\0"[..], 1 << 7, 0));
            assert_eq!(object.programs[0].references.len(), 1);
        });
    });
}
