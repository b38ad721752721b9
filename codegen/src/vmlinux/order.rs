//! The order in which C can read the types.
//!
//! A struct must be complete before it is a member, an element or what a complete typedef stands for, and declared before a pointer or
//! the type of a function mentions it. Enums need nothing, and come first.

use corebone::Result;
use corebone::btf::{Composite, Kind, Type};

use super::function::Kfunc;
use super::names::{Names, is_declaration};
use super::types::{Types, deeper, invalid, unqualified};

/// Visits of types, for each type, before giving up. A kernel takes one or two; types without names that consist of each other could double the
/// number with each step, and with it the length of the header.
const VISITS_PER_TYPE: usize = 500;

/// A piece of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// `struct name;`
    Declaration(u32),
    /// A named struct or union, or a typedef.
    Definition(u32),
}

#[derive(Debug)]
pub(super) struct Order {
    pub(super) items: Vec<Item>,
    /// How often each type is written where it is used; only for enums without a name.
    enum_uses: Vec<u32>,
}

impl Order {
    pub(super) fn find<'a>(types: &Types<'a>, names: &Names<'a>, kfuncs: &[Kfunc<'_>]) -> Result<Self> {
        let mut search = Search {
            types,
            names,
            states: vec![State::New; types.len()],
            declared: vec![false; types.len()],
            current: 0,
            visits: types.len() * VISITS_PER_TYPE,
            order: Self { items: Vec::new(), enum_uses: vec![0; types.len()] },
        };
        for ty in types.iter() {
            let named = names.of(ty.id).is_some_and(|name| !name.is_empty());
            if named && matches!(ty.kind, Kind::Struct(_) | Kind::Union(_) | Kind::Typedef { .. } | Kind::Fwd { .. }) {
                // A typedef alone doesn't need what it stands for.
                search.visit(ty.id, matches!(ty.kind, Kind::Struct(_) | Kind::Union(_)), 0)?;
            }
        }
        for kfunc in kfuncs {
            search.visit(kfunc.proto, false, 0)?;
        }
        Ok(search.order)
    }

    /// How often an enum without a name is written where it is used.
    pub(super) fn enum_uses(&self, id: u32) -> u32 {
        self.enum_uses.get(id as usize).copied().unwrap_or(0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Begun,
    Done,
}

struct Search<'s, 'a> {
    types: &'s Types<'a>,
    names: &'s Names<'a>,
    states: Vec<State>,
    /// Whether a struct or union has been mentioned where all can see it.
    declared: Vec<bool>,
    /// What is being defined, or 0.
    current: u32,
    /// Visits that are left.
    visits: usize,
    order: Order,
}

impl<'a> Search<'_, 'a> {
    /// Writes what must come before a type is mentioned, or before a value of it is.
    fn visit(&mut self, id: u32, complete: bool, depth: u32) -> Result<()> {
        let depth = deeper(depth, id)?;
        self.visits =
            self.visits.checked_sub(1).ok_or_else(|| invalid("BTF types are nested in each other without end".to_owned()))?;
        let ty = *self.types.get(id)?;
        let name = self.names.of(id);
        let has_name = name.is_some_and(|name| !name.is_empty());
        match ty.kind {
            Kind::Ptr { target } => self.visit(target, false, depth),
            // C wants complete elements even in the type of a pointer.
            Kind::Array(array) => self.visit(array.element, true, depth),
            Kind::Volatile { target } | Kind::Const { target } | Kind::Restrict { target } | Kind::TypeTag { target, .. } => {
                self.visit(target, complete, depth)
            }
            Kind::FuncProto(proto) => {
                self.visit(proto.result, false, depth)?;
                proto.params().try_for_each(|param| self.visit(param.type_id(), false, depth))
            }
            Kind::Enum(_) | Kind::Enum64(_) => {
                if !has_name && !is_declaration(&ty) {
                    if let Some(uses) = self.order.enum_uses.get_mut(id as usize) {
                        *uses = uses.saturating_add(1);
                    }
                }
                Ok(())
            }
            Kind::Typedef { target } if has_name => {
                self.define(&ty, |search| search.visit(target, false, depth))?;
                if complete { self.complete(target, depth) } else { Ok(()) }
            }
            // Where it can't be named, what it stands for is written.
            Kind::Typedef { target } => self.visit(target, complete, depth),
            Kind::Fwd { .. } => {
                if has_name {
                    self.declare(self.names.whole(id));
                }
                Ok(())
            }
            Kind::Struct(composite) | Kind::Union(composite) => {
                if name.is_none() {
                    Ok(()) // bytes stand for it
                } else if !has_name {
                    self.visit_members(composite, depth)
                } else if complete {
                    self.define(&ty, |search| search.visit_members(composite, depth))
                } else {
                    self.declare(id);
                    Ok(())
                }
            }
            _ => Ok(()),
        }
    }

    /// Completes what a typedef stands for, unless it was written with the typedef for want of a name.
    fn complete(&mut self, mut id: u32, depth: u32) -> Result<()> {
        let mut steps = depth;
        loop {
            steps = deeper(steps, id)?;
            let ty = self.types.get(id)?;
            id = match ty.kind {
                Kind::Array(array) => array.element,
                Kind::Typedef { .. } | Kind::Struct(_) | Kind::Union(_)
                    if self.names.of(id).is_some_and(|name| !name.is_empty()) =>
                {
                    return self.visit(id, true, depth);
                }
                Kind::Typedef { target } => target,
                kind => match unqualified(&kind) {
                    Some(target) => target,
                    None => return Ok(()),
                },
            };
        }
    }

    fn visit_members(&mut self, composite: Composite<'a>, depth: u32) -> Result<()> {
        for member in composite.members() {
            match self.types.composite(member.type_id())? {
                // Its members are written here, whether it has a name or not.
                Some((id, composite)) if member.is_anonymous() => self.visit_members(composite, deeper(depth, id)?)?,
                _ => self.visit(member.type_id(), true, depth)?,
            }
        }
        Ok(())
    }

    fn define(&mut self, ty: &Type<'a>, needs: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        match self.state(ty.id) {
            State::Done => return Ok(()),
            State::Begun => return Err(invalid(format!("BTF type {} (`{}`) contains itself", ty.id, ty.name()?))),
            State::New => (),
        }
        self.set_state(ty.id, State::Begun);
        let outer = std::mem::replace(&mut self.current, ty.id);
        needs(self)?;
        self.current = outer;
        self.order.items.push(Item::Definition(ty.id));
        self.set_state(ty.id, State::Done);
        Ok(())
    }

    /// Declares a struct or union, unless it has been, or mentions itself.
    fn declare(&mut self, id: u32) {
        if id == self.current || self.state(id) == State::Done {
            return;
        }
        if let Some(declared @ false) = self.declared.get_mut(id as usize) {
            *declared = true;
            self.order.items.push(Item::Declaration(id));
        }
    }

    fn state(&self, id: u32) -> State {
        self.states.get(id as usize).copied().unwrap_or(State::New)
    }

    fn set_state(&mut self, id: u32, state: State) {
        if let Some(slot) = self.states.get_mut(id as usize) {
            *slot = state;
        }
    }
}
