//! HTML made well nested before anything builds a tree of it.
//!
//! A tree builder takes time by depth and length together, and repeats formatting that was never closed in
//! every later paragraph. So the tokens are rewritten first: every element is closed in its order, at most
//! [`DEEPEST_HTML`] are open at a time, what no article needs is gone. The tokens are html5ever's own, so both
//! read the same ones.

use super::bounds::{Excess, Signs};
use super::markup::{escape, escape_text};
use super::{DEEPEST_HTML, MOST_ELEMENTS};
use crate::words::clean;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::{Attribute, LocalName};
use std::cell::RefCell;
use std::collections::HashMap;

/// What is being read: a piece of an article, or a page with a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Piece,
    Page,
}

/// The same HTML, well nested. `Err` when a parser would take too long over it. The attributes of its tags are within
/// bounds already ([`super::bounds::check_attributes`]).
pub(super) fn mend(html: &str, shape: Shape) -> Result<String, Excess> {
    let sink = Mending(RefCell::new(Mended::new(shape, html.len())));
    let tokenizer = Tokenizer::new(sink, Default::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    // The sink never stops for a script, so one feeding is the whole.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let mut mended = tokenizer.sink.0.into_inner();
    mended.close_all();
    match mended.excess {
        Some(excess) => Err(excess),
        None => Ok(mended.html),
    }
}

struct Mending(RefCell<Mended>);

impl TokenSink for Mending {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut mended = self.0.borrow_mut();
        match token {
            _ if mended.excess.is_some() => {}
            Token::TagToken(tag) => match tag.kind {
                TagKind::StartTag => return mended.start(&tag),
                TagKind::EndTag => mended.end(&tag.name),
            },
            Token::CharacterTokens(text) if mended.skipped.is_none() => mended.text.push_str(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

struct Mended {
    html: String,
    shape: Shape,
    /// Text since the last tag.
    text: String,
    open: Vec<LocalName>,
    /// How many open elements of `open` are formatting.
    formatting: usize,
    /// Start tags that were left out; their end tags are still to come.
    left_out: HashMap<LocalName, usize>,
    /// The element whose content is being left out.
    skipped: Option<LocalName>,
    elements: usize,
    signs: Signs,
    excess: Option<Excess>,
}

/// Open formatting elements are what a tree builder repeats; nobody nests more of them.
const MOST_FORMATTING: usize = 16;

impl Mended {
    fn new(shape: Shape, length: usize) -> Self {
        Self {
            html: String::with_capacity(length + length / 8),
            shape,
            text: String::new(),
            open: Vec::new(),
            formatting: 0,
            left_out: HashMap::new(),
            skipped: None,
            elements: 0,
            signs: Signs::default(),
            excess: None,
        }
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if self.skipped.is_some() {
            return TokenSinkResult::Continue;
        }
        if let Some(kind) = raw_text(name) {
            if tag.self_closing {
                // As XHTML writes an empty one. HTML would take the rest of the page for its text.
                return TokenSinkResult::Continue;
            }
            if self.shape == Shape::Page && name == "title" && self.open.is_empty() {
                self.push(tag);
            } else {
                self.skipped = Some(tag.name.clone());
            }
            return TokenSinkResult::RawData(kind);
        }
        // Every address in a set is looked at like one of its own.
        let sets = tag.attrs.iter().filter(|attribute| &*attribute.name.local == "srcset");
        self.elements += 1 + sets.map(|set| set.value.matches(',').count()).sum::<usize>();
        if self.elements > MOST_ELEMENTS {
            self.excess = Some(Excess::Elements);
            return TokenSinkResult::Continue;
        }
        if self.shape == Shape::Page && is_head(name) {
            self.write_start(tag);
        } else if is_void(name) {
            self.close_what_it_ends(name);
            self.write_start(tag);
        } else if is_kept(name) || (self.shape == Shape::Page && is_sectioning(name)) {
            self.close_what_it_ends(name);
            let stray = is_table_part(name) && !self.open.iter().any(|open| &**open == "table");
            let too_much = is_formatting(name) && self.formatting >= MOST_FORMATTING;
            if stray || too_much || self.open.len() >= DEEPEST_HTML {
                *self.left_out.entry(tag.name.clone()).or_default() += 1;
            } else {
                self.push(tag);
            }
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, name: &LocalName) {
        if let Some(skipped) = &self.skipped {
            if skipped == name {
                self.skipped = None;
            }
            return;
        }
        if let Some(count) = self.left_out.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            return;
        }
        if !self.open.contains(name) {
            return;
        }
        let walls: &[&str] = match &**name {
            "table" => &[],
            part if is_table_part(part) => &["table"],
            _ => &["td", "th", "caption", "table"],
        };
        self.close_to(&[&**name], walls);
    }

    /// Closes up to the innermost open element of these names, unless a wall stands before it.
    fn close_to(&mut self, names: &[&str], walls: &[&str]) {
        let found = self.open.iter().rposition(|open| names.contains(&&**open) || walls.contains(&&**open));
        if let Some(at) = found.filter(|at| names.contains(&&*self.open[*at])) {
            while self.open.len() > at {
                self.pop();
            }
        }
    }

    /// An element that HTML lets end without an end tag is ended here, before the one that ends it.
    fn close_what_it_ends(&mut self, name: &str) {
        const CELL: [&str; 4] = ["td", "th", "caption", "table"];
        if ends_paragraph(name) {
            self.close_to(&["p"], &CELL);
        }
        match name {
            "li" => self.close_to(&["li"], &["ul", "ol", "dl", "blockquote", "td", "th", "caption", "table"]),
            "dt" | "dd" => {
                self.close_to(
                    &["dt", "dd"],
                    &["dl", "ul", "ol", "blockquote", "td", "th", "caption", "table"],
                );
            }
            "td" | "th" => self.close_to(&["td", "th", "caption"], &["tr", "table"]),
            "tr" => self.close_to(&["tr", "caption", "colgroup"], &["table"]),
            "thead" | "tbody" | "tfoot" | "caption" | "colgroup" => {
                self.close_to(&["thead", "tbody", "tfoot", "caption", "colgroup"], &["table"]);
                self.close_to(&["tr"], &["table"]);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.close_to(
                    &["h1", "h2", "h3", "h4", "h5", "h6"],
                    &["div", "td", "th", "caption", "table"],
                );
            }
            "a" => self.close_to(&["a"], &CELL),
            "rt" | "rp" => self.close_to(&["rt", "rp"], &["ruby", "td", "th", "caption", "table"]),
            _ => {}
        }
    }

    fn push(&mut self, tag: &Tag) {
        self.write_start(tag);
        self.formatting += usize::from(is_formatting(&tag.name));
        self.open.push(tag.name.clone());
    }

    fn pop(&mut self) {
        self.write_text();
        if let Some(name) = self.open.pop() {
            self.formatting -= usize::from(is_formatting(&name));
            self.html.extend(["</", &name, ">"]);
        }
    }

    fn close_all(&mut self) {
        self.write_text();
        while !self.open.is_empty() {
            self.pop();
        }
    }

    fn write_start(&mut self, tag: &Tag) {
        self.write_text();
        self.html.extend(["<", &tag.name]);
        for Attribute { name, value } in &tag.attrs {
            let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
            if name.local.chars().all(sound) {
                self.html.extend([" ", &name.local, "=\""]);
                let value = clean(value);
                self.excess = self.excess.or(self.signs.take(&value).err());
                escape(&mut self.html, &value);
                self.html.push('"');
            }
        }
        if &*tag.name == "img" && !tag.attrs.iter().any(|attribute| &*attribute.name.local == "alt") {
            // Without one, screen readers read the file's name.
            self.html.push_str(" alt=\"\"");
        }
        self.html.push('>');
    }

    fn write_text(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = clean(&self.text);
        self.text.clear();
        self.excess = self.excess.or(self.signs.take(&text).err());
        // Behind a tag's `>` this mark would make one letter with it when somebody normalises the whole.
        escape_text(&mut self.html, text.trim_start_matches('\u{338}'));
    }
}

/// Elements with text that is not for reading, and how their content is told from tags.
fn raw_text(name: &str) -> Option<RawKind> {
    match name {
        "title" | "textarea" => Some(RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => Some(RawKind::Rawtext),
        "script" => Some(RawKind::ScriptData),
        _ => None,
    }
}

fn is_head(name: &str) -> bool {
    matches!(name, "html" | "head" | "body" | "meta" | "link")
}

fn is_sectioning(name: &str) -> bool {
    matches!(name, "article" | "main" | "section" | "header" | "footer" | "nav" | "form" | "aside")
}

fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr" | "source" | "col")
}

fn is_table_part(name: &str) -> bool {
    matches!(name, "td" | "th" | "tr" | "thead" | "tbody" | "tfoot" | "caption" | "colgroup" | "col")
}

fn is_formatting(name: &str) -> bool {
    matches!(name, "a" | "b" | "code" | "em" | "i" | "s" | "small" | "strike" | "strong" | "u")
}

/// The elements an article may have, besides the void ones.
fn is_kept(name: &str) -> bool {
    super::sanitise::ELEMENTS.contains(&name)
}

/// The start tags before which an open paragraph ends (HTML, 13.1.2.4).
fn ends_paragraph(name: &str) -> bool {
    is_sectioning(name)
        || matches!(
            name,
            "blockquote"
                | "details"
                | "summary"
                | "div"
                | "dl"
                | "dt"
                | "dd"
                | "figcaption"
                | "figure"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "hr"
                | "li"
                | "ol"
                | "p"
                | "pre"
                | "table"
                | "ul"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, mended: &str) {
        assert_eq!(mend(html, Shape::Piece).as_deref(), Ok(mended));
        assert_eq!(mend(mended, Shape::Piece).as_deref(), Ok(mended), "again");
    }

    #[test]
    fn every_element_is_closed_in_its_order() {
        check("<p>một<p>hai", "<p>một</p><p>hai</p>");
        check("<b>một<i>hai</b>ba</i>", "<b>một<i>hai</i></b>ba");
        check("<p><b>một</p><p>hai</p>", "<p><b>một</b></p><p>hai</p>");
        check("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>");
        check(
            "<table><tr><td>a<td>b<tr><td>c</table>",
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        );
        check("<td>a</td></div></p>b", "ab");
        check("<P CLASS='x\"<' on\"click=1>a", "<p class=\"x&quot;&lt;\">a</p>");
        check("<svg><title>x</title><p>chữ</svg><script>a</p></script>", "<p>chữ</p>");
        check("<!-- <p> --><![CDATA[<b>]]>a&#8;b&lt;", "]]&gt;ab&lt;");
    }

    #[test]
    fn depth_is_bounded_and_the_text_stays() {
        let deep = format!("{}chữ{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
        let mended = mend(&deep, Shape::Piece).expect("within bounds");
        assert_eq!(mended.matches("<div>").count(), DEEPEST_HTML);
        assert_eq!(mended.matches("</div>").count(), DEEPEST_HTML);
        assert!(mended.contains("chữ"));
    }
}
