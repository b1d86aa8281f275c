//! Who an article is, and what a look at its file means for it.

use super::Missing;
use super::office::held;
use super::significance::Edit;
use crate::catalogue::{Change, Key, Labels, Placed};
use crate::edition::{Media, Stamp, after};
use crate::intake::Reading;
use crate::journal::{FileRow, Happening, Record, Session, State, Write};
use crate::pictures::Kept;
use crate::receipts::Held;
use crate::words::{
    Article, ContentPath, Fingerprint, Id, IdSpace, Problem, Published, Slug, Text, Timestamp,
};
use rusqlite::Result;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// A file that was read well.
pub struct Sighting {
    /// Where it is.
    pub path: ContentPath,
    /// Its place on disk, where that is not the path's own spelling.
    pub place: Option<PathBuf>,
    /// Its state.
    pub stamp: Stamp,
    /// Its bytes.
    pub source: Fingerprint,
    /// What names the words they are read as.
    pub words: Fingerprint,
    /// What they say.
    pub reading: Reading,
    /// The pictures that were in it.
    pub pictures: Vec<Kept>,
}

/// What a session has decided, to be taken over by the publisher once it is on disk.
#[derive(Default)]
pub struct Decided {
    /// What changes in the catalogue.
    pub changes: Vec<Change>,
    /// Paths that no longer hold an article.
    pub left: Vec<ContentPath>,
    /// What the office should know.
    pub problems: Vec<Problem>,
    /// Files that are read but never held anything that was out, and why not.
    pub held: Vec<(ContentPath, Stamp, Held)>,
    /// The articles to which something happened by itself.
    pub by_itself: Vec<Key>,
    /// The pictures that are served from now on, and those that are not.
    pub pictures: Vec<(ContentPath, Option<Media>)>,
    /// The words of what comes out with it.
    pub fresh: HashMap<Fingerprint, Arc<Published>>,
}

/// Decides in a session, at one moment.
pub struct Deciding<'a> {
    /// Where it is remembered.
    pub session: &'a Session<'a>,
    /// What ids are derived from.
    pub ids: IdSpace,
    /// The moment.
    pub now: Timestamp,
    /// When what all pages share last changed; an article's own change comes after it.
    pub site_modified: Timestamp,
    /// Up to how many changed words an edit is minor.
    pub minor_words: u32,
    /// Documents name what was withdrawn after this moment.
    pub named_after: Timestamp,
    /// The files that were there and are not.
    pub missing: &'a BTreeMap<ContentPath, Missing>,
    /// The bytes of the known files that were read in this same look.
    pub read_now: &'a BTreeMap<ContentPath, Fingerprint>,
    /// What has been decided.
    pub decided: Decided,
}

impl Deciding<'_> {
    /// Takes in one file.
    ///
    /// # Errors
    /// When the journal refuses.
    pub fn take_in(&mut self, sighting: Sighting) -> Result<()> {
        let known = self.recognise(&sighting)?;
        if let Some(reason) = self.reason_to_hold(&sighting.reading.article) {
            return self.hold_back(sighting, known, reason);
        }
        let record = match &known {
            Some(record) => self.revised(record, &sighting)?,
            None => self.arrived(&sighting)?,
        };
        self.place_file(&sighting, &record)?;
        self.keep_pictures(&record, &sighting.pictures)?;
        self.remember(known, record, sighting.reading.article)
    }

    /// Why an article is not to be out, whatever its date: `Some(None)` when its file gives no reason.
    fn reason_to_hold(&self, article: &Article) -> Option<Option<String>> {
        let is_over = article.expires.is_some_and(|expires| expires <= self.now);
        match &article.withdrawn {
            Some(reason) => Some(Some(reason.clone())),
            None if article.draft || is_over => Some(None),
            None => None,
        }
    }

    /// Takes an article back whose file is gone.
    ///
    /// # Errors
    /// When the journal refuses.
    pub fn withdraw(&mut self, path: &ContentPath) -> Result<()> {
        self.decided.left.push(path.clone());
        let Some(file) = self.session.file(path)? else { return Ok(()) };
        let Some(record) = self.session.record(file.key)? else { return Ok(()) };
        // The row stays, without a state: should the file come back, it is known.
        self.session.write(&Write::File(path.clone(), FileRow { stamp: None, ..file }), self.now)?;
        match record.state {
            // What its file said of that still holds.
            State::Withdrawn => Ok(()),
            State::Waiting | State::Published => self.withdraw_record(record, None),
        }
    }

    /// Does what the clock has come to: articles come out, others go.
    ///
    /// # Errors
    /// When the journal refuses.
    pub fn go_with_time(&mut self) -> Result<()> {
        for record in self.session.due(self.now)? {
            self.decided.by_itself.push(record.key);
            match record.expires.is_some_and(|expires| expires <= self.now) {
                // Both moments have passed: it was never out.
                true => self.withdraw_record(record, None)?,
                false => self.publish_waiting(record)?,
            }
        }
        for record in self.session.expired(self.now)? {
            self.decided.by_itself.push(record.key);
            self.withdraw_record(record, None)?;
        }
        Ok(())
    }

    fn publish_waiting(&mut self, record: Record) -> Result<()> {
        let out = Record { state: State::Published, withdrawn: None, ..self.changed_now(record) };
        self.write_record(&out, None, Happening::Published)?;
        self.show_pictures(&out)?;
        self.lead_from_earlier_addresses(&out)?;
        self.decided.changes.push(Change::Placed(self.session.placed(out.key)?));
        Ok(())
    }

    /// Who the article in a file is, if it was seen before: by its path; else by its bytes, its number on disk
    /// with something of what it says, the id it brings, or its title and date, of files that are gone.
    fn recognise(&mut self, sighting: &Sighting) -> Result<Option<Record>> {
        if let Some(file) = self.session.file(&sighting.path)?
            && let Some(record) = self.session.record(file.key)?
            && (record.state != State::Withdrawn
                || file.stamp.is_some()
                || self.is_same_article(&record, sighting)?)
        {
            return Ok(Some(record));
        }
        for record in self.session.by_source(&sighting.source)? {
            if self.is_free(&record)? {
                return Ok(Some(record));
            }
            self.warn_of_copy(sighting, &record)?;
        }
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
        if let Some(id) = &sighting.reading.article.id
            && let Some(record) = self.session.by_id(id)?
        {
            if self.is_free(&record)? {
                return Ok(Some(record));
            }
            self.warn_of_same_id(sighting, &record)?;
        }
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

    fn is_same_headline(&self, record: &Record, article: &Article) -> Result<bool> {
        Ok(article.published == Some(record.published)
            && self.session.has_title(record.key, &article.title)?)
    }

    fn arrived(&mut self, sighting: &Sighting) -> Result<Record> {
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
        let record = arrival.record(self.now);
        let corrected = article.correction.as_ref().map(|_| record.updated);
        Ok(Record { expires: article.expires, corrected, ..record })
    }

    fn revised(&self, before: &Record, sighting: &Sighting) -> Result<Record> {
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
        let corrected = match (&article.correction, before.corrected) {
            (None, _) => None,
            (Some(_), Some(before)) if !edit.corrects => Some(before),
            (Some(_), _) => Some(updated),
        };
        let after = Record {
            fingerprint: Placed::fingerprint(&reading, &before.id, &slug, published, updated),
            size: sighting.size(),
            slug,
            wish: article.slug.clone(),
            published,
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

    fn changed_now(&self, record: Record) -> Record {
        Record { modified: after(self.now, record.modified.max(self.site_modified)), ..record }
    }

    fn derived_id(&self, path: &ContentPath) -> Result<Id> {
        for taken in 0.. {
            let id = Id::derived(&self.ids, path, taken);
            if self.session.by_id(&id)?.is_none() {
                return Ok(id);
            }
        }
        unreachable!("there are more numbers than articles")
    }

    fn free_slug(&self, wish: &Slug, key: Key) -> Result<Slug> {
        let is_free = |slug: &Slug| -> Result<bool> {
            Ok(self.session.slug_owner(slug)?.is_none_or(|owner| owner == key))
        };
        if is_free(wish)? {
            return Ok(wish.clone());
        }
        Ok(wish.numbered(self.session.free_number(wish)?))
    }

    /// Writes down where the article is now; the paths it left are free.
    fn place_file(&mut self, sighting: &Sighting, record: &Record) -> Result<()> {
        for path in self.session.files_of(record.key)? {
            if path != sighting.path {
                self.session.write(&Write::NoFile(path.clone()), self.now)?;
                self.decided.left.push(path);
            }
        }
        let file = FileRow { key: record.key, stamp: Some(sighting.stamp), place: sighting.place.clone() };
        if self.session.file(&sighting.path)?.as_ref() != Some(&file) {
            self.session.write(&Write::File(sighting.path.clone(), file), self.now)?;
        }
        Ok(())
    }

    /// Writes down what became of the article, and what that changes in the catalogue.
    fn remember(&mut self, before: Option<Record>, after: Record, article: Article) -> Result<()> {
        let Some(before) = before else {
            let placed = placed(&after, &article);
            self.write_record(&after, Some(&article), Happening::Arrived)?;
            if after.state == State::Published {
                self.come_out(placed, article);
            }
            return Ok(());
        };
        let has_words = self.session.has_words(after.key)?;
        if before == after {
            if !has_words {
                self.session.write_article(&after, Some(&article))?;
            }
            return Ok(());
        }
        let placed = placed(&after, &article);
        let words = before.fingerprint != after.fingerprint || before.reading != after.reading || !has_words;
        let happening = match (before.state, after.state) {
            (State::Withdrawn, _) => Happening::Returned,
            (State::Waiting, State::Published) => Happening::Published,
            (State::Published, State::Waiting) => Happening::Withdrawn,
            _ if before.fingerprint != after.fingerprint => Happening::Revised,
            _ => Happening::Moved,
        };
        self.write_record(&after, words.then_some(&article), happening)?;
        if after.state == State::Published && (before.state != after.state || before.slug != after.slug) {
            self.lead_from_earlier_addresses(&after)?;
        }
        match after.state {
            State::Published
                if before.fingerprint != after.fingerprint
                    || before.state != after.state
                    || before.size != after.size =>
            {
                self.come_out(placed, article);
            }
            State::Waiting if before.state == State::Published => {
                self.close_addresses(after.key)?;
                self.decided.changes.extend(self.session.gone(&after)?.map(Change::Gone));
            }
            State::Published | State::Waiting | State::Withdrawn => {}
        }
        Ok(())
    }

    fn come_out(&mut self, placed: Placed, article: Article) {
        self.decided.fresh.insert(placed.fingerprint, Arc::new(placed.with_words(article)));
        self.decided.changes.push(Change::Placed(placed));
    }

    /// A file that says it is not to be out: what was is taken back.
    fn hold_back(&mut self, sighting: Sighting, known: Option<Record>, reason: Option<String>) -> Result<()> {
        let Some(record) = known else {
            let held = held(&sighting.reading.article, self.now);
            self.decided.held.push((sighting.path, sighting.stamp, held));
            return Ok(());
        };
        self.place_file(&sighting, &record)?;
        self.withdraw_record(record, reason)
    }

    fn withdraw_record(&mut self, record: Record, reason: Option<String>) -> Result<()> {
        if record.state == State::Withdrawn && record.reason == reason {
            return Ok(());
        }
        let was_out = record.state == State::Published;
        // Later than its last update, or readers would not believe it.
        let at = self.now.max(record.updated.plus_seconds(1));
        let withdrawn = if was_out { Some(at) } else { record.withdrawn };
        let gone = Record { state: State::Withdrawn, withdrawn, reason, ..self.changed_now(record) };
        self.write_record(&gone, None, Happening::Withdrawn)?;
        self.keep_pictures(&gone, &[])?;
        if was_out {
            self.close_addresses(gone.key)?;
        }
        let named = self.session.gone(&gone)?.filter(|gone| gone.withdrawal.at > self.named_after);
        self.decided.changes.extend(named.map(Change::Gone));
        Ok(())
    }

    /// Whatever address it has or had: there is nothing any more.
    fn close_addresses(&mut self, key: Key) -> Result<()> {
        let closed = self.session.slugs_of(key)?.into_iter().map(|slug| Change::Withdrawn(slug, key));
        self.decided.changes.extend(closed);
        Ok(())
    }

    /// All addresses it had lead to the one it has.
    fn lead_from_earlier_addresses(&mut self, record: &Record) -> Result<()> {
        let earlier = self.session.slugs_of(record.key)?.into_iter().filter(|slug| *slug != record.slug);
        self.decided.changes.extend(earlier.map(|from| Change::Moved { from, to: record.slug.clone() }));
        Ok(())
    }

    fn write_record(&self, record: &Record, words: Option<&Article>, happening: Happening) -> Result<()> {
        self.session.write_article(record, words)?;
        self.session.write(&Write::Happened(record.key, happening, record.fingerprint), self.now)
    }

    fn warn_of_copy(&mut self, sighting: &Sighting, other: &Record) -> Result<()> {
        let Some(path) = self.session.files_of(other.key)?.into_iter().find(|path| *path != sighting.path)
        else {
            return Ok(());
        };
        self.decided.problems.push(copy(&sighting.path, &path));
        Ok(())
    }

    fn warn_of_same_headline(&mut self, sighting: &Sighting) -> Result<()> {
        let article = &sighting.reading.article;
        let Some(other) = self.session.slug_owner(&article.slug)? else { return Ok(()) };
        let Some(other) = self.session.record(other)? else { return Ok(()) };
        if other.state == State::Withdrawn || !self.is_same_headline(&other, article)? {
            return Ok(());
        }
        let paths = self.session.files_of(other.key)?;
        let Some(path) = paths.iter().find(|path| **path != sighting.path) else { return Ok(()) };
        self.decided.problems.push(same_headline(&sighting.path, path));
        Ok(())
    }

    fn warn_of_same_id(&mut self, sighting: &Sighting, other: &Record) -> Result<()> {
        let paths = self.session.files_of(other.key)?;
        let path = paths.first().map_or_else(String::new, ContentPath::to_string);
        self.decided.problems.push(Problem::new(
            &sighting.path,
            Text::new(
                format!("id trùng với tệp {path}; bài này nhận một id riêng"),
                format!("its id is that of {path}; this article was given one of its own"),
            ),
            Text::new("bỏ dòng id ở một trong hai tệp", "remove the id line from one of the two files"),
        ));
        Ok(())
    }
}

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
    /// What is written down of it.
    pub fn record(self, now: Timestamp) -> Record {
        let Self { key, id, slug, wish, published, updated, source, words, size } = self;
        let published = published.unwrap_or(now);
        let updated = stated_update(updated, published, now).unwrap_or(published);
        Record {
            key,
            fingerprint: Placed::fingerprint(&words, &id, &slug, published, updated),
            id,
            slug,
            wish,
            first_seen: now,
            published,
            updated,
            modified: now,
            revision: 1,
            state: state_at(published, now),
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

/// When a file says it was changed, unless that is before it was published or has not come yet.
fn stated_update(updated: Option<Timestamp>, published: Timestamp, now: Timestamp) -> Option<Timestamp> {
    updated.filter(|updated| *updated >= published && *updated <= now)
}

fn state_at(published: Timestamp, now: Timestamp) -> State {
    if published > now { State::Waiting } else { State::Published }
}

/// How many bytes a file has, as a document counts them.
pub fn size(stamp: &Stamp) -> u32 {
    u32::try_from(stamp.length).unwrap_or(u32::MAX)
}

fn placed(record: &Record, article: &Article) -> Placed {
    let labels = Labels::new(article.categories.clone(), article.tags.clone(), article.authors.clone());
    record.placed(labels)
}

/// Two files that hold the same.
pub fn copy(path: &ContentPath, other: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("nội dung giống hệt tệp {other}; cả hai đều được đăng"),
            format!("it says exactly what {other} says; both are published"),
        ),
        Text::new("nếu là bản sao thừa thì xóa một tệp", "if one is a spare copy, delete it"),
    )
}

/// Two files of one title and date.
pub fn same_headline(path: &ContentPath, other: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("trùng tiêu đề và ngày giờ với tệp {other}; cả hai đều được đăng"),
            format!("it has the title and the date of {other}; both are published"),
        ),
        Text::new(
            "nếu là một bài thì xóa một tệp; nếu không, đổi tiêu đề",
            "if they are one article, delete one file; if not, change a title",
        ),
    )
}

/// Whether a file only has another name: moving keeps its length and its time.
fn is_untouched(before: &Stamp, now: &Stamp) -> bool {
    before.modified_ns == now.modified_ns && before.length == now.length
}
