//! The Rust program that reads what C has written, and writes the same.

use std::fmt::Write;

use crate::c::{Kind, Leaf, Step};

const HEAD: &str = "//! Reads and writes values of C types.
#![forbid(unsafe_code)]
#![deny(warnings)]

use corebone::Pod;
use corebone::value::BitValue;

mod layouts {
    include!(\"layouts.skel.rs\");
}
use layouts::types;

fn of<T: BitValue>(bits: u128) -> T {
    T::from_bits(bits, 128)
}

struct Values {
    bytes: &'static [u8],
    wrong: usize,
}

impl Values {
    fn size(&mut self, name: &str, rust: usize, c: usize) {
        self.check(rust == c, &format!(\"{name}: {rust} bytes in Rust, {c} in C\"));
    }

    fn read<T: Pod>(&mut self) -> T {
        let (value, rest) = self.bytes.split_at(size_of::<T>());
        self.bytes = rest;
        T::from_bytes(value).unwrap()
    }

    fn is(&mut self, name: &str, read: u128, written: u128, mask: u128) {
        self.check(read & mask == written & mask, &format!(\"{name}: Rust reads {read:#x}, C wrote {written:#x}\"));
    }

    fn same<T: Pod>(&mut self, name: &str, rust: &T, c: &T) {
        let (rust, c) = (rust.as_bytes(), c.as_bytes());
        self.check(rust == c, &format!(\"{name}: Rust writes {rust:02x?}, C {c:02x?}\"));
    }

    fn check(&mut self, holds: bool, message: &str) {
        if !holds {
            println!(\"{message}\");
            self.wrong += 1;
        }
    }
}

fn main() {
    let mut values = Values { bytes: include_bytes!(\"values.bin\"), wrong: 0 };
    all(&mut values);
    assert!(values.bytes.is_empty(), \"{} bytes are left\", values.bytes.len());
    std::process::exit(i32::from(values.wrong > 0));
}
";

/// The program, for types with their sizes in C and parts.
pub(crate) fn program(types: &[(String, usize, Vec<Leaf>)]) -> String {
    let mut program = HEAD.to_owned();
    let mut calls = String::new();
    for (name, size, leaves) in types {
        let _ = writeln!(calls, "    {name}(values);");
        let _ = writeln!(
            program,
            "\nfn {name}(values: &mut Values) {{\n    values.size(\"{name}\", size_of::<types::{name}>(), {size});"
        );
        for leaf in leaves {
            let label = format!("{name}{}", leaf.path);
            let (value, mask) = (leaf.value, mask(leaf));
            let _ = writeln!(program, "    let v: types::{name} = values.read();");
            let _ = writeln!(program, "    values.is({label:?}, {{ {} }}, {value:#x}, {mask:#x});", read(leaf));
            let _ = writeln!(program, "    let w = types::{name}::default();\n    let w = {};", write(&leaf.steps, leaf));
            let _ = writeln!(program, "    values.same({label:?}, &w, &v);");
        }
        program += "}\n";
    }
    let _ = writeln!(program, "\nfn all(values: &mut Values) {{\n{calls}}}");
    program
}

/// The bits that count: what `char` is in Rust depends on whether it is in an array, and of an enum of 64 bits clang 14 tells no sign.
fn mask(leaf: &Leaf) -> u128 {
    match leaf.scalar.kind {
        Kind::Char | Kind::Enum if leaf.scalar.kind == Kind::Char || leaf.scalar.bits == 64 => {
            u128::MAX >> (128 - leaf.width.unwrap_or(leaf.scalar.bits))
        }
        _ => u128::MAX,
    }
}

fn read(leaf: &Leaf) -> String {
    let mut text = String::new();
    for step in &leaf.steps {
        let _ = match step {
            Step::Field(name) => write!(text, "let v = v.{name}; "),
            Step::Index(index) => write!(text, "let v = v[{index}]; "),
            Step::Method(name) => write!(text, "let v = v.{name}(); "),
        };
    }
    text + match leaf.scalar.kind {
        Kind::Integer | Kind::Enum => "v.into_bits()",
        Kind::Bool => "bool::from(v).into_bits()",
        Kind::Char => "u128::from(v as u8)",
        Kind::Float => "f64::from(v) as u128",
        Kind::Pointer => "v.address().into_bits()",
    }
}

/// An expression: `w` with the value stored in it, through copies of the parts on the way.
fn write(steps: &[Step], leaf: &Leaf) -> String {
    let Some((step, rest)) = steps.split_first() else {
        let value = leaf.value;
        return match leaf.scalar.kind {
            Kind::Integer | Kind::Enum => format!("of({value:#x})"),
            Kind::Bool => "true.into()".to_owned(),
            Kind::Char => format!("{value:#x}_u8 as _"),
            Kind::Float => format!("{value}.0"),
            Kind::Pointer => format!("corebone::Ptr::new({value:#x})"),
        };
    };
    let [get, set] = match step {
        Step::Field(name) => [format!("w.{name}"), format!("outer.{name} = w;")],
        Step::Index(index) => [format!("w[{index}]"), format!("outer[{index}] = w;")],
        Step::Method(name) => [format!("w.{name}()"), format!("outer.set_{name}(w);")],
    };
    let part = if rest.is_empty() { String::new() } else { format!("let w = {get}; ") };
    format!("{{ let mut outer = w; {part}let w = {}; {set} outer }}", write(rest, leaf))
}
