//! Folders that are looked through: because the settings say so, or because no watches are left.

use crate::office::{article, fill, nothing_changes, seen};
use crate::site::disk::not_tested;
use crate::site::{Site, markdown};
use std::fs;
use std::process::Command;
use std::time::Duration;

#[test]
fn a_folder_that_is_polled_shows_what_comes_changes_and_goes() {
    let mut site = Site::new();
    site.feed("site", "watch = \"polling\"\n");
    site.start();
    let patience = Duration::from_secs(12);
    site.article("tin/mot.md", article("Một"))
        .article("tin/hai.md", article("Hai"))
        .article("khac/ba.md", article("Ba"));
    site.within(patience, "all come", || (site.titles("all").len() == 3).then_some(()));
    let id = site.find("Một").unwrap().id;
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Đã sửa."));
    site.rename("tin/hai.md", "khac/xa/hai-moi.md");
    site.remove("khac/ba.md");
    let edited = site
        .within(patience, "the edit is out", || site.find("Một").filter(|now| now.html == "<p>Đã sửa.</p>"));
    assert_eq!(edited.id, id);
    site.within(patience, "the move is seen", || (site.titles("khac") == ["Hai"]).then_some(()));
    site.get("/articles/ba").gives(410);
    site.eventually_stands("");

    site.feed("site", "watch = \"auto\"\n");
    site.within(patience, "the settings are read", || site.said().contains("read again").then_some(()));
    site.article("tin/bon.md", article("Bốn"));
    site.comes("Bốn");
}

#[test]
fn with_no_watches_left_it_looks_by_itself_and_says_which_limit_to_raise() {
    let limited = "echo 4 > /proc/sys/user/max_inotify_watches && exec \"$0\" \"$@\"";
    let through = ["unshare", "-U", "-r", "sh", "-c", limited];
    let possible = Command::new(through[0]).args(&through[1..]).arg("true").status();
    if !possible.is_ok_and(|status| status.success()) {
        return not_tested("limits cannot be set in a user namespace");
    }
    let mut site = Site::new().through(&through);
    fs::create_dir(site.place("tin")).unwrap();
    fs::create_dir(site.place("khac")).unwrap();
    site.start();
    fill(&site);
    let before = seen(&site);
    site.eventually_stands("");

    for number in 0..3 {
        fs::create_dir(site.place(&format!("thêm-{number}"))).unwrap();
    }
    site.eventually_stands("is not watched: ");
    site.eventually_stands("raise fs.inotify.max_user_watches");
    site.eventually_says("sysctl -w fs.inotify.max_user_watches");
    nothing_changes(&site, &before, Duration::from_secs(1));
    site.article("thêm-2/sâu/bốn.md", article("Bốn"));
    site.within(Duration::from_secs(10), "what is dropped is found", || site.find("Bốn"));
    site.remove("thêm-2/sâu/bốn.md");
    site.within(Duration::from_secs(10), "what goes is missed", || site.find("Bốn").is_none().then_some(()));
    assert_eq!(seen(&site).1, before.1);
}
