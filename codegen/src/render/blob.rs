//! The file of raw bytes beside the skeleton.

use crate::number::grouped;

/// Bytes, one after another.
#[derive(Default)]
pub(super) struct Blob {
    bytes: Vec<u8>,
}

impl Blob {
    /// Adds bytes, and gives the expression that finds them.
    pub(super) fn add(&mut self, bytes: &[u8]) -> String {
        if bytes.is_empty() {
            return "&[]".to_owned();
        }
        let at = self.bytes.len();
        self.bytes.extend(bytes);
        let [at, len] = [at, bytes.len()].map(|number| grouped(number as u64));
        format!("bytes(BYTES, {at}, {len})")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
