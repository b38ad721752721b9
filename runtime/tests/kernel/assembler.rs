//! Writes programs and objects.

use std::sync::Mutex;

use corebone::blueprint::{
    AttachType, CoreRelocation, Map, Object, Program, ProgramType, Reference, ReferenceKind, RelocationSite, Section, map_type,
};

/// Helper functions by number (`include/uapi/linux/bpf.h`).
pub(crate) mod helper {
    pub(crate) const MAP_LOOKUP_ELEM: i32 = 1;
    pub(crate) const GET_PRANDOM_U32: i32 = 7;
    pub(crate) const GET_CURRENT_PID_TGID: i32 = 14;
    pub(crate) const PERF_EVENT_OUTPUT: i32 = 25;
    pub(crate) const GET_STACKID: i32 = 27;
    pub(crate) const GET_HASH_RECALC: i32 = 34;
    pub(crate) const CURRENT_TASK_UNDER_CGROUP: i32 = 37;
    pub(crate) const PERF_EVENT_READ_VALUE: i32 = 55;
    pub(crate) const GET_LOCAL_STORAGE: i32 = 81;
    pub(crate) const SK_SELECT_REUSEPORT: i32 = 82;
    pub(crate) const GET_ATTACH_COOKIE: i32 = 174;
    pub(crate) const RINGBUF_OUTPUT: i32 = 130;
    pub(crate) const RINGBUF_RESERVE: i32 = 131;
    pub(crate) const RINGBUF_DISCARD: i32 = 133;
    /// None.
    pub(crate) const MISSING: i32 = 99_999;
}

/// `BPF_PSEUDO_MAP_VALUE`
const PSEUDO_MAP_VALUE: u8 = 2;

/// `BPF_F_SLEEPABLE`
const SLEEPABLE: u32 = 1 << 4;

/// A program being written. Registers are numbers; sizes are those of C: `u32`, `u64`.
#[derive(Default)]
pub(crate) struct Code {
    bytes: Vec<u8>,
    references: Vec<Reference>,
    relocations: Vec<RelocationSite>,
}

impl Code {
    fn add(mut self, opcode: u8, destination: u8, source: u8, offset: i16, immediate: i32) -> Self {
        let registers = if cfg!(target_endian = "big") { destination << 4 | source } else { source << 4 | destination };
        self.bytes.extend([opcode, registers]);
        self.bytes.extend(offset.to_ne_bytes());
        self.bytes.extend(immediate.to_ne_bytes());
        self
    }

    fn position(&self) -> u32 {
        u32::try_from(self.bytes.len() / 8).unwrap()
    }

    pub(crate) fn set(self, register: u8, value: i32) -> Self {
        self.add(0xb7, register, 0, 0, value)
    }

    /// Of 32 bits, the upper half zero.
    pub(crate) fn set32(self, register: u8, value: i32) -> Self {
        self.add(0xb4, register, 0, 0, value)
    }

    pub(crate) fn copy(self, to: u8, from: u8) -> Self {
        self.add(0xbf, to, from, 0, 0)
    }

    pub(crate) fn add_number(self, register: u8, number: i32) -> Self {
        self.add(0x07, register, 0, 0, number)
    }

    pub(crate) fn shift_right(self, register: u8, bits: i32) -> Self {
        self.add(0x77, register, 0, 0, bits)
    }

    pub(crate) fn shift_left(self, register: u8, bits: i32) -> Self {
        self.add(0x67, register, 0, 0, bits)
    }

    pub(crate) fn or(self, to: u8, with: u8) -> Self {
        self.add(0x4f, to, with, 0, 0)
    }

    pub(crate) fn exclusive_or(self, to: u8, with: u8) -> Self {
        self.add(0xaf, to, with, 0, 0)
    }

    pub(crate) fn load8(self, to: u8, from: u8, offset: i16) -> Self {
        self.add(0x71, to, from, offset, 0)
    }

    pub(crate) fn load32(self, to: u8, from: u8, offset: i16) -> Self {
        self.add(0x61, to, from, offset, 0)
    }

    pub(crate) fn load64(self, to: u8, from: u8, offset: i16) -> Self {
        self.add(0x79, to, from, offset, 0)
    }

    pub(crate) fn store32(self, to: u8, offset: i16, number: i32) -> Self {
        self.add(0x62, to, 0, offset, number)
    }

    pub(crate) fn store64(self, to: u8, offset: i16, from: u8) -> Self {
        self.add(0x7b, to, from, offset, 0)
    }

    pub(crate) fn skip_if_zero(self, register: u8, instructions: i16) -> Self {
        self.add(0x15, register, 0, instructions, 0)
    }

    pub(crate) fn skip_always(self, instructions: i16) -> Self {
        self.add(0x05, 0, 0, instructions, 0)
    }

    pub(crate) fn add_register(self, to: u8, from: u8) -> Self {
        self.add(0x0f, to, from, 0, 0)
    }

    /// From an address in an arena to one that the program can use (`addr_space_cast`).
    pub(crate) fn cast_to_kernel(self, register: u8) -> Self {
        self.add(0xbf, register, register, 1, 1)
    }

    pub(crate) fn call(self, helper: i32) -> Self {
        self.add(0x85, 0, 0, 0, helper)
    }

    pub(crate) fn exit(self) -> Self {
        self.add(0x95, 0, 0, 0, 0)
    }

    pub(crate) fn give(self, value: i32) -> Self {
        self.set(0, value).exit()
    }

    pub(crate) fn map(mut self, register: u8, index: u32) -> Self {
        self.references.push(Reference { instruction: self.position(), kind: ReferenceKind::Map(index) });
        self.add(0x18, register, 0, 0, 0).add(0, 0, 0, 0, 0)
    }

    pub(crate) fn global(mut self, register: u8, index: u32, offset: i32) -> Self {
        self.references.push(Reference { instruction: self.position(), kind: ReferenceKind::MapValue(index) });
        self.add(0x18, register, 0, 0, 0).add(0, 0, 0, 0, offset)
    }

    /// The address of a table of places.
    pub(crate) fn jump_table(mut self, register: u8, index: u32) -> Self {
        self.references.push(Reference { instruction: self.position(), kind: ReferenceKind::JumpTable(index) });
        self.add(0x18, register, PSEUDO_MAP_VALUE, 0, 0).add(0, 0, 0, 0, 0)
    }

    /// To the place in a register (`gotox`).
    pub(crate) fn jump(self, register: u8) -> Self {
        self.add(0x0d, register, 0, 0, 0)
    }

    /// The next instruction is relocated.
    pub(crate) fn relocated(mut self, relocation: u32) -> Self {
        self.relocations.push(RelocationSite { instruction: self.position(), relocation });
        self
    }

    /// Ends with 0 unless the caller is this process.
    pub(crate) fn only_this_process(self) -> Self {
        let this = i32::try_from(std::process::id()).unwrap();
        self.call(helper::GET_CURRENT_PID_TGID).shift_right(0, 32).skip_if(0, this, 2).give(0)
    }

    fn skip_if(self, register: u8, number: i32, instructions: i16) -> Self {
        self.add(0x15, register, 0, instructions, number)
    }

    /// Adds 1 to a global variable of 8 bytes.
    pub(crate) fn count(self, index: u32, offset: i32) -> Self {
        self.global(1, index, offset).load64(2, 1, 0).add_number(2, 1).store64(1, 0, 2)
    }

    pub(crate) fn program(self, name: &'static str, section: &'static str) -> Program<'static> {
        let prefix = section.split('/').next().unwrap();
        let (program_type, attach_type) = match (prefix, section) {
            ("socket", _) => (ProgramType::SOCKET_FILTER, AttachType::NONE),
            ("raw_tp", _) => (ProgramType::RAW_TRACEPOINT, AttachType::NONE),
            ("tp", _) => (ProgramType::TRACEPOINT, AttachType::NONE),
            ("kprobe" | "kretprobe" | "ksyscall" | "kretsyscall" | "uprobe" | "uretprobe" | "usdt", _) => {
                (ProgramType::KPROBE, AttachType::NONE)
            }
            ("kprobe.multi" | "kretprobe.multi", _) => (ProgramType::KPROBE, AttachType::TRACE_KPROBE_MULTI),
            ("uprobe.multi" | "uretprobe.multi", _) => (ProgramType::KPROBE, AttachType::TRACE_UPROBE_MULTI),
            ("perf_event", _) => (ProgramType::PERF_EVENT, AttachType::NONE),
            ("tp_btf", _) => (ProgramType::TRACING, AttachType::TRACE_RAW_TP),
            ("fentry", _) => (ProgramType::TRACING, AttachType::TRACE_FENTRY),
            ("fexit", _) => (ProgramType::TRACING, AttachType::TRACE_FEXIT),
            ("fmod_ret", _) => (ProgramType::TRACING, AttachType::MODIFY_RETURN),
            ("lsm", _) => (ProgramType::LSM, AttachType::LSM_MAC),
            ("iter", _) => (ProgramType::TRACING, AttachType::TRACE_ITER),
            (_, "xdp") => (ProgramType::XDP, AttachType::XDP),
            (_, "xdp/devmap") => (ProgramType::XDP, AttachType::XDP_DEVMAP),
            (_, "xdp/cpumap") => (ProgramType::XDP, AttachType::XDP_CPUMAP),
            (_, "tc") => (ProgramType::SCHED_CLS, AttachType::NONE),
            (_, "action") => (ProgramType::SCHED_ACT, AttachType::NONE),
            (_, "lwt_in") => (ProgramType::LWT_IN, AttachType::NONE),
            (_, "cgroup_skb/egress") => (ProgramType::CGROUP_SKB, AttachType::CGROUP_INET_EGRESS),
            (_, "cgroup/sock_create") => (ProgramType::CGROUP_SOCK, AttachType::CGROUP_INET_SOCK_CREATE),
            ("sk_reuseport", _) => (ProgramType::SK_REUSEPORT, AttachType::SK_REUSEPORT_SELECT),
            (_, "sk_lookup") => (ProgramType::SK_LOOKUP, AttachType::SK_LOOKUP),
            ("sk_msg", _) => (ProgramType::SK_MSG, AttachType::SK_MSG_VERDICT),
            ("netfilter", _) => (ProgramType::NETFILTER, AttachType::NETFILTER),
            ("flow_dissector", _) => (ProgramType::FLOW_DISSECTOR, AttachType::FLOW_DISSECTOR),
            ("lsm_cgroup", _) => (ProgramType::LSM, AttachType::LSM_CGROUP),
            (_, "netkit/primary") => (ProgramType::SCHED_CLS, AttachType::NETKIT_PRIMARY),
            (_, "sk_skb/stream_verdict") => (ProgramType::SK_SKB, AttachType::SK_SKB_STREAM_VERDICT),
            (_, "syscall") => (ProgramType::SYSCALL, AttachType::NONE),
            (_, other) => panic!("{other}"),
        };
        // Of sections whose names have no target.
        let whole = ["cgroup_skb/", "cgroup/", "sk_skb/", "netkit/", "xdp/"].iter().any(|kind| section.starts_with(kind));
        Program {
            name,
            section,
            program_type,
            attach_type,
            flags: if section == "syscall" { SLEEPABLE } else { 0 },
            target: if whole { "" } else { section.split_once('/').map_or("", |(_, target)| target) },
            instructions: self.bytes.leak(),
            relocations: self.relocations.leak(),
            references: self.references.leak(),
            ..Program::EMPTY
        }
    }
}

pub(crate) const MAP: Map<'static> =
    Map { name: "map", map_type: map_type::ARRAY, key_size: 4, value_size: 8, max_entries: 1, ..Map::EMPTY };

pub(crate) fn hash(name: &'static str, key_size: u32, value_size: u32, max_entries: u32) -> Map<'static> {
    Map { name, map_type: map_type::HASH, key_size, value_size, max_entries, ..MAP }
}

pub(crate) fn array(name: &'static str, value_size: u32, max_entries: u32) -> Map<'static> {
    Map { name, value_size, max_entries, ..MAP }
}

pub(crate) fn ring(name: &'static str, size: u32) -> Map<'static> {
    Map { name, map_type: map_type::RINGBUF, key_size: 0, value_size: 0, max_entries: size, ..MAP }
}

pub(crate) fn perf(name: &'static str) -> Map<'static> {
    Map { name, map_type: map_type::PERF_EVENT_ARRAY, key_size: 4, value_size: 4, max_entries: 0, ..MAP }
}

pub(crate) fn section(section: Section, value_size: u32, contents: &'static [u8]) -> Map<'static> {
    /// `BPF_F_RDONLY_PROG` and `BPF_F_MMAPABLE`
    const READ_ONLY: u32 = 1 << 7;
    const MAPPABLE: u32 = 1 << 10;

    let (name, flags) = match section {
        Section::Data => (".data", MAPPABLE),
        Section::Bss => (".bss", MAPPABLE),
        Section::Rodata => (".rodata", MAPPABLE | READ_ONLY),
        Section::Kconfig => (".kconfig", MAPPABLE | READ_ONLY),
        Section::Arena => panic!("an arena is a map of its own"),
    };
    Map { name, value_size, flags, section: Some(section), contents, ..MAP }
}

pub(crate) fn object(maps: Vec<Map<'static>>, programs: Vec<Program<'static>>) -> Object<'static> {
    Object {
        name: "by_hand",
        license: "GPL",
        big_endian: cfg!(target_endian = "big"),
        maps: maps.leak(),
        programs: programs.leak(),
        ..Object::EMPTY
    }
}

/// Types being written.
#[derive(Default)]
pub(crate) struct Types {
    records: Vec<u8>,
    strings: Vec<u8>,
}

impl Types {
    pub(crate) fn new() -> Self {
        Self { records: Vec::new(), strings: vec![0] }
    }

    pub(crate) fn string(&mut self, text: &str) -> u32 {
        let at = u32::try_from(self.strings.len()).unwrap();
        self.strings.extend(text.as_bytes());
        self.strings.push(0);
        at
    }

    /// A type: its name, kind, vlen, third word and the words behind.
    pub(crate) fn add(&mut self, name: &str, kind: u32, vlen: u32, word: u32, rest: &[u32]) {
        let name = if name.is_empty() { 0 } else { self.string(name) };
        for word in [name, kind << 24 | vlen, word].iter().chain(rest) {
            self.records.extend(word.to_ne_bytes());
        }
    }

    pub(crate) fn bytes(self) -> &'static [u8] {
        self.owned_bytes().leak()
    }

    /// With the newest header, and a layout of all kinds between types and strings.
    pub(crate) fn bytes_with_layout(self) -> &'static [u8] {
        const SIZES: [[u8; 2]; 20] = {
            let mut sizes = [[0; 2]; 20];
            (sizes[1], sizes[3], sizes[14], sizes[17]) = ([4, 0], [12, 0], [4, 0], [4, 0]);
            (sizes[4], sizes[5], sizes[15], sizes[19]) = ([0, 12], [0, 12], [0, 12], [0, 12]);
            (sizes[6], sizes[13]) = ([0, 8], [0, 8]);
            sizes
        };
        let types = u32::try_from(self.records.len()).unwrap();
        let layout: Vec<u8> = SIZES.iter().flat_map(|[once, each]| [*once, *each, 0, 0]).collect();
        let length = u32::try_from(layout.len()).unwrap();
        let mut bytes = self.owned_bytes();
        bytes.splice(24 + types as usize..24 + types as usize, layout);
        bytes.splice(24..24, [types, length].map(u32::to_ne_bytes).concat());
        bytes[4..8].copy_from_slice(&32_u32.to_ne_bytes());
        bytes[16..20].copy_from_slice(&(types + length).to_ne_bytes());
        bytes.leak()
    }

    pub(crate) fn owned_bytes(self) -> Vec<u8> {
        let (types, strings) = (u32::try_from(self.records.len()).unwrap(), u32::try_from(self.strings.len()).unwrap());
        let mut bytes = 0xeb9f_u16.to_ne_bytes().to_vec();
        bytes.extend([1, 0]);
        for word in [24, 0, types, types, strings] {
            bytes.extend(word.to_ne_bytes());
        }
        bytes.extend(self.records);
        bytes.extend(self.strings);
        bytes
    }
}

pub(crate) fn with_types(
    object: Object<'static>,
    btf: &'static [u8],
    relocations: Vec<CoreRelocation<'static>>,
) -> &'static Object<'static> {
    fixed(Object { btf, relocations: relocations.leak(), ..object })
}

pub(crate) fn fixed(object: Object<'static>) -> &'static Object<'static> {
    /// So that a leak sanitizer finds them.
    static KEPT: Mutex<Vec<&Object<'_>>> = Mutex::new(Vec::new());

    let object = Box::leak(Box::new(object));
    KEPT.lock().unwrap().push(object);
    object
}
