//! The description of a kernel.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use super::btf_source::BtfSource;
use super::config::ConfigSource;
use super::release;
use crate::btf::Btf;
use crate::error::Context;
#[cfg(feature = "load")]
use crate::sys::Uts;
use crate::{Error, ErrorKind, Result};

/// The kernel that an object is made ready for: its BTF, its configuration and its release.
///
/// A clone shares what has been read. Errors are not kept: what failed is tried again when it is next asked for.
///
/// ```
/// use corebone::kernel::Kernel;
///
/// let kernel = Kernel::new().with_version("6.1.176").with_kconfig("CONFIG_HZ=250\n");
/// assert_eq!(kernel.version().unwrap(), 6 << 16 | 1 << 8 | 176);
/// ```
#[derive(Clone, Debug)]
pub struct Kernel {
    btf: Arc<BtfSource>,
    /// The first that sets an option counts.
    configs: Vec<Arc<ConfigSource>>,
    release: Arc<Release>,
}

/// Where the release is known from.
#[derive(Debug)]
pub(super) enum Release {
    Unknown,
    Given(String),
    #[cfg(feature = "load")]
    Running(Uts),
}

impl Kernel {
    /// A kernel of which nothing is known yet. What is then asked for and hasn't been given is an error.
    #[expect(clippy::new_without_default, reason = "the kernel that a default would be expected to mean is the running one")]
    pub fn new() -> Self {
        Self::of(BtfSource::None, Vec::new(), Release::Unknown)
    }

    pub(super) fn of(btf: BtfSource, configs: Vec<ConfigSource>, release: Release) -> Self {
        Self { btf: Arc::new(btf), configs: configs.into_iter().map(Arc::new).collect(), release: Arc::new(release) }
    }

    /// Takes the types from raw BTF.
    #[must_use]
    pub fn with_btf(mut self, btf: impl Into<Cow<'static, [u8]>>) -> Self {
        self.btf = Arc::new(BtfSource::bytes(btf.into()));
        self
    }

    /// Takes the types from a file: raw BTF, as in `/sys/kernel/btf/vmlinux`, or an ELF file with a section `.BTF`, as a kernel's
    /// uncompressed `vmlinux` is. It is read when BTF is first asked for.
    #[must_use]
    pub fn with_btf_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.btf = Arc::new(BtfSource::file(path.into()));
        self
    }

    /// Takes options from a configuration's text, as in `CONFIG_HZ=250`, a line each. It goes before what is known already: the newest
    /// source that sets an option counts.
    #[must_use]
    pub fn with_kconfig(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.with_config(ConfigSource::text(text.into()))
    }

    /// Takes options from a file, plain or compressed by gzip, likewise before what is known already. It is read when an option is first
    /// asked for, and must be there then.
    #[must_use]
    pub fn with_kconfig_file(self, path: impl Into<PathBuf>) -> Self {
        self.with_config(ConfigSource::file(path.into()))
    }

    fn with_config(mut self, source: ConfigSource) -> Self {
        self.configs.insert(0, Arc::new(source));
        self
    }

    /// Says which release it is: `6.1.176`; what follows the numbers doesn't count.
    #[must_use]
    pub fn with_version(mut self, release: impl Into<String>) -> Self {
        self.release = Arc::new(Release::Given(release.into()));
        self
    }

    /// The types of the kernel.
    ///
    /// # Errors
    ///
    /// If this kernel has none or none were given, if they can't be read, or if they are no BTF.
    pub fn btf(&self) -> Result<Btf<'_>> {
        let contents = self.btf.contents()?;
        Btf::parse(&contents.bytes).context(|| format!("cannot use {} as the kernel's BTF", contents.origin))
    }

    /// What the kernel calls itself (`uname -r`), or what [`with_version`](Self::with_version) was given. For messages.
    pub fn release(&self) -> Option<&str> {
        match &*self.release {
            Release::Unknown => None,
            Release::Given(release) => Some(release),
            #[cfg(feature = "load")]
            Release::Running(uts) => Some(&uts.release),
        }
    }

    /// `LINUX_KERNEL_VERSION`: major number, minor number and patch level in a byte each. Of Debian's and Ubuntu's kernels it is the
    /// true version, which their release doesn't tell.
    ///
    /// # Errors
    ///
    /// If no release is known, or if its text begins with no version.
    pub fn version(&self) -> Result<u32> {
        match &*self.release {
            Release::Unknown => {
                let message = "no release is given for this kernel: add `with_version` to its description";
                Err(Error::new(ErrorKind::InvalidInput, message))
            }
            Release::Given(release) => release::version_code(release),
            #[cfg(feature = "load")]
            Release::Running(uts) => {
                let signature = std::fs::read_to_string("/proc/version_signature").ok();
                release::true_version_code(signature.as_deref(), &uts.version, &uts.release)
            }
        }
    }

    /// Whether the types of both come from one source.
    #[cfg(feature = "load")]
    pub(super) fn shares_btf(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.btf, &other.btf)
    }

    /// The sources of configuration, the one that counts first.
    pub(crate) fn configs(&self) -> impl Iterator<Item = &ConfigSource> {
        self.configs.iter().map(|source| &**source)
    }
}
