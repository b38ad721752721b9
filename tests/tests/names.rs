//! Any legal C name in any place, in crates of every sort that a user may have: an application and a library, of two editions, with the
//! runtime under another name, as strict as rustc and clippy can be.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use corebone_tests::program::find_clang;
use corebone_tests::project::{Project, text};
use corebone_tests::requirement::require;

/// Names that mean something in Rust, or in a skeleton, and nothing in C.
const NAMES: &[&str] = &[
    // Keywords of Rust, of all editions and kinds.
    "Self",
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "crate",
    "dyn",
    "false",
    "final",
    "fn",
    "gen",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "raw",
    "ref",
    "safe",
    "self",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "yield",
    // Types without a path, the prelude, crates.
    "bool",
    "f32",
    "f64",
    "i128",
    "i8",
    "isize",
    "str",
    "u32",
    "u64",
    "usize",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "From",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "Result",
    "Send",
    "Some",
    "String",
    "Vec",
    "alloc",
    "core",
    "corebone",
    "derive",
    "drop",
    "main",
    "println",
    "std",
    "test",
    // Fields, modules, items, methods and variables of skeletons and of what attributes expand to.
    "BYTES",
    "Error",
    "Link",
    "Live",
    "Map",
    "OBJECT",
    "Object",
    "Pod",
    "Program",
    "anonymous0",
    "arena",
    "as_bytes",
    "attach",
    "auto_attach",
    "bits",
    "bits0",
    "bss",
    "bytes",
    "c_type",
    "clone",
    "cmp",
    "config",
    "contents",
    "data",
    "end",
    "eq",
    "f",
    "fmt",
    "from",
    "from_bits",
    "hash",
    "kconfig",
    "links",
    "live",
    "load",
    "loaded",
    "map",
    "maps",
    "memory",
    "name",
    "number",
    "object",
    "open",
    "open_with",
    "options",
    "other",
    "pod",
    "program",
    "progs",
    "rodata",
    "section",
    "set_type",
    "state",
    "struct_ops",
    "to",
    "types",
    "value",
    "width",
    "zeroed",
    // Odd, but legal.
    "_",
    "__",
    "_1",
    "__f",
    "__state",
    "_opaque",
    "_pad1",
    "A",
    "a",
    "aB",
    "a_b",
    "Ab",
    "AB",
    "set_a",
    "T",
    "H",
    "x_",
    "x__",
    "x",
    // Beyond ASCII.
    "größe",
    "Übergang",
    "мера",
    "数量",
    "परिमाण",
    "a\u{b5}s",
];

/// Names of C files, each with the name of its skeleton.
const FILES: [(&str, &str); 16] = [
    ("option", "Option"),
    ("1-two", "Bpf1Two"),
    ("self", "BpfSelf"),
    ("async", "Async"),
    ("_x", "X"),
    ("vec.v2", "VecV2"),
    ("corebone", "Corebone"),
    ("core", "Core"),
    ("std", "Std"),
    ("types", "Types"),
    ("maps", "Maps"),
    ("open", "Open"),
    ("result", "Result"),
    ("string", "String"),
    ("maß-einheit", "MaßEinheit"),
    ("数", "数"),
];

const HEAD: &str = "#define SEC(name) __attribute__((section(name), used))\n\
                    #define __uint(name, val) int (*name)[val]\n#define __type(name, val) typeof(val) *name\n\
                    char _license[] SEC(\"license\") = \"GPL\";\n";

/// A C file for each sort of thing that has a name, with the name of each.
fn sources() -> Vec<(&'static str, String)> {
    let each = |line: &dyn Fn(usize, &str) -> String| {
        NAMES.iter().enumerate().fold(HEAD.to_owned(), |mut source, (index, name)| {
            let _ = writeln!(source, "{}", line(index, name));
            source
        })
    };
    let map = |_: usize, name: &str| {
        format!(
            "struct {{ __uint(type, 1); __uint(max_entries, 1); __type(key, int); __type(value, long); }} {name} SEC(\".maps\");"
        )
    };
    let program = |_: usize, name: &str| format!("SEC(\"socket\") int {name}(void) {{ return 0; }}");
    // Constants, variables that begin with a value and with none, and sections of every name.
    let global = |index: usize, name: &str| match index % 4 {
        0 => format!("const volatile int {name} = 1;"),
        1 => format!("int {name} = 1;"),
        2 => format!("_Bool {name};"),
        _ => format!("int {name} SEC(\".{}.{name}\") = 1;", ["data", "data", "data"][index % 3]),
    };
    let tag = |index: usize, name: &str| {
        let (next, after) = (NAMES[(index + 1) % NAMES.len()], NAMES[(index + 2) % NAMES.len()]);
        format!(
            "struct {name} {{ int {name}; char {next}[4]; short {after}; }} s{index};\n\
             union {name}_u {{ int {name}; char {next}[8]; struct {name} {after}; }} u{index};"
        )
    };
    let bits = |index: usize, name: &str| format!("enum {name} {{ e{index} = {index} }} v{index};");
    let typedef = |index: usize, name: &str| {
        let name = if name == "_Bool" { "t" } else { name };
        format!("typedef struct {{ enum {{ c{index} }} {name}; }} {name};\n{name} t{index};")
    };
    let fields = |declare: &dyn Fn(&str) -> String| NAMES.iter().map(|name| declare(name)).collect::<Vec<_>>().join(" ");
    let whole = format!(
        "{HEAD}struct all {{ {} }} some;\nstruct texts {{ {} }} some_texts;\nunion any {{ {} }} some_any;\nstruct bits {{ {} }} some_bits;\n\
         enum all_of {{ {} }} one;\nstruct outer {{ union {{ {} }}; struct {{ int more; }}; }} outer;\n",
        fields(&|name| format!("int {name};")),
        fields(&|name| format!("char {name}[3];")),
        fields(&|name| format!("int {name};")),
        fields(&|name| format!("unsigned {name}:3;")),
        fields(&|name| format!("{name},")),
        fields(&|name| format!("long {name};")),
    );
    // More than an array of constants may have on the stack, and what only pointers lead to.
    let many = |declare: &dyn Fn(usize) -> String| (0..1200).map(declare).collect::<String>();
    let large = format!(
        "{HEAD}enum large {{ {} }} large;\nstruct long_one {{ struct nowhere *nowhere; {} }} long_one;\n",
        many(&|number| format!("N{number} = {number}, ")),
        many(&|number| format!("int n{number}; ")),
    );
    let sets = format!(
        "{HEAD}struct Maps {{ int (*attach)(int); int load; }};\nSEC(\"struct_ops/set\") int set(void *ctx) {{ return 0; }}\n\
         SEC(\".struct_ops.link\") struct Maps object = {{ .attach = (void *)set }};\n\
         SEC(\".struct_ops.link\") struct Maps maps = {{ .attach = (void *)set }};\n\
         int a SEC(\".data.load\") = 1;\nint b SEC(\".data.Load\") = 1;\nint c SEC(\".data.1\") = 1;\nint d SEC(\".bss.maps\");\n"
    );
    // Every sort in one, with enums in structs that have all traits, of which some take variables.
    let mixed = (0..NAMES.len()).fold(HEAD.to_owned(), |mut source, index| {
        let name = NAMES[index];
        let _ = writeln!(
            source,
            "enum {name} {{ m{index} = -1 }};\nstruct r{index} {{ enum {name} {name}; enum {name} b{index}:4; union {{ enum {name} \
             either; int or; }}; }} w{index};"
        );
        source
    });
    let mut sources = vec![
        ("a-maps", each(&map)),
        ("b-progs", each(&program)),
        ("c-globals", each(&global)),
        ("d-structs", each(&tag)),
        ("e-enums", each(&bits)),
        ("f-typedefs", each(&typedef)),
        ("g-members", whole),
        ("h-sets", sets),
        ("i-mixed", mixed),
        ("j-large", large),
    ];
    let small = format!("{HEAD}const volatile int type = 1;\nSEC(\"socket\") int main(void) {{ return type; }}\n");
    sources.extend(FILES.map(|(file, _)| (file, small.clone())));
    sources
}

const STRICT: &str = "#![forbid(unsafe_code)]\n#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery, missing_docs, unreachable_pub, \
                      unused_qualifications, rust_2018_idioms, missing_debug_implementations, missing_copy_implementations, unused_results, \
                      unused_lifetimes, single_use_lifetimes, redundant_lifetimes, trivial_casts, trivial_numeric_casts, let_underscore_drop, \
                      explicit_outlives_requirements, meta_variable_misuse, variant_size_differences, unnameable_types, unit_bindings, \
                      keyword_idents, ambiguous_negative_literals, absolute_paths_not_starting_with_crate)]\n\
                      #![allow(clippy::module_name_repetitions)]\n\n";

const BUILD: &str = "fn main() {\n    let mut files: Vec<_> = std::fs::read_dir(\"src/bpf\").unwrap().map(|file| file.unwrap().path()).collect();\n    \
                     files.sort();\n    let builder = files.iter().fold(corebone_build::Builder::new().clang_arg(\"-Wno-main\"), |builder, file| builder.source(file));\n    \
                     builder.build().unwrap();\n}\n";

/// What names become, as rustc sees it.
const NATURAL: &str = "
/// Names are C's where Rust can have them.
pub fn names(open: a_maps::OpenAMaps, progs: &b_progs::OpenBProgsProgs, all: &g_members::types::all) {
    let maps = open.maps;
    drop((maps.r#type, maps.self_, maps.Self_, maps.crate_, maps.super_, maps.option_is(), maps.x, maps.x_, maps.x__, maps._1, maps.größe, maps.数量, maps.a_s));
    let _ = (&progs.main, &progs.r#async, &progs.str, all.r#match + all.__f + all.set_a);
}
";

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects")
}

#[test]
fn any_legal_name_gives_rust_that_any_crate_takes() -> Result<()> {
    let Some(_) = require("any_legal_name_gives_rust_that_any_crate_takes", find_clang()) else { return Ok(()) };
    let project = Project::empty("names", &target())?;
    let dependencies = |name: &str| format!("[dependencies]\n{name}\n\n[build-dependencies]\ncorebone-build = \"0.1\"\n");
    project.manifest(&dependencies("corebone = \"0.1\"\nolder = { path = \"older\" }"))?;
    let older = "[package]\nname = \"older\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n";
    project
        .write("older/Cargo.toml", &format!("{older}{}", dependencies("bone = { package = \"corebone\", version = \"0.1\" }")))?;
    for folder in ["", "older/"] {
        let mut library = format!("//! Names.\n{STRICT}");
        let runtime = if folder.is_empty() { "corebone" } else { "bone" };
        project.write(&format!("{folder}build.rs"), BUILD)?;
        for (file, source) in sources() {
            project.write(&format!("{folder}src/bpf/{file}.bpf.c"), &source)?;
            let module = file.replace(['-', '.'], "_");
            let module = if ["self", "async"].contains(&module.as_str()) || module.starts_with('1') {
                format!("file_{module}")
            } else {
                module
            };
            let _ =
                writeln!(library, "/// Of `{file}.bpf.c`.\npub mod {module} {{\n    {runtime}::include_skeleton!({file:?});\n}}");
            if let Some((_, skeleton)) = FILES.iter().find(|(name, _)| *name == file) {
                let _ = writeln!(
                    library,
                    "/// The same again.\npub mod {module}_again {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{file}.skel.rs\"));\n}}\n\
                    pub use {module}::{skeleton} as Of{skeleton};"
                );
            }
        }
        library += &NATURAL.replace("maps.option_is()", "maps.Option");
        project.write(&format!("{folder}src/lib.rs"), &library)?;
    }
    project.write("src/main.rs", &format!("//! Nothing.\n{STRICT}fn main() {{}}\n"))?;
    text(project.cargo(&["clippy", "--workspace"])).map_err(anyhow::Error::msg)?;
    let mut documentation = project.cargo(&["doc", "--workspace", "--no-deps"]);
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    text(documentation).map_err(anyhow::Error::msg)?;
    // What is denied is denied in the skeletons, too.
    let library = fs::read_to_string(project.path("older/src/lib.rs"))?;
    project.write("older/src/lib.rs", &(library + "pub struct Undocumented;\n"))?;
    let error = text(project.cargo(&["clippy", "--workspace"])).err().context("clippy was not asked")?;
    ensure!(error.contains("missing documentation for a struct"), "{error}");
    Ok(())
}
