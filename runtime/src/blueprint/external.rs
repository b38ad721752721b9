//! Externs that are resolved from the kernel's configuration.

/// An `extern ... __kconfig` variable. Its value lies in the map of [`Section::Kconfig`](super::Section::Kconfig).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct External<'a> {
    /// C name, which is the name of the option (`CONFIG_HZ`) or one of the `LINUX_` names that the loader knows.
    pub name: &'a str,
    /// How the option's text becomes bytes.
    pub kind: ExternalKind,
    /// Offset in the `.kconfig` map's value, in bytes.
    pub offset: u32,
    /// Size in bytes.
    pub size: u32,
    /// Declared `__weak`: zero if the kernel doesn't say.
    pub weak: bool,
}

/// C type of a Kconfig extern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalKind {
    /// `bool`: y or n.
    Bool,
    /// `char` or another integer of one byte: the letter y, n or m, or a number that fits.
    Char {
        /// Signed in C.
        signed: bool,
    },
    /// Integer of 2, 4 or 8 bytes.
    Int {
        /// Signed in C.
        signed: bool,
    },
    /// `enum libbpf_tristate`: n is 0, y is 1, m is 2.
    Tristate,
    /// `char[]`: a quoted string, always NUL-terminated.
    String,
}
