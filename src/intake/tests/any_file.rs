use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn sanitised_again(article: &Article, source: &Source<'_>) -> String {
    sanitise::sanitise(&article.html, &addresses::Addresses::new(source, &site()), &article.slug)
        .expect("what was within bounds is still")
}

#[track_caller]
fn holds(path: &str, bytes: &[u8]) {
    let path = content_path(path);
    let source = Source { path: &path, bytes, beside: &[] };
    let reading = read(&source, &site());
    check_head(&source, &reading);
    let Ok(Reading { article, .. }) = reading else { return };
    assert!(!article.title.is_empty() && !article.categories.is_empty());
    assert_eq!(sanitised_again(&article, &source), article.html);
    if let Some(glance) = written::Glance::quick(&article.html) {
        assert_eq!(glance, written::Glance::whole(&article.html));
    }
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

/// Reads only the head of a file, which must say what the whole said; `true` when that was enough.
#[track_caller]
fn check_head(source: &Source<'_>, reading: &Result<Reading, Problem>) -> bool {
    match (head(source, &site()), reading) {
        (Ok(Some(head)), Ok(Reading { article, .. })) => {
            let Article { title, published, updated, categories, tags, authors, slug, id, draft, .. } =
                article.clone();
            assert_eq!(head, Head { title, published, updated, categories, tags, authors, slug, id, draft });
            true
        }
        (Ok(_), _) => false,
        (Err(refusal), reading) => {
            assert_eq!(Some(&refusal), reading.as_ref().err());
            false
        }
    }
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn the_head_of_every_file_we_have_says_what_the_whole_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut enough = 0;
    for folder in ["tests/cases", "tests/seeds", "content"].map(|name| root.join(name)) {
        for file in files_below(&folder) {
            let path = ContentPath::new(file.strip_prefix(&folder).expect("below it")).expect("a path");
            if Kind::of(&path).is_some() {
                let bytes = std::fs::read(&file).expect("a file");
                let source = Source { path: &path, bytes: &bytes, beside: &[] };
                enough += usize::from(check_head(&source, &read(&source, &site())));
            }
        }
    }
    assert!(enough > 20, "{enough}");
}

proptest! {
    #[test]
    fn the_head_of_a_file_with_front_matter_says_what_the_whole_says(
        name in prop_oneof![Just("a.txt"), Just("2019/b/a.md"), Just("c/2020-01-02-a.md")],
        start in prop_oneof![3 => Just("---\n"), 2 => Just("---\r\n"), 1 => Just("+++\n"), 1 => Just("\u{FEFF}---\n"), 1 => Just("\n---\n"), 1 => Just("")],
        parts in proptest::collection::vec(prop_oneof![
            3 => Just("title: Lúa vàng\n"), 1 => Just("title: \"\"\n"), 1 => Just("title: Lu\u{301}a\r\n"), 1 => Just("title = 'Lúa'\n"),
            1 => Just("tags: [a, \"b\u{8}c\"]\n"), 1 => Just("date: 2019-01-02\n"), 1 => Just("date: 2019-02-31\r"), 1 => Just("tác giả: Lê Lan\n"),
            1 => Just("date = 2019-01-02\n"), 1 => Just("title: C #1\n"), 1 => Just("title: a: b\n"), 1 => Just("\n"), 1 => Just("\r"),
            1 => Just("\u{301}"), 1 => Just("id: urn:a:b\n"), 1 => Just("slug: x y\n"), 1 => Just("draft: yes\n"), 1 => Just("category: Tin\u{C}"),
        ], 0..6),
        end in prop_oneof![4 => Just("---\n"), 1 => Just("---"), 1 => Just("--- \r\n"), 1 => Just("----\n---\n"), 1 => Just("+++\n"), 1 => Just("...\n"), 1 => Just("\u{2028}---\u{2028}")],
        text in prop_oneof![Just(""), Just("\u{301}# Lúa\n"), Just("# Lúa\n\nNgô Trọng\n"), Just("title: x\n---\n")],
    ) {
        holds(name, format!("{start}{}{end}{text}", parts.concat()).as_bytes());
    }

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

/// Texts made to take long to read, each about as long as asked for.
fn hostile_texts(length: usize) -> Vec<(&'static str, String)> {
    let long = |part: &str| part.repeat(length / part.len());
    let below = |head: &str, part: &str| format!("{head}{}", long(part));
    let numbered = |line: fn(usize) -> String| (0..length / 8).map(line).collect::<String>();
    let dated = "---\ntitle: T\ndate: 2026-01-01\n---\n";
    vec![
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
        ("a.html", long("&")),
        ("a.html", below(&"<div>".repeat(250), "<p>a")),
        ("a.html", below(&"<div>".repeat(250), "</td>")),
        ("a.html", below(&"<div>".repeat(250), "<li>")),
        ("a.html", format!("<img{}>", numbered(|n| format!(" a{n}=1")))),
        ("a.html", format!("<style></style{}>", numbered(|n| format!(" a{n}=1")))),
        ("a.html", format!("<img alt=\"{}\">", long("&"))),
        ("a.md", long("<div>")),
        ("a.md", long("\n\n# a")),
        ("a.md", long("# a\n")),
        ("a.md", long("http://a.vn ")),
        ("a.md", long("http://")),
        ("a.md", long("www.")),
        ("a.md", long("&")),
        ("a.md", long("\\&")),
        ("a.md", long("\u{A0}")),
        ("a.md", long(">")),
        ("a.md", long(">- ")),
        ("a.md", below(dated, "- ")),
        ("a.md", format!("{}a", below(dated, "- "))),
        ("a.md", below(dated, "1. ")),
        ("a.md", below(dated, "- a\n")),
        ("a.md", below(dated, "*a_ ")),
        ("a.md", below(dated, "[a](b) ")),
        ("a.md", format!("{dated}{}a\n{}", "> ".repeat(length / 8), long("\n"))),
        ("a.txt", long("www.a.vn(")),
        ("a.txt", long("a\n")),
        ("a.txt", long("a\n\n")),
        ("a.txt", long("&")),
        ("a.txt", long("10/07/2019 ")),
        ("a.txt", long("\u{301}")),
        ("a.md", format!("---\n{}---\n", "a: b\n".repeat(length / 25))),
        (
            "a.md",
            (0..length / 25).map(|n| format!("[^{n}] ")).collect::<String>()
                + &(0..length / 25).map(|n| format!("\n\n[^{n}]: x")).collect::<String>(),
        ),
    ]
}

fn time_to_read(path: &str, text: &str) -> Duration {
    let begun = Instant::now();
    let _ = read_text(path, text);
    begun.elapsed()
}

#[test]
fn hostile_texts_take_time_by_their_length_only() {
    for ((path, short), (_, long)) in hostile_texts(8_000).into_iter().zip(hostile_texts(32_000)) {
        holds(path, short.as_bytes());
        // Four times the length takes four times as long, or sixteen times if something goes wrong; a busy machine
        // is given three chances.
        let grows_evenly = (0..3)
            .any(|_| time_to_read(path, &long) < 8 * time_to_read(path, &short) + Duration::from_millis(20));
        assert!(grows_evenly, "{path} {:?}", short.chars().take(30).collect::<String>());
    }
}

/// The text is read, and with one more of the same it is refused, naming the number.
#[track_caller]
fn check_limit(path: &str, most: usize, text: impl Fn(usize) -> String) {
    if let Err(problem) = read_text(path, &text(most)) {
        panic!("{}", problem.what.en);
    }
    let problem = read_text(path, &text(most + 1)).expect_err("one more is too many");
    for what in [&problem.what.vi, &problem.what.en] {
        assert!(what.contains(&most.to_string()), "{what}");
    }
}

#[test]
fn what_goes_beyond_any_article_is_refused_with_the_number() {
    check_limit("a.txt", MOST_ELEMENTS, |n| format!("Lúa vàng\n\n{}", "a\n\n".repeat(n)));
    check_limit("a.md", MOST_ELEMENTS, |n| format!("---\ntitle: T\n---\n{}", "***\n".repeat(n)));
    check_limit("a.html", MOST_ELEMENTS, |n| "a<br>".repeat(n));
    check_limit("a.html", MOST_ELEMENTS, |n| format!("a<img srcset='{}'>", vec!["b 1x"; n].join(",")));
    let attributes = |n: usize| (0..n).map(|n| format!(" a{n}")).collect::<String>();
    check_limit("a.html", MOST_ATTRIBUTES, |n| format!("<p{}>a", attributes(n)));
    check_limit("a.html", MOST_ATTRIBUTES, |n| format!("a</p{}>a", attributes(n)));
    check_limit("a.md", MOST_ATTRIBUTES, |n| format!("<div{}>a", attributes(n)));
    check_limit("a.md", MOST_MARKERS, |n| format!("{}a", ">".repeat(n)));
    check_limit("a.md", MOST_MARKERS, |n| format!("{}a", "- ".repeat(n)));
    check_limit("a.md", MOST_MARKERS, |n| format!("{}a", "1. ".repeat(n)));
    check_limit("a.md", MOST_SIGNS_IN_ONE_TEXT, |n| "&".repeat(n));
    check_limit("a.txt", MOST_SIGNS_IN_ONE_TEXT, |n| format!("a\n\n{}", "&".repeat(n)));
    check_limit("a.html", MOST_SIGNS_IN_ONE_TEXT, |n| format!("<p>a{}a", "&nbsp;".repeat(n)));
    check_limit("a.html", MOST_SIGNS_IN_ONE_TEXT, |n| format!("<img src=a alt='{}'>", "&".repeat(n)));
    check_limit("a.txt", MOST_SIGNS, |n| format!("a\n\n{}", "<".repeat(n)));
}

#[test]
fn the_line_with_too_many_marks_is_named_and_a_rule_is_none() {
    let problem = read_text("a.md", &format!("---\ntitle: T\n---\n\na\n\n{}a", "- ".repeat(200)));
    assert_eq!(problem.map_err(|problem| problem.line).err(), Some(Some(7)));
    let article = article("a.md", &format!("a\n\n{}\n\nb", "- ".repeat(200)));
    assert_eq!(article.html, "<p>a</p>\n<hr>\n<p>b</p>");
}

#[test]
fn attributes_are_counted_per_tag_only() {
    let tag = format!("<p title=\"{}\">a</p>", "a='b>' <c d/e> ".repeat(900));
    assert!(read_text("a.html", &tag).is_ok());
    let tags = "<p lang=vi dir='ltr' title = \"a > b\">a</p>\n".repeat(2_000);
    assert!(read_text("a.html", &tags).is_ok());
    let script = format!("<script>for (i=0;i<n;i++) {{ {} }}</script>", "a = 'b' > c; ".repeat(2_000));
    assert!(read_text("a.html", &format!("{script}<p>a")).is_ok());
    let hidden = (0..2_000).map(|n| format!("a{n} ")).collect::<String>();
    for before in [
        "<",
        "</",
        "< ",
        "<ữ",
        "</ữ <",
        "<!-- <a \"-->",
        "<script>i<n; s = \"</script>",
        "<textarea><b '</textarea>",
        "<a b=c\"d <e f='>",
    ] {
        assert!(read_text("a.html", &format!("{before}<p {hidden}>a</p>")).is_err(), "{before}");
    }
}
