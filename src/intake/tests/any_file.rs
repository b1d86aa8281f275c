use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn sanitised_again(article: &Article, source: &Source<'_>) -> String {
    sanitise::sanitise(&article.html, &addresses::Addresses::new(source, &site()), &article.slug)
}

#[track_caller]
fn holds(path: &str, bytes: &[u8]) {
    let path = content_path(path);
    let source = Source { path: &path, bytes, beside: &[] };
    let Ok(Reading { article, .. }) = read(&source, &site()) else { return };
    assert!(!article.title.is_empty() && !article.categories.is_empty());
    assert_eq!(sanitised_again(&article, &source), article.html);
    let texts = [&article.title, &article.summary, &article.html];
    for text in texts {
        assert_eq!(&crate::words::clean(text), text);
    }
    for mark in ["<script", "<svg", "javascript:", "<iframe"] {
        assert!(
            !article.html.to_lowercase().contains(mark) || !article.html.contains('<'),
            "{}",
            article.html
        );
    }
}

proptest! {
    #[test]
    fn a_title_of_any_kind_has_a_slug_that_is_one(title in "\\PC{1,80}") {
        let article = article("a.md", &format!("---\ntitle: {}\n---\nx", serde_json::Value::from(title.as_str())));
        prop_assert_eq!(Slug::parse(article.slug.as_str()), Some(article.slug.clone()));
        prop_assert_eq!(Slug::of(article.slug.as_str()), Some(article.slug));
        use unicode_normalization::UnicodeNormalization;
        prop_assert_eq!(Slug::of(&title.nfc().collect::<String>()), Slug::of(&crate::words::clean(&title.nfd().collect::<String>())));
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_what_comes_out_is_sane(
        name in prop_oneof![Just("a.txt"), Just("b/a.md"), Just("c/a.html")],
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        holds(name, &bytes);
    }

    #[test]
    fn any_text_made_of_what_such_files_are_made_of_is_too(
        name in prop_oneof![Just("a.txt"), Just("b/a.md"), Just("c/a.html")],
        parts in proptest::collection::vec(prop_oneof![
            Just("---\n"), Just("+++\n"), Just("{\"title\": "), Just("title: "), Just("date: "), Just("\n"),
            Just("\n\n"), Just("10/07/2019"), Just("# "), Just("[^1]"), Just("[^1]: "), Just("**"), Just("| a |"),
            Just("|---|\n"), Just("<p>"), Just("</div>"), Just("<table>"), Just("<td>"), Just("<b x=1>"),
            Just("<a href='x.jpg'>"), Just("<!--"), Just("&#x8;"), Just("&lt;"), Just("Ngô Trọng"), Just("."),
            Just("Lúa vàng "), Just("- "), Just("> "), Just("`"), Just("\u{338}"), Just("\u{202E}"), Just("😀"),
            Just("e\u{301}"), Just("\u{8}"), Just("http://a.vn/("), Just("{{<x>}}"), Just("\u{FEFF}"), Just("]]>"),
        ], 0..40),
    ) {
        holds(name, parts.concat().as_bytes());
    }
}

#[test]
fn hostile_texts_take_time_by_their_length_only() {
    let long = |part: &str| part.repeat(100_000 / part.len());
    for (name, text) in [
        ("a.html", long("<div>")),
        ("a.html", long("<b x=1>")),
        ("a.html", format!("{}{}", (0..300).map(|n| format!("<b x={n}>")).collect::<String>(), long("<p>x"))),
        ("a.html", long("<table><td>")),
        ("a.html", long("<a href=x>")),
        ("a.html", long("<li><ul>")),
        ("a.html", long("<svg><p>")),
        ("a.html", long("</p>")),
        ("a.html", long("<")),
        ("a.html", long("&lt")),
        ("a.md", long("<div>")),
        ("a.md", long("\n\n# a")),
        ("a.md", long("http://a.vn ")),
        ("a.md", long("http://")),
        ("a.md", long("www.")),
        ("a.txt", long("www.a.vn(")),
        ("a.txt", long("a\n")),
        ("a.txt", long("a\n\n")),
        ("a.txt", long("10/07/2019 ")),
        ("a.txt", long("\u{301}")),
        ("a.md", format!("---\n{}---\n", "a: b\n".repeat(4_000))),
        (
            "a.md",
            (0..4_000).map(|n| format!("[^{n}] ")).collect::<String>()
                + &(0..4_000).map(|n| format!("\n\n[^{n}]: x")).collect::<String>(),
        ),
    ] {
        let begun = Instant::now();
        holds(name, text.as_bytes());
        let taken = begun.elapsed();
        assert!(
            taken < Duration::from_secs(10),
            "{taken:?} for {name} {:?}",
            text.chars().take(30).collect::<String>()
        );
    }
}
