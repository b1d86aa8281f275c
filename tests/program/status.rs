//! `/status` on the private listener, as the person in charge meets it.

use crate::site::{Answer, Site, in_seconds, markdown};
use serde_json::Value;
use std::time::{Duration, Instant};

const FEED: &str = "/status/problems.atom";

fn data(site: &Site) -> Value {
    serde_json::from_str(&site.get_private("/status.json").gives(200).text()).expect("it is JSON")
}

/// The paths of the files that have problems, newest first.
fn troubled(site: &Site) -> Vec<String> {
    let data = data(site);
    let files = data["problems"].as_array().expect("a list").iter();
    files.map(|file| file["path"].as_str().expect("a path").to_owned()).collect()
}

/// What stands between two tags, each time.
fn between(text: &str, open: &str, close: &str) -> Vec<String> {
    let parts = text.split(open).skip(1);
    parts.map(|part| part.split(close).next().unwrap_or(part).to_owned()).collect()
}

fn feed_after(site: &Site, before: &Answer) -> Answer {
    let (tag, _) = before.validators();
    site.eventually("the feed of problems is another", || {
        let answer = site.get_private(FEED).header("If-None-Match", &tag).send();
        (answer.status == 200).then_some(answer)
    })
}

#[test]
fn a_bad_file_shows_within_a_second_and_is_gone_with_its_repair() {
    let site = Site::running();
    site.article("tin/tot.md", markdown("Bài tốt", "2026-01-05", "Tốt."));
    site.comes("Bài tốt");
    let empty = site.get_private(FEED).gives(200);
    assert!(!empty.text().contains("<entry>"), "{}", empty.text());
    assert_eq!(empty.header("content-type"), Some("application/atom+xml; charset=utf-8"));

    let dropped = Instant::now();
    site.article("tin/xau.md", markdown("Bài xấu", "31/02/2026", "Xấu."));
    site.eventually("the problem shows in /status.json", || {
        (troubled(&site) == ["tin/xau.md"]).then_some(())
    });
    assert!(dropped.elapsed() < Duration::from_secs(1), "it took {:?}", dropped.elapsed());
    let told = data(&site);
    let problem = &told["problems"][0]["problems"][0];
    assert_eq!((problem["line"].as_u64(), problem["severity"].as_str()), (Some(3), Some("error")));
    assert!(problem["what"]["vi"].as_str().is_some_and(|what| what.contains("không có ngày 31")));
    assert!(problem["hint"]["en"].as_str().is_some_and(|hint| hint.contains("four-digit year")));
    assert_eq!(
        (told["counts"]["articles"].as_u64(), told["counts"]["problem_files"].as_u64()),
        (Some(1), Some(1))
    );
    let page = site.get_private("/status").gives(200).text();
    for words in ["tin/xau.md", "dòng 3", "không có ngày 31", "Gợi ý", "Bài tốt", "1 tệp cần xem lại."]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    let bad = site.get_private(FEED).gives(200);
    let [ids, updates] = ["id", "updated"].map(|name| between(&bad.text(), &format!("<{name}>"), "</"));
    assert_eq!((ids.len(), updates.len()), (2, 2), "{}", bad.text());
    assert_ne!(bad.validators(), empty.validators());
    for (name, value) in [("If-None-Match", bad.validators().0), ("If-Modified-Since", bad.validators().1)] {
        let unchanged = site.get_private(FEED).header(name, &value).gives(304);
        assert_eq!((unchanged.validators(), unchanged.body.len()), (bad.validators(), 0));
    }
    for (name, value) in
        [("If-None-Match", empty.validators().0), ("If-Modified-Since", empty.validators().1)]
    {
        site.get_private(FEED).header(name, &value).gives(200);
    }

    // The same file with another problem is the same entry, changed.
    site.article("tin/xau.md", markdown("Bài xấu", "hôm qua", "Xấu."));
    let changed = feed_after(&site, &bad);
    assert_eq!(between(&changed.text(), "<id>", "</"), ids);
    assert_ne!(between(&changed.text(), "<updated>", "</"), updates);
    assert_ne!(changed.validators().1, bad.validators().1);

    let repaired = Instant::now();
    site.article("tin/xau.md", markdown("Bài xấu", "28/02/2026", "Nay tốt."));
    let mended = feed_after(&site, &changed);
    assert!(repaired.elapsed() < Duration::from_secs(1), "it took {:?}", repaired.elapsed());
    assert!(!mended.text().contains("<entry>"), "{}", mended.text());
    assert_ne!(mended.validators().1, changed.validators().1);
    assert_eq!(troubled(&site), [""; 0]);
    assert!(!site.get_private("/status").gives(200).text().contains("tin/xau.md"));
}

#[test]
fn a_problem_that_outlives_a_restart_is_no_news() {
    let mut site = Site::running();
    site.article("xau.md", markdown("Bài xấu", "31/02/2026", "Xấu."));
    site.feed("site", "mau = \"xanh\"\n");
    let entries = |site: &Site| {
        let text = site.get_private(FEED).gives(200).text();
        let mut entries = between(&text, "<entry>", "</entry>");
        entries.sort();
        // Addresses differ, because each start takes a port of its own.
        let named = |entry: &String| (between(entry, "<id>", "</"), between(entry, "<updated>", "</"));
        (entries.len() == 2).then(|| entries.iter().map(named).collect::<Vec<_>>())
    };
    let before = site.eventually("both are told", || entries(&site));
    std::thread::sleep(Duration::from_millis(1100));
    site.restart();
    let after = site.eventually("both are told again", || entries(&site));
    assert_eq!(before, after);
}

#[test]
fn problems_with_settings_show_beside_those_with_articles() {
    let site = Site::running();
    site.feed("site", "title = \"Bản tin\"\nmau = \"xanh\"\n")
        .article("a.md", markdown("A", "hôm qua", "A."));
    site.eventually("both are told", || {
        let mut paths = troubled(&site);
        paths.sort();
        (paths == ["a.md", "feeds/site.toml"]).then_some(())
    });
    site.feed("site", "title = \"Bản tin\"\nlanguage = \"en\"\n");
    site.eventually("one is left", || (troubled(&site) == ["a.md"]).then_some(()));
    site.eventually("the page speaks the site's language", || {
        site.get_private("/status").gives(200).text().contains("1 file needs a look.").then_some(())
    });
}

#[test]
fn what_waits_and_what_was_withdrawn_is_listed() {
    let site = Site::running();
    let (later, then) = in_seconds(3600);
    site.article("cho.md", markdown("Bài chờ", &later, "Chờ."));
    site.article("nham.md", markdown("Bài nhầm", "2026-01-05", "Nhầm."));
    site.article("con.md", markdown("Bài còn", "2026-01-04", "Còn."));
    site.comes("Bài nhầm");
    site.comes("Bài còn");
    site.remove("nham.md");
    let told = site.eventually("it is listed as withdrawn", || {
        let told = data(&site);
        let counts = ["withdrawn", "waiting", "articles"].map(|name| told["counts"][name].as_u64());
        (counts == [Some(1); 3]).then_some(told)
    });
    assert_eq!(told["withdrawn"][0]["title"], "Bài nhầm");
    assert_eq!(
        (&told["waiting"][0]["title"], &told["waiting"][0]["path"]),
        (&"Bài chờ".into(), &"cho.md".into())
    );
    let at: jiff::Timestamp = told["waiting"][0]["at"].as_str().expect("a time").parse().expect("RFC 3339");
    assert_eq!(at.as_second().cast_unsigned(), then);
    let newest = told["newest"].as_array().expect("a list");
    assert_eq!(newest.iter().map(|article| &article["title"]).collect::<Vec<_>>(), ["Bài còn"]);
    // It looked through the folder at the start, when that was empty or nearly so.
    assert!(told["last_look"]["files"].as_u64().is_some_and(|files| files <= 3), "{told:#}");
    let folders = told["folders"].as_array().expect("a list");
    assert_eq!(folders.iter().map(|folder| &folder["watched"]).collect::<Vec<_>>(), ["events", "events"]);
    assert!(told["journal_bytes"].as_u64().is_some_and(|bytes| bytes > 0));
}

#[test]
fn a_loss_that_is_held_stands_on_top() {
    let mut site = Site::new();
    for number in 0..24 {
        site.article(&format!("bai-{number}.md"), markdown(&format!("Bài {number}"), "2026-01-05", "Tin."));
    }
    site.start();
    site.eventually("all are out", || (data(&site)["counts"]["articles"] == 24).then_some(()));
    for number in 0..20 {
        site.remove(&format!("bai-{number}.md"));
    }
    let told = site.eventually("the loss is held", || {
        let told = data(&site);
        (told["faults"][0]["kind"] == "held").then_some(told)
    });
    assert_eq!(told["counts"]["articles"], 24);
    let page = site.get_private("/status").gives(200).text();
    let (fault, problems) = (page.find("class=\"fault\"").expect("a fault"), page.find("class=\"counts\""));
    assert!(problems.is_some_and(|problems| fault < problems), "the fault comes first");
    assert!(page.contains("biến mất cùng lúc"), "{page}");
}

#[test]
fn the_status_is_for_nobody_else() {
    let site = Site::running();
    for path in ["/status", "/status.json", FEED] {
        site.get(path).gives(404);
        let answer = site.get_private(path).gives(200);
        let policy = if path == FEED { "private, no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), Some(policy), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        let foreign = site.get_private(path).header("Host", "attacker.example:8081").gives(421);
        assert!(!foreign.text().contains("journal"), "{path}");
        for host in ["127.0.0.1:8081", "localhost", "[::1]:1", "newsbox"] {
            site.get_private(path).header("Host", host).gives(200);
        }
    }
    let page = site.get_private("/status").gives(200);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-")
            && policy.contains("frame-ancestors 'none'")
    );
    assert!(!page.text().contains("<script"));
}
