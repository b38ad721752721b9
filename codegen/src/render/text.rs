//! Rust, written line by line.

use std::collections::BTreeSet;

/// Lines with their indentation.
#[derive(Default)]
pub(super) struct Text {
    lines: String,
    depth: usize,
    /// Names that must be imported.
    names: BTreeSet<&'static str>,
}

impl Text {
    /// Text that will stand in a block.
    pub(super) fn at_depth(depth: usize) -> Self {
        Self { depth, ..Self::default() }
    }

    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        for _ in 0..self.depth {
            self.lines.push_str("    ");
        }
        self.lines.push_str(line.as_ref());
        self.lines.push('\n');
    }

    /// A line that opens a block, the block, and the line that closes it.
    pub(super) fn block(&mut self, open: impl AsRef<str>, close: &str, inside: impl FnOnce(&mut Self)) {
        self.line(open);
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line(close);
    }

    /// Those of some fields that are not as in the type's `EMPTY`, on one line; no line if none is.
    pub(super) fn fields<const N: usize>(&mut self, fields: [Option<String>; N]) {
        let given: Vec<_> = fields.into_iter().flatten().collect();
        if !given.is_empty() {
            self.line(given.join(", ") + ",");
        }
    }

    /// A field that is a slice, with an item on each line or more; left out if there is none.
    pub(super) fn slice<T>(&mut self, field: &str, items: &[T], mut item: impl FnMut(&mut Self, usize, &T)) {
        if !items.is_empty() {
            self.block(format!("{field}: &["), "],", |text| {
                for (index, each) in items.iter().enumerate() {
                    item(text, index, each);
                }
            });
        }
    }

    /// A name that is to be imported.
    pub(super) fn import(&mut self, name: &'static str) -> &'static str {
        self.names.insert(name);
        name
    }

    /// The lines, and the names to import in alphabetical order.
    pub(super) fn finish(self) -> (String, Vec<&'static str>) {
        (self.lines, self.names.into_iter().collect())
    }
}
