//! Tables with their merged cells.

use super::flow::Flow;
use std::fmt::Write;

/// How many columns a table may have; Word's own have 63 at most.
const MOST_COLUMNS: usize = 1_000;

/// A table.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Row>,
}

/// A row of a table.
#[derive(Default)]
pub(super) struct Row {
    cells: Vec<Cell>,
    /// Whether it stands above the columns on every page.
    pub heads: bool,
    /// The column the next cell begins in.
    column: usize,
}

struct Cell {
    column: usize,
    width: usize,
    height: usize,
    content: Flow,
}

impl Row {
    /// Leaves columns out.
    pub(super) fn skip(&mut self, columns: usize) {
        self.column = self.column.saturating_add(columns).min(MOST_COLUMNS);
    }

    /// Adds a cell over so many columns and rows.
    pub(super) fn cell(&mut self, width: usize, height: usize, content: Flow) {
        let width = width.clamp(1, MOST_COLUMNS);
        self.cells.push(Cell { column: self.column, width, height: height.max(1), content });
        self.skip(width);
    }
}

impl Table {
    pub(super) fn row(&mut self, row: Row) {
        // One whose cells all reach down from above has none of its own, and counts all the same.
        if row.column > 0 {
            self.rows.push(row);
        }
    }

    /// Has the cell above reach down over these columns of a row that is not added yet; `false` when there is none.
    pub(super) fn reach_down(&mut self, row: &mut Row, width: usize) -> bool {
        let (column, next) = (row.column, self.rows.len());
        let mut above = self.rows.iter_mut().enumerate().rev();
        let found = above.find_map(|(at, row)| {
            let cell = row.cells.iter_mut().find(|cell| cell.column == column)?;
            Some((at, cell))
        });
        match found {
            Some((at, cell)) if at + cell.height == next => {
                cell.height += 1;
                row.skip(width.max(1));
                true
            }
            _ => false,
        }
    }

    /// What is in the cells of a table of one column; `Err` gives back one of several.
    pub(super) fn single_column(self) -> Result<Vec<Flow>, Table> {
        let mut widths = self.rows.iter().map(|row| row.column);
        let width = widths.next();
        if self.rows.iter().all(|row| row.cells.len() <= 1) && widths.all(|other| Some(other) == width) {
            return Ok(self.rows.into_iter().flat_map(|row| row.cells).map(|cell| cell.content).collect());
        }
        Err(self)
    }

    /// As HTML, and as plain text.
    pub(super) fn render(self) -> (String, String) {
        let (mut html, mut texts) = (String::from("<table>\n"), Vec::new());
        let heads = self.rows.iter().take_while(|row| row.heads).count();
        let last = self.rows.len();
        for (at, row) in self.rows.into_iter().enumerate() {
            if at == 0 && heads > 0 {
                html.push_str("<thead>\n");
            }
            if at == heads {
                html.push_str("<tbody>\n");
            }
            html.push_str("<tr>");
            let name = if at < heads { "th" } else { "td" };
            for Cell { width, height, content, .. } in row.cells {
                let rendered = content.render();
                let _ = write!(html, "<{name}");
                for (span, count) in [("colspan", width), ("rowspan", height.min(last - at))] {
                    if count > 1 {
                        let _ = write!(html, " {span}=\"{count}\"");
                    }
                }
                let _ = write!(html, ">{}</{name}>", rendered.html);
                texts.push(rendered.text);
            }
            html.push_str("</tr>\n");
            if at + 1 == heads {
                html.push_str("</thead>\n");
            }
        }
        if heads < last {
            html.push_str("</tbody>\n");
        }
        html.push_str("</table>");
        texts.retain(|text| !text.is_empty());
        (html, texts.join(" "))
    }
}
