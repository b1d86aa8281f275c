//! A site with a few articles, and what its readers see of it while something fails.

use crate::site::{Site, markdown};
use std::fs;
use std::time::Duration;

pub const ADDRESSES: [&str; 7] = [
    "/",
    "/feeds/all.rss",
    "/feeds/all.atom",
    "/feeds/all.json",
    "/feeds/tin.rss",
    "/articles/mot",
    "/sitemap.xml",
];
/// It lies in the folder alone: while that is away, it is away for a while, and never gone.
pub const RECORDING: &str = "/media/tin/mot.mp3";

/// Long enough for what is gone to be looked for again, and to be withdrawn if it were believed.
pub const A_WHILE: Duration = Duration::from_millis(2700);

pub fn article(title: &str) -> String {
    markdown(title, "2026-01-01", &format!("Thân bài {title}."))
}

/// Three articles in two categories, and a recording.
pub fn fill(site: &Site) {
    fs::create_dir_all(site.place("tin")).unwrap();
    site.article("tin/mot.mp3", [0xFF; 500]);
    for (path, title) in [("tin/mot.md", "Một"), ("tin/hai.md", "Hai"), ("khac/ba.md", "Ba")] {
        site.article(path, article(title));
        site.comes(title);
    }
    site.eventually("the recording is told of", || {
        site.text("/feeds/tin.rss").contains("<enclosure").then_some(())
    });
    site.eventually_has(RECORDING);
}

pub fn filled() -> Site {
    let site = Site::running();
    fill(&site);
    site
}

/// Addresses with their validators, and titles.
pub type Seen = (Vec<(&'static str, String, String)>, Vec<String>);

/// What readers see: statuses, validators, titles.
pub fn seen(site: &Site) -> Seen {
    let ask = |address| {
        let (tag, modified) = site.ask("HEAD", address).gives(200).validators();
        (address, tag, modified)
    };
    (ADDRESSES.map(ask).to_vec(), site.titles("all"))
}

/// Expects that readers see what they saw before, for a while.
pub fn nothing_changes(site: &Site, before: &Seen, time: Duration) {
    site.throughout(time, || {
        assert_eq!(&seen(site), before);
        std::thread::sleep(Duration::from_millis(100));
    });
}

/// Expects that all is as it was, and that what comes now comes out.
pub fn all_is_well(site: &Site, before: &Seen) {
    site.eventually_stands("");
    nothing_changes(site, before, Duration::from_millis(200));
    site.get(RECORDING).gives(200);
    site.article("khac/sau.md", article("Sau đó"));
    site.within(Duration::from_secs(10), "what comes after it is out", || site.find("Sau đó"));
    assert_eq!(site.titles("all").len(), before.1.len() + 1);
}

/// What `bantin accept` says, and its exit code.
pub fn accept(site: &Site, more: &[&str]) -> (Option<i32>, String) {
    let mut command = site.command(&["accept"]);
    let output = command.arg("--state").arg(site.beside("state")).args(more).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}
