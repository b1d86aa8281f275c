//! What becomes of a known article when its file says something else.

use super::deciding::{Deciding, Sighting};
use super::significance::Edit;
use crate::catalogue::Placed;
use crate::edition::after;
use crate::journal::{Record, State};
use crate::words::{Article, Enclosure, Fingerprint, Timestamp};
use rusqlite::Result;

impl Deciding<'_> {
    pub(super) fn revised(&self, before: &Record, sighting: &Sighting) -> Result<Record> {
        let article = &sighting.reading.article;
        let slug = match before.wish == article.slug {
            true => before.slug.clone(),
            false => self.free_slug(&article.slug, before.key)?,
        };
        let published = article.published.unwrap_or(before.first_seen);
        let reading = self.name_of_words(before, sighting)?;
        let state = state_at(published, self.now);
        // What another version of the readers reads out of the same bytes is no edit.
        let edited = sighting.source != before.source && reading != before.reading;
        let edit = if edited { self.edit(before, article)? } else { Edit::NONE };
        let updated = match stated_update(article.updated, published, self.now) {
            Some(stated) => stated,
            None if before.state == State::Waiting => published,
            None if edit.is_significant => self.now.max(before.updated),
            None => before.updated,
        };
        // Whoever heard that it was withdrawn believes what is newer than that (RFC 6721, section 4).
        let returned = before.withdrawn.filter(|_| state == State::Published);
        let updated =
            updated.max(published).max(returned.map_or(updated, |at| self.now.max(at.plus_seconds(1))));
        let withdrawn = match (before.state, state) {
            (State::Published, State::Waiting) => Some(self.now.max(before.updated.plus_seconds(1))),
            _ => before.withdrawn.filter(|_| returned.is_none()),
        };
        let out = before.out.or_else(|| (state == State::Published).then_some(self.counted_from));
        let fingerprint = Placed::fingerprint(&reading, &before.id, &slug, published, updated);
        let entered = match (before.state, state) {
            (_, State::Waiting | State::Withdrawn) => published,
            (State::Published, _) if fingerprint == before.fingerprint => before.entered,
            // What another version of the readers, or the settings, make of the same files does not come in anew.
            (State::Published, _) if !self.was_dropped_anew(before, sighting)? => before.entered,
            // Nobody knows any more what it said: it is as if it had been found so.
            (State::Published, _) if !self.session.has_words(before.key)? => before.entered,
            _ => self.entering_after(before),
        };
        // Whatever its file says of when: it is counted in the time in which it came.
        let corrected = match (&article.correction, before.corrected) {
            (None, _) => None,
            (Some(_), Some(at)) if !edit.corrects && !before.is_corrected_to_come() => Some(at),
            (Some(_), _) => Some(entered),
        };
        let after = Record {
            fingerprint,
            entered,
            size: sighting.size(),
            slug,
            wish: article.slug.clone(),
            published,
            out,
            updated,
            state,
            source: sighting.source,
            reading,
            expires: article.expires,
            corrected,
            withdrawn,
            reason: before.reason.clone().filter(|_| returned.is_none()),
            drift: if updated > before.updated { 0 } else { before.drift.saturating_add(edit.words) },
            ..before.clone()
        };
        match after.fingerprint == before.fingerprint && after.state == before.state {
            true => Ok(after),
            false => Ok(Record { revision: before.revision + 1, ..self.changed_now(after) }),
        }
    }

    /// Whether its file has other bytes than it had, or is another, or its recording does.
    fn was_dropped_anew(&self, before: &Record, sighting: &Sighting) -> Result<bool> {
        if sighting.source != before.source || !self.session.files_of(before.key)?.contains(&sighting.path) {
            return Ok(true);
        }
        let words = self.session.words(before.key)?;
        Ok(words.is_some_and(|words| recording(&words) != recording(&sighting.reading.article)))
    }

    /// What an edit amounts to for an article's readers.
    fn edit(&self, before: &Record, article: &Article) -> Result<Edit> {
        let Some(old) = self.session.words(before.key)? else {
            return Ok(Edit { is_significant: true, ..Edit::NONE });
        };
        Ok(Edit::of(&old, article, before.drift, self.minor_words))
    }

    /// Other bytes, or another reader, that say the same words leave the words their name: nobody sees a change.
    fn name_of_words(&self, before: &Record, sighting: &Sighting) -> Result<Fingerprint> {
        if before.reading == sighting.words {
            return Ok(before.reading);
        }
        let words = self.session.words(before.key)?;
        let is_same = words.is_some_and(|words| words.reads_as(&sighting.reading.article));
        Ok(if is_same { before.reading } else { sighting.words })
    }

    pub(super) fn changed_now(&self, record: Record) -> Record {
        Record { modified: after(self.now, record.modified.max(self.shared_modified)), ..record }
    }
}

/// What tells an article's recording from another, wherever the site is.
fn recording(article: &Article) -> Option<(&str, &str, u64)> {
    let Enclosure { url, media_type, length } = article.enclosure.as_ref()?;
    Some((url.path().rsplit('/').next()?, media_type, *length))
}

/// When a file says it was changed, unless that is before it was published or has not come yet.
pub(super) fn stated_update(
    updated: Option<Timestamp>,
    published: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    updated.filter(|updated| *updated >= published && *updated <= now)
}

pub(super) fn state_at(published: Timestamp, now: Timestamp) -> State {
    if published > now { State::Waiting } else { State::Published }
}
