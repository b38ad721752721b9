//! The kernel that the arguments describe.

use std::path::PathBuf;

use corebone::kernel::Kernel;

/// Without options it is the running kernel. With any, it is what they say: what is then asked for and not given is an error.
#[derive(clap::Args)]
#[command(next_help_heading = "Kernel (the running one, if no option says otherwise)")]
pub(crate) struct Target {
    /// The kernel's types: raw BTF, or an ELF file (vmlinux) with a section .BTF
    #[arg(long, value_name = "FILE")]
    btf: Option<PathBuf>,
    /// The kernel's .config, plain or gzip
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The kernel's version, for LINUX_KERNEL_VERSION
    #[arg(long, value_name = "A.B.C")]
    kernel_version: Option<String>,
}

impl Target {
    /// The kernel that is described.
    pub(crate) fn kernel(&self) -> Kernel {
        let Self { btf, config, kernel_version } = self;
        if btf.is_none() && config.is_none() && kernel_version.is_none() {
            return Kernel::running();
        }
        let mut kernel = Kernel::new();
        if let Some(btf) = btf {
            kernel = kernel.with_btf_file(btf);
        }
        if let Some(config) = config {
            kernel = kernel.with_kconfig_file(config);
        }
        if let Some(version) = kernel_version {
            kernel = kernel.with_version(version);
        }
        kernel
    }
}
