//! Embeds and what oEmbed says of them: a request and an edition in, an answer out.

use bantin::answer::{Answer, Body, respond};
use bantin::catalogue::{Catalogue, Change, Gone, Key, Labels, Placed};
use bantin::edition::{Edition, Print};
use bantin::settings::{self, Overrides};
use bantin::words::*;
use http::Request;
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

const SITE: &str = "title = \"Bản tin\"\nbase_url = \"https://tin.example.vn/\"\n";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_812_800 + seconds).unwrap()
}

fn slug(number: u32) -> Slug {
    Slug::parse(&format!("bai-{number}")).unwrap()
}

/// The articles of higher numbers are the older ones.
fn placed(number: u32) -> Placed {
    let published = at(-3600 * i64::from(number));
    Placed {
        key: Key(number),
        id: Id::parse(&format!("urn:x:{number}")).unwrap(),
        slug: slug(number),
        published,
        out: published,
        entered: published,
        updated: published,
        modified: at(0),
        corrected: None,
        size: 100,
        fingerprint: Fingerprint::of([format!("bai {number}")]),
        labels: Labels::new(vec![Term::parse("Tin").unwrap()], vec![], vec![]),
    }
}

fn catalogue(site_toml: &str, feeds: &[(&str, &str)]) -> Catalogue {
    let listening = Url::parse("http://127.0.0.1:8080/").unwrap();
    let (site, remarks) = settings::site(site_toml, &Overrides::default(), &listening).unwrap();
    assert_eq!(remarks, []);
    let define = |(file, text): &(&str, &str)| settings::feed(file, text, &site).unwrap().0;
    let definitions: Vec<_> = feeds.iter().map(define).collect();
    Catalogue::new(Arc::new(site), definitions.into())
}

fn shown(catalogue: Catalogue) -> Edition {
    Edition::remembered(catalogue.clone(), HashMap::new(), at(0)).next_whole(catalogue, at(0)).0
}

/// Three articles, one that moved, one that was withdrawn, and a partner's feed at a secret address.
fn edition_of(site_toml: &str, partner_toml: &str) -> Edition {
    let changes = [
        Change::Placed(placed(1)),
        Change::Placed(placed(2)),
        Change::Placed(placed(3)),
        Change::Moved { from: Slug::parse("bai-cu").unwrap(), to: slug(2) },
        Change::Withdrawn(slug(9), Key(90)),
    ];
    let token = TokenHash::of(token().secret());
    let partner = format!("[partner]\norganisation = \"Đài\"\ntoken = \"{token}\"\n{partner_toml}");
    shown(catalogue(site_toml, &[("dai.toml", &partner)]).with(changes).0)
}

fn token() -> Token {
    Token::of([7; 16])
}

fn edition() -> Edition {
    edition_of(SITE, "")
}

fn ask(edition: &Edition, path: &str) -> Answer {
    ask_with(edition, "GET", path, &[])
}

fn ask_with(edition: &Edition, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "tin.example.vn");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    respond(edition, &request.body(()).unwrap().into_parts().0, at(3600))
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The document that an answer sends.
fn print(answer: &Answer) -> Print {
    match &answer.body {
        Body::Document { sheet, .. } => sheet.print().clone(),
        other => panic!("no document but {other:?}, status {}", answer.status),
    }
}

/// What a document says, of articles whose titles are their slugs.
fn said(edition: &Edition, print: &Print) -> String {
    let words = |placed: &Arc<Placed>| {
        let path = ContentPath::new(std::path::Path::new("tin/a.txt")).unwrap();
        let text = format!("{}\n\nĐoạn một.\n", placed.slug);
        let source = bantin::intake::Source { path: &path, bytes: text.as_bytes(), beside: &[] };
        let article = bantin::intake::read(&source, edition.site()).unwrap().article;
        Arc::new(placed.with_words(article))
    };
    let articles: Vec<_> = edition.needs(print).iter().map(words).collect();
    String::from_utf8(edition.print(print, &articles).unwrap()).unwrap()
}

fn escaped(url: &str) -> String {
    path_segment(url)
}

#[test]
fn each_address_gets_its_status() {
    let edition = edition();
    let secret = token();
    let secret = secret.secret();
    let page = escaped("https://tin.example.vn/feeds/tin");
    let article = |name: &str| escaped(&format!("http://tin.example.vn/articles/{name}/"));
    let table: &[(String, u16)] = &[
        ("/embed/tin".into(), 200),
        ("/embed/all".into(), 200),
        ("/embed/tin.html?count=x".into(), 200),
        ("/embed/tin.json?count=3&count=9&x=%zz".into(), 200),
        ("/embed/tin.svg".into(), 200),
        ("/embed/tin.png?theme=dark".into(), 200),
        ("/embed/tin.pdf".into(), 404),
        ("/embed/khong-co".into(), 404),
        ("/embed/dai".into(), 404),
        ("/embed/dai.json".into(), 404),
        (format!("/p/{secret}/embed/dai"), 200),
        (format!("/p/{secret}/embed/dai.html?count=2"), 200),
        (format!("/p/{secret}/embed/tin.html"), 404),
        (format!("/p/{}/embed/dai.html", Token::of([8; 16]).secret()), 404),
        ("/embed/articles/bai-1".into(), 200),
        ("/embed/articles/bai-cu?theme=dark".into(), 301),
        ("/embed/articles/bai-9".into(), 410),
        ("/embed/articles/bai-77".into(), 404),
        (format!("/oembed?url={page}"), 200),
        (format!("/oembed?url={page}&format=xml&maxwidth=300&maxheight=x"), 200),
        (format!("/oembed?url={page}&format=yaml"), 501),
        ("/oembed".into(), 400),
        ("/oembed?url=&format=json".into(), 400),
        (format!("/oembed?url={}", article("bai-1")), 200),
        (format!("/oembed?url={}", article("bai-cu")), 200),
        (format!("/oembed?url={}", article("bai-9")), 410),
        (format!("/oembed?url={}", article("bai-77")), 404),
        (format!("/oembed?url={}", escaped("https://khac.example.vn/feeds/tin")), 404),
        (format!("/oembed?url={}", escaped("https://tin.example.vn/feeds/dai")), 404),
        (format!("/oembed?url={}", escaped(&format!("https://tin.example.vn/p/{secret}/"))), 401),
        (format!("/oembed?url={}", escaped("https://tin.example.vn/p/bt0/dai.rss")), 401),
    ];
    for (path, status) in table {
        assert_eq!(ask(&edition, path).status, *status, "{path}");
        let head = ask_with(&edition, "HEAD", path, &[]);
        assert_eq!(head.status, *status, "HEAD {path}");
    }
    assert_eq!(ask_with(&edition, "POST", "/embed/tin", &[]).status, 405);
    let moved = ask(&edition, "/embed/articles/bai-cu?theme=dark");
    assert_eq!(header(&moved, "location"), "https://tin.example.vn/embed/articles/bai-2?theme=dark");
    let secret = ask(&edition, &format!("/oembed?url={}", escaped("https://tin.example.vn/p/x")));
    assert_eq!(header(&secret, "www-authenticate"), "Bearer");
}

#[test]
fn a_fragment_that_is_not_there_puts_nothing_into_the_page_around_it() {
    let edition = edition();
    let own = token();
    let nobodys = Token::of([8; 16]);
    let addresses = [
        "/embed/khong-co.html".to_owned(),
        "/embed/dai.html".to_owned(),
        format!("/p/{}/embed/tin.html", own.secret()),
        format!("/p/{}/embed/dai.html?count=3", nobodys.secret()),
        "/p/bt0/embed/dai.html".to_owned(),
    ];
    for path in addresses {
        let answer = ask(&edition, &path);
        assert_eq!(answer.status, 404, "{path}");
        let Body::Ready(body) = &answer.body else { panic!("a small body: {path}") };
        assert_eq!(&body[..], b"<!-- bantin: 404 -->\n", "{path}");
    }
}

#[test]
fn what_an_address_asks_for_is_one_of_few_documents() {
    let edition = edition();
    let name = || FeedName::parse("tin").unwrap();
    let embed = |embed, query: &str| Print::Embed(name().into(), embed, EmbedOptions::parse(query));
    let framed = |query: &str| Framed::Feed(name(), EmbedOptions::parse(query));
    let oembed = |query: &str, width, height| {
        Print::OEmbed(framed(query), OEmbedFormat::Json, FrameSize { width, height })
    };
    let page = escaped("https://tin.example.vn/feeds/tin");
    let with_options = escaped("https://tin.example.vn/feeds/tin?count=3&utm_source=x&lang=vi");
    let table = [
        ("/embed/tin".to_owned(), embed(Embed::Page, "")),
        ("/embed/tin?count=5&theme=auto&lang=vi&utm_source=x".into(), embed(Embed::Page, "")),
        ("/embed/tin?lang=en&count=99".into(), embed(Embed::Page, "count=20&lang=en")),
        ("/embed/tin.json?count=5&excerpt=0&images=0".into(), embed(Embed::Json, "")),
        ("/embed/tin.html?theme=dark".into(), embed(Embed::Fragment, "")),
        ("/embed/tin.png".into(), embed(Embed::Png, "count=3")),
        ("/embed/tin.png?count=3&excerpt=1&theme=light".into(), embed(Embed::Png, "count=3")),
        ("/embed/tin.png?count=9".into(), embed(Embed::Png, "count=5")),
        ("/embed/tin.svg?theme=light".into(), embed(Embed::Svg, "count=3&theme=light")),
        ("/feeds/tin?count=3".into(), Print::FeedPage(name(), EmbedOptions::parse("count=3"))),
        ("/feeds/tin.rss?count=3".into(), Print::Feed(name().into(), Format::Rss)),
        (format!("/oembed?url={page}"), oembed("", 600, 472)),
        (format!("/oembed?url={with_options}&maxwidth=320"), oembed("count=3", 320, 328)),
        (format!("/oembed?maxheight=100&url={page}&url=x"), oembed("", 600, 100)),
    ];
    for round in 0..2 {
        for (path, expected) in &table {
            assert_eq!(print(&ask(&edition, path)), *expected, "{path}, asked for the {round}. time");
        }
    }
}

#[test]
fn embeds_have_the_validators_of_their_feed() {
    let edition = edition();
    let tag = header(&ask(&edition, "/feeds/tin.rss"), "etag").to_owned();
    for path in ["/embed/tin", "/embed/tin?count=2", "/embed/tin.html", "/embed/tin.json", "/embed/tin.png"] {
        assert_eq!(header(&ask(&edition, path), "etag"), tag, "{path}");
        let again = ask_with(&edition, "GET", path, &[("if-none-match", &tag)]);
        assert_eq!(again.status, 304, "{path}");
    }
    let article = header(&ask(&edition, "/articles/bai-1"), "etag").to_owned();
    assert_eq!(header(&ask(&edition, "/embed/articles/bai-1"), "etag"), article);
}

#[test]
fn who_may_show_what_in_a_frame_is_said() {
    let ancestors = |edition: &Edition, path: &str| {
        let answer = ask(edition, path);
        assert!(answer.headers.get("x-frame-options").is_none());
        let policy = header(&answer, "content-security-policy");
        let said = policy.split("; ").find_map(|rule| rule.strip_prefix("frame-ancestors "));
        said.expect("it is said").to_owned()
    };
    let secret = format!("/p/{}/embed/dai", token().secret());
    let own = "'self' https://tin.example.vn";
    let open = edition();
    assert_eq!(ancestors(&open, "/embed/tin"), "*");
    assert_eq!(ancestors(&open, "/embed/articles/bai-9"), "*");
    assert_eq!(ancestors(&open, "/embed/khong-co"), "*");
    assert_eq!(ancestors(&open, &secret), own);
    assert_eq!(ancestors(&open, "/feeds/tin"), "'none'");
    let named = edition_of(
        &format!("{SITE}embed_sites = [\"https://A.example/\", \"https://b.example:8443\"]\n"),
        "sites = \"https://dai.example.vn\"\n",
    );
    let both = format!("{own} https://a.example https://b.example:8443");
    assert_eq!(ancestors(&named, "/embed/tin"), both);
    assert_eq!(ancestors(&named, "/embed/articles/bai-1"), both);
    assert_eq!(ancestors(&named, &secret), format!("{own} https://dai.example.vn"));
    assert_ne!(
        header(&ask(&open, "/embed/tin"), "etag"),
        header(&ask(&named, "/embed/tin"), "etag"),
        "what is said of a version is kept with it"
    );
}

#[test]
fn the_page_of_a_feed_can_show_how_the_feed_looks_elsewhere() {
    let edition = edition();
    let policy = |path| header(&ask(&edition, path), "content-security-policy").to_owned();
    let feed = policy("/feeds/tin");
    assert!(feed.contains("form-action 'self'; frame-src 'self' https://tin.example.vn; connect-src 'self'"));
    assert!(policy("/").contains("form-action 'none'") && !policy("/").contains("frame-src"));
}

#[test]
fn pages_of_others_may_read_what_they_put_together_themselves() {
    let edition = edition();
    let page = escaped("https://tin.example.vn/feeds/tin");
    let table = [
        ("/embed/tin".to_owned(), "", "text/html; charset=utf-8"),
        ("/embed/articles/bai-1".into(), "", "text/html; charset=utf-8"),
        ("/embed/tin.html".into(), "*", "text/html; charset=utf-8"),
        ("/embed/tin.json".into(), "*", "application/feed+json; charset=utf-8"),
        ("/embed/tin.svg".into(), "*", "image/svg+xml"),
        ("/embed/tin.png".into(), "*", "image/png"),
        (format!("/oembed?url={page}"), "*", "application/json; charset=utf-8"),
        (format!("/oembed?url={page}&format=xml"), "*", "text/xml; charset=utf-8"),
    ];
    for (path, origin, media_type) in table {
        let answer = ask(&edition, &path);
        assert_eq!(header(&answer, "access-control-allow-origin"), origin, "{path}");
        assert_eq!(header(&answer, "content-type"), media_type, "{path}");
    }
    let secret = ask(&edition, &format!("/p/{}/embed/dai.html", token().secret()));
    assert_eq!(header(&secret, "cache-control"), "private, no-cache");
    assert_eq!(header(&secret, "referrer-policy"), "no-referrer");
}

#[test]
fn cards_are_pictures_for_any_page_and_a_png_is_packed_no_further() {
    let edition = edition();
    let every = "gzip, br, zstd, identity;q=0";
    for (path, packing, vary) in [("/embed/tin.svg", "gzip", "accept-encoding"), ("/embed/tin.png", "", "")] {
        for path in [path.to_owned(), format!("{path}?theme=dark"), path.replace("tin", "all")] {
            let answer = ask_with(&edition, "GET", &path, &[("accept-encoding", every)]);
            assert_eq!(
                (answer.status.as_u16(), header(&answer, "content-encoding")),
                (200, packing),
                "{path}"
            );
            assert_eq!(header(&answer, "vary"), vary, "{path}");
            assert_eq!(header(&answer, "cross-origin-resource-policy"), "cross-origin", "{path}");
            assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
            let tag = header(&answer, "etag").to_owned();
            let again =
                ask_with(&edition, "GET", &path, &[("accept-encoding", every), ("if-none-match", &tag)]);
            assert_eq!(again.status, 304, "{path}");
        }
    }
    let policy = header(&ask(&edition, "/embed/tin.svg"), "content-security-policy").to_owned();
    assert_eq!(policy, "default-src 'none'; style-src 'unsafe-inline'; sandbox");
}

#[test]
fn a_secret_address_stands_in_nothing_that_it_leads_to() {
    let edition = edition();
    let secret = token();
    for suffix in ["", ".html", ".json", ".svg"] {
        let page = print(&ask(&edition, &format!("/p/{}/embed/dai{suffix}", secret.secret())));
        let said = said(&edition, &page);
        let links = said.matches(secret.secret()).count();
        // A JSON Feed says where the whole of it is, which only who knows the address can see.
        assert_eq!(links, usize::from(suffix == ".json"), "{said}");
    }
}

proptest! {
    /// Whatever comes and goes: each kind of embed names the newest of the feed, as many as were asked for, in order.
    #[test]
    fn an_embed_names_the_newest_and_nothing_withdrawn(
        steps in proptest::collection::vec((1u32..12, any::<bool>()), 0..25),
        count in 1u8..22,
    ) {
        let mut out = std::collections::BTreeSet::new();
        let changes: Vec<Change> = steps.iter().flat_map(|(number, comes)| {
            let gone = Gone {
                key: Key(*number),
                withdrawal: Withdrawal { id: placed(*number).id, at: at(0), reason: None },
                published: placed(*number).published,
                out: placed(*number).out,
                labels: placed(*number).labels,
            };
            match (*comes, out.contains(number)) {
                (true, _) => { out.insert(*number); vec![Change::Placed(placed(*number))] }
                (false, true) => { out.remove(number); vec![Change::Withdrawn(slug(*number), Key(*number)), Change::Gone(gone)] }
                (false, false) => vec![],
            }
        }).collect();
        let edition = shown(catalogue(SITE, &[("tat-ca.toml", "[categories]\nany = [\"Tin\"]\n")]).with(changes).0);
        let newest: Vec<String> =
            out.iter().take(count.min(EmbedOptions::MOST).into()).map(|number| slug(*number).to_string()).collect();
        for kind in ["", ".html", ".json"] {
            let page = print(&ask(&edition, &format!("/embed/tat-ca{kind}?count={count}")));
            let said = said(&edition, &page);
            let names = said.split("https://tin.example.vn/articles/").skip(1);
            let named: Vec<String> = names
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
                .collect();
            prop_assert_eq!(&named, &newest, "{}", kind);
        }
    }
}
