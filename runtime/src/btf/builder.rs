//! Makes BTF for tests.

/// BTF that grows by types. Each method gives the new type's id.
#[derive(Clone)]
pub(crate) struct Builder {
    pub(crate) big_endian: bool,
    /// Bytes of the layout section; none if empty.
    pub(crate) layout: Vec<u8>,
    types: Vec<u8>,
    strings: Vec<u8>,
    /// Length of the strings of what this builds on.
    base_strings: u32,
    count: u32,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self { big_endian: false, layout: Vec::new(), types: Vec::new(), strings: vec![0], base_strings: 0, count: 0 }
    }

    /// Split BTF that builds on another.
    pub(crate) fn split(base: &Self) -> Self {
        let base_strings = base.strings.len() as u32;
        Self { big_endian: base.big_endian, strings: Vec::new(), base_strings, count: base.count, ..Self::new() }
    }

    pub(crate) fn big_endian() -> Self {
        Self { big_endian: true, ..Self::new() }
    }

    /// The whole BTF.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let header = if self.layout.is_empty() { 24 } else { 32 };
        let [types, layout, strings] = [&self.types, &self.layout, &self.strings].map(|section| section.len() as u32);
        let mut bytes = self.u16(0xeb9f).to_vec();
        bytes.extend([1, 0]);
        for word in [header, 0, types, types + layout, strings, types, layout].into_iter().take(header as usize / 4 - 1) {
            bytes.extend(self.u32(word));
        }
        bytes.extend(&self.types);
        bytes.extend(&self.layout);
        bytes.extend(&self.strings);
        bytes
    }

    fn u16(&self, number: u16) -> [u8; 2] {
        if self.big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn u32(&self, number: u32) -> [u8; 4] {
        if self.big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    pub(crate) fn string(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let at = self.base_strings + self.strings.len() as u32;
        self.strings.extend(name.as_bytes());
        self.strings.push(0);
        at
    }

    /// Any type.
    pub(crate) fn raw(&mut self, name: &str, kind: u32, vlen: u32, kflag: bool, word: u32, trailer: &[u32]) -> u32 {
        let name = self.string(name);
        for number in [name, vlen | kind << 24 | u32::from(kflag) << 31, word].iter().chain(trailer) {
            let bytes = self.u32(*number);
            self.types.extend(bytes);
        }
        self.count += 1;
        self.count
    }

    pub(crate) fn int(&mut self, name: &str, size: u32, encoding: u32) -> u32 {
        self.raw(name, 1, 0, false, size, &[(encoding << 24) | (size * 8)])
    }

    pub(crate) fn ptr(&mut self, target: u32) -> u32 {
        self.raw("", 2, 0, false, target, &[])
    }

    pub(crate) fn array(&mut self, element: u32, len: u32) -> u32 {
        self.raw("", 3, 0, false, 0, &[element, element, len])
    }

    /// Members: name, type, offset in bits.
    pub(crate) fn structure(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        self.composite(4, name, size, members)
    }

    pub(crate) fn union(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        self.composite(5, name, size, members)
    }

    fn composite(&mut self, kind: u32, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        let words: Vec<u32> = members.iter().flat_map(|&(name, ty, at)| [self.string(name), ty, at]).collect();
        self.raw(name, kind, members.len() as u32, false, size, &words)
    }

    /// Members: name, type, offset in bits, width in bits or 0.
    pub(crate) fn bitfields(&mut self, name: &str, size: u32, members: &[(&str, u32, u32, u32)]) -> u32 {
        let words: Vec<u32> = members.iter().flat_map(|&(name, ty, at, width)| [self.string(name), ty, at | width << 24]).collect();
        self.raw(name, 4, members.len() as u32, true, size, &words)
    }

    pub(crate) fn enumeration(&mut self, name: &str, signed: bool, values: &[(&str, i32)]) -> u32 {
        let words: Vec<u32> = values.iter().flat_map(|&(name, value)| [self.string(name), value as u32]).collect();
        self.raw(name, 6, values.len() as u32, signed, 4, &words)
    }

    pub(crate) fn enumeration64(&mut self, name: &str, signed: bool, values: &[(&str, u64)]) -> u32 {
        let words: Vec<u32> =
            values.iter().flat_map(|&(name, value)| [self.string(name), value as u32, (value >> 32) as u32]).collect();
        self.raw(name, 19, values.len() as u32, signed, 8, &words)
    }

    pub(crate) fn forward(&mut self, name: &str, union: bool) -> u32 {
        self.raw(name, 7, 0, union, 0, &[])
    }

    pub(crate) fn typedef(&mut self, name: &str, target: u32) -> u32 {
        self.raw(name, 8, 0, false, target, &[])
    }

    pub(crate) fn volatile(&mut self, target: u32) -> u32 {
        self.raw("", 9, 0, false, target, &[])
    }

    pub(crate) fn constant(&mut self, target: u32) -> u32 {
        self.raw("", 10, 0, false, target, &[])
    }

    pub(crate) fn func(&mut self, name: &str, proto: u32) -> u32 {
        self.raw(name, 12, 1, false, proto, &[])
    }

    pub(crate) fn func_proto(&mut self, result: u32, params: &[(&str, u32)]) -> u32 {
        let words: Vec<u32> = params.iter().flat_map(|&(name, ty)| [self.string(name), ty]).collect();
        self.raw("", 13, params.len() as u32, false, result, &words)
    }

    pub(crate) fn var(&mut self, name: &str, ty: u32, linkage: u32) -> u32 {
        self.raw(name, 14, 0, false, ty, &[linkage])
    }

    pub(crate) fn datasec(&mut self, name: &str, size: u32, variables: &[(u32, u32, u32)]) -> u32 {
        let words: Vec<u32> = variables.iter().flat_map(|&(ty, at, size)| [ty, at, size]).collect();
        self.raw(name, 15, variables.len() as u32, false, size, &words)
    }
}

/// One of each kind, and types that lead to them.
pub(crate) fn every_kind(mut b: Builder) -> Builder {
    let int = b.int("int", 4, 1);
    let long = b.int("long unsigned int", 8, 0);
    let boolean = b.int("_Bool", 1, 4);
    let pointer = b.ptr(int);
    let array = b.array(pointer, 3);
    let inner = b.union("", 8, &[("word", long, 0), ("half", int, 0)]);
    let outer = b.structure("outer", 40, &[("first", int, 0), ("", inner, 64), ("list", array, 128)]);
    b.bitfields("bits", 4, &[("low", int, 0, 3), ("high", int, 3, 7), ("rest", boolean, 16, 0)]);
    let color = b.enumeration("color", false, &[("RED", 0), ("GREEN", 5)]);
    b.enumeration("sign", true, &[("MINUS", -1)]);
    b.enumeration64("wide", false, &[("HUGE", 1 << 40)]);
    b.forward("declared", true);
    let constant = b.constant(outer);
    let volatile = b.volatile(constant);
    let restricted = b.raw("", 11, 0, false, volatile, &[]);
    let named = b.typedef("named_t", restricted);
    let proto = b.func_proto(int, &[("name", pointer), ("", 0)]);
    b.func("function", proto);
    let var = b.var("variable", color, 2);
    b.datasec(".data", 0, &[(var, 8, 4)]);
    b.raw("double", 16, 0, false, 8, &[]);
    b.raw("text", 17, 0, false, outer, &[2]);
    b.raw("whole", 17, 0, true, outer, &[u32::MAX]);
    b.raw("user", 18, 0, false, named, &[]);
    b
}
