//! The running kernel's description.

use std::path::PathBuf;
use std::sync::OnceLock;

use super::Kernel;
use super::btf_source::{BtfSource, SYSFS};
use super::config::ConfigSource;
use super::symbol_source::{self, SymbolSource};
use crate::sys::Uts;

impl Kernel {
    /// The running kernel. There is one description in a process, whose clones share what has been read of it.
    ///
    /// BTF comes from `/sys/kernel/btf/vmlinux`, mapped since Linux 6.16 and read before, or where that is missing, from a `vmlinux`
    /// on disk where distributions put it. The configuration comes from `/boot/config-RELEASE`, `/proc/config.gz`,
    /// `/lib/modules/RELEASE/config` or `/usr/lib/modules/RELEASE/config`. The release is that of uname(2), made precise on Debian and
    /// Ubuntu. Modules are those in `/sys/kernel/btf`, addresses of symbols those in `/proc/kallsyms`. All of it is read when it is first
    /// asked for, and an error is given then; what modules there are, and symbols, is looked up each time.
    pub fn running() -> Self {
        static RUNNING: OnceLock<Kernel> = OnceLock::new();
        RUNNING
            .get_or_init(|| {
                let uts = Uts::get();
                let paths =
                    |places: &[&str]| places.iter().map(|place| PathBuf::from(place.replace("RELEASE", &uts.release))).collect();
                let btf = BtfSource::places(paths(&BTF), uts.release.clone());
                let config = ConfigSource::places(paths(&CONFIG));
                Kernel::of_running(btf, config, SymbolSource::File(symbol_source::RUNNING.into()), uts)
            })
            .clone()
    }

    /// Whether the types are the running kernel's own.
    pub(crate) fn has_running_btf(&self) -> bool {
        self.shares_btf(&Self::running())
    }
}

/// libbpf's list, in its order (`btf__load_vmlinux_btf`).
const BTF: [&str; 8] = [
    SYSFS,
    "/boot/vmlinux-RELEASE",
    "/lib/modules/RELEASE/vmlinux-RELEASE",
    "/lib/modules/RELEASE/build/vmlinux",
    "/usr/lib/modules/RELEASE/kernel/vmlinux",
    "/usr/lib/debug/boot/vmlinux-RELEASE",
    "/usr/lib/debug/boot/vmlinux-RELEASE.debug",
    "/usr/lib/debug/lib/modules/RELEASE/vmlinux",
];

/// libbpf's two, in its order, then where Fedora and its kin, and Debian from Linux 7.2 on, put it.
const CONFIG: [&str; 4] =
    ["/boot/config-RELEASE", "/proc/config.gz", "/lib/modules/RELEASE/config", "/usr/lib/modules/RELEASE/config"];
