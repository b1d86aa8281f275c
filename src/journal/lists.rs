//! Short lists of articles for the person in charge, each from an index of its own.

use super::Line;
use super::rows::{path_in, slug_in, unpack};
use crate::words::{Slug, Timestamp};
use rusqlite::{Connection, Row, params};

/// The next articles, at most `most`, that wait for their time.
pub(super) fn waiting(connection: &Connection, most: usize) -> rusqlite::Result<Vec<Line>> {
    list(connection, "published", "state = 0 ORDER BY published", most)
}

/// Of what was withdrawn, all of which something is kept.
const NAMED: &str = "withdrawn IS NOT NULL AND key NOT IN (SELECT key FROM purged)";

/// The articles, at most `most`, that were withdrawn last; and how many were in all.
pub(super) fn withdrawn(connection: &Connection, most: usize) -> rusqlite::Result<(Vec<Line>, usize)> {
    let lines = list(connection, "withdrawn", &format!("{NAMED} ORDER BY withdrawn DESC"), most)?;
    let sql = format!("SELECT count(*) FROM article WHERE {NAMED}");
    let count: i64 = connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok((lines, usize::try_from(count).unwrap_or(0)))
}

fn list(connection: &Connection, at: &str, which: &str, most: usize) -> rusqlite::Result<Vec<Line>> {
    let sql = format!(
        "SELECT {at}, slug, (SELECT path FROM file WHERE file.key = article.key LIMIT 1),
         (SELECT words.article FROM words WHERE words.key = article.key), reason FROM article WHERE {which} LIMIT ?1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let lines = statement.query_map(params![most.cast_signed() as i64], line)?;
    lines.collect()
}

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let slug: Slug = slug_in(row, 1)?;
    let path = row.get::<_, Option<String>>(2)?.is_some().then(|| path_in(row, 2)).transpose()?;
    let words = row.get::<_, Option<Vec<u8>>>(3)?.and_then(|packed| unpack(&packed));
    // Of an article whose words were not written down yet its address says most.
    let title = words.map_or_else(|| slug.to_string(), |article| article.title);
    Ok(Line { at: Timestamp::nearest(row.get(0)?), title, slug, path, reason: row.get(4)? })
}
