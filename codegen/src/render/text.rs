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

    /// A field that is a slice, with an item on each line or more.
    pub(super) fn slice<T>(&mut self, field: &str, items: &[T], mut item: impl FnMut(&mut Self, usize, &T)) {
        if items.is_empty() {
            self.line(format!("{field}: &[],"));
        } else {
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

/// A number with its digits in groups of three.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 9999, 10240, 262_144, 1 << 32].map(number), ["0", "9999", "10_240", "262_144", "4_294_967_296"]);
    }
}
