//! Paragraphs, lists and tables behind each other, and the blocks they make together.

use super::inline::{Inline, Rendered};
use super::table::Table;
use std::fmt::Write;

/// What a paragraph is by its style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Text,
    Title,
    /// A heading of this level, from 1.
    Heading(u8),
    Quote,
    Caption,
    /// A line of a table of contents, which names pages.
    Contents,
}

/// What stands before an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// How deep the list is nested, from 0.
    pub level: u8,
    /// How its items are counted, and which number this one has; `None` for a dot or a dash.
    pub counted: Option<(Counting, u32)>,
    /// Which list it belongs to.
    pub list: u32,
}

/// How the items of a list are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    Numbers,
    SmallLetters,
    Letters,
    SmallRoman,
    Roman,
}

impl Counting {
    /// As HTML names it.
    fn kind(self) -> Option<&'static str> {
        match self {
            Counting::Numbers => None,
            Counting::SmallLetters => Some("a"),
            Counting::Letters => Some("A"),
            Counting::SmallRoman => Some("i"),
            Counting::Roman => Some("I"),
        }
    }
}

enum Piece {
    Blank,
    Paragraph(Role, Inline),
    Item(Marker, Inline),
    /// A further paragraph of the item before.
    More(Inline),
    Table(Table),
}

/// What stands behind each other in a document, a cell or a note.
#[derive(Default)]
pub(super) struct Flow(Vec<Piece>);

/// A part of the article that stands on its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub shape: Shape,
    /// On one line, without any look.
    pub text: String,
    pub html: String,
}

/// What a block may be besides text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Blank,
    Title,
    Heading,
    Paragraph,
    Picture,
    /// A list, a table, a quotation: part of the text wherever it stands.
    Solid,
}

impl Flow {
    /// Adds a paragraph; blank ones next to each other are one.
    pub(super) fn paragraph(&mut self, role: Role, inline: Inline) {
        if role == Role::Caption && !inline.is_empty() {
            // LibreOffice puts a picture and what stands below it into one paragraph.
            let (pictures, caption) = inline.divided();
            let parts = [(Role::Text, pictures), (role, caption)];
            self.0.extend(
                parts
                    .into_iter()
                    .filter(|(_, part)| !part.is_empty())
                    .map(|(role, part)| Piece::Paragraph(role, part)),
            );
        } else if !inline.is_empty() {
            self.0.push(Piece::Paragraph(role, inline));
        } else if !matches!(self.0.last(), None | Some(Piece::Blank)) {
            self.0.push(Piece::Blank);
        }
    }

    pub(super) fn item(&mut self, marker: Marker, inline: Inline) {
        if !inline.is_empty() {
            self.0.push(Piece::Item(marker, inline));
        }
    }

    /// A further paragraph of an item.
    pub(super) fn more(&mut self, inline: Inline) {
        if !inline.is_empty() {
            self.0.push(Piece::More(inline));
        }
    }

    /// One of a single column only frames what is in it.
    pub(super) fn table(&mut self, table: Table) {
        match table.single_column() {
            Ok(cells) => cells.into_iter().for_each(|cell| self.append(cell)),
            Err(table) => self.0.push(Piece::Table(table)),
        }
    }

    pub(super) fn append(&mut self, mut other: Flow) {
        self.0.append(&mut other.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Blank))
    }

    /// The blocks, in their order.
    pub(super) fn blocks(self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut pieces = self.0.into_iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Blank => {
                    blocks.push(Block { shape: Shape::Blank, text: String::new(), html: String::new() })
                }
                Piece::Paragraph(Role::Quote, inline) => {
                    let mut quoted = vec![inline];
                    while let Some(Piece::Paragraph(_, inline)) =
                        pieces.next_if(|next| matches!(next, Piece::Paragraph(Role::Quote, _)))
                    {
                        quoted.push(inline);
                    }
                    blocks.push(quotation(&quoted));
                }
                Piece::Paragraph(Role::Caption, inline) => match blocks.last_mut() {
                    Some(picture) if picture.shape == Shape::Picture => put_below(picture, &inline),
                    _ => blocks.push(paragraph(Role::Text, &inline)),
                },
                Piece::Paragraph(role, inline) => blocks.push(paragraph(role, &inline)),
                Piece::More(inline) => blocks.push(paragraph(Role::Text, &inline)),
                Piece::Item(marker, inline) => {
                    let mut list = List::default();
                    list.item(marker, &inline);
                    while let Some(next) =
                        pieces.next_if(|next| matches!(next, Piece::Item(..) | Piece::More(_)))
                    {
                        match next {
                            Piece::Item(marker, inline) => list.item(marker, &inline),
                            Piece::More(inline) => list.more(&inline),
                            Piece::Blank | Piece::Paragraph(..) | Piece::Table(_) => {}
                        }
                    }
                    blocks.push(list.finish());
                }
                Piece::Table(table) => {
                    let (html, text) = table.render();
                    blocks.push(Block { shape: Shape::Solid, text, html });
                }
            }
        }
        blocks
    }

    /// What stands in a cell or a note: a single paragraph without an element around it.
    pub(super) fn render(self) -> Rendered {
        if let [Piece::Paragraph(Role::Text, inline)] = self.0.as_slice() {
            return inline.render(false);
        }
        let blocks = self.blocks();
        let join = |part: fn(&Block) -> &str, by: &str| {
            blocks.iter().map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(by)
        };
        Rendered { html: join(|block| &block.html, "\n"), text: join(|block| &block.text, " ") }
    }
}

fn paragraph(role: Role, inline: &Inline) -> Block {
    if role == Role::Contents {
        return Block { shape: Shape::Blank, text: String::new(), html: String::new() };
    }
    let is_heading = matches!(role, Role::Title | Role::Heading(_));
    let Rendered { html, text } = inline.render(is_heading);
    if inline.is_picture() {
        return Block { shape: Shape::Picture, text, html: format!("<figure>{html}</figure>") };
    }
    match role {
        // The page has the article's title in its only heading of the first level.
        Role::Title => Block { shape: Shape::Title, text, html: format!("<h2>{html}</h2>") },
        Role::Heading(level) => {
            let level = level.saturating_add(1).clamp(2, 6);
            Block { shape: Shape::Heading, text, html: format!("<h{level}>{html}</h{level}>") }
        }
        Role::Text | Role::Quote | Role::Caption | Role::Contents => {
            Block { shape: Shape::Paragraph, text, html: format!("<p>{html}</p>") }
        }
    }
}

fn quotation(quoted: &[Inline]) -> Block {
    let (mut html, mut texts) = (String::from("<blockquote>\n"), Vec::new());
    for inline in quoted {
        let rendered = inline.render(false);
        let _ = writeln!(html, "<p>{}</p>", rendered.html);
        texts.push(rendered.text);
    }
    html.push_str("</blockquote>");
    Block { shape: Shape::Solid, text: texts.join(" "), html }
}

fn put_below(picture: &mut Block, caption: &Inline) {
    let Rendered { html, text } = caption.render(false);
    let inside = picture.html.strip_suffix("</figure>").unwrap_or(&picture.html);
    picture.html = format!("{inside}<figcaption>{html}</figcaption></figure>");
    picture.text = text;
}

/// A list being written.
#[derive(Default)]
struct List {
    html: String,
    texts: Vec<String>,
    open: Vec<Marker>,
}

impl List {
    fn item(&mut self, marker: Marker, inline: &Inline) {
        let Rendered { html, text } = inline.render(false);
        self.close_below(marker.level);
        match self.open.last() {
            Some(last) if last.level == marker.level && goes_on(last, &marker) => {
                self.html.push_str("</li>\n<li>");
            }
            Some(last) if last.level == marker.level => {
                self.close_last();
                if !self.open.is_empty() || !self.html.is_empty() {
                    self.html.push('\n');
                }
                self.begin(marker);
            }
            _ => {
                if !self.html.is_empty() {
                    self.html.push('\n');
                }
                self.begin(marker);
            }
        }
        self.html.push_str(&html);
        self.texts.push(text);
    }

    fn more(&mut self, inline: &Inline) {
        let Rendered { html, text } = inline.render(false);
        self.html.push_str("<br>\n");
        self.html.push_str(&html);
        self.texts.push(text);
    }

    fn begin(&mut self, marker: Marker) {
        match marker.counted {
            None => self.html.push_str("<ul>\n<li>"),
            Some((counting, number)) => {
                self.html.push_str("<ol");
                if number != 1 {
                    let _ = write!(self.html, " start=\"{number}\"");
                }
                if let Some(kind) = counting.kind() {
                    let _ = write!(self.html, " type=\"{kind}\"");
                }
                self.html.push_str(">\n<li>");
            }
        }
        self.open.push(marker);
    }

    fn close_below(&mut self, level: u8) {
        while self.open.last().is_some_and(|last| last.level > level) && self.open.len() > 1 {
            self.close_last();
            self.html.push('\n');
        }
        // A list that begins deeper than it goes on.
        if let [only] = self.open.as_mut_slice() {
            only.level = only.level.min(level);
        }
    }

    fn close_last(&mut self) {
        if let Some(last) = self.open.pop() {
            self.html.push_str(if last.counted.is_some() { "</li>\n</ol>" } else { "</li>\n</ul>" });
        }
    }

    fn finish(mut self) -> Block {
        while !self.open.is_empty() {
            self.close_last();
            if !self.open.is_empty() {
                self.html.push('\n');
            }
        }
        Block { shape: Shape::Solid, text: self.texts.join(" "), html: self.html }
    }
}

/// Whether the list that this item began has the other in it: one number further, if it counts.
fn goes_on(first: &Marker, next: &Marker) -> bool {
    match (first.counted, next.counted) {
        (None, None) => true,
        (Some((one, _)), Some((other, _))) => one == other && first.list == next.list,
        _ => false,
    }
}
