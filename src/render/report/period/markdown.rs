//! The report as Markdown, in the site's language: tables that a person attaches to a letter.

use super::PeriodReport;
use super::letter::{Cell, Letter};
use super::phrases::Phrases;
use crate::render::report::tables::{self, plain};

/// The document.
pub fn markdown(report: &PeriodReport<'_>) -> Vec<u8> {
    let say = Phrases::of(report.site.interface());
    let Letter { title, reach, as_of, sections } = Letter::of(report);
    let mut text = format!("# {title}\n\n{} · {reach} · {as_of}\n", plain(&report.site.title));
    for section in &sections {
        let columns: Vec<&str> = section.columns.iter().map(|(_, title)| title.as_str()).collect();
        let rows: Vec<Vec<String>> =
            section.rows.iter().map(|cells| cells.iter().map(written).collect()).collect();
        tables::section(&mut text, section.title, &columns, &rows, say.none);
        for note in &section.notes {
            text.push_str(&format!("\n{note}\n"));
        }
    }
    text.into_bytes()
}

fn written(cell: &Cell<'_>) -> String {
    cell.address.map_or_else(|| plain(&cell.text), |address| tables::link(&cell.text, address))
}
