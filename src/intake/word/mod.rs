//! What was written in a word processor: `.docx` and `.odt`. Their text is found by the shape of a newspaper's, as in
//! plain text; their pictures are taken out.

mod album;
mod docx;
mod fault;
mod flow;
mod inline;
mod links;
mod numbering;
mod odt;
mod package;
mod parts;
mod relations;
mod styles;
mod table;
mod xml;

#[cfg(test)]
mod tests;

pub(super) use fault::foreign;

use super::newspaper::{self, Line};
use super::written::{Written, one_line, shortened};
use super::{Picture, SUMMARY_LENGTH, correction, dates, decode, fields, legacy, places};
use crate::words::{ContentPath, Problem, Text, Zone};
use album::Album;
use fault::Fault;
use flow::{Block, Shape};
use package::Package;
use parts::{Content, Properties};
use std::collections::HashSet;
use std::ops::Range;

/// Among how many lines at the top a title is looked for that is marked as one.
const TITLE_LINES: usize = 8;

/// Reads a Word file: what it says of itself, its text as HTML, and its pictures.
pub(super) fn read(
    path: &ContentPath,
    bytes: &[u8],
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<(Written, String, Vec<Picture>), Problem> {
    if bytes.is_empty() {
        return Err(decode::empty(path));
    }
    let mut album = Album::new(path);
    let content = content(bytes, &mut album).map_err(|fault| fault.in_file(path))?;
    let (pictures, left_out) = album.finish();
    remarks.extend(left_out);
    let Content { flow, notes, properties } = content;
    let blocks = flow.blocks();
    if blocks.iter().all(|block| block.shape == Shape::Blank) {
        // A picture that cannot be shown is all there is.
        return Err(remarks.pop().unwrap_or_else(|| decode::empty(path)));
    }
    // Letters of an old font that were given another one: nobody can read them, and each run alone tells too little.
    let text: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    if let Some(legacy) = legacy::disguised(&text.join("\n")) {
        return Err(fault::disguised(path, legacy.name()));
    }
    let Front { mut written, mut body, borrowed_title } = front(path, &blocks, zone, remarks)?;
    // Below the text come its notes, but a correction comes after everything.
    if let Some(last) = body.pop_if(|last| correction::note(&last.text).is_some()) {
        written.correction = written.correction.or_else(|| correction::note(&last.text));
    }
    let taken = fill_in(&mut written, properties.meant(), borrowed_title, path, zone);
    remarks.extend(fault::from_properties(path, &taken));
    // The marks of notes are no part of a summary.
    let is_lead = |block: &&&Block| matches!(block.shape, Shape::Paragraph | Shape::Solid);
    let lead = body.iter().filter(is_lead).find(|block| block.text.chars().any(char::is_alphanumeric));
    if written.summary.is_none() && !notes.is_empty() {
        written.summary = lead.map(|lead| shortened(&lead.text, SUMMARY_LENGTH));
    }
    let mut html: Vec<&str> = body.into_iter().map(|block| block.html.as_str()).collect();
    html.push(&notes);
    html.retain(|html| !html.is_empty());
    Ok((written, html.join("\n"), pictures))
}

fn content(bytes: &[u8], album: &mut Album<'_>) -> Result<Content, Fault> {
    let mut package = Package::open(bytes)?;
    // The names of what Word and LibreOffice write their programs into.
    let is_program = |name: &str| {
        name.ends_with("vbaproject.bin")
            || (name.starts_with("basic/") || name.starts_with("scripts/"))
                && !name.ends_with('/')
                && !name.ends_with("script-lc.xml")
                && !name.ends_with("script-lb.xml")
    };
    if package.names().any(is_program) {
        return Err(Fault::Macros);
    }
    if let Some(content) = odt::read(&mut package, album)? {
        return Ok(content);
    }
    docx::read(&mut package, album)?.ok_or(Fault::OtherPackage)
}

/// What stands at the top and the end of a text, and what is left of it.
struct Front<'b> {
    written: Written,
    body: Vec<&'b Block>,
    /// Whether the title is only the beginning of the text.
    borrowed_title: bool,
}

fn front<'b>(
    path: &ContentPath,
    blocks: &'b [Block],
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<Front<'b>, Problem> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut title: Option<Range<usize>> = None;
    let mut after_blank = false;
    for (number, block) in (1..).zip(blocks) {
        match block.shape {
            Shape::Blank => after_blank = true,
            Shape::Picture => {}
            // Notes alone, or formulas that say nothing.
            _ if block.text.is_empty() => {}
            shape => {
                let at = lines.len();
                match &mut title {
                    Some(title) if shape == Shape::Title && title.end == at => title.end += 1,
                    None if shape == Shape::Title && at < TITLE_LINES => title = Some(at..at + 1),
                    None if shape == Shape::Heading && at == 0 => title = Some(0..1),
                    _ => {}
                }
                lines.push(Line { text: &block.text, number, after_blank, is_solid: shape == Shape::Solid });
                after_blank = false;
            }
        }
    }
    let text: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    let told: HashSet<u32> = lines.iter().map(|line| line.number).collect();
    let first = lines.first().map(|line| line.number);
    let is_marked = title.is_some();
    let (written, left) = newspaper::head_of(path, &text.join("\n"), lines, title, zone, remarks)?;
    let left: HashSet<u32> = left.iter().map(|line| line.number).collect();
    let is_left = |number: &u32| !told.contains(number) || left.contains(number);
    let body = (1..).zip(blocks).filter(|(number, _)| is_left(number)).map(|(_, block)| block).collect();
    let borrowed_title = !is_marked && first.is_some_and(|first| left.contains(&first));
    Ok(Front { written, body, borrowed_title })
}

/// What the text does not say is taken from the document's properties; but of its times only that of its making. Gives
/// back what that is, but for key words.
fn fill_in(
    written: &mut Written,
    properties: Properties,
    borrowed_title: bool,
    path: &ContentPath,
    zone: &Zone,
) -> Vec<Text> {
    let mut taken = Vec::new();
    let Properties { title, author, created, category, keywords } = properties;
    let (title, category) = (one_line(&title), one_line(&category));
    if (written.title.is_none() || borrowed_title) && !title.is_empty() {
        written.title = Some(title);
        taken.push(Text::new("tựa đề", "the title"));
    }
    if written.authors.is_empty() {
        written.authors = fields::divided(&one_line(&author));
        taken.extend((!written.authors.is_empty()).then(|| Text::new("tác giả", "the author")));
    }
    if written.categories.is_empty() && !category.is_empty() && places::category(path).is_none() {
        written.categories.push(category);
        taken.push(Text::new("chuyên mục", "the category"));
    }
    if written.tags.is_empty() {
        written.tags = keywords.iter().map(|word| one_line(word)).filter(|word| !word.is_empty()).collect();
    }
    // A name or a place that tells the day was given on purpose.
    if written.published.is_none() && places::published(path, zone).is_none() {
        let created = created.trim();
        // OpenDocument writes fractions of a second, and no zone.
        let whole = created.split_once('.').map_or(created, |(whole, _)| whole);
        written.published = dates::parse(created, zone).or_else(|_| dates::parse(whole, zone)).ok();
        taken.extend(written.published.map(|_| Text::new("ngày đăng", "the date")));
    }
    taken
}
