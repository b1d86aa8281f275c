//! How a journal is opened: checked, brought into its present form, read at a start; set aside when it is damaged.

use super::office::REMARKS;
use super::rows::{document_row, file_row, media_row, picture_row, record, slug_in};
use super::schema;
use super::start::remembered;
use super::store::{Door, size};
use super::{Remembered, partners, prefaces};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Up to how many bytes a journal is checked before it is used; of a longer one what is read at the start is, and the
/// rest behind it. A check reads some 500 MB a second.
pub(super) const CHECKED_AT_ONCE: u64 = 32 << 20;

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

/// Why a store cannot be used.
pub(crate) enum StoreError {
    Damaged,
    Newer(i64),
    Refused(rusqlite::Error),
}

impl StoreError {
    pub(super) fn opening(self, state: &Path) -> OpenError {
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
pub(crate) enum Opened {
    /// For all there is to do.
    Writable,
    /// For reading, without the files beside it that reading usually needs.
    ReadOnly,
    /// For reading, of a file nobody else touches and that has no log beside it.
    Alone,
}

type Store = (Connection, Door, Remembered);

pub(super) fn open_store(path: &Path) -> Result<Store, StoreError> {
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

pub(crate) fn connect(path: &Path, opened: Opened, flags: OpenFlags) -> rusqlite::Result<Connection> {
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
    let changes = schema::changes_from(version).map_err(StoreError::Newer)?;
    let is_checked = size(path) <= CHECKED_AT_ONCE && version != 0;
    if is_checked && !is_sound(&connection)? {
        return Err(StoreError::Damaged);
    }
    if let Some(changes) = changes {
        connection.execute_batch(&changes)?;
    }
    if is_checked {
        read_every_row(&connection)?;
    }
    if opened == Opened::Writable {
        connection.execute_batch(REMARKS)?;
        connection.execute_batch(partners::TABLES)?;
        connection.execute_batch(prefaces::TABLES)?;
        // What was shown to somebody survives a power cut: every commit reaches the disk.
        connection.pragma_update(None, "synchronous", "FULL")?;
    }
    if opened == Opened::Writable && !schema::is_concluded(&connection)? {
        schema::conclude(&connection)?;
    }
    let remembered = remembered(&connection)?;
    Ok((connection, Door { path: path.to_owned(), opened }, remembered))
}

pub(crate) fn is_sound(connection: &Connection) -> rusqlite::Result<bool> {
    let verdict: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    Ok(verdict == "ok")
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
    prefaces::read_every_row(connection)?;
    partners::read_every_row(connection)
}

pub(super) fn damage_mark(path: &Path) -> PathBuf {
    path.with_extension("damaged")
}

/// Where nothing can be written, a lock that is there already does.
pub(super) fn open_lock(path: &Path) -> std::io::Result<File> {
    let lock = File::options().create(true).truncate(false).write(true).open(path);
    lock.or_else(|error| File::open(path).map_err(|_| error))
}

/// Moves a damaged store out of the way, with its log, under a name that is free.
pub(crate) fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
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
