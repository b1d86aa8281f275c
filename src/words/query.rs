use super::text::{clean, fold, single_blanks};
use serde::Serialize;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a feed asks of an article's words: that all these stand in its title or text, or, of a query that [is
/// lacking](Self::is_lacking), that not all of them do. Two are the same that ask the same.
#[derive(Clone, Debug, Serialize)]
pub struct Query {
    /// What it asks, with phrases in quotes.
    asked: Box<str>,
    /// As somebody typed it.
    written: Box<str>,
}

const LACKING: char = '-';

impl Query {
    /// Reads what somebody typed: words, and phrases in quotes. `None` when there is no word in it.
    pub fn parse(written: &str) -> Option<Self> {
        let mut phrases = Vec::new();
        for (number, part) in written.split(['"', '“', '”', '„']).enumerate() {
            match number % 2 {
                1 => phrases.push(phrase(part)),
                // `covid-19` is one thing, though two words.
                _ => phrases.extend(part.split_whitespace().map(phrase)),
            }
        }
        phrases.retain(|phrase| !phrase.is_empty());
        phrases.sort();
        phrases.dedup();
        let asked = phrases.join(" ").into();
        (!phrases.is_empty()).then(|| Self { asked, written: single_blanks(&clean(written)).into() })
    }

    /// The query that an article meets that does not meet this one.
    #[must_use]
    pub fn lacking(&self) -> Self {
        Self { asked: format!("{LACKING}{}", self.asked).into(), written: self.written.clone() }
    }

    /// Whether it asks that words are missing.
    pub fn is_lacking(&self) -> bool {
        self.asked.starts_with(LACKING)
    }

    /// The phrases it asks for or against, word by word. A word without a mark stands for any that has its letters.
    pub fn phrases(&self) -> impl Iterator<Item = Vec<&str>> {
        let parts = self.asked.trim_start_matches(LACKING).split('"').enumerate();
        parts.flat_map(|(number, part)| {
            let words: Vec<&str> = part.split_whitespace().collect();
            match number % 2 {
                1 => vec![words],
                _ => words.into_iter().map(|word| vec![word]).collect(),
            }
        })
    }

    /// What it asks, as the journal keeps it.
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// Reads one back from the journal.
    pub fn remembered(asked: &str) -> Self {
        Self { asked: asked.into(), written: asked.into() }
    }
}

/// As somebody typed it, also where it asks that words are missing.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.asked == other.asked
    }
}

impl Eq for Query {}

impl Ord for Query {
    fn cmp(&self, other: &Self) -> Ordering {
        self.asked.cmp(&other.asked)
    }
}

impl PartialOrd for Query {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A phrase as queries keep it; empty when there is no word in it.
fn phrase(written: &str) -> String {
    let words: Vec<String> = words(written).map(word).collect();
    match words.as_slice() {
        [] => String::new(),
        [word] => word.clone(),
        words => format!("\"{}\"", words.join(" ")),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split(|c: char| !is_in_word(c) && !is_combining_mark(c));
    pieces.filter(|word| word.contains(is_in_word))
}

/// A word as queries keep it: without a mark when it was typed so.
fn word(written: &str) -> String {
    let (bare, marked) = (fold(written), marked(written));
    let has_marks = marked.contains(|c: char| is_combining_mark(c) || c == 'đ');
    if has_marks { marked } else { bare }
}

/// Whether a character belongs to a word, and does not part two.
pub fn is_in_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// A word in lower case with its marks, for comparing. People put the tone of `hoà` on either vowel: it stands behind
/// the letters.
pub fn marked(word: &str) -> String {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let (mut letters, mut tones) = (String::with_capacity(word.len() + 4), String::new());
    for c in word.nfd().flat_map(char::to_lowercase) {
        if TONES.contains(&c) { tones.push(c) } else { letters.push(c) }
    }
    letters + &tones
}

/// The queries that an article meets, in order. What is not among them it does not meet, or nobody has looked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matches(Option<Arc<Vec<Query>>>);

impl Matches {
    /// These.
    pub fn of(mut queries: Vec<Query>) -> Self {
        queries.sort();
        Self((!queries.is_empty()).then(|| Arc::new(queries)))
    }

    /// Whether this one is among them.
    pub fn has(&self, query: &Query) -> bool {
        self.0.as_ref().is_some_and(|queries| queries.binary_search(query).is_ok())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Query> {
        self.0.iter().flat_map(|queries| queries.iter())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_the_same_is_the_same_query() {
        let table = [
            ("Nông  thôn", "thôn NÔNG nông"),
            ("hoà bình", "hòa bình"),
            ("\"nông thôn mới\"", "“Nông thôn, mới”"),
            ("covid-19", "\"COVID 19\""),
            ("no\u{302}ng", "nông"),
            ("\"lúa\"", "lúa"),
            ("lúa \"An Giang", "\"an giang\" lúa"),
        ];
        for (one, other) in table {
            let [one, other] = [one, other].map(|text| Query::parse(text).expect("there are words in it"));
            assert_eq!(one, other);
        }
        for (one, other) in [("nong", "nông"), ("dong", "đong"), ("nông thôn", "\"nông thôn\""), ("má", "mà")]
        {
            assert_ne!(Query::parse(one), Query::parse(other));
        }
        for nothing in ["", " ", "\"\"", "–…", "\u{301}"] {
            assert_eq!(Query::parse(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_query_is_read_back_as_it_was_kept() {
        let query = Query::parse("lúa \"An Giang\" nang").expect("there are words in it");
        let phrases: Vec<Vec<String>> =
            query.phrases().map(|words| words.into_iter().map(str::to_owned).collect()).collect();
        assert_eq!(
            phrases,
            [vec!["an".to_owned(), "giang".to_owned()], vec![marked("lúa")], vec!["nang".to_owned()]]
        );
        assert_eq!(Query::remembered(query.asked()), query);
        assert_eq!(query.lacking().to_string(), "lúa \"An Giang\" nang");
        assert!(query.lacking().is_lacking() && !query.is_lacking());
        assert!(query.lacking().phrases().eq(query.phrases()));
    }
}
