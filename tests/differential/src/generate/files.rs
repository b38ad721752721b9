//! Two C files that are to be linked: variables, functions, maps and Kconfig externs of which one file defines what the other declares, and
//! symbols of the kernel that both declare.

use std::fmt::Write;

use fastrand::Rng;

/// The attributes that `bpf_helpers.h` has names for.
const PRELUDE: &str = "#define SEC(name) __attribute__((section(name), used))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility(\"hidden\")))
#define __noinline __attribute__((noinline))
#define __uint(name, number) int (*name)[number]
#define __type(name, of) typeof(of) *name
struct pair { char small; long large; };
static void *(*lookup)(void *map, const void *key) = (void *)1;
";

/// Types of variables, with values that they can begin with.
const TYPES: [(&str, &str, &str); 8] = [
    ("char", "", "1"),
    ("unsigned short", "", "0x203"),
    ("int", "", "-4"),
    ("long long", "", "0x506070809"),
    ("char", "[3]", "\"ab\""),
    ("int", "[5]", "{ 1, 2, 3 }"),
    ("struct pair", "", "{ 7, 8 }"),
    ("unsigned char", "[17]", "{ 9 }"),
];

/// Sections for variables that can be written; the first says nothing.
const WRITABLE: [&str; 4] = ["", ".data.one", ".bss.two", ".data.three"];
const CONSTANT: [&str; 2] = ["", ".rodata.four"];

/// Symbols of the kernel, some of which it has: how they are declared before and after their name, a declaration that disagrees, and how
/// they are used. Untyped ones are not among them: libbpf's linker wants a size of each that both files declare, and fails.
const SYMBOLS: [(&str, [&str; 2], &str, &str); 4] = [
    ("kernel_counter", ["int ", ""], "short ", "(long)&kernel_counter"),
    ("absent_counter", ["int ", ""], "char ", "(long)&absent_counter"),
    ("kernel_procedure", ["void ", "(void)"], "int ", "({ if (kernel_procedure) kernel_procedure(); 0; })"),
    ("absent_function", ["int ", "(int number)"], "long ", "(absent_function ? absent_function(3) : 0)"),
];

/// How often the two disagree about something.
const CONFLICTS: f64 = 0.02;

/// Both files. A map is defined in the first: libbpf's linker loses those that it meets as `extern` first.
pub fn two_files(seed: u64) -> [String; 2] {
    let mut rng = Rng::with_seed(seed);
    let mut files = [Writer::default(), Writer::default()];
    for number in 0..4 + rng.usize(..8) {
        variable(&mut rng, &mut files, number);
    }
    for number in 0..2 + rng.usize(..4) {
        function(&mut rng, &mut files, number);
    }
    for number in 0..1 + rng.usize(..3) {
        map(&mut rng, &mut files, number);
    }
    for number in 0..rng.usize(..3) {
        option(&mut rng, &mut files, number);
    }
    for number in 0..SYMBOLS.len() {
        if rng.bool() {
            symbol(&mut rng, &mut files, number);
        }
    }
    let sections = ["socket", "tc", "?xdp", "raw_tp/x"];
    let programs = files.each_ref().map(|_| 1 + rng.usize(..2));
    let mut number = 0;
    [0, 1].map(|at| {
        let Writer { declarations, uses } = &files[at];
        let mut text = format!("{PRELUDE}char LICENSE[] SEC(\"license\") = \"GPL\";\n{declarations}");
        for _ in 0..programs[at] {
            number += 1;
            let section = rng.choice(sections).unwrap_or("socket");
            let _ = writeln!(text, "SEC(\"{section}\") long program{number}(void *context)\n{{\n  long sum = 0;");
            for line in uses.iter().filter(|_| rng.f64() < 0.8) {
                let _ = writeln!(text, "  {line}");
            }
            text += "  return sum;\n}\n";
        }
        text
    })
}

/// What is written of a file.
#[derive(Default)]
struct Writer {
    declarations: String,
    /// Statements for programs.
    uses: Vec<String>,
}

impl Writer {
    fn declare(&mut self, text: &str) {
        let _ = writeln!(self.declarations, "{text}");
    }

    fn add(&mut self, value: &str) {
        self.uses.push(format!("sum = sum * 3 + {value};"));
    }
}

fn variable(rng: &mut Rng, files: &mut [Writer; 2], number: usize) {
    let (ty, array, value) = *rng.choice(&TYPES).unwrap_or(&TYPES[0]);
    let constant = rng.f64() < 0.3;
    let section = if constant { rng.choice(CONSTANT) } else { rng.choice(WRITABLE) }.unwrap_or("");
    let at = if section.is_empty() { String::new() } else { format!(" SEC(\"{section}\")") };
    let qualifier = if constant { "const volatile " } else { "volatile " };
    let align = if rng.f64() < 0.15 { " __attribute__((aligned(32)))" } else { "" };
    let zero = section.starts_with(".bss") || section.is_empty() && rng.f64() < 0.4;
    let initial = if zero { String::new() } else { format!(" = {value}") };
    let name = format!("variable{number}");
    let element = if !array.is_empty() {
        format!("{name}[1]")
    } else if ty.starts_with("struct") {
        format!("{name}.large")
    } else {
        name.clone()
    };
    let define = |prefix: &str, initial: &str| format!("{prefix}{qualifier}{ty} {name}{array}{at}{align}{initial};");
    let owner = rng.usize(..2);
    match rng.u32(..6) {
        // Each file has its own.
        0 | 1 => {
            for file in files {
                if rng.f64() < 0.8 {
                    file.declare(&define("static ", &initial));
                    file.add(&element);
                }
            }
        }
        2 => {
            files[owner].declare(&define("", &initial));
            files[owner].add(&element);
        }
        3 => {
            files[owner].declare(&define(if rng.f64() < CONFLICTS { "" } else { "__weak " }, &initial));
            files[1 - owner].declare(&define(if rng.bool() { "__weak " } else { "" }, &initial));
            files.iter_mut().for_each(|file| file.add(&element));
        }
        _ => {
            files[owner].declare(&define(if rng.f64() < 0.3 { "__hidden " } else { "" }, &initial));
            let ty = if rng.f64() < CONFLICTS && !ty.starts_with("struct") { "unsigned int" } else { ty };
            let array = if rng.f64() < CONFLICTS && !array.is_empty() { "[2]" } else { array };
            let qualifier = if rng.f64() < CONFLICTS { "" } else { qualifier };
            files[1 - owner].declare(&format!("extern {qualifier}{ty} {name}{array}{at};"));
            files.iter_mut().for_each(|file| file.add(&element));
        }
    }
}

fn function(rng: &mut Rng, files: &mut [Writer; 2], number: usize) {
    let name = format!("function{number}");
    let body = |rng: &mut Rng| format!("int {name}(int x)\n{{\n  return x * {} + {};\n}}", 3 + rng.u32(..99), rng.u32(..9999));
    let owner = rng.usize(..2);
    match rng.u32(..5) {
        0 => files.iter_mut().for_each(|file| file.declare(&format!("static __noinline {}", body(rng)))),
        1 => {
            files[owner].declare(&format!("__weak __noinline {}", body(rng)));
            files[1 - owner].declare(&format!("{} __noinline {}", if rng.bool() { "__weak" } else { "" }, body(rng)));
        }
        _ => {
            files[owner].declare(&format!("{} __noinline {}", if rng.f64() < 0.3 { "__hidden" } else { "" }, body(rng)));
            let ty = if rng.f64() < CONFLICTS { "long" } else { "int" };
            let argument = if rng.f64() < CONFLICTS { "char" } else { "int" };
            files[1 - owner].declare(&format!("extern {ty} {name}({argument} x);"));
        }
    }
    files.iter_mut().for_each(|file| file.add(&format!("{name}(sum)")));
}

fn map(rng: &mut Rng, files: &mut [Writer; 2], number: usize) {
    let kinds = [(1, 4), (2, 4), (5, 2), (6, 4), (9, 8), (10, 4)];
    let (kind, key) = *rng.choice(&kinds).unwrap_or(&kinds[0]);
    let key_type = if key == 8 {
        "long"
    } else if key == 2 {
        "short"
    } else {
        "int"
    };
    let mut members = vec![
        format!("__uint(type, {kind})"),
        format!("__uint(max_entries, {})", 1 + rng.u32(..5000)),
        if rng.bool() { format!("__uint(key_size, {key})") } else { format!("__type(key, {key_type})") },
        if rng.bool() { format!("__uint(value_size, {})", 1 + rng.u32(..64)) } else { "__type(value, struct pair)".to_owned() },
    ];
    if rng.f64() < 0.3 {
        members.push(format!("__uint(map_flags, {})", rng.u32(..4)));
    }
    if rng.f64() < 0.3 {
        members.push(format!("unsigned long (*map_extra)[{}]", rng.u32(..9)));
    }
    rng.shuffle(&mut members);
    let tag = format!("struct map_type{number} {{ {}; }};", members.join("; "));
    let name = format!("map{number}");
    let ours = format!("struct map_type{number} {name} SEC(\".maps\");");
    let shared = rng.bool();
    for (at, file) in files.iter_mut().enumerate() {
        if at == 0 || shared {
            let tag = if rng.f64() < CONFLICTS { tag.replace("max_entries, ", "max_entries, 1") } else { tag.clone() };
            file.declare(&format!("{tag}\n{}{ours}", if at == 0 { "" } else { "extern " }));
            file.uses.push(format!("{{ {key_type} key = sum; sum += lookup(&{name}, &key) != 0; }}"));
        }
    }
}

fn option(rng: &mut Rng, files: &mut [Writer; 2], number: usize) {
    let name = ["CONFIG_HZ", "CONFIG_BPF", "CONFIG_NONE"][number];
    let ty = ["int", "_Bool", "long"][number];
    for file in files {
        if rng.f64() < 0.7 {
            let weak = if name == "CONFIG_NONE" || rng.bool() { " __weak" } else { "" };
            let ty = if rng.f64() < CONFLICTS { "short" } else { ty };
            file.declare(&format!("extern {ty} {name} __attribute__((section(\".kconfig\"))){weak};"));
            file.add(name);
        }
    }
}

/// Of what the kernel lacks, a strong declaration would make libbpf refuse programs that don't use it.
fn symbol(rng: &mut Rng, files: &mut [Writer; 2], number: usize) {
    let (name, [before, after], other, value) = SYMBOLS[number];
    let strong = if name.contains("absent") { 0.0 } else { 0.5 };
    for file in files {
        if rng.f64() < 0.7 {
            let weak = if rng.f64() < strong { "" } else { " __weak" };
            let before = if rng.f64() < CONFLICTS { other } else { before };
            file.declare(&format!("extern {before}{name}{after} __attribute__((section(\".ksyms\"))){weak};"));
            file.add(value);
        }
    }
}
