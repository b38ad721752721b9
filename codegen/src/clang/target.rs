//! The machine that a program is compiled for, as far as it shows in BPF.

use corebone::{Error, ErrorKind, Result};

use corebone::nearest::Nearest;

/// Architecture and byte order of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    architecture: &'static Architecture,
    pub(crate) big_endian: bool,
}

/// An architecture that Linux and BPF run on.
#[derive(Debug, PartialEq, Eq)]
struct Architecture {
    /// Its names in Rust's targets, with the byte order that a name implies.
    names: &'static [(&'static str, bool)],
    /// The end of the macro `__TARGET_ARCH_`, by which `<bpf/bpf_tracing.h>` knows the registers. The names are those of the kernel's
    /// `arch/` directory.
    kernel: &'static str,
    /// A member of the kernel's `struct pt_regs` that no other architecture's has (`arch/*/include/asm/ptrace.h`).
    register: &'static str,
    /// Where Debian has the architecture's own headers (`<asm/...>`), for each byte order.
    multiarch: [&'static str; 2],
}

const LITTLE: bool = false;
const BIG: bool = true;

static ARCHITECTURES: &[Architecture] = &[
    Architecture { names: &[("x86_64", LITTLE)], kernel: "x86", register: "orig_ax", multiarch: ["x86_64-linux-gnu", ""] },
    Architecture {
        names: &[("x86", LITTLE), ("i686", LITTLE), ("i586", LITTLE)],
        kernel: "x86",
        register: "orig_ax",
        multiarch: ["i386-linux-gnu", ""],
    },
    Architecture {
        names: &[("aarch64", LITTLE), ("aarch64_be", BIG)],
        kernel: "arm64",
        register: "orig_x0",
        multiarch: ["aarch64-linux-gnu", "aarch64_be-linux-gnu"],
    },
    Architecture {
        names: &[("arm", LITTLE), ("armv7", LITTLE), ("armv5te", LITTLE), ("thumbv7neon", LITTLE), ("armeb", BIG)],
        kernel: "arm",
        register: "uregs",
        multiarch: ["arm-linux-gnueabihf", ""],
    },
    Architecture {
        names: &[("riscv64", LITTLE), ("riscv64gc", LITTLE), ("riscv64a23", LITTLE)],
        kernel: "riscv",
        register: "epc",
        multiarch: ["riscv64-linux-gnu", ""],
    },
    Architecture {
        names: &[("riscv32", LITTLE), ("riscv32gc", LITTLE)],
        kernel: "riscv",
        register: "epc",
        multiarch: ["riscv32-linux-gnu", ""],
    },
    Architecture { names: &[("s390x", BIG)], kernel: "s390", register: "orig_gpr2", multiarch: ["", "s390x-linux-gnu"] },
    Architecture {
        names: &[("powerpc64", BIG), ("powerpc64le", LITTLE)],
        kernel: "powerpc",
        register: "nip",
        multiarch: ["powerpc64le-linux-gnu", "powerpc64-linux-gnu"],
    },
    Architecture { names: &[("powerpc", BIG)], kernel: "powerpc", register: "nip", multiarch: ["", "powerpc-linux-gnu"] },
    Architecture {
        names: &[("mips64", BIG), ("mips64el", LITTLE), ("mips64r6", BIG), ("mipsisa64r6", BIG), ("mipsisa64r6el", LITTLE)],
        kernel: "mips",
        register: "cp0_epc",
        multiarch: ["mips64el-linux-gnuabi64", "mips64-linux-gnuabi64"],
    },
    Architecture {
        names: &[("mips", BIG), ("mipsel", LITTLE), ("mips32r6", BIG), ("mipsisa32r6", BIG), ("mipsisa32r6el", LITTLE)],
        kernel: "mips",
        register: "cp0_epc",
        multiarch: ["mipsel-linux-gnu", "mips-linux-gnu"],
    },
    Architecture {
        names: &[("loongarch64", LITTLE)],
        kernel: "loongarch",
        register: "csr_era",
        multiarch: ["loongarch64-linux-gnu", ""],
    },
    Architecture {
        names: &[("sparc64", BIG), ("sparc", BIG)],
        kernel: "sparc",
        register: "u_regs",
        multiarch: ["", "sparc64-linux-gnu"],
    },
];

impl Target {
    /// The target of an architecture, by the first part of a Rust target's name: `x86_64`, `riscv64gc`, `powerpc64le`.
    pub(crate) fn from_name(name: &str) -> Result<Self> {
        for architecture in ARCHITECTURES {
            if let Some(&(_, big_endian)) = architecture.names.iter().find(|(known, _)| *known == name) {
                return Ok(Self { architecture, big_endian });
            }
        }
        let known = ARCHITECTURES.iter().flat_map(|architecture| architecture.names).map(|&(name, _)| name);
        let hint = match Nearest::among(name, known) {
            Some(known) => format!("the nearest known one is `{known}`"),
            None => "use the first part of a Rust target's name, such as `aarch64`".to_owned(),
        };
        Err(Error::new(ErrorKind::InvalidInput, format!("unknown architecture `{name}`: {hint}")))
    }

    /// The target by cargo's `CARGO_CFG_TARGET_ARCH` and `CARGO_CFG_TARGET_ENDIAN`.
    pub(crate) fn from_cargo(arch: &str, endian: &str) -> Result<Self> {
        Ok(Self { big_endian: endian == "big", ..Self::from_name(arch)? })
    }

    /// Name of the architecture in Rust.
    pub(crate) fn name(self) -> &'static str {
        let names = self.architecture.names;
        let exact = names.iter().find(|&&(_, big_endian)| big_endian == self.big_endian).or(names.first());
        exact.map_or("", |&(name, _)| name)
    }

    /// clang's name of BPF in this byte order.
    pub(crate) fn bpf(self) -> &'static str {
        if self.big_endian { "bpfeb" } else { "bpfel" }
    }

    /// The macro that says the architecture.
    pub(crate) fn macro_name(self) -> String {
        format!("__TARGET_ARCH_{}", self.architecture.kernel)
    }

    /// Name of the architecture that a kernel is of, if it isn't this one, by the names of its registers: the members of `struct
    /// pt_regs`. `None` also if they tell of none.
    pub(crate) fn other_by_registers(self, registers: &[&str]) -> Option<&'static str> {
        let has = |architecture: &Architecture| registers.contains(&architecture.register);
        if has(self.architecture) {
            return None;
        }
        ARCHITECTURES.iter().find(|architecture| has(architecture)).and_then(|architecture| Some(architecture.names.first()?.0))
    }

    /// Directories of the architecture's own headers (`<asm/...>`) on Debian and its descendants: those of the machine itself or of
    /// another that it can run, and those for cross-compiling. Elsewhere they are in `/usr/include`, which clang knows.
    pub(crate) fn headers(self) -> Vec<String> {
        let [little, big] = self.architecture.multiarch;
        match if self.big_endian { big } else { little } {
            "" => Vec::new(),
            name => vec![format!("/usr/include/{name}"), format!("/usr/{name}/include")],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names_and_byte_orders() {
        let x86 = Target::from_cargo("x86_64", "little").unwrap();
        assert_eq!((x86.bpf(), x86.macro_name().as_str()), ("bpfel", "__TARGET_ARCH_x86"));
        assert_eq!(x86.headers(), ["/usr/include/x86_64-linux-gnu", "/usr/x86_64-linux-gnu/include"]);
        let s390 = Target::from_name("s390x").unwrap();
        assert_eq!((s390.bpf(), s390.macro_name().as_str()), ("bpfeb", "__TARGET_ARCH_s390"));
        let power = Target::from_cargo("powerpc64", "little").unwrap();
        assert_eq!(power, Target::from_name("powerpc64le").unwrap());
        assert_eq!((power.name(), x86.name()), ("powerpc64le", "x86_64"));
        assert_eq!(Target::from_name("riscv64gc").unwrap(), Target::from_cargo("riscv64", "little").unwrap());
        assert!(power != Target::from_name("powerpc64").unwrap());
    }

    #[test]
    fn no_name_is_there_twice() {
        let names: Vec<_> = ARCHITECTURES.iter().flat_map(|architecture| architecture.names).collect();
        for (index, name) in names.iter().enumerate() {
            assert!(names[..index].iter().all(|other| other.0 != name.0), "{}", name.0);
        }
    }

    #[test]
    fn unknown_architectures_get_a_hint() {
        let error = |name| Target::from_name(name).unwrap_err().to_string();
        assert_eq!(error("arch64"), "unknown architecture `arch64`: the nearest known one is `aarch64`");
        assert_eq!(error("wasm32"), "unknown architecture `wasm32`: use the first part of a Rust target's name, such as `aarch64`");
    }
}
