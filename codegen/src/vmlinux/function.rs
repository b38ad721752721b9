//! Functions of the kernel that programs may call.

use std::collections::BTreeMap;

use corebone::Result;
use corebone::btf::Kind;

use super::names::Names;
use super::types::Types;

/// A kfunc.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kfunc<'a> {
    pub(super) name: &'a str,
    /// Id of its type.
    pub(super) proto: u32,
    /// Leaves the registers of its arguments alone (Linux 6.12, clang 20).
    pub(super) is_fast: bool,
}

/// All kfuncs by name: functions with the tag `bpf_kfunc`, which the kernel's build adds since Linux 6.10.
pub(super) fn kfuncs<'a>(types: &Types<'a>, names: &Names<'a>) -> Result<Vec<Kfunc<'a>>> {
    let mut kfuncs = BTreeMap::new();
    let mut fast = Vec::new();
    for tag in types.iter() {
        let Kind::DeclTag { target, component: None, .. } = tag.kind else { continue };
        let tag_name = tag.name()?;
        let function = types.get(target)?;
        let Kind::Func { proto, .. } = function.kind else { continue };
        let name = function.name()?;
        match tag_name {
            "bpf_kfunc" if names.is_free(name) => drop(kfuncs.entry(name).or_insert(Kfunc { name, proto, is_fast: false })),
            "bpf_fastcall" => fast.push(name),
            _ => (),
        }
    }
    for name in fast {
        if let Some(kfunc) = kfuncs.get_mut(name) {
            kfunc.is_fast = true;
        }
    }
    Ok(kfuncs.into_values().collect())
}
