//! Tables of text.

/// Rows of cells, printed in columns.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
enum Row {
    Cells(Vec<String>),
    /// A line of its own, for what belongs to the row before and would make a column too wide.
    Note(String),
}

/// Columns that are wider push the rest of their row to the right, and not that of all rows.
const WIDEST: usize = 60;

impl Table {
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Row::Cells(cells.into()));
    }

    pub(super) fn note(&mut self, text: &str) {
        self.rows.push(Row::Note(text.to_owned()));
    }

    /// The rows under a heading and with an empty line after them; nothing if there are none.
    pub(super) fn print(&self, heading: &str) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        // `None` for a column with nothing in it, which is left out.
        let mut widths: Vec<Option<usize>> = Vec::new();
        for row in &self.rows {
            let Row::Cells(cells) = row else { continue };
            widths.resize(widths.len().max(cells.len()), None);
            for (width, cell) in widths.iter_mut().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                let cell = cell.chars().count();
                *width = (*width).max(Some(if cell > WIDEST { 0 } else { cell }));
            }
        }
        let mut text = format!("{heading}\n");
        for row in &self.rows {
            let mut line = String::from("  ");
            match row {
                Row::Cells(cells) => {
                    for (cell, width) in cells.iter().zip(&widths) {
                        if let Some(width) = *width {
                            line.push_str(&format!("{cell:width$}  "));
                        }
                    }
                }
                Row::Note(note) => line.push_str(&format!("    {note}")),
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_most_need() {
        let wide = "w".repeat(61);
        let mut table = Table::default();
        assert_eq!(table.print("nothing"), "");
        table.row(["a", "", "1"].map(str::to_owned));
        table.note("of a");
        table.row([&wide, "", "2"].map(str::to_owned));
        table.row(["ccc", "", &wide].map(str::to_owned));
        assert_eq!(table.print("some"), format!("some\n  a    1\n      of a\n  {wide}  2\n  ccc  {wide}\n\n"));
    }
}
