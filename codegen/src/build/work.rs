//! Compiling, linking and generating, of one object after another.

use std::path::{Path, PathBuf};

use corebone::{Error, ErrorKind, Result};

use super::directories::Directories;
use super::sources::stem;
use crate::cargo::Message;
use crate::clang::{Arguments, Compiler, Severity, compile};
use crate::linked::Linked;
use crate::model::Wanted;
use crate::package::Surroundings;
use crate::skeleton::{Skeleton, generate_with};

/// The making of skeletons, once it is clear how.
pub(super) struct Work<'a> {
    pub(super) compiler: Compiler,
    pub(super) arguments: Arguments,
    pub(super) surroundings: Surroundings,
    pub(super) directories: Directories,
    pub(super) source_lines: bool,
    pub(super) wanted: Wanted,
    /// Names of the C types in skeletons.
    pub(super) types: Vec<String>,
    pub(super) messages: &'a mut Vec<Message>,
}

impl Work<'_> {
    /// Compiles the sources of an object, links them and makes its skeleton.
    pub(super) fn build(&mut self, sources: &[PathBuf], name: &str) -> Result<Skeleton> {
        let mut objects = Vec::new();
        let mut failure = None;
        for source in sources {
            let unit = if let [_] = sources { name.to_owned() } else { format!("{name}.{}", stem(source)?) };
            match self.compile(source, &unit) {
                Ok(object) => objects.push((source.display().to_string(), object)),
                Err(error) if failure.is_none() => failure = Some(error),
                Err(error) => self.messages.push(Message::of(&error)),
            }
        }
        if let Some(error) = failure {
            return Err(error);
        }
        let shown = list(sources.iter().map(|source| format!("`{}`", source.display())));
        let within = |error: Error| error.context(format!("cannot make a skeleton of {shown}"));
        let objects: Vec<_> = objects.iter().map(|(source, object)| (source.as_str(), object.as_slice())).collect();
        let linked = Linked::from_elfs(name, &objects).map_err(within)?;
        self.messages.extend(linked.warnings().iter().map(|text| Message::Warning(format!("{}: {text}", shown.replace('`', "")))));
        let files = list(sources.iter().map(|source| source.file_name().unwrap_or_default().to_string_lossy().into_owned()));
        let generated = linked.with_object(|object| generate_with(object, &files, self.source_lines, &self.wanted));
        let (skeleton, types) = generated.map_err(within)?;
        self.types.extend(types);
        Ok(skeleton)
    }

    /// Compiles a source. What clang writes is called `unit`.
    fn compile(&mut self, source: &Path, unit: &str) -> Result<Vec<u8>> {
        let Self { compiler, arguments, surroundings, directories, messages, .. } = self;
        let mut compilation = compile(compiler, arguments, source, &directories.work, unit)?;
        // It may be in another package, which to find out takes longer than most of clang's work.
        if compilation.misses_header() && surroundings.ask()? {
            arguments.include_dirs.extend(surroundings.include_dirs());
            compilation = compile(compiler, arguments, source, &directories.work, unit)?;
        }
        if compilation.misses_header() {
            let looked = surroundings.exporters().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            if let Some(last) = compilation.diagnostics.last_mut().filter(|_| !looked.is_empty()) {
                last.notes.push((String::new(), format!("also looked in the headers that these packages export: {looked}")));
            }
        }
        messages.extend(compilation.diagnostics.iter().map(Message::from));
        // What this very build wrote would look changed since it began, and be built again and again.
        let read = compilation.files.into_iter().filter(|file| file != source && !file.starts_with(&directories.headers));
        messages.extend(read.map(Message::File));
        compilation.object.ok_or_else(|| {
            // With the source lines that the messages to cargo leave out.
            eprint!("{}", compilation.output);
            let errors = compilation.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
            let errors = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
            Error::new(ErrorKind::InvalidInput, format!("cannot compile `{}`: {errors}", source.display()))
        })
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
