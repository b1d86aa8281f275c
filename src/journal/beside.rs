//! The journal of a bantin that may be running, read by another program.

use super::opening::{Opened, connect};
use super::start::remembered;
use super::store::Reader;
use super::{Remembered, WORDS_BEHIND, partners, schema};
use rusqlite::OpenFlags;
use std::path::Path;

/// Why the journal of a state folder cannot be read.
#[derive(Debug)]
pub enum Unread {
    /// There is none.
    Missing,
    /// An earlier bantin wrote it, and this one has not been started on it yet.
    Earlier,
    /// A newer bantin wrote it.
    Newer,
    /// The store refuses.
    Refused(rusqlite::Error),
}

impl From<rusqlite::Error> for Unread {
    fn from(error: rusqlite::Error) -> Self {
        Unread::Refused(error)
    }
}

impl Reader {
    /// A reading end on the journal of this state folder, whether a bantin runs on it or not. All that is read with it was
    /// so at one moment. Nothing is written.
    ///
    /// # Errors
    /// When there is no such journal, or it cannot be read.
    pub fn beside(state: &Path) -> Result<Self, Unread> {
        let path = state.join("journal.sqlite");
        if !path.exists() {
            return Err(Unread::Missing);
        }
        let has_log = std::fs::metadata(path.with_extension("sqlite-wal")).is_ok_and(|log| log.len() > 0);
        let alone = (!has_log).then_some(Opened::Alone);
        let ways = [Opened::Writable, Opened::ReadOnly].into_iter().chain(alone);
        let mut refusal = Unread::Missing;
        for opened in ways {
            match open(&path, opened) {
                Err(Unread::Refused(error)) => refusal = Unread::Refused(error),
                outcome => return outcome,
            }
        }
        Err(refusal)
    }

    /// All that a start needs to know.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn remembered(&self) -> rusqlite::Result<Remembered> {
        remembered(&self.connection)
    }

    /// Whether it still lacks words that articles have.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn lacks_words(&self) -> rusqlite::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM note WHERE name = ?1)";
        self.connection.query_row(sql, [WORDS_BEHIND], |row| row.get(0))
    }
}

fn open(path: &Path, opened: Opened) -> Result<Reader, Unread> {
    let connection = connect(path, opened, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.execute_batch("BEGIN")?;
    let form: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match schema::changes_from(form) {
        Ok(None) if partners::is_there(&connection)? => Ok(Reader { connection }),
        Ok(_) => Err(Unread::Earlier),
        Err(_) => Err(Unread::Newer),
    }
}
