//! Losses that are held, until the files return or somebody believes that it was meant.

use crate::office::{A_WHILE, accept, all_is_well, article, filled, nothing_changes, seen};
use crate::site::{Listed, Site};
use std::fs;
use std::time::{Duration, Instant};

/// Two dozen articles, of which most are gone.
fn most_gone(settings: &str) -> (Site, Vec<String>) {
    let mut site = Site::new();
    site.feed("site", &format!("language = \"en\"\n{settings}"));
    for number in 10..34 {
        let folder = if number < 12 { "khac" } else { "tin" };
        site.article(&format!("{folder}/{number}.md"), article(&format!("Bài {number}")));
    }
    site.start();
    let all = site.eventually("all are out", || Some(site.titles("all")).filter(|titles| titles.len() == 24));
    // By one stroke: how long it takes to delete them one by one is not what is tested.
    fs::create_dir(site.beside("gone")).unwrap();
    fs::rename(site.place("tin"), site.beside("gone/tin")).unwrap();
    (site, all)
}

/// The journal's note of a loss: since when, how long it stood, how many.
fn noted(site: &Site) -> Option<String> {
    let journal = rusqlite::Connection::open(site.beside("state/journal.sqlite")).unwrap();
    journal.query_row("SELECT value FROM note WHERE name = 'held'", [], |row| row.get(0)).ok()
}

#[test]
fn a_great_loss_is_held_over_a_restart_until_somebody_accepts_it() {
    let (mut site, all) = most_gone("");
    let told = "22 of 24 articles are gone at once: tin (22); for example tin/12.md, tin/13.md, tin/14.md. They have stayed published since ";
    site.eventually_stands(told);
    site.eventually_says(told);
    assert!(site.readiness().contains("If it was: wait until "), "{}", site.readiness());
    site.throughout(A_WHILE, || assert_eq!(site.titles("all"), all));
    site.get("/articles/bai-20").gives(200);
    let note = site.eventually("it is noted", || noted(&site));
    let since = note.split(':').next().unwrap().to_owned();

    site.restart();
    site.throughout(A_WHILE, || assert_eq!(site.titles("all"), all));
    site.eventually_stands(told);
    assert!(noted(&site).unwrap().starts_with(&format!("{since}:")), "it is the same loss");

    let (code, said) = accept(&site, &[]);
    let expected = "The files of 22 of 24 articles are gone from the content folder:\n  tin: 22 articles\nfor example:\n  tin/12.md\n";
    assert!(said.starts_with(expected), "{said}");
    assert!(said.ends_with("Done: 22 articles were taken back.\n"), "{said}");
    assert_eq!(code, Some(0));
    assert_eq!(site.titles("all"), ["Bài 10", "Bài 11"]);
    site.get("/articles/bai-20").gives(410);
    site.eventually_stands("");
    assert_eq!(noted(&site), None);
    assert_eq!(accept(&site, &["--yes"]), (Some(1), "There is nothing to accept: no loss is held.\n".into()));

    fs::rename(site.beside("gone/tin"), site.place("tin")).unwrap();
    site.eventually("they come back", || (site.titles("all") == all).then_some(()));
}

#[test]
fn a_great_loss_ends_by_itself_when_the_files_return_wherever_that_is() {
    let (site, all) = most_gone("");
    let before = site.listed("all");
    for (from, to) in [("gone/tin", "content/tin"), ("gone/tin", "content/chỗ khác")] {
        site.eventually_stands("22 of 24 articles are gone at once");
        fs::rename(site.beside(from), site.beside(to)).unwrap();
        site.eventually_stands("");
        site.eventually_says("what was gone is there again");
        site.throughout(A_WHILE, || assert_eq!(site.titles("all"), all));
        assert_eq!(noted(&site), None);
        if to == "content/tin" {
            fs::rename(site.beside(to), site.beside(from)).unwrap();
        }
    }
    assert_eq!(site.titles("cho-khac").len(), 22);
    let ids = |listed: Vec<Listed>| listed.into_iter().map(|article| article.id).collect::<Vec<_>>();
    assert_eq!(ids(site.listed("all")), ids(before));
}

#[test]
fn a_great_loss_is_believed_after_the_time_that_the_settings_say() {
    let (site, all) = most_gone("accept_loss_after = \"6s\"\n");
    let began = Instant::now();
    site.eventually_stands("22 of 24 articles are gone at once");
    site.throughout(Duration::from_secs(4), || assert_eq!(site.titles("all"), all));
    site.within(Duration::from_secs(20), "it is believed", || (site.titles("all").len() == 2).then_some(()));
    assert!(began.elapsed() >= Duration::from_secs(8), "after {:?}", began.elapsed());
    site.eventually_stands("");
    site.eventually_says("what was gone was taken back (22 articles): it has been gone for long enough");
}

#[test]
fn an_empty_folder_is_believed_only_when_somebody_accepts_it() {
    let site = filled();
    site.feed("site", "accept_loss_after = \"1s\"\n");
    site.eventually_says("the settings were read again");
    let before = seen(&site);
    for folder in ["tin", "khac"] {
        fs::remove_dir_all(site.place(folder)).unwrap();
    }
    site.eventually_stands("The content folder is empty");
    nothing_changes(&site, &before, A_WHILE);
    let (code, said) = accept(&site, &[]);
    assert!(
        said.starts_with(
            "3 trong số 3 bài không còn tệp trong thư mục nội dung:\n  tin: 2 bài\n  khac: 1 bài\n"
        ),
        "{said}"
    );
    assert!(said.ends_with("Xong: đã rút 3 bài.\n"), "{said}");
    assert_eq!((code, site.titles("all").len()), (Some(0), 0));
    site.eventually_stands("");
}

#[test]
fn a_folder_that_is_not_there_cannot_be_accepted() {
    let site = filled();
    let before = seen(&site);
    fs::rename(site.place(""), site.beside("away")).unwrap();
    site.eventually_stands("cannot be reached");
    let (code, said) = accept(&site, &[]);
    assert!(said.starts_with("Chưa thể xác nhận: không mở được thư mục nội dung "), "{said}");
    assert_eq!(code, Some(1));
    nothing_changes(&site, &before, Duration::from_secs(1));
    fs::rename(site.beside("away"), site.place("")).unwrap();
    all_is_well(&site, &before);
}

#[test]
fn accepting_where_no_bantin_runs_says_so_and_leaves_nothing_for_the_next() {
    let mut site = filled();
    site.stop();
    let (code, said) = accept(&site, &[]);
    assert!(said.starts_with("bantin: không có bantin nào đang chạy với thư mục trạng thái "), "{said}");
    assert_eq!(code, Some(2));
    assert!(!site.beside("state/request").exists());
}
