//! The steps of resolution, and what comes of them.

use super::kallsyms;
use crate::Result;
use crate::blueprint::{Object, Symbol, SymbolKind};
use crate::btf::{Btf, Kind, KindNumber};
use crate::error::Context;
use crate::kernel::Kernel;
use crate::relocate::{KernelType, Lookup, Types, is_compatible};

/// What a symbol is in a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// An address, of what has no type.
    Address(u64),
    /// A variable (`VAR`) or function (`FUNC`) of the kernel's BTF, or a module's.
    Type(KernelType),
    /// The kernel doesn't have it, which is an error if it isn't weak.
    Missing,
    /// It can't be used, weak or not. The text says why, and follows on the symbol's name.
    Impossible(String),
    /// A weak function that can't be called as it is declared: as good as none, as with libbpf. The text says why, as above.
    Unlike(String),
}

impl Resolution {
    /// Whether programs that refer to the symbol can't be loaded.
    #[inline]
    pub(super) fn fails(&self, symbol: &Symbol<'_>) -> bool {
        match self {
            Self::Address(_) | Self::Type(_) | Self::Unlike(_) => false,
            Self::Missing => !symbol.weak,
            Self::Impossible(_) => true,
        }
    }
}

/// What [`resolve`] found: a resolution for each of an object's symbols.
#[derive(Clone, Debug)]
pub struct Symbols(Vec<Resolution>);

impl Symbols {
    /// What a symbol is, by its index in [`Object::symbols`].
    #[inline]
    pub fn get(&self, symbol: usize) -> Option<&Resolution> {
        self.0.get(symbol)
    }
}

/// Finds every symbol of an object in a kernel.
///
/// The kernel's BTF is read only if a symbol has a type, its modules only for what the kernel itself doesn't have, the list of addresses
/// only if a symbol has none.
///
/// # Errors
/// The object's or the kernel's BTF can't be read. What is missing is no error here, but of [`Symbols::check`] and
/// [`Symbols::apply`].
#[inline]
pub fn resolve(object: &Object<'_>, kernel: &Kernel) -> Result<Symbols> {
    let mut lookup = Lookup::default();
    let plan = Plan::new(object, &mut lookup)?;
    if plan.asks_types() { lookup.run(kernel, |types| plan.answer(kernel, Some(types)))? } else { plan.answer(kernel, None) }
}

/// What the symbols of an object ask of a kernel.
pub(crate) struct Plan<'o> {
    symbols: &'o [Symbol<'o>],
    /// The object's types; `None` if no symbol has one.
    local: Option<Btf<'o>>,
    /// Number of each in the lookup; `None` for those without type.
    numbers: Vec<Option<usize>>,
}

impl<'o> Plan<'o> {
    /// Enters all names of types into a lookup.
    #[inline]
    pub(crate) fn new(object: &Object<'o>, lookup: &mut Lookup<'o>) -> Result<Self> {
        let numbers = object.symbols.iter().map(|symbol| match symbol.kind {
            SymbolKind::Untyped => None,
            SymbolKind::Variable { .. } => Some(lookup.want_first(KindNumber::Var, symbol.kernel_name(), None)),
            SymbolKind::Function { .. } => Some(lookup.want_first(KindNumber::Func, symbol.kernel_name(), None)),
        });
        let numbers: Vec<_> = numbers.collect();
        let local = if numbers.iter().any(Option::is_some) {
            Some(Btf::parse(object.btf).context(|| "cannot read the object's BTF".to_owned())?.with_pointer_size(8))
        } else {
            None
        };
        Ok(Self { symbols: object.symbols, local, numbers })
    }

    /// Whether the kernel's types are needed.
    #[inline]
    pub(crate) fn asks_types(&self) -> bool {
        self.local.is_some()
    }

    /// Answers by what the lookup has found.
    #[inline]
    pub(crate) fn answer(&self, kernel: &Kernel, types: Option<&Types<'_>>) -> Result<Symbols> {
        let untyped = self.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Untyped);
        let names: Vec<_> = untyped.map(|symbol| symbol.name).collect();
        let addresses = if names.is_empty() { Ok(Vec::new()) } else { kallsyms::addresses(kernel.symbols(), &names) };
        let mut addresses = match addresses {
            Ok(addresses) => addresses.into_iter(),
            // Other symbols don't need the list.
            Err(error) => vec![Resolution::Impossible(format!("can't be found: {error:#}")); names.len()].into_iter(),
        };
        let mut resolutions = Vec::with_capacity(self.symbols.len());
        for (symbol, number) in self.symbols.iter().zip(&self.numbers) {
            resolutions.push(match (symbol.kind, number, types, &self.local) {
                (SymbolKind::Variable { type_id } | SymbolKind::Function { type_id }, &Some(number), Some(types), Some(local)) => {
                    match_type(symbol, local, type_id, types, number)?
                }
                _ => addresses.next().unwrap_or(Resolution::Missing),
            });
        }
        Ok(Symbols(resolutions))
    }
}

/// Compares what the program declares with what the kernel has of that name.
#[inline]
fn match_type(symbol: &Symbol<'_>, local: &Btf<'_>, type_id: u32, types: &Types<'_>, number: usize) -> Result<Resolution> {
    let Some(candidate) = types.first(number) else { return Ok(Resolution::Missing) };
    let btf = types.of(candidate);
    let found = match btf.get(candidate.id)?.kind {
        Kind::Var { type_id, .. } => type_id,
        Kind::Func { proto, .. } => proto,
        _ => return Ok(Resolution::Missing),
    };
    let declared = local.strip(type_id)?.id;
    let found = btf.strip(found)?.id;
    Ok(if is_compatible(local, declared, btf, found)? {
        Resolution::Type(types.kernel_type(candidate))
    } else {
        let why = super::missing::difference(local, declared, btf, found)?;
        let is_optional = symbol.weak && matches!(symbol.kind, SymbolKind::Function { .. });
        if is_optional { Resolution::Unlike(why) } else { Resolution::Impossible(why) }
    })
}
