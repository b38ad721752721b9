//! The way from C files to skeletons.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use corebone::nearest::Nearest;
use corebone::{Error, ErrorKind, Result};

use crate::cargo::{Environment, Message};
use crate::clang::{Arguments, Compiler, Severity, Target, compile};
use crate::include::{self, Vmlinux};
use crate::linked::Linked;
use crate::model::{Declared, Derive, Wanted, is_meant, tag};
use crate::output::{make_directory, write_if_changed};
use crate::package::Surroundings;
use crate::skeleton::{Skeleton, generate_with};

/// Compiles C files and generates a skeleton of each.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), corebone_build::Error> {
///     corebone_build::Builder::new()
///         .source("src/bpf/probe.bpf.c")
///         .include_dir("src/bpf/include")
///         .define("MAX_STACK", "32")
///         .build()?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing happens before `build`"]
pub struct Builder {
    objects: Vec<Sources>,
    include_dirs: Vec<PathBuf>,
    defines: Vec<(String, Option<String>)>,
    clang: Option<PathBuf>,
    clang_args: Vec<OsString>,
    vmlinux: Vmlinux,
    vmlinux_for: Vec<(String, Vmlinux)>,
    output_dir: Option<PathBuf>,
    target_arch: Option<String>,
    runtime_crate: Option<String>,
    source_lines: bool,
    derives: Vec<(String, String)>,
    types: Vec<String>,
    rust_types: Vec<(String, String)>,
}

impl Builder {
    /// Nothing to compile as yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A C file, which gets a skeleton of its own: `probe.skel.rs` of `probe.bpf.c`. A relative path is one from the directory of
    /// `Cargo.toml`, or from the `source-dir` that it names (see [the crate's documentation](crate#settings-in-cargotoml)).
    pub fn source(mut self, file: impl AsRef<Path>) -> Self {
        self.objects.push(Sources { name: None, files: vec![file.as_ref().to_owned()] });
        self
    }

    /// Several C files that are linked into one object and get one skeleton, `name.skel.rs`: functions, variables and maps that one
    /// declares `extern`, another defines.
    ///
    /// ```no_run
    /// # let builder = corebone_build::Builder::new();
    /// builder.object("probe", ["src/bpf/probe.bpf.c", "src/bpf/filter.bpf.c"])
    /// # ;
    /// ```
    ///
    /// The rules are those of libbpf's linker (`bpftool gen object`): of two definitions one must be `__weak`, and of several weak
    /// ones the first counts; what is `static` belongs to its file; all files that have a license have the same. Unlike there, a
    /// map may be declared in a file before the one that defines it (libbpf 1.7 then refuses the object that it has linked).
    pub fn object(mut self, name: &str, files: impl IntoIterator<Item = impl AsRef<Path>>) -> Self {
        let files = files.into_iter().map(|file| file.as_ref().to_owned()).collect();
        self.objects.push(Sources { name: Some(name.to_owned()), files });
        self
    }

    /// A directory with headers. Those of `<bpf/...>` and `vmlinux.h` are found without.
    pub fn include_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.include_dirs.push(directory.as_ref().to_owned());
        self
    }

    /// A macro, with a value or, for `None`, defined as 1.
    pub fn define<'a>(mut self, name: &str, value: impl Into<Option<&'a str>>) -> Self {
        self.defines.push((name.to_owned(), value.into().map(str::to_owned)));
        self
    }

    /// The clang to use, a path or a name in `PATH`. Without this, it is that of the environment's `CLANG`, or else `clang`, or
    /// else the newest `clang-N`; at least 14.
    pub fn clang(mut self, program: impl AsRef<Path>) -> Self {
        self.clang = Some(program.as_ref().to_owned());
        self
    }

    /// An argument for clang. It comes after the defaults (`-O2 -mcpu=v3 -std=gnu17 -Wall`), so it overrides them.
    pub fn clang_arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.clang_args.push(argument.as_ref().to_owned());
        self
    }

    /// Where the types in `vmlinux.h` come from. Without this, from the kernel of the machine that builds.
    pub fn vmlinux(mut self, source: Vmlinux) -> Self {
        self.vmlinux = source;
        self
    }

    /// As [`vmlinux`](Self::vmlinux), of one architecture, by the name that [`target_arch`](Self::target_arch) takes: registers, and what
    /// `#ifdef`s in the kernel's source decide, differ between architectures.
    ///
    /// ```no_run
    /// # use corebone_build::{Builder, Vmlinux};
    /// Builder::new()
    ///     .vmlinux_for("aarch64", Vmlinux::File("btf/arm64".into()))
    ///     .vmlinux_for("s390x", Vmlinux::File("btf/s390x".into()))
    /// # ;
    /// ```
    pub fn vmlinux_for(mut self, target_arch: &str, source: Vmlinux) -> Self {
        self.vmlinux_for.push((target_arch.to_owned(), source));
        self
    }

    /// Where the skeletons go. Without this, to cargo's `OUT_DIR`.
    pub fn output_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.output_dir = Some(directory.as_ref().to_owned());
        self
    }

    /// The architecture to compile for: the first part of a Rust target's name, as in `aarch64` or `powerpc64le`. Without this,
    /// that of cargo's target.
    pub fn target_arch(mut self, name: &str) -> Self {
        self.target_arch = Some(name.to_owned());
        self
    }

    /// The name by which the user's crate knows `corebone`. Without this, what `Cargo.toml` says: `bone`, if there is
    /// `bone = { package = "corebone", ... }`.
    pub fn runtime_crate(mut self, name: &str) -> Self {
        self.runtime_crate = Some(name.to_owned());
        self
    }

    /// Whether programs carry the text of their C source, which the verifier's log shows between instructions, as do tools such as
    /// `bpftool`. Without this they don't; file and line are there in any case. It is often as large as all else.
    pub fn source_lines(mut self, keep: bool) -> Self {
        self.source_lines = keep;
        self
    }

    /// Has a struct, union or enum of the C sources derive a trait more, by the path of its macro: `derive("event", "serde::Serialize")`.
    /// The type is named as in C, with or without the keyword, and a type without a tag by its typedef. In a skeleton of several
    /// sources that have it, each has it derive that.
    ///
    /// All types have `Clone`, `Copy`, `Default`, `Debug`, `PartialEq` and, without floats in them, `Eq`, `PartialOrd`, `Ord` and `Hash`.
    /// The macro sees the fields of the Rust struct, padding included.
    pub fn derive(mut self, c_type: &str, path: &str) -> Self {
        self.derives.push((c_type.to_owned(), path.to_owned()));
        self
    }

    /// Shows C types in skeletons although no map, global variable or event is of them: what a program puts into messages as bytes, say.
    /// They are named as for [`derive`](Self::derive). clang must have described them, which it does of types that something in the
    /// source uses; a variable, a parameter or `bpf_core_type_id_local()` is enough. In a skeleton of several sources that have it, each
    /// shows it.
    ///
    /// ```no_run
    /// # let builder = corebone_build::Builder::new();
    /// builder.types(["event", "enum reason"])
    /// # ;
    /// ```
    pub fn types<'a>(mut self, c_types: impl IntoIterator<Item = &'a str>) -> Self {
        self.types.extend(c_types.into_iter().map(str::to_owned));
        self
    }

    /// Has a Rust type of the user's stand for a struct, union or enum of the C sources, which is named as for [`derive`](Self::derive):
    /// maps, global variables and other types of skeletons are then of that type. So several skeletons can have one type in common, or
    /// have one with methods and traits of the user's.
    ///
    /// The type is written with its path, as seen from the skeleton: `crate::event::Event`, or `::events::types::event` of another crate.
    /// It is declared by [`corebone::c_type`] or [`corebone::c_enum`], by hand or in a skeleton. When it is compiled, rustc compares it with
    /// what C has: the size, and where fields of the same name lie, or the values of enumerators of the same name.
    ///
    /// ```no_run
    /// # let builder = corebone_build::Builder::new();
    /// builder.rust_type("struct event", "::events::types::event")
    /// # ;
    /// ```
    ///
    /// [`corebone::c_type`]: https://docs.rs/corebone/latest/corebone/attr.c_type.html
    /// [`corebone::c_enum`]: https://docs.rs/corebone/latest/corebone/attr.c_enum.html
    pub fn rust_type(mut self, c_type: &str, rust_type: &str) -> Self {
        self.rust_types.push((c_type.to_owned(), rust_type.to_owned()));
        self
    }

    /// Compiles, links and writes the skeletons. Returns their paths, in the order of the sources.
    ///
    /// In a build script it tells cargo which files and environment variables the result depends on, and forwards clang's errors
    /// and warnings.
    ///
    /// # Errors
    /// There is no clang that is new enough; clang refuses a source; a source does what isn't supported; a file can't be read or
    /// written.
    pub fn build(&self) -> Result<Vec<PathBuf>> {
        let environment = Environment::of_process()?;
        let mut messages = Vec::new();
        let result = self.run(&environment, &mut messages);
        for message in messages {
            if environment.cargo {
                println!("{}", message.to_cargo());
            } else if let Some(line) = message.to_person() {
                eprintln!("{line}");
            }
        }
        result
    }

    /// The source of types for an architecture.
    fn vmlinux_of(&self, target: Target) -> Result<&Vmlinux> {
        let mut chosen = &self.vmlinux;
        for (name, source) in &self.vmlinux_for {
            if Target::from_name(name)? == target {
                chosen = source;
            }
        }
        Ok(chosen)
    }

    /// All of it, but for telling.
    fn run(&self, environment: &Environment, messages: &mut Vec<Message>) -> Result<Vec<PathBuf>> {
        if self.clang.is_none() {
            messages.push(Message::Variable("CLANG"));
        }
        let directories = Directories::new(self.output_dir.as_deref(), environment)?;
        let surroundings = Surroundings::new(environment, &directories.work)?;
        let mut objects = self.objects.clone();
        for file in objects.iter_mut().flat_map(|object| &mut object.files) {
            *file = surroundings.source(file);
            messages.extend(file.exists().then(|| Message::File(file.clone())));
        }
        let names = names(&objects)?;
        let derives = self.derives.iter().map(|(c_type, path)| Derive::new(c_type, path)).collect::<Result<Vec<_>>>()?;
        let rust_types = self.rust_types.iter().map(|(c_type, rust)| Declared::new(c_type, rust)).collect::<Result<Vec<_>>>()?;
        let wanted = Wanted::new(derives, self.types.clone(), rust_types)?;
        let runtime_crate = self.runtime_crate.as_deref().or(surroundings.runtime_crate()).unwrap_or("corebone").to_owned();
        let compiler = Compiler::find(self.clang.as_deref())?;
        let target = self.target_arch.as_deref().map_or(Ok(environment.target), Target::from_name)?;
        let vmlinux = self.vmlinux_of(target)?;
        messages.extend(include::fill(&directories.headers, vmlinux, target, environment)?.map(Message::File));
        let extra = surroundings.clang_args().iter().map(OsString::from).chain(self.clang_args.iter().cloned()).collect();
        let arguments = Arguments {
            target,
            headers: vec![directories.headers.clone()],
            include_dirs: [self.include_dirs.clone(), surroundings.include_dirs()].concat(),
            defines: self.defines.clone(),
            extra,
        };

        let mut work = Work {
            compiler,
            arguments,
            surroundings,
            directories,
            source_lines: self.source_lines,
            wanted,
            types: vec![],
            messages,
        };
        let mut skeletons = Vec::new();
        let mut failure = None;
        // All of them, so that all errors are seen at once.
        for (object, name) in objects.iter().zip(&names) {
            let built = work.build(&object.files, name);
            match built.and_then(|skeleton| work.directories.write(name, skeleton.with_runtime_crate(&runtime_crate))) {
                Ok(skeleton) => skeletons.push(skeleton),
                Err(error) if failure.is_none() => failure = Some(error),
                Err(error) => work.messages.push(Message::Error(format!("{error:#}"))),
            }
        }
        let Work { surroundings, wanted, types, messages, .. } = work;
        messages.extend(surroundings.manifests().into_iter().map(Message::File));
        failure.map_or(Ok(skeletons), Err).and_then(|skeletons| met(&wanted, &types).map(|()| skeletons))
    }
}

/// Checks that each type of which something is wanted is there.
fn met(wanted: &Wanted, types: &[String]) -> Result<()> {
    let derives = wanted.derives.iter().map(|derive| ("derive", derive.c_type.as_str()));
    let rust_types = wanted.rust_types.iter().map(|declared| ("rust_type", declared.c_type.as_str()));
    let mut all = wanted.types.iter().map(|c_type| ("types", c_type.as_str())).chain(derives).chain(rust_types);
    let missing = all.find(|(_, c_type)| !types.iter().any(|name| is_meant(c_type, name)));
    missing.map_or(Ok(()), |(method, c_type)| {
        let hint = match (Nearest::among(tag(c_type), types.iter().map(|name| tag(name))), method) {
            (Some(name), _) => format!("the nearest is `{name}`"),
            (None, "types") => "clang describes only types that something in the source uses".to_owned(),
            (None, _) => "only types of maps, global variables and events are, and those of `Builder::types`".to_owned(),
        };
        Err(input(format!("`Builder::{method}`: no C type `{c_type}` is in a skeleton; {hint}")))
    })
}

/// The C files of an object.
#[derive(Clone, Debug)]
struct Sources {
    /// What it is to be called; if it isn't said, as its only file.
    name: Option<String>,
    files: Vec<PathBuf>,
}

/// Where things are written.
struct Directories {
    /// Skeletons.
    output: PathBuf,
    /// What clang writes.
    work: PathBuf,
    /// What programs include.
    headers: PathBuf,
}

impl Directories {
    fn new(chosen: Option<&Path>, environment: &Environment) -> Result<Self> {
        let output = chosen.or(environment.out_dir.as_deref()).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                "no place to write to: outside of a build script, where cargo sets `OUT_DIR`, use `Builder::output_dir`",
            )
        })?;
        let work = environment.out_dir.as_deref().unwrap_or(output);
        make_directory(output)?;
        make_directory(work)?;
        Ok(Self { output: output.to_owned(), work: work.to_owned(), headers: work.join("include") })
    }

    /// Writes a skeleton's two files. Returns the path of the one that the user includes.
    fn write(&self, name: &str, skeleton: Skeleton) -> Result<PathBuf> {
        let path = self.output.join(format!("{name}.skel.rs"));
        write_if_changed(&self.output.join(format!("{name}.skel.bin")), &skeleton.bytes)?;
        write_if_changed(&path, skeleton.source.as_bytes())?;
        Ok(path)
    }
}

/// The making of skeletons, once it is clear how.
struct Work<'a> {
    compiler: Compiler,
    arguments: Arguments,
    surroundings: Surroundings,
    directories: Directories,
    source_lines: bool,
    wanted: Wanted,
    /// Names of the C types in skeletons.
    types: Vec<String>,
    messages: &'a mut Vec<Message>,
}

impl Work<'_> {
    /// Compiles the sources of an object, links them and makes its skeleton.
    fn build(&mut self, sources: &[PathBuf], name: &str) -> Result<Skeleton> {
        let mut objects = Vec::new();
        let mut failure = None;
        for source in sources {
            let unit = if let [_] = sources { name.to_owned() } else { format!("{name}.{}", stem(source)?) };
            match self.compile(source, &unit) {
                Ok(object) => objects.push((source.display().to_string(), object)),
                Err(error) if failure.is_none() => failure = Some(error),
                Err(error) => self.messages.push(Message::Error(format!("{error:#}"))),
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

/// Names of the objects: what they are called or, of a single file, its name without extensions. No two can be the same.
fn names(objects: &[Sources]) -> Result<Vec<String>> {
    if objects.is_empty() {
        return Err(input("nothing to compile: use `Builder::source`".to_owned()));
    }
    let mut names: Vec<String> = Vec::new();
    for Sources { name, files } in objects {
        let stems = files.iter().map(|file| stem(file)).collect::<Result<Vec<_>>>()?;
        let name = match (name, stems.first()) {
            (Some(name), None) => return Err(input(format!("object `{name}` has no sources"))),
            (Some(name), _) if name.is_empty() || name.contains(['/', '\\']) => {
                return Err(input(format!("`{name}` can't be the name of an object: it is that of its skeleton's file")));
            }
            (Some(name), _) => name.clone(),
            (None, stem) => stem.cloned().unwrap_or_default(),
        };
        if let Some(stem) =
            stems.iter().enumerate().find_map(|(index, stem)| stems.iter().skip(index + 1).find(|&other| other == stem))
        {
            return Err(input(format!("two sources of object `{name}` are named `{stem}`")));
        }
        if names.contains(&name) {
            return Err(input(format!("two sources are named `{name}`, so that one's skeleton would overwrite the other's")));
        }
        names.push(name);
    }
    Ok(names)
}

/// A C file's name without extensions.
fn stem(source: &Path) -> Result<String> {
    let file = source.file_name().and_then(OsStr::to_str);
    let name = file.map(|file| file.strip_suffix(".c").unwrap_or(file)).map(|file| file.strip_suffix(".bpf").unwrap_or(file));
    let name = name.filter(|name| !name.is_empty());
    name.map(str::to_owned).ok_or_else(|| input(format!("`{}` is not the name of a C file", source.display())))
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn input(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::compilers::{Clang, Scratch};

    fn named(sources: &[&str]) -> Result<Vec<String>> {
        names(&sources.iter().map(|file| Sources { name: None, files: vec![file.into()] }).collect::<Vec<_>>())
    }

    #[test]
    fn names_are_the_files_without_extensions() {
        assert_eq!(named(&["src/bpf/a.bpf.c", "b.c", "c.v2.bpf.c"]).unwrap(), ["a", "b", "c.v2"]);
        let error = |sources: &[&str]| named(sources).unwrap_err().to_string();
        assert_eq!(error(&[]), "nothing to compile: use `Builder::source`");
        assert_eq!(error(&["src/.."]), "`src/..` is not the name of a C file");
        assert_eq!(error(&["a/x.bpf.c", "b/x.c"]), "two sources are named `x`, so that one's skeleton would overwrite the other's");
        let object = |name: &str, files: &[&str]| {
            let object = Sources { name: Some(name.to_owned()), files: files.iter().map(PathBuf::from).collect() };
            names(&[object]).map_err(|error| error.to_string())
        };
        assert_eq!(object("whole", &["a.bpf.c", "b.c"]).unwrap(), ["whole"]);
        assert_eq!(object("whole", &[]).unwrap_err(), "object `whole` has no sources");
        assert_eq!(object("whole", &["a/x.c", "b/x.bpf.c"]).unwrap_err(), "two sources of object `whole` are named `x`");
        assert_eq!(object("a/b", &["x.c"]).unwrap_err(), "`a/b` can't be the name of an object: it is that of its skeleton's file");
    }

    #[test]
    fn several_sources_make_one_skeleton() {
        for clang in Clang::all("several_sources_make_one_skeleton") {
            let project = Project::new("several");
            let other = "int shared = 2;\n__attribute__((noinline)) int other(int x)\n{\n\treturn x * shared;\n}\n";
            fs::write(project.0.file("other.c"), other).unwrap();
            let caller =
                "int other(int x);\nextern int shared;\nSEC(\"xdp\") int second(void *ctx)\n{\n\treturn other(shared);\n}\n";
            fs::write(project.0.file("probe.bpf.c"), format!("{PROGRAM}{caller}")).unwrap();
            let files = [project.0.file("probe.bpf.c"), project.0.file("other.c")];
            let builder = Builder::new().object("whole", files).include_dir(project.0.file("include")).define("LIMIT", "7");
            let (result, messages) = project.run(&builder.clang(clang.program()));
            assert_eq!(result.unwrap(), [project.0.path().join("out/whole.skel.rs")], "{messages:?}");
            let source = String::from_utf8(project.read("out/whole.skel.rs")).unwrap();
            assert!(source.contains("The skeleton of probe.bpf.c, other.c, "), "{source}");
            assert!(source.contains("/// `int shared`"), "{source}");
            assert!(messages.contains(&Message::File(project.0.file("other.c").into())), "{messages:?}");
        }
    }

    const PROGRAM: &str = r#"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "shared.h"
char LICENSE[] SEC("license") = "GPL";
const volatile int limit = LIMIT;
SEC("xdp") int check(void *ctx)
{
	return in_header(limit);
}
"#;
    const HEADER: &str = "static __noinline int in_header(int x)\n{\n\treturn bpf_get_smp_processor_id() < x;\n}\n";

    /// A project in a directory of its own.
    struct Project(Scratch);

    impl Project {
        fn new(name: &str) -> Self {
            let scratch = Scratch::new(name);
            fs::create_dir_all(scratch.path().join("include")).unwrap();
            fs::write(scratch.file("include/shared.h"), HEADER).unwrap();
            fs::write(scratch.file("probe.bpf.c"), PROGRAM).unwrap();
            Self(scratch)
        }

        fn builder(&self, clang: &Clang) -> Builder {
            Builder::new()
                .source(self.0.file("probe.bpf.c"))
                .include_dir(self.0.file("include"))
                .define("LIMIT", "7")
                .clang(clang.program())
        }

        fn run(&self, builder: &Builder) -> (Result<Vec<PathBuf>>, Vec<Message>) {
            let out_dir = Some(self.0.path().join("out"));
            let environment = Environment { cargo: true, out_dir, ..Environment::of_process().unwrap() };
            let mut messages = Vec::new();
            let result = builder.run(&environment, &mut messages);
            (result, messages)
        }

        fn read(&self, name: &str) -> Vec<u8> {
            fs::read(self.0.file(name)).unwrap()
        }
    }

    #[test]
    fn tells_what_was_read_and_writes_what_changed() {
        for clang in Clang::all("tells_what_was_read_and_writes_what_changed") {
            let project = Project::new("tells");
            let (result, messages) = project.run(&project.builder(&clang));
            let skeleton = project.0.file("out/probe.skel.rs");
            assert_eq!(result.unwrap(), [PathBuf::from(&skeleton)]);
            let told = |file: &str| messages.contains(&Message::File(project.0.file(file).into()));
            assert!(told("probe.bpf.c") && told("include/shared.h"), "{messages:?}");
            let files: Vec<_> = messages.iter().map(Message::to_cargo).collect();
            // cargo would build again and again for what this very build wrote.
            assert!(files.iter().all(|line| line.starts_with("cargo::rerun-if-changed=") && !line.contains("/out/")), "{files:?}");

            let written = fs::metadata(&skeleton).unwrap().modified().unwrap();
            project.run(&project.builder(&clang)).0.unwrap();
            assert_eq!(fs::metadata(&skeleton).unwrap().modified().unwrap(), written);
        }
    }

    #[test]
    fn the_same_bytes_in_any_directory() {
        for clang in Clang::all("the_same_bytes_in_any_directory") {
            let projects = ["here", "somewhere-else"].map(|name| Project::new(&format!("same-{name}")));
            for name in ["out/probe.skel.rs", "out/probe.skel.bin"] {
                let [one, other] = projects.each_ref().map(|project| {
                    project.run(&project.builder(&clang)).0.unwrap();
                    project.read(name)
                });
                assert!(one == other, "{name} depends on the directory with clang {}", clang.version);
                let bytes = String::from_utf8_lossy(&one);
                let path = projects[0].0.path().to_str().unwrap();
                assert!(!bytes.contains(path), "{name} has `{path}` in it with clang {}", clang.version);
            }
        }
    }

    #[test]
    fn the_text_of_the_source_is_kept_if_asked_for() {
        for clang in Clang::all("the_text_of_the_source_is_kept_if_asked_for") {
            let project = Project::new("text");
            for keep in [false, true] {
                project.run(&project.builder(&clang).source_lines(keep)).0.unwrap();
                let bytes = project.read("out/probe.skel.bin");
                let bytes = String::from_utf8_lossy(&bytes);
                // A line of a header, although nothing says where it is.
                assert_eq!(bytes.contains("return bpf_get_smp_processor_id() < x;"), keep);
                assert!(bytes.contains("probe.bpf.c"));
            }
        }
    }

    #[test]
    fn types_derive_what_is_wanted() {
        for clang in Clang::all("types_derive_what_is_wanted") {
            let project = Project::new("derive");
            let source = "struct event { int pid; };\ntypedef struct { enum reason { LATE } why; } note;\nstruct event event;\nnote note_;\n";
            fs::write(project.0.file("probe.bpf.c"), source).unwrap();
            let builder = project.builder(&clang);
            let wanted =
                builder.clone().derive("struct event", "serde::Serialize").derive("event", "Other").derive("note", "Other");
            project.run(&wanted.derive("reason", "::other::Third")).0.unwrap();
            let skeleton = String::from_utf8(project.read("out/probe.skel.rs")).unwrap();
            for line in [
                "    #[derive(serde::Serialize, Other)]\n    pub struct event {",
                "    #[derive(Other)]\n    pub struct note {",
                "    #[derive(::other::Third)]\n    pub enum reason {",
            ] {
                assert!(skeleton.contains(line), "{skeleton}");
            }
            let error = |builder: Builder| project.run(&builder).0.unwrap_err().to_string();
            assert_eq!(
                error(builder.clone().derive("evnt", "Other")),
                "`Builder::derive`: no C type `evnt` is in a skeleton; the nearest is `event`"
            );
            assert_eq!(
                error(builder.derive("event", "serde Serialize")),
                "`serde Serialize` is no path of a derive macro for `event`: write it as in Rust, as `serde::Serialize`"
            );
        }
    }

    #[test]
    fn types_are_the_user_s_own() {
        for clang in Clang::all("types_are_the_user_s_own") {
            let project = Project::new("own");
            let source =
                "enum reason { LATE };\nstruct event { enum reason why; };\nunion value { int x; } value;\nstruct event event;\n";
            fs::write(project.0.file("probe.bpf.c"), source).unwrap();
            let builder = project.builder(&clang).rust_type("struct event", "crate::Event").rust_type("reason", "::other::reason");
            project.run(&builder.clone().rust_type("value", "[u8; 4]")).0.unwrap();
            let skeleton = String::from_utf8(project.read("out/probe.skel.rs")).unwrap();
            for line in [
                "//   struct event        types::event = crate::Event",
                "    #[::corebone::c_type(size = 4, align = 4, rust = crate::Event)]\n    pub struct event {",
                "    #[::corebone::c_enum(u32, rust = ::other::reason)]\n    pub enum reason {",
                "    #[::corebone::c_type(size = 4, align = 4, rust = [u8; 4])]\n    pub struct value {",
            ] {
                assert!(skeleton.contains(line), "{skeleton}");
            }
            let error = |builder: Builder| project.run(&builder).0.unwrap_err().to_string();
            assert_eq!(
                error(builder.clone().rust_type("evnt", "crate::Event")),
                "`Builder::rust_type`: no C type `evnt` is in a skeleton; the nearest is `event`"
            );
            assert_eq!(
                error(builder.clone().rust_type("value", "an event")),
                "`an event` is no Rust type for `value`: write it with its path, as `crate::Event`"
            );
            assert_eq!(
                error(builder.derive("event", "Other")),
                "`event` can't derive `Other` here, as it is your type `crate::Event`: have that derive it"
            );
        }
    }

    #[test]
    fn types_are_shown_that_only_the_user_wants() {
        for clang in Clang::all("types_are_shown_that_only_the_user_wants") {
            let project = Project::new("shown");
            let source = "struct inner { long at; };\nstruct event { struct inner inner; };\nenum reason { LATE };\n\
                          typedef struct { int a; } note;\nstruct other { int b; };\n\
                          __attribute__((section(\"socket\"), used))\n\
                          int probe(void *ctx)\n{\n\
                          \tstruct event *event = ctx;\n\tenum reason *reason = ctx;\n\tnote *note_ = ctx;\n\tstruct other *other = ctx;\n\
                          \treturn __builtin_btf_type_id(*event, 0) + __builtin_btf_type_id(*reason, 0) +\n\
                          \t       __builtin_btf_type_id(*note_, 0) + __builtin_btf_type_id(*other, 0);\n}\n";
            fs::write(project.0.file("probe.bpf.c"), source).unwrap();
            let builder = project.builder(&clang);
            project.run(&builder.clone().types(["struct event", "reason"]).types(["note"]).derive("note", "Other")).0.unwrap();
            let skeleton = String::from_utf8(project.read("out/probe.skel.rs")).unwrap();
            for shown in
                ["pub struct inner {", "pub struct event {", "pub enum reason {", "#[derive(Other)]\n    pub struct note {"]
            {
                assert!(skeleton.contains(shown), "`{shown}` is not in {skeleton}");
            }
            assert!(!skeleton.contains("pub struct other {"), "{skeleton}");
            let error = |builder: Builder| project.run(&builder).0.unwrap_err().to_string();
            assert_eq!(
                error(builder.clone().types(["event", "struct evnt"])),
                "`Builder::types`: no C type `struct evnt` is in a skeleton; the nearest is `event`"
            );
            assert_eq!(
                error(builder.types(["absent"])),
                "`Builder::types`: no C type `absent` is in a skeleton; clang describes only types that something in the source uses"
            );
        }
    }

    #[test]
    fn the_target_decides_the_byte_order() {
        for clang in Clang::all("the_target_decides_the_byte_order") {
            let project = Project::new("order");
            fs::write(project.0.file("probe.bpf.c"), "int data = 1;\n").unwrap();
            for (arch, big_endian) in [("s390x", true), ("powerpc64le", false), ("aarch64", false)] {
                project.run(&project.builder(&clang).target_arch(arch)).0.unwrap();
                let linked = Linked::from_elf("probe", &project.read("out/probe.bpf.o")).unwrap();
                assert_eq!(linked.with_object(|object| object.big_endian), big_endian);
            }
            fs::write(project.0.file("probe.bpf.c"), "#include <asm/nothing.h>\n").unwrap();
            let (_, messages) = project.run(&project.builder(&clang).target_arch("aarch64"));
            let hint =
                |message: &Message| message.to_cargo().contains("note: the kernel's headers for aarch64 are missing: install them");
            assert!(messages.iter().any(hint), "{messages:?}");
            let (result, _) = project.run(&project.builder(&clang).target_arch("arch64"));
            assert_eq!(result.unwrap_err().to_string(), "unknown architecture `arch64`: the nearest known one is `aarch64`");
        }
    }

    #[test]
    fn mistakes_and_warnings_are_told_of_all_sources() {
        for clang in Clang::all("mistakes_and_warnings_are_told_of_all_sources") {
            let project = Project::new("mistakes");
            let [first, second, third] = ["first.bpf.c", "second.bpf.c", "third.bpf.c"].map(|name| project.0.file(name));
            fs::write(&first, "int f(void) { return missing; }\n").unwrap();
            fs::write(&second, "#include \"nowhere.h\"\n").unwrap();
            fs::write(&third, "int f(void) { int unused; return 0; }\n").unwrap();
            let builder = Builder::new().source(&first).source(&second).source(&third).clang(clang.program());
            let (result, messages) = project.run(&builder);
            assert_eq!(result.unwrap_err().to_string(), format!("cannot compile `{first}`: 1 error"));
            let told: Vec<_> = messages.iter().filter_map(Message::to_person).collect();
            assert!(told.contains(&format!("error: {first}:1:22: use of undeclared identifier 'missing'")), "{told:?}");
            assert!(told.contains(&format!("error: {second}:1:10: 'nowhere.h' file not found")), "{told:?}");
            assert!(told.contains(&format!("error: cannot compile `{second}`: 1 error")), "{told:?}");
            assert!(told.contains(&format!("warning: {third}:1:19: unused variable 'unused' [-Wunused-variable]")), "{told:?}");
        }
    }

    #[test]
    fn arguments_override_defaults() {
        for clang in Clang::all("arguments_override_defaults") {
            let project = Project::new("override");
            let strict = project.builder(&clang).clang_arg("-Werror=unused-function").define("UNUSED", None);
            fs::write(project.0.file("include/shared.h"), format!("{HEADER}#ifdef UNUSED\nstatic void f(void) {{}}\n#endif\n"))
                .unwrap();
            let (result, messages) = project.run(&strict);
            let header = project.0.file("include/shared.h");
            let error = format!("{header}:6:13: unused function 'f' [-Werror,-Wunused-function]");
            assert!(result.is_err() && messages.contains(&Message::Error(error)), "{messages:?}");
            project.run(&strict.clang_arg("-Wno-unused-function")).0.unwrap();
        }
    }

    const KERNEL_PROGRAM: &str = "#include \"vmlinux.h\"\nint pid(struct task_struct *task) { return task->pid; }\n";

    /// A file of the BTF of a kernel with one struct.
    fn write_kernel(project: &Project) -> String {
        let mut btf = crate::sample::Builder::default();
        let int = btf.int("int", 4, 1);
        btf.structure("task_struct", 8, &[("pid", int, 4)]);
        let file = project.0.file("kernel.btf");
        fs::write(&file, btf.bytes()).unwrap();
        file
    }

    #[test]
    fn kernel_types_come_from_a_file_or_a_header() {
        for clang in Clang::all("kernel_types_come_from_a_file_or_a_header") {
            let project = Project::new("kernel-types");
            fs::write(project.0.file("probe.bpf.c"), KERNEL_PROGRAM).unwrap();
            let kernel = write_kernel(&project);
            let builder = project.builder(&clang).target_arch("aarch64");
            let header = project.0.file("out/include/vmlinux.h");
            let (result, messages) = project.run(&builder.clone().vmlinux(Vmlinux::File(kernel.clone().into())));
            result.unwrap();
            assert!(messages.contains(&Message::File(kernel.clone().into())), "{messages:?}");
            assert!(fs::read_to_string(&header).unwrap().contains("struct task_struct {"));

            let own = project.0.file("own.h");
            fs::write(&own, "struct task_struct { int tgid, pid; };\n").unwrap();
            let (result, messages) = project.run(&builder.clone().vmlinux(Vmlinux::Header(own.clone().into())));
            result.unwrap();
            assert!(messages.contains(&Message::File(own.into())), "{messages:?}");

            let (result, _) = project.run(&builder.clone().vmlinux(Vmlinux::File(kernel.clone().into())));
            result.unwrap();
            assert!(fs::read_to_string(&header).unwrap().contains("struct task_struct {\n"), "what was there is of no account");

            let (result, _) = project.run(&builder.target_arch("s390x").vmlinux(Vmlinux::File(kernel.clone().into())));
            assert_eq!(
                format!("{:#}", result.unwrap_err()),
                format!(
                    "cannot make `vmlinux.h` from `{kernel}`: it is of a little-endian kernel, but the program is compiled for s390x, \
                     which is big-endian"
                )
            );
        }
    }

    #[test]
    fn the_running_kernel_will_not_do_for_another_architecture() {
        for clang in Clang::all("the_running_kernel_will_not_do_for_another_architecture") {
            let project = Project::new("another");
            let other = if cfg!(target_arch = "aarch64") { "x86_64" } else { "aarch64" };
            let builder = Builder::new().source(project.0.file("probe.bpf.c")).clang(clang.program()).target_arch(other);
            // One that doesn't ask for the kernel's types gets none.
            fs::write(project.0.file("probe.bpf.c"), "int x = 1;\n").unwrap();
            project.run(&builder).0.unwrap();
            fs::write(project.0.file("probe.bpf.c"), KERNEL_PROGRAM).unwrap();
            let (result, messages) = project.run(&builder);
            result.unwrap_err();
            let told: Vec<_> = messages.iter().filter_map(Message::to_person).collect();
            let expected = format!("but the program is compiled for {other}: take a kernel of that architecture");
            // What is missing without the kernel's types isn't told.
            assert!(matches!(told.as_slice(), [only] if only.contains(&expected)), "{told:?}");
        }
    }

    #[test]
    fn the_running_kernel_is_read_once() {
        const TEST: &str = "the_running_kernel_is_read_once";
        if !Path::new("/sys/kernel/btf/vmlinux").exists() {
            return crate::compilers::skip(TEST, "this kernel has no BTF");
        }
        let Some(clang) = Clang::all(TEST).into_iter().next() else { return };
        let project = Project::new("running");
        fs::write(project.0.file("probe.bpf.c"), KERNEL_PROGRAM).unwrap();
        let header = project.0.file("out/include/vmlinux.h");
        project.run(&project.builder(&clang)).0.unwrap();
        let written = fs::metadata(&header).unwrap().modified().unwrap();
        let (_, messages) = project.run(&project.builder(&clang));
        assert_eq!(fs::metadata(&header).unwrap().modified().unwrap(), written);
        // It is another file at each boot.
        assert!(messages.iter().all(|message| !message.to_cargo().contains("/sys/")), "{messages:?}");
    }

    #[test]
    fn outside_of_a_build_script_a_directory_is_needed() {
        let environment = Environment { cargo: false, out_dir: None, ..Environment::of_process().unwrap() };
        let error = Builder::new().source("x.c").run(&environment, &mut Vec::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no place to write to: outside of a build script, where cargo sets `OUT_DIR`, use `Builder::output_dir`"
        );
    }
}
