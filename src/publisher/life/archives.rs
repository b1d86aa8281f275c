//! The archives of feeds as their readers meet them: printed, and followed link by link with no other knowledge than RFC 5005.

use super::chronicle::{Step, step};
use super::*;
use crate::answer::{Answer, Body, respond};
use crate::catalogue::Most;
use crate::edition::Encoding;
use crate::intake::Beside;
use crate::journal::Words;
use crate::words::{Format, Published};
use http::Request;
use std::collections::BTreeSet;

/// What an address gives who asks for it.
pub(super) struct Given {
    pub(super) status: u16,
    headers: HashMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Given {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl Office {
    pub(super) fn ask(&self, edition: &Edition, url: &str) -> Given {
        let path = url.strip_prefix("https://tin.example.vn").expect("an address of ours");
        let request = Request::get(path).header("host", "tin.example.vn").body(()).expect("a request");
        let Answer { status, headers, body, .. } = respond(edition, &request.into_parts().0, self.now);
        let text = |value: &http::HeaderValue| value.to_str().expect("our headers are plain").to_owned();
        let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = match body {
            Body::Document { sheet, encoding: Encoding::Identity, .. } => edition
                .print(sheet.print(), &self.words(edition, &edition.needs(sheet.print())))
                .expect("there is one"),
            Body::Ready(bytes) => bytes.to_vec(),
            other => panic!("{url} gives {other:?}"),
        };
        Given { status: status.as_u16(), headers, body }
    }

    /// What names that, where the words may be there no more.
    pub(super) fn ask_unprinted(&self, edition: &Edition, url: &str) -> String {
        let path = url.strip_prefix("https://tin.example.vn").expect("an address of ours");
        let request = Request::get(path).header("host", "tin.example.vn").body(()).expect("a request");
        let answer = respond(edition, &request.into_parts().0, self.now);
        answer.headers["etag"].to_str().expect("our headers are plain").to_owned()
    }

    pub(super) fn purge(&mut self, name: &str) {
        let id = Id::derived(&IdSpace::of(&self.site.id), &path(name), 0);
        self.decide(|deciding| {
            let record = deciding.session.by_id(&id).expect("the journal works").expect("it is known");
            deciding.purge(&record).expect("the journal works");
        });
    }

    fn words(&self, edition: &Edition, needed: &[Arc<Placed>]) -> Vec<Arc<Published>> {
        let journal = self.journal.as_ref().expect("it is open");
        let reader = journal.door().reader().expect("a reader");
        let read = |placed: &Arc<Placed>| match reader.published(placed).expect("the journal works") {
            _ if placed.key.is_round_up() => Arc::new(self.composed(edition, placed)),
            Words::Whole(published) => Arc::from(published),
            other => panic!("the words of {placed:?} are {other:?}"),
        };
        needed.iter().map(read).collect()
    }

    /// A round-up before which nothing stands.
    pub(super) fn composed(&self, edition: &Edition, placed: &Placed) -> Published {
        let round_up = placed.round_up().expect("it is one");
        let contents = edition.catalogue().contents(&round_up, Most::ENTRY);
        let named: Vec<Arc<Placed>> = contents.named().cloned().collect();
        let articles = self.words(edition, &named);
        edition.compose(placed, &contents, &articles, None).expect("the words are those of what is named")
    }

    /// The edition that a start would show.
    pub(super) fn restarted(&mut self) -> Edition {
        let catalogue = self.started_anew();
        let edition = Edition::remembered(catalogue.clone(), self.validators.clone(), self.now);
        edition.next_whole(catalogue, self.now).0
    }
}

/// A document as a reader takes it in.
struct Document {
    updated: i64,
    previous: Option<String>,
    next: Option<String>,
    is_archive: bool,
    is_complete: bool,
    /// Ids, when they were updated, and what they say.
    entries: Vec<(String, i64, String)>,
    /// Ids of what was withdrawn, and when.
    deleted: Vec<(String, i64)>,
}

fn parse(format: Format, body: &[u8]) -> Document {
    let text = std::str::from_utf8(body).expect("text");
    let feed = feed_rs::parser::parse(body).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let link = |rel: &str| {
        let mut links = feed.links.iter().filter(|link| link.rel.as_deref() == Some(rel));
        links.next().map(|link| link.href.clone())
    };
    let json: Option<serde_json::Value> =
        (format == Format::Json).then(|| serde_json::from_str(text).expect("JSON"));
    let next_url = json.as_ref().and_then(|json| json["next_url"].as_str().map(str::to_owned));
    let said = |entry: &feed_rs::model::Entry| {
        let title = entry.title.as_ref().map_or("", |title| &title.content);
        let body = entry.content.as_ref().and_then(|content| content.body.as_deref()).unwrap_or("");
        format!("{title}\n{body}")
    };
    Document {
        updated: feed.updated.map_or(0, |at| at.timestamp()),
        previous: link("prev-archive").or(next_url),
        next: link("next-archive"),
        is_archive: text.contains("<fh:archive>"),
        is_complete: text.contains("<fh:complete>"),
        entries: feed
            .entries
            .iter()
            .map(|entry| {
                // RSS has no word for when an entry was updated (RFC 5005, appendix B).
                let updated = entry.updated.or(entry.published).filter(|_| format != Format::Rss);
                (entry.id.clone(), updated.map_or(0, |at| at.timestamp()), said(entry))
            })
            .collect(),
        deleted: deleted(text, json.as_ref()),
    }
}

/// A time of this office, as documents write it.
fn seconds(when: &str) -> i64 {
    let (day, time) = when.split_once('T').expect("RFC 3339");
    let zone = crate::words::Zone::fixed(7 * 60).expect("it is between -14 and +14 hours");
    let midnight = crate::words::Day::parse(day).and_then(|day| day.begins(&zone)).expect("a day");
    let time = time.strip_suffix("+07:00").expect("the time of this office");
    time.split(':').fold(0, |passed, part| passed * 60 + part.parse::<i64>().expect("a number"))
        + midnight.seconds()
}

/// RFC 6721 in Atom, and how it is told in JSON Feed.
fn deleted(text: &str, json: Option<&serde_json::Value>) -> Vec<(String, i64)> {
    if let Some(json) = json {
        let deleted = json["_bantin"]["deleted"].as_array().into_iter().flatten();
        let word = |gone: &serde_json::Value, key: &str| gone[key].as_str().expect("text").to_owned();
        return deleted.map(|gone| (word(gone, "id"), seconds(&word(gone, "when")))).collect();
    }
    let elements = text.split("<at:deleted-entry ").skip(1);
    let attribute = |element: &str, name: &str| {
        let (_, rest) = element.split_once(&format!("{name}=\"")).expect("it is there");
        rest.split_once('"').expect("it ends").0.to_owned()
    };
    elements.map(|element| (attribute(element, "ref"), seconds(&attribute(element, "when")))).collect()
}

/// What somebody has who follows the links of a feed in a format, and the archive documents that he met.
struct Walked {
    has: BTreeMap<String, String>,
    met: Vec<String>,
}

fn walk(office: &Office, edition: &Edition, feed: &FeedName, format: Format) -> Walked {
    let current = office.site.feed_url(feed, format);
    let (mut known, mut deleted) = (BTreeMap::new(), BTreeMap::new());
    let (mut met, mut next) = (Vec::new(), Some(current.clone()));
    while let Some(url) = next {
        let given = office.ask(edition, &url);
        assert_eq!(given.status, 200, "{url}");
        let document = parse(format, &given.body);
        assert_eq!(document.is_archive, url != current && format != Format::Json, "{url}");
        assert!(!document.is_complete || document.previous.is_none(), "{url}");
        for (id, updated, said) in document.entries {
            let rank = (updated, document.updated);
            let (best, has) = known.entry(id).or_insert_with(|| (rank, said.clone()));
            assert!(*best != rank || *has == said || format == Format::Json, "{url}: which is right?");
            if rank > *best {
                (*best, *has) = (rank, said);
            }
        }
        for (id, when) in document.deleted {
            let latest = deleted.entry(id).or_insert(when);
            *latest = when.max(*latest);
        }
        if url != current {
            met.push(url);
        }
        next = document.previous;
        assert!(met.len() < 1000, "{feed} leads in circles");
    }
    known.retain(|id, ((updated, _), _)| deleted.get(id).is_none_or(|when| when < updated));
    Walked { has: known.into_iter().map(|(id, (_, said))| (id, said)).collect(), met }
}

/// Whoever follows the links the other way meets the same documents and comes to the feed.
fn leads_back(office: &Office, edition: &Edition, feed: &FeedName, format: Format, met: &[String]) {
    let mut missed: BTreeSet<&String> = met.iter().filter(|url| !url.contains("-upto-")).collect();
    let mut next = met.iter().rev().find(|url| !url.contains("-upto-")).cloned();
    while let Some(url) = next {
        let given = office.ask(edition, &url);
        next = match given.status {
            302 if given.header("location") == office.site.feed_url(feed, format) => None,
            302 => Some(given.header("location").to_owned()),
            _ => {
                missed.remove(&url);
                parse(format, &given.body).next
            }
        };
    }
    assert!(missed.is_empty(), "{missed:?}");
}

/// Each article of a feed as it is now.
fn expected(office: &Office, edition: &Edition, feed: &FeedName) -> BTreeMap<String, String> {
    let needed: Vec<Arc<Placed>> = edition.catalogue().newest(feed).cloned().collect();
    let words = office.words(edition, &needed);
    let said = |published: &Arc<Published>| {
        let article = &published.article;
        (published.id.to_string(), format!("{}\n{}", article.title, article.html))
    };
    words.iter().map(said).collect()
}

/// Archive documents that somebody has seen, with what names and dates them.
type Seen = BTreeMap<String, (String, String, Vec<u8>)>;

fn see(office: &Office, edition: &Edition, urls: Vec<String>, seen: &mut Seen) {
    for url in urls {
        let Given { headers, body, .. } = office.ask(edition, &url);
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable", "{url}");
        seen.entry(url).or_insert((headers["etag"].clone(), headers["last-modified"].clone(), body));
    }
}

fn is_as_seen(office: &Office, edition: &Edition, seen: &Seen) {
    for (url, (tag, date, body)) in seen {
        let given = office.ask(edition, url);
        if given.status == 302 {
            assert!(url.contains("-upto-") && !given.header("location").contains("-upto-"), "{url}");
            continue;
        }
        assert_eq!((given.header("etag"), given.header("last-modified")), (&**tag, &**date), "{url}");
        assert_eq!(&given.body, body, "{url}");
    }
}

fn play(office: &mut Office, step: Step) {
    match step {
        Step::Drop { file, category, words, is_corrected } => {
            let correction = if is_corrected { "correction: nhầm ngày\n" } else { "" };
            // Some are dated into a month that is over.
            let date = if file % 4 == 0 { "date: 2025-12-24T08:00:00+07:00\n" } else { "" };
            let head = format!("title: Bài {file}\ncategory: Mục {category}\n{date}{correction}");
            office.drop(&format!("{file}.md"), &format!("---\n{head}---\n\n{TEXT} {words}\n"));
        }
        Step::Remove(file) => office.remove(&format!("{file}.md")),
        Step::Wait(seconds) => office.wait_until(office.now.plus_seconds(seconds)),
    }
    let is_soon =
        |office: &Office| office.edition.next_turn().filter(|turn| *turn <= office.now.plus_seconds(100));
    while let Some(turn) = is_soon(office) {
        office.wait_until(turn);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn who_follows_the_links_has_every_article_as_it_is(
        limit in 1..6_usize, steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut office = Office::opened(&format!("limit = {limit}\nround_ups = false\ntime_zone = \"Asia/Ho_Chi_Minh\"\n"));
        let mut seen = Seen::new();
        for (number, step) in steps.into_iter().enumerate() {
            play(&mut office, step);
            let is_start = number % 7 == 6;
            let edition = if is_start { office.restarted() } else { office.edition.clone() };
            is_as_seen(&office, &edition, &seen);
            let format = Format::ALL[number % 3];
            let names: Vec<FeedName> = edition.catalogue().feed_names().map(|(name, _)| name.clone()).collect();
            for name in [FeedName::All, names[number % names.len()].clone()] {
                let expected = expected(&office, &edition, &name);
                let Walked { has, met } = walk(&office, &edition, &name, format);
                for (id, said) in &expected {
                    prop_assert_eq!(has.get(id), Some(said), "{} of {} in {:?}", id, name, format);
                }
                if name == FeedName::All && format.names_withdrawals() {
                    prop_assert_eq!(has.len(), expected.len());
                }
                if format != Format::Json {
                    leads_back(&office, &edition, &name, format, &met);
                }
                see(&office, &edition, met, &mut seen);
            }
        }
    }
}

#[test]
fn a_recording_that_comes_later_goes_to_the_feed_and_not_to_what_is_closed() {
    let mut office = Office::opened("limit = 1\n");
    let text = article("", TEXT);
    office.drop("lua.md", &text);
    office.wait_until(day(35));
    office.drop("may.md", &article("", &format!("{TEXT} May")));
    office.wait_until(day(70));
    let url = "https://tin.example.vn/archives/all/2026-01.json";
    let closed = office.ask(&office.edition, url);
    for (days, length) in [(70, 900), (80, 901), (90, 0)] {
        office.now = day(days);
        let recording = Beside { path: path("lua.mp3"), length };
        let beside = if length > 0 { &[recording][..] } else { &[] };
        office.drop_at_once(&[("lua.md", &text)], beside);
        let restarted = office.restarted();
        for edition in [&office.edition, &restarted] {
            let after = office.ask(edition, url);
            assert_eq!((after.header("etag"), &after.body), (closed.header("etag"), &closed.body));
            let feed = office.ask(edition, "https://tin.example.vn/feeds/all.json").body;
            let feed: serde_json::Value = serde_json::from_slice(&feed).expect("JSON");
            let items = feed["items"].as_array().expect("items");
            let lua = items.iter().find(|item| item["url"] == "https://tin.example.vn/articles/lua-vang");
            let told = &lua.expect("readers are told")["attachments"][0]["size_in_bytes"];
            assert_eq!(told.as_u64(), (length > 0).then_some(length), "{feed}");
        }
    }
}

/// Nothing comes in anew when settings make something else of all files; whoever has a document is told that it is another.
#[test]
fn what_settings_make_of_an_article_gives_what_told_of_it_a_later_date() {
    let mut office = Office::opened("limit = 1\n");
    let text = article("", TEXT);
    office.drop("lua.md", &text);
    office.wait_until(day(35));
    office.drop("may.md", &article("category: May mặc\n", &format!("{TEXT} May")));
    office.wait_until(day(70));
    let urls = ["/archives/all/2026-01.atom", "/round-ups/2026-01", "/archives/round-ups/2026-02.atom"]
        .map(|path| format!("https://tin.example.vn{path}"));
    let before = urls.each_ref().map(|url| office.ask_unprinted(&office.edition, url));
    office.now = day(75);
    let base = url::Url::parse("https://tin.example.vn/").expect("an address");
    let site = settings::site("limit = 1\ndefault_category = 'Thời sự'", &Overrides::default(), &base);
    office.site = Arc::new(site.expect("sound settings").0);
    office.redefined(&[]);
    office.drop("lua.md", &text);
    let restarted = office.restarted();
    for edition in [&office.edition, &restarted] {
        for (url, before) in urls.iter().zip(&before) {
            let request =
                Request::get(&url["https://tin.example.vn".len()..]).header("host", "tin.example.vn");
            let request = request.body(()).expect("a request").into_parts().0;
            let answer = respond(edition, &request, office.now);
            let modified = answer.headers["last-modified"].to_str().expect("a date");
            assert_ne!(answer.headers["etag"].to_str().expect("a tag"), before, "{url}");
            assert!(modified > &*day(75).http_date() && modified.contains("17 Mar"), "{url}: {modified}");
        }
    }
}

/// A feed is called what most call it; its archives, what it was called then.
#[test]
fn documents_keep_the_name_that_their_feed_had() {
    let mut office = Office::opened("time_zone = \"Asia/Ho_Chi_Minh\"\n");
    let text =
        |category: &str, words: &str| article(&format!("category: {category}\n"), &format!("{TEXT} {words}"));
    office.drop("mot.md", &text("Mùa vụ", "một"));
    office.wait_until(day(40));
    let url = "https://tin.example.vn/archives/mua-vu/2026-01.atom";
    let before = office.ask(&office.edition, url);
    for name in ["hai.md", "ba.md", "bon.md"] {
        office.drop(name, &text("MÙA VỤ", name));
    }
    let feed = FeedName::parse("mua-vu").expect("a name");
    assert_eq!(office.catalogue.label(&feed), "MÙA VỤ");
    for edition in [office.edition.clone(), office.restarted()] {
        let after = office.ask(&edition, url);
        assert_eq!((after.header("etag"), &after.body), (before.header("etag"), &before.body));
    }
    assert!(String::from_utf8_lossy(&before.body).contains("<title>Mùa vụ – "));
}

#[test]
fn of_what_is_purged_no_document_tells() {
    let mut office = Office::opened("limit = 1\ntime_zone = \"Asia/Ho_Chi_Minh\"\n");
    let text = |words: &str| article("", &format!("{TEXT} {words}"));
    for (name, days, words) in
        [("mot.md", 0, "một"), ("hai.md", 1, "hai"), ("mot.md", 40, "lại một"), ("ba.md", 41, "ba")]
    {
        office.wait_until(day(days));
        office.drop(name, &text(words));
    }
    office.wait_until(day(70));
    office.remove("mot.md");
    office.wait_until(day(100));
    let id = Id::derived(&IdSpace::of(&office.site.id), &path("mot.md"), 0).to_string();
    let urls = |office: &Office| walk(office, &office.edition, &FeedName::All, Format::Atom).met;
    let (before, archives) = (office.edition.clone(), urls(&office));
    assert_eq!(archives.len(), 3);
    office.now = day(101);
    office.purge("mot.md");
    assert_eq!(urls(&office), archives);
    for url in archives {
        let (was, is) = (office.ask_unprinted(&before, &url), office.ask(&office.edition, &url));
        let body = String::from_utf8(is.body.clone()).expect("text");
        let had =
            url.ends_with("2026-01.atom") || url.ends_with("2026-02.atom") || url.ends_with("2026-03.atom");
        assert_eq!(was != is.header("etag"), had, "{url}");
        let told = parse(Format::Atom, &is.body);
        assert!(
            told.entries.iter().all(|(entry, ..)| *entry != id) && !body.contains("một"),
            "{url}: {body}"
        );
        assert_eq!(
            told.deleted.iter().filter(|(gone, when)| *gone == id && *when == day(101).seconds()).count(),
            1
        );
        assert_eq!(is.header("last-modified"), day(101).plus_seconds(1).http_date(), "{url}");
    }
    let after = office.ask(&office.edition, "https://tin.example.vn/articles/lua-vang");
    assert_eq!(after.status, 410);
    let restarted = office.restarted();
    for url in urls(&office) {
        let [shown, again] = [&office.edition, &restarted].map(|edition| office.ask(edition, &url));
        assert_eq!((shown.header("etag"), &shown.body), (again.header("etag"), &again.body), "{url}");
    }
    // The same file once more does not bring it back.
    office.drop("mot.md", &text("lại một"));
    assert_eq!(out(&office.catalogue, &FeedName::All).len(), 2);
    office.drop("mot.md", &text("khác hẳn"));
    assert_eq!(out(&office.catalogue, &FeedName::All).len(), 3);
    assert!(out(&office.catalogue, &FeedName::All).iter().all(|other| other.to_string() != id));
}
