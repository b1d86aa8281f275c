//! What an export will hold, and what of it is there already.

use super::building::Ways;
use super::found::{is_as_it_was, is_nothing_else};
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
        /// When it is told so.
        told: Timestamp,
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

    /// When its bytes first appeared; of what a host is told, that is when they are written.
    pub fn modified(&self) -> i64 {
        match self {
            Item::Document { validators, .. } => validators.modified.seconds(),
            Item::Media { media, .. } => media.validators.modified.seconds(),
            Item::Rules { told, .. } => told.seconds(),
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

/// What is there already of an item.
#[derive(Clone, Copy)]
pub(super) enum There<'a> {
    /// This version.
    This(&'a Entry),
    /// Another version, which may say the same.
    Another(&'a Entry),
    /// Nothing that could be kept.
    Nothing,
}

/// All files to be, and what has none.
pub(super) struct Plan {
    pub items: Vec<Item>,
    pub left_out: Vec<LeftOut>,
}

impl Plan {
    /// What there is in an edition at this moment.
    pub fn of(sources: &Sources, rules: &Rules, now: Timestamp, tells_cases_apart: bool) -> Self {
        let edition = &sources.edition;
        let documents = edition.everything().filter_map(|(print, validators)| {
            Some(Item::Document { file: print.file()?, print, validators })
        });
        let media = edition.all_media().map(|(path, media)| Item::Media {
            file: format!("media/{path}"),
            path: path.to_owned(),
            media: media.clone(),
        });
        let told = rules.files().map(|(file, text)| Item::Rules { file, text, told: now });
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

    /// What is there already of each item, as it was written.
    pub fn found<'a>(&self, place: &Place, before: Option<&'a Manifest>, ways: Ways) -> Vec<There<'a>> {
        let before = before.filter(|before| before.is_of_this_bantin());
        let found = |item: &Item| match before.and_then(|before| before.entry(item.file())) {
            Some(entry) if !is_as_it_was(place.folder(), entry, ways) => There::Nothing,
            Some(entry) if entry.version == item.version().to_string() => There::This(entry),
            Some(entry) => There::Another(entry),
            None => There::Nothing,
        };
        self.items.iter().map(found).collect()
    }

    /// Whether all of it is there already, and nothing else.
    pub fn is_there(
        &self,
        sources: &Sources,
        place: &Place,
        found: &[There<'_>],
        before: &Manifest,
        rules: &Rules,
        ways: Ways,
    ) -> bool {
        let mut pairs = self.items.iter().zip(found);
        let is_told = |item: &Item, there: &There<'_>| match there {
            There::This(entry) => entry.until == item.until(sources),
            There::Another(_) | There::Nothing => false,
        };
        let is_all_kept = pairs.all(|(item, there)| is_told(item, there));
        is_all_kept
            && before.entries.len() == self.items.len()
            && before.frames(&Manifest::new(rules))
            && is_nothing_else(place.folder(), before, ways).unwrap_or(false)
    }
}

/// Whether a file can be called so, in any folder. With a `\\` it has no address: some take that for a `/`.
fn can_be_called(file: &str) -> bool {
    let mut steps = Path::new(file).components();
    if file.contains('\\') {
        return false;
    }
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
        for file in
            ["", "/a", "a//b", "a/", "../a", "media/../../a", "media/./a", "media/a\\b.png", &"x".repeat(256)]
        {
            assert!(!can_be_called(file), "{file}");
        }
    }
}
