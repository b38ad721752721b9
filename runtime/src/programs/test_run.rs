//! Programs that are run without their event.

use super::kind::kind;
use super::{CgroupSkb, FlowDissector, Lwt, Program, SchedAct, SchedCls, SkLookup, SocketFilter, Xdp};
use crate::blueprint::ProgramType;
use crate::sys::{ENOTSUPP, TestResult, TestRun as Run, program_test_run};
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

kind! {
    /// A program that user space runs, and that may make system calls of bpf(2) (`syscall`, Linux 5.14).
    Syscall;
}

impl Syscall {
    /// Runs the program, on a context of which it may read and change all bytes, and gives what it returned.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, `System` if the kernel refuses: the context may be shorter than what the program
    /// reads, or longer than 64 kB.
    pub fn run<C: Pod>(&self, context: &mut C) -> Result<u32> {
        let mut inout = Run { context: context.as_bytes().to_vec(), ..Run::default() };
        let result = run(&self.0, &mut inout)?;
        context.as_bytes_mut().copy_from_slice(&inout.context);
        Ok(result.returned)
    }
}

/// What a program is run on for a test.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestRun<'a> {
    /// A packet, from its Ethernet header on; of most types at least 14 bytes.
    pub data: &'a [u8],
    /// The context as the program sees it: `struct __sk_buff`, `struct xdp_md` (Linux 5.15), ... Empty for what the kernel makes of the
    /// packet.
    pub context: &'a [u8],
    /// How often the program is run; 0 is once.
    pub repeat: u32,
}

impl<'a> TestRun<'a> {
    /// Once, on a packet.
    pub fn of(data: &'a [u8]) -> Self {
        Self { data, ..Self::default() }
    }
}

/// What came out of a test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestOutput {
    /// What the program returned (the last time).
    pub returned: u32,
    /// The packet as the program has left it.
    pub data: Vec<u8>,
    /// The context as the program has left it; empty if none was given.
    pub context: Vec<u8>,
    /// How long one run took on the average.
    pub duration: std::time::Duration,
}

macro_rules! test_run {
    ($($name:ident)+) => {$(
        impl $name {
            /// Runs the program here and now, on a packet that doesn't come from the network (`BPF_PROG_TEST_RUN`, Linux 4.12; with a
            /// context 5.2). For tests.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the program was not loaded, `System` if the kernel can't run the program on this.
            #[inline]
            pub fn test_run(&self, test: &TestRun<'_>) -> Result<TestOutput> {
                self.0.test_packet(test)
            }
        }
    )+};
}
test_run!(Xdp SchedCls SchedAct SocketFilter CgroupSkb Lwt FlowDissector SkLookup);

impl Program {
    /// Runs the program once, here and now, on a packet or on a raw tracepoint's arguments, and returns what it returned
    /// (`BPF_PROG_TEST_RUN`, Linux 4.12; raw tracepoints since 5.10). For tests.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, `System` if the kernel can't run such a program on such bytes: a packet has at least
    /// 14.
    #[inline]
    pub fn test_run(&self, input: &[u8]) -> Result<u32> {
        let mut test = match self.program_type() {
            ProgramType::RAW_TRACEPOINT | ProgramType::SYSCALL => Run { context: input.to_vec(), ..Run::default() },
            _ => Run { data: input, ..Run::default() },
        };
        run(self, &mut test).map(|result| result.returned)
    }

    #[inline]
    fn test_packet(&self, test: &TestRun<'_>) -> Result<TestOutput> {
        /// What a program may put in front of a packet (`XDP_PACKET_HEADROOM`) and behind it.
        const ROOM: usize = 4096;

        let mut test = Run {
            data: test.data,
            data_out: vec![0; test.data.len().saturating_add(ROOM)],
            context: test.context.to_vec(),
            context_out: vec![0; test.context.len()],
            repeat: test.repeat,
        };
        // Programs without a packet have none to give back.
        if test.data.is_empty() {
            test.data_out.clear();
        }
        let TestResult { returned, duration, cut } = run(self, &mut test)?;
        if cut {
            let message = format!("program `{}` has made more of the packet than there is room for", self.name());
            return Err(Error::new(ErrorKind::System, message));
        }
        let duration = std::time::Duration::from_nanos(duration.into());
        Ok(TestOutput { returned, data: test.data_out, context: test.context_out, duration })
    }
}

/// Runs a program for a test.
#[inline]
pub(super) fn run(program: &Program, test: &mut Run<'_>) -> Result<TestResult> {
    const ETHERNET: usize = 14;

    program_test_run(program.as_fd()?, test).map_err(|error| {
        let (kind, why) = match error.raw_os_error() {
            // `bpf_test_init` in `net/bpf/test_run.c`.
            Some(libc::EINVAL) if (1..ETHERNET).contains(&test.data.len()) => {
                (ErrorKind::InvalidInput, ": its packet is shorter than an Ethernet header, which is 14 bytes")
            }
            Some(ENOTSUPP | libc::EOPNOTSUPP) => (ErrorKind::Unsupported, ": this kernel can't with programs of its type"),
            _ => (ErrorKind::System, ""),
        };
        Error::with_source(kind, format!("cannot run program `{}` for a test{why}", program.name()), error)
    })
}
