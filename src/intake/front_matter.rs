//! The head of a file: YAML between `---`, TOML between `+++`, a JSON object, or bare `Key: value` lines.

use super::fields;
use super::values::Value;
use super::written::shortened;
use super::yaml::{self, Refusal};
use super::{DEEPEST_FRONT_MATTER, LONGEST_FRONT_MATTER, lenient};
use crate::words::{ContentPath, Problem, Text, clean, fold};
use std::borrow::Cow;
use std::collections::HashMap;

/// About how many characters of a line a sentence about it shows.
const SHOWN: usize = 100;

/// One statement of front matter.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// Its name, folded.
    pub key: String,
    /// The line it stands on, where that is known.
    pub line: Option<u32>,
    pub value: Value,
}

/// A file in two parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parts<'a> {
    /// Empty without front matter.
    pub entries: Vec<Entry>,
    pub body: &'a str,
    /// The line of the file that the body begins with.
    pub body_line: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Syntax {
    Yaml,
    Toml,
    Json,
    Bare,
}

/// Front matter that was found, not yet read.
struct Head<'a> {
    syntax: Syntax,
    text: &'a str,
    /// The line of the file that `text` begins with.
    line: u32,
    body: &'a str,
}

/// Parts a file; a file without front matter is all body.
pub(super) fn split<'a>(
    path: &ContentPath,
    text: &'a str,
    remarks: &mut Vec<Problem>,
) -> Result<Parts<'a>, Problem> {
    let whole = Parts { entries: Vec::new(), body: text, body_line: 1 };
    let Some(head) = find(path, text)? else { return Ok(whole) };
    let Some(entries) = head.entries(path, remarks)? else { return Ok(whole) };
    let body_line = 1 + line_count(&text[..text.len() - head.body.len()]);
    Ok(Parts { entries, body: head.body, body_line })
}

/// The statements of the front matter that a text begins with, as [`split`] reads them once the whole is cleaned.
/// `None` where there is none between fences, or not at a glance.
pub(super) fn ahead(
    path: &ContentPath,
    as_written: &str,
    remarks: &mut Vec<Problem>,
) -> Result<Option<Vec<Entry>>, Problem> {
    let Some(end) = end_of_fenced(as_written) else { return Ok(None) };
    // No mark goes together with a line end, so whole lines are cleaned to what they are in the cleaned whole.
    let text = clean(&as_written[..end]);
    match find(path, &text) {
        Ok(Some(head)) => head.entries(path, remarks),
        Ok(None) | Err(_) => Ok(None),
    }
}

/// Where the line ends that seems to close front matter.
fn end_of_fenced(text: &str) -> Option<usize> {
    let fence = ["\n---", "\n+++"].into_iter().find(|fence| text.starts_with(&fence[1..]))?;
    let last = text.find(fence)? + fence.len();
    Some(text[last..].find('\n').map_or(text.len(), |length| last + length + 1))
}

impl Head<'_> {
    /// What it states; `None` when it is no front matter after all.
    fn entries(&self, path: &ContentPath, remarks: &mut Vec<Problem>) -> Result<Option<Vec<Entry>>, Problem> {
        if self.text.len() > LONGEST_FRONT_MATTER {
            return Err(too_long(path, self.line));
        }
        let told = lone_surrogates_replaced(self.text);
        let table = match self.syntax {
            Syntax::Yaml => match read_yaml(path, &told, self.line, remarks)? {
                Some(table) => table,
                // Two rules with text between them are no front matter.
                None => return Ok(None),
            },
            Syntax::Toml => toml::from_str(&told).map_err(|error| {
                let span = error.span().unwrap_or(0..0);
                let before = told.get(..span.start).unwrap_or("");
                let problem = malformed(path, "TOML", self.line + line_count(before));
                problem.about(told.get(span).and_then(|words| words.lines().next()).unwrap_or(""))
            })?,
            Syntax::Json => serde_json::from_str(&told).map_err(|error| {
                let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
                malformed(path, "JSON", self.line + line.saturating_sub(1))
            })?,
            Syntax::Bare => match lenient::bare(&told) {
                Some(table) => table,
                None => return Ok(None),
            },
        };
        if deeper_than(&table, DEEPEST_FRONT_MATTER) {
            return Err(unbounded(path, self.line));
        }
        let Value::Table(table) = table else { return Ok(None) };
        entries(path, table, &told, self.line).map(Some)
    }
}

fn find<'a>(path: &ContentPath, text: &'a str) -> Result<Option<Head<'a>>, Problem> {
    let start = text.len() - text.trim_start_matches(['\n', ' ', '\t', '\u{A0}']).len();
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = 1 + line_count(&text[..start]);
    let (first, rest) = divided(&text[start..]);
    let (fence, syntax) = match first.trim_end() {
        "---" | "---yaml" | "--- yaml" => ("---", Syntax::Yaml),
        "---json" | "--- json" => ("---", Syntax::Json),
        "---toml" | "--- toml" => ("---", Syntax::Toml),
        "+++" => ("+++", Syntax::Toml),
        _ => return Ok(unfenced(&text[start..], line)),
    };
    let mut at = 0;
    while at < rest.len() {
        let (line_text, after) = divided(&rest[at..]);
        let trimmed = line_text.trim_end();
        if trimmed == fence || (syntax == Syntax::Yaml && trimmed == "...") {
            return Ok(Some(Head { syntax, text: &rest[..at], line: line + 1, body: after }));
        }
        at = rest.len() - after.len();
    }
    let (second, _) = divided(rest);
    let key = second.split([':', '=']).next().unwrap_or("");
    if second.contains([':', '=']) && fields::of(&fold(key)).is_some() {
        return Err(unclosed(path, fence, line));
    }
    Ok(None)
}

fn unfenced(text: &str, line: u32) -> Option<Head<'_>> {
    let object = text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}']));
    if object {
        // The bad escapes are replaced by good ones of the same length, so the end is where it was.
        let told = lone_surrogates_replaced(text);
        let mut values = serde_json::Deserializer::from_str(&told).into_iter::<serde::de::IgnoredAny>();
        let read = values.next().is_some_and(|value| value.is_ok());
        // A broken object is cut where it seems to end, so that its error can be told.
        let end = if read { values.byte_offset() } else { text.find("\n}").map_or(text.len(), |at| at + 2) };
        let (head, rest) = text.split_at_checked(end)?;
        let (blank, body) = divided(rest);
        return blank.trim().is_empty().then_some(Head { syntax: Syntax::Json, text: head, line, body });
    }
    let end = lenient::bare_length(text)?;
    let (head, body) = text.split_at(end);
    Some(Head { syntax: Syntax::Bare, text: head, line, body })
}

/// The first line without its end, and what follows.
fn divided(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

fn line_count(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|b| *b == b'\n').count()).unwrap_or(u32::MAX)
}

/// As YAML, or else as what people type for it. `None` when it is neither.
fn read_yaml(
    path: &ContentPath,
    text: &str,
    first_line: u32,
    remarks: &mut Vec<Problem>,
) -> Result<Option<Value>, Problem> {
    match yaml::parse(text) {
        Ok(Value::Table(entries)) => {
            let (entries, cut) = lenient::with_number_signs(entries, text);
            for typed in cut {
                remarks.push(comment_sign(path, &typed).at_line(first_line + typed.line));
            }
            Ok(Some(Value::Table(entries)))
        }
        Ok(Value::Nothing) => Ok(Some(Value::Table(Vec::new()))),
        // Without a blank after any colon all of it is one text to YAML.
        Ok(Value::Text(_)) if begins_with_a_field(text) => Ok(lenient::read(text).map(|(table, _)| table)),
        Ok(Value::Text(_) | Value::List(_)) => Ok(None),
        Err(Refusal::Unbounded { line }) => {
            let written = text.lines().nth(line as usize - 1).unwrap_or("");
            let anchor = written.split_whitespace().find(|word| word.starts_with(['&', '*']));
            Err(unbounded(path, first_line + line - 1).about(anchor.unwrap_or("")))
        }
        Err(Refusal::Malformed { line, column }) => match lenient::read(text) {
            Some((table, typed)) => {
                for typed in typed {
                    remarks.push(needs_quotes(path, &typed).at_line(first_line + typed.line));
                }
                Ok(Some(table))
            }
            None if text.lines().any(|line| line.contains(':')) => {
                let written = text.lines().nth(line as usize - 1).unwrap_or("");
                let (before, _) = written.char_indices().nth(column as usize - 1).unwrap_or((0, ' '));
                Err(malformed(path, "YAML", first_line + line - 1).about(&written[before..]))
            }
            None => Ok(None),
        },
    }
}

fn begins_with_a_field(text: &str) -> bool {
    text.split_once(':').is_some_and(|(key, _)| fields::of(&fold(key.trim())).is_some())
}

/// The statements, those of Zola's and Hugo's inner tables included; none twice.
fn entries(
    path: &ContentPath,
    table: Vec<(String, Value)>,
    text: &str,
    first_line: u32,
) -> Result<Vec<Entry>, Problem> {
    let lines = lines_of_keys(text);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut entries = Vec::new();
    let mut inner = Vec::new();
    for (key, value) in table {
        let key = fold(&key);
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        let places = lines.get(&key).map_or(&[][..], Vec::as_slice);
        let line = places.get(*count - 1).or(places.last()).map(|line| first_line + line);
        if *count > 1 {
            let earlier = places.first().map_or(first_line, |line| first_line + line);
            return Err(twice(path, &key, earlier, line.unwrap_or(first_line)));
        }
        match value {
            Value::Table(more) if matches!(key.as_str(), "taxonomies" | "extra" | "params" | "social") => {
                inner.extend(more);
            }
            value => entries.push(Entry { key, line, value }),
        }
    }
    entries.extend(inner.into_iter().map(|(key, value)| {
        let key = fold(&key);
        let line = lines.get(&key).and_then(|places| places.last()).map(|line| first_line + line);
        Entry { key, line, value }
    }));
    Ok(entries)
}

/// On which lines, from 0, each key stands: the word before the first `:` or `=`.
fn lines_of_keys(text: &str) -> HashMap<String, Vec<u32>> {
    let mut lines: HashMap<String, Vec<u32>> = HashMap::new();
    for (number, line) in (0u32..).zip(text.lines()) {
        if let Some((key, _)) = line.split_once([':', '=', '：']) {
            let key = fold(key.trim().trim_matches(['"', '\'', '{', ' ']));
            lines.entry(key).or_default().push(number);
        }
    }
    lines
}

fn deeper_than(value: &Value, most: usize) -> bool {
    match value {
        Value::Nothing | Value::Text(_) => false,
        Value::List(values) => most == 0 || values.iter().any(|value| deeper_than(value, most - 1)),
        Value::Table(entries) => most == 0 || entries.iter().any(|(_, value)| deeper_than(value, most - 1)),
    }
}

/// Escapes of half a character, which no Unicode text can hold, as the replacement character.
fn lone_surrogates_replaced(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let escape = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let mut told = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match escape(at) {
            Some(0xD800..=0xDBFF) if matches!(escape(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                told.push_str(&text[copied..at]);
                told.push_str("\\uFFFD");
                at += 6;
                copied = at;
            }
            Some(_) => at += 6,
            // An escaped backslash is no beginning of an escape.
            None => at += 2,
        }
    }
    told.push_str(text.get(copied..).unwrap_or(""));
    Cow::Owned(told)
}

fn needs_quotes(path: &ContentPath, typed: &lenient::Typed) -> Problem {
    let written = shortened(&typed.written, SHOWN);
    Problem::new(
        path,
        Text::new(
            format!("dòng `{written}` không đúng cách viết YAML; đã đọc đến hết dòng như chữ thường"),
            format!("`{written}` is no YAML; it was read as plain text up to the end of the line"),
        ),
        Text::new(format!("Nên viết: {}", typed.quoted), format!("Write it as: {}", typed.quoted)),
    )
}

fn comment_sign(path: &ContentPath, typed: &lenient::Typed) -> Problem {
    let written = shortened(&typed.written, SHOWN);
    Problem::new(
        path,
        Text::new(
            format!("trong `{written}` dấu # vốn mở đầu lời ghi chú; đã giữ lại cả dòng"),
            format!("in `{written}` the # would begin a comment; the whole line was kept"),
        ),
        Text::new(format!("Nên viết: {}", typed.quoted), format!("Write it as: {}", typed.quoted)),
    )
    .about(typed.written.find(" #").map_or("", |sign| &typed.written[sign..]))
}

fn malformed(path: &ContentPath, syntax: &str, line: u32) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("phần thông tin đầu bài không đúng cách viết {syntax}"),
            format!("the front matter is no sound {syntax}"),
        ),
        Text::new(
            "Hãy xem lại dòng này và dòng ngay trên: mỗi dòng một mục, ví dụ `ngày: 10/07/2019`; chữ có dấu \
             hai chấm hay ngoặc thì để trong dấu \"…\".",
            "Look at this line and the one above: one statement a line, such as `date: 10/07/2019`; put words \
             with colons or brackets between quotation marks.",
        ),
    )
    .at_line(line)
}

fn unbounded(path: &ContentPath, line: u32) -> Problem {
    Problem::new(
        path,
        Text::new(
            "phần thông tin đầu bài dùng neo (&tên) hoặc lồng quá nhiều tầng",
            "the front matter uses anchors (&name), or is nested too deep",
        ),
        Text::new(
            "Hãy viết thẳng từng giá trị, không dùng &tên và *tên; chữ bắt đầu bằng & thì để trong dấu \"…\".",
            "Write every value out, without &name and *name; put words that begin with & between quotation marks.",
        ),
    )
    .at_line(line)
}

fn too_long(path: &ContentPath, line: u32) -> Problem {
    let most = LONGEST_FRONT_MATTER / 1024;
    Problem::new(
        path,
        Text::new(
            format!("phần thông tin đầu bài dài quá {most} KiB"),
            format!("the front matter is longer than {most} KiB"),
        ),
        Text::new(
            "Hãy kiểm tra dấu kết thúc (--- hoặc +++) và để nội dung bài ở phía dưới dấu ấy.",
            "Check the mark that ends it (--- or +++); the article's text belongs below.",
        ),
    )
    .at_line(line)
}

fn unclosed(path: &ContentPath, fence: &str, line: u32) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("phần thông tin đầu bài mở bằng {fence} mà không có {fence} kết thúc"),
            format!("the front matter begins with {fence} and no {fence} ends it"),
        ),
        Text::new(
            format!("Hãy thêm một dòng {fence} giữa phần thông tin và nội dung bài."),
            format!("Put a line {fence} between it and the article's text."),
        ),
    )
    .at_line(line)
}

fn twice(path: &ContentPath, key: &str, earlier: u32, later: u32) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("mục `{key}` được viết hai lần, ở dòng {earlier} và dòng {later}"),
            format!("`{key}` is given twice, on lines {earlier} and {later}"),
        ),
        Text::new("Hãy xóa bớt một dòng.", "Delete one of the two."),
    )
    .at_line(later)
}
