//! Kernels in the cache, a folder each: `kernels/RELEASE/{vmlinuz,config}`.

use std::cmp::Ordering;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::archive::Archive;

/// The smallest of Debian's kernels: without drivers for real hardware, with the same BPF as the others.
const FLAVOR: &str = "-cloud-amd64";

/// What `uname -r` says in a kernel, ordered by its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    name: String,
    numbers: Vec<u64>,
}

impl Release {
    /// The release with that name, if it is one that this crate runs: a released cloud kernel, 5.10 or newer.
    pub fn parse(name: &str) -> Option<Self> {
        let version = name.strip_suffix(FLAVOR)?;
        if version.contains("rc") {
            return None;
        }
        let numbers: Vec<u64> = version.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        (numbers.len() >= 3 && numbers.as_slice() >= [5, 10].as_slice()).then(|| Self { name: name.to_owned(), numbers })
    }

    /// Whether it is this version of Linux or newer.
    pub fn is_at_least(&self, major: u64, minor: u64) -> bool {
        self.numbers.as_slice() >= [major, minor].as_slice()
    }

    /// Its upstream series: `6.1`.
    pub fn series(&self) -> String {
        let numbers: Vec<String> = self.numbers.iter().take(2).map(u64::to_string).collect();
        numbers.join(".")
    }

    /// Whether it is of a series, where `newest` stands for all.
    pub fn matches(&self, series: &str) -> bool {
        series == "newest" || self.series() == series
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| self.name.cmp(&other.name))
    }
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// A bootable kernel of the cache.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// What `uname -r` says in it.
    pub release: Release,
    folder: PathBuf,
}

impl Kernel {
    /// The compressed image.
    pub fn image(&self) -> PathBuf {
        self.folder.join("vmlinuz")
    }

    /// Its configuration; `None` if the archive no longer had it.
    pub fn config(&self) -> Option<PathBuf> {
        Some(self.folder.join("config")).filter(|path| path.exists())
    }
}

/// The folder that kernels are kept in: `$COREBONE_CACHE`, or `corebone` in the user's cache folder.
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache of this user.
    pub fn of_user() -> Result<Self> {
        let folder = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folder = folder("COREBONE_CACHE")
            .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("corebone")))
            .or_else(|| Some(folder("HOME")?.join(".cache/corebone")))
            .context("no folder for kernels: set `COREBONE_CACHE`")?;
        Ok(Self { folder })
    }

    /// Every kernel in it, oldest first.
    pub fn kernels(&self) -> Vec<Kernel> {
        let entries = fs::read_dir(self.folder.join("kernels")).into_iter().flatten().flatten();
        let mut kernels: Vec<Kernel> = entries
            .filter_map(|entry| Some(Kernel { release: Release::parse(entry.file_name().to_str()?)?, folder: entry.path() }))
            .filter(|kernel| kernel.image().exists())
            .collect();
        kernels.sort_by(|a, b| a.release.cmp(&b.release));
        kernels
    }

    /// The newest kernel of a series such as `6.1`, or of all with `newest`.
    pub fn kernel(&self, series: &str) -> Result<Kernel> {
        self.kernels().into_iter().rev().find(|kernel| kernel.release.matches(series)).with_context(|| {
            format!(
                "no kernel `{series}` in `{}`; run `cargo run -p corebone-tests --bin vm -- fetch {series}`",
                self.folder.display()
            )
        })
    }

    /// The kernels to test in: those of the series in `$COREBONE_KERNELS`, by default 5.10 and the newest; `all` stands for all.
    pub fn chosen(&self) -> Result<Vec<Kernel>> {
        let series = env::var("COREBONE_KERNELS").unwrap_or_else(|_| "5.10 newest".to_owned());
        let mut kernels = Vec::new();
        for series in series.split_whitespace() {
            match series {
                "all" => kernels.extend(self.kernels()),
                series => kernels.push(self.kernel(series)?),
            }
        }
        ensure!(!kernels.is_empty(), "no kernel is chosen by `COREBONE_KERNELS` and in `{}`", self.folder.display());
        Ok(kernels)
    }

    /// Puts the newest kernel of each series into the cache, in place of an older one of that series.
    ///
    /// A series such as `6.1` that is there already is left as it is; for `newest` and `all` the archive is asked each time.
    pub fn fetch(&self, series: &[&str]) -> Result<Vec<Kernel>> {
        if series.iter().all(|series| !matches!(*series, "newest" | "all") && self.kernel(series).is_ok()) {
            return series.iter().map(|series| self.kernel(series)).collect();
        }
        let archive = Archive::read(&self.folder.join("apt"))?;
        let mut wanted: Vec<String> = series.iter().map(|&series| series.to_owned()).collect();
        if wanted.iter().any(|series| series == "all") {
            wanted = archive.releases().iter().map(Release::series).collect();
            wanted.dedup();
        }
        wanted
            .iter()
            .map(|series| match self.kernel(series) {
                Ok(kernel) if series != "newest" => Ok(kernel),
                _ => self.add(&archive, archive.newest(series)?),
            })
            .collect()
    }

    fn add(&self, archive: &Archive, release: Release) -> Result<Kernel> {
        let folder = self.folder.join("kernels").join(&release.name);
        let kernel = Kernel { release, folder };
        if kernel.image().exists() {
            return Ok(kernel);
        }
        // Unpacked beside its place and then renamed: no other process sees half a kernel.
        fs::create_dir_all(self.folder.join("kernels"))?;
        let unpacked = tempfile::tempdir_in(&self.folder)?;
        let ready = tempfile::tempdir_in(&self.folder)?;
        // Older packages hold all in `linux-image`; newer ones have the image in `linux-binary`, the configuration in `linux-base`.
        for part in ["image", "binary", "base"] {
            archive.unpack(&format!("linux-{part}-{}", kernel.release), unpacked.path())?;
            let take = |name: &str| -> Result<bool> {
                let to = ready.path().join(name);
                match find(unpacked.path(), name)? {
                    Some(from) if !to.exists() => fs::copy(from, &to).map(|_| ())?,
                    _ => {}
                }
                Ok(to.exists())
            };
            if take("vmlinuz")? & take("config")? {
                break;
            }
        }
        if !ready.path().join("vmlinuz").exists() {
            bail!("no kernel image in the packages of `{}`", kernel.release);
        }
        for old in self.kernels().iter().filter(|old| old.release.series() == kernel.release.series()) {
            fs::remove_dir_all(&old.folder).with_context(|| format!("can't remove `{}`", old.folder.display()))?;
        }
        fs::rename(ready.path(), &kernel.folder).with_context(|| format!("can't create `{}`", kernel.folder.display()))?;
        Ok(kernel)
    }
}

/// The first file below `folder` that is called `name` or `name-RELEASE`: /boot/config-RELEASE, or from 7.2 on
/// /usr/lib/modules/RELEASE/config.
fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if let Some(found) = find(&entry.path(), name)? {
                return Ok(Some(found));
            }
        } else if kind.is_file() {
            let file = entry.file_name();
            let suffix = file.to_str().and_then(|file| file.strip_prefix(name));
            if suffix.is_some_and(|suffix| suffix.is_empty() || suffix.starts_with('-')) {
                return Ok(Some(entry.path()));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_ordered_by_number() {
        let release = |name| Release::parse(name).expect(name);
        let old = release("5.10.0-32-cloud-amd64");
        let new = release("6.12.117+deb13-cloud-amd64");
        assert!(old < new);
        assert!(release("6.1.0-50-cloud-amd64") < release("6.12.1+deb13-cloud-amd64"));
        assert!(release("6.1.0-9-cloud-amd64") < release("6.1.0-50-cloud-amd64"));
        assert_eq!(old.series(), "5.10");
        assert!(new.matches("6.12") && new.matches("newest") && !new.matches("6.1"));
    }

    #[test]
    fn other_packages_are_no_releases() {
        for name in ["cloud-amd64", "6.1.0-50-amd64", "6.1.0-50-cloud-amd64-dbg", "4.19.0-27-cloud-amd64", "7.4~rc1-cloud-amd64"] {
            assert_eq!(Release::parse(name), None, "{name}");
        }
    }
}
