//! Fields: codes that Word works out, with what came of them last behind each. Only links matter here.

use crate::intake::word::links::welcome;
use std::rc::Rc;

/// The fields that are open, outermost first.
#[derive(Default)]
pub(super) struct Fields(Vec<Field>);

#[derive(Default)]
struct Field {
    code: String,
    /// Whether what follows is what came of it.
    is_result: bool,
    link: Option<Rc<str>>,
}

/// A code longer than any.
const LONGEST_CODE: usize = 4_096;
/// How many fields may be open at once.
const MOST_OPEN: usize = 64;

impl Fields {
    pub(super) fn begin(&mut self) {
        if self.0.len() < MOST_OPEN {
            self.0.push(Field::default());
        }
    }

    pub(super) fn code(&mut self, text: &str) {
        if let Some(field) = self.0.last_mut()
            && !field.is_result
            && field.code.len() + text.len() <= LONGEST_CODE
        {
            field.code.push_str(text);
        }
    }

    pub(super) fn separate(&mut self) {
        if let Some(field) = self.0.last_mut() {
            field.is_result = true;
            field.link = address(&field.code);
        }
    }

    pub(super) fn end(&mut self) {
        self.0.pop();
    }

    /// A code does not go on over a paragraph's end: one that was never ended must not hide the rest.
    pub(super) fn begin_paragraph(&mut self) {
        self.0.retain(|field| field.is_result);
    }

    /// Whether what stands here is to be read.
    pub(super) fn shows(&self) -> bool {
        self.0.iter().all(|field| field.is_result)
    }

    /// Where what stands here leads.
    pub(super) fn link(&self) -> Option<&Rc<str>> {
        self.0.iter().rev().find_map(|field| field.link.as_ref())
    }
}

/// The address a link's code names: `HYPERLINK "https://a.vn/" \l "place" \o "hint"`.
pub(super) fn address(code: &str) -> Option<Rc<str>> {
    let mut words = words(code).into_iter();
    if !words.next()?.eq_ignore_ascii_case("HYPERLINK") {
        return None;
    }
    let (mut target, mut place) = (None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            "\\l" => place = words.next(),
            "\\o" | "\\t" => drop(words.next()),
            _ if word.starts_with('\\') => {}
            _ if target.is_none() => target = Some(word),
            _ => {}
        }
    }
    welcome(&target?, place.as_deref())
}

/// Words between blanks, or in quotation marks; within those a backslash stands before a mark or another.
fn words(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut letters = code.chars().peekable();
    while let Some(first) = letters.next() {
        let mut word = String::new();
        if matches!(first, '"' | '“' | '”') {
            while let Some(letter) = letters.next() {
                match letter {
                    '"' | '”' => break,
                    '\\' => word.extend(letters.next()),
                    letter => word.push(letter),
                }
            }
        } else if !first.is_whitespace() {
            word.push(first);
            while let Some(letter) = letters.next_if(|letter| !letter.is_whitespace() && *letter != '"') {
                word.push(letter);
            }
        } else {
            continue;
        }
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_link_names_where_it_leads() {
        for (code, expected) in [
            (" HYPERLINK \"https://a.vn/?b=1&c=2\" ", Some("https://a.vn/?b=1&c=2")),
            ("HYPERLINK https://a.vn/ \\t \"_blank\"", Some("https://a.vn/")),
            (
                "hyperlink \"https://a.vn/\" \\o \"Xem \\\"thêm\\\"\" \\l \"phan-2\"",
                Some("https://a.vn/#phan-2"),
            ),
            ("HYPERLINK \\l \"_Toc1\"", None),
            ("HYPERLINK \"C:\\\\tin\\\\a.docx\"", None),
            ("HYPERLINK \"javascript:alert(1)\"", None),
            ("HYPERLINK \"mailto:a@b.vn\"", Some("mailto:a@b.vn")),
            ("PAGEREF _Toc1 \\h", None),
            ("", None),
        ] {
            assert_eq!(address(code).as_deref(), expected, "{code}");
        }
    }
}
