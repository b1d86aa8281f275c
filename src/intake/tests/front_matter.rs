use super::*;
use crate::words::Language;

/// Reads a Markdown file with this front matter and the body `Thân bài.`
#[track_caller]
fn reading(head: &str) -> Reading {
    let text = format!("{head}\nThân bài.\n");
    match read_text("bai.md", &text) {
        Ok(reading) => reading,
        Err(problem) => panic!("{}", problem.told(Language::En)),
    }
}

fn labels(terms: &[Term]) -> Vec<&str> {
    terms.iter().map(|term| term.label.as_str()).collect()
}

#[test]
fn the_same_front_matter_in_every_syntax_reads_the_same() {
    for head in [
        "---\ntitle: Lúa vàng\ndate: 2026-09-02T07:30:00+07:00\ncategories: [Mùa vụ, Thị trường]\ntags: lúa, giá\nauthor: Ngô Trọng\ndraft: true\n---",
        "---\ntitle: \"Lúa vàng\"\ndate: 2026-09-02 07:30:00 +0700\ncategories:\n  - Mùa vụ\n  - Thị trường\ntags:\n- lúa\n- giá\nauthors:\n  - name: Ngô Trọng\n    email: a@b.vn\ndraft: yes\n...",
        "+++\ntitle = \"Lúa vàng\"\ndate = 2026-09-02T07:30:00+07:00\ndraft = true\n[taxonomies]\ncategories = [\"Mùa vụ\", \"Thị trường\"]\ntags = [\"lúa\", \"giá\"]\n[extra]\nauthor = \"Ngô Trọng\"\n+++",
        "{\n  \"title\": \"Lúa vàng\",\n  \"date\": \"2026-09-02T07:30:00+07:00\",\n  \"categories\": [\"Mùa vụ\", \"Thị trường\"],\n  \"tags\": [\"lúa\", \"giá\"],\n  \"author\": \"Ngô Trọng\",\n  \"draft\": true\n}",
        "Title: Lúa vàng\nDate: 2026-09-02 07:30\nCategories: Mùa vụ, Thị trường\nTags: lúa, giá\nAuthor: Ngô Trọng\nStatus: draft\n",
        "---\nTIÊU ĐỀ: Lúa vàng\nngày đăng: 02/09/2026 7:30\nchuyên mục: Mùa vụ, Thị trường\nthẻ: lúa, giá\ntác giả: Ngô Trọng\nbản nháp: có\n---",
        "tieu de: Lúa vàng\nngay: 7h30 2/9/2026\nchuyen muc: Mùa vụ; Thị trường\ntu khoa: lúa; giá\ntac gia: Ngô Trọng\ntrang thai: Bản nháp\n",
    ] {
        let article = reading(head).article;
        assert_eq!(article.title, "Lúa vàng", "{head}");
        assert_eq!(article.published, Some(at("2026-09-02T07:30:00+07:00")), "{head}");
        assert_eq!(labels(&article.categories), ["Mùa vụ", "Thị trường"], "{head}");
        assert_eq!(labels(&article.tags), ["lúa", "giá"], "{head}");
        assert_eq!(labels(&article.authors), ["Ngô Trọng"], "{head}");
        assert!(article.draft, "{head}");
        assert_eq!(article.html, "<p>Thân bài.</p>", "{head}");
    }
}

#[test]
fn what_people_really_type_is_read_and_the_quoted_form_is_shown() {
    for (typed, title, quoted) in [
        (
            "title: Nghị quyết: những điểm mới",
            "Nghị quyết: những điểm mới",
            Some("title: \"Nghị quyết: những điểm mới\""),
        ),
        (
            "title: \"Học tập\" và làm theo",
            "\"Học tập\" và làm theo",
            Some("title: \"\\\"Học tập\\\" và làm theo\""),
        ),
        ("title: C# và F #1", "C# và F #1", Some("title: \"C# và F #1\"")),
        ("title:Lúa vàng", "Lúa vàng", Some("title: \"Lúa vàng\"")),
        ("title:\u{A0}Lúa vàng", "Lúa vàng", Some("title: \"Lúa vàng\"")),
        ("title: **đậm**", "**đậm**", Some("title: \"**đậm**\"")),
        ("title: @abc", "@abc", Some("title: \"@abc\"")),
        ("title: - gạch", "- gạch", Some("title: \"- gạch\"")),
        ("title: [Ảnh] Lúa vàng", "[Ảnh] Lúa vàng", Some("title: \"[Ảnh] Lúa vàng\"")),
        ("title: 2026", "2026", None),
        ("title: true", "true", None),
        ("title:\tLúa", "Lúa", None),
        ("title: 'Lúa: vàng'", "Lúa: vàng", None),
        ("title: Lúa # ghi chú", "Lúa", None),
        ("title: >\n  Lúa\n  vàng", "Lúa vàng", None),
        ("tiêu đề: Lúa", "Lúa", None),
    ] {
        let Reading { article, remarks, .. } =
            reading(&format!("---\n{typed}\ndate: 2026-09-02\ntags:\n  - lúa\n---"));
        assert_eq!(article.title, title, "{typed}");
        assert_eq!(labels(&article.tags), ["lúa"], "{typed}");
        let shown = remarks.first().map(|remark| (remark.line, remark.hint.en.clone()));
        assert_eq!(shown, quoted.map(|quoted| (Some(2), format!("Write it as: {quoted}"))), "{typed}");
    }
}

#[test]
fn front_matter_that_cannot_be_read_is_told_with_its_line() {
    for (text, line) in [
        ("---\ntitle: a\ndate: 31/02/2026\n---\n", 3),
        ("---\ntitle: a\ndate: hôm qua\n---\n", 3),
        ("---\ntitle: a\ntitle: b\n---\n", 3),
        ("---\ntitle: a\nTitle: b\n---\n", 3),
        ("---\ntitle: a\nx: &a [1]\ny: *a\n---\n", 3),
        ("---\ntitle: a\nthân bài\n", 1),
        ("---\ntitle: a\n  b\n c: [\n---\n", 4),
        ("+++\ntitle = \"a\"\ndate = \n+++\n", 3),
        ("+++\ntitle = \"a\"\ntitle = \"b\"\n+++\n", 3),
        ("{\n \"title\": \"a\",\n \"title\": \"b\"\n}\n", 3),
        ("{\n \"title\": \"a\"\n \"date\": 1\n}\n", 3),
        ("Title: a\nDate: 2026-13-01\n\n", 2),
    ] {
        let problem = read_text("bai.md", text).expect_err(text);
        assert_eq!(problem.line, Some(line), "{text}{}", problem.told(Language::En));
    }
    let twice = read_text("bai.md", "---\ntitle: a\nx: 1\ntitle: b\n---\n").expect_err("twice");
    assert_eq!(
        twice.told(Language::En),
        "bai.md:4: `title` is given twice, on lines 2 and 4\n  hint: Delete one of the two."
    );
    assert_eq!(
        twice.told(Language::Vi),
        "bai.md:4: mục `title` được viết hai lần, ở dòng 2 và dòng 4\n  gợi ý: Hãy xóa bớt một dòng."
    );
}

#[test]
fn deep_and_long_front_matter_is_refused_at_once() {
    for head in [
        format!("---\na: {}{}\n---\n", "[".repeat(20), "]".repeat(20)),
        format!("+++\na = {}\n+++\n", "[".repeat(20_000)),
        format!("+++\n{}a = 1\n+++\n", "a.".repeat(20_000)),
        format!("+++\n[{}a]\n+++\n", "a.".repeat(20_000)),
        format!("{{\"a\": {}\n}}\n", "[".repeat(20_000)),
        format!("---\ntitle: {}\n---\n", "a".repeat(LONGEST_FRONT_MATTER)),
    ] {
        assert!(read_text("bai.md", &format!("{head}chữ")).is_err(), "{}", &head[..20]);
    }
}

#[test]
fn half_characters_in_json_become_the_replacement_character() {
    let title = |json: &str| reading(&format!("{{\"title\": \"{json}\"}}")).article.title;
    assert_eq!(title("a\\ud800b"), "a\u{FFFD}b");
    assert_eq!(title("a\\udc00\\ud83d\\ude00"), "a\u{FFFD}😀");
    assert_eq!(title("a\\\\ud800"), "a\\ud800");
    assert_eq!(title("a\\u0008b"), "ab");
}

#[test]
fn what_is_no_front_matter_stays_in_the_text() {
    for text in [
        "---\n\nĐoạn giữa hai vạch\n\n---\n\nhết",
        "{{< figure src=\"a.jpg\" >}}\n\nchữ",
        "Một là: gieo sớm\nHai là: bón đủ\n\nchữ",
        "https://a.vn/b: xem\n\nchữ",
    ] {
        let article = article("2026-09-02-bai.md", text);
        assert_eq!(article.title, "Bai", "{text}");
        assert!(!article.html.is_empty());
    }
}

#[test]
fn the_other_fields_are_read() {
    let head = "---\ntitle: a\nslug: Lúa Vàng\nid: 6BA7B810-9DAD-11D1-80B4-00C04FD430C8\nlang: en\nimage: lúa.jpg\nimage_alt: Ruộng lúa\n\
                canonical_url: https://khac.example/bai\nlastmod: 03/09/2026\ndescription: Tóm tắt\nsource: Báo An Giang\npublished: false\nla: gì\n---";
    let article = reading(head).article;
    assert_eq!(article.slug.as_str(), "lua-vang");
    assert_eq!(
        article.id.map(|id| id.to_string()).as_deref(),
        Some("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    );
    assert_eq!(article.language, LanguageTag::parse("en"));
    let image = article.image.expect("an image");
    assert_eq!(
        (image.url.as_str(), image.alt.as_str()),
        ("https://tin.example/media/l%C3%BAa.jpg", "Ruộng lúa")
    );
    assert_eq!(article.canonical.as_ref().map(Url::as_str), Some("https://khac.example/bai"));
    assert_eq!(article.updated, Some(at("2026-09-03")));
    assert_eq!(article.summary, "Tóm tắt");
    assert_eq!(article.publication.as_deref(), Some("Báo An Giang"));
    assert!(article.draft);
    assert_eq!(article.published, None);
    let other =
        reading("---\ntitle: a\npermalink: /tin/lua-vang/\nimages:\n - a.jpg\n - b.jpg\nlang: vi\n---")
            .article;
    assert_eq!((other.slug.as_str(), other.canonical, other.language), ("lua-vang", None, None));
    assert_eq!(
        other.image.map(|image| image.url.to_string()).as_deref(),
        Some("https://tin.example/media/a.jpg")
    );
    let cover =
        reading("---\ntitle: a\ncover:\n  image: a.jpg\n  alt: Ruộng\n---").article.image.expect("a cover");
    assert_eq!(cover.alt, "Ruộng");
}

#[test]
fn what_joins_people_may_stand_in_the_name_of_one_organisation() {
    for (typed, read) in [
        ("Ngô Trọng và Lê Lan", &["Ngô Trọng", "Lê Lan"][..]),
        ("NGÔ TRỌNG & LÊ LAN", &["NGÔ TRỌNG", "LÊ LAN"]),
        ("ngô trọng và lê lan", &["ngô trọng", "lê lan"]),
        ("Ngô Trọng <trong@bao.vn> và Lê Lan", &["Ngô Trọng", "Lê Lan"]),
        ("Jan van Eyck and Lê Lan", &["Jan van Eyck", "Lê Lan"]),
        ("Đài Phát thanh và Truyền hình", &["Đài Phát thanh và Truyền hình"]),
        ("Sở Nông nghiệp & Môi trường – Lê Lan", &["Sở Nông nghiệp & Môi trường", "Lê Lan"]),
        ("Lê Lan, Sở Văn hóa và Thể thao", &["Lê Lan", "Sở Văn hóa và Thể thao"]),
        ("Department of Health and Sport", &["Department of Health and Sport"]),
        ("Lê Lan và cộng sự", &["Lê Lan và cộng sự"]),
    ] {
        for head in [format!("author: {typed}"), format!("tác giả: \"{typed}\"")] {
            let article = reading(&format!("---\ntitle: Lúa\n{head}\n---")).article;
            assert_eq!(labels(&article.authors), read, "{head}");
        }
    }
}
