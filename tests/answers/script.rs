//! `/embed.js`, and the addresses at which pages of others pin it.

use bantin::answer::{Answer, respond};
use bantin::catalogue::Catalogue;
use bantin::edition::{Edition, Encoding, compress};
use bantin::render::script::{self, Script};
use bantin::settings::{self, Overrides};
use bantin::words::{Site, Timestamp};
use http::Request;
use ring::digest::{SHA256, digest};
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// What the docs say of each script: where it stays, and what a page that pins it names.
const DOCS: &str = include_str!("../../docs/EMBEDS.md");

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_812_800 + seconds).unwrap()
}

fn site(text: &str) -> Site {
    let listening = Url::parse("https://tin.example.vn/").unwrap();
    settings::site(text, &Overrides::default(), &listening).unwrap().0
}

fn edition(text: &str) -> Edition {
    let catalogue = Catalogue::new(Arc::new(site(text)), Arc::new([]));
    Edition::remembered(catalogue.clone(), HashMap::new(), at(0)).next_whole(catalogue, at(0)).0
}

fn ask(edition: &Edition, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().uri(path).header("host", "tin.example.vn");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    respond(edition, &request.body(()).unwrap().into_parts().0, at(3600))
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The headers as they would be written, in alphabetical order.
fn headers(answer: &Answer) -> Vec<String> {
    let mut lines: Vec<String> =
        answer.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    lines.sort();
    lines
}

#[test]
fn the_script_takes_less_than_5000_bytes_as_browsers_take_it() {
    let length = |encoding| compress(Script::present().text().as_bytes(), encoding).len();
    let lengths = [length(Encoding::Brotli), length(Encoding::Gzip)];
    assert!(lengths[0] < 5000 && lengths[1] < 5300, "{lengths:?} bytes");
}

#[test]
fn each_script_that_was_ever_released_is_still_there() {
    let rows: Vec<&str> = DOCS.lines().filter(|line| line.contains("`embed/bantin-")).collect();
    let present = Script::present();
    let expected: Vec<String> =
        Script::all().map(|script| format!("| `{}` | `{}` |", script.path(), script.integrity())).collect();
    assert_eq!(
        rows, expected,
        "docs/EMBEDS.md lists what a page may pin. A script of a release stays in the list and in src/render/script/released; \
         only the present one, which no release has, may be replaced"
    );
    assert_eq!(Script::all().last(), Some(present));
    let edition = edition("");
    for script in Script::all() {
        let name = digest(&SHA256, script.text().as_bytes());
        let name: String = name.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(script.path(), format!("embed/bantin-{name}.js"));
        assert_eq!(ask(&edition, &format!("/{}", script.path()), &[]).status, 200);
    }
    assert_eq!(ask(&edition, "/embed/bantin-0123456789abcdef.js", &[]).status, 404);
    assert_eq!(ask(&edition, "/embed/bantin-.js", &[]).status, 404);
    assert!(script::address(&site("")).ends_with(&format!("vn/{}", present.path())));
}

#[test]
fn pages_of_others_may_load_it_and_keep_what_is_pinned() {
    let edition = edition("max_age = 60");
    let pinned = format!("/{}", Script::present().path());
    for (path, cache) in
        [("/embed.js", "public, max-age=60"), (&*pinned, "public, max-age=31536000, immutable")]
    {
        let answer = ask(&edition, path, &[]);
        assert_eq!(answer.status, 200);
        let tag = header(&answer, "etag").to_owned();
        let expected = [
            "access-control-allow-origin: *",
            "access-control-expose-headers: etag, last-modified, link, content-length, content-range",
            &format!("cache-control: {cache}"),
            "content-type: text/javascript; charset=utf-8",
            "cross-origin-resource-policy: cross-origin",
            &format!("etag: {tag}"),
            "last-modified: Thu, 01 Oct 2026 00:00:00 GMT",
            "referrer-policy: strict-origin-when-cross-origin",
            "vary: accept-encoding",
            "x-content-type-options: nosniff",
        ];
        assert_eq!(headers(&answer), expected, "{path}");
        let again = ask(&edition, path, &[("if-none-match", &tag)]);
        assert_eq!((again.status.as_u16(), header(&again, "cache-control")), (304, cache), "{path}");
    }
}

#[test]
fn no_article_that_is_due_shortens_how_long_it_may_be_kept() {
    let edition = edition("max_age = 600").until(Some(at(3605)));
    assert_eq!(header(&ask(&edition, "/feeds/all.rss", &[]), "cache-control"), "public, max-age=5");
    assert_eq!(header(&ask(&edition, "/embed.js", &[]), "cache-control"), "public, max-age=600");
    let pinned = ask(&edition, &format!("/{}", Script::present().path()), &[]);
    assert_eq!(header(&pinned, "cache-control"), "public, max-age=31536000, immutable");
}

#[test]
fn it_is_named_by_its_bytes_and_not_by_what_the_site_says() {
    let tags = |text: &str| {
        let edition = edition(text);
        ["/embed.js", &format!("/{}", Script::present().path()), "/robots.txt"]
            .map(|path| header(&ask(&edition, path, &[]), "etag").to_owned())
    };
    let (one, other) = (tags("title = \"Bản tin\""), tags("title = \"Tin khác\""));
    assert_eq!(one[..2], other[..2]);
    assert_ne!(one[2], other[2]);
}

#[test]
fn a_script_in_a_page_of_others_sees_what_went_wrong() {
    let edition = edition("");
    for path in ["/feeds/khong-co.json", "/articles/khong-co", "/%00"] {
        let answer = ask(&edition, path, &[("origin", "https://trang.example")]);
        assert!(answer.status.is_client_error());
        assert_eq!(header(&answer, "access-control-allow-origin"), "*", "{path}");
        assert_eq!(header(&answer, "access-control-expose-headers"), "retry-after", "{path}");
    }
}

#[test]
fn the_docs_have_the_lines_that_size_a_frame() {
    let lines = script::sizing(&site("base_url = \"https://tin.example.vn/ban-tin/\""));
    assert!(lines.contains("event.origin !== \"https://tin.example.vn\""), "{lines}");
    assert!(DOCS.contains(&lines), "docs/EMBEDS.md should have:\n{lines}");
}
