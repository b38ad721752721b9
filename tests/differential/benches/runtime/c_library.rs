//! libbpf, as its C users call it.
#![expect(unsafe_code, reason = "calls a C library")]

use std::ffi::{CStr, c_int, c_void};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::{NonNull, null, null_mut};

use anyhow::{Context, Result, ensure};
use libbpf_sys as sys;

/// A loaded object. Closed on drop.
pub(crate) struct Loaded(NonNull<sys::bpf_object>);

impl Loaded {
    pub(crate) fn new(elf: &[u8]) -> Result<Self> {
        // What it has to say is of no interest, and takes time.
        // SAFETY: none is a function that may be called.
        unsafe { sys::libbpf_set_print(None) };
        // SAFETY: the bytes live until it returns, and libbpf copies what it keeps; there are no options.
        let object = unsafe { sys::bpf_object__open_mem(elf.as_ptr().cast(), elf.len() as sys::size_t, null()) };
        let loaded = Self(NonNull::new(object).context("libbpf can't open it")?);
        // SAFETY: an open object.
        let result = unsafe { sys::bpf_object__load(loaded.0.as_ptr()) };
        ensure!(result == 0, "libbpf can't load it: {result}");
        Ok(loaded)
    }

    fn program(&self, name: &CStr) -> Result<NonNull<sys::bpf_program>> {
        // SAFETY: an object, and a C string.
        let program = unsafe { sys::bpf_object__find_program_by_name(self.0.as_ptr(), name.as_ptr()) };
        NonNull::new(program).context("no such program")
    }

    /// The first variable of `.bss`, which libbpf maps when it has loaded the object.
    pub(crate) fn counter(&self) -> Result<Counter<'_>> {
        // SAFETY: an object, and a C string.
        let map = unsafe { sys::bpf_object__find_map_by_name(self.0.as_ptr(), c".bss".as_ptr()) };
        let mut size = 0;
        // SAFETY: a map of the object, or none; there is room for the size.
        let memory = unsafe { sys::bpf_map__initial_value(map, &raw mut size) };
        ensure!(size as usize >= size_of::<u64>(), "no variable");
        Ok(Counter { place: NonNull::new(memory.cast()).context("no memory")?, _object: self })
    }

    pub(crate) fn attach_uprobe(&self, program: &CStr, path: &CStr, offset: u64) -> Result<Link> {
        let program = self.program(program)?;
        // SAFETY: a program of a loaded object, and a C string.
        Link::new(unsafe { sys::bpf_program__attach_uprobe(program.as_ptr(), false, pid(), path.as_ptr(), offset as sys::size_t) })
    }

    pub(crate) fn attach_uprobe_by_name(&self, program: &CStr, path: &CStr, function: &CStr) -> Result<Link> {
        let program = self.program(program)?;
        let options = sys::bpf_uprobe_opts {
            sz: size_of::<sys::bpf_uprobe_opts>() as sys::size_t,
            func_name: function.as_ptr(),
            ..Default::default()
        };
        // SAFETY: a program of a loaded object, C strings, and options that live until it returns.
        Link::new(unsafe { sys::bpf_program__attach_uprobe_opts(program.as_ptr(), pid(), path.as_ptr(), 0, &raw const options) })
    }

    pub(crate) fn attach_tracepoint(&self, program: &CStr, category: &CStr, name: &CStr) -> Result<Link> {
        let program = self.program(program)?;
        // SAFETY: a program of a loaded object, and C strings.
        Link::new(unsafe { sys::bpf_program__attach_tracepoint(program.as_ptr(), category.as_ptr(), name.as_ptr()) })
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::bpf_object__close(self.0.as_ptr()) };
    }
}

fn pid() -> sys::pid_t {
    std::process::id() as sys::pid_t
}

/// What keeps a program attached. Detaches on drop.
pub(crate) struct Link(NonNull<sys::bpf_link>);

impl Link {
    fn new(link: *mut sys::bpf_link) -> Result<Self> {
        NonNull::new(link).map(Self).with_context(|| format!("libbpf can't attach: {}", std::io::Error::last_os_error()))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::bpf_link__destroy(self.0.as_ptr()) };
    }
}

/// A variable of `.bss`.
pub(crate) struct Counter<'l> {
    place: NonNull<u64>,
    _object: &'l Loaded,
}

impl Counter<'_> {
    pub(crate) fn get(&self) -> u64 {
        // SAFETY: libbpf has mapped the variable, as long as the object is there.
        unsafe { self.place.as_ptr().read_volatile() }
    }
}

/// What a callback has seen.
#[derive(Default)]
struct Seen {
    events: u64,
    sum: u64,
}

/// Where an event has its time.
const TIME: usize = 8;

fn see(seen: *mut c_void, data: *mut c_void) {
    // SAFETY: libbpf hands on what it was given: a `Seen` that nobody else has now.
    let seen = unsafe { &mut *seen.cast::<Seen>() };
    // SAFETY: all events of these programs have as many bytes.
    let time = unsafe { data.cast::<u8>().add(TIME) };
    seen.events += 1;
    // SAFETY: as above.
    seen.sum += unsafe { time.cast::<u64>().read_unaligned() };
}

extern "C" fn on_ring_event(seen: *mut c_void, data: *mut c_void, _: sys::size_t) -> c_int {
    see(seen, data);
    0
}

extern "C" fn on_perf_event(seen: *mut c_void, _: c_int, data: *mut c_void, _: u32) {
    see(seen, data);
}

/// `struct ring_buffer` of libbpf.
pub(crate) struct Ring {
    ring: NonNull<sys::ring_buffer>,
    seen: NonNull<Seen>,
}

impl Ring {
    pub(crate) fn new(map: BorrowedFd<'_>) -> Result<Self> {
        let seen = NonNull::from(Box::leak(Box::<Seen>::default()));
        // SAFETY: the callback fits, and what it is given is there as long as the ring.
        let ring = unsafe { sys::ring_buffer__new(map.as_raw_fd(), Some(on_ring_event), seen.as_ptr().cast(), null()) };
        Ok(Self { ring: NonNull::new(ring).context("libbpf can't map a ring buffer")?, seen })
    }

    /// How many events there were, and the sum of their times.
    pub(crate) fn consume(&mut self) -> Result<(u64, u64)> {
        // SAFETY: a ring that is ours.
        let result = unsafe { sys::ring_buffer__consume(self.ring.as_ptr()) };
        ensure!(result >= 0, "libbpf can't read a ring buffer: {result}");
        // SAFETY: no callback runs now.
        let seen = std::mem::take(unsafe { self.seen.as_mut() });
        Ok((seen.events, seen.sum))
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::ring_buffer__free(self.ring.as_ptr()) };
        // SAFETY: it was made by a box, and no callback has it any more.
        drop(unsafe { Box::from_raw(self.seen.as_ptr()) });
    }
}

/// `struct perf_buffer` of libbpf.
pub(crate) struct Perf {
    buffer: NonNull<sys::perf_buffer>,
    seen: NonNull<Seen>,
}

impl Perf {
    pub(crate) fn new(map: BorrowedFd<'_>, pages: usize) -> Result<Self> {
        let seen = NonNull::from(Box::leak(Box::<Seen>::default()));
        let (map, pages) = (map.as_raw_fd(), pages as sys::size_t);
        // SAFETY: the callback fits, and what it is given is there as long as the buffer.
        let buffer = unsafe { sys::perf_buffer__new(map, pages, Some(on_perf_event), None, seen.as_ptr().cast(), null()) };
        Ok(Self { buffer: NonNull::new(buffer).context("libbpf can't make a perf buffer")?, seen })
    }

    /// How many events there were, and the sum of their times.
    pub(crate) fn consume(&mut self) -> Result<(u64, u64)> {
        // SAFETY: a buffer that is ours.
        let result = unsafe { sys::perf_buffer__consume(self.buffer.as_ptr()) };
        ensure!(result >= 0, "libbpf can't read a perf buffer: {result}");
        // SAFETY: no callback runs now.
        let seen = std::mem::take(unsafe { self.seen.as_mut() });
        Ok((seen.events, seen.sum))
    }
}

impl Drop for Perf {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::perf_buffer__free(self.buffer.as_ptr()) };
        // SAFETY: it was made by a box, and no callback has it any more.
        drop(unsafe { Box::from_raw(self.seen.as_ptr()) });
    }
}

/// A map of keys and values of these sizes.
#[derive(Clone, Copy)]
pub(crate) struct Table<'m>(pub(crate) BorrowedFd<'m>);

/// What the tables' values are.
pub(crate) type Value = [u64; 2];

fn done(result: c_int) -> Result<()> {
    ensure!(result == 0, "the kernel refuses: {}", std::io::Error::from_raw_os_error(-result));
    Ok(())
}

impl Table<'_> {
    /// The value of a key; of a per-CPU map, those of as many CPUs as there is room for.
    pub(crate) fn lookup(self, key: u32, value: &mut [Value]) -> Result<()> {
        // SAFETY: a key and values of the map's sizes.
        done(unsafe { sys::bpf_map_lookup_elem(self.0.as_raw_fd(), (&raw const key).cast(), value.as_mut_ptr().cast()) })
    }

    pub(crate) fn update(self, key: u32, value: &Value) -> Result<()> {
        let (key, value) = ((&raw const key).cast(), std::ptr::from_ref(value).cast());
        // SAFETY: a key and a value of the map's sizes.
        done(unsafe { sys::bpf_map_update_elem(self.0.as_raw_fd(), key, value, 0) })
    }

    pub(crate) fn next_key(self, key: Option<&u32>) -> Option<u32> {
        let mut next = 0;
        let key = key.map_or(null(), |key| std::ptr::from_ref(key).cast());
        // SAFETY: keys of the map's size, the first one null.
        let result = unsafe { sys::bpf_map_get_next_key(self.0.as_raw_fd(), key, (&raw mut next).cast()) };
        (result == 0).then_some(next)
    }

    pub(crate) fn update_batch(self, keys: &[u32], values: &[Value]) -> Result<()> {
        let mut count = keys.len().min(values.len()) as u32;
        let (keys, values) = (keys.as_ptr().cast(), values.as_ptr().cast());
        // SAFETY: as many keys and values of the map's sizes; there are no options.
        done(unsafe { sys::bpf_map_update_batch(self.0.as_raw_fd(), keys, values, &raw mut count, null()) })
    }

    pub(crate) fn delete_batch(self, keys: &[u32]) -> Result<()> {
        let mut count = keys.len() as u32;
        // SAFETY: as many keys of the map's size; there are no options.
        done(unsafe { sys::bpf_map_delete_batch(self.0.as_raw_fd(), keys.as_ptr().cast(), &raw mut count, null()) })
    }

    /// Copies all entries, or takes them out, with as many at once as there is room for, and returns how many there were.
    pub(crate) fn copy_all(self, take: bool, keys: &mut [u32], values: &mut [Value]) -> Result<u32> {
        let call = if take { sys::bpf_map_lookup_and_delete_batch } else { sys::bpf_map_lookup_batch };
        let (mut from, mut place, mut all) = (null_mut(), 0_u32, 0);
        loop {
            let mut count = keys.len().min(values.len()) as u32;
            let (end, keys, values) = ((&raw mut place).cast(), keys.as_mut_ptr().cast(), values.as_mut_ptr().cast());
            // SAFETY: there is room for as many keys and values of the map's sizes, and for a place; there are no options.
            let result = unsafe { call(self.0.as_raw_fd(), from, end, keys, values, &raw mut count, null()) };
            all += count;
            from = (&raw mut place).cast();
            match -result {
                0 => {}
                libc::ENOENT => return Ok(all),
                _ => done(result)?,
            }
        }
    }
}
