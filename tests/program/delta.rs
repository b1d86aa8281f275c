//! Who gets only what is new in a feed, and what that is: asked of editions that follow each other, without server, disk
//! or clock; and over the wire.

use crate::site::{Site as Office, markdown};
use bantin::answer::{Answer, Body, Sent, etag, respond};
use bantin::catalogue::{Catalogue, Change, Gone, Key, Labels, Placed};
use bantin::edition::{Edition, Encoding, Print, Sheet, Subject, VersionName};
use bantin::intake::{self, Source};
use bantin::settings::{self, FeedDefinition, Overrides};
use bantin::words::*;
use http::Request;
use http::request::Parts;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// 2026-10-01T00:00:00Z.
const FIRST: i64 = 1_790_812_800;
const FEEDPARSER: [(&str, &str); 4] = [
    ("user-agent", "feedparser/6.0.12 +https://github.com/kurtmckee/feedparser/"),
    ("accept-encoding", "gzip, deflate"),
    (
        "accept",
        "application/atom+xml,application/rdf+xml,application/rss+xml,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
    ),
    ("a-im", "feed"),
];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(FIRST + seconds).unwrap()
}

fn token() -> Token {
    Token::of([7; 16])
}

fn feed(name: &str) -> FeedName {
    FeedName::parse(name).unwrap()
}

/// An article as its file says it, in the category `tin`.
fn article(number: u32, title: &str) -> Article {
    let path = ContentPath::new(Path::new(&format!("tin/{number}.md"))).unwrap();
    let text = markdown(title, "2026-09-30", &format!("Thân bài {title}."));
    let (site, _) = settings::site(SITE, &Overrides::default(), &listening()).unwrap();
    let source = Source { path: &path, bytes: text.as_bytes(), beside: &[] };
    intake::read(&source, &site).unwrap().article
}

const SITE: &str = "title = \"Bản tin\"\nbase_url = \"https://tin.example.vn/\"\n";

fn listening() -> Url {
    Url::parse("http://127.0.0.1:8080/").unwrap()
}

/// Editions that follow each other, a minute apart.
struct Desk {
    edition: Edition,
    articles: BTreeMap<Key, Article>,
    minutes: i64,
}

impl Desk {
    /// A site with three articles, whose category `tin` two partners read as well: at a secret address, and until an hour
    /// is over.
    fn with(more: &str) -> Self {
        let site = site_with(more);
        let definitions = definitions(&site);
        let catalogue = Catalogue::new(site, definitions);
        let edition = Edition::remembered(catalogue.clone(), HashMap::new(), at(0));
        let mut desk =
            Self { edition: edition.next_whole(catalogue, at(0)).0, articles: BTreeMap::new(), minutes: 0 };
        (1..=3).for_each(|number| desk.put(number, &format!("Bài {number}")));
        desk
    }

    fn new() -> Self {
        Self::with("")
    }

    fn change(&mut self, change: Change) {
        self.minutes += 1;
        let (catalogue, touched) = self.edition.catalogue().with([change]);
        self.edition = self.edition.next(catalogue, &touched, at(60 * self.minutes)).0;
    }

    fn placed(&self, number: u32, title: &str) -> Placed {
        let published = at(-86_400 * i64::from(number));
        Placed {
            key: Key(number),
            id: Id::parse(&format!("urn:x:{number}")).unwrap(),
            slug: Slug::parse(&format!("bai-{number}")).unwrap(),
            published,
            out: published,
            entered: published,
            updated: published,
            modified: at(60 * self.minutes),
            corrected: None,
            size: 100,
            fingerprint: Fingerprint::of([title]),
            labels: Labels::new(vec![Term::parse("Tin").unwrap()], vec![], vec![]),
        }
    }

    /// A new article, or another wording of one.
    fn put(&mut self, number: u32, title: &str) {
        self.articles.insert(Key(number), article(number, title));
        self.change(Change::Placed(self.placed(number, title)));
    }

    fn withdraw(&mut self, number: u32) {
        let Placed { key, id, published, out, labels, slug, .. } = self.placed(number, "");
        let withdrawal = Withdrawal { id, at: at(60 * self.minutes + 30), reason: Some("nhầm".to_owned()) };
        self.change(Change::Withdrawn(slug, key));
        self.change(Change::Gone(Gone { key, withdrawal, published, out, labels }));
    }

    fn settings(&mut self, more: &str) {
        self.minutes += 1;
        let site = site_with(more);
        let catalogue = self.edition.catalogue().under(site.clone(), definitions(&site));
        self.edition = self.edition.next_whole(catalogue, at(60 * self.minutes)).0;
    }

    fn version(&self, name: &str) -> VersionName {
        self.edition.validators(&Subject::Feed(feed(name))).unwrap().name()
    }

    fn tag(&self) -> String {
        format!("\"{}\"", self.version("tin"))
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "tin.example.vn");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request: Parts = request.body(()).unwrap().into_parts().0;
        respond(&self.edition, &request, at(60 * self.minutes + 59))
    }

    /// The status that a client gets at an address who names this version and asks for what is new.
    fn status(&self, path: &str, base: &str) -> u16 {
        self.ask("GET", path, &[("if-none-match", base), ("a-im", "feed")]).status.as_u16()
    }

    /// The bytes of a document.
    fn printed(&self, print: &Print) -> String {
        let needed = self.edition.needs(print);
        let articles: Vec<_> = needed
            .iter()
            .map(|placed| Arc::new(placed.with_words(self.articles[&placed.key].clone())))
            .collect();
        String::from_utf8(self.edition.print(print, &articles).unwrap()).unwrap()
    }
}

fn site_with(more: &str) -> Arc<Site> {
    Arc::new(settings::site(&format!("{SITE}{more}"), &Overrides::default(), &listening()).unwrap().0)
}

fn definitions(site: &Site) -> Arc<[FeedDefinition]> {
    let secret =
        format!("categories = ['tin']\n[partner]\norganisation = 'Đài'\ntoken = '{}'\n", token().hash());
    let ends = "categories = ['tin']\n[partner]\norganisation = 'Báo'\nuntil = '01/10/2026'\n";
    [("dai.toml", secret.as_str()), ("bao.toml", ends)]
        .map(|(name, text)| settings::feed(name, text, site).unwrap().0)
        .into()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn sheet(answer: &Answer) -> &Arc<Sheet> {
    match &answer.body {
        Body::Document { sheet, .. } => sheet,
        other => panic!("a document was expected, not {other:?}"),
    }
}

fn secret(format: &str) -> String {
    format!("/p/{}/dai.{format}", token().secret())
}

#[test]
fn who_asks_for_what_is_new_and_names_a_version_gets_just_that() {
    let mut desk = Desk::new();
    let base = desk.tag();
    desk.put(4, "Bài 4");
    for format in Format::ALL {
        let path = format!("/feeds/tin.{}", format.suffix());
        let headers = [("if-none-match", &*base), ("a-im", "feed"), ("accept-encoding", "gzip")];
        let (changes, whole) = (desk.ask("GET", &path, &headers), desk.ask("GET", &path, &headers[2..]));
        assert_eq!((changes.status.as_u16(), whole.status.as_u16()), (226, 200));
        let written = |answer: &Answer| -> BTreeMap<String, String> {
            let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
                (name.to_string(), value.to_str().unwrap().to_owned())
            };
            answer.headers.iter().map(line).collect()
        };
        let mut expected = written(&whole);
        // A part is no dictionary for the next version.
        assert!(expected.remove("use-as-dictionary").is_some());
        let exposed = "etag, last-modified, link, content-length, content-range, im, delta-base";
        expected.extend(
            [
                ("im", "feed"),
                ("delta-base", &*base),
                ("cache-control", "no-store, im"),
                ("vary", "accept-encoding, a-im, if-none-match"),
                ("access-control-expose-headers", exposed),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        assert_eq!(written(&changes), expected, "{format:?}");
        let now = desk.edition.validators(&Subject::Feed(feed("tin"))).unwrap();
        assert_eq!(header(&changes, "etag"), etag(&now, Encoding::Gzip), "that of the whole");
        let (sheet, head) = (sheet(&changes), desk.ask("HEAD", &path, &headers));
        assert_eq!((head.status, written(&head)), (changes.status, expected));
        let news: Vec<Key> = desk.edition.needs(sheet.print()).iter().map(|placed| placed.key).collect();
        assert_eq!(news, [Key(4)]);
    }
}

#[test]
fn the_wish_is_read_as_the_standard_writes_it() {
    let mut desk = Desk::new();
    let base = desk.tag();
    desk.put(4, "Bài 4");
    let table: [(&[&str], u16); 19] = [
        (&["feed"], 226),
        (&["FEED"], 226),
        (&["feed, gzip"], 226),
        (&["gzip,feed"], 226),
        (&["vcdiff, diffe;q=0.3, feed ; q=0.1"], 226),
        (&["vcdiff", "feed"], 226),
        (&["feed;q=1"], 226),
        (&["identity, feed"], 226),
        (&["feed;q=0.5, identity;q=0.5"], 226),
        (&["feed;q=0.5, identity;q=0.8"], 200),
        (&["feed;q=0"], 200),
        (&["feed;q=0.000"], 200),
        (&["feed;q=often"], 200),
        (&["feeds"], 200),
        (&["feed gzip"], 200),
        (&["vcdiff, gzip"], 200),
        (&["identity"], 200),
        (&[""], 200),
        (&[], 200),
    ];
    for (wishes, expected) in table {
        let mut headers = vec![("if-none-match", &*base)];
        headers.extend(wishes.iter().map(|wish| ("a-im", *wish)));
        assert_eq!(desk.ask("GET", "/feeds/tin.atom", &headers).status.as_u16(), expected, "{wishes:?}");
    }
}

#[test]
fn of_the_versions_a_client_names_the_newest_known_one_counts() {
    let mut desk = Desk::new();
    let first = desk.version("tin");
    desk.put(4, "Bài 4");
    let second = desk.version("tin");
    desk.put(5, "Bài 5");
    let now = desk.version("tin");
    let strange = "00".repeat(12);
    let table = [
        (format!("\"{first}\""), 226, format!("\"{first}\"")),
        (format!("W/\"{first}\""), 226, format!("\"{first}\"")),
        (format!("\"{first}-gzip\""), 226, format!("\"{first}-gzip\"")),
        (format!("W/\"{first};br\""), 226, format!("\"{first}-br\"")),
        (format!("{first}"), 226, format!("\"{first}\"")),
        (format!("\"{second}\", \"{first}\""), 226, format!("\"{second}\"")),
        (format!("\"{first}\", \"{second}-zstd\""), 226, format!("\"{second}-zstd\"")),
        (format!("\"{strange}\", \"{first}\", \"x\""), 226, format!("\"{first}\"")),
        (format!("\"{first}\", \"{now}\""), 304, String::new()),
        (format!("\"{now}\""), 304, String::new()),
        ("*".to_owned(), 304, String::new()),
        // In a packing that it does not take, so it gets the whole in one that it does.
        (format!("\"{now}-zstd\""), 200, String::new()),
        (format!("\"{strange}\""), 200, String::new()),
        ("\"\"".to_owned(), 200, String::new()),
    ];
    for (named, status, base) in table {
        let headers = [("if-none-match", &*named), ("a-im", "feed"), ("accept-encoding", "gzip, br;q=0.5")];
        let answer = desk.ask("GET", "/feeds/tin.json", &headers);
        assert_eq!((answer.status.as_u16(), header(&answer, "delta-base")), (status, &*base), "{named}");
    }
    let date = at(60 * desk.minutes - 100).http_date();
    let by_date = desk.ask("GET", "/feeds/tin.json", &[("if-modified-since", &*date), ("a-im", "feed")]);
    assert_eq!(by_date.status.as_u16(), 200, "a date names no version");
    assert_eq!(desk.ask("POST", "/feeds/tin.json", &[("a-im", "feed")]).status.as_u16(), 405);
    let refused =
        [("if-none-match", &*format!("\"{first}\"")), ("a-im", "feed"), ("accept-encoding", "*;q=0")];
    assert_eq!(desk.ask("GET", "/feeds/tin.json", &refused).status.as_u16(), 406);
}

#[test]
fn the_whole_is_given_where_only_that_will_do() {
    let mut desk = Desk::new();
    let base = desk.tag();
    assert_eq!(desk.status("/feeds/tin.atom", &base), 304, "there is nothing new");
    (1..=3).for_each(|number| desk.put(number, &format!("Bài {number}, khác")));
    assert_eq!(desk.status("/feeds/tin.atom", &base), 200, "all of it is new");
    desk.put(4, "Bài 4");
    assert_eq!(desk.status("/feeds/tin.atom", &base), 200);

    let mut desk = Desk::new();
    let base = desk.tag();
    desk.put(4, "Bài 4");
    desk.withdraw(1);
    let statuses = |desk: &Desk, base: &str| -> Vec<u16> {
        Format::ALL.map(|format| desk.status(&format!("/feeds/tin.{}", format.suffix()), base)).into()
    };
    assert_eq!(statuses(&desk, &base), [200, 226, 226], "RSS has no word for what was withdrawn");
    let later = desk.tag();
    desk.put(5, "Bài 5");
    assert_eq!(statuses(&desk, &later), [226; 3], "they know of it");
    desk.put(1, "Bài 1");
    assert_eq!(statuses(&desk, &later), [226; 3], "it is back");

    let base = desk.tag();
    desk.settings("description = \"Khác\"\n");
    assert_eq!(statuses(&desk, &base), [200; 3], "not the articles alone have changed");
    desk.put(6, "Bài 6");
    assert_eq!(statuses(&desk, &base), [200; 3]);
}

#[test]
fn an_article_that_left_a_feed_is_nothing_new() {
    let mut desk = Desk::new();
    let base = desk.tag();
    let elsewhere = vec![Term::parse("Khác").unwrap()];
    let moved = Placed { labels: Labels::new(elsewhere, vec![], vec![]), ..desk.placed(1, "Bài 1, khác") };
    desk.change(Change::Placed(moved));
    let answer = desk.ask("GET", "/feeds/tin.atom", &[("if-none-match", &*base), ("a-im", "feed")]);
    assert_eq!((answer.status.as_u16(), desk.edition.needs(sheet(&answer).print())), (226, vec![]));
    assert_eq!(header(&answer, "etag"), desk.tag(), "from now on the client names this one");
}

#[test]
fn it_can_be_turned_off_for_all_and_for_some() {
    let statuses = |more: &str| {
        let mut desk = Desk::with(more);
        let base = desk.tag();
        desk.put(4, "Bài 4");
        ["", "feedparser/6.0", "SimplePie/1.5", "CũKỹ Reader 2"].map(|agent| {
            let headers = [("if-none-match", &*base), ("a-im", "feed"), ("user-agent", agent)];
            desk.ask("GET", "/feeds/tin.atom", &headers).status.as_u16()
        })
    };
    assert_eq!(statuses(""), [226, 226, 200, 226]);
    assert_eq!(statuses("delta = false\n"), [200; 4]);
    assert_eq!(statuses("delta_not_for = \"FeedParser/6\"\n"), [226, 200, 200, 226]);
}

#[test]
fn who_may_be_a_cache_gets_the_whole() {
    let mut desk = Desk::new();
    let base = desk.tag();
    desk.put(4, "Bài 4");
    for (name, value) in [("via", "1.1 squid"), ("cdn-loop", "cdn.example"), ("x-varnish", "32770")] {
        let headers = [("if-none-match", &*base), ("a-im", "feed"), (name, value)];
        assert_eq!(desk.ask("GET", "/feeds/tin.atom", &headers).status.as_u16(), 200, "{name}");
    }
    let mut desk = Desk::with("max_age = 60\n");
    let base = desk.tag();
    desk.put(4, "Bài 4");
    assert_eq!(desk.status("/feeds/tin.atom", &base), 200, "any may keep documents then");
}

#[test]
fn clients_with_the_same_base_share_one_printing_and_others_never_get_it() {
    let mut desk = Desk::new();
    let base = desk.tag();
    desk.put(4, "Bài 4");
    let ask = |headers: &[(&str, &str)]| desk.ask("GET", "/feeds/tin.atom", headers);
    let first = ask(&[("if-none-match", &*base), ("a-im", "feed")]);
    desk.edition.keep(sheet(&first), Encoding::Identity, "printed".into());
    let weak = format!("W/{base}");
    let second = ask(&[("if-none-match", &*weak), ("a-im", "FEED")]);
    assert!(Arc::ptr_eq(sheet(&first), sheet(&second)));
    assert!(sheet(&second).print().is_variant());
    for headers in [&[][..], &[("a-im", "feed")], &[("if-none-match", &*base)]] {
        for _ in 0..2 {
            let whole = ask(headers);
            assert_eq!(whole.status.as_u16(), 200);
            assert!(matches!(sheet(&whole).print(), Print::Feed(..)), "{headers:?}");
        }
    }
    let address = sheet(&first).print().address();
    assert!(address.contains(' ') && !address.starts_with('/'), "{address}");
}

#[test]
fn a_private_feed_stays_private_and_its_record_says_what_was_sent() {
    let mut desk = Desk::new();
    let base = desk.version("dai");
    desk.put(4, "Bài 4");
    let named = format!("\"{base}-gzip\"");
    let headers = [("if-none-match", &*named), ("a-im", "feed"), ("accept-encoding", "gzip")];
    let answer = desk.ask("GET", &secret("atom"), &headers);
    assert_eq!(answer.status.as_u16(), 226);
    assert_eq!(header(&answer, "cache-control"), "private, no-store");
    assert_eq!(
        (header(&answer, "x-robots-tag"), header(&answer, "referrer-policy")),
        ("noindex", "no-referrer")
    );
    let handed = answer.handed.as_ref().unwrap();
    assert_eq!((handed.sent, &handed.held.names[..]), (Sent::Changes(base), &[base][..]));
    assert_eq!((handed.version.name(), handed.is_held()), (desk.version("dai"), true));
    let head = desk.ask("HEAD", &secret("atom"), &headers);
    assert_eq!((head.status.as_u16(), head.handed), (226, None));
    assert!(Arc::ptr_eq(sheet(&answer), sheet(&desk.ask("GET", &secret("atom"), &headers))));
    let without = desk.ask("GET", &secret("atom"), &[]);
    assert_eq!((without.status.as_u16(), without.handed.unwrap().sent), (200, Sent::Whole));

    let other = format!("/p/{}/dai.atom", Token::of([8; 16]).secret());
    for path in ["/feeds/dai.atom", &other] {
        assert_eq!(desk.status(path, &named), 404, "{path}");
    }
    assert!(answer.headers.values().all(|value| !value.to_str().unwrap().contains(&other)));
}

#[test]
fn nothing_is_new_of_a_feed_whose_agreement_is_over() {
    let mut desk = Desk::new();
    let base = format!("\"{}\"", desk.version("bao"));
    desk.put(4, "Bài 4");
    assert_eq!(desk.status("/feeds/bao.atom", &base), 226);
    // It lies on a shelf now.
    desk.minutes = 48 * 60;
    assert_eq!(desk.status("/feeds/bao.atom", &base), 410);
    let (next, _) = desk.edition.next_whole(desk.edition.catalogue().clone(), at(48 * 3600));
    desk.edition = next;
    assert_eq!(desk.status("/feeds/bao.atom", &base), 410);
}

#[test]
fn each_format_says_what_is_new_in_a_document_of_its_own() {
    let mut desk = Desk::new();
    let base = desk.version("tin");
    desk.put(2, "Bài 2, viết lại");
    desk.put(4, "Bài 4");
    let without_withdrawal = desk.printed(&Print::Changes(feed("tin").into(), Format::Rss, base));
    is_as_expected("changes.rss", &without_withdrawal);
    desk.withdraw(1);
    for format in [Format::Atom, Format::Json] {
        let print = desk.edition.changes_print(&feed("tin").into(), format, base).unwrap();
        is_as_expected(&format!("changes.{}", format.suffix()), &desk.printed(&print));
    }
    for format in Format::ALL {
        // The one that changed last is not in it; all the same the feed says when that was.
        let whole = desk.printed(&Print::Feed(feed("tin").into(), format));
        let since = desk.version("tin");
        let nothing = desk.printed(&Print::Changes(feed("tin").into(), format, since));
        let entries = |text: &str| text.matches("urn:x:").count();
        assert!(entries(&whole) >= 3 && entries(&nothing) == 0, "{nothing}");
        let updated = |text: &str| {
            let words = ["<lastBuildDate>", "<updated>"];
            words.iter().find_map(|word| text.split_once(word).map(|(_, rest)| rest[..20].to_owned()))
        };
        assert_eq!(updated(&nothing), updated(&whole));
    }
}

fn is_as_expected(name: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected/render").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, printed).unwrap();
    }
    assert_eq!(printed, std::fs::read_to_string(&path).unwrap_or_default(), "{name} is not as expected");
}

/// What feedparser sends the second time.
fn as_feedparser(office: &Office, path: &str, tag: &str) -> crate::site::Request {
    FEEDPARSER.into_iter().fold(office.get(path).header("if-none-match", tag), |request, (name, value)| {
        request.header(name, value)
    })
}

#[test]
fn over_the_wire_a_reader_is_sent_the_one_new_article() {
    let mut office = Office::new();
    for number in 1..=20 {
        office.article(
            &format!("tin/{number}.md"),
            markdown(&format!("Cũ {number}"), "2026-01-01", "Đã biết."),
        );
    }
    office.start();
    office.comes("Cũ 20");
    for format in Format::ALL {
        let path = format!("/feeds/all.{}", format.suffix());
        let title = format!("Mới trong {}", format.label());
        let before = office.get(&path).gives(200);
        let tag = before.header("etag").unwrap().to_owned();
        as_feedparser(&office, &path, &tag).gives(304);
        office.article(
            &format!("tin/moi-{}.md", format.suffix()),
            markdown(&title, "2026-02-01", "Chưa biết."),
        );
        office.comes(&title);
        let changes = as_feedparser(&office, &path, &tag).gives(226);
        let headers = ["im", "delta-base", "content-encoding"].map(|name| changes.header(name).unwrap());
        assert_eq!(headers, ["feed", &*tag, "gzip"]);
        let text = unpacked(&changes.body);
        assert!(text.contains(&title) && !text.contains("Cũ"), "{text}");
        let whole = office.get(&path).header("accept-encoding", "gzip").gives(200);
        assert_eq!(changes.header("etag"), whole.header("etag"));
        assert!(whole.body.len() > changes.body.len());
        as_feedparser(&office, &path, changes.header("etag").unwrap()).gives(304);
    }
    // A start later nothing is known of what was before, but what stands is the version that was named.
    let tag = office.get("/feeds/all.atom").gives(200).header("etag").unwrap().to_owned();
    office.article("tin/sau.md", markdown("Trước khi tắt", "2026-02-02", "Chưa biết."));
    office.comes("Trước khi tắt");
    let last = office.get("/feeds/all.atom").gives(200).header("etag").unwrap().to_owned();
    as_feedparser(&office, "/feeds/all.atom", &tag).gives(226);
    office.restart();
    as_feedparser(&office, "/feeds/all.atom", &last).gives(304);
    as_feedparser(&office, "/feeds/all.atom", &tag).gives(200);
    office.article("tin/sau-nua.md", markdown("Sau khi khởi động", "2026-02-03", "Chưa biết."));
    office.comes("Sau khi khởi động");
    as_feedparser(&office, "/feeds/all.atom", &last).gives(226);
    as_feedparser(&office, "/feeds/all.atom", &tag).gives(200);
}

fn unpacked(bytes: &[u8]) -> String {
    let length = bytes.last_chunk().map_or(0, |length| u32::from_le_bytes(*length));
    let mut text = vec![0; length as usize];
    libdeflater::Decompressor::new().gzip_decompress(bytes, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}
