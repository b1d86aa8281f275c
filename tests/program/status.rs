//! `/status` and `/stats` on the private listener, as the person in charge meets them; and who is asked to ask less.

use crate::site::{Answer, Request, Site, in_seconds, markdown};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
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

/// A client behind a proxy on this machine.
fn behind_proxy(request: Request, address: &str, agent: &str) -> Request {
    request.header("X-Forwarded-For", address).header("User-Agent", agent)
}

fn stats(site: &Site) -> Value {
    serde_json::from_str(&site.get_private("/stats.json").gives(200).text()).expect("it is JSON")
}

/// What `/stats.json` says of a feed.
fn followed(site: &Site, feed: &str) -> Value {
    let stats = stats(site);
    let feeds = stats["feeds"].as_array().expect("a list").iter();
    feeds.into_iter().find(|followed| followed["feed"] == feed).cloned().unwrap_or(Value::Null)
}

const READER: &str = "NetNewsWire (RSS Reader; https://netnewswire.com/)";

#[test]
fn stats_call_feeds_what_people_call_them() {
    let token = bantin::words::Token::of([7; 16]);
    let partner = format!("[partner]\norganisation = \"Đài\"\ntoken = \"{}\"\n", token.hash());
    let mut site = Site::new();
    site.feed("dai", &format!("title = \"Tin cho Đài An Giang\"\n{partner}"));
    site.article("Mùa vụ/a.md", markdown("Bài A", "2019-07-05", "A."));
    site.start();
    let names = ["all", "mua-vu", "round-ups", "round-ups/mua-vu"].map(|name| format!("/feeds/{name}.rss"));
    for path in names.iter().chain([&format!("/p/{}/dai.rss", token.secret())]) {
        behind_proxy(site.get(path), "203.0.113.7", READER).gives(200);
    }
    let page = site.get_private("/stats").gives(200).text();
    let names = page.split("<h3>").skip(1).filter_map(|head| {
        let (before, _) = head.split_once("</bdi>")?;
        Some(before.rsplit_once("<bdi>")?.1.to_owned())
    });
    let names: std::collections::BTreeSet<String> = names.collect();
    let expected =
        ["Mùa vụ", "Tin cho Đài An Giang", "Tất cả bài viết", "Tổng hợp theo kỳ", "Tổng hợp theo kỳ: Mùa vụ"];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{page}");
}

#[test]
fn who_fetches_the_same_again_and_again_is_asked_to_wait_and_nobody_else() {
    let site = Site::new();
    let token = bantin::words::Token::of([7; 16]);
    let private = format!("[partner]\norganisation = \"Đài\"\ntoken = \"{}\"\n", token.hash());
    site.feed("site", "refetches = 3\nrefetches_not_for = [\"Cổng Tin\", \"OurCMS\"]\n");
    site.feed("dai", &private).article("tin/a.md", markdown("Bài A", "2026-01-05", "A."));
    let mut site = site;
    site.start();
    let fetch = |path: &str, address: &str, agent: &str| behind_proxy(site.get(path), address, agent);
    let (path, here) = ("/feeds/all.rss", "203.0.113.7");
    let statuses = |path: &str, address: &str, agent: &str| {
        (0..5).map(|_| fetch(path, address, agent).send().status).collect::<Vec<_>>()
    };
    assert_eq!(statuses(path, here, READER), [200, 200, 200, 429, 429]);

    let refused = fetch(path, here, READER).gives(429);
    assert_eq!(refused.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert_eq!(refused.header("etag"), None);
    let wait: u32 = refused.header("retry-after").and_then(|wait| wait.parse().ok()).expect("a number");
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    for words in ["Hãy hỏi lại sau", "Ask again in", "If-None-Match", &format!(" {wait} ")] {
        assert!(refused.text().contains(words), "{words} in {}", refused.text());
    }
    // Who says what he has, in whatever way.
    let (tag, date) = site.get(path).gives(200).validators();
    fetch(path, here, READER).header("If-None-Match", &tag).gives(304);
    fetch(path, here, READER).header("If-None-Match", "\"other\"").gives(200);
    fetch(path, here, READER).header("If-Modified-Since", &date).gives(304);
    // Who was not given that yet: another document, another reader, another place, another feed.
    fetch("/feeds/all.atom", here, READER).gives(200);
    fetch("/feeds/all.atom", here, READER).gives(429);
    fetch(path, here, "newsboat/2.37").gives(200);
    fetch(path, "203.0.113.8", READER).gives(200);
    fetch("/feeds/tin.rss", here, READER).gives(200);
    // For whom many may stand.
    for agent in
        ["Feedly/1.0 (poller; 131 subscribers;)", "FreshRSS/1.24 (Linux; https://freshrss.org)", "ourcms/2"]
    {
        assert_eq!(statuses(path, here, agent), [200; 5], "{agent}");
    }
    // Telephones behind one address, on which one browser shows the feed in pages of others.
    let telephone =
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36";
    let shown =
        || fetch("/feeds/all.json", here, telephone).header("Origin", "https://bao.example.vn").send();
    assert!((0..30).all(|_| shown().status == 200));
    for address in ["10.0.0.7", "unknown"] {
        assert_eq!(statuses(path, address, READER), [200; 5], "{address}");
    }
    // The machine itself, a partner, and what is no feed.
    assert!((0..20).all(|_| site.get(path).header("User-Agent", READER).send().status == 200));
    for path in [&format!("/p/{}/dai.rss", token.secret()), "/", "/feeds/all", "/embed/all.json"] {
        assert_eq!(statuses(path, here, READER), [200; 5], "{path}");
    }
    assert!((0..5).all(|_| { behind_proxy(site.ask("HEAD", path), here, READER).send().status == 200 }));

    let told = &stats(&site)["badly_behaved"][0];
    assert_eq!((&told["agent"], told["refused"].as_u64()), (&READER.into(), Some(4)), "{told}");
    let page = site.get_private("/stats").gives(200).text();
    assert!(!page.contains("Android"), "who shows a feed in a page does not ask too much");
    assert!(page.contains(READER) && page.contains(told["mark"].as_str().expect("a mark")), "{page}");

    // News is never held back.
    site.article("tin/b.md", markdown("Bài B", "2026-01-06", "B."));
    site.comes("Bài B");
    assert_eq!(statuses(path, here, READER), [200, 200, 200, 429, 429]);
    site.feed("site", "refetches = false\n");
    site.eventually("nobody is refused any more", || {
        (fetch(path, here, READER).send().status == 200).then_some(())
    });
    assert_eq!(statuses(path, here, READER), [200; 5]);
}

#[test]
fn readers_are_counted_over_restarts_without_their_addresses() {
    let mut site = Site::new().with(&["--access-log"]);
    site.article("tin/a.md", markdown("Bài A", "2026-01-05", "A."));
    site.start();
    let visit = |site: &Site, path: &str, address: &str, agent: &str| {
        behind_proxy(site.get(path), address, agent).gives(200)
    };
    for (address, agent) in [
        ("203.0.113.7", READER),
        ("203.0.113.8", READER),
        ("2001:db8:1:2::7", "newsboat/2.37"),
        ("2001:db8:1:2::8", "newsboat/2.37"),
        ("203.0.113.9", "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"),
        ("203.0.113.10", "Feedbin feed-id:1697787 - 102 subscribers"),
        ("203.0.113.11", "Feedbin feed-id:1697787 - 101 subscribers"),
        ("203.0.113.12", "Ours (9000 readers)"),
    ] {
        if agent.contains("101") {
            // Of what is said in one second nobody can tell what was last.
            std::thread::sleep(Duration::from_millis(1100));
        }
        visit(&site, "/feeds/tin.rss", address, agent);
    }
    visit(&site, "/feeds/tin.json", "203.0.113.10", "Feedbin feed-id:1697787 - 10 subscribers");
    let whole = visit(&site, "/feeds/tin.atom", "203.0.113.7", READER);
    let again = behind_proxy(site.get("/feeds/tin.atom"), "203.0.113.7", READER);
    again.header("If-None-Match", &whole.validators().0).gives(304);
    site.get("/feeds/khong-co.rss").gives(404);

    let told = followed(&site, "tin");
    let number = |key: &str| told[key].as_u64();
    assert_eq!(["reported", "claimed", "observed"].map(number), [Some(111), Some(100), Some(3)], "{told:#}");
    let week = &told["week"];
    assert_eq!(week["formats"], serde_json::json!({ "rss": 8, "atom": 2, "json": 1 }));
    assert_eq!(
        ["requests", "conditional", "unchanged"].map(|key| week[key].as_u64()),
        [Some(11), Some(1), Some(1)]
    );
    assert_eq!(week["bytes_saved"].as_u64(), Some(whole.body.len() as u64));
    assert_eq!(told["services"][0]["agent"], "Feedbin feed-id:1697787 - # subscribers");

    let of_all = |site: &Site| (followed(site, "tin")["observed"].clone(), stats(site)["week"].clone());
    let before = of_all(&site);
    let said = site.said();
    site.stop();
    let kept = site.beside("state/habits.json");
    let mode = std::fs::metadata(&kept).expect("it was written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&kept).expect("it is text");
    for place in ["203.0.113", "2001:db8", "127.0.0.1"] {
        assert!(!text.contains(place) && !said.contains(place), "{place}");
    }
    site.start();
    assert_eq!(of_all(&site), before);
    visit(&site, "/feeds/tin.rss", "203.0.113.7", READER);
    assert_eq!(followed(&site, "tin")["observed"], before.0, "the same reader as before");

    site.stop();
    std::fs::write(&kept, &text[..text.len() / 2]).expect("it can be written");
    site.start();
    assert_eq!(stats(&site)["damaged"], "habits.damaged-1");
    assert_eq!(followed(&site, "tin"), Value::Null);
    site.eventually_says("habits.json cannot be used");
    assert!(site.get_private("/stats").gives(200).text().contains("habits.damaged-1"));
}

#[test]
fn what_readers_do_is_for_nobody_else() {
    let site = Site::running();
    for (path, media_type) in [("/stats", "text/html; charset=utf-8"), ("/stats.json", "application/json")] {
        site.get(path).gives(404);
        let answer = site.get_private(path).gives(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        site.get_private(path).header("Host", "attacker.example:8081").gives(421);
    }
    assert!(!site.get_private("/stats").gives(200).text().contains("<script"));
}
