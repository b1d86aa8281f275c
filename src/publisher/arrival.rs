//! An article that nobody knew before.

use super::deciding::{Deciding, Sighting};
use super::revision::{state_at, stated_update};
use crate::catalogue::{Key, Placed};
use crate::edition::Stamp;
use crate::intake::Kind;
use crate::journal::{Record, State};
use crate::words::{Fingerprint, Id, Slug, Timestamp};
use rusqlite::Result;

/// An article that nobody knew before.
pub struct Arrival {
    /// The journal's number for it.
    pub key: Key,
    /// What it is called for ever.
    pub id: Id,
    /// Its name in its address.
    pub slug: Slug,
    /// The name it wished for.
    pub wish: Slug,
    /// When its file says it was published.
    pub published: Option<Timestamp>,
    /// When its file says it was changed.
    pub updated: Option<Timestamp>,
    /// The bytes of its file.
    pub source: Fingerprint,
    /// What names its words.
    pub words: Fingerprint,
    /// How many bytes its file has.
    pub size: u32,
}

impl Arrival {
    /// What is written down of it, and of its coming out what is counted from. Of an archive that is seen for the first time
    /// nobody can tell when what it holds came out, but by its dates.
    pub fn record(self, now: Timestamp, counted_from: Option<Timestamp>) -> Record {
        let Self { key, id, slug, wish, published, updated, source, words, size } = self;
        let published = published.unwrap_or(now);
        let updated = stated_update(updated, published, now).unwrap_or(published);
        let state = state_at(published, now);
        let out = counted_from.unwrap_or(published);
        Record {
            key,
            fingerprint: Placed::fingerprint(&words, &id, &slug, published, updated),
            id,
            slug,
            wish,
            first_seen: now,
            published,
            out: (state == State::Published).then_some(out),
            entered: if state == State::Published { out } else { published },
            updated,
            modified: now,
            revision: 1,
            state,
            source,
            reading: words,
            size,
            expires: None,
            corrected: None,
            withdrawn: None,
            reason: None,
            drift: 0,
        }
    }
}

/// How many bytes a file has, as a document counts them.
pub fn size(stamp: &Stamp) -> u32 {
    u32::try_from(stamp.length).unwrap_or(u32::MAX)
}

impl Sighting {
    /// How many bytes its text has, as a document counts them. Most of a Word file is pictures, and the rest is packed.
    pub(super) fn size(&self) -> u32 {
        match Kind::of(&self.path) {
            Some(Kind::Word) => u32::try_from(self.reading.article.html.len()).unwrap_or(u32::MAX),
            _ => size(&self.stamp),
        }
    }
}

impl Deciding<'_> {
    pub(super) fn arrived(&mut self, sighting: &Sighting) -> Result<Record> {
        let article = &sighting.reading.article;
        let id = match &article.id {
            Some(id) if self.session.by_id(id)?.is_none() => id.clone(),
            _ => self.derived_id(&sighting.path)?,
        };
        let key = self.session.next_key()?;
        let slug = self.free_slug(&article.slug, key)?;
        if slug != article.slug {
            self.warn_of_same_headline(sighting)?;
        }
        let arrival = Arrival {
            key,
            id,
            slug,
            wish: article.slug.clone(),
            published: article.published,
            updated: article.updated,
            source: sighting.source,
            words: sighting.words,
            size: sighting.size(),
        };
        let record = arrival.record(self.now, (!self.is_archive).then_some(self.counted_from));
        let corrected = article.correction.as_ref().map(|_| record.entered);
        Ok(Record { expires: article.expires, corrected, ..record })
    }
}
