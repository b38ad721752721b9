// The skeleton of sockets.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                      Rust
//   map by_index                           maps.by_index: SockMap
//   map by_key                             maps.by_key: SockHash<types::sk_msg_key>
//   map listeners                          maps.listeners: ReuseportSockArray
//   SEC("sk_skb/stream_verdict") redirect  progs.redirect: SkSkb
//   SEC("sk_msg") message                  progs.message: SkMsg
//   SEC("sk_reuseport") choose             progs.choose: SkReuseport
//   struct sk_msg_key                      types::sk_msg_key

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `sockets`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Sockets {
    /// Maps.
    pub maps: SocketsMaps,
    /// Programs.
    pub progs: SocketsProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Sockets {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenSockets> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenSockets> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenSockets {
            maps: OpenSocketsMaps {
                by_index: object.map(0),
                by_key: object.map(1),
                listeners: object.map(2),
            },
            progs: OpenSocketsProgs {
                redirect: object.program(0),
                message: object.program(1),
                choose: object.program(2),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<SocketsLinks> {
        Ok(SocketsLinks {
            redirect: self.progs.redirect.auto_attach()?,
            message: self.progs.message.auto_attach()?,
            choose: self.progs.choose.auto_attach()?,
        })
    }
}

/// The BPF object `sockets`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSockets {
    /// Maps.
    pub maps: OpenSocketsMaps,
    /// Programs.
    pub progs: OpenSocketsProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenSockets {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Sockets> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.by_index);
        object.set_map(1, maps.by_key);
        object.set_map(2, maps.listeners);
        object.set_program(0, progs.redirect);
        object.set_program(1, progs.message);
        object.set_program(2, progs.choose);
        let loaded = object.load()?;
        Ok(Sockets {
            maps: SocketsMaps {
                by_index: loaded.map(0),
                by_key: loaded.map(1),
                listeners: loaded.map(2),
            },
            progs: SocketsProgs {
                redirect: loaded.program(0).into(),
                message: loaded.program(1).into(),
                choose: loaded.program(2).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Sockets`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SocketsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); } by_index`
    pub by_index: ::corebone::SockMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_SOCKHASH); __uint(max_entries, 16); __type(key, struct sk_msg_key); __type(value, __u64); } by_key`
    pub by_key: ::corebone::SockHash<types::sk_msg_key>,
    /// `struct { __uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } listeners`
    pub listeners: ::corebone::ReuseportSockArray,
}

/// Maps of [`OpenSockets`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSocketsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); } by_index`
    pub by_index: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_SOCKHASH); __uint(max_entries, 16); __type(key, struct sk_msg_key); __type(value, __u64); } by_key`
    pub by_key: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } listeners`
    pub listeners: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Sockets`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SocketsProgs {
    /// `SEC("sk_skb/stream_verdict") int redirect(struct __sk_buff *skb)`
    pub redirect: ::corebone::programs::SkSkb,
    /// `SEC("sk_msg") int message(struct sk_msg_md *msg)`
    pub message: ::corebone::programs::SkMsg,
    /// `SEC("sk_reuseport") int choose(struct sk_reuseport_md *context)`
    pub choose: ::corebone::programs::SkReuseport,
}

/// Programs of [`OpenSockets`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSocketsProgs {
    /// `SEC("sk_skb/stream_verdict") int redirect(struct __sk_buff *skb)`
    pub redirect: ::corebone::OpenProgram,
    /// `SEC("sk_msg") int message(struct sk_msg_md *msg)`
    pub message: ::corebone::OpenProgram,
    /// `SEC("sk_reuseport") int choose(struct sk_reuseport_md *context)`
    pub choose: ::corebone::OpenProgram,
}

/// What [`Sockets::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SocketsLinks {
    /// `SEC("sk_skb/stream_verdict") int redirect(struct __sk_buff *skb)`
    pub redirect: ::core::option::Option<::corebone::Link>,
    /// `SEC("sk_msg") int message(struct sk_msg_md *msg)`
    pub message: ::core::option::Option<::corebone::Link>,
    /// `SEC("sk_reuseport") int choose(struct sk_reuseport_md *context)`
    pub choose: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct sk_msg_key`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct sk_msg_key {
        /// `__u32 address`
        #[offset(0)]
        pub address: u32,
        /// `__u32 port`
        #[offset(4)]
        pub port: u32,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("sockets.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        AttachType, Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "sockets", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 465),
        maps: &[
            Map {
                name: "by_index",
                map_type: 15, // BPF_MAP_TYPE_SOCKMAP
                key_size: 4, value_size: 8, max_entries: 16,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: "by_key",
                map_type: 18, // BPF_MAP_TYPE_SOCKHASH
                key_size: 8, value_size: 8, max_entries: 16,
                key_type_id: 6, value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: "listeners",
                map_type: 20, // BPF_MAP_TYPE_REUSEPORT_SOCKARRAY
                key_size: 4, value_size: 8, max_entries: 4,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "redirect", section: "sk_skb/stream_verdict",
                program_type: ProgramType::SK_SKB, attach_type: AttachType::SK_SKB_STREAM_VERDICT,
                instructions: bytes(BYTES, 465, 48),
                func_info: bytes(BYTES, 513, 8), line_info: bytes(BYTES, 521, 16),
                references: &[refer(0, ReferenceKind::Map(0))], // by_index
                ..Program::EMPTY
            },
            Program {
                name: "message", section: "sk_msg",
                program_type: ProgramType::SK_MSG, attach_type: AttachType::SK_MSG_VERDICT,
                instructions: bytes(BYTES, 537, 88),
                func_info: bytes(BYTES, 625, 8), line_info: bytes(BYTES, 633, 64),
                references: &[refer(6, ReferenceKind::Map(1))], // by_key
                ..Program::EMPTY
            },
            Program {
                name: "choose", section: "sk_reuseport",
                program_type: ProgramType::SK_REUSEPORT, attach_type: AttachType::SK_REUSEPORT_SELECT,
                instructions: bytes(BYTES, 697, 88),
                func_info: bytes(BYTES, 785, 8), line_info: bytes(BYTES, 793, 64),
                references: &[refer(5, ReferenceKind::Map(2))], // listeners
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
