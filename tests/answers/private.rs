//! Who gets a private feed, asked of an edition: no server, no disk, no clock.

use bantin::answer::{Answer, Body, respond};
use bantin::catalogue::{Catalogue, Change, Key, Labels, Placed};
use bantin::edition::{Edition, Encoding, Print, Subject};
use bantin::settings::{self, FeedDefinition, Overrides};
use bantin::words::*;
use http::Request;
use http::request::Parts;
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// 2026-10-01T00:00:00Z.
const FIRST: i64 = 1_790_812_800;
const SITE: &str = "title = \"Bản tin\"\nbase_url = \"https://tin.example.vn/\"\n";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(FIRST + seconds).unwrap()
}

fn token(byte: u8) -> Token {
    Token::of([byte; 16])
}

fn feed_name(name: &str) -> FeedName {
    FeedName::parse(name).unwrap()
}

fn placed(key: u32, name: &str, category: &str) -> Placed {
    let published = at(-86_400 * i64::from(key));
    Placed {
        key: Key(key),
        id: Id::parse(&format!("urn:x:{name}")).unwrap(),
        slug: Slug::parse(name).unwrap(),
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

/// An agreement with these tokens, or that knows of none.
fn agreement(site: &Site, name: &str, tokens: &[Token]) -> FeedDefinition {
    let hashes: Vec<String> = tokens.iter().map(|token| format!("\"{}\"", token.hash())).collect();
    let written =
        if tokens.is_empty() { String::new() } else { format!("token = [{}]\n", hashes.join(", ")) };
    let text = format!("[partner]\norganisation = \"Đài {name}\"\n{written}");
    settings::feed(&format!("{name}.toml"), &text, site).unwrap().0
}

/// A site of which two partners have feeds: `dai` opens with the tokens 1 and 2, `bao` with 3. One that is called like the
/// category `tin` opens with 4, and what opens with 5 is `chung`, which is written down twice.
fn edition_of(site_toml: &str) -> Edition {
    let site = site(site_toml);
    let definitions = [
        agreement(&site, "dai", &[token(1), token(2)]),
        agreement(&site, "bao", &[token(3)]),
        agreement(&site, "tin", &[token(4)]),
        agreement(&site, "chung", &[token(5)]),
        agreement(&site, "chung-2", &[token(5)]),
        agreement(&site, "mo", &[]),
        FeedDefinition::closed(feed_name("hong")),
    ];
    let changes = [Change::Placed(placed(1, "lua", "Tin")), Change::Placed(placed(2, "ga", "Chăn nuôi"))];
    let (catalogue, _) = Catalogue::new(site, definitions.into()).with(changes);
    Edition::remembered(catalogue.clone(), HashMap::new(), at(0)).next_whole(catalogue, at(0)).0
}

fn site(toml: &str) -> Arc<Site> {
    let listening = Url::parse("http://127.0.0.1:8080/").unwrap();
    Arc::new(settings::site(toml, &Overrides::default(), &listening).unwrap().0)
}

/// The same articles under other agreements.
fn under(edition: &Edition, definitions: impl Fn(&Site) -> Vec<FeedDefinition>) -> Edition {
    let site = edition.site().clone();
    let definitions = definitions(&site);
    edition.next_whole(edition.catalogue().under(site, definitions.into()), at(60)).0
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(path).header("host", "tin.example.vn");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn ask(edition: &Edition, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    respond(edition, &request(method, path, headers), at(3600))
}

fn status(edition: &Edition, path: &str) -> u16 {
    ask(edition, "GET", path, &[]).status.as_u16()
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

/// Everything that a client is told.
fn told(answer: &Answer) -> (u16, Vec<String>, Vec<u8>) {
    let body = match &answer.body {
        Body::Ready(bytes) => bytes.to_vec(),
        other => panic!("a message was expected, not {other:?}"),
    };
    (answer.status.as_u16(), headers(answer), body)
}

const EMBEDS: [&str; 5] = ["", ".html", ".json", ".svg", ".png"];

/// The addresses at which a feed might be, with and without a token before it.
fn addresses(name: &str, secret: Option<&str>) -> Vec<String> {
    match secret {
        Some(secret) => {
            let documents = Format::ALL.map(|format| format!("/p/{secret}/{name}.{}", format.suffix()));
            let embeds = EMBEDS.map(|suffix| format!("/p/{secret}/embed/{name}{suffix}"));
            documents.into_iter().chain(embeds).collect()
        }
        None => {
            let suffixes = [".rss", ".atom", ".json", "", "/"];
            let own = suffixes.map(|suffix| format!("/feeds/{name}{suffix}"));
            let guessed = ["feed", "feed/", "rss", "rss.xml", "atom.xml", "feed.json", "feed/atom/"];
            let guessed = guessed.map(|guess| format!("/{name}/{guess}"));
            let of_category = [format!("/category/{name}/feed"), format!("/category/{name}/feed/")];
            let embeds = EMBEDS.map(|suffix| format!("/embed/{name}{suffix}"));
            own.into_iter().chain(guessed).chain(of_category).chain(embeds).collect()
        }
    }
}

#[test]
fn a_private_feed_is_where_its_own_tokens_lead_and_nowhere_else() {
    let edition = edition_of(SITE);
    let unknown = ["/feeds/khong-co.rss", "/embed/khong-co", "/embed/khong-co.html"];
    let [nothing, in_a_frame, in_a_page] = unknown.map(|path| told(&ask(&edition, "GET", path, &[])));
    assert_eq!((nothing.0, in_a_frame.0, in_a_page.0), (404, 404, 404));
    let refuses = |path: &str| {
        let nothing = match path.split_once("/embed/") {
            Some((_, name)) if !name.contains('.') => &in_a_frame,
            Some((_, name)) if name.ends_with(".html") => &in_a_page,
            _ => &nothing,
        };
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            for sent in
                [&[][..], &[("accept-encoding", "gzip"), ("if-none-match", "*"), ("range", "bytes=0-1")]]
            {
                assert_eq!(told(&ask(&edition, method, path, sent)), *nothing, "{method} {path}");
            }
        }
    };
    for token in ["bt", token(1).hash().to_string().as_str()] {
        addresses("dai", Some(token)).iter().for_each(|path| refuses(path));
    }
    let opens: &[(&str, &[u8])] = &[("dai", &[1, 2]), ("bao", &[3]), ("tin", &[4])];
    let names = ["dai", "bao", "tin", "chung", "chung-2", "mo", "hong", "all", "chan-nuoi", "khong-co"];
    for name in names {
        for byte in 1..=6 {
            let is_its_own = opens.iter().any(|(known, tokens)| *known == name && tokens.contains(&byte));
            for path in addresses(name, Some(token(byte).secret())) {
                match is_its_own {
                    true => assert_eq!(status(&edition, &path), 200, "{path}"),
                    false => refuses(&path),
                }
            }
        }
        let is_everybodys = matches!(name, "mo" | "all" | "chan-nuoi");
        for path in addresses(name, None) {
            match is_everybodys {
                true => assert!(matches!(status(&edition, &path), 200 | 301), "{path}"),
                false => refuses(&path),
            }
        }
    }
    for byte in 1..=6 {
        for path in [format!("/p/{}", token(byte).secret()), format!("/p/{}/", token(byte).secret())] {
            match byte <= 4 {
                true => assert_eq!(status(&edition, &path), 200, "{path}"),
                false => refuses(&path),
            }
        }
    }
}

#[test]
fn whatever_is_not_quite_a_secret_address_is_answered_like_any_unknown_one() {
    let edition = edition_of(SITE);
    let nothing = told(&ask(&edition, "GET", "/feeds/khong-co.rss", &[]));
    let secret = token(1).secret().to_owned();
    let shorter = &secret[..secret.len() - 1];
    for path in [
        "/p".to_owned(),
        "/p/".to_owned(),
        "/p//".to_owned(),
        "/p/dai.rss".to_owned(),
        "/p/x/dai.rss".to_owned(),
        format!("/p/{shorter}/dai.rss"),
        format!("/p/{secret}0/dai.rss"),
        format!("/p/{}/dai.rss", secret.to_uppercase()),
        format!("/P/{secret}/dai.rss"),
        format!("/p/{secret}/dai"),
        format!("/p/{secret}/dai.xml"),
        format!("/p/{secret}/dai.rss/"),
        format!("/p/{secret}/feeds/dai.rss"),
        format!("/p/{secret}//dai.rss"),
        format!("/p/{secret}/tag/dai.rss"),
        format!("/p/{}/dai.rss", token(1).hash()),
        format!("/p/{}/hong.rss", TokenHash::of("")),
        format!("/feeds/dai.rss?token={secret}"),
        format!("/feeds/{secret}/dai.rss"),
        format!("/{secret}/dai.rss"),
        format!("/{secret}%20dai.rss"),
        format!("/p/{secret}%2Fdai.rss"),
    ] {
        let answer = ask(&edition, "GET", &path, &[("authorization", &format!("Bearer {secret}"))]);
        match answer.status.as_u16() {
            // An escaped slash is no sound path, whatever stands around it.
            400 => assert!(path.contains("%2F"), "{path}"),
            _ => assert_eq!(told(&answer), nothing, "{path}"),
        }
    }
}

#[test]
fn the_headers_of_a_private_document_are_these() {
    let edition = edition_of(&format!("{SITE}max_age = 300\n")).until(Some(at(3700)));
    let secret = token(2).secret().to_owned();
    let base = format!("https://tin.example.vn/p/{secret}/");
    let version = edition.validators(&Subject::Feed(feed_name("dai"))).unwrap().name();
    let always = [
        "access-control-allow-origin: *".to_owned(),
        "cache-control: private, no-cache".to_owned(),
        format!("etag: \"{version}-br\""),
        "last-modified: Thu, 01 Oct 2026 00:00:00 GMT".to_owned(),
        "referrer-policy: no-referrer".to_owned(),
        "vary: accept-encoding".to_owned(),
        "x-robots-tag: noindex".to_owned(),
    ];
    let mut whole = vec![
        "access-control-expose-headers: etag, last-modified, link, content-length, content-range".to_owned(),
        "content-encoding: br".to_owned(),
        "content-type: application/rss+xml; charset=utf-8".to_owned(),
        [
            format!("link: <{base}dai.rss>; rel=\"self\"; type=\"application/rss+xml\""),
            "<https://tin.example.vn/hub>; rel=\"hub\"".to_owned(),
            format!("<{base}>; rel=\"alternate\"; type=\"text/html\""),
            format!("<{base}dai.atom>; rel=\"alternate\"; type=\"application/atom+xml\""),
            format!("<{base}dai.json>; rel=\"alternate\"; type=\"application/feed+json\""),
        ]
        .join(", "),
        "x-content-type-options: nosniff".to_owned(),
    ];
    whole.extend(always.clone());
    whole.sort();
    let path = format!("/p/{secret}/dai.rss");
    let packing = ("accept-encoding", "br");
    // Whoever holds whatever of it: what a hash is known for would tell who asks.
    let hash = ":ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
    let dictionary =
        [("accept-encoding", "br, dcz"), ("available-dictionary", hash), ("sec-ch-ua", "\"Chromium\"")];
    for (method, said) in [("GET", &[packing][..]), ("HEAD", &[packing]), ("GET", &dictionary)] {
        let answer = ask(&edition, method, &path, said);
        assert_eq!((answer.status.as_u16(), headers(&answer)), (200, whole.clone()), "{method}");
        let tag = format!("\"{version}-br\"");
        for condition in [("if-none-match", &*tag), ("if-modified-since", "Thu, 01 Oct 2026 00:00:00 GMT")] {
            let answer = ask(&edition, method, &path, &[packing, condition]);
            assert_eq!((answer.status.as_u16(), headers(&answer)), (304, always.to_vec()), "{method}");
        }
    }
    assert_eq!(ask(&edition, "POST", &path, &[]).status.as_u16(), 405);
    assert_eq!(ask(&edition, "GET", &path, &[("if-match", "\"x\"")]).status.as_u16(), 412);
    assert_eq!(ask(&edition, "GET", &path, &[("range", "bytes=0-9")]).status.as_u16(), 200);
}

#[test]
fn the_page_of_a_partner_is_for_them_alone() {
    let edition = edition_of(SITE);
    let path = format!("/p/{}/", token(3).secret());
    let answer = ask(&edition, "GET", &path, &[]);
    let lines = headers(&answer);
    let plain: Vec<&String> =
        lines.iter().filter(|line| !line.starts_with("content-security-policy")).collect();
    let expected = [
        "cache-control: private, no-cache",
        "content-type: text/html; charset=utf-8",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "x-robots-tag: noindex",
    ];
    assert_eq!(plain, expected);
    let policy = header(&answer, "content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe-inline"), "{policy}");
    let Body::Partner(outlet) = &answer.body else { panic!("{:?}", answer.body) };
    assert_eq!(*outlet, Outlet { name: feed_name("bao"), token: Some(token(3)) });
    assert_eq!(ask(&edition, "PUT", &path, &[]).status.as_u16(), 405);

    let request = |sent: &[(&str, &str)]| request("GET", &path, sent);
    let given = |sent: &[(&str, &str)], page: &'static [u8]| {
        ask(&edition, "GET", &path, sent).with_page(&request(sent), page.into(), at(3600))
    };
    let tag = header(&given(&[], b"one"), "etag").to_owned();
    let held = [("if-none-match", &*tag)];
    assert_eq!(given(&held, b"one").status.as_u16(), 304);
    assert_eq!(given(&held, b"two").status.as_u16(), 200);
    assert_eq!(given(&[("if-modified-since", "Thu, 01 Oct 2099 00:00:00 GMT")], b"one").status.as_u16(), 200);
}

#[test]
fn a_token_that_is_taken_out_of_its_file_opens_nothing_any_more() {
    let before = edition_of(SITE);
    let path = |byte: u8| format!("/p/{}/dai.rss", token(byte).secret());
    assert_eq!([1, 2, 9].map(|byte| status(&before, &path(byte))), [200, 200, 404]);
    let after = under(&before, |site| vec![agreement(site, "dai", &[token(2), token(9)])]);
    assert_eq!([1, 2, 9].map(|byte| status(&after, &path(byte))), [404, 200, 200]);
    let tag = |edition: &Edition| header(&ask(edition, "GET", &path(2), &[]), "etag").to_owned();
    let gone = under(&after, |_| vec![]);
    assert_eq!([1, 2, 9].map(|byte| status(&gone, &path(byte))), [404; 3]);
    // Who keeps a token keeps what he has.
    let one = under(&before, |site| vec![agreement(site, "dai", &[token(1), token(2)])]);
    let other = under(&before, |site| vec![agreement(site, "dai", &[token(2)])]);
    assert_eq!(tag(&one), tag(&other));
}

#[test]
fn while_they_change_over_each_address_names_itself() {
    let edition = edition_of(SITE);
    for (own, other) in [(1, 2), (2, 1)] {
        let outlet = Outlet { name: feed_name("dai"), token: Some(token(own)) };
        for format in Format::ALL {
            let here = format!("https://tin.example.vn/p/{}/dai.{}", token(own).secret(), format.suffix());
            let document = edition.print(&Print::Feed(outlet.clone(), format), &[]).expect("it is there");
            let document = String::from_utf8(document).expect("UTF-8");
            assert_eq!(document.matches(token(own).secret()).count(), 1, "{document}");
            assert!(document.contains(&here) && !document.contains(token(other).secret()), "{document}");
            assert!(
                !document.contains("/feeds/dai"),
                "nothing leads to where it would be public: {document}"
            );
            let answer = ask(&edition, "GET", &here[22..], &[]);
            assert!(header(&answer, "link").starts_with(&format!("<{here}>; rel=\"self\"")));
            assert!(!header(&answer, "link").contains("/feeds/"));
        }
    }
}

#[test]
fn a_feed_that_becomes_private_is_public_nowhere_though_many_had_asked_for_it() {
    let open = |site: &Site| vec![agreement(site, "dai", &[])];
    let before = under(&edition_of(SITE), open);
    let public = addresses("dai", None);
    for path in public
        .iter()
        .filter(|path| path.starts_with("/feeds/dai") && !path.ends_with('/') || path.starts_with("/embed/"))
    {
        let answer = ask(&before, "GET", path, &[]);
        let Body::Document { sheet, .. } = &answer.body else { panic!("{path}: {:?}", answer.body) };
        before.keep(sheet, Encoding::Identity, "bytes".into());
    }
    let after = under(&before, |site| vec![agreement(site, "dai", &[token(1)])]);
    let is_public = |print: &Print| match print {
        Print::Feed(outlet, _) => outlet.name == feed_name("dai"),
        Print::FeedPage(name, _) => *name == feed_name("dai"),
        _ => false,
    };
    assert!(!after.ahead().iter().any(|(sheet, _)| is_public(sheet.print())), "nobody may ask for that");
    after.settle();
    for path in &public {
        assert_eq!(status(&after, path), 404, "{path}");
    }
    assert_eq!(status(&after, &format!("/p/{}/dai.rss", token(1).secret())), 200);
    let open_again = under(&after, open);
    assert_eq!(status(&open_again, "/feeds/dai.rss"), 200);
}

#[test]
fn a_private_feed_stands_in_no_list() {
    let edition = edition_of(SITE);
    let printed = |print: Print| String::from_utf8(edition.print(&print, &[]).expect("it is there")).unwrap();
    for list in [Print::Home, Print::Opml, Print::Sitemap, Print::NewsSitemap, Print::Robots] {
        let list = printed(list);
        for name in ["dai", "bao", "tin", "chung", "hong"] {
            assert!(
                !list.contains(&format!("feeds/{name}")) && !list.contains(&format!("Đài {name}")),
                "{list}"
            );
        }
        assert!(!list.contains("/p/"), "{list}");
    }
    assert!(printed(Print::Opml).contains("feeds/mo.rss"), "a partner's feed without a token is everybody's");
    let home = |edition: &Edition| edition.validators(&Subject::Home).unwrap().version;
    let other = under(&edition, |site| vec![agreement(site, "dai", &[token(1), token(7)])]);
    let same = under(&edition, |site| vec![agreement(site, "dai", &[token(8)])]);
    assert_eq!(home(&other), home(&same), "which tokens there are shows nowhere");
}

/// The secret at which a document stands.
fn secret_of(print: &Print) -> Option<&str> {
    let (Print::Feed(outlet, _) | Print::Embed(outlet, ..)) = print else { return None };
    outlet.token.as_ref().map(Token::secret)
}

/// Each private document there is, asked for and kept.
fn with_private_sheets() -> Edition {
    let edition = edition_of(SITE);
    for (name, byte) in [("dai", 1), ("dai", 2), ("bao", 3), ("tin", 4)] {
        for path in addresses(name, Some(token(byte).secret())) {
            let answer = ask(&edition, "GET", &path, &[("accept-encoding", "gzip")]);
            let Body::Document { sheet, .. } = &answer.body else { panic!("{path}: {:?}", answer.body) };
            edition.keep(sheet, Encoding::Gzip, "bytes".into());
        }
    }
    edition
}

proptest! {
    /// Whoever asks for whatever, also in the very words in which documents are kept, gets no private one of the shelf:
    /// that is answered after the token was looked at, and not before.
    #[test]
    fn the_shelf_gives_no_private_document(
        start in prop_oneof![3 => Just("/p/".to_owned()), 1 => "(/|//|/feeds/|)"],
        (number, name) in prop_oneof![
            3 => Just((1, "dai".to_owned())),
            1 => (1..6_u8, "(dai|bao|tin|hong|[a-z]{1,4})"),
        ],
        cut in prop_oneof![3 => Just(0), 1 => 1..33_usize],
        between in prop_oneof![3 => Just("/".to_owned()), 1 => "(%20|%2F|//|)", 1 => Just("/embed/".to_owned())],
        suffix in "(\\.rss|\\.atom|\\.json|\\.png|/|)",
        else_ in "\\PC{0,30}",
    ) {
        thread_local! { static EDITION: Edition = with_private_sheets(); }
        let token = token(number);
        let secret = &token.secret()[..32 - cut.min(32)];
        for path in [format!("{start}{secret}{between}{name}{suffix}"), else_] {
            EDITION.with(|edition| {
                let Ok(uri) = path.parse::<http::Uri>() else { return Ok(()) };
                if let Some(sheet) = edition.sheet_at(uri.path(), at(3600)) {
                    let is_private = secret_of(sheet.print()).is_some();
                    prop_assert!(!is_private, "{path}");
                }
                let request = Request::builder().uri(uri).header("host", "a").body(()).expect("it is sound");
                if let Body::Document { sheet, .. } = &respond(edition, &request.into_parts().0, at(0)).body
                    && let Some(secret) = secret_of(sheet.print())
                {
                    prop_assert!(path.contains(&format!("/p/{secret}/")), "{path}");
                }
                Ok(())
            })?;
        }
    }
}
