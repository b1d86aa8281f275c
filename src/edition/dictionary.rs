//! What clients hold, so that the next version of it can be sent as what differs (RFC 9842).

use super::{Edition, Encoding, Print, Sheet};
use crate::words::{Embed, Outlet};
use bytes::Bytes;
use ring::digest::{SHA256, digest};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many versions of one document are kept for those who hold them, the last.
const MOST_VERSIONS: usize = 8;
/// The longest version that is kept, in bytes.
const LONGEST: usize = 2 << 20;
/// What surrounds the bytes of a dictionary, roughly.
const AROUND: u64 = 300;

/// What a dictionary is known by: the SHA-256 of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DictionaryHash([u8; 32]);

impl DictionaryHash {
    /// That of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(hash)
    }

    /// One that somebody names.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bits themselves.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What it is called in entity tags.
    pub fn name(&self) -> DictionaryName {
        let mut name = [0; DictionaryName::BYTES];
        name.copy_from_slice(&self.0[..DictionaryName::BYTES]);
        DictionaryName(name)
    }
}

impl fmt::Debug for DictionaryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.name())
    }
}

/// What a dictionary is called in entity tags: 64 bits of its hash, as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DictionaryName([u8; DictionaryName::BYTES]);

impl DictionaryName {
    const BYTES: usize = 8;

    /// Reads one as it is written in an entity tag.
    pub fn parse(written: &[u8]) -> Option<Self> {
        let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if written.len() != 2 * Self::BYTES || !written.iter().all(is_digit) {
            return None;
        }
        let bits = u64::from_str_radix(std::str::from_utf8(written).ok()?, 16).ok()?;
        Some(Self(bits.to_be_bytes()))
    }
}

impl fmt::Display for DictionaryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DictionaryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A version of a document that somebody holds, as it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Dictionary {
    /// What it is known by.
    pub hash: DictionaryHash,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The versions that were given to who can use them, within a bound; those that came first go first. They begin empty with
/// every start: who names one that is not here gets the document without.
pub(super) struct Dictionaries {
    kept: Mutex<Kept>,
    bound: u64,
}

/// The path of a document, below the site's, and one of its versions.
type Known = (Arc<str>, DictionaryHash);

#[derive(Default)]
struct Kept {
    dictionaries: HashMap<Known, Arc<Dictionary>>,
    /// The same in the order in which they came.
    order: VecDeque<Known>,
    weight: u64,
}

impl Dictionaries {
    /// None yet, and room for so many bytes.
    pub(super) fn new(bound: u64) -> Self {
        Self { kept: Mutex::default(), bound }
    }

    /// The version of this hash that was given out at this path.
    pub(super) fn find(&self, path: &str, hash: DictionaryHash) -> Option<Arc<Dictionary>> {
        self.kept().dictionaries.get(&(Arc::from(path), hash)).cloned()
    }

    /// Keeps a version that is being given out at this path.
    pub(super) fn keep(&self, path: &str, hash: DictionaryHash, bytes: &Bytes) {
        let known = (Arc::from(path), hash);
        let mut kept = self.kept();
        if bytes.len() > LONGEST || kept.dictionaries.contains_key(&known) {
            return;
        }
        let dictionary = Dictionary { hash, bytes: bytes.clone() };
        kept.weight += weight(&dictionary);
        kept.dictionaries.insert(known.clone(), Arc::new(dictionary));
        kept.order.push_back(known);
        let mut of_path = kept.order.iter().enumerate().filter(|(_, (other, _))| **other == *path);
        let first = of_path.next().map(|(place, _)| place);
        if of_path.count() >= MOST_VERSIONS
            && let Some(first) = first
        {
            kept.forget(first);
        }
        while kept.weight > self.bound {
            kept.forget(0);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget(&mut self, place: usize) {
        let known = self.order.remove(place).expect("only what is there is forgotten");
        if let Some(forgotten) = self.dictionaries.remove(&known) {
            self.weight -= weight(&forgotten);
        }
    }
}

fn weight(dictionary: &Dictionary) -> u64 {
    AROUND + dictionary.bytes.len() as u64
}

impl Edition {
    /// The path of a document below the site's, where the next version of it may be sent as what differs from one that the
    /// client holds. Secret documents are never packed so: whoever may ask which version of one was given out would learn
    /// something of it. Nor are those of a site that is not reached in a secure way (RFC 9842, section 8).
    pub fn dictionary_path(&self, print: &Print) -> Option<String> {
        self.site().is_secure().then(|| print.dictionary_path()).flatten()
    }

    /// What the client holds who names this hash, when it was given out as an earlier version of the document.
    pub fn dictionary(&self, print: &Print, hash: DictionaryHash) -> Option<Arc<Dictionary>> {
        self.dictionaries.find(&self.dictionary_path(print)?, hash)
    }

    /// Remembers that this version is in the hands of somebody who can use it as a dictionary.
    pub fn offer(&self, sheet: &Sheet) {
        if sheet.offer() {
            self.keep_for_holders(sheet);
        }
    }

    /// Keeps the bytes of a version that somebody holds, if they are there: who makes them later keeps them then.
    pub(super) fn keep_for_holders(&self, sheet: &Sheet) {
        if let (Some(path), Some(hash), Some(bytes)) =
            (self.dictionary_path(sheet.print()), sheet.hash(), sheet.bytes(Encoding::Identity))
        {
            self.dictionaries.keep(&path, hash, bytes);
        }
    }
}

impl Print {
    /// The path of what may be a dictionary for its next version: whatever was asked of an embed, it stands at one path.
    fn dictionary_path(&self) -> Option<String> {
        match self {
            Print::Feed(Outlet { token: None, .. }, _) => Some(self.address()),
            Print::Embed(Outlet { name, token: None }, embed @ (Embed::Json | Embed::Fragment), _) => {
                Some(format!("/embed/{name}{}", embed.suffix()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keep(dictionaries: &Dictionaries, path: &str, version: u32, length: usize) -> DictionaryHash {
        let mut bytes = version.to_le_bytes().to_vec();
        bytes.resize(length.max(4), b'x');
        let hash = DictionaryHash::of(&bytes);
        dictionaries.keep(path, hash, &bytes.into());
        hash
    }

    #[test]
    fn a_hash_is_that_of_the_bytes_and_its_name_is_read_as_it_is_written() {
        let hash = DictionaryHash::of(b"abc");
        assert_eq!(hash.name().to_string(), "ba7816bf8f01cfea");
        assert_eq!(DictionaryName::parse(b"ba7816bf8f01cfea"), Some(hash.name()));
        for strange in ["", "ba7816bf", "BA7816BF8F01CFEA", "+a7816bf8f01cfea", "ba7816bf8f01cfea00"] {
            assert_eq!(DictionaryName::parse(strange.as_bytes()), None, "{strange}");
        }
    }

    #[test]
    fn the_last_versions_of_a_document_are_found_at_its_path_alone() {
        let dictionaries = Dictionaries::new(1 << 20);
        let other = keep(&dictionaries, "/feeds/tin.rss", 0, 100);
        let hashes: Vec<_> =
            (0..20).map(|version| keep(&dictionaries, "/feeds/all.rss", version, 100)).collect();
        for (version, hash) in hashes.iter().enumerate() {
            let found = dictionaries.find("/feeds/all.rss", *hash);
            assert_eq!(found.is_some(), version >= 20 - MOST_VERSIONS, "{version}");
            assert!(found.is_none_or(|found| found.hash == *hash));
        }
        assert!(dictionaries.find("/feeds/tin.rss", other).is_some());
        assert!(dictionaries.find("/feeds/tin.rss", hashes[19]).is_none());
    }

    #[test]
    fn what_is_too_long_drives_nothing_out() {
        let dictionaries = Dictionaries::new(4 << 20);
        let short = keep(&dictionaries, "/a", 1, 1000);
        let long = keep(&dictionaries, "/b", 1, LONGEST + 1);
        assert!(dictionaries.find("/a", short).is_some() && dictionaries.find("/b", long).is_none());
    }

    proptest! {
        #[test]
        fn no_more_is_kept_than_there_is_room_for(
            given in proptest::collection::vec((0u8..4, 0u32..12, 0usize..40_000), 1..100),
        ) {
            let dictionaries = Dictionaries::new(100_000);
            for (path, version, length) in given {
                let path = format!("/{path}");
                let hash = keep(&dictionaries, &path, version, length);
                prop_assert!(dictionaries.find(&path, hash).is_some());
                let kept = dictionaries.kept();
                prop_assert_eq!(kept.weight, kept.dictionaries.values().map(|one| weight(one)).sum::<u64>());
                prop_assert!(kept.weight <= 100_000);
                prop_assert_eq!(kept.order.len(), kept.dictionaries.len());
            }
        }
    }
}
