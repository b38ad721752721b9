//! Programs in Debian's kernels, booted in an emulator.
//!
//! They run in 5.10 and the newest, or in those that `COREBONE_KERNELS` names: `"5.10 6.1 newest"`, `all`. Each kernel is booted once, for
//! all the tests that are chosen: to start it takes longer than most of them.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, anyhow, ensure};
use corebone_tests::cargo::{static_programs, static_test};
use corebone_tests::fleet::{self, Probe, Report};
use corebone_tests::kernel::{Cache, Kernel};
use corebone_tests::machine::{End, Outcome, check_host};
use corebone_tests::program::find_clang;
use corebone_tests::requirement::require;
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;

/// What is to run in each kernel, and what must come of it.
struct Test {
    name: &'static str,
    build: Build,
    script: &'static str,
    check: fn(&Kernel, &Outcome) -> Result<()>,
}

/// What a script calls.
enum Build {
    /// Busybox alone.
    Nothing,
    /// Programs of the workspace, each with its package.
    Programs(&'static [(&'static str, &'static str)]),
    /// An integration test, with its package.
    Test(&'static str, &'static str),
}

macro_rules! test {
    ($check:ident, $build:expr, $script:expr) => {
        Test { name: stringify!($check), build: $build, script: $script, check: $check }
    };
}

const TESTS: &[Test] = &[
    test!(a_script_finds_its_kernel_and_passes_its_status_on, Build::Nothing, FINDS),
    test!(
        each_type_of_program_sees_its_event_while_it_is_attached,
        Build::Programs(&[("corebone-probes", "corebone-probes")]),
        "corebone-probes"
    ),
    test!(each_mechanism_of_core_holds, Build::Programs(&[("corebone-probes", "mechanisms")]), "mechanisms"),
    test!(each_kind_of_relocation_gives_what_is_there, Build::Programs(&[("corebone-probes", "relocations")]), "relocations"),
    test!(memory_is_shared_as_it_is_defined, Build::Programs(&[("corebone-probes", "memory")]), "memory"),
    test!(skeletons_hold_in_each_state, Build::Programs(&[("corebone-probes", "states")]), "states"),
    test!(c_types_of_every_sort_pass_in_both_directions, Build::Programs(&[("corebone-probes", "kitchen-sink")]), "kitchen-sink"),
    test!(programs_see_version_features_and_configuration, Build::Programs(&[("corebone-probes", "kconfig")]), CONFIGURED),
    test!(an_object_has_several_parts, Build::Programs(&[("corebone-probes", "parts")]), "parts"),
    test!(golden_skeletons_load, Build::Programs(&[("corebone-probes", "goldens")]), GOLDENS),
    test!(programs_share_an_arena_with_this_process, Build::Programs(&[("corebone-probes", "arena")]), "arena"),
    test!(kernel_symbols_are_what_they_should_be, Build::Programs(&[("corebone-probes", "symbols")]), "symbols"),
    test!(functions_throw_and_get_contexts, Build::Programs(&[("corebone-probes", "functions")]), "functions"),
    test!(programs_jump_by_tables, Build::Programs(&[("corebone-probes", "jumps")]), "jumps"),
    test!(programs_change_before_they_are_loaded, Build::Programs(&[("corebone-probes", "targets")]), "targets"),
    test!(probes_of_user_space_tell_their_arguments, Build::Programs(&[("corebone-probes", "usdt")]), "usdt"),
    test!(a_congestion_control_is_made_of_programs, Build::Programs(&[("corebone-probes", "congestion")]), "congestion"),
    test!(a_scheduler_is_made_of_programs, Build::Programs(&[("corebone-probes", "scheduler")]), "scheduler"),
    test!(a_queueing_discipline_is_made_of_programs, Build::Programs(&[("corebone-probes", "queue")]), "queue"),
    test!(each_kernel_gets_types_that_it_understands, Build::Programs(&[("corebone-probes", "kinds")]), "kinds"),
    test!(
        each_example_shows_something_true,
        Build::Programs(&[
            ("bitfield", "bitfield"),
            ("code-paths", "code-paths"),
            ("kconfig-units", "kconfig-units"),
            ("optional-field", "optional-field"),
            ("parents", "parents"),
            ("renamed-field", "renamed-field"),
            ("shared-types", "shared-types")
        ]),
        EXAMPLES
    ),
    test!(runqslower_reports_a_wait, Build::Programs(&[("runqslower", "runqslower"), ("corebone-probes", "busy")]), WAIT),
    test!(the_runtime_passes_its_own_tests, Build::Test("corebone", "kernel"), RUNTIME),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let fleet = Arc::new(Fleet {
        chosen: TESTS.iter().filter(|test| is_chosen(&arguments, test.name)).collect(),
        reports: OnceLock::new(),
    });
    let trials = TESTS.iter().map(|test| {
        let fleet = Arc::clone(&fleet);
        Trial::test(test.name, move || fleet.check(test).map_err(|error| format!("{error:#}").into()))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Whether a test is among those that the command line asks for, as the harness has it.
fn is_chosen(arguments: &Arguments, name: &str) -> bool {
    let matches = |filter: &String| if arguments.exact { name == filter } else { name.contains(filter.as_str()) };
    !arguments.list && arguments.filter.as_ref().is_none_or(matches) && !arguments.skip.iter().any(matches)
}

/// The tests that are chosen, and what came of them as soon as one is asked for.
struct Fleet {
    chosen: Vec<&'static Test>,
    reports: OnceLock<Result<Vec<Report>>>,
}

impl Fleet {
    /// Tells of all kernels that a test failed in.
    fn check(&self, test: &Test) -> Result<()> {
        let needed = check_host().and_then(|()| find_clang()).and_then(|_| Cache::of_user()?.chosen());
        let Some(kernels) = require(test.name, needed) else { return Ok(()) };
        let reports = self.reports.get_or_init(|| self.run(kernels)).as_ref().map_err(|error| anyhow!("{error:#}"))?;
        let index = self.chosen.iter().position(|chosen| chosen.name == test.name).context("a test that runs is chosen")?;
        let mut failures = String::new();
        for Report { kernel, outcomes } in reports {
            let outcome = outcomes.as_ref().map_err(|error| anyhow!("{error:#}"));
            let checked = outcome.and_then(|outcomes| (test.check)(kernel, outcomes.get(index).context("no outcome")?));
            if let Err(error) = checked {
                failures += &format!("{}: {error:#}\n", kernel.release);
            }
        }
        ensure!(failures.is_empty(), "{failures}");
        Ok(())
    }

    fn run(&self, kernels: Vec<Kernel>) -> Result<Vec<Report>> {
        let mut pairs = Vec::new();
        for test in &self.chosen {
            if let Build::Programs(programs) = test.build {
                pairs.extend(programs);
            }
        }
        let built = if pairs.is_empty() { Vec::new() } else { static_programs(&pairs)? };
        let path = |pair: &(&str, &str)| -> Result<PathBuf> {
            let index = pairs.iter().position(|built| built == pair).context("each program is built")?;
            Ok(built.get(index).context("each program has a path")?.clone())
        };
        let probe = |test: &&Test| -> Result<Probe> {
            let programs = match test.build {
                Build::Nothing => Vec::new(),
                Build::Programs(programs) => programs.iter().map(path).collect::<Result<_>>()?,
                Build::Test(package, test) => vec![static_test(package, test)?],
            };
            Ok(Probe { name: test.name, programs, script: test.script })
        };
        let probes = self.chosen.iter().map(probe).collect::<Result<Vec<_>>>()?;
        let reports = fleet::run(kernels, &probes);
        for report in &reports {
            println!("{}", report.times(&probes));
        }
        Ok(reports)
    }
}

const FINDS: &str = "
uname -r; printf 'a\\r\\nb'; echo error >&2
for folder in /proc /dev /tmp /sys/fs/bpf /sys/fs/cgroup /sys/kernel/debug /sys/kernel/tracing /sys/kernel/security
do grep -q \" $folder \" /proc/mounts || echo nothing is mounted on $folder; done
test -s /sys/kernel/btf/vmlinux && exit 7
";

/// Leaves out what busybox's setpriv can't provide.
const RUNTIME: &str = "COREBONE_TEST_REQUIRE=1 /bin/kernel-* --test-threads=1 --skip privilege::one_capability_is_not_both \
                       --skip privilege::perf_buffers_are_locked_memory";

/// Debian's archive no longer has some kernels' configurations.
const EXAMPLES: &str = "
for name in bitfield code-paths kconfig-units optional-field parents renamed-field shared-types; do
    echo $name:
    $name || test ! -e /boot/config-* || exit
done
";

/// What two of them want is said where the archive didn't have it.
const GOLDENS: &str = "
test -e /boot/config-* || {
    mount -t tmpfs tmpfs /boot
    printf 'CONFIG_BPF_SYSCALL=y\\nCONFIG_HZ=250\\n' >/boot/config-$(uname -r)
}
goldens
";

/// The second time with Ubuntu's version file in place of procfs, and the third one without a configuration. The last argument is removed
/// once it has been read: a copy, as what is mounted is this script's alone.
const CONFIGURED: &str = "
cp -r /boot /tmp/boot
mount --bind /tmp/boot /boot
uname -v
kconfig || exit
mount -t tmpfs tmpfs /proc
echo 'Ubuntu 5.15.0-91.101-generic 5.15.131' >/proc/version_signature
config=/boot/config-$(uname -r)
if test -e $config; then kconfig $config; else kconfig; fi || exit
kconfig
";

/// Twice, by both ways that events can take. The tool comes first, so that it misses none of the waits that the kernel counts: it is
/// attached when it has its three links. The file is emptied before, as the load begins to write only when its input is there: else the
/// second round may find the first one's pid.
const WAIT: &str = "
mkfifo go
for options in --json '--json --perf-buffer'; do
    echo runqslower $options
    : >busy.txt
    busy 2 3 <go >busy.txt &
    load=$!
    exec 3>go
    until pid=$(sed -n 's/^pid //p' busy.txt) && test -n \"$pid\"; do sleep 0.1; done
    runqslower --min-us 500 --pid $pid $options >waits.txt &
    tool=$!
    until test $(grep -ls link_type /proc/$tool/fdinfo/* | wc -l) = 3; do kill -0 $tool || exit; sleep 0.1; done
    echo >&3
    wait $load || exit
    kill -INT $tool
    wait $tool || exit
    cat busy.txt waits.txt
    exec 3>&-
done
";

fn a_script_finds_its_kernel_and_passes_its_status_on(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    ensure!(outcome.end == End::Status(7), "{outcome:?}");
    ensure!(outcome.stdout == format!("{}\na\r\nb", kernel.release), "{outcome:?}");
    ensure!(outcome.stderr == "error\n", "{outcome:?}");
    Ok(())
}

fn each_type_of_program_sees_its_event_while_it_is_attached(_: &Kernel, outcome: &Outcome) -> Result<()> {
    let lines = outcome.success()?;
    ensure!(lines.lines().count() == 13 && lines.lines().all(|line| line.ends_with(": ok")), "{lines}");
    Ok(())
}

fn each_mechanism_of_core_holds(_: &Kernel, outcome: &Outcome) -> Result<()> {
    ensure!(outcome.success()? == "mechanisms: ok\n", "{outcome:?}");
    Ok(())
}

fn each_kind_of_relocation_gives_what_is_there(_: &Kernel, outcome: &Outcome) -> Result<()> {
    let lines = outcome.success()?;
    if lines == "relocations: ok, 12 of 13 kinds\n" {
        let why = "`bpf_core_type_matches` needs clang 15 or newer: `apt-get install clang-16`";
        require("each_kind_of_relocation_gives_what_is_there", Err::<(), _>(anyhow!(why)));
        return Ok(());
    }
    ensure!(lines == "relocations: ok, 13 of 13 kinds\n", "{outcome:?}");
    Ok(())
}

fn memory_is_shared_as_it_is_defined(_: &Kernel, outcome: &Outcome) -> Result<()> {
    ensure!(outcome.success()? == "memory: ok\n", "{outcome:?}");
    Ok(())
}

fn skeletons_hold_in_each_state(_: &Kernel, outcome: &Outcome) -> Result<()> {
    let lines = outcome.success()?;
    ensure!(lines.lines().count() == 5 && lines.lines().all(|line| line.ends_with(": ok")), "{lines}");
    Ok(())
}

fn c_types_of_every_sort_pass_in_both_directions(_: &Kernel, outcome: &Outcome) -> Result<()> {
    ensure!(outcome.success()? == "kitchen-sink: ok\n", "{outcome:?}");
    Ok(())
}

fn programs_see_version_features_and_configuration(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    let lines: Vec<&str> = outcome.success()?.lines().collect();
    // `#1 SMP Debian 6.1.176-1 (2026-04-02)`.
    let version = lines[0].split_once("Debian ").and_then(|(_, rest)| rest.split(['-', '+', '~', ' ']).next());
    let version = version.with_context(|| format!("no version in `{}`", lines[0]))?;
    // The helper `bpf_get_attach_cookie`.
    let cookie = kernel.release.is_at_least(5, 15);
    let line = |version: &str, is_configured: bool| {
        let (hz, bpf) = if is_configured { (250, true) } else { (0, false) };
        format!("{version}, cookie: {cookie}, wrapper: true, HZ: {hz}, bpf: {bpf}")
    };
    let is_configured = kernel.config().is_some();
    let expected = [line(version, is_configured), line("5.15.131", is_configured), line("5.15.131", false)];
    ensure!(lines[1..] == expected, "{outcome:?}\n{expected:?}");
    Ok(())
}

fn an_object_has_several_parts(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    // `bpf_for_each_map_elem` (commit 69c087ba6225).
    let expected = format!("parts: ok, called back: {}\n", kernel.release.is_at_least(5, 13));
    ensure!(outcome.success()? == expected, "{outcome:?}");
    Ok(())
}

fn golden_skeletons_load(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    // Arenas came in 6.9 (commit 317460317a02); with them all that the skeletons ask for is there.
    if kernel.release.is_at_least(6, 9) {
        outcome.success()?;
    }
    for name in
        ["arrays", "bitfields", "enums", "hashes", "kconfig", "nested", "odd", "resizable", "settings", "tail-calls", "tries"]
    {
        ensure!(outcome.stdout.contains(&format!("/{name}: ok\n")), "{name}: {outcome:?}");
    }
    ensure!(outcome.stdout.contains("\nlarge variables: ok\n"), "{outcome:?}");
    Ok(())
}

fn programs_share_an_arena_with_this_process(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    let since = |major, minor| kernel.release.is_at_least(major, minor);
    if !since(6, 9) {
        let wanted = ": function `bpf_arena_alloc_pages` does not exist in this kernel: it came with Linux 6.9";
        ensure!(outcome.success().is_err() && outcome.stderr.contains(wanted), "{outcome:?}");
        return Ok(());
    }
    // The variables are in the last of 16 pages (commit 12a1fe6e12db).
    let offset = if since(7, 0) { 15 * 4096 } else { 0 };
    ensure!(outcome.success()? == format!("arena: ok, variables at {offset:#x}\n"), "{outcome:?}");
    Ok(())
}

fn programs_jump_by_tables(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    // Linux 6.19 has them (commit 493d9e0d6083).
    let expected = if kernel.release.is_at_least(6, 19) {
        "ok".to_owned()
    } else {
        let why = format!("that needs Linux 6.19, and this kernel is {}", kernel.release);
        format!("cannot make a jump table for program `by_switch`: {why}; for older kernels, compile its C source with `-mcpu=v3`")
    };
    ensure!(outcome.success()? == format!("jumps: {expected}\n"), "{outcome:?}");
    Ok(())
}

fn a_queueing_discipline_is_made_of_programs(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    // Linux 6.16 has it, and Debian's since 6.17.
    let (why, how) = if kernel.release.is_at_least(6, 17) {
        ("", "ok")
    } else {
        ("but not one that programs can provide (no `struct bpf_struct_ops_Qdisc_ops`)\n", "the kernel has none")
    };
    ensure!(outcome.success()?.ends_with(&format!("{why}queue: {how}\n")), "{outcome:?}");
    Ok(())
}

fn kernel_symbols_are_what_they_should_be(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    // Tracing programs may call it since Linux 6.2 (commit 25c5e92d197b).
    let acquire = kernel.release.is_at_least(6, 2);
    // Debian's BTF of 5.10 has no variables.
    let variable = kernel.release.is_at_least(5, 11);
    let expected = format!("symbols: ok, bpf_task_acquire: {acquire}, runqueues: {variable}\n");
    ensure!(outcome.success()? == expected, "{outcome:?}");
    Ok(())
}

fn functions_throw_and_get_contexts(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    let since = |major, minor| kernel.release.is_at_least(major, minor);
    let (throw, nonnull, trusted, untrusted) = (since(6, 7), since(6, 8), since(6, 9), since(6, 17));
    let expected = format!("functions: ok, exceptions: {throw}, nonnull: {nonnull}, trusted: {trusted}, untrusted: {untrusted}\n");
    ensure!(outcome.success()? == expected, "{outcome:?}");
    Ok(())
}

fn programs_change_before_they_are_loaded(_: &Kernel, outcome: &Outcome) -> Result<()> {
    ensure!(outcome.success()? == "targets: ok\n", "{outcome:?}");
    Ok(())
}

fn probes_of_user_space_tell_their_arguments(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    let how = if kernel.release.is_at_least(5, 15) { "cookies" } else { "addresses" };
    ensure!(outcome.success()? == format!("usdt: ok, by {how}\n"), "{outcome:?}");
    Ok(())
}

fn a_congestion_control_is_made_of_programs(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    let lines = outcome.success()?;
    let how = if kernel.release.is_at_least(6, 4) { "with" } else { "without" };
    ensure!(lines == format!("congestion: ok, {how} links\n"), "{outcome:?}");
    Ok(())
}

fn a_scheduler_is_made_of_programs(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    // Linux 6.12 has it, and Debian's since 6.16.
    let how = if kernel.release.is_at_least(6, 16) { "ok" } else { "the kernel has none" };
    ensure!(outcome.success()? == format!("scheduler: {how}\n"), "{outcome:?}");
    Ok(())
}

fn each_kernel_gets_types_that_it_understands(_: &Kernel, outcome: &Outcome) -> Result<()> {
    ensure!(outcome.success()? == "kinds: ok\n", "{outcome:?}");
    Ok(())
}

fn each_example_shows_something_true(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    let text = outcome.success()?;
    let shown = |name: &str| {
        let text = text.split_once(&format!("{name}:\n")).map_or("", |(_, rest)| rest);
        text.lines().take_while(|line| !line.ends_with(':')).collect::<Vec<_>>()
    };
    ensure!(shown("bitfield") == ["subreaper: false"], "{outcome:?}");
    let clocks = shown("code-paths");
    ensure!(clocks.len() == 2 && clocks[0].starts_with("monotonic: ") && clocks[1].starts_with("boot time: "), "{outcome:?}");
    let units = shown("kconfig-units");
    if kernel.config().is_none() {
        let places = "it is in none of `/boot/config-";
        ensure!(
            units.is_empty() && outcome.stderr.contains("cannot take `CONFIG_HZ` from this kernel's configuration: "),
            "{outcome:?}"
        );
        ensure!(outcome.stderr.contains(places) && outcome.stderr.lines().count() == 1, "{outcome:?}");
    }
    let time = units.get(1).and_then(|line| line.strip_suffix(" ms of CPU time")?.parse::<u64>().ok());
    let right = units.first() == Some(&"this kernel has CONFIG_HZ=250") && time.is_some_and(|time| (10..500).contains(&time));
    ensure!(kernel.config().is_none() || right, "{outcome:?}");
    let cookie = shown("optional-field");
    let has_cookie = cookie == ["core scheduling cookie: 0"];
    ensure!(has_cookie || cookie == ["this kernel has no core scheduling"], "{outcome:?}");
    ensure!(!has_cookie || kernel.release.is_at_least(5, 14), "{outcome:?}");
    let parents = shown("parents");
    ensure!(parents.len() == 3 && parents[0].ends_with(" parents"), "{outcome:?}");
    ensure!(shown("renamed-field")[0].ends_with(": interruptible"), "{outcome:?}");
    let shared = shown("shared-types");
    ensure!(shared.len() == 1 && shared[0].starts_with("shared-types (") && shared[0].ends_with(" as root"), "{outcome:?}");
    Ok(())
}

fn runqslower_reports_a_wait(kernel: &Kernel, outcome: &Outcome) -> Result<()> {
    let runs: Vec<&str> = outcome.success()?.split("runqslower ").skip(1).collect();
    ensure!(runs.len() == 2, "{outcome:?}");
    for run in runs {
        let (options, output) = run.split_once('\n').context("a line of options")?;
        println!("{} {options}: {}", kernel.release, check_waits(output).context(options.to_owned())?);
    }
    Ok(())
}

fn the_runtime_passes_its_own_tests(_: &Kernel, outcome: &Outcome) -> Result<()> {
    outcome.success().map(|_| ())
}

/// Compares what the tool reported with what the kernel has counted itself.
fn check_waits(output: &str) -> Result<String> {
    let number = |name: &str| -> Result<u64> {
        let line = output.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|number| number.parse().ok()).with_context(|| format!("no `{name}` in\n{output}"))
    };
    let (pid, waited) = (number("pid")?, number("waited_us")?);
    let mut sum = 0;
    let mut count = 0;
    for line in output.lines().filter(|line| line.starts_with('{')) {
        let wait: Value = serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))?;
        ensure!(wait["pid"] == pid && wait["tgid"] == pid && wait["command"] == "busy", "not of {pid}: {line}");
        let latency = wait["latency_us"].as_u64().filter(|&latency| latency >= 500);
        sum += latency.with_context(|| format!("shorter than was asked for: {line}"))?;
        count += 1;
    }
    // Waits of less than half a millisecond are missing, and the two clocks are not read at the same instant.
    ensure!(
        sum > waited / 2 && sum < waited + waited / 20,
        "{count} waits of {sum} us, but the kernel counted {waited} us\n{output}"
    );
    Ok(format!("{count} waits of {sum} us in all; the kernel counted {waited} us"))
}
