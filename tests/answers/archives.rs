//! Documents of the archives of feeds, asked for at moments that are handed in.

use bantin::answer::{Answer, etag, respond};
use bantin::catalogue::{Catalogue, Change, Key, Labels, Placed};
use bantin::edition::{Edition, Encoding};
use bantin::settings::{self, FeedDefinition, Overrides};
use bantin::words::*;
use http::Request;
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// 2026-10-01T00:00:00+07:00.
const OCTOBER: i64 = 1_790_787_600;
const DAY: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(OCTOBER + seconds).expect("a sound time")
}

fn placed(key: u32, entered: i64) -> Placed {
    Placed {
        key: Key(key),
        id: Id::parse(&format!("urn:x:{key}")).expect("an id"),
        slug: Slug::parse(&format!("bai-{key}")).expect("a slug"),
        published: at(entered),
        out: at(entered),
        entered: at(entered),
        updated: at(entered),
        modified: at(entered),
        corrected: None,
        size: 100,
        fingerprint: Fingerprint::of([key.to_string()]),
        labels: Labels::new(vec![Term::parse("Tin").expect("a term")], vec![], vec![]),
    }
}

/// Nothing in September, and in October more than the feed carries.
const ENTERED: [i64; 6] = [-50 * DAY, -40 * DAY, 0, 3600, 7200, DAY];

fn site() -> Arc<Site> {
    let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
    let toml = "base_url = \"https://tin.example.vn/\"\nlimit = 2\nmax_age = 60\n";
    Arc::new(settings::site(toml, &Overrides::default(), &listening).expect("sound settings").0)
}

fn edition(now: Timestamp) -> Edition {
    let entered = (1..).zip(ENTERED).filter(|(_, entered)| at(*entered) <= now);
    let changes = entered.map(|(key, entered)| Change::Placed(placed(key, entered)));
    let empty = Catalogue::new(site(), Arc::new([])).at(now).0;
    let (catalogue, _) = empty.with(changes);
    let first = at(-100 * DAY);
    let (edition, _) = Edition::remembered(empty.clone(), HashMap::new(), first).next_whole(empty, first);
    edition.next_whole(catalogue, now).0
}

fn ask(edition: &Edition, path: &str, now: Timestamp, more: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path).header("host", "tin.example.vn");
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    respond(edition, &request.body(()).expect("a request").into_parts().0, now)
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().expect("our headers are plain"))
}

#[test]
fn the_headers_of_an_archive_are_these() {
    let now = at(2 * DAY);
    let edition = edition(now);
    let answer = ask(&edition, "/archives/all/2026-08.atom", now, &[("accept-encoding", "gzip")]);
    let name = FeedName::All;
    let archive = ArchiveName::parse("2026-08").expect("a name");
    let part = edition.archive_part(&name, &archive).expect("there is one");
    let validators = edition.archive_validators(&name, &part).expect("it has some");
    let mut said: Vec<String> =
        answer.headers.keys().map(|name| format!("{name}: {}", header(&answer, name.as_str()))).collect();
    said.sort();
    let base = "https://tin.example.vn";
    let atom = "type=\"application/atom+xml\"";
    assert_eq!(
        said,
        [
            "access-control-allow-origin: *".to_owned(),
            "access-control-expose-headers: etag, last-modified, link, content-length, content-range"
                .to_owned(),
            "cache-control: public, max-age=31536000, immutable".to_owned(),
            "content-encoding: gzip".to_owned(),
            "content-type: application/atom+xml; charset=utf-8".to_owned(),
            format!("etag: {}", etag(&validators, Encoding::Gzip)),
            // August is over.
            "last-modified: Mon, 31 Aug 2026 17:00:00 GMT".to_owned(),
            format!(
                "link: <{base}/archives/all/2026-08.atom>; rel=\"self\"; {atom}, <{base}/feeds/all.atom>; rel=\"current\"; {atom}, \
                 <{base}/archives/all/2026-09.atom>; rel=\"next-archive\"; {atom}"
            ),
            "referrer-policy: strict-origin-when-cross-origin".to_owned(),
            "vary: accept-encoding".to_owned(),
            "x-content-type-options: nosniff".to_owned(),
        ]
    );
    let tag = etag(&validators, Encoding::Identity);
    let held = ask(&edition, "/archives/all/2026-08.atom", now, &[("if-none-match", &tag)]);
    assert_eq!((held.status.as_u16(), header(&held, "etag")), (304, &*tag));
}

#[test]
fn each_address_of_an_archive_gets_its_status() {
    let open = at(2 * DAY);
    let closed = at(40 * DAY);
    let upto = |entered: i64| format!("2026-10-upto-{}", OCTOBER + entered);
    let base = "https://tin.example.vn";
    let check = |now: Timestamp, archive: &str, status: u16, leads: &str| {
        let answer = ask(&edition(now), &format!("/archives/all/{archive}"), now, &[]);
        let leads = if leads.is_empty() { String::new() } else { format!("{base}/{leads}") };
        assert_eq!((answer.status.as_u16(), header(&answer, "location")), (status, &*leads), "{archive}");
        if status == 302 {
            assert_eq!(header(&answer, "cache-control"), "no-cache", "{archive}");
        }
    };
    check(open, "2026-08.rss", 200, "");
    check(open, "2026-08-2.rss", 404, "");
    // A month without anything leads to the next there is.
    check(open, "2026-09.json", 302, "feeds/all.json");
    check(closed, "2026-09.json", 302, "archives/all/2026-10.json");
    check(open, "2026-07.json", 404, "");
    // The open month is in the feed, and what that has no room for in a document up to a moment.
    check(open, "2026-10.atom", 302, "feeds/all.atom");
    check(open, "2026-11.atom", 404, "");
    check(open, &format!("{}.atom", upto(7200)), 200, "");
    check(open, &format!("{}.atom", upto(7201)), 404, "");
    check(open, &format!("{}-2.atom", upto(7200)), 404, "");
    check(closed, &format!("{}.atom", upto(7200)), 302, "archives/all/2026-10.atom");
    check(closed, "2026-10.atom", 200, "");
    check(closed, "2026-11.atom", 302, "feeds/all.atom");
}

#[test]
fn a_document_is_the_same_whatever_comes_after_it() {
    let path = "/archives/all/2026-08.rss";
    let tags: Vec<String> = [at(-30 * DAY), at(1), at(2 * DAY), at(400 * DAY)]
        .map(|now| header(&ask(&edition(now), path, now, &[]), "etag").to_owned())
        .into();
    assert!(!tags[0].is_empty() && tags.iter().all(|tag| *tag == tags[0]), "{tags:?}");
}

#[test]
fn there_is_none_before_all_words_are_written_down() {
    let now = at(2 * DAY);
    let edition = edition(now).written(false);
    let check = |path: &str, status: u16, retry_after: &str| {
        let answer = ask(&edition, path, now, &[]);
        assert_eq!((answer.status.as_u16(), header(&answer, "retry-after")), (status, retry_after), "{path}");
        assert!(status == 200 || header(&answer, "cache-control") == "no-cache", "{path}");
    };
    check("/archives/all/2026-08.rss", 503, "2");
    check("/archives/all/2026-09.json", 503, "2");
    check("/archives/all/2026-07.json", 404, "");
    check("/archives/no-such-feed/2026-08.rss", 404, "");
    check("/feeds/all.rss", 200, "");
    let written = ask(&edition.written(true), "/archives/all/2026-08.rss", now, &[]);
    assert_eq!(written.status.as_u16(), 200);
}

#[test]
fn what_the_site_says_of_how_often_and_how_much_changes_no_document() {
    let now = at(2 * DAY);
    let edition = edition(now);
    let site = edition.site();
    let hubs = vec!["https://hub.example.org/".parse().expect("an address")];
    let push = Push { hubs, ..site.push.clone() };
    let same = Site { limit: site.limit + 1, max_age: 7, push, ..(**site).clone() };
    let other = Site { title: "Tên khác".to_owned(), ..(**site).clone() };
    let path = "/archives/all/2026-08.rss";
    let tag = |site: Site| {
        let definitions: Arc<[FeedDefinition]> = Arc::new([]);
        let catalogue = edition.catalogue().under(Arc::new(site), definitions);
        let (next, _) = edition.next_whole(catalogue, now);
        let answer = ask(&next, path, now, &[]);
        (header(&answer, "etag").to_owned(), header(&answer, "last-modified").to_owned())
    };
    let before = tag((**site).clone());
    assert_eq!(tag(same), before);
    assert_ne!(tag(other).0, before.0);
}
