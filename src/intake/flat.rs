//! The YAML that nearly every article has, read in a twentieth of the time: `key: value`, `key: "value"` and
//! `key: [a, "b"]`, a line each, with nothing in them that YAML might take for something else.

use super::values::Value;

/// Longer than what anybody writes above an article, and far within the bounds of the YAML reader.
const LONGEST: usize = 4096;

/// What the YAML reader would give; `None` when only it can tell.
pub(super) fn parse(text: &str) -> Option<Value> {
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let entry = |line: &str| {
        let (key, value) = line.split_once(": ")?;
        is_word(key).then_some((key.to_owned(), value_of(value.trim_matches(' '))?))
    };
    let entries: Option<Vec<(String, Value)>> =
        text.strip_suffix('\n').unwrap_or(text).split('\n').map(entry).collect();
    entries.map(Value::Table)
}

fn value_of(written: &str) -> Option<Value> {
    let Some(list) = written.strip_prefix('[') else {
        let (text, rest) = scalar(written, |_| false)?;
        return rest.is_empty().then_some(text);
    };
    let mut values = Vec::new();
    let mut rest = list.trim_start_matches(' ');
    while rest != "]" {
        let (text, after) = scalar(rest, |c| matches!(c, ',' | ']'))?;
        values.push(text);
        rest = after.trim_start_matches(' ');
        if rest != "]" {
            rest = rest.strip_prefix(',')?.trim_start_matches(' ');
        }
    }
    Some(Value::List(values))
}

/// The scalar that a text begins with, and what follows; one without quotation marks goes up to where it `ends`.
fn scalar(text: &str, ends: impl Fn(char) -> bool) -> Option<(Value, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (inside, rest) = quoted.split_once('"')?;
        let is_literal = |c: char| c != '\\' && (matches!(c, ' '..='~') || is_letter(c));
        return inside.chars().all(is_literal).then(|| (Value::Text(inside.to_owned()), rest));
    }
    let (bare, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    let bare = bare.trim_end_matches(' ');
    (is_word(bare) || is_date(bare)).then(|| (Value::Text(bare.to_owned()), rest))
}

/// Letters, with blanks, digits, dashes and the like between them, that are no other word for nothing, true or false.
fn is_word(text: &str) -> bool {
    let sound =
        |c: char| is_letter(c) || c.is_ascii_digit() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '(' | ')');
    let special = ["null", "true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word));
    text.starts_with(is_letter)
        && text.chars().all(sound)
        && !text.ends_with(' ')
        && (!special || matches!(text, "true" | "false"))
}

/// A letter of English or Vietnamese.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'À'..='ʯ' | 'Ḁ'..='ỿ')
}

/// `2019-07-10`, and what may follow in a date.
fn is_date(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b':' | b'+' | b'.' | b'T' | b'Z');
    let (year, rest) = text.split_at_checked(4).unwrap_or_default();
    year.bytes().all(|b| b.is_ascii_digit())
        && rest.starts_with('-')
        && rest.bytes().all(is_part)
        && !rest.contains(": ")
        && !rest.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_front_matter_is_flat() {
        let head = "title: \"Lúa: vàng #1, được mùa\"\ndate: 2019-03-04T15:59:43+00:00\nChuyên mục: Mùa vụ\n\
                    tags: [\"lúa, giá\", mùa vụ , a/b]\nauthors: []\ndraft: false\n";
        assert!(parse(head).is_some());
        assert_eq!(parse(head).map(Ok), Some(yaml::parse_any(head)));
    }

    proptest! {
        #[test]
        fn what_is_flat_is_read_as_yaml_reads_it(parts in proptest::collection::vec(prop_oneof![
            4 => Just("\n"), 6 => Just(": "), 2 => Just(":"), 3 => Just("["), 3 => Just("]"), 3 => Just(", "), 2 => Just(","),
            6 => Just("\""), 2 => Just(" "), 1 => Just("\t"), 1 => Just("'"), 1 => Just("-"), 1 => Just("- "), 1 => Just("#"),
            1 => Just(" #"), 1 => Just("&a"), 1 => Just("*a"), 1 => Just("!"), 1 => Just("|"), 1 => Just(">"), 1 => Just("%"),
            1 => Just("{"), 1 => Just("}"), 1 => Just("?"), 1 => Just("\\"), 1 => Just("---"), 1 => Just("..."),
            2 => Just("true"), 1 => Just("Null"), 1 => Just("FALSE"), 1 => Just("yes"), 1 => Just("~"), 1 => Just("nan"),
            1 => Just("inf"), 2 => Just("2019-07-10"), 1 => Just("2019-"), 1 => Just("T16:27:00+07:00"), 2 => Just("1"),
            1 => Just("e3"), 1 => Just("0x1F"), 1 => Just("."), 1 => Just("_"), 5 => Just("title"), 5 => Just("Lúa vàng"),
            1 => Just("\u{A0}"), 1 => Just("\u{FEFF}"), 1 => Just("“"), 1 => Just("ªº"), 1 => Just("٣"), 1 => Just("\u{85}"),
        ], 0..16)) {
            check(&parts.concat())?;
        }

        #[test]
        fn so_is_a_line_of_any_value(key in "[a-zA-Zđ][a-zA-Z0-9_. -]{0,6}", value in prop_oneof![
            "\\PC{0,12}", "\"\\PC{0,12}\"", "\\[(\"?[a-z0-9 :.-]{0,4}\"?,? ?){0,4}\\]", "[0-9]{3,5}[0-9T:+. Z-]{0,8}",
            "(?i)(true|false|null|yes|no|on|off|nan|inf|\\.inf|y|n)", "[a-zA-Z][a-zA-Z0-9_./() -]{0,8}",
        ]) {
            check(&format!("{key}: {value}"))?;
            check(&format!("{key}: {value}\n{value}: {key}\n"))?;
        }
    }

    fn check(text: &str) -> Result<(), TestCaseError> {
        if let Some(value) = parse(text) {
            prop_assert_eq!(Ok(value), yaml::parse_any(text), "{}", text);
        }
        Ok(())
    }
}
