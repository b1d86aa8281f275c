//! An article's life as plain file actions, with the real watcher and the real clock. What takes longer than a moment is
//! tested in `publisher::life`, where the time is handed in.

use crate::site::{Site, in_seconds, markdown};
use std::time::Duration;

fn article(title: &str, head: &str) -> String {
    markdown(title, "2026-01-01", &format!("Thân bài {title}.")).replacen("---\n", &format!("---\n{head}"), 1)
}

fn with_two() -> Site {
    let site = Site::running();
    site.article("tin/mot.md", article("Một", "")).article("tin/hai.md", article("Hai", ""));
    site.comes("Một");
    site.comes("Hai");
    site
}

#[test]
fn a_deleted_article_is_named_where_readers_look_and_gone_everywhere_else() {
    let site = with_two();
    let one = site.find("Một").expect("it is out");
    let (rss, sitemap) = (site.get("/feeds/tin.rss").gives(200), site.get("/sitemap.xml").gives(200));
    site.remove("tin/mot.md");
    site.goes("Một");
    let tombstone = format!("<at:deleted-entry ref=\"{}\" when=\"", one.id);
    for feed in ["all", "tin"] {
        assert!(site.text(&format!("/feeds/{feed}.atom")).contains(&tombstone), "{feed}");
        let json: serde_json::Value =
            serde_json::from_str(&site.text(&format!("/feeds/{feed}.json"))).unwrap();
        assert_eq!(json["_bantin"]["deleted"][0]["id"], one.id.as_str(), "{feed}");
    }
    assert_eq!(site.get(&one.path()).gives(410).header("content-type"), Some("text/html; charset=utf-8"));
    for (address, before) in [("/feeds/tin.rss", rss), ("/sitemap.xml", sitemap)] {
        let after = site.get(address).gives(200);
        assert!(!after.text().contains(&one.url), "{address}");
        assert_ne!(after.header("etag"), before.header("etag"), "{address}");
        assert!(after.header("last-modified") != before.header("last-modified"), "{address}");
    }

    site.article("tin/mot.md", article("Một", ""));
    let back = site.comes("Một");
    assert_eq!((&back.id, &back.url), (&one.id, &one.url));
    site.get(&one.path()).gives(200);
    let atom = site.text("/feeds/all.atom");
    assert!(!atom.contains("deleted-entry"), "{atom}");
}

#[test]
fn what_was_withdrawn_is_still_named_after_a_restart() {
    let mut site = with_two();
    site.article("tin/mot.md", article("Một", "withdrawn: nhầm tên xã\n"));
    site.goes("Một");
    let documents = ["/feeds/all.atom", "/feeds/tin.json", "/feeds/tin.rss", "/feeds/corrections.atom"];
    let before = documents.map(|address| site.get(address).gives(200));
    assert!(before[0].text().contains("<at:comment>nhầm tên xã</at:comment>"), "{}", before[0].text());
    let page = site.get("/articles/mot").gives(410);
    assert!(page.text().contains("Lý do: nhầm tên xã"), "{}", page.text());
    site.restart();
    site.settles();
    for (address, before) in documents.into_iter().zip(before).skip(1) {
        let after = site.get(address).gives(200);
        assert_eq!(after.header("etag"), before.header("etag"), "{address}");
        assert_eq!(after.text(), before.text(), "{address}");
    }
    site.get("/articles/mot").gives(410);

    site.article("tin/mot.md", article("Một", ""));
    site.comes("Một");
}

#[test]
fn an_article_comes_and_goes_at_its_time() {
    let site = with_two();
    let (comes, _) = in_seconds(3);
    let (goes, _) = in_seconds(6);
    let text = format!("---\ntitle: Chợ phiên\ndate: {comes}\nexpires: {goes}\n---\n\nThân bài.\n");
    site.article("tin/cho.md", text);
    site.settles();
    assert_eq!(site.find("Chợ phiên"), None);
    site.comes("Chợ phiên");
    site.goes("Chợ phiên");
    site.get("/articles/cho-phien").gives(410);
    // Its file is there as it was, and is no news.
    site.throughout(Duration::from_secs(1), || assert_eq!(site.find("Chợ phiên"), None));
}

#[test]
fn a_typo_is_mended_at_once_and_nobody_is_told() {
    let site = with_two();
    let before = site.find("Một").expect("it is out");
    site.article("tin/mot.md", article("Một", "").replace("Thân", "Toàn"));
    let after = site.eventually("the typo is mended", || {
        site.find("Một").filter(|article| article.html.contains("Toàn"))
    });
    assert_eq!(after.modified, before.modified);
    site.article("tin/mot.md", article("Một", "đính chính: thân bài, không phải toàn bài\n"));
    let corrected = site.eventually("the correction is out", || {
        site.find("Một").filter(|article| article.html.contains("<strong>Đính chính:</strong>"))
    });
    assert_ne!(corrected.modified, before.modified);
    assert_eq!(site.titles("corrections"), ["Một"]);
}
