use super::*;
use rusqlite::Connection;

/// The first form of the journal, as bantin 0.1.0 wrote it, with one article.
const FIRST_FORM: &str = r#"
CREATE TABLE article (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, slug TEXT NOT NULL, wish TEXT NOT NULL,
    first_seen INTEGER NOT NULL, published INTEGER NOT NULL, updated INTEGER NOT NULL, modified INTEGER NOT NULL,
    revision INTEGER NOT NULL, state INTEGER NOT NULL, source BLOB NOT NULL, reading BLOB NOT NULL,
    fingerprint BLOB NOT NULL, terms TEXT NOT NULL, size INTEGER NOT NULL, was_out INTEGER NOT NULL);
CREATE INDEX article_source ON article (source);
CREATE INDEX article_waiting ON article (published) WHERE state = 0;
CREATE TABLE words (key INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL, article BLOB NOT NULL);
CREATE TABLE slug (slug TEXT PRIMARY KEY, key INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE file (path TEXT PRIMARY KEY, key INTEGER NOT NULL, place BLOB, length INTEGER, modified_ns BLOB,
    changed_ns BLOB, inode INTEGER) WITHOUT ROWID;
CREATE INDEX file_key ON file (key);
CREATE INDEX slug_key ON slug (key);
CREATE TABLE media (path TEXT PRIMARY KEY, place BLOB NOT NULL, length INTEGER NOT NULL, modified_ns BLOB NOT NULL,
    changed_ns BLOB NOT NULL, inode INTEGER NOT NULL, version BLOB NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE document (subject TEXT PRIMARY KEY, version BLOB NOT NULL, modified INTEGER NOT NULL, label TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, key INTEGER NOT NULL,
    what TEXT NOT NULL, fingerprint BLOB NOT NULL);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 1;
INSERT INTO article VALUES (1, 'urn:uuid:00000000-0000-5000-8000-000000000001', 'lua-ve', 'lua-ve', 1000, 2000, 2000, 2000,
    1, 1, zeroblob(16), zeroblob(16), zeroblob(16),
    '[[{"label":"Nông nghiệp","slug":"nong-nghiep"},{"label":"Đời sống","slug":"doi-song"}],[{"label":"lúa","slug":"lua"}],[]]',
    100, 1);
INSERT INTO slug VALUES ('lua-ve', 1);
"#;

#[test]
fn a_journal_of_the_first_form_is_taken_over() {
    let state = tempfile::tempdir().expect("a folder");
    let old = Connection::open(state.path().join("journal.sqlite")).expect("a store");
    old.execute_batch(FIRST_FORM).expect("SQL");
    drop(old);
    for _ in 0..2 {
        let (_, remembered, damaged) = Journal::open(state.path()).expect("a journal");
        assert!(damaged.is_none());
        let [placed] = &remembered.placed[..] else { panic!("one article: {remembered:?}") };
        assert_eq!(placed.slug.as_str(), "lua-ve");
        assert_eq!(placed.out.seconds(), 2000);
        let labels: Vec<(String, &str)> =
            placed.labels.iter().map(|label| (label.feed.to_string(), &*label.text)).collect();
        let expected = [("nong-nghiep", "Nông nghiệp"), ("doi-song", "Đời sống"), ("tag/lua", "lúa")];
        assert_eq!(labels, expected.map(|(feed, text)| (feed.to_owned(), text)));
    }
}

#[test]
fn a_journal_of_the_third_form_learns_when_its_articles_first_came_out() {
    let state = tempfile::tempdir().expect("a folder");
    drop(Journal::open(state.path()).expect("a journal"));
    let old = Connection::open(state.path().join("journal.sqlite")).expect("a store");
    let changes =
        "ALTER TABLE article DROP COLUMN entered; ALTER TABLE article DROP COLUMN out; DROP TABLE past;
                   PRAGMA user_version = 3;";
    old.execute_batch(changes).expect("it had no such column");
    // (key, first_seen, published, state, was_out) and when it came out
    let table = [
        (1, 1000, 500, 1, 1, Some(500)),
        (2, 1000, 1500, 1, 1, Some(1500)),
        (3, 2000, 500, 1, 1, Some(2000)),
        (4, 2000, 2500, 1, 1, Some(2500)),
        (5, 2000, 500, 2, 1, Some(2000)),
        (6, 2000, 9000, 0, 0, None),
        (7, 2000, 500, 2, 0, None),
    ];
    for (key, first_seen, published, state, was_out, _) in table {
        let sql = format!(
            "INSERT INTO article VALUES ({key}, 'urn:x:{key}', 'bai-{key}', 'bai-{key}', {first_seen}, {published}, {published},
             {published}, 1, {state}, zeroblob(16), zeroblob(16), zeroblob(16), '[[],[],[]]', 100, {was_out}, NULL, NULL, NULL,
             iif({state} = 2 AND {was_out}, 3000, NULL), NULL, 0)"
        );
        old.execute(&sql, []).expect("SQL");
    }
    drop(old);
    for _ in 0..2 {
        let (mut journal, remembered, damaged) = Journal::open(state.path()).expect("a journal");
        assert!(damaged.is_none());
        let session = journal.session().expect("a session");
        for (key, .., out) in table {
            let record = session.record(Key(key)).expect("it reads well").expect("it is there");
            assert_eq!(record.out.map(Timestamp::seconds), out, "{key}");
            assert_eq!(record.entered, record.out.unwrap_or(record.published), "{key}");
        }
        let placed: Vec<i64> = remembered.placed.iter().map(|placed| placed.out.seconds()).collect();
        assert_eq!(placed, [500, 1500, 2000, 2500]);
        assert_eq!(remembered.gone[0].out.seconds(), 2000);
    }
}

#[test]
fn the_first_free_number_is_found_however_many_are_taken() {
    let state = tempfile::tempdir().expect("a folder");
    let (mut journal, ..) = Journal::open(state.path()).expect("a journal");
    let session = journal.session().expect("a session");
    let wish = Slug::parse("thoi-tiet").expect("a slug");
    let take = |slug: &Slug, key: u32| session.take_address(slug, Key(key)).expect("it is written");
    take(&wish, 1);
    for number in 2..40 {
        assert_eq!(session.free_number(&wish).expect("a number"), number);
        take(&wish.numbered(number), number);
    }
}

/// What they amount to grows with every change of every article.
#[test]
fn a_start_reads_no_words_of_what_is_past() {
    let state = tempfile::tempdir().expect("a folder");
    drop(Journal::open(state.path()).expect("a journal"));
    let path = state.path().join("journal.sqlite");
    let store = Connection::open(&path).expect("a store");
    let rows = "INSERT INTO article VALUES (1, 'urn:uuid:00000000-0000-5000-8000-000000000001', 'lua-ve', 'lua-ve', 500, 500, 500,
                    500, 2, 1, zeroblob(16), zeroblob(16), zeroblob(16), '[[],[],[]]', 100, 1, NULL, NULL, NULL, NULL, NULL, 0,
                    500, 1000);
                INSERT INTO past VALUES (1, 500, 1000, 'lua-ve', 500, 500, 500, 500, NULL, NULL, NULL, 100, '[[],[],[]]',
                    zeroblob(16), CAST(replace(hex(zeroblob(50000)), '0', 'a') AS BLOB));";
    store.execute_batch(rows).expect("SQL");
    drop(store);
    // Whoever wants all the words is led astray after the first of them.
    let mut bytes = std::fs::read(&path).expect("a file");
    for page in bytes.chunks_mut(4096).filter(|page| page[4..].iter().all(|byte| *byte == b'a')) {
        page[..4].fill(0xff);
    }
    std::fs::write(&path, bytes).expect("it is written");
    let store = Connection::open(&path).expect("a store");
    store.query_row("SELECT article FROM past", [], |_| Ok(())).expect_err("they cannot be read");
    let remembered = start::remembered(&store).expect("a start wants none of them");
    assert_eq!(remembered.past[0].until.seconds(), 1000);
}
