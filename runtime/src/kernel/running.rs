//! The running kernel's description.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::Kernel;
use super::btf_source::{BtfSource, SYSFS};
use super::config::ConfigSource;
use super::symbol_source::{self, SymbolSource};
use crate::sys::Uts;
use crate::text;

impl Kernel {
    /// The running kernel. There is one description in a process, whose clones share what has been read of it.
    ///
    /// BTF comes from `/sys/kernel/btf/vmlinux`, mapped since Linux 6.16 and read before, or where that is missing, from a `vmlinux`
    /// on disk where distributions put it. The configuration comes from `/boot/config-RELEASE` or `/proc/config.gz`, or where neither is,
    /// from one of the places where distributions put it besides, some of them only with the headers that modules are built with. The
    /// release is that of uname(2), made precise on Debian and Ubuntu. Modules are those in `/sys/kernel/btf`, addresses of symbols
    /// those in `/proc/kallsyms`. All of it is read when it is first asked for, and an error is given then; what modules there are, and
    /// symbols, is looked up each time.
    pub fn running() -> Self {
        static RUNNING: OnceLock<Kernel> = OnceLock::new();
        RUNNING.get_or_init(|| Self::below(Path::new("/"), Uts::get())).clone()
    }

    /// What is to be known of a running kernel from the files below a root directory.
    fn below(root: &Path, uts: Uts) -> Self {
        let paths = |places: &[&str]| places.iter().map(|place| path(root, place, &uts.release)).collect();
        let btf = BtfSource::places(paths(&BTF), uts.release.clone());
        let config = ConfigSource::places(paths(&CONFIG));
        let symbols = SymbolSource::File(path(root, symbol_source::RUNNING, &uts.release));
        let signature = path(root, SIGNATURE, &uts.release);
        Self::of_running(btf, config, symbols, uts, signature)
    }

    /// Whether the types are the running kernel's own.
    pub(crate) fn has_running_btf(&self) -> bool {
        self.shares_btf(&Self::running())
    }
}

/// A place of a release, below a root directory.
#[inline(never)]
fn path(root: &Path, place: &str, release: &str) -> PathBuf {
    let mut place = place.trim_start_matches('/');
    let mut path = String::new();
    while let Some((before, behind)) = text::split_once(place, "RELEASE") {
        path += before;
        path += release;
        place = behind;
    }
    root.join(path + place)
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

/// libbpf's two, in its order; where Fedora and its kin, and Debian from Linux 7.2 on, put it; where systems made of OSTree commits, and
/// Clear Linux, have it; and what is left of it where modules can be built.
const CONFIG: [&str; 9] = [
    "/boot/config-RELEASE",
    "/proc/config.gz",
    "/lib/modules/RELEASE/config",
    "/usr/lib/modules/RELEASE/config",
    "/usr/lib/ostree-boot/config-RELEASE",
    "/usr/lib/kernel/config-RELEASE",
    "/lib/modules/RELEASE/build/.config",
    "/usr/src/linux-headers-RELEASE/.config",
    "/usr/src/linux-RELEASE/.config",
];

/// Where Ubuntu has its kernel's true version.
const SIGNATURE: &str = "/proc/version_signature";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::kconfig::compress;
    use crate::kernel::tests::Folder;

    /// A kernel whose files are below a folder.
    fn kernel(folder: &Folder, version: &str, release: &str) -> Kernel {
        Kernel::below(&folder.path("."), Uts { release: release.to_owned(), version: version.to_owned() })
    }

    /// Writes a file below a folder, with all folders that it is in.
    fn write(folder: &Folder, place: &str, contents: &[u8]) {
        let path = folder.path(place.trim_start_matches('/'));
        fs::create_dir_all(path.parent().expect("a folder")).expect("own folder");
        fs::write(path, contents).expect("own folder");
    }

    fn config(kernel: &Kernel) -> Option<String> {
        let source = kernel.configs().next().expect("places");
        source.config().expect("undamaged").map(|config| String::from_utf8_lossy(&config.text).into_owned())
    }

    #[test]
    fn each_place_has_a_configuration_and_the_first_counts() {
        let release = "6.12.117+deb13-amd64";
        let folder = Folder::new();
        assert_eq!(config(&kernel(&folder, "#1", release)), None);
        // From the last on: each goes before those that are there.
        for (number, place) in CONFIG.iter().enumerate().rev() {
            let text = format!("CONFIG_NR_CPUS={number}\n");
            let contents = if place.ends_with(".gz") { compress(text.as_bytes(), 0) } else { text.clone().into_bytes() };
            write(&folder, &place.replace("RELEASE", "other"), b"CONFIG_NR_CPUS=none\n");
            write(&folder, &place.replace("RELEASE", release), &contents);
            assert_eq!(config(&kernel(&folder, "#1", release)), Some(text), "{place}");
        }
    }

    #[test]
    fn a_configuration_is_read_once() {
        let folder = Folder::new();
        let kernel = kernel(&folder, "#1", "6.1.0");
        // What isn't there yet may come.
        assert_eq!(config(&kernel), None);
        write(&folder, "boot/config-6.1.0", b"CONFIG_HZ=250\n");
        let clone = kernel.clone();
        assert_eq!(config(&kernel).as_deref(), Some("CONFIG_HZ=250\n"));
        write(&folder, "boot/config-6.1.0", b"CONFIG_HZ=1000\n");
        assert_eq!(config(&kernel).as_deref(), Some("CONFIG_HZ=250\n"));
        assert_eq!(config(&clone).as_deref(), Some("CONFIG_HZ=250\n"));
        fs::remove_file(folder.path("boot/config-6.1.0")).expect("own file");
        assert_eq!(config(&clone).as_deref(), Some("CONFIG_HZ=250\n"));
    }

    #[test]
    fn a_user_s_options_go_before_the_system_s() {
        let folder = Folder::new();
        write(&folder, "boot/config-6.1.0", b"CONFIG_HZ=250\nCONFIG_BPF=y\n");
        let kernel = kernel(&folder, "#1", "6.1.0").with_kconfig("CONFIG_HZ=100\n");
        let texts: Vec<_> = kernel.configs().map(|source| source.config().expect("undamaged").expect("there").text.len()).collect();
        assert_eq!(texts, [14, 27]);
    }

    #[test]
    fn the_version_is_the_true_one() {
        let folder = Folder::new();
        let debian = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-04-02)";
        assert_eq!(kernel(&folder, debian, "6.1.0-50-amd64").version().expect("valid"), 0x06_01_b0);
        let ubuntu = "#101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023";
        // Without procfs there is only the release.
        assert_eq!(kernel(&folder, ubuntu, "5.15.0-91-generic").version().expect("valid"), 0x05_0f_00);
        write(&folder, SIGNATURE, b"Ubuntu 5.15.0-91.101-generic 5.15.131\n");
        assert_eq!(kernel(&folder, ubuntu, "5.15.0-91-generic").version().expect("valid"), 0x05_0f_83);
        write(&folder, SIGNATURE, b"what nobody has told of");
        assert_eq!(kernel(&folder, ubuntu, "5.15.0-91-generic").version().expect("valid"), 0x05_0f_00);
    }
}
