//! Programs as linked instructions, and where they refer to something that only a kernel has.

use super::{AttachType, ProgramType};

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
    /// What it is attached to, as the section name says: all after the first `/`; empty where the part after it belongs to the kind of
    /// program (`cgroup/connect4`) or is missing.
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
    /// Tables of places that the program jumps to, each a list of indices of instructions: what clang (22 or newer) makes of a `switch` or
    /// of labels whose addresses are taken. What [`ReferenceKind::JumpTable`] refers to.
    pub jump_tables: &'a [&'a [u32]],
    /// Index of the instruction with which the exception callback begins, and with it the functions that nothing else refers to: what comes
    /// last in the program. `None` if it has no such callback, or calls it as any function.
    pub exception_callback: Option<u32>,
}

impl Program<'_> {
    /// A program that is loaded, of no type and without instructions. What isn't given in a definition is as here.
    pub const EMPTY: Program<'static> = Program {
        name: "",
        section: "",
        program_type: ProgramType(0),
        attach_type: AttachType(0),
        flags: 0,
        target: "",
        autoload: true,
        instructions: &[],
        func_info: &[],
        line_info: &[],
        relocations: &[],
        references: &[],
        jump_tables: &[],
        exception_callback: None,
    };
}

/// Flags of loading (`BPF_F_*` in `include/uapi/linux/bpf.h`).
pub mod program_flag {
    /// `BPF_F_STRICT_ALIGNMENT`, Linux 4.12: the verifier refuses accesses that aren't aligned, on every machine.
    pub const STRICT_ALIGNMENT: u32 = 1 << 0;
    /// `BPF_F_ANY_ALIGNMENT`, Linux 5.0: the verifier accepts them on every machine.
    pub const ANY_ALIGNMENT: u32 = 1 << 1;
    /// `BPF_F_TEST_RND_HI32`, Linux 5.3: upper halves of registers are filled with random bits, for tests.
    pub const TEST_RND_HI32: u32 = 1 << 2;
    /// `BPF_F_TEST_STATE_FREQ`, Linux 5.4: the verifier keeps as many states as it can, for tests.
    pub const TEST_STATE_FREQ: u32 = 1 << 3;
    /// `BPF_F_SLEEPABLE`, Linux 5.10: the program may sleep.
    pub const SLEEPABLE: u32 = 1 << 4;
    /// `BPF_F_XDP_HAS_FRAGS`, Linux 5.18: the program copes with packets in several parts.
    pub const XDP_HAS_FRAGS: u32 = 1 << 5;
    /// `BPF_F_XDP_DEV_BOUND_ONLY`, Linux 6.3: the program is bound to an interface, and runs on the CPU.
    pub const XDP_DEV_BOUND_ONLY: u32 = 1 << 6;
    /// `BPF_F_TEST_REG_INVARIANTS`, Linux 6.8: a broken invariant of the verifier is an error, for tests.
    pub const TEST_REG_INVARIANTS: u32 = 1 << 7;
}

/// An instruction that a CO-RE relocation patches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelocationSite {
    /// Index of the instruction, counted in units of eight bytes.
    pub instruction: u32,
    /// Index in [`Object::relocations`](super::Object::relocations).
    pub relocation: u32,
}

/// An instruction that refers to a map or to a symbol of the kernel.
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
    /// A 64-bit load of an address in a table of places in the program, which is a map of its own for the kernel (`BPF_PSEUDO_MAP_VALUE`,
    /// Linux 6.19): index in [`Program::jump_tables`]. The second half's immediate already holds the offset.
    JumpTable(u32),
    /// A 64-bit load of the address of a symbol of the kernel: index in [`Object::symbols`](super::Object::symbols).
    Symbol(u32),
    /// A call of a function of the kernel (`BPF_PSEUDO_KFUNC_CALL`): index in [`Object::symbols`](super::Object::symbols).
    Function(u32),
}
