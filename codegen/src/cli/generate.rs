//! `cargo corebone generate`

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use corebone::{Error, ErrorKind, Result};

use super::input::Input;
use super::{Outcome, complain};
use crate::build::Builder;
use crate::include::Vmlinux;
use crate::model::Wanted;
use crate::output::{read, write_if_changed};
use crate::skeleton::generate_with;

/// What a skeleton says of changes, of which a build script that makes it takes care.
const MADE_BY_BUILD: &str = "// Do not edit: every change of the C file makes it anew.\n";
/// What it says where nobody does.
const MADE_BY_HAND: &str = "// Do not edit: after a change of the C file, have `cargo corebone generate` make it anew.\n";

/// Writes a skeleton that can be checked in
///
/// Of C source, which clang compiles as in a build script, or of an object file. What is not text (instructions, types) goes to a second
/// file beside the skeleton, which includes it by its name. In Rust, `mod NAME;` or `include!` takes the skeleton in.
#[derive(clap::Args)]
pub(super) struct Generate {
    /// C source or object file
    #[arg(value_name = "SOURCE|OBJECT")]
    input: PathBuf,
    /// The skeleton to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The name by which the crate that takes it in knows `corebone`
    #[arg(long, value_name = "NAME", default_value = "corebone")]
    runtime_crate: String,
    /// Keep the text of the C source, which the verifier's log shows between instructions
    #[arg(long)]
    source_lines: bool,
    #[command(flatten)]
    compile: Compile,
}

/// What only matters for C source.
#[derive(clap::Args)]
#[command(next_help_heading = "For C source")]
struct Compile {
    /// A directory with headers
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    include_dirs: Vec<PathBuf>,
    /// A macro
    #[arg(short = 'D', long = "define", value_name = "NAME[=VALUE]")]
    defines: Vec<String>,
    /// Where vmlinux.h comes from: a header, or BTF, raw or in an ELF file [default: the running kernel]
    #[arg(long, value_name = "FILE")]
    vmlinux: Option<PathBuf>,
    /// The architecture to compile for, as in Rust's targets [default: this machine's]
    #[arg(long, value_name = "ARCH")]
    target: Option<String>,
    /// The clang to use [default: CLANG of the environment, or the one in PATH]
    #[arg(long, value_name = "PROGRAM")]
    clang: Option<PathBuf>,
    /// Arguments for clang
    #[arg(last = true)]
    clang_args: Vec<OsString>,
}

impl Generate {
    pub(super) fn run(&self) -> Result<Outcome> {
        let input = Input::read(&self.input)?;
        if input.is_object() {
            self.of_object(&input)?
        } else {
            self.of_source()?
        }
        Ok(Outcome::Done)
    }

    fn of_object(&self, input: &Input<'_>) -> Result<()> {
        let linked = input.link()?;
        for warning in linked.warnings() {
            complain(&format!("warning: {}: {warning}", self.input.display()));
        }
        let file = self.input.file_name().unwrap_or_default().to_string_lossy();
        let within = |error: Error| error.context(format!("cannot make a skeleton of `{}`", self.input.display()));
        let wanted = Wanted::default();
        let generated = linked.with_object(|object| generate_with(object, &file, self.source_lines, &wanted));
        let (skeleton, _) = generated.map_err(within)?;
        let skeleton = skeleton.with_runtime_crate(&self.runtime_crate);
        self.write(&input.object_name(), &skeleton.source, &skeleton.bytes)
    }

    fn of_source(&self) -> Result<()> {
        let place = tempfile::tempdir()
            .map_err(|error| Error::with_source(ErrorKind::System, "cannot make a temporary directory for clang", error))?;
        let builder = self.compile.builder().source(&self.input).source_lines(self.source_lines).runtime_crate(&self.runtime_crate);
        let skeletons = builder.output_dir(place.path()).build()?;
        let skeleton = skeletons.first().and_then(|path| Some((path, path.file_name()?.to_str()?.strip_suffix(".skel.rs")?)));
        let Some((path, name)) = skeleton else {
            return Err(Error::new(ErrorKind::System, "no skeleton came out"));
        };
        let source = String::from_utf8_lossy(&read(path)?).into_owned();
        self.write(name, &source, &read(&place.path().join(bytes_file(name)))?)
    }

    fn write(&self, name: &str, source: &str, bytes: &[u8]) -> Result<()> {
        let source = source.replace(MADE_BY_BUILD, MADE_BY_HAND);
        let beside = self.output.parent().unwrap_or(Path::new("")).join(bytes_file(name));
        write_if_changed(&beside, bytes)?;
        write_if_changed(&self.output, source.as_bytes())?;
        complain(&format!("wrote `{}` and `{}`, which it includes", self.output.display(), beside.display()));
        Ok(())
    }
}

impl Compile {
    fn builder(&self) -> Builder {
        let mut builder = Builder::new();
        for directory in &self.include_dirs {
            builder = builder.include_dir(directory);
        }
        for define in &self.defines {
            let (name, value) = define.split_once('=').map_or((define.as_str(), None), |(name, value)| (name, Some(value)));
            builder = builder.define(name, value);
        }
        for argument in &self.clang_args {
            builder = builder.clang_arg(argument);
        }
        if let Some(file) = &self.vmlinux {
            let header = file.extension().is_some_and(|extension| extension == "h");
            builder = builder.vmlinux(if header { Vmlinux::Header(file.clone()) } else { Vmlinux::File(file.clone()) });
        }
        if let Some(target) = &self.target {
            builder = builder.target_arch(target);
        }
        if let Some(clang) = &self.clang {
            builder = builder.clang(clang);
        }
        builder
    }
}

/// What the skeleton includes.
fn bytes_file(name: &str) -> String {
    format!("{name}.skel.bin")
}
