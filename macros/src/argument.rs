//! Arguments of the attributes: `size = 32, align = 8, packed`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::{Error, Ident, LitInt, Path, Result, Type};

/// An argument that may be given once.
pub(crate) struct Argument<T> {
    name: &'static str,
    value: Option<T>,
}

impl<T> Argument<T> {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, value: None }
    }

    /// The value, of an argument that must be given. `attribute` is for the message.
    pub(crate) fn required(self, attribute: &str) -> Result<T> {
        let name = self.name;
        self.value.ok_or_else(|| Error::new(Span::call_site(), format!("`{attribute}` needs `{name} = ...`")))
    }

    pub(crate) fn optional(self) -> Option<T> {
        self.value
    }

    /// Takes `meta` if it is this argument.
    fn take(&mut self, meta: &ParseNestedMeta<'_>, value: impl FnOnce() -> Result<T>) -> Result<bool> {
        if !meta.path.is_ident(self.name) {
            return Ok(false);
        }
        if self.value.is_some() {
            return Err(meta.error(format!("`{}` is given twice", self.name)));
        }
        self.value = Some(value()?);
        Ok(true)
    }
}

impl Argument<usize> {
    pub(crate) fn take_number(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        self.take(meta, || meta.value()?.parse::<LitInt>()?.base10_parse())
    }
}

impl Argument<Ident> {
    pub(crate) fn take_name(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        self.take(meta, || meta.value()?.parse())
    }
}

impl Argument<Path> {
    /// The runtime crate, where it has another name: `crate = ::bone`.
    pub(crate) fn runtime() -> Self {
        Self::new("crate")
    }

    pub(crate) fn take_path(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        self.take(meta, || Path::parse_mod_style(meta.value()?))
    }
}

impl Argument<Type> {
    /// The type of a user's that stands for this one: `rust = crate::Event`.
    pub(crate) fn rust() -> Self {
        Self::new("rust")
    }

    pub(crate) fn take_type(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        self.take(meta, || meta.value()?.parse())
    }
}

impl Argument<()> {
    pub(crate) fn take_flag(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        self.take(meta, || Ok(()))
    }
}
