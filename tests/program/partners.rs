//! Agreements as plain files, with the real program, watcher and clock. What takes longer than a moment is tested in
//! `publisher::life`, where the time is handed in.

use crate::site::{Site, markdown};
use std::time::{Duration, Instant, SystemTime};

const DELAYED: &str = "[partner]\norganisation = 'Đài'\ndelay = '2s'\n";

/// The second that the clock on the wall shows.
fn wall() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}

fn article(title: &str) -> String {
    markdown(title, "2026-01-01", &format!("Thân bài {title}."))
}

#[test]
fn a_partner_gets_an_article_two_seconds_later_without_anybody_doing_anything() {
    let mut site = Site::new();
    site.article("tin/cu.md", article("Cũ")).feed("dai", DELAYED);
    std::thread::sleep(Duration::from_millis(400));
    site.start();
    site.comes("Cũ");
    assert_eq!(site.titles("dai"), ["Cũ"], "what an archive holds is long out");

    // Late in a second, so that whoever counts from its beginning is too early.
    let into_second =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").subsec_millis();
    std::thread::sleep(Duration::from_millis(u64::from((1700 - into_second) % 1000)));
    let dropped = Instant::now();
    site.article("tin/moi.md", article("Mới"));
    site.comes("Mới");
    let public = site.get("/feeds/all.atom").gives(200);
    let partner = site.get("/feeds/dai.atom").gives(200);
    let came =
        site.eventually("the partner gets it", || (site.titles("dai").len() == 2).then(|| dropped.elapsed()));
    assert!(came >= Duration::from_secs(2), "{came:?}");
    assert_eq!(site.titles("dai"), ["Cũ", "Mới"]);
    let after = site.get("/feeds/dai.atom").gives(200);
    assert_ne!(after.header("etag"), partner.header("etag"));
    assert_ne!(after.header("last-modified"), partner.header("last-modified"));
    let unchanged = site.get("/feeds/all.atom").gives(200);
    for header in ["etag", "last-modified"] {
        assert_eq!(unchanged.header(header), public.header(header), "nobody else notices");
    }

    site.article("tin/moi.md", article("Mới").replace("Thân", "Toàn"));
    site.eventually("an edit comes at once", || {
        let edited = site.listed("dai").into_iter().find(|article| article.title == "Mới");
        edited.filter(|article| article.html.contains("Toàn"))
    });
    site.remove("tin/moi.md");
    site.goes("Mới");
    assert_eq!(site.titles("dai"), ["Cũ"], "a withdrawal, too");
    assert!(site.text("/feeds/dai.atom").contains("deleted-entry"));
}

#[test]
fn an_article_reaches_a_partner_at_its_time_though_the_server_was_down_just_then() {
    let mut site = Site::new();
    site.feed("dai", DELAYED);
    site.start();
    site.article("tin/moi.md", article("Mới"));
    site.comes("Mới");
    assert!(site.titles("dai").is_empty());
    site.kill();
    std::thread::sleep(Duration::from_secs(3));
    site.start();
    assert_eq!(site.titles("dai"), ["Mới"]);
}

#[test]
fn an_article_that_goes_before_a_partner_has_had_it_is_never_named_to_them() {
    let mut site = Site::new();
    site.feed("dai", &DELAYED.replace("2s", "5s"));
    site.start();
    site.article("tin/moi.md", article("Mới"));
    site.comes("Mới");
    site.article("tin/moi.md", article("Mới").replacen("---\n", "---\nwithdrawn: nhầm\n", 1));
    site.goes("Mới");
    assert!(site.text("/feeds/all.atom").contains("deleted-entry"));
    site.throughout(Duration::from_secs(6), || {
        let atom = site.text("/feeds/dai.atom");
        assert!(!atom.contains("<entry>") && !atom.contains("deleted-entry"), "{atom}");
        std::thread::sleep(Duration::from_millis(200));
    });
}

#[test]
fn a_feed_is_to_be_had_while_its_agreement_holds() {
    let mut site = Site::new();
    let agreed = |what: &str| format!("title = 'Tin cho Đài'\n[partner]\norganisation = 'Đài'\n{what}\n");
    site.article("tin/mot.md", article("Một")).feed("dai", &agreed("until = '31/12/2025'"));
    site.start();
    site.comes("Một");
    for path in ["/feeds/dai.rss", "/feeds/dai.atom", "/feeds/dai.json", "/feeds/dai"] {
        let answer = site.get(path).gives(410);
        assert!(answer.text().contains("ngày cuối là 31/12/2025"), "{}", answer.text());
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
    }
    assert!(!site.text("/").contains("feeds/dai") && !site.text("/opml.xml").contains("feeds/dai"));

    site.feed("dai", &agreed("from = '01/01/2190'"));
    let answer = site.eventually_gives("/feeds/dai.rss", 404);
    assert!(answer.text().contains("bắt đầu từ 01/01/2190"), "{}", answer.text());

    site.feed("dai", &agreed("from = '01/01/2026'\nuntil = '01/01/2190'"));
    site.eventually_gives("/feeds/dai.rss", 200);
    assert_eq!(site.titles("dai"), ["Một"]);
    assert!(site.text("/").contains("feeds/dai") && site.text("/opml.xml").contains("feeds/dai"));
}

#[test]
fn an_agreement_that_ends_in_a_moment_ends_then() {
    let mut site = Site::new();
    let (until, second) = crate::site::in_seconds(3);
    let agreement = format!("[partner]\norganisation = 'Đài'\nuntil = '{until}'\n");
    site.article("tin/mot.md", article("Một")).feed("dai", &agreement);
    site.start();
    site.comes("Một");
    site.get("/feeds/dai.rss").gives(200);
    assert!(site.text("/opml.xml").contains("feeds/dai"));
    site.eventually_gives("/feeds/dai.rss", 410);
    let now = wall();
    assert!((second..=second + 1).contains(&now), "{second} {now}");
    site.eventually("the list names it no more", || {
        (!site.text("/opml.xml").contains("feeds/dai")).then_some(())
    });
}

#[test]
fn a_journal_of_before_is_taken_over_without_a_change_for_anybody() {
    let mut site = Site::new();
    // Nor does it know when articles came that are dated in periods which were over then.
    site.feed("site", "title = 'Bản tin'\nround_ups = false\n");
    site.start();
    site.article("tin/mot.md", article("Một")).article("tin/hai.md", article("Hai"));
    site.comes("Một");
    site.comes("Hai");
    site.remove("tin/hai.md");
    site.goes("Hai");
    let documents =
        ["/feeds/all.atom", "/feeds/tin.json", "/feeds/tin.rss", "/", "/sitemap.xml", "/articles/mot"];
    let ask = |site: &Site| {
        documents.map(|path| {
            let answer = site.get(path).gives(200);
            let of = |header: &str| answer.header(header).map(str::to_owned);
            (of("etag"), of("last-modified"), answer.body.clone())
        })
    };
    let before = ask(&site);
    site.stop();
    let journal = rusqlite::Connection::open(site.beside("state/journal.sqlite")).expect("a journal");
    let third_form =
        "ALTER TABLE article DROP COLUMN entered; ALTER TABLE article DROP COLUMN out; DROP TABLE past;
                      PRAGMA user_version = 3;";
    journal.execute_batch(third_form).expect("it is in a form of before");
    drop(journal);
    site.start();
    assert_eq!(ask(&site), before);
    site.settles();
    site.restart();
    assert!(!site.said().contains("damaged"));
}
