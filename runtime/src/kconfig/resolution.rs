//! From externs and a kernel to the bytes of the `.kconfig` map.

use std::collections::HashMap;

use super::assignment::assignments;
use super::feature::{has_bpf_cookie, has_syscall_wrapper};
use super::value::{cut, store_number, store_text};
use crate::blueprint::External;
use crate::error::Context;
use crate::kernel::Kernel;
use crate::nearest::Nearest;
use crate::{Error, ErrorKind, Result};

/// What a kernel's configuration makes of externs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolution {
    /// The value of the `.kconfig` map, in the object's byte order.
    pub bytes: Vec<u8>,
    /// Strings that were cut, for they are longer than their variables have room for: a line of text each, without a newline. libbpf
    /// cuts them too, and so a program can rely on it.
    pub warnings: Vec<String>,
}

/// The value of the `.kconfig` map for a kernel, in the object's byte order.
///
/// Names that begin with `LINUX_` are the loader's own: `LINUX_KERNEL_VERSION`, and 0 or 1 for `LINUX_HAS_SYSCALL_WRAPPER` (system calls
/// get their arguments as a `struct pt_regs`, as of Linux 4.17) and `LINUX_HAS_BPF_COOKIE` (the helper `bpf_get_attach_cookie`, as of
/// Linux 5.15). The others begin with `CONFIG_`, and the first of the kernel's configurations that sets one counts. What is `__weak` and
/// not set is zero.
///
/// # Errors
///
/// If an extern is not `__weak` and nothing sets it, if its C type can't hold what the kernel has, or if a configuration that is needed
/// is damaged.
#[inline]
pub fn resolve(externals: &[External<'_>], kernel: &Kernel, big_endian: bool) -> Result<Resolution> {
    let mut values = Values::new(externals, big_endian)?;
    values.set_linux(externals, kernel)?;
    for source in kernel.configs() {
        if values.unset.is_empty() {
            break;
        }
        if let Some(config) = source.config()? {
            values.set_options(&config.text, &config.origin)?;
        }
    }
    values.finish(kernel)
}

/// The map's value as far as it is known.
struct Values<'a> {
    bytes: Vec<u8>,
    warnings: Vec<String>,
    unset: HashMap<&'a [u8], &'a External<'a>>,
    big_endian: bool,
}

impl<'a> Values<'a> {
    #[inline]
    fn new(externals: &'a [External<'a>], big_endian: bool) -> Result<Self> {
        // The limit of an array map's value that any kernel sets (KMALLOC_MAX_SIZE), generously.
        const LARGEST: usize = 4 << 20;
        let mut size = 0;
        for external in externals {
            let end = external.offset.checked_add(external.size).and_then(|end| usize::try_from(end).ok());
            match end {
                Some(end) if end <= LARGEST => size = size.max(end),
                _ => {
                    let message = format!("the extern `{}` lies beyond what a `.kconfig` map can hold", external.name);
                    return Err(Error::new(ErrorKind::InvalidInput, message));
                }
            }
        }
        let unset = externals.iter().map(|external| (external.name.as_bytes(), external)).collect();
        Ok(Self { bytes: vec![0; size], warnings: Vec::new(), unset, big_endian })
    }

    /// The names that are not options.
    #[inline]
    fn set_linux(&mut self, externals: &[External<'_>], kernel: &Kernel) -> Result<()> {
        for external in externals.iter().filter(|external| !external.name.starts_with("CONFIG_")) {
            let number = match external.name {
                "LINUX_KERNEL_VERSION" => kernel.version()?.into(),
                "LINUX_HAS_SYSCALL_WRAPPER" => feature(external, has_syscall_wrapper(kernel))?,
                "LINUX_HAS_BPF_COOKIE" => feature(external, has_bpf_cookie(kernel))?,
                name if name.starts_with("LINUX_") && external.weak => 0,
                name => return Err(unknown(name)),
            };
            self.set(external, |into, big_endian| store_number(external, number, big_endian, into))?;
        }
        Ok(())
    }

    /// What one configuration says, of what nothing before it said.
    #[inline]
    fn set_options(&mut self, text: &[u8], origin: &str) -> Result<()> {
        for assignment in assignments(text, origin) {
            let assignment = assignment?;
            let Some(external) = self.unset.get(assignment.name).copied() else { continue };
            self.set(external, |into, big_endian| store_text(external, assignment.value, big_endian, into))
                .map_err(|error| Error::new(error.kind(), format!("{error} (line {} of {origin})", assignment.line)))?;
            if let Some(cut) = cut(external, assignment.value) {
                self.warnings.push(format!("{cut} (line {} of {origin})", assignment.line));
            }
            if self.unset.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn set(&mut self, external: &External<'_>, store: impl FnOnce(&mut [u8], bool) -> Result<()>) -> Result<()> {
        self.unset.remove(external.name.as_bytes());
        let range = external.offset as usize..external.offset.saturating_add(external.size) as usize;
        match self.bytes.get_mut(range) {
            Some(into) => store(into, self.big_endian),
            None => Ok(()),
        }
    }

    #[inline]
    fn finish(self, kernel: &Kernel) -> Result<Resolution> {
        let mut missing: Vec<_> = self.unset.values().filter(|external| !external.weak).collect();
        if missing.is_empty() {
            return Ok(Resolution { bytes: self.bytes, warnings: self.warnings });
        }
        missing.sort_by_key(|external| external.offset);
        let names = list(missing.iter().map(|external| format!("`{}`", external.name)));
        let them = if missing.len() == 1 { "it" } else { "them" };
        let origins: Vec<_> = kernel.configs().flat_map(|source| source.origins()).collect();
        let found = kernel.configs().any(|source| matches!(source.config(), Ok(Some(_))));
        let message = if origins.is_empty() {
            format!("no configuration is given for this kernel, to take {names} from: add `with_kconfig_file` to its description")
        } else if found {
            format!(
                "this kernel does not set {names}, as {} has it; declare {them} `__weak` to have 0 on such a kernel",
                list(origins)
            )
        } else {
            let places = list(origins);
            format!(
                "cannot take {names} from this kernel's configuration: it is in none of {places}; put it there, or declare {them} `__weak` to have 0"
            )
        };
        Err(Error::new(ErrorKind::Kconfig, message))
    }
}

/// The name is none of ours, and no option's.
#[inline]
fn unknown(name: &str) -> Error {
    const KNOWN: [&str; 3] = ["LINUX_KERNEL_VERSION", "LINUX_HAS_SYSCALL_WRAPPER", "LINUX_HAS_BPF_COOKIE"];
    let option = format!("CONFIG_{name}");
    let hint = match Nearest::among(name, KNOWN) {
        Some(known) => format!("the nearest there is is `{known}`"),
        None if !name.starts_with("LINUX_") && !name.is_empty() => {
            format!("an option's name begins with `CONFIG_`, as `{option}` does")
        }
        None => format!("there are {} and options, `CONFIG_...`", list(KNOWN.map(|known| format!("`{known}`")))),
    };
    Error::new(ErrorKind::Kconfig, format!("`{name}` is no Kconfig extern: {hint}"))
}

/// The answer of a feature as a number.
#[inline]
fn feature(external: &External<'_>, has: Result<bool>) -> Result<u64> {
    let has = has.context(|| format!("cannot tell `{}`, which the kernel's BTF shows", external.name))?;
    Ok(has.into())
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::ExternalKind;
    use crate::btf::builder::Builder;

    const INT: ExternalKind = ExternalKind::Int { signed: true };

    fn resolve(externals: &[External<'_>], kernel: &Kernel, big_endian: bool) -> Result<Vec<u8>> {
        super::resolve(externals, kernel, big_endian).map(|resolution| resolution.bytes)
    }

    fn external(name: &str, kind: ExternalKind, offset: u32, size: u32) -> External<'_> {
        External { name, kind, offset, size, weak: false }
    }

    fn weak(name: &str, kind: ExternalKind, offset: u32, size: u32) -> External<'_> {
        External { weak: true, ..external(name, kind, offset, size) }
    }

    fn resolved(externals: &[External<'_>], kernel: &Kernel) -> Result<Vec<u8>, String> {
        resolve(externals, kernel, false).map_err(|error| {
            assert!(!error.to_string().contains('\n'));
            format!("{error:#}")
        })
    }

    #[test]
    fn fills_the_map() {
        let externals = [
            external("LINUX_KERNEL_VERSION", INT, 0, 4),
            weak("CONFIG_ABSENT", INT, 4, 4),
            external("CONFIG_HZ", ExternalKind::Int { signed: false }, 8, 2),
            external("CONFIG_BPF", ExternalKind::Bool, 10, 1),
            external("CONFIG_HOSTNAME", ExternalKind::String, 11, 8),
        ];
        let text =
            "# CONFIG_ABSENT is not set\nCONFIG_BPF=y\nCONFIG_OTHER=m\nCONFIG_HZ=250\nCONFIG_HOSTNAME=\"a b\"\nCONFIG_HZ=1000\n";
        let kernel = Kernel::new().with_version("6.1.176").with_kconfig(text);
        let rest = [&[1][..], b"a b\0\0\0\0\0"].concat();
        let little = [&[176, 1, 6, 0, 0, 0, 0, 0, 250, 0][..], &rest].concat();
        assert_eq!(resolve(&externals, &kernel, false).expect("all there"), little);
        let big = [&[0, 6, 1, 176, 0, 0, 0, 0, 0, 250][..], &rest].concat();
        assert_eq!(resolve(&externals, &kernel, true).expect("all there"), big);
    }

    #[test]
    fn the_first_source_that_sets_an_option_counts() {
        let kernel = Kernel::new().with_kconfig("CONFIG_A=1\nCONFIG_B=2\n").with_kconfig("CONFIG_B=3\n# CONFIG_A is not set\n");
        let externals = [external("CONFIG_A", INT, 0, 4), external("CONFIG_B", INT, 4, 4)];
        assert_eq!(resolved(&externals, &kernel).as_deref(), Ok(&[1, 0, 0, 0, 3, 0, 0, 0][..]));
    }

    #[test]
    fn nothing_is_read_that_is_not_needed() {
        let kernel = Kernel::new().with_version("6.1.0").with_kconfig_file("/nonexistent/config");
        assert_eq!(resolved(&[], &kernel).as_deref(), Ok(&[][..]));
        let version = external("LINUX_KERNEL_VERSION", INT, 0, 4);
        assert_eq!(resolved(&[version], &kernel).as_deref(), Ok(&[0, 1, 6, 0][..]));
        let kernel = kernel.with_kconfig("CONFIG_A=1\nCONFIG_B\n");
        assert_eq!(resolved(&[external("CONFIG_A", INT, 0, 4)], &kernel).as_deref(), Ok(&[1, 0, 0, 0][..]));
        let error = resolved(&[external("CONFIG_C", INT, 0, 4)], &kernel).expect_err("the second line is wrong");
        assert_eq!(error, "line 2 of the configuration text given, `CONFIG_B`, is no assignment");
    }

    #[test]
    fn weak_ones_need_no_configuration() {
        let externals = [weak("CONFIG_A", INT, 0, 4), weak("LINUX_UNHEARD_OF", INT, 4, 4)];
        assert_eq!(resolved(&externals, &Kernel::new()).as_deref(), Ok(&[0; 8][..]));
    }

    #[test]
    fn names_all_that_are_missing() {
        let externals = [
            external("CONFIG_B", INT, 0, 4),
            external("CONFIG_A", INT, 4, 4),
            weak("CONFIG_C", INT, 8, 4),
            external("CONFIG_D", INT, 12, 4),
        ];
        assert_eq!(
            resolved(&externals, &Kernel::new().with_kconfig("CONFIG_D=1\n").with_kconfig("")).expect_err("two are missing"),
            "this kernel does not set `CONFIG_B`, `CONFIG_A`, as the configuration text given, the configuration text given has it; declare them \
             `__weak` to have 0 on such a kernel"
        );
        assert_eq!(
            resolved(&externals[..1], &Kernel::new()).expect_err("no configuration"),
            "no configuration is given for this kernel, to take `CONFIG_B` from: add `with_kconfig_file` to its description"
        );
    }

    #[test]
    fn warns_of_strings_that_are_cut() {
        let externals = [external("CONFIG_A", ExternalKind::String, 0, 4), weak("CONFIG_B", ExternalKind::String, 4, 4)];
        let kernel = Kernel::new().with_kconfig("CONFIG_A=\"abc\"\nCONFIG_B=\"abcd\"\n");
        let resolution = super::resolve(&externals, &kernel, false).expect("all there");
        assert_eq!(resolution.bytes, b"abc\0abc\0");
        assert_eq!(
            resolution.warnings,
            [
                "`CONFIG_B` is `\"abcd\"`, and cut to the 3 bytes that `char [4]` has room for; declare it `char [5]` to have it whole \
              (line 2 of the configuration text given)"
            ]
        );
    }

    #[test]
    fn says_where_a_value_does_not_fit() {
        let error = resolved(&[external("CONFIG_A", ExternalKind::Bool, 0, 1)], &Kernel::new().with_kconfig("#\nCONFIG_A=m\n"));
        assert_eq!(
            error.expect_err("a module is no bool"),
            "`CONFIG_A` is `m`, a module, which `bool` in C can't hold; declare it `enum libbpf_tristate` (line 2 of the configuration text given)"
        );
        let weak = [weak("CONFIG_A", ExternalKind::Bool, 0, 1)];
        assert!(resolve(&weak, &Kernel::new().with_kconfig("CONFIG_A=m\n"), false).is_err(), "weak or not");
    }

    #[test]
    fn knows_the_names_that_are_no_options() {
        let known =
            "there are `LINUX_KERNEL_VERSION`, `LINUX_HAS_SYSCALL_WRAPPER`, `LINUX_HAS_BPF_COOKIE` and options, `CONFIG_...`";
        for (name, hint) in [
            ("LINUX_UNHEARD_OF", known),
            ("", known),
            ("LINUX_KERNEL_VERSON", "the nearest there is is `LINUX_KERNEL_VERSION`"),
            ("LINUX_HAS_COOKIE", "the nearest there is is `LINUX_HAS_BPF_COOKIE`"),
            ("HZ", "an option's name begins with `CONFIG_`, as `CONFIG_HZ` does"),
        ] {
            let error = resolved(&[external(name, INT, 0, 4)], &Kernel::new()).expect_err("unknown");
            assert_eq!(error, format!("`{name}` is no Kconfig extern: {hint}"));
        }
        assert!(resolve(&[weak("HZ", INT, 0, 4)], &Kernel::new(), false).is_err(), "weak or not");
        let error = resolved(&[external("LINUX_KERNEL_VERSION", INT, 0, 4)], &Kernel::new()).expect_err("no release");
        assert_eq!(error, "no release is given for this kernel: add `with_version` to its description");
    }

    #[test]
    fn features_come_from_btf() {
        let mut btf = Builder::new();
        btf.enumeration("bpf_func_id", false, &[("BPF_FUNC_get_attach_cookie", 174)]);
        let kernel = Kernel::new().with_btf(btf.bytes());
        let externals =
            [external("LINUX_HAS_BPF_COOKIE", ExternalKind::Bool, 4, 1), external("LINUX_HAS_SYSCALL_WRAPPER", INT, 0, 4)];
        assert_eq!(resolved(&externals, &kernel).as_deref(), Ok(&[0, 0, 0, 0, 1][..]));
        assert_eq!(
            resolved(&externals[..1], &Kernel::new()).expect_err("no BTF"),
            "cannot tell `LINUX_HAS_BPF_COOKIE`, which the kernel's BTF shows: no BTF is given for this kernel: add `with_btf_file` to its \
             description"
        );
    }

    #[cfg(feature = "load")]
    #[test]
    fn the_running_kernel_agrees_with_its_own_release() {
        let kernel = Kernel::running();
        let externals = [external("LINUX_KERNEL_VERSION", INT, 0, 4), weak("CONFIG_BPF_SYSCALL", ExternalKind::Bool, 4, 1)];
        let bytes = resolve(&externals, &kernel, cfg!(target_endian = "big")).expect("nothing strong but the version");
        assert_eq!(bytes[..4], kernel.version().expect("every kernel has one").to_ne_bytes());
        assert!(bytes[4] <= 1);
    }

    #[test]
    fn layouts_beyond_reason_are_errors() {
        for (offset, size) in [(u32::MAX, 4), (0, u32::MAX), (4 << 20, 1)] {
            let error = resolved(&[external("CONFIG_A", INT, offset, size)], &Kernel::new()).expect_err("too large");
            assert_eq!(error, "the extern `CONFIG_A` lies beyond what a `.kconfig` map can hold");
        }
        let last = weak("CONFIG_A", INT, (4 << 20) - 4, 4);
        assert_eq!(resolved(&[last], &Kernel::new()).map(|bytes| bytes.len()), Ok(4 << 20));
        let kernel = Kernel::new().with_kconfig("CONFIG_A=1\n");
        for size in [0, 9, 100] {
            assert!(resolve(&[external("CONFIG_A", INT, 0, size)], &kernel, false).is_err(), "an integer of {size} bytes");
        }
    }

    /// Damage of a configuration gives other values or errors; neither panics, and what was not damaged stays.
    #[test]
    fn damage_does_no_harm() {
        let text = "CONFIG_A=12\nCONFIG_S=\"abc\"\nCONFIG_T=m\nCONFIG_C=y\n";
        let externals = [
            weak("CONFIG_A", INT, 0, 4),
            weak("CONFIG_T", ExternalKind::Tristate, 4, 4),
            weak("CONFIG_C", ExternalKind::Char { signed: false }, 8, 1),
            weak("CONFIG_S", ExternalKind::String, 9, 3),
        ];
        for at in 0..text.len() {
            for value in 0..0x80_u8 {
                let mut damaged = text.as_bytes().to_vec();
                damaged[at] = value;
                let damaged = String::from_utf8(damaged).expect("still ASCII");
                if let Ok(bytes) = resolve(&externals, &Kernel::new().with_kconfig(damaged), false) {
                    assert_eq!(bytes.len(), 12);
                    assert_eq!(bytes[11], 0, "a string always has its NUL");
                }
            }
            let cut = text[..at].to_owned();
            let _ = resolve(&externals, &Kernel::new().with_kconfig(cut), false);
        }
    }
}
