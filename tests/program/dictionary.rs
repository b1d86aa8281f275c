//! A client that holds a version of a document is sent what differs from it (RFC 9842), over the wire.

use crate::site::{Answer, Request, Site, markdown};
use bantin::edition::DictionaryHash;
use std::io::Read;

/// What Chromium says to a site that is reached in a secure way.
const HINTS: (&str, &str) = ("sec-ch-ua", "\"Chromium\";v=\"156\"");
const WISHES: &str = "gzip, deflate, br, zstd, dcb, dcz";
const DOCUMENTS: [&str; 5] =
    ["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/embed/all.json", "/embed/all.html"];

/// An article of some 4 KB that is like no other.
fn article(number: usize) -> String {
    let mut state = number as u64 + 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x} ", state >> 44)
    };
    let text: String = (0..700).map(|_| word()).collect();
    markdown(
        &format!("Bài {number}"),
        &format!("2026-01-01T{:02}:{:02}:00Z", number / 60, number % 60),
        &text,
    )
}

/// A site with 50 articles, before anybody has asked for anything.
fn site_with(settings: &str) -> Site {
    let mut site = Site::new();
    site.feed("site", settings);
    for number in 0..50 {
        site.article(&format!("tin/{number}.md"), article(number));
    }
    site.start();
    site
}

/// The byte sequence of a structured field.
fn written(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|three| {
        let bits =
            three.iter().enumerate().fold(0, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        let digit = move |at: usize| DIGITS[(bits >> (18 - 6 * at)) as usize & 63] as char;
        (0..=three.len()).map(digit).chain((three.len()..3).map(|_| '='))
    });
    format!(":{}:", digits.collect::<String>())
}

fn holding(request: Request, held: &[u8]) -> Request {
    let hash = DictionaryHash::of(held);
    request.header(HINTS.0, HINTS.1).header("available-dictionary", &written(hash.as_bytes()))
}

fn unpacked(answer: &Answer, held: &[u8]) -> Vec<u8> {
    let hash = DictionaryHash::of(held);
    let (magic, is_zstd): (&[u8], bool) = match answer.header("content-encoding") {
        Some("dcz") => (&[0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0], true),
        Some("dcb") => (&[0xff, 0x44, 0x43, 0x42], false),
        other => panic!("packed as {other:?}"),
    };
    let rest = answer.body.strip_prefix(magic).expect("the magic number");
    let rest = rest.strip_prefix(hash.as_bytes()).expect("the hash of what is held");
    let mut plain = Vec::new();
    if is_zstd {
        let mut reader = zstd::stream::read::Decoder::with_ref_prefix(rest, held).expect("a reader");
        reader.read_to_end(&mut plain).expect("it can be read");
    } else {
        let mut reader = brotli::Decompressor::new(rest, 4096);
        assert!(reader.attach_dictionary(held.to_vec().into()));
        reader.read_to_end(&mut plain).expect("it can be read");
    }
    plain
}

fn headers<'a>(answer: &'a Answer, names: &[&str]) -> Vec<&'a str> {
    names.iter().map(|name| answer.header(name).unwrap_or("")).collect()
}

fn sorted(answer: &Answer) -> Vec<(String, String)> {
    let mut headers = answer.headers.clone();
    // Between two answers a second may begin.
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    headers
}

#[test]
fn who_holds_a_version_is_sent_what_the_next_one_says_besides() {
    let site = site_with("");
    let held: Vec<Answer> = DOCUMENTS.map(|path| site.get(path).header(HINTS.0, HINTS.1).gives(200)).into();
    for (path, held) in DOCUMENTS.iter().zip(&held) {
        let version = held.header("etag").expect("a tag").trim_matches('"');
        let expected = [
            &*format!("match=\"{path}\", id=\"{version}\""),
            "private, max-age=604800",
            "accept-encoding, available-dictionary, *",
        ];
        assert_eq!(headers(held, &["use-as-dictionary", "cache-control", "vary"]), expected, "{path}");
    }

    site.article("tin/50.md", article(50));
    site.comes("Bài 50");
    for (path, held) in DOCUMENTS.iter().zip(&held) {
        let now = site.get(path).gives(200);
        let version = now.header("etag").expect("a tag").trim_matches('"').to_owned();
        let hash = DictionaryHash::of(&held.body).name();
        for (wishes, packing) in [(WISHES, "dcz"), ("dcb, gzip", "dcb"), ("dcz;q=0.5, dcb, br;q=0.9", "dcb")]
        {
            let old = held.header("etag").expect("a tag");
            let ask = || holding(site.get(path), &held.body).header("accept-encoding", wishes);
            let answer = ask().header("if-none-match", old).gives(200);
            assert_eq!(unpacked(&answer, &held.body), now.body, "{path}");
            let expected = [
                packing,
                "private, max-age=604800",
                "accept-encoding, available-dictionary, *",
                &*format!("\"{version}-{packing}-{hash}\""),
            ];
            let names = ["content-encoding", "cache-control", "vary", "etag"];
            assert_eq!(headers(&answer, &names), expected, "{path}");
            assert_eq!(headers(&answer, &["content-type"]), headers(&now, &["content-type"]), "{path}");
            assert!(answer.header("use-as-dictionary").is_some(), "{path}: it is a dictionary itself");
            // Of the article's own text nothing can be saved: 3.5 KB of digits take 1.9 KB.
            assert!(answer.body.len() < 2800, "{path}: {} bytes of {}", answer.body.len(), now.body.len());
            let again = ask().gives(200);
            assert_eq!(
                (sorted(&again), &again.body),
                (sorted(&answer), &answer.body),
                "{path}: the same by the same name"
            );

            let head =
                holding(site.ask("HEAD", path), &held.body).header("accept-encoding", wishes).gives(200);
            assert_eq!((sorted(&head), head.body.len()), (sorted(&answer), 0), "{path}");
            // By then it holds the new version as a dictionary; a browser that lost that takes no packing with one.
            let tag = answer.header("etag").expect("a tag");
            for again in
                [holding(site.get(path), &now.body).header("accept-encoding", wishes), site.get(path)]
            {
                let unchanged = again.header("if-none-match", tag).gives(304);
                assert_eq!(unchanged.header("etag"), Some(tag), "{path}");
            }
        }
    }
    let metrics = site.get_private("/metrics").gives(200).text();
    let counted = DOCUMENTS.len() * 3 * 3;
    assert!(metrics.contains(&format!("bantin_differences_total {counted}\n")), "{metrics}");
}

#[test]
fn a_client_with_a_dictionary_that_is_of_no_use_gets_an_ordinary_packing() {
    let mut site = site_with("");
    let wishes = "gzip, dcz";
    let [rss, atom] = ["/feeds/all.rss", "/feeds/all.atom"].map(|path| site.bytes(path));
    let packed = |site: &Site, path: &str, held: &[u8], wishes: &str| {
        let answer = holding(site.get(path), held).header("accept-encoding", wishes).gives(200);
        answer.header("content-encoding").unwrap_or("").to_owned()
    };
    assert_eq!(packed(&site, "/feeds/all.rss", b"never given out", wishes), "gzip");
    let other = holding(site.get("/feeds/all.rss"), &rss).header("accept-encoding", "zstd").gives(200);
    assert_eq!(other.header("content-encoding"), Some("zstd"), "it does not say that it takes it so");
    assert_eq!(
        packed(&site, "/feeds/all.rss", &rss, wishes),
        "dcz",
        "by now it is known that somebody holds it"
    );
    assert_eq!(packed(&site, "/feeds/all.atom", &rss, wishes), "gzip", "a dictionary is for its own path");
    assert_eq!(packed(&site, "/feeds/all.atom", &atom, "dcz;q=0.5, gzip"), "gzip");
    assert_eq!(packed(&site, "/feeds/all", &rss, wishes), "gzip");
    for strange in ["", ":", "::", "x", ":AAAA:", "\u{e9}"] {
        let request = site.get("/feeds/all.rss").header("available-dictionary", strange);
        assert_eq!(
            request.header("accept-encoding", "dcz, gzip").gives(200).header("content-encoding"),
            Some("gzip")
        );
    }
    // What a page may not read is not packed so for it.
    for (mode, packing) in [("no-cors", "gzip"), ("cors", "dcz")] {
        let request = holding(site.get("/feeds/all.rss"), &rss).header("accept-encoding", wishes);
        let request = request.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", mode);
        let answer = request.header("origin", "https://doi-tac.example").gives(200);
        assert_eq!(answer.header("content-encoding"), Some(packing), "{mode}");
    }
    site.restart();
    site.article("tin/50.md", article(50));
    site.comes("Bài 50");
    assert_eq!(
        packed(&site, "/feeds/all.rss", &rss, wishes),
        "gzip",
        "after a start it is not known who holds what"
    );
}

#[test]
fn who_asks_for_news_in_vain_after_a_restart_is_known_to_hold_what_there_is() {
    let mut site = site_with("");
    let held = site.get("/feeds/all.rss").header(HINTS.0, HINTS.1).gives(200);
    site.restart();
    let tag = held.header("etag").expect("a tag");
    holding(site.get("/feeds/all.rss"), &held.body).header("if-none-match", tag).gives(304);
    site.eventually("it is printed behind that answer", || {
        let metrics = site.get_private("/metrics").gives(200).text();
        metrics.contains("bantin_prints_total 1\n").then_some(())
    });
    site.article("tin/50.md", article(50));
    site.comes("Bài 50");
    let answer = holding(site.get("/feeds/all.rss"), &held.body).header("accept-encoding", WISHES).gives(200);
    assert_eq!(unpacked(&answer, &held.body), site.bytes("/feeds/all.rss"));
}

#[test]
fn ordinary_clients_are_told_what_they_always_were() {
    let site = site_with("");
    let names = ["cache-control", "vary", "use-as-dictionary"];
    for path in DOCUMENTS {
        let answer = site.get(path).header("accept-encoding", "gzip, br").gives(200);
        let version = site.get(path).gives(200).header("etag").expect("a tag").trim_matches('"').to_owned();
        let offer = format!("match=\"{path}\", id=\"{version}\"");
        let expected = ["public, no-cache", "accept-encoding", &offer];
        assert_eq!(headers(&answer, &names), expected, "{path}");
    }
    // Pages are looked at, not asked for again and again; pictures and scripts have nothing in common with the next.
    for path in
        ["/", "/feeds/all", "/embed/all", "/embed/all.svg", "/embed.js", "/opml.xml", "/articles/bai-1"]
    {
        let answer = site.get(path).header(HINTS.0, HINTS.1).header("accept-encoding", WISHES).gives(200);
        assert_eq!(headers(&answer, &names), ["public, no-cache", "accept-encoding", ""], "{path}");
    }
}

#[test]
fn a_site_that_lets_documents_be_used_unasked_says_so_to_all() {
    let site = site_with("max_age = 300\n");
    let names = ["cache-control", "vary"];
    let path = "/feeds/all.rss";
    let held = site.get(path).header(HINTS.0, HINTS.1).gives(200);
    assert_eq!(headers(&held, &names), ["public, max-age=300", "accept-encoding, available-dictionary"]);
    site.article("tin/50.md", article(50));
    site.comes("Bài 50");
    let answer = holding(site.get(path), &held.body).header("accept-encoding", WISHES).gives(200);
    // Only who has the dictionary can read it.
    assert_eq!(headers(&answer, &names), ["private, max-age=300", "accept-encoding, available-dictionary"]);
    assert_eq!(unpacked(&answer, &held.body), site.bytes(path));
}

#[test]
fn a_dictionary_is_for_one_path_of_a_site_that_is_reached_in_a_secure_way() {
    for (base, offer) in [
        ("https://tin.example.vn/xa(2)/", r#"match="/xa\\(2\\)/feeds/all.rss", "#),
        ("http://localhost:8080/", r#"match="/feeds/all.rss", "#),
        ("http://[::1]/", r#"match="/feeds/all.rss", "#),
        ("http://tin.example.vn/", ""),
        ("http://192.168.1.2/", ""),
    ] {
        let mut site = Site::new().without_base();
        site.feed("site", &format!("base_url = \"{base}\"\n")).article("tin/1.md", article(1));
        site.start();
        let answer = site.get("/feeds/all.rss").header(HINTS.0, HINTS.1).gives(200);
        let said = answer.header("use-as-dictionary").unwrap_or("");
        assert!(said.starts_with(offer) && said.is_empty() == offer.is_empty(), "{base}: {said}");
        let again =
            holding(site.get("/feeds/all.rss"), &answer.body).header("accept-encoding", WISHES).gives(200);
        assert_eq!(again.header("content-encoding") == Some("dcz"), !offer.is_empty(), "{base}");
    }
}
