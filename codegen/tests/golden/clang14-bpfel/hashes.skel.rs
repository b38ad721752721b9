// The skeleton of hashes.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                    Rust
//   map common           maps.common: HashMap<types::key, types::total>
//   map per_cpu          maps.per_cpu: PerCpuHashMap<u32, types::total>
//   map recent           maps.recent: HashMap<types::key, CharArray<16>>
//   map recent_per_cpu   maps.recent_per_cpu: PerCpuHashMap<u64, u64>
//   SEC("socket") count  progs.count: SocketFilter
//   struct total         types::total
//   struct key           types::key

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `hashes`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Hashes {
    /// Maps.
    pub maps: HashesMaps,
    /// Programs.
    pub progs: HashesProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Hashes {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenHashes> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenHashes> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenHashes {
            maps: OpenHashesMaps {
                common: object.map(0),
                per_cpu: object.map(1),
                recent: object.map(2),
                recent_per_cpu: object.map(3),
            },
            progs: OpenHashesProgs {
                count: object.program(0),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<HashesLinks> {
        Ok(HashesLinks {
            count: self.progs.count.auto_attach()?,
        })
    }
}

/// The BPF object `hashes`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenHashes {
    /// Maps.
    pub maps: OpenHashesMaps,
    /// Programs.
    pub progs: OpenHashesProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenHashes {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Hashes> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.common);
        object.set_map(1, maps.per_cpu);
        object.set_map(2, maps.recent);
        object.set_map(3, maps.recent_per_cpu);
        object.set_program(0, progs.count);
        let loaded = object.load()?;
        Ok(Hashes {
            maps: HashesMaps {
                common: loaded.map(0),
                per_cpu: loaded.map(1),
                recent: loaded.map(2),
                recent_per_cpu: loaded.map(3),
            },
            progs: HashesProgs {
                count: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Hashes`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct HashesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, struct key); __type(value, struct total); } common`
    pub common: ::corebone::HashMap<types::key, types::total>,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 256); __uint(map_flags, 1); __type(key, __u32); __type(value, struct total); } per_cpu`
    pub per_cpu: ::corebone::PerCpuHashMap<u32, types::total>,
    /// `struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 512); __type(key, struct key); __type(value, char[16]); } recent`
    pub recent: ::corebone::HashMap<types::key, ::corebone::CharArray<16>>,
    /// `struct { __uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH); __uint(max_entries, 512); __type(key, __u64); __type(value, __u64); } recent_per_cpu`
    pub recent_per_cpu: ::corebone::PerCpuHashMap<u64, u64>,
}

/// Maps of [`OpenHashes`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenHashesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, struct key); __type(value, struct total); } common`
    pub common: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 256); __uint(map_flags, 1); __type(key, __u32); __type(value, struct total); } per_cpu`
    pub per_cpu: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 512); __type(key, struct key); __type(value, char[16]); } recent`
    pub recent: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH); __uint(max_entries, 512); __type(key, __u64); __type(value, __u64); } recent_per_cpu`
    pub recent_per_cpu: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Hashes`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct HashesProgs {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenHashes`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenHashesProgs {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::corebone::OpenProgram,
}

/// What [`Hashes::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct HashesLinks {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct total`
    #[::corebone::c_type(size = 16, align = 8)]
    pub struct total {
        /// `__u64 calls`
        #[offset(0)]
        pub calls: u64,
        /// `__u64 nanoseconds`
        #[offset(8)]
        pub nanoseconds: u64,
    }

    /// `struct key`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct key {
        /// `__u32 pid`
        #[offset(0)]
        pub pid: u32,
        /// `__u32 cpu`
        #[offset(4)]
        pub cpu: u32,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("hashes.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "hashes", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 425),
        maps: &[
            Map {
                name: "common",
                map_type: 1, // BPF_MAP_TYPE_HASH
                key_size: 8, value_size: 16, max_entries: 1024,
                key_type_id: 3, value_type_id: 6,
                ..Map::EMPTY
            },
            Map {
                name: "per_cpu",
                map_type: 5, // BPF_MAP_TYPE_PERCPU_HASH
                key_size: 4, value_size: 16, max_entries: 256, flags: 1,
                key_type_id: 4, value_type_id: 6,
                ..Map::EMPTY
            },
            Map {
                name: "recent",
                map_type: 9, // BPF_MAP_TYPE_LRU_HASH
                key_size: 8, value_size: 16, max_entries: 512,
                key_type_id: 3, value_type_id: 10,
                ..Map::EMPTY
            },
            Map {
                name: "recent_per_cpu",
                map_type: 10, // BPF_MAP_TYPE_LRU_PERCPU_HASH
                key_size: 8, value_size: 8, max_entries: 512,
                key_type_id: 7, value_type_id: 7,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "count", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 425, 112),
                func_info: bytes(BYTES, 537, 8), line_info: bytes(BYTES, 545, 96),
                references: &[refer(6, ReferenceKind::Map(0))], // common
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
