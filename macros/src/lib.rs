//! Attributes that corebone's generated skeletons are written in.
//!
//! Nothing here reads C, ELF or runs clang: an attribute turns one readable declaration into the code that rustc needs to check
//! and use it. Use them through `corebone`, which re-exports them.
