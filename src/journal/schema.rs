//! The tables of the journal, and how those that an older bantin made become them.

use rusqlite::Connection;

/// The form of a journal that this bantin writes.
const FORM: i64 = 5;

const SCHEMA: &str = "
CREATE TABLE article (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    slug TEXT NOT NULL,
    wish TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    published INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL,
    source BLOB NOT NULL,
    reading BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    terms TEXT NOT NULL,
    size INTEGER NOT NULL,
    was_out INTEGER NOT NULL,
    headline BLOB,
    expires INTEGER,
    corrected INTEGER,
    withdrawn INTEGER,
    reason TEXT,
    drift INTEGER NOT NULL DEFAULT 0,
    out INTEGER,
    entered INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE term (number INTEGER PRIMARY KEY, slug TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (slug, label));
CREATE TABLE words (key INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL, article BLOB NOT NULL);
CREATE TABLE slug (slug TEXT PRIMARY KEY, key INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    key INTEGER NOT NULL,
    place BLOB,
    length INTEGER,
    modified_ns BLOB,
    changed_ns BLOB,
    inode INTEGER
) WITHOUT ROWID;
CREATE INDEX file_key ON file (key);
CREATE TABLE media (
    path TEXT PRIMARY KEY,
    place BLOB NOT NULL,
    length INTEGER NOT NULL,
    modified_ns BLOB NOT NULL,
    changed_ns BLOB NOT NULL,
    inode INTEGER NOT NULL,
    version BLOB NOT NULL,
    modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE document (
    subject TEXT PRIMARY KEY,
    version BLOB NOT NULL,
    modified INTEGER NOT NULL,
    label TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    key INTEGER NOT NULL,
    what TEXT NOT NULL,
    fingerprint BLOB NOT NULL
);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

/// What follows from the rows of a first look, made once those are written: a tenth of the time it takes row by row.
const CONCLUSION: &str = "
INSERT INTO slug SELECT slug, key FROM article WHERE NOT EXISTS (SELECT 1 FROM slug) ORDER BY slug;
INSERT INTO change (at, key, what, fingerprint) SELECT first_seen, key, 'arrived', fingerprint FROM article
    WHERE NOT EXISTS (SELECT 1 FROM change);
CREATE UNIQUE INDEX IF NOT EXISTS article_id ON article (id);
CREATE INDEX IF NOT EXISTS article_source ON article (source);
CREATE INDEX IF NOT EXISTS article_waiting ON article (published) WHERE state = 0;
CREATE INDEX IF NOT EXISTS article_expiring ON article (expires) WHERE state = 1 AND expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS article_gone ON article (withdrawn) WHERE withdrawn IS NOT NULL;
CREATE INDEX IF NOT EXISTS slug_key ON slug (key);
";

/// Whether the file of a row is on disk: that of a withdrawn article has a state there only if its file says so itself.
pub const IS_THERE: &str = "(article.state <> 2 OR file.inode IS NOT NULL)";

/// From the first form to the second: terms once each instead of with every article, and headlines.
const FROM_FIRST_FORM: &str = "
CREATE TABLE term (number INTEGER PRIMARY KEY, slug TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (slug, label));
INSERT INTO term (slug, label) SELECT DISTINCT term.value ->> 'slug', term.value ->> 'label'
    FROM article, json_each(article.terms) AS kind, json_each(kind.value) AS term;
UPDATE article SET terms = (
    SELECT json_group_array(json((
        SELECT json_group_array(term.number ORDER BY named.key) FROM json_each(kind.value) AS named
        JOIN term ON term.slug = named.value ->> 'slug' AND term.label = named.value ->> 'label'
    )) ORDER BY kind.key) FROM json_each(article.terms) AS kind
);
ALTER TABLE article ADD COLUMN headline BLOB;
";

/// From the second form to the third: what becomes of an article later.
const FROM_SECOND_FORM: &str = "
ALTER TABLE article ADD COLUMN expires INTEGER;
ALTER TABLE article ADD COLUMN corrected INTEGER;
ALTER TABLE article ADD COLUMN withdrawn INTEGER;
ALTER TABLE article ADD COLUMN reason TEXT;
ALTER TABLE article ADD COLUMN drift INTEGER NOT NULL DEFAULT 0;
UPDATE article SET withdrawn = max(modified, updated + 1) WHERE state = 2 AND was_out;
CREATE INDEX article_expiring ON article (expires) WHERE state = 1 AND expires IS NOT NULL;
CREATE INDEX article_gone ON article (withdrawn) WHERE withdrawn IS NOT NULL;
";

/// Pictures that were in dropped files. From the second form to the third, too.
const PICTURES: &str = "
CREATE TABLE picture (
    path TEXT PRIMARY KEY,
    key INTEGER NOT NULL,
    place TEXT NOT NULL,
    length INTEGER NOT NULL,
    version BLOB NOT NULL,
    modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX picture_key ON picture (key);
";

/// From the third form to the fourth: when articles first came out, which nobody had written down. Those that were there at
/// the first look came out when they say they did; the others when both they and their time had come.
const FROM_THIRD_FORM: &str = "
ALTER TABLE article ADD COLUMN out INTEGER;
UPDATE article SET out = iif(first_seen = (SELECT min(first_seen) FROM article), published, max(first_seen, published))
    WHERE was_out;
";

/// What articles were before they became others or were taken back, with their words then; and of which of them nothing is kept.
/// From the fourth form to the fifth, too.
const PAST: &str = "
CREATE TABLE past (
    key INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    until INTEGER NOT NULL,
    slug TEXT NOT NULL,
    published INTEGER NOT NULL,
    out INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    corrected INTEGER,
    withdrawn INTEGER,
    reason TEXT,
    size INTEGER NOT NULL,
    terms TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    article BLOB NOT NULL,
    PRIMARY KEY (key, entered)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS purged (key INTEGER PRIMARY KEY, at INTEGER NOT NULL);
";

/// From the fourth form to the fifth: what entered when, which nobody had written down for those that became others.
const FROM_FOURTH_FORM: &str = "
ALTER TABLE article ADD COLUMN entered INTEGER NOT NULL DEFAULT 0;
UPDATE article SET entered = coalesce(out, published);
";

/// What makes the tables of a new store (form 0), or brings those of an older one into their present form; nothing when
/// they are in it.
///
/// # Errors
/// The form, when it is newer.
pub fn changes_from(form: i64) -> Result<Option<String>, i64> {
    let changes = match form {
        FORM => return Ok(None),
        0 => format!("{SCHEMA}{PICTURES}{PAST}"),
        1 => {
            format!("{FROM_FIRST_FORM}{FROM_SECOND_FORM}{PICTURES}{FROM_THIRD_FORM}{FROM_FOURTH_FORM}{PAST}")
        }
        2 => format!("{FROM_SECOND_FORM}{PICTURES}{FROM_THIRD_FORM}{FROM_FOURTH_FORM}{PAST}"),
        3 => format!("{FROM_THIRD_FORM}{FROM_FOURTH_FORM}{PAST}"),
        4 => format!("{FROM_FOURTH_FORM}{PAST}"),
        newer => return Err(newer),
    };
    Ok(Some(format!("BEGIN; {changes} PRAGMA user_version = {FORM}; COMMIT;")))
}

/// Draws the conclusions of a first look: addresses, the log and the indexes that follow from its rows.
pub fn conclude(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("BEGIN; {CONCLUSION} COMMIT;"))
}

/// Whether the conclusions of the first look were drawn; without articles there are none to draw.
pub fn is_concluded(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM article)
               OR EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'slug_key')";
    connection.query_row(sql, [], |row| row.get(0))
}
