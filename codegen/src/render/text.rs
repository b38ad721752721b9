//! Rust, written line by line.

use crate::model::ident;

/// For items whose names are C's, and of which a user may use only some. The attributes that types are declared with allow it too.
pub(super) const ALLOW: &str = "#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]";

/// Characters of a line, as rustfmt has it.
const WIDTH: usize = 100;

/// Lines with their indentation.
#[derive(Default)]
pub(super) struct Text {
    lines: String,
    depth: usize,
    /// Names that must be imported.
    names: Vec<&'static str>,
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

    /// An empty line between items: none before the first one of a block.
    pub(super) fn gap(&mut self) {
        if !self.lines.ends_with("{\n") && !self.lines.ends_with("\n\n") {
            self.lines.push('\n');
        }
    }

    /// A comment above items of one kind.
    pub(super) fn title(&mut self, title: &str) {
        self.gap();
        self.line(format!("// {title}"));
        self.gap();
    }

    /// Doc lines.
    pub(super) fn docs<S: AsRef<str>>(&mut self, lines: &[S]) {
        for line in lines {
            let line = line.as_ref();
            // A comment can't have it in it. In C only a section's name may.
            if line.contains(['\n', '\r']) {
                self.line(format!("#[doc = {:?}]", format!(" {line}")));
            } else {
                self.line(format!("/// {line}").trim_end());
            }
        }
    }

    /// Documentation of paragraphs: what something is in C, then what is to be said of it.
    pub(super) fn paragraphs<S: AsRef<str>>(&mut self, paragraphs: &[S]) {
        for (at, paragraph) in paragraphs.iter().enumerate() {
            if at > 0 {
                self.docs(&[""]);
            }
            self.docs(&[paragraph]);
        }
    }

    /// A line that opens a block.
    pub(super) fn open(&mut self, line: impl AsRef<str>) {
        self.line(line);
        self.depth += 1;
    }

    /// The line that closes the block which was opened last; the same line if there is nothing in it.
    pub(super) fn close(&mut self, line: &str) {
        self.depth -= 1;
        if self.lines.ends_with("{\n") {
            self.lines.pop();
            self.lines.push_str(line);
            self.lines.push('\n');
        } else {
            self.line(line);
        }
    }

    /// A line that opens a block, the block, and the line that closes it.
    pub(super) fn block(&mut self, open: impl AsRef<str>, close: &str, inside: impl FnOnce(&mut Self)) {
        self.open(open);
        inside(self);
        self.close(close);
    }

    /// Opens a struct of the skeleton's own, of so many fields. One without any can be copied, which the lint
    /// `missing_copy_implementations` wants then.
    pub(super) fn open_struct(&mut self, name: &str, fields: usize) {
        let copied = if fields == 0 { "::core::clone::Clone, ::core::marker::Copy, " } else { "" };
        self.line(format!("#[derive({copied}::core::fmt::Debug)]"));
        self.line(ALLOW);
        self.open(format!("pub struct {name} {{"));
    }

    /// A public field, by a name of the model's.
    pub(super) fn field<S: AsRef<str>>(&mut self, docs: &[S], name: &str, ty: &str) {
        self.paragraphs(docs);
        self.line(format!("pub {}: {ty},", ident(name)));
    }

    /// A list between braces: on one line, if there is room.
    pub(super) fn list(&mut self, open: &str, items: &[String], close: &str) {
        let line = format!("{open} {} {close}", items.join(", "));
        if 4 * self.depth + line.len() <= WIDTH {
            self.line(line);
            return;
        }
        self.open(open);
        for item in items {
            self.line(format!("{item},"));
        }
        self.close(close);
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
        const ITEMS: usize = 80;

        let mut lines: Vec<(String, Vec<String>)> = Vec::new();
        for (item, said) in items {
            match lines.last_mut().filter(|(line, _)| line.len() + item.len() <= ITEMS) {
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
        if !self.names.contains(&name) {
            self.names.push(name);
        }
        name
    }

    /// The lines, and the names to import in alphabetical order.
    pub(super) fn finish(mut self) -> (String, Vec<&'static str>) {
        self.names.sort_unstable();
        (self.lines, self.names)
    }
}
