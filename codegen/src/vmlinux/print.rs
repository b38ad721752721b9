//! Writes the header.

use corebone::Result;
use corebone::btf::{Composite, Enum, Kind};

use super::function::Kfunc;
use super::layout::{Layouts, Part, enum_mode};
use super::names::{Name, Names, is_declaration, tag_kind};
use super::order::{Item, Order};
use super::types::{Types, deeper, invalid};

const BEGIN: &str = "\
/* Types of a kernel, from its BTF. */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
#endif

/* A name that C23 made a keyword of. */
#if __STDC_VERSION__ > 201710L && __clang_major__ >= 15
#define ___bpf_no_keyword(name) name##_
#else
#define ___bpf_no_keyword(name) name
#endif

#ifndef ___bpf_type_tag
#if __has_attribute(btf_type_tag)
#define ___bpf_type_tag(tag) __attribute__((btf_type_tag(tag)))
#else
#define ___bpf_type_tag(tag)
#endif
#endif
#ifdef __BPF_FEATURE_ADDR_SPACE_CAST
#define ___bpf_type_attribute(attribute) __attribute__((attribute))
#else
#define ___bpf_type_attribute(attribute)
#endif

";

const END_OF_TYPES: &str = "
#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif
";

const BEGIN_OF_KFUNCS: &str = "
#ifndef BPF_NO_KFUNC_PROTOTYPES
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#ifndef __ksym
#define __ksym __attribute__((section(\".ksyms\")))
#endif
#ifndef __bpf_fastcall
#if __has_attribute(bpf_fastcall)
#define __bpf_fastcall __attribute__((bpf_fastcall))
#else
#define __bpf_fastcall
#endif
#endif

";

/// Most bits that are padded by bitfields, which leave no trace. No kernel has a gap like that.
const MOST_PADDING: u64 = 8 << 16;

/// Most text. A kernel's is a twentieth of that; types that aren't sound could be written in each other again and again, by endless names.
const MOST_TEXT: usize = 64 << 20;

/// Most parts of padding on a line.
const PADDING_PER_LINE: u64 = 8;

pub(super) struct Printer<'p, 't, 'a> {
    pub(super) types: &'t Types<'a>,
    pub(super) names: &'t Names<'a>,
    order: &'p Order,
    layouts: &'p mut Layouts<'t, 'a>,
    pub(super) out: String,
}

pub(super) fn header<'t, 'a>(
    types: &'t Types<'a>,
    names: &'t Names<'a>,
    order: &Order,
    layouts: &mut Layouts<'t, 'a>,
    kfuncs: &[Kfunc<'a>],
) -> Result<String> {
    let mut printer = Printer { types, names, order, layouts, out: BEGIN.to_owned() };
    for ty in types.iter() {
        if let Kind::Enum(constants) | Kind::Enum64(constants) = ty.kind {
            printer.top_enum(ty.id, constants)?;
        }
    }
    for &item in &order.items {
        printer.item(item)?;
    }
    printer.out.push_str(END_OF_TYPES);
    if !kfuncs.is_empty() {
        printer.out.push_str(BEGIN_OF_KFUNCS);
        for kfunc in kfuncs {
            printer.kfunc(*kfunc)?;
        }
        printer.out.push_str("#endif\n");
    }
    printer.out.push_str("\n#endif\n");
    Ok(printer.out)
}

impl<'a> Printer<'_, '_, 'a> {
    fn item(&mut self, item: Item) -> Result<()> {
        let (Item::Declaration(id) | Item::Definition(id)) = item;
        let ty = *self.types.get(id)?;
        let name = self.names.of(id).unwrap_or(Name::NONE);
        match (item, ty.kind) {
            (Item::Definition(_), Kind::Typedef { target }) => {
                self.out.push_str("typedef ");
                self.declaration(target, name, 0, 0)?;
                self.out.push_str(";\n\n");
            }
            (Item::Definition(_), Kind::Struct(composite) | Kind::Union(composite)) => {
                self.composite(id, composite, name, 0, 0)?;
                self.out.push_str(";\n\n");
            }
            _ => {
                self.out.push_str(tag_kind(&ty).unwrap_or("struct"));
                self.out.push(' ');
                name.write(&mut self.out);
                self.out.push_str(";\n\n");
            }
        }
        Ok(())
    }

    /// A struct or union with its members, by a name or without.
    pub(super) fn composite(&mut self, id: u32, composite: Composite<'a>, name: Name<'_>, indent: usize, depth: u32) -> Result<()> {
        let ty = *self.types.get(id)?;
        let is_union = matches!(ty.kind, Kind::Union(_));
        self.out.push_str(if is_union { "union " } else { "struct " });
        if !name.is_empty() {
            name.write(&mut self.out);
            self.out.push(' ');
        }
        self.out.push_str("{\n");
        let layout = self.layouts.of(id, composite, is_union, depth)?;
        for part in &layout.parts {
            self.check_length()?;
            match *part {
                Part::Padding { at, bits } if is_union && bits > 64 => {
                    self.indent(indent + 1);
                    self.out.push_str("struct {\n");
                    self.padding(at, bits, indent + 2);
                    self.indent(indent + 1);
                    self.out.push_str("};\n");
                }
                Part::Padding { at, bits } => self.padding(at, bits, indent + 1),
                Part::Member(member) => {
                    self.indent(indent + 1);
                    match self.types.composite(member.type_id())? {
                        Some((id, composite)) if member.is_anonymous() => {
                            let depth = deeper(depth, id)?;
                            self.composite(id, composite, Name::NONE, indent + 1, depth)?;
                        }
                        _ => self.declaration(member.type_id(), Name::plain(member.name()?), indent + 1, depth)?,
                    }
                    if let Some(width) = member.bitfield_width() {
                        self.out.push_str(" : ");
                        self.number(width.into());
                    }
                    self.out.push_str(";\n");
                }
            }
        }
        self.indent(indent);
        self.out.push('}');
        match (layout.packed, layout.aligned) {
            (true, _) => self.out.push_str(" __attribute__((packed))"),
            (false, 0) => (),
            (false, aligned) => {
                self.out.push_str(" __attribute__((aligned(");
                self.number(aligned);
                self.out.push_str(")))");
            }
        }
        Ok(())
    }

    /// Bitfields without a name, none of which straddles a unit.
    fn padding(&mut self, mut at: u64, bits: u64, indent: usize) {
        let end = at + bits;
        if bits > MOST_PADDING {
            let from = at.next_multiple_of(8);
            let bytes = (end - from) / 8;
            self.padding(at, from - at, indent);
            self.indent(indent);
            self.out.push_str("unsigned char ___padding");
            self.number(from / 8);
            self.out.push('[');
            self.number(bytes);
            self.out.push_str("];\n");
            at = from + bytes * 8;
        }
        let mut count = 0;
        while at < end {
            let width = (64 - at % 64).min(end - at);
            if count % PADDING_PER_LINE == 0 {
                if count != 0 {
                    self.out.push('\n');
                }
                self.indent(indent);
            } else {
                self.out.push(' ');
            }
            self.out.push_str("long : ");
            self.number(width);
            self.out.push(';');
            at += width;
            count += 1;
        }
        if count != 0 {
            self.out.push('\n');
        }
    }

    /// An enum that stands by itself: it has a name, or is used nowhere, or in several places.
    fn top_enum(&mut self, id: u32, constants: Enum<'a>) -> Result<()> {
        let ty = *self.types.get(id)?;
        let Some(name) = self.names.of(id) else { return Ok(()) };
        if enum_mode(constants.size).is_none() {
            return Ok(());
        }
        if is_declaration(&ty) {
            if !name.is_empty() && self.names.whole(id) == id {
                self.out.push_str("enum ");
                name.write(&mut self.out);
                self.out.push_str(";\n\n");
            }
            return Ok(());
        }
        if name.is_empty() && self.order.enum_uses(id) == 1 {
            return Ok(());
        }
        self.out.push_str("enum ");
        if !name.is_empty() {
            name.write(&mut self.out);
            self.out.push(' ');
        } else if self.order.enum_uses(id) > 1 {
            self.shared_enum(id);
            self.out.push(' ');
        }
        self.enumerators(id, constants, 0)?;
        self.out.push_str(";\n\n");
        Ok(())
    }

    /// An enum without a name, where it is used.
    pub(super) fn nameless_enum(&mut self, id: u32, constants: Enum<'a>, indent: usize) -> Result<()> {
        self.out.push_str("enum ");
        if self.order.enum_uses(id) > 1 {
            self.shared_enum(id);
            return Ok(());
        }
        self.enumerators(id, constants, indent)
    }

    /// What an enum without a name is called if it is used in several places, as its enumerators can't be written twice.
    fn shared_enum(&mut self, id: u32) {
        self.out.push_str("___bpf_enum");
        self.number(id.into());
    }

    fn enumerators(&mut self, id: u32, constants: Enum<'a>, indent: usize) -> Result<()> {
        self.out.push_str("{\n");
        let signed = constants.signed || !self.types.tells_sign && looks_signed(constants);
        let mut wide = false;
        for (index, enumerator) in (0..).zip(constants.enumerators()) {
            let Some(name) = self.names.of_enumerator(id, index, enumerator.name()?) else { continue };
            self.check_length()?;
            self.indent(indent + 1);
            self.new_name(name);
            self.out.push_str(" = ");
            let value = enumerator.value();
            match (signed, constants.is_wide()) {
                (true, false) => self.signed(i64::from(value as u32 as i32)),
                (true, true) => self.signed(value as i64),
                (false, _) => self.number(value),
            }
            if !signed && value > i64::MAX as u64 {
                self.out.push_str("ULL");
            }
            wide |=
                if signed { i32::try_from(value as i64).is_err() && constants.is_wide() } else { u32::try_from(value).is_err() };
            self.out.push_str(",\n");
        }
        self.indent(indent);
        self.out.push('}');
        if constants.size != if wide { 8 } else { 4 } {
            self.out.push_str(" __attribute__((mode(");
            self.out.push_str(enum_mode(constants.size).unwrap_or("SI"));
            self.out.push_str(")))");
        }
        Ok(())
    }

    fn kfunc(&mut self, kfunc: Kfunc<'a>) -> Result<()> {
        self.out.push_str("extern ");
        self.declaration(kfunc.proto, Name::plain(kfunc.name), 0, 0)?;
        self.out.push_str(if kfunc.is_fast { " __weak __ksym __bpf_fastcall;\n" } else { " __weak __ksym;\n" });
        Ok(())
    }

    /// The name of what is being declared.
    pub(super) fn new_name(&mut self, name: Name<'_>) {
        if name.is_reserved_since_c23() {
            self.out.push_str("___bpf_no_keyword(");
            name.write(&mut self.out);
            self.out.push(')');
        } else {
            name.write(&mut self.out);
        }
    }

    fn check_length(&self) -> Result<()> {
        if self.out.len() <= MOST_TEXT {
            return Ok(());
        }
        Err(invalid(format!("BTF types take more than {MOST_TEXT} bytes of C")))
    }

    fn indent(&mut self, indent: usize) {
        const TABS: &str = "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";
        self.out.push_str(TABS.get(..indent).unwrap_or(TABS));
    }

    pub(super) fn number(&mut self, number: u64) {
        self.out.push_str(&number.to_string());
    }

    fn signed(&mut self, number: i64) {
        // C reads `-9223372036854775808` as the minus of something too large.
        if number == i64::MIN {
            self.out.push_str("-9223372036854775807LL - 1");
        } else {
            self.out.push_str(&number.to_string());
        }
    }
}

/// Whether an enum that doesn't tell has negative values: numbers that end the range, and none that stands for the highest bit.
///
/// Such BTF also cuts values of 64 bits to 32 (pahole before 1.24). In an enum of eight bytes -1 alone is then more likely a mask of 32
/// bits, as `BPF_F_CURRENT_CPU` is, which helpers refuse with any higher bit set.
fn looks_signed(constants: Enum<'_>) -> bool {
    let high = || constants.enumerators().map(|enumerator| enumerator.value() as u32 as i32).filter(|&value| value < 0);
    let is_mask = constants.size == 8 && high().all(|value| value == -1);
    !is_mask && high().next().is_some() && high().all(|value| value > -4096)
}
