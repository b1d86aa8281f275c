use crate::words::{clean, single_blanks};

/// How many letters a line has before it goes on in the next: Notepad does not wrap by itself.
const WIDTH: usize = 92;
/// How many letters of one text are shown.
const MOST_LETTERS: usize = 600;
/// What every text of ours begins with; one that does not is somebody else's.
const MARK: &str = "[bantin] ";
// Without a byte order mark Notepad took UTF-8 for the old code page until Windows 10 1903, and a bare line feed for
// no line end until 1809. Both are still about in offices, and no newer one minds.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";
const LINE_END: &str = "\r\n";

/// A text that people open in Notepad, as it grows.
pub(super) struct Paper {
    text: String,
    column: usize,
}

impl Paper {
    /// A text whose first line says what matters. Its table has labels of at most so many letters.
    pub(super) fn headed(headline: &str, longest_label: usize) -> Self {
        let mut paper = Self { text: BYTE_ORDER_MARK.to_owned(), column: longest_label + 3 };
        paper.line(&format!("{MARK}{headline}"));
        paper
    }

    pub(super) fn blank(&mut self) {
        self.text.push_str(LINE_END);
    }

    /// Some sentences.
    pub(super) fn say(&mut self, sentences: &str) {
        self.wrapped("", "", sentences);
    }

    /// A line of the table.
    pub(super) fn row(&mut self, label: &str, value: &str) {
        let indent = " ".repeat(self.column);
        let first = format!("{:column$}", format!("{label}:"), column = self.column);
        self.wrapped(&first, &indent, value);
    }

    /// The beginning of a part.
    pub(super) fn part(&mut self, heading: &str) {
        self.blank();
        self.line(heading);
    }

    /// One of several things.
    pub(super) fn point(&mut self, what: &str) {
        self.wrapped("- ", "  ", what);
    }

    /// What belongs to the one before.
    pub(super) fn below(&mut self, label: &str, what: &str) {
        self.wrapped(&format!("  {label}: "), "  ", what);
    }

    pub(super) fn end(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    fn wrapped(&mut self, first: &str, indent: &str, text: &str) {
        let text = shown(text);
        let mut line = first.to_owned();
        let mut is_new = true;
        for word in text.split(' ') {
            if !is_new && letters(&line) + 1 + letters(word) > WIDTH {
                self.line(&line);
                line = indent.to_owned();
                is_new = true;
            }
            if !is_new {
                line.push(' ');
            }
            line.push_str(word);
            is_new = false;
        }
        self.line(&line);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push_str(LINE_END);
    }
}

/// Whether this is the beginning of a text of ours. An empty one is what a power cut left of it.
pub fn is_ours(beginning: &[u8]) -> bool {
    let bare = beginning.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap_or(beginning);
    beginning.is_empty() || bare.starts_with(MARK.as_bytes())
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

/// One line without control characters, and not without end.
fn shown(text: &str) -> String {
    let line = single_blanks(&clean(text));
    match line.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
