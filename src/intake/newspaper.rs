//! Newspaper text, as copied from a paper's page: category, title, date, paragraphs, byline, publication, each
//! on lines of their own and most of them optional. What it is goes by its shape and its place.

use super::tail;
use super::written::{Written, one_line, shortened};
use super::{correction, dates, fields, front_matter, markup};
use crate::words::{ContentPath, Problem, Text, Timestamp, Zone, fold, single_blanks};
use std::ops::Range;

/// A line that is not blank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line<'a> {
    /// Without the blanks around it.
    pub text: &'a str,
    /// Its number in the file, from 1.
    pub number: u32,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
    /// Whether it stands for a list, a table and the like: part of the text, whatever it says.
    pub is_solid: bool,
}

/// Among how many lines at the top the date is looked for.
const HEAD_LINES: usize = 8;
/// Among how many lines below a marked title.
const LINES_BELOW_TITLE: usize = 3;
/// More characters than any line of a head has.
const LONGEST_HEAD_LINE: usize = 250;

/// Reads a text file: what it says of itself, and its text as HTML.
pub(super) fn read(
    path: &ContentPath,
    text: &str,
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<(Written, String), Problem> {
    let (written, body) = head(path, text, zone, remarks)?;
    let html = markup::paragraphs(paragraphs(&body).iter().map(String::as_str));
    Ok((written, html))
}

/// What a text file says of itself, and the lines of its text. One that has front matter all the same keeps it.
pub(super) fn head<'a>(
    path: &ContentPath,
    text: &'a str,
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<(Written, Vec<Line<'a>>), Problem> {
    head_of(path, text, lines(text), None, zone, remarks)
}

/// The same of the lines of a text that were told apart elsewhere, where a title may be marked as one.
pub(super) fn head_of<'a>(
    path: &ContentPath,
    text: &str,
    lines: Vec<Line<'a>>,
    title: Option<Range<usize>>,
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<(Written, Vec<Line<'a>>), Problem> {
    let parts = front_matter::split(path, text, remarks)?;
    let says = |such: fn(fields::Field) -> bool| {
        parts.entries.iter().any(|entry| fields::of(&entry.key).is_some_and(such))
    };
    let has_title = says(|field| field == fields::Field::Title);
    // A few lines with colons are a head only if they are set apart, or say what no text says of itself.
    let has_head = text.trim_start().starts_with(['-', '+', '{']) || says(fields::Field::is_of_life);
    let (below, written) = match has_title || has_head && !parts.entries.is_empty() {
        true => {
            let below = lines.partition_point(|line| line.number < parts.body_line);
            (below, fields::read(path, &parts.entries, zone)?)
        }
        false => (0, Written::default()),
    };
    let lines = &lines[below..];
    let title = title.and_then(|title| Some(title.start.checked_sub(below)?..title.end - below));
    let head = match title {
        _ if has_title => Head::default(),
        Some(title) => Head::marked(path, lines, title, zone)?,
        None => Head::of(path, lines, zone)?,
    };
    let head = Head { published: written.published.or(head.published), ..head };
    finish(path, head, lines, zone, written)
}

fn finish<'a>(
    path: &ContentPath,
    head: Head,
    lines: &[Line<'a>],
    zone: &Zone,
    mut written: Written,
) -> Result<(Written, Vec<Line<'a>>), Problem> {
    let Head { title, category, published, authors, body, left } = head;
    let mut body: Vec<Line<'a>> =
        left.into_iter().map(|at| lines[at]).chain(lines[body..].iter().copied()).collect();
    // What is said of the article's life comes below everything, the byline too.
    if let Some(last) = body.pop_if(|last| fields::withdrawal(last.text).is_some()) {
        written.withdrawn = written.withdrawn.or_else(|| fields::withdrawal(last.text));
    }
    let correction = body.pop_if(|last| correction::note(last.text).is_some());
    let mut tail = tail::split(&body, zone);
    tail.body.extend(correction);
    let dated_below = tail.date.map(|(line, told)| told.map_err(|why| impossible(path, line, why)));
    let published = match published {
        Some(at) => Some(at),
        None => dated_below.transpose()?,
    };
    written.title = written.title.or(title);
    written.published = published;
    written.publication = written.publication.or(tail.publication);
    if written.categories.is_empty() {
        written.categories.extend(category);
    }
    if written.authors.is_empty() {
        written.authors = if tail.authors.is_empty() { authors } else { tail.authors };
    }
    Ok((written, tail.body))
}

fn impossible(path: &ContentPath, line: Line<'_>, why: Text) -> Problem {
    fields::no_date(path, Some(line.number), line.text, dates::Misdate::Impossible(why))
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut after_blank = false;
    for (number, line) in (1..).zip(text.split('\n')) {
        let text = line.trim_matches(is_blank);
        if text.is_empty() {
            after_blank = true;
        } else {
            lines.push(Line { text, number, after_blank, is_solid: false });
            after_blank = false;
        }
    }
    lines
}

/// White space, and the characters that are as invisible as it.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{AD}' | '\u{180E}')
}

/// What stands above the body.
#[derive(Default)]
struct Head {
    title: Option<String>,
    category: Option<String>,
    published: Option<Timestamp>,
    authors: Vec<String>,
    /// The first line of the body.
    body: usize,
    /// Lines above the body that are part of it nevertheless: a lead above the date.
    left: Vec<usize>,
}

impl Head {
    fn of(path: &ContentPath, lines: &[Line<'_>], zone: &Zone) -> Result<Self, Problem> {
        let lines = &lines[..lines.iter().take_while(|line| !line.is_solid).count()];
        let mut date = None;
        let mut sentences = 0;
        for (at, line) in lines.iter().enumerate().take(HEAD_LINES) {
            if let Some((told, authors)) = date_and_byline(line.text, zone) {
                date = Some((at, told.map_err(|why| impossible(path, *line, why))?, authors));
                break;
            }
            // A lead may stand between title and date; a second paragraph means that the body has begun.
            if at > 0 && is_sentence(line.text) {
                sentences += 1;
                if sentences > 1 {
                    break;
                }
            }
        }
        let mut head = match date {
            Some((0, published, _)) => Self::below_date(lines, published),
            Some((at, published, _)) => Self::above_date(&lines[..at], published),
            None => Self::without_date(lines),
        };
        head.authors = date.map(|(_, _, authors)| authors).unwrap_or_default();
        head.take_byline(lines);
        Ok(head)
    }

    /// Whoever wrote it marked the title as one.
    fn marked(
        path: &ContentPath,
        lines: &[Line<'_>],
        title: Range<usize>,
        zone: &Zone,
    ) -> Result<Self, Problem> {
        let words: Vec<&str> = lines[title.clone()].iter().map(|line| line.text).collect();
        let mut head = Self { title: Some(one_line(&words.join(" "))), body: title.end, ..Self::default() };
        for (at, line) in lines[..title.start].iter().enumerate() {
            if let Some((told, authors)) = head.date_in(line, zone) {
                head.published = Some(told.map_err(|why| impossible(path, *line, why))?);
                head.authors = authors;
            } else if head.category.is_none()
                && !line.is_solid
                && is_category(line, &lines[title.start], true)
            {
                head.category = Some(last_step(line.text));
            } else {
                head.left.push(at);
            }
        }
        let below = lines.iter().enumerate().skip(title.end).take(LINES_BELOW_TITLE);
        for (at, line) in below.take_while(|(_, line)| !line.is_solid) {
            if let Some((told, authors)) = head.date_in(line, zone) {
                head.published = Some(told.map_err(|why| impossible(path, *line, why))?);
                head.authors = authors;
                head.left.extend(title.end..at);
                head.body = at + 1;
                break;
            }
        }
        head.take_byline(lines);
        Ok(head)
    }

    /// What a line tells of the date, unless that is known already.
    fn date_in(&self, line: &Line<'_>, zone: &Zone) -> Option<(Result<Timestamp, Text>, Vec<String>)> {
        if self.published.is_some() || line.is_solid { None } else { date_and_byline(line.text, zone) }
    }

    /// A byline right below the date, with the text after it.
    fn take_byline(&mut self, lines: &[Line<'_>]) {
        if let [first, _, ..] = &lines[self.body..]
            && self.published.is_some()
            && self.left.is_empty()
            && let Some(authors) = tail::byline(first.text).filter(|_| !first.is_solid)
        {
            self.authors = authors;
            self.body += 1;
        }
    }

    /// The date comes first, and the title after it.
    fn below_date(lines: &[Line<'_>], published: Timestamp) -> Self {
        let rest = Self::without_date(&lines[1..]);
        Self { published: Some(published), body: rest.body + 1, ..rest }
    }

    /// Category and title; a title may take several lines.
    fn above_date(above: &[Line<'_>], published: Timestamp) -> Self {
        let has_category = match above {
            [first, second, rest @ ..] => is_category(first, second, !rest.is_empty()),
            _ => false,
        };
        let names = &above[usize::from(has_category)..];
        let (names, left) = match names {
            [titles @ .., last] if !titles.is_empty() && is_prose(last.text) => {
                (titles, vec![above.len() - 1])
            }
            names => (names, Vec::new()),
        };
        let title: Vec<&str> = names.iter().map(|line| line.text).collect();
        Self {
            title: Some(one_line(&title.join(" "))).filter(|title| !title.is_empty()),
            category: has_category.then(|| last_step(above[0].text)),
            published: Some(published),
            body: above.len() + 1,
            left,
            ..Self::default()
        }
    }

    fn without_date(lines: &[Line<'_>]) -> Self {
        let Some(first) = lines.first() else { return Self::default() };
        // A text that begins with its first paragraph: its beginning has to do for a title.
        if first.text.chars().count() > LONGEST_HEAD_LINE {
            return Self { title: Some(shortened(&one_line(first.text), 100)), ..Self::default() };
        }
        if let [first, second, third, ..] = lines
            && second.after_blank
            && third.after_blank
            && is_category(first, second, false)
            && first.text.split_whitespace().count() <= 6
            && second.text.split_whitespace().count() >= 5
            && second.text.chars().count() > first.text.chars().count()
            && !second.text.ends_with(['.', ':', ';'])
            && (is_prose(third.text) || third.text.ends_with('.'))
        {
            let (title, category) = (Some(one_line(second.text)), Some(last_step(first.text)));
            return Self { title, category, body: 2, ..Self::default() };
        }
        // Lines that stand together at the top, apart from what follows, are one title.
        let together = lines.iter().skip(1).take_while(|line| !line.after_blank).count() + 1;
        let apart = lines.len() > together && together <= 3;
        let short = |line: &Line<'_>| line.text.chars().count() <= 120 && !line.text.ends_with('.');
        let taken = if apart && lines[..together].iter().all(short) { together } else { 1 };
        let title: Vec<&str> = lines[..taken].iter().map(|line| line.text).collect();
        Self { title: Some(one_line(&title.join(" "))), body: taken, ..Self::default() }
    }
}

/// A date line, which may name the author too: `10/07/2019 16:27 | Ngô Trọng`.
fn date_and_byline(text: &str, zone: &Zone) -> Option<(Result<Timestamp, Text>, Vec<String>)> {
    if let Some(told) = dates::parse_line(text, zone) {
        return Some((told, Vec::new()));
    }
    if text.chars().count() > 120 {
        return None;
    }
    [" | ", " - ", " – ", " • "].iter().find_map(|sign| {
        let ((first, rest), (start, last)) = (text.split_once(sign)?, text.rsplit_once(sign)?);
        let date_first = dates::parse_line(start, zone).zip(tail::byline(last));
        date_first.or_else(|| dates::parse_line(rest, zone).zip(tail::byline(first)))
    })
}

/// Whether the first line of a head is where the paper files the article. Apart from the title by a blank line
/// it may be longer than right above it.
fn is_category(first: &Line<'_>, second: &Line<'_>, more_follow: bool) -> bool {
    let (length, words) = (first.text.chars().count(), first.text.split_whitespace().count());
    let is_way = length <= 100 && first.text.contains(['>', '›', '»']);
    let fits = if is_way {
        true
    } else if second.after_blank {
        length <= 70 && words <= 14
    } else {
        length <= 30 && words <= 6
    };
    let begins_anew = second.text.starts_with(|c: char| !c.is_lowercase());
    let is_name = !first.text.ends_with(['.', ',', ':', ';', '?', '!', '…', '”', '"']);
    // Two lines right above each other, with nothing to tell: a short one is no half of a title.
    let in_proportion = is_way || second.after_blank || more_follow || length < second.text.chars().count();
    fits && begins_anew && is_name && in_proportion && !first.text.starts_with(['“', '"', '-', '('])
}

/// `Trang chủ > Tin tức > Tuyên truyền` is filed under the last.
fn last_step(text: &str) -> String {
    one_line(text.rsplit(['>', '›', '»', '|']).map(str::trim).find(|step| !step.is_empty()).unwrap_or(text))
}

/// What ends like a sentence, or is too long for a line of a title.
fn is_sentence(text: &str) -> bool {
    is_prose(text) || text.ends_with([';', ':']) || (text.ends_with('.') && text.chars().count() > 60)
}

fn is_prose(text: &str) -> bool {
    let length = text.chars().count();
    length > 200 || (length > 120 && text.ends_with('.'))
}

/// With blank lines between them, paragraphs are what stands between; without any, every line is one.
fn paragraphs(lines: &[Line<'_>]) -> Vec<String> {
    let any_blank = lines.iter().skip(1).any(|line| line.after_blank);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut before = "";
    for line in lines {
        match paragraphs.last_mut() {
            Some(paragraph) if any_blank && !line.after_blank && runs_on(before, line.text) => {
                paragraph.push(' ');
                paragraph.push_str(line.text);
            }
            _ => paragraphs.push(line.text.to_owned()),
        }
        before = line.text;
    }
    // The file was cleaned when it was decoded.
    paragraphs.iter().map(|text| single_blanks(text)).collect()
}

/// Whether a line goes on in the next one. Nobody breaks lines by hand so late as to end one after a whole
/// sentence of this length, and what begins with a dash begins anew.
fn runs_on(line: &str, next: &str) -> bool {
    let whole = line.chars().count() > 120 && line.ends_with(['.', '!', '?', ':', ';', '…', '”', '"', ')']);
    let item = ["- ", "+ ", "* ", "• ", "– "].iter().any(|sign| next.starts_with(sign));
    !whole && !item
}

/// Whether a line only says that the text ends: `./.`, `***`, `Hết`.
pub(super) fn is_end_mark(text: &str) -> bool {
    // Nearly every line is seen to be none without folding it.
    if text.bytes().filter(u8::is_ascii_alphabetic).nth("het".len()).is_some() {
        return false;
    }
    matches!(fold(text).trim_matches(['.', '/', '-', '*', '_', '=', '#', ' ']), "" | "het")
}
