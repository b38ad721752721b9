// The skeleton of kernel-owned.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                     Rust
//   map values            maps.values: Array<types::value>
//   SEC("tc") count       progs.count: SchedCls
//   struct bpf_spin_lock  types::bpf_spin_lock
//   struct bpf_timer      types::bpf_timer
//   struct value          types::value

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `kernel-owned`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KernelOwned {
    /// Maps.
    pub maps: KernelOwnedMaps,
    /// Programs.
    pub progs: KernelOwnedProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl KernelOwned {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenKernelOwned> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenKernelOwned> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenKernelOwned {
            maps: OpenKernelOwnedMaps {
                values: object.map(0),
            },
            progs: OpenKernelOwnedProgs {
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
    pub fn attach(&self) -> ::corebone::Result<KernelOwnedLinks> {
        Ok(KernelOwnedLinks {
            count: self.progs.count.auto_attach()?,
        })
    }
}

/// The BPF object `kernel-owned`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKernelOwned {
    /// Maps.
    pub maps: OpenKernelOwnedMaps,
    /// Programs.
    pub progs: OpenKernelOwnedProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenKernelOwned {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<KernelOwned> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.values);
        object.set_program(0, progs.count);
        let loaded = object.load()?;
        Ok(KernelOwned {
            maps: KernelOwnedMaps {
                values: loaded.map(0),
            },
            progs: KernelOwnedProgs {
                count: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`KernelOwned`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KernelOwnedMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, struct value); } values`
    pub values: ::corebone::Array<types::value>,
}

/// Maps of [`OpenKernelOwned`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKernelOwnedMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, struct value); } values`
    pub values: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`KernelOwned`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KernelOwnedProgs {
    /// `SEC("tc") int count(struct __sk_buff *skb)`
    pub count: ::corebone::programs::SchedCls,
}

/// Programs of [`OpenKernelOwned`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKernelOwnedProgs {
    /// `SEC("tc") int count(struct __sk_buff *skb)`
    pub count: ::corebone::OpenProgram,
}

/// What [`KernelOwned::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KernelOwnedLinks {
    /// `SEC("tc") int count(struct __sk_buff *skb)`
    pub count: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct bpf_spin_lock`
    ///
    /// The kernel's own: user space sees zeros and changes nothing.
    #[::corebone::c_type(size = 4, align = 4)]
    pub struct bpf_spin_lock {
        #[offset(0)]
        #[padding]
        pub _opaque: [u32; 1],
    }

    /// `struct bpf_timer`
    ///
    /// The kernel's own: user space sees zeros and changes nothing.
    #[::corebone::c_type(size = 16, align = 1)]
    pub struct bpf_timer {
        #[offset(0)]
        #[padding]
        pub _opaque: [u8; 16],
    }

    /// `struct value`
    #[::corebone::c_type(size = 32, align = 8)]
    pub struct value {
        /// `struct bpf_spin_lock lock`
        #[offset(0)]
        pub lock: bpf_spin_lock,
        /// `__u32 count`
        #[offset(4)]
        pub count: u32,
        /// `struct bpf_timer timer`
        #[offset(8)]
        pub timer: bpf_timer,
        /// `struct task_struct __kptr *task`
        #[offset(24)]
        pub task: ::corebone::Ptr<task_struct>,
    }

    /// `struct task_struct`, which only pointers lead to.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub enum task_struct {}
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("kernel-owned.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "kernel-owned", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 398),
        maps: &[
            Map {
                name: "values",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 32, max_entries: 4,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "count", section: "tc",
                program_type: ProgramType::SCHED_CLS,
                instructions: bytes(BYTES, 398, 144),
                func_info: bytes(BYTES, 542, 8), line_info: bytes(BYTES, 550, 128),
                references: &[refer(4, ReferenceKind::Map(0))], // values
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
