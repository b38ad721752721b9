//! The kernels that programs are relocated for.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use corebone::kernel::Kernel;
use corebone_tests::archive::Architecture;
use corebone_tests::kernel::Cache;

const RUNNING: &str = "/sys/kernel/btf/vmlinux";

/// What a kernel can do. Where there are externs for it, corebone tells it by the types, libbpf by trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// There is the helper `bpf_get_attach_cookie`.
    pub bpf_cookie: bool,
    /// System calls get their arguments as a `struct pt_regs`.
    pub syscall_wrapper: bool,
    /// Loads take any offset into a map's value, so that the variables of an arena lie at its end. In a dump they lie at its beginning.
    pub any_offset: bool,
}

impl Default for Features {
    /// What all kernels of today can do, on the machines that people have, and what a dump can show.
    fn default() -> Self {
        Self { bpf_cookie: true, syscall_wrapper: true, any_offset: false }
    }
}

/// A kernel's types.
#[derive(Debug)]
pub struct Target {
    /// For messages.
    pub name: String,
    /// The file that has them.
    pub path: PathBuf,
    /// The same for corebone, which reads the file once.
    pub kernel: Kernel,
    /// Whether they are of a machine with the highest byte first.
    pub big_endian: bool,
    /// Its configuration, if it has one.
    pub(crate) config: Option<String>,
    /// What `uname -r` says there.
    pub(crate) release: String,
    /// The file with its symbols; no symbols if it is `/dev/null`.
    pub(crate) symbols: PathBuf,
    /// Modules with their types.
    pub(crate) modules: Vec<(String, Vec<u8>)>,
    pub(crate) features: Features,
}

impl Target {
    /// The types in a file, and a configuration like that of many kernels.
    ///
    /// # Errors
    /// There are none in it.
    pub fn new(name: &str, path: &Path) -> Result<Self> {
        let kernel = Kernel::new().with_btf_file(path).with_kallsyms("");
        let big_endian = kernel.btf().with_context(|| format!("no target: `{}`", path.display()))?.is_big_endian();
        let config = "CONFIG_BPF=y\nCONFIG_CC_VERSION_TEXT=\"gcc\"\nCONFIG_HZ=250\nCONFIG_IPV6=m\n";
        let target = Self { name: name.to_owned(), path: path.to_owned(), kernel, big_endian, ..Self::without_types() };
        Ok(target.with_config(config, "6.12.0"))
    }

    /// A kernel of which no types are wanted.
    pub fn without_types() -> Self {
        Self {
            name: "a kernel without types".to_owned(),
            path: "/dev/null".into(),
            kernel: Kernel::new().with_kallsyms(""),
            big_endian: false,
            config: None,
            release: String::new(),
            symbols: "/dev/null".into(),
            modules: Vec::new(),
            features: Features::default(),
        }
    }

    /// With a configuration and a release.
    pub fn with_config(mut self, config: &str, release: &str) -> Self {
        self.config = Some(config.to_owned());
        self.kernel = self.kernel.with_kconfig(config.to_owned());
        self.with_release(release)
    }

    /// With a release: what `uname -r` says.
    pub fn with_release(mut self, release: &str) -> Self {
        self.release = release.to_owned();
        self.kernel = self.kernel.with_version(release);
        self
    }

    /// One that can do that.
    pub fn with_features(mut self, features: Features) -> Self {
        self.features = features;
        self
    }

    /// With symbols, from a file like `/proc/kallsyms`.
    pub fn with_symbols(mut self, path: &Path) -> Self {
        self.symbols = path.to_owned();
        self.kernel = self.kernel.with_kallsyms_file(path);
        self
    }

    /// With a module that is loaded, and its types from a file.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn with_module(mut self, name: &str, path: &Path) -> Result<Self> {
        self.modules.push((name.to_owned(), std::fs::read(path)?));
        self.kernel = self.kernel.with_module_file(name, path);
        Ok(self)
    }
}

/// How many objects of each sort a wide run takes, if this is one: `COREBONE_DIFFERENTIAL`.
///
/// # Errors
/// It is not a number.
pub fn wide() -> Result<Option<u64>> {
    let number = env::var("COREBONE_DIFFERENTIAL").ok();
    number.map(|number| number.parse().with_context(|| format!("`COREBONE_DIFFERENTIAL={number}` is no number"))).transpose()
}

/// Real kernels: the one that runs and those that `COREBONE_KERNELS` names; in a wide run all of the cache, and the newest of other
/// architectures.
///
/// # Errors
/// One can't be had.
pub fn targets() -> Result<Vec<Target>> {
    let wide = wide()?.is_some();
    let mut targets = Vec::new();
    if Path::new(RUNNING).exists() {
        targets.push(Target::new("the running kernel", RUNNING.as_ref())?);
    }
    let cache = Cache::of_user()?;
    let series = env::var("COREBONE_KERNELS").unwrap_or_default();
    let kernels = match series.split_whitespace().collect::<Vec<_>>().as_slice() {
        _ if wide => cache.kernels(),
        series => cache.fetch(series)?,
    };
    for kernel in kernels {
        let features = Features { bpf_cookie: kernel.release.is_at_least(5, 15), ..Features::default() };
        targets.push(Target::new(&kernel.release.to_string(), &kernel.btf()?)?.with_features(features));
    }
    if wide {
        for architecture in Architecture::OTHERS {
            for (release, path) in cache.fetch_types(architecture)? {
                targets.push(Target::new(&release.to_string(), &path)?);
            }
        }
    }
    ensure!(!targets.is_empty(), "this kernel has no BTF: name kernels to be fetched, `COREBONE_KERNELS=6.1`");
    Ok(targets)
}
