//! The journal in SQLite.

use super::lists;
use super::office::{self, REMARKS};
use super::rows::{
    Terms, document_row, file_row, gone_row, media_row, path_in, picture_row, placed_row, published, record,
    slug_in, source,
};
use super::session::Session;
use super::{FileRow, Line, Remembered, Source, Words};
use crate::catalogue::{Gone, Key, Leads, MOST_GONE, Placed};
use crate::words::{ContentPath, Slug, Timestamp};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, params};
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const SCHEMA_VERSION: i64 = 3;

const SCHEMA: &str = "
CREATE TABLE article (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    slug TEXT NOT NULL,
    wish TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    published INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL,
    source BLOB NOT NULL,
    reading BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    terms TEXT NOT NULL,
    size INTEGER NOT NULL,
    was_out INTEGER NOT NULL,
    headline BLOB,
    expires INTEGER,
    corrected INTEGER,
    withdrawn INTEGER,
    reason TEXT,
    drift INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE term (number INTEGER PRIMARY KEY, slug TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (slug, label));
CREATE TABLE words (key INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL, article BLOB NOT NULL);
CREATE TABLE slug (slug TEXT PRIMARY KEY, key INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    key INTEGER NOT NULL,
    place BLOB,
    length INTEGER,
    modified_ns BLOB,
    changed_ns BLOB,
    inode INTEGER
) WITHOUT ROWID;
CREATE INDEX file_key ON file (key);
CREATE TABLE media (
    path TEXT PRIMARY KEY,
    place BLOB NOT NULL,
    length INTEGER NOT NULL,
    modified_ns BLOB NOT NULL,
    changed_ns BLOB NOT NULL,
    inode INTEGER NOT NULL,
    version BLOB NOT NULL,
    modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE document (
    subject TEXT PRIMARY KEY,
    version BLOB NOT NULL,
    modified INTEGER NOT NULL,
    label TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    key INTEGER NOT NULL,
    what TEXT NOT NULL,
    fingerprint BLOB NOT NULL
);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

/// What follows from the rows of a first look, made once those are written: a tenth of the time it takes row by row.
const CONCLUSION: &str = "
INSERT INTO slug SELECT slug, key FROM article WHERE NOT EXISTS (SELECT 1 FROM slug) ORDER BY slug;
INSERT INTO change (at, key, what, fingerprint) SELECT first_seen, key, 'arrived', fingerprint FROM article
    WHERE NOT EXISTS (SELECT 1 FROM change);
CREATE UNIQUE INDEX IF NOT EXISTS article_id ON article (id);
CREATE INDEX IF NOT EXISTS article_source ON article (source);
CREATE INDEX IF NOT EXISTS article_waiting ON article (published) WHERE state = 0;
CREATE INDEX IF NOT EXISTS article_expiring ON article (expires) WHERE state = 1 AND expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS article_gone ON article (withdrawn) WHERE withdrawn IS NOT NULL;
CREATE INDEX IF NOT EXISTS slug_key ON slug (key);
";

/// Whether the file of a row is on disk: that of a withdrawn article has a state there only if its file says so itself.
pub(super) const IS_THERE: &str = "(article.state <> 2 OR file.inode IS NOT NULL)";

/// From the first form to the second: terms once each instead of with every article, and headlines.
const FROM_FIRST_FORM: &str = "
CREATE TABLE term (number INTEGER PRIMARY KEY, slug TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (slug, label));
INSERT INTO term (slug, label) SELECT DISTINCT term.value ->> 'slug', term.value ->> 'label'
    FROM article, json_each(article.terms) AS kind, json_each(kind.value) AS term;
UPDATE article SET terms = (
    SELECT json_group_array(json((
        SELECT json_group_array(term.number ORDER BY named.key) FROM json_each(kind.value) AS named
        JOIN term ON term.slug = named.value ->> 'slug' AND term.label = named.value ->> 'label'
    )) ORDER BY kind.key) FROM json_each(article.terms) AS kind
);
ALTER TABLE article ADD COLUMN headline BLOB;
";

/// From the second form to the third: what becomes of an article later.
const FROM_SECOND_FORM: &str = "
ALTER TABLE article ADD COLUMN expires INTEGER;
ALTER TABLE article ADD COLUMN corrected INTEGER;
ALTER TABLE article ADD COLUMN withdrawn INTEGER;
ALTER TABLE article ADD COLUMN reason TEXT;
ALTER TABLE article ADD COLUMN drift INTEGER NOT NULL DEFAULT 0;
UPDATE article SET withdrawn = max(modified, updated + 1) WHERE state = 2 AND was_out;
CREATE INDEX article_expiring ON article (expires) WHERE state = 1 AND expires IS NOT NULL;
CREATE INDEX article_gone ON article (withdrawn) WHERE withdrawn IS NOT NULL;
";

/// Pictures that were in dropped files. From the second form to the third, too.
const PICTURES: &str = "
CREATE TABLE picture (
    path TEXT PRIMARY KEY,
    key INTEGER NOT NULL,
    place TEXT NOT NULL,
    length INTEGER NOT NULL,
    version BLOB NOT NULL,
    modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX picture_key ON picture (key);
";

/// Up to how many bytes a journal is checked before it is used; of a longer one what is read at the start is, and the
/// rest behind it. A check reads some 500 MB a second.
const CHECKED_AT_ONCE: u64 = 32 << 20;

/// Why the state folder cannot be used.
#[derive(Debug)]
pub enum OpenError {
    /// Another bantin uses it.
    InUse(PathBuf),
    /// The folder cannot be made or written.
    Folder(PathBuf, std::io::Error),
    /// A newer bantin wrote it.
    Newer(PathBuf, i64),
    /// The store refuses.
    Store(PathBuf, rusqlite::Error),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OpenError::InUse(path) => write!(
                f,
                "another bantin is using the state folder {}\n  hint: stop it first, or give this one its own with --state",
                path.display()
            ),
            OpenError::Folder(path, error) => write!(
                f,
                "the state folder {} cannot be used: {error}\n  hint: make it writable for this user, or name another with --state",
                path.display()
            ),
            OpenError::Newer(path, version) => write!(
                f,
                "the journal in {} was written by a newer bantin (version {version} of its form)\n  hint: start that one, or name another state folder with --state",
                path.display()
            ),
            OpenError::Store(path, error) => {
                write!(f, "the journal in {} cannot be opened: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for OpenError {}

/// A store that could not be read and was set aside.
#[derive(Debug)]
pub struct DamagedStore {
    /// Where it is now.
    pub kept_as: PathBuf,
}

/// The writing end: one per state folder, held by the publisher.
pub struct Journal {
    connection: Connection,
    door: Door,
    _lock: File,
}

impl Journal {
    /// Opens the journal of a state folder, making both where they are missing, and reads what a start needs. A store
    /// that is damaged is set aside and a new one begun: ids are derived again from the folder. One that cannot be
    /// written is read as long as that can be done.
    ///
    /// # Errors
    /// When the folder cannot be used or another bantin uses it.
    pub fn open(state: &Path) -> Result<(Self, Remembered, Option<DamagedStore>), OpenError> {
        let folder_error = |error| OpenError::Folder(state.to_owned(), error);
        std::fs::create_dir_all(state).map_err(folder_error)?;
        let lock = open_lock(&state.join("lock")).map_err(folder_error)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(state.to_owned())),
            Err(TryLockError::Error(error)) => return Err(folder_error(error)),
        }
        let path = state.join("journal.sqlite");
        let ((connection, door, remembered), damaged) = match open_store(&path) {
            Ok(store) => (store, None),
            Err(StoreError::Newer(version)) => return Err(OpenError::Newer(state.to_owned(), version)),
            Err(StoreError::Damaged) => {
                let kept_as = set_aside(&path).map_err(folder_error)?;
                let fresh = open_store(&path).map_err(|error| error.opening(state))?;
                (fresh, Some(DamagedStore { kept_as }))
            }
            Err(error) => return Err(error.opening(state)),
        };
        Ok((Self { connection, door, _lock: lock }, remembered, damaged))
    }

    /// Where reading ends are to be had.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// Whether it was opened for writing; else nothing can be remembered until bantin is started again.
    pub fn is_writable(&self) -> bool {
        self.door.opened == Opened::Writable
    }

    /// Begins a session: all that is written in it is remembered, durably, or nothing of it.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn session(&mut self) -> rusqlite::Result<Session<'_>> {
        Ok(Session::new(self.connection.transaction()?))
    }

    /// Whether no article was ever written down.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn is_empty(&self) -> rusqlite::Result<bool> {
        self.connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM article)", [], |row| row.get(0))
    }

    /// Draws the conclusions of a first look: addresses, the log and the indexes that follow from its rows.
    pub fn conclude_first_look(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(&format!("BEGIN; {CONCLUSION} COMMIT;"))
    }

    /// The file of an article that is not withdrawn, or is though its file is there.
    pub fn file(&self, path: &ContentPath) -> rusqlite::Result<Option<FileRow>> {
        let sql = format!("SELECT file.* FROM file JOIN article USING (key) WHERE path = ?1 AND {IS_THERE}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row(params![path.as_str()], file_row).optional()?.map(|(_, file)| file))
    }

    /// The same for all files whose paths begin so, by path.
    pub fn files_below(&self, beginning: &str) -> rusqlite::Result<Vec<(ContentPath, FileRow)>> {
        let sql = format!(
            "SELECT file.* FROM file JOIN article USING (key) WHERE path >= ?1 AND path < ?2 AND {IS_THERE} ORDER BY path"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let files = statement.query_map(params![beginning, after_all(beginning)], file_row)?;
        files.collect()
    }

    /// The files of this article.
    pub fn files_of(&self, key: Key) -> rusqlite::Result<Vec<(ContentPath, FileRow)>> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM file WHERE key = ?1")?;
        let files = statement.query_map(params![key.0], file_row)?;
        files.collect()
    }

    /// Whether the words of an article were written down, sound or not.
    pub fn has_words(&self, key: Key) -> rusqlite::Result<bool> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM words WHERE key = ?1")?;
        statement.exists(params![key.0])
    }

    /// The next files, at most `count`, of articles after `key` whose words were not written down yet.
    pub fn unread(&self, key: Key, count: usize) -> rusqlite::Result<Vec<(ContentPath, FileRow)>> {
        let sql = "SELECT file.* FROM article JOIN file USING (key) LEFT JOIN words USING (key)
                   WHERE article.key > ?1 AND article.state <> 2 AND words.key IS NULL ORDER BY article.key LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let files = statement.query_map(params![key.0, count.cast_signed() as i64], file_row)?;
        files.collect()
    }

    /// Two files each, of which one says exactly what the other says; at most `count`.
    pub fn copies(&self, count: usize) -> rusqlite::Result<Vec<(ContentPath, ContentPath)>> {
        let sql = "SELECT this.path, other.path FROM
                   (SELECT source, min(key) AS first FROM article WHERE state <> 2 GROUP BY source HAVING count(*) > 1) AS same
                   JOIN article USING (source) JOIN file AS this USING (key) JOIN file AS other ON other.key = same.first
                   WHERE article.key <> same.first AND article.state <> 2 LIMIT ?1";
        let mut statement = self.connection.prepare(sql)?;
        let pairs = statement
            .query_map(params![count.cast_signed() as i64], |row| Ok((path_in(row, 0)?, path_in(row, 1)?)))?;
        pairs.collect()
    }

    /// The articles that were out and were taken back after this moment, the latest first.
    pub fn gone(&self, after: Timestamp) -> rusqlite::Result<Vec<Gone>> {
        gone(&self.connection, Some(after), &Terms::read(&self.connection)?)
    }

    /// A named value of bantin's own.
    pub fn note(&self, name: &str) -> rusqlite::Result<Option<String>> {
        self.connection
            .query_row("SELECT value FROM note WHERE name = ?1", params![name], |row| row.get(0))
            .optional()
    }

    /// How many bytes the journal takes on disk.
    pub fn size(&self) -> u64 {
        size(&self.door.path)
    }
}

fn size(path: &Path) -> u64 {
    let log = path.with_extension("sqlite-wal");
    let files = [path, &log].into_iter();
    files.filter_map(|path| std::fs::metadata(path).ok()).map(|metadata| metadata.len()).sum()
}

/// After all texts that begin so, in the order of bytes: `/` ends a beginning, or it is empty.
fn after_all(beginning: &str) -> String {
    // No text has this letter, which is after all others.
    format!("{beginning}\u{10FFFF}")
}

/// Where reading ends of a journal are to be had, on any thread.
#[derive(Clone, Debug)]
pub struct Door {
    path: PathBuf,
    opened: Opened,
}

impl Door {
    /// A reading end.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn reader(&self) -> rusqlite::Result<Reader> {
        Ok(Reader { connection: connect(&self.path, self.opened, OpenFlags::SQLITE_OPEN_READ_ONLY)? })
    }

    /// Whether the journal was too long to be checked at the start.
    pub fn is_unchecked(&self) -> bool {
        size(&self.path) > CHECKED_AT_ONCE
    }

    /// Marks the journal as damaged: at the next start it is set aside.
    ///
    /// # Errors
    /// When the mark cannot be made.
    pub fn mark_as_damaged(&self) -> std::io::Result<()> {
        std::fs::write(damage_mark(&self.path), "")
    }
}

fn damage_mark(path: &Path) -> PathBuf {
    path.with_extension("damaged")
}

/// The reading end.
pub struct Reader {
    pub(super) connection: Connection,
}

impl Reader {
    /// The article with its words, if they are the ones a document names.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn published(&self, placed: &Placed) -> rusqlite::Result<Words> {
        published(&self.connection, placed)
    }

    /// The file an article was last read from.
    pub fn source(&self, key: Key) -> rusqlite::Result<Option<Source>> {
        source(&self.connection, key)
    }

    /// The next articles, at most `most`, that wait for their time.
    pub fn waiting(&self, most: usize) -> rusqlite::Result<Vec<Line>> {
        lists::waiting(&self.connection, most)
    }

    /// The articles, at most `most`, that were withdrawn last; and how many were in all.
    pub fn withdrawn(&self, most: usize) -> rusqlite::Result<(Vec<Line>, usize)> {
        lists::withdrawn(&self.connection, most)
    }

    /// Hands out the files and media whose paths begin so, in the order of paths.
    pub fn with_files<T>(
        &self,
        beginning: &str,
        work: impl FnOnce(&mut dyn FnMut() -> rusqlite::Result<Option<(ContentPath, FileRow)>>) -> T,
    ) -> rusqlite::Result<T> {
        let sql = format!(
            "SELECT path, file.key, place, length, modified_ns, changed_ns, inode
             FROM file JOIN article USING (key) WHERE path >= ?1 AND path < ?2 AND {IS_THERE}
             UNION ALL SELECT path, 0, place, length, modified_ns, changed_ns, inode
             FROM media WHERE path >= ?1 AND path < ?2 ORDER BY path"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params![beginning, after_all(beginning)])?;
        Ok(work(&mut || rows.next()?.map(file_row).transpose()))
    }

    /// The names of all pictures that articles have.
    pub fn picture_names(&self) -> rusqlite::Result<HashSet<String>> {
        let mut statement = self.connection.prepare("SELECT DISTINCT place FROM picture")?;
        let names = statement.query_map([], |row| row.get(0))?;
        names.collect()
    }

    /// Whether the whole store is sound. It takes its time.
    pub fn is_sound(&self) -> rusqlite::Result<bool> {
        is_sound(&self.connection)
    }
}

enum StoreError {
    Damaged,
    Newer(i64),
    Refused(rusqlite::Error),
}

impl StoreError {
    fn opening(self, state: &Path) -> OpenError {
        let error = match self {
            StoreError::Refused(error) => error,
            StoreError::Newer(version) => return OpenError::Newer(state.to_owned(), version),
            StoreError::Damaged => rusqlite::Error::InvalidQuery,
        };
        OpenError::Store(state.to_owned(), error)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged,
            // Tables that are not ours.
            Some(_) if error.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_ERROR) => {
                StoreError::Damaged
            }
            Some(_) => StoreError::Refused(error),
            // Rows that do not read as what we write were not written by us.
            None => StoreError::Damaged,
        }
    }
}

/// How a store could be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    /// For all there is to do.
    Writable,
    /// For reading, without the files beside it that reading usually needs.
    ReadOnly,
    /// For reading, of a file nobody else touches and that has no log beside it.
    Alone,
}

type Store = (Connection, Door, Remembered);

fn open_store(path: &Path) -> Result<Store, StoreError> {
    if damage_mark(path).exists() {
        return Err(StoreError::Damaged);
    }
    let refusal = match open_as(path, Opened::Writable) {
        Err(StoreError::Refused(refusal)) => refusal,
        outcome => return outcome,
    };
    // A disk may fail once.
    let again = (refusal.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)).then_some(Opened::Writable);
    let has_log = std::fs::metadata(path.with_extension("sqlite-wal")).is_ok_and(|log| log.len() > 0);
    let alone = (!has_log).then_some(Opened::Alone);
    for opened in again.into_iter().chain([Opened::ReadOnly]).chain(alone) {
        if let Ok(store) = open_as(path, opened) {
            return Ok(store);
        }
    }
    Err(StoreError::Refused(refusal))
}

fn connect(path: &Path, opened: Opened, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match opened {
        Opened::Writable => Connection::open_with_flags(path, flags)?,
        Opened::ReadOnly => {
            Connection::open_with_flags(address(path, "readonly_shm=1"), flags | OpenFlags::SQLITE_OPEN_URI)?
        }
        Opened::Alone => {
            Connection::open_with_flags(address(path, "immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)?
        }
    };
    // The lock file keeps other writers out; readers of the same process come and go.
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// A file as SQLite takes it with options (<https://sqlite.org/uri.html>).
fn address(path: &Path, option: &str) -> String {
    let path =
        percent_encoding::percent_encode(path.as_os_str().as_bytes(), percent_encoding::NON_ALPHANUMERIC);
    format!("file:{path}?{option}")
}

fn open_as(path: &Path, opened: Opened) -> Result<Store, StoreError> {
    let flags = match opened {
        Opened::Writable => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Opened::ReadOnly | Opened::Alone => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = connect(path, opened, flags)?;
    if opened == Opened::Writable {
        // Of a store that does not exist yet, nothing can be lost.
        connection.pragma_update(None, "synchronous", if size(path) == 0 { "OFF" } else { "FULL" })?;
        // Without its log beside it a store is as safe, and slower.
        let _ = connection.pragma_update(None, "journal_mode", "WAL");
        connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let make = match version {
        SCHEMA_VERSION => None,
        0 => Some(format!("{SCHEMA}{PICTURES}")),
        1 => Some(format!("{FROM_FIRST_FORM}{FROM_SECOND_FORM}{PICTURES}")),
        2 => Some(format!("{FROM_SECOND_FORM}{PICTURES}")),
        newer => return Err(StoreError::Newer(newer)),
    };
    let is_checked = size(path) <= CHECKED_AT_ONCE && version != 0;
    if is_checked && !is_sound(&connection)? {
        return Err(StoreError::Damaged);
    }
    if let Some(make) = make {
        connection
            .execute_batch(&format!("BEGIN; {make} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"))?;
    }
    if is_checked {
        read_every_row(&connection)?;
    }
    if opened == Opened::Writable {
        connection.execute_batch(REMARKS)?;
        // What was shown to somebody survives a power cut: every commit reaches the disk.
        connection.pragma_update(None, "synchronous", "FULL")?;
    }
    if opened == Opened::Writable && !is_concluded(&connection)? {
        connection.execute_batch(&format!("BEGIN; {CONCLUSION} COMMIT;"))?;
    }
    let remembered = remembered(&connection)?;
    Ok((connection, Door { path: path.to_owned(), opened }, remembered))
}

/// Whether the conclusions of the first look were drawn; without articles there are none to draw.
fn is_concluded(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM article)
               OR EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'slug_key')";
    connection.query_row(sql, [], |row| row.get(0))
}

fn is_sound(connection: &Connection) -> rusqlite::Result<bool> {
    let verdict: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    Ok(verdict == "ok")
}

fn remembered(connection: &Connection) -> rusqlite::Result<Remembered> {
    let terms = Terms::read(connection)?;
    let mut statement = connection.prepare("SELECT * FROM article WHERE state = 1")?;
    let placed = statement.query_map([], |row| placed_row(row, &terms))?.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare("SELECT * FROM document")?;
    let documents = statement.query_map([], document_row)?.filter_map(Result::transpose);
    let documents = documents.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare("SELECT * FROM media")?;
    let media = statement.query_map([], media_row)?.filter_map(Result::transpose);
    let media = media.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT picture.* FROM picture JOIN article USING (key) WHERE state = 1";
    let mut statement = connection.prepare(sql)?;
    let pictures = statement.query_map([], picture_row)?.filter_map(Result::transpose);
    let pictures = pictures.collect::<rusqlite::Result<_>>()?;
    let gone = gone(connection, None, &terms)?;
    let (old_addresses, remarks) = (old_addresses(connection)?, office::remarks(connection)?);
    Ok(Remembered { placed, old_addresses, gone, documents, media, pictures, remarks })
}

/// The articles that were out and were taken back after this moment, the latest first, at most as many as the catalogue
/// remembers.
fn gone(connection: &Connection, after: Option<Timestamp>, terms: &Terms) -> rusqlite::Result<Vec<Gone>> {
    let sql = "SELECT * FROM article WHERE withdrawn IS NOT NULL AND withdrawn > ?1
               ORDER BY withdrawn DESC, key LIMIT ?2";
    let after = after.map_or(i64::MIN, Timestamp::seconds);
    let mut statement = connection.prepare(sql)?;
    let gone =
        statement.query_map(params![after, MOST_GONE.cast_signed() as i64], |row| gone_row(row, terms))?;
    gone.collect()
}

/// Addresses that lead elsewhere or nowhere: those that articles had before they got the one they have now (that
/// comes with them), and all those of articles that were out and are not.
fn old_addresses(connection: &Connection) -> rusqlite::Result<Vec<(Slug, Leads)>> {
    let sql = "SELECT slug.slug, iif(state = 1, article.slug, NULL), key FROM slug JOIN article USING (key)
               WHERE state = 1 AND slug.slug <> article.slug OR state <> 1 AND was_out";
    let mut statement = connection.prepare(sql)?;
    let addresses = statement.query_map([], |row| {
        let is_out = row.get::<_, Option<String>>(1)?.is_some();
        let leads = if is_out { Leads::To(slug_in(row, 1)?) } else { Leads::Nowhere(Key(row.get(2)?)) };
        Ok((slug_in(row, 0)?, leads))
    })?;
    addresses.collect()
}

/// Reads all that is read without being looked for: a sound file may hold rows that we never wrote.
fn read_every_row(connection: &Connection) -> rusqlite::Result<()> {
    type Read = fn(&Row<'_>) -> rusqlite::Result<()>;
    let tables: [(&str, Read); 7] = [
        ("article", |row| record(row).map(drop)),
        ("file", |row| file_row(row).map(drop)),
        ("slug", |row| slug_in(row, "slug").and(row.get::<_, i64>("key")).map(drop)),
        ("media", |row| media_row(row).map(drop)),
        ("picture", |row| picture_row(row).map(drop)),
        ("document", |row| document_row(row).map(drop)),
        ("note", |row| row.get::<_, String>("value").map(drop)),
    ];
    for (table, read) in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
        statement.query_map([], read)?.collect::<rusqlite::Result<()>>()?;
    }
    Ok(())
}

/// Where nothing can be written, a lock that is there already does.
fn open_lock(path: &Path) -> std::io::Result<File> {
    let lock = File::options().create(true).truncate(false).write(true).open(path);
    lock.or_else(|error| File::open(path).map_err(|_| error))
}

/// Moves a damaged store out of the way, with its log, under a name that is free.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let numbered = (1..).map(|number| path.with_extension(format!("damaged-{number}")));
    let kept_as =
        numbered.into_iter().find(|name| !name.exists()).expect("there are more numbers than files");
    std::fs::rename(path, &kept_as)?;
    if damage_mark(path).exists() {
        std::fs::remove_file(damage_mark(path))?;
    }
    for tail in ["sqlite-wal", "sqlite-shm"] {
        let beside = path.with_extension(tail);
        if beside.exists() {
            std::fs::rename(&beside, kept_as.with_extension(format!("{}-{tail}", extension(&kept_as))))?;
        }
    }
    Ok(kept_as)
}

fn extension(path: &Path) -> String {
    path.extension().map_or_else(String::new, |extension| extension.to_string_lossy().into_owned())
}
