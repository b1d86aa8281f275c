//! What versions are called, and what a version of a feed says of which article.

use super::{Edition, Validators};
use crate::catalogue::{Gone, Key, Placed};
use crate::words::{FeedName, Fingerprint, Timestamp};
use std::fmt;

/// What a version is called in entity tags: 96 bits of its fingerprint, as 24 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionName([u8; VersionName::BYTES]);

impl VersionName {
    const BYTES: usize = 12;
    /// How many digits it has.
    pub const DIGITS: usize = 2 * Self::BYTES;

    /// Reads one as it is written in an entity tag.
    pub fn parse(written: &[u8]) -> Option<Self> {
        let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if written.len() != Self::DIGITS || !written.iter().all(is_digit) {
            return None;
        }
        let mut name = [0; Self::BYTES];
        for (byte, pair) in name.iter_mut().zip(written.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(name))
    }

    /// Reads one back from the journal.
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bits themselves.
    pub fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl fmt::Display for VersionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for VersionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Validators {
    /// What the version is called in entity tags.
    pub fn name(&self) -> VersionName {
        let mut name = [0; VersionName::BYTES];
        name.copy_from_slice(&self.version.as_bytes()[..VersionName::BYTES]);
        VersionName(name)
    }
}

/// What a version of a feed says of one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The article.
    pub key: Key,
    /// What is said amounts to this: the article as it is printed, or that it was withdrawn.
    pub fingerprint: Fingerprint,
    /// When the article, as it is printed there, was corrected.
    pub corrected: Option<Timestamp>,
    /// Since when it is gone; `None` of one that is carried.
    pub withdrawn: Option<Timestamp>,
}

impl Mention {
    fn carried(placed: &Placed) -> Self {
        let Placed { key, fingerprint, corrected, .. } = placed;
        Self { key: *key, fingerprint: *fingerprint, corrected: *corrected, withdrawn: None }
    }

    fn gone(gone: &Gone) -> Self {
        let withdrawn = Some(gone.withdrawal.at);
        Self { key: gone.key, fingerprint: gone.fingerprint(), corrected: None, withdrawn }
    }
}

impl Edition {
    /// All that a feed's documents say of articles, in their order; of withdrawn ones, what those formats say that can.
    pub fn mentions(&self, name: &FeedName) -> Vec<Mention> {
        let Some(feed) = self.catalogue.feed(name) else { return Vec::new() };
        let carried = self.carried(&feed).map(|placed| Mention::carried(placed));
        carried.chain(self.gone(name).map(|gone| Mention::gone(gone))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let version = Fingerprint::of(["một"]);
        let validators = Validators::first(version, Timestamp::nearest(0));
        let name = validators.name();
        assert!(version.to_string().starts_with(&name.to_string()));
        assert_eq!(VersionName::parse(name.to_string().as_bytes()), Some(name));
        for strange in ["", "ab", &"AB".repeat(12), &"+a".repeat(12), &"ab".repeat(16)] {
            assert_eq!(VersionName::parse(strange.as_bytes()), None, "{strange}");
        }
    }
}
