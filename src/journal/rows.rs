//! Rows as words: what stands in the journal's tables, read back.

use super::{FileRow, Record, Source, State, Words};
use crate::catalogue::{Gone, Key, Label, Labels, Past, Placed};
use crate::edition::{Media, Stamp, Subject, Validators};
use crate::words::{
    Article, ContentPath, FeedName, Fingerprint, Id, Matches, Query, Slug, Timestamp, Withdrawal, media_type,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Record {
    /// What is said of this article, with the labels it had, if it was out and is no more.
    pub fn gone(self, labels: Labels) -> Option<Gone> {
        let Self { key, id, published, out, withdrawn, reason, .. } = self;
        let reason = reason.filter(|reason| !reason.is_empty());
        let withdrawal = Withdrawal { id, at: withdrawn?, reason };
        Some(Gone { key, withdrawal, published, out: out.unwrap_or(published), labels })
    }

    /// What places this article, with its labels. One that waits will be out when it is published.
    pub fn placed(&self, labels: Labels) -> Placed {
        Placed {
            key: self.key,
            size: self.size,
            id: self.id.clone(),
            slug: self.slug.clone(),
            published: self.published,
            out: self.out.unwrap_or(self.published),
            entered: self.entered,
            updated: self.updated,
            modified: self.modified,
            corrected: self.corrected,
            fingerprint: self.fingerprint,
            labels,
        }
    }
}

/// All terms there are, by their number, as categories, tags and authors; and the sets of queries that articles meet, by
/// theirs.
pub(super) struct Terms {
    kinds: [HashMap<i64, Arc<Label>>; 3],
    queries: HashMap<i64, Query>,
    matches: RefCell<HashMap<Vec<i64>, Matches>>,
}

/// The numbers of an article's terms, and of the queries it meets.
#[derive(Deserialize)]
struct Numbers(Vec<i64>, Vec<i64>, Vec<i64>, #[serde(default)] Vec<i64>);

impl Terms {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let (mut kinds, mut queries) = ([HashMap::new(), HashMap::new(), HashMap::new()], HashMap::new());
        let mut statement = connection.prepare("SELECT number, slug, label FROM term")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (number, slug, text) = (row.get(0)?, slug_in(row, 1)?, row.get::<_, String>(2)?);
            if slug.as_str() == QUERIES {
                queries.insert(number, Query::remembered(&text));
            }
            for (terms, feed) in kinds.iter_mut().zip([FeedName::category, FeedName::Tag, FeedName::Author]) {
                let label = Label { feed: feed(slug.clone()), text: text.as_str().into() };
                terms.insert(number, Arc::new(label));
            }
        }
        Ok(Self { kinds, queries, matches: RefCell::default() })
    }

    /// What an article has by the numbers in its row.
    fn labels(&self, row: &Row<'_>) -> rusqlite::Result<Labels> {
        let numbers = serde_json::from_str(row.get_ref("terms")?.as_str()?).map_err(|_| nonsense("terms"))?;
        let Numbers(categories, tags, authors, met) = numbers;
        let kinds = self.kinds.iter().zip([categories, tags, authors]);
        let labels =
            kinds.flat_map(|(terms, numbers)| numbers.into_iter().map(|number| terms.get(&number).cloned()));
        let labels = labels.collect::<Option<_>>().map(Labels::shared).ok_or_else(|| nonsense("terms"))?;
        Ok(labels.meeting(self.matches(met).ok_or_else(|| nonsense("terms"))?))
    }

    /// The queries of these numbers; the articles that meet the same ones share them.
    fn matches(&self, numbers: Vec<i64>) -> Option<Matches> {
        if numbers.is_empty() {
            return Some(Matches::default());
        }
        let mut known = self.matches.borrow_mut();
        if let Some(matches) = known.get(&numbers) {
            return Some(matches.clone());
        }
        let queries =
            numbers.iter().map(|number| self.queries.get(number).cloned()).collect::<Option<_>>()?;
        let matches = Matches::of(queries);
        known.insert(numbers, matches.clone());
        Some(matches)
    }
}

/// The address that queries have among the terms; it leads nowhere.
pub(super) const QUERIES: &str = "query";

/// The queries that an article met when it was last read.
pub(super) fn matches(connection: &Connection, key: Key) -> rusqlite::Result<Matches> {
    let sql = "SELECT label FROM article, json_each(article.terms, '$[3]') AS met JOIN term ON term.number = met.value
               WHERE article.key = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let queries =
        statement.query_map(params![key.0], |row| Ok(Query::remembered(&row.get::<_, String>(0)?)))?;
    Ok(Matches::of(queries.collect::<rusqlite::Result<_>>()?))
}

/// What the row of an article places.
pub(super) fn placed_row(row: &Row<'_>, terms: &Terms) -> rusqlite::Result<Placed> {
    Ok(record(row)?.placed(terms.labels(row)?))
}

/// An article that was out and was taken back.
pub(super) fn gone_row(row: &Row<'_>, terms: &Terms) -> rusqlite::Result<Gone> {
    record(row)?.gone(terms.labels(row)?).ok_or_else(|| nonsense("withdrawn"))
}

/// What an article was, from its row among what is past.
pub(super) fn past_row(row: &Row<'_>, terms: &Terms) -> rusqlite::Result<Past> {
    let key = Key(row.get("key")?);
    let id = Id::parse(&row.get::<_, String>("id")?).ok_or_else(|| nonsense("id"))?;
    let withdrawn = time_or_none(row, "withdrawn")?;
    let reason: Option<String> = row.get("reason")?;
    let placed = Placed {
        key,
        size: row.get("size")?,
        id: id.clone(),
        slug: slug_in(row, "slug")?,
        published: time_in(row, "published")?,
        out: time_in(row, "out")?,
        entered: time_in(row, "entered")?,
        updated: time_in(row, "updated")?,
        modified: time_in(row, "modified")?,
        corrected: time_or_none(row, "corrected")?,
        fingerprint: fingerprint_in(row, "fingerprint")?,
        labels: terms.labels(row)?,
    };
    let withdrawal = withdrawn.map(|at| Withdrawal { id, at, reason });
    Ok(Past { placed: Arc::new(placed), until: time_in(row, "until")?, withdrawal })
}

/// The file an article was last read from.
pub(super) fn source(connection: &Connection, key: Key) -> rusqlite::Result<Option<Source>> {
    let sql = "SELECT file.*, article.reading FROM file JOIN article USING (key) WHERE key = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![key.0], |row| {
        let (path, file) = file_row(row)?;
        Ok(Source { path, file, words: fingerprint_in(row, "reading")? })
    });
    found.optional()
}

/// The words of an article in few bytes, with a sum over them: a store does not notice a bit that turned in it.
pub(super) fn pack(article: &Article) -> Vec<u8> {
    let json = serde_json::to_vec(article).expect("an article is plain text and numbers");
    PACKER.with_borrow_mut(|packer| packer.compress(&json).expect("packing to memory does not fail"))
}

thread_local! {
    /// Made once: that takes as long as packing an article does.
    static PACKER: RefCell<zstd::bulk::Compressor<'static>> = RefCell::new({
        let mut packer = zstd::bulk::Compressor::new(1).expect("there is such a level");
        packer.include_checksum(true).expect("there is such a sum");
        packer
    });
}

/// The words again; `None` when they are not what was packed.
pub(super) fn unpack(packed: &[u8]) -> Option<Article> {
    serde_json::from_slice(&zstd::stream::decode_all(packed).ok()?).ok()
}

/// The words of an article, unless they are missing or damaged.
pub(super) fn words(connection: &Connection, key: Key) -> rusqlite::Result<Option<Article>> {
    let mut statement = connection.prepare_cached("SELECT article FROM words WHERE key = ?1")?;
    let packed = statement.query_row(params![key.0], |row| row.get::<_, Vec<u8>>(0)).optional()?;
    Ok(packed.and_then(|packed| unpack(&packed)))
}

/// The words of an article as they are to be printed.
pub(super) fn published(connection: &Connection, placed: &Placed) -> rusqlite::Result<Words> {
    let sql = "SELECT article.fingerprint, words.fingerprint, words.article
               FROM article LEFT JOIN words USING (key) WHERE key = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row(params![placed.key.0], |row| {
            let of_words: Option<[u8; 16]> = row.get(1)?;
            Ok((
                fingerprint_in(row, 0)?,
                of_words.map(Fingerprint::from_bytes),
                row.get::<_, Option<Vec<u8>>>(2)?,
            ))
        })
        .optional()?;
    Ok(match found {
        Some((now, of_words, Some(packed))) if now == placed.fingerprint && of_words == Some(now) => {
            unpack(&packed)
                .map_or(Words::Damaged, |article| Words::Whole(Box::new(placed.with_words(article))))
        }
        Some((now, None, None)) if now == placed.fingerprint => Words::Unread,
        Some((now, ..)) if now == placed.fingerprint => Words::Damaged,
        _ => past_words(connection, placed)?,
    })
}

/// The words of an article as they were before they were changed.
fn past_words(connection: &Connection, placed: &Placed) -> rusqlite::Result<Words> {
    let sql = "SELECT article FROM past WHERE key = ?1 AND fingerprint = ?2 LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let parameters = params![placed.key.0, placed.fingerprint.as_bytes()];
    let packed = statement.query_row(parameters, |row| row.get::<_, Vec<u8>>(0)).optional()?;
    Ok(match packed.map(|packed| unpack(&packed)) {
        Some(Some(article)) => Words::Whole(Box::new(placed.with_words(article))),
        Some(None) => Words::Damaged,
        None => Words::Changed,
    })
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        key: Key(row.get("key")?),
        id: Id::parse(&row.get::<_, String>("id")?).ok_or_else(|| nonsense("id"))?,
        slug: slug_in(row, "slug")?,
        wish: slug_in(row, "wish")?,
        first_seen: time_in(row, "first_seen")?,
        published: time_in(row, "published")?,
        out: time_or_none(row, "out")?,
        entered: time_in(row, "entered")?,
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
        size: row.get("size")?,
        expires: time_or_none(row, "expires")?,
        corrected: time_or_none(row, "corrected")?,
        withdrawn: time_or_none(row, "withdrawn")?,
        reason: row.get("reason")?,
        drift: row.get("drift")?,
    })
}

pub(super) fn file_row(row: &Row<'_>) -> rusqlite::Result<(ContentPath, FileRow)> {
    let place: Option<Vec<u8>> = row.get("place")?;
    let place = place.map(|bytes| PathBuf::from(OsString::from_vec(bytes)));
    Ok((path_in(row, "path")?, FileRow { key: Key(row.get("key")?), stamp: stamp_in(row)?, place }))
}

/// A file that travels with articles; `None` when its type is no longer served.
pub(super) fn media_row(row: &Row<'_>) -> rusqlite::Result<Option<(ContentPath, Media)>> {
    let path = path_in(row, "path")?;
    let place = PathBuf::from(OsString::from_vec(row.get("place")?));
    let stamp = stamp_in(row)?.ok_or_else(|| nonsense("media"))?;
    let validators = validators_in(row)?;
    let media_type = media_type(&path.extension());
    Ok(media_type.map(|media_type| (path, Media { place, within: None, media_type, stamp, validators })))
}

/// A picture; `None` when this version does not serve its kind.
pub(super) fn picture_row(row: &Row<'_>) -> rusqlite::Result<Option<(ContentPath, Media)>> {
    let path = path_in(row, "path")?;
    let length: i64 = row.get("length")?;
    let stamp = Stamp { length: length.cast_unsigned(), modified_ns: 0, changed_ns: 0, inode: 0 };
    let (place, within) = (PathBuf::from(row.get::<_, String>("place")?), Some(Key(row.get("key")?)));
    let validators = validators_in(row)?;
    let media_type = media_type(&path.extension());
    Ok(media_type.map(|media_type| (path, Media { place, within, media_type, stamp, validators })))
}

/// A document; `None` when its subject is one that this version no longer knows.
pub(super) fn document_row(row: &Row<'_>) -> rusqlite::Result<Option<(Subject, (Validators, String))>> {
    let remembered = (validators_in(row)?, row.get("label")?);
    Ok(Subject::parse(&row.get::<_, String>("subject")?).map(|subject| (subject, remembered)))
}

fn validators_in(row: &Row<'_>) -> rusqlite::Result<Validators> {
    Ok(Validators { version: fingerprint_in(row, "version")?, modified: time_in(row, "modified")? })
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

fn time_in(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    Timestamp::from_seconds(row.get(column)?).ok_or_else(|| nonsense("time"))
}

fn time_or_none(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let seconds: Option<i64> = row.get(column)?;
    seconds.map(|seconds| Timestamp::from_seconds(seconds).ok_or_else(|| nonsense("time"))).transpose()
}

pub(super) fn fingerprint_in(
    row: &Row<'_>,
    column: impl rusqlite::RowIndex,
) -> rusqlite::Result<Fingerprint> {
    row.get::<_, [u8; 16]>(column).map(Fingerprint::from_bytes)
}

pub(super) fn nonsense(what: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(format!("{what} holds what was never written"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_bit_that_turned_are_told_from_sound_ones() {
        let path = ContentPath::new(Path::new("tin/mot.txt")).expect("a path");
        let text = "Một\n\n02/01/2026 08:00\n\nĐoạn một, dài hơn một chút.\n\nĐoạn hai.\n";
        let source = crate::intake::Source { path: &path, bytes: text.as_bytes(), beside: &[] };
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let (site, _) = crate::settings::site("", &Default::default(), &base).expect("sound settings");
        let article = crate::intake::read(&source, &site).expect("it reads well").article;
        let packed = pack(&article);
        assert_eq!(unpack(&packed), Some(article.clone()));
        for bit in 0..packed.len() * 8 {
            let mut turned = packed.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            assert!(unpack(&turned).is_none_or(|read| read == article), "bit {bit}");
        }
        assert_eq!(unpack(&packed[..packed.len() - 1]), None);
        assert_eq!(unpack(&[]), None);
    }
}
