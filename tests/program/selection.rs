//! What feeds ask of the words of articles, while the settings, the articles and the server change.

use crate::site::{Site, markdown};
use std::time::Duration;

fn titles(site: &Site, feed: &str, expected: &[&str]) {
    site.eventually(&format!("{feed} carries {expected:?}"), || {
        (site.titles(feed) == expected).then_some(())
    });
}

fn with_two_articles() -> Site {
    let site = Site::running();
    site.article("tin/lua.md", markdown("Giá lúa", "2026-01-01", "Nông thôn được mùa."));
    site.article("tin/ca.md", markdown("Giá cá", "2026-01-02", "Quảng cáo: thức ăn cho cá."));
    site.comes("Giá lúa");
    site.comes("Giá cá");
    site.settles();
    site
}

#[test]
fn a_feed_that_asks_for_words_renews_no_document_but_its_own() {
    let mut site = with_two_articles();
    let others = ["/feeds/tin.rss", "/feeds/tin.json", "/articles/gia-lua", "/articles/gia-ca"];
    let before = others.map(|address| site.get(address).gives(200).validators());
    site.feed("que", "words = [\"nong thon\"]\n");
    titles(&site, "que", &["Giá lúa"]);
    site.settles();
    assert_eq!(others.map(|address| site.get(address).gives(200).validators()), before);

    let own = site.get("/feeds/que.rss").gives(200).validators();
    site.restart();
    assert_eq!(site.titles("que"), ["Giá lúa"], "at once");
    assert_eq!(site.get("/feeds/que.rss").gives(200).validators(), own);

    site.feed("que", "words = [\"nong thon\", \"thuc an\"]\n");
    titles(&site, "que", &["Giá cá", "Giá lúa"]);
    site.settles();
    assert_eq!(others.map(|address| site.get(address).gives(200).validators()), before);
}

#[test]
fn an_article_joins_and_leaves_with_its_words() {
    let site = with_two_articles();
    site.feed("que", "[words]\nany = [\"nong thon\"]\nnone = ['\"quảng cáo\"']\n");
    titles(&site, "que", &["Giá lúa"]);
    site.article("tin/ca.md", markdown("Giá cá", "2026-01-02", "Cá ở nông thôn."));
    titles(&site, "que", &["Giá cá", "Giá lúa"]);
    site.article("tin/lua.md", markdown("Giá lúa", "2026-01-01", "Nông thôn được mùa. Quảng cáo: máy gặt."));
    titles(&site, "que", &["Giá cá"]);
    site.remove("tin/ca.md");
    titles(&site, "que", &[]);
    let atom = site.text("/feeds/que.atom");
    assert_eq!(atom.matches("<at:deleted-entry ").count(), 1, "what stood in it is named: {atom}");
}

#[test]
fn words_that_must_be_missing_are_missing_while_articles_are_read_again() {
    let site = with_two_articles();
    site.feed("site", "limit = 1000\n");
    for number in 0..300 {
        let text = if number % 3 == 0 { "Mật. Đừng đăng lại." } else { "Tin thường." };
        site.article(&format!("tin/{number}.md"), markdown(&format!("Số {number}"), "2026-01-03", text));
    }
    site.comes("Số 299");
    site.settles();
    site.feed("ban", "limit = 1000\n[words]\nnone = [\"mật\"]\n");
    site.within(Duration::from_secs(20), "all that may be in it is", || {
        let titles = site.titles("ban");
        let is_secret = |title: &String| {
            title.strip_prefix("Số ").is_some_and(|n| n.parse().is_ok_and(|n: u32| n.is_multiple_of(3)))
        };
        assert!(!titles.iter().any(is_secret), "{titles:?}");
        // The mark by which settling is told is one of them.
        (titles.len() > 202).then_some(())
    });
}

#[test]
fn a_first_look_finds_words_at_once() {
    let mut site = Site::new();
    site.article("tin/lua.md", markdown("Giá lúa", "2026-01-01", "Nông thôn được mùa."));
    site.article("tin/ca.txt", "Giá cá\n\n02/01/2026 08:00\n\nCá đầy đồng.\n\nNong thon.\n");
    site.feed("que", "words = [\"nong thon\"]\n").feed("dau", "words = [\"nông thôn\"]\n");
    std::thread::sleep(Duration::from_millis(1100));
    site.start();
    site.eventually_gives("/feeds/que.json", 200);
    assert_eq!(site.titles("que"), ["Giá cá", "Giá lúa"]);
    assert_eq!(site.titles("dau"), ["Giá lúa"]);
    site.settles();
    assert_eq!(site.titles("que"), ["Giá cá", "Giá lúa"]);
}
