//! The package that is built, and those that it depends on.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::slice::Iter;

use corebone::{Error, ErrorKind, Result};
use tinyjson::JsonValue;

use super::Settings;
use super::json::{items, member, text, text_member};
use crate::order::sort_by_name;
use crate::output::{make_directory, write_if_changed};

/// A package, as far as its BPF programs are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) settings: Settings,
    /// Its name for the crate `corebone`, if it depends on it.
    pub(crate) runtime_crate: Option<String>,
    /// The packages that it depends on, directly or not, and that export headers: name, directories.
    pub(crate) exporters: Vec<(String, Vec<PathBuf>)>,
    /// The `Cargo.toml`s that say so.
    pub(crate) manifests: Vec<PathBuf>,
}

impl Package {
    /// Asks cargo, without the network. `directory` is that of the package's `Cargo.toml`, `work` is one to write to.
    ///
    /// # Errors
    /// cargo doesn't know; a `Cargo.toml` says what isn't understood.
    pub(crate) fn ask(cargo: &OsStr, target: Option<&str>, directory: &Path, work: &Path) -> Result<Self> {
        let ask = |arguments: &[&OsStr]| metadata(cargo, target, directory, arguments);
        match ask(&[]) {
            Ok(whole) => Self::read(&whole, directory),
            // cargo wants to know of everything that tests need, too, which may not have been downloaded.
            Err(error) => {
                let alone = ask(&["--no-deps".as_ref()])?;
                let manifest = stand_in(&alone, directory, work)?;
                let whole = ask(&["--manifest-path".as_ref(), manifest.as_os_str()]).map_err(|_| error)?;
                let mut package = Self::read(&whole, manifest.parent().unwrap_or(work))?;
                let Self { settings, runtime_crate, .. } = Self::read(&alone, directory)?;
                (package.settings, package.runtime_crate) = (settings, runtime_crate);
                package.manifests.insert(0, directory.join("Cargo.toml"));
                Ok(package)
            }
        }
    }

    /// Reads what cargo says.
    fn read(metadata: &JsonValue, directory: &Path) -> Result<Self> {
        let own = items(metadata, "packages").find(|package| manifest_directory(package) == Some(directory));
        let Some(package) = own else {
            let message = format!("cargo doesn't know the package in `{}`", directory.display());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        };
        let mut result = Self { manifests: vec![directory.join("Cargo.toml")], ..Self::default() };
        result.settings = settings(package, directory)?;
        result.runtime_crate = runtime_crate(package);
        let packages = by_id(items(metadata, "packages"));
        for id in dependencies(metadata, text_member(package, "id").unwrap_or_default()) {
            let Some(&package) = packages.get(id) else { continue };
            let Some((name, directory)) = text_member(package, "name").zip(manifest_directory(package)) else { continue };
            let headers = settings(package, directory)?.exported_headers;
            if !headers.is_empty() {
                result.exporters.push((name.to_owned(), headers));
                result.manifests.push(directory.join("Cargo.toml"));
            }
        }
        sort_by_name(&mut result.exporters, |(name, _)| name);
        Ok(result)
    }
}

fn settings(package: &JsonValue, directory: &Path) -> Result<Settings> {
    member(package, "metadata").map_or_else(|| Ok(Settings::default()), |metadata| Settings::read(metadata, directory))
}

/// The name under which a package depends on `corebone`.
fn runtime_crate(package: &JsonValue) -> Option<String> {
    let of_tests = |dependency: &JsonValue| text_member(dependency, "kind") == Some("dev");
    let mut found = items(package, "dependencies").filter(|dependency| text_member(dependency, "name") == Some("corebone"));
    // One that only tests need is as good where there is no other.
    let chosen = found.clone().find(|dependency| !of_tests(dependency)).or_else(|| found.next())?;
    Some(text_member(chosen, "rename").unwrap_or("corebone").replace('-', "_"))
}

fn manifest_directory(package: &JsonValue) -> Option<&Path> {
    text_member(package, "manifest_path").and_then(|manifest| Path::new(manifest).parent())
}

/// Ids of the packages that one depends on, directly or not, but for its tests.
fn dependencies<'v>(metadata: &'v JsonValue, own: &'v str) -> Vec<&'v str> {
    let mut nodes = by_id(member(metadata, "resolve").map(|resolve| items(resolve, "nodes")).unwrap_or_default());
    let mut found = Vec::new();
    let mut left = vec![own];
    while let Some(id) = left.pop() {
        // Taken out, so that none is looked at twice.
        let Some(node) = nodes.remove(id) else { continue };
        for dependency in items(node, "deps") {
            let for_tests_only = items(dependency, "dep_kinds").all(|kind| text_member(kind, "kind") == Some("dev"));
            left.extend(text_member(dependency, "pkg").filter(|_| !for_tests_only));
        }
        if id != own {
            found.push(id);
        }
    }
    found
}

fn by_id<'v>(values: Iter<'v, JsonValue>) -> HashMap<&'v str, &'v JsonValue> {
    values.filter_map(|value| Some((text_member(value, "id")?, value))).collect()
}

/// What `cargo metadata` prints.
fn metadata(cargo: &OsStr, target: Option<&str>, directory: &Path, arguments: &[&OsStr]) -> Result<JsonValue> {
    let mut command = Command::new(cargo);
    // The directory decides which configuration counts: mirrors, vendored sources.
    command.current_dir(directory).args(["metadata", "--offline", "--format-version=1"]).args(arguments);
    if let Some(target) = target {
        command.args(["--filter-platform", target]);
    }
    let output = command.output().map_err(|error| Error::with_source(ErrorKind::System, "cannot run `cargo metadata`", error))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let message = format!("`cargo metadata` failed, which tells of the headers of other packages: {}", text.trim());
        return Err(Error::new(ErrorKind::System, message));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.parse()
        .map_err(|error| Error::with_source(ErrorKind::InvalidData, "what `cargo metadata` printed is not understood", error))
}

/// Writes the manifest of a package that depends on the same packages as another one, but for its tests.
fn stand_in(alone: &JsonValue, directory: &Path, work: &Path) -> Result<PathBuf> {
    let mut manifest = String::new();
    let own = items(alone, "packages").find(|package| manifest_directory(package) == Some(directory));
    let listed = own.into_iter().flat_map(|package| items(package, "dependencies"));
    let listed = listed.filter(|dependency| text_member(dependency, "kind") != Some("dev") && is_on(dependency));
    for (dependency, number) in listed.zip(0..) {
        let Some(source) = dependency_source(dependency) else { continue };
        let name = text_member(dependency, "name").unwrap_or_default();
        let platform = text_member(dependency, "target").map_or_else(String::new, |target| format!("target.{target:?}."));
        let defaults = !matches!(member(dependency, "uses_default_features"), Some(JsonValue::Boolean(false)));
        let features: Vec<_> = items(dependency, "features").filter_map(text).collect();
        // By a number, as one package may be listed for several platforms.
        let _ = writeln!(
            manifest,
            "{platform}dependencies.d{number} = {{ package = {name:?}, {source}, default-features = {defaults}, features = {features:?} }}"
        );
    }
    manifest.push_str(
        "[package]\nname = \"corebone-stand-in\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n",
    );
    let folder = work.join("stand-in");
    make_directory(&folder)?;
    write_if_changed(&folder.join("lib.rs"), b"")?;
    // So that the versions are the same.
    let root = text_member(alone, "workspace_root").map_or(directory, Path::new);
    if let Ok(lock) = fs::read(root.join("Cargo.lock")) {
        write_if_changed(&folder.join("Cargo.lock"), &lock)?;
    }
    let path = folder.join("Cargo.toml");
    write_if_changed(&path, manifest.as_bytes())?;
    Ok(path)
}

/// Whether a dependency that may be left out is not, as far as cargo tells a build script.
fn is_on(dependency: &JsonValue) -> bool {
    let name = text_member(dependency, "rename").or_else(|| text_member(dependency, "name")).unwrap_or_default();
    let feature = format!("CARGO_FEATURE_{}", name.to_uppercase().replace('-', "_"));
    !matches!(member(dependency, "optional"), Some(JsonValue::Boolean(true))) || std::env::var_os(feature).is_some()
}

/// Where a package comes from, as a manifest says it; `None` if that can't be said.
fn dependency_source(dependency: &JsonValue) -> Option<String> {
    if let Some(path) = text_member(dependency, "path") {
        return Some(format!("path = {path:?}"));
    }
    let source = text_member(dependency, "source")?;
    if let Some(url) = source.strip_prefix("git+") {
        let (url, what) = url.split_once('?').unwrap_or((url, ""));
        let what = what.split_once('=').map(|(key, value)| format!(", {key} = {value:?}"));
        return Some(format!("git = {url:?}{}", what.unwrap_or_default()));
    }
    let version = text_member(dependency, "req")?;
    let registry = text_member(dependency, "registry").map(|url| {
        let url = url.strip_prefix("registry+").unwrap_or(url);
        format!(", registry-index = {url:?}")
    });
    Some(format!("version = {version:?}{}", registry.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: &str = r#"{"packages": [{"name": "app", "manifest_path": "/app/Cargo.toml", "dependencies": [
        {"name": "a", "source": "registry+https://example.com/index", "req": "^1.2", "kind": null, "rename": null, "optional": false,
            "uses_default_features": false, "features": ["x", "y"], "target": null, "registry": null},
        {"name": "b", "source": null, "req": "*", "kind": "build", "rename": null, "optional": false,
            "uses_default_features": true, "features": [], "target": "cfg(unix)", "registry": null, "path": "/b"},
        {"name": "c", "source": "git+https://example.com/c?rev=12", "req": "*", "kind": null, "rename": null, "optional": false,
            "uses_default_features": true, "features": [], "target": null, "registry": null},
        {"name": "d", "source": "registry+https://example.com/index", "req": "^1", "kind": "dev", "optional": false},
        {"name": "e-e", "source": "registry+https://example.com/index", "req": "^1", "kind": null, "optional": true}]}],
        "workspace_root": "/app"}"#;

    #[test]
    fn a_stand_in_depends_on_the_same_but_for_tests() {
        let work = tempfile::tempdir().unwrap();
        let manifest = stand_in(&ALONE.parse().unwrap(), Path::new("/app"), work.path()).unwrap();
        let text = fs::read_to_string(manifest).unwrap();
        let expected = r#"dependencies.d0 = { package = "a", version = "^1.2", default-features = false, features = ["x", "y"] }
target."cfg(unix)".dependencies.d1 = { package = "b", path = "/b", default-features = true, features = [] }
dependencies.d2 = { package = "c", git = "https://example.com/c", rev = "12", default-features = true, features = [] }
[package]
"#;
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn exporters_are_found_through_others_but_not_through_tests() {
        let packages = ["app", "near", "far", "tests"].map(|name| {
            let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
            let metadata = r#"{"corebone": {"exported-headers": ["bin"]}}"#;
            let metadata = if name == "near" { "null" } else { metadata };
            let directory = if name == "app" { "/app" } else { directory };
            let metadata = if name == "app" { "null" } else { metadata };
            format!(r#"{{"name": "{name}", "id": "{name}", "manifest_path": "{directory}/Cargo.toml", "metadata": {metadata}}}"#)
        });
        let edge = |to: &str, kind: &str| format!(r#"{{"name": "{to}", "pkg": "{to}", "dep_kinds": [{{"kind": {kind}}}]}}"#);
        let node = |id: &str, deps: &[String]| format!(r#"{{"id": "{id}", "deps": [{}]}}"#, deps.join(","));
        let nodes = [
            node("app", &[edge("near", "null"), edge("tests", "\"dev\"")]),
            node("near", &[edge("far", "\"build\"")]),
            node("far", &[edge("app", "null")]),
        ];
        let text = format!(r#"{{"packages": [{}], "resolve": {{"nodes": [{}]}}}}"#, packages.join(","), nodes.join(","));
        let package = Package::read(&text.parse().unwrap(), Path::new("/app")).unwrap();
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
        assert_eq!(package.exporters, [("far".to_owned(), vec![directory])]);
        assert_eq!(package.settings, Settings::default());
    }

    #[test]
    fn other_json_is_an_error() {
        let error = Package::read(&"[]".parse().unwrap(), Path::new("/app")).unwrap_err().to_string();
        assert_eq!(error, "cargo doesn't know the package in `/app`");
    }
}
