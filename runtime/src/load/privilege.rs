//! Why the kernel says no.

use std::fmt::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::{fs, io};

use super::since::Since;
use crate::blueprint::ProgramType;
use crate::sys::{RaisedMemlock, token};
use crate::{Error, ErrorKind, text};

/// Numbers of `include/uapi/linux/capability.h`.
const CAP_NET_ADMIN: u32 = 12;
const CAP_SYS_ADMIN: u32 = 21;
const CAP_PERFMON: u32 = 38;
const CAP_BPF: u32 = 39;

const SYS_ADMIN: (u32, &str) = (CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
const BPF: (u32, &str) = (CAP_BPF, "CAP_BPF");
const PERFMON: (u32, &str) = (CAP_PERFMON, "CAP_PERFMON");
const NET_ADMIN: (u32, &str) = (CAP_NET_ADMIN, "CAP_NET_ADMIN");

/// What the kernel was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A map.
    Map,
    /// A program of a type.
    Program(ProgramType),
    /// A perf event, or something attached to one.
    Event,
    /// The BTF object of a module, or another object by its number (`bpf_obj_get_next_id` and `bpf_map_get_fd_by_id` in
    /// `kernel/bpf/syscall.c`).
    ById,
    /// What is attached (`bpf_prog_query` in `kernel/bpf/syscall.c`).
    Query,
}

impl Need {
    /// The capabilities that the kernel asks for (`is_perfmon_prog_type` and `is_net_admin_prog_type` in `kernel/bpf/syscall.c`); all of
    /// them are in `CAP_SYS_ADMIN` too.
    fn capabilities(self) -> &'static [(u32, &'static str)] {
        match self {
            Self::Map => &[BPF],
            Self::Event => &[PERFMON],
            Self::ById => &[SYS_ADMIN],
            Self::Query => &[NET_ADMIN],
            Self::Program(program_type) => match program_type {
                ProgramType::KPROBE
                | ProgramType::TRACEPOINT
                | ProgramType::PERF_EVENT
                | ProgramType::RAW_TRACEPOINT
                | ProgramType::RAW_TRACEPOINT_WRITABLE
                | ProgramType::TRACING
                | ProgramType::LSM
                | ProgramType::STRUCT_OPS => &[BPF, PERFMON],
                ProgramType::EXT => &[BPF, PERFMON, NET_ADMIN],
                ProgramType::SCHED_CLS
                | ProgramType::SCHED_ACT
                | ProgramType::XDP
                | ProgramType::LWT_IN
                | ProgramType::LWT_OUT
                | ProgramType::LWT_XMIT
                | ProgramType::LWT_SEG6LOCAL
                | ProgramType::SK_SKB
                | ProgramType::SK_MSG
                | ProgramType::FLOW_DISSECTOR
                | ProgramType::CGROUP_DEVICE
                | ProgramType::CGROUP_SOCK
                | ProgramType::CGROUP_SOCK_ADDR
                | ProgramType::CGROUP_SOCKOPT
                | ProgramType::CGROUP_SYSCTL
                | ProgramType::SOCK_OPS
                | ProgramType::NETFILTER => &[BPF, NET_ADMIN],
                _ => &[BPF],
            },
        }
    }

    /// Whether users without privilege may have it if `kernel.unprivileged_bpf_disabled` is 0.
    fn is_for_anyone(self) -> bool {
        matches!(self, Self::Map | Self::Program(ProgramType::SOCKET_FILTER | ProgramType::CGROUP_SKB))
    }
}

/// Runs what the kernel may refuse with `EPERM`, and if it does, runs it again with what may help: with the limit of locked memory raised,
/// or with the token of a container.
pub(crate) fn privileged<T>(mut run: impl FnMut(Option<BorrowedFd<'_>>) -> io::Result<T>) -> io::Result<T> {
    match run(None) {
        Err(error) => match Help::find(&error) {
            Some(Help::Memlock(_raised)) => run(None),
            Some(Help::Token(token)) => run(Some(token.as_fd())),
            None => Err(error),
        },
        result => result,
    }
}

/// What may help against `EPERM`.
enum Help {
    /// Kernels before 5.11 charge maps and programs to the limit of locked memory, when they are made. It is as it was afterwards, for this
    /// process and for its children.
    Memlock(RaisedMemlock),
    /// Linux 6.9.
    Token(OwnedFd),
}

impl Help {
    #[cold]
    fn find(error: &io::Error) -> Option<Self> {
        if error.raw_os_error() != Some(libc::EPERM) {
            None
        } else if charges_memlock() {
            RaisedMemlock::new().ok().flatten().map(Self::Memlock)
        } else {
            token().ok().map(Self::Token)
        }
    }
}

/// Whether the kernel is older than 5.11, where locked memory gave way to the memory controller (commit 97306be45fbe).
#[inline]
fn charges_memlock() -> bool {
    Since(5, 11).is_ahead()
}

/// The error of a system call that failed: with the reason and what to do, if it failed for want of privilege.
#[cold]
pub(crate) fn refusal(doing: &str, need: Need, error: io::Error) -> Error {
    match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => {
            let why = Circumstances::now().explain(need);
            Error::with_source(ErrorKind::PermissionDenied, format!("{doing}: {why}"), error)
        }
        Some(libc::EMFILE) => {
            let message = format!("{doing}: each map and program takes a descriptor; allow more of them with `ulimit -n NUMBER`");
            Error::with_source(ErrorKind::System, message, error)
        }
        Some(libc::ENOSYS) => {
            let message = format!("{doing}: {}", Circumstances::now().without(need));
            Error::with_source(ErrorKind::Unsupported, message, error)
        }
        _ => Error::with_source(ErrorKind::System, doing.to_owned(), error),
    }
}

/// What this process is allowed, as far as the kernel lets it see.
#[derive(Clone, Debug, Default)]
struct Circumstances {
    /// `CapEff` of `/proc/thread-self/status` (Linux 3.17): capabilities are a thread's.
    capabilities: Option<u64>,
    /// `CapBnd` there: what root and files' rights can give it at most.
    bounds: Option<u64>,
    /// `Seccomp` of `/proc/thread-self/status` is 2: system calls are filtered.
    filtered: bool,
    /// `/proc/self/uid_map` doesn't map all users to themselves.
    in_user_namespace: bool,
    /// There is a BPF token for it.
    has_token: bool,
    /// The word in brackets of `/sys/kernel/security/lockdown`, unless it is `none`.
    lockdown: Option<String>,
    /// `/proc/sys/kernel/unprivileged_bpf_disabled`.
    unprivileged_bpf_disabled: Option<u32>,
    /// `/proc/sys/kernel/perf_event_paranoid`.
    perf_event_paranoid: Option<i32>,
    /// The kernel charges maps and programs as locked memory.
    charges_memlock: bool,
    /// `/sys/kernel/security/lsm`: the security modules; `None` if securityfs is not mounted, or may not be read.
    security_modules: Option<String>,
}

impl Circumstances {
    fn now() -> Self {
        let status = read("/proc/thread-self/status");
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
        let mask = |name| field(name).and_then(|mask| u64::from_str_radix(mask, 16).ok());
        Self {
            capabilities: mask("CapEff"),
            bounds: mask("CapBnd"),
            filtered: field("Seccomp") == Some("2"),
            in_user_namespace: !is_whole(&read("/proc/self/uid_map")),
            has_token: token().is_ok(),
            lockdown: lockdown(),
            unprivileged_bpf_disabled: text::number(read("/proc/sys/kernel/unprivileged_bpf_disabled").trim()),
            perf_event_paranoid: read("/proc/sys/kernel/perf_event_paranoid").trim().parse().ok(),
            charges_memlock: charges_memlock(),
            security_modules: fs::read_to_string("/sys/kernel/security/lsm").ok(),
        }
    }

    fn has(&self, capability: u32) -> bool {
        // Not known is not missing.
        self.capabilities.is_none_or(|mask| mask >> capability & 1 == 1 || mask >> CAP_SYS_ADMIN & 1 == 1)
    }

    /// What a program's file should be given: what is needed, and what the process has already, as `setcap` replaces that.
    fn right(&self, need: Need) -> Vec<&'static str> {
        let held = |capability| self.capabilities.is_some_and(|mask| mask >> capability & 1 == 1);
        let wanted =
            |(capability, _): &(u32, &str)| need.capabilities().iter().any(|(other, _)| other == capability) || held(*capability);
        [SYS_ADMIN, BPF, PERFMON, NET_ADMIN].into_iter().filter(wanted).map(|(_, name)| name).collect()
    }

    /// Why there is no such system call.
    fn without(&self, need: Need) -> String {
        let (call, option) =
            if need == Need::Event { ("perf_event_open(2)", "CONFIG_PERF_EVENTS") } else { ("bpf(2)", "CONFIG_BPF_SYSCALL") };
        if self.filtered {
            format!(
                "a seccomp filter (a container's, a service's `SystemCallFilter=`) hides {call}, or this kernel is built without it (`{option}`)"
            )
        } else {
            format!("this kernel is built without {call} (`{option}`)")
        }
    }

    /// The likeliest reason, and what to do.
    fn explain(&self, need: Need) -> String {
        let missing: Vec<_> = need.capabilities().iter().filter(|(capability, _)| !self.has(*capability)).collect();
        // Both root and a file's rights end there.
        let is_bounded = self.bounds.is_some_and(|mask| {
            mask >> CAP_SYS_ADMIN & 1 == 0 && missing.iter().any(|(capability, _)| mask >> capability & 1 == 0)
        });
        let missing: Vec<&str> = missing.into_iter().map(|(_, name)| *name).collect();
        let mut text = String::new();
        if !missing.is_empty() {
            let _ = write!(text, "this process lacks {}", missing.join(" and "));
            match (self.unprivileged_bpf_disabled, self.perf_event_paranoid) {
                (Some(setting), _) if setting != 0 && need.is_for_anyone() => {
                    let _ = write!(text, ", and `kernel.unprivileged_bpf_disabled` is {setting}");
                }
                (_, Some(setting)) if need == Need::Event => {
                    let _ = write!(text, ", and `kernel.perf_event_paranoid` is {setting}");
                }
                _ => {}
            }
            if self.in_user_namespace {
                text.push_str("; it is in a user namespace, whose root doesn't count: run it outside as root");
            } else if is_bounded {
                text.push_str(
                    ", and even root can't have it here; have who starts it allow it: a container by `--cap-add`, a service by \
                     `CapabilityBoundingSet=`",
                );
            } else {
                let names = self.right(need).join(",").to_ascii_lowercase();
                let _ = write!(text, "; run it as root, or give its file the right with `setcap {names}+ep FILE`");
            }
        } else if self.has_token {
            text.push_str(
                "the BPF token of this process's user namespace (a container's) doesn't cover it: what it covers is said by the options \
                 `delegate_cmds`, `delegate_maps`, `delegate_progs` and `delegate_attachs` of the mount `/sys/fs/bpf`",
            );
        } else if self.in_user_namespace {
            text.push_str(
                "this process has the capabilities in a user namespace (a container's) only, where they don't count for BPF; run it \
                 outside, or have who starts the container delegate BPF to it: mounted with `delegate_cmds` and its like, `/sys/fs/bpf` \
                 gives a token (Linux 6.9)",
            );
        } else if let Some(mode) = &self.lockdown {
            let _ = write!(
                text,
                "the kernel is locked down (`{mode}`), which may forbid it; boot with `lockdown=none`, or without Secure Boot"
            );
        } else if self.filtered {
            text.push_str(
                "a seccomp filter (a container's, a service's `SystemCallFilter=`) may forbid it; allow bpf(2) and perf_event_open(2) there",
            );
        } else if self.charges_memlock {
            text.push_str(
                "the limit of locked memory may be reached, which kernels before 5.11 charge it to; run `ulimit -l unlimited`",
            );
        } else if let Some(modules) = &self.security_modules {
            let _ = write!(
                text,
                "this process has the capabilities, so a security module ({}) may forbid it",
                modules.trim().replace(',', ", ")
            );
        } else {
            text.push_str(
                "this process has the capabilities, so lockdown or another security module may forbid it; to see which there are, run \
                 `mount -t securityfs securityfs /sys/kernel/security` and try again",
            );
        }
        text
    }
}

/// The text of a file; empty if it can't be read.
#[cold]
#[inline(never)]
fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// How the kernel is locked down; `None` if it isn't, or securityfs is not mounted.
#[cold]
pub(super) fn lockdown() -> Option<String> {
    bracketed(&read("/sys/kernel/security/lockdown")).filter(|mode| *mode != "none").map(str::to_owned)
}

/// Whether a map of user ids is the initial namespace's.
#[inline]
fn is_whole(uid_map: &str) -> bool {
    // Without the file there are no user namespaces.
    uid_map.is_empty() || uid_map.split_whitespace().eq(["0", "0", "4294967295"])
}

/// The chosen word of `none [integrity] confidentiality`.
fn bracketed(choices: &str) -> Option<&str> {
    choices.split_whitespace().find_map(|word| word.strip_prefix('[')?.strip_suffix(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> Circumstances {
        Circumstances { capabilities: Some(u64::MAX), ..Circumstances::default() }
    }

    #[test]
    fn names_what_is_missing() {
        let nobody = Circumstances { capabilities: Some(0), unprivileged_bpf_disabled: Some(2), ..Circumstances::default() };
        assert_eq!(
            nobody.explain(Need::Map),
            "this process lacks CAP_BPF, and `kernel.unprivileged_bpf_disabled` is 2; run it as root, or give its file the right with \
             `setcap cap_bpf+ep FILE`"
        );
        assert_eq!(
            nobody.explain(Need::Program(ProgramType::TRACING)),
            "this process lacks CAP_BPF and CAP_PERFMON; run it as root, or give its file the right with `setcap cap_bpf,cap_perfmon+ep \
             FILE`"
        );
        let half = Circumstances { capabilities: Some(1 << CAP_BPF), ..Circumstances::default() };
        assert_eq!(
            half.explain(Need::Program(ProgramType::XDP)),
            "this process lacks CAP_NET_ADMIN; run it as root, or give its file the right with `setcap cap_bpf,cap_net_admin+ep FILE`"
        );
        let container = Circumstances { capabilities: Some(1), bounds: Some(1), ..Circumstances::default() };
        assert_eq!(
            container.explain(Need::Map),
            "this process lacks CAP_BPF, and even root can't have it here; have who starts it allow it: a container by `--cap-add`, a \
             service by `CapabilityBoundingSet=`"
        );
        for bounds in [1 << CAP_BPF, 1 << CAP_SYS_ADMIN] {
            let user = Circumstances { bounds: Some(bounds), ..container.clone() };
            assert!(user.explain(Need::Map).contains("; run it as root"));
        }
        let paranoid = Circumstances { capabilities: Some(1 << CAP_BPF), perf_event_paranoid: Some(3), ..Circumstances::default() };
        assert!(
            paranoid.explain(Need::Event).starts_with("this process lacks CAP_PERFMON, and `kernel.perf_event_paranoid` is 3; run")
        );
        let admin = Circumstances { capabilities: Some(1 << CAP_SYS_ADMIN), in_user_namespace: true, ..Circumstances::default() };
        assert!(admin.explain(Need::Map).contains("`/sys/fs/bpf` gives a token (Linux 6.9)"));
        let covered = Circumstances { has_token: true, ..admin };
        assert!(
            covered
                .explain(Need::Map)
                .starts_with("the BPF token of this process's user namespace (a container's) doesn't cover it")
        );
    }

    #[test]
    fn tells_other_reasons_apart() {
        let text = |circumstances: Circumstances| circumstances.explain(Need::Map);
        assert!(text(Circumstances { in_user_namespace: true, ..root() }).contains("in a user namespace"));
        assert!(
            text(Circumstances { lockdown: Some("integrity".to_owned()), ..root() })
                .contains("locked down (`integrity`), which may")
        );
        let filtered = Circumstances { filtered: true, ..root() };
        assert!(
            filtered
                .without(Need::Event)
                .starts_with("a seccomp filter (a container's, a service's `SystemCallFilter=`) hides perf_")
        );
        assert!(text(filtered).contains("seccomp"));
        assert_eq!(root().without(Need::Map), "this kernel is built without bpf(2) (`CONFIG_BPF_SYSCALL`)");
        assert_eq!(root().without(Need::Event), "this kernel is built without perf_event_open(2) (`CONFIG_PERF_EVENTS`)");
        assert!(text(Circumstances { charges_memlock: true, ..root() }).contains("ulimit -l unlimited"));
        assert!(text(root()).contains("mount -t securityfs"));
        let modules = Some("lockdown,capability\n".to_owned());
        assert!(
            text(Circumstances { security_modules: modules, ..root() }).ends_with("module (lockdown, capability) may forbid it")
        );
        let nobody = Circumstances { capabilities: Some(0), in_user_namespace: true, ..Circumstances::default() };
        assert!(text(nobody).ends_with("it is in a user namespace, whose root doesn't count: run it outside as root"));
    }

    #[test]
    fn running_out_of_descriptors_is_explained() {
        let error = refusal("cannot create map `m`", Need::Map, io::Error::from_raw_os_error(libc::EMFILE));
        assert_eq!(
            error.to_string(),
            "cannot create map `m`: each map and program takes a descriptor; allow more of them with `ulimit -n NUMBER`"
        );
    }

    #[test]
    fn reads_the_kernel_s_files() {
        assert_eq!(bracketed("none [integrity] confidentiality\n"), Some("integrity"));
        assert_eq!(bracketed(""), None);
        assert!(is_whole("         0          0 4294967295\n"));
        assert!(!is_whole("         0       1000          1\n"));
        assert!(Circumstances::now().capabilities.is_some());
    }
}
