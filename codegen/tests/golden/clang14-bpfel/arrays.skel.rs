// The skeleton of arrays.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                    Rust
//   map per_cpu          maps.per_cpu: PerCpuArray<u64>
//   map samples          maps.samples: Array<types::sample>
//   map mapped           maps.mapped: Array<u64>
//   SEC("socket") count  progs.count: SocketFilter
//   struct sample        types::sample

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `arrays`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Arrays {
    /// Maps.
    pub maps: ArraysMaps,
    /// Programs.
    pub progs: ArraysProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Arrays {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenArrays> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenArrays> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenArrays {
            maps: OpenArraysMaps {
                per_cpu: object.map(0),
                samples: object.map(1),
                mapped: object.map(2),
            },
            progs: OpenArraysProgs {
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
    pub fn attach(&self) -> ::corebone::Result<ArraysLinks> {
        Ok(ArraysLinks {
            count: self.progs.count.auto_attach()?,
        })
    }
}

/// The BPF object `arrays`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenArrays {
    /// Maps.
    pub maps: OpenArraysMaps,
    /// Programs.
    pub progs: OpenArraysProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenArrays {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Arrays> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.per_cpu);
        object.set_map(1, maps.samples);
        object.set_map(2, maps.mapped);
        object.set_program(0, progs.count);
        let loaded = object.load()?;
        Ok(Arrays {
            maps: ArraysMaps {
                per_cpu: loaded.map(0),
                samples: loaded.map(1),
                mapped: loaded.map(2),
            },
            progs: ArraysProgs {
                count: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Arrays`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ArraysMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } per_cpu`
    pub per_cpu: ::corebone::PerCpuArray<u64>,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 8); __type(key, __u32); __type(value, struct sample); } samples`
    pub samples: ::corebone::Array<types::sample>,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 512); __uint(map_flags, 1024); __type(key, __u32); __type(value, __u64); } mapped`
    pub mapped: ::corebone::Array<u64>,
}

/// Maps of [`OpenArrays`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenArraysMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } per_cpu`
    pub per_cpu: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 8); __type(key, __u32); __type(value, struct sample); } samples`
    pub samples: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 512); __uint(map_flags, 1024); __type(key, __u32); __type(value, __u64); } mapped`
    pub mapped: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Arrays`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ArraysProgs {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenArrays`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenArraysProgs {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::corebone::OpenProgram,
}

/// What [`Arrays::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ArraysLinks {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct sample`
    #[::corebone::c_type(size = 32, align = 8)]
    pub struct sample {
        /// `__u64 time`
        #[offset(0)]
        pub time: u64,
        /// `__u32 values[6]`
        #[offset(8)]
        pub values: [u32; 6],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("arrays.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "arrays", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 351),
        maps: &[
            Map {
                name: "per_cpu",
                map_type: 6, // BPF_MAP_TYPE_PERCPU_ARRAY
                key_size: 4, value_size: 8, max_entries: 1,
                key_type_id: 3, value_type_id: 5,
                ..Map::EMPTY
            },
            Map {
                name: "samples",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 32, max_entries: 8,
                key_type_id: 3, value_type_id: 7,
                ..Map::EMPTY
            },
            Map {
                name: "mapped",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 8, max_entries: 512, flags: 1024,
                key_type_id: 3, value_type_id: 5,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "count", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 351, 168),
                func_info: bytes(BYTES, 519, 8), line_info: bytes(BYTES, 527, 128),
                references: &[refer(4, ReferenceKind::Map(0)), refer(9, ReferenceKind::Map(1))], // per_cpu, samples
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
