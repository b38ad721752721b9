//! The builder, with each clang that there is.

use std::fs;
use std::path::{Path, PathBuf};

use corebone::Result;

use super::Builder;
use crate::cargo::{Environment, Message};
use crate::compilers::{Clang, Scratch};
use crate::include::Vmlinux;
use crate::linked::Linked;

#[test]
fn several_sources_make_one_skeleton() {
    for clang in Clang::all("several_sources_make_one_skeleton") {
        let project = Project::new("several");
        let other = "int shared = 2;\n__attribute__((noinline)) int other(int x)\n{\n\treturn x * shared;\n}\n";
        fs::write(project.0.file("other.c"), other).unwrap();
        let caller = "int other(int x);\nextern int shared;\nSEC(\"xdp\") int second(void *ctx)\n{\n\treturn other(shared);\n}\n";
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
        projects.iter().for_each(|project| drop(project.run(&project.builder(&clang)).0.unwrap()));
        for name in ["out/probe.skel.rs", "out/probe.skel.bin"] {
            let [one, other] = projects.each_ref().map(|project| project.read(name));
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
        let source =
            "struct event { int pid; };\ntypedef struct { enum reason { LATE } why; } note;\nstruct event event;\nnote note_;\n";
        fs::write(project.0.file("probe.bpf.c"), source).unwrap();
        let builder = project.builder(&clang);
        let wanted = builder.clone().derive("struct event", "serde::Serialize").derive("event", "Other").derive("note", "Other");
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
                      typedef struct event event_t;\ntypedef struct absent absent_t;\ntypedef int call_t(int);\n\
                      int use(event_t *event, absent_t *absent, call_t *call) { return event && absent && call; }\n\
                      __attribute__((section(\"socket\"), used))\n\
                      int probe(void *ctx)\n{\n\
                      \tstruct event *event = ctx;\n\tenum reason *reason = ctx;\n\tnote *note_ = ctx;\n\tstruct other *other = ctx;\n\
                      \treturn __builtin_btf_type_id(*event, 0) + __builtin_btf_type_id(*reason, 0) +\n\
                      \t       __builtin_btf_type_id(*note_, 0) + __builtin_btf_type_id(*other, 0);\n}\n";
        fs::write(project.0.file("probe.bpf.c"), source).unwrap();
        let builder = project.builder(&clang);
        project
            .run(&builder.clone().types(["struct event", "reason"]).types(["note", "event_t"]).derive("note", "Other"))
            .0
            .unwrap();
        let skeleton = String::from_utf8(project.read("out/probe.skel.rs")).unwrap();
        for shown in [
            "pub struct inner {",
            "pub struct event {",
            "pub enum reason {",
            "pub type event_t = event;",
            "#[derive(Other)]\n    pub struct note {",
        ] {
            assert!(skeleton.contains(shown), "`{shown}` is not in {skeleton}");
        }
        assert!(!skeleton.contains("pub struct other {"), "{skeleton}");
        let error = |builder: Builder| project.run(&builder).0.unwrap_err().to_string();
        assert_eq!(
            error(builder.clone().types(["event", "struct evnt"])),
            "`Builder::types`: no C type `struct evnt` is in a skeleton; the nearest is `event`"
        );
        assert_eq!(
            error(builder.clone().types(["event_t"]).derive("event_t", "Other")),
            "`Builder::derive`: no C type `event_t` is in a skeleton; the nearest is `event`"
        );
        for name in ["absent_t", "call_t"] {
            assert_eq!(
                format!("{:#}", project.run(&builder.clone().types([name])).0.unwrap_err()).rsplit(": ").next().unwrap(),
                format!("C type `{name}` is a function's, or declared and nowhere defined, so that it has no values")
            );
        }
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
        for source in [first, second] {
            assert!(told.contains(&format!("error: cannot compile `{source}`: 1 error")), "{told:?}");
        }
        assert!(told.contains(&format!("warning: {third}:1:19: unused variable 'unused' [-Wunused-variable]")), "{told:?}");
    }
}

#[test]
fn what_clang_takes_and_we_do_not_is_told_too() {
    for clang in Clang::all("what_clang_takes_and_we_do_not_is_told_too") {
        let project = Project::new("refused");
        fs::write(project.0.file("probe.bpf.c"), format!("{PROGRAM}SEC(\"xpd\") int typo(void *ctx) {{ return 0; }}\n")).unwrap();
        let (result, messages) = project.run(&project.builder(&clang));
        let error = result.unwrap_err();
        assert!(format!("{error:#}").contains("program `typo`: "), "{error:#}");
        assert!(messages.contains(&Message::of(&error)), "{messages:?}");
        let mut messages = Vec::new();
        let environment = Environment { cargo: false, out_dir: None, ..Environment::of_process().unwrap() };
        let by_hand = project.builder(&clang).output_dir(project.0.path().join("out")).run(&environment, &mut messages);
        assert_eq!(by_hand.unwrap_err().to_string(), error.to_string());
        assert!(messages.iter().all(|message| !matches!(message, Message::Error(_))), "who ran it has the error: {messages:?}");
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
        assert!(messages.contains(&Message::File(own.clone().into())), "{messages:?}");
        let (result, _) = project.run(&builder.clone().vmlinux(Vmlinux::File(own.clone().into())));
        assert_eq!(
            format!("{:#}", result.unwrap_err()),
            format!("cannot make `vmlinux.h` from `{own}`: it is a header, which `Vmlinux::Header` takes")
        );

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
        assert!(matches!(told.as_slice(), [only, end] if only.contains(&expected) && end.ends_with(": 1 error")), "{told:?}");
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
