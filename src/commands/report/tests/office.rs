//! An office without a folder and without a clock.

use crate::answer::respond;
use crate::catalogue::{Catalogue, Change, Gone, Key, Labels, Placed};
use crate::commands::report::partner;
use crate::commands::report::period::{Sources, compose};
use crate::edition::{Edition, Renewed};
use crate::intake::{self, Source};
use crate::journal::{Journal, Kept, Reader, Record, State, Write as Remember};
use crate::ledger::Ledger;
use crate::publisher::Recalled;
use crate::render::report::partner::PartnerReport;
use crate::render::report::period::PeriodReport;
use crate::settings::{self, FeedDefinition, Overrides};
use crate::words::{
    Article, ContentPath, FeedName, Fingerprint, Id, IdSpace, Matches, Period, Site, Slug, Timestamp, Token,
    Withdrawal,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const FEED: &str = "dai-an-giang";

pub struct Office {
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
    /// One with a partner of this agreement.
    pub fn opened(language: &str, agreement: &str) -> Self {
        Self::opened_with(language, agreement, &[])
    }

    /// One with further files in `feeds/`, too.
    pub fn opened_with(language: &str, agreement: &str, feeds: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a folder");
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let title = if language == "vi" { "Bản tin Đồng Bằng" } else { "Delta Bulletin" };
        let settings = format!("title = \"{title}\"\nlanguage = \"{language}\"\n");
        let site = settings::site(&settings, &Overrides::default(), &base).expect("sound settings").0;
        let definition = format!("limit = 4\n[partner]\n{agreement}\ntoken = \"{}\"\n", token().hash());
        let own = [(&*format!("{FEED}.toml"), &*definition)];
        let feeds = own.iter().chain(feeds);
        let defined = feeds.map(|(name, text)| settings::feed(name, text, &site).expect("sound settings").0);
        let definitions: Arc<[FeedDefinition]> = defined.collect();
        let site = Arc::new(site);
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
    pub fn on(&mut self, month: i8, day: i8, hour: i8) -> &mut Self {
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
        let article = text.map(|text| self.read(record.key.0, text));
        let (catalogue, touched) = self.edition.catalogue().with(changes);
        let touched: BTreeSet<FeedName> = touched;
        let (edition, renewed) = self.edition.next(catalogue, &touched, self.now);
        self.edition = edition;
        let before = self.records.insert(record.key.0, record.clone());
        let (now, no_matches) = (self.now, Matches::default());
        self.remember(&renewed, |session| {
            let reason = record.reason.clone();
            let withdrawal = record.withdrawn.map(|at| Withdrawal { id: record.id.clone(), at, reason });
            if let Some(before) = before {
                session.keep_past(&before, now, withdrawal.as_ref()).expect("it is written");
            }
            let words = article.as_ref().map(|article| (article, &no_matches));
            session.write_article(&record, words).expect("it is written");
        });
    }

    fn read(&self, key: u32, text: &str) -> Article {
        let path = path(key);
        let source = Source { path: &path, bytes: text.as_bytes(), beside: &[] };
        intake::read(&source, &self.site).expect("a sound file").article
    }

    /// An article comes out, or is corrected when it was out already.
    pub fn publish(&mut self, key: u32, title: &str) {
        let text = format!("---\ntitle: '{title}'\n---\n\nĐoạn {key}.\n");
        let corrected = self.records.get(&key).map(|_| self.now);
        self.write(key, &text, corrected);
    }

    /// A file comes in, or another in its place.
    pub fn drop(&mut self, key: u32, text: &str) {
        let before = self.records.get(&key).and_then(|before| before.corrected);
        let corrected = self.read(key, text).correction.and(before.or(Some(self.now)));
        self.write(key, text, corrected);
    }

    fn write(&mut self, key: u32, text: &str, corrected: Option<Timestamp>) {
        let article = self.read(key, text);
        let before = self.records.get(&key);
        let published =
            before.map_or_else(|| article.published.unwrap_or(self.now), |before| before.published);
        let out = before.and_then(|before| before.out).or(Some(self.now));
        let revision = before.map_or(1, |before| before.revision + 1);
        let slug = Slug::parse(&format!("bai-{key}")).expect("a slug");
        let id = Id::derived(&IdSpace::of(&self.site.id), &path(key), 0);
        let words = Fingerprint::of([text, &revision.to_string()]);
        let record = Record {
            key: Key(key),
            fingerprint: Placed::fingerprint(&words, &id, &slug, published, self.now),
            id,
            wish: slug.clone(),
            slug,
            first_seen: published,
            published,
            out,
            entered: self.now,
            updated: self.now,
            modified: self.now,
            revision,
            state: State::Published,
            source: words,
            reading: words,
            size: 100,
            expires: None,
            corrected,
            withdrawn: None,
            reason: None,
            drift: 0,
        };
        let placed = record.placed(Labels::of(&article));
        self.change(vec![Change::Placed(placed)], record, Some(text));
    }

    pub fn withdraw(&mut self, key: u32, reason: &str) {
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

    pub fn purge(&mut self, key: u32) {
        let session = self.journal.as_mut().expect("it is open").session().expect("a session");
        session.purge(Key(key), self.now).expect("it is written");
        session.commit().expect("it is written");
    }

    /// The partner's program asks, and names what it has as programs do.
    pub fn fetch(&mut self, suffix: &str) -> u16 {
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

    pub fn restart(&mut self) {
        drop(self.journal.take());
        self.journal = Some(Journal::open(self.state.path()).expect("a journal").0);
    }

    /// What the partner was sent.
    pub fn report(&self, month: &str) -> PartnerReport<'_> {
        let reader = self.reader();
        let definition = &self.definitions[0];
        let of = (&definition.name, definition.partner.as_ref().expect("it has an agreement"));
        let month = Period::parse(month).expect("a month");
        let taken = reader.taken(&definition.name).expect("the journal works");
        partner::compose(&reader, &self.site, of, taken, month, self.now).expect("the journal works")
    }

    /// What a period brought, in any of the ways it is written.
    pub fn printed(&self, period: &str, print: fn(&PeriodReport<'_>) -> Vec<u8>) -> Vec<u8> {
        let reader = self.reader();
        let mut remembered = reader.remembered().expect("the journal works");
        let recalled = Recalled::of(&self.site, &self.definitions, &mut remembered, self.now).edition;
        let sources = Sources { reader: &reader, catalogue: recalled.catalogue(), read_file: &|_| None };
        let period = Period::parse(period).expect("a period");
        print(&compose(&sources, &self.definitions, period, self.now).expect("the journal works"))
    }

    fn reader(&self) -> Reader {
        Reader::beside(self.state.path()).unwrap_or_else(|error| panic!("{error:?}"))
    }
}
