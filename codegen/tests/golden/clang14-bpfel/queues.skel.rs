// The skeleton of queues.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                      Rust
//   map seen               maps.seen: BloomFilter<u32>
//   map waiting            maps.waiting: Queue<types::job>
//   map unused             maps.unused: Stack<u64>
//   SEC("socket") enqueue  progs.enqueue: SocketFilter
//   struct job             types::job

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `queues`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Queues {
    /// Maps.
    pub maps: QueuesMaps,
    /// Programs.
    pub progs: QueuesProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Queues {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenQueues> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenQueues> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenQueues {
            maps: OpenQueuesMaps {
                seen: object.map(0),
                waiting: object.map(1),
                unused: object.map(2),
            },
            progs: OpenQueuesProgs {
                enqueue: object.program(0),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<QueuesLinks> {
        Ok(QueuesLinks {
            enqueue: self.progs.enqueue.auto_attach()?,
        })
    }
}

/// The BPF object `queues`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenQueues {
    /// Maps.
    pub maps: OpenQueuesMaps,
    /// Programs.
    pub progs: OpenQueuesProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenQueues {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Queues> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.seen);
        object.set_map(1, maps.waiting);
        object.set_map(2, maps.unused);
        object.set_program(0, progs.enqueue);
        let loaded = object.load()?;
        Ok(Queues {
            maps: QueuesMaps {
                seen: loaded.map(0),
                waiting: loaded.map(1),
                unused: loaded.map(2),
            },
            progs: QueuesProgs {
                enqueue: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Queues`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct QueuesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __uint(max_entries, 1000); __uint(map_extra, 3); __type(value, __u32); } seen`
    pub seen: ::corebone::BloomFilter<u32>,
    /// `struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 32); __type(value, struct job); } waiting`
    pub waiting: ::corebone::Queue<types::job>,
    /// `struct { __uint(type, BPF_MAP_TYPE_STACK); __uint(max_entries, 32); __type(value, __u64); } unused`
    pub unused: ::corebone::Stack<u64>,
}

/// Maps of [`OpenQueues`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenQueuesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __uint(max_entries, 1000); __uint(map_extra, 3); __type(value, __u32); } seen`
    pub seen: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 32); __type(value, struct job); } waiting`
    pub waiting: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_STACK); __uint(max_entries, 32); __type(value, __u64); } unused`
    pub unused: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Queues`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct QueuesProgs {
    /// `SEC("socket") int enqueue(struct __sk_buff *skb)`
    pub enqueue: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenQueues`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenQueuesProgs {
    /// `SEC("socket") int enqueue(struct __sk_buff *skb)`
    pub enqueue: ::corebone::OpenProgram,
}

/// What [`Queues::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct QueuesLinks {
    /// `SEC("socket") int enqueue(struct __sk_buff *skb)`
    pub enqueue: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct job`
    #[::corebone::c_type(size = 16, align = 8)]
    pub struct job {
        /// `__u64 id`
        #[offset(0)]
        pub id: u64,
        /// `__u32 kind`
        #[offset(8)]
        pub kind: u32,
        #[offset(12)]
        #[padding]
        pub _pad12: [u8; 4],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("queues.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "queues", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 286),
        maps: &[
            Map {
                name: "seen",
                map_type: 30, // BPF_MAP_TYPE_BLOOM_FILTER
                value_size: 4, max_entries: 1000,
                value_type_id: 2, extra: 3,
                ..Map::EMPTY
            },
            Map {
                name: "waiting",
                map_type: 22, // BPF_MAP_TYPE_QUEUE
                value_size: 16, max_entries: 32,
                value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: "unused",
                map_type: 23, // BPF_MAP_TYPE_STACK
                value_size: 8, max_entries: 32,
                value_type_id: 5,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "enqueue", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 286, 152),
                func_info: bytes(BYTES, 438, 8), line_info: bytes(BYTES, 446, 96),
                references: &[refer(7, ReferenceKind::Map(0)), refer(13, ReferenceKind::Map(1))], // seen, waiting
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
