//! Where XDP programs send packets to: interfaces and CPUs.

use std::os::fd::AsRawFd;

use super::Map;
use super::handle::handle;
use super::untyped::Update;
use crate::blueprint::{AttachType, map_type};
use crate::programs::Xdp;
use crate::sys::has_interface;
use crate::{Error, ErrorKind, Result};

handle! {
    /// Network interfaces by an index or key (`BPF_MAP_TYPE_DEVMAP`, Linux 4.14; `BPF_MAP_TYPE_DEVMAP_HASH`, 5.4).
    DevMap;

    /// CPUs, each with a queue of packets (`BPF_MAP_TYPE_CPUMAP`, Linux 4.15).
    CpuMap;
}

macro_rules! redirect {
    ($($name:ident, $key:ident, $number:ident: $set:literal, $get:literal, $missing:literal, $since:literal;)+) => {$(
        impl $name {
            #[doc = $get]
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the map was not created, `System` if the kernel refuses.
            #[inline]
            pub fn get(&self, $key: u32) -> Result<Option<u32>> {
                self.map.number(&$key.to_ne_bytes())
            }

            #[doc = $set]
            ///
            /// # Errors
            ///
            #[doc = concat!("`InvalidInput` if the map was not created, ", $missing, " `System` if the kernel refuses.")]
            #[inline]
            pub fn set(&self, $key: u32, $number: u32) -> Result<()> {
                self.map.set_number(&$key.to_ne_bytes(), $number, None)
            }

            /// The same, with a program that sees the packets there. The map's values must be of eight bytes in C, a
            #[doc = $since]
            ///
            /// # Errors
            ///
            /// As [`set`](Self::set); also `InvalidInput` if the program was not loaded or is of another section, or the map's values have
            /// only four bytes.
            #[inline]
            pub fn set_with_program(&self, $key: u32, $number: u32, program: &Xdp) -> Result<()> {
                self.map.set_number(&$key.to_ne_bytes(), $number, Some(program))
            }

            /// Removes an entry. `false` if there is none.
            ///
            /// # Errors
            ///
            /// As [`get`](Self::get).
            #[inline]
            pub fn remove(&self, $key: u32) -> Result<bool> {
                self.map.delete(&$key.to_ne_bytes())
            }
        }
    )+};
}
redirect! {
    DevMap, key, interface: "Sets the interface of a key, by the number that `ip link` shows first.",
        "The number of the interface of a key; `None` if it has none.",
        "`NotFound` if there is no such interface,",
        "`struct bpf_devmap_val`, and the program of section `xdp/devmap` (Linux 5.8).";
    CpuMap, cpu, packets: "Sets how many packets may wait for a CPU.",
        "How many packets may wait for a CPU; `None` if it is not in the map.",
        "or more may wait than 16384, `NotFound` if the machine has no such CPU,",
        "`struct bpf_cpumap_val`, and the program of section `xdp/cpumap` (Linux 5.9).";
}

impl Map {
    /// The first word of a value.
    #[inline]
    fn number(&self, key: &[u8]) -> Result<Option<u32>> {
        if self.elements()?.value_size() == size_of::<[u32; 2]>() {
            return Ok(self.get::<[u32; 2]>(key)?.map(|[number, _]| number));
        }
        self.get(key)
    }

    /// A word, and the descriptor of a program behind it if values have room for one.
    #[inline]
    fn set_number(&self, key: &[u8], number: u32, program: Option<&Xdp>) -> Result<()> {
        let set = match program {
            None if self.elements()?.value_size() == size_of::<u32>() => self.set(key, &number, Update::Any),
            None => self.set(key, &[number, 0], Update::Any),
            Some(program) => {
                let descriptor = program.as_program().as_fd()?.as_raw_fd();
                self.set(key, &[number, descriptor.unsigned_abs()], Update::Any)
            }
        };
        set.map(|_| ()).map_err(|error| self.not_redirected(key, number, program, error))
    }

    /// Why packets can't be sent there: what the kernel tells by few numbers (`__dev_map_alloc_node` in `kernel/bpf/devmap.c`,
    /// `cpu_map_update_elem` in `kernel/bpf/cpumap.c`).
    #[inline]
    fn not_redirected(&self, key: &[u8], number: u32, program: Option<&Xdp>, error: Error) -> Error {
        let (wants, section) = match self.map_type() {
            map_type::CPUMAP => (AttachType::XDP_CPUMAP, "xdp/cpumap"),
            _ => (AttachType::XDP_DEVMAP, "xdp/devmap"),
        };
        let stranger = program.filter(|program| !program.as_program().is_found() && program.as_program().attach_type() != wants);
        let (kind, why) = match error.raw_os_error() {
            Some(libc::EINVAL) if wants == AttachType::XDP_DEVMAP && !has_interface(number) => {
                (ErrorKind::NotFound, format!("there is no interface {number}"))
            }
            Some(libc::ENODEV) => {
                let cpu = key.first_chunk().map_or(0, |key| u32::from_ne_bytes(*key));
                (ErrorKind::NotFound, format!("this machine has no CPU {cpu}"))
            }
            Some(libc::EOVERFLOW) => (ErrorKind::InvalidInput, format!("{number} packets are more than may wait, which is 16384")),
            Some(libc::EINVAL | libc::ENOMEM) => match stranger {
                Some(stranger) => {
                    let (name, has) = (stranger.name(), stranger.as_program().section());
                    (ErrorKind::InvalidInput, format!("program `{name}` is of section `{has}`, not `{section}`"))
                }
                None => return error,
            },
            _ => return error,
        };
        Error::with_source(kind, format!("cannot set a value in map `{}`: {why}", self.name()), error)
    }
}
