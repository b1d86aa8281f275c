//! What a text may hold besides its bytes. The parsers of Markdown and HTML take time by more than length: by
//! depth and lines, by attributes squared, by signs and the text behind them. What is far beyond any article is
//! refused before they begin.

use super::{MOST_ATTRIBUTES, MOST_ELEMENTS, MOST_MARKERS, MOST_SIGNS, MOST_SIGNS_IN_ONE_TEXT};
use crate::words::{ContentPath, Problem, Text};

/// What a text has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excess {
    /// Paragraphs, headings, links, cells: whatever becomes an element.
    Elements,
    /// Attributes in one tag.
    Attributes,
    /// Signs that HTML has to spell, in the whole.
    Signs,
    /// The same between two tags.
    SignsInOneText,
    /// Signs of quotations and lists at the beginning of this line of Markdown, counted from 0.
    Markers { line: u32 },
}

impl Excess {
    /// The problem to tell; `first_line` is the line of the file on which the text begins that was looked at.
    pub(super) fn in_file(self, path: &ContentPath, first_line: u32) -> Problem {
        match self {
            Self::Elements => Problem::new(
                path,
                Text::new(
                    format!("bài có hơn {MOST_ELEMENTS} đoạn, đề mục, liên kết, ô bảng… cộng lại"),
                    format!("the article has more than {MOST_ELEMENTS} paragraphs, headings, links, cells and the like"),
                ),
                Text::new(
                    "Hãy chia bài thành nhiều phần, hoặc để bảng dài thành tệp riêng rồi đặt liên kết tới đó.",
                    "Split the article, or put long tables into a file of their own and link to it.",
                ),
            ),
            Self::Attributes => Problem::new(
                path,
                Text::new(
                    format!("một thẻ HTML có hơn {MOST_ATTRIBUTES} thuộc tính"),
                    format!("an HTML tag has more than {MOST_ATTRIBUTES} attributes"),
                ),
                Text::new(
                    "Hãy xem lại dấu > và dấu nháy ở cuối thẻ, hoặc xóa bớt thuộc tính.",
                    "Look for a > or a quotation mark that is missing at the end of a tag, or delete attributes.",
                ),
            ),
            Self::Signs => Problem::new(
                path,
                Text::new(
                    format!("bài có hơn {MOST_SIGNS} dấu &, <, > và dấu cách không ngắt (nbsp)"),
                    format!("the article has more than {MOST_SIGNS} of the signs &, < and > and of no-break spaces"),
                ),
                split_or_delete(),
            ),
            Self::SignsInOneText => Problem::new(
                path,
                Text::new(
                    format!("một đoạn có hơn {MOST_SIGNS_IN_ONE_TEXT} dấu & hoặc dấu cách không ngắt (nbsp)"),
                    format!("one paragraph has more than {MOST_SIGNS_IN_ONE_TEXT} of the sign & or of no-break spaces"),
                ),
                split_or_delete(),
            ),
            Self::Markers { line } => Problem::new(
                path,
                Text::new(
                    format!("dòng này mở đầu bằng hơn {MOST_MARKERS} dấu trích dẫn (>) hoặc gạch đầu dòng lồng nhau"),
                    format!("this line begins with more than {MOST_MARKERS} nested signs of quotations (>) or lists"),
                ),
                Text::new(
                    "Hãy xóa bớt dấu ở đầu dòng; muốn kẻ một đường ngang thì viết --- trên dòng riêng.",
                    "Delete some of them; for a rule across the page write --- on a line of its own.",
                ),
            )
            .at_line(first_line.saturating_add(line)),
        }
    }
}

fn split_or_delete() -> Text {
    Text::new(
        "Hãy xóa những dấu thừa, hoặc chia bài thành nhiều phần.",
        "Delete those that are not needed, or split the article.",
    )
}

/// Refuses Markdown with a line that opens more quotations and lists than [`MOST_MARKERS`]: every later line
/// would be held against each of them.
pub(super) fn check_markers(markdown: &str) -> Result<(), Excess> {
    let line = markdown.lines().position(|line| markers(line.as_bytes()) > MOST_MARKERS);
    match line {
        Some(line) => Err(Excess::Markers { line: u32::try_from(line).unwrap_or(u32::MAX) }),
        None => Ok(()),
    }
}

/// How many quotations and list items a line may open at its beginning; nobody asks how far beyond the most.
fn markers(line: &[u8]) -> usize {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
    let (mut rest, mut count) = (line, 0);
    while count <= MOST_MARKERS {
        rest = &rest[rest.iter().take_while(|b| is_blank(b)).count()..];
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        rest = match rest {
            [b'>', after @ ..] => after,
            [b'-' | b'+' | b'*', after @ ..] if after.first().is_none_or(is_blank) => {
                if is_rule(rest) {
                    return count;
                }
                after
            }
            _ if (1..=9).contains(&digits) => match &rest[digits..] {
                [b'.' | b')', after @ ..] if after.first().is_none_or(is_blank) => after,
                _ => return count,
            },
            _ => return count,
        };
        count += 1;
    }
    count
}

/// `- - - - -` is a rule across the page.
fn is_rule(rest: &[u8]) -> bool {
    let sign = rest[0];
    sign != b'+' && rest.iter().all(|b| *b == sign || matches!(b, b' ' | b'\t'))
}

/// Refuses HTML with a tag of more attributes than [`MOST_ATTRIBUTES`]: a tokenizer holds every one against all
/// before it.
///
/// Whether a `<` begins a tag depends on everything before it (comments, scripts), so each is taken for one. All
/// these readings go on at once: two that have come to the same place in a tag go the same way from there, and
/// only the one with more attributes matters (HTML, 13.2.5.8 and 13.2.5.32 to 40).
pub(super) fn check_attributes(html: &str) -> Result<(), Excess> {
    let bytes = html.as_bytes();
    let mut counts: Counts = [None; PLACES];
    let (mut any, mut at) = (false, 0);
    while at < bytes.len() {
        if !any {
            let Some(next) = html[at..].find('<') else { break };
            at += next + 1;
            at += usize::from(bytes.get(at) == Some(&b'/'));
        }
        let Some(byte) = bytes.get(at) else { break };
        if any {
            (counts, any) = moved_on(&counts, *byte)?;
        }
        if byte.is_ascii_alphabetic() && matches!(bytes[..at], [.., b'<'] | [.., b'<', b'/']) {
            counts[NAME] = counts[NAME].max(Some(0));
            any = true;
        }
        at += usize::from(any);
    }
    Ok(())
}

/// How many attributes there are at each place in a tag.
type Counts = [Option<usize>; PLACES];

/// The same one byte further, and whether any tag goes on.
fn moved_on(counts: &Counts, byte: u8) -> Result<(Counts, bool), Excess> {
    let mut next = [None; PLACES];
    for (place, count) in counts.iter().enumerate() {
        let (Some(count), Some(to)) = (*count, after(place, byte)) else { continue };
        let count = count + usize::from(to == ATTRIBUTE && place != ATTRIBUTE);
        if count > MOST_ATTRIBUTES {
            return Err(Excess::Attributes);
        }
        next[to] = next[to].max(Some(count));
    }
    Ok((next, next.iter().any(Option::is_some)))
}

const PLACES: usize = 8;
const NAME: usize = 0;
const BEFORE: usize = 1;
const ATTRIBUTE: usize = 2;
const BEHIND: usize = 3;
const EQUALS: usize = 4;
const DOUBLE_QUOTED: usize = 5;
const SINGLE_QUOTED: usize = 6;
const UNQUOTED: usize = 7;

/// The place in a tag that follows on this byte; `None` when the tag has ended.
fn after(place: usize, byte: u8) -> Option<usize> {
    let blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C');
    Some(match (place, byte) {
        (DOUBLE_QUOTED, b'"') | (SINGLE_QUOTED, b'\'') => BEFORE,
        (DOUBLE_QUOTED | SINGLE_QUOTED, _) => place,
        (_, b'>') => return None,
        (NAME, b'/') => BEFORE,
        (NAME, _) => {
            if blank {
                BEFORE
            } else {
                NAME
            }
        }
        (EQUALS, b'"') => DOUBLE_QUOTED,
        (EQUALS, b'\'') => SINGLE_QUOTED,
        (EQUALS, _) => {
            if blank {
                EQUALS
            } else {
                UNQUOTED
            }
        }
        (UNQUOTED, _) => {
            if blank {
                BEFORE
            } else {
                UNQUOTED
            }
        }
        (_, b'/') => BEFORE,
        (ATTRIBUTE | BEHIND, b'=') => EQUALS,
        (ATTRIBUTE | BEHIND, _) if blank => BEHIND,
        (_, _) => {
            if blank {
                BEFORE
            } else {
                ATTRIBUTE
            }
        }
    })
}

/// Signs that a writer of HTML looks for, counted over a whole article.
#[derive(Default)]
pub(super) struct Signs(usize);

impl Signs {
    /// Takes what stands between two tags, or in one attribute. For each `&` and each no-break space (and the few
    /// other letters whose UTF-8 begins like its) html5ever's serialiser looks for the next `<` or `>`.
    pub(super) fn take(&mut self, text: &str) -> Result<(), Excess> {
        let is_sign = |byte: &u8| matches!(byte, b'&' | b'<' | b'>' | 0xC2);
        let count = text.bytes().filter(is_sign).count();
        self.0 += count;
        if count > MOST_SIGNS_IN_ONE_TEXT {
            let longest = text.split(['<', '>']).map(|part| part.bytes().filter(is_sign).count()).max();
            if longest > Some(MOST_SIGNS_IN_ONE_TEXT) {
                return Err(Excess::SignsInOneText);
            }
        }
        if self.0 > MOST_SIGNS { Err(Excess::Signs) } else { Ok(()) }
    }
}
