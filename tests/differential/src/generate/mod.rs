//! Random programs: types as a target has them, the same as a program believes them to be, and questions about them.
//!
//! A target's types are a kernel's (`kernel`) or made up (`random`); `mutate` changes them as kernels do between versions, and
//! worse; `print` writes them as C; `program` asks. All of it follows from a seed.

mod files;
mod kernel;
mod model;
mod mutate;
mod print;
mod program;
mod random;

use anyhow::Result;
use corebone::btf::Btf;
use fastrand::Rng;

pub use files::two_files;
use model::{Names, Record, Type};

/// Programs of one object.
const PROGRAMS: usize = 8;

/// Whether all statements may be used. clang 14 doesn't know `__builtin_preserve_type_info(..., 2)`.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// Ask whether types match.
    pub type_matches: bool,
}

/// A C file that asks about types of a kernel.
///
/// # Errors
/// The kernel's BTF can't be read.
pub fn about_kernel(seed: u64, kernel: &Btf<'_>, features: Features) -> Result<String> {
    let mut rng = Rng::with_seed(seed);
    let roots = kernel::roots(&mut rng, kernel)?;
    Ok(local(&mut rng, &roots, features))
}

/// A C file with types that stand for a kernel's, and one that asks about them.
pub fn about_random(seed: u64, features: Features) -> (String, String) {
    let mut rng = Rng::with_seed(seed);
    let mut names = Names::default();
    let mut roots: Vec<Type> = (0..4).map(|_| random::root(&mut rng, &mut names)).collect();
    // Several types of one essential name: all are candidates.
    for _ in 0..rng.usize(..3) {
        let mut again = rng.choice(&roots).cloned().unwrap_or(Type::VOID_POINTER);
        for _ in 0..rng.usize(..3) {
            mutate::once(&mut rng, &mut names, &mut again);
        }
        names.flavor(&mut rng, &mut again, 1.0);
        roots.push(again);
    }
    let target = print::target(&roots);
    let asked: Vec<Type> = roots.into_iter().take(4).collect();
    (target, local(&mut rng, &asked, features))
}

/// Changes the types and asks about what they have become.
fn local(rng: &mut Rng, roots: &[Type], features: Features) -> String {
    let mut names = Names::second();
    let mut locals = Vec::new();
    for root in roots {
        let mut local = root.clone();
        for _ in 0..*rng.choice(&[0, 1, 2, 4, 9]).unwrap_or(&1) {
            mutate::once(rng, &mut names, &mut local);
        }
        names.flavor(rng, &mut local, 0.7);
        locals.push(local);
    }
    print::program(&locals, &program::programs(rng, &locals, PROGRAMS, features))
}

fn records(ty: &Type) -> Option<&Record> {
    match ty {
        Type::Record(record) => Some(record),
        Type::Typedef(_, inner) => records(inner),
        _ => None,
    }
}
