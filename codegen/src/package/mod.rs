//! What a package's `Cargo.toml` says of its BPF programs, and the headers that the packages it depends on export.
//!
//! ```toml
//! [package.metadata.corebone]
//! source-dir = "src/bpf"             # where sources with a relative path are
//! include-dirs = ["src/bpf/include"] # for the sources of this package
//! exported-headers = ["include"]     # for those of packages that depend on this one, too
//! clang-args = ["-Wextra"]
//! ```
//!
//! cargo is asked only if there is such a table, or if clang doesn't find a header. It is never asked to use the network, and what
//! it says of a package is the same for a directory, a registry and a vendored source.

mod graph;
mod json;
mod settings;
mod surroundings;

use graph::Package;
use settings::Settings;
pub(crate) use surroundings::Surroundings;
