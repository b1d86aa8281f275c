//! Bytes in, words out: what a dropped file says, or what is wrong with it. No disk, no clock, no network:
//! the same bytes under the same name always read the same.

mod addresses;
mod bounds;
mod correction;
mod date_parts;
mod dates;
mod decode;
mod enclosure;
mod fields;
mod flat;
mod front_matter;
mod html_file;
mod legacy;
mod lenient;
mod markdown;
mod markup;
pub mod names;
mod nesting;
mod newspaper;
mod places;
mod preface;
mod queries;
mod sanitise;
mod simple;
mod tail;
mod values;
mod word;
mod written;
mod yaml;

#[cfg(test)]
mod tests;

pub use dates::{Moment, moment};
pub use names::{Kind, Names, Role};
pub use preface::{LONGEST_PREFACE, PREFACES, Preface, preface, round_up_of};
pub use queries::Queries;

use written::Written;

use crate::words::{
    Article, ContentPath, Fingerprint, Id, Problem, Site, Slug, Term, Text, Timestamp, clean,
};
use bytes::Bytes;

/// The most bytes a text may have: 1 MiB. A newspaper's longest report has a tenth of that.
pub const LONGEST_TEXT: usize = 1024 * 1024;
/// The most bytes front matter may have: 64 KiB.
pub const LONGEST_FRONT_MATTER: usize = 64 * 1024;
/// How deep lists and tables of front matter may be nested.
pub const DEEPEST_FRONT_MATTER: usize = 16;
/// How deep HTML elements may be nested; the tags of deeper ones are dropped and their text stays.
pub const DEEPEST_HTML: usize = 256;
/// How many elements (paragraphs, headings, links, cells, line breaks) an article may have. A table of three
/// thousand rows and eight columns fits in.
pub const MOST_ELEMENTS: usize = 30_000;
/// How many attributes one HTML tag may have.
pub const MOST_ATTRIBUTES: usize = 1_000;
/// How many quotations and lists one line of Markdown may open at its beginning.
pub const MOST_MARKERS: usize = 128;
/// How many of the signs `&`, `<` and `>` and of no-break spaces an article may have in its text.
pub const MOST_SIGNS: usize = 100_000;
/// How many `&` and no-break spaces may stand between two tags.
pub const MOST_SIGNS_IN_ONE_TEXT: usize = 2_000;
/// The most bytes a Word file may have: 20 MiB; and what may come out of it in all: 64 MiB.
pub const LONGEST_PACKED: usize = 20 << 20;
/// The most bytes that may come out of a Word file.
pub const LONGEST_UNPACKED: usize = 64 << 20;
/// How many members a Word file may be made of.
pub const MOST_MEMBERS: usize = 2_000;
/// How many times its length a member may become that becomes longer than [`SQUEEZED_FROM`].
pub const MOST_SQUEEZED: usize = 200;
/// Up to how many bytes nobody minds how far a member was squeezed.
pub const SQUEEZED_FROM: usize = 1 << 20;
/// How deep the XML in a Word file may be nested. Word nests a text box in a table in a text box in fifty elements.
pub const DEEPEST_XML: usize = 256;
/// How many pictures of a Word file are taken out.
pub const MOST_PICTURES: usize = 200;
/// The most bytes one of them may have.
pub const LONGEST_PICTURE: usize = 15 << 20;
/// How many pixels one of them may have.
pub const MOST_PIXELS: usize = 50_000_000;
/// About how many characters a summary has that is taken from the text.
pub const SUMMARY_LENGTH: usize = 300;

/// One file as the folder handed it over.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Where it is.
    pub path: &'a ContentPath,
    /// What it holds.
    pub bytes: &'a [u8],
    /// The media files in the same folder.
    pub beside: &'a [Beside],
}

/// A media file in the same folder as an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Where it is.
    pub path: ContentPath,
    /// Its length in bytes.
    pub length: u64,
}

/// A picture that was in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The path it is served by: below that of its file, and another one for every content.
    pub path: ContentPath,
    /// Its media type.
    pub media_type: &'static str,
    /// What names its bytes.
    pub content: Fingerprint,
    /// Its bytes.
    pub bytes: Bytes,
}

/// What a file said, and what could be better about it; it is published all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it said.
    pub article: Article,
    /// The pictures that were in it.
    pub pictures: Vec<Picture>,
    /// What could be better.
    pub remarks: Vec<Problem>,
}

/// What places an article: everything [`read`] gives that does not depend on its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The headline.
    pub title: String,
    /// When the file says it was published.
    pub published: Option<Timestamp>,
    /// When the file says it was last changed for its readers.
    pub updated: Option<Timestamp>,
    /// Where it is filed; never empty.
    pub categories: Vec<Term>,
    /// Further key words.
    pub tags: Vec<Term>,
    /// The people who wrote it.
    pub authors: Vec<Term>,
    /// The name it would like in its address.
    pub slug: Slug,
    /// The id it brings along.
    pub id: Option<Id>,
    /// Not to be published yet.
    pub draft: bool,
}

/// What the place of a file says when the file itself is silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Placing {
    /// The category: that of its folder, or the site's usual one.
    pub category: Term,
    /// Whether that is its folder's.
    pub by_folder: bool,
    /// The day in its name, or in those of its folders.
    pub published: Option<Timestamp>,
}

/// What the place of a file says.
pub fn placing(path: &ContentPath, site: &Site) -> Placing {
    let of_folder = places::category(path).and_then(|label| Term::parse(&label));
    Placing {
        by_folder: of_folder.is_some(),
        category: of_folder.unwrap_or_else(|| site.default_category.clone()),
        published: places::published(path, &site.zone),
    }
}

/// Reads what places an article that comes out and stays, in a tenth of the time that [`read`] takes and with the same outcome, unless
/// `read` then finds too much of something in the text. `Ok(None)` when only the whole file tells.
pub fn head(source: &Source<'_>, site: &Site) -> Result<Option<Head>, Problem> {
    head_of(source, site).map_err(Problem::as_error)
}

fn head_of(source: &Source<'_>, site: &Site) -> Result<Option<Head>, Problem> {
    let path = source.path;
    // They are told when the whole is read.
    let mut remarks = Vec::new();
    let written = match kind(path) {
        Kind::Newspaper => {
            let text = decode::text(path, source.bytes, &mut remarks)?;
            let (written, body) = newspaper::head(path, &text, &site.zone, &mut remarks)?;
            let is_corrected = body.last().is_some_and(|line| correction::note(line.text).is_some());
            (!is_corrected).then_some(written)
        }
        Kind::Markdown => {
            let text = decode::as_written(path, source.bytes, &mut remarks)?;
            match correction::ends(&text) {
                true => None,
                false => markdown::head(path, &text, &site.zone, &mut remarks)?,
            }
        }
        Kind::Html => {
            decode::as_written(path, source.bytes, &mut remarks)?;
            None
        }
        Kind::Word => None,
        Kind::Foreign => return Err(word::foreign(path)),
    };
    let written = written.filter(Written::is_plain);
    Ok(written.map(|written| written.head(path, site, &mut remarks)))
}

fn kind(path: &ContentPath) -> Kind {
    Kind::of(path).unwrap_or(Kind::Newspaper)
}

/// Reads one file. `Err` means that it cannot be published as it is, and the last good version stays.
pub fn read(source: &Source<'_>, site: &Site) -> Result<Reading, Problem> {
    whole(source, site).map_err(Problem::as_error)
}

fn whole(source: &Source<'_>, site: &Site) -> Result<Reading, Problem> {
    let path = source.path;
    let (mut remarks, mut pictures) = (Vec::new(), Vec::new());
    // Of a file that is no text there are no lines to find words in.
    let text = match kind(path) {
        Kind::Newspaper | Kind::Markdown | Kind::Html => decode::text(path, source.bytes, &mut remarks)?,
        Kind::Word | Kind::Foreign => String::new(),
    };
    let (written, html) = match kind(path) {
        Kind::Newspaper => newspaper::read(path, &text, &site.zone, &mut remarks)?,
        Kind::Markdown => markdown::read(path, &text, &site.zone, &mut remarks)?,
        Kind::Html => html_file::read(path, &text, &site.zone, &mut remarks)?,
        Kind::Word => {
            let (written, html, within) = word::read(path, source.bytes, &site.zone, &mut remarks)?;
            pictures = within;
            (written, html)
        }
        Kind::Foreign => return Err(word::foreign(path)),
    };
    let article = written.complete(&html, source, site, &mut remarks)?;
    if article.html.is_empty() && article.canonical.is_none() && article.enclosure.is_none() {
        remarks.push(Problem::new(
            path,
            Text::new("bài không có nội dung, chỉ có tiêu đề", "the article has no text, only a title"),
            Text::new(
                "Hãy xem lại tệp: phần nội dung có nằm dưới tiêu đề không?",
                "Look at the file: does the text stand below the title?",
            ),
        ));
    }
    remarks.iter_mut().for_each(|remark| locate(remark, &text));
    Ok(Reading { article, pictures, remarks })
}

/// Finds the line of a remark that names words only: the first statement that says them and nothing else, or else
/// the first line that has them in it.
fn locate(remark: &mut Problem, text: &str) {
    let (None, Some(words)) = (remark.line, &remark.about) else { return };
    let states = |line: &str| {
        let value = line.split_once([':', '=']).map_or(line, |(_, value)| value);
        value.trim_matches(|c: char| c.is_whitespace() || "\"'[],-".contains(c)) == words
    };
    let mut lines = text.lines();
    let at = text.lines().position(states).or_else(|| lines.position(|line| line.contains(words.as_str())));
    remark.line = at.and_then(|at| u32::try_from(at + 1).ok());
}

/// The text of a file as the lines and words of problems count in it; `None` when it is none that bantin can read.
pub fn text(source: &Source<'_>) -> Option<String> {
    decode::as_written(source.path, source.bytes, &mut Vec::new()).ok().map(|text| clean(&text))
}
