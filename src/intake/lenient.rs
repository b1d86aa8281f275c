//! What people type where YAML is expected: a colon in a title, quotation marks in the middle, no blank after
//! the key. If every line is a plain `key: value`, its value is everything up to the end of the line.

use super::fields::{self, Field};
use super::values::Value;
use super::yaml;
use crate::words::fold;

/// A line that was not taken as YAML takes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Typed {
    /// Counted from 0.
    pub line: u32,
    /// As it stands there.
    pub written: String,
    /// As YAML wants it.
    pub quoted: String,
}

/// More characters than any key has.
const LONGEST_KEY: usize = 40;

/// Reads lines of `key: value`; `None` when some line is something else. Also says which lines needed it.
pub(super) fn read(text: &str) -> Option<(Value, Vec<Typed>)> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    let mut typed = Vec::new();
    for (number, line) in (0u32..).zip(text.lines()) {
        let line = line.trim_end();
        let inner = line.trim_start();
        if inner.is_empty() || line.starts_with('#') {
            continue;
        }
        let continues = inner.len() < line.len() || inner == "-" || inner.starts_with("- ");
        if continues {
            let (_, value) = entries.last_mut()?;
            append(value, inner)?;
            continue;
        }
        let (key, value) = key_and_value(line)?;
        if !matches!(yaml::parse(line), Ok(Value::Table(_))) {
            typed.push(Typed { line: number, written: line.to_owned(), quoted: quoted(key, value) });
        }
        entries.push((key.to_owned(), scalar(value)));
    }
    (!entries.is_empty()).then_some((Value::Table(entries), typed))
}

/// A continued line: one more of a list, or more of the same text. `None` when it is neither.
fn append(value: &mut Value, line: &str) -> Option<()> {
    let item = line.strip_prefix('-').map(|item| scalar(item.trim()));
    match (&mut *value, item) {
        (Value::List(values), Some(item)) => values.push(item),
        (Value::Nothing, Some(item)) => *value = Value::List(vec![item]),
        (Value::Text(text), _) if key_and_value(line).is_none() => {
            text.push(' ');
            text.push_str(line);
        }
        (Value::Nothing, None) => {
            *value = match key_and_value(line) {
                Some((key, value)) => Value::Table(vec![(key.to_owned(), scalar(value))]),
                None => Value::Text(line.to_owned()),
            };
        }
        (Value::Table(entries), None) => {
            let (key, value) = key_and_value(line)?;
            entries.push((key.to_owned(), scalar(value)));
        }
        (Value::Text(_) | Value::List(_), None) | (Value::Text(_) | Value::Table(_), Some(_)) => return None,
    }
    Some(())
}

/// A value as it stands after its key: text, or `[a, b]`.
fn scalar(written: &str) -> Value {
    let written = written.trim();
    if matches!(written, "" | "~" | "null" | "|" | ">" | "|-" | ">-") {
        return Value::Nothing;
    }
    match written.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        Some(list) => {
            let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::List(items.map(|item| Value::Text(unquoted(item).to_owned())).collect())
        }
        None => Value::Text(unquoted(written).to_owned()),
    }
}

/// Without the quotation marks around the whole; those inside stay.
fn unquoted(written: &str) -> &str {
    for mark in ['"', '\''] {
        let inside = written.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        if let Some(inside) = inside.filter(|inside| !inside.contains(mark)) {
            return inside;
        }
    }
    written
}

fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([':', '：'])?;
    let key = key.trim().trim_matches('"');
    let sound = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.') || is_mark(c);
    let is_key = !key.is_empty() && key.chars().count() <= LONGEST_KEY && key.chars().all(sound);
    is_key.then_some((key, value.trim()))
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn quoted(key: &str, value: &str) -> String {
    format!("{key}: \"{}\"", unquoted(value).replace('\\', "\\\\").replace('"', "\\\""))
}

/// In `title: C# và F #1` YAML takes `#1` for a comment. Where words follow the sign without a blank and the
/// statement is one for people to read, the whole line is meant.
pub(super) fn with_number_signs(
    mut entries: Vec<(String, Value)>,
    text: &str,
) -> (Vec<(String, Value)>, Vec<Typed>) {
    let mut typed = Vec::new();
    if !text.contains(" #") {
        return (entries, typed);
    }
    for (number, line) in (0u32..).zip(text.lines()) {
        let Some((key, value)) = key_and_value(line) else { continue };
        let is_cut = value
            .match_indices(" #")
            .any(|(at, sign)| value[at + sign.len()..].starts_with(|c: char| c.is_alphanumeric()));
        let is_prose = matches!(fields::of(&fold(key)), Some(Field::Title | Field::Summary));
        let is_plain = !value.starts_with(['"', '\'', '[', '{', '|', '>']) && !line.starts_with([' ', '\t']);
        if is_cut
            && is_prose
            && is_plain
            && let Some(entry) = entries.iter_mut().find(|(name, _)| name.trim() == key)
        {
            entry.1 = Value::Text(value.to_owned());
            typed.push(Typed { line: number, written: line.to_owned(), quoted: quoted(key, value) });
        }
    }
    (entries, typed)
}

/// How long the bare `Key: value` lines at the beginning of a text are (Pelican's way), the blank line after
/// them included. They begin with a key bantin knows, and name the title or two things at least: a text may well
/// begin with `Một là: …` or `Ảnh: Văn A`.
pub(super) fn bare_length(text: &str) -> Option<usize> {
    let mut length = 0;
    let mut known = Vec::new();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let continues = line.starts_with([' ', '\t']) && length > 0;
        if trimmed.is_empty() {
            length += line.len();
            break;
        }
        if !continues {
            let Some((key, value)) = key_and_value(trimmed) else {
                // Below what is said of the article's life its text may begin at once.
                return known.iter().copied().any(Field::is_of_life).then_some(length);
            };
            let field = fields::of(&fold(key));
            // `https://…` is an address, and a sentence is no key.
            if value.starts_with("//")
                || key.split_whitespace().count() > 4
                || (length == 0 && field.is_none())
            {
                return None;
            }
            known.extend(field);
        }
        length += line.len();
    }
    let is_head = known.len() > 1 || known.iter().any(|field| *field == Field::Title || field.is_of_life());
    is_head.then_some(length)
}

/// Reads such lines: everything is text.
pub(super) fn bare(text: &str) -> Option<Value> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let continues = line.starts_with([' ', '\t']);
        match key_and_value(line).filter(|_| !continues) {
            Some((key, value)) => entries.push((key.to_owned(), Value::Text(unquoted(value).to_owned()))),
            None => append(&mut entries.last_mut()?.1, line.trim())?,
        }
    }
    Some(Value::Table(entries))
}
