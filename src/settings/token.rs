//! The `token` of an agreement: another one put into `feeds/NAME.toml`, and everything else there left as it is.

use super::FeedDefinition;
use super::file_path;
use super::toml::Toml;
use crate::words::{Problem, Text, TokenHash};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

const KEY: &str = "token";

/// The text of a sound `feeds/NAME.toml` with an agreement, with the hash of another token in it; the earlier ones stay,
/// unless it is to be the `only` one. `None` where the text is written so oddly that this would change something else.
pub fn with_token(text: &str, hash: &TokenHash, only: bool) -> Option<String> {
    let mark = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let (mark, bare) = text.split_at(mark);
    let edited = edited(bare, &format!("\"{hash}\""), only)?;
    is_what_was_meant(bare, &edited, hash, only).then(|| format!("{mark}{edited}"))
}

fn edited(text: &str, hash: &str, only: bool) -> Option<String> {
    let document = DeTable::parse(text).ok()?.into_inner();
    let agreement = document.get("partner")?;
    let entries = agreement.get_ref().as_table()?;
    let Some(token) = entries.get(KEY) else {
        let (key, value) = entries.iter().max_by_key(|(_, value)| value.span().end)?;
        let is_inline = text.get(agreement.span())?.starts_with('{');
        return Some(match is_inline {
            true => inserted(text, value.span().end, &format!(", {KEY} = {hash}")),
            false => below(text, key.span().start, value.span().end, &format!("{KEY} = {hash}")),
        });
    };
    Some(match token.get_ref() {
        DeValue::Array(tokens) if !only => match tokens.last() {
            Some(last) => among(text, last.span(), token.span().end, hash),
            None => replaced(text, token.span(), &format!("[{hash}]")),
        },
        _ if only => replaced(text, token.span(), hash),
        _ => replaced(text, token.span(), &format!("[{}, {hash}]", text.get(token.span())?)),
    })
}

/// Puts a line below that of the value that ends there, indented or prefixed as its key is.
fn below(text: &str, key: usize, end: usize, line: &str) -> String {
    let prefix = &text[text[..key].rfind('\n').map_or(0, |at| at + 1)..key];
    inserted(text, line_end(text, end), &format!("{}{prefix}{line}", newline(text)))
}

/// Puts one more behind the last member of an array that closes there: in a line of its own where the others have that.
fn among(text: &str, last: Range<usize>, close: usize, hash: &str) -> String {
    let tail = &text[last.end..close];
    if !tail.contains('\n') {
        return inserted(text, last.end, &format!(", {hash}"));
    }
    let code = tail.split('#').next().unwrap_or("");
    let has_comma = code.trim_start().starts_with(',');
    let comma = if has_comma { "," } else { "" };
    let with_line = below(text, last.start, last.end, &format!("{hash}{comma}"));
    if has_comma { with_line } else { inserted(&with_line, last.end, ",") }
}

fn inserted(text: &str, at: usize, more: &str) -> String {
    replaced(text, at..at, more)
}

fn replaced(text: &str, range: Range<usize>, by: &str) -> String {
    format!("{}{by}{}", &text[..range.start], &text[range.end..])
}

/// Where the line ends that this place is in.
fn line_end(text: &str, from: usize) -> usize {
    let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
    if text[from..end].ends_with('\r') { end - 1 } else { end }
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether the text says the same but for the one token more.
fn is_what_was_meant(before: &str, after: &str, hash: &TokenHash, only: bool) -> bool {
    let read = |text: &str| {
        let mut document: toml::Table = toml::from_str(text).ok()?;
        let agreement = document.get_mut("partner")?.as_table_mut()?;
        let tokens = match agreement.remove(KEY) {
            None => Vec::new(),
            Some(toml::Value::Array(tokens)) => tokens,
            Some(token) => vec![token],
        };
        let hashes: Option<Vec<TokenHash>> =
            tokens.iter().map(|token| TokenHash::parse(token.as_str()?)).collect();
        Some((document, hashes?))
    };
    let (Some((document, mut tokens)), Some(after)) = (read(before), read(after)) else { return false };
    if only {
        tokens.clear();
    }
    tokens.push(*hash);
    (document, tokens) == after
}

/// What is wrong where one token stands in two files, as happens when one is copied: it opens neither feed.
pub fn tokens_of_two<'a>(
    definitions: &[FeedDefinition],
    text_of: impl Fn(&str) -> Option<&'a str>,
) -> Vec<Problem> {
    fn tokens(definition: &FeedDefinition) -> impl Iterator<Item = &TokenHash> {
        definition.partner.iter().flat_map(|partner| &partner.tokens)
    }
    // Those of closed feeds have one in common.
    let nobodys = TokenHash::nobodys();
    let mut problems = Vec::new();
    for one in definitions {
        let other = definitions.iter().filter(|other| other.name != one.name).find(|other| {
            tokens(other).any(|token| *token != nobodys && tokens(one).any(|own| own == token))
        });
        let file_name = format!("{}.toml", one.name);
        if let (Some(other), Some(text)) = (other, text_of(&file_name)) {
            let file = Toml { path: file_path(&file_name), text };
            let other = &other.name;
            problems.push(
                file.problem(
                    KEY,
                    Text::new(
                        format!("mã này có cả trong `{other}.toml`, nên không mở được nguồn tin nào trong hai nguồn"),
                        format!("this token stands in `{other}.toml`, too, so it opens neither of the two feeds"),
                    ),
                    Text::new(
                        format!("Hãy xóa dòng này ở tệp chép lại, rồi chạy `bantin token {}` để tạo mã riêng.", one.name),
                        format!("Remove the line from the copy, and run `bantin token {}` for one of its own.", one.name),
                    ),
                )
                .as_error(),
            );
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hash(text: &str) -> TokenHash {
        TokenHash::of(text)
    }

    /// `A`, `B` and `N` stand for three hashes, the last of which is new.
    fn check(before: &str, only: bool, after: Option<&str>) {
        let spelled = |text: &str| {
            let [a, b, n] = ["a", "b", "n"].map(|name| hash(name).to_string());
            text.replace('A', &a).replace('B', &b).replace('N', &n)
        };
        let edited = with_token(&spelled(before), &hash("n"), only);
        assert_eq!(edited, after.map(spelled), "{before}");
    }

    #[test]
    fn a_token_is_put_in_and_the_rest_stays_as_it_is() {
        let table = [
            // None yet.
            ("[partner]\no = \"x\"\n", "[partner]\no = \"x\"\ntoken = \"N\"\n"),
            ("[partner]\no = \"x\"", "[partner]\no = \"x\"\ntoken = \"N\""),
            (
                "[partner]\r\no = \"x\" # ai?\r\n\r\n# hết\r\n",
                "[partner]\r\no = \"x\" # ai?\r\ntoken = \"N\"\r\n\r\n# hết\r\n",
            ),
            (
                "title = \"t\"\n\n[ partner ] # đài\n  o = \"x\"\n  d = \"\"\"\ny\"\"\" # z\n\n[tags]\nany = [\"u\"]\n",
                "title = \"t\"\n\n[ partner ] # đài\n  o = \"x\"\n  d = \"\"\"\ny\"\"\" # z\n  token = \"N\"\n\n[tags]\nany = [\"u\"]\n",
            ),
            ("partner.o = \"x\"\n[tags]\n", "partner.o = \"x\"\npartner.token = \"N\"\n[tags]\n"),
            ("partner = { o = \"x\" }\n", "partner = { o = \"x\", token = \"N\" }\n"),
            ("\u{FEFF}[partner]\no = \"x\"\n", "\u{FEFF}[partner]\no = \"x\"\ntoken = \"N\"\n"),
            // Some already.
            (
                "[partner]\ntoken = \"A\" # cũ\no = \"x\"\n",
                "[partner]\ntoken = [\"A\", \"N\"] # cũ\no = \"x\"\n",
            ),
            ("[partner]\ntoken = 'A'\n", "[partner]\ntoken = ['A', \"N\"]\n"),
            ("[partner]\ntoken = []\n", "[partner]\ntoken = [\"N\"]\n"),
            ("[partner]\ntoken = [ \"A\" ]\n", "[partner]\ntoken = [ \"A\", \"N\" ]\n"),
            ("[partner]\ntoken = [\"A\",]\n", "[partner]\ntoken = [\"A\", \"N\",]\n"),
            (
                "[partner]\ntoken = [\n  \"A\", # một\n  # hai\n  \"B\", # ba\n] # bốn\n",
                "[partner]\ntoken = [\n  \"A\", # một\n  # hai\n  \"B\", # ba\n  \"N\",\n] # bốn\n",
            ),
            (
                "[partner]\r\ntoken = [\r\n\t\"A\" # một, hai\r\n]\r\n",
                "[partner]\r\ntoken = [\r\n\t\"A\", # một, hai\r\n\t\"N\"\r\n]\r\n",
            ),
            ("partner = { token = \"A\", o = \"x\" }", "partner = { token = [\"A\", \"N\"], o = \"x\" }"),
        ];
        for (before, after) in table {
            check(before, false, Some(after));
        }
        let table = [
            ("[partner]\no = \"x\"\n", "[partner]\no = \"x\"\ntoken = \"N\"\n"),
            ("[partner]\ntoken = \"A\" # cũ\no = \"x\"\n", "[partner]\ntoken = \"N\" # cũ\no = \"x\"\n"),
            ("[partner]\ntoken = [\n \"A\", # một\n \"B\",\n] # hai\n", "[partner]\ntoken = \"N\" # hai\n"),
        ];
        for (before, after) in table {
            check(before, true, Some(after));
        }
    }

    #[test]
    fn what_is_no_sound_agreement_is_left_alone() {
        for text in [
            "",
            "title = \"t\"\n",
            "[partner]\n",
            "partner = \"x\"\n",
            "[partner\no = \"x\"\n",
            "[partner]\ntoken = 3\n",
            "[partner]\ntoken = [\"bt5bnenb\"]\n",
            "[[partner]]\no = \"x\"\n",
        ] {
            check(text, false, None);
        }
    }

    proptest! {
        /// Whatever else is in the file, it stays, and each token of a change-over is there.
        #[test]
        fn nothing_else_is_ever_changed(
            head in "(# [a-zđ,\\]\\[\"]{0,8}\n|title = \"[a-z#=]{0,5}\"\n){0,1}",
            comment in "( # [a-zđ,\\]\\[\"]{0,8}){0,1}",
            tail in "(\n|# [a-z]{0,3}\n|\\[tags\\]\nany = \\[\"x\"\\]\n){0,1}",
            times in 1..6_u8,
        ) {
            let first = format!("{head}[partner]\norganisation = \"x\"{comment}\n{tail}");
            let mut text = first.clone();
            for time in 0..times {
                text = with_token(&text, &hash(&time.to_string()), false).expect("it is sound");
            }
            let lines = |text: &str| text.lines().filter(|line| !line.starts_with("token")).map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(lines(&text), lines(&first));
            for time in 0..times {
                prop_assert!(text.contains(&hash(&time.to_string()).to_string()));
            }
        }
    }
}
