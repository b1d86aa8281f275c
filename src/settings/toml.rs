//! What is alike in all settings files: keys, lines, values that are checked.

use crate::words::{ContentPath, LanguageTag, Problem, Text};
use serde::Deserialize;
use url::Url;

/// The most articles one document carries, whatever a file asks for.
const MOST_ARTICLES: usize = 1000;
/// The most days a feed may reach back: ten years.
const MOST_DAYS: u32 = 3660;
pub(super) const CONDITION_KEYS: &[&str] = &["any", "all", "none"];

/// What may be one text or a list of them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text, or a list of texts")]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn all(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

/// A settings file, for saying what is wrong where.
pub struct Toml<'a> {
    /// Its name as problems show it.
    pub path: ContentPath,
    /// What it says.
    pub text: &'a str,
}

impl Toml<'_> {
    pub fn parse<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Problem> {
        toml::from_str(self.text).map_err(|error| {
            let problem = Problem::new(
                &self.path,
                Text::new(
                    format!("không đọc được cài đặt: {}", error.message()),
                    format!("the settings cannot be read: {}", error.message()),
                ),
                Text::new(
                    "Hãy sửa dòng này; chữ phải nằm trong dấu ngoặc kép, ví dụ `title = \"Bản tin\"`.",
                    "Mend this line; text stands in double quotes, such as `title = \"Bulletin\"`.",
                ),
            );
            match error.span() {
                Some(span) => {
                    let words = self.text.get(span.clone()).and_then(|words| words.lines().next());
                    problem.at_line(self.line_at(span.start)).about(words.unwrap_or(""))
                }
                None => problem,
            }
        })
    }

    /// What is written under a key that means nothing: at the top, where these are known, and in the tables there, of which
    /// `within` says what is known; nothing where any name may stand.
    pub fn unknown_keys(
        &self,
        known: &[&str],
        within: impl Fn(&str) -> Option<&'static [&'static str]>,
    ) -> Vec<Problem> {
        let Ok(table) = toml::from_str::<toml::Table>(self.text) else { return Vec::new() };
        let mut problems = Vec::new();
        for (key, value) in &table {
            if !known.contains(&key.as_str()) {
                problems.push(self.unknown(key, known));
            } else if let toml::Value::Table(inner) = value {
                let Some(known) = within(key) else { continue };
                let strange = inner.keys().filter(|inner| !known.contains(&inner.as_str()));
                problems.extend(strange.map(|inner| self.unknown(inner, known)));
            }
        }
        problems
    }

    fn unknown(&self, key: &str, known: &[&str]) -> Problem {
        let nearest = known.iter().min_by_key(|candidate| edits(key, candidate)).copied().unwrap_or("title");
        let hint = if edits(key, nearest) <= 3 {
            Text::new(format!("Có phải là `{nearest}`?"), format!("Did you mean `{nearest}`?"))
        } else {
            let list = known.join(", ");
            Text::new(format!("Các khóa dùng được: {list}."), format!("The known keys are: {list}."))
        };
        self.problem(key, Text::new(format!("không có khóa `{key}`"), format!("unknown key `{key}`")), hint)
            .about(key)
    }

    pub fn problem(&self, key: &str, what: Text, hint: Text) -> Problem {
        let problem = Problem::new(&self.path, what, hint);
        let at = self.text.lines().position(|line| {
            line.trim_start()
                .strip_prefix(key)
                .is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with(['=', '.', ']']))
        });
        match at {
            Some(index) => problem.at_line(index as u32 + 1),
            None => problem,
        }
    }

    fn line_at(&self, offset: usize) -> u32 {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() as u32 + 1
    }

    pub fn language(&self, tag: &str) -> Result<LanguageTag, Problem> {
        LanguageTag::parse(tag).ok_or_else(|| {
            self.problem(
                "language",
                Text::new(
                    format!("`{tag}` không phải mã ngôn ngữ"),
                    format!("`{tag}` is not a language tag"),
                ),
                Text::new("Hãy viết `vi` hoặc `en`.", "Write `vi` or `en`."),
            )
            .about(tag)
        })
    }

    pub fn address(&self, base: &Url, key: &str, written: &str) -> Result<Url, Problem> {
        base.join(written).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| {
            self.problem(
                key,
                Text::new(
                    format!("`{written}` không phải địa chỉ"),
                    format!("`{written}` is not an address"),
                ),
                Text::new(
                    "Hãy viết như `https://…` hoặc `media/…`.",
                    "Write it like `https://…` or `media/…`.",
                ),
            )
            .about(written)
        })
    }

    /// The address of the terms on which something may be used. A licence's name alone is none.
    pub fn licence(&self, base: &Url, written: &str) -> Result<Url, Problem> {
        let is_address = written.contains('/') && !written.contains(char::is_whitespace);
        let address = if is_address { written } else { "" };
        if address.is_empty() {
            return Err(self
                .problem(
                    "licence",
                    Text::new(
                        format!("`{written}` không phải địa chỉ"),
                        format!("`{written}` is not an address"),
                    ),
                    Text::new(
                        "Hãy viết địa chỉ của trang ghi giấy phép, như `https://creativecommons.org/licenses/by/4.0/`.",
                        "Write the address of the page with the terms, such as `https://creativecommons.org/licenses/by/4.0/`.",
                    ),
                )
                .about(written));
        }
        self.address(base, "licence", address)
    }

    /// One of these words.
    pub fn one_of<T: Copy>(&self, key: &str, written: &str, known: &[(&str, T)]) -> Result<T, Problem> {
        let found = known.iter().find(|(word, _)| *word == written.trim());
        found.map(|(_, meant)| *meant).ok_or_else(|| {
            let list = known.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            self.problem(
                key,
                Text::new(
                    format!("`{key}` không thể là `{written}`"),
                    format!("`{key}` cannot be `{written}`"),
                ),
                Text::new(format!("Hãy viết một trong: {list}."), format!("Write one of: {list}.")),
            )
            .about(written)
        })
    }

    pub fn limit(&self, asked: usize) -> (usize, Option<Problem>) {
        if (1..=MOST_ARTICLES).contains(&asked) {
            return (asked, None);
        }
        let limit = asked.clamp(1, MOST_ARTICLES);
        let problem = self
            .problem(
                "limit",
                Text::new(
                    format!("giới hạn {asked} nằm ngoài 1–{MOST_ARTICLES}; đang dùng {limit}"),
                    format!("the limit {asked} lies outside 1 to {MOST_ARTICLES}; {limit} is used"),
                ),
                Text::new("Hãy chọn một số trong khoảng đó.", "Choose a number between them."),
            )
            .about(&asked.to_string());
        (limit, Some(problem))
    }

    pub fn days(&self, asked: i64) -> (u32, Option<Problem>) {
        let days = u32::try_from(asked.clamp(1, MOST_DAYS.into())).expect("it is within these bounds");
        if asked == i64::from(days) {
            return (days, None);
        }
        let problem = self
            .problem(
                "days",
                Text::new(
                    format!("{asked} ngày nằm ngoài 1–{MOST_DAYS}; đang dùng {days}"),
                    format!("{asked} days lie outside 1 to {MOST_DAYS}; {days} is used"),
                ),
                Text::new("Hãy chọn một số trong khoảng đó.", "Choose a number between them."),
            )
            .about(&asked.to_string());
        (days, Some(problem))
    }
}

/// How many letters have to be put in, taken out or changed to get from one word to the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}
