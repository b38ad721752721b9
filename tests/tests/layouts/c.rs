//! C types at random.

use std::fmt::Write;

/// Numbers that look random and are the same for the same seed: splitmix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[usize::try_from(self.below(from.len() as u64)).unwrap_or_default()]
    }
}

/// A type without members.
#[derive(Clone)]
pub(crate) struct Scalar {
    /// Declares what stands for `@`: `int (*@)(void)`.
    declaration: String,
    pub(crate) kind: Kind,
    pub(crate) bits: u32,
    pub(crate) signed: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Integer,
    /// The object of an old clang doesn't say whether an enum of 64 bits has a sign.
    Enum,
    Bool,
    Char,
    Float,
    Pointer,
}

enum Type {
    Scalar(Scalar),
    /// One that has a tag and was declared before.
    Tagged(usize),
    Inline(Aggregate),
}

struct Member {
    /// Empty for an anonymous struct or union, and for a bitfield that only pads.
    name: String,
    ty: Type,
    lengths: Vec<u64>,
    flexible: bool,
    width: Option<u32>,
    attribute: String,
}

pub(crate) struct Aggregate {
    /// Bytes, more or less.
    weight: u64,
    union: bool,
    attribute: String,
    members: Vec<Member>,
}

/// A step from a value to a part of it, as Rust takes it.
#[derive(Clone)]
pub(crate) enum Step {
    Field(String),
    Index(u64),
    /// A getter and a setter: a member of a union, a bitfield.
    Method(String),
}

/// A part of a type that has a value of its own.
#[derive(Clone)]
pub(crate) struct Leaf {
    /// As in C: `.m1[2].m3`.
    pub(crate) path: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) scalar: Scalar,
    pub(crate) width: Option<u32>,
    /// The value that it is given, with the sign extended.
    pub(crate) value: u128,
}

/// Types, each of which may be made of those before it.
pub(crate) struct Types {
    random: Random,
    scalars: Vec<Scalar>,
    pub(crate) declarations: String,
    pub(crate) aggregates: Vec<Aggregate>,
    members: usize,
}

const NUMBERS: [(&str, u32, bool); 17] = [
    ("signed char", 8, true),
    ("unsigned char", 8, false),
    ("short", 16, true),
    ("unsigned short", 16, false),
    ("int", 32, true),
    ("unsigned", 32, false),
    ("long", 64, true),
    ("unsigned long", 64, false),
    ("long long", 64, true),
    ("unsigned long long", 64, false),
    ("__int128", 128, true),
    ("unsigned __int128", 128, false),
    ("const volatile int", 32, true),
    ("volatile unsigned char", 8, false),
    ("_Bool", 8, false),
    ("float", 32, true),
    ("double", 64, true),
];

/// Enums by their enumerators' values, and whether they are packed; then bits and sign.
const ENUMS: [(&str, bool, u32, bool); 10] = [
    ("1", false, 32, false),
    ("7, @B = 300", false, 32, false),
    ("-1, @B = 5", false, 32, true),
    ("-4000", false, 32, true),
    ("0x80000000", false, 32, false),
    ("3", true, 8, false),
    ("-3", true, 8, true),
    ("1000", true, 16, false),
    ("1ULL << 40", false, 64, false),
    ("-1, @B = 1LL << 40", false, 64, true),
];

impl Types {
    pub(crate) fn new(seed: u64, count: usize) -> Self {
        let mut scalars = vec![
            Scalar { declaration: "char @".into(), kind: Kind::Char, bits: 8, signed: false },
            Scalar { declaration: "void *@".into(), kind: Kind::Pointer, bits: 64, signed: false },
            Scalar { declaration: "const struct nowhere *const @".into(), kind: Kind::Pointer, bits: 64, signed: false },
            Scalar { declaration: "int (*@)(void *, char)".into(), kind: Kind::Pointer, bits: 64, signed: false },
        ];
        let mut declarations = String::new();
        for (index, (name, bits, signed)) in NUMBERS.into_iter().enumerate() {
            let kind = match name {
                "_Bool" => Kind::Bool,
                "float" | "double" => Kind::Float,
                _ => Kind::Integer,
            };
            let _ = writeln!(declarations, "typedef {name} number{index};");
            for name in [name.to_owned(), format!("number{index}")] {
                scalars.push(Scalar { declaration: format!("{name} @"), kind, bits, signed });
            }
        }
        for (index, (values, packed, bits, signed)) in ENUMS.into_iter().enumerate() {
            let attribute = if packed { "__attribute__((packed)) " } else { "" };
            let values = values.replace('@', &format!("E{index}"));
            let _ = writeln!(declarations, "enum {attribute}e{index} {{ E{index}A = {values} }};");
            scalars.push(Scalar { declaration: format!("enum e{index} @"), kind: Kind::Enum, bits, signed });
        }
        let mut types = Self { random: Random(seed), scalars, declarations, aggregates: Vec::new(), members: 0 };
        for index in 0..count {
            let aggregate = types.aggregate(3, true);
            let text = types.text(&aggregate, &format!("t{index} "));
            let _ = writeln!(types.declarations, "typedef {text} t{index};");
            types.aggregates.push(aggregate);
        }
        types
    }

    fn aggregate(&mut self, depth: u64, outermost: bool) -> Aggregate {
        let union = self.random.one_in(4);
        let attribute = match self.random.below(12) {
            0 | 1 => "__attribute__((packed)) ".to_owned(),
            2 => format!("__attribute__((aligned({}))) ", 1 << self.random.below(6)),
            3 => format!("__attribute__((packed, aligned({}))) ", 1 << self.random.below(4)),
            _ => String::new(),
        };
        let count = 1 + self.random.below(6);
        let mut members: Vec<_> = (0..count).map(|_| self.member(depth)).collect();
        // C wants a member before an array of any length.
        let named = members.iter().any(|member| !member.name.is_empty());
        if outermost && !union && named && self.random.one_in(10) {
            let member = Member { lengths: vec![], flexible: true, width: None, ..self.plain(depth) };
            members.push(member);
        }
        let weight = members.iter().map(|member| self.weight(member)).sum();
        Aggregate { weight, union, attribute, members }
    }

    fn weight(&self, member: &Member) -> u64 {
        let one = match &member.ty {
            Type::Scalar(_) => 8,
            Type::Tagged(index) => self.aggregates[*index].weight,
            Type::Inline(aggregate) => aggregate.weight,
        };
        one * member.lengths.iter().product::<u64>()
    }

    fn name(&mut self) -> String {
        self.members += 1;
        format!("m{}", self.members)
    }

    /// A member that is no bitfield and not anonymous.
    fn plain(&mut self, depth: u64) -> Member {
        let ty = match self.random.below(6) {
            0 if depth > 0 => Type::Inline(self.aggregate(depth - 1, false)),
            // One that ends with an array of any length can't be anywhere; large ones only take time.
            1 if !self.aggregates.is_empty() => {
                let index = usize::try_from(self.random.below(self.aggregates.len() as u64)).unwrap_or_default();
                if self.aggregates[index].is_flexible() || self.aggregates[index].weight > 500 {
                    Type::Scalar(self.random.pick(&self.scalars).clone())
                } else {
                    Type::Tagged(index)
                }
            }
            _ => Type::Scalar(self.random.pick(&self.scalars).clone()),
        };
        let lengths = match self.random.below(8) {
            0 => vec![self.random.below(40)],
            1 => vec![1 + self.random.below(4), 1 + self.random.below(3)],
            2 => vec![1 + self.random.below(6)],
            _ => vec![],
        };
        let attribute = match self.random.below(14) {
            0 => " __attribute__((packed))".to_owned(),
            1 => format!(" __attribute__((aligned({})))", 1 << self.random.below(5)),
            _ => String::new(),
        };
        let mut member = Member { name: self.name(), ty, lengths, flexible: false, width: None, attribute };
        if self.weight(&member) > 2000 {
            member.lengths.clear();
        }
        member
    }

    fn member(&mut self, depth: u64) -> Member {
        match self.random.below(8) {
            0 if depth > 0 => {
                let ty = Type::Inline(self.aggregate(depth - 1, false));
                let attribute = String::new();
                Member { name: String::new(), ty, lengths: vec![], flexible: false, width: None, attribute }
            }
            1..=3 => {
                let fits = |scalar: &&Scalar| matches!(scalar.kind, Kind::Integer | Kind::Bool | Kind::Enum);
                let scalars: Vec<_> = self.scalars.iter().filter(fits).cloned().collect();
                let scalar = self.random.pick(&scalars).clone();
                let most = if scalar.kind == Kind::Bool { 1 } else { scalar.bits };
                let width = match self.random.below(10) {
                    0 => 0,
                    1 => most,
                    _ => 1 + u32::try_from(self.random.below(most.into())).unwrap_or_default(),
                };
                let name = if width == 0 || self.random.one_in(12) { String::new() } else { self.name() };
                Member {
                    name,
                    ty: Type::Scalar(scalar),
                    lengths: vec![],
                    flexible: false,
                    width: Some(width),
                    attribute: String::new(),
                }
            }
            _ => self.plain(depth),
        }
    }

    fn text(&self, aggregate: &Aggregate, tag: &str) -> String {
        let keyword = if aggregate.union { "union" } else { "struct" };
        let members = aggregate.members.iter().map(|member| self.member_text(member)).collect::<String>();
        format!("{keyword} {}{tag}{{ {members}}}", aggregate.attribute)
    }

    fn member_text(&self, member: &Member) -> String {
        let lengths = member.lengths.iter().map(|len| format!("[{len}]")).collect::<String>();
        let lengths = if member.flexible { "[]" } else { &lengths };
        let width = member.width.map_or(String::new(), |width| format!(" : {width}"));
        let declarator = format!("{}{lengths}", member.name);
        let declaration = match &member.ty {
            Type::Scalar(scalar) => scalar.declaration.replace('@', &declarator),
            Type::Tagged(index) => format!("t{index} {declarator}"),
            Type::Inline(aggregate) => format!("{} {declarator}", self.text(aggregate, "")),
        };
        format!("{declaration}{width}{}; ", member.attribute)
    }

    /// Some parts of a type, at most `most`.
    pub(crate) fn leaves(&mut self, index: usize, most: usize) -> Vec<Leaf> {
        let mut random = Random(self.random.next());
        let mut leaves = Vec::new();
        self.gather(&self.aggregates[index], "", &[], false, &mut random, &mut leaves);
        while leaves.len() > most {
            leaves.swap_remove(usize::try_from(random.below(leaves.len() as u64)).unwrap_or_default());
        }
        leaves
    }

    /// Whether nothing in a type says how it is aligned, so that it is as its members are.
    pub(crate) fn is_natural(&self, index: usize) -> bool {
        self.natural(&self.aggregates[index])
    }

    fn natural(&self, aggregate: &Aggregate) -> bool {
        aggregate.attribute.is_empty()
            && aggregate.members.iter().all(|member| {
                member.attribute.is_empty()
                    && match &member.ty {
                        Type::Scalar(_) => true,
                        Type::Tagged(index) => self.is_natural(*index),
                        Type::Inline(inner) => self.natural(inner),
                    }
            })
    }

    fn gather(
        &self,
        aggregate: &Aggregate,
        path: &str,
        steps: &[Step],
        in_union: bool,
        random: &mut Random,
        leaves: &mut Vec<Leaf>,
    ) {
        let in_union = in_union || aggregate.union;
        for member in &aggregate.members {
            let (mut path, mut steps) = (path.to_owned(), steps.to_vec());
            if member.name.is_empty() {
                if let Type::Inline(inner) = &member.ty {
                    self.gather(inner, &path, &steps, in_union, random, leaves);
                }
                continue;
            }
            if member.flexible || member.lengths.contains(&0) {
                continue;
            }
            path += &format!(".{}", member.name);
            let method = in_union || member.width.is_some();
            steps.push(if method { Step::Method(member.name.clone()) } else { Step::Field(member.name.clone()) });
            for len in &member.lengths {
                let at = random.below(*len);
                path += &format!("[{at}]");
                steps.push(Step::Index(at));
            }
            match &member.ty {
                Type::Inline(inner) => self.gather(inner, &path, &steps, false, random, leaves),
                Type::Tagged(index) => self.gather(&self.aggregates[*index], &path, &steps, false, random, leaves),
                Type::Scalar(scalar) => {
                    let value = value(scalar, member.width, random);
                    leaves.push(Leaf { path, steps, scalar: scalar.clone(), width: member.width, value });
                }
            }
        }
    }
}

impl Aggregate {
    fn is_flexible(&self) -> bool {
        self.members.iter().any(|member| member.flexible)
    }
}

/// A value that a part can have, other than zero.
fn value(scalar: &Scalar, width: Option<u32>, random: &mut Random) -> u128 {
    let bits = match scalar.kind {
        Kind::Bool => return 1,
        Kind::Float => return u128::from(1 + random.below(100)),
        _ => width.unwrap_or(scalar.bits),
    };
    let unused = 128 - bits;
    let drawn = u128::from(random.next()) << 64 | u128::from(random.next()) | 1;
    if scalar.signed { ((drawn << unused) as i128 >> unused) as u128 } else { drawn << unused >> unused }
}

impl Leaf {
    /// The value in C.
    pub(crate) fn initializer(&self) -> String {
        let (high, low) = (self.value >> 64, self.value as u64);
        match self.scalar.kind {
            Kind::Pointer => format!("(void *){low:#x}ULL"),
            Kind::Float => format!("{low}.0"),
            Kind::Bool => "1".to_owned(),
            _ => format!("(__int128)(((unsigned __int128){high:#x}ULL << 64) | {low:#x}ULL)"),
        }
    }
}
