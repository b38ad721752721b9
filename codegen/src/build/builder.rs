//! What a build script says of its programs.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use corebone::nearest::Nearest;
use corebone::{Error, ErrorKind, Result};

use super::directories::Directories;
use super::sources::{Sources, names};
use super::work::Work;
use crate::cargo::{self, Environment, Message};
use crate::clang::{Arguments, Compiler, Target};
use crate::include::{self, Vmlinux};
use crate::model::{Declared, Derive, TYPEDEF, Wanted, is_meant, tag};
use crate::package::Surroundings;

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
    ///
    /// By `-mcpu=v4`, instructions of Linux 6.6 are used, and clang 22 or newer also makes tables to jump by: of a `switch` with many cases
    /// (13, unless `-mllvm -bpf-min-jump-table-entries=N` says otherwise; none with `-fno-jump-tables`), and of an array of labels for
    /// `goto *`, which must be a local variable of the function and not `static`. That needs Linux 6.19 on x86-64 or arm64.
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
    /// They are named as for [`derive`](Self::derive), or by any typedef, which is then shown too. clang must have described them, which
    /// it does of types that something in the source uses; a variable, a parameter or `bpf_core_type_id_local()` is enough. In a skeleton
    /// of several sources that have it, each shows it.
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
    /// and warnings. All that is wrong with a source is told as such an error, for which cargo fails the build whatever the build script
    /// does. What is wrong elsewhere, such as that there is no clang, is only returned: a build script may know what to do then.
    ///
    /// # Errors
    /// There is no clang that is new enough; clang refuses a source; a source does what isn't supported; a file can't be read or
    /// written.
    pub fn build(&self) -> Result<Vec<PathBuf>> {
        let mut messages = Vec::new();
        let result = self.run_here(&mut messages);
        cargo::tell(&messages);
        result
    }

    /// As [`build`](Self::build), but an error is told as well, in the same words, and ends the process.
    pub(crate) fn build_or_exit(&self) {
        let mut messages = Vec::new();
        let result = self.run_here(&mut messages);
        let error = result.err().map(|error| Message::of(&error));
        messages.extend(error.clone().filter(|error| !messages.contains(error)));
        cargo::tell(&messages);
        if error.is_some() {
            std::process::exit(1);
        }
    }

    fn run_here(&self, messages: &mut Vec<Message>) -> Result<Vec<PathBuf>> {
        self.run(&Environment::of_process()?, messages)
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
    pub(super) fn run(&self, environment: &Environment, messages: &mut Vec<Message>) -> Result<Vec<PathBuf>> {
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
                Err(error) => {
                    // Who runs this by hand gets the first one to show.
                    let told = environment.cargo || failure.is_some();
                    work.messages.extend(told.then(|| Message::of(&error)));
                    failure.get_or_insert(error);
                }
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
    // A typedef can be shown, and nothing else.
    let named = |method| types.iter().filter(move |name| method == "types" || !name.starts_with(TYPEDEF));
    let missing = all.find(|(method, c_type)| !named(*method).any(|name| is_meant(c_type, name)));
    missing.map_or(Ok(()), |(method, c_type)| {
        let hint = match (Nearest::among(tag(c_type), named(method).map(|name| tag(name))), method) {
            (Some(name), _) => format!("the nearest is `{name}`"),
            (None, "types") => "clang describes only types that something in the source uses".to_owned(),
            (None, _) => "only types of maps, global variables and events are, and those of `Builder::types`".to_owned(),
        };
        let message = format!("`Builder::{method}`: no C type `{c_type}` is in a skeleton; {hint}");
        Err(Error::new(ErrorKind::InvalidInput, message))
    })
}
