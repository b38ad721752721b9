//! Externs that the kernel has.

/// An `extern ... __ksym`: a variable or function of the kernel or of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol<'a> {
    /// C name. That of a function may have a flavor (`bpf_foo___v2`), which the kernel's name hasn't.
    pub name: &'a str,
    /// What it is, and so how it is found.
    pub kind: SymbolKind,
    /// Declared `__weak`: an address of zero, or a call that the verifier refuses if it can be reached, where the kernel doesn't have it.
    pub weak: bool,
    /// C file of the first instruction that refers to it, as clang was given it; empty if the object has no line information.
    pub file: &'a str,
    /// Line of that instruction, counted from 1; 0 if not known.
    pub line: u32,
}

impl<'a> Symbol<'a> {
    /// The name that the kernel has for it: of a function, without the flavor.
    #[inline]
    pub fn kernel_name(&self) -> &'a str {
        match self.kind {
            SymbolKind::Function { .. } => crate::access::essential_name(self.name),
            SymbolKind::Untyped | SymbolKind::Variable { .. } => self.name,
        }
    }
}

/// What a symbol is declared as. Type ids are of the object's own BTF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// `extern const void name`: only the address counts, by the kernel's list of symbols (`/proc/kallsyms`).
    Untyped,
    /// A variable of a type, which the kernel's BTF must have with a compatible one (Linux 5.10; of modules 5.12).
    Variable {
        /// Type of the variable.
        type_id: u32,
    },
    /// A function that programs may call (kfunc, Linux 5.13; of modules 5.16), which the kernel's BTF must have with a compatible
    /// prototype.
    Function {
        /// The `FUNC_PROTO`.
        type_id: u32,
    },
}
