//! What the office says before round-ups: every version there ever was, because documents of the past have them, and the files
//! that are there now.

use super::rows::{fingerprint_in, nonsense, pack, path_in, stamp_in, unpack};
use super::store::Reader;
use super::{PrefaceFile, Session};
use crate::catalogue::Prefaced;
use crate::intake::PREFACES;
use crate::words::{Article, ContentPath, Fingerprint, RoundUp, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// They have no part in the form of the store: a journal of before gets them, and one that is only read does without.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS preface (
    round_up TEXT NOT NULL,
    since INTEGER NOT NULL,
    noted INTEGER NOT NULL,
    words BLOB,
    article BLOB,
    PRIMARY KEY (round_up, since)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS preface_file (
    path TEXT PRIMARY KEY,
    place BLOB,
    length INTEGER,
    modified_ns BLOB,
    changed_ns BLOB,
    inode INTEGER,
    round_up TEXT NOT NULL
) WITHOUT ROWID;
";

/// Whether there is a place for them.
pub(super) fn are_there(connection: &Connection) -> Result<bool> {
    connection.table_exists(None, "preface_file")
}

/// All that was ever said, in the order in which it was.
pub(super) fn prefaces(connection: &Connection) -> Result<Vec<(RoundUp, Prefaced)>> {
    if !are_there(connection)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT * FROM preface ORDER BY round_up, since")?;
    let prefaces = statement.query_map([], |row| Ok((round_up_in(row)?, prefaced(row)?)))?;
    prefaces.collect()
}

/// The files that are there.
pub(super) fn files(connection: &Connection) -> Result<Vec<(ContentPath, PrefaceFile)>> {
    if !are_there(connection)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT * FROM preface_file")?;
    let files = statement.query_map([], file)?;
    files.collect()
}

fn file(row: &Row<'_>) -> Result<(ContentPath, PrefaceFile)> {
    let place: Option<Vec<u8>> = row.get("place")?;
    let place = place.map(|bytes| PathBuf::from(OsString::from_vec(bytes)));
    Ok((path_in(row, "path")?, PrefaceFile { round_up: round_up_in(row)?, stamp: stamp_in(row)?, place }))
}

fn round_up_in(row: &Row<'_>) -> Result<RoundUp> {
    RoundUp::parse(&row.get::<_, String>("round_up")?).ok_or_else(|| nonsense("round_up"))
}

fn prefaced(row: &Row<'_>) -> Result<Prefaced> {
    let has_words = row.get::<_, Option<Vec<u8>>>("words")?.is_some();
    let words = has_words.then(|| fingerprint_in(row, "words")).transpose()?;
    let time = |name| Ok::<_, rusqlite::Error>(Timestamp::nearest(row.get(name)?));
    Ok(Prefaced { since: time("since")?, noted: time("noted")?, words })
}

/// The file at a path.
fn file_at(connection: &Connection, path: &ContentPath) -> Result<Option<PrefaceFile>> {
    let mut statement = connection.prepare_cached("SELECT * FROM preface_file WHERE path = ?1")?;
    Ok(statement.query_row(params![path.as_str()], file).optional()?.map(|(_, file)| file))
}

impl Session<'_> {
    /// The file at this path that stands before a round-up.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn preface_at(&self, path: &ContentPath) -> Result<Option<PrefaceFile>> {
        file_at(&self.transaction, path)
    }

    /// The file that stands before this round-up.
    pub fn preface_file_of(&self, round_up: &RoundUp) -> Result<Option<ContentPath>> {
        let sql = "SELECT path FROM preface_file WHERE round_up = ?1 ORDER BY path LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.query_row(params![round_up.to_string()], |row| path_in(row, 0)).optional()
    }

    /// How many files stand before round-ups.
    pub fn preface_files(&self) -> Result<usize> {
        let count: i64 =
            self.transaction.query_row("SELECT count(*) FROM preface_file", [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// What was said last before a round-up.
    pub fn prefaced(&self, round_up: &RoundUp) -> Result<Option<Prefaced>> {
        let sql = "SELECT * FROM preface WHERE round_up = ?1 ORDER BY since DESC LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.query_row(params![round_up.to_string()], prefaced).optional()
    }

    /// Says something else, or nothing any more, before a round-up.
    pub fn put_preface(
        &self,
        round_up: &RoundUp,
        prefaced: &Prefaced,
        article: Option<&Article>,
    ) -> Result<()> {
        let sql = "INSERT INTO preface VALUES (?1, ?2, ?3, ?4, ?5)";
        self.transaction.prepare_cached(sql)?.execute(params![
            round_up.to_string(),
            prefaced.since.seconds(),
            prefaced.noted.seconds(),
            prefaced.words.map(|words| *words.as_bytes()),
            article.map(pack),
        ])?;
        Ok(())
    }

    /// Since when something else was said before a round-up each time, in order.
    pub fn prefaced_since(&self, round_up: &RoundUp) -> Result<Vec<Timestamp>> {
        let sql = "SELECT since FROM preface WHERE round_up = ?1 ORDER BY since";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let since = statement.query_map(params![round_up.to_string()], |row| row.get(0))?;
        since.map(|since| since.map(Timestamp::nearest)).collect()
    }

    /// Forgets what was said before a round-up since a moment.
    pub fn forget_preface(&self, round_up: &RoundUp, since: Timestamp) -> Result<()> {
        let sql = "DELETE FROM preface WHERE round_up = ?1 AND since = ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.execute(params![round_up.to_string(), since.seconds()])?;
        Ok(())
    }

    /// Notes the file at a path that stands before a round-up, or that there is none any more.
    pub fn put_preface_file(&self, path: &ContentPath, file: Option<&PrefaceFile>) -> Result<()> {
        let Some(PrefaceFile { round_up, stamp, place }) = file else {
            let mut statement =
                self.transaction.prepare_cached("DELETE FROM preface_file WHERE path = ?1")?;
            statement.execute(params![path.as_str()])?;
            return Ok(());
        };
        let sql = "INSERT OR REPLACE INTO preface_file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.transaction.prepare_cached(sql)?.execute(params![
            path.as_str(),
            place.as_ref().map(|place| place.as_os_str().as_bytes()),
            stamp.map(|stamp| stamp.length.cast_signed()),
            stamp.map(|stamp| stamp.modified_ns.to_le_bytes()),
            stamp.map(|stamp| stamp.changed_ns.to_le_bytes()),
            stamp.map(|stamp| stamp.inode.cast_signed()),
            round_up.to_string(),
        ])?;
        Ok(())
    }
}

/// Has all of these files read again, whatever they look like.
pub(super) fn read_again(connection: &Connection) -> Result<()> {
    let sql = "UPDATE preface_file SET length = NULL, modified_ns = NULL, changed_ns = NULL, inode = NULL";
    connection.execute(sql, []).map(drop)
}

/// Reads all there is, as rows that bantin wrote.
pub(super) fn read_every_row(connection: &Connection) -> Result<()> {
    prefaces(connection)?;
    files(connection).map(drop)
}

impl Reader {
    /// What is said before a round-up, by what names it.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn preface(&self, words: &Fingerprint) -> Result<Option<Article>> {
        let sql = "SELECT article FROM preface WHERE words = ?1 LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let packed =
            statement.query_row(params![words.as_bytes()], |row| row.get::<_, Vec<u8>>(0)).optional()?;
        Ok(packed.and_then(|packed| unpack(&packed)))
    }

    /// The round-up before which the file at this path stands.
    pub fn preface_at(&self, path: &ContentPath) -> Result<Option<RoundUp>> {
        // Nothing else lies there.
        if !path.as_str().to_lowercase().starts_with(PREFACES) || !are_there(&self.connection)? {
            return Ok(None);
        }
        Ok(file_at(&self.connection, path)?.map(|file| file.round_up))
    }
}
