//! Who an article is: the one that was known by this path or these bytes, or a new one, under which id and address.

use super::deciding::{Deciding, Sighting};
use crate::catalogue::Key;
use crate::edition::Stamp;
use crate::journal::{Record, State};
use crate::words::{Article, ContentPath, Id, Slug, Timestamp};
use rusqlite::Result;

impl Deciding<'_> {
    /// Who the article in a file is, if it was seen before.
    pub(super) fn recognise(&mut self, sighting: &Sighting) -> Result<Option<Record>> {
        let ways = [Self::by_path, Self::by_bytes, Self::by_number, Self::by_id, Self::by_headline];
        for way in ways {
            if let Some(record) = way(self, sighting)? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn by_path(&mut self, sighting: &Sighting) -> Result<Option<Record>> {
        if let Some(file) = self.session.file(&sighting.path)?
            && let Some(record) = self.session.record(file.key)?
            && (record.state != State::Withdrawn
                || file.stamp.is_some()
                || self.is_same_article(&record, sighting)?)
        {
            return Ok(Some(record));
        }
        Ok(None)
    }

    fn by_bytes(&mut self, sighting: &Sighting) -> Result<Option<Record>> {
        for record in self.session.by_source(&sighting.source)? {
            if self.is_free(&record)? {
                return Ok(Some(record));
            }
            self.warn_of_copy(sighting, &record)?;
        }
        Ok(None)
    }

    /// By the number on disk that a file had which is gone, with something of what it said.
    fn by_number(&mut self, sighting: &Sighting) -> Result<Option<Record>> {
        for (path, missing) in self.missing {
            let before = missing.file.as_ref().and_then(|file| file.stamp);
            if let Some(before) = before
                && before.inode == sighting.stamp.inode
                && let Some(record) = self.record_at(path)?
                && self.is_free(&record)?
                && (is_untouched(&before, &sighting.stamp)
                    || self.is_akin(&record, &sighting.reading.article)?)
            {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// By the id that it brings.
    fn by_id(&mut self, sighting: &Sighting) -> Result<Option<Record>> {
        let Some(id) = &sighting.reading.article.id else { return Ok(None) };
        let Some(record) = self.session.by_id(id)? else { return Ok(None) };
        if self.is_free(&record)? {
            return Ok(Some(record));
        }
        self.warn_of_same_id(sighting, &record)?;
        Ok(None)
    }

    /// By the title and the date of a file that is gone.
    fn by_headline(&mut self, sighting: &Sighting) -> Result<Option<Record>> {
        // Few are missing at a time; a folder that lost many is looked through by bytes alone.
        for path in self.missing.keys().take(100) {
            if let Some(record) = self.record_at(path)?
                && record.state != State::Withdrawn
                && self.is_same_headline(&record, &sighting.reading.article)?
                && self.is_free(&record)?
            {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn record_at(&self, path: &ContentPath) -> Result<Option<Record>> {
        match self.session.file(path)? {
            Some(file) => self.session.record(file.key),
            None => Ok(None),
        }
    }

    /// Whether no file holds the article any more.
    fn is_free(&self, record: &Record) -> Result<bool> {
        if record.state == State::Withdrawn {
            return Ok(true);
        }
        let files = self.session.files_of(record.key)?;
        let is_rewritten = |path| self.read_now.get(path).is_some_and(|now| *now != record.source);
        Ok(files.iter().all(|path| self.missing.contains_key(path) || is_rewritten(path)))
    }

    /// Whether a file where a withdrawn article was brings that back, rather than something new under an old name.
    fn is_same_article(&self, record: &Record, sighting: &Sighting) -> Result<bool> {
        let article = &sighting.reading.article;
        if record.source == sighting.source || article.id.as_ref() == Some(&record.id) {
            return Ok(true);
        }
        Ok(article.published == Some(record.published)
            || self.session.has_title(record.key, &article.title)?)
    }

    /// A number on disk is given again as soon as its file is gone; alone it proves nothing. With the text or the
    /// title it does.
    fn is_akin(&self, record: &Record, article: &Article) -> Result<bool> {
        if self.session.has_title(record.key, &article.title)? {
            return Ok(true);
        }
        Ok(self.session.words(record.key)?.is_some_and(|before| before.html == article.html))
    }

    pub(super) fn is_same_headline(&self, record: &Record, article: &Article) -> Result<bool> {
        Ok(article.published == Some(record.published)
            && self.session.has_title(record.key, &article.title)?)
    }

    /// When the article was purged that had the address and the date of one that is not to be out. Other bytes were purged; but who
    /// is told how to publish it again is told wrong.
    pub(super) fn purged_namesake(&self, article: &Article) -> Result<Option<Timestamp>> {
        let Some(key) = self.session.slug_owner(&article.slug)? else { return Ok(None) };
        let record = self.session.record(key)?;
        let is_it = record.is_some_and(|record| article.published == Some(record.published));
        if is_it { self.session.purged(key) } else { Ok(None) }
    }

    pub(super) fn derived_id(&self, path: &ContentPath) -> Result<Id> {
        for taken in 0.. {
            let id = Id::derived(&self.ids, path, taken);
            if self.session.by_id(&id)?.is_none() {
                return Ok(id);
            }
        }
        unreachable!("there are more numbers than articles")
    }

    pub(super) fn free_slug(&self, wish: &Slug, key: Key) -> Result<Slug> {
        let is_free = |slug: &Slug| -> Result<bool> {
            Ok(self.session.slug_owner(slug)?.is_none_or(|owner| owner == key))
        };
        if is_free(wish)? {
            return Ok(wish.clone());
        }
        Ok(wish.numbered(self.session.free_number(wish)?))
    }
}

/// Whether a file only has another name: moving keeps its length and its time.
fn is_untouched(before: &Stamp, now: &Stamp) -> bool {
    before.modified_ns == now.modified_ns && before.length == now.length
}
