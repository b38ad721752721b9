//! The error type.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

/// Result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, coarsely: for code that decides, where the text is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The kernel or the file system refused for want of privilege.
    PermissionDenied,
    /// Something that was asked for by name isn't there: a file, a function, a tracepoint, a key.
    NotFound,
    /// A value given by the caller can't be used.
    InvalidInput,
    /// Bytes from outside (BTF, configuration, events) are not what they should be.
    InvalidData,
    /// This kernel can't do it.
    Unsupported,
    /// A CO-RE relocation can't be made for this kernel.
    Relocation,
    /// A Kconfig extern can't be resolved for this kernel.
    Kconfig,
    /// A symbol or function of the kernel (`__ksym`) that a program refers to can't be had.
    Symbol,
    /// The verifier rejected a program; see [`Error::verifier_log`].
    Verifier,
    /// A system call failed in another way.
    System,
}

/// An error, with the steps that led to it.
///
/// `{}` is one line: what failed and what to do. `{:#}` is the whole chain on one line, `{:?}` the chain with a line for each step and,
/// of a program that the verifier rejected, the last lines of its log.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync + 'static>>,
    log: Option<Box<str>>,
}

// What is in it can't be changed any more by who has it, so that no panic leaves it half changed. Handles have errors in them.
impl UnwindSafe for Inner {}
impl RefUnwindSafe for Inner {}

impl Error {
    /// An error of a kind, with a text for people.
    // Never inlined, like what follows: there are hundreds of calls, each of which is on its way to fail.
    #[cold]
    #[inline(never)]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::make(kind, message.into(), None)
    }

    #[cold]
    #[inline(never)]
    fn make(kind: ErrorKind, message: Cow<'static, str>, source: Option<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Box::new(Inner { kind, message, source, log: None }))
    }

    /// An error that another one caused.
    #[cold]
    #[inline(never)]
    pub fn with_source(
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self::make(kind, message.into(), Some(Box::new(source)))
    }

    /// The same failure seen from one step further out: what was being done when it happened. The kind stays.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn context(self, message: impl Into<Cow<'static, str>>) -> Self {
        let kind = self.kind();
        Self::make(kind, message.into(), Some(Box::new(self)))
    }

    /// Adds the verifier's whole log.
    #[must_use]
    pub fn with_verifier_log(mut self, log: impl Into<Box<str>>) -> Self {
        self.0.log = Some(log.into());
        self
    }

    /// Adds to the text.
    #[cfg(feature = "load")]
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        self.0.message = format!("{}; {note}", self.0.message).into();
        self
    }

    /// What went wrong, coarsely.
    #[inline]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The verifier's whole log, if a program was rejected.
    pub fn verifier_log(&self) -> Option<&str> {
        if let Some(log) = &self.0.log {
            return Some(log);
        }
        let source = self.0.source.as_deref()?;
        source.downcast_ref::<Self>()?.verifier_log()
    }

    /// The number of the system's error at the root of the chain, if there is one.
    #[inline]
    pub fn raw_os_error(&self) -> Option<i32> {
        let mut next: Option<&(dyn StdError + 'static)> = self.source();
        while let Some(error) = next {
            if let Some(number) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error) {
                return Some(number);
            }
            next = error.source();
        }
        None
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if f.alternate() {
            let mut next = self.source();
            while let Some(error) = next {
                write!(f, ": {error}")?;
                next = error.source();
            }
        }
        Ok(())
    }
}

/// How much of a log a person wants to see before the terminal has scrolled by.
const LOG_LINES: usize = 40;

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        let mut next = self.source();
        while let Some(error) = next {
            write!(f, "\n  caused by: {error}")?;
            next = error.source();
        }
        if let Some(log) = self.verifier_log() {
            let lines = log.lines().count();
            let skipped = lines.saturating_sub(LOG_LINES);
            f.write_str("\n\nverifier log")?;
            if skipped > 0 {
                write!(f, ", last {LOG_LINES} of {lines} lines")?;
            }
            f.write_str(":")?;
            for line in log.lines().skip(skipped) {
                write!(f, "\n{line}")?;
            }
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.0.source.as_deref()?;
        Some(source)
    }
}

/// Adds what was being done to an error on its way out.
pub(crate) trait Context<T> {
    /// [`Error::context`] with a text that is only made if it is needed.
    fn context(self, message: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for Result<T> {
    fn context(self, message: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| error.context(message()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Error {
        let io = std::io::Error::from_raw_os_error(2);
        Error::with_source(ErrorKind::NotFound, "cannot read `/proc/config.gz`", io).context("cannot open `runqslower`")
    }

    #[test]
    fn displays_one_line_or_the_chain() {
        assert_eq!(sample().to_string(), "cannot open `runqslower`");
        assert_eq!(
            format!("{:#}", sample()),
            "cannot open `runqslower`: cannot read `/proc/config.gz`: No such file or directory (os error 2)"
        );
        assert_eq!(format!("{:?}", sample()).lines().count(), 3);
    }

    #[test]
    fn keeps_kind_number_and_log() {
        let error = sample().with_verifier_log("0: R1=ctx()").context("outer");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.raw_os_error(), Some(2));
        assert_eq!(error.verifier_log(), Some("0: R1=ctx()"));
        assert!(format!("{error:?}").ends_with("verifier log:\n0: R1=ctx()"));
    }

    #[test]
    fn shows_the_end_of_long_logs() {
        let log = (1..=100).map(|line| format!("line {line}\n")).collect::<String>();
        let error = Error::new(ErrorKind::Verifier, "rejected").with_verifier_log(log);
        let text = format!("{error:?}");
        assert!(text.starts_with("rejected\n\nverifier log, last 40 of 100 lines:\nline 61\n"), "{text}");
        assert!(text.ends_with("\nline 100"), "{text}");
    }

    #[test]
    fn goes_to_other_threads_and_past_panics() {
        fn check<T: Send + Sync + UnwindSafe + RefUnwindSafe + 'static>() {}
        check::<Error>();
        #[cfg(feature = "load")]
        {
            check::<crate::Program>();
            check::<crate::OpenProgram>();
            check::<crate::Link>();
            check::<crate::Map>();
        }
    }
}
