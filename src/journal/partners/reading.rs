//! What the record says, for who asks.

use super::{deliveries_of, feed_in, format_in, name_in, numbers_in};
use crate::catalogue::Key;
use crate::edition::{Subject, VersionName};
use crate::journal::State;
use crate::journal::rows::{slug_in, words};
use crate::journal::store::Reader;
use crate::ledger::Holding;
use crate::words::{Day, FeedName, Slug, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::HashSet;

/// Reads all that is read of the record without being looked for.
pub(in crate::journal) fn read_every_row(connection: &Connection) -> Result<()> {
    if !is_there(connection)? {
        return Ok(());
    }
    type Read = fn(&Row<'_>) -> Result<()>;
    let tables: [(&str, Read); 4] = [
        ("partner", |row| {
            holding(row)?;
            name_in(row, "confirmed")?;
            row.get::<_, i64>("deliveries").map(drop)
        }),
        ("version", |row| name_in(row, "name").and(numbers_in(row, "deliveries")).map(drop)),
        ("delivery", |row| delivery(row, &HashSet::new()).map(drop)),
        ("day", |row| row.get::<_, String>("day").and(row.get::<_, u32>("fetches")).map(drop)),
    ];
    for (table, read) in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
        statement.query_map([], read)?.collect::<Result<()>>()?;
    }
    Ok(())
}

/// Whether anything could be written down in this journal.
pub(in crate::journal) fn is_there(connection: &Connection) -> Result<bool> {
    connection.table_exists(None, "partner")
}

/// What a partner took of its feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// When it was here first.
    pub began: Timestamp,
    /// When it was here last, and what it has since; nothing when that is said in words this version does not know.
    pub holding: Option<Holding>,
    /// Whether what it has is what the feed says now.
    pub is_current: bool,
    /// What it was sent, in that order.
    pub deliveries: Vec<Delivery>,
    /// On which days it asked, how often, and how often nothing had changed.
    pub days: Vec<(Day, u64, u64)>,
}

/// An article in one revision, or the news that it was withdrawn, as it was sent to a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The article.
    pub key: Key,
    /// Which of its revisions, as far as that is known.
    pub revision: Option<u32>,
    /// When the revision was corrected.
    pub corrected: Option<Timestamp>,
    /// Since when the article was gone; `None` when it was there.
    pub withdrawn: Option<Timestamp>,
    /// When it was first sent.
    pub sent: Timestamp,
    /// Of a withdrawal: when it was first sent in a format that says so.
    pub named: Option<Timestamp>,
    /// When the partner first said that it has a version which says it.
    pub confirmed: Option<Timestamp>,
    /// Whether the version that the partner has says it.
    pub is_held: bool,
}

/// What an article is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its name in its address.
    pub slug: Slug,
    /// When it was published.
    pub published: Timestamp,
    /// Where it is in its life.
    pub state: State,
    /// When it was corrected last.
    pub corrected: Option<Timestamp>,
    /// Since when it is gone.
    pub withdrawn: Option<Timestamp>,
    /// Why it was taken back.
    pub reason: Option<String>,
}

impl Reader {
    /// The version that a feed has now; `None` when there is none of that name.
    ///
    /// # Errors
    /// When the journal refuses.
    pub fn version(&self, feed: &FeedName) -> Result<Option<VersionName>> {
        current(&self.connection, feed)
    }

    /// When each partner was here last.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn holdings(&self) -> Result<Vec<(FeedName, Holding)>> {
        if !is_there(&self.connection)? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare("SELECT feed, at, format, held FROM partner")?;
        let holdings = statement.query_map([], |row| Ok(feed_in(row, 0)?.zip(holding(row)?)))?;
        holdings.filter_map(Result::transpose).collect()
    }

    /// What the partner took who reads this feed; nothing when it was never here.
    pub fn taken(&self, feed: &FeedName) -> Result<Option<Taken>> {
        let name = feed.to_string();
        let sql = "SELECT feed, at, format, held, began FROM partner WHERE feed = ?1";
        let mut statement = self.connection.prepare(sql)?;
        let known = statement.query_row(params![name], |row| {
            Ok((Timestamp::nearest(row.get("began")?), holding(row)?, name_in(row, "held")?))
        });
        let Some((began, holding, held)) = known.optional()? else { return Ok(None) };
        let held_numbers = match held {
            Some(version) => deliveries_of(&self.connection, &name, version)?.into_iter().collect(),
            None => HashSet::new(),
        };
        Ok(Some(Taken {
            began,
            holding,
            is_current: held.is_some() && held == current(&self.connection, feed)?,
            deliveries: deliveries(&self.connection, &name, &held_numbers)?,
            days: days(&self.connection, &name)?,
        }))
    }

    /// What an article is now.
    pub fn facts(&self, key: Key) -> Result<Option<Facts>> {
        let sql = "SELECT slug, published, state, corrected, withdrawn, reason FROM article WHERE key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row(params![key.0], |row| {
            Ok(Facts {
                slug: slug_in(row, "slug")?,
                published: Timestamp::nearest(row.get("published")?),
                state: match row.get("state")? {
                    0 => State::Waiting,
                    1 => State::Published,
                    _ => State::Withdrawn,
                },
                corrected: time_in(row, "corrected")?,
                withdrawn: time_in(row, "withdrawn")?,
                reason: row.get::<_, Option<String>>("reason")?.filter(|reason| !reason.is_empty()),
            })
        });
        found.optional()
    }

    /// The title of an article; `None` where its words are not known.
    pub fn title(&self, key: Key) -> Result<Option<String>> {
        Ok(words(&self.connection, key)?.map(|article| article.title))
    }
}

fn holding(row: &Row<'_>) -> Result<Option<Holding>> {
    let (at, version) = (Timestamp::nearest(row.get("at")?), name_in(row, "held")?);
    Ok(format_in(row, "format")?.map(|format| Holding { at, format, version }))
}

/// The version that a feed has now.
fn current(connection: &Connection, feed: &FeedName) -> Result<Option<VersionName>> {
    let mut statement =
        connection.prepare_cached("SELECT substr(version, 1, 12) FROM document WHERE subject = ?1")?;
    let subject = Subject::Feed(feed.clone()).to_string();
    Ok(statement.query_row(params![subject], |row| name_in(row, 0)).optional()?.flatten())
}

fn deliveries(connection: &Connection, feed: &str, held: &HashSet<u32>) -> Result<Vec<Delivery>> {
    let sql = "SELECT number, key, revision, corrected, withdrawn, sent, named, confirmed
               FROM delivery WHERE feed = ?1 ORDER BY sent, number";
    let mut statement = connection.prepare(sql)?;
    let deliveries = statement.query_map(params![feed], |row| delivery(row, held))?;
    deliveries.collect()
}

fn delivery(row: &Row<'_>, held: &HashSet<u32>) -> Result<Delivery> {
    Ok(Delivery {
        key: Key(row.get("key")?),
        revision: row.get("revision")?,
        corrected: time_in(row, "corrected")?,
        withdrawn: time_in(row, "withdrawn")?,
        sent: Timestamp::nearest(row.get("sent")?),
        named: time_in(row, "named")?,
        confirmed: time_in(row, "confirmed")?,
        is_held: held.contains(&row.get("number")?),
    })
}

fn days(connection: &Connection, feed: &str) -> Result<Vec<(Day, u64, u64)>> {
    let mut statement =
        connection.prepare("SELECT day, fetches, unchanged FROM day WHERE feed = ?1 ORDER BY day")?;
    let days = statement.query_map(params![feed], |row| {
        let day = Day::parse(&row.get::<_, String>(0)?);
        let (fetches, unchanged): (u32, u32) = (row.get(1)?, row.get(2)?);
        Ok(day.map(|day| (day, u64::from(fetches), u64::from(unchanged))))
    })?;
    days.filter_map(Result::transpose).collect()
}

fn time_in(row: &Row<'_>, column: &str) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::nearest))
}
