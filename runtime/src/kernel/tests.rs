//! Descriptions of kernels, from files and of the one that runs.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::Kernel;
use crate::ErrorKind;
use crate::btf::builder::Builder;

/// A folder for a test's files, gone when the test ends.
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for temporary files"))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn file(&self, name: &str, contents: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, contents).expect("own folder");
        path
    }
}

#[test]
fn a_new_kernel_knows_nothing() {
    let kernel = Kernel::new();
    assert_eq!(kernel.release(), None);
    let error = kernel.version().expect_err("not given");
    assert_eq!(error.to_string(), "no release is given for this kernel: add `with_version` to its description");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(kernel.configs().count(), 0);
}

#[test]
fn btf_is_checked_and_named() {
    let mut btf = Builder::new();
    btf.int("int", 4, 1);
    assert_eq!(Kernel::new().with_btf(btf.bytes()).btf().expect("valid").count().expect("valid"), 1);

    let folder = Folder::new();
    let path = folder.file("vmlinux", b"no BTF at all, only text");
    let error = Kernel::new().with_btf_file(&path).btf().expect_err("text");
    let text = format!("{error:#}");
    assert!(text.starts_with(&format!("cannot use `{}` as the kernel's BTF: not BTF", path.display())), "{text}");
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    let error = Kernel::new().with_btf(b"".as_slice()).btf().expect_err("empty");
    assert_eq!(error.to_string(), "cannot use the BTF given as the kernel's BTF");
}

#[test]
fn the_newest_configuration_comes_first() {
    let kernel = Kernel::new().with_kconfig("CONFIG_HZ=250\n").with_kconfig("CONFIG_HZ=1000\n").with_version("6.1.176-foo");
    let texts: Vec<_> = kernel.configs().map(|source| source.config().expect("text").expect("text").text.to_vec()).collect();
    assert_eq!(texts, [b"CONFIG_HZ=1000\n".to_vec(), b"CONFIG_HZ=250\n".to_vec()]);
    assert_eq!(kernel.release(), Some("6.1.176-foo"));
    assert_eq!(kernel.version().expect("valid"), 0x06_01_b0);
}

#[test]
fn is_shared_between_threads() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Kernel>();
}

#[cfg(feature = "load")]
mod running {
    use super::*;
    use crate::btf::KindNumber;
    use crate::btf::running::running_kernel;

    #[test]
    fn has_the_types_that_sysfs_shows() {
        let Some(bytes) = running_kernel() else { return };
        let kernel = Kernel::running();
        let btf = kernel.btf().expect("sysfs has it");
        let read = Kernel::new().with_btf(bytes);
        assert_eq!(btf.count().expect("valid"), read.btf().expect("valid").count().expect("valid"));
        assert!(btf.find(KindNumber::Struct, "task_struct").expect("valid").is_some());
    }

    #[test]
    fn release_and_version_agree() {
        let kernel = Kernel::running();
        let release = kernel.release().expect("uname(2) tells it");
        assert_eq!(release, fs::read_to_string("/proc/sys/kernel/osrelease").expect("procfs").trim_end());
        let version = kernel.version().expect("every kernel has one");
        assert!(release.starts_with(&format!("{}.{}", version >> 16, version >> 8 & 0xff)), "{release}: {version:#x}");
    }

    #[test]
    fn clones_share_what_was_read() {
        let (one, other) = (Kernel::running(), Kernel::running());
        let config = |kernel: &Kernel| {
            let source = kernel.configs().next().expect("places");
            source.config().expect("undamaged").map(|config| config.text.as_ptr())
        };
        assert_eq!(config(&one), config(&other));
    }
}
