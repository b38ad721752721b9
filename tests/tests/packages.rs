//! What the published packages hold.

use std::process::Command;

/// The files of a package, as its users get them.
fn files(package: &str) -> Vec<String> {
    let list = ["package", "--list", "--allow-dirty", "--offline", "--package", package];
    let output = Command::new(env!("CARGO")).args(list).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn packages_hold_what_their_users_need_and_no_more() {
    for package in ["corebone", "corebone-build", "corebone-macros"] {
        let files = files(package);
        for wanted in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"] {
            assert!(files.iter().any(|file| file == wanted), "{package} has no `{wanted}`: {files:?}");
        }
    }
    let files = files("corebone-build");
    assert!(files.iter().any(|file| file == "include/bpf/bpf_helpers.h"), "{files:?}");
    assert!(!files.iter().any(|file| file.starts_with("tests/")), "{files:?}");
}
