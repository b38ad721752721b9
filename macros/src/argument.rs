//! Arguments of the attributes: `size = 32, align = 8, packed`.

use proc_macro2::{Ident, Span, TokenStream};

use crate::error::{Error, Result};
use crate::reader::Reader;

/// Reads arguments, each by its name. `take` says whether it knows the name, and reads what follows it.
pub(crate) fn read(tokens: TokenStream, expected: &str, take: &mut dyn FnMut(&Ident, &mut Reader) -> Result<bool>) -> Result<()> {
    let mut reader = Reader::new(tokens);
    while !reader.is_at_end() {
        let name = reader.name()?;
        if !take(&name, &mut reader)? {
            return Err(Error::at(&name, expected));
        }
        reader.separator()?;
    }
    Ok(())
}

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

    /// Reads the value if `name` is this argument's.
    fn take(&mut self, name: &Ident, value: impl FnOnce() -> Result<T>) -> Result<bool> {
        if name != self.name {
            return Ok(false);
        }
        if self.value.is_some() {
            return Err(Error::at(name, format!("`{name}` is given twice")));
        }
        self.value = Some(value()?);
        Ok(true)
    }
}

impl Argument<usize> {
    pub(crate) fn take_number(&mut self, name: &Ident, reader: &mut Reader) -> Result<bool> {
        self.take(name, || {
            reader.mark("=")?;
            reader.number("integer literal")?.to()
        })
    }
}

impl Argument<Ident> {
    pub(crate) fn take_name(&mut self, name: &Ident, reader: &mut Reader) -> Result<bool> {
        self.take(name, || {
            reader.mark("=")?;
            reader.name()
        })
    }
}

impl Argument<TokenStream> {
    /// The runtime crate, where it has another name: `crate = ::bone`.
    pub(crate) fn runtime() -> Self {
        Self::new("crate")
    }

    /// The type of a user's that stands for this one: `rust = crate::Event`.
    pub(crate) fn rust() -> Self {
        Self::new("rust")
    }

    pub(crate) fn take_path(&mut self, name: &Ident, reader: &mut Reader) -> Result<bool> {
        self.take(name, || {
            reader.mark("=")?;
            reader.path()
        })
    }

    pub(crate) fn take_type(&mut self, name: &Ident, reader: &mut Reader) -> Result<bool> {
        self.take(name, || {
            reader.mark("=")?;
            reader.ty()
        })
    }
}

impl Argument<()> {
    pub(crate) fn take_flag(&mut self, name: &Ident) -> Result<bool> {
        self.take(name, || Ok(()))
    }
}
