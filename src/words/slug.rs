use serde::{Deserialize, Serialize};
use std::fmt;

/// A name in an address: `a` to `z`, digits, single dashes; 1 to [`Slug::LONGEST`] bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(Box<str>);

impl Slug {
    /// The most bytes a slug has; longer ones are cut between words where there are any.
    pub const LONGEST: usize = 100;

    /// The slug of a title or name; `None` when nothing in it can be spelled with ASCII letters or digits.
    pub fn of(text: &str) -> Option<Self> {
        // General tables spell đ as dj; Vietnamese spells it d.
        let spelled = slug::slugify(text.replace(['đ', 'Đ', 'Ð', 'ð'], "d"));
        let cut = match spelled.get(..Self::LONGEST) {
            Some(head) if spelled.len() > Self::LONGEST => match head.rsplit_once('-') {
                Some((words, _)) => words,
                None => head,
            },
            _ => &spelled,
        };
        let cut = cut.trim_matches('-');
        (!cut.is_empty()).then(|| Self(cut.into()))
    }

    /// Reads a slug from an address or the journal; `None` unless it is exactly one.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = !text.is_empty()
            && text.len() <= Self::LONGEST + 12
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        sound.then(|| Self(text.into()))
    }

    /// The same name with a number, for the second article that wants it: `lua-vang-2`.
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0).into())
    }

    /// The letters themselves.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
