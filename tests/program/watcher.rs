//! Whatever is done to the folder, by whichever program: what stands there in the end is what is served, and nothing
//! half done is seen on the way. These tests use the real watcher and the real clock.

use crate::site::{Listed, Site, in_seconds, markdown};
use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// An article of this title, out on a day that is past.
fn article(title: &str) -> String {
    markdown(title, "2026-01-01", &format!("Thân bài {title}."))
}

/// A running site with two articles, so that one that goes is not all there were.
fn with_two() -> Site {
    let site = Site::running();
    site.article("tin/mot.md", article("Một")).article("tin/hai.md", article("Hai"));
    site.comes("Một");
    site.comes("Hai");
    site
}

#[test]
fn a_file_that_was_written_and_closed_is_out_at_once() {
    let site = Site::running();
    site.article("tin/lu.md", article("Lũ về"));
    let out = site.comes("Lũ về");
    assert_eq!(out.html, "<p>Thân bài Lũ về.</p>");
    for address in ["/feeds/all.rss", "/feeds/all.atom", "/feeds/tin.rss", "/feeds/tin", "/", "/sitemap.xml"]
    {
        assert!(site.text(address).contains(&out.url), "{address}");
    }
    site.get(&out.path()).gives(200);
}

#[test]
fn a_file_renamed_in_is_out_at_once() {
    let site = Site::running();
    site.article("tin/gat.md.part", article("Gặt sớm"));
    fs::write(site.beside("ngoai.md"), article("Từ ngoài vào")).unwrap();
    site.settles();
    assert_eq!(site.titles("tin"), [""; 0]);
    site.rename("tin/gat.md.part", "tin/gat.md");
    fs::rename(site.beside("ngoai.md"), site.place("tin/vao.md")).unwrap();
    site.comes("Gặt sớm");
    site.comes("Từ ngoài vào");
}

#[test]
fn a_file_is_not_shown_by_half_when_its_writer_pauses() {
    let site = with_two();
    let text = article("Chậm");
    let (head, tail) = text.split_at(text.len() - 10);
    let mut file = File::create(site.place("tin/cham.md")).unwrap();
    file.write_all(head.as_bytes()).unwrap();
    site.throughout(Duration::from_secs(3), || assert_eq!(site.find("Chậm"), None));
    file.write_all(tail.as_bytes()).unwrap();
    drop(file);
    assert_eq!(site.comes("Chậm").html, "<p>Thân bài Chậm.</p>");
}

#[test]
fn a_writer_that_never_stops_delays_its_own_file_only() {
    let site = Site::running();
    let mut file = File::create(site.place("mai.md")).unwrap();
    file.write_all(article("Viết mãi").as_bytes()).unwrap();
    let mut writes_on = || file.write_all(b"...").unwrap();
    for title in ["Bên cạnh", "Bên cạnh nữa"] {
        site.article(&format!("{title}.md"), article(title));
        site.eventually("its neighbour comes", || {
            writes_on();
            assert_eq!(site.find("Viết mãi"), None);
            site.find(title)
        });
    }
    site.throughout(Duration::from_secs(3), || {
        writes_on();
        assert_eq!(site.find("Viết mãi"), None);
    });
    drop(file);
    site.comes("Viết mãi");
}

#[test]
fn a_folder_made_with_files_in_it_is_seen() {
    let site = Site::running();
    let titles: Vec<String> = (10..40).map(|number| format!("Bài {number}")).collect();
    for title in &titles {
        site.article(&format!("tin/{title}/sâu/hơn/{title}.md"), article(title));
    }
    site.eventually("all of them come", || {
        let mut out = site.titles("all");
        out.sort();
        (out == titles).then_some(())
    });
}

#[test]
fn a_tree_moved_in_is_seen_whole() {
    let site = Site::running();
    for name in ["a", "b/c", "b/d/e"] {
        let folder = site.beside("cây").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("bài.md"), article(name)).unwrap();
    }
    fs::rename(site.beside("cây"), site.place("cây")).unwrap();
    for name in ["a", "b/c", "b/d/e"] {
        site.comes(name);
    }
    site.article("cây/b/d/thêm.md", article("Thêm sau"));
    site.comes("Thêm sau");
}

/// Saves another version by `save` and looks on: the article never leaves, and keeps its id.
fn saving(save: impl FnOnce(&Site, &str) + Send) {
    let site = with_two();
    let before = site.find("Một").unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            save(&site, &markdown("Một", "2026-01-01", "Bản mới."));
            done.store(true, Ordering::Relaxed);
        });
        site.eventually("the new version is out", || {
            let now = site.find("Một").expect("it never leaves");
            assert_eq!((&now.id, &now.url), (&before.id, &before.url));
            (now.html == "<p>Bản mới.</p>" && done.load(Ordering::Relaxed)).then_some(())
        });
    });
    site.throughout(Duration::from_millis(2500), || {
        assert_eq!(site.find("Một").expect("it stays").id, before.id);
    });
    assert_eq!(site.titles("all").len(), 2);
}

#[test]
fn saving_by_emptying_the_file_first_changes_the_article_in_place() {
    saving(|site, text| {
        let mut file = OpenOptions::new().write(true).truncate(true).open(site.place("tin/mot.md")).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        file.write_all(text.as_bytes()).unwrap();
    });
}

#[test]
fn saving_as_vim_does_changes_the_article_in_place() {
    saving(|site, text| {
        site.article("tin/4913", "").remove("tin/4913");
        site.rename("tin/mot.md", "tin/mot.md~");
        std::thread::sleep(Duration::from_millis(300));
        site.article("tin/mot.md", text).remove("tin/mot.md~");
    });
}

#[test]
fn saving_as_word_does_changes_the_article_in_place() {
    saving(|site, text| {
        site.article("tin/~$mot.md", "Ngô Trọng").article("tin/~WRD0001.tmp", text);
        site.rename("tin/mot.md", "tin/~WRL0002.tmp");
        std::thread::sleep(Duration::from_millis(300));
        site.rename("tin/~WRD0001.tmp", "tin/mot.md");
        site.remove("tin/~WRL0002.tmp").remove("tin/~$mot.md");
    });
}

#[test]
fn a_deleted_article_is_gone_and_comes_back_as_itself() {
    let site = with_two();
    let before = site.find("Một").unwrap();
    let text = fs::read(site.place("tin/mot.md")).unwrap();

    site.remove("tin/mot.md");
    site.eventually_gives(&before.path(), 410);
    assert_eq!(site.titles("all"), ["Hai"]);
    assert_eq!(site.titles("tin"), ["Hai"]);

    // Who heard that it was withdrawn has to believe that it is back (RFC 6721, section 4).
    let is_back = || {
        let back = site.comes("Một");
        assert_ne!(back.modified, "");
        assert_eq!(Listed { modified: before.modified.clone(), ..back }, before);
        site.get(&before.path()).gives(200);
    };
    site.article("tin/mot.md", &text);
    is_back();

    site.remove("tin/mot.md");
    site.eventually_gives(&before.path(), 410);
    site.article("tin/cho-khac/ten-khac.md", &text);
    is_back();
}

#[test]
fn a_new_file_is_not_taken_for_the_one_that_was_deleted_before_it() {
    let site = with_two();
    let before = site.find("Một").unwrap();
    // File systems give the number of the one to the other at once.
    site.remove("tin/mot.md").article("tin/khac.md", article("Khác hẳn"));
    let new = site.comes("Khác hẳn");
    assert_ne!(new.id, before.id);
    site.eventually_gives(&before.path(), 410);
}

#[test]
fn a_file_renamed_as_soon_as_it_was_written_comes_out_once() {
    let site = with_two();
    for number in 0..30 {
        let (first, last) = (format!("tin/tam-{number}.md"), format!("tin/xong-{number}.md"));
        site.article(&first, article(&format!("Bài {number}"))).rename(&first, &last);
    }
    site.eventually("all 32 are out", || (site.titles("all").len() >= 32).then_some(()));
    site.throughout(Duration::from_millis(500), || assert_eq!(site.titles("all").len(), 32));
    assert_eq!(site.said(), "", "nothing was told to be there twice");
}

#[test]
fn a_renamed_moved_retitled_or_edited_article_keeps_its_id() {
    let site = with_two();
    let id = site.find("Một").unwrap().id;
    let out = |title: &str, html: &str| {
        site.eventually(&format!("“{title}” with {html}"), || {
            site.listed("all").into_iter().find(|article| article.title == title && article.html == html)
        })
    };
    let body = "<p>Thân bài Một.</p>";

    site.rename("tin/mot.md", "tin/doi-ten.md");
    site.settles();
    assert_eq!(out("Một", body).id, id);

    site.rename("tin/doi-ten.md", "khac/xa/doi-ten.md");
    site.eventually("it is in the other category", || (site.titles("khac") == ["Một"]).then_some(()));
    assert_eq!(out("Một", body).id, id);

    fs::rename(site.place("khac"), site.place("khac-nua")).unwrap();
    site.eventually("its folder has another name", || (site.titles("khac-nua") == ["Một"]).then_some(()));
    assert_eq!(out("Một", body).id, id);

    site.article("khac-nua/xa/doi-ten.md", markdown("Một mới", "2026-01-01", "Thân bài Một."));
    assert_eq!(out("Một mới", body).id, id);

    site.article("khac-nua/xa/doi-ten.md", markdown("Một mới", "2026-01-01", "Sửa rồi."));
    let edited = out("Một mới", "<p>Sửa rồi.</p>");
    assert_eq!(edited.id, id);
    assert_ne!(edited.modified, "", "an edit is told");

    site.throughout(Duration::from_millis(2500), || {
        let ids: Vec<String> = site.listed("all").into_iter().map(|article| article.id).collect();
        assert_eq!(ids.iter().filter(|known| **known == id).count(), 1, "{ids:?}");
    });
}

#[test]
fn writing_the_same_again_changes_no_validator() {
    let site = with_two();
    let addresses = ["/feeds/tin.rss", "/feeds/all.json", "/feeds/tin", "/", "/articles/mot", "/sitemap.xml"];
    let validators = || addresses.map(|address| site.get(address).gives(200).validators());
    let before = validators();
    let text = fs::read(site.place("tin/mot.md")).unwrap();

    site.article("tin/mot.md", &text);
    site.throughout(Duration::from_millis(500), || assert_eq!(validators(), before));

    let file = File::options().write(true).open(site.place("tin/hai.md")).unwrap();
    file.set_times(FileTimes::new().set_modified(SystemTime::UNIX_EPOCH)).unwrap();
    drop(file);
    site.throughout(Duration::from_millis(1000), || assert_eq!(validators(), before));

    site.article("tin/mot.md.tmp", &text).rename("tin/mot.md.tmp", "tin/mot.md");
    site.throughout(Duration::from_millis(500), || assert_eq!(validators(), before));
    assert_eq!(site.find("Một").unwrap().modified, "", "nothing was edited");
}

#[test]
fn an_earlier_address_leads_to_the_present_one() {
    let site = with_two();
    for title in ["Tựa thứ hai", "Tựa thứ ba"] {
        site.article("tin/mot.md", article(title));
        site.comes(title);
    }
    let location = |path: &str| site.get(path).gives(301).header("location").map(str::to_owned);
    let now = Some("https://tin.example.vn/articles/tua-thu-ba".to_owned());
    assert_eq!([location("/articles/mot"), location("/articles/tua-thu-hai")], [now.clone(), now]);

    site.article("tin/mot.md", article("Một"));
    site.comes("Một");
    site.get("/articles/mot").gives(200);
    assert_eq!(location("/articles/tua-thu-ba").unwrap(), "https://tin.example.vn/articles/mot");
}

#[test]
fn a_bad_new_version_leaves_the_last_good_one_and_is_told() {
    let site = with_two();
    let before = site.find("Một").unwrap();
    let page = site.get(&before.path()).gives(200);
    site.article("tin/mot.md", markdown("Một", "31/02/2026", "Bản hỏng."));
    site.eventually_says("tin/mot.md:3: ngày `31/02/2026` không thể có");
    site.settles();
    assert_eq!(site.find("Một").as_ref(), Some(&before));
    assert_eq!(site.get(&before.path()).gives(200).body, page.body);

    site.article("tin/mot.md", markdown("Một", "28/02/2026", "Bản lành."));
    site.eventually("the mended version is out", || {
        site.find("Một").filter(|now| now.html == "<p>Bản lành.</p>" && now.id == before.id)
    });
    assert_eq!(site.said().matches("31/02/2026").count(), 1, "it was told once");
}

#[test]
fn links_are_not_followed() {
    let site = Site::running();
    let outside = site.beside("ngoài");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("mật.md"), article("Mật")).unwrap();
    fs::write(outside.join("mật.png"), "mật").unwrap();
    symlink("không-có", site.place("treo.md")).unwrap();
    symlink("Trong@máy.1234", site.place(".#tin.md")).unwrap();
    symlink(site.place(""), site.place("vòng")).unwrap();
    symlink("vòng-hai", site.place("vòng-hai")).unwrap();
    symlink("/", site.place("gốc")).unwrap();
    symlink(&outside, site.place("thư-mục")).unwrap();
    symlink(outside.join("mật.md"), site.place("mật.md")).unwrap();
    symlink(outside.join("mật.png"), site.place("mật.png")).unwrap();
    site.article("thật.md", article("Thật"));
    site.comes("Thật");
    site.throughout(Duration::from_millis(700), || assert_eq!(site.titles("all"), ["Thật"]));
    for address in ["/media/m%E1%BA%ADt.png", "/media/th%C6%B0-m%E1%BB%A5c/m%E1%BA%ADt.png"] {
        site.get(address).gives(404);
    }
}

#[test]
fn a_pipe_that_looks_like_an_article_holds_nobody_up() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let site = Site::running();
    for name in ["ống.md", "ống.png", "ống.txt"] {
        mknodat(CWD, site.place(name), FileType::Fifo, Mode::from_raw_mode(0o644), 0).unwrap();
    }
    site.article("thật.md", article("Thật"));
    site.comes("Thật");
    site.throughout(Duration::from_millis(700), || assert_eq!(site.titles("all"), ["Thật"]));
}

#[test]
fn a_file_of_three_gigabytes_is_refused_by_its_size() {
    let site = Site::running();
    File::create(site.place("khổng-lồ.txt")).unwrap().set_len(3 << 30).unwrap();
    site.article("thật.md", article("Thật"));
    site.comes("Thật");
    site.eventually_says("khổng-lồ.txt: ");
    let status = fs::read_to_string(format!("/proc/{}/status", site.process())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 500_000, "it took {kilobytes} kB");
}

#[test]
fn a_folder_that_goes_away_and_comes_back_withdraws_nothing() {
    let site = with_two();
    let before = site.listed("all");
    let (content, away) = (site.place(""), site.beside("đi-vắng"));
    fs::rename(&content, &away).unwrap();
    let readiness = || site.get_private("/readyz").gives(200).text();
    site.eventually("it tells that the folder is gone", || {
        readiness().contains("cannot be reached").then_some(())
    });
    site.throughout(Duration::from_millis(2500), || assert_eq!(site.listed("all"), before));

    fs::rename(&away, &content).unwrap();
    site.eventually("all is well again", || (readiness() == "ready\n").then_some(()));
    assert_eq!(site.listed("all"), before);
    site.article("tin/ba.md", article("Ba"));
    site.comes("Ba");
    assert_eq!(site.titles("all").len(), 3);
}

#[test]
fn an_emptied_folder_withdraws_nothing() {
    let site = with_two();
    let before = site.listed("all");
    fs::remove_dir_all(site.place("tin")).unwrap();
    site.eventually("it tells what is held", || {
        site.get_private("/readyz").gives(200).text().contains("are gone at once").then_some(())
    });
    site.throughout(Duration::from_millis(2500), || assert_eq!(site.listed("all"), before));
    site.article("tin/mot.md", article("Một")).article("tin/hai.md", article("Hai"));
    site.eventually("all is well again", || {
        (site.get_private("/readyz").gives(200).text() == "ready\n").then_some(())
    });
    assert_eq!(site.listed("all"), before);
}

#[test]
fn five_hundred_files_at_once_all_come_out() {
    let site = Site::running();
    site.feed("all", "limit = 1000\n");
    for number in 0..500 {
        site.article(&format!("{}/{number}.md", number % 7), article(&format!("Bài số {number}")));
    }
    site.eventually("500 are listed", || (site.titles("all").len() == 500).then_some(()));
    let mut titles = site.titles("all");
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 500);
    assert_eq!(site.text("/sitemap.xml").matches("<loc>").count(), 500);
}

#[test]
fn a_recording_that_comes_later_travels_with_its_article() {
    let site = with_two();
    let enclosed = |length: &str| format!("/media/tin/mot.mp3\" length=\"{length}\" type=\"audio/mpeg\"/>");
    assert!(!site.text("/feeds/tin.rss").contains("<enclosure"));
    site.article("tin/mot.mp3", [0xFF; 1000]);
    site.eventually("it is enclosed", || {
        site.text("/feeds/tin.rss").contains(&enclosed("1000")).then_some(())
    });
    assert_eq!(site.get("/media/tin/mot.mp3").gives(200).body, [0xFF; 1000]);
    site.article("tin/mot.mp3", [0xFF; 2000]);
    site.eventually("its new length is told", || {
        site.text("/feeds/tin.rss").contains(&enclosed("2000")).then_some(())
    });
    site.remove("tin/mot.mp3");
    site.eventually("it travels no more", || {
        (!site.text("/feeds/tin.rss").contains("<enclosure")).then_some(())
    });
    site.get("/media/tin/mot.mp3").gives(404);
}

#[test]
fn settings_take_effect_while_it_runs_and_bad_ones_change_nothing() {
    let site = with_two();
    let has = |address: &str, words: &str| site.text(address).contains(words).then_some(());
    site.feed("site", "title = \"Tên mới\"\n");
    site.eventually("the site has its new name", || has("/feeds/all.rss", "<title>Tên mới</title>"));
    site.feed("tin", "title = \"Tin trong ngày\"\nlimit = 1\n");
    site.eventually("the feed has its new name", || has("/feeds/tin.rss", "<title>Tin trong ngày</title>"));
    // The second in which both came has to be over before the archive has what there is no room for.
    site.eventually("it carries one article", || (site.titles("tin").len() == 1).then_some(()));

    site.feed("site", "title = không có ngoặc\n").feed("tin", "limit = \"nhiều\"\n");
    site.eventually_says("feeds/site.toml:1: ");
    site.throughout(Duration::from_millis(500), || {
        assert_eq!(has("/feeds/all.rss", "<title>Tên mới</title>"), Some(()));
        assert_eq!(has("/feeds/tin.rss", "<title>Tin trong ngày</title>"), Some(()));
    });

    site.feed("site", "title = \"Tên sau cùng\"\n").feed("tin", "");
    site.eventually("the site has its last name", || has("/feeds/all.rss", "<title>Tên sau cùng</title>"));
    site.eventually("the feed is named after its category", || {
        has("/feeds/tin.rss", "<title>Tin – Tên sau cùng</title>")
    });
    assert_eq!(site.titles("tin").len(), 2);
}

#[test]
fn an_article_comes_out_by_itself_when_its_time_has_come() {
    let site = with_two();
    let (date, due) = in_seconds(2);
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    site.article("tin/mai.md", markdown("Ngày mai", &date, "Đến giờ."));
    site.eventually("it comes, and not before its time", || {
        let out = site.find("Ngày mai");
        assert!(out.is_none() || now() >= due, "before its time");
        out
    });
    assert!(now() <= due + 2, "{} s late", now() - due);
    site.get("/articles/ngay-mai").gives(200);
}

#[test]
fn a_content_folder_may_appear_after_the_start() {
    let mut site = Site::new();
    fs::remove_dir(site.place("")).unwrap();
    site.start();
    site.get("/").gives(200);
    assert!(site.get_private("/readyz").gives(200).text().contains("cannot be reached"));
    site.article("tin/dau.md", article("Bài đầu"));
    site.comes("Bài đầu");
    site.article("tin/hai.md", article("Bài hai"));
    site.comes("Bài hai");
    assert_eq!(site.get_private("/readyz").gives(200).text(), "ready\n");
}

#[test]
fn a_change_in_one_category_leaves_the_others_validators_alone() {
    let site = with_two();
    site.article("khac/ba.md", article("Ba"));
    site.comes("Ba");
    let untouched = ["/feeds/tin.rss", "/feeds/tin.atom", "/feeds/tin.json", "/feeds/tin", "/articles/mot"];
    let validators = || untouched.map(|address| site.get(address).gives(200).validators());
    let before = validators();
    let all = site.get("/feeds/all.rss").gives(200).validators();
    site.article("khac/bon.md", article("Bốn")).article("khac/ba.md", article("Ba sửa"));
    site.comes("Bốn");
    site.comes("Ba sửa");
    assert_eq!(validators(), before);
    assert_ne!(site.get("/feeds/all.rss").gives(200).validators().0, all.0);
}

#[test]
fn of_many_quick_versions_the_last_one_stays() {
    let site = with_two();
    let id = site.find("Một").unwrap().id;
    for number in 0..200 {
        site.article("tin/mot.md", markdown("Một", "2026-01-01", &format!("Bản {number}.")));
    }
    let last = site.eventually("the last version is out", || {
        site.find("Một").filter(|article| article.html == "<p>Bản 199.</p>")
    });
    assert_eq!(last.id, id);
}
