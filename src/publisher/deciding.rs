//! What a look at a file means: its article comes out, waits, changes or goes.

use super::Missing;
use super::office::held;
use crate::catalogue::{Change, Key, Labels, Placed};
use crate::edition::{Media, Stamp};
use crate::intake::Reading;
use crate::journal::{FileRow, Happening, PrefaceFile, Record, Session, State, Write};
use crate::pictures::Kept;
use crate::receipts::{Held, Why};
use crate::words::{
    Article, ContentPath, Fingerprint, IdSpace, Matches, Problem, Published, Text, Timestamp, Withdrawal,
    Zone,
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
    /// What feeds ask of these words and they meet.
    pub matches: Matches,
    /// The pictures that were in it.
    pub pictures: Vec<Kept>,
}

/// A file that was read well and cannot be used all the same.
pub struct Refused {
    /// Where it is.
    pub path: ContentPath,
    /// Its state.
    pub stamp: Stamp,
    /// Why not.
    pub problem: Problem,
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
    /// Files that stand before round-ups, and those that do not any more.
    pub prefaces: Vec<(ContentPath, Option<PrefaceFile>)>,
    /// Files that are read well and cannot be used all the same.
    pub refused: Vec<Refused>,
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
    /// When what pages share with others last changed; a page's own change comes after it.
    pub shared_modified: Timestamp,
    /// When what any page is about last changed.
    pub latest: Timestamp,
    /// Up to how many changed words an edit is minor.
    pub minor_words: u32,
    /// Documents name what was withdrawn after this moment.
    pub named_after: Timestamp,
    /// Where months begin.
    pub zone: &'a Zone,
    /// Whether all is seen for the first time, shown or not.
    pub is_first_look: bool,
    /// Whether all is seen for the first time, and nothing was shown before.
    pub is_archive: bool,
    /// The moment as what is counted from it sees it: the whole second that it is not later than, in a month that is not over.
    pub counted_from: Timestamp,
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
        if let Some(record) = &known
            && let Some(at) = self.session.purged(record.key)?
        {
            self.refuse_purged(sighting, at);
            return Ok(());
        }
        if let Some(reason) = self.reason_to_hold(&sighting.reading.article) {
            return self.hold_back(sighting, known, reason);
        }
        let record = match &known {
            Some(record) => self.revised(record, &sighting)?,
            None => self.arrived(&sighting)?,
        };
        self.place_file(&sighting, &record)?;
        self.keep_pictures(&record, &sighting.pictures)?;
        self.remember(known, record, sighting.reading.article, &sighting.matches)
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
        if self.withdraw_preface(path)? {
            return Ok(());
        }
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
        // On time it comes out at the second that was announced.
        let is_on_time = record.published == self.now && self.counted_from <= self.now.plus_seconds(1);
        let entered = if is_on_time { self.now } else { self.counted_from };
        let (state, first) = (State::Published, record.out.or(Some(entered)));
        let corrected = if record.is_corrected_to_come() { Some(entered) } else { record.corrected };
        let out =
            Record { state, out: first, entered, corrected, withdrawn: None, ..self.changed_now(record) };
        self.write_record(&out, None, Happening::Published)?;
        self.show_pictures(&out)?;
        self.lead_from_earlier_addresses(&out)?;
        self.decided.changes.push(Change::Placed(self.session.placed(out.key)?));
        Ok(())
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
    fn remember(
        &mut self,
        before: Option<Record>,
        after: Record,
        article: Article,
        matches: &Matches,
    ) -> Result<()> {
        let Some(before) = before else {
            let placed = after.placed(Labels::of(&article).meeting(matches.clone()));
            self.write_record(&after, Some((&article, matches)), Happening::Arrived)?;
            if after.state == State::Published {
                self.come_out(placed, article);
            }
            return Ok(());
        };
        let has_words = self.session.has_words(after.key)?;
        // What is asked may be new where the words are not.
        let meets_others = self.session.matches(after.key)? != *matches;
        if before == after {
            if !has_words || meets_others {
                self.session.write_article(&after, Some((&article, matches)))?;
            }
            if meets_others && after.state == State::Published {
                self.come_out(after.placed(Labels::of(&article).meeting(matches.clone())), article);
            }
            return Ok(());
        }
        self.overtake(&before, &after)?;
        let placed = after.placed(Labels::of(&article).meeting(matches.clone()));
        let words = before.fingerprint != after.fingerprint
            || before.reading != after.reading
            || !has_words
            || meets_others;
        let happening = match (before.state, after.state) {
            (State::Withdrawn, _) => Happening::Returned,
            (State::Waiting, State::Published) => Happening::Published,
            (State::Published, State::Waiting) => Happening::Withdrawn,
            _ if before.fingerprint != after.fingerprint => Happening::Revised,
            _ => Happening::Moved,
        };
        self.write_record(&after, words.then_some((&article, matches)), happening)?;
        if after.state == State::Published && (before.state != after.state || before.slug != after.slug) {
            self.lead_from_earlier_addresses(&after)?;
        }
        match after.state {
            State::Published
                if before.fingerprint != after.fingerprint
                    || before.state != after.state
                    || before.size != after.size
                    || meets_others =>
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

    /// What was out until now and is so no more belongs to the past.
    fn overtake(&mut self, before: &Record, after: &Record) -> Result<()> {
        let goes = after.state != State::Published;
        if before.state != State::Published || (!goes && after.entered == before.entered) {
            return Ok(());
        }
        let withdrawal = |at| Withdrawal { id: after.id.clone(), at, reason: after.reason.clone() };
        let withdrawal = after.withdrawn.filter(|_| goes).map(withdrawal);
        let until = if goes { self.entering_after(before) } else { after.entered };
        if self.session.keep_past(before, until, withdrawal.as_ref())? {
            self.decided.changes.push(Change::Overtaken(before.slug.clone(), until, withdrawal));
        }
        Ok(())
    }

    /// When what happens now to an article entered.
    pub(super) fn entering_after(&self, before: &Record) -> Timestamp {
        self.counted_from.max(before.entered.plus_seconds(1))
    }

    fn come_out(&mut self, placed: Placed, article: Article) {
        self.decided.fresh.insert(placed.fingerprint, Arc::new(placed.with_words(article)));
        self.decided.changes.push(Change::Placed(placed));
    }

    /// A file that says it is not to be out: what was is taken back.
    fn hold_back(&mut self, sighting: Sighting, known: Option<Record>, reason: Option<String>) -> Result<()> {
        let Some(record) = known else {
            if let Some(at) = self.purged_namesake(&sighting.reading.article)? {
                self.refuse_purged(sighting, at);
                return Ok(());
            }
            let held = held(&sighting.reading.article, self.now);
            self.decided.held.push((sighting.path, sighting.stamp, held));
            return Ok(());
        };
        self.place_file(&sighting, &record)?;
        self.withdraw_record(record, reason)
    }

    /// A file that says once more what was purged: it stays where it is, and does not come out.
    fn refuse_purged(&mut self, sighting: Sighting, at: Timestamp) {
        let Sighting { path, stamp, reading, .. } = sighting;
        self.decided.problems.push(purged(&path));
        let held = Held { title: reading.article.title, why: Why::Purged(at) };
        self.decided.held.push((path, stamp, held));
    }

    fn withdraw_record(&mut self, record: Record, reason: Option<String>) -> Result<()> {
        if record.state == State::Withdrawn && record.reason == reason {
            return Ok(());
        }
        let was_out = record.state == State::Published;
        // Later than its last update, or readers would not believe it.
        let at = self.now.max(record.updated.plus_seconds(1));
        let withdrawn = if was_out { Some(at) } else { record.withdrawn };
        let before = record.clone();
        // Should it come back within this second, it enters after it went.
        let entered = if was_out { self.entering_after(&record) } else { record.entered };
        let gone = Record { state: State::Withdrawn, entered, withdrawn, reason, ..self.changed_now(record) };
        self.overtake(&before, &gone)?;
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

    fn write_record(
        &self,
        record: &Record,
        words: Option<(&Article, &Matches)>,
        happening: Happening,
    ) -> Result<()> {
        self.session.write_article(record, words)?;
        self.session.write(&Write::Happened(record.key, happening, record.fingerprint), self.now)
    }
}

fn purged(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            "bài này đã bị xóa vĩnh viễn (bantin purge) nên không được đăng lại",
            "this article was purged (bantin purge), so it does not come out again",
        ),
        Text::new(
            "hãy lấy tệp ra khỏi thư mục nội dung; nếu là bài khác, hãy sửa lời và bỏ dòng id trong tệp",
            "take the file out of the content folder; if it is another article, change its text and remove its id",
        ),
    )
}
