//! Programs in Debian's kernels, booted in an emulator.
//!
//! They run in 5.10 and the newest, or in those that `COREBONE_KERNELS` names: `"5.10 6.1 newest"`, `all`.

use anyhow::{Context, Result, anyhow, ensure};
use corebone_tests::cargo::{static_program, static_test};
use corebone_tests::kernel::{Cache, Kernel};
use corebone_tests::machine::{End, Machine, check_host};
use corebone_tests::program::find_clang;
use corebone_tests::requirement::require;
use serde_json::Value;

fn kernels() -> Result<Vec<Kernel>> {
    check_host()?;
    Cache::of_user()?.chosen()
}

/// Runs a test in each kernel, and tells of all that it failed in.
fn in_each_kernel(test: &str, run: impl Fn(&Kernel) -> Result<()>) -> Result<()> {
    let Some(kernels) = require(test, kernels()) else { return Ok(()) };
    let mut failures = String::new();
    for kernel in kernels {
        if let Err(error) = run(&kernel) {
            failures += &format!("{}: {error:#}\n", kernel.release);
        }
    }
    ensure!(failures.is_empty(), "{failures}");
    Ok(())
}

#[test]
fn a_script_finds_its_kernel_and_passes_its_status_on() -> Result<()> {
    in_each_kernel("a_script_finds_its_kernel_and_passes_its_status_on", |kernel| {
        let outcome = Machine::new(kernel).run(
            "uname -r; printf 'a\\r\\nb'; echo error >&2
             for folder in /proc /dev /tmp /sys/fs/bpf /sys/fs/cgroup /sys/kernel/debug /sys/kernel/tracing /sys/kernel/security
             do grep -q \" $folder \" /proc/mounts || echo nothing is mounted on $folder; done
             test -s /sys/kernel/btf/vmlinux && exit 7",
        )?;
        ensure!(outcome.end == End::Status(7), "{outcome:?}");
        ensure!(outcome.stdout == format!("{}\na\r\nb", kernel.release), "{outcome:?}");
        ensure!(outcome.stderr == "error\n", "{outcome:?}");
        Ok(())
    })
}

#[test]
fn a_crash_and_a_lack_of_time_are_told_apart() -> Result<()> {
    let Some(kernels) = require("a_crash_and_a_lack_of_time_are_told_apart", kernels()) else { return Ok(()) };
    let machine = Machine::new(kernels.last().context("no kernel")?);
    let crashed = machine.run("echo c >/proc/sysrq-trigger; sleep 100")?;
    ensure!(crashed.end == End::Crashed && crashed.console.contains("Kernel panic"), "{crashed:?}");
    let machine = machine.seconds(5);
    for script in ["sleep 1000", "while :; do :; done"] {
        let late = machine.run(script)?;
        ensure!(late.end == End::OutOfTime, "{script}: {late:?}");
    }
    Ok(())
}

#[test]
fn the_runtime_passes_its_own_tests() -> Result<()> {
    let test = "the_runtime_passes_its_own_tests";
    let Some(_) = require(test, kernels()) else { return Ok(()) };
    let tests = static_test("corebone", "kernel")?;
    in_each_kernel(test, |kernel| {
        // 5.10 has no `bpf` among its security modules unless it is told to.
        let machine = Machine::new(kernel).file(&tests, "/bin/tests").boot_words("lsm=lockdown,yama,bpf");
        // Leaves out what busybox's setpriv can't provide.
        let script = "COREBONE_TEST_REQUIRE=1 tests --test-threads=1 --skip privilege::one_capability_is_not_both";
        let outcome = machine.run(script)?;
        outcome.success().map(|_| ())
    })
}

#[test]
fn each_type_of_program_sees_its_event_while_it_is_attached() -> Result<()> {
    let test = "each_type_of_program_sees_its_event_while_it_is_attached";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let probes = static_program("corebone-probes", "corebone-probes")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&probes)?.run("corebone-probes")?;
        let lines = outcome.success()?;
        ensure!(lines.lines().count() == 13 && lines.lines().all(|line| line.ends_with(": ok")), "{lines}");
        Ok(())
    })
}

#[test]
fn each_mechanism_of_core_holds() -> Result<()> {
    let test = "each_mechanism_of_core_holds";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let mechanisms = static_program("corebone-probes", "mechanisms")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&mechanisms)?.run("mechanisms")?;
        ensure!(outcome.success()? == "mechanisms: ok\n", "{outcome:?}");
        Ok(())
    })
}

#[test]
fn each_kind_of_relocation_gives_what_is_there() -> Result<()> {
    let test = "each_kind_of_relocation_gives_what_is_there";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let relocations = static_program("corebone-probes", "relocations")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&relocations)?.run("relocations")?;
        let lines = outcome.success()?;
        if lines == "relocations: ok, 12 of 13 kinds\n" {
            let why = "`bpf_core_type_matches` needs clang 15 or newer: `apt-get install clang-16`";
            require(test, Err::<(), _>(anyhow!(why)));
            return Ok(());
        }
        ensure!(lines == "relocations: ok, 13 of 13 kinds\n", "{outcome:?}");
        Ok(())
    })
}

#[test]
fn memory_is_shared_as_it_is_defined() -> Result<()> {
    let test = "memory_is_shared_as_it_is_defined";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let memory = static_program("corebone-probes", "memory")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&memory)?.run("memory")?;
        ensure!(outcome.success()? == "memory: ok\n", "{outcome:?}");
        Ok(())
    })
}

#[test]
fn skeletons_hold_in_each_state() -> Result<()> {
    let test = "skeletons_hold_in_each_state";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let states = static_program("corebone-probes", "states")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&states)?.run("states")?;
        let lines = outcome.success()?;
        ensure!(lines.lines().count() == 5 && lines.lines().all(|line| line.ends_with(": ok")), "{lines}");
        Ok(())
    })
}

#[test]
fn c_types_of_every_sort_pass_in_both_directions() -> Result<()> {
    let test = "c_types_of_every_sort_pass_in_both_directions";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let sink = static_program("corebone-probes", "kitchen-sink")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&sink)?.run("kitchen-sink")?;
        ensure!(outcome.success()? == "kitchen-sink: ok\n", "{outcome:?}");
        Ok(())
    })
}

/// The second time with Ubuntu's version file in place of procfs, and the third one without a configuration. The last argument is removed
/// once it has been read.
const CONFIGURED: &str = "
uname -v
kconfig || exit
mount -t tmpfs tmpfs /proc
echo 'Ubuntu 5.15.0-91.101-generic 5.15.131' >/proc/version_signature
config=/boot/config-$(uname -r)
if test -e $config; then kconfig $config; else kconfig; fi || exit
kconfig
";

#[test]
fn programs_see_version_features_and_configuration() -> Result<()> {
    let test = "programs_see_version_features_and_configuration";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let kconfig = static_program("corebone-probes", "kconfig")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&kconfig)?.run(CONFIGURED)?;
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
    })
}

#[test]
fn an_object_has_several_parts() -> Result<()> {
    let test = "an_object_has_several_parts";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let parts = static_program("corebone-probes", "parts")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&parts)?.run("parts")?;
        // `bpf_for_each_map_elem` (commit 69c087ba6225).
        let expected = format!("parts: ok, called back: {}\n", kernel.release.is_at_least(5, 13));
        ensure!(outcome.success()? == expected, "{outcome:?}");
        Ok(())
    })
}

#[test]
fn golden_skeletons_load() -> Result<()> {
    let test = "golden_skeletons_load";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let goldens = static_program("corebone-probes", "goldens")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&goldens)?.run("goldens")?;
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
    })
}

#[test]
fn programs_share_an_arena_with_this_process() -> Result<()> {
    let test = "programs_share_an_arena_with_this_process";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let arena = static_program("corebone-probes", "arena")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&arena)?.run("arena")?;
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
    })
}

#[test]
fn kernel_symbols_are_what_they_should_be() -> Result<()> {
    let test = "kernel_symbols_are_what_they_should_be";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let symbols = static_program("corebone-probes", "symbols")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&symbols)?.run("symbols")?;
        // Tracing programs may call it since Linux 6.2 (commit 25c5e92d197b).
        let acquire = kernel.release.is_at_least(6, 2);
        // Debian's BTF of 5.10 has no variables.
        let variable = kernel.release.is_at_least(5, 11);
        let expected = format!("symbols: ok, bpf_task_acquire: {acquire}, runqueues: {variable}\n");
        ensure!(outcome.success()? == expected, "{outcome:?}");
        Ok(())
    })
}

#[test]
fn functions_throw_and_get_contexts() -> Result<()> {
    let test = "functions_throw_and_get_contexts";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let functions = static_program("corebone-probes", "functions")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&functions)?.run("functions")?;
        let since = |major, minor| kernel.release.is_at_least(major, minor);
        let (throw, nonnull, trusted, untrusted) = (since(6, 7), since(6, 8), since(6, 9), since(6, 17));
        let expected =
            format!("functions: ok, exceptions: {throw}, nonnull: {nonnull}, trusted: {trusted}, untrusted: {untrusted}\n");
        ensure!(outcome.success()? == expected, "{outcome:?}");
        Ok(())
    })
}

#[test]
fn programs_jump_by_tables() -> Result<()> {
    let test = "programs_jump_by_tables";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let jumps = static_program("corebone-probes", "jumps")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&jumps)?.run("jumps")?;
        // Linux 6.19 has them (commit 493d9e0d6083).
        let expected = if kernel.release.is_at_least(6, 19) {
            "ok".to_owned()
        } else {
            let why = format!("that needs Linux 6.19, and this kernel is {}", kernel.release);
            format!(
                "cannot make a jump table for program `by_switch`: {why}; for older kernels, compile its C source with `-mcpu=v3`"
            )
        };
        ensure!(outcome.success()? == format!("jumps: {expected}\n"), "{outcome:?}");
        Ok(())
    })
}

#[test]
fn programs_change_before_they_are_loaded() -> Result<()> {
    let test = "programs_change_before_they_are_loaded";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let targets = static_program("corebone-probes", "targets")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&targets)?.run("targets")?;
        ensure!(outcome.success()? == "targets: ok\n", "{outcome:?}");
        Ok(())
    })
}

#[test]
fn a_congestion_control_is_made_of_programs() -> Result<()> {
    let test = "a_congestion_control_is_made_of_programs";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let congestion = static_program("corebone-probes", "congestion")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&congestion)?.run("ip link set lo up && congestion")?;
        let lines = outcome.success()?;
        let how = if kernel.release.is_at_least(6, 4) { "with" } else { "without" };
        ensure!(lines == format!("congestion: ok, {how} links\n"), "{outcome:?}");
        Ok(())
    })
}

#[test]
fn a_scheduler_is_made_of_programs() -> Result<()> {
    let test = "a_scheduler_is_made_of_programs";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let scheduler = static_program("corebone-probes", "scheduler")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&scheduler)?.run("scheduler")?;
        // Linux 6.12 has it, and Debian's since 6.16.
        let how = if kernel.release.is_at_least(6, 16) { "ok" } else { "the kernel has none" };
        ensure!(outcome.success()? == format!("scheduler: {how}\n"), "{outcome:?}");
        Ok(())
    })
}

#[test]
fn a_queueing_discipline_is_made_of_programs() -> Result<()> {
    let test = "a_queueing_discipline_is_made_of_programs";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let queue = static_program("corebone-probes", "queue")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&queue)?.run("ip link set lo up && queue")?;
        // Linux 6.16 has it, and Debian's since 6.17.
        let (why, how) = if kernel.release.is_at_least(6, 17) {
            ("", "ok")
        } else {
            ("but not one that programs can provide (no `struct bpf_struct_ops_Qdisc_ops`)\n", "the kernel has none")
        };
        ensure!(outcome.success()?.ends_with(&format!("{why}queue: {how}\n")), "{outcome:?}");
        Ok(())
    })
}

#[test]
fn each_kernel_gets_types_that_it_understands() -> Result<()> {
    let test = "each_kernel_gets_types_that_it_understands";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let kinds = static_program("corebone-probes", "kinds")?;
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&kinds)?.run("kinds")?;
        ensure!(outcome.success()? == "kinds: ok\n", "{outcome:?}");
        Ok(())
    })
}

#[test]
fn each_example_shows_something_true() -> Result<()> {
    let test = "each_example_shows_something_true";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let names = ["bitfield", "code-paths", "kconfig-units", "optional-field", "parents", "renamed-field", "shared-types"];
    let programs = names.iter().map(|name| static_program(name, name)).collect::<Result<Vec<_>>>()?;
    // Debian's archive no longer has some kernels' configurations.
    let script = names.map(|name| format!("echo {name}:; {name} || test ! -e /boot/config-* || exit")).join("\n");
    in_each_kernel(test, |kernel| {
        let mut machine = Machine::new(kernel);
        for program in &programs {
            machine = machine.program(program)?;
        }
        let outcome = machine.run(&script)?;
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
    })
}

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

#[test]
fn runqslower_reports_a_wait() -> Result<()> {
    let test = "runqslower_reports_a_wait";
    let Some(_) = require(test, kernels().and_then(|_| find_clang())) else { return Ok(()) };
    let (tool, load) = (static_program("runqslower", "runqslower")?, static_program("corebone-tests", "busy")?);
    in_each_kernel(test, |kernel| {
        let outcome = Machine::new(kernel).program(&tool)?.program(&load)?.run(WAIT)?;
        let runs: Vec<&str> = outcome.success()?.split("runqslower ").skip(1).collect();
        ensure!(runs.len() == 2, "{outcome:?}");
        for run in runs {
            let (options, output) = run.split_once('\n').context("a line of options")?;
            println!("{} {options}: {}", kernel.release, check_waits(output).context(options.to_owned())?);
        }
        Ok(())
    })
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
