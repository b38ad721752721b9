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

    /// A field that is a slice of short items, as many on a line as there is room for, and behind them what is said of each, if
    /// anything is; left out if there is none.
    pub(super) fn table(&mut self, field: &str, items: impl IntoIterator<Item = (String, String)>) {
        /// Characters of a line's items, which leaves some for what is said of them.
        const WIDTH: usize = 80;

        let mut lines: Vec<(String, Vec<String>)> = Vec::new();
        for (item, said) in items {
            match lines.last_mut().filter(|(line, _)| line.len() + item.len() <= WIDTH) {
                Some((line, all)) => {
                    line.push_str(&format!(" {item},"));
                    all.push(said);
                }
                None => lines.push((format!("{item},"), vec![said])),
            }
        }
        let comment = |said: Vec<String>| {
            let said = said.join(", ");
            if said.is_empty() || said.starts_with(", ") { String::new() } else { format!(" // {said}") }
        };
        match lines.as_mut_slice() {
            [] => {}
            [(line, said)] => {
                let line = line.trim_end_matches(',');
                let comment = comment(std::mem::take(said));
                self.line(format!("{field}: &[{line}],{comment}"));
            }
            lines => self.block(format!("{field}: &["), "],", |text| {
                for (line, said) in lines {
                    let comment = comment(std::mem::take(said));
                    text.line(format!("{line}{comment}"));
                }
            }),
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
