use super::*;

const PAGE: &str = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Golden fields | Bản tin</title>
<meta name="description" content="Rice &amp; harvest">
<meta name="author" content="Ngô Trọng, Lê Lan">
<meta property="article:published_time" content="2026-09-02T07:30:00+07:00">
<meta property="article:modified_time" content="2026-09-03">
<meta name="keywords" content="lúa, giá">
<meta property="og:image" content="/anh/lua.jpg">
<link rel="canonical" href="https://khac.example/bai">
<style>p { color: red }</style>
</head>
<body>
<header><h1>Bản tin</h1></header>
<nav><a href="/">home</a></nav>
<article><h1>Golden fields</h1><p onclick="a()">Text <a href="../x.pdf">pdf</a>.<script>alert(1)</script></p></article>
<footer>contact</footer>
</body></html>"##;

#[test]
fn a_whole_page_gives_its_head_and_its_article() {
    let article = article("mua-vu/trang.html", PAGE);
    assert_eq!(article.title, "Golden fields");
    assert_eq!(article.summary, "Rice & harvest");
    assert_eq!(
        article.html,
        "<p>Text <a href=\"https://tin.example/media/x.pdf\" rel=\"noopener\">pdf</a>.</p>"
    );
    assert_eq!(article.published, Some(at("2026-09-02T07:30:00+07:00")));
    assert_eq!(article.updated, Some(at("2026-09-03")));
    assert_eq!(article.authors, [term("Ngô Trọng"), term("Lê Lan")]);
    assert_eq!(article.tags, [term("lúa"), term("giá")]);
    assert_eq!(article.language, LanguageTag::parse("en"));
    assert_eq!(article.canonical.as_ref().map(Url::as_str), Some("https://khac.example/bai"));
    assert_eq!(
        article.image.map(|image| image.url.to_string()).as_deref(),
        Some("https://tin.example/anh/lua.jpg")
    );
    assert_eq!(article.categories, [term("Mua vu")]);
}

#[track_caller]
fn check(page: &str, title: &str, html: &str) {
    let article = article("2026-09-02-trang.html", page);
    assert_eq!((article.title.as_str(), article.html.as_str()), (title, html), "{page}");
}

#[test]
fn a_page_may_say_as_little_as_it_likes() {
    check("<h1>Lúa</h1><p>chữ", "Lúa", "<p>chữ</p>");
    check("<title>Lúa</title><p>chữ", "Lúa", "<p>chữ</p>");
    check("<p>chữ", "Trang", "<p>chữ</p>");
    check("<main><h1>Lúa</h1>chữ</main>rác", "Lúa", "chữ");
    check("<h1>A</h1><p>x<h1>B</h1>", "A", "<h1>A</h1><p>x</p><h1>B</h1>");
    check(
        "<head><style type='text/css'/><script src='x.js'/><title>Lúa</title></head><p>chữ",
        "Lúa",
        "<p>chữ</p>",
    );
    check("---\ntitle: Từ đầu bài\n---\n<p>chữ</p>", "Từ đầu bài", "<p>chữ</p>");
}

#[test]
fn only_a_time_that_is_a_date_dates_a_page() {
    let published = |page: &str| article("trang.html", page).published;
    assert_eq!(
        published("<p><time>3 phút</time><time datetime='2026-09-02'>hôm nay</time>"),
        Some(at("2026-09-02"))
    );
    assert_eq!(published("<time>02/09/2026 07:30</time>"), Some(at("2026-09-02T07:30:00+07:00")));
    assert_eq!(published("<p>chữ"), None);
    let problem = read_text("trang.html", "<title>a</title>\n<meta name=date content='31/02/2026'>")
        .expect_err("no day");
    assert_eq!(problem.line, Some(2));
}
