//! What partners were handed: which versions of their feeds, what was said in them of which article, and on which days they
//! asked.

mod pruning;
mod reading;
#[cfg(test)]
mod tests;

pub use reading::{Delivery, Facts, Taken};
pub(super) use reading::{is_there, read_every_row};

use super::Session;
use crate::answer::{Handed, Sent};
use crate::edition::{Mention, VersionName};
use crate::ledger::Line;
use crate::words::{Day, FeedName, Format, Timestamp, Zone};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

/// They have no part in the form of the store: a journal of before gets them, and one that is only read does without.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS partner (
    feed TEXT PRIMARY KEY,
    began INTEGER NOT NULL,
    at INTEGER NOT NULL,
    format TEXT NOT NULL,
    held BLOB,
    confirmed BLOB,
    deliveries INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS version (
    number INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    name BLOB NOT NULL,
    modified INTEGER NOT NULL,
    handed INTEGER NOT NULL,
    named INTEGER NOT NULL,
    deliveries BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS version_name ON version (feed, name);
CREATE INDEX IF NOT EXISTS version_handed ON version (feed, handed);
CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    feed TEXT NOT NULL,
    key INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    revision INTEGER,
    corrected INTEGER,
    withdrawn INTEGER,
    sent INTEGER NOT NULL,
    named INTEGER,
    confirmed INTEGER
);
CREATE UNIQUE INDEX IF NOT EXISTS delivery_said ON delivery (feed, key, fingerprint);
CREATE INDEX IF NOT EXISTS delivery_sent ON delivery (feed, sent);
CREATE TABLE IF NOT EXISTS day (
    feed TEXT NOT NULL,
    day TEXT NOT NULL,
    fetches INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    PRIMARY KEY (feed, day)
) WITHOUT ROWID;
";

/// How much of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The versions of a feed that were handed out last.
    pub versions: usize,
    /// Deliveries of a feed, the latest.
    pub deliveries: usize,
    /// Deliveries and days, for how many days.
    pub days: i64,
}

impl Kept {
    /// As the record is kept. It covers two years and the months at both ends.
    pub const USUAL: Self = Self { versions: 200, deliveries: 100_000, days: 800 };
}

/// A feed's row in the table of partners.
struct Known {
    held: Option<VersionName>,
    confirmed: Option<VersionName>,
}

impl Session<'_> {
    /// Writes down what a partner was handed. `zone` says where its day ends.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn write_handed(&self, line: &Line, zone: &Zone, kept: &Kept) -> Result<()> {
        let writing = Writing { connection: &self.transaction, feed: line.handed.feed.to_string() };
        writing.line(line)?;
        if writing.count(line, zone)? {
            pruning::age(&self.transaction, line.last, zone, kept)?;
        }
        pruning::shorten(&self.transaction, &writing.feed, kept)
    }
}

/// Whether a version is handed out in a format that names withdrawals, and never was before.
struct SaysMore(bool);

struct Writing<'a> {
    connection: &'a Connection,
    feed: String,
}

impl Writing<'_> {
    fn line(&self, line: &Line) -> Result<()> {
        let Line { handed, mentions, first, last, .. } = line;
        let name = handed.version.name();
        let mut known = self.partner(line)?;
        if handed.is_held() {
            match self.version(handed, *last)? {
                Some(SaysMore(false)) => {}
                // What they were known to have from it was less.
                Some(SaysMore(true)) => known.confirmed = None,
                None => self.new_version(handed, mentions, *first, *last)?,
            }
        }
        let mut confirmed = known.confirmed;
        for version in self.named(handed)? {
            if confirmed != Some(version) {
                self.confirm(version, *first)?;
                confirmed = Some(version);
            }
        }
        let held = if handed.is_held() { Some(name) } else { known.held };
        let sql =
            "UPDATE partner SET at = max(at, ?2), format = ?3, held = ?4, confirmed = ?5 WHERE feed = ?1";
        self.connection.prepare_cached(sql)?.execute(params![
            self.feed,
            last.seconds(),
            handed.format.suffix(),
            held.as_ref().map(VersionName::as_bytes),
            confirmed.as_ref().map(VersionName::as_bytes),
        ])?;
        Ok(())
    }

    /// What is known of the partner, who is here for the first time if nothing is.
    fn partner(&self, line: &Line) -> Result<Known> {
        let sql = "INSERT OR IGNORE INTO partner (feed, began, at, format) VALUES (?1, ?2, ?2, ?3)";
        self.connection.prepare_cached(sql)?.execute(params![
            self.feed,
            line.first.seconds(),
            line.handed.format.suffix()
        ])?;
        let mut statement =
            self.connection.prepare_cached("SELECT held, confirmed FROM partner WHERE feed = ?1")?;
        statement.query_row(params![self.feed], |row| {
            Ok(Known { held: name_in(row, 0)?, confirmed: name_in(row, 1)? })
        })
    }

    /// The version that is handed out, if it was before: it is once more, and perhaps in a format that says more.
    fn version(&self, handed: &Handed, now: Timestamp) -> Result<Option<SaysMore>> {
        let sql =
            "SELECT number, named, deliveries, modified, handed FROM version WHERE feed = ?1 AND name = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row(params![self.feed, handed.version.name().as_bytes()], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, bool>(1)?,
                numbers_in(row, 2)?,
                row.get::<_, i64>(3)?,
                row.get::<_, i64>(4)?,
            ))
        });
        let Some((number, named, deliveries, modified, before)) = found.optional()? else { return Ok(None) };
        let names = !named && self.names_withdrawals(handed)?;
        if names {
            let sql = "UPDATE delivery SET named = ?2 WHERE number = ?1 AND withdrawn IS NOT NULL AND named IS NULL";
            let mut statement = self.connection.prepare_cached(sql)?;
            for number in deliveries {
                statement.execute(params![number, now.seconds()])?;
            }
        }
        // Which one was handed out last has to be known, not how often.
        if names || modified != handed.version.modified.seconds() || self.is_not_last(number, before)? {
            let sql = "UPDATE version SET named = named OR ?2, modified = ?3, handed = max(handed, ?4) WHERE number = ?1";
            let modified = handed.version.modified.seconds();
            self.connection.prepare_cached(sql)?.execute(params![number, names, modified, now.seconds()])?;
        }
        Ok(Some(SaysMore(names)))
    }

    /// Whether what they have now names all that was withdrawn. Of what is new alone that can be said as far as what they had
    /// before does.
    fn names_withdrawals(&self, handed: &Handed) -> Result<bool> {
        if let Sent::Changes(base) = handed.sent
            && !self.was_named(base)?.unwrap_or(true)
        {
            return Ok(false);
        }
        Ok(handed.format.names_withdrawals())
    }

    /// Whether a version was handed out in a format that names withdrawals; `None` when it was not at all.
    fn was_named(&self, version: VersionName) -> Result<Option<bool>> {
        let sql = "SELECT named FROM version WHERE feed = ?1 AND name = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row(params![self.feed, version.as_bytes()], |row| row.get(0)).optional()
    }

    fn is_not_last(&self, number: i64, handed: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM version WHERE feed = ?1 AND handed >= ?2 AND number <> ?3";
        self.connection.prepare_cached(sql)?.exists(params![self.feed, handed, number])
    }

    fn new_version(
        &self,
        handed: &Handed,
        mentions: &[Mention],
        first: Timestamp,
        last: Timestamp,
    ) -> Result<()> {
        let named = self.names_withdrawals(handed)?;
        let mut deliveries = Vec::with_capacity(4 * mentions.len());
        for mention in mentions {
            deliveries.extend(self.delivery(mention, first, named)?.to_le_bytes());
        }
        let sql = "INSERT INTO version (feed, name, modified, handed, named, deliveries) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.connection.prepare_cached(sql)?.execute(params![
            self.feed,
            handed.version.name().as_bytes(),
            handed.version.modified.seconds(),
            last.seconds(),
            named,
            deliveries,
        ])?;
        Ok(())
    }

    /// The number under which it is known that they were sent this, now if not before.
    fn delivery(&self, mention: &Mention, now: Timestamp, named: bool) -> Result<u32> {
        let Mention { key, fingerprint, corrected, withdrawn } = mention;
        let sql = "SELECT number, withdrawn IS NOT NULL AND named IS NULL FROM delivery
                   WHERE feed = ?1 AND key = ?2 AND fingerprint = ?3";
        let known = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![self.feed, key.0, fingerprint.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        if let Some((number, is_unnamed)) = known {
            if is_unnamed && named {
                let mut statement =
                    self.connection.prepare_cached("UPDATE delivery SET named = ?2 WHERE number = ?1")?;
                statement.execute(params![number, now.seconds()])?;
            }
            return Ok(number);
        }
        // Of an article that has changed again meanwhile the number of the revision is not known any more.
        let sql = "INSERT INTO delivery (feed, key, fingerprint, revision, corrected, withdrawn, sent, named) VALUES
                   (?1, ?2, ?3, (SELECT revision FROM article WHERE key = ?2 AND fingerprint = ?3), ?4, ?5, ?6, ?7)
                   RETURNING number";
        let number = self.connection.prepare_cached(sql)?.query_row(
            params![
                self.feed,
                key.0,
                fingerprint.as_bytes(),
                corrected.map(Timestamp::seconds),
                withdrawn.map(Timestamp::seconds),
                now.seconds(),
                withdrawn.filter(|_| named).map(|_| now.seconds()),
            ],
            |row| row.get(0),
        )?;
        let sql = "UPDATE partner SET deliveries = deliveries + 1 WHERE feed = ?1";
        self.connection.prepare_cached(sql)?.execute(params![self.feed])?;
        Ok(number)
    }

    /// The versions that they named and that are known, by name or by date.
    fn named(&self, handed: &Handed) -> Result<Vec<VersionName>> {
        let mut known = Vec::new();
        let mut statement =
            self.connection.prepare_cached("SELECT name FROM version WHERE feed = ?1 AND name = ?2")?;
        for name in &handed.held.names {
            if statement.exists(params![self.feed, name.as_bytes()])? {
                known.push(*name);
            }
        }
        if let Some(date) = handed.held.date {
            let sql = "SELECT name FROM version WHERE feed = ?1 AND modified = ?2";
            let mut statement = self.connection.prepare_cached(sql)?;
            let names = statement.query_map(params![self.feed, date.seconds()], |row| name_in(row, 0))?;
            known.extend(names.collect::<Result<Vec<_>>>()?.into_iter().flatten());
        }
        Ok(known)
    }

    /// They have this version, and with it all that it says in the formats in which it was handed out.
    fn confirm(&self, version: VersionName, now: Timestamp) -> Result<()> {
        let named = self.was_named(version)?.unwrap_or(false);
        let sql = "UPDATE delivery SET confirmed = ?2
                   WHERE number = ?1 AND confirmed IS NULL AND (?3 OR withdrawn IS NULL)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for number in deliveries_of(self.connection, &self.feed, version)? {
            statement.execute(params![number, now.seconds(), named])?;
        }
        Ok(())
    }

    /// Counts the requests of a day. Gives back whether it is the first of them.
    fn count(&self, line: &Line, zone: &Zone) -> Result<bool> {
        let day = Day::of(line.first, zone).to_string();
        let unchanged = if line.handed.sent == Sent::Nothing { line.times } else { 0 };
        let sql =
            "UPDATE day SET fetches = fetches + ?3, unchanged = unchanged + ?4 WHERE feed = ?1 AND day = ?2";
        let counted = params![self.feed, day, line.times, unchanged];
        if self.connection.prepare_cached(sql)?.execute(counted)? > 0 {
            return Ok(false);
        }
        self.connection.prepare_cached("INSERT INTO day VALUES (?1, ?2, ?3, ?4)")?.execute(counted)?;
        Ok(true)
    }
}

/// The numbers of what a version says; none when it is not known any more.
fn deliveries_of(connection: &Connection, feed: &str, version: VersionName) -> Result<Vec<u32>> {
    let mut statement =
        connection.prepare_cached("SELECT deliveries FROM version WHERE feed = ?1 AND name = ?2")?;
    let numbers = statement.query_row(params![feed, version.as_bytes()], |row| numbers_in(row, 0));
    Ok(numbers.optional()?.unwrap_or_default())
}

fn numbers_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> Result<Vec<u32>> {
    let packed = row.get_ref(column)?.as_blob()?;
    Ok(packed.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number)).collect())
}

fn name_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> Result<Option<VersionName>> {
    Ok(row.get::<_, Option<[u8; 12]>>(column)?.map(VersionName::from_bytes))
}

fn feed_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> Result<Option<FeedName>> {
    Ok(FeedName::parse(&row.get::<_, String>(column)?))
}

/// `None` when it is one that this version does not know.
fn format_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> Result<Option<Format>> {
    let suffix: String = row.get(column)?;
    Ok(Format::ALL.into_iter().find(|format| format.suffix() == suffix))
}
