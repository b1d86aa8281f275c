//! What an exported folder says of itself: that it is one, which version each of its files is, and what is said of it.

use super::suffix;
use crate::edition::Encoding;
use crate::hosts::{Outcome, Rules};
use crate::words::Fingerprint;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// The file that says it. A folder without is none of ours.
pub(super) const NAME: &str = ".bantin-export";
/// The form it is written in.
const FORM: u32 = 1;
/// The order in which the lengths of one document are written down.
pub(super) const PACKINGS: [Encoding; 4] =
    [Encoding::Identity, Encoding::Gzip, Encoding::Brotli, Encoding::Zstd];

/// All files of an exported folder, and the addresses that have none and yet an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Where the site's addresses begin.
    pub base: String,
    /// Which bantin made it: another one may pack otherwise.
    pub(super) made_by: String,
    /// What is said of files: their type, and how long they may be used without asking.
    pub(super) said: Vec<(String, String)>,
    /// The files, in the order of their names.
    pub(super) entries: Vec<Entry>,
    /// What is answered at other addresses, and where they lead; nowhere what was withdrawn.
    pub(super) leads: Vec<Lead>,
}

/// One document or file, as it is and as it is packed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The name of its file below the folder.
    pub file: String,
    /// Its address below the site's; empty of what has none.
    pub address: String,
    /// What names its bytes.
    pub version: String,
    /// When these bytes first appeared, in seconds since 1970.
    pub modified: i64,
    /// What is said of it: which of [`Manifest::said`].
    pub said: usize,
    /// When time alone makes another of it, in seconds since 1970.
    pub until: Option<i64>,
    /// How long it is as it is and [packed](PACKINGS), where that is there.
    pub lengths: [Option<u64>; 4],
}

/// Why a folder cannot be read as one of ours.
#[derive(Debug)]
pub enum Unreadable {
    /// It does not say that it is one.
    NotOurs,
    /// Another bantin wrote it, or it is damaged.
    Strange,
    /// It cannot be read.
    Refused(io::Error),
}

#[derive(Serialize, Deserialize)]
struct Head {
    bantin_export: u32,
    made_by: String,
    base: String,
    said: Vec<(String, String)>,
}

/// An address, the status of the answer there, and where it leads.
pub(super) type Lead = (String, u16, Option<String>);

type Line = (String, String, String, i64, usize, Option<i64>, [Option<u64>; 4]);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Entry(Line),
    Lead(Lead),
}

impl Entry {
    /// How many files it has.
    pub fn count(&self) -> usize {
        self.lengths.iter().flatten().count()
    }

    /// The names of its files, and their lengths.
    pub fn files(&self) -> impl Iterator<Item = (String, u64)> {
        let packings = PACKINGS.into_iter().zip(self.lengths);
        packings.filter_map(|(packing, length)| Some((format!("{}{}", self.file, suffix(packing)), length?)))
    }
}

impl Manifest {
    /// An empty one.
    pub(super) fn new(rules: &Rules) -> Self {
        let lead = |(address, outcome): (&String, &Outcome)| {
            (address.clone(), outcome.status(), outcome.to().map(str::to_owned))
        };
        let leads = rules.leads.iter().map(lead);
        let mut said: Vec<(String, String)> = vec![(String::new(), String::new())];
        let heard = rules.said.values().chain(rules.apart.values().map(|(_, said)| said));
        said.extend(heard.map(|said| (said.content_type().to_owned(), said.cache_control().to_owned())));
        let kept = rules.said.get(&crate::hosts::Class::Media).map_or("", |said| said.cache_control());
        said.extend(rules.media_types.values().map(|media_type| ((*media_type).to_owned(), kept.to_owned())));
        said.sort();
        said.dedup();
        let base = rules.base.to_string();
        Self { base, made_by: this_bantin(), said, entries: Vec::new(), leads: leads.collect() }
    }

    /// The number of what is said.
    pub(super) fn saying(&self, content_type: &str, cache_control: &str) -> usize {
        let is_it = |said: &(String, String)| said.0 == content_type && said.1 == cache_control;
        self.said.iter().position(is_it).unwrap_or(0)
    }

    /// Whether what stands in it was packed as this bantin packs.
    pub(super) fn is_of_this_bantin(&self) -> bool {
        self.made_by == this_bantin()
    }

    /// Whether it says the same as another one of all but files.
    pub(super) fn frames(&self, other: &Manifest) -> bool {
        let Self { base, made_by, said, leads, entries: _ } = self;
        *base == other.base && *made_by == other.made_by && *said == other.said && *leads == other.leads
    }

    pub(super) fn entry(&self, file: &str) -> Option<&Entry> {
        let place = self.entries.binary_search_by(|entry| entry.file.as_str().cmp(file)).ok()?;
        Some(&self.entries[place])
    }

    /// How many of its files are not in another one.
    pub(super) fn files_not_in(&self, other: &Manifest) -> usize {
        let gone = |entry: &&Entry| {
            let now = other.entry(&entry.file).map_or([None; 4], |entry| entry.lengths);
            entry.lengths.iter().zip(now).filter(|(before, now)| before.is_some() && now.is_none()).count()
        };
        self.entries.iter().map(|entry| gone(&entry)).sum()
    }

    /// Writes it into a folder.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut out = BufWriter::new(std::fs::File::create_new(folder.join(NAME))?);
        let Self { base, made_by, said, entries, leads } = self;
        let (base, made_by, said) = (base.clone(), made_by.clone(), said.clone());
        let mut line = |line: serde_json::Result<String>| writeln!(out, "{}", line?);
        line(serde_json::to_string(&Head { bantin_export: FORM, made_by, base, said }))?;
        for entry in entries {
            let Entry { file, address, version, modified, said, until, lengths } = entry;
            line(serde_json::to_string(&(file, address, version, modified, said, until, lengths)))?;
        }
        for lead in leads {
            line(serde_json::to_string(lead))?;
        }
        out.flush()
    }

    /// Reads that of a folder.
    ///
    /// # Errors
    /// When it is none of ours, or cannot be read.
    pub fn read(folder: &Path) -> Result<Self, Unreadable> {
        let file = std::fs::File::open(folder.join(NAME)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Unreadable::NotOurs,
            _ => Unreadable::Refused(error),
        })?;
        let mut lines = BufReader::new(file).lines();
        let head = lines.next().ok_or(Unreadable::Strange)?.map_err(Unreadable::Refused)?;
        let head: Head = serde_json::from_str(&head).map_err(|_| Unreadable::Strange)?;
        if head.bantin_export != FORM {
            return Err(Unreadable::Strange);
        }
        let Head { made_by, base, said, .. } = head;
        let mut manifest = Self { base, made_by, said, entries: Vec::new(), leads: Vec::new() };
        for line in lines {
            let line = line.map_err(Unreadable::Refused)?;
            match serde_json::from_str(&line).map_err(|_| Unreadable::Strange)? {
                Written::Entry((file, address, version, modified, said, until, lengths)) => {
                    let entry = Entry { file, address, version, modified, said, until, lengths };
                    manifest.entries.push(entry);
                }
                Written::Lead(lead) => manifest.leads.push(lead),
            }
        }
        Ok(manifest)
    }

    /// What is said of a file.
    pub(super) fn said_of(&self, entry: &Entry) -> (&str, &str) {
        self.said.get(entry.said).map_or(("", ""), |(content_type, kept)| (content_type, kept))
    }
}

/// What tells one bantin from another that may print or pack otherwise.
fn this_bantin() -> String {
    let parts = [env!("CARGO_PKG_VERSION"), env!("BANTIN_PRINTING")];
    Fingerprint::of(parts).to_string()
}
