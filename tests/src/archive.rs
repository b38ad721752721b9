//! Debian's archive, as apt sees it: which kernel packages it has, and their files.
//!
//! apt does all of it with a state of its own in the cache, so that the machine's package lists stay as they are, and no privilege
//! is needed. Each package is verified by apt against the suites' signed lists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::kernel::Release;

/// One of Debian's architectures, and the kernels that are wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// Debian's name.
    pub name: &'static str,
    /// What its kernels' releases end in.
    pub(crate) flavor: &'static str,
    /// The suites that hold the kernels, oldest first.
    suites: &'static [&'static str],
}

impl Architecture {
    /// That of the machines that tests run in. Its kernels are the smallest of Debian's: without drivers for real hardware, with
    /// the same BPF as the others.
    pub const AMD64: Self =
        Self { name: "amd64", flavor: "-cloud-amd64", suites: &["bullseye", "bookworm", "trixie", "trixie-backports"] };

    /// Others, of which only the types are wanted. `s390x` has its highest byte first.
    pub const OTHERS: [Self; 4] = [
        Self::other("arm64", "-arm64"),
        Self::other("ppc64el", "-powerpc64le"),
        Self::other("riscv64", "-riscv64"),
        Self::other("s390x", "-s390x"),
    ];

    const fn other(name: &'static str, flavor: &'static str) -> Self {
        Self { name, flavor, suites: &["trixie", "trixie-backports", "forky"] }
    }
}

/// Keys that sign Debian's suites (package `debian-archive-keyring`).
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The kernel packages of Debian's archive.
pub struct Archive {
    architecture: Architecture,
    configuration: PathBuf,
    mirror: String,
    packages: BTreeSet<String>,
    complaints: String,
}

impl Archive {
    /// Reads the package lists of the suites that hold the kernels of an architecture, or what has changed in them, into `folder`.
    ///
    /// A suite that the mirror lacks is left out; [`Archive::newest`] reports it where it matters.
    pub fn read(folder: &Path, architecture: Architecture) -> Result<Self> {
        let mirror = mirror()?;
        let folder = std::path::absolute(folder)?;
        for part in ["lists/partial", "archives/partial"] {
            fs::create_dir_all(folder.join(part)).with_context(|| format!("can't create `{}`", folder.join(part).display()))?;
        }
        let signed = if Path::new(KEYRING).exists() { format!("[signed-by={KEYRING}] ") } else { String::new() };
        let sources: String = architecture.suites.iter().map(|suite| format!("deb {signed}{mirror} {suite} main\n")).collect();
        fs::write(folder.join("sources.list"), sources)?;
        fs::write(folder.join("status"), "")?;
        let configuration = folder.join("apt.conf");
        fs::write(&configuration, settings(&folder, architecture.name))?;

        let mut archive = Self { architecture, configuration, mirror, packages: BTreeSet::new(), complaints: String::new() };
        let update = archive.apt("apt-get").args(["-q", "update"]).output().context("can't run `apt-get`")?;
        archive.complaints = String::from_utf8_lossy(&update.stderr).into_owned();
        let names = archive.apt("apt-cache").args(["pkgnames", "linux-"]).output().context("can't run `apt-cache`")?;
        archive.packages = String::from_utf8_lossy(&names.stdout).lines().map(str::to_owned).collect();
        if archive.packages.is_empty() {
            bail!("no kernel packages on `{}`\n{}", archive.mirror, archive.complaints.trim_end());
        }
        Ok(archive)
    }

    /// The kernels that can be fetched, oldest first.
    pub fn releases(&self) -> Vec<Release> {
        // The image package is there for every kernel, though newer ones keep the image itself in `linux-binary`.
        let mut releases: Vec<Release> =
            self.packages.iter().filter_map(|name| Release::parse(name.strip_prefix("linux-image-")?, self.architecture)).collect();
        releases.sort();
        releases
    }

    /// The newest release of a series such as `6.1`, or of all with `newest`.
    pub fn newest(&self, series: &str) -> Result<Release> {
        let releases = self.releases();
        if let Some(found) = releases.iter().rev().find(|release| release.matches(series)) {
            return Ok(found.clone());
        }
        let mut has: Vec<String> = releases.iter().map(Release::series).collect();
        has.dedup();
        bail!(
            "no kernel `{series}` on `{}` (suites {}); it has {}\n{}",
            self.mirror,
            self.architecture.suites.join(", "),
            has.join(", "),
            self.complaints.trim_end()
        );
    }

    /// Fetches a package and unpacks it below `into`; `false` if the archive has no such package.
    pub fn unpack(&self, package: &str, into: &Path) -> Result<bool> {
        if !self.packages.contains(package) {
            return Ok(false);
        }
        let download = tempfile::tempdir()?;
        let fetched = self.apt("apt-get").args(["-q", "download", package]).current_dir(download.path()).output()?;
        if !fetched.status.success() {
            bail!("can't fetch `{package}` from `{}`\n{}", self.mirror, String::from_utf8_lossy(&fetched.stderr).trim_end());
        }
        for file in fs::read_dir(download.path())? {
            let file = file?.path();
            let unpacked = Command::new("dpkg-deb").arg("-x").arg(&file).arg(into).status().context("can't run `dpkg-deb`")?;
            if !unpacked.success() {
                bail!("can't unpack `{}`", file.display());
            }
        }
        Ok(true)
    }

    fn apt(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command.arg("-c").arg(&self.configuration).env("LC_ALL", "C");
        command
    }
}

/// The mirror that this machine's apt takes Debian from; Debian's own front if its lists have never been read.
fn mirror() -> Result<String> {
    let fields = ["Created-By: Packages", "Origin: Debian", "Label: Debian", "Component: main"];
    let targets = Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]).args(fields).output();
    let Ok(targets) = targets else {
        bail!(
            "the kernels are Debian packages, and this machine has no `apt-get`; put `vmlinuz` and `config` into the cache by hand"
        );
    };
    let targets = String::from_utf8_lossy(&targets.stdout);
    Ok(targets.lines().next().unwrap_or("http://deb.debian.org/debian").trim_end_matches('/').to_owned())
}

/// apt's settings for a state of its own in `folder`, with packages of one architecture only.
fn settings(folder: &Path, architecture: &str) -> String {
    let folder = folder.display();
    format!(
        r##"Dir::State "{folder}";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
#clear APT::Architectures;
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"##
    )
}
