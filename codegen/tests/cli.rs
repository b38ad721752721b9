//! The command line tool, run as a user runs it. What it prints is kept in `cli/`; `BLESS=1` writes that anew.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// The tool, to be run where the objects are.
fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-corebone"));
    command.args(arguments).current_dir(folder().join("objects"));
    command
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// What the tool prints, what it prints for errors, and its exit status.
fn run(arguments: &[&str]) -> (String, String, i32) {
    let output = tool(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// Checks what the tool prints against a file.
fn check(golden: &str, arguments: &[&str], status: i32) {
    let (found, errors, code) = run(arguments);
    assert_eq!((errors.as_str(), code), ("", status), "{arguments:?}");
    let golden = folder().join("cli").join(golden);
    if env::var("BLESS").as_deref() == Ok("1") {
        fs::write(golden, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&golden).unwrap();
    let advice = "if it is meant to be so: BLESS=1 cargo test -p corebone-build --features cli --test cli";
    assert_eq!(found, expected, "not as in {}; {advice}", golden.display());
}

/// A kernel: types from an object file, in which the first name is changed to the second, and a configuration.
fn kernel(place: &Path, renamed: [&str; 2]) -> Vec<String> {
    let [from, to] = renamed.map(|name| [b"\0", name.as_bytes(), b"\0"].concat());
    assert_eq!(from.len(), to.len());
    let mut types = fs::read(folder().join("objects/calls.clang19.el.o")).unwrap();
    let places: Vec<_> = types.windows(from.len()).enumerate().filter(|(_, bytes)| *bytes == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        types[at..at + to.len()].copy_from_slice(&to);
    }
    fs::write(place.join("vmlinux"), types).unwrap();
    fs::write(
        place.join("config"),
        "CONFIG_HZ=250\nCONFIG_IPV6=m\nCONFIG_BPF=y\nCONFIG_BPF_SYSCALL=y\nCONFIG_CC_VERSION_TEXT=\"clang 19\"\n",
    )
    .unwrap();
    let path = |name| place.join(name).to_str().unwrap().to_owned();
    ["--btf", &path("vmlinux"), "--config", &path("config"), "--kernel-version", "6.1.176"].map(str::to_owned).into()
}

fn with<'a>(arguments: &[&'a str], kernel: &'a [String]) -> Vec<&'a str> {
    arguments.iter().copied().chain(kernel.iter().map(String::as_str)).collect()
}

#[test]
fn inspect_shows_what_is_in_an_object() {
    check("inspect.txt", &["inspect", "calls.clang14.el.o"], 0);
    // In the way of cargo, which says the tool's name first; the byte order changes nothing else.
    let little = fs::read_to_string(folder().join("cli/inspect.txt")).unwrap();
    let (big, _, _) = run(&["corebone", "inspect", "calls.clang14.eb.o"]);
    assert_eq!(big.replace("eb: big-endian", "el: little-endian"), little);
}

#[test]
fn inspect_shows_jump_tables() {
    let (text, _, _) = run(&["inspect", "jumps.clang22.el.o"]);
    let notes: Vec<_> = text.lines().filter(|line| line.contains("jumps by")).map(str::trim).collect();
    assert_eq!(notes, ["jumps by 1 table", "jumps by 2 tables", "jumps by 3 tables"], "{text}");
    let (json, _, _) = run(&["inspect", "--json", "jumps.clang22.eb.o"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["programs"][3]["jump_tables"][1], serde_json::json!([21, 23, 19]), "{json}");
}

#[test]
fn relocate_shows_answers_and_explains_those_that_are_missing() {
    let place = tempfile::tempdir().unwrap();
    let kernel = kernel(place.path(), ["real_parent", "group_leadr"]);
    check("relocate.txt", &with(&["relocate", "../golden/clang14-bpfel/types.bpf.o"], &kernel), 0);
}

#[test]
fn relocate_fails_if_a_program_does() {
    let place = tempfile::tempdir().unwrap();
    let kernel = kernel(place.path(), ["real_parent", "resl_parent"]);
    // There are no functions and tracepoints in these types. Two of the programs are optional.
    check("unattached.txt", &with(&["relocate", "calls.clang14.el.o"], &kernel), 1);
    let version = &["--kernel-version".to_owned(), "6.1.176".to_owned()];
    assert_eq!(
        run(&with(&["relocate", "calls.clang14.el.o"], version)),
        (String::new(), "error: no BTF is given for this kernel: give `--btf FILE`\n".to_owned(), 1)
    );
    let btf = &kernel[..2];
    let (text, errors, status) = run(&with(&["relocate", "calls.clang14.el.o"], btf));
    let line = "\n5 Kconfig externs\n  no release is given for this kernel: give `--kernel-version A.B.C`\n";
    assert!(text.contains(line), "{text}");
    assert_eq!((errors.as_str(), status), ("", 1));
}

#[test]
fn json_is_for_programs() {
    let json = |arguments: &[&str]| {
        let (text, errors, status) = run(arguments);
        assert_eq!((errors.as_str(), status), ("", 0), "{arguments:?}");
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let object = json(&["inspect", "--json", "calls.clang14.el.o"]);
    assert_eq!(object["programs"][1]["declaration"], "int second(void *ctx)");
    assert_eq!(object["maps"][0]["contents"], "__u32 -> struct event");
    let threshold = &object["sections"][0]["variables"][0];
    assert_eq!((&threshold["declaration"], &threshold["value"]), (&"const volatile int threshold".into(), &"5".into()));
    assert_eq!(object["relocations"][2]["path"], "task_struct.real_parent");

    let place = tempfile::tempdir().unwrap();
    let kernel = kernel(place.path(), ["real_parent", "group_leadr"]);
    let report = json(&with(&["relocate", "--json", "../golden/clang14-bpfel/types.bpf.o"], &kernel));
    let leader = &report["relocations"][0];
    assert_eq!((&leader["old"], &leader["new"]), (&8.into(), &serde_json::Value::Null));
    assert!(leader["explanation"].as_str().unwrap().contains("the nearest field of `struct task_struct` is `group_leadr`"));
    assert_eq!(report["externs"]["CONFIG_HZ"], "250");
    assert_eq!(report["programs"][0]["poisoned"], 9);
    assert_eq!(report["programs"][0]["error"], serde_json::Value::Null);
}

#[test]
fn types_are_reduced_to_what_objects_need() {
    let place = tempfile::tempdir().unwrap();
    let kernel = kernel(place.path(), ["real_parent", "group_leadr"]);
    let reduced = place.path().join("reduced.btf");
    let mut arguments = with(&["min-core-btf", "calls.clang14.el.o", "../golden/clang14-bpfel/types.bpf.o"], &kernel[..2]);
    arguments.extend(["-o", reduced.to_str().unwrap()]);
    assert_eq!(run(&arguments), (String::new(), String::new(), 0));
    let length = |path: &Path| fs::metadata(path).unwrap().len();
    assert!(length(&reduced) < length(&place.path().join("vmlinux")) / 4, "{}", length(&reduced));

    let answers = |kernel: &[String]| {
        let (text, errors, _) = run(&with(&["relocate", "--json", "../golden/clang14-bpfel/types.bpf.o"], kernel));
        assert_eq!(errors, "");
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        report["relocations"].as_array().unwrap().iter().map(|relocation| relocation["new"].clone()).collect::<Vec<_>>()
    };
    let mut others = kernel.clone();
    others[1] = reduced.to_str().unwrap().to_owned();
    let found = answers(&others);
    assert_eq!(found, answers(&kernel));
    assert!(found.iter().any(|answer| !answer.is_null()) && found.iter().any(serde_json::Value::is_null), "{found:?}");

    let (_, errors, status) = run(&["min-core-btf", "calls.bpf.c", "--btf", reduced.to_str().unwrap(), "-o", "unwritten"]);
    let message = "error: `calls.bpf.c` is no object file: give what `clang --target=bpf -O2 -g -c` writes\n";
    assert_eq!((errors.as_str(), status), (message, 1));
}

#[test]
fn dump_is_for_comparing() {
    let place = tempfile::tempdir().unwrap();
    let kernel = kernel(place.path(), ["real_parent", "resl_parent"]);
    check("dump.txt", &with(&["relocate", "--dump", "calls.clang14.el.o"], &kernel), 0);
    let [little, big] = ["el", "eb"].map(|order| {
        let (text, errors, status) = run(&with(&["relocate", "--dump", &format!("calls.clang14.{order}.o")], &kernel));
        assert_eq!((errors.as_str(), status), ("", 0));
        text
    });
    assert_eq!(little, fs::read_to_string(folder().join("cli/dump.txt")).unwrap());
    let kconfig = |text: &str| text.split("data .kconfig 33\n").nth(1).and_then(|rest| rest.lines().next()).map(str::to_owned);
    assert_eq!(kconfig(&little), kconfig(&big));
}

#[test]
fn dump_tells_a_failure_by_stage() {
    let (text, errors, status) = run(&["relocate", "--dump", "calls.bpf.c"]);
    assert_eq!(text.lines().take(2).collect::<Vec<_>>(), ["relocated 1", "error open EINVAL"]);
    assert!(text.lines().skip(2).all(|line| line.starts_with("# ")), "{text}");
    assert!(errors.starts_with("error: not a 64-bit ELF file"), "{errors}");
    assert_eq!(status, 1);
    let (text, errors, status) = run(&["relocate", "--dump", "calls.clang14.el.o", "--btf", "calls.clang19.el.o"]);
    let lines: Vec<_> = text.lines().collect();
    let [first, second, comment] = lines[..] else { panic!("{text}") };
    assert_eq!([first, second], ["relocated 1", "error prepare EINVAL"]);
    assert!(comment.starts_with("# "), "{comment}");
    assert_eq!((errors.as_str(), status), ("error: no release is given for this kernel: give `--kernel-version A.B.C`\n", 1));
}

#[test]
fn generate_makes_a_skeleton_of_an_object() {
    let place = tempfile::tempdir().unwrap();
    let golden = folder().join("golden/clang14-bpfel");
    let output = place.path().join("types.rs");
    let [object, output] = [golden.join("types.bpf.o"), output].map(|path| path.to_str().unwrap().to_owned());
    let (text, errors, status) = run(&["generate", &object, "-o", &output]);
    let bytes = place.path().join("types.skel.bin");
    let told = format!("wrote `{output}` and `{}`, which it includes\n", bytes.display());
    assert_eq!((text.as_str(), errors, status), ("", told, 0));
    assert_eq!(fs::read(bytes).unwrap(), fs::read(golden.join("types.skel.bin")).unwrap());
    let without_head = |text: String| text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
    let source = fs::read_to_string(&output).unwrap();
    let second = "// Do not edit: after a change of the C file, have `cargo corebone generate` make it anew.";
    assert_eq!(source.lines().nth(1), Some(second));
    assert_eq!(without_head(source), without_head(fs::read_to_string(golden.join("types.skel.rs")).unwrap()));
}

#[test]
fn vmlinux_writes_the_types_of_a_kernel() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("vmlinux.h");
    let (text, errors, status) = run(&["vmlinux", "--btf", "calls.clang19.el.o"]);
    assert_eq!((errors.as_str(), status), ("", 0));
    assert!(text.contains("struct task_struct {\n"), "{text}");
    let (none, errors, status) = run(&["vmlinux", "--btf", "calls.clang19.el.o", "-o", file.to_str().unwrap()]);
    assert_eq!((none.as_str(), errors.as_str(), status), ("", "", 0));
    assert_eq!(fs::read_to_string(file).unwrap(), text);
}

/// `cargo corebone vmlinux | head` is no failure.
#[test]
fn a_reader_may_leave() {
    let (closed, end) = UnixStream::pair().unwrap();
    drop(closed);
    let mut command = tool(&["inspect", "calls.clang14.el.o"]);
    let output = command.stdout(OwnedFd::from(end)).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!((String::from_utf8(output.stderr).unwrap().as_str(), output.status.code()), ("", Some(0)));
}

#[test]
fn errors_say_what_is_wrong() {
    let error = |arguments: &[&str]| {
        let (text, error, status) = run(arguments);
        assert_eq!((text.as_str(), status), ("", 1), "{arguments:?}");
        error
    };
    assert_eq!(error(&["inspect", "nothing.o"]), "error: cannot read `nothing.o`: No such file or directory (os error 2)\n");
    assert_eq!(
        error(&["inspect", "calls.bpf.c"]),
        "error: `calls.bpf.c` is no object file: give what `clang --target=bpf -O2 -g -c` writes\n"
    );
    let tool = env!("CARGO_BIN_EXE_cargo-corebone");
    let found = error(&["relocate", tool]);
    assert!(found.starts_with(&format!("error: cannot use `{tool}`: not a relocatable BPF object")), "{found}");
    assert_eq!(
        error(&["relocate", "calls.clang14.el.o", "--btf", "calls.bpf.c"]),
        "error: cannot use `calls.bpf.c` as the kernel's BTF: not BTF: the first bytes are [2f, 2f], not 9f eb or eb 9f\n"
    );
    assert_eq!(
        error(&["vmlinux", "--btf", "nothing"]),
        "error: cannot read the kernel's BTF from `nothing`: No such file or directory (os error 2)\n"
    );
    let output = "nowhere/x.rs";
    assert_eq!(
        error(&["generate", "calls.clang14.el.o", "-o", output]),
        "error: cannot write `nowhere/calls.clang14.el.skel.bin`: No such file or directory (os error 2)\n"
    );
}

#[test]
fn wrong_use_is_told_from_failure() {
    for arguments in [&["inspect"][..], &["relocate", "x.o", "--btf"], &["generate", "x.o"], &["nonsense"], &[]] {
        let (text, error, status) = run(arguments);
        assert_eq!((text.as_str(), status), ("", 2), "{arguments:?}");
        assert!(error.contains("--help"), "{error}");
    }
    for arguments in [&["--help"][..], &["corebone", "--help"], &["relocate", "--help"], &["--version"]] {
        let (text, error, status) = run(arguments);
        assert_eq!((error.as_str(), status), ("", 0), "{arguments:?}");
        assert!(text.contains("corebone"), "{text}");
    }
}
