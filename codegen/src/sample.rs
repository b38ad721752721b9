//! BTF for tests.

/// BTF that grows by types. Each method gives the new type's id.
pub(crate) struct Builder {
    types: Vec<u8>,
    strings: Vec<u8>,
    count: u32,
}

impl Default for Builder {
    fn default() -> Self {
        Self { types: Vec::new(), strings: vec![0], count: 0 }
    }
}

impl Builder {
    /// The whole BTF, little-endian.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let [types, strings] = [&self.types, &self.strings].map(|section| section.len() as u32);
        let header = [0x0001_eb9f, 24, 0, types, types, strings];
        let mut bytes: Vec<u8> = header.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(&self.types);
        bytes.extend(&self.strings);
        bytes
    }

    /// The id of the last type.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    fn string(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let at = self.strings.len() as u32;
        self.strings.extend(text.as_bytes());
        self.strings.push(0);
        at
    }

    /// Any type. A kind of 0x80 and more stands for that with the flag.
    pub(crate) fn add(&mut self, name: &str, kind: u32, items: usize, word: u32, trailer: &[u32]) -> u32 {
        let name = self.string(name);
        let info = kind << 24 | items as u32;
        self.types.extend([name, info, word].iter().chain(trailer).flat_map(|word| word.to_le_bytes()));
        self.count += 1;
        self.count
    }

    /// Encoding: 1 signed, 4 `bool`.
    pub(crate) fn int(&mut self, name: &str, size: u32, encoding: u32) -> u32 {
        self.add(name, 1, 0, size, &[(encoding << 24) | (size * 8)])
    }

    pub(crate) fn float(&mut self, name: &str, size: u32) -> u32 {
        self.add(name, 16, 0, size, &[])
    }

    pub(crate) fn ptr(&mut self, target: u32) -> u32 {
        self.add("", 2, 0, target, &[])
    }

    pub(crate) fn array(&mut self, element: u32, len: u32) -> u32 {
        self.add("", 3, 0, 0, &[element, element, len])
    }

    /// Members: name, type, offset in bytes.
    pub(crate) fn structure(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        self.composite(name, 4, size, members)
    }

    pub(crate) fn union(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        self.composite(name, 5, size, members)
    }

    fn composite(&mut self, name: &str, kind: u32, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        let words: Vec<u32> = members.iter().flat_map(|&(name, ty, at)| [self.string(name), ty, at * 8]).collect();
        self.add(name, kind, members.len(), size, &words)
    }

    /// Members: name, type, offset in bits, width in bits or 0.
    pub(crate) fn bitfields(&mut self, name: &str, size: u32, members: &[(&str, u32, u32, u32)]) -> u32 {
        let words: Vec<u32> = members.iter().flat_map(|&(name, ty, at, width)| [self.string(name), ty, at | width << 24]).collect();
        self.add(name, 0x84, members.len(), size, &words)
    }

    pub(crate) fn enumeration(&mut self, name: &str, signed: bool, values: &[(&str, i32)]) -> u32 {
        let words: Vec<u32> = values.iter().flat_map(|&(name, value)| [self.string(name), value as u32]).collect();
        self.add(name, if signed { 0x86 } else { 6 }, values.len(), 4, &words)
    }

    /// Unsigned, of any size.
    pub(crate) fn sized_enumeration(&mut self, name: &str, size: u32, values: &[(&str, u32)]) -> u32 {
        let words: Vec<u32> = values.iter().flat_map(|&(name, value)| [self.string(name), value]).collect();
        self.add(name, 6, values.len(), size, &words)
    }

    pub(crate) fn enumeration64(&mut self, name: &str, signed: bool, values: &[(&str, u64)]) -> u32 {
        let words: Vec<u32> =
            values.iter().flat_map(|&(name, value)| [self.string(name), value as u32, (value >> 32) as u32]).collect();
        self.add(name, if signed { 0x93 } else { 19 }, values.len(), 8, &words)
    }

    pub(crate) fn typedef(&mut self, name: &str, target: u32) -> u32 {
        self.add(name, 8, 0, target, &[])
    }

    pub(crate) fn forward(&mut self, name: &str, union: bool) -> u32 {
        self.add(name, if union { 0x87 } else { 7 }, 0, 0, &[])
    }

    /// Tags the whole of a type or function.
    pub(crate) fn decl_tag(&mut self, tag: &str, target: u32) -> u32 {
        self.add(tag, 17, 0, target, &[u32::MAX])
    }

    pub(crate) fn type_tag(&mut self, tag: &str, attribute: bool, target: u32) -> u32 {
        self.add(tag, if attribute { 0x92 } else { 18 }, 0, target, &[])
    }

    pub(crate) fn restrict(&mut self, target: u32) -> u32 {
        self.add("", 11, 0, target, &[])
    }

    pub(crate) fn volatile(&mut self, target: u32) -> u32 {
        self.add("", 9, 0, target, &[])
    }

    pub(crate) fn constant(&mut self, target: u32) -> u32 {
        self.add("", 10, 0, target, &[])
    }

    pub(crate) fn func(&mut self, name: &str, proto: u32) -> u32 {
        self.add(name, 12, 1, proto, &[])
    }

    pub(crate) fn func_proto(&mut self, result: u32, params: &[(&str, u32)]) -> u32 {
        let words: Vec<u32> = params.iter().flat_map(|&(name, ty)| [self.string(name), ty]).collect();
        self.add("", 13, params.len(), result, &words)
    }

    /// Linkage: 0 static, 1 global, 2 extern.
    pub(crate) fn var(&mut self, name: &str, ty: u32, linkage: u32) -> u32 {
        self.add(name, 14, 0, ty, &[linkage])
    }

    /// Variables: type, offset, size.
    pub(crate) fn datasec(&mut self, name: &str, size: u32, variables: &[(u32, u32, u32)]) -> u32 {
        let words: Vec<u32> = variables.iter().flat_map(|&(ty, at, size)| [ty, at, size]).collect();
        self.add(name, 15, variables.len(), size, &words)
    }
}
