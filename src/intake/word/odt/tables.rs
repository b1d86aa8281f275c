//! Tables of an `.odt`.

use super::Reader;
use crate::intake::word::fault::Fault;
use crate::intake::word::flow::Flow;
use crate::intake::word::table::{Row, Table};
use crate::intake::word::xml::{Element, Space, Xml};

/// How many times one cell may be said to stand.
const MOST_REPEATED: usize = 64;

impl Reader<'_, '_, '_> {
    pub(super) fn table(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Table, Fault> {
        let mut table = Table::default();
        self.rows(xml, element, false, &mut table)?;
        Ok(table)
    }

    fn rows(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        heads: bool,
        table: &mut Table,
    ) -> Result<(), Fault> {
        while let Some(child) = xml.next_element(element)? {
            match (child.space, child.name()) {
                (Space::Table, "table-header-rows") => self.rows(xml, &child, true, table)?,
                (Space::Table, "table-rows" | "table-row-group") => self.rows(xml, &child, heads, table)?,
                (Space::Table, "table-row") => {
                    self.bounds.element()?;
                    let mut row = self.row(xml, &child)?;
                    row.heads = heads;
                    table.row(row);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn row(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Row, Fault> {
        let mut row = Row::default();
        // Columns that the last cell reaches over, which are said to be covered after it.
        let mut reached = 0;
        while let Some(child) = xml.next_element(element)? {
            let count = |name| -> usize {
                xml.value(&child, Space::Table, name).and_then(|count| count.parse().ok()).unwrap_or(1)
            };
            let repeated = count("number-columns-repeated").clamp(1, MOST_REPEATED);
            match (child.space, child.name()) {
                (Space::Table, "covered-table-cell") => {
                    row.skip(repeated.saturating_sub(reached));
                    reached = reached.saturating_sub(repeated);
                }
                (Space::Table, "table-cell") => {
                    let (width, height) = (count("number-columns-spanned"), count("number-rows-spanned"));
                    let mut content = Flow::default();
                    self.blocks(xml, &child, &mut content)?;
                    self.bounds.element()?;
                    row.cell(width, height, content);
                    for _ in 1..repeated {
                        self.bounds.element()?;
                        row.cell(1, 1, Flow::default());
                    }
                    reached = width.saturating_sub(1);
                }
                _ => {}
            }
        }
        Ok(row)
    }
}
