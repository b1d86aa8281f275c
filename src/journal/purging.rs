//! Articles of which nothing is kept any more.

use super::{Journal, Session};
use crate::catalogue::Key;
use crate::words::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};

/// What is left: what it is called, where it stood, and when it came and went. By the bytes of its file it is known again, should
/// somebody drop that once more.
const PURGE: [&str; 6] = [
    "DELETE FROM words WHERE key = ?1",
    "UPDATE past SET reason = NULL, article = x'' WHERE key = ?1",
    "DELETE FROM remark WHERE path IN (SELECT path FROM file WHERE key = ?1)",
    "DELETE FROM file WHERE key = ?1",
    "DELETE FROM picture WHERE key = ?1",
    "UPDATE article SET headline = NULL, reason = NULL, expires = NULL, corrected = NULL, drift = 0, size = 0,
     fingerprint = zeroblob(16), reading = zeroblob(16) WHERE key = ?1",
];

impl Session<'_> {
    /// When an article was purged, if it was.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn purged(&self, key: Key) -> Result<Option<Timestamp>> {
        let mut statement = self.transaction.prepare_cached("SELECT at FROM purged WHERE key = ?1")?;
        let at = statement.query_row(params![key.0], |row| row.get::<_, i64>(0)).optional()?;
        Ok(at.map(Timestamp::nearest))
    }

    /// The rows of what articles were before they became others or were taken back.
    pub fn past_rows(&self) -> Result<Vec<(Key, Timestamp)>> {
        let mut statement = self.transaction.prepare_cached("SELECT key, entered FROM past")?;
        let rows = statement.query_map([], |row| Ok((Key(row.get(0)?), Timestamp::nearest(row.get(1)?))))?;
        rows.collect()
    }

    /// Takes out what is remembered of an article that was taken back, now or a little later: no two are purged at one moment,
    /// because that dates documents. The bytes stay on the disk until the journal is [wiped](Journal::wipe).
    pub fn purge(&self, key: Key, now: Timestamp) -> Result<Timestamp> {
        let last: Option<i64> =
            self.transaction.query_row("SELECT max(at) FROM purged", [], |row| row.get(0))?;
        let at = now.max(last.map_or(now, |last| Timestamp::nearest(last).plus_seconds(1)));
        self.transaction.execute("INSERT INTO purged VALUES (?1, ?2)", params![key.0, at.seconds()])?;
        for sql in PURGE {
            self.transaction.execute(sql, params![key.0])?;
        }
        Ok(at)
    }
}

impl Journal {
    /// Writes the whole store anew, so that nothing is left on the disk of what was taken out of it. Whether that could be done to
    /// its end: a reader may be in the way.
    pub fn wipe(&mut self) -> Result<bool> {
        self.connection.execute_batch("VACUUM")?;
        let is_busy: i64 =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(is_busy == 0)
    }
}

/// The articles of which nothing is kept, and since when.
pub(super) fn purged(connection: &Connection) -> Result<Vec<(Key, Timestamp)>> {
    let mut statement = connection.prepare("SELECT key, at FROM purged")?;
    let purged = statement.query_map([], |row| Ok((Key(row.get(0)?), Timestamp::nearest(row.get(1)?))))?;
    purged.collect()
}
