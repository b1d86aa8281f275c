//! What a start reads at once.

use super::rows::{Terms, document_row, gone_row, media_row, past_row, picture_row, placed_row, slug_in};
use super::{OPEN_SINCE, Remembered};
use super::{office, prefaces, purging};
use crate::catalogue::{Gone, Key, Leads, MOST_GONE};
use crate::words::{Slug, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// All that is wanted in memory.
pub fn remembered(connection: &Connection) -> rusqlite::Result<Remembered> {
    let terms = Terms::read(connection)?;
    let mut statement = connection.prepare("SELECT * FROM article WHERE state = 1")?;
    let placed = statement.query_map([], |row| placed_row(row, &terms))?.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare("SELECT * FROM document")?;
    let documents = statement.query_map([], document_row)?.filter_map(Result::transpose);
    let documents = documents.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare("SELECT * FROM media")?;
    let media = statement.query_map([], media_row)?.filter_map(Result::transpose);
    let media = media.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT picture.* FROM picture JOIN article USING (key) WHERE state = 1";
    let mut statement = connection.prepare(sql)?;
    let pictures = statement.query_map([], picture_row)?.filter_map(Result::transpose);
    let pictures = pictures.collect::<rusqlite::Result<_>>()?;
    let gone = gone(connection, None, &terms)?;
    // Without their words, which take more room than everything else.
    let sql = "SELECT key, article.id, past.slug, past.published, past.out, past.entered, past.updated, past.modified,
               past.corrected, past.withdrawn, past.reason, past.size, past.terms, past.fingerprint, until
               FROM past JOIN article USING (key)";
    let mut statement = connection.prepare(sql)?;
    let past = statement.query_map([], |row| past_row(row, &terms))?.collect::<rusqlite::Result<_>>()?;
    let (old_addresses, remarks) = (old_addresses(connection)?, office::remarks(connection)?);
    let purged = purging::purged(connection)?;
    let (prefaces, preface_files) = (prefaces::prefaces(connection)?, prefaces::files(connection)?);
    let sql = "SELECT value FROM note WHERE name = ?1";
    let open_since = connection.query_row(sql, [OPEN_SINCE], |row| row.get::<_, String>(0)).optional()?;
    Ok(Remembered {
        placed,
        old_addresses,
        gone,
        past,
        purged,
        open_since: open_since.and_then(|seconds| Timestamp::from_seconds(seconds.parse().ok()?)),
        prefaces,
        preface_files,
        documents,
        media,
        pictures,
        remarks,
    })
}

/// The articles that were out and were taken back after this moment, the latest first, at most as many as the catalogue
/// remembers.
pub fn gone(connection: &Connection, after: Option<Timestamp>, terms: &Terms) -> rusqlite::Result<Vec<Gone>> {
    let sql = "SELECT * FROM article WHERE withdrawn IS NOT NULL AND withdrawn > ?1
               ORDER BY withdrawn DESC, key LIMIT ?2";
    let after = after.map_or(i64::MIN, Timestamp::seconds);
    let mut statement = connection.prepare(sql)?;
    let gone =
        statement.query_map(params![after, MOST_GONE.cast_signed() as i64], |row| gone_row(row, terms))?;
    gone.collect()
}

/// Addresses that lead elsewhere or nowhere: those that articles had before they got the one they have now (that
/// comes with them), and all those of articles that were out and are not.
fn old_addresses(connection: &Connection) -> rusqlite::Result<Vec<(Slug, Leads)>> {
    let sql = "SELECT slug.slug, iif(state = 1, article.slug, NULL), key FROM slug JOIN article USING (key)
               WHERE state = 1 AND slug.slug <> article.slug OR state <> 1 AND was_out";
    let mut statement = connection.prepare(sql)?;
    let addresses = statement.query_map([], |row| {
        let is_out = row.get::<_, Option<String>>(1)?.is_some();
        let leads = if is_out { Leads::To(slug_in(row, 1)?) } else { Leads::Nowhere(Key(row.get(2)?)) };
        Ok((slug_in(row, 0)?, leads))
    })?;
    addresses.collect()
}
