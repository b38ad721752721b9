//! Kernels in the cache, a folder each: `kernels/RELEASE/{vmlinuz,config,btf}`, and of those that are never booted
//! `types/RELEASE/btf`.

use std::cmp::Ordering;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::archive::{Architecture, Archive};
use crate::image;

/// What `uname -r` says in a kernel, ordered by its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    name: String,
    numbers: Vec<u64>,
}

impl Release {
    /// The release with that name, if it is one that this crate wants of the architecture: a released kernel, 5.10 or newer.
    pub fn parse(name: &str, architecture: Architecture) -> Option<Self> {
        let version = name.strip_suffix(architecture.flavor)?;
        // What isn't a number after a hyphen belongs to another flavor.
        let other = version.split('-').skip(1).any(|part| !part.starts_with(|c: char| c.is_ascii_digit()));
        if version.contains("rc") || other {
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

    /// A file with its types, taken out of the image when it is first asked for.
    pub fn btf(&self) -> Result<PathBuf> {
        let path = self.folder.join("btf");
        if !path.exists() {
            let types = image::types(&self.image())?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(&types)?;
            file.persist(&path)?;
        }
        Ok(path)
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
            .filter_map(|entry| {
                Some(Kernel { release: Release::parse(entry.file_name().to_str()?, Architecture::AMD64)?, folder: entry.path() })
            })
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
        let archive = Archive::read(&self.folder.join("apt"), Architecture::AMD64)?;
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
        let ready = self.unpack(archive, &kernel.release)?;
        for old in self.kernels().iter().filter(|old| old.release.series() == kernel.release.series()) {
            fs::remove_dir_all(&old.folder).with_context(|| format!("can't remove `{}`", old.folder.display()))?;
        }
        fs::rename(ready.path(), &kernel.folder).with_context(|| format!("can't create `{}`", kernel.folder.display()))?;
        Ok(kernel)
    }

    /// A new folder with a kernel's `vmlinuz` and, if the archive still has it, `config`.
    fn unpack(&self, archive: &Archive, release: &Release) -> Result<TempDir> {
        let unpacked = tempfile::tempdir_in(&self.folder)?;
        let ready = tempfile::tempdir_in(&self.folder)?;
        // Older packages hold all in `linux-image`; newer ones have the image in `linux-binary`, the configuration in `linux-base`.
        for part in ["image", "binary", "base"] {
            archive.unpack(&format!("linux-{part}-{release}"), unpacked.path())?;
            let take = |name: &str, found: Option<PathBuf>| -> Result<bool> {
                let to = ready.path().join(name);
                match found {
                    Some(from) if !to.exists() => fs::copy(from, &to).map(|_| ())?,
                    _ => {}
                }
                Ok(to.exists())
            };
            // Where kernels aren't compressed, the image is called `vmlinux`.
            let image = match find(unpacked.path(), "vmlinuz")? {
                None => find(unpacked.path(), "vmlinux")?,
                found => found,
            };
            if take("vmlinuz", image)? & take("config", find(unpacked.path(), "config")?)? {
                break;
            }
        }
        if !ready.path().join("vmlinuz").exists() {
            bail!("no kernel image in the packages of `{release}`");
        }
        Ok(ready)
    }

    /// Files with the types of another architecture's kernels that are in the cache, each with its release.
    pub fn types(&self, architecture: Architecture) -> Vec<(Release, PathBuf)> {
        let entries = fs::read_dir(self.folder.join("types")).into_iter().flatten().flatten();
        let mut types: Vec<(Release, PathBuf)> = entries
            .filter_map(|entry| Some((Release::parse(entry.file_name().to_str()?, architecture)?, entry.path().join("btf"))))
            .filter(|(_, path)| path.exists())
            .collect();
        types.sort_by(|a, b| a.0.cmp(&b.0));
        types
    }

    /// Puts the types of the newest kernel of an architecture into the cache; only where there are none, as for a test any will do.
    pub fn fetch_types(&self, architecture: Architecture) -> Result<Vec<(Release, PathBuf)>> {
        let there = self.types(architecture);
        if !there.is_empty() {
            return Ok(there);
        }
        let archive = Archive::read(&self.folder.join(format!("apt-{}", architecture.name)), architecture)?;
        let release = archive.newest("newest")?;
        let unpacked = self.unpack(&archive, &release)?;
        let types = image::types(&unpacked.path().join("vmlinuz"))?;
        let ready = tempfile::tempdir_in(&self.folder)?;
        fs::write(ready.path().join("btf"), types)?;
        let folder = self.folder.join("types").join(&release.name);
        fs::create_dir_all(self.folder.join("types"))?;
        fs::rename(ready.path(), &folder).with_context(|| format!("can't create `{}`", folder.display()))?;
        Ok(self.types(architecture))
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
        let release = |name| Release::parse(name, Architecture::AMD64).expect(name);
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
        let [arm64, ..] = Architecture::OTHERS;
        assert!(Release::parse("7.3.4+deb13-arm64", arm64).is_some());
        assert_eq!(Release::parse("7.3.4+deb13-cloud-arm64", arm64), None);
        for name in [
            "cloud-amd64",
            "6.1.0-50-rt-cloud-amd64",
            "6.1.0-50-amd64",
            "6.1.0-50-cloud-amd64-dbg",
            "4.19.0-27-cloud-amd64",
            "7.4~rc1-cloud-amd64",
        ] {
            assert_eq!(Release::parse(name, Architecture::AMD64), None, "{name}");
        }
    }
}
