//! Compiles BPF C in a build script and generates a typed Rust skeleton.
