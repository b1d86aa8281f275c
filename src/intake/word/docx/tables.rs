//! Tables of a `.docx`.

use super::{Reader, sdt_content};
use crate::intake::word::fault::Fault;
use crate::intake::word::flow::Flow;
use crate::intake::word::styles::number;
use crate::intake::word::table::{Row, Table};
use crate::intake::word::xml::{Element, Space, Xml};

/// How a cell goes together with the one above.
#[derive(Default)]
struct Span {
    width: usize,
    goes_on: bool,
}

impl Reader<'_, '_, '_> {
    pub(super) fn table(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Table, Fault> {
        let mut table = Table::default();
        self.rows(xml, element, &mut table)?;
        Ok(table)
    }

    fn rows(&mut self, xml: &mut Xml<'_>, element: &Element<'_>, table: &mut Table) -> Result<(), Fault> {
        while let Some(child) = xml.next_element(element)? {
            match (child.space, child.name()) {
                (Space::Word, "tr") => {
                    let mut row = Row::default();
                    if self.cells(xml, &child, &mut row, table)? {
                        self.bounds.element()?;
                        table.row(row);
                    }
                }
                (Space::Word, "sdt") => {
                    if let Some(content) = sdt_content(xml, &child)? {
                        self.rows(xml, &content, table)?;
                    }
                }
                (Space::Word, "customXml" | "ins" | "moveTo") => self.rows(xml, &child, table)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads the cells of a row; `false` when the row was deleted.
    fn cells(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        row: &mut Row,
        table: &mut Table,
    ) -> Result<bool, Fault> {
        while let Some(child) = xml.next_element(element)? {
            match (child.space, child.name()) {
                (Space::Word, "trPr") => {
                    while let Some(property) = xml.next_element(&child)? {
                        match property.name() {
                            "tblHeader" => {
                                let value = xml.value(&property, Space::Word, "val");
                                row.heads = !matches!(value.as_deref(), Some("0" | "false" | "off"));
                            }
                            "gridBefore" => row.skip(number(xml, &property).unwrap_or(0)),
                            "del" => return Ok(false),
                            _ => {}
                        }
                    }
                }
                (Space::Word, "tc") => self.cell(xml, &child, row, table)?,
                (Space::Word, "sdt") => {
                    if let Some(content) = sdt_content(xml, &child)? {
                        self.cells(xml, &content, row, table)?;
                    }
                }
                (Space::Word, "customXml") => drop(self.cells(xml, &child, row, table)?),
                _ => {}
            }
        }
        Ok(true)
    }

    fn cell(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        row: &mut Row,
        table: &mut Table,
    ) -> Result<(), Fault> {
        let mut span = Span::default();
        let mut content = Flow::default();
        while let Some(child) = xml.next_element(element)? {
            if child.is(Space::Word, "tcPr") {
                span = read_span(xml, &child)?;
            } else {
                self.block(xml, &child, &mut content)?;
            }
        }
        self.close(&mut content);
        self.bounds.element()?;
        if !(span.goes_on && table.reach_down(row, span.width)) {
            row.cell(span.width, 1, content);
        }
        Ok(())
    }
}

fn read_span(xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Span, Fault> {
    let mut span = Span::default();
    while let Some(property) = xml.next_element(element)? {
        match property.name() {
            "gridSpan" => span.width = number(xml, &property).unwrap_or(1),
            "vMerge" => {
                let value = xml.value(&property, Space::Word, "val");
                span.goes_on = value.as_deref() != Some("restart");
            }
            _ => {}
        }
    }
    Ok(span)
}
