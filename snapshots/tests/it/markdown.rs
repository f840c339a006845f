//! Tables that are read as plain text as well as Markdown.

/// A table whose columns stand below each other. The last one is not padded, so the longest texts belong
/// there.
#[derive(Debug)]
pub(crate) struct Columns {
    rows: Vec<Vec<String>>,
}

impl Columns {
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self::of(head.map(str::to_owned))
    }

    /// A table with as many columns as there are heads.
    pub(crate) fn of(head: impl IntoIterator<Item = String>) -> Self {
        Self { rows: vec![head.into_iter().collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn text(&self) -> String {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
        };
        // The last column is as wide as each of its cells.
        let widths: Vec<usize> = (0..columns)
            .map(|column| if column + 1 == columns { 0 } else { width(column).unwrap_or(0) })
            .collect();
        let line = |cells: &[String]| {
            let padded: Vec<_> =
                cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            padded.join(" | ") + "\n"
        };
        let rule: Vec<_> = widths.iter().map(|width| "-".repeat((*width).max(3))).collect();
        let mut text = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            text += &line(row);
            if index == 0 {
                text += &line(&rule);
            }
        }
        text
    }
}

/// What is missing in a cell.
pub(crate) const NOTHING: &str = "–";
