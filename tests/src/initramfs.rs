//! An initial file system: a cpio archive in the "newc" format (Documentation/driver-api/early-userspace/buffer-format.rst).

use std::collections::BTreeSet;

/// A file system to boot with, as it grows.
#[derive(Default)]
pub struct Initramfs {
    bytes: Vec<u8>,
    entries: u32,
    folders: BTreeSet<String>,
}

impl Initramfs {
    /// Adds a folder, with those above it.
    pub fn folder(&mut self, path: &str) {
        let path = path.trim_matches('/');
        if path.is_empty() || self.folders.contains(path) {
            return;
        }
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.folder(parent);
        }
        self.folders.insert(path.to_owned());
        self.entry(path, 0o040_755, &[]);
    }

    /// Adds a file that may be executed, with the folders above it.
    pub fn file(&mut self, path: &str, contents: &[u8]) {
        let path = path.trim_matches('/');
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.folder(parent);
        }
        self.entry(path, 0o100_755, contents);
    }

    /// The archive.
    pub fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, &[]);
        self.bytes
    }

    fn entry(&mut self, path: &str, mode: u32, contents: &[u8]) {
        self.entries += 1;
        let size = u32::try_from(contents.len()).expect("a file of an initial file system has less than 4 GiB");
        let name_size = u32::try_from(path.len() + 1).expect("a path is short");
        // inode, mode, user, group, links, time, size, device (2), device of a node (2), size of the name, checksum
        let fields = [self.entries, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes.extend_from_slice(format!("{field:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(path.as_bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend_from_slice(contents);
        self.align();
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_each_folder_once_and_aligned_contents() {
        let mut files = Initramfs::default();
        files.file("/bin/one", b"1");
        files.file("bin/two", b"22");
        let bytes = files.finish();
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("070701").count(), 4, "a folder, two files and the trailer");
        assert_eq!(bytes.len() % 4, 0);
        let name = text.find("bin/one\0").expect("the file is there");
        let contents = (name + "bin/one\0".len()).next_multiple_of(4);
        assert!(bytes[contents..].starts_with(b"1\x00\x00\x00070701"), "contents, padding, the next header");
    }
}
