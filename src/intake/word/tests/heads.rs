use super::*;
use crate::words::{Term, Timestamp};

/// Title, category, author, publication, date and first element of a text.
type Told = (String, String, Option<String>, Option<String>, Option<Timestamp>, String);

fn told(docx: &Docx) -> Told {
    let article = docx.reading().article;
    let label = |term: &Term| term.label.clone();
    let first = article.html.lines().next().unwrap_or("").to_owned();
    (
        article.title.clone(),
        label(article.primary_category()),
        article.authors.first().map(label),
        article.publication,
        article.published,
        first,
    )
}

fn at(written: &str) -> Option<Timestamp> {
    crate::intake::dates::parse(written, &site().zone).ok()
}

#[track_caller]
fn check(docx: &Docx, expected: (&str, &str, Option<&str>, Option<&str>, Option<&str>, &str)) {
    let (title, category, author, publication, date, first) = expected;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let expected =
        (title.into(), category.into(), owned(author), owned(publication), date.and_then(at), first.into());
    assert_eq!(told(docx), expected);
}

const LONG: &str = "Sáng nay ghe lúa nối nhau về bến chợ, giá nhích thêm hai trăm đồng mỗi ký, bà con trong xã ai cũng mừng, \
                    thương lái gọi điện đặt trước cả tuần.";

fn styles() -> String {
    [style("T", "Title", ""), style("S", "Subtitle", ""), style("H", "heading 1", "")].concat()
}

#[test]
fn the_shape_is_that_of_a_newspaper_whatever_the_styles() {
    let body = [
        p("Mùa vụ"),
        p("Lúa về đầy bến chợ"),
        p("20/11/2026 16:27"),
        p(LONG),
        p("Ngô Trọng"),
        p("Nông thôn An Giang"),
    ];
    let expected = (
        "Lúa về đầy bến chợ",
        "Mùa vụ",
        Some("Ngô Trọng"),
        Some("Nông thôn An Giang"),
        Some("2026-11-20T16:27:00+07:00"),
        "<p>".to_owned() + LONG + "</p>",
    );
    let (title, category, author, paper, date, first) = expected;
    check(&Docx::new(body.concat()), (title, category, author, paper, date, &first));
    let marked = [
        p("Mùa vụ"),
        styled("T", "Lúa về"),
        styled("T", "đầy bến chợ"),
        p("20/11/2026 16:27"),
        p(LONG),
        p("Ngô Trọng"),
        p("Nông thôn An Giang"),
    ];
    check(&Docx::new(marked.concat()).styles(&styles()), (title, category, author, paper, date, &first));
}

#[test]
fn a_marked_title_is_one_wherever_the_date_stands() {
    let lead = "<p>Chợ nổi nhộn nhịp từ tờ mờ sáng</p>";
    let below =
        [styled("T", "Lúa về"), styled("S", "Chợ nổi nhộn nhịp từ tờ mờ sáng"), p("20/11/2026"), p(LONG)];
    check(
        &Docx::new(below.concat()).styles(&styles()),
        ("Lúa về", "Tin", None, None, Some("2026-11-20"), lead),
    );
    let above = [p("20/11/2026 | Ngô Trọng"), styled("T", "Lúa về"), p(LONG)];
    let first = format!("<p>{LONG}</p>");
    check(
        &Docx::new(above.concat()).styles(&styles()),
        ("Lúa về", "Tin", Some("Ngô Trọng"), None, Some("2026-11-20"), &first),
    );
    // Further on, a heading is one.
    let heading = [styled("H", "Lúa về"), p(LONG), styled("H", "Giá cả"), p(LONG)];
    let docx = Docx::new(heading.concat()).styles(&styles());
    assert_eq!(docx.reading().article.html, format!("<p>{LONG}</p>\n<h2>Giá cả</h2>\n<p>{LONG}</p>"));
}

#[test]
fn what_is_missing_comes_from_the_properties_but_never_the_last_change() {
    let properties = "<dc:title>Lúa về</dc:title><dc:creator>Ngô Trọng; Lê Lan</dc:creator><cp:category>Mùa vụ</cp:category>\
                      <cp:keywords>lúa, chợ</cp:keywords><dcterms:created>2026-09-02T00:30:00Z</dcterms:created>\
                      <dcterms:modified>2026-10-01T00:00:00Z</dcterms:modified>";
    let long = p(&LONG.repeat(3));
    let docx = Docx::new(long).properties(properties);
    let path = content_path("bai.docx");
    let bytes = docx.bytes();
    let article =
        read(&Source { path: &path, bytes: &bytes, beside: &[] }, &site()).expect("it reads").article;
    assert_eq!(article.title, "Lúa về");
    assert_eq!(article.primary_category().label, "Mùa vụ");
    assert_eq!(
        article.authors.iter().map(|term| term.label.as_str()).collect::<Vec<_>>(),
        ["Ngô Trọng", "Lê Lan"]
    );
    assert_eq!(article.tags.iter().map(|term| term.label.as_str()).collect::<Vec<_>>(), ["lúa", "chợ"]);
    assert_eq!((article.published, article.updated), (at("2026-09-02T07:30:00+07:00"), None));
    // A folder and a file's name were chosen; a machine is nobody's name.
    let path = content_path("tin/2026-01-05-lua.docx");
    let bytes = Docx::new(p("Lúa về") + &p(LONG))
        .properties(&properties.replace("Ngô Trọng; Lê Lan", "Windows User"))
        .bytes();
    let article =
        read(&Source { path: &path, bytes: &bytes, beside: &[] }, &site()).expect("it reads").article;
    assert_eq!((article.title.as_str(), article.published), ("Lúa về", at("2026-01-05")));
    assert_eq!((article.primary_category().label.as_str(), article.authors.len()), ("Tin", 0));
}

#[test]
fn front_matter_and_bad_dates_are_told_as_in_plain_text() {
    let body = ["title: Lúa về", "tác giả: Ngô Trọng", "date: 2026-11-20", "", LONG].map(p).concat();
    let first = format!("<p>{LONG}</p>");
    check(&Docx::new(body), ("Lúa về", "Tin", Some("Ngô Trọng"), None, Some("2026-11-20"), &first));
    let problem =
        Docx::new(p("Lúa về") + &p("31/02/2026 16:27") + &p(LONG)).read().expect_err("there is no such day");
    assert_eq!(problem.line, Some(2));
}

#[test]
fn a_list_or_a_table_is_never_a_head() {
    let table = format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("Lúa"), p("7.400"));
    let body = [p("Giá lúa"), table, p("20/11/2026"), p("Ngô Trọng")].concat();
    let reading = Docx::new(body).reading();
    assert_eq!(reading.article.title, "Giá lúa");
    assert_eq!(reading.article.published, at("2026-11-20"));
    assert_eq!(
        reading.article.html,
        "<table>\n<tbody>\n<tr><td>Lúa</td><td>7.400</td></tr>\n</tbody>\n</table>"
    );
}

#[test]
fn a_picture_alone_has_the_name_of_its_file() {
    let body = format!("<w:p><w:r>{}</w:r></w:p>", drawing("a", ""));
    let docx = Docx::new(body).relation("a", "image", "media/a.png").member("word/media/a.png", png(2, 2));
    let reading = docx.reading();
    assert_eq!((reading.article.title.as_str(), reading.pictures.len()), ("Bai", 1));
}
