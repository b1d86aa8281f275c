//! What goes from the record when there is no more room or time for it. What a version says that a partner holds stays.

use super::{Kept, deliveries_of, name_in};
use crate::edition::VersionName;
use crate::words::{Day, Timestamp, Zone};
use rusqlite::{Connection, Result, params};

const DAY: i64 = 86_400;

/// Forgets what is older than the record reaches, of all partners, and those who were not here for as long.
pub(super) fn age(connection: &Connection, now: Timestamp, zone: &Zone, kept: &Kept) -> Result<()> {
    let oldest = now.plus_seconds(-kept.days * DAY);
    let sql = "DELETE FROM day WHERE day <= ?1";
    connection.prepare_cached(sql)?.execute(params![Day::of(oldest, zone).to_string()])?;
    for table in ["version", "delivery"] {
        let sql = format!("DELETE FROM {table} WHERE feed IN (SELECT feed FROM partner WHERE at <= ?1)");
        connection.prepare_cached(&sql)?.execute(params![oldest.seconds()])?;
    }
    connection.prepare_cached("DELETE FROM partner WHERE at <= ?1")?.execute(params![oldest.seconds()])?;
    for (feed, held) in holdings(connection)? {
        let sql = "DELETE FROM delivery WHERE feed = ?1 AND sent <= ?2
                   AND number NOT IN (SELECT value FROM json_each(?3))";
        let parameters = params![feed, oldest.seconds(), held_numbers(connection, &feed, held)?];
        let gone = connection.prepare_cached(sql)?.execute(parameters)?;
        count_off(connection, &feed, gone)?;
    }
    Ok(())
}

/// Forgets of a feed what goes beyond the number of versions and deliveries there is room for, the oldest first.
pub(super) fn shorten(connection: &Connection, feed: &str, kept: &Kept) -> Result<()> {
    let sql = "DELETE FROM version WHERE number IN
               (SELECT number FROM version WHERE feed = ?1 ORDER BY handed DESC, number DESC LIMIT -1 OFFSET ?2)";
    connection.prepare_cached(sql)?.execute(params![feed, kept.versions.cast_signed() as i64])?;
    let sql = "SELECT deliveries - ?2, held FROM partner WHERE feed = ?1";
    let (excess, held): (i64, _) = connection
        .prepare_cached(sql)?
        .query_row(params![feed, kept.deliveries.cast_signed() as i64], |row| {
            Ok((row.get(0)?, name_in(row, 1)?))
        })?;
    if excess > 0 {
        let sql = "DELETE FROM delivery WHERE number IN (SELECT number FROM delivery WHERE feed = ?1
                   AND number NOT IN (SELECT value FROM json_each(?2)) ORDER BY sent, number LIMIT ?3)";
        let parameters = params![feed, held_numbers(connection, feed, held)?, excess];
        let gone = connection.prepare_cached(sql)?.execute(parameters)?;
        count_off(connection, feed, gone)?;
    }
    Ok(())
}

fn holdings(connection: &Connection) -> Result<Vec<(String, Option<VersionName>)>> {
    let mut statement = connection.prepare_cached("SELECT feed, held FROM partner")?;
    let holdings = statement.query_map([], |row| Ok((row.get(0)?, name_in(row, 1)?)))?;
    holdings.collect()
}

/// What they hold, as SQLite takes a list.
fn held_numbers(connection: &Connection, feed: &str, held: Option<VersionName>) -> Result<String> {
    let numbers = held.map_or_else(|| Ok(Vec::new()), |held| deliveries_of(connection, feed, held))?;
    Ok(serde_json::to_string(&numbers).expect("numbers are JSON"))
}

fn count_off(connection: &Connection, feed: &str, gone: usize) -> Result<()> {
    let sql = "UPDATE partner SET deliveries = deliveries - ?2 WHERE feed = ?1";
    connection.prepare_cached(sql)?.execute(params![feed, gone.cast_signed() as i64])?;
    Ok(())
}
