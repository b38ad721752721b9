//! C declarations of types, as a C programmer would write them.

use corebone::btf::{Btf, Kind};
use corebone::{Error, ErrorKind, Result};

/// Types in a declaration before giving up, parameters of functions included: BTF may hold a loop.
const MAX_HOPS: usize = 512;

/// Declares `name` as of a type: `char task[16]`, `const struct event *event`. Without a name it is the type alone: `char[16]`.
///
/// Records and enums are named, not spelled out; one without a name is `struct { ... }`.
pub(crate) fn declare(btf: &Btf<'_>, type_id: u32, name: &str) -> Result<String> {
    Declarator { btf, hops: MAX_HOPS }.declare(type_id, name.to_owned())
}

/// Declares a bitfield: `unsigned int prio:3`.
pub(crate) fn declare_bitfield(btf: &Btf<'_>, type_id: u32, name: &str, width: u32) -> Result<String> {
    Ok(format!("{}:{width}", declare(btf, type_id, name)?))
}

/// C declares from the inside out: the name grows by `*`, `[N]` and `(...)` until the type's own name is reached.
struct Declarator<'b, 'a> {
    btf: &'b Btf<'a>,
    hops: usize,
}

impl Declarator<'_, '_> {
    fn declare(&mut self, mut type_id: u32, mut inner: String) -> Result<String> {
        let (mut qualifiers, mut tags) = (Vec::new(), Vec::new());
        let mut is_pointer = false;
        let base = loop {
            self.hops = self.hops.checked_sub(1).ok_or_else(|| too_deep(type_id))?;
            let ty = self.btf.get(type_id)?;
            match ty.kind {
                Kind::Const { target } => {
                    qualifiers.push("const");
                    type_id = target;
                }
                Kind::Volatile { target } => {
                    qualifiers.push("volatile");
                    type_id = target;
                }
                Kind::Restrict { target } => {
                    qualifiers.push("restrict");
                    type_id = target;
                }
                Kind::TypeTag { target, .. } => {
                    tags.insert(0, self.btf.get(type_id)?.name()?);
                    type_id = target;
                }
                Kind::Ptr { target } => {
                    let words: Vec<_> = tags.drain(..).map(tag_macro).chain(qualifiers.drain(..).map(str::to_owned)).collect();
                    let space = if words.is_empty() || inner.is_empty() { "" } else { " " };
                    inner.insert_str(0, &format!("*{}{space}", words.join(" ")));
                    is_pointer = true;
                    type_id = target;
                }
                Kind::Array(array) => {
                    inner = enclose(inner, is_pointer);
                    inner.push_str(&format!("[{}]", if array.len == 0 { String::new() } else { array.len.to_string() }));
                    is_pointer = false;
                    type_id = array.element;
                }
                Kind::FuncProto(proto) => {
                    let params: Vec<_> =
                        proto.params().map(|param| self.parameter(param.type_id(), param.name()?)).collect::<Result<_>>()?;
                    let params = if params.is_empty() { "void".to_owned() } else { params.join(", ") };
                    inner = format!("{}({params})", enclose(inner, is_pointer));
                    is_pointer = false;
                    type_id = proto.result;
                }
                Kind::Void => break "void".to_owned(),
                Kind::Struct(_) | Kind::Fwd { union: false } => break tagged("struct", ty.name()?),
                Kind::Union(_) | Kind::Fwd { union: true } => break tagged("union", ty.name()?),
                Kind::Enum(_) | Kind::Enum64(_) => break tagged("enum", ty.name()?),
                _ => break ty.name()?.to_owned(),
            }
        };
        qualifiers.push(&base);
        let mut declaration = qualifiers.join(" ");
        tags.into_iter().for_each(|tag| declaration.push_str(&format!(" {}", tag_macro(tag))));
        if !inner.is_empty() && !inner.starts_with('[') {
            declaration.push(' ');
        }
        declaration.push_str(&inner);
        Ok(declaration)
    }

    fn parameter(&mut self, type_id: u32, name: &str) -> Result<String> {
        // A parameter of type 0 has no other meaning.
        if type_id == 0 { Ok("...".to_owned()) } else { self.declare(type_id, name.to_owned()) }
    }
}

fn enclose(inner: String, is_pointer: bool) -> String {
    if is_pointer { format!("({inner})") } else { inner }
}

/// By the names that `bpf_helpers.h` and the kernel have for them: `__kptr`, `__percpu_kptr`.
fn tag_macro(tag: &str) -> String {
    format!("__{tag}")
}

fn tagged(keyword: &str, name: &str) -> String {
    if name.is_empty() { format!("{keyword} {{ ... }}") } else { format!("{keyword} {name}") }
}

fn too_deep(type_id: u32) -> Error {
    Error::new(ErrorKind::InvalidData, format!("BTF type {type_id} leads through more than {MAX_HOPS} types, or in a circle"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Builder;

    #[test]
    fn reads_as_c_source() {
        let mut b = Builder::default();
        let char = b.int("char", 1, 1);
        let int = b.int("int", 4, 1);
        let u32 = b.typedef("__u32", int);
        let event = b.structure("event", 4, &[("pid", u32, 0)]);
        let nameless = b.union("", 4, &[("pid", u32, 0)]);
        let reason = b.enumeration("reason", false, &[("LATE", 0)]);
        let text = b.array(char, 16);
        let texts = b.array(text, 4);
        let flexible = b.array(event, 0);
        let volatile = b.volatile(u32);
        let constant = b.constant(volatile);
        let pointer = b.ptr(constant);
        let constant_pointer = b.constant(pointer);
        let pointers = b.array(constant_pointer, 3);
        let to_array = b.ptr(text);
        let proto = b.func_proto(pointer, &[("event", constant_pointer), ("", int), ("", 0)]);
        let callback = b.ptr(proto);
        let callbacks = b.array(callback, 2);
        let nothing = b.func_proto(0, &[]);
        let context = b.ptr(0);
        let inner_tag = b.type_tag("user", false, int);
        let tagged = b.ptr(inner_tag);
        let outer_tag = b.type_tag("kptr", false, tagged);
        let outer_tag = b.constant(outer_tag);
        let tagged = b.ptr(outer_tag);
        let bytes = b.bytes();
        let btf = Btf::parse(&bytes).unwrap();
        let c = |id, name| declare(&btf, id, name).unwrap();

        assert_eq!(c(u32, "pid"), "__u32 pid");
        assert_eq!(c(event, "e"), "struct event e");
        assert_eq!(c(nameless, "u"), "union { ... } u");
        assert_eq!(c(reason, "why"), "enum reason why");
        assert_eq!(c(text, "task"), "char task[16]");
        assert_eq!(c(text, ""), "char[16]");
        assert_eq!(c(texts, "names"), "char names[4][16]");
        assert_eq!(c(flexible, "rest"), "struct event rest[]");
        assert_eq!(c(constant, "min_us"), "const volatile __u32 min_us");
        assert_eq!(c(pointer, "p"), "const volatile __u32 *p");
        assert_eq!(c(pointer, ""), "const volatile __u32 *");
        assert_eq!(c(constant_pointer, "p"), "const volatile __u32 *const p");
        assert_eq!(c(pointers, "list"), "const volatile __u32 *const list[3]");
        assert_eq!(c(to_array, "window"), "char (*window)[16]");
        assert_eq!(c(callbacks, "calls"), "const volatile __u32 *(*calls[2])(const volatile __u32 *const event, int, ...)");
        assert_eq!(c(nothing, "run"), "void run(void)");
        assert_eq!(c(context, "ctx"), "void *ctx");
        assert_eq!(c(tagged, "p"), "int __user *__kptr const *p");
        assert_eq!(declare_bitfield(&btf, u32, "prio", 3).unwrap(), "__u32 prio:3");
    }

    #[test]
    fn a_circle_is_an_error() {
        let mut b = Builder::default();
        b.constant(2);
        b.volatile(1);
        let bytes = b.bytes();
        let error = declare(&Btf::parse(&bytes).unwrap(), 1, "x").unwrap_err();
        assert_eq!(error.to_string(), "BTF type 1 leads through more than 512 types, or in a circle");
    }
}
