//! Whole cargo projects, built as a user builds them: rebuilds, errors, what is linked, what the README shows.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use corebone_tests::cargo::{cargo, messages, static_program};
use corebone_tests::program::{check_static, find_clang};
use corebone_tests::project::{Project, text};
use corebone_tests::requirement::require;

/// One for all projects here, so that dependencies are compiled once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects")
}

#[test]
fn a_build_is_repeated_only_for_what_clang_has_read() -> Result<()> {
    let Some(_) = require("a_build_is_repeated_only_for_what_clang_has_read", find_clang()) else { return Ok(()) };
    let project = Project::minimal("rebuilt", &target())?;
    ensure!(project.compiles()?, "the first build compiles");
    ensure!(!project.compiles()?, "a second build runs nothing");
    for path in ["src/bpf/switches.bpf.c", "src/bpf/switches.h", "build.rs"] {
        project.touch(path)?;
        ensure!(project.compiles()?, "`{path}` was touched: a build compiles");
        ensure!(!project.compiles()?, "`{path}` was touched: one build is enough");
    }
    for path in ["src/bpf/unrelated.h", "src/bpf/new.h", "README.md"] {
        project.write(path, "/* new */")?;
        ensure!(!project.compiles()?, "clang has not read `{path}`");
    }
    Ok(())
}

/// Headers come from a package that another one depends on; sources and arguments are where `Cargo.toml` says.
#[test]
fn packages_share_headers_and_settings() -> Result<()> {
    let Some(_) = require("packages_share_headers_and_settings", find_clang()) else { return Ok(()) };
    let project = Project::minimal("sharing", &target())?;
    let table = |keys: &str| format!("[package.metadata.corebone]\n{keys}\n");
    let package = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}");
    let dependencies = "[dependencies]\ncorebone = \"0.1\"\nbetween = { path = \"between\" }\n\n[build-dependencies]\n\
                        corebone-build = \"0.1\"\n";
    project.manifest(dependencies)?;
    project.write("between/Cargo.toml", &package("between", "[dependencies]\nshapes = { path = \"../shapes\" }\n"))?;
    project.write("between/src/lib.rs", "")?;
    project.write("shapes/Cargo.toml", &package("shapes", &table("exported-headers = [\"include\"]")))?;
    project.write("shapes/src/lib.rs", "")?;
    let header = fs::read_to_string(project.path("src/bpf/switches.h"))?;
    project.write("shapes/include/shapes/switches.h", &header)?;
    fs::remove_file(project.path("src/bpf/switches.h"))?;
    project.replace("src/bpf/switches.bpf.c", "#include \"switches.h\"", "#include <shapes/switches.h>")?;
    project.build().map_err(anyhow::Error::msg)?;
    ensure!(!project.compiles()?, "a second build runs nothing");
    project.touch("shapes/include/shapes/switches.h")?;
    ensure!(project.compiles()?, "an exported header was touched: a build compiles");

    let settings = "source-dir = \"src/bpf\"\nclang-args = [\"-DNOT_A_C_TYPE=int\"]";
    project.manifest(&format!("{dependencies}\n{}", table(settings)))?;
    project.replace("build.rs", "src/bpf/switches.bpf.c", "switches.bpf.c")?;
    let source = fs::read_to_string(project.path("src/bpf/switches.bpf.c"))?;
    project.write("src/bpf/switches.bpf.c", &format!("{source}\nNOT_A_C_TYPE from_an_argument = 0;\n"))?;
    project.build().map_err(anyhow::Error::msg)?;

    project.manifest(&format!("{dependencies}\n{}", table("include-dir = [\"src\"]")))?;
    let error = project.build().err().context("an unknown key was taken")?;
    ensure!(
        error.contains("[package.metadata.corebone]: unknown key `include-dir`; the nearest known one is `include-dirs`"),
        "{error}"
    );

    project.manifest(dependencies)?;
    project.replace("build.rs", "switches.bpf.c", "src/bpf/switches.bpf.c")?;
    project.write("src/bpf/switches.bpf.c", &source.replace("<shapes/switches.h>", "<shapes/nowhere.h>"))?;
    let error = project.build().err().context("a missing header was found")?;
    ensure!(
        error.contains("'shapes/nowhere.h' file not found; note: also looked in the headers that these packages export: `shapes`"),
        "{error}"
    );
    Ok(())
}

/// Without a build script, so without clang for those who only use the program.
#[test]
fn a_skeleton_can_be_checked_in() -> Result<()> {
    let Some(_) = require("a_skeleton_can_be_checked_in", find_clang()) else { return Ok(()) };
    let project = Project::minimal("checked-in", &target())?;
    // By another name, which nobody but the user can know here.
    project.manifest("[dependencies]\nbone = { package = \"corebone\", version = \"0.1\" }\n")?;
    project.replace("src/main.rs", "corebone::Result", "bone::Result")?;
    fs::remove_file(project.path("build.rs"))?;
    let (source, skeleton) = (project.path("src/bpf/switches.bpf.c"), project.path("src/switches.rs"));
    let arguments = ["cargo-corebone", "corebone", "generate", "--runtime-crate", "bone"].map(OsStr::new);
    let files = [source.as_os_str(), "-o".as_ref(), skeleton.as_ref()];
    let status = corebone_build::cli::run(arguments.into_iter().chain(files).map(OsStr::to_owned));
    ensure!(status == ExitCode::SUCCESS, "`cargo corebone generate` failed");
    let included = "mod switches {\n    corebone::include_skeleton!(\"switches\");\n}\n";
    for taken_in in ["#![deny(warnings)]\nmod switches;\n", "mod switches {\n    include!(\"switches.rs\");\n}\n"] {
        let main = fs::read_to_string(project.path("src/main.rs"))?;
        project.replace("src/main.rs", included, taken_in)?;
        project.build().map_err(anyhow::Error::msg)?;
        project.write("src/main.rs", &main)?;
    }
    Ok(())
}

/// As cargo lets a workspace do for all of its packages at once.
#[test]
fn a_workspace_can_rename_the_runtime() -> Result<()> {
    let Some(_) = require("a_workspace_can_rename_the_runtime", find_clang()) else { return Ok(()) };
    let project = Project::minimal("renamed", &target())?;
    let dependencies = "[dependencies]\nbone.workspace = true\n\n[build-dependencies]\ncorebone-build.workspace = true\n";
    let workspace = "[workspace.dependencies]\nbone = { package = \"corebone\", version = \"0.1\" }\ncorebone-build = \"0.1\"\n";
    project.manifest(&format!("{dependencies}\n[dependencies.library]\npath = \"library\"\n\n{workspace}"))?;
    let package = "[package]\nname = \"library\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n";
    project.write("library/Cargo.toml", &format!("{package}{dependencies}"))?;
    project.write("library/src/lib.rs", "pub mod switches {\n    bone::include_skeleton!(\"switches\");\n}\n")?;
    for file in ["build.rs", "src/bpf/switches.bpf.c", "src/bpf/switches.h"] {
        project.write(&format!("library/{file}"), &fs::read_to_string(project.path(file))?)?;
    }
    project.replace("src/main.rs", "corebone::include_skeleton!", "bone::include_skeleton!")?;
    project.replace(
        "src/main.rs",
        "fn main() -> corebone::Result<()> {",
        "fn main() -> bone::Result<()> {\n    library::switches::Switches::open()?;",
    )?;
    project.build().map(|_| ()).map_err(anyhow::Error::msg)
}

#[test]
fn a_mistake_is_reported_where_it_is() -> Result<()> {
    let Some(_) = require("a_mistake_is_reported_where_it_is", find_clang()) else { return Ok(()) };
    let project = Project::minimal("mistaken", &target())?;
    let main = fs::read_to_string(project.path("src/main.rs"))?;
    let program = fs::read_to_string(project.path("src/bpf/switches.bpf.c"))?;
    // What is put in place of what, where the error must be, and what it must say.
    let mistakes: [(&str, &str, &str, &str, &[&str]); 8] = [
        (
            "src/main.rs",
            "_skeleton!(\"switches\")",
            "_skeleton!(\"switch\")",
            "\"switch\"",
            &[
                "the build script made no skeleton `switch`, only `switches`",
                "build.rs needs `corebone_build::skeleton(\"src/bpf/switch.bpf.c\")`",
            ],
        ),
        ("src/main.rs", "rodata.target", "rodata.targett", "targett", &["error[E0609]", "no field `targett`"]),
        ("src/main.rs", "target = std::process::id();", "target = \"all\";", "\"all\"", &["error[E0308]", "expected `u32`"]),
        ("src/main.rs", "maps.counts", "maps.count", "maps.count", &["error[E0609]", "no field `count`"]),
        ("src/main.rs", ".get(&std::process::id())", ".get(&1u64)", "&1u64", &["error[E0308]", "expected `&u32`"]),
        ("src/main.rs", "open.load()?", "open", "attach", &["error[E0599]", "no method named `attach`"]),
        ("src/bpf/switches.bpf.c", "(prev, pid)", "(prev, pidd)", "pidd", &["no member named 'pidd'", "did you mean 'pid'?"]),
        (
            "src/bpf/switches.bpf.c",
            "lookup_elem(&counts",
            "lookup_elem(&count_map",
            "count_map",
            &["undeclared identifier 'count_map'"],
        ),
    ];
    for (path, from, to, at, expected) in mistakes {
        project.replace(path, from, to)?;
        let text = fs::read_to_string(project.path(path))?;
        let line = text.lines().position(|line| line.contains(at)).context("the mistake is in the file")? + 1;
        let error = project.build().err().with_context(|| format!("`{to}` in `{path}` was accepted"))?;
        for part in expected.iter().copied().chain([format!("{path}:{line}:").as_str()]) {
            ensure!(error.contains(part), "`{to}` in `{path}`: no `{part}` in\n{error}");
        }
        ensure!(!error.contains("panicked"), "`{to}` in `{path}`:\n{error}");
        project.write("src/main.rs", &main)?;
        project.write("src/bpf/switches.bpf.c", &program)?;
    }
    project.build().map(|_| ()).map_err(anyhow::Error::msg)
}

/// What two C files of one object disagree about.
#[test]
fn a_conflict_is_reported_with_both_places() -> Result<()> {
    let Some(_) = require("a_conflict_is_reported_with_both_places", find_clang()) else { return Ok(()) };
    let project = Project::minimal("conflicting", &target())?;
    let sources = "[\"src/bpf/switches.bpf.c\", \"src/bpf/other.bpf.c\"]";
    let script = format!(
        "fn main() -> Result<(), corebone_build::Error> {{\n    \
         corebone_build::Builder::new().object(\"switches\", {sources}).build().map(|_| ())\n}}\n"
    );
    project.write("build.rs", &script)?;
    project.write("src/bpf/other.bpf.c", "\n\nlong counts;\n")?;
    let program = fs::read_to_string(project.path("src/bpf/switches.bpf.c"))?;
    let line = program.lines().position(|line| line.contains("} counts SEC")).context("the map is in the file")? + 1;
    let error = project.build().err().context("two variables of one name were accepted")?;
    let expected = format!(
        "src/bpf/other.bpf.c:3: `counts` is defined here and in `src/bpf/switches.bpf.c:{line}`: make one `extern`, `static` or `__weak`"
    );
    ensure!(error.contains(&expected), "no `{expected}` in\n{error}");
    // By cargo, as clang's own errors are, not only among what the build script has printed.
    let by_cargo = "error: conflicting@0.1.0: cannot make a skeleton of ";
    let line = error.lines().find(|line| line.starts_with(by_cargo)).with_context(|| format!("no `{by_cargo}` in\n{error}"))?;
    ensure!(line.contains(&expected), "{line}");
    Ok(())
}

/// A folder with the programs that rustc needs to link, and nothing else.
fn path_without_clang() -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for program in ["cc", "ld", "as"] {
        let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output()?.stdout;
        let found = PathBuf::from(String::from_utf8_lossy(&found).trim());
        symlink(found.canonicalize().with_context(|| format!("`{program}` is missing"))?, folder.path().join(program))?;
    }
    Ok(folder)
}

/// A cargo command that finds its own rustc, whatever the path is.
fn build_with_path(project: &Project, path: &Path) -> Command {
    let mut command = project.cargo(&["build"]);
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc runs").stdout;
    command.env("RUSTC", Path::new(String::from_utf8_lossy(&sysroot).trim()).join("bin/rustc")).env("PATH", path);
    command
}

#[test]
fn a_missing_clang_is_reported() -> Result<()> {
    let project = Project::minimal("without-clang", &target())?;
    let path = path_without_clang()?;
    let error = text(build_with_path(&project, path.path())).err().context("built without clang")?;
    for part in ["clang", "apt install clang"] {
        ensure!(error.contains(part), "no `{part}` in\n{error}");
    }
    ensure!(!error.contains("panicked"), "{error}");
    Ok(())
}

#[test]
fn an_old_clang_is_reported() -> Result<()> {
    let project = Project::minimal("old-clang", &target())?;
    let path = path_without_clang()?;
    let clang = path.path().join("clang");
    fs::write(&clang, "#!/bin/sh\necho 'Debian clang version 11.0.1-2'\necho 'Target: x86_64-pc-linux-gnu'\n")?;
    fs::set_permissions(&clang, fs::Permissions::from_mode(0o755))?;
    let error = text(build_with_path(&project, path.path())).err().context("built with clang 11")?;
    for part in ["11", "14", "apt install clang"] {
        ensure!(error.contains(part), "no `{part}` in\n{error}");
    }
    ensure!(!error.contains("panicked"), "{error}");
    Ok(())
}

#[test]
fn an_application_has_few_dependencies() -> Result<()> {
    let project = Project::minimal("tree", &target())?;
    let tree = project.cargo(&["tree", "-e", "normal", "--prefix", "none"]).output()?;
    ensure!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
    let mut crates: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.sort_unstable();
    crates.dedup();
    ensure!(crates.iter().any(|name| name.starts_with("corebone ")) && crates.len() <= 15, "{crates:#?}");
    Ok(())
}

#[test]
fn the_same_source_gives_the_same_bytes_in_any_folder() -> Result<()> {
    let Some(_) = require("the_same_source_gives_the_same_bytes_in_any_folder", find_clang()) else { return Ok(()) };
    let skeletons = |name: &str| -> Result<Vec<(String, Vec<u8>)>> {
        let project = Project::minimal(name, &target())?;
        let out_dir = project.out_dir()?;
        let mut files = Vec::new();
        for name in ["switches.skel.rs", "switches.skel.bin"] {
            let bytes = fs::read(out_dir.join(name)).with_context(|| format!("no `{name}` in `{}`", out_dir.display()))?;
            for folder in [project.path(""), out_dir.clone()] {
                let folder = folder.to_string_lossy().into_owned();
                ensure!(!bytes.windows(folder.len()).any(|part| part == folder.as_bytes()), "`{name}` has the path `{folder}`");
            }
            files.push((name.to_owned(), bytes));
        }
        Ok(files)
    };
    for (one, other) in skeletons("here")?.into_iter().zip(skeletons("there")?) {
        ensure!(one == other, "`{}` differs", one.0);
    }
    Ok(())
}

/// The libraries that a program asks for.
fn libraries(program: &Path) -> Result<Vec<String>> {
    let output = Command::new("ldd").arg(program).output().context("can't run `ldd`")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut names: Vec<String> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter_map(|path| Some(Path::new(path).file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

#[test]
fn the_example_links_what_any_rust_program_links() -> Result<()> {
    let Some(_) = require("the_example_links_what_any_rust_program_links", find_clang()) else { return Ok(()) };
    let built = cargo()
        .args(["build", "--release", "--package", "runqslower", "--message-format=json-render-diagnostics"])
        .output()
        .context("can't run cargo")?;
    let example = messages(&built.stdout)
        .into_iter()
        .find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
        .with_context(|| String::from_utf8_lossy(&built.stderr).into_owned())?;
    let folder = tempfile::tempdir()?;
    let (source, empty) = (folder.path().join("empty.rs"), folder.path().join("empty"));
    fs::write(&source, "fn main() {}\n")?;
    ensure!(Command::new("rustc").arg(&source).arg("-o").arg(&empty).status()?.success(), "rustc failed");
    let (example, empty) = (libraries(&example)?, libraries(&empty)?);
    ensure!(example == empty, "the example links {example:?}, an empty program {empty:?}");
    Ok(())
}

#[test]
fn the_example_is_one_static_file_with_musl() -> Result<()> {
    let Some(_) = require("the_example_is_one_static_file_with_musl", find_clang()) else { return Ok(()) };
    let program = static_program("runqslower", "runqslower")?;
    check_static(&program)?;
    let help = Command::new(&program).arg("--help").output()?;
    ensure!(help.status.success() && !help.stdout.is_empty(), "`--help` of the static program: {help:?}");
    Ok(())
}
