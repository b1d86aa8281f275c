//! A partner's weeks, with the time handed in: what it asks for is answered as the server does, and the reports are compared
//! whole.

use super::*;
use crate::answer::respond;
use crate::catalogue::{Catalogue, Change, Gone, Key, Labels};
use crate::edition::{Edition, Renewed};
use crate::intake::{self, Source};
use crate::journal::{Journal, Kept, Record, State, Write as Remember};
use crate::ledger::Ledger;
use crate::render::report::PartnerReport;
use crate::settings::{self, Overrides};
use crate::words::{ContentPath, Day, Fingerprint, Id, IdSpace, Matches, Slug, Token, Withdrawal};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tempfile::TempDir;

const FEED: &str = "dai-an-giang";

struct Office {
    state: TempDir,
    journal: Option<Journal>,
    site: Arc<Site>,
    definitions: Arc<[FeedDefinition]>,
    edition: Edition,
    ledger: Ledger,
    records: BTreeMap<u32, Record>,
    /// What the partner's program has, by its name.
    etag: Option<String>,
    now: Timestamp,
}

fn token() -> Token {
    Token::of([7; 16])
}

fn path(key: u32) -> ContentPath {
    ContentPath::new(Path::new(&format!("tin/{key}.md"))).expect("a path")
}

impl Office {
    fn opened(language: &str, agreement: &str) -> Self {
        let state = tempfile::tempdir().expect("a folder");
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let title = if language == "vi" { "Bản tin Đồng Bằng" } else { "Delta Bulletin" };
        let settings = format!("title = \"{title}\"\nlanguage = \"{language}\"\n");
        let site = settings::site(&settings, &Overrides::default(), &base).expect("sound settings").0;
        let definition = format!("limit = 4\n[partner]\n{agreement}\ntoken = \"{}\"\n", token().hash());
        let definition =
            settings::feed(&format!("{FEED}.toml"), &definition, &site).expect("sound settings").0;
        let (site, definitions): (_, Arc<[_]>) = (Arc::new(site), Arc::new([definition]));
        let (journal, ..) = Journal::open(state.path()).expect("a journal");
        journal.conclude_first_look().expect("it is written");
        let empty = Catalogue::new(site.clone(), definitions.clone());
        let now = site.zone.at((2026, 10, 1), (8, 0, 0)).expect("a time");
        let (edition, renewed) =
            Edition::remembered(empty.clone(), HashMap::new(), now).next_whole(empty, now);
        let mut office = Self {
            state,
            journal: Some(journal),
            site,
            definitions,
            edition,
            ledger: Ledger::default(),
            records: BTreeMap::new(),
            etag: None,
            now,
        };
        office.remember(&renewed, |_| {});
        office
    }

    /// It is now this day of 2026, at this hour.
    fn on(&mut self, month: i8, day: i8, hour: i8) -> &mut Self {
        self.now = self.site.zone.at((2026, month, day), (hour, 0, 0)).expect("a time");
        self
    }

    fn remember(&mut self, renewed: &Renewed, more: impl FnOnce(&crate::journal::Session<'_>)) {
        let session = self.journal.as_mut().expect("it is open").session().expect("a session");
        more(&session);
        for (subject, validators) in renewed {
            let document = Remember::Document(subject.clone(), *validators, String::new());
            session.write(&document, self.now).expect("it is written");
        }
        session.commit().expect("it is written");
    }

    fn change(&mut self, changes: Vec<Change>, record: Record, text: Option<&str>) {
        let article = text.map(|text| {
            let path = path(record.key.0);
            let source = Source { path: &path, bytes: text.as_bytes(), beside: &[] };
            intake::read(&source, &self.site).expect("a sound file").article
        });
        let (catalogue, touched) = self.edition.catalogue().with(changes);
        let touched: BTreeSet<FeedName> = touched;
        let (edition, renewed) = self.edition.next(catalogue, &touched, self.now);
        self.edition = edition;
        let (written, no_matches) = (record.clone(), Matches::default());
        self.remember(&renewed, |session| {
            let words = article.as_ref().map(|article| (article, &no_matches));
            session.write_article(&written, words).expect("it is written");
        });
        self.records.insert(record.key.0, record);
    }

    /// An article comes out, or is corrected when it was out already.
    fn publish(&mut self, key: u32, title: &str) {
        let text = format!("---\ntitle: '{title}'\n---\n\nĐoạn {key}.\n");
        let before = self.records.get(&key);
        let published = before.map_or(self.now, |before| before.published);
        let revision = before.map_or(1, |before| before.revision + 1);
        let slug = Slug::parse(&format!("bai-{key}")).expect("a slug");
        let id = Id::derived(&IdSpace::of(&self.site.id), &path(key), 0);
        let words = Fingerprint::of([text.as_str(), &revision.to_string()]);
        let record = Record {
            key: Key(key),
            fingerprint: crate::catalogue::Placed::fingerprint(&words, &id, &slug, published, self.now),
            id,
            wish: slug.clone(),
            slug,
            first_seen: published,
            published,
            out: Some(published),
            entered: published,
            updated: self.now,
            modified: self.now,
            revision,
            state: State::Published,
            source: words,
            reading: words,
            size: 100,
            expires: None,
            corrected: before.map(|_| self.now),
            withdrawn: None,
            reason: None,
            drift: 0,
        };
        let placed = record.placed(Labels::new(Vec::new(), Vec::new(), Vec::new()));
        self.change(vec![Change::Placed(placed)], record, Some(&text));
    }

    fn withdraw(&mut self, key: u32, reason: &str) {
        let before = self.records[&key].clone();
        let reason = (!reason.is_empty()).then(|| reason.to_owned());
        let withdrawal = Withdrawal { id: before.id.clone(), at: self.now, reason: reason.clone() };
        let labels = Labels::new(Vec::new(), Vec::new(), Vec::new());
        let changes = vec![
            Change::Withdrawn(before.slug.clone(), before.key),
            Change::Gone(Gone {
                key: before.key,
                withdrawal,
                published: before.published,
                out: before.published,
                labels,
            }),
        ];
        let record = Record { state: State::Withdrawn, withdrawn: Some(self.now), reason, ..before };
        self.change(changes, record, None);
    }

    /// The partner's program asks, and names what it has as programs do.
    fn fetch(&mut self, suffix: &str) -> u16 {
        let address = format!("/p/{}/{FEED}.{suffix}", token().secret());
        let mut request = http::Request::get(address).header("host", "tin.example.vn");
        if let Some(etag) = &self.etag {
            request = request.header("if-none-match", etag);
        }
        let (request, ()) = request.body(()).expect("a request").into_parts();
        let answer = respond(&self.edition, &request, self.now);
        let etag = answer.headers.get("etag").expect("every document has one");
        self.etag = Some(etag.to_str().expect("plain text").to_owned());
        let handed = answer.handed.expect("a partner is handed its feed");
        self.ledger.enter(handed, &self.edition, self.now);
        let lines = self.ledger.take();
        let (journal, zone) = (self.journal.as_mut().expect("it is open"), &self.site.zone);
        let session = journal.session().expect("a session");
        for line in &lines {
            session.write_handed(line, zone, &Kept::USUAL).expect("it is written");
        }
        session.commit().expect("it is written");
        answer.status.as_u16()
    }

    fn restart(&mut self) {
        drop(self.journal.take());
        self.journal = Some(Journal::open(self.state.path()).expect("a journal").0);
    }

    fn report(&self, month: &str) -> PartnerReport<'_> {
        let reader = Reader::beside(self.state.path()).unwrap_or_else(|error| panic!("{error:?}"));
        let definition = &self.definitions[0];
        let partner = definition.partner.as_ref().expect("it has an agreement");
        let month = Month::parse(month).expect("a month");
        compose(&reader, &self.site, &definition.name, partner, month, self.now).expect("the journal works")
    }
}

const AGREEMENT: &str = "organisation = \"Đài PT–TH An Giang | Phòng *Tin tức*\"
contact = \"=Bà Lê Thị Hoa, 0296 3841 000\"
from = \"2026-10-15\"
until = \"2026-12-31\"";

/// Five weeks of a partner who asks now and then: on 20 November it has been away for a while, on 5 December it is back.
fn weeks(language: &str) -> Office {
    let mut office = Office::opened(language, AGREEMENT);
    office.on(10, 28, 9).publish(1, "Đường qua xã Bình An");
    assert_eq!(office.on(10, 28, 10).fetch("atom"), 200);
    office.on(11, 2, 8).publish(2, "Lúa được mùa | giá *cao*");
    assert_eq!(office.on(11, 2, 9).fetch("atom"), 200);
    assert_eq!(office.on(11, 3, 9).fetch("atom"), 304);
    office.on(11, 4, 9).publish(3, "=Giá lúa (tuần này), \"mới\"");
    office.on(11, 4, 9).publish(4, "Bài đăng hai lần");
    assert_eq!(office.on(11, 4, 10).fetch("atom"), 200);
    office.restart();
    office.on(11, 5, 8).publish(2, "Lúa được mùa | giá *cao*");
    office.on(11, 5, 9).withdraw(4, "đăng nhầm");
    assert_eq!(office.on(11, 6, 9).fetch("atom"), 200);
    assert_eq!(office.on(11, 7, 9).fetch("atom"), 304);
    assert_eq!(office.on(11, 7, 10).fetch("atom"), 304);
    office.on(11, 8, 9).publish(5, "Họp giao ban");
    assert_eq!(office.on(11, 8, 10).fetch("atom"), 200);
    office.on(11, 9, 9).withdraw(5, "");
    // This document names no withdrawals.
    assert_eq!(office.on(11, 9, 10).fetch("rss"), 200);
    office.on(11, 10, 9).publish(6, "Trường mới");
    assert_eq!(office.on(11, 10, 10).fetch("rss"), 200);
    office.on(11, 11, 9).publish(3, "=Giá lúa (tuần này), \"mới\"");
    office.on(11, 12, 9).withdraw(6, "chờ xác minh");
    for key in 7..10 {
        office.on(11, 13, 9).publish(key, &format!("Bài số {key}"));
    }
    office.on(11, 14, 9).publish(1, "Đường qua xã Bình An");
    office.on(11, 20, 15);
    office
}

/// Compares with `tests/expected/report/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, printed: Vec<u8>) {
    let file = format!("{}/tests/expected/report/{name}", env!("CARGO_MANIFEST_DIR"));
    let printed = String::from_utf8(printed).expect("all of it is UTF-8");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &printed).expect("the expected text can be written");
    }
    let expected = std::fs::read_to_string(&file).expect("the expected text is there");
    assert_eq!(printed, expected, "{file} differs; BLESS=1 accepts what is printed now");
}

#[test]
fn what_a_partner_was_sent_shows_in_both_languages() {
    for language in ["vi", "en"] {
        let mut office = weeks(language);
        check(&format!("away.{language}.md"), report::markdown(&office.report("2026-11")));
        assert_eq!(office.on(12, 1, 9).fetch("atom"), 200);
        assert_eq!(office.on(12, 5, 9).fetch("atom"), 304);
        check(&format!("back.{language}.md"), report::markdown(&office.report("2026-11")));
    }
}

#[test]
fn tables_and_data_say_the_same() {
    let mut office = weeks("vi");
    check("away.csv", report::csv(&office.report("2026-11")));
    check("away.json", report::json(&office.report("2026-11")));
    assert_eq!(office.on(12, 1, 9).fetch("atom"), 200);
    assert_eq!(office.on(12, 5, 9).fetch("atom"), 304);
    check("back.csv", report::csv(&office.report("2026-11")));
    check("back.json", report::json(&office.report("2026-11")));
}

#[test]
fn of_a_partner_who_was_never_here_that_is_said() {
    for language in ["vi", "en"] {
        let mut office = Office::opened(language, "organisation = \"Đài Châu Đốc\"\ndelay = \"1h 30m\"");
        office.on(11, 3, 8);
        check(&format!("never.{language}.md"), report::markdown(&office.report("2026-11")));
    }
}

#[test]
fn an_article_that_is_back_is_not_taken_for_gone() {
    let mut office = Office::opened("vi", AGREEMENT);
    office.on(11, 2, 8).publish(1, "Lúa");
    office.on(11, 2, 9).fetch("json");
    office.on(11, 3, 8).withdraw(1, "nhầm");
    office.on(11, 3, 9).fetch("json");
    office.on(11, 4, 8).publish(1, "Lúa");
    let report = office.report("2026-11");
    let outcomes: Vec<_> = report.withdrawn.iter().map(|withdrawn| withdrawn.outcome).collect();
    assert_eq!(outcomes, [report::Recall::Returned]);
    assert_eq!(report.withdrawn[0].reason, None);
    // It goes again, and they do not hear of that.
    office.on(11, 5, 8).withdraw(1, "nhầm nữa");
    let report = office.report("2026-11");
    let outcomes: Vec<_> = report.withdrawn.iter().map(|withdrawn| withdrawn.outcome).collect();
    assert_eq!(outcomes, [report::Recall::Returned, report::Recall::Held]);
}

#[test]
fn those_days_count_that_belong_to_the_agreement_and_are_over() {
    let days = |agreement: &str, month: &str, began: Option<(i8, i8)>, now: (i8, i8)| -> Vec<String> {
        let mut office = Office::opened("vi", &format!("organisation = \"A\"\n{agreement}"));
        if let Some((month, day)) = began {
            office.on(month, day, 12).fetch("rss");
        }
        office.on(now.0, now.1, 0);
        let report = office.report(month);
        assert!(report.silent.len() <= report.days);
        report.silent.iter().map(Day::to_string).collect()
    };
    let ends = |days: &[String]| (days.first().cloned(), days.last().cloned(), days.len());
    let of = |first: &str, last: &str, count| (Some(first.to_owned()), Some(last.to_owned()), count);
    let whole = days("from = \"2026-10-01\"", "2026-10", None, (11, 5));
    assert_eq!(ends(&whole), of("2026-10-01", "2026-10-31", 31));
    let begun = days("from = \"2026-10-20\"", "2026-10", None, (11, 5));
    assert_eq!(ends(&begun), of("2026-10-20", "2026-10-31", 12));
    let ended = days("until = \"2026-10-20\"", "2026-10", None, (11, 5));
    assert_eq!(ends(&ended), of("2026-10-01", "2026-10-20", 20));
    let running = days("", "2026-11", None, (11, 5));
    assert_eq!(ends(&running), of("2026-11-01", "2026-11-04", 4), "today may still bring one");
    let joined = days("", "2026-10", Some((10, 10)), (10, 13));
    assert_eq!(ends(&joined), of("2026-10-11", "2026-10-12", 2));
    assert_eq!(days("from = \"2026-12-01\"", "2026-11", None, (11, 5)), [""; 0]);
}
