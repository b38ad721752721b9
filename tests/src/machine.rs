//! A kernel booted in qemu's emulator, and the scripts that run in it as root.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::initramfs::Initramfs;
use crate::kernel::Kernel;
use crate::program::{check_static, find};

const EMULATOR: &str = "qemu-system-x86_64";

/// `SIGXCPU`: the limit of the processor's time is reached.
const XCPU: i32 = 24;

/// Ends what each script prints: a record separator of ASCII, and words that no program says to it.
const END: &str = "\x1eend of script\x1e";

/// The kernel's command line.
const WORDS: &str = "console=ttyS0 8250.nr_uarts=4 quiet panic=-1 mitigations=off no_timer_check";

/// What to boot and what to run there.
pub struct Machine {
    kernel: Kernel,
    files: Vec<(String, PathBuf)>,
    seconds: u32,
    words: String,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The script ended with this status, 128 and more if a signal ended it.
    Status(u8),
    /// The time was up.
    OutOfTime,
    /// The machine went down before the script had ended.
    Crashed,
}

/// What came out of a machine.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// What the script printed.
    pub stdout: String,
    /// What the script printed as errors.
    pub stderr: String,
    /// What the kernel and the emulator printed, from the start on.
    pub console: String,
    /// How long the script ran, by the machine's own clock; `None` if it didn't end.
    pub seconds: Option<f64>,
}

impl Outcome {
    /// What the script printed; an error with all that is known if it failed.
    pub fn success(&self) -> Result<&str> {
        match self.end {
            End::Status(0) => Ok(&self.stdout),
            End::Status(status) => bail!("status {status}\n{}{}", self.stdout, self.stderr),
            End::OutOfTime => bail!("out of time\n{}{}{}", self.stdout, self.stderr, self.console),
            End::Crashed => bail!("the machine crashed\n{}{}{}", self.stdout, self.stderr, self.console),
        }
    }
}

impl Machine {
    /// A machine with two processors, 512 MB and two minutes of a processor's time to live: to start takes it five seconds.
    pub fn new(kernel: &Kernel) -> Self {
        Self { kernel: kernel.clone(), files: Vec::new(), seconds: 120, words: String::new() }
    }

    /// Puts a file of this machine into that one.
    #[must_use]
    pub fn file(mut self, from: impl Into<PathBuf>, to: &str) -> Self {
        self.files.push((to.to_owned(), from.into()));
        self
    }

    /// Puts a program of this machine into `/bin` of that one; it must be linked statically.
    pub fn program(self, from: &Path) -> Result<Self> {
        let name = from.file_name().and_then(|name| name.to_str()).context("a program needs a name")?;
        check_static(from)?;
        let to = format!("/bin/{name}");
        Ok(self.file(from, &to))
    }

    /// Gives it another time to live: so many seconds of a processor's time, and ten times as many in all, as the host may be busy.
    #[must_use]
    pub fn seconds(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }

    /// Adds words to the kernel's command line.
    #[must_use]
    pub fn boot_words(mut self, words: &str) -> Self {
        self.words = words.to_owned();
        self
    }

    /// Boots, runs a shell script there as root, and powers off.
    ///
    /// The script finds busybox's applets in `/bin`; proc, sysfs, devtmpfs, tracefs, debugfs, securityfs, bpffs and cgroup2 in their
    /// usual places; and the kernel's configuration in `/boot`, if the archive had it. What it mounts is gone with it.
    pub fn run(&self, script: &str) -> Result<Outcome> {
        self.run_each(&[script])?.pop().context("a script has an outcome")
    }

    /// Does the same with several, one after the other. If the machine goes down or its time is up, that is the outcome of the script
    /// that was running, and the last one.
    pub fn run_each(&self, scripts: &[&str]) -> Result<Vec<Outcome>> {
        check_host()?;
        let folder = tempfile::tempdir()?;
        let path = |name: &str| folder.path().join(name);
        fs::write(path("initramfs"), self.initial_files(scripts)?)?;
        for line in ["console", "stdout", "stderr", "status"] {
            fs::write(path(line), "")?;
        }
        let serial = |name: &str| format!("file:{}", path(name).display());
        // coreutils' `timeout` ends the machine even if this process has been killed by then, and so does the limit of `prlimit`.
        let emulator = Command::new("timeout")
            .args(["--foreground", "--kill-after=5", &self.seconds.saturating_mul(10).to_string()])
            .args(["prlimit", &format!("--cpu={}:", self.seconds), "--core=0", EMULATOR])
            // One host thread for all processors: with one each, the emulator now and then ran stale code after the kernel had
            // patched itself. Five-level page tables only cost time here.
            .args(["-accel", "tcg,thread=single", "-cpu", "max,la57=off", "-smp", "2", "-m", "512"])
            .args(["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"])
            .args(["-serial", &serial("console"), "-serial", &serial("stdout")])
            .args(["-serial", &serial("stderr"), "-serial", &serial("status")])
            .arg("-kernel")
            .arg(self.kernel.image())
            .arg("-initrd")
            .arg(path("initramfs"))
            // On a busy host the timer comes so late that the kernel takes it for broken, and panics, unless it doesn't check.
            .args(["-append", &format!("{WORDS} {}", self.words)])
            .stdin(Stdio::null())
            .output()
            .context("can't run `timeout` of coreutils")?;
        let emulator_log = String::from_utf8_lossy(&emulator.stderr).into_owned();
        let read = |name: &str| -> Result<String> { Ok(String::from_utf8_lossy(&fs::read(path(name))?).into_owned()) };
        let (stdout, stderr, status) = (read("stdout")?, read("stderr")?, read("status")?);
        let console = read("console")?.replace('\r', "") + &emulator_log;
        let (mut stdout, mut stderr) = (stdout.split(END), stderr.split(END));
        let mut outcome = |end, seconds| {
            let text = |of: &mut std::str::Split<'_, &str>| of.next().unwrap_or_default().to_owned();
            Outcome { end, stdout: text(&mut stdout), stderr: text(&mut stderr), console: console.clone(), seconds }
        };
        let mut outcomes: Vec<Outcome> =
            status.lines().map_while(ended).map(|(status, seconds)| outcome(End::Status(status), Some(seconds))).collect();
        if outcomes.len() < scripts.len() {
            let end = match emulator.status.code() {
                Some(124 | 137) => End::OutOfTime,
                // `timeout` goes as what it watches does.
                None if emulator.status.signal() == Some(XCPU) => End::OutOfTime,
                Some(0) => End::Crashed,
                _ => bail!("`{EMULATOR}` failed: {emulator_log}"),
            };
            outcomes.push(outcome(end, None));
        }
        Ok(outcomes)
    }

    fn initial_files(&self, scripts: &[&str]) -> Result<Vec<u8>> {
        let mut files = Initramfs::default();
        for folder in ["dev", "proc", "sys", "tmp", "run", "etc", "boot"] {
            files.folder(folder);
        }
        let busybox = busybox()?;
        files.file("bin/busybox", &fs::read(busybox)?);
        if let Some(config) = self.kernel.config() {
            files.file(&format!("boot/config-{}", self.kernel.release), &fs::read(config)?);
        }
        for (to, from) in &self.files {
            files.file(to, &fs::read(from).with_context(|| format!("can't read `{}`", from.display()))?);
        }
        for (index, script) in scripts.iter().enumerate() {
            files.file(&format!("scripts/{index:03}"), script.as_bytes());
        }
        files.file("init", INIT.as_bytes());
        Ok(files.finish())
    }
}

/// The status in a line of [`INIT`]'s, and the time between the others, each in seconds since the start with a fraction.
fn ended(line: &str) -> Option<(u8, f64)> {
    let mut words = line.split_whitespace();
    let status = words.next()?.parse().ok()?;
    let [begin, end] = [words.next()?.parse::<f64>().ok()?, words.next()?.parse::<f64>().ok()?];
    Some((status, end - begin))
}

/// The first process. Output, errors and status have serial lines of their own, apart from the kernel's console; the first two are raw,
/// so that they come out byte for byte.
const INIT: &str = "#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/ TERM=dumb
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t securityfs securityfs /sys/kernel/security
ifconfig lo up
stty -F /dev/ttyS1 raw -echo
stty -F /dev/ttyS2 raw -echo
for script in /scripts/*; do
    read begin rest </proc/uptime
    unshare -m sh $script </dev/null >/dev/ttyS1 2>/dev/ttyS2
    status=$?
    printf '\\036end of script\\036' >/dev/ttyS1
    printf '\\036end of script\\036' >/dev/ttyS2
    read end rest </proc/uptime
    echo $status $begin $end >/dev/ttyS3
done
poweroff -f
";

/// The busybox of this machine, which must run without libraries in the other.
fn busybox() -> Result<PathBuf> {
    let busybox = find("busybox", "busybox-static")?;
    check_static(&busybox).context("`apt-get install busybox-static`")?;
    Ok(busybox)
}

/// Checks that this machine has what it takes to run another.
pub fn check_host() -> Result<()> {
    find(EMULATOR, "qemu-system-x86")?;
    busybox().map(|_| ())
}
