//! What was wrong in an article before: a note that its file carries, as a field or as its last paragraph.

use super::markup;
use super::written::one_line;
use crate::words::{Language, fold};

/// What a paragraph says after `Đính chính:` or `Correction:`; `None` for any other paragraph.
pub(super) fn note(paragraph: &str) -> Option<String> {
    let (label, note) = paragraph.split_once(':')?;
    let label = label.trim_matches(|c: char| !c.is_alphanumeric());
    // Far longer than the label; folding a whole paragraph would be for nothing.
    let is_label = label.len() < 40 && matches!(fold(label).as_str(), "dinh chinh" | "correction");
    let note = one_line(note.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_')));
    (is_label && !note.is_empty()).then_some(note)
}

/// Whether the last paragraph of a text, as it stands in a file, is one.
pub(super) fn ends(text: &str) -> bool {
    let lines = text.trim_end().lines().rev().take_while(|line| !line.trim().is_empty());
    let last: Vec<&str> = lines.collect();
    note(&last.into_iter().rev().collect::<Vec<_>>().join(" ")).is_some()
}

/// Takes the note out that sanitised HTML ends with.
pub(super) fn take(html: &mut String) -> Option<String> {
    let start = html.rfind("<p>")?;
    let paragraph = html[start..].trim_end().strip_prefix("<p>")?.strip_suffix("</p>")?;
    let note = note(&scraper::Html::parse_fragment(paragraph).root_element().text().collect::<String>())?;
    html.truncate(html[..start].trim_end().len());
    Some(note)
}

/// Puts a note under the text, as a paragraph that says what it is.
pub(super) fn put(html: &mut String, note: &str, language: Language) {
    let label = match language {
        Language::Vi => "Đính chính:",
        Language::En => "Correction:",
    };
    if !html.is_empty() {
        html.push('\n');
    }
    html.push_str("<p><strong>");
    html.push_str(label);
    html.push_str("</strong> ");
    markup::escape_text(html, note);
    html.push_str("</p>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_paragraph_that_says_so_is_a_correction() {
        for (html, left, expected) in [
            (
                "<p>Lúa tốt.</p>\n<p>Đính chính: giá là 7.000 đồng.</p>",
                "<p>Lúa tốt.</p>",
                Some("giá là 7.000 đồng."),
            ),
            ("<p>A</p><p><b>ĐÍNH CHÍNH</b>: <i>x</i> &amp; y</p>", "<p>A</p>", Some("x & y")),
            (
                "<p><strong>Correction:</strong> the fair is on Sunday.</p>",
                "",
                Some("the fair is on Sunday."),
            ),
            ("<p>Đính chính: a</p><p>B</p>", "<p>Đính chính: a</p><p>B</p>", None),
            ("<p>Đính chính:</p>", "<p>Đính chính:</p>", None),
            ("<p>Phải đính chính: a</p>", "<p>Phải đính chính: a</p>", None),
            ("<p>a</p><ul><li>Đính chính: a</li></ul>", "<p>a</p><ul><li>Đính chính: a</li></ul>", None),
            ("", "", None),
        ] {
            let mut html = html.to_owned();
            assert_eq!(take(&mut html).as_deref(), expected, "{html}");
            assert_eq!(html, left);
        }
    }

    #[test]
    fn a_text_ends_with_a_correction_whatever_its_line_ends() {
        for text in ["a\n\nĐính chính: b", "a\r\n\r\n**Đính chính**: b\r\nc\r\n\r\n", "Correction:\nb"]
        {
            assert!(ends(text), "{text:?}");
        }
        for text in ["", "Đính chính: a\n\nb", "a\nĐính chính: b", "Đính chính:"] {
            assert!(!ends(text), "{text:?}");
        }
    }

    #[test]
    fn a_note_that_was_put_is_the_one_that_is_taken() {
        for note in ["giá là 7.000 đồng", "a < b & c > \"d\"", "một: hai"] {
            for before in ["", "<p>Lúa tốt.</p>"] {
                let mut html = before.to_owned();
                put(&mut html, note, Language::Vi);
                assert_eq!(take(&mut html).as_deref(), Some(note));
                assert_eq!(html, before);
            }
        }
    }
}
