//! The journal in SQLite.

use super::opening::{
    CHECKED_AT_ONCE, DamagedStore, OpenError, Opened, StoreError, connect, damage_mark, is_sound, open_lock,
    open_store, set_aside,
};
use super::rows::{Terms, file_row, path_in, published, source};
use super::schema::{self, IS_THERE};
use super::session::Session;
use super::start::gone;
use super::{FileRow, Line, Remembered, Source, Words, lists};
use crate::catalogue::{Gone, Key, Placed};
use crate::words::{ContentPath, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The writing end: one per state folder, held by the publisher.
pub struct Journal {
    pub(super) connection: Connection,
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
        schema::conclude(&self.connection)
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

/// How many bytes a store takes on disk.
pub(crate) fn size(path: &Path) -> u64 {
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
    pub(super) path: PathBuf,
    pub(super) opened: Opened,
}

impl Door {
    /// The folder the journal is in.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

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
