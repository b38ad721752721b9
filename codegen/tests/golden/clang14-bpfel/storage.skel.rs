// The skeleton of storage.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                               Rust
//   map of_cgroup                   maps.of_cgroup: CgroupStorage<types::bpf_cgroup_storage_key, types::seen>
//   map of_cgroup_per_cpu           maps.of_cgroup_per_cpu: CgroupStorage<types::bpf_cgroup_storage_key, PerCpu<u64>>
//   map of_socket                   maps.of_socket: LocalStorage<types::seen>
//   map of_task                     maps.of_task: LocalStorage<types::seen>
//   map of_inode                    maps.of_inode: LocalStorage<types::seen>
//   SEC("cgroup_skb/egress") count  progs.count: CgroupSkb
//   struct seen                     types::seen
//   struct bpf_cgroup_storage_key   types::bpf_cgroup_storage_key

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `storage`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Storage {
    /// Maps.
    pub maps: StorageMaps,
    /// Programs.
    pub progs: StorageProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Storage {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenStorage> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenStorage> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenStorage {
            maps: OpenStorageMaps {
                of_cgroup: object.map(0),
                of_cgroup_per_cpu: object.map(1),
                of_socket: object.map(2),
                of_task: object.map(3),
                of_inode: object.map(4),
            },
            progs: OpenStorageProgs {
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
    pub fn attach(&self) -> ::corebone::Result<StorageLinks> {
        Ok(StorageLinks {
            count: self.progs.count.auto_attach()?,
        })
    }
}

/// The BPF object `storage`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenStorage {
    /// Maps.
    pub maps: OpenStorageMaps,
    /// Programs.
    pub progs: OpenStorageProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenStorage {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Storage> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.of_cgroup);
        object.set_map(1, maps.of_cgroup_per_cpu);
        object.set_map(2, maps.of_socket);
        object.set_map(3, maps.of_task);
        object.set_map(4, maps.of_inode);
        object.set_program(0, progs.count);
        let loaded = object.load()?;
        Ok(Storage {
            maps: StorageMaps {
                of_cgroup: loaded.map(0),
                of_cgroup_per_cpu: loaded.map(1),
                of_socket: loaded.map(2),
                of_task: loaded.map(3),
                of_inode: loaded.map(4),
            },
            progs: StorageProgs {
                count: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Storage`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct StorageMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, struct bpf_cgroup_storage_key); __type(value, struct seen); } of_cgroup`
    pub of_cgroup: ::corebone::CgroupStorage<types::bpf_cgroup_storage_key, types::seen>,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE); __type(key, struct bpf_cgroup_storage_key); __type(value, __u64); } of_cgroup_per_cpu`
    pub of_cgroup_per_cpu: ::corebone::CgroupStorage<types::bpf_cgroup_storage_key, ::corebone::PerCpu<u64>>,
    /// `struct { __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, 1); __type(key, int); __type(value, struct seen); } of_socket`
    pub of_socket: ::corebone::LocalStorage<types::seen>,
    /// `struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, 1); __type(key, int); __type(value, struct seen); } of_task`
    pub of_task: ::corebone::LocalStorage<types::seen>,
    /// `struct { __uint(type, BPF_MAP_TYPE_INODE_STORAGE); __uint(map_flags, 1); __type(key, int); __type(value, struct seen); } of_inode`
    pub of_inode: ::corebone::LocalStorage<types::seen>,
}

/// Maps of [`OpenStorage`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenStorageMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, struct bpf_cgroup_storage_key); __type(value, struct seen); } of_cgroup`
    pub of_cgroup: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE); __type(key, struct bpf_cgroup_storage_key); __type(value, __u64); } of_cgroup_per_cpu`
    pub of_cgroup_per_cpu: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, 1); __type(key, int); __type(value, struct seen); } of_socket`
    pub of_socket: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, 1); __type(key, int); __type(value, struct seen); } of_task`
    pub of_task: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_INODE_STORAGE); __uint(map_flags, 1); __type(key, int); __type(value, struct seen); } of_inode`
    pub of_inode: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Storage`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct StorageProgs {
    /// `SEC("cgroup_skb/egress") int count(struct __sk_buff *skb)`
    pub count: ::corebone::programs::CgroupSkb,
}

/// Programs of [`OpenStorage`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenStorageProgs {
    /// `SEC("cgroup_skb/egress") int count(struct __sk_buff *skb)`
    pub count: ::corebone::OpenProgram,
}

/// What [`Storage::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct StorageLinks {
    /// `SEC("cgroup_skb/egress") int count(struct __sk_buff *skb)`
    pub count: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct seen`
    #[::corebone::c_type(size = 16, align = 8)]
    pub struct seen {
        /// `__u64 first`
        #[offset(0)]
        pub first: u64,
        /// `__u32 times`
        #[offset(8)]
        pub times: u32,
        /// `__u32 flags:3`.
        #[offset(12)]
        #[bits(flags = 0..3 as u32, "`__u32 flags:3`")]
        pub bits12: [u8; 1],
        #[offset(13)]
        #[padding]
        pub _pad13: [u8; 3],
    }

    /// `struct bpf_cgroup_storage_key`
    #[::corebone::c_type(size = 16, align = 8)]
    pub struct bpf_cgroup_storage_key {
        /// `__u64 cgroup_inode_id`
        #[offset(0)]
        pub cgroup_inode_id: u64,
        /// `__u32 attach_type`
        #[offset(8)]
        pub attach_type: u32,
        #[offset(12)]
        #[padding]
        pub _pad12: [u8; 4],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("storage.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        AttachType, Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "storage", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 419),
        maps: &[
            Map {
                name: "of_cgroup",
                map_type: 19, // BPF_MAP_TYPE_CGROUP_STORAGE
                key_size: 16, value_size: 16,
                key_type_id: 2, value_type_id: 7,
                ..Map::EMPTY
            },
            Map {
                name: "of_cgroup_per_cpu",
                map_type: 21, // BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE
                key_size: 16, value_size: 8,
                key_type_id: 2, value_type_id: 8,
                ..Map::EMPTY
            },
            Map {
                name: "of_socket",
                map_type: 24, // BPF_MAP_TYPE_SK_STORAGE
                key_size: 4, value_size: 16, flags: 1,
                key_type_id: 1, value_type_id: 7,
                ..Map::EMPTY
            },
            Map {
                name: "of_task",
                map_type: 29, // BPF_MAP_TYPE_TASK_STORAGE
                key_size: 4, value_size: 16, flags: 1,
                key_type_id: 1, value_type_id: 7,
                ..Map::EMPTY
            },
            Map {
                name: "of_inode",
                map_type: 28, // BPF_MAP_TYPE_INODE_STORAGE
                key_size: 4, value_size: 16, flags: 1,
                key_type_id: 1, value_type_id: 7,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "count", section: "cgroup_skb/egress",
                program_type: ProgramType::CGROUP_SKB, attach_type: AttachType::CGROUP_INET_EGRESS,
                instructions: bytes(BYTES, 419, 64),
                func_info: bytes(BYTES, 483, 8), line_info: bytes(BYTES, 491, 48),
                references: &[refer(0, ReferenceKind::Map(0))], // of_cgroup
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
