//! What the office is told from: how the file at a path stands, and what could be better about it.

use super::rows::{matches, path_in, record, words};
use super::schema::IS_THERE;
use super::store::Reader;
use super::{Record, prefaces};
use crate::catalogue::Key;
use crate::words::{Article, ContentPath, Matches, Problem, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

/// It has no part in the form of the store: a journal of before gets it, and one that is only read does without.
pub(super) const REMARKS: &str = "
CREATE TABLE IF NOT EXISTS remark (path TEXT PRIMARY KEY, pressing INTEGER NOT NULL, at INTEGER NOT NULL, told TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS remark_pressing ON remark (path) WHERE pressing;
";

pub(super) fn put_remarks(
    connection: &Connection,
    path: &ContentPath,
    remarks: &[Problem],
    now: Timestamp,
) -> Result<()> {
    if remarks.is_empty() {
        let mut statement = connection.prepare_cached("DELETE FROM remark WHERE path = ?1")?;
        statement.execute(params![path.as_str()])?;
        return Ok(());
    }
    let pressing = remarks.iter().any(Problem::is_pressing);
    let told = serde_json::to_string(remarks).expect("problems are plain text and numbers");
    // Since when they stand counts.
    let sql = "INSERT INTO remark VALUES (?1, ?2, ?3, ?4) ON CONFLICT (path) DO UPDATE
               SET pressing = ?2, at = iif(told = ?4, at, ?3), told = ?4";
    connection.prepare_cached(sql)?.execute(params![path.as_str(), pressing, now.seconds(), told])?;
    Ok(())
}

/// All remarks, and since when they stand.
pub(super) fn remarks(connection: &Connection) -> Result<Vec<(ContentPath, Timestamp, Vec<Problem>)>> {
    if !connection.table_exists(None, "remark")? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT path, at, told FROM remark")?;
    let remarks = statement
        .query_map([], |row| Ok((path_in(row, "path")?, Timestamp::nearest(row.get("at")?), told(row)?)))?;
    remarks.collect()
}

/// What an earlier or later bantin wrote another way is written anew when the file is read.
fn told(row: &Row<'_>) -> Result<Vec<Problem>> {
    Ok(serde_json::from_str(&row.get::<_, String>("told")?).unwrap_or_default())
}

impl Reader {
    /// The article whose file is at this path, and its words where they were written down; those it last had where it was
    /// taken back.
    ///
    /// # Errors
    /// When the store refuses; the same for all that follow.
    pub fn article_at(&self, path: &ContentPath) -> Result<Option<(Record, Option<Article>)>> {
        let sql =
            format!("SELECT article.* FROM file JOIN article USING (key) WHERE path = ?1 AND {IS_THERE}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let Some(record) = statement.query_row(params![path.as_str()], record).optional()? else {
            return Ok(None);
        };
        let words = words(&self.connection, record.key)?;
        Ok(Some((record, words)))
    }

    /// The queries that an article met when it was last read.
    pub fn matches(&self, key: Key) -> Result<Matches> {
        matches(&self.connection, key)
    }

    /// What could be better about the file at this path.
    pub fn remarks_at(&self, path: &ContentPath) -> Result<Vec<Problem>> {
        let mut statement = self.connection.prepare_cached("SELECT told FROM remark WHERE path = ?1")?;
        Ok(statement.query_row(params![path.as_str()], told).optional()?.unwrap_or_default())
    }

    /// How many files somebody should look at, and what is told of the first of them.
    pub fn pressing_remarks(&self, most: usize) -> Result<(usize, Vec<Problem>)> {
        let sql = "SELECT count(*) FROM remark WHERE pressing";
        let count: i64 = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        let sql = "SELECT told FROM remark WHERE pressing ORDER BY path LIMIT ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let told = statement.query_map(params![most.cast_signed() as i64], told)?;
        let told: Vec<Problem> = told.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        Ok((usize::try_from(count).unwrap_or(0), told))
    }

    /// The next paths, at most `count` in their order, of files that hold an article or stand before a round-up.
    pub fn paths_after(&self, path: &str, count: usize) -> Result<Vec<ContentPath>> {
        let articles =
            format!("SELECT path FROM file JOIN article USING (key) WHERE path > ?1 AND {IS_THERE}");
        let prefaces = match prefaces::are_there(&self.connection)? {
            true => "UNION SELECT path FROM preface_file WHERE path > ?1",
            false => "",
        };
        let sql = format!("{articles} {prefaces} ORDER BY path LIMIT ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let paths = statement.query_map(params![path, count.cast_signed() as i64], |row| path_in(row, 0))?;
        paths.collect()
    }

    /// The paths of the articles to which something happened last, at most `count` happenings ago.
    pub fn changed_lately(&self, count: usize) -> Result<Vec<ContentPath>> {
        let sql = "SELECT DISTINCT path FROM (SELECT key FROM change ORDER BY number DESC LIMIT ?1) JOIN file USING (key)";
        let mut statement = self.connection.prepare(sql)?;
        let paths = statement.query_map(params![count.cast_signed() as i64], |row| path_in(row, 0))?;
        paths.collect()
    }
}
