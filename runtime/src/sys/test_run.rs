//! bpf(2): programs run for tests.
#![expect(unsafe_code, reason = "the kernel reads and writes at addresses that it is given")]

use std::io;
use std::os::fd::BorrowedFd;

use super::bpf::{address, address_mut, bpf, command, count, raw};

/// What a program is run on. Outputs are shortened to what the kernel has written.
#[derive(Debug, Default)]
pub(crate) struct TestRun<'a> {
    /// A packet.
    pub(crate) data: &'a [u8],
    /// The packet as the program leaves it.
    pub(crate) data_out: Vec<u8>,
    /// Of programs of type `syscall`, what they leave comes back in it (`bpf_prog_test_run_syscall` in `net/bpf/test_run.c`).
    pub(crate) context: Vec<u8>,
    pub(crate) context_out: Vec<u8>,
    pub(crate) repeat: u32,
}

/// What came out of it besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TestResult {
    pub(crate) returned: u32,
    /// Nanoseconds of one run, on the average.
    pub(crate) duration: u32,
    /// There was more data than room for it.
    pub(crate) cut: bool,
}

/// `BPF_PROG_TEST_RUN`, Linux 4.12; with a context, and of raw tracepoints, which take nothing else, Linux 5.10.
#[inline]
pub(crate) fn program_test_run(program: BorrowedFd<'_>, run: &mut TestRun<'_>) -> io::Result<TestResult> {
    #[repr(C)]
    struct ProgramTestRun {
        prog_fd: u32,
        retval: u32,
        data_size_in: u32,
        data_size_out: u32,
        data_in: u64,
        data_out: u64,
        repeat: u32,
        duration: u32,
        ctx_size_in: u32,
        ctx_size_out: u32,
        ctx_in: u64,
        ctx_out: u64,
        flags: u32,
        cpu: u32,
    }

    let mut attribute = ProgramTestRun {
        prog_fd: raw(Some(program)),
        retval: 0,
        data_size_in: count(run.data)?,
        data_size_out: count(&run.data_out)?,
        data_in: address(run.data),
        data_out: address_mut(&mut run.data_out),
        repeat: run.repeat,
        duration: 0,
        ctx_size_in: count(&run.context)?,
        ctx_size_out: count(&run.context_out)?,
        ctx_in: address_mut(&mut run.context),
        ctx_out: address_mut(&mut run.context_out),
        flags: 0,
        cpu: 0,
    };
    // SAFETY: the data are readable, the context and the outputs writable, in the lengths that are given.
    let result = unsafe { bpf(command::PROG_TEST_RUN, &mut attribute) };
    // The kernel fills as much as there is room for and says so (`bpf_test_finish` in `net/bpf/test_run.c`).
    let cut = result.as_ref().is_err_and(|error| error.raw_os_error() == Some(libc::ENOSPC));
    if !cut {
        result?;
    }
    run.data_out.truncate(attribute.data_size_out as usize);
    run.context_out.truncate(attribute.ctx_size_out as usize);
    Ok(TestResult { returned: attribute.retval, duration: attribute.duration, cut })
}
