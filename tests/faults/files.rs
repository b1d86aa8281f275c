//! Files that become what they should not be.

use crate::office::{A_WHILE, article, fill, filled, nothing_changes, seen};
use crate::site::disk::not_tested;
use crate::site::word::{PICTURE, bomb, picture_in, word};
use crate::site::{Site, markdown};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Started without the right to read everything, which root has.
fn without_privileges() -> Option<Site> {
    let drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
    let site = Site::new().through(&drop);
    let place = site.beside("closed");
    fs::write(&place, "").unwrap();
    fs::set_permissions(&place, PermissionsExt::from_mode(0o000)).unwrap();
    let read = Command::new(drop[0]).args(&drop[1..]).arg("cat").arg(&place).output();
    match read {
        Ok(output) if !output.status.success() => Some(site),
        _ => {
            not_tested("privileges cannot be dropped with setpriv");
            None
        }
    }
}

fn set_mode(place: &Path, mode: u32) {
    fs::set_permissions(place, PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_read_is_told_and_stays_as_it_was_until_it_may() {
    let Some(mut site) = without_privileges() else { return };
    let closed = site.place("khac/kín.md");
    site.article("khac/kín.md", article("Kín"));
    set_mode(&closed, 0o000);
    site.start();
    fill(&site);
    site.eventually_says("khac/kín.md: ");
    for (place, told) in [("tin/mot.md", "tin/mot.md: "), ("tin", "tin: ")] {
        let (place, titles) = (site.place(place), site.titles("all"));
        let mode = fs::metadata(&place).unwrap().permissions().mode();
        set_mode(&place, 0o000);
        site.eventually_says(told);
        site.throughout(A_WHILE, || assert_eq!(site.titles("all"), titles));
        site.get("/articles/mot").gives(200);
        assert_eq!(site.said().matches(told).count(), 1, "it is told once");
        set_mode(&place, mode);
        site.settles();
    }
    let before = seen(&site);
    let root = site.place("");
    set_mode(&root, 0o000);
    site.eventually_stands("cannot be reached: Permission denied");
    site.throughout(A_WHILE, || assert_eq!(site.titles("all"), before.1));
    site.restart();
    site.throughout(Duration::from_secs(1), || assert_eq!(site.titles("all"), before.1));
    set_mode(&root, 0o755);
    site.eventually_stands("");
    assert_eq!(site.titles("all"), before.1);
    set_mode(&closed, 0o644);
    site.within(Duration::from_secs(15), "what was closed comes out", || site.find("Kín"));
}

#[test]
fn an_article_that_becomes_a_pipe_a_link_or_too_long_is_never_opened() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let site = filled();
    site.article("tin/bon.md", article("Bốn"));
    site.comes("Bốn");
    let outside = site.beside("ngoài.md");
    fs::write(&outside, article("Ngoài")).unwrap();

    // What grew too long leaves its last good version.
    OpenOptions::new().write(true).open(site.place("tin/hai.md")).unwrap().set_len(3 << 30).unwrap();
    site.eventually_says("tin/hai.md: ");
    // What is no file any more is gone like any that was taken away.
    mknodat(CWD, site.beside("ống"), FileType::Fifo, Mode::from_raw_mode(0o644), 0).unwrap();
    fs::rename(site.beside("ống"), site.place("tin/bon.md")).unwrap();
    symlink(&outside, site.beside("liên kết")).unwrap();
    fs::rename(site.beside("liên kết"), site.place("khac/ba.md")).unwrap();
    site.goes("Bốn");
    site.goes("Ba");
    site.throughout(Duration::from_secs(1), || {
        let mut titles = site.titles("all");
        titles.sort();
        assert_eq!(titles, ["Hai", "Một"]);
    });
    assert!(site.get_private("/metrics").gives(200).text().contains("bantin_stuck_readers 0"));
    for (path, title) in [("tin/bon.md", "Bốn"), ("khac/ba.md", "Ba")] {
        fs::remove_file(site.place(path)).unwrap();
        site.article(path, article(title));
        site.comes(title);
    }
    site.article("tin/hai.md", markdown("Hai", "2026-01-01", "Ngắn lại."));
    site.eventually("it is short again", || site.find("Hai").filter(|now| now.html == "<p>Ngắn lại.</p>"));
}

#[test]
fn a_writer_that_pauses_for_five_seconds_in_mid_file_shows_nothing_by_half() {
    let site = filled();
    let before = seen(&site);
    let text = markdown("Một", "2026-01-01", &"Bản mới. ".repeat(50));
    let (head, tail) = text.split_at(text.len() / 2);
    let mut file = OpenOptions::new().write(true).truncate(true).open(site.place("tin/mot.md")).unwrap();
    file.write_all(head.as_bytes()).unwrap();
    file.sync_all().unwrap();
    nothing_changes(&site, &before, Duration::from_secs(5));
    file.write_all(tail.as_bytes()).unwrap();
    drop(file);
    let whole =
        site.eventually("it is there, whole", || site.find("Một").filter(|now| now.html.contains("Bản mới")));
    assert_eq!(whole.html.matches("Bản mới.").count(), 50);
}

/// The most memory that the process has held, in bytes.
fn most_memory(site: &Site) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", site.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

#[test]
fn a_bomb_dropped_over_a_word_file_leaves_its_last_good_version_and_is_not_unpacked() {
    const UNPACKED: usize = 256 << 20;
    let mut site = filled();
    let date = "02/01/2026 07:30";
    site.article("tin/lua.docx", word("Lúa về", date, PICTURE));
    let picture = picture_in(&site.comes("Lúa về").html);
    let (before, memory) = (seen(&site), most_memory(&site));
    let bomb = bomb(UNPACKED);
    for path in ["tin/lua.docx", "tin/bom.docx"] {
        site.article(path, &bomb);
        site.eventually_says(&format!("{path}: một phần của tệp bung ra gấp hơn 200 lần"));
        nothing_changes(&site, &before, Duration::from_secs(1));
        assert_eq!(site.bytes(&picture), PICTURE);
    }
    let more = most_memory(&site) - memory;
    assert!(more < UNPACKED / 2, "{} MiB more were held", more >> 20);
    let receipt = || fs::read_to_string(site.place("_receipts/tin/lua.docx.txt")).ok();
    site.eventually("the receipt says so", || receipt()?.contains("NHƯNG LÀ BẢN CŨ").then_some(()));
    site.restart();
    nothing_changes(&site, &before, A_WHILE);
    assert_eq!(site.bytes(&picture), PICTURE);
    site.article("tin/lua.docx", word("Lúa chín", date, PICTURE));
    site.comes("Lúa chín");
    assert_eq!(site.titles("all").len(), before.1.len());
}
