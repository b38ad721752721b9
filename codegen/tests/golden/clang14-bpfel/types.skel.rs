// The skeleton of types.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                                Rust
//   map events                                       maps.events: RingBuf<types::event>
//   map counts                                       maps.counts: Array<[u64; 4]>
//   map raw                                          maps.raw: PerfEventArray<[u8]>
//   map type                                         maps.r#type: HashMap<types::header, types::address_t>
//   map untyped_key                                  maps.untyped_key: HashMap<[u8; 12], u64>
//   map stacks                                       maps.stacks: StackTrace
//   map outer                                        maps.outer: ArrayOfMaps<Array<u32>>
//   section .rodata                                  maps.rodata: Map
//   section .data                                    maps.data: Map
//   section .data.last                               maps.data_last: Map
//   section .bss                                     maps.bss: Map
//   section .kconfig                                 maps.kconfig: Map
//   SEC("raw_tp/sched_switch") handle_switch         progs.handle_switch: RawTracepoint
//   SEC("tracepoint/syscalls/sys_enter_openat") gen  progs.r#gen: Tracepoint
//   const volatile __u64 min_us                      rodata.min_us: u64
//   const volatile char comm[16]                     rodata.comm: CharArray<16>
//   const volatile enum reason why                   rodata.why: types::reason
//   const volatile struct { ... } config             rodata.config: types::config
//   const volatile bool enabled                      rodata.enabled: bool
//   enum below below                                 data.below: types::below
//   struct header last                               data_last.last: types::header
//   __u32 heap[32768]                                bss.heap: Large<[u32; 32768]>
//   __u64 dropped                                    bss.dropped: u64
//   bool seen[2]                                     bss.seen: [Bool; 2]
//   struct event last_event                          bss.last_event: types::event
//   __u64 CONFIG_HZ                                  kconfig.CONFIG_HZ: u64
//   int LINUX_KERNEL_VERSION                         kconfig.LINUX_KERNEL_VERSION: i32
//   bool CONFIG_BPF_SYSCALL                          kconfig.CONFIG_BPF_SYSCALL: bool
//   typedef __s32 pid_t                              types::pid_t
//   enum reason                                      types::reason
//   enum wide                                        types::wide
//   enum small                                       types::small
//   enum { ... } of event.state                      types::event_state
//   struct flags                                     types::flags
//   struct header                                    types::header
//   struct half_packed                               types::half_packed
//   union value                                      types::value
//   struct { ... } of event.point                    types::event_point
//   typedef struct { ... } address_t                 types::address_t
//   struct node                                      types::node
//   struct event                                     types::event
//   struct { ... } of config                         types::config
//   enum below                                       types::below

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `types`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Types {
    /// Maps.
    pub maps: TypesMaps,
    /// Programs.
    pub progs: TypesProgs,
    /// Variables of `.rodata`.
    pub rodata: ::corebone::SetBeforeLoad<TypesRodata>,
    /// Variables of `.data`.
    pub data: TypesDataLive,
    /// Variables of `.data.last`.
    pub data_last: TypesDataLastLive,
    /// Variables of `.bss`.
    pub bss: TypesBssLive,
    /// Variables of `.kconfig`.
    pub kconfig: ::corebone::SetBeforeLoad<TypesKconfig>,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Types {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenTypes> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenTypes> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenTypes {
            maps: OpenTypesMaps {
                events: object.map(0),
                counts: object.map(1),
                raw: object.map(2),
                r#type: object.map(3),
                untyped_key: object.map(4),
                stacks: object.map(5),
                outer: object.map(6),
                rodata: object.map(7),
                data: object.map(8),
                data_last: object.map(9),
                bss: object.map(10),
                kconfig: object.map(11),
            },
            progs: OpenTypesProgs {
                handle_switch: object.program(0),
                r#gen: object.program(1),
            },
            rodata: object.section(7)?,
            data: object.section(8)?,
            data_last: object.section(9)?,
            bss: object.section(10)?,
            kconfig: object.section(11)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<TypesLinks> {
        Ok(TypesLinks {
            handle_switch: self.progs.handle_switch.auto_attach()?,
            r#gen: self.progs.r#gen.auto_attach()?,
        })
    }
}

/// The BPF object `types`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTypes {
    /// Maps.
    pub maps: OpenTypesMaps,
    /// Programs.
    pub progs: OpenTypesProgs,
    /// Variables of `.rodata`.
    pub rodata: TypesRodata,
    /// Variables of `.data`.
    pub data: TypesData,
    /// Variables of `.data.last`.
    pub data_last: TypesDataLast,
    /// Variables of `.bss`.
    pub bss: TypesBss,
    /// Variables of `.kconfig`.
    pub kconfig: TypesKconfig,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenTypes {
    /// What was settled otherwise than the C source may mean it: strings of the kernel's configuration that are cut, for they
    /// are longer than their variables. A line each.
    pub fn warnings(&self) -> &[::std::string::String] {
        self.object.warnings()
    }

    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Types> {
        let Self { maps, progs, rodata, data, data_last, bss, kconfig, mut object } = self;
        object.set_map(0, maps.events);
        object.set_map(1, maps.counts);
        object.set_map(2, maps.raw);
        object.set_map(3, maps.r#type);
        object.set_map(4, maps.untyped_key);
        object.set_map(5, maps.stacks);
        object.set_map(6, maps.outer);
        object.set_map(7, maps.rodata);
        object.set_map(8, maps.data);
        object.set_map(9, maps.data_last);
        object.set_map(10, maps.bss);
        object.set_map(11, maps.kconfig);
        object.set_program(0, progs.handle_switch);
        object.set_program(1, progs.r#gen);
        object.set_section(7, &rodata);
        object.set_section(8, &data);
        object.set_section(9, &data_last);
        object.set_section(10, &bss);
        object.set_section(11, &kconfig);
        let loaded = object.load()?;
        Ok(Types {
            maps: TypesMaps {
                events: loaded.map(0),
                counts: loaded.map(1),
                raw: loaded.map(2),
                r#type: loaded.map(3),
                untyped_key: loaded.map(4),
                stacks: loaded.map(5),
                outer: loaded.map(6),
                rodata: loaded.map(7),
                data: loaded.map(8),
                data_last: loaded.map(9),
                bss: loaded.map(10),
                kconfig: loaded.map(11),
            },
            progs: TypesProgs {
                handle_switch: loaded.program(0).into(),
                r#gen: loaded.program(1).into(),
            },
            rodata: loaded.frozen(7, rodata)?,
            data: loaded.live(8)?,
            data_last: loaded.live(9)?,
            bss: loaded.live(10)?,
            kconfig: loaded.frozen(11, kconfig)?,
        })
    }
}

// Maps.

/// Maps of [`Types`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TypesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 262144); __type(value, struct event); } events`
    pub events: ::corebone::RingBuf<types::event>,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64[4]); } counts`
    pub counts: ::corebone::Array<[u64; 4]>,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } raw`
    pub raw: ::corebone::PerfEventArray<[u8]>,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, struct header); __type(value, address_t); } type`
    pub r#type: ::corebone::HashMap<types::header, types::address_t>,
    /// `struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 16); __uint(key_size, 12); __type(value, __u64); __uint(pinning, LIBBPF_PIN_BY_NAME); } untyped_key`
    pub untyped_key: ::corebone::HashMap<[u8; 12], u64>,
    /// `struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(max_entries, 64); __uint(key_size, 4); __uint(value_size, 1016); } stacks`
    pub stacks: ::corebone::StackTrace,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); __array(values, struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); }); } outer`
    pub outer: ::corebone::ArrayOfMaps<::corebone::Array<u32>>,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
    /// The map that section `.data` is.
    pub data: ::corebone::Map,
    /// The map that section `.data.last` is.
    pub data_last: ::corebone::Map,
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
    /// The map that section `.kconfig` is.
    pub kconfig: ::corebone::Map,
}

/// Maps of [`OpenTypes`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTypesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 262144); __type(value, struct event); } events`
    pub events: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64[4]); } counts`
    pub counts: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } raw`
    pub raw: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, struct header); __type(value, address_t); } type`
    pub r#type: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 16); __uint(key_size, 12); __type(value, __u64); __uint(pinning, LIBBPF_PIN_BY_NAME); } untyped_key`
    pub untyped_key: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(max_entries, 64); __uint(key_size, 4); __uint(value_size, 1016); } stacks`
    pub stacks: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); __array(values, struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); }); } outer`
    pub outer: ::corebone::OpenMap,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
    /// The map that section `.data` is.
    pub data: ::corebone::OpenMap,
    /// The map that section `.data.last` is.
    pub data_last: ::corebone::OpenMap,
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
    /// The map that section `.kconfig` is.
    pub kconfig: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Types`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TypesProgs {
    /// `SEC("raw_tp/sched_switch") int handle_switch(__u64 *ctx)`
    pub handle_switch: ::corebone::programs::RawTracepoint,
    /// `SEC("?tracepoint/syscalls/sys_enter_openat") int gen(void *ctx)`
    pub r#gen: ::corebone::programs::Tracepoint,
}

/// Programs of [`OpenTypes`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTypesProgs {
    /// `SEC("raw_tp/sched_switch") int handle_switch(__u64 *ctx)`
    pub handle_switch: ::corebone::OpenProgram,
    /// `SEC("?tracepoint/syscalls/sys_enter_openat") int gen(void *ctx)`
    pub r#gen: ::corebone::OpenProgram,
}

/// What [`Types::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TypesLinks {
    /// `SEC("raw_tp/sched_switch") int handle_switch(__u64 *ctx)`
    pub handle_switch: ::core::option::Option<::corebone::Link>,
    /// `SEC("?tracepoint/syscalls/sys_enter_openat") int gen(void *ctx)`
    pub r#gen: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.rodata`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 37)]
pub struct TypesRodata {
    /// `const volatile __u64 min_us`
    #[offset(0)]
    pub min_us: u64,
    /// `const volatile char comm[16]`
    #[offset(8)]
    pub comm: ::corebone::CharArray<16>,
    /// `const volatile enum reason why`
    #[offset(24)]
    pub why: types::reason,
    /// `const volatile struct { ... } config`
    #[offset(28)]
    pub config: types::config,
    /// `const volatile bool enabled`
    #[offset(36)]
    pub enabled: bool,
}

/// Variables of `.data`. Shared with the programs while they run.
#[::corebone::section(size = 4, live = TypesDataLive)]
pub struct TypesData {
    /// `enum below below`
    #[offset(0)]
    pub below: types::below,
}

/// Variables of `.data.last`. Shared with the programs while they run.
#[::corebone::section(size = 14, live = TypesDataLastLive)]
pub struct TypesDataLast {
    /// `struct header last`
    #[offset(0)]
    pub last: types::header,
}

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 131_392, live = TypesBssLive)]
pub struct TypesBss {
    /// `__u32 heap[32768]`
    #[offset(0)]
    #[large]
    pub heap: ::corebone::Large<[u32; 32_768]>,
    /// `__u64 dropped`
    #[offset(131_072)]
    pub dropped: u64,
    /// `bool seen[2]`
    #[offset(131_088)]
    pub seen: [::corebone::Bool; 2],
    /// `struct event last_event`
    #[offset(131_104)]
    pub last_event: types::event,
}

/// Variables of `.kconfig`. Settled from the kernel's configuration at open, frozen at load.
#[::corebone::section(size = 13)]
pub struct TypesKconfig {
    /// `__u64 CONFIG_HZ`
    #[offset(0)]
    pub CONFIG_HZ: u64,
    /// `int LINUX_KERNEL_VERSION`
    #[offset(8)]
    pub LINUX_KERNEL_VERSION: i32,
    /// `bool CONFIG_BPF_SYSCALL`
    #[offset(12)]
    pub CONFIG_BPF_SYSCALL: bool,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `typedef __s32 pid_t`
    pub type pid_t = i32;

    /// `enum reason`
    #[::corebone::c_enum(u32)]
    pub enum reason {
        /// `LATE = 0`
        LATE = 0,
        /// `EARLY = 5`
        EARLY = 5,
        /// `SAME = 5`
        SAME = 5,
        /// `self = 9`
        self_ = 9,
    }

    /// `enum wide`
    ///
    /// clang 14 doesn't write the values of an enum of 64 bits; clang 15 and newer do.
    #[::corebone::c_enum(u64)]
    pub enum wide {}

    /// `enum small`
    #[::corebone::c_enum(u8)]
    pub enum small {
        /// `TINY = 200`
        TINY = 200,
    }

    /// `enum { ... }` of `event.state`
    #[::corebone::c_enum(u32)]
    pub enum event_state {
        /// `ON = 0`
        ON = 0,
        /// `OFF = 1`
        OFF = 1,
    }

    /// `struct flags`
    #[::corebone::c_type(size = 16, align = 1)]
    pub struct flags {
        /// `__u32 low:3`, `__u32 middle:17`, `__s32 high:12`, `bool set:1`, `enum reason why:4`.
        #[offset(0)]
        #[bits(low = 0..3 as u32, "`__u32 low:3`")]
        #[bits(middle = 3..20 as u32, "`__u32 middle:17`")]
        #[bits(high = 20..32 as i32, "`__s32 high:12`")]
        #[bits(set = 32..33 as bool, "`bool set:1`")]
        #[bits(why = 33..37 as reason, "`enum reason why:4`")]
        pub bits0: [u8; 5],
        /// `__u8 after`
        #[offset(5)]
        pub after: u8,
        #[offset(6)]
        #[padding]
        pub _pad6: [u8; 10],
    }

    /// `struct header`
    #[::corebone::c_type(size = 14, align = 1, packed)]
    pub struct header {
        /// `__u8 tag`
        #[offset(0)]
        pub tag: u8,
        /// `__u64 cookie`
        #[offset(1)]
        pub cookie: u64,
        /// `char name[5]`
        #[offset(9)]
        #[string]
        pub name: ::corebone::CharArray<5>,
    }

    /// `struct half_packed`
    #[::corebone::c_type(size = 12, align = 4, packed)]
    pub struct half_packed {
        /// `__u32 first`
        #[offset(0)]
        pub first: u32,
        /// `__u64 second`
        #[offset(4)]
        pub second: u64,
    }

    /// `union value`
    #[::corebone::c_type(size = 24, align = 8)]
    pub struct value {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(number = 0 as u64, "`__u64 number`")]
        #[member(text = 0 as ::corebone::CharArray<24>, "`char text[24]`")]
        pub bytes: [u64; 3],
    }

    /// `struct { ... }` of `event.point`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct event_point {
        /// `__u32 x`
        #[offset(0)]
        pub x: u32,
        /// `__u32 y`
        #[offset(4)]
        pub y: u32,
    }

    /// `typedef struct { ... } address_t`
    #[::corebone::c_type(size = 20, align = 4)]
    pub struct address_t {
        /// `__u32 v4`
        #[offset(0)]
        pub v4: u32,
        /// `__u8 v6[16]`
        #[offset(4)]
        pub v6: [u8; 16],
    }

    /// `struct node`
    #[::corebone::c_type(size = 24, align = 8)]
    pub struct node {
        /// `struct node *next`
        #[offset(0)]
        pub next: ::corebone::Ptr<node>,
        /// `const char *name`
        #[offset(8)]
        pub name: ::corebone::Ptr<i8>,
        /// `int (*call)(struct node *, ...)`
        #[offset(16)]
        pub call: ::corebone::Ptr<fn()>,
    }

    /// `struct event`
    #[::corebone::c_type(size = 288, align = 16, float)]
    pub struct event {
        /// `__u64 delta_us`
        #[offset(0)]
        pub delta_us: u64,
        /// `pid_t pid`
        #[offset(8)]
        pub pid: pid_t,
        /// `char task[16]`
        #[offset(12)]
        #[string]
        pub task: ::corebone::CharArray<16>,
        /// `bool late`
        #[offset(28)]
        pub late: ::corebone::Bool,
        #[offset(29)]
        #[padding]
        pub _pad29: [u8; 3],
        /// `enum reason type`
        #[offset(32)]
        pub r#type: reason,
        #[offset(36)]
        #[padding]
        pub _pad36: [u8; 4],
        /// `enum wide wide`
        #[offset(40)]
        pub wide: wide,
        /// `enum small small`
        #[offset(48)]
        pub small: small,
        #[offset(49)]
        #[padding]
        pub _pad49: [u8; 3],
        /// `enum { ... } state`
        #[offset(52)]
        pub state: event_state,
        /// `struct flags flags`
        #[offset(56)]
        pub flags: flags,
        /// `struct header header`
        #[offset(72)]
        pub header: header,
        #[offset(86)]
        #[padding]
        pub _pad86: [u8; 2],
        /// `struct half_packed half_packed`
        #[offset(88)]
        pub half_packed: half_packed,
        #[offset(100)]
        #[padding]
        pub _pad100: [u8; 4],
        /// `union value value`
        #[offset(104)]
        pub value: value,
        /// `union { ... }`
        ///
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(128)]
        #[member(word = 0 as u32, "`__u32 word`")]
        #[member(parts = 0 as [u8; 4], "`__u8 parts[4]`")]
        pub anonymous128: [u32; 1],
        #[offset(132)]
        #[padding]
        pub _pad132: [u8; 4],
        /// `__s64 lifted`
        #[offset(136)]
        pub lifted: i64,
        /// `__u16 also_lifted`
        #[offset(144)]
        pub also_lifted: u16,
        #[offset(146)]
        #[padding]
        pub _pad146: [u8; 6],
        /// `struct { ... } point`
        #[offset(152)]
        pub point: event_point,
        /// `struct { ... } points[2]`
        #[offset(160)]
        pub points: [event_point; 2],
        /// `address_t address`
        #[offset(176)]
        pub address: address_t,
        #[offset(196)]
        #[padding]
        pub _pad196: [u8; 4],
        /// `struct node node`
        #[offset(200)]
        pub node: node,
        /// `unsigned __int128 big`
        #[offset(224)]
        pub big: u128,
        /// `char lines[2][8]`
        #[offset(240)]
        pub lines: [::corebone::CharArray<8>; 2],
        /// `__s8 bytes[3]`
        #[offset(256)]
        pub bytes: [i8; 3],
        #[offset(259)]
        #[padding]
        pub _pad259: [u8; 1],
        /// `float ratio`
        #[offset(260)]
        pub ratio: f32,
        /// `int crate`
        #[offset(264)]
        pub crate_: i32,
        /// `int Self`
        #[offset(268)]
        pub Self_: i32,
        /// `int match`
        #[offset(272)]
        pub r#match: i32,
        /// `int _pad4`
        #[offset(276)]
        pub _pad4: i32,
        #[offset(280)]
        #[padding]
        pub _pad280: [u8; 8],
    }

    /// `struct { ... }` of `config`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct config {
        /// `__u32 level`
        #[offset(0)]
        pub level: u32,
        /// `bool verbose`
        #[offset(4)]
        pub verbose: ::corebone::Bool,
        #[offset(5)]
        #[padding]
        pub _pad5: [u8; 3],
    }

    /// `enum below`
    #[::corebone::c_enum(i32)]
    pub enum below {
        /// `MINUS = -1`
        MINUS = -1,
        /// `ZERO = 0`
        ZERO = 0,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("types.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{ask, bytes, refer, site};
    use ::corebone::blueprint::{
        CoreRelocationKind, External, ExternalKind, Map, Object, Pinning,
        Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "types", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 3161),
        // What the programs ask of the kernel's types.
        relocations: &[
            ask(CoreRelocationKind::FieldByteOffset, 55, "0:1", "types.bpf.c", 198), // types.bpf.c:198: task_struct___other.group_leader
            ask(CoreRelocationKind::FieldByteOffset, 55, "0:0", "types.bpf.c", 201), // types.bpf.c:201: task_struct___other.pid
            ask(CoreRelocationKind::FieldByteOffset, 55, "0:2", "types.bpf.c", 202), // types.bpf.c:202: task_struct___other.jobs
            ask(CoreRelocationKind::FieldByteSize, 55, "0:2", "types.bpf.c", 202), // types.bpf.c:202: task_struct___other.jobs
            ask(CoreRelocationKind::FieldLShiftU64, 55, "0:2", "types.bpf.c", 202), // types.bpf.c:202: task_struct___other.jobs
            ask(CoreRelocationKind::FieldSigned, 55, "0:2", "types.bpf.c", 202), // types.bpf.c:202: task_struct___other.jobs
            ask(CoreRelocationKind::FieldRShiftU64, 55, "0:2", "types.bpf.c", 202), // types.bpf.c:202: task_struct___other.jobs
            ask(CoreRelocationKind::FieldExists, 55, "0:0", "types.bpf.c", 204), // types.bpf.c:204: task_struct___other.pid
            ask(CoreRelocationKind::TypeExists, 55, "0", "types.bpf.c", 205), // types.bpf.c:205: struct task_struct___other
            ask(CoreRelocationKind::EnumvalValue, 12, "1", "types.bpf.c", 205), // types.bpf.c:205: reason::EARLY
            ask(CoreRelocationKind::TypeSize, 55, "0", "types.bpf.c", 205), // types.bpf.c:205: struct task_struct___other
        ],
        externals: &[
            External { name: "CONFIG_HZ", kind: ExternalKind::Int { signed: false }, offset: 0, size: 8, weak: true },
            External { name: "LINUX_KERNEL_VERSION", kind: ExternalKind::Int { signed: true }, offset: 8, size: 4, weak: false },
            External { name: "CONFIG_BPF_SYSCALL", kind: ExternalKind::Bool, offset: 12, size: 1, weak: false },
        ],
        maps: &[
            Map {
                name: "events",
                map_type: 27, // BPF_MAP_TYPE_RINGBUF
                max_entries: 262_144,
                value_type_id: 3,
                ..Map::EMPTY
            },
            Map {
                name: "counts",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 32, max_entries: 4,
                key_type_id: 17, value_type_id: 51,
                ..Map::EMPTY
            },
            Map {
                name: "raw",
                map_type: 4, // BPF_MAP_TYPE_PERF_EVENT_ARRAY
                key_size: 4, value_size: 4,
                ..Map::EMPTY
            },
            Map {
                name: "type",
                map_type: 1, // BPF_MAP_TYPE_HASH
                key_size: 14, value_size: 20, max_entries: 1024,
                key_type_id: 21, value_type_id: 35,
                ..Map::EMPTY
            },
            Map {
                name: "untyped_key",
                map_type: 9, // BPF_MAP_TYPE_LRU_HASH
                key_size: 12, value_size: 8, max_entries: 16,
                value_type_id: 4,
                pinning: Pinning::ByName,
                ..Map::EMPTY
            },
            Map {
                name: "stacks",
                map_type: 7, // BPF_MAP_TYPE_STACK_TRACE
                key_size: 4, value_size: 1016, max_entries: 64,
                ..Map::EMPTY
            },
            Map {
                name: "outer",
                map_type: 12, // BPF_MAP_TYPE_ARRAY_OF_MAPS
                key_size: 4, value_size: 4, max_entries: 2,
                inner: Some(&Map {
                    name: "outer.inner",
                    map_type: 2, // BPF_MAP_TYPE_ARRAY
                    key_size: 4, value_size: 4, max_entries: 1,
                    key_type_id: 17, value_type_id: 17,
                    ..Map::EMPTY
                }),
                ..Map::EMPTY
            },
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 37, max_entries: 1, flags: 1152,
                value_type_id: 94,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 3161, 29),
                ..Map::EMPTY
            },
            Map {
                name: ".data",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 4, max_entries: 1, flags: 1024,
                value_type_id: 91,
                section: Some(Section::Data),
                contents: bytes(BYTES, 3190, 4),
                ..Map::EMPTY
            },
            Map {
                name: ".data.last",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 14, max_entries: 1, flags: 1024,
                value_type_id: 92,
                section: Some(Section::Data),
                contents: bytes(BYTES, 3194, 2),
                ..Map::EMPTY
            },
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 131_392, max_entries: 1, flags: 1024,
                value_type_id: 90,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
            Map {
                name: ".kconfig",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 13, max_entries: 1, flags: 1152,
                value_type_id: 93,
                section: Some(Section::Kconfig),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "handle_switch", section: "raw_tp/sched_switch", target: "sched_switch",
                program_type: ProgramType::RAW_TRACEPOINT,
                instructions: bytes(BYTES, 3196, 1352),
                func_info: bytes(BYTES, 4548, 8), line_info: bytes(BYTES, 4556, 368),
                relocations: &[
                    site(27, 0), site(34, 1), site(44, 2), site(48, 3), site(52, 4), site(53, 5),
                    site(55, 6), site(57, 6), site(85, 7), site(88, 8), site(94, 9), site(96, 10),
                ],
                references: &[
                    refer(1, ReferenceKind::MapValue(7)), refer(5, ReferenceKind::MapValue(11)), // .rodata, .kconfig
                    refer(10, ReferenceKind::Map(0)), refer(18, ReferenceKind::MapValue(10)), // events, .bss
                    refer(21, ReferenceKind::MapValue(10)), refer(63, ReferenceKind::MapValue(7)), // .bss, .rodata
                    refer(67, ReferenceKind::MapValue(7)), refer(70, ReferenceKind::MapValue(7)), // .rodata, .rodata
                    refer(74, ReferenceKind::MapValue(11)), refer(80, ReferenceKind::MapValue(11)), // .kconfig, .kconfig
                    refer(99, ReferenceKind::MapValue(8)), refer(105, ReferenceKind::MapValue(10)), // .data, .bss
                    refer(108, ReferenceKind::MapValue(10)), refer(111, ReferenceKind::MapValue(10)), // .bss, .bss
                    refer(114, ReferenceKind::MapValue(10)), refer(118, ReferenceKind::MapValue(9)), // .bss, .data.last
                ],
                ..Program::EMPTY
            },
            Program {
                name: "gen", section: "tracepoint/syscalls/sys_enter_openat", target: "syscalls/sys_enter_openat", autoload: false,
                program_type: ProgramType::TRACEPOINT,
                instructions: bytes(BYTES, 4924, 152),
                func_info: bytes(BYTES, 5076, 8), line_info: bytes(BYTES, 5084, 112),
                references: &[refer(4, ReferenceKind::Map(1)), refer(8, ReferenceKind::MapValue(7))], // counts, .rodata
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
