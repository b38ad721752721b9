//! What the attributes expand to, in a crate as strict as a user's may be.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic, missing_docs)]

use std::hash::{DefaultHasher, Hash, Hasher};

use corebone::value::GlobalSection;
use corebone::{Bool, Pod};

/// C types.
pub mod types {
    /// `struct event`
    #[corebone::c_type(size = 40, align = 8)]
    pub struct event {
        /// `__u64 delta_us`
        #[offset(0)]
        pub delta_us: u64,
        /// `__u32 pid`
        #[offset(8)]
        pub pid: u32,
        /// `char task[16]`
        #[string]
        #[offset(12)]
        pub task: [u8; 16],
        /// `_Bool late`
        #[offset(28)]
        pub late: ::corebone::Bool,
        #[padding]
        #[offset(29)]
        pub _pad29: [u8; 3],
        /// `enum reason type`
        #[offset(32)]
        pub r#type: reason,
        #[padding]
        #[offset(36)]
        pub _pad36: [u8; 4],
    }

    /// `struct packet`
    #[corebone::c_type(size = 11, align = 1, packed)]
    pub struct packet {
        /// `char tag`
        #[offset(0)]
        pub tag: u8,
        /// `__u64 cookie`
        #[offset(1)]
        pub cookie: u64,
        /// `char name[2]`
        #[string]
        #[offset(9)]
        pub name: [u8; 2],
    }

    /// `struct flags`
    #[corebone::c_type(size = 5, align = 1)]
    pub struct flags {
        /// `__u32 low:3`, `__s32 high:20`, `_Bool set:1`
        #[offset(0)]
        #[bits(low = 0..3 as u32)]
        #[bits(high = 3..23 as i32)]
        #[bits(set = 24..25 as bool)]
        pub bits0: [u8; 4],
        /// `__u8 rest`
        #[offset(4)]
        pub rest: u8,
    }

    /// `struct ratio`
    #[corebone::c_type(size = 4, align = 4, float)]
    pub struct ratio {
        /// `float value`
        #[offset(0)]
        pub value: f32,
    }

    /// `struct nothing`
    #[corebone::c_type(size = 0, align = 1)]
    pub struct nothing {}

    /// `enum reason`
    #[corebone::c_enum(i32)]
    pub enum reason {
        /// `LATE = 0`
        LATE = 0,
        /// `SELF = -1`
        Self_ = -1,
        /// `FIRST = 0`
        FIRST = 0,
    }

    /// `enum wide`
    #[corebone::c_enum(u64)]
    pub enum wide {
        /// `TOP = 0x8000000000000000`
        TOP = 9_223_372_036_854_775_808,
    }
}

/// Variables of `.rodata`.
#[corebone::section(size = 24)]
pub struct DemoRodata {
    /// `const volatile __u64 min_us`
    #[offset(0)]
    pub min_us: u64,
    /// `const volatile _Bool use_ringbuf`
    #[offset(16)]
    pub use_ringbuf: bool,
    /// `const volatile enum reason why`
    #[offset(20)]
    pub why: types::reason,
}

#[test]
fn a_struct_reads_its_bytes() {
    let mut bytes = [0_u8; 40];
    bytes[0] = 7;
    bytes[8] = 9;
    bytes[12..16].copy_from_slice(b"bash");
    bytes[28] = 2;
    bytes[32..36].copy_from_slice(&[0xff; 4]);
    bytes[30] = 0xaa;
    let event = types::event::from_bytes(&bytes).unwrap();
    assert_eq!((event.delta_us, event.pid, event.late.get()), (7, 9, true));
    assert_eq!(event.task(), "bash");
    assert_eq!(event.r#type, types::reason::Self_);
    assert_eq!(event.as_bytes(), bytes);
    assert_eq!(format!("{event:?}"), r#"event { delta_us: 7, pid: 9, task: "bash", late: true, type: Self_ }"#);
    let without_padding = types::event { delta_us: 7, pid: 9, task: event.task, late: true.into(), ..types::event::default() };
    assert_eq!(types::event { r#type: types::reason::Self_, ..without_padding }, event);
    assert_ne!(without_padding, event);
}

#[test]
fn a_packed_struct_has_no_borrowed_fields() {
    let packet = types::packet { tag: 1, cookie: 2, name: *b"ab" };
    assert_eq!(packet.as_bytes(), [1, 2, 0, 0, 0, 0, 0, 0, 0, b'a', b'b']);
    assert_eq!(packet.name(), "ab");
    assert_eq!(format!("{packet:?}"), r#"packet { tag: 1, cookie: 2, name: "ab" }"#);
    assert_eq!(packet, packet.clone());
    assert_eq!(types::nothing::default(), types::nothing {});
}

#[test]
fn padding_makes_no_difference() {
    use std::collections::HashSet;

    let event = types::event { pid: 7, late: true.into(), ..types::event::default() };
    let mut bytes = [0_u8; 40];
    bytes.copy_from_slice(event.as_bytes());
    bytes[28] = 2;
    bytes[30] = 0xaa;
    let other = types::event::from_bytes(&bytes).unwrap();
    assert_ne!(event.as_bytes(), other.as_bytes());
    assert_eq!(HashSet::from([event, other]).len(), 1);
    assert_eq!(HashSet::from([types::packet::default(), types::packet::default()]).len(), 1);
    assert!(types::ratio { value: 0.5 } == types::ratio { value: 0.5 });
    assert!(types::ratio { value: f32::NAN } != types::ratio { value: f32::NAN });
}

#[test]
fn bitfields_have_methods() {
    let mut flags = types::flags { rest: 7, ..types::flags::default() };
    flags.set_low(5);
    flags.set_high(-2);
    flags.set_set(true);
    assert_eq!((flags.low(), flags.high(), flags.set()), (5, -2, true));
    assert_eq!(format!("{flags:?}"), "flags { low: 5, high: -2, set: true, rest: 7 }");
    let mut other = flags;
    other.bits0[3] ^= if cfg!(target_endian = "big") { 1 } else { 0x80 };
    assert_eq!(other, flags);
    other.set_low(4);
    assert_ne!(other, flags);
}

#[test]
fn an_enum_takes_any_number() {
    use types::reason;
    assert_eq!(reason::default(), reason::LATE);
    assert_eq!(reason::FIRST, reason::LATE);
    assert_eq!(format!("{:?} {:?} {:?}", reason::FIRST, reason::Self_, reason(5)), "LATE Self_ 5");
    assert_eq!(i32::from(reason::from(-1)), -1);
    assert_eq!(reason::from_bytes(&[5, 0, 0, 0]), Some(reason(5)));
    assert_eq!(types::wide::TOP.0, 1 << 63);
}

#[test]
fn a_section_reads_and_writes_its_variables() {
    assert_eq!(DemoRodata::SIZE, 24);
    let mut contents = vec![0xee_u8; 24];
    let mut rodata = DemoRodata::read(&contents);
    assert!(rodata.use_ringbuf);
    rodata.min_us = 10;
    rodata.use_ringbuf = false;
    rodata.why = types::reason::LATE;
    rodata.write(&mut contents);
    assert_eq!(contents[..8], [10, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(contents[8..16], [0xee; 8]);
    assert_eq!(contents[16], 0);
    assert_eq!(contents[17..20], [0xee; 3]);
    assert_eq!(contents[20..24], [0; 4]);
    assert_eq!(DemoRodata::read(&contents), rodata);
    assert_eq!(DemoRodata::read(&contents[..8]), rodata, "what is left out is zero");
    let mut short = vec![1_u8; 4];
    rodata.write(&mut short);
    assert_eq!(short, [10, 0, 0, 0], "nothing but zeros comes after");
}

/// Variables of `.bss`.
#[corebone::section(size = 1_000_008, live = DemoBssLive)]
pub struct DemoBss {
    /// `char heap[1000000]`
    #[offset(0)]
    #[large]
    pub heap: corebone::Large<[u8; 1_000_000]>,
    /// `__u64 after`
    #[offset(1_000_000)]
    pub after: u64,
}

#[test]
fn a_large_variable_is_stored_as_far_as_it_is_used() {
    let mut bss = DemoBss::read(&[]);
    let mut contents = Vec::new();
    bss.write(&mut contents);
    assert!(contents.is_empty());
    bss.heap[2] = 3;
    bss.write(&mut contents);
    assert_eq!(contents, [0, 0, 3]);
    assert_eq!(DemoBss::read(&contents), bss);
    bss.after = 1_u64.to_le();
    bss.write(&mut contents);
    assert_eq!(contents.len(), 1_000_001);
}

#[test]
fn a_bool_of_a_struct_is_any_byte() {
    assert_eq!(Bool::from_bytes(&[2]), Some(Bool::from(true)));
}

/// Types that a macro declares: what it has from outside is in brackets that nobody sees.
mod declared_by_macro {
    macro_rules! declare {
        ($visibility:vis $name:ident, $section:ident, $size:literal, $offset:literal, $first:ty, $second:ty, $vector:ty) => {
            /// Declared by a macro.
            #[corebone::c_type(size = $size, align = 8)]
            $visibility struct $name {
                /// The first.
                #[offset(0)]
                $visibility first: $first,
                /// The second.
                #[offset($offset)]
                #[member(low = 0 as u32, "The low half.")]
                $visibility second: $second,
            }

            /// Declared by a macro.
            #[corebone::section(size = $size)]
            $visibility struct $section {
                /// The last.
                #[offset(0)]
                #[resizable]
                $visibility last: $vector,
            }
        };
    }

    declare!(pub(super) pair, PairRodata, 0x1_0, 8_usize, corebone::Ptr<fn(u8) -> u8>, [u64; 1], Vec<u64>);
}

#[test]
fn a_macro_may_declare_types() {
    use declared_by_macro::{PairRodata, pair};

    let mut pair = pair { second: [u64::MAX], ..pair::default() };
    pair.set_low(0);
    assert_eq!(u32::from_ne_bytes(*pair.as_bytes()[8..].first_chunk().unwrap()), 0);
    assert_eq!(PairRodata::read(&[1; 16]).last, [0x0101_0101_0101_0101; 2]);
}

mod large {
    /// More than the test's stack has.
    #[corebone::c_type(size = 1048580, align = 4)]
    pub(super) struct buffer {
        /// Text, say.
        #[offset(0)]
        #[member(first = 0 as u32, "The first number.")]
        #[bits(last = 8388607..8388608 as bool, "The last bit.")]
        pub(super) numbers: [u32; 1 << 18],
        /// A number.
        #[offset(1_048_576)]
        pub(super) count: u32,
    }

    /// The same without methods.
    #[corebone::c_type(size = 1048576, align = 4)]
    pub(super) struct plain {
        /// Numbers.
        #[offset(0)]
        pub(super) numbers: [u32; 1 << 18],
    }
}

/// As a thread does whose stack is small, and has no room for a value.
#[test]
fn large_types_are_used_where_they_are() {
    fn hash(value: &impl Hash) -> u64 {
        let mut state = DefaultHasher::new();
        value.hash(&mut state);
        state.finish()
    }

    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        let (mut one, mut other) = (large::buffer::boxed(), large::buffer::boxed());
        one.set_first(7);
        one.set_last(true);
        assert!(one.first() == 7 && one.last() && one != other && one > other && hash(&*one) != hash(&*other));
        other.set_first(7);
        other.set_last(true);
        other.count = 1;
        assert_eq!(format!("{other:?}"), "buffer { last: true, first: 7, count: 1 }");
        let (one, other) = (large::plain::boxed(), large::plain::boxed());
        assert!(one == other && one.cmp(&other).is_eq() && hash(&*one) == hash(&*other));
        assert!(format!("{one:?}").starts_with("plain { numbers: [0, 0, "));
    });
    thread.unwrap().join().unwrap();
}
