//! Symbols of a kernel and its modules that are made up.

use super::{ModuleHandle, Resolution, resolve};
use crate::blueprint::{External, ExternalKind, Object, Program, Reference, ReferenceKind, Symbol, SymbolKind};
use crate::btf::builder::Builder;
use crate::kernel::Kernel;
use crate::{Error, ErrorKind, Result};

const LIST: &str = "ffffffff81000000 T _text\n";

/// Functions `int f(int)` and `int g(int, int)`, `int count` and `struct queue queue`.
fn types(mut b: Builder) -> Builder {
    let int = b.int("int", 4, 1);
    let one = b.func_proto(int, &[("a", int)]);
    let two = b.func_proto(int, &[("a", int), ("b", int)]);
    let queue = b.structure("queue", 4, &[("len", int, 0)]);
    b.func("f", one);
    b.func("g", two);
    b.var("count", int, 1);
    b.var("queue", queue, 1);
    b
}

/// A module with a function `h` like `f`.
fn kernel() -> Kernel {
    let vmlinux = types(Builder::new());
    let mut module = Builder::split(&vmlinux);
    module.func("h", 2);
    Kernel::new().with_btf(vmlinux.bytes()).with_module("extra", module.bytes()).with_kallsyms(LIST)
}

const INT: u32 = 1;
const ONE: u32 = 2;
const TWO: u32 = 3;
const QUEUE: u32 = 4;

fn function(name: &str, type_id: u32) -> Symbol<'_> {
    Symbol { name, kind: SymbolKind::Function { type_id }, weak: false, file: "test.bpf.c", line: 7 }
}

fn variable(name: &str, type_id: u32) -> Symbol<'_> {
    Symbol { kind: SymbolKind::Variable { type_id }, ..function(name, 0) }
}

fn untyped(name: &str) -> Symbol<'_> {
    Symbol { kind: SymbolKind::Untyped, ..function(name, 0) }
}

fn weak(symbol: Symbol<'_>) -> Symbol<'_> {
    Symbol { weak: true, ..symbol }
}

/// An object whose program loads the address of each symbol, and calls those that are functions.
fn with_object<R>(symbols: &[Symbol<'_>], big_endian: bool, take: impl FnOnce(&Object<'_>) -> R) -> R {
    let mut references = Vec::new();
    let mut instructions = Vec::new();
    let load = if big_endian { 0x10 } else { 0x01 };
    let call = if big_endian { 0x02 } else { 0x20 };
    for (index, symbol) in (0..).zip(symbols) {
        let mut add = |kind, bytes: &[u8]| {
            let instruction = (instructions.len() / 8) as u32;
            references.push(Reference { instruction, kind });
            instructions.extend(bytes);
        };
        add(ReferenceKind::Symbol(index), &[0x18, load, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        if let SymbolKind::Function { .. } = symbol.kind {
            add(ReferenceKind::Function(index), &[0x85, call, 0, 0, 0, 0, 0, 0]);
        }
    }
    let btf = types(if big_endian { Builder::big_endian() } else { Builder::new() }).bytes();
    let program = Program { name: "probe", instructions: &instructions, references: &references, ..Program::EMPTY };
    let option = External { name: "CONFIG_HZ", kind: ExternalKind::Int { signed: true }, offset: 0, size: 4, weak: false };
    take(&Object { name: "test", big_endian, btf: &btf, externals: &[option], symbols, programs: &[program], ..Object::EMPTY })
}

/// The instructions in hex, eight bytes a word.
fn apply(symbols: &[Symbol<'_>], kernel: &Kernel, big_endian: bool) -> Result<Vec<String>> {
    with_object(symbols, big_endian, |object| {
        let found = resolve(object, kernel)?;
        let mut code = object.programs[0].instructions.to_vec();
        found.apply(object, 0, &mut code, |module| {
            assert_eq!(module, "extra");
            Ok(ModuleHandle { descriptor: 9, index: 1 })
        })?;
        let hex = |word: &[u8]| word.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(code.chunks(8).map(hex).collect())
    })
}

fn check(symbols: &[Symbol<'_>], kernel: &Kernel) -> Result<()> {
    with_object(symbols, false, |object| resolve(object, kernel)?.check(object, kernel, |_| true))
}

fn error(symbols: &[Symbol<'_>]) -> String {
    let error: Error = check(symbols, &kernel()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Symbol);
    error.to_string()
}

#[test]
fn writes_addresses_ids_and_descriptors() {
    let symbols = [untyped("_text"), variable("queue", QUEUE), function("f___v2", ONE), function("h", ONE)];
    let expected = [
        // An address.
        "1801000000000081",
        "00000000ffffffff",
        // A variable's id.
        "1831000008000000",
        "0000000000000000",
        // A function's id.
        "1831000005000000",
        "0000000000000000",
        "8520000005000000",
        // And a module's.
        "1831000009000000",
        "0000000009000000",
        "8520010009000000",
    ];
    assert_eq!(apply(&symbols, &kernel(), false).unwrap(), expected);
}

#[test]
fn byte_order_is_the_objects() {
    let types = types(Builder::big_endian());
    let mut module = Builder::split(&types);
    module.func("h", 2);
    let kernel = Kernel::new().with_btf(types.bytes()).with_module("extra", module.bytes()).with_kallsyms(LIST);
    let expected = ["1810000081000000", "00000000ffffffff", "1813000000000009", "0000000000000009", "8502000100000009"];
    assert_eq!(apply(&[untyped("_text"), function("h", ONE)], &kernel, true).unwrap(), expected);
}

#[test]
fn what_is_weak_may_be_missing() {
    let symbols = [weak(untyped("_texts")), weak(variable("queues", QUEUE)), weak(function("ff", ONE)), weak(function("g", ONE))];
    check(&symbols, &kernel()).unwrap();
    let none = "1801000000000000";
    let zero = "0000000000000000";
    // The numbers count an extern of Kconfig first: 2,002,000,000 + 1 + 2.
    let expected = [none, zero, none, zero, none, zero, "8500000083185477", none, zero, "8500000084185477"];
    assert_eq!(apply(&symbols, &kernel(), false).unwrap(), expected);
}

#[test]
fn names_one_that_is_missing() {
    let text = "test.bpf.c:7: function `ff` does not exist in this kernel; the nearest name is `f`; to do without on such a kernel, \
                declare `ff___v2` `__weak`, and use it only if `bpf_ksym_exists(ff___v2)`";
    assert_eq!(error(&[function("f", ONE), function("ff___v2", ONE)]), text);
    let text = "test.bpf.c:7: symbol `_texts` does not exist in this kernel (by the list of symbols given); the nearest name is `_text`; \
                to do without on such a kernel, declare `_texts` `__weak`, and use it only if `bpf_ksym_exists(&_texts)`";
    assert_eq!(error(&[untyped("_texts")]), text);
    let text = "test.bpf.c:7: variable `queues` does not exist in this kernel; the nearest name is `queue`; BTF has few variables but \
                per-CPU ones, and `extern const void queues __ksym;` declares one of which the address is enough; to do without on such a \
                kernel, declare `queues` `__weak`, and use it only if `bpf_ksym_exists(&queues)`";
    assert_eq!(error(&[variable("queues", QUEUE)]), text);
}

#[test]
fn names_all_that_are_missing_at_once() {
    let text = "this kernel lacks 2 symbols that programs need: test.bpf.c:7: function `nothing` does not exist in this kernel; \
                test.bpf.c:7: function `g` has 2 parameters in this kernel, and is declared with 1; to do without on such a kernel, declare \
                `nothing` `__weak`, and use it only if `bpf_ksym_exists(nothing)`";
    assert_eq!(error(&[function("nothing", ONE), weak(function("none", ONE)), function("g", ONE), function("f", ONE)]), text);
    let text = "this kernel lacks 2 symbols that programs need: test.bpf.c:7: function `nothing` does not exist in this kernel; \
                test.bpf.c:7: function `none` does not exist in this kernel; to do without on such a kernel, declare them `__weak`, and use \
                each only if `bpf_ksym_exists()`";
    assert_eq!(error(&[function("nothing", ONE), function("none", ONE)]), text);
}

#[test]
fn types_must_agree() {
    let text = "test.bpf.c:7: function `g` has 2 parameters in this kernel, and is declared with 1";
    assert_eq!(error(&[function("g", ONE)]), text);
    // That a variable is weak is no excuse.
    let text = "test.bpf.c:7: variable `queue` is of another type in this kernel, `struct queue`, and is declared as `int`";
    assert_eq!(error(&[weak(variable("queue", INT))]), text);
    check(&[function("g", TWO), variable("count", INT)], &kernel()).unwrap();
    // A weak function is as good as none, and the reason is kept for when the program can't do without.
    let symbols = [weak(function("g", ONE))];
    check(&symbols, &kernel()).unwrap();
    with_object(&symbols, false, |object| {
        let found = resolve(object, &kernel()).unwrap();
        let text = "test.bpf.c:7: function `g` has 2 parameters in this kernel, and is declared with 1";
        assert_eq!(found.explain(object, &kernel(), 0).as_deref(), Some(text));
    });
}

#[test]
fn only_programs_that_are_on_count() {
    with_object(&[function("nothing", ONE)], false, |object| {
        let found = resolve(object, &kernel()).unwrap();
        found.check(object, &kernel(), |_| false).unwrap();
        assert_eq!(found.get(0), Some(&Resolution::Missing));
        let mut code = object.programs[0].instructions.to_vec();
        let error = found.apply(object, 0, &mut code, |_| Ok(ModuleHandle::default())).unwrap_err();
        assert_eq!(error.to_string(), "`nothing` is missing in this kernel");
    });
}

#[test]
fn types_and_addresses_are_only_read_if_needed() {
    let without_types = Kernel::new().with_kallsyms(LIST);
    check(&[untyped("_text")], &without_types).unwrap();
    let without_addresses = Kernel::new().with_btf(types(Builder::new()).bytes());
    check(&[function("f", ONE)], &without_addresses).unwrap();
    let error = check(&[untyped("_text"), function("f", ONE)], &without_addresses).unwrap_err();
    let text = "test.bpf.c:7: symbol `_text` can't be found: no addresses of symbols are given for this kernel: add `with_kallsyms_file` \
                to its description";
    assert_eq!(error.to_string(), text);
}

#[test]
fn addresses_come_from_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("System.map");
    let kernel = || Kernel::new().with_kallsyms_file(&path);
    let error = check(&[untyped("_text")], &kernel()).unwrap_err();
    assert!(format!("{error:#}").contains(path.to_str().unwrap()), "{error:#}");
    std::fs::write(&path, LIST).unwrap();
    check(&[untyped("_text")], &kernel()).unwrap();
    assert!(kernel().has_kallsyms() && !Kernel::new().has_kallsyms());
}

#[test]
fn survives_damage() {
    let symbols = [variable("queue", QUEUE), function("f", ONE), function("h", ONE), weak(function("ff", TWO))];
    let (vmlinux, module) = {
        let vmlinux = types(Builder::new());
        let mut module = Builder::split(&vmlinux);
        module.func("h", 2);
        (vmlinux.bytes(), module.bytes())
    };
    let ask = |vmlinux: Vec<u8>, module: Vec<u8>| {
        let kernel = Kernel::new().with_btf(vmlinux).with_module("extra", module);
        let _ = (apply(&symbols, &kernel, false).is_ok(), check(&symbols, &kernel).is_ok());
    };
    for at in 0..vmlinux.len() {
        ask(vmlinux[..at].to_vec(), module.clone());
        let mut broken = vmlinux.clone();
        broken[at] ^= 0xff;
        ask(broken, module.clone());
    }
    for at in 0..module.len() {
        ask(vmlinux.clone(), module[..at].to_vec());
        let mut broken = module.clone();
        broken[at] ^= 0xff;
        ask(vmlinux.clone(), broken);
    }
}
