//! The description of a kernel.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use super::btf_source::BtfSource;
use super::config::ConfigSource;
use super::module::{Module, Modules};
use super::release;
use super::symbol_source::SymbolSource;
use crate::btf::Btf;
use crate::error::Context;
#[cfg(feature = "load")]
use crate::sys::Uts;
use crate::{Error, ErrorKind, Result};

/// The kernel that an object is made ready for: its BTF and that of its modules, its configuration, its release, and the addresses of its
/// symbols.
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
    modules: Modules,
    symbols: Arc<SymbolSource>,
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
    Running {
        uts: Uts,
        /// The file in which Ubuntu tells the true version.
        signature: PathBuf,
    },
}

impl Kernel {
    /// A kernel of which nothing is known yet. What is then asked for and hasn't been given is an error.
    #[expect(clippy::new_without_default, reason = "the kernel that a default would be expected to mean is the running one")]
    #[inline]
    pub fn new() -> Self {
        Self {
            btf: Arc::new(BtfSource::None),
            modules: Modules::default(),
            symbols: Arc::new(SymbolSource::None),
            configs: Vec::new(),
            release: Arc::new(Release::Unknown),
        }
    }

    /// The kernel that runs.
    #[cfg(feature = "load")]
    pub(super) fn of_running(btf: BtfSource, config: ConfigSource, symbols: SymbolSource, uts: Uts, signature: PathBuf) -> Self {
        Self {
            btf: Arc::new(btf),
            modules: Modules { given: Vec::new(), running: true },
            symbols: Arc::new(symbols),
            configs: vec![Arc::new(config)],
            release: Arc::new(Release::Running { uts, signature }),
        }
    }

    /// Takes the types from raw BTF: a kernel's, or what `cargo corebone min-core-btf` has left of them for a program to bring. The running
    /// kernel's modules, whose types build on others, are then none of this kernel's.
    #[must_use]
    pub fn with_btf(self, btf: impl Into<Cow<'static, [u8]>>) -> Self {
        self.with_btf_source(BtfSource::bytes(btf.into()))
    }

    /// Takes the types from a file: raw BTF, as in `/sys/kernel/btf/vmlinux`, or an ELF file with a section `.BTF`, as a kernel's
    /// uncompressed `vmlinux` is. It is read when BTF is first asked for. The running kernel's modules, whose types build on others, are
    /// then none of this kernel's.
    #[must_use]
    pub fn with_btf_file(self, path: impl Into<PathBuf>) -> Self {
        self.with_btf_source(BtfSource::file(path.into()))
    }

    #[inline]
    fn with_btf_source(mut self, source: BtfSource) -> Self {
        self.btf = Arc::new(source);
        self.modules.running = false;
        self
    }

    /// Adds a module, with its types as raw BTF that builds on the kernel's (split BTF, as in `/sys/kernel/btf/xfs` since Linux 5.11).
    /// Modules are looked into, in the order in which they were added, only for what the kernel itself doesn't have.
    #[must_use]
    pub fn with_module(self, name: impl Into<String>, btf: impl Into<Cow<'static, [u8]>>) -> Self {
        self.with_module_source(name.into(), BtfSource::bytes(btf.into()))
    }

    /// Adds a module, with its types from a file: raw BTF, or an ELF file with a section `.BTF`, as a module's uncompressed `.ko` is. It
    /// is read when it is first needed.
    #[must_use]
    pub fn with_module_file(self, name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.with_module_source(name.into(), BtfSource::file(path.into()))
    }

    #[inline]
    fn with_module_source(mut self, name: String, source: BtfSource) -> Self {
        self.modules.given.retain(|module| module.name != name);
        self.modules.given.push(Arc::new(Module::new(name, source)));
        self
    }

    /// Takes the addresses of symbols from a text as in `/proc/kallsyms` or `System.map`, a symbol a line:
    /// `ffffffff81000000 T _text`.
    #[must_use]
    pub fn with_kallsyms(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.symbols = Arc::new(SymbolSource::Text(text.into()));
        self
    }

    /// Takes the addresses of symbols from a file like `/proc/kallsyms`. It is read whenever an object refers to one, and must be there
    /// then.
    #[must_use]
    pub fn with_kallsyms_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.symbols = Arc::new(SymbolSource::File(path.into()));
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

    #[inline]
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

    /// The modules that have types, not opened yet.
    ///
    /// # Errors
    ///
    /// If sysfs can't be read.
    pub(crate) fn modules(&self) -> Result<Vec<Arc<Module>>> {
        self.modules.list()
    }

    /// The addresses of symbols.
    #[inline]
    pub(crate) fn symbols(&self) -> &SymbolSource {
        &self.symbols
    }

    /// What the kernel calls itself (`uname -r`), or what [`with_version`](Self::with_version) was given. For messages.
    pub fn release(&self) -> Option<&str> {
        match &*self.release {
            Release::Unknown => None,
            Release::Given(release) => Some(release),
            #[cfg(feature = "load")]
            Release::Running { uts, .. } => Some(&uts.release),
        }
    }

    /// `LINUX_KERNEL_VERSION`: major number, minor number and patch level in a byte each. Of Debian's and Ubuntu's kernels it is the
    /// true version, which their release doesn't tell.
    ///
    /// # Errors
    ///
    /// If no release is known, or if its text begins with no version.
    #[inline]
    pub fn version(&self) -> Result<u32> {
        match &*self.release {
            Release::Unknown => {
                let message = "no release is given for this kernel: add `with_version` to its description";
                Err(Error::new(ErrorKind::InvalidInput, message))
            }
            Release::Given(release) => release::version_code(release),
            #[cfg(feature = "load")]
            Release::Running { uts, signature } => {
                let signature = std::fs::read_to_string(signature).ok();
                release::true_version_code(signature.as_deref(), &uts.version, &uts.release)
            }
        }
    }

    /// Whether the types of both come from one source.
    #[cfg(feature = "load")]
    pub(super) fn shares_btf(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.btf, &other.btf)
    }

    /// Whether addresses of symbols are known from somewhere: [`running`](Self::running), or as they were given.
    pub fn has_kallsyms(&self) -> bool {
        !matches!(*self.symbols, SymbolSource::None)
    }

    /// The same kernel, with the addresses of another's symbols if those are known.
    #[cfg(feature = "load")]
    pub(crate) fn with_symbols_of(mut self, other: &Self) -> Self {
        if other.has_kallsyms() {
            self.symbols = Arc::clone(&other.symbols);
        }
        self
    }

    /// The sources of configuration, the one that counts first.
    #[inline]
    pub(crate) fn configs(&self) -> impl Iterator<Item = &ConfigSource> {
        self.configs.iter().map(|source| &**source)
    }
}
