//! Finds types by name, all in one pass.

use std::borrow::Cow;

use super::spec::essential;
use crate::Result;
use crate::btf::{Btf, KindNumber};

/// Names to look for, and what was found.
pub(super) struct Search<'n> {
    wanted: Vec<Wanted<'n>>,
    /// Entries by a hash of a name's first two bytes: index of the first in `entries`, plus one.
    buckets: Box<[u32; BUCKETS]>,
    entries: Vec<Entry>,
    /// Bit for each kind that is looked for.
    kinds: u32,
    tells_signs: bool,
}

/// One name, of one kind.
struct Wanted<'n> {
    kind: KindNumber,
    name: Cow<'n, [u8]>,
    /// Only this very name, not its flavors.
    exact: bool,
    found: Vec<Candidate>,
}

/// A type of the kernel or of one of its modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Index of the module among those that were looked into; `None` for the kernel itself.
    pub(crate) module: Option<u32>,
    /// Id of the type there.
    pub(crate) id: u32,
}

/// A wanted name in a bucket.
#[derive(Clone, Copy)]
struct Entry {
    /// The name's first bytes, at most eight, as a number whose lowest byte is the first.
    prefix: u64,
    /// Which of the eight bytes there are.
    mask: u64,
    wanted: u32,
    /// As in `buckets`.
    next: u32,
}

const BUCKETS: usize = 1024;

const ENUM: u32 = KindNumber::Enum as u32;
const ENUM64: u32 = KindNumber::Enum64 as u32;

fn bucket(first: u8, second: u8) -> usize {
    (usize::from(first) ^ usize::from(second) << 5) % BUCKETS
}

impl<'n> Search<'n> {
    pub(super) fn new() -> Self {
        Self { wanted: Vec::new(), buckets: Box::new([0; BUCKETS]), entries: Vec::new(), kinds: 0, tells_signs: false }
    }

    /// Looks for a type of a kind (any enum, for one of the enums) by its name: by this very one, or by its essential part whatever the
    /// flavor. Gives a number for [`Self::found`].
    pub(super) fn want(&mut self, kind: KindNumber, name: Cow<'n, [u8]>, exact: bool) -> usize {
        let name = match name {
            name if exact => name,
            Cow::Borrowed(name) => Cow::Borrowed(essential(name)),
            Cow::Owned(name) => Cow::Owned(essential(&name).to_vec()),
        };
        let first = name.first().copied().unwrap_or(0);
        let second = name.get(1).copied().unwrap_or(0);
        let mut next = self.buckets[bucket(first, second)];
        while let Some(entry) = self.entry(next) {
            let wanted = &self.wanted[entry.wanted as usize];
            if wanted.kind.same_for_core(kind) && wanted.name == name && wanted.exact == exact {
                return entry.wanted as usize;
            }
            next = entry.next;
        }
        let number = self.wanted.len();
        self.kinds |= kind.same_for_core_bits();
        self.insert(bucket(first, second), number, &name);
        if name.len() == 1 && !exact {
            // Of a name of one letter, a flavor has an underscore where the name ends.
            self.insert(bucket(first, b'_'), number, &name);
        }
        self.wanted.push(Wanted { kind, name, exact, found: Vec::new() });
        number
    }

    fn insert(&mut self, bucket: usize, wanted: usize, name: &[u8]) {
        let mut bytes = [0; 8];
        let mut mask = [0; 8];
        for ((byte, mask), &of_name) in bytes.iter_mut().zip(&mut mask).zip(name) {
            *byte = of_name;
            *mask = u8::MAX;
        }
        self.entries.push(Entry {
            prefix: u64::from_le_bytes(bytes),
            mask: u64::from_le_bytes(mask),
            wanted: wanted as u32,
            next: self.buckets[bucket],
        });
        self.buckets[bucket] = self.entries.len() as u32;
    }

    fn entry(&self, number: u32) -> Option<Entry> {
        self.entries.get((number as usize).checked_sub(1)?).copied()
    }

    /// Looks at every type of the kernel, or of the module of an index.
    pub(super) fn run(&mut self, module: Option<u32>, kernel: &Btf<'_>) -> Result<()> {
        let strings = kernel.strings;
        kernel.scan(self.kinds, &mut |id, head| {
            self.tells_signs |= match head.kind() {
                ENUM => head.kflag(),
                ENUM64 => true,
                _ => false,
            };
            let prefix = strings.prefix(head.name);
            let [first, second, ..] = prefix.to_le_bytes();
            let mut next = self.buckets[bucket(first, second)];
            while let Some(entry) = self.entry(next) {
                next = entry.next;
                if prefix & entry.mask == entry.prefix {
                    let kind = KindNumber::from_raw(head.kind());
                    let wanted = &mut self.wanted[entry.wanted as usize];
                    if kind.is_some_and(|kind| wanted.kind.same_for_core(kind)) && wanted.is(strings.bytes(head.name)) {
                        wanted.found.push(Candidate { module, id });
                    }
                }
            }
        })
    }

    /// Whether the kernel's BTF tells signed enums from unsigned ones, if enums were looked for. It does if one is signed, or has 64
    /// bits, which came at the same time (pahole 1.24).
    pub(super) fn tells_signs(&self) -> bool {
        self.tells_signs
    }

    /// What was found, in ascending order of ids.
    pub(super) fn found(&self, number: usize) -> &[Candidate] {
        self.wanted.get(number).map_or(&[], |wanted| &wanted.found)
    }
}

impl Wanted<'_> {
    fn is(&self, name: Result<&[u8]>) -> bool {
        name.is_ok_and(|name| *self.name == *if self.exact { name } else { essential(name) })
    }
}
