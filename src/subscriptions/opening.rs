//! How the store is opened: for its owner alone, checked, set aside when it is damaged.

use super::{Subscriptions, rows};
use crate::hub::Subscription;
use crate::journal::{Opened, StoreError, connect, is_sound, set_aside};
use rusqlite::{Connection, OpenFlags};
use std::fmt;
use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The form of a store that this bantin writes.
const FORM: i64 = 1;
/// What its owner may do, and nobody else.
const OWNERS: u32 = 0o600;

/// What was found at the start.
pub struct Found {
    /// The store.
    pub store: Subscriptions,
    /// All that is in it, by number.
    pub remembered: Vec<Subscription>,
    /// Where a damaged one is kept, in whose place this one is.
    pub damaged: Option<PathBuf>,
}

/// Why the store cannot be used.
#[derive(Debug)]
pub enum OpenError {
    /// Its file cannot be made or written.
    File(PathBuf, io::Error),
    /// A newer bantin wrote it.
    Newer(PathBuf, i64),
    /// The store refuses.
    Store(PathBuf, rusqlite::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "{} cannot be used: {error}", path.display()),
            Self::Newer(path, form) => {
                write!(f, "{} was written by a newer bantin (version {form} of its form)", path.display())
            }
            Self::Store(path, error) => write!(f, "{} cannot be opened: {error}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// Why the store of a state folder cannot be read.
#[derive(Debug)]
pub enum Unread {
    /// There is none.
    Missing,
    /// It is another's form, or no store of ours.
    Strange,
    /// The store refuses.
    Refused(rusqlite::Error),
}

fn place(state: &Path) -> PathBuf {
    state.join("subscriptions.sqlite")
}

pub(super) fn open(state: &Path) -> Result<Found, OpenError> {
    let path = place(state);
    let store_error = |error| match error {
        StoreError::Refused(error) => OpenError::Store(path.clone(), error),
        StoreError::Newer(form) => OpenError::Newer(path.clone(), form),
        StoreError::Damaged => OpenError::Store(path.clone(), rusqlite::Error::InvalidQuery),
    };
    match open_store(&path) {
        Ok((store, remembered)) => Ok(Found { store, remembered, damaged: None }),
        Err(Refusal::Store(StoreError::Damaged)) => {
            let kept_as = set_aside(&path).map_err(|error| OpenError::File(path.clone(), error))?;
            match open_store(&path) {
                Ok((store, remembered)) => Ok(Found { store, remembered, damaged: Some(kept_as) }),
                Err(Refusal::Store(error)) => Err(store_error(error)),
                Err(Refusal::File(error)) => Err(OpenError::File(path, error)),
            }
        }
        Err(Refusal::Store(error)) => Err(store_error(error)),
        Err(Refusal::File(error)) => Err(OpenError::File(path, error)),
    }
}

enum Refusal {
    File(io::Error),
    Store(StoreError),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

fn open_store(path: &Path) -> Result<(Subscriptions, Vec<Subscription>), Refusal> {
    // What SQLite puts beside a file may be read by whom the file may.
    let file = File::options().create(true).truncate(false).write(true).mode(OWNERS).open(path)?;
    if file.metadata()?.permissions().mode() & 0o777 != OWNERS {
        file.set_permissions(Permissions::from_mode(OWNERS))?;
    }
    drop(file);
    let connection = connect(path, Opened::Writable, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Without its log beside it a store is as safe, and slower.
    let _ = connection.pragma_update(None, "journal_mode", "WAL");
    connection.pragma_update(None, "journal_size_limit", 4 << 20)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    match form(&connection)? {
        0 => connection.execute_batch(&format!("{}PRAGMA user_version = {FORM};", rows::TABLE))?,
        FORM => {}
        newer => return Err(Refusal::Store(StoreError::Newer(newer))),
    }
    if !is_sound(&connection)? {
        return Err(Refusal::Store(StoreError::Damaged));
    }
    let remembered = rows::all(&connection)?;
    Ok((Subscriptions { connection, path: path.to_owned() }, remembered))
}

fn form(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

pub(super) fn beside(state: &Path) -> Result<Vec<Subscription>, Unread> {
    let path = place(state);
    if !path.exists() {
        return Err(Unread::Missing);
    }
    let has_log = std::fs::metadata(path.with_extension("sqlite-wal")).is_ok_and(|log| log.len() > 0);
    let alone = (!has_log).then_some(Opened::Alone);
    let mut refusal = Unread::Missing;
    for opened in [Opened::Writable, Opened::ReadOnly].into_iter().chain(alone) {
        match read(&path, opened) {
            Err(StoreError::Refused(error)) => refusal = Unread::Refused(error),
            Err(StoreError::Newer(_) | StoreError::Damaged) => return Err(Unread::Strange),
            Ok(all) => return Ok(all),
        }
    }
    Err(refusal)
}

fn read(path: &Path, opened: Opened) -> Result<Vec<Subscription>, StoreError> {
    let connection = connect(path, opened, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match form(&connection)? {
        FORM => Ok(rows::all(&connection)?),
        other => Err(StoreError::Newer(other)),
    }
}
