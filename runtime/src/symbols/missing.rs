//! Says what symbols a kernel doesn't have, and what comes nearest.

use super::{Resolution, Symbols, kallsyms};
use crate::blueprint::{Object, ReferenceKind, Symbol, SymbolKind};
use crate::btf::{Btf, Kind, KindNumber};
use crate::kernel::Kernel;
use crate::nearest::Nearest;
use crate::relocate::{nearest_type, type_text};
use crate::{Error, ErrorKind, Result};

impl Symbols {
    /// Checks that the kernel has what those programs need for which `is_on` is true of their index.
    ///
    /// # Errors
    /// A symbol is missing and not weak, or can't be used ([`ErrorKind::Symbol`]). The text names all such, with what comes nearest.
    pub fn check(&self, object: &Object<'_>, kernel: &Kernel, is_on: impl Fn(usize) -> bool) -> Result<()> {
        let mut needed = vec![false; object.symbols.len()];
        for (_, program) in object.programs.iter().enumerate().filter(|&(index, _)| is_on(index)) {
            for reference in program.references {
                if let ReferenceKind::Symbol(index) | ReferenceKind::Function(index) = reference.kind {
                    if let Some(needed) = needed.get_mut(index as usize) {
                        *needed = true;
                    }
                }
            }
        }
        let mut failing = Vec::new();
        let mut may_be_weak = Vec::new();
        for (index, symbol) in object.symbols.iter().enumerate().filter(|&(index, _)| needed.get(index) == Some(&true)) {
            let Some(resolution) = self.get(index) else { continue };
            if resolution.fails(symbol) {
                failing.push(explain(kernel, symbol, resolution));
                if *resolution == Resolution::Missing {
                    may_be_weak.push(symbol);
                }
            }
        }
        let (first, others) = match failing.as_slice() {
            [] => return Ok(()),
            [first, others @ ..] => (first, others),
        };
        let mut message = first.clone();
        if !others.is_empty() {
            message = format!("this kernel lacks {} symbols that programs need: {}", failing.len(), failing.join("; "));
        }
        match may_be_weak.as_slice() {
            [] => {}
            [symbol] => {
                let name = symbol.name;
                let check = if matches!(symbol.kind, SymbolKind::Function { .. }) {
                    format!("bpf_ksym_exists({name})")
                } else {
                    format!("bpf_ksym_exists(&{name})")
                };
                message.push_str(&format!(
                    "; to do without on such a kernel, declare `{name}` `__weak`, and use it only if `{check}`"
                ));
            }
            _ => message
                .push_str("; to do without on such a kernel, declare them `__weak`, and use each only if `bpf_ksym_exists()`"),
        }
        Err(Error::new(ErrorKind::Symbol, message))
    }

    /// Says of a symbol why it isn't there, and what comes nearest to it; `None` if it is. `symbol` is an index in
    /// [`Object::symbols`]; object and kernel are those that were resolved.
    #[inline]
    pub fn explain(&self, object: &Object<'_>, kernel: &Kernel, symbol: usize) -> Option<String> {
        let resolution = self.get(symbol)?;
        let missing = matches!(resolution, Resolution::Missing | Resolution::Impossible(_) | Resolution::Unlike(_));
        object.symbols.get(symbol).filter(|_| missing).map(|symbol| explain(kernel, symbol, resolution))
    }
}

/// Functions for programs, and the first kernel that has each.
const SINCE: [(&str, &str); 3] = [("bpf_arena_alloc_pages", "6.9"), ("bpf_arena_free_pages", "6.9"), ("bpf_throw", "6.7")];

/// Why a symbol isn't there: ``runqslower.bpf.c:41: function `bpf_foo` does not exist in this kernel``.
#[inline]
fn explain(kernel: &Kernel, symbol: &Symbol<'_>, resolution: &Resolution) -> String {
    let name = symbol.kernel_name();
    let (word, kind) = match symbol.kind {
        SymbolKind::Untyped => ("symbol", None),
        SymbolKind::Variable { .. } => ("variable", Some(KindNumber::Var)),
        SymbolKind::Function { .. } => ("function", Some(KindNumber::Func)),
    };
    let mut text = match symbol.file {
        "" => format!("{word} `{name}` "),
        file => format!("{file}:{}: {word} `{name}` ", symbol.line),
    };
    if let Resolution::Impossible(why) | Resolution::Unlike(why) = resolution {
        text.push_str(why);
        return text;
    }
    let (place, nearest) = match kind {
        None => (format!(" (by {})", kernel.symbols().origin()), nearest_symbol(kernel, name)),
        Some(kind) => (String::new(), kernel.btf().ok().and_then(|btf| nearest_type(&btf, kind, "", name))),
    };
    text.push_str(&format!("does not exist in this kernel{place}"));
    // A name that isn't older is no help then.
    if let Some((_, since)) = SINCE.iter().find(|(known, _)| kind == Some(KindNumber::Func) && *known == name) {
        text.push_str(&format!(": it came with Linux {since}"));
    } else if let Some(nearest) = nearest {
        text.push_str(&format!("; the nearest name is `{nearest}`"));
    }
    if kind == Some(KindNumber::Var) {
        text.push_str(&format!(
            "; BTF has few variables but per-CPU ones, and `extern const void {name} __ksym;` declares one of which the address is enough"
        ));
    }
    text
}

#[inline]
fn nearest_symbol(kernel: &Kernel, name: &str) -> Option<String> {
    let mut nearest = Nearest::to(name);
    // What can't be read is no help.
    let _ = kallsyms::names(kernel.symbols(), |name| nearest.offer(name));
    nearest.found()
}

/// How two types that aren't compatible differ, as it follows on the name.
#[inline]
pub(super) fn difference(local: &Btf<'_>, declared: u32, kernel: &Btf<'_>, found: u32) -> Result<String> {
    let (ours, theirs) = (local.get(declared)?, kernel.get(found)?);
    Ok(match (ours.kind, theirs.kind) {
        (Kind::FuncProto(ours), Kind::FuncProto(theirs)) => {
            let (ours, theirs) = (ours.params().len(), theirs.params().len());
            if ours == theirs {
                "has another prototype in this kernel: a parameter or the result is of another kind of type (a struct that the C source \
                 only declares counts as one: define it, be it empty)"
                    .to_owned()
            } else {
                format!("has {theirs} parameters in this kernel, and is declared with {ours}")
            }
        }
        _ => format!("is of another type in this kernel, `{}`, and is declared as `{}`", type_text(&theirs)?, type_text(&ours)?),
    })
}
