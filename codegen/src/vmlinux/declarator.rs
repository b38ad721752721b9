//! Writes a type around a name, as C does: `int (*name[4])(void)`.

use corebone::Result;
use corebone::btf::Kind;

use super::layout::{CInt, c_float, enum_mode};
use super::names::{Name, is_usable, tag_kind};
use super::print::Printer;
use super::types::{deeper, unqualified};

/// `const`, `volatile` and tags on the way to a type.
#[derive(Clone, Debug, Default)]
struct Qualifiers<'a> {
    is_const: bool,
    is_volatile: bool,
    is_restrict: bool,
    /// Tags, and whether each stands for an attribute. The outermost is first.
    tags: Vec<(&'a str, bool)>,
}

/// What a type is, as far as the way it is written goes.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Pointer(u32),
    Array {
        element: u32,
        len: u32,
    },
    Function(u32),
    /// Bytes, for want of a name or of such a type in C.
    Bytes(u32),
    /// All that stands before the name.
    Base(u32),
}

impl<'a> Printer<'_, '_, 'a> {
    /// Writes a declaration without its semicolon. `name` may be empty.
    pub(super) fn declaration(&mut self, id: u32, name: Name<'_>, indent: usize, depth: u32) -> Result<()> {
        self.before(id, Qualifiers::default(), indent, depth)?;
        if !name.is_empty() {
            self.gap();
            self.new_name(name);
        }
        self.after(id, depth)
    }

    /// A space, unless what is written ends with something that needs none.
    fn gap(&mut self) {
        if !self.out.ends_with(['*', '(', ' ', '\t']) {
            self.out.push(' ');
        }
    }

    /// What stands before the name.
    fn before(&mut self, id: u32, mut qualifiers: Qualifiers<'a>, indent: usize, depth: u32) -> Result<()> {
        let depth = deeper(depth, id)?;
        match self.shape(id, Some(&mut qualifiers), depth)? {
            Shape::Pointer(target) => {
                match self.shape(target, None, depth)? {
                    Shape::Bytes(_) => self.out.push_str("void"),
                    Shape::Array { .. } | Shape::Function(_) => {
                        self.before(target, Qualifiers::default(), indent, depth)?;
                        self.gap();
                        self.out.push('(');
                    }
                    _ => self.before(target, Qualifiers::default(), indent, depth)?,
                }
                self.gap();
                self.out.push('*');
                if qualifiers.is_restrict {
                    self.out.push_str("__restrict");
                }
                if qualifiers.is_const {
                    self.gap();
                    self.out.push_str("const");
                }
                if qualifiers.is_volatile {
                    self.gap();
                    self.out.push_str("volatile");
                }
                self.tags(&qualifiers);
                Ok(())
            }
            // An array is as `const` as its elements.
            Shape::Array { element, .. } => self.before(element, qualifiers, indent, depth),
            // Compilers say `volatile` of a function that doesn't return; C has no such thing.
            Shape::Function(result) => self.before(result, Qualifiers::default(), indent, depth),
            Shape::Bytes(_) => {
                self.out.push_str("unsigned char");
                Ok(())
            }
            Shape::Base(base) => {
                if qualifiers.is_const {
                    self.out.push_str("const ");
                }
                if qualifiers.is_volatile {
                    self.out.push_str("volatile ");
                }
                self.base(base, indent, depth)?;
                self.tags(&qualifiers);
                Ok(())
            }
        }
    }

    /// What stands after the name.
    fn after(&mut self, id: u32, depth: u32) -> Result<()> {
        let depth = deeper(depth, id)?;
        match self.shape(id, None, depth)? {
            Shape::Pointer(target) => match self.shape(target, None, depth)? {
                Shape::Bytes(_) => Ok(()),
                Shape::Array { .. } | Shape::Function(_) => {
                    self.out.push(')');
                    self.after(target, depth)
                }
                _ => self.after(target, depth),
            },
            Shape::Array { element, len } => {
                self.brackets(len);
                self.after(element, depth)
            }
            Shape::Function(result) => {
                self.parameters(id, depth)?;
                self.after(result, depth)
            }
            Shape::Bytes(size) => {
                self.brackets(size);
                Ok(())
            }
            Shape::Base(_) => Ok(()),
        }
    }

    fn brackets(&mut self, len: u32) {
        self.out.push('[');
        self.number(len.into());
        self.out.push(']');
    }

    /// The parameters of a function, in parentheses.
    fn parameters(&mut self, mut id: u32, depth: u32) -> Result<()> {
        while let Some(target) = unqualified(&self.types.get(id)?.kind) {
            id = target;
        }
        let Kind::FuncProto(proto) = self.types.get(id)?.kind else { return Ok(()) };
        self.out.push('(');
        let params = proto.params();
        let count = params.len();
        for (index, param) in params.enumerate() {
            if index != 0 {
                self.out.push_str(", ");
            }
            match param.type_id() {
                0 if index + 1 == count && index > 0 => self.out.push_str("..."),
                0 => self.out.push_str("void *"),
                ty => {
                    let name = param.name()?;
                    self.declaration(ty, if is_usable(name) { Name::plain(name) } else { Name::NONE }, 0, depth)?;
                }
            }
        }
        self.out.push_str(if count == 0 { "void)" } else { ")" });
        Ok(())
    }

    fn tags(&mut self, qualifiers: &Qualifiers<'a>) {
        for &(tag, is_attribute) in qualifiers.tags.iter().rev() {
            self.gap();
            self.out.push_str(if is_attribute { "___bpf_type_attribute(" } else { "___bpf_type_tag(\"" });
            self.out.push_str(tag);
            self.out.push_str(if is_attribute { ")" } else { "\")" });
        }
    }

    /// Looks through qualifiers, and typedefs without a usable name.
    fn shape(&self, mut id: u32, mut qualifiers: Option<&mut Qualifiers<'a>>, mut depth: u32) -> Result<Shape> {
        loop {
            let ty = self.types.get(id)?;
            let bytes = |size| Ok(Shape::Bytes(size));
            id = match ty.kind {
                Kind::Ptr { target } => return Ok(Shape::Pointer(target)),
                Kind::Array(array) => return Ok(Shape::Array { element: array.element, len: array.len }),
                Kind::FuncProto(proto) => return Ok(Shape::Function(proto.result)),
                Kind::Int(int) if CInt::of(ty.name()?, int).is_none() => return bytes(int.size),
                Kind::Float { size } if c_float(size).is_none() => return bytes(size),
                Kind::Struct(composite) | Kind::Union(composite) if self.names.of(id).is_none() => return bytes(composite.size),
                Kind::Enum(constants) | Kind::Enum64(constants)
                    if self.names.of(id).is_none() || enum_mode(constants.size).is_none() =>
                {
                    return bytes(constants.size);
                }
                Kind::Typedef { target } if self.names.of(id).is_none() => target,
                Kind::Const { target } => {
                    qualifiers.iter_mut().for_each(|qualifiers| qualifiers.is_const = true);
                    target
                }
                Kind::Volatile { target } => {
                    qualifiers.iter_mut().for_each(|qualifiers| qualifiers.is_volatile = true);
                    target
                }
                Kind::Restrict { target } => {
                    qualifiers.iter_mut().for_each(|qualifiers| qualifiers.is_restrict = true);
                    target
                }
                Kind::TypeTag { target, attribute } => {
                    let tag = ty.name()?;
                    // What would end the text that it is in.
                    if !tag.contains(['"', '\\', '\n']) {
                        qualifiers.iter_mut().for_each(|qualifiers| qualifiers.tags.push((tag, attribute)));
                    }
                    target
                }
                _ => return Ok(Shape::Base(id)),
            };
            depth = deeper(depth, id)?;
        }
    }

    /// A type that stands before the name as a whole.
    fn base(&mut self, id: u32, indent: usize, depth: u32) -> Result<()> {
        let ty = *self.types.get(id)?;
        let name = self.names.of(id).unwrap_or(Name::NONE);
        match ty.kind {
            Kind::Int(int) => self.out.push_str(CInt::of(ty.name()?, int).map_or("unsigned char", |int| int.0)),
            Kind::Float { size } => self.out.push_str(c_float(size).unwrap_or("unsigned char")),
            Kind::Typedef { .. } => name.write(&mut self.out),
            Kind::Struct(composite) | Kind::Union(composite) if name.is_empty() => {
                self.composite(id, composite, Name::NONE, indent, depth)?;
            }
            Kind::Enum(constants) | Kind::Enum64(constants) if name.is_empty() => self.nameless_enum(id, constants, indent)?,
            _ => match tag_kind(&ty) {
                Some(word) => {
                    self.out.push_str(word);
                    self.out.push(' ');
                    name.write(&mut self.out);
                }
                None => self.out.push_str("void"),
            },
        }
        Ok(())
    }
}
