//! What stands in one paragraph: pieces of text with their look, line breaks, pictures and marks of notes.

use super::styles::RunProperties;
use crate::intake::legacy::{self, Legacy};
use crate::intake::markup;
use crate::words::clean;
use std::borrow::Cow;
use std::rc::Rc;
use unicode_normalization::char::is_combining_mark;

/// How a piece of text looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub bold: bool,
    pub italic: bool,
    pub underlined: bool,
    pub struck: bool,
    pub height: Height,
    /// The encoding of its letters, of a font from before Unicode.
    pub font: Option<Legacy>,
    /// Where it leads.
    pub link: Option<Rc<str>>,
}

/// Where a piece of text stands on its line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Height {
    #[default]
    Line,
    Above,
    Below,
}

impl Look {
    pub(super) fn of(properties: &RunProperties, link: Option<Rc<str>>) -> Self {
        Self {
            bold: properties.bold == Some(true),
            italic: properties.italic == Some(true),
            underlined: properties.underlined == Some(true),
            struck: properties.struck == Some(true),
            height: properties.height.unwrap_or_default(),
            font: properties.font.as_deref().and_then(legacy::of_font),
            link,
        }
    }
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Break,
    Picture(String),
    /// The mark of a note, by its number.
    Note(usize),
}

/// What stands in one paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct Inline(Vec<(Look, Piece)>);

/// The same as HTML and as plain text.
pub(super) struct Rendered {
    pub html: String,
    pub text: String,
}

impl Inline {
    /// Adds text. Gives back whether it is more than the end of what stood there.
    pub(super) fn push_text(&mut self, look: &Look, text: &str) -> bool {
        // Marks belong to the letter before them, however the program cut the word.
        let marks = text.len() - text.trim_start_matches(is_combining_mark).len();
        let (marks, text) = text.split_at(marks);
        if let Some((_, Piece::Text(before))) = self.0.last_mut() {
            before.push_str(marks);
        }
        if text.is_empty() {
            return false;
        }
        match self.0.last_mut() {
            Some((before_look, Piece::Text(before))) if before_look == look => {
                before.push_str(text);
                false
            }
            _ => {
                self.0.push((look.clone(), Piece::Text(text.to_owned())));
                true
            }
        }
    }

    pub(super) fn push_break(&mut self) {
        self.0.push((Look::default(), Piece::Break));
    }

    pub(super) fn push_picture(&mut self, look: &Look, html: String) {
        let look = Look { link: look.link.clone(), ..Look::default() };
        self.0.push((look, Piece::Picture(html)));
    }

    pub(super) fn push_note(&mut self, number: usize) {
        self.0.push((Look::default(), Piece::Note(number)));
    }

    /// Puts what follows behind this.
    pub(super) fn append(&mut self, mut rest: Inline) {
        self.0.append(&mut rest.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}');
        self.0.iter().all(|(_, piece)| match piece {
            Piece::Text(text) => text.chars().all(is_blank),
            Piece::Break => true,
            Piece::Picture(_) | Piece::Note(_) => false,
        })
    }

    /// Whether there are pictures in it and nothing else.
    pub(super) fn is_picture(&self) -> bool {
        let (pictures, rest) = self.clone().divided();
        !pictures.is_empty() && rest.is_empty()
    }

    /// Its pictures, and what else there is.
    pub(super) fn divided(self) -> (Inline, Inline) {
        let (pictures, rest) = self.0.into_iter().partition(|(_, piece)| matches!(piece, Piece::Picture(_)));
        (Self(pictures), Self(rest))
    }

    /// `plain` is for a heading: that it looks like one is no emphasis.
    pub(super) fn render(&self, plain: bool) -> Rendered {
        let mut writer = Writer::default();
        for (look, piece) in &self.0 {
            match piece {
                Piece::Text(text) => {
                    // Not before: VNI writes a letter in two, which a program may have put into two runs.
                    let text =
                        look.font.map_or(Cow::Borrowed(text.as_str()), |font| font.letters(text).into());
                    writer.text(&tags(look, plain), &text, look.link.is_none());
                }
                Piece::Break => writer.line_break(),
                Piece::Picture(html) => writer.html(&tags(look, plain), html),
                Piece::Note(number) => {
                    writer.show(&[], false);
                    writer.html.push_str(&format!(
                        "<sup id=\"fnref-{number}\"><a href=\"#fn-{number}\">{number}</a></sup>"
                    ));
                }
            }
        }
        writer.finish()
    }
}

/// An element around a piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tag {
    Link(Rc<str>),
    Plain(&'static str),
}

/// The elements around a piece of text, outermost first.
fn tags(look: &Look, plain: bool) -> Vec<Tag> {
    let mut tags = Vec::new();
    tags.extend(look.link.clone().map(Tag::Link));
    let underlined = look.underlined && look.link.is_none() && !plain;
    let marks = [
        (look.bold && !plain, "strong"),
        (look.italic, "em"),
        (underlined, "u"),
        (look.struck, "s"),
        (look.height == Height::Above, "sup"),
        (look.height == Height::Below, "sub"),
    ];
    tags.extend(marks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, name)| Tag::Plain(name)));
    tags
}

/// Writes pieces behind each other, so that elements go on where they can and blanks are single.
#[derive(Default)]
struct Writer {
    html: String,
    plain: String,
    open: Vec<Tag>,
    /// A blank is to come before what comes next.
    blank: bool,
    breaks: usize,
}

impl Writer {
    fn text(&mut self, tags: &[Tag], text: &str, may_link: bool) {
        const BLANKS: [char; 5] = [' ', '\t', '\n', '\r', '\u{3000}'];
        let text = clean(text);
        let words: Vec<&str> = text.split(BLANKS).filter(|word| !word.is_empty()).collect();
        self.blank |= text.starts_with(BLANKS) || words.is_empty();
        if words.is_empty() {
            return;
        }
        let words = words.join(" ");
        self.show(tags, true);
        self.plain.push_str(&words);
        if may_link {
            self.html.push_str(&markup::linked(&words));
        } else {
            markup::escape_text(&mut self.html, &words);
        }
        self.blank = text.ends_with(BLANKS);
    }

    fn html(&mut self, tags: &[Tag], html: &str) {
        self.show(tags, true);
        self.html.push_str(html);
    }

    /// Breaks at the beginning and the end break nothing.
    fn line_break(&mut self) {
        self.breaks += usize::from(!self.html.is_empty());
        self.blank = false;
    }

    /// Opens these elements and closes all others; what is to come before goes outside of both.
    fn show(&mut self, tags: &[Tag], with_blank: bool) {
        let same = self.open.iter().zip(tags).take_while(|(open, tag)| open == tag).count();
        self.close(same);
        for _ in 0..std::mem::take(&mut self.breaks) {
            self.html.push_str("<br>\n");
            self.plain.push(' ');
        }
        if with_blank
            && std::mem::take(&mut self.blank)
            && !self.html.is_empty()
            && !self.html.ends_with('\n')
        {
            self.html.push(' ');
            self.plain.push(' ');
        }
        for tag in &tags[same..] {
            match tag {
                Tag::Plain(name) => self.html.extend(["<", name, ">"]),
                Tag::Link(address) => {
                    self.html.push_str("<a href=\"");
                    markup::escape(&mut self.html, address);
                    self.html.push_str("\">");
                }
            }
            self.open.push(tag.clone());
        }
    }

    fn close(&mut self, keep: usize) {
        for tag in self.open.drain(keep..).rev() {
            let name = if let Tag::Plain(name) = tag { name } else { "a" };
            self.html.extend(["</", name, ">"]);
        }
    }

    fn finish(mut self) -> Rendered {
        self.close(0);
        Rendered { html: self.html, text: self.plain.trim().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(marks: &str) -> Look {
        Look {
            bold: marks.contains('b'),
            italic: marks.contains('i'),
            underlined: marks.contains('u'),
            link: marks.contains('a').then(|| "https://a.vn/".into()),
            ..Look::default()
        }
    }

    #[track_caller]
    fn check(pieces: &[(&str, &str)], html: &str) {
        let mut inline = Inline::default();
        for (marks, text) in pieces {
            match *text {
                "\n" => inline.push_break(),
                text => drop(inline.push_text(&look(marks), text)),
            }
        }
        assert_eq!(inline.render(false).html, html);
    }

    #[test]
    fn pieces_of_one_look_are_one_and_blanks_stand_between_elements() {
        check(
            &[("b", "Lúa "), ("b", "vàng"), ("", " đầy "), ("bi", "đồng")],
            "<strong>Lúa vàng</strong> đầy <strong><em>đồng</em></strong>",
        );
        check(&[("b", "a"), ("bi", " b "), ("b", "c")], "<strong>a <em>b</em> c</strong>");
        check(&[("", "a"), ("b", " "), ("", "b")], "a b");
        check(&[("", "  a\t\u{A0}b  "), ("", "")], "a \u{A0}b");
        check(&[("au", "đây"), ("ab", " nữa")], "<a href=\"https://a.vn/\">đây <strong>nữa</strong></a>");
        check(&[("", "\n"), ("", "a "), ("", "\n"), ("b", " b"), ("", "\n")], "a<br>\n<strong>b</strong>");
        check(&[("", "Xem https://a.vn.")], "Xem <a href=\"https://a.vn/\">https://a.vn</a>.");
    }

    #[test]
    fn marks_go_to_their_letter_over_a_cut() {
        check(&[("b", "Vie"), ("", "\u{323}\u{302}t")], "<strong>Việ</strong>t");
    }
}
