//! Word files while the program runs: their pictures come and go with them, and outlive what happens to the file.

use crate::site::word::{PICTURE, picture_in, word};
use crate::site::{Site, in_seconds};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

const TITLE: &str = "Lúa đông xuân trổ đều trên cánh đồng Bình Hòa";

/// A file of the cases.
fn lua() -> Vec<u8> {
    let case = "tests/cases/a_word_file_of_libreoffice_comes_out_with_its_pictures/content";
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(case).join("mua-vu/lua dong xuan.docx");
    fs::read(place).expect("a file of the cases")
}

/// What is kept in the state folder, but for what is just being written.
fn kept(site: &Site) -> Vec<PathBuf> {
    let entries = fs::read_dir(site.beside("state/pictures")).into_iter().flatten();
    let places = entries.map(|entry| entry.expect("an entry").path());
    places
        .filter(|place| !place.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")))
        .collect()
}

#[test]
fn a_picture_is_served_as_it_was_put_in_and_like_any_other_file() {
    let site = Site::running();
    site.article("mua-vu/lua.docx", word("Lúa về", "02/09/2026 07:30", PICTURE));
    let picture = picture_in(&site.comes("Lúa về").html);
    assert!(picture.starts_with("/media/mua-vu/lua.docx/"), "{picture}");
    let answer = site.get(&picture).gives(200);
    assert_eq!(answer.body, PICTURE);
    assert_eq!(answer.header("content-type"), Some("image/png"));
    let tag = answer.header("etag").expect("a tag").to_owned();
    site.get(&picture).header("If-None-Match", &tag).gives(304);
    let part = site.get(&picture).header("Range", "bytes=0-7").gives(206);
    assert_eq!(part.body, &PICTURE[..8]);
    site.get("/media/mua-vu/lua.docx").gives(404);
}

#[test]
fn a_picture_outlives_what_happens_to_its_file() {
    let mut site = Site::running();
    site.article("tin/lua.docx", lua());
    let picture = picture_in(&site.comes(TITLE).html);
    let first = site.get(&picture).gives(200);
    // Half of a file that is being copied again, and something else altogether.
    site.article("tin/lua.docx", &lua()[..3_000]);
    site.eventually_says("tin/lua.docx");
    site.settles();
    assert_eq!(site.bytes(&picture), first.body);
    site.restart();
    site.eventually_has(&picture);
    assert_eq!(site.get(&picture).gives(200).header("etag"), first.header("etag"));
    site.article("tin/lua.docx", lua());
    site.settles();
    let again = site.get(&picture).gives(200);
    assert_eq!(
        (again.header("etag"), again.header("last-modified")),
        (first.header("etag"), first.header("last-modified"))
    );
}

#[test]
fn pictures_come_and_go_with_their_article() {
    let site = Site::running();
    site.article("tin/lua.docx", word("Lúa về", "02/09/2026 07:30", PICTURE));
    let picture = picture_in(&site.comes("Lúa về").html);
    site.get(&picture).gives(200);
    site.remove("tin/lua.docx");
    site.goes("Lúa về");
    site.get(&picture).gives(404);
    site.article("tin/lua.docx", word("Lúa về", "02/09/2026 07:30", PICTURE));
    site.comes("Lúa về");
    assert_eq!(site.bytes(&picture), PICTURE);
    // Another picture has another address.
    let other = [PICTURE, b"\0"].concat();
    site.article("tin/lua.docx", word("Lúa về", "02/09/2026 07:30", &other));
    let next = site.eventually("another picture is in it", || {
        Some(picture_in(&site.find("Lúa về")?.html)).filter(|next| *next != picture)
    });
    assert_eq!(site.bytes(&next), other);
    site.get(&picture).gives(404);
    site.rename("tin/lua.docx", "anh/lua.docx");
    let moved = next.replacen("/tin/", "/anh/", 1);
    site.eventually_has(&moved);
    site.get(&next).gives(404);
}

#[test]
fn a_picture_waits_for_the_time_of_its_article() {
    let site = Site::running();
    let (date, _) = in_seconds(3);
    let date = date.replace('T', " ").replace('Z', " +00:00");
    site.article("tin/lua.docx", word("Lúa về", &date, PICTURE));
    site.eventually("the picture is kept", || (kept(&site).len() == 1).then_some(()));
    let content = kept(&site).pop().and_then(|place| Some(place.file_name()?.to_str()?[..16].to_owned()));
    let picture = format!("/media/tin/lua.docx/{}.png", content.expect("a plain name"));
    site.get(&picture).gives(404);
    site.comes("Lúa về");
    assert_eq!(site.bytes(&picture), PICTURE);
}

#[test]
fn a_picture_that_was_lost_is_taken_out_again() {
    let site = Site::running();
    site.article("tin/lua.docx", word("Lúa về", "02/09/2026 07:30", PICTURE));
    let picture = picture_in(&site.comes("Lúa về").html);
    for place in kept(&site) {
        fs::remove_file(place).expect("it can be removed");
    }
    site.get(&picture).gives(503);
    site.eventually_has(&picture);
    assert_eq!(site.bytes(&picture), PICTURE);
}

#[test]
fn pictures_go_at_once_with_what_is_purged() {
    let site = Site::running();
    let other = [PICTURE, b"\0"].concat();
    site.article("tin/lua.docx", word("Lúa về", "02/09/2026 07:30", PICTURE));
    site.article("tin/khac.docx", word("Lúa khác", "02/09/2026 07:30", &[PICTURE, b"\x01"].concat()));
    let picture = picture_in(&site.comes("Lúa về").html);
    let stays = picture_in(&site.comes("Lúa khác").html);
    site.article("tin/lua.docx", word("Lúa về", "02/09/2026 07:30", &other));
    site.eventually("another picture is in it", || {
        Some(picture_in(&site.find("Lúa về")?.html)).filter(|next| *next != picture)
    });
    site.remove("tin/lua.docx");
    site.goes("Lúa về");
    let mut purge = site.command(&["purge", "lua-ve", "--yes"]);
    let purged = purge.arg("--state").arg(site.beside("state")).output().expect("bantin can be run");
    assert!(purged.status.success(), "{purged:?}");
    assert_eq!(kept(&site).len(), 1);
    site.get(&stays).gives(200);
}

#[test]
fn many_articles_of_pictures_stand_in_one_feed() {
    let site = Site::running();
    // Each has more bytes than a document may have of text with the others.
    let long = |n: u8| [PICTURE, &vec![n; 3 << 20]].concat();
    for n in 0..4 {
        site.article(&format!("tin/{n}.docx"), word(&format!("Lúa {n}"), "02/09/2026 07:30", &long(n)));
    }
    site.eventually("all are in it", || (site.titles("all").len() == 4).then_some(()));
    site.throughout(Duration::from_millis(50), || assert_eq!(site.titles("all").len(), 4));
}

#[test]
fn check_shows_no_line_of_what_is_no_text() {
    let site = Site::new();
    site.article("tin/xau.docx", word("Lúa về", "31/02/2026", PICTURE));
    let (said, is_well) = site.check();
    assert!(!is_well && said.starts_with("content/tin/xau.docx:"), "{said}");
    assert!(said.contains("không có ngày 31") && !said.contains(" | "), "{said}");
}
