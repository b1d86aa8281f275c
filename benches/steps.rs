//! The steps of a dropped file and of a poll, each by itself: `cargo bench`.

use bantin::answer::{etag, respond};
use bantin::catalogue::{Catalogue, Change, Key, Labels, Placed};
use bantin::diary::Diary;
use bantin::edition::{Edition, Encoding, Print, Subject, compress};
use bantin::habits::{Answered, Asked, Fetch};
use bantin::intake::{Queries, Source, head, read};
use bantin::settings::{Overrides, site};
use bantin::words::{
    ContentPath, Embed, EmbedOptions, FeedName, Fingerprint, Format, Id, IdSpace, Page, Published, Query,
    Site, Slug, Term, Timestamp,
};
use divan::{Bencher, black_box};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

const SEED: &[u8] = include_bytes!("../tests/seeds/an-giang-article.txt");

/// Says how many bytes each step asks for, besides its time.
#[global_allocator]
static ALLOC: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

fn office() -> Site {
    let listening = url::Url::parse("http://127.0.0.1:8080/").expect("an address");
    site("", &Overrides::default(), &listening).expect("the usual settings are sound").0
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).expect("a year between 1900 and 2199")
}

fn published(number: i64) -> Published {
    let path = ContentPath::new(Path::new(&format!("tin/{number}.txt"))).expect("a path");
    let article =
        read(&Source { path: &path, bytes: SEED, beside: &[] }, &office()).expect("it reads well").article;
    let at = Timestamp::from_seconds(1_500_000_000 + number * 60).expect("a sound time");
    let slug = Slug::parse(&format!("bai-{number}")).expect("a slug");
    let page = Page::Article(slug);
    Published { id: Id::derived(&IdSpace::of("bench"), &path, 0), page, published: at, updated: at, article }
}

/// An article of an office that is busy for years: one of 12 categories, one to four of 60 tags, one or two of 130
/// authors, a minute of its own.
fn placed(number: i64) -> Placed {
    let scattered = |salt: i64, below: u64| {
        let mixed = (number + salt).cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        mixed % below
    };
    let path = ContentPath::new(Path::new(&format!("tin/{number}.txt"))).expect("a path");
    let syllable = |salt: i64| SYLLABLES[scattered(salt, SYLLABLES.len() as u64) as usize];
    let words: Vec<&str> = (0..8).map(|n| syllable(3000 + 7 * n)).collect();
    let slug = format!("{}-{number}", words.join("-"));
    let (id, slug) = (Id::derived(&IdSpace::of("bench"), &path, 0), Slug::parse(&slug).expect("a slug"));
    let at = Timestamp::from_seconds(1_500_000_000 + number * 60).expect("a sound time");
    let terms = |what: &str, salt: i64, count: i64, of: u64| -> Vec<Term> {
        (0..count)
            .map(|n| Term::parse(&format!("{what} số {}", scattered(salt + n, of))).expect("a term"))
            .collect()
    };
    Placed {
        key: Key(u32::try_from(number).expect("few articles")),
        fingerprint: Fingerprint::of([number.to_le_bytes()]),
        id,
        slug,
        published: at,
        out: at,
        entered: at,
        updated: at,
        modified: at,
        corrected: None,
        size: 3000,
        labels: Labels::new(
            terms("Chuyên mục", 0, 1, 12),
            terms("Từ khóa", 1000, 1 + number % 4, 60),
            terms("Tác giả", 2000, 1 + number % 2, 130),
        ),
    }
}

const SYLLABLES: [&str; 24] = [
    "an", "bao", "can", "chinh", "dong", "giang", "hop", "huyen", "khai", "lua", "mua", "nghi", "nong",
    "phu", "quyet", "sau", "tac", "thang", "thong", "tinh", "trien", "trung", "vinh", "xuat",
];

fn catalogue_of(articles: impl IntoIterator<Item = Placed>) -> Catalogue {
    Catalogue::whole(Arc::new(office()), Arc::new([]), articles, [], [], now())
}

fn catalogue(articles: i64) -> Catalogue {
    catalogue_of((0..articles).map(placed))
}

fn edition(articles: i64) -> Edition {
    let catalogue = catalogue(articles);
    Edition::remembered(catalogue.clone(), HashMap::new(), now()).next_whole(catalogue, now()).0
}

/// What a start does for round-ups beside the rest: a hundred thousand articles in ten years.
#[divan::bench]
fn close_the_periods_of_ten_years(bencher: Bencher<'_, '_>) {
    let articles = (0..100_000).map(|number| {
        let at = Timestamp::from_seconds(1_480_000_000 + number * 3150).expect("a sound time");
        Placed { published: at, out: at, entered: at, updated: at, modified: at, ..placed(number) }
    });
    let catalogue = catalogue_of(articles);
    assert!(catalogue.clone().at(now()).0.round_ups().count() > 2000);
    bencher.bench_local(|| catalogue.clone().at(black_box(now())));
}

/// The same words with front matter, some of them set off.
fn markdown() -> String {
    let words = std::str::from_utf8(SEED).expect("the seed is text");
    let (_, body) = words.split_once("16:27\n\n").expect("the seed has a date line");
    let body = body
        .replace("Một là:", "## Những nội dung trọng tâm\n\n**Một là:**")
        .replace("Hai là:", "> Hai là:")
        .replace("Ba là:", "- Ba là:")
        .replace("tình hình", "[tình hình](https://example.vn/1)");
    format!(
        "---\ntitle: \"Chương trình phối hợp công tác với Ban Tuyên giáo\"\ndate: 2019-07-10T16:27:00+07:00\n\
         categories: [\"Tuyên truyền\", \"Đời sống\"]\ntags: [\"phối hợp\", \"mặt trận\", \"nông dân\"]\n\
         authors: [\"Ngô Trọng\"]\n---\n\n{body}"
    )
}

#[divan::bench(args = ["a.txt", "a.md"])]
fn read_the_head_of_an_article(bencher: Bencher<'_, '_>, name: &str) {
    let (office, path) = (office(), ContentPath::new(Path::new(name)).expect("a path"));
    let text = if name == "a.md" { markdown().into_bytes() } else { SEED.to_vec() };
    bencher.bench(|| head(&Source { path: &path, bytes: black_box(&text), beside: &[] }, &office));
}

#[divan::bench]
fn parse_a_markdown_article(bencher: Bencher<'_, '_>) {
    let (office, path) = (office(), ContentPath::new(Path::new("a.md")).expect("a path"));
    let text = markdown();
    let source = Source { path: &path, bytes: text.as_bytes(), beside: &[] };
    bencher.bench(|| read(black_box(&source), &office));
}

/// What feeds ask of its words: nothing, one thing, fifty.
#[divan::bench(args = [0, 1, 50])]
fn ask_an_article(bencher: Bencher<'_, '_>, count: usize) {
    let article = published(1).article;
    let asked = SYLLABLES
        .iter()
        .flat_map(|one| SYLLABLES.iter().map(move |other| format!("{one} \"{other} {one}\"")));
    let asked: Vec<Query> = asked.take(count).filter_map(|asked| Query::parse(&asked)).collect();
    let queries = Queries::of(&asked);
    bencher.bench(|| queries.matches(black_box(&article)));
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 3, sample_size = 1)]
fn build_a_catalogue(bencher: Bencher<'_, '_>, articles: i64) {
    bencher.with_inputs(|| (0..articles).map(placed).collect::<Vec<_>>()).bench_values(catalogue_of);
}

/// What is allocated and not given back is what the catalogue takes, the articles in it.
#[divan::bench(args = [10_000, 100_000], sample_count = 1, sample_size = 1)]
fn hold_a_catalogue(articles: i64) -> Catalogue {
    catalogue(articles)
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn place_a_thousand_articles(bencher: Bencher<'_, '_>, articles: i64) {
    let catalogue = catalogue(articles);
    bencher
        .with_inputs(|| (articles..articles + 1000).map(placed).map(Change::Placed).collect::<Vec<_>>())
        .bench_values(|changes| catalogue.with(changes));
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn place_one_article(bencher: Bencher<'_, '_>, articles: i64) {
    let catalogue = catalogue(articles);
    bencher.with_inputs(|| placed(articles)).bench_values(|new| catalogue.with([Change::Placed(new)]));
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn renew_an_edition(bencher: Bencher<'_, '_>, articles: i64) {
    let edition = edition(articles);
    let (catalogue, touched) = edition.catalogue().with([Change::Placed(placed(articles))]);
    bencher.bench(|| edition.next(catalogue.clone(), &touched, now()));
}

#[divan::bench(args = [100_000])]
fn renew_a_whole_edition(bencher: Bencher<'_, '_>, articles: i64) {
    let catalogue = catalogue(articles);
    let edition = Edition::remembered(catalogue.clone(), HashMap::new(), now());
    bencher.bench(|| edition.next_whole(catalogue.clone(), now()));
}

#[divan::bench]
fn parse_a_newspaper_page(bencher: Bencher<'_, '_>) {
    let (office, path) = (office(), ContentPath::new(Path::new("a.txt")).expect("a path"));
    bencher.bench(|| read(&Source { path: &path, bytes: black_box(SEED), beside: &[] }, &office));
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn take_one_article_into_an_edition(bencher: Bencher<'_, '_>, articles: i64) {
    let edition = edition(articles);
    let catalogue = edition.catalogue();
    let new = placed(articles);
    bencher.bench(|| {
        let (catalogue, touched) = catalogue.with([Change::Placed(new.clone())]);
        edition.next(catalogue, &touched, now())
    });
}

#[divan::bench(args = [Format::Rss, Format::Atom, Format::Json])]
fn print_fifty_articles(bencher: Bencher<'_, '_>, format: Format) {
    let edition = edition(50);
    let articles: Vec<Arc<Published>> = (0..50).map(|number| Arc::new(published(number))).collect();
    let print = Print::Feed(FeedName::All.into(), format);
    bencher.bench(|| edition.print(&print, black_box(&articles)));
}

#[divan::bench(args = [Embed::Svg, Embed::Png])]
fn print_a_card(bencher: Bencher<'_, '_>, card: Embed) {
    let edition = edition(50);
    let articles: Vec<Arc<Published>> = (0..5).map(|number| Arc::new(published(number))).collect();
    let five = EmbedOptions { count: EmbedOptions::MOST_ON_CARD, ..card.usual() };
    let print = Print::Embed(FeedName::All.into(), card, five);
    bencher.bench(|| edition.print(&print, black_box(&articles)));
}

#[divan::bench(args = [Encoding::Gzip, Encoding::Brotli, Encoding::Zstd])]
fn pack_fifty_articles(bencher: Bencher<'_, '_>, encoding: Encoding) {
    let edition = edition(50);
    let articles: Vec<Arc<Published>> = (0..50).map(|number| Arc::new(published(number))).collect();
    let document = edition
        .print(&Print::Feed(FeedName::All.into(), Format::Rss), &articles)
        .expect("there is such a feed");
    bencher.bench(|| compress(black_box(&document), encoding));
}

#[divan::bench]
fn answer_a_poll_that_finds_nothing_new(bencher: Bencher<'_, '_>) {
    let edition = edition(1_000);
    let validators = edition.validators(&Subject::Feed(FeedName::All)).expect("there is such a feed");
    let request = http::Request::get("/feeds/all.rss")
        .header("host", "127.0.0.1")
        .header("accept-encoding", "gzip")
        .header("if-none-match", etag(&validators, Encoding::Gzip))
        .body(())
        .expect("a sound request");
    let (parts, ()) = request.into_parts();
    bencher.bench(|| respond(&edition, black_box(&parts), now()));
}

#[divan::bench]
fn answer_a_request_for_a_whole_document(bencher: Bencher<'_, '_>) {
    let edition = edition(1_000);
    let request = http::Request::get("/feeds/all.rss")
        .header("host", "127.0.0.1")
        .header("accept-encoding", "gzip")
        .body(())
        .expect("a sound request");
    let (parts, ()) = request.into_parts();
    bencher.bench(|| respond(&edition, black_box(&parts), now()));
}

/// What a reader sends who polls every hour, behind a proxy.
fn poll() -> http::request::Parts {
    let request = http::Request::get("/feeds/all.rss")
        .header("host", "tin.example.vn")
        .header("user-agent", "NetNewsWire (RSS Reader; https://netnewswire.com/)")
        .header("accept", "application/rss+xml, application/xml;q=0.9, */*;q=0.8")
        .header("accept-encoding", "gzip, br")
        .header("if-none-match", "\"abababababababababababab-gzip\"")
        .header("x-forwarded-for", "203.0.113.7")
        .body(())
        .expect("a sound request");
    request.into_parts().0
}

fn diary() -> Diary {
    Diary::open(Path::new("/nowhere"), [7; 16])
}

#[divan::bench]
fn note_a_poll(bencher: Bencher<'_, '_>) {
    let (diary, request) = (diary(), poll());
    let status = http::StatusCode::NOT_MODIFIED;
    bencher.bench(|| {
        let asked = Asked::read(black_box(&request.headers));
        let visitor = diary.visitor([127, 0, 0, 1].into(), &asked, "/feeds/all", Format::Rss);
        let answered =
            Answered { status, is_conditional: true, is_again: false, sent: 0, whole: Some(40_000) };
        diary.note(&visitor, answered, || (Some(FeedName::All), asked.agent()));
    });
}

#[divan::bench]
fn count_a_fetch_without_a_condition(bencher: Bencher<'_, '_>) {
    let (diary, request, version) = (diary(), poll(), Fingerprint::of(["a"]));
    let visitor =
        diary.visitor([127, 0, 0, 1].into(), &Asked::read(&request.headers), "/feeds/all", Format::Rss);
    bencher.bench(|| matches!(diary.fetched(&visitor, version, 120, now()), Fetch::TooOften(_)));
}
