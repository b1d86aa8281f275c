//! Rows as words: what stands in the journal's tables, read back.

use super::{FileRow, Record, State};
use crate::catalogue::{Key, Placed};
use crate::edition::Stamp;
use crate::words::{Article, ContentPath, Fingerprint, Id, Slug, Term, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What places an article, from what the journal knows and the terms of its words.
pub(super) fn place(record: &Record, terms: &[Vec<Term>; 3]) -> Placed {
    let shared = |terms: &[Term]| terms.iter().cloned().map(Arc::new).collect();
    Placed {
        key: record.key,
        id: record.id.clone(),
        slug: record.slug.clone(),
        published: record.published,
        updated: record.updated,
        modified: record.modified,
        fingerprint: record.fingerprint,
        categories: shared(&terms[0]),
        tags: shared(&terms[1]),
        authors: shared(&terms[2]),
    }
}

impl Record {
    /// What places this article, with these words.
    pub fn placed(&self, article: &Article) -> Placed {
        place(self, &[article.categories.clone(), article.tags.clone(), article.authors.clone()])
    }
}

pub(super) fn read_terms(json: &str) -> [Vec<Term>; 3] {
    serde_json::from_str(json).unwrap_or_default()
}

pub(super) fn words(connection: &Connection, key: Key) -> rusqlite::Result<Option<(Fingerprint, Article)>> {
    let mut statement = connection.prepare_cached("SELECT fingerprint, article FROM words WHERE key = ?1")?;
    let found = statement
        .query_row(params![key.0], |row| {
            Ok((fingerprint_in(row, "fingerprint")?, row.get::<_, Vec<u8>>("article")?))
        })
        .optional()?;
    let Some((fingerprint, packed)) = found else { return Ok(None) };
    let article =
        zstd::stream::decode_all(&packed[..]).ok().and_then(|json| serde_json::from_slice(&json).ok());
    Ok(article.map(|article| (fingerprint, article)))
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        key: Key(row.get("key")?),
        id: Id::parse(&row.get::<_, String>("id")?).ok_or_else(|| nonsense("id"))?,
        slug: slug_in(row, "slug")?,
        wish: slug_in(row, "wish")?,
        first_seen: time_in(row, "first_seen")?,
        published: time_in(row, "published")?,
        updated: time_in(row, "updated")?,
        modified: time_in(row, "modified")?,
        revision: row.get("revision")?,
        state: match row.get("state")? {
            0 => State::Waiting,
            1 => State::Published,
            _ => State::Withdrawn,
        },
        source: fingerprint_in(row, "source")?,
        reading: fingerprint_in(row, "reading")?,
        fingerprint: fingerprint_in(row, "fingerprint")?,
    })
}

pub(super) fn file_row(row: &Row<'_>) -> rusqlite::Result<(ContentPath, FileRow)> {
    let place: Option<Vec<u8>> = row.get("place")?;
    let place = place.map(|bytes| PathBuf::from(OsString::from_vec(bytes)));
    Ok((path_in(row, "path")?, FileRow { key: Key(row.get("key")?), stamp: stamp_in(row)?, place }))
}

pub(super) fn stamp_in(row: &Row<'_>) -> rusqlite::Result<Option<Stamp>> {
    let nanoseconds = |name| -> rusqlite::Result<Option<i128>> {
        Ok(row.get::<_, Option<[u8; 16]>>(name)?.map(i128::from_le_bytes))
    };
    let length: Option<i64> = row.get("length")?;
    let inode: Option<i64> = row.get("inode")?;
    Ok(match (length, nanoseconds("modified_ns")?, nanoseconds("changed_ns")?, inode) {
        (Some(length), Some(modified_ns), Some(changed_ns), Some(inode)) => Some(Stamp {
            length: length.cast_unsigned(),
            modified_ns,
            changed_ns,
            inode: inode.cast_unsigned(),
        }),
        _ => None,
    })
}

pub(super) fn path_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> rusqlite::Result<ContentPath> {
    let text: String = row.get(column)?;
    ContentPath::new(Path::new(&text)).ok_or_else(|| nonsense("path"))
}

pub(super) fn slug_in(row: &Row<'_>, column: impl rusqlite::RowIndex) -> rusqlite::Result<Slug> {
    let text: String = row.get(column)?;
    Slug::parse(&text).ok_or_else(|| nonsense("slug"))
}

pub(super) fn time_in(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    Timestamp::from_seconds(row.get(column)?).ok_or_else(|| nonsense("time"))
}

pub(super) fn fingerprint_in(row: &Row<'_>, column: &str) -> rusqlite::Result<Fingerprint> {
    row.get::<_, [u8; 16]>(column).map(Fingerprint::from_bytes)
}

pub(super) fn nonsense(what: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(format!("{what} holds what was never written"))
}
