//! Folders and disks that go away, and others that stand in their place.

use crate::office::{A_WHILE, RECORDING, accept, all_is_well, article, fill, filled, nothing_changes, seen};
use crate::site::disk::Disk;
use crate::site::{Site, markdown};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

#[test]
fn a_disk_that_disappears_and_returns_withdraws_nothing() {
    let mut site = Site::new();
    let (disk, content) = (site.beside("disk"), site.place(""));
    fs::create_dir(&disk).unwrap();
    let Some(_memory) = Disk::mounted(&disk) else { return };
    let Some(shown) = Disk::showing(&disk, &content) else { return };
    site.start();
    fill(&site);
    let before = seen(&site);

    drop(shown);
    site.eventually_stands("3 of 3 articles are gone at once");
    site.eventually_stands("The content folder is empty, which is never taken as meant by itself");
    nothing_changes(&site, &before, A_WHILE);
    assert!(site.get(RECORDING).gives(503).header("retry-after").is_some());
    site.restart();
    nothing_changes(&site, &before, A_WHILE);
    site.eventually_stands("3 of 3 articles are gone at once");

    let _shown = Disk::showing(&disk, &content).expect("it could be mounted before");
    all_is_well(&site, &before);
}

#[test]
fn a_disk_mounted_in_the_folder_takes_nothing_with_it_when_it_goes() {
    let mut site = Site::new();
    let disk = site.beside("disk");
    fs::create_dir(&disk).unwrap();
    let Some(_memory) = Disk::mounted(&disk) else { return };
    let Some(shown) = Disk::showing(&disk, &site.place("chi-nhanh")) else { return };
    site.start();
    fill(&site);
    site.article("chi-nhanh/bon.md", article("Bốn"));
    site.comes("Bốn");
    site.restart();
    site.eventually_stands("");
    let before = seen(&site);

    drop(shown);
    site.eventually_stands("/chi-nhanh is not there; articles of it that stay published: 1");
    nothing_changes(&site, &before, A_WHILE);
    site.restart();
    site.eventually_stands("/chi-nhanh is not there; articles of it that stay published: 1");
    site.remove("khac/ba.md");
    site.goes("Ba");
    site.article("khac/ba.md", article("Ba"));
    site.comes("Ba");
    assert_eq!(site.titles("all").len(), 4, "what is taken away elsewhere goes and comes");

    let shown = Disk::showing(&disk, &site.place("chi-nhanh")).expect("it could be mounted before");
    site.eventually_stands("");
    assert_eq!(site.titles("all").len(), 4);
    site.article("chi-nhanh/nam.md", article("Năm"));
    site.within(Duration::from_secs(10), "it is watched again", || site.find("Năm"));

    drop(shown);
    site.eventually_stands("that stay published: 2");
    let (code, said) = accept(&site, &[]);
    assert!(
        said.starts_with("2 trong số 5 bài không còn tệp trong thư mục nội dung:\n  chi-nhanh: 2 bài\n"),
        "{said}"
    );
    assert_eq!((code, site.titles("all").len()), (Some(0), 3));
    site.eventually_stands("");
}

#[test]
fn another_folder_under_the_same_name_proves_nothing() {
    let site = filled();
    let before = seen(&site);
    let (content, away) = (site.place(""), site.beside("away"));
    fs::rename(&content, &away).unwrap();
    fs::create_dir(&content).unwrap();
    site.article("khac/ba.md", article("Ba"));
    site.eventually_stands("The content folder is another one than it was");
    site.throughout(A_WHILE, || assert_eq!(site.titles("all"), before.1));

    fs::remove_dir_all(&content).unwrap();
    fs::rename(&away, &content).unwrap();
    all_is_well(&site, &before);
}

#[test]
fn a_linked_content_folder_follows_its_link_and_nothing_changes_when_it_leads_elsewhere() {
    let mut site = Site::new();
    let (content, first, second) = (site.beside("content"), site.beside("first"), site.beside("second"));
    fs::rename(&content, &first).unwrap();
    symlink(&first, &content).unwrap();
    site.start();
    fill(&site);
    let before = seen(&site);
    assert!(Command::new("cp").arg("-a").args([&first, &second]).status().unwrap().success());

    symlink(&second, site.beside("new")).unwrap();
    fs::rename(site.beside("new"), &content).unwrap();
    nothing_changes(&site, &before, A_WHILE);
    fs::write(first.join("tin/cu.md"), article("Ở chỗ cũ")).unwrap();
    all_is_well(&site, &before);
    assert_eq!(site.find("Ở chỗ cũ"), None);
}

#[test]
fn a_folder_replaced_by_rename_changes_only_what_differs() {
    let site = filled();
    let before = site.listed("all");
    let (folder, new, old) = (site.place("tin"), site.beside("new"), site.beside("old"));
    fs::create_dir(&new).unwrap();
    fs::write(new.join("mot.md"), article("Một")).unwrap();
    fs::write(new.join("hai.md"), markdown("Hai", "2026-01-01", "Đã sửa.")).unwrap();
    fs::copy(folder.join("mot.mp3"), new.join("mot.mp3")).unwrap();
    fs::rename(&folder, &old).unwrap();
    fs::rename(&new, &folder).unwrap();
    let edited = site.eventually("the other version is out", || {
        assert_eq!(site.titles("all").len(), 3, "nothing leaves");
        site.find("Hai").filter(|now| now.html == "<p>Đã sửa.</p>")
    });
    let ids = || site.listed("all").into_iter().map(|article| article.id).collect::<Vec<_>>();
    let expected: Vec<String> = before.iter().map(|article| article.id.clone()).collect();
    site.throughout(A_WHILE, || {
        let mut now = ids();
        now.sort();
        let mut expected = expected.clone();
        expected.sort();
        assert_eq!(now, expected);
    });
    assert!(expected.contains(&edited.id));
    site.article("tin/nua.md", article("Vào thư mục mới"));
    site.comes("Vào thư mục mới");
}
