//! What a test needs of the machine.

use std::env;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::skip::skip;

/// Whether this process may load programs; if not, says that the test is skipped.
pub(crate) fn root() -> bool {
    match corebone::supports_map_type(corebone::blueprint::map_type::ARRAY) {
        Ok(_) => true,
        Err(error) => {
            skip(&format!("{error:#}"));
            false
        }
    }
}

/// That a program can't be loaded as the kernel is locked down, or by another security module: both may forbid some types of programs
/// and no others. In the emulated kernels nothing does.
pub(crate) fn forbidden(error: &corebone::Error) {
    assert_eq!(error.kind(), corebone::ErrorKind::PermissionDenied, "{error:#}");
    let text = error.to_string();
    assert!(text.contains("lockdown") || text.contains("locked down"), "{text}");
}

/// Whether the running kernel calls itself as young as that, or younger.
pub(crate) fn is_at_least(major: u32, minor: u32) -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(['.', '-']).map_while(|number| number.trim().parse().ok());
    (numbers.next().unwrap(), numbers.next().unwrap()) >= (major, minor)
}

/// Runs one test of this program again in a process of its own, through a command that changes what it may or sees. The test tells by
/// [`is_child`].
pub(crate) fn in_child(through: &[&str], test: &str) {
    let Some((first, rest)) = through.split_first() else { panic!("no command") };
    // Whether the command can do it, before the test's own failures.
    let why = match Command::new(first).args(rest).arg("true").output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(why) = why {
        return skip(&format!("`{}` doesn't work here: {why}", through.join(" ")));
    }
    run(Command::new(first).args(rest).arg(env::current_exe().unwrap()), test);
}

/// The same, as a user without privilege.
pub(crate) fn as_nobody(test: &str) {
    // Where anybody can get to it.
    let copy = env::temp_dir().join(format!("corebone-test-{}-{}", std::process::id(), test.replace("::", "-")));
    std::fs::copy(env::current_exe().unwrap(), &copy).unwrap();
    std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).unwrap();
    run(Command::new(&copy).uid(65_534).gid(65_534), test);
    std::fs::remove_file(copy).unwrap();
}

/// Begins a shell's commands that call `ip`: a machine may have it in busybox alone.
pub(crate) const IP: &str = "command -v ip >/dev/null || ip() { busybox ip \"$@\"; };";

/// Whether this is a process in a network namespace of its own; if not, runs the test in one.
pub(crate) fn in_network(test: &str) -> bool {
    let up = format!("{IP} ip link set lo up && exec \"$0\" \"$@\"");
    if root() && !is_child() {
        in_child(&["unshare", "--net", "sh", "-c", &up], test);
    }
    is_child()
}

/// Removes a cgroup by a command of a shell, whether or not its test passes: it is of the hierarchy, which all mounts show.
struct Remove(String);

impl Drop for Remove {
    fn drop(&mut self) {
        let _ = Command::new("unshare").args(["--mount", "sh", "-c", &self.0]).status();
    }
}

/// The cgroup of its own that this process is in, as well as in a network namespace; `None` where the test is run in one.
pub(crate) fn in_cgroup(test: &str) -> Option<File> {
    if !root() {
        return None;
    }
    let name = format!("corebone-{}", test.replace("::", "-"));
    let top = "cd /sys/fs/cgroup && { test -e cgroup.procs || mount -t cgroup2 none . && cd .; } &&";
    if is_child() {
        return Some(File::open(format!("/sys/fs/cgroup/{name}")).unwrap());
    }
    let enter = format!("{IP} {top} mkdir -p {name} && echo $$ >{name}/cgroup.procs && ip link set lo up && exec \"$0\" \"$@\"");
    let _removed = Remove(format!("{top} rmdir {name}"));
    in_child(&["unshare", "--mount", "--net", "sh", "-c", &enter], test);
    None
}

fn run(command: &mut Command, test: &str) {
    let command = command.args([test, "--exact", "--nocapture", "--test-threads=1"]).env("COREBONE_TEST_CHILD", "1");
    let mut output = command.output();
    // Another test's process may still hold the copy open for writing, from before it became another program.
    while output.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::ExecutableFileBusy) {
        std::thread::sleep(std::time::Duration::from_millis(10));
        output = command.output();
    }
    let output = output.unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{command:?}:\n{text}");
}

pub(crate) fn is_child() -> bool {
    env::var_os("COREBONE_TEST_CHILD").is_some()
}
