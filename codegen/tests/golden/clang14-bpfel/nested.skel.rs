// The skeleton of nested.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                   Rust
//   map first           maps.first: HashMap<u32, u64>
//   map by_index        maps.by_index: ArrayOfMaps<HashMap<u32, u64>>
//   map by_key          maps.by_key: HashOfMaps<u64, HashMap<u32, u64>>
//   SEC("socket") look  progs.look: SocketFilter

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `nested`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Nested {
    /// Maps.
    pub maps: NestedMaps,
    /// Programs.
    pub progs: NestedProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Nested {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenNested> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenNested> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenNested {
            maps: OpenNestedMaps {
                first: object.map(0),
                by_index: object.map(1),
                by_key: object.map(2),
            },
            progs: OpenNestedProgs {
                look: object.program(0),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<NestedLinks> {
        Ok(NestedLinks {
            look: self.progs.look.auto_attach()?,
        })
    }
}

/// The BPF object `nested`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenNested {
    /// Maps.
    pub maps: OpenNestedMaps,
    /// Programs.
    pub progs: OpenNestedProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenNested {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Nested> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.first);
        object.set_map(1, maps.by_index);
        object.set_map(2, maps.by_key);
        object.set_program(0, progs.look);
        let loaded = object.load()?;
        Ok(Nested {
            maps: NestedMaps {
                first: loaded.map(0),
                by_index: loaded.map(1),
                by_key: loaded.map(2),
            },
            progs: NestedProgs {
                look: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Nested`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct NestedMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); } first`
    pub first: ::corebone::HashMap<u32, u64>,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, __u32); __uint(value_size, 4); __array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); }); } by_index`
    pub by_index: ::corebone::ArrayOfMaps<::corebone::HashMap<u32, u64>>,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 8); __type(key, __u64); __uint(value_size, 4); __array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); }); } by_key`
    pub by_key: ::corebone::HashOfMaps<u64, ::corebone::HashMap<u32, u64>>,
}

/// Maps of [`OpenNested`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenNestedMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); } first`
    pub first: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, __u32); __uint(value_size, 4); __array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); }); } by_index`
    pub by_index: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 8); __type(key, __u64); __uint(value_size, 4); __array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); }); } by_key`
    pub by_key: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Nested`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct NestedProgs {
    /// `SEC("socket") int look(struct __sk_buff *skb)`
    pub look: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenNested`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenNestedProgs {
    /// `SEC("socket") int look(struct __sk_buff *skb)`
    pub look: ::corebone::OpenProgram,
}

/// What [`Nested::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct NestedLinks {
    /// `SEC("socket") int look(struct __sk_buff *skb)`
    pub look: ::core::option::Option<::corebone::Link>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("nested.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Initial, InitialValue, Map, Object, Program, ProgramType,
        ReferenceKind,
    };
    Object {
        name: "nested", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 235),
        maps: &[
            Map {
                name: "first",
                map_type: 1, // BPF_MAP_TYPE_HASH
                key_size: 4, value_size: 8, max_entries: 16,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: "by_index",
                map_type: 12, // BPF_MAP_TYPE_ARRAY_OF_MAPS
                key_size: 4, value_size: 4, max_entries: 4,
                key_type_id: 2,
                inner: Some(&Map {
                    name: "by_index.inner",
                    map_type: 1, // BPF_MAP_TYPE_HASH
                    key_size: 4, value_size: 8, max_entries: 16,
                    key_type_id: 2, value_type_id: 4,
                    ..Map::EMPTY
                }),
                initial: &[
                    Initial { key: 2, value: InitialValue::Map(0) },
                ],
                ..Map::EMPTY
            },
            Map {
                name: "by_key",
                map_type: 13, // BPF_MAP_TYPE_HASH_OF_MAPS
                key_size: 8, value_size: 4, max_entries: 8,
                key_type_id: 4,
                inner: Some(&Map {
                    name: "by_key.inner",
                    map_type: 1, // BPF_MAP_TYPE_HASH
                    key_size: 4, value_size: 8, max_entries: 16,
                    key_type_id: 2, value_type_id: 4,
                    ..Map::EMPTY
                }),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "look", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 235, 160),
                func_info: bytes(BYTES, 395, 8), line_info: bytes(BYTES, 403, 160),
                references: &[refer(6, ReferenceKind::Map(1))], // by_index
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
