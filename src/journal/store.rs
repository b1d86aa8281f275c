//! The journal in SQLite.

use super::{FileRow, Happening, Record, State, Write};
use crate::catalogue::{Key, Placed};
use crate::edition::{Media, Stamp, Subject, Validators};
use crate::words::{Article, ContentPath, Fingerprint, Id, Published, Slug, Term, Timestamp, media_type};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, params};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE article (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
    terms TEXT NOT NULL
);
CREATE INDEX article_source ON article (source);
CREATE INDEX article_waiting ON article (published) WHERE state = 0;
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
CREATE INDEX slug_key ON slug (key);
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
    path: PathBuf,
    _lock: File,
}

impl Journal {
    /// Opens the journal of a state folder, making both where they are missing. A store that is damaged is set
    /// aside and a new one begun: ids are derived again from the folder.
    ///
    /// # Errors
    /// When the folder cannot be used or another bantin uses it.
    pub fn open(state: &Path) -> Result<(Self, Option<DamagedStore>), OpenError> {
        let folder_error = |error| OpenError::Folder(state.to_owned(), error);
        std::fs::create_dir_all(state).map_err(folder_error)?;
        let lock = File::options().create(true).truncate(false).write(true).open(state.join("lock"));
        let lock = lock.map_err(folder_error)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(state.to_owned())),
            Err(TryLockError::Error(error)) => return Err(folder_error(error)),
        }
        let path = state.join("journal.sqlite");
        let (connection, damaged) = match open_store(&path) {
            Ok(connection) => (connection, None),
            Err(StoreError::Newer(version)) => return Err(OpenError::Newer(state.to_owned(), version)),
            Err(StoreError::Damaged) => {
                let kept_as = set_aside(&path).map_err(folder_error)?;
                let fresh = open_store(&path).map_err(|error| error.opening(state))?;
                (fresh, Some(DamagedStore { kept_as }))
            }
            Err(error) => return Err(error.opening(state)),
        };
        Ok((Self { connection, path, _lock: lock }, damaged))
    }

    /// A reading end, for printing.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn reader(&self) -> rusqlite::Result<Reader> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(Reader { connection })
    }

    /// Begins a session: all that is written in it is remembered, durably, or nothing of it.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn session(&mut self) -> rusqlite::Result<Session<'_>> {
        Ok(Session { transaction: self.connection.transaction()? })
    }

    /// The files of all articles that are not withdrawn.
    pub fn files(&self) -> rusqlite::Result<Vec<(ContentPath, FileRow)>> {
        let sql = "SELECT file.* FROM file JOIN article USING (key) WHERE article.state <> 2";
        let mut statement = self.connection.prepare(sql)?;
        let files = statement.query_map([], file_row)?;
        files.collect()
    }

    /// What places every published article.
    pub fn placed(&self) -> rusqlite::Result<Vec<Placed>> {
        let mut statement = self.connection.prepare("SELECT * FROM article WHERE state = 1")?;
        let placed = statement.query_map([], |row| {
            let terms: String = row.get("terms")?;
            Ok(place(&record(row)?, &read_terms(&terms)))
        })?;
        placed.collect()
    }

    /// Addresses that lead elsewhere or nowhere: those articles had before (with the one they have), and those of
    /// withdrawn articles.
    pub fn old_addresses(&self) -> rusqlite::Result<Vec<(Slug, Option<Slug>)>> {
        let sql = "SELECT slug.slug, article.slug, article.state FROM slug JOIN article USING (key)
                   WHERE slug.slug <> article.slug AND article.state <> 0 OR article.state = 2";
        let mut statement = self.connection.prepare(sql)?;
        let addresses = statement.query_map([], |row| {
            let (from, to) = (slug_in(row, 0)?, slug_in(row, 1)?);
            Ok((from.clone(), (from != to).then_some(to)))
        })?;
        addresses.collect()
    }

    /// Since when each document is what it is, and what people called it.
    pub fn documents(&self) -> rusqlite::Result<HashMap<Subject, (Validators, String)>> {
        let mut statement = self.connection.prepare("SELECT * FROM document")?;
        let mut rows = statement.query([])?;
        let mut documents = HashMap::new();
        while let Some(row) = rows.next()? {
            // A subject that this version no longer knows is passed over.
            let Some(subject) = Subject::parse(&row.get::<_, String>("subject")?) else { continue };
            let validators =
                Validators { version: fingerprint_in(row, "version")?, modified: time_in(row, "modified")? };
            documents.insert(subject, (validators, row.get("label")?));
        }
        Ok(documents)
    }

    /// All files that travel with articles.
    pub fn media(&self) -> rusqlite::Result<Vec<(ContentPath, Media)>> {
        let mut statement = self.connection.prepare("SELECT * FROM media")?;
        let mut rows = statement.query([])?;
        let mut media = Vec::new();
        while let Some(row) = rows.next()? {
            let path = path_in(row, "path")?;
            // A type that is no longer served is passed over.
            let Some(media_type) = media_type(&path.extension()) else { continue };
            let place = PathBuf::from(OsString::from_vec(row.get("place")?));
            let stamp = stamp_in(row)?.ok_or_else(|| nonsense("media"))?;
            let validators =
                Validators { version: fingerprint_in(row, "version")?, modified: time_in(row, "modified")? };
            media.push((path, Media { place, media_type, stamp, validators }));
        }
        Ok(media)
    }

    /// A named value of bantin's own.
    pub fn note(&self, name: &str) -> rusqlite::Result<Option<String>> {
        self.connection
            .query_row("SELECT value FROM note WHERE name = ?1", params![name], |row| row.get(0))
            .optional()
    }

    /// How many bytes the journal takes on disk.
    pub fn size(&self) -> u64 {
        let log = self.path.with_extension("sqlite-wal");
        [self.path.as_path(), &log]
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|m| m.len())
            .sum()
    }
}

/// A session of the journal. What is written in it is seen in it; dropped without [`commit`](Self::commit), it
/// never was.
pub struct Session<'a> {
    transaction: Transaction<'a>,
}

impl Session<'_> {
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
        apply(&self.transaction, write, now)
    }

    /// The number the next new article gets.
    pub fn next_key(&self) -> rusqlite::Result<Key> {
        let highest: Option<i64> =
            self.transaction.query_row("SELECT max(key) FROM article", [], |row| row.get(0))?;
        Ok(Key(highest.unwrap_or(0) + 1))
    }

    /// What is known of an article.
    pub fn record(&self, key: Key) -> rusqlite::Result<Option<Record>> {
        self.one("SELECT * FROM article WHERE key = ?1", params![key.0])
    }

    /// The article that has this id.
    pub fn by_id(&self, id: &Id) -> rusqlite::Result<Option<Record>> {
        self.one("SELECT * FROM article WHERE id = ?1", params![id.as_str()])
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

    /// How many articles wait for their time, and when that of the next one comes.
    pub fn next_waiting(&self) -> rusqlite::Result<(i64, Option<Timestamp>)> {
        let sql = "SELECT count(*), min(published) FROM article WHERE state = 0";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.query_row([], |row| {
            let next: Option<i64> = row.get(1)?;
            Ok((row.get(0)?, next.and_then(Timestamp::from_seconds)))
        })
    }

    /// Whose address this is or was.
    pub fn slug_owner(&self, slug: &Slug) -> rusqlite::Result<Option<Key>> {
        let mut statement = self.transaction.prepare_cached("SELECT key FROM slug WHERE slug = ?1")?;
        statement.query_row(params![slug.as_str()], |row| row.get(0).map(Key)).optional()
    }

    /// The words of an article as they were last read well.
    pub fn words(&self, key: Key) -> rusqlite::Result<Option<Article>> {
        Ok(words(&self.transaction, key)?.map(|(_, article)| article))
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

/// The reading end.
pub struct Reader {
    connection: Connection,
}

impl Reader {
    /// The article with its words, if they are the ones a document names: `None` when they have changed since.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn published(&self, placed: &Placed) -> rusqlite::Result<Option<Published>> {
        let Some((fingerprint, article)) = words(&self.connection, placed.key)? else { return Ok(None) };
        Ok((fingerprint == placed.fingerprint).then(|| Published {
            id: placed.id.clone(),
            slug: placed.slug.clone(),
            published: placed.published,
            updated: placed.updated,
            article,
        }))
    }
}

/// What places an article, from what the journal knows and the terms of its words.
pub(super) fn place(record: &Record, terms: &[Vec<Term>; 3]) -> Placed {
    let shared = |terms: &[Term]| terms.iter().cloned().map(Arc::new).collect();
    Placed {
        key: record.key,
        id: record.id.clone(),
        slug: record.slug.clone(),
        published: record.published,
        updated: record.updated,
        modified: record.modified,
        fingerprint: record.fingerprint,
        categories: shared(&terms[0]),
        tags: shared(&terms[1]),
        authors: shared(&terms[2]),
    }
}

impl Record {
    /// What places this article, with these words.
    pub fn placed(&self, article: &Article) -> Placed {
        place(self, &[article.categories.clone(), article.tags.clone(), article.authors.clone()])
    }
}

fn read_terms(json: &str) -> [Vec<Term>; 3] {
    serde_json::from_str(json).unwrap_or_default()
}

fn words(connection: &Connection, key: Key) -> rusqlite::Result<Option<(Fingerprint, Article)>> {
    let mut statement = connection.prepare_cached("SELECT fingerprint, article FROM words WHERE key = ?1")?;
    let found = statement
        .query_row(params![key.0], |row| {
            Ok((fingerprint_in(row, "fingerprint")?, row.get::<_, Vec<u8>>("article")?))
        })
        .optional()?;
    let Some((fingerprint, packed)) = found else { return Ok(None) };
    let article =
        zstd::stream::decode_all(&packed[..]).ok().and_then(|json| serde_json::from_slice(&json).ok());
    Ok(article.map(|article| (fingerprint, article)))
}

fn apply(transaction: &Connection, write: &Write, now: Timestamp) -> rusqlite::Result<()> {
    match write {
        Write::Article(record, article) => {
            put_record(transaction, record, article.as_deref())?;
            if let Some(article) = article {
                let json = serde_json::to_vec(article).expect("an article is plain text and numbers");
                let packed = zstd::bulk::compress(&json, 1).expect("packing to memory does not fail");
                let mut statement =
                    transaction.prepare_cached("INSERT OR REPLACE INTO words VALUES (?1, ?2, ?3)")?;
                statement.execute(params![record.key.0, record.fingerprint.as_bytes(), packed])?;
            }
        }
        Write::Happened(key, happening, fingerprint) => {
            happened(transaction, *key, *happening, fingerprint, now)?
        }
        Write::File(path, file) => {
            let mut statement = transaction
                .prepare_cached("INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
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
        Write::Note(name, value) => {
            let mut statement = transaction.prepare_cached("INSERT OR REPLACE INTO note VALUES (?1, ?2)")?;
            statement.execute(params![name, value])?;
        }
    }
    Ok(())
}

fn put_record(transaction: &Connection, record: &Record, article: Option<&Article>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO article VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, coalesce(?14, '[[],[],[]]'))
               ON CONFLICT (key) DO UPDATE SET slug = ?3, wish = ?4, published = ?6, updated = ?7, modified = ?8,
               revision = ?9, state = ?10, source = ?11, reading = ?12, fingerprint = ?13,
               terms = coalesce(?14, terms)";
    let state = match record.state {
        State::Waiting => 0,
        State::Published => 1,
        State::Withdrawn => 2,
    };
    let terms = article.map(|article| {
        serde_json::to_string(&[&article.categories, &article.tags, &article.authors])
            .expect("terms are plain text")
    });
    transaction.prepare_cached(sql)?.execute(params![
        record.key.0,
        record.id.as_str(),
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
    ])?;
    let mut statement = transaction.prepare_cached("INSERT OR IGNORE INTO slug VALUES (?1, ?2)")?;
    statement.execute(params![record.slug.as_str(), record.key.0])?;
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

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        key: Key(row.get("key")?),
        id: Id::parse(&row.get::<_, String>("id")?).ok_or_else(|| nonsense("id"))?,
        slug: slug_in(row, "slug")?,
        wish: slug_in(row, "wish")?,
        first_seen: time_in(row, "first_seen")?,
        published: time_in(row, "published")?,
        updated: time_in(row, "updated")?,
        modified: time_in(row, "modified")?,
        revision: row.get("revision")?,
        state: match row.get("state")? {
            0 => State::Waiting,
            1 => State::Published,
            _ => State::Withdrawn,
        },
        source: fingerprint_in(row, "source")?,
        reading: fingerprint_in(row, "reading")?,
        fingerprint: fingerprint_in(row, "fingerprint")?,
    })
}

fn file_row(row: &Row<'_>) -> rusqlite::Result<(ContentPath, FileRow)> {
    let place: Option<Vec<u8>> = row.get("place")?;
    let place = place.map(|bytes| PathBuf::from(OsString::from_vec(bytes)));
    Ok((path_in(row, "path")?, FileRow { key: Key(row.get("key")?), stamp: stamp_in(row)?, place }))
}

fn stamp_in(row: &Row<'_>) -> rusqlite::Result<Option<Stamp>> {
    let nanoseconds = |name| -> rusqlite::Result<Option<i128>> {
        Ok(row.get::<_, Option<[u8; 16]>>(name)?.map(i128::from_le_bytes))
    };
    let length: Option<i64> = row.get("length")?;
    let inode: Option<i64> = row.get("inode")?;
    Ok(match (length, nanoseconds("modified_ns")?, nanoseconds("changed_ns")?, inode) {
        (Some(length), Some(modified_ns), Some(changed_ns), Some(inode)) => Some(Stamp {
            length: length.cast_unsigned(),
            modified_ns,
            changed_ns,
            inode: inode.cast_unsigned(),
        }),
        _ => None,
    })
}

fn path_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> rusqlite::Result<ContentPath> {
    let text: String = row.get(column)?;
    ContentPath::new(Path::new(&text)).ok_or_else(|| nonsense("path"))
}

fn slug_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> rusqlite::Result<Slug> {
    let text: String = row.get(column)?;
    Slug::parse(&text).ok_or_else(|| nonsense("slug"))
}

fn time_in(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    Timestamp::from_seconds(row.get(column)?).ok_or_else(|| nonsense("time"))
}

fn fingerprint_in(row: &Row<'_>, column: &str) -> rusqlite::Result<Fingerprint> {
    row.get::<_, [u8; 16]>(column).map(Fingerprint::from_bytes)
}

fn nonsense(what: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(format!("{what} holds what was never written"))
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
            Some(_) => StoreError::Refused(error),
            // Rows that do not read as what we write were not written by us.
            None => StoreError::Damaged,
        }
    }
}

fn open_store(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    // The lock file keeps other writers out; readers of the same process come and go.
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What was shown to somebody survives a power cut: every commit reaches the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        SCHEMA_VERSION => {
            let verdict: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
            if verdict != "ok" {
                return Err(StoreError::Damaged);
            }
        }
        0 => {
            connection
                .execute_batch(&format!("BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"))?;
        }
        newer => return Err(StoreError::Newer(newer)),
    }
    Ok(connection)
}

/// Moves a damaged store out of the way, with its log, under a name that is free.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let numbered = (1..).map(|number| path.with_extension(format!("damaged-{number}")));
    let kept_as =
        numbered.into_iter().find(|name| !name.exists()).expect("there are more numbers than files");
    std::fs::rename(path, &kept_as)?;
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
