use super::*;
use crate::intake::{self, Reading, Source, placing};
use crate::render::status::{Fault, Trouble};
use crate::settings::{self, Overrides};
use crate::words::{FeedName, Language, Text, Zone};
use std::path::Path;
use std::time::Duration;
use url::Url;

fn site(language: Language) -> Site {
    let tag = match language {
        Language::Vi => "vi",
        Language::En => "en",
    };
    let text =
        format!("title = \"Đồng Bằng\"\nbase_url = \"https://tin.example.vn/\"\nlanguage = \"{tag}\"\n");
    let listening = Url::parse("http://127.0.0.1/").expect("an address");
    settings::site(&text, &Overrides::default(), &listening).expect("sound settings").0
}

fn path(text: &str) -> ContentPath {
    ContentPath::new(Path::new(text)).expect("a path")
}

fn read(path: &ContentPath, text: &str, site: &Site) -> Result<Reading, Problem> {
    intake::read(&Source { path, bytes: text.as_bytes(), beside: &[] }, site)
}

fn at(day: i8, hour: i8) -> Timestamp {
    Zone::named("Asia/Ho_Chi_Minh").and_then(|zone| zone.at((2026, 11, day), (hour, 27, 0))).expect("a time")
}

fn carriers(reading: &Reading) -> Vec<Carrier> {
    let article = &reading.article;
    let automatic = |name, label: &str| Carrier {
        name,
        title: None,
        label: Some(label.into()),
        only_for: None,
        delay: Duration::ZERO,
    };
    let categories =
        article.categories.iter().map(|term| automatic(FeedName::category(term.slug.clone()), &term.label));
    let tags = article.tags.iter().map(|term| automatic(FeedName::Tag(term.slug.clone()), &term.label));
    let authors =
        article.authors.iter().map(|term| automatic(FeedName::Author(term.slug.clone()), &term.label));
    let defined = Carrier {
        name: FeedName::Plain(Slug::of("sang nay").expect("a slug")),
        title: Some("Sáng nay ở đồng bằng".into()),
        label: None,
        only_for: None,
        delay: Duration::from_secs(3600),
    };
    let everything =
        Carrier { name: FeedName::All, title: None, label: None, only_for: None, delay: Duration::ZERO };
    std::iter::once(everything).chain(categories).chain(tags).chain(authors).chain([defined]).collect()
}

/// Compares with `tests/expected/receipts/NAME.LANGUAGE.txt`; with `BLESS=1` in the environment, writes it instead.
/// There lines end as Unix ends them.
#[track_caller]
fn check(name: &str, write: impl Fn(&Site) -> Vec<u8>) {
    for (language, tag) in [(Language::Vi, "vi"), (Language::En, "en")] {
        let written = String::from_utf8(write(&site(language))).expect("UTF-8");
        assert!(is_ours(written.as_bytes()), "{name}");
        let bare = written.strip_prefix('\u{FEFF}').expect("a byte order mark");
        assert_eq!(bare.matches('\n').count(), bare.matches("\r\n").count(), "{name}");
        let found = bare.replace("\r\n", "\n");
        let file = format!("{}/tests/expected/receipts/{name}.{tag}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&file, &found).expect("the expected file can be written");
        }
        assert_eq!(found, std::fs::read_to_string(&file).unwrap_or_default(), "{file}");
    }
}

const WHOLE: &str = "Mùa vụ\n\nGiá lúa nhích lên, nông dân phấn khởi\n\n20/11/2026 16:27\n\nSáng nay ghe lúa nối nhau về bến.\n\nNgô Trọng\n\nBáo An Giang\n";

/// The receipt for a file whose article was read well and stands so.
fn receipt_for(
    name: &str,
    text: &str,
    outcome: impl Fn(Notice<'static>) -> Outcome<'static>,
    site: &Site,
) -> Vec<u8> {
    let path = path(name);
    let reading = Box::leak(Box::new(read(&path, text, site).expect("a sound file")));
    let published = reading.article.published.unwrap_or(at(19, 8));
    let notice = Notice {
        article: &reading.article,
        slug: &reading.article.slug,
        published,
        updated: published,
        expires: None,
        placing: Box::leak(Box::new(placing(&path, site))),
        carriers: carriers(reading).leak(),
    };
    let kind = Kind::of(&path).expect("an article's name");
    receipt(&Facts { path: &path, kind, outcome: outcome(notice), remarks: &reading.remarks }, site)
}

fn wrong(name: &str, site: &Site) -> &'static [Problem] {
    let text = "---\ntitle: Lũ về\ndate: 31/02/2026\n---\nNước lên.\n";
    let problem = read(&path(name), text, site).expect_err("there is no such day");
    Box::leak(Box::new([problem]))
}

#[test]
fn an_article_that_is_out() {
    check("out", |site| receipt_for("Mùa vụ/gia-lua.txt", WHOLE, Outcome::Out, site));
}

#[test]
fn an_article_that_was_changed_and_has_everything() {
    let text = "---\ntitle: Lũ về đầu nguồn\ncategories: [Thời tiết, Đời sống]\ntags: [lũ, cá linh]\nauthor: Lê Minh Hạnh\ncanonical: https://khac.example/lu\ncorrection: nước lên 20 cm, không phải 20 m\n---\nNước lên.\n";
    check("changed", |site| {
        let changed = |notice: Notice<'static>| {
            Outcome::Out(Notice { updated: at(21, 8), expires: Some(at(30, 0)), ..notice })
        };
        receipt_for("thoi-tiet/2026-11-20-lu-ve.md", text, changed, site)
    });
}

#[test]
fn an_article_of_which_much_was_guessed_and_something_should_be_looked_at() {
    let text = "---\nngôn ngữ: tiếng sao Hỏa\nid: bài số 7\n---\nNước lên.\n";
    check("guessed", |site| receipt_for("lu-ve.md", text, Outcome::Out, site));
}

#[test]
fn an_article_whose_file_was_broken_since() {
    check("older", |site| {
        let older = |notice| Outcome::Older(Older::Out(notice), wrong("lu-ve.md", site));
        let path = "lu-ve.md";
        receipt_for(path, "---\ntitle: Lũ về\ndate: 2026-11-20\n---\nNước lên.\n", older, site)
    });
}

#[test]
fn an_article_that_waits() {
    check("waits", |site| receipt_for("Mùa vụ/gia-lua.txt", WHOLE, Outcome::Waits, site));
    check("older-waits", |site| {
        let older = |notice| Outcome::Older(Older::Waits(notice), wrong("lu-ve.md", site));
        receipt_for("lu-ve.md", "---\ntitle: Lũ về\ndate: 2026-11-20\n---\nNước lên.\n", older, site)
    });
}

#[test]
fn files_without_an_article_that_is_out() {
    fn told(outcome: Outcome<'_>, site: &Site) -> Vec<u8> {
        let file = path("tin/lu-ve.md");
        receipt(&Facts { path: &file, kind: Kind::Markdown, outcome, remarks: &[] }, site)
    }
    fn held(why: Why, site: &Site) -> Vec<u8> {
        told(Outcome::Held(&Held { title: "Lũ về".into(), why }), site)
    }
    check("draft", |site| held(Why::Draft, site));
    check("not-out", |site| told(Outcome::NotOut(wrong("tin/lu-ve.md", site)), site));
    let reason = "nguồn tin đã cải chính";
    check("withdrawn", |site| held(Why::Withdrawn(String::new()), site));
    check("withdrawn-with-reason", |site| held(Why::Withdrawn(reason.into()), site));
    check("expired", |site| held(Why::Expired(at(20, 16)), site));
    check("purged", |site| held(Why::Purged(at(20, 16)), site));
}

#[test]
fn a_summary_says_what_needs_attention() {
    check("summary-of-nothing", |site| summary(&Whole::default(), site));
    check("summary", |site| {
        let remarks = read(&path("lu-ve.md"), "---\nngôn ngữ: tiếng sao Hỏa\n---\nNước lên.\n", site);
        let remarks = remarks.expect("a sound file").remarks.into_iter();
        let whole = Whole {
            published: 128,
            waiting: 2,
            unusable: 1,
            pressing: 103,
            faults: vec![
                Fault {
                    trouble: Trouble::Held { files: 1204 },
                    detail: Text::new(
                        "1204 trong số 2000 bài biến mất cùng lúc: tin (1204).",
                        "1204 of 2000 articles are gone at once: tin (1204).",
                    ),
                    to_do: Some(Text::new(
                        "Nếu không cố ý: chép lại các tệp vào chỗ cũ.",
                        "If this was not meant: put the files back.",
                    )),
                }
                .told(),
            ],
            settings: Vec::new(),
            wrong: wrong("tin/lu-ve.md", site).to_vec(),
            remarks: remarks.filter(Problem::is_pressing).collect(),
            waits: vec![
                Waits { until: at(20, 16), path: path("Mùa vụ/gia-lua.txt"), title: "Giá lúa".into() },
                Waits { until: at(21, 6), path: path("tin/cho-noi.txt"), title: String::new() },
            ],
        };
        summary(&whole, site)
    });
}

#[test]
fn a_receipt_has_a_bound_whatever_the_file_says() {
    let long = "rất dài ".repeat(10_000);
    let problem = Problem::new(&path("a.md"), Text::new(&*long, &*long), Text::new(&*long, &*long));
    let problems = vec![problem; 1000];
    let file = path("a.md");
    let facts =
        Facts { path: &file, kind: Kind::Markdown, outcome: Outcome::NotOut(&problems), remarks: &problems };
    let written = receipt(&facts, &site(Language::Vi));
    assert!(written.len() < 100 << 10, "{} bytes", written.len());
}

#[test]
fn a_receipt_is_called_like_its_file() {
    assert_eq!(name("Giá lúa.txt"), "Giá lúa.txt.txt");
    let longest = format!("{}.md", "ă".repeat(124));
    assert_eq!(name(&longest), format!("{longest}.txt"));
    let names = ["a", "b"].map(|end| name(&format!("{}{end}.md", "ă".repeat(125))));
    assert!(names.iter().all(|name| name.len() <= 255 && name.ends_with(".txt")), "{names:?}");
    assert_ne!(names[0], names[1]);
}
