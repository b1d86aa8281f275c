//! What is written, all of it or nothing.

use super::rows::{
    QUERIES, Terms, file_row, matches, pack, path_in, picture_row, placed_row, record, slug_in, words,
};
use super::{Ahead, FileRow, Happening, Record, State, Write, prefaces};
use crate::catalogue::{Gone, Key, Placed};
use crate::edition::Media;
use crate::intake::Head;
use crate::words::{Article, ContentPath, Fingerprint, Id, Matches, Slug, Term, Timestamp, Withdrawal};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;

/// A session of the journal. What is written in it is seen in it; dropped without [`commit`](Self::commit), it
/// never was.
pub struct Session<'a> {
    pub(super) transaction: Transaction<'a>,
    /// The numbers of the terms that were written in it.
    terms: RefCell<HashMap<Term, i64>>,
    /// All terms there are, once somebody needed them.
    known_terms: RefCell<Option<Terms>>,
}

impl<'a> Session<'a> {
    pub(super) fn new(transaction: Transaction<'a>) -> Self {
        Self { transaction, terms: RefCell::default(), known_terms: RefCell::default() }
    }

    /// Ends the session; after it everything written is on disk.
    ///
    /// # Errors
    /// When the store refuses: the disk is full, say. Nothing has changed then.
    pub fn commit(self) -> rusqlite::Result<()> {
        self.transaction.commit()
    }

    /// Remembers one thing.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn write(&self, write: &Write, now: Timestamp) -> rusqlite::Result<()> {
        match write {
            Write::Found(record, head, matches, path, file) => self.found(record, head, matches, path, file),
            write => apply(&self.transaction, write, now),
        }
    }

    /// Remembers an article as it is now, with its words and the queries they meet where either is new.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn write_article(
        &self,
        record: &Record,
        words: Option<(&Article, &Matches)>,
    ) -> rusqlite::Result<()> {
        let with_words = match words {
            Some((article, matches)) => {
                let terms = [&article.categories, &article.tags, &article.authors];
                let terms = self.terms_json(terms, matches)?;
                Some((terms, headline(&article.title)))
            }
            None => None,
        };
        put_record(&self.transaction, record, with_words)?;
        if let Some((article, _)) = words {
            let mut statement =
                self.transaction.prepare_cached("INSERT OR REPLACE INTO words VALUES (?1, ?2, ?3)")?;
            statement.execute(params![record.key.0, record.fingerprint.as_bytes(), pack(article)])?;
        }
        self.take_address(&record.slug, record.key)
    }

    /// Keeps what an article that is out says until now, as part of the past, before it is written down as another. Whether there
    /// was anything to keep: words that nobody has written down yet cannot be.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn keep_past(
        &self,
        past: &Record,
        until: Timestamp,
        withdrawn: Option<&Withdrawal>,
    ) -> rusqlite::Result<bool> {
        let sql = "INSERT OR REPLACE INTO past
                   SELECT article.key, entered, ?2, slug, published, coalesce(out, published), updated, modified, corrected,
                   ?3, ?4, size, terms, article.fingerprint, words.article
                   FROM article JOIN words USING (key, fingerprint) WHERE article.key = ?1 AND state = 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let kept = statement.execute(params![
            past.key.0,
            until.seconds(),
            withdrawn.map(|withdrawal| withdrawal.at.seconds()),
            withdrawn.and_then(|withdrawal| withdrawal.reason.as_deref()),
        ])?;
        Ok(kept > 0)
    }

    pub(super) fn take_address(&self, slug: &Slug, key: Key) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare_cached("INSERT OR IGNORE INTO slug VALUES (?1, ?2)")?;
        statement.execute(params![slug.as_str(), key.0])?;
        Ok(())
    }

    fn found(
        &self,
        record: &Record,
        head: &Head,
        matches: &Matches,
        path: &ContentPath,
        file: &FileRow,
    ) -> rusqlite::Result<()> {
        let terms = self.terms_json([&head.categories, &head.tags, &head.authors], matches)?;
        put_record(&self.transaction, record, Some((terms, headline(&head.title))))?;
        put_file(&self.transaction, path, file)
    }

    /// The terms' numbers, as they stand with an article, and those of the queries it meets, where there are any.
    fn terms_json(&self, terms: [&Vec<Term>; 3], matches: &Matches) -> rusqlite::Result<String> {
        let met = matches.iter().map(|query| Term { label: query.asked().to_owned(), slug: of_queries() });
        let met = Some(met.collect::<Vec<Term>>()).filter(|met| !met.is_empty());
        let mut json = String::from("[");
        for (index, terms) in terms.into_iter().chain(&met).enumerate() {
            json.push_str(if index == 0 { "[" } else { ",[" });
            for (index, term) in terms.iter().enumerate() {
                let separator = if index == 0 { "" } else { "," };
                let _ = write!(json, "{separator}{}", self.term_number(term)?);
            }
            json.push(']');
        }
        json.push(']');
        Ok(json)
    }

    fn term_number(&self, term: &Term) -> rusqlite::Result<i64> {
        if let Some(number) = self.terms.borrow().get(term) {
            return Ok(*number);
        }
        let parameters = params![term.slug.as_str(), term.label];
        let sql = "SELECT number FROM term WHERE slug = ?1 AND label = ?2";
        let known =
            self.transaction.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()?;
        let number = match known {
            Some(number) => number,
            None => {
                let sql = "INSERT INTO term (slug, label) VALUES (?1, ?2)";
                self.transaction.prepare_cached(sql)?.execute(parameters)?;
                self.known_terms.replace(None);
                self.transaction.last_insert_rowid()
            }
        };
        self.terms.borrow_mut().insert(term.clone(), number);
        Ok(number)
    }

    /// The queries that an article met when it was last read.
    pub fn matches(&self, key: Key) -> rusqlite::Result<Matches> {
        matches(&self.transaction, key)
    }

    /// Whether an article had this title when it was last read.
    pub fn has_title(&self, key: Key, title: &str) -> rusqlite::Result<bool> {
        let mut statement =
            self.transaction.prepare_cached("SELECT 1 FROM article WHERE key = ?1 AND headline = ?2")?;
        statement.exists(params![key.0, headline(title).as_bytes()])
    }

    /// The first number from 2 on with which nobody has or had this address.
    pub fn free_number(&self, wish: &Slug) -> rusqlite::Result<u32> {
        let is_free = |number| self.slug_owner(&wish.numbered(number)).map(|owner| owner.is_none());
        // Numbers are given in order, so those that are taken come first: find an end by leaps, then go back.
        let mut end = 2;
        while !is_free(end)? {
            end *= 2;
        }
        let mut taken = end / 2;
        while end - taken > 1 {
            let middle = taken + (end - taken) / 2;
            match is_free(middle)? {
                true => end = middle,
                false => taken = middle,
            }
        }
        Ok(end)
    }

    /// The number the next new article gets.
    pub fn next_key(&self) -> rusqlite::Result<Key> {
        let highest: Option<u32> =
            self.transaction.query_row("SELECT max(key) FROM article", [], |row| row.get(0))?;
        Ok(Key(highest.unwrap_or(0) + 1))
    }

    /// What is known of an article.
    pub fn record(&self, key: Key) -> rusqlite::Result<Option<Record>> {
        self.one("SELECT * FROM article WHERE key = ?1", params![key.0])
    }

    /// The article that has this id.
    pub fn by_id(&self, id: &Id) -> rusqlite::Result<Option<Record>> {
        self.one("SELECT * FROM article WHERE id = ?1", params![id.to_string()])
    }

    /// The articles whose file had exactly these bytes.
    pub fn by_source(&self, source: &Fingerprint) -> rusqlite::Result<Vec<Record>> {
        self.many("SELECT * FROM article WHERE source = ?1 ORDER BY key", params![source.as_bytes()])
    }

    /// The articles whose time has come.
    pub fn due(&self, now: Timestamp) -> rusqlite::Result<Vec<Record>> {
        let sql = "SELECT * FROM article WHERE state = 0 AND published <= ?1 ORDER BY published, id";
        self.many(sql, params![now.seconds()])
    }

    /// The articles that have to withdraw by themselves.
    pub fn expired(&self, now: Timestamp) -> rusqlite::Result<Vec<Record>> {
        let sql = "SELECT * FROM article WHERE state = 1 AND expires <= ?1 ORDER BY expires, id";
        self.many(sql, params![now.seconds()])
    }

    /// What will happen by itself.
    pub fn ahead(&self) -> rusqlite::Result<Ahead> {
        let sql = "SELECT count(*), min(published),
                   (SELECT min(expires) FROM article WHERE state = 1 AND expires IS NOT NULL)
                   FROM article WHERE state = 0";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.query_row([], |row| {
            let time = |column: usize| -> rusqlite::Result<Option<Timestamp>> {
                Ok(row.get::<_, Option<i64>>(column)?.and_then(Timestamp::from_seconds))
            };
            Ok(Ahead { waiting: row.get(0)?, comes: time(1)?, goes: time(2)? })
        })
    }

    /// What is said of an article that was out and is no more.
    pub fn gone(&self, record: &Record) -> rusqlite::Result<Option<Gone>> {
        Ok(record.clone().gone(self.placed(record.key)?.labels))
    }

    /// Whose address this is or was.
    pub fn slug_owner(&self, slug: &Slug) -> rusqlite::Result<Option<Key>> {
        let mut statement = self.transaction.prepare_cached("SELECT key FROM slug WHERE slug = ?1")?;
        statement.query_row(params![slug.as_str()], |row| row.get(0).map(Key)).optional()
    }

    /// The words of an article as they were last read well.
    pub fn words(&self, key: Key) -> rusqlite::Result<Option<Article>> {
        words(&self.transaction, key)
    }

    /// Whether there are words of an article, sound or not.
    pub fn has_words(&self, key: Key) -> rusqlite::Result<bool> {
        let mut statement = self.transaction.prepare_cached("SELECT 1 FROM words WHERE key = ?1")?;
        statement.exists(params![key.0])
    }

    /// What places an article.
    pub fn placed(&self, key: Key) -> rusqlite::Result<Placed> {
        let mut known = self.known_terms.borrow_mut();
        let terms = match &mut *known {
            Some(terms) => terms,
            none => none.insert(Terms::read(&self.transaction)?),
        };
        let mut statement = self.transaction.prepare_cached("SELECT * FROM article WHERE key = ?1")?;
        statement.query_row(params![key.0], |row| placed_row(row, terms))
    }

    /// The files an article was last seen in.
    pub fn files_of(&self, key: Key) -> rusqlite::Result<Vec<ContentPath>> {
        let mut statement = self.transaction.prepare_cached("SELECT path FROM file WHERE key = ?1")?;
        let paths = statement.query_map(params![key.0], |row| path_in(row, 0))?;
        paths.collect()
    }

    /// The file at this path, whether its article is out or withdrawn.
    pub fn file(&self, path: &ContentPath) -> rusqlite::Result<Option<FileRow>> {
        let mut statement = self.transaction.prepare_cached("SELECT * FROM file WHERE path = ?1")?;
        Ok(statement.query_row(params![path.as_str()], file_row).optional()?.map(|(_, file)| file))
    }

    /// The pictures that were in an article's file.
    pub fn pictures_of(&self, key: Key) -> rusqlite::Result<Vec<(ContentPath, Media)>> {
        pictures_of(&self.transaction, key)
    }

    /// All addresses an article has and had.
    pub fn slugs_of(&self, key: Key) -> rusqlite::Result<Vec<Slug>> {
        let mut statement = self.transaction.prepare_cached("SELECT slug FROM slug WHERE key = ?1")?;
        let slugs = statement.query_map(params![key.0], |row| slug_in(row, 0))?;
        slugs.collect()
    }

    fn one(&self, sql: &str, parameters: impl rusqlite::Params) -> rusqlite::Result<Option<Record>> {
        self.transaction.prepare_cached(sql)?.query_row(parameters, record).optional()
    }

    fn many(&self, sql: &str, parameters: impl rusqlite::Params) -> rusqlite::Result<Vec<Record>> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let records = statement.query_map(parameters, record)?;
        records.collect()
    }
}

fn apply(transaction: &Connection, write: &Write, now: Timestamp) -> rusqlite::Result<()> {
    match write {
        Write::Found(..) => {}
        Write::Happened(key, happening, fingerprint) => {
            happened(transaction, *key, *happening, fingerprint, now)?
        }
        Write::File(path, file) => put_file(transaction, path, file)?,
        Write::ReadAgain => {
            // A state that none is in. Its number on disk stays known, by which it is recognised elsewhere.
            transaction.execute("UPDATE file SET changed_ns = ?1", params![i128::MIN.to_le_bytes()])?;
            prefaces::read_again(transaction)?;
        }
        Write::NoFile(path) => {
            transaction
                .prepare_cached("DELETE FROM file WHERE path = ?1")?
                .execute(params![path.as_str()])?;
        }
        Write::Document(subject, validators, label) => {
            let mut statement =
                transaction.prepare_cached("INSERT OR REPLACE INTO document VALUES (?1, ?2, ?3, ?4)")?;
            statement.execute(params![
                subject.to_string(),
                validators.version.as_bytes(),
                validators.modified.seconds(),
                label,
            ])?;
        }
        Write::Media(path, media) => {
            let sql = "INSERT OR REPLACE INTO media VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            transaction.prepare_cached(sql)?.execute(params![
                path.as_str(),
                media.place.as_os_str().as_bytes(),
                media.stamp.length.cast_signed(),
                media.stamp.modified_ns.to_le_bytes(),
                media.stamp.changed_ns.to_le_bytes(),
                media.stamp.inode.cast_signed(),
                media.validators.version.as_bytes(),
                media.validators.modified.seconds(),
            ])?;
        }
        Write::NoMedia(path) => {
            transaction
                .prepare_cached("DELETE FROM media WHERE path = ?1")?
                .execute(params![path.as_str()])?;
        }
        Write::Pictures(key, pictures) => put_pictures(transaction, *key, pictures)?,
        Write::Forget(key) => {
            transaction.prepare_cached("DELETE FROM words WHERE key = ?1")?.execute(params![key.0])?;
            apply(transaction, &Write::Reread(*key), now)?;
        }
        Write::Reread(key) => {
            transaction
                .prepare_cached("UPDATE file SET changed_ns = ?2 WHERE key = ?1")?
                .execute(params![key.0, i128::MIN.to_le_bytes()])?;
        }
        Write::NoPast(key, entered) => {
            let sql = "DELETE FROM past WHERE key = ?1 AND entered = ?2";
            transaction.prepare_cached(sql)?.execute(params![key.0, entered.seconds()])?;
        }
        Write::Remarks(path, remarks) => super::office::put_remarks(transaction, path, remarks, now)?,
        Write::NoNote(name) => {
            transaction.prepare_cached("DELETE FROM note WHERE name = ?1")?.execute(params![name])?;
        }
        Write::Note(name, value) => {
            let mut statement = transaction.prepare_cached("INSERT OR REPLACE INTO note VALUES (?1, ?2)")?;
            statement.execute(params![name, value])?;
        }
    }
    Ok(())
}

fn put_file(transaction: &Connection, path: &ContentPath, file: &FileRow) -> rusqlite::Result<()> {
    let mut statement =
        transaction.prepare_cached("INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let stamp = file.stamp.as_ref();
    statement.execute(params![
        path.as_str(),
        file.key.0,
        file.place.as_ref().map(|place| place.as_os_str().as_bytes()),
        stamp.map(|stamp| stamp.length.cast_signed()),
        stamp.map(|stamp| stamp.modified_ns.to_le_bytes()),
        stamp.map(|stamp| stamp.changed_ns.to_le_bytes()),
        stamp.map(|stamp| stamp.inode.cast_signed()),
    ])?;
    Ok(())
}

/// Those that are no longer in the file go; those that still are have been since they were first.
fn put_pictures(
    transaction: &Connection,
    key: Key,
    pictures: &[(ContentPath, Media)],
) -> rusqlite::Result<()> {
    let known = pictures_of(transaction, key)?;
    for (path, _) in known.iter().filter(|(known, _)| pictures.iter().all(|(path, _)| path != known)) {
        transaction.prepare_cached("DELETE FROM picture WHERE path = ?1")?.execute(params![path.as_str()])?;
    }
    for (path, media) in pictures {
        let sql =
            "INSERT INTO picture VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (path) DO UPDATE SET key = ?2";
        transaction.prepare_cached(sql)?.execute(params![
            path.as_str(),
            key.0,
            media.place.to_str(),
            media.stamp.length.cast_signed(),
            media.validators.version.as_bytes(),
            media.validators.modified.seconds(),
        ])?;
    }
    Ok(())
}

fn pictures_of(transaction: &Connection, key: Key) -> rusqlite::Result<Vec<(ContentPath, Media)>> {
    let mut statement = transaction.prepare_cached("SELECT * FROM picture WHERE key = ?1")?;
    let pictures = statement.query_map(params![key.0], picture_row)?.filter_map(rusqlite::Result::transpose);
    pictures.collect()
}

/// Queries stand among the terms; this is their address there, which leads nowhere.
fn of_queries() -> Slug {
    Slug::parse(QUERIES).expect("it is one word")
}

/// What a title is told by.
fn headline(title: &str) -> Fingerprint {
    Fingerprint::of([title])
}

fn put_record(
    transaction: &Connection,
    record: &Record,
    with_words: Option<(String, Fingerprint)>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO article VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, coalesce(?14, '[[],[],[]]'),
               ?15, ?10 = 1, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
               ON CONFLICT (key) DO UPDATE SET slug = ?3, wish = ?4, published = ?6, updated = ?7, modified = ?8,
               revision = ?9, state = ?10, source = ?11, reading = ?12, fingerprint = ?13,
               terms = coalesce(?14, terms), size = ?15, headline = coalesce(?16, headline),
               was_out = was_out OR ?10 = 1, expires = ?17, corrected = ?18, withdrawn = ?19, reason = ?20, drift = ?21,
               out = ?22, entered = ?23";
    let state = match record.state {
        State::Waiting => 0,
        State::Published => 1,
        State::Withdrawn => 2,
    };
    let (terms, headline) = match &with_words {
        Some((terms, headline)) => (Some(terms), Some(headline.as_bytes())),
        None => (None, None),
    };
    transaction.prepare_cached(sql)?.execute(params![
        record.key.0,
        record.id.to_string(),
        record.slug.as_str(),
        record.wish.as_str(),
        record.first_seen.seconds(),
        record.published.seconds(),
        record.updated.seconds(),
        record.modified.seconds(),
        record.revision,
        state,
        record.source.as_bytes(),
        record.reading.as_bytes(),
        record.fingerprint.as_bytes(),
        terms,
        record.size,
        headline,
        record.expires.map(Timestamp::seconds),
        record.corrected.map(Timestamp::seconds),
        record.withdrawn.map(Timestamp::seconds),
        record.reason,
        record.drift,
        record.out.map(Timestamp::seconds),
        record.entered.seconds(),
    ])?;
    Ok(())
}

fn happened(
    transaction: &Connection,
    key: Key,
    happening: Happening,
    fingerprint: &Fingerprint,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO change (at, key, what, fingerprint) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = transaction.prepare_cached(sql)?;
    statement.execute(params![now.seconds(), key.0, happening.name(), fingerprint.as_bytes()])?;
    Ok(())
}
