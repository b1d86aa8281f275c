//! Texts without their pictures, for feeds that were agreed on without.

use crate::words::{Piece, pieces};
use std::borrow::Cow;

/// A sanitised text without its pictures: each goes with the figure it stands in, caption included, and with what would
/// be left empty around it. All other text stays.
pub(super) fn without(html: &str) -> Cow<'_, str> {
    if !["<img", "<picture", " poster="].iter().any(|sign| html.contains(sign)) {
        return Cow::Borrowed(html);
    }
    let mut left = Left { html: String::with_capacity(html.len()), open: Vec::new() };
    pieces(html).for_each(|piece| left.take(piece));
    Cow::Owned(left.html.trim().to_owned())
}

/// What is left of a text so far.
struct Left<'a> {
    html: String,
    open: Vec<Open<'a>>,
}

/// An element that has not ended yet.
struct Open<'a> {
    name: &'a str,
    begins: usize,
    had_picture: bool,
    /// Whether there is anything to see in it but what a picture is called.
    is_filled: bool,
}

impl<'a> Left<'a> {
    fn take(&mut self, piece: Piece<'a>) {
        match piece {
            Piece::Text(text) => {
                let is_seen = !text.trim().is_empty() && !self.is_within("figcaption");
                self.add(text, is_seen);
            }
            Piece::Start("img", _) => self.open.iter_mut().for_each(|open| open.had_picture = true),
            Piece::Start("source", _) if self.is_within("picture") => {}
            Piece::Start(name @ ("br" | "col" | "hr" | "source" | "wbr"), tag) => self.add(tag, name == "hr"),
            Piece::Start(name, tag) => {
                let is_filled = matches!(name, "audio" | "video");
                self.open.push(Open { name, begins: self.html.len(), had_picture: false, is_filled });
                match name {
                    "picture" => self.open.iter_mut().for_each(|open| open.had_picture = true),
                    "video" => self.html.push_str(&without_poster(tag)),
                    _ => self.html.push_str(tag),
                }
            }
            Piece::End(_, tag) => self.end(tag),
        }
    }

    fn is_within(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    fn add(&mut self, written: &str, is_seen: bool) {
        self.html.push_str(written);
        if let Some(open) = self.open.last_mut() {
            open.is_filled |= is_seen;
        }
    }

    fn end(&mut self, tag: &str) {
        let Some(open) = self.open.pop() else { return };
        let goes = open.had_picture && !open.is_filled && !has_its_place(open.name);
        match open.name {
            _ if goes => self.html.truncate(open.begins),
            "picture" => {}
            _ => self.html.push_str(tag),
        }
        if let Some(around) = self.open.last_mut() {
            around.is_filled |= open.is_filled;
        }
    }
}

/// Whether what stands beside such an element would move if it went.
fn has_its_place(name: &str) -> bool {
    matches!(name, "td" | "th" | "tr" | "thead" | "tbody" | "tfoot" | "colgroup" | "dt" | "dd" | "summary")
}

fn without_poster(tag: &str) -> String {
    const POSTER: &str = " poster=\"";
    let Some((before, value)) = tag.split_once(POSTER) else { return tag.to_owned() };
    let after = value.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_picture_goes_with_its_figure_and_all_other_text_stays() {
        let table = [
            ("<p>Lúa <b>vàng</b></p>", "<p>Lúa <b>vàng</b></p>"),
            (
                "<p>a</p>\n<figure><img src=\"x\"><figcaption>Ảnh: <i>Văn A</i></figcaption></figure>\n<p>b</p>",
                "<p>a</p>\n\n<p>b</p>",
            ),
            ("<p><a href=\"x\"><img src=\"x\" alt=\"1 > 0\"></a></p><p>b</p>", "<p>b</p>"),
            ("<p>trước <img src=\"x\"> sau</p>", "<p>trước  sau</p>"),
            ("<picture><source srcset=\"x\"><img src=\"x\"></picture><hr>", "<hr>"),
            ("<ul><li><img src=\"x\"></li><li>b</li></ul>", "<ul><li>b</li></ul>"),
            (
                "<table><tr><td><img src=\"x\"></td><td>b</td></tr></table>",
                "<table><tr><td></td><td>b</td></tr></table>",
            ),
            ("<table><tr><td><img src=\"x\"></td></tr></table>", ""),
            (
                "<figure><video src=\"x\" poster=\"y\" controls=\"\"></video><img src=\"x\"><figcaption>c</figcaption></figure>",
                "<figure><video src=\"x\" controls=\"\"></video><figcaption>c</figcaption></figure>",
            ),
            ("<blockquote><figure><img src=\"x\"></figure></blockquote>b", "b"),
            ("<img src=\"x\">", ""),
        ];
        for (html, expected) in table {
            assert_eq!(without(html), expected, "{html}");
        }
    }

    /// The text that is not in a figure, without white space.
    fn text_beside_figures(html: &str) -> String {
        let mut figures = 0;
        let texts = pieces(html).filter_map(|piece| match piece {
            Piece::Start("figure", _) => {
                figures += 1;
                None
            }
            Piece::End("figure", _) => {
                figures -= 1;
                None
            }
            Piece::Text(text) if figures == 0 => Some(text),
            _ => None,
        });
        texts.flat_map(str::split_whitespace).collect()
    }

    fn is_well_nested(html: &str) -> bool {
        let mut open = Vec::new();
        let fits = pieces(html).all(|piece| match piece {
            Piece::Text(text) => !text.contains(['<', '>']),
            Piece::Start("img" | "br" | "hr" | "source", _) => true,
            Piece::Start(name, _) => {
                open.push(name);
                true
            }
            Piece::End(name, _) => open.pop() == Some(name),
        });
        fits && open.is_empty()
    }

    fn html() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            4 => "[a-zđễ \n]{0,6}",
            2 => Just("<img src=\"a.jpg\" alt=\"a > b\">".to_owned()),
            1 => Just("<br>".to_owned()),
            1 => Just("<hr>".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let name = prop::sample::select(
                &[
                    "p",
                    "b",
                    "a",
                    "div",
                    "ul",
                    "li",
                    "table",
                    "tr",
                    "td",
                    "figure",
                    "picture",
                    "video",
                    "blockquote",
                ][..],
            );
            let inside = prop::collection::vec(inner, 0..4).prop_map(|parts| parts.concat());
            (name, inside, any::<bool>()).prop_map(|(name, inside, called)| match (name, called) {
                ("figure", true) => format!("<figure>{inside}<figcaption>{inside}</figcaption></figure>"),
                _ => format!("<{name}>{inside}</{name}>"),
            })
        })
    }

    proptest! {
        #[test]
        fn what_is_left_is_sound_and_says_the_same(html in html()) {
            let left = without(&html).into_owned();
            prop_assert!(!left.contains("<img") && !left.contains("<picture"), "{}", left);
            prop_assert!(is_well_nested(&left), "{}", left);
            prop_assert_eq!(text_beside_figures(&left), text_beside_figures(&html));
            prop_assert_eq!(without(&left), &*left);
        }
    }
}
