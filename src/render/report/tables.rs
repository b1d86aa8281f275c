//! Tables in Markdown, as reports have them.

/// A heading, and under it a table, or that there is nothing.
pub(super) fn section(
    text: &mut String,
    title: &str,
    columns: &[&str],
    lines: &[Vec<String>],
    nothing: &str,
) {
    text.push_str(&format!("\n## {title}\n\n"));
    if lines.is_empty() {
        text.push_str(&format!("{nothing}\n"));
        return;
    }
    line(text, columns.iter().copied());
    line(text, columns.iter().map(|_| "---"));
    for cells in lines {
        line(text, cells.iter().map(String::as_str));
    }
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    text.push('|');
    for cell in cells {
        text.push_str(&format!(" {cell}{}|", if cell.is_empty() { "" } else { " " }));
    }
    text.push('\n');
}

/// Words that lead somewhere.
pub(super) fn link(title: &str, address: &str) -> String {
    // These two would end the address.
    let address = address.replace('(', "%28").replace(')', "%29");
    format!("[{}]({address})", plain(title))
}

/// Text that means nothing but itself, in one line.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' => plain.extend(['\\', c]),
            c if c.is_whitespace() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}
