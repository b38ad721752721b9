//! Runs clang.

use std::path::{Path, PathBuf};
use std::process::Command;

use corebone::{Error, ErrorKind, Result};

use super::{Arguments, Compiler, Diagnostic, Severity, depfile};
use crate::output::read;

/// What came out of a run of clang.
#[derive(Debug)]
pub(crate) struct Compilation {
    /// The object file's bytes; `None` if clang refused the source.
    pub(crate) object: Option<Vec<u8>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// All that clang wrote, for people.
    pub(crate) output: String,
    /// The files that it read, the source among them. Of a source that it refused, as many as it says.
    pub(crate) files: Vec<PathBuf>,
}

impl Compilation {
    /// Whether a header is missing.
    pub(crate) fn misses_header(&self) -> bool {
        self.object.is_none() && self.diagnostics.iter().any(|found| found.text.ends_with("file not found"))
    }
}

/// Compiles a source. The object file and the list of files that clang read are left in `directory`, under `name`.
pub(crate) fn compile(
    compiler: &Compiler,
    arguments: &Arguments,
    source: &Path,
    directory: &Path,
    name: &str,
) -> Result<Compilation> {
    let object = directory.join(format!("{name}.bpf.o"));
    let list = directory.join(format!("{name}.bpf.d"));
    // A list from the last run must not be taken for this one's, which clang may not come to write.
    let _ = std::fs::remove_file(&list);
    let mut command = Command::new(&compiler.path);
    command.args(arguments.to_vec(source)).arg("-o").arg(&object).args(["-MD", "-MF"]).arg(&list);
    let output = command.output().map_err(|error| {
        Error::with_source(ErrorKind::System, format!("cannot run clang, `{}`", compiler.path.display()), error)
    })?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let files = std::fs::read(&list).map(|rule| depfile::parse(&String::from_utf8_lossy(&rule)));
    let mut files = files.unwrap_or_default();
    if files.is_empty() {
        files.push(source.to_owned());
    }
    let object = if output.status.success() { Some(read(&object)?) } else { None };
    let mut diagnostics = Diagnostic::parse(&text);
    for diagnostic in &mut diagnostics {
        // Those of the machine itself are there wherever Rust can link; those of others mostly aren't.
        if diagnostic.text.starts_with("'asm/") && diagnostic.text.ends_with("file not found") {
            let note = format!(
                "the kernel's headers for {} are missing: install them (Debian: `linux-libc-dev` of that architecture, or \
                 `linux-libc-dev-...-cross`), or include `vmlinux.h`, which needs none",
                arguments.target.name()
            );
            diagnostic.notes.push((String::new(), note));
        }
    }
    if object.is_none() && diagnostics.iter().all(|found| found.severity != Severity::Error) {
        let text = format!("clang failed ({}) without saying why: {}", output.status, text.trim());
        diagnostics.push(Diagnostic { severity: Severity::Error, place: String::new(), text, notes: Vec::new() });
    }
    Ok(Compilation { object, diagnostics, output: text, files })
}
