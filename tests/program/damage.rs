//! Disks that fail, fill up or lie, and documents that would be too much: what was published stays served.

use crate::site::disk::Disk;
use crate::site::{Answer, Site, in_seconds, markdown};
use std::fs;
use std::time::{Duration, Instant};

const ADDRESSES: [&str; 7] = [
    "/",
    "/feeds/all.rss",
    "/feeds/all.json",
    "/feeds/tin",
    "/articles/mot",
    "/sitemap.xml",
    "/media/tin/mot.mp3",
];

/// Two articles and a recording.
fn fill(site: &Site) {
    site.article("tin/mot.mp3", [0xFF; 500]);
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Thân của bài một."));
    site.article("tin/hai.md", markdown("Hai", "2026-01-02", "Thân của bài hai."));
    site.comes("Một");
    site.comes("Hai");
    site.eventually_has("/media/tin/mot.mp3");
    site.eventually("the recording is told of", || {
        site.text("/feeds/all.rss").contains("<enclosure").then_some(())
    });
}

fn filled() -> Site {
    let site = Site::running();
    fill(&site);
    site
}

fn answers(site: &Site) -> Vec<(Vec<u8>, (String, String))> {
    let ask = |address| {
        let answer: Answer = site.get(address).gives(200);
        let validators = answer.validators();
        (answer.body, validators)
    };
    ADDRESSES.map(ask).to_vec()
}

fn has_set_aside(site: &Site) -> bool {
    let names = fs::read_dir(site.beside("state")).unwrap().map(|entry| entry.unwrap().file_name());
    names.into_iter().any(|name| name.to_string_lossy().contains("damaged"))
}

// Words that are not what was written.

#[test]
fn an_article_whose_words_are_damaged_is_read_from_its_file_again() {
    let damages = [
        "UPDATE words SET article = CAST(substr(article, 1, 40) || x'00' || substr(article, 42) AS BLOB)",
        "UPDATE words SET article = x''",
        "UPDATE words SET fingerprint = zeroblob(16)",
    ];
    let mut site = filled();
    let before = answers(&site);
    for damage in damages {
        site.stop();
        site.damage(damage);
        site.start();
        for address in ADDRESSES {
            site.eventually_gives(address, 200);
        }
        assert_eq!(answers(&site), before, "{damage}");
        let said = site.said();
        for key in [1, 2] {
            let told = said.matches(&format!("article {key} is damaged in the journal")).count();
            assert_eq!(told, 1, "{said}");
        }
        assert!(!has_set_aside(&site));
        site.restart();
        assert_eq!(answers(&site), before, "{damage}, and another start");
        assert!(!site.said().contains("damaged"), "{}", site.said());
    }
}

#[test]
fn words_that_were_not_written_down_are_read_from_the_files() {
    let mut site = filled();
    let before = answers(&site);
    site.stop();
    site.damage("DELETE FROM words");
    site.start();
    assert_eq!(answers(&site), before);
}

#[test]
fn an_article_that_waits_comes_out_in_spite_of_damaged_words() {
    let mut site = filled();
    let (date, _) = in_seconds(4);
    site.article("tin/cho.md", markdown("Chờ", &date, "Thân."));
    site.settles();
    site.stop();
    site.damage("DELETE FROM words WHERE key = (SELECT key FROM article WHERE state = 0)");
    site.start();
    site.comes("Chờ");
}

// Rows that are not what was written.

#[test]
fn a_journal_with_a_row_that_makes_no_sense_is_set_aside() {
    let damages = [
        "UPDATE article SET slug = 'Bai_5' WHERE key = 1",
        "UPDATE article SET terms = 'rubbish' WHERE key = 1",
        "UPDATE article SET id = '' WHERE key = 1",
        "UPDATE file SET path = '../x' WHERE key = 1",
        "UPDATE slug SET slug = 'Bai_5' WHERE key = 1",
        "UPDATE media SET version = x'00'",
        "UPDATE document SET modified = 'rubbish' WHERE subject = 'home'",
        "UPDATE note SET value = x'FF'",
        "INSERT INTO partner (feed, began, at, format, held) VALUES ('dai', 0, 0, 'rss', x'00')",
        "INSERT INTO delivery (feed, key, fingerprint, sent) VALUES ('dai', 1, x'00', 'rubbish')",
        "DROP TABLE note",
    ];
    let mut site = filled();
    let before = site.listed("all");
    for damage in damages {
        site.stop();
        site.damage(damage);
        site.start();
        assert_eq!(site.listed("all"), before, "{damage}");
        site.eventually_says("the journal was damaged; it is kept as ");
        site.restart();
        assert_eq!(site.listed("all"), before, "{damage}, and another start");
        assert!(!site.said().contains("damaged"), "the new one is sound");
    }
}

// A disk that takes nothing.

/// Starts on a disk that takes nothing, and expects everything served as it was, and the fault told; and what came
/// meanwhile, once the disk takes it.
fn serves_from(end: impl Fn(&mut Site), spoil: impl Fn(&Disk), mend: impl Fn(&Disk)) {
    let mut site = Site::new();
    let Some(disk) = Disk::mounted(&site.beside("state")) else { return };
    site.start();
    fill(&site);
    let before = answers(&site);
    end(&mut site);
    spoil(&disk);
    site.restart();
    assert_eq!(answers(&site), before);
    site.article("tin/ba.md", markdown("Ba", "2026-01-03", &hard_to_pack(200_000)));
    site.eventually("the fault is told", || {
        site.get_private("/readyz").gives(200).text().contains("the journal cannot be written").then_some(())
    });
    site.eventually_says("the journal cannot be written");
    assert_eq!(site.titles("all"), ["Hai", "Một"]);
    assert_eq!(answers(&site), before);

    // What settings say is shown all the same, though it cannot be remembered since when.
    site.kill();
    site.feed("site", "title = \"Tên mới\"\n");
    site.start();
    assert!(site.text("/feeds/all.rss").contains("Tên mới"));
    assert_eq!(site.titles("all"), ["Hai", "Một"]);

    mend(&disk);
    site.restart();
    site.comes("Ba");
    assert_eq!(site.titles("all"), ["Ba", "Hai", "Một"]);
    assert_eq!(site.get_private("/readyz").gives(200).text(), "ready\n");
}

fn hard_to_pack(length: usize) -> String {
    let mut state: u64 = 1;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'a' + u8::try_from((state >> 33) % 26).expect("a letter"))
    };
    (0..length).map(letter).collect()
}

#[test]
fn started_on_a_full_disk_it_serves_what_it_remembers() {
    serves_from(
        |site| {
            site.stop();
        },
        Disk::fill_up,
        Disk::empty,
    );
}

#[test]
fn killed_and_started_on_a_full_disk_it_serves_what_it_remembers() {
    serves_from(
        |site| {
            site.kill();
        },
        Disk::fill_up,
        Disk::empty,
    );
}

#[test]
fn started_on_a_disk_that_cannot_be_written_it_serves_what_it_remembers() {
    serves_from(
        |site| {
            site.stop();
        },
        Disk::forbid_writing,
        Disk::allow_writing,
    );
}

#[test]
fn killed_and_started_on_a_disk_that_cannot_be_written_it_serves_what_it_remembers() {
    serves_from(
        |site| {
            site.kill();
        },
        Disk::forbid_writing,
        Disk::allow_writing,
    );
}

#[test]
fn what_could_not_be_remembered_at_the_start_is_remembered_when_there_is_room_again() {
    let mut site = Site::new();
    let Some(disk) = Disk::mounted(&site.beside("state")) else { return };
    site.start();
    fill(&site);
    site.kill();
    disk.fill_up();
    site.feed("site", "title = \"Tên mới\"\n");
    site.start();
    site.article("tin/ba.md", markdown("Ba", "2026-01-03", &hard_to_pack(200_000)));
    site.eventually_says("the journal cannot be written");
    disk.empty();
    site.comes("Ba");
    let before = answers(&site);
    std::thread::sleep(Duration::from_millis(1100)); // validators have whole seconds
    site.restart();
    assert_eq!(answers(&site), before);
}

// Articles that were out and are not.

#[test]
fn an_article_put_off_is_gone_before_and_after_a_restart_until_it_comes() {
    let mut site = filled();
    site.article("tin/ba.md", "---\ntitle: Ba\ndate: 2026-01-03\nslug: ba\n---\nThân.\n");
    site.comes("Ba");
    site.article("tin/ba.md", "---\ntitle: Ba\ndate: 2026-01-03\nslug: ba-moi\n---\nThân.\n");
    site.eventually_gives("/articles/ba-moi", 200);
    site.article("tin/chua.md", "---\ntitle: Chưa\ndate: 2090-01-03\nslug: chua\n---\nThân.\n");
    let (date, due) = in_seconds(8);
    site.article("tin/ba.md", format!("---\ntitle: Ba\ndate: {date}\nslug: ba-moi\n---\nThân.\n"));
    site.eventually_gives("/articles/ba-moi", 410);
    site.settles();
    let statuses = |site: &Site| {
        ["ba", "ba-moi", "chua"].map(|slug| site.get(&format!("/articles/{slug}")).send().status)
    };
    assert_eq!(statuses(&site), [410, 410, 404]);
    site.restart();
    assert_eq!(statuses(&site), [410, 410, 404]);
    let (_, now) = in_seconds(0);
    std::thread::sleep(Duration::from_secs(due.saturating_sub(now)));
    site.comes("Ba");
    assert_eq!(statuses(&site), [301, 200, 404]);
    site.restart();
    assert_eq!(statuses(&site), [301, 200, 404]);
}

#[test]
fn an_article_that_was_taken_away_before_its_time_never_was() {
    let mut site = filled();
    site.article("tin/chua.md", markdown("Chưa", "2090-01-03", "Thân."));
    site.settles();
    site.remove("tin/chua.md");
    std::thread::sleep(Duration::from_secs(3));
    site.settles();
    site.get("/articles/chua").gives(404);
    site.restart();
    site.get("/articles/chua").gives(404);
}

// Documents that would be too much.

/// An article of a million bytes.
fn long(number: usize) -> String {
    let text = format!("{}\n\n", "lúa chín ".repeat(100)).repeat(1_000_000 / 1102);
    markdown(&format!("Dài {number}"), &format!("2026-02-{:02}", number + 1), &text)
}

#[test]
fn a_document_has_no_more_text_than_is_good_and_is_printed_once_for_all_who_ask() {
    let mut site = Site::running();
    site.feed("tom-tat", "content = \"summary\"\n[categories]\nany = [\"tin\"]\n");
    for number in 0..12 {
        site.article(&format!("tin/{number}.md"), long(number));
        site.eventually("it has come", || (site.titles("tom-tat").len() == number + 1).then_some(()));
    }
    // What no archive has yet is in the feed, if only in short.
    let expected: Vec<String> = (0..12).rev().map(|number| format!("Dài {number}")).collect();
    assert_eq!(site.titles("all"), expected);

    let prints = || {
        let metrics = site.get_private("/metrics").gives(200).text();
        let line =
            metrics.lines().find(|line| line.starts_with("bantin_prints_total ")).expect("it is counted");
        line.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok()).expect("a number")
    };
    let before = prints();
    std::thread::scope(|scope| {
        for encoding in ["identity", "gzip", "br", "zstd"].repeat(3) {
            let request = site.get("/feeds/all.rss").header("accept-encoding", encoding);
            scope.spawn(move || request.gives(200));
        }
    });
    assert_eq!(prints(), before + 1);
    let began = Instant::now();
    let answer = site.get("/feeds/all.rss").gives(200);
    assert!(answer.body.len() > 7_500_000 && answer.body.len() < 12_000_000, "{} bytes", answer.body.len());
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(prints(), before + 1);

    site.article("tin/0.md", long(0).replace("Dài 0", "Sửa 0"));
    site.eventually("the edit is seen", || {
        site.titles("tom-tat").contains(&"Sửa 0".to_owned()).then_some(())
    });
    let edited = site.get("/feeds/all.rss").gives(200);
    assert!(edited.validators() != answer.validators() && site.titles("all")[11] == "Sửa 0");
    site.restart();
    let after = site.get("/feeds/all.rss").gives(200);
    assert_eq!(after.text().matches("<content:encoded>").count(), 8);
    assert_eq!((after.validators(), after.body), (edited.validators(), edited.body));
}
