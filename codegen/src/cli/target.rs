//! The kernel that the arguments describe.

use std::path::PathBuf;

use corebone::kernel::Kernel;

/// Without options it is the running kernel. With any, it is what they say: what is then asked for and not given is an error.
#[derive(clap::Args)]
#[command(next_help_heading = "Kernel (the running one, if no option says otherwise)")]
pub(super) struct Target {
    /// The kernel's types: raw BTF, or an ELF file (vmlinux) with a section .BTF
    #[arg(long, value_name = "FILE")]
    btf: Option<PathBuf>,
    /// The kernel's .config, plain or gzip; without it, CONFIG_ externs fail
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The kernel's version; without it, the extern LINUX_KERNEL_VERSION fails
    #[arg(long, value_name = "A.B.C")]
    kernel_version: Option<String>,
    /// The kernel's symbols, as in /proc/kallsyms or System.map; without it, every symbol without type exists in a dump
    #[arg(long, value_name = "FILE")]
    kallsyms: Option<PathBuf>,
    /// A loaded module and its types: split BTF, or an ELF file (.ko) with a section .BTF; may be given several times
    #[arg(long = "module", value_name = "NAME=FILE", value_parser = module)]
    modules: Vec<(String, PathBuf)>,
}

/// The kernel of which only the types are asked.
#[derive(clap::Args)]
pub(super) struct TypesOnly {
    /// The kernel's types: raw BTF, or an ELF file (vmlinux) with a section .BTF [default: those of the running kernel]
    #[arg(long, value_name = "FILE")]
    btf: Option<PathBuf>,
}

impl TypesOnly {
    pub(super) fn kernel(&self) -> Kernel {
        self.btf.as_ref().map_or_else(Kernel::running, |btf| Kernel::new().with_btf_file(btf))
    }
}

fn module(argument: &str) -> Result<(String, PathBuf), String> {
    match argument.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name.to_owned(), file.into())),
        _ => Err("it should be as in `xfs=xfs.ko`".to_owned()),
    }
}

impl Target {
    /// The kernel that is described.
    pub(super) fn kernel(&self) -> Kernel {
        if self.is_running() {
            return Kernel::running();
        }
        let Self { btf, config, kernel_version, kallsyms, modules } = self;
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
        if let Some(kallsyms) = kallsyms {
            kernel = kernel.with_kallsyms_file(kallsyms);
        }
        for (name, file) in modules {
            kernel = kernel.with_module_file(name, file);
        }
        kernel
    }

    /// What to call it.
    pub(super) fn name(&self) -> String {
        match (&self.kernel_version, &self.btf) {
            (Some(version), _) => format!("Linux {version}"),
            (None, Some(btf)) => format!("the kernel of `{}`", btf.display()),
            (None, None) if self.is_running() => {
                format!("Linux {}, which is running", Kernel::running().release().unwrap_or_default())
            }
            (None, None) => "a kernel of which no types are given".to_owned(),
        }
    }

    fn is_running(&self) -> bool {
        let Self { btf, config, kernel_version, kallsyms, modules } = self;
        btf.is_none() && config.is_none() && kernel_version.is_none() && kallsyms.is_none() && modules.is_empty()
    }
}
