//! A request and an edition in, an answer out: no server, no disk, no clock.

use bantin::answer::{Answer, Body, etag, respond};
use bantin::catalogue::{Catalogue, Change, Key, Labels, Placed};
use bantin::edition::{Edition, Encoding, Media, Stamp, Subject, Validators};
use bantin::settings::{self, Overrides};
use bantin::words::*;
use http::Request;
use http::request::Parts;
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// The moment at which everything first appeared: 2026-10-01T00:00:00Z.
const FIRST: i64 = 1_790_812_800;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(FIRST + seconds).unwrap()
}

/// What `Link` says of the terms on which a document may be used.
fn licence(site_toml: &str, path: &str) -> Option<String> {
    let answer = respond(&edition_of(site_toml), &request("GET", path, &[]), at(10));
    let links = answer.headers.get("link")?.to_str().unwrap().to_owned();
    let licence = links.split(", ").find(|link| link.ends_with("rel=\"license\""))?;
    Some(licence.to_owned())
}

#[test]
fn documents_name_the_terms_on_which_they_may_be_used() {
    let settings = "licence = \"https://creativecommons.org/licenses/by/4.0/?a=>\"";
    for path in ["/feeds/all.rss", "/feeds/tin.atom", "/feeds/corrections.json"] {
        let expected = "<https://creativecommons.org/licenses/by/4.0/?a=%3E>; rel=\"license\"";
        assert_eq!(licence(settings, path).as_deref(), Some(expected));
        assert_eq!(licence("", path), None);
    }
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn placed(key: u32, name: &str, category: &str) -> Placed {
    let published = at(-86_400 * i64::from(key));
    Placed {
        key: Key(key),
        id: Id::parse(&format!("urn:x:{name}")).unwrap(),
        slug: slug(name),
        published,
        out: published,
        entered: published,
        updated: published,
        modified: at(0),
        corrected: None,
        size: 100,
        fingerprint: Fingerprint::of([name]),
        labels: Labels::new(vec![Term::parse(category).unwrap()], vec![], vec![]),
    }
}

/// Two articles in two categories, one that moved, one that was withdrawn, and a picture.
fn edition_of(site_toml: &str) -> Edition {
    let listening = Url::parse("http://127.0.0.1:8080/").unwrap();
    let (site, remarks) = settings::site(site_toml, &Overrides::default(), &listening).unwrap();
    assert_eq!(remarks, []);
    let changes = [
        Change::Placed(placed(1, "lua", "Tin")),
        Change::Placed(placed(2, "ga", "Chăn nuôi")),
        Change::Moved { from: slug("lua-cu"), to: slug("lua") },
        Change::Withdrawn(slug("rut-lai"), Key(90)),
    ];
    let (catalogue, _) = Catalogue::new(Arc::new(site), Arc::new([])).with(changes);
    let (edition, _) =
        Edition::remembered(catalogue.clone(), HashMap::new(), at(0)).next_whole(catalogue, at(0));
    let picture = Media {
        place: "tin/anh.png".into(),
        within: None,
        media_type: "image/png",
        stamp: Stamp { length: 1000, modified_ns: 0, changed_ns: 0, inode: 1 },
        validators: Validators::first(Fingerprint::of(["a picture"]), at(0)),
    };
    let media = [(ContentPath::new(std::path::Path::new("tin/anh.png")).expect("a path"), Arc::new(picture))];
    edition.with_media(Arc::new(media.into_iter().collect()))
}

fn edition() -> Edition {
    edition_of("title = \"Bản tin\"\nbase_url = \"https://tin.example.vn/\"\n")
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "tin.example.vn");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

/// Asks an hour after everything appeared.
fn ask(edition: &Edition, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    respond(edition, &request(method, path, headers), at(3600))
}

/// The headers as they would be written, in alphabetical order.
fn headers(answer: &Answer) -> Vec<String> {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        format!("{name}: {}", value.to_str().expect("our headers are plain"))
    };
    let mut lines: Vec<String> = answer.headers.iter().map(line).collect();
    lines.sort();
    lines
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn tag_of(edition: &Edition, feed: FeedName, encoding: Encoding) -> String {
    etag(&edition.validators(&Subject::Feed(feed)).unwrap(), encoding)
}

const LAST_MODIFIED: &str = "Thu, 01 Oct 2026 00:00:00 GMT";

#[test]
fn each_request_gets_its_status() {
    let edition = edition();
    let tag = tag_of(&edition, FeedName::All, Encoding::Identity);
    let zipped = tag_of(&edition, FeedName::All, Encoding::Gzip);
    let (bare, weak) = (tag.trim_matches('"').to_owned(), format!("W/{tag}"));
    let proxied = format!("\"{bare}-gzip\"");
    let semicolon = format!("\"{bare};gzip\"");
    let list = format!("\"x\", \"y\" ,{tag}");
    let feed = "/feeds/all.rss";
    type Line<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], u16);
    let table: &[Line] = &[
        ("GET", feed, &[], 200),
        ("HEAD", feed, &[], 200),
        ("OPTIONS", feed, &[], 204),
        ("POST", feed, &[], 405),
        ("PUT", feed, &[], 405),
        ("DELETE", "/articles/lua", &[], 405),
        ("PROPFIND", "/", &[], 405),
        ("TRACE", "/", &[], 405),
        ("GET", "/feeds/all.atom", &[], 200),
        ("GET", "/feeds/all.json", &[], 200),
        ("GET", "/feeds/chan-nuoi", &[], 200),
        ("GET", "/feeds/khong-co.rss", &[], 404),
        ("GET", "/feeds/all.xml", &[], 404),
        ("GET", "/feeds/tag/x.rss", &[], 404),
        ("GET", "/", &[], 200),
        ("GET", "/articles/lua", &[], 200),
        ("GET", "/articles/lua-cu", &[], 301),
        ("GET", "/articles/rut-lai", &[], 410),
        ("POST", "/articles/rut-lai", &[], 410),
        ("GET", "/articles/khong-co", &[], 404),
        ("GET", "/articles/%00", &[], 400),
        ("GET", "/media/tin/anh.png", &[], 200),
        ("GET", "/media/tin/khac.png", &[], 404),
        ("GET", "/media/../x", &[], 400),
        ("GET", "/opml.xml", &[], 200),
        ("GET", "/sitemap.xml", &[], 200),
        ("GET", "/sitemap-1.xml", &[], 404),
        ("GET", "/news-sitemap.xml", &[], 200),
        ("GET", "/robots.txt", &[], 200),
        // Parameters that mean nothing are passed over.
        ("GET", "/feeds/all.rss?utm_source=x&page=2&x=%00", &[], 200),
        ("GET", "/?fbclid=1", &[], 200),
        ("GET", "/articles/lua-cu?x=1", &[], 301),
        // Packings.
        ("GET", feed, &[("accept-encoding", "gzip;q=0, br;q=0, zstd;q=0, *;q=0")], 406),
        ("GET", feed, &[("accept-encoding", "identity;q=0")], 406),
        ("GET", feed, &[("accept-encoding", "deflate")], 200),
        ("GET", "/media/tin/anh.png", &[("accept-encoding", "*;q=0")], 200),
        // What the client has.
        ("GET", feed, &[("if-none-match", &tag)], 304),
        ("HEAD", feed, &[("if-none-match", &tag)], 304),
        ("GET", feed, &[("if-none-match", &weak)], 304),
        ("GET", feed, &[("if-none-match", &bare)], 304),
        ("GET", feed, &[("if-none-match", &list)], 304),
        ("GET", feed, &[("if-none-match", "*")], 304),
        ("GET", feed, &[("if-none-match", &proxied)], 304),
        ("GET", feed, &[("if-none-match", &semicolon)], 304),
        ("GET", feed, &[("if-none-match", &zipped), ("accept-encoding", "gzip")], 304),
        ("GET", feed, &[("if-none-match", &zipped), ("accept-encoding", "gzip;q=0")], 200),
        ("GET", feed, &[("if-none-match", "\"x\"")], 200),
        ("GET", feed, &[("if-none-match", "")], 200),
        ("GET", "/feeds/all.atom", &[("if-none-match", "\"x\""), ("if-modified-since", LAST_MODIFIED)], 200),
        ("GET", feed, &[("if-modified-since", LAST_MODIFIED)], 304),
        ("GET", feed, &[("if-modified-since", "Fri, 02 Oct 2026 00:00:00 GMT")], 304),
        ("GET", feed, &[("if-modified-since", "Wed, 30 Sep 2026 23:59:59 GMT")], 200),
        ("GET", feed, &[("if-modified-since", "yesterday")], 200),
        ("GET", feed, &[("if-match", &tag)], 200),
        ("GET", feed, &[("if-match", "*")], 200),
        ("GET", feed, &[("if-match", &weak)], 412),
        ("GET", feed, &[("if-match", "\"x\"")], 412),
        ("GET", feed, &[("if-unmodified-since", "Wed, 30 Sep 2026 23:59:59 GMT")], 412),
        ("GET", feed, &[("if-unmodified-since", LAST_MODIFIED)], 200),
        // Parts, of media only.
        ("GET", "/media/tin/anh.png", &[("range", "bytes=0-9")], 206),
        ("GET", "/media/tin/anh.png", &[("range", "bytes=-1")], 206),
        ("GET", "/media/tin/anh.png", &[("range", "bytes=1000-")], 416),
        ("GET", "/media/tin/anh.png", &[("range", "bytes=0-9,20-29")], 200),
        ("HEAD", "/media/tin/anh.png", &[("range", "bytes=0-9")], 200),
        ("GET", "/media/tin/anh.png", &[("range", "bytes=0-9"), ("if-range", "\"x\"")], 200),
        ("GET", "/media/tin/anh.png", &[("range", "bytes=0-9"), ("if-range", LAST_MODIFIED)], 206),
        ("GET", feed, &[("range", "bytes=0-9")], 200),
        // Whose site it is says the settings, not the request; but it has to be a name.
        ("GET", feed, &[("host", "evil.example")], 200),
        ("GET", feed, &[("host", "tin.example.vn:8443")], 200),
        ("GET", feed, &[("host", "")], 200),
        ("GET", feed, &[("host", "a b")], 400),
        ("GET", feed, &[("host", "user@tin.example.vn")], 400),
        ("GET", feed, &[("host", "one"), ("host", "two")], 400),
    ];
    for (method, path, sent, status) in table {
        let answer = ask(&edition, method, path, sent);
        assert_eq!(answer.status.as_u16(), *status, "{method} {path} {sent:?}");
        if answer.status.is_client_error() {
            assert!(matches!(&answer.body, Body::Ready(page) if page.starts_with(b"<!doctype html>")));
            assert_eq!(header(&answer, "cache-control"), "no-cache", "{method} {path}");
        }
    }
}

#[test]
fn a_request_of_http_1_1_names_a_host_and_others_need_not() {
    let edition = edition();
    let status = |version| {
        let request = Request::builder().uri("/").version(version).body(()).unwrap().into_parts().0;
        respond(&edition, &request, at(0)).status.as_u16()
    };
    let versions = [http::Version::HTTP_10, http::Version::HTTP_11, http::Version::HTTP_2];
    assert_eq!(versions.map(status), [200, 400, 200]);
}

#[test]
fn the_headers_of_a_feed_are_these() {
    let edition = edition();
    let tag = tag_of(&edition, FeedName::All, Encoding::Brotli);
    let expected = [
        "access-control-allow-origin: *".to_owned(),
        "access-control-expose-headers: etag, last-modified, link, content-length, content-range".to_owned(),
        "cache-control: public, no-cache".to_owned(),
        "content-encoding: br".to_owned(),
        "content-type: application/rss+xml; charset=utf-8".to_owned(),
        format!("etag: {tag}"),
        format!("last-modified: {LAST_MODIFIED}"),
        [
            "link: <https://tin.example.vn/feeds/all.rss>; rel=\"self\"; type=\"application/rss+xml\"",
            "<https://tin.example.vn/hub>; rel=\"hub\"",
            "<https://tin.example.vn/feeds/all>; rel=\"alternate\"; type=\"text/html\"",
            "<https://tin.example.vn/feeds/all.atom>; rel=\"alternate\"; type=\"application/atom+xml\"",
            "<https://tin.example.vn/feeds/all.json>; rel=\"alternate\"; type=\"application/feed+json\"",
        ]
        .join(", "),
        "referrer-policy: strict-origin-when-cross-origin".to_owned(),
        format!("use-as-dictionary: match=\"/feeds/all.rss\", id=\"{}\"", &tag[1..25]),
        "vary: accept-encoding".to_owned(),
        "x-content-type-options: nosniff".to_owned(),
    ];
    let evil = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-original-url", "/articles/rut-lai"),
        ("accept-encoding", "gzip;q=0.5, br"),
    ];
    assert_eq!(headers(&ask(&edition, "GET", "/feeds/all.rss?utm_source=x", &evil)), expected);
}

#[test]
fn the_headers_of_a_page_a_picture_and_a_list_are_these() {
    let edition = edition();
    let check = |path: &str, expected: &[&str]| {
        let answer = ask(&edition, "GET", path, &[]);
        let lines = headers(&answer);
        let known =
            |line: &&String| !line.starts_with("etag: ") && !line.starts_with("content-security-policy");
        assert_eq!(lines.iter().filter(known).collect::<Vec<_>>(), expected, "{path}");
        assert!(header(&answer, "etag").starts_with('"'), "{path}");
    };
    let modified = format!("last-modified: {LAST_MODIFIED}");
    let (cache, modified) = ("cache-control: public, no-cache", modified.as_str());
    let (referrer, vary) = ("referrer-policy: strict-origin-when-cross-origin", "vary: accept-encoding");
    let exposed = "access-control-expose-headers: etag, last-modified, link, content-length, content-range";
    let (any, nosniff) = ("access-control-allow-origin: *", "x-content-type-options: nosniff");
    let html = "content-type: text/html; charset=utf-8";
    check("/articles/lua", &[cache, html, modified, referrer, vary, nosniff]);
    let opml = "content-type: text/x-opml; charset=utf-8";
    check("/opml.xml", &[any, exposed, cache, opml, modified, referrer, vary, nosniff]);
    let (ranges, png) = ("accept-ranges: bytes", "content-type: image/png");
    check("/media/tin/anh.png", &[ranges, any, exposed, cache, png, modified, referrer, nosniff]);
    let policy = |path| header(&ask(&edition, "GET", path, &[]), "content-security-policy").to_owned();
    assert_eq!(policy("/media/tin/anh.png"), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    assert!(policy("/").starts_with("default-src 'none';") && !policy("/").contains("unsafe-inline"));
    assert!(policy("/").contains("; script-src 'sha256-"), "{}", policy("/"));
}

#[test]
fn head_is_get_without_a_body() {
    let edition = edition();
    for path in [
        "/",
        "/feeds/all.rss",
        "/feeds/tin",
        "/articles/lua",
        "/articles/lua-cu",
        "/articles/rut-lai",
        "/media/tin/anh.png",
        "/nothing",
        "/feed/",
        "/%zz",
    ] {
        for sent in [&[][..], &[("accept-encoding", "gzip")], &[("if-none-match", "*")]] {
            let (get, head) = (ask(&edition, "GET", path, sent), ask(&edition, "HEAD", path, sent));
            assert_eq!((get.status, headers(&get)), (head.status, headers(&head)), "{path} {sent:?}");
        }
    }
}

#[test]
fn addresses_that_people_guess_lead_to_the_right_ones() {
    let edition = edition_of("base_url = \"https://example.vn/tin/\"\n");
    let table = [
        ("/feed", "feeds/all.rss"),
        ("/feed/", "feeds/all.rss"),
        ("/rss", "feeds/all.rss"),
        ("/rss.xml", "feeds/all.rss"),
        ("/feed.xml", "feeds/all.rss"),
        ("/index.xml", "feeds/all.rss"),
        ("/atom.xml", "feeds/all.atom"),
        ("/feed/atom/", "feeds/all.atom"),
        ("/feed.json", "feeds/all.json"),
        ("/chan-nuoi/feed/", "feeds/chan-nuoi.rss"),
        ("/category/chan-nuoi/feed", "feeds/chan-nuoi.rss"),
        ("/chan-nuoi/index.xml", "feeds/chan-nuoi.rss"),
        ("/feeds/", ""),
        ("/articles", ""),
        ("/feeds/tin/", "feeds/tin"),
        ("/articles/lua/", "articles/lua"),
        ("/articles/lua-cu", "articles/lua"),
        ("/tin/feed", "feeds/all.rss"),
        ("/tin/articles/lua-cu?x=//evil.example", "articles/lua"),
    ];
    for (path, to) in table {
        let answer = ask(&edition, "GET", path, &[("host", "evil.example")]);
        assert_eq!(answer.status.as_u16(), 301, "{path}");
        assert_eq!(header(&answer, "location"), format!("https://example.vn/tin/{to}"), "{path}");
        assert_eq!(header(&answer, "cache-control"), "public, max-age=3600", "{path}");
    }
    for path in ["/khong-co/feed/", "/feeds/khong-co/", "/articles/khong-co/", "//evil.example/feed"] {
        assert_eq!(ask(&edition, "GET", path, &[]).status.as_u16(), 404, "{path}");
    }
}

#[test]
fn a_method_that_is_not_known_is_told_which_are() {
    let edition = edition();
    let refused = ask(&edition, "POST", "/feeds/all.rss", &[]);
    assert_eq!(header(&refused, "allow"), "GET, HEAD, OPTIONS");
    assert_eq!(header(&refused, "connection"), "close");
    let asked = ask(&edition, "OPTIONS", "/feeds/all.rss", &[("origin", "https://example.org")]);
    let expected = [
        "access-control-allow-headers: a-im, if-none-match, if-modified-since, range, prefer, last-event-id",
        "access-control-allow-methods: GET, HEAD, OPTIONS",
        "access-control-allow-origin: *",
        "access-control-max-age: 86400",
        "allow: GET, HEAD, OPTIONS",
    ];
    assert_eq!(headers(&asked), expected);
}

#[test]
fn nothing_may_be_kept_longer_than_the_site_says_or_until_the_next_article_is_due() {
    let check = |max_age: &str, due: Option<i64>, now: i64, expected: &str| {
        let toml = format!("base_url = \"https://tin.example.vn/\"\n{max_age}");
        let edition = edition_of(&toml).until(due.map(at));
        for path in ["/feeds/all.rss", "/", "/articles/lua", "/opml.xml"] {
            let answer = respond(&edition, &request("GET", path, &[]), at(now));
            assert_eq!(header(&answer, "cache-control"), expected, "{path} {max_age} {due:?} {now}");
            let sent = &[("if-none-match", "*")];
            let unchanged = respond(&edition, &request("GET", path, sent), at(now));
            assert_eq!(header(&unchanged, "cache-control"), expected, "the same on 304");
        }
    };
    check("", None, 0, "public, no-cache");
    check("max_age = 300", None, 0, "public, max-age=300");
    check("max_age = 300", Some(1000), 0, "public, max-age=300");
    check("max_age = 300", Some(1000), 800, "public, max-age=200");
    check("max_age = 300", Some(1000), 999, "public, max-age=1");
    check("max_age = 300", Some(1000), 1000, "public, no-cache");
    check("max_age = 300", Some(1000), 2000, "public, no-cache");
    check("", Some(1000), 0, "public, no-cache");
}

#[test]
fn unchanged_is_said_in_250_bytes() {
    let edition = edition_of("base_url = \"https://tin.example.vn/\"\nmax_age = 86400\n");
    for path in ["/feeds/all.rss", "/feeds/tin", "/", "/articles/lua", "/media/tin/anh.png"] {
        let answer = ask(&edition, "GET", path, &[("if-none-match", "*"), ("accept-encoding", "zstd")]);
        assert_eq!(answer.status.as_u16(), 304);
        let date = "date: Thu, 01 Oct 2026 01:00:00 GMT".to_owned();
        let lines = headers(&answer).into_iter().chain([date, "HTTP/1.1 304 Not Modified".to_owned()]);
        let length: usize = lines.map(|line| line.len() + 2).sum::<usize>() + 2;
        assert!(length <= 250, "{path}: {length} bytes: {:#?}", headers(&answer));
    }
}

#[test]
fn unchanged_repeats_the_validators_of_what_the_client_holds() {
    let edition = edition();
    for encoding in Encoding::ALL {
        let tag = tag_of(&edition, FeedName::All, encoding);
        let answer = ask(&edition, "GET", "/feeds/all.rss", &[("if-none-match", &tag)]);
        let expected = [
            "access-control-allow-origin: *".to_owned(),
            "cache-control: public, no-cache".to_owned(),
            format!("etag: {tag}"),
            format!("last-modified: {LAST_MODIFIED}"),
            "vary: accept-encoding".to_owned(),
        ];
        assert_eq!(headers(&answer), expected);
        assert!(matches!(answer.body, Body::Empty | Body::Unchanged(_)));
    }
}

#[test]
fn each_packing_has_a_tag_of_its_own_and_each_document_too() {
    let edition = edition();
    let mut tags = Vec::new();
    for path in
        ["/feeds/all.rss", "/feeds/tin.rss", "/feeds/chan-nuoi.rss", "/", "/articles/lua", "/articles/ga"]
    {
        for packing in ["identity", "gzip", "br", "zstd"] {
            let answer = ask(&edition, "GET", path, &[("accept-encoding", packing)]);
            let told = header(&answer, "content-encoding");
            assert_eq!(if told.is_empty() { "identity" } else { told }, packing, "{path}");
            tags.push(header(&answer, "etag").to_owned());
        }
    }
    let count = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), count);
}

#[test]
fn an_answer_is_the_same_whoever_was_answered_before() {
    let toml = "base_url = \"https://tin.example.vn/\"\nmax_age = 300\n";
    let asked = edition_of(toml).until(Some(at(1000)));
    let tag = tag_of(&asked, FeedName::All, Encoding::Gzip);
    // At first the last version is ahead of the clock; later on an article is due; a clock may be set back.
    for now in [-1, 800, 0, 2000, -3600, 10] {
        for path in ["/feeds/all.rss", "/feeds/all.atom", "/feeds/tin", "/", "/articles/lua", "/robots.txt"] {
            for sent in [
                &[][..],
                &[("accept-encoding", "gzip")],
                &[("accept-encoding", "br")],
                &[("if-none-match", "*")],
                &[("if-none-match", &tag)],
            ] {
                let request = request("GET", path, sent);
                let fresh = respond(&edition_of(toml).until(Some(at(1000))), &request, at(now));
                let answer = respond(&asked, &request, at(now));
                assert_eq!(headers(&answer), headers(&fresh), "{path} {sent:?} {now}");
                assert_eq!(answer.status, fresh.status, "{path} {sent:?} {now}");
            }
        }
    }
}

#[test]
fn a_clock_that_was_set_back_makes_no_document_of_the_future() {
    let answer = respond(&edition(), &request("GET", "/feeds/all.rss", &[]), at(-3600));
    assert_eq!(header(&answer, "last-modified"), "Wed, 30 Sep 2026 23:00:00 GMT");
}

#[test]
fn a_new_article_changes_the_validators_of_its_feeds_only() {
    let before = edition();
    let (catalogue, touched) = before.catalogue().with([Change::Placed(placed(3, "vit", "Chăn nuôi"))]);
    let (after, _) = before.next(catalogue, &touched, at(60));
    let changed = |path: &str| {
        let [a, b] = [&before, &after].map(|edition| ask(edition, "GET", path, &[]));
        let same_time = header(&a, "last-modified") == header(&b, "last-modified");
        assert_eq!(header(&a, "etag") == header(&b, "etag"), same_time, "{path}");
        !same_time
    };
    for path in [
        "/feeds/all.rss",
        "/feeds/all.json",
        "/feeds/chan-nuoi.atom",
        "/feeds/chan-nuoi",
        "/",
        "/sitemap.xml",
    ] {
        assert!(changed(path), "{path}");
    }
    for path in ["/feeds/tin.rss", "/feeds/tin", "/articles/lua", "/articles/ga", "/opml.xml", "/robots.txt"]
    {
        assert!(!changed(path), "{path}");
    }
}
