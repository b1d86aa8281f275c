//! Whole readings: a file as it was dropped, and everything that must come out.

mod any_file;
mod front_matter;
mod html_file;
mod markdown;
mod newspaper;

use super::*;
use crate::words::{Id, LanguageTag, Slug, Term, Timestamp, WatchMode, Zone};
use std::path::Path;
use url::Url;

pub(in crate::intake) fn content_path(text: &str) -> ContentPath {
    ContentPath::new(Path::new(text)).expect("a path")
}

pub(in crate::intake) fn beside(path: &str, length: u64) -> Beside {
    Beside { path: content_path(path), length }
}

pub(in crate::intake) fn site() -> Site {
    Site {
        title: "Bản tin".into(),
        description: "Tin trong tỉnh".into(),
        base: Url::parse("https://tin.example/").expect("an address"),
        id: "https://tin.example/".into(),
        language: LanguageTag::parse("vi").expect("a language"),
        zone: Zone::named("Asia/Ho_Chi_Minh").expect("a zone"),
        default_category: Term::parse("Tin tức").expect("a term"),
        copyright: None,
        licence: None,
        image: None,
        limit: 50,
        max_age: 300,
        minor_words: 5,
        withdrawn_days: 90,
        ignore: Vec::new(),
        watch: WatchMode::Auto,
        accept_loss_after: None,
        receipts: crate::words::Receipts::Off,
        embed_sites: vec![],
        push: Default::default(),
        round_ups: Vec::new(),
        manners: Default::default(),
    }
}

/// The article of a text, and the lines of what could be better about it.
#[track_caller]
fn article(path: &str, text: &str) -> Article {
    read_text(path, text).expect("a file that can be read").article
}

fn read_text(path: &str, text: &str) -> Result<Reading, Problem> {
    let path = content_path(path);
    read(&Source { path: &path, bytes: text.as_bytes(), beside: &[] }, &site())
}

fn term(label: &str) -> Term {
    Term::parse(label).expect("a term")
}

fn at(rfc3339: &str) -> Timestamp {
    dates::parse(rfc3339, &site().zone).expect("a time")
}

#[test]
fn the_real_article_from_an_giang_comes_out_whole() {
    let seed = include_str!("../../../tests/seeds/an-giang-article.txt");
    let Reading { article, remarks, .. } =
        read_text("an-giang-article.txt", seed).expect("the seed is sound");
    let paragraphs: Vec<&str> =
        seed.split("\n\n").map(str::trim).filter(|text| text.chars().count() > 100).collect();
    assert_eq!(paragraphs.len(), 10);
    let html: Vec<String> = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
    let expected = Article {
        title: "Chương trình phối hợp công tác với Ban Tuyên giáo Tỉnh ủy".into(),
        summary: "Ngày 09/7/2018 tại Hội trường Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh An Giang đã diễn ra buổi lễ \
                  ký kết Chương trình phối hợp giữa Ban Tuyên giáo Tỉnh ủy với Ban Thường trực Ủy ban Mặt trận Tổ \
                  quốc Việt Nam tỉnh và các đoàn thể chính trị - xã hội tỉnh giai đoạn 2019 - 2024."
            .into(),
        html: html.join("\n"),
        published: Some(at("2019-07-10T16:27:00+07:00")),
        updated: None,
        categories: vec![Term { label: "Tuyên truyền".into(), slug: Slug::parse("tuyen-truyen").expect("a slug") }],
        tags: vec![],
        authors: vec![term("Ngô Trọng")],
        publication: Some("Nông thôn An Giang".into()),
        language: None,
        slug: Slug::parse("chuong-trinh-phoi-hop-cong-tac-voi-ban-tuyen-giao-tinh-uy").expect("a slug"),
        id: None::<Id>,
        canonical: None,
        image: None,
        enclosure: None,
        draft: false,
        expires: None,
        correction: None,
        withdrawn: None,
        minor: false,
    };
    assert_eq!(article, expected);
    assert_eq!(remarks, []);
}

#[test]
fn a_simple_markdown_file_and_a_simple_page_are_read() {
    let text = "---\ntitle: Lúa vàng\ndate: 2026-09-02\ntags: [lúa, mùa vụ]\n---\n\nĐồng **vàng**.\n";
    let md = article("mua-vu/lua.md", text);
    assert_eq!((md.title.as_str(), md.html.as_str()), ("Lúa vàng", "<p>Đồng <strong>vàng</strong>.</p>"));
    assert_eq!((md.categories, md.tags), (vec![term("Mua vu")], vec![term("lúa"), term("mùa vụ")]));
    let text = "<!doctype html><html><head><title>Lúa vàng</title><meta name=author content='Lê Lan'>\
                <body><nav>x</nav><h1>Lúa vàng</h1><time datetime=2026-09-02>2/9</time><p>Đồng vàng.";
    let html = article("lua.html", text);
    assert_eq!((html.title.as_str(), html.summary.as_str()), ("Lúa vàng", "Đồng vàng."));
    assert_eq!((html.authors, html.published), (vec![term("Lê Lan")], Some(at("2026-09-02"))));
}
