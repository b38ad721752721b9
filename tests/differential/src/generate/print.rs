//! Types as C.

use std::collections::HashSet;
use std::fmt::Write;

use super::model::{Enum, Record, Type};

/// A C file whose BTF has these types.
pub(super) fn target(roots: &[Type]) -> String {
    let mut printer = Printer::default();
    for (number, root) in roots.iter().enumerate() {
        let declaration = printer.declaration(root, &format!("variable{number}"));
        let _ = writeln!(printer.out, "{declaration};");
    }
    // The size of pointers is that of `long`.
    printer.out + "long word;\n"
}

/// A C file with types and programs that use them.
pub(super) fn program(roots: &[Type], programs: &[String]) -> String {
    let mut printer = Printer::default();
    for root in roots {
        printer.define(root);
    }
    let mut out = "#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)\n".to_owned();
    out += &printer.out;
    out += "#pragma clang attribute pop\n";
    for program in programs {
        out += program;
    }
    out + "char LICENSE[] __attribute__((section(\"license\"), used)) = \"GPL\";\n"
}

/// A declaration of a name, or with an empty name the type, of what is defined already.
pub(super) fn declaration(ty: &Type, name: &str) -> String {
    Printer::default().declaration(ty, name)
}

#[derive(Default)]
struct Printer {
    out: String,
    defined: HashSet<String>,
}

impl Printer {
    /// Writes the definitions of everything with a name in a type, innermost first.
    fn define(&mut self, ty: &Type) {
        match ty {
            Type::Array(inner, _) | Type::Volatile(inner) => self.define(inner),
            Type::Typedef(name, inner) => {
                self.define(inner);
                if self.defined.insert(name.clone()) {
                    let declaration = self.declaration(inner, name);
                    let _ = writeln!(self.out, "typedef {declaration};");
                }
            }
            Type::Record(record) => {
                record.members.iter().for_each(|member| self.define(&member.ty));
                if !record.name.is_empty() && self.defined.insert(format!("tag {}", record.name)) {
                    let body = self.body(record);
                    let _ = writeln!(self.out, "{} {body};", tag(record));
                }
            }
            Type::Enum(of) if !of.name.is_empty() && self.defined.insert(format!("tag {}", of.name)) => {
                let _ = writeln!(self.out, "enum {} {};", of.name, constants(of));
            }
            _ => {}
        }
    }

    fn declaration(&mut self, ty: &Type, name: &str) -> String {
        self.define(ty);
        let of = match ty {
            Type::Int(int) => (*int).to_owned(),
            Type::Pointer(None) => return format!("void *{name}"),
            Type::Pointer(Some(target)) => return format!("struct {target} *{name}"),
            Type::FunctionPointer => return format!("int (*{name})(int, void *)"),
            Type::Array(element, len) => return self.declaration(element, &format!("{name}[{len}]")),
            Type::Record(record) if record.name.is_empty() => format!("{} {}", tag(record), self.body(record)),
            Type::Record(record) => tag(record),
            Type::Enum(of) if of.name.is_empty() => format!("enum {}", constants(of)),
            Type::Enum(of) => format!("enum {}", of.name),
            Type::Typedef(alias, _) => alias.clone(),
            Type::Volatile(inner) => return format!("volatile {}", self.declaration(inner, name)),
        };
        format!("{of} {name}").trim_end().to_owned()
    }

    fn body(&mut self, record: &Record) -> String {
        let mut out = "{".to_owned();
        for member in &record.members {
            let _ = write!(out, " {}", self.declaration(&member.ty, &member.name));
            if let Some(bits) = member.bits {
                let _ = write!(out, " : {bits}");
            }
            out.push(';');
        }
        out + if record.packed { " } __attribute__((packed))" } else { " }" }
    }
}

fn tag(record: &Record) -> String {
    format!("{} {}", if record.union { "union" } else { "struct" }, record.name).trim_end().to_owned()
}

fn constants(of: &Enum) -> String {
    let mut out = "{".to_owned();
    for (name, value) in &of.constants {
        // The lowest number has no literal of its own.
        let _ = match *value {
            value if value == i128::from(i64::MIN) => write!(out, " {name} = -9223372036854775807LL - 1,"),
            value if value < i128::from(i32::MIN) => write!(out, " {name} = {value}LL,"),
            value if value > i128::from(u32::MAX) => write!(out, " {name} = {value}ULL,"),
            value if value > i128::from(i32::MAX) => write!(out, " {name} = {value}U,"),
            value => write!(out, " {name} = {value},"),
        };
    }
    out + " }"
}
