// The skeleton of probes.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                          Rust
//   SEC("kprobe/do_unlinkat") entered          progs.entered: Kprobe
//   SEC("kretprobe/do_unlinkat") returned      progs.returned: Kprobe
//   SEC("kprobe.multi/vfs_*") several          progs.several: KprobeMulti
//   SEC("ksyscall/openat") called              progs.called: Kprobe
//   SEC("uprobe/libc.so.6:malloc") allocating  progs.allocating: Uprobe
//   SEC("uretprobe") any_function              progs.any_function: Uprobe
//   SEC("usdt/libc.so.6:libc:setjmp") jumping  progs.jumping: Usdt
//   SEC("perf_event") ticking                  progs.ticking: PerfEvent

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `probes`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Probes {
    /// Maps.
    pub maps: ProbesMaps,
    /// Programs.
    pub progs: ProbesProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Probes {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenProbes> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenProbes> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenProbes {
            maps: OpenProbesMaps {},
            progs: OpenProbesProgs {
                entered: object.program(0),
                returned: object.program(1),
                several: object.program(2),
                called: object.program(3),
                allocating: object.program(4),
                any_function: object.program(5),
                jumping: object.program(6),
                ticking: object.program(7),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<ProbesLinks> {
        Ok(ProbesLinks {
            entered: self.progs.entered.auto_attach()?,
            returned: self.progs.returned.auto_attach()?,
            several: self.progs.several.auto_attach()?,
            called: self.progs.called.auto_attach()?,
            allocating: self.progs.allocating.auto_attach()?,
            any_function: self.progs.any_function.auto_attach()?,
            jumping: self.progs.jumping.auto_attach()?,
            ticking: self.progs.ticking.auto_attach()?,
        })
    }
}

/// The BPF object `probes`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenProbes {
    /// Maps.
    pub maps: OpenProbesMaps,
    /// Programs.
    pub progs: OpenProbesProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenProbes {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Probes> {
        let Self { maps: _, progs, mut object } = self;
        object.set_program(0, progs.entered);
        object.set_program(1, progs.returned);
        object.set_program(2, progs.several);
        object.set_program(3, progs.called);
        object.set_program(4, progs.allocating);
        object.set_program(5, progs.any_function);
        object.set_program(6, progs.jumping);
        object.set_program(7, progs.ticking);
        let loaded = object.load()?;
        Ok(Probes {
            maps: ProbesMaps {},
            progs: ProbesProgs {
                entered: loaded.program(0).into(),
                returned: loaded.program(1).into(),
                several: loaded.program(2).into(),
                called: loaded.program(3).into(),
                allocating: loaded.program(4).into(),
                any_function: loaded.program(5).into(),
                jumping: loaded.program(6).into(),
                ticking: loaded.program(7).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Probes`].
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ProbesMaps {}

/// Maps of [`OpenProbes`]: can be changed before they are created.
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenProbesMaps {}

// Programs.

/// Programs of [`Probes`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ProbesProgs {
    /// `SEC("kprobe/do_unlinkat") int entered(struct pt_regs *context)`
    pub entered: ::corebone::programs::Kprobe,
    /// `SEC("kretprobe/do_unlinkat") int returned(struct pt_regs *context)`
    pub returned: ::corebone::programs::Kprobe,
    /// `SEC("kprobe.multi/vfs_*") int several(struct pt_regs *context)`
    pub several: ::corebone::programs::KprobeMulti,
    /// `SEC("ksyscall/openat") int called(struct pt_regs *context)`
    pub called: ::corebone::programs::Kprobe,
    /// `SEC("uprobe/libc.so.6:malloc") int allocating(struct pt_regs *context)`
    pub allocating: ::corebone::programs::Uprobe,
    /// `SEC("uretprobe") int any_function(struct pt_regs *context)`
    pub any_function: ::corebone::programs::Uprobe,
    /// `SEC("usdt/libc.so.6:libc:setjmp") int jumping(struct pt_regs *context)`
    pub jumping: ::corebone::programs::Usdt,
    /// `SEC("perf_event") int ticking(struct bpf_perf_event_data *context)`
    pub ticking: ::corebone::programs::PerfEvent,
}

/// Programs of [`OpenProbes`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenProbesProgs {
    /// `SEC("kprobe/do_unlinkat") int entered(struct pt_regs *context)`
    pub entered: ::corebone::OpenProgram,
    /// `SEC("kretprobe/do_unlinkat") int returned(struct pt_regs *context)`
    pub returned: ::corebone::OpenProgram,
    /// `SEC("kprobe.multi/vfs_*") int several(struct pt_regs *context)`
    pub several: ::corebone::OpenProgram,
    /// `SEC("ksyscall/openat") int called(struct pt_regs *context)`
    pub called: ::corebone::OpenProgram,
    /// `SEC("uprobe/libc.so.6:malloc") int allocating(struct pt_regs *context)`
    pub allocating: ::corebone::OpenProgram,
    /// `SEC("uretprobe") int any_function(struct pt_regs *context)`
    pub any_function: ::corebone::OpenProgram,
    /// `SEC("usdt/libc.so.6:libc:setjmp") int jumping(struct pt_regs *context)`
    pub jumping: ::corebone::OpenProgram,
    /// `SEC("perf_event") int ticking(struct bpf_perf_event_data *context)`
    pub ticking: ::corebone::OpenProgram,
}

/// What [`Probes::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ProbesLinks {
    /// `SEC("kprobe/do_unlinkat") int entered(struct pt_regs *context)`
    pub entered: ::core::option::Option<::corebone::Link>,
    /// `SEC("kretprobe/do_unlinkat") int returned(struct pt_regs *context)`
    pub returned: ::core::option::Option<::corebone::Link>,
    /// `SEC("kprobe.multi/vfs_*") int several(struct pt_regs *context)`
    pub several: ::core::option::Option<::corebone::Link>,
    /// `SEC("ksyscall/openat") int called(struct pt_regs *context)`
    pub called: ::core::option::Option<::corebone::Link>,
    /// `SEC("uprobe/libc.so.6:malloc") int allocating(struct pt_regs *context)`
    pub allocating: ::core::option::Option<::corebone::Link>,
    /// `SEC("uretprobe") int any_function(struct pt_regs *context)`
    pub any_function: ::core::option::Option<::corebone::Link>,
    /// `SEC("usdt/libc.so.6:libc:setjmp") int jumping(struct pt_regs *context)`
    pub jumping: ::core::option::Option<::corebone::Link>,
    /// `SEC("perf_event") int ticking(struct bpf_perf_event_data *context)`
    pub ticking: ::core::option::Option<::corebone::Link>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("probes.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::bytes;
    use ::corebone::blueprint::{
        AttachType, Object, Program, ProgramType,
    };
    Object {
        name: "probes", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 472),
        programs: &[
            Program {
                name: "entered", section: "kprobe/do_unlinkat", target: "do_unlinkat",
                program_type: ProgramType::KPROBE,
                instructions: bytes(BYTES, 472, 16),
                func_info: bytes(BYTES, 488, 8), line_info: bytes(BYTES, 496, 16),
                ..Program::EMPTY
            },
            Program {
                name: "returned", section: "kretprobe/do_unlinkat", target: "do_unlinkat",
                program_type: ProgramType::KPROBE,
                instructions: bytes(BYTES, 512, 16),
                func_info: bytes(BYTES, 528, 8), line_info: bytes(BYTES, 536, 16),
                ..Program::EMPTY
            },
            Program {
                name: "several", section: "kprobe.multi/vfs_*", target: "vfs_*",
                program_type: ProgramType::KPROBE, attach_type: AttachType::TRACE_KPROBE_MULTI,
                instructions: bytes(BYTES, 552, 16),
                func_info: bytes(BYTES, 568, 8), line_info: bytes(BYTES, 576, 16),
                ..Program::EMPTY
            },
            Program {
                name: "called", section: "ksyscall/openat", target: "openat",
                program_type: ProgramType::KPROBE,
                instructions: bytes(BYTES, 592, 16),
                func_info: bytes(BYTES, 608, 8), line_info: bytes(BYTES, 616, 16),
                ..Program::EMPTY
            },
            Program {
                name: "allocating", section: "uprobe/libc.so.6:malloc", target: "libc.so.6:malloc",
                program_type: ProgramType::KPROBE,
                instructions: bytes(BYTES, 632, 16),
                func_info: bytes(BYTES, 648, 8), line_info: bytes(BYTES, 656, 16),
                ..Program::EMPTY
            },
            Program {
                name: "any_function", section: "uretprobe",
                program_type: ProgramType::KPROBE,
                instructions: bytes(BYTES, 672, 16),
                func_info: bytes(BYTES, 688, 8), line_info: bytes(BYTES, 696, 16),
                ..Program::EMPTY
            },
            Program {
                name: "jumping", section: "usdt/libc.so.6:libc:setjmp", target: "libc.so.6:libc:setjmp",
                program_type: ProgramType::KPROBE,
                instructions: bytes(BYTES, 712, 16),
                func_info: bytes(BYTES, 728, 8), line_info: bytes(BYTES, 736, 16),
                ..Program::EMPTY
            },
            Program {
                name: "ticking", section: "perf_event",
                program_type: ProgramType::PERF_EVENT,
                instructions: bytes(BYTES, 752, 16),
                func_info: bytes(BYTES, 768, 8), line_info: bytes(BYTES, 776, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
