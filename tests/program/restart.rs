//! What was served is never lost: not by `kill -9`, not by a damaged or missing journal; and stopping is orderly.

use crate::site::{Answer, BASE, Site, markdown};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Everything that can be asked for on a site with the articles of `filled`.
const ADDRESSES: [&str; 14] = [
    "/",
    "/feeds/all",
    "/feeds/all.rss",
    "/feeds/all.atom",
    "/feeds/all.json",
    "/feeds/tin.rss",
    "/feeds/tag/lua.atom",
    "/feeds/author/ngo-trong.json",
    "/opml.xml",
    "/sitemap.xml",
    "/news-sitemap.xml",
    "/robots.txt",
    "/articles/mot",
    "/media/tin/mot.mp3",
];

fn filled() -> Site {
    let site = Site::running();
    site.feed("site", "title = \"Bản tin\"\n");
    site.article("tin/mot.mp3", [0xFF; 500]);
    let head = "date: 2026-01-01\ntags: [lúa]\nauthor: Ngô Trọng";
    site.article("tin/mot.md", format!("---\ntitle: Một\n{head}\n---\nThân bài.\n"));
    site.article("tin/hai.txt", "Hai\n\n02/01/2026 08:00\n\nĐoạn một.\n\nĐoạn hai.\n");
    site.article("khac/ba.html", "<title>Ba</title><meta name=date content=2026-01-03><p>Thân bài.");
    for title in ["Một", "Hai", "Ba"] {
        site.comes(title);
    }
    site.eventually_has("/media/tin/mot.mp3");
    site.eventually("the name and the recording are there", || {
        let feed = site.text("/feeds/all.rss");
        (feed.contains("<title>Bản tin</title>") && feed.contains("<enclosure")).then_some(())
    });
    site
}

/// All answers, without the header that names the moment of each.
fn answers(site: &Site) -> Vec<(&'static str, Answer)> {
    let ask = |address| {
        let mut answer = site.get(address).gives(200);
        answer.headers.retain(|(name, _)| name != "date");
        (address, answer)
    };
    ADDRESSES.map(ask).to_vec()
}

#[test]
fn a_restart_serves_the_same_bytes_under_the_same_validators() {
    let mut site = filled();
    let before = answers(&site);
    site.restart();
    assert_eq!(answers(&site), before, "at once");
    let stay =
        |site: &Site| site.throughout(Duration::from_millis(500), || assert_eq!(answers(site), before));
    stay(&site);
    site.stop();
    site.restart();
    stay(&site);
}

#[test]
fn without_its_state_folder_it_serves_the_same_bytes() {
    let mut site = filled();
    // When articles came is known to it alone, and so is what periods brought.
    site.feed("site", "title = \"Bản tin\"\nround_ups = false\n");
    site.settles();
    let before: Vec<_> = ADDRESSES.map(|address| site.bytes(address)).to_vec();
    site.kill();
    fs::remove_dir_all(site.beside("state")).unwrap();
    site.start();
    let after: Vec<_> = ADDRESSES.map(|address| site.bytes(address)).to_vec();
    assert_eq!(after, before);
}

/// Damages the journal, and expects it set aside, told of, and everything served as before.
fn survives(damage: impl FnOnce(&Path)) {
    let mut site = filled();
    let before = site.listed("all");
    site.stop();
    // What is in the log beside it would heal the damage.
    let journal = site.beside("state/journal.sqlite");
    let connection = rusqlite::Connection::open(&journal).unwrap();
    let is_held_up: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert!(!is_held_up, "all it knows is in one file");
    drop(connection);
    damage(&journal);
    site.restart();
    assert_eq!(site.listed("all"), before);
    site.eventually_says("the journal was damaged; it is kept as ");
    let kept = fs::read_dir(site.beside("state")).unwrap().map(|entry| entry.unwrap().file_name());
    let kept = kept.filter(|name| name.to_string_lossy().contains("damaged")).count();
    assert!(kept > 0, "the damaged journal is kept");
    site.restart();
    assert_eq!(site.listed("all"), before);
    assert!(!site.said().contains("damaged"), "the new one is sound");
}

#[test]
fn a_journal_of_rubbish_is_set_aside() {
    survives(|journal| fs::write(journal, [0x5A; 40_000]).unwrap());
}

#[test]
fn a_journal_that_was_cut_is_set_aside() {
    survives(|journal| {
        let file = OpenOptions::new().write(true).open(journal).unwrap();
        let length = file.metadata().unwrap().len();
        file.set_len(length / 2).unwrap();
    });
}

#[test]
fn a_journal_with_rubbish_inside_is_set_aside() {
    survives(|journal| {
        let mut file = OpenOptions::new().write(true).open(journal).unwrap();
        let length = file.metadata().unwrap().len();
        file.seek(SeekFrom::Start(length / 2)).unwrap();
        file.write_all(&vec![0x5A; usize::try_from(length / 2).unwrap()]).unwrap();
    });
}

#[test]
fn a_journal_whose_last_writes_never_reached_the_disk_is_mended_from_the_folder() {
    let mut site = filled();
    let before = site.listed("all");
    site.kill();
    let log = OpenOptions::new().write(true).open(site.beside("state/journal.sqlite-wal")).unwrap();
    let length = log.metadata().unwrap().len();
    log.set_len(length / 2).unwrap();
    site.start();
    site.eventually("all are there, as they were", || (site.listed("all") == before).then_some(()));
}

#[test]
fn a_second_one_on_the_same_state_says_so_and_leaves() {
    let site = filled();
    let second = site.server().output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert_eq!(String::from_utf8(second.stdout).unwrap(), "");
    let state = site.beside("state");
    let expected = format!(
        "bantin: another bantin is using the state folder {}\n  hint: stop it first, or give this one its own with --state\n",
        state.display()
    );
    assert_eq!(String::from_utf8(second.stderr).unwrap(), expected);
    site.article("tin/bon.md", markdown("Bốn", "2026-01-04", "x"));
    site.comes("Bốn");
}

#[test]
fn asked_to_stop_it_lets_a_running_answer_finish() {
    const LENGTH: usize = 64 << 20;
    let mut site = filled();
    site.article("tin/dai.mp3", vec![0xFF; LENGTH]);
    site.eventually_has("/media/tin/dai.mp3");
    let mut running = site.get("/media/tin/dai.mp3").open();
    let head = running.head();
    assert_eq!(head.status, 200);

    let asked = Instant::now();
    site.ask_to_stop();
    assert_eq!(site.ended_within(Duration::from_millis(300)), None, "somebody is still being served");
    let body = running.body();
    assert!(body.len() == LENGTH && body.iter().all(|byte| *byte == 0xFF), "{} bytes came", body.len());
    let status = site.ended_within(Duration::from_secs(10).saturating_sub(asked.elapsed()));
    assert_eq!(status.expect("it stops within 10 s").code(), Some(0));
}

#[test]
fn asked_to_stop_it_does_not_wait_for_idle_or_silent_connections() {
    let mut site = filled();
    let _silent = std::net::TcpStream::connect(site.address()).unwrap();
    let mut idle = std::net::TcpStream::connect(site.address()).unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut half = std::net::TcpStream::connect(site.address()).unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nho").unwrap();
    site.get("/").gives(200);
    site.stop();
}

#[test]
fn an_article_without_a_date_keeps_the_day_it_was_first_seen() {
    let mut site = filled();
    site.article("tin/khong-ngay.txt", "Không ghi ngày\n\nĐoạn một.\n\nĐoạn hai.\n");
    let before = site.comes("Không ghi ngày");
    std::thread::sleep(Duration::from_millis(1100)); // dates have whole seconds
    site.restart();
    assert_eq!(site.comes("Không ghi ngày"), before);
    site.article("tin/khong-ngay.txt", "Không ghi ngày\n\nĐoạn một.\n\nĐoạn hai, sửa.\n");
    let edited = site.eventually("the edit is out", || {
        site.find("Không ghi ngày").filter(|article| article.html.contains("sửa"))
    });
    assert_eq!((edited.published, edited.id), (before.published, before.id));
}

#[test]
fn what_was_done_while_it_was_down_is_seen_at_the_start() {
    let mut site = filled();
    let [hai, ba] = ["Hai", "Ba"].map(|title| site.find(title).unwrap());
    site.kill();
    site.rename("tin/hai.txt", "khac/hai-doi-ten.txt").remove("tin/mot.md");
    site.article("khac/ba.html", "<title>Ba</title><meta name=date content=2026-01-03><p>Đã sửa.");
    site.article("tin/nam.md", markdown("Năm", "2026-01-05", "x"));
    site.start();
    site.comes("Năm");
    site.eventually("the edit is seen", || site.find("Ba").filter(|now| now.html == "<p>Đã sửa.</p>"));
    site.eventually_gives("/articles/mot", 410);
    assert_eq!(site.find("Ba").unwrap().id, ba.id);
    assert_eq!(site.find("Hai").unwrap(), hai, "a rename changes nothing but the category");
    assert_eq!(site.titles("khac"), ["Ba", "Hai"]);
}

/// Lets the other thread end also when this one fails.
struct StopsWhenDropped<'a>(&'a AtomicBool);

impl Drop for StopsWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// An office at work: which file holds which version of which article.
#[derive(Default)]
struct Office {
    next: usize,
    files: BTreeMap<String, (usize, usize)>,
}

impl Office {
    fn title(number: usize, version: usize) -> String {
        format!("Bài {number} bản {version}")
    }

    fn save(&self, site: &Site, path: &str) {
        let (number, version) = self.files[path];
        let title = Self::title(number, version);
        site.article(path, markdown(&title, "2026-01-01", &format!("Thân của bài {number}.")));
    }

    /// Drops, edits, renames or removes one file. More come than go, so that no loss is great.
    fn works(&mut self, site: &Site, dice: &mut Dice) {
        let paths: Vec<String> = self.files.keys().cloned().collect();
        match dice.below(8) {
            0..3 => {
                let path = format!("muc-{}/{}.md", dice.below(3), self.next);
                self.files.insert(path.clone(), (self.next, 1));
                self.next += 1;
                self.save(site, &path);
            }
            kind @ 3..8 if !paths.is_empty() => {
                let path = paths[dice.below(paths.len())].clone();
                match kind {
                    3..6 => {
                        self.files.get_mut(&path).expect("it is there").1 += 1;
                        self.save(site, &path);
                    }
                    6 => {
                        let held = self.files.remove(&path).expect("it is there");
                        let to = format!("muc-{}/{}-{}.md", dice.below(3), held.0, dice.below(1000));
                        self.files.insert(to.clone(), held);
                        site.rename(&path, &to);
                    }
                    _ if self.files.len() > 6 => {
                        self.files.remove(&path);
                        site.remove(&path);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> =
            self.files.values().map(|(number, version)| Self::title(*number, *version)).collect();
        titles.sort();
        titles
    }
}

/// The number in “Bài 3 bản 2”.
fn number_in(title: &str) -> usize {
    title.split(' ').nth(1).and_then(|number| number.parse().ok()).expect("titles carry their number")
}

/// What readers have seen so far, which has to stay true.
#[derive(Default)]
struct Seen {
    ids: HashMap<usize, String>,
    owners: HashMap<String, usize>,
    addresses: BTreeMap<String, usize>,
    modified: String,
}

impl Seen {
    fn look(&mut self, site: &Site) {
        let answer = site.get("/feeds/all.json").gives(200);
        for article in crate::site::listed(&answer.text()) {
            let number = number_in(&article.title);
            let id = self.ids.entry(number).or_insert_with(|| article.id.clone());
            assert_eq!(*id, article.id, "“{}” has the id it had", article.title);
            let owner = *self.owners.entry(article.id.clone()).or_insert(number);
            assert_eq!(owner, number, "“{}” has an id of its own", article.title);
            self.addresses.insert(article.path(), number);
        }
        let modified = answer.validators().1;
        let seconds = |date: &str| httpdate::parse_http_date(date).unwrap();
        assert!(
            self.modified.is_empty() || seconds(&modified) >= seconds(&self.modified),
            "Last-Modified went back from {} to {modified}",
            self.modified
        );
        self.modified = modified;
    }
}

#[test]
fn killed_at_any_moment_it_loses_nothing_that_was_served() {
    let mut dice = Dice(0x2019_0710_1627);
    let mut office = Office::default();
    let mut seen = Seen::default();
    let mut site = Site::running();
    site.feed("all", "limit = 1000\n");
    for _round in 0..12 {
        let stop = AtomicBool::new(false);
        let life = Duration::from_millis(30 + dice.below(400) as u64);
        std::thread::scope(|scope| {
            let office = scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    office.works(&site, &mut dice);
                    std::thread::sleep(Duration::from_millis(3));
                }
            });
            let until = Instant::now() + life;
            let stopping = StopsWhenDropped(&stop);
            while Instant::now() < until {
                seen.look(&site);
            }
            drop(stopping);
            office.join().expect("the office works on");
        });
        site.restart();
        seen.look(&site);
        for address in seen.addresses.keys() {
            let status = site.get(address).send().status;
            assert!(matches!(status, 200 | 301 | 410), "{address} answers {status}");
        }
    }

    site.eventually("what is listed is what lies there", || {
        let mut titles = site.titles("all");
        titles.sort();
        (titles == office.titles()).then_some(())
    });
    seen.look(&site);
    let by_number: HashMap<usize, String> =
        site.listed("all").into_iter().map(|article| (number_in(&article.title), article.url)).collect();
    for (address, number) in &seen.addresses {
        let answer = site.get(address).send();
        match by_number.get(number) {
            None => {
                let last =
                    answer.header("location").map_or(address.clone(), |url| url.replacen(BASE, "/", 1));
                assert_eq!(site.get(&last).send().status, 410, "{address} was withdrawn as {last}");
            }
            Some(url) if url.ends_with(address.as_str()) => assert_eq!(answer.status, 200, "{address}"),
            Some(url) => assert_eq!(answer.header("location"), Some(url.as_str()), "{address}"),
        }
    }
    let before = site.get("/feeds/all.rss").gives(200);
    site.restart();
    let after = site.get("/feeds/all.rss").gives(200);
    assert_eq!((after.validators(), after.body), (before.validators(), before.body));
}
