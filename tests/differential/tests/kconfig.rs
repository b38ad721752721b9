//! Kconfig externs of all types, given all sorts of values: both loaders come to the same bytes, or both to an error.

use anyhow::{Context, Result, ensure};
use corebone_build::Linked;
use corebone_build::dump::dump_object;
use corebone_differential::clang::{Clang, Order};
use corebone_differential::libbpf::{self, Programs};
use corebone_differential::target::Target;
use fastrand::Rng;

/// What an extern may be declared as.
const TYPES: [&str; 15] = [
    "_Bool NAME",
    "char NAME",
    "signed char NAME",
    "unsigned char NAME",
    "short NAME",
    "unsigned short NAME",
    "int NAME",
    "unsigned int NAME",
    "long NAME",
    "unsigned long NAME",
    "enum libbpf_tristate NAME",
    "char NAME[1]",
    "char NAME[5]",
    "const volatile int NAME",
    "size NAME",
];

/// What may follow `CONFIG_NAME`.
const VALUES: [&str; 50] = [
    "=y",
    "=n",
    "=m",
    "=yes",
    "=Y",
    "=",
    "",
    " ",
    "=\"\"",
    "=\"a\"",
    "=\"abcd\"",
    "=\"abcde\"",
    "=\"a\\\"b\"",
    "=\"a",
    "=\"",
    "=0",
    "=1",
    "=2",
    "=-1",
    "=+3",
    "=127",
    "=128",
    "=-128",
    "=-129",
    "=255",
    "=256",
    "=32767",
    "=32768",
    "=-32768",
    "=-32769",
    "=65535",
    "=65536",
    "=2147483647",
    "=2147483648",
    "=-2147483648",
    "=-2147483649",
    "=4294967295",
    "=4294967296",
    "=9223372036854775808",
    "=-9223372036854775808",
    "=18446744073709551615",
    "=18446744073709551616",
    "=0x10",
    "=0X1f",
    "=010",
    "=08",
    "=0x",
    "=12a",
    "= 7",
    "=7 ",
];

#[test]
fn values_are_libbpfs() -> Result<()> {
    let clang = Clang::all()?.pop().context("a clang")?;
    let (mut same, mut refused, mut blanks, mut differences) = (0, 0, 0, Vec::new());
    let mut rng = Rng::with_seed(1);
    for order in [Order::Little, Order::Big] {
        for ty in TYPES {
            // Between two others, so that its place matters too.
            let others = [TYPES[rng.usize(..TYPES.len())], TYPES[rng.usize(..TYPES.len())]];
            let weak = if rng.bool() { " __attribute__((weak))" } else { "" };
            let elf = clang.compile(&source([others[0], ty, others[1]], weak), order, "v3")?;
            let linked = Linked::from_elf("kconfig", &elf)?;
            for value in VALUES {
                let config = format!("# CONFIG_NONE is not set\n\nCONFIG_B{value}\nCONFIG_B=3\nCONFIG_UNWANTED={value}x\n");
                let target = Target::without_types().with_config(&config, "6.1.0-13-amd64");
                let theirs = libbpf::dump(&elf, &target, Programs::All)?;
                let ours = linked.with_object(|object| dump_object(object, &target.kernel));
                match (ours, theirs.contains("\nerror ")) {
                    (Err(_), true) => refused += 1,
                    (Ok(ours), false) if maps(&ours) == maps(&theirs) => same += 1,
                    // One of the intended differences.
                    (Ok(_), true) if value.ends_with(' ') => blanks += 1,
                    (ours, _) => {
                        let ours = ours.map_or_else(|error| error.to_string(), |ours| maps(&ours).join("\n"));
                        differences.push(format!("`extern {ty}`{weak}, `CONFIG_B{value}`: {ours}\nlibbpf: {theirs}"));
                    }
                }
            }
        }
    }
    println!("{same} values are the same, {refused} are refused by both, {blanks} by libbpf for a blank at the end");
    ensure!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    ensure!(same > 300 && refused > 300 && blanks > 0, "too few of one sort: {same}, {refused}, {blanks}");
    Ok(())
}

/// A program with three externs, of which the second is of interest.
fn source(types: [&str; 3], weak: &str) -> String {
    let declare = |(ty, name): (&str, &str), weak: &str| {
        let variable = ty.replace("NAME", name);
        format!("extern {variable} __attribute__((section(\".kconfig\"))){weak};\n")
    };
    format!(
        "enum libbpf_tristate {{ TRI_NO, TRI_YES, TRI_MODULE }};\ntypedef unsigned int uint;\ntypedef const uint size;\n{}{}{}
        extern int LINUX_KERNEL_VERSION __attribute__((section(\".kconfig\")));
        __attribute__((section(\"raw_tp/x\"), used)) long p(void *context)
        {{
            return *(char *)&CONFIG_A + *(char *)&CONFIG_B + *(char *)&CONFIG_C + LINUX_KERNEL_VERSION;
        }}\n",
        declare((types[0], "CONFIG_A"), " __attribute__((weak))"),
        declare((types[1], "CONFIG_B"), weak),
        declare((types[2], "CONFIG_C"), " __attribute__((weak))"),
    )
}

/// The lines about maps, with the values.
fn maps(dump: &str) -> Vec<&str> {
    dump.lines().filter(|line| !line.starts_with('#')).take_while(|line| !line.starts_with("program ")).collect()
}

/// Another intended difference.
#[test]
fn libbpf_wants_a_configuration_even_if_all_is_weak() -> Result<()> {
    let clang = Clang::all()?.pop().context("a clang")?;
    let elf = clang.compile(&source(["int NAME", "int NAME", "int NAME"], " __attribute__((weak))"), Order::Little, "v3")?;
    let target = Target::without_types().with_release("6.1.0");
    let theirs = libbpf::dump(&elf, &target, Programs::All)?;
    ensure!(theirs.contains("failed to open system Kconfig"), "{theirs}");
    let ours = Linked::from_elf("kconfig", &elf)?.with_object(|object| dump_object(object, &target.kernel))?;
    ensure!(ours.contains("data .kconfig 16\n0: 00000000000000000000000000010600"), "{ours}");
    Ok(())
}

/// libbpf says 6.1.0 of such a release, and so does corebone.
#[test]
fn versions_are_libbpfs() -> Result<()> {
    let clang = Clang::all()?.pop().context("a clang")?;
    let elf = clang.compile(&source(["int NAME", "int NAME", "int NAME"], " __attribute__((weak))"), Order::Little, "v3")?;
    let linked = Linked::from_elf("kconfig", &elf)?;
    for release in ["6.1.176", "6.1.0-13-amd64", "5.10.300", "6.12.117+deb13-cloud-amd64", "7.0.0-rc1", "6.1.255-x", "6.1.256"] {
        let target = Target::without_types().with_config("", release);
        let theirs = libbpf::dump(&elf, &target, Programs::All)?;
        let ours = linked.with_object(|object| dump_object(object, &target.kernel))?;
        ensure!(maps(&ours) == maps(&theirs), "{release}: {ours}\n{theirs}");
    }
    Ok(())
}
