//! What an export will hold, and what of it is there already.

use super::building::moment;
use super::manifest::{Entry, Manifest};
use super::place::Place;
use super::{LeftOut, Sources};
use crate::edition::{Media, Print, Validators};
use crate::hosts::{Class, Rules, media_address};
use crate::words::{Fingerprint, Timestamp};
use std::collections::HashMap;
use std::path::{Component, Path};
use std::sync::Arc;

/// The most bytes that a name may have on the file systems there are.
const LONGEST_NAME: usize = 255;

/// One file to be, with those that are packed beside it.
pub(super) enum Item {
    /// A document.
    Document {
        /// Its file.
        file: String,
        /// Which.
        print: Print,
        /// Which version.
        validators: Validators,
    },
    /// A file that travels with articles, or a picture.
    Media {
        /// Its file.
        file: String,
        /// Its path below the content folder.
        path: String,
        /// Which.
        media: Arc<Media>,
    },
    /// What a host is told.
    Rules {
        /// Its file.
        file: &'static str,
        /// What it says.
        text: String,
    },
}

impl Item {
    pub fn file(&self) -> &str {
        match self {
            Item::Document { file, .. } | Item::Media { file, .. } => file,
            Item::Rules { file, .. } => file,
        }
    }

    /// What people know it by.
    fn shown(&self) -> String {
        match self {
            Item::Document { print, .. } => print.address(),
            Item::Media { path, .. } => path.clone(),
            Item::Rules { file, .. } => (*file).to_owned(),
        }
    }

    /// What names its bytes.
    pub fn version(&self) -> Fingerprint {
        match self {
            Item::Document { validators, .. } => validators.version,
            Item::Media { media, .. } => media.validators.version,
            Item::Rules { text, .. } => Fingerprint::of([text]),
        }
    }

    /// When its bytes first appeared; of what a host is told nobody asks.
    pub fn modified(&self) -> i64 {
        match self {
            Item::Document { validators, .. } => validators.modified.seconds(),
            Item::Media { media, .. } => media.validators.modified.seconds(),
            Item::Rules { .. } => 0,
        }
    }

    /// When time alone makes another of it, in seconds since 1970.
    fn until(&self, sources: &Sources) -> Option<i64> {
        match self {
            Item::Document { print, .. } => sources.edition.kept_until(print).map(Timestamp::seconds),
            Item::Media { .. } | Item::Rules { .. } => None,
        }
    }

    /// How the manifest tells of it, but for its lengths.
    pub fn entry(&self, sources: &Sources, rules: &Rules, manifest: &Manifest) -> Entry {
        let (address, said) = match self {
            Item::Document { print, .. } => {
                let address = print.address();
                let said = rules.said_at(Class::of(print), &address);
                let said = said.map_or(0, |said| manifest.saying(said.content_type(), said.cache_control()));
                (address, said)
            }
            Item::Media { path, media, .. } => {
                let kept = rules.said.get(&Class::Media).map_or("", |said| said.cache_control());
                (media_address(path), manifest.saying(media.media_type, kept))
            }
            Item::Rules { .. } => (String::new(), 0),
        };
        let (file, version, until) =
            (self.file().to_owned(), self.version().to_string(), self.until(sources));
        Entry { file, address, version, modified: self.modified(), said, until, lengths: [None; 4] }
    }
}

/// All files to be, and what has none.
pub(super) struct Plan {
    pub items: Vec<Item>,
    pub left_out: Vec<LeftOut>,
}

impl Plan {
    /// What there is in an edition.
    pub fn of(sources: &Sources, rules: &Rules, tells_cases_apart: bool) -> Self {
        let edition = &sources.edition;
        let documents = edition.everything().filter_map(|(print, validators)| {
            Some(Item::Document { file: print.file()?, print, validators })
        });
        let media = edition.all_media().map(|(path, media)| Item::Media {
            file: format!("media/{path}"),
            path: path.to_owned(),
            media: media.clone(),
        });
        let told = rules.files().map(|(file, text)| Item::Rules { file, text });
        let mut items: Vec<Item> = documents.chain(media).chain(told).collect();
        // Of two that want one file the first by name gets it, or the shorter address.
        items.sort_by(|a, b| a.file().cmp(b.file()).then_with(|| a.shown().cmp(&b.shown())));
        let mut plan = Self { items: Vec::with_capacity(items.len()), left_out: Vec::new() };
        let mut names: HashMap<Fingerprint, usize> = HashMap::with_capacity(items.len());
        for item in items {
            let file = item.file();
            if !can_be_called(file) {
                plan.left_out.push(LeftOut::NoName { what: item.shown() });
                continue;
            }
            let name = if tells_cases_apart { file.to_owned() } else { file.to_lowercase() };
            let first = *names.entry(Fingerprint::of([name])).or_insert(plan.items.len());
            match plan.items.get(first) {
                Some(with) => {
                    plan.left_out.push(LeftOut::Clash { what: item.shown(), with: with.shown() });
                }
                None => plan.items.push(item),
            }
        }
        plan
    }

    /// For each item what is there of it already, as it has to be.
    pub fn kept<'a>(&self, place: &Place, before: Option<&'a Manifest>) -> Vec<Option<&'a Entry>> {
        let before = before.filter(|before| before.is_of_this_bantin());
        let kept = |item: &Item| {
            let entry = before?.entry(item.file())?;
            let is_it = entry.version == item.version().to_string() && is_as_it_was(place.folder(), entry);
            is_it.then_some(entry)
        };
        self.items.iter().map(kept).collect()
    }

    /// Whether all of it is there already, and nothing else.
    pub fn is_there(
        &self,
        sources: &Sources,
        kept: &[Option<&Entry>],
        before: &Manifest,
        rules: &Rules,
    ) -> bool {
        let mut pairs = self.items.iter().zip(kept);
        let is_told =
            |item: &Item, kept: Option<&Entry>| kept.is_some_and(|entry| entry.until == item.until(sources));
        let is_all_kept = pairs.all(|(item, kept)| is_told(item, *kept));
        is_all_kept && before.entries.len() == self.items.len() && before.frames(&Manifest::new(rules))
    }
}

/// Whether the files of an entry are as they were written.
fn is_as_it_was(folder: &Path, entry: &Entry) -> bool {
    entry.files().all(|(file, length)| {
        std::fs::symlink_metadata(folder.join(file)).is_ok_and(|there| {
            let is_then = there.modified().is_ok_and(|modified| modified == moment(entry.modified));
            there.is_file() && there.len() == length && is_then
        })
    })
}

/// Whether a file can be called so, in any folder.
fn can_be_called(file: &str) -> bool {
    let mut steps = Path::new(file).components();
    let is_sound = |step: &str| !matches!(step, "" | "." | "..") && step.len() <= LONGEST_NAME;
    steps.all(|step| matches!(step, Component::Normal(_))) && file.split('/').all(is_sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_but_into_the_folder() {
        for file in ["a", "media/a/b.png", "media/Lúa vàng.jpg", "media/..a", &"x".repeat(255)] {
            assert!(can_be_called(file), "{file}");
        }
        for file in ["", "/a", "a//b", "a/", "../a", "media/../../a", "media/./a", &"x".repeat(256)] {
            assert!(!can_be_called(file), "{file}");
        }
    }
}
