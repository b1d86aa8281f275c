//! Tables for spreadsheets (RFC 4180).

/// Without it spreadsheets read UTF-8 as something else.
pub const MARK: &str = "\u{FEFF}";

/// Adds a line.
pub fn line<const COLUMNS: usize>(table: &mut String, cells: [String; COLUMNS]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            table.push(',');
        }
        table.push_str(&quoted(&harmless(cell)));
    }
    table.push_str("\r\n");
}

/// What a spreadsheet would take for a formula gets an apostrophe in front, by which it knows a text.
fn harmless(cell: &str) -> String {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{cell}"),
        // Some of them take wide letters for narrow ones.
        Some('＝' | '＋' | '－' | '＠') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_one_cell_and_is_no_formula() {
        for (cell, expected) in [
            ("Lúa được mùa", "Lúa được mùa"),
            ("Lúa, ngô", "\"Lúa, ngô\""),
            ("“Lúa” và \"ngô\"", "\"“Lúa” và \"\"ngô\"\"\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+84 296", "'+84 296"),
            ("-1", "'-1"),
            ("@ai", "'@ai"),
            ("\tx", "'\tx"),
            ("＝1", "'＝1"),
            ("a\nb", "\"a\nb\""),
            ("", ""),
        ] {
            assert_eq!(quoted(&harmless(cell)), expected, "{cell}");
        }
    }
}
