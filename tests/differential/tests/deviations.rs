//! Each deviation from libbpf, by a program that shows it: a reason that explains nothing anymore must go.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use corebone_build::Linked;
use corebone_build::dump::dump_object;
use corebone_differential::clang::{Clang, Order};
use corebone_differential::comparison::{Tally, compare};
use corebone_differential::deviation::Deviation;
use corebone_differential::libbpf::{self, Programs};
use corebone_differential::target::Target;
use corebone_tests::requirement::require;

/// Compares a program for a kernel that has these types.
fn shown(types: &str, program: &str, order: Order) -> Result<Tally> {
    // The newest says in BTF which enums are signed.
    let clang = Clang::all()?.pop().context("a clang")?;
    let prelude = "#define SEC(name) __attribute__((section(#name), used))\n";
    let used = "SEC(raw_tp/x) int types(void)\n{\n  return 0;\n}\n";
    let folder = tempfile::tempdir()?;
    let kernel = folder.path().join("kernel.o");
    std::fs::write(&kernel, clang.compile(&format!("{prelude}{types}\n{used}"), order, "v3")?)?;
    let mut tally = Tally::default();
    compare(&mut tally, "program", &clang.compile(&format!("{prelude}{program}"), order, "v3")?, &Target::new("types", &kernel)?)?;
    ensure!(tally.differences.is_empty(), "{}", tally.differences.join("\n"));
    Ok(tally)
}

#[test]
fn none_where_both_find_the_same() -> Result<()> {
    let types = "struct s { long pad; int a; } s;";
    let program = "struct s { int a; };
        SEC(raw_tp/x) long p(struct s **ctx) { return __builtin_preserve_field_info(ctx[0]->a, 0); }";
    for order in [Order::Little, Order::Big] {
        let tally = shown(types, program, order)?;
        assert_eq!((tally.pairs, tally.refused, tally.relocations, tally.poisoned), (1, 0, 1, 0));
        assert!(tally.deviations.is_empty());
    }
    Ok(())
}

/// A kernel's types, and a program for which the loaders come to different instructions, for this reason only.
fn witness(deviation: Deviation) -> (Order, &'static str, &'static str) {
    match deviation {
        Deviation::FailuresStay => (
            Order::Little,
            "struct s { long pad; int a; } s; struct s___2 { int a; } s2; struct t { int b; } t;",
            "struct s { int a; }; struct t { int b; };
            SEC(raw_tp/x) long bad(struct s **ctx) { return __builtin_preserve_field_info(ctx[0]->a, 0); }
            SEC(raw_tp/y) long good(struct t **ctx) { return __builtin_preserve_field_info(ctx[0]->b, 0); }",
        ),
        Deviation::OptionalProgramsNarrow => (
            Order::Little,
            "struct s { int a; int b; } s; struct s___2 { int a; int c; } s2;",
            "struct s { int a; int b; int c; };
            SEC(?raw_tp/x) long b(struct s **ctx) { return __builtin_preserve_field_info(ctx[0]->b, 0); }
            SEC(raw_tp/y) long c(struct s **ctx) { return __builtin_preserve_field_info(ctx[0]->c, 2); }",
        ),
        // Some enum must be signed, or the kernel's BTF doesn't say which are.
        Deviation::UnsignedEnumerators => (
            Order::Little,
            "enum e { TOP = 0x80000000U } e; enum below { LESS = -1 } below;",
            "enum e { TOP = 1 };
            SEC(raw_tp/x) long p(void *ctx) { return __builtin_preserve_enum_value(*(enum e *)TOP, 1); }",
        ),
        Deviation::ObjectsByteOrder => (
            Order::Big,
            "struct s { unsigned pad : 3, bits : 5; } s;",
            "struct s { unsigned bits : 5; };
            SEC(raw_tp/x) long p(struct s **ctx) {
              return __builtin_preserve_field_info(ctx[0]->bits, 1) + __builtin_preserve_field_info(ctx[0]->bits, 4) * 100
                + __builtin_preserve_field_info(ctx[0]->bits, 5) * 10000;
            }",
        ),
        Deviation::OffsetsAreChecked => (
            Order::Little,
            "struct s { char pad[1000]; int a; } s;",
            "struct s { int a; };
            SEC(raw_tp/x) long p(struct s **ctx) { return __builtin_preserve_field_info(ctx[0][0x800000].a, 0); }",
        ),
    }
}

#[test]
fn each_is_shown_by_a_program() -> Result<()> {
    let newest = Clang::all()?.pop().filter(|clang| clang.version >= 16);
    let newest = newest.context("needs clang 16 or newer, which tells signed enums from others");
    let signed = require("unsigned enumerators", newest).is_some();
    for deviation in Deviation::ALL {
        if deviation == Deviation::UnsignedEnumerators && !signed {
            continue;
        }
        let (order, types, program) = witness(deviation);
        let tally = shown(types, program, order)?;
        assert_eq!(tally.deviations.keys().copied().collect::<Vec<_>>(), [deviation]);
    }
    Ok(())
}

/// A kernel without anything of interest, and modules of these names in the order in which they were loaded; each has the same function.
fn with_modules(folder: &Path, names: &[&str]) -> Result<Target> {
    let clang = Clang::all()?.pop().context("a clang")?;
    let [kernel, module, split] = ["kernel", "module", "split"].map(|name| folder.join(name));
    std::fs::write(&kernel, clang.types("kernel.c", "struct pair { int a, b; } pair;", Order::Little)?)?;
    let source = "struct gadget { long pad; int size; } gadget; int gadget_size(int x) { return x; }";
    std::fs::write(&module, clang.types("module.c", source, Order::Little)?)?;
    std::fs::write(&split, libbpf::split(&kernel, &module)?)?;
    let kernel = Target::new("a kernel with modules", &kernel)?;
    names.iter().try_fold(kernel, |target, name| target.with_module(name, &split))
}

/// What libbpf makes of a program, and what corebone does.
fn both(program: &str, target: &Target) -> Result<[String; 2]> {
    let clang = Clang::all()?.pop().context("a clang")?;
    let elf = clang.compile(program, Order::Little, "v3")?;
    let theirs = libbpf::dump(&elf, target, Programs::All)?;
    Ok([theirs, Linked::from_elf("program", &elf)?.with_object(|object| dump_object(object, &target.kernel))?])
}

/// Only of the running kernel's modules the order is another one: that of their names, as it isn't known which was loaded first.
#[test]
fn given_modules_keep_their_order() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = "extern int gadget_size(int x) __attribute__((section(\".ksyms\")));
        __attribute__((section(\"raw_tp/x\"), used)) long p(void *ctx) { return gadget_size(1); }";
    for (names, first) in [(["b", "a"], "@b"), (["a", "b"], "@a")] {
        for dump in both(program, &with_modules(folder.path(), &names)?)? {
            ensure!(dump.contains("kfunc:gadget_size#") && dump.contains(first), "{dump}");
        }
    }
    Ok(())
}

#[test]
fn modules_that_cannot_be_read_are_left_out() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let broken = folder.path().join("broken");
    std::fs::write(&broken, "this is no BTF")?;
    let program = "struct gadget { int size; } __attribute__((preserve_access_index));
        __attribute__((section(\"raw_tp/x\"), used)) long p(struct gadget **ctx) { return ctx[0]->size; }";
    let target = with_modules(folder.path(), &["fine"])?.with_module("broken", &broken)?;
    let [theirs, ours] = both(program, &target)?;
    ensure!(theirs.contains("error prepare") && theirs.contains("failed to load module [broken]'s BTF"), "{theirs}");
    // A load of four bytes, eight bytes further on.
    ensure!(ours.contains("\n6110080000000000\n"), "{ours}");
    Ok(())
}
