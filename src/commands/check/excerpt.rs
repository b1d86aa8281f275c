//! The place of a problem in its file, and the line around it for people to see.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// How many characters of a line are shown.
const WIDEST: usize = 100;
/// How many of them stand before the place.
const BEFORE: usize = 30;

/// The text of a file, as problems count lines and words in it.
pub(super) enum Text {
    /// As bantin reads it.
    Read(String),
    /// As it stands there, because it is in no encoding that bantin reads.
    Unread(Vec<u8>),
}

/// A line of a file, and the place in it that is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The line's number, from 1.
    number: u32,
    line: String,
    /// The place, in bytes of the line.
    place: Range<usize>,
    /// The character the place begins with, from 1, and the one behind it.
    pub columns: Range<usize>,
}

impl Excerpt {
    /// The line of this number with these words marked; all of it where it has no such words.
    pub(super) fn of(text: &Text, number: u32, about: Option<&str>) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        match text {
            Text::Read(text) => Self::of_line(number, text.split('\n').nth(index)?, about),
            Text::Unread(bytes) => {
                let line = bytes.split(|byte| *byte == b'\n').nth(index)?;
                Self::of_bytes(number, line.strip_suffix(b"\r").unwrap_or(line))
            }
        }
    }

    fn of_line(number: u32, line: &str, about: Option<&str>) -> Option<Self> {
        let found = about.and_then(|words| line.find(words).map(|at| at..at + words.len()));
        let trimmed = line.trim();
        let start = line.len() - line.trim_start().len();
        let place = found.unwrap_or(start..start + trimmed.len());
        let before = line[..place.start].chars().count() + 1;
        let columns = before..before + line[place.clone()].chars().count();
        (!trimmed.is_empty()).then(|| Self { number, line: line.to_owned(), place, columns })
    }

    /// The first bytes that are no text, and the line with all such bytes written as numbers.
    fn of_bytes(number: u32, bytes: &[u8]) -> Option<Self> {
        let mut line = String::new();
        let mut found = None;
        let mut column = 1;
        for chunk in bytes.utf8_chunks() {
            line.push_str(chunk.valid());
            column += chunk.valid().chars().count();
            let start = line.len();
            chunk.invalid().iter().for_each(|byte| line.push_str(&format!("\\x{byte:02X}")));
            if !chunk.invalid().is_empty() && found.is_none() {
                found = Some((start..line.len(), column..column + chunk.invalid().len()));
            }
            column += chunk.invalid().len();
        }
        let (place, columns) = found?;
        Some(Self { number, line, place, columns })
    }

    /// The line with the place marked below it.
    pub(super) fn drawn(&self, level: Level<'static>, in_colour: bool) -> String {
        let (line, place) = self.cut();
        let renderer = if in_colour { Renderer::styled() } else { Renderer::plain() };
        let number = usize::try_from(self.number).unwrap_or(usize::MAX);
        let snippet =
            Snippet::source(line).line_start(number).annotation(AnnotationKind::Primary.span(place));
        renderer.term_width(WIDEST * 4).render(&[Group::with_level(level).element(snippet)])
    }

    /// What is shown of the line, and the place in that.
    fn cut(&self) -> (String, Range<usize>) {
        let shown = |from: usize, to: usize| {
            let (from, to) = (self.byte_at(from), self.byte_at(to));
            let (cut_before, cut_after) = (from > 0, to < self.line.len());
            let mark = |cut: bool| if cut { "…" } else { "" };
            let (before, after) = (mark(cut_before), mark(cut_after));
            let line = format!("{before}{}{after}", visible(&self.line[from..to]));
            let start = before.len() + visible(&self.line[from..self.place.start]).len();
            let end = start + visible(&self.line[self.place.start..self.place.end.min(to)]).len();
            (line, start..end)
        };
        let length = self.line.chars().count();
        if length <= WIDEST {
            return shown(0, length);
        }
        let place = self.line[..self.place.start].chars().count();
        let from = place.saturating_sub(BEFORE).min(length - WIDEST);
        shown(from, from + WIDEST)
    }

    fn byte_at(&self, character: usize) -> usize {
        self.line.char_indices().nth(character).map_or(self.line.len(), |(at, _)| at)
    }
}

/// The text with what a terminal would take for an order, or not show at all, written as its number.
pub(super) fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("    "),
            c if is_hidden(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, line: u32, about: Option<&str>, expected: &str) {
        let excerpt = Excerpt::of(&Text::Read(text.to_owned()), line, about).expect("there is a line");
        assert_eq!(excerpt.drawn(Level::ERROR, false), expected.trim_start_matches('\n'));
    }

    #[test]
    fn the_words_to_blame_are_marked() {
        check(
            "---\ntitle: A\ndate: 2026-02-30\n---\n",
            3,
            Some("2026-02-30"),
            "
  |
3 | date: 2026-02-30
  |       ^^^^^^^^^^",
        );
    }

    #[test]
    fn marks_stand_below_vietnamese_words_and_wide_ones() {
        check(
            "Ngày đăng: ngày hôm qua ở 西貢 nhé",
            1,
            Some("ngày hôm qua"),
            "
  |
1 | Ngày đăng: ngày hôm qua ở 西貢 nhé
  |            ^^^^^^^^^^^^",
        );
        check(
            "ở 西貢 hôm qua",
            1,
            Some("hôm qua"),
            "
  |
1 | ở 西貢 hôm qua
  |        ^^^^^^^",
        );
        // A letter with a mark for which there is no single character.
        check(
            "m\u{302}\u{323}t: xấu",
            1,
            Some("xấu"),
            "
  |
1 | m\u{302}\u{323}t: xấu
  |     ^^^",
        );
    }

    #[test]
    fn without_words_the_whole_line_is_marked() {
        check(
            "a\n\t hai ba \n",
            2,
            None,
            "
  |
2 |      hai ba 
  |      ^^^^^^",
        );
        check(
            "một",
            1,
            Some("không có"),
            "
  |
1 | một
  | ^^^",
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{} 30/02/2026 {}", "đồng ".repeat(50), "bằng ".repeat(50));
        check(
            &line,
            1,
            Some("30/02/2026"),
            "
  |
1 | …ồng đồng đồng đồng đồng đồng  30/02/2026 bằng bằng bằng bằng bằng bằng bằng bằng bằng bằng bằng bằng…
  |                                ^^^^^^^^^^",
        );
    }

    #[test]
    fn orders_to_the_terminal_are_shown_and_not_given() {
        check(
            "lang: \u{202E}xx\u{1B}[31m",
            1,
            Some("xx"),
            "
  |
1 | lang: \\u{202e}xx\\u{1b}[31m
  |               ^^",
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_marked_as_numbers() {
        let text = Text::Unread(b"mot\r\nL\xFAa \xE1 v\xE0ng\r\n".to_vec());
        let excerpt = Excerpt::of(&text, 2, None).expect("there is a line");
        let drawn = "  |\n2 | L\\xFAa \\xE1 v\\xE0ng\n  |  ^^^^";
        assert_eq!((excerpt.drawn(Level::ERROR, false).as_str(), excerpt.columns), (drawn, 2..3));
    }

    #[test]
    fn a_line_that_is_not_there_has_no_excerpt() {
        for (text, line) in [("", 1), ("a", 2), ("a\n\n", 2), ("a", 0)] {
            assert_eq!(Excerpt::of(&Text::Read(text.to_owned()), line, None), None, "{text:?} {line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_can_be_shown(line in "\\PC{0,300}|.{0,300}", words in "\\PC{0,4}", bytes in any::<Vec<u8>>()) {
            for (text, about) in [(Text::Read(line), Some(words.as_str())), (Text::Unread(bytes), None)] {
                if let Some(excerpt) = Excerpt::of(&text, 1, about) {
                    let drawn = excerpt.drawn(Level::WARNING, false);
                    prop_assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{drawn:?}");
                    prop_assert!(drawn.lines().count() >= 3 && drawn.contains('^'), "{drawn}");
                }
            }
        }
    }
}
