//! Where a kernel's configuration is read from.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::error::Context;
use crate::kconfig::{decompress, is_gzip};
use crate::{Error, ErrorKind, Result};

/// Distributions' configurations have 250 KB; more than this is none.
const LONGEST: usize = 16 << 20;

/// A configuration as text, and what to call it in a message.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) text: Cow<'static, [u8]>,
    pub(crate) origin: String,
}

/// A source of configuration, read when it is first needed.
#[derive(Debug)]
pub(crate) enum ConfigSource {
    /// Text of the caller's.
    Text(Config),
    /// A file of the caller's, which must be there.
    File { path: PathBuf, config: OnceLock<Config> },
    /// Places where a system may have it: the first that can be read counts, and none is no error.
    #[cfg(any(feature = "load", test))]
    Places { paths: Vec<PathBuf>, config: OnceLock<Config> },
}

impl ConfigSource {
    #[inline]
    pub(super) fn text(text: Cow<'static, str>) -> Self {
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Self::Text(Config { text, origin: "the configuration text given".to_owned() })
    }

    pub(super) fn file(path: PathBuf) -> Self {
        Self::File { path, config: OnceLock::new() }
    }

    #[cfg(any(feature = "load", test))]
    pub(super) fn places(paths: Vec<PathBuf>) -> Self {
        Self::Places { paths, config: OnceLock::new() }
    }

    /// The configuration; `None` if none of the places has it.
    ///
    /// # Errors
    ///
    /// If the caller's file can't be read, or if what was found is damaged.
    #[inline]
    pub(crate) fn config(&self) -> Result<Option<&Config>> {
        let (paths, cell, required) = match self {
            Self::Text(config) => return Ok(Some(config)),
            Self::File { path, config } => (std::slice::from_ref(path), config, true),
            #[cfg(any(feature = "load", test))]
            Self::Places { paths, config } => (paths.as_slice(), config, false),
        };
        if let Some(config) = cell.get() {
            return Ok(Some(config));
        }
        for path in paths {
            match read(path) {
                Ok(bytes) => {
                    let origin = format!("`{}`", path.display());
                    let text = plain(bytes).context(|| format!("cannot use the kernel configuration {origin}"))?;
                    return Ok(Some(cell.get_or_init(|| Config { text: text.into(), origin })));
                }
                Err(error) if required => return Err(unreadable(path, error)),
                Err(_) => {}
            }
        }
        Ok(None)
    }

    /// What a message calls the place that the configuration is from, or the places that it was looked for in.
    #[inline]
    pub(crate) fn origins(&self) -> Vec<String> {
        let (paths, cell) = match self {
            Self::Text(config) => return vec![config.origin.clone()],
            Self::File { path, config } => (std::slice::from_ref(path), config),
            #[cfg(any(feature = "load", test))]
            Self::Places { paths, config } => (paths.as_slice(), config),
        };
        match cell.get() {
            Some(config) => vec![config.origin.clone()],
            None => paths.iter().map(|path| format!("`{}`", path.display())).collect(),
        }
    }
}

/// One byte more than is allowed, so that too much can be told.
#[inline]
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[inline]
fn plain(bytes: Vec<u8>) -> Result<Vec<u8>> {
    if bytes.len() > LONGEST {
        return Err(Error::new(ErrorKind::InvalidData, format!("it has more than {LONGEST} bytes")));
    }
    if is_gzip(&bytes) { decompress(&bytes, LONGEST) } else { Ok(bytes) }
}

#[inline]
fn unreadable(path: &Path, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::System,
    };
    Error::with_source(kind, format!("cannot read the kernel configuration `{}`", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kconfig::compress;
    use crate::kernel::tests::Folder;

    const TEXT: &[u8] = b"CONFIG_HZ=250\n";

    fn error(source: &ConfigSource) -> String {
        format!("{:#}", source.config().expect_err("no configuration"))
    }

    #[test]
    fn files_are_plain_or_compressed() {
        let folder = Folder::new();
        for contents in [TEXT.to_vec(), compress(TEXT, 0)] {
            let path = folder.file("config", &contents);
            let source = ConfigSource::file(path.clone());
            let origin = format!("`{}`", path.display());
            assert_eq!(source.origins(), std::slice::from_ref(&origin));
            let config = source.config().expect("readable").expect("there");
            assert_eq!(*config.text, *TEXT);
            assert_eq!(config.origin, origin);
            std::fs::remove_file(path).expect("own file");
            assert!(source.config().expect("kept").is_some());
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let folder = Folder::new();
        let path = folder.path("nothing");
        let source = ConfigSource::file(path.clone());
        let why = "No such file or directory (os error 2)";
        assert_eq!(error(&source), format!("cannot read the kernel configuration `{}`: {why}", path.display()));
        assert_eq!(source.config().expect_err("missing").kind(), ErrorKind::NotFound);

        let compressed = compress(TEXT, 0);
        let path = folder.file("config.gz", &compressed[..compressed.len() - 9]);
        let why = "the gzip file is damaged or cut short";
        assert_eq!(
            error(&ConfigSource::file(path.clone())),
            format!("cannot use the kernel configuration `{}`: {why}", path.display())
        );

        let path = folder.file("config", &vec![b'#'; LONGEST + 1]);
        let why = "it has more than 16777216 bytes";
        assert_eq!(
            error(&ConfigSource::file(path.clone())),
            format!("cannot use the kernel configuration `{}`: {why}", path.display())
        );

        let path = folder.file("config", &compress(&vec![b'#'; LONGEST + 1], 0));
        let why = "the gzip file holds more than 16777216 bytes";
        assert_eq!(
            error(&ConfigSource::file(path.clone())),
            format!("cannot use the kernel configuration `{}`: {why}", path.display())
        );
    }

    #[test]
    fn the_first_place_that_can_be_read_counts() {
        let folder = Folder::new();
        let (nothing, own) = (folder.path("nothing"), folder.path("."));
        let first = folder.file("first", TEXT);
        let second = folder.file("second", b"CONFIG_HZ=1000\n");
        let source = ConfigSource::places(vec![nothing.clone(), own, first.clone(), second]);
        assert_eq!(*source.config().expect("readable").expect("there").text, *TEXT);
        assert_eq!(source.origins(), [format!("`{}`", first.display())]);

        let source = ConfigSource::places(vec![nothing.clone()]);
        assert!(source.config().expect("no error").is_none());
        assert_eq!(source.origins(), [format!("`{}`", nothing.display())]);
    }
}
