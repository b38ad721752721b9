//! Programs as linked instructions, and where they refer to something that only a kernel has.

/// An entry program: its own instructions followed by those of every sub-program that it calls.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// C name of the function.
    pub name: &'a str,
    /// Section name as in the C source, without the `?`.
    pub section: &'a str,
    /// Type that the kernel verifies it as.
    pub program_type: ProgramType,
    /// `expected_attach_type` of loading.
    pub attach_type: AttachType,
    /// `BPF_F_*` flags of loading (`BPF_F_SLEEPABLE`, ...).
    pub flags: u32,
    /// What it is attached to, as the section name says: all after the first `/`, or empty.
    pub target: &'a str,
    /// Loaded unless the user says otherwise; `false` for a section name with `?` in front.
    pub autoload: bool,
    /// Instructions, eight bytes each, in the object's byte order.
    pub instructions: &'a [u8],
    /// `struct bpf_func_info` records, eight bytes each, as bpf(2) takes them. Empty if the object has none.
    pub func_info: &'a [u8],
    /// `struct bpf_line_info` records, sixteen bytes each, as bpf(2) takes them. Empty if the object has none.
    pub line_info: &'a [u8],
    /// CO-RE relocation sites, by instruction.
    pub relocations: &'a [RelocationSite],
    /// Loads and calls that need a descriptor, by instruction.
    pub references: &'a [Reference],
}

/// An instruction that a CO-RE relocation patches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelocationSite {
    /// Index of the instruction, counted in units of eight bytes.
    pub instruction: u32,
    /// Index in [`Object::relocations`](super::Object::relocations).
    pub relocation: u32,
}

/// An instruction that refers to a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Index of the instruction, counted in units of eight bytes.
    pub instruction: u32,
    /// What it refers to.
    pub kind: ReferenceKind,
}

/// What an instruction refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// A 64-bit load of a map's descriptor (`BPF_PSEUDO_MAP_FD`): index in [`Object::maps`](super::Object::maps).
    Map(u32),
    /// A 64-bit load of an address in a map's value (`BPF_PSEUDO_MAP_VALUE`): index in [`Object::maps`](super::Object::maps). The
    /// second half's immediate already holds the offset.
    MapValue(u32),
}

/// Type of a program: `enum bpf_prog_type` in `include/uapi/linux/bpf.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProgramType(pub u32);

/// Where a program is attached: `enum bpf_attach_type` in `include/uapi/linux/bpf.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AttachType(pub u32);

impl ProgramType {
    /// `BPF_PROG_TYPE_SOCKET_FILTER`, Linux 3.19.
    pub const SOCKET_FILTER: Self = Self(1);
    /// `BPF_PROG_TYPE_KPROBE` (kprobes, uprobes), Linux 4.1.
    pub const KPROBE: Self = Self(2);
    /// `BPF_PROG_TYPE_TRACEPOINT`, Linux 4.7.
    pub const TRACEPOINT: Self = Self(5);
    /// `BPF_PROG_TYPE_XDP`, Linux 4.8.
    pub const XDP: Self = Self(6);
    /// `BPF_PROG_TYPE_PERF_EVENT`, Linux 4.9.
    pub const PERF_EVENT: Self = Self(7);
    /// `BPF_PROG_TYPE_RAW_TRACEPOINT`, Linux 4.17.
    pub const RAW_TRACEPOINT: Self = Self(17);
    /// `BPF_PROG_TYPE_TRACING` (tp_btf, fentry, fexit, iter), Linux 5.5.
    pub const TRACING: Self = Self(26);
    /// `BPF_PROG_TYPE_EXT` (freplace), Linux 5.6.
    pub const EXT: Self = Self(28);
    /// `BPF_PROG_TYPE_LSM`, Linux 5.7.
    pub const LSM: Self = Self(29);
}

impl AttachType {
    /// None is expected: 0, which is also `BPF_CGROUP_INET_INGRESS`.
    pub const NONE: Self = Self(0);
    /// `BPF_TRACE_RAW_TP` (tp_btf), Linux 5.5.
    pub const TRACE_RAW_TP: Self = Self(23);
    /// `BPF_TRACE_FENTRY`, Linux 5.5.
    pub const TRACE_FENTRY: Self = Self(24);
    /// `BPF_TRACE_FEXIT`, Linux 5.5.
    pub const TRACE_FEXIT: Self = Self(25);
    /// `BPF_MODIFY_RETURN` (fmod_ret), Linux 5.7.
    pub const MODIFY_RETURN: Self = Self(26);
    /// `BPF_LSM_MAC`, Linux 5.7.
    pub const LSM_MAC: Self = Self(27);
    /// `BPF_TRACE_ITER`, Linux 5.8.
    pub const TRACE_ITER: Self = Self(28);
    /// `BPF_PERF_EVENT`, the type of link of kprobes, tracepoints and perf events, Linux 5.15.
    pub const PERF_EVENT: Self = Self(41);
}
