//! The office is answered in its folder. What a receipt says, word by word, is tested beside the code that writes it;
//! here it is when it is written, when not, and where.

use crate::site::{Site, in_seconds, markdown};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

/// How soon after a drop its receipt is there.
const SOON: Duration = Duration::from_secs(1);

/// A receipt as it stands below the content folder, without its byte order mark and with bare line ends.
fn receipt(site: &Site, name: &str) -> Option<String> {
    read(&site.place(&format!("_receipts/{name}")))
}

fn read(place: &Path) -> Option<String> {
    let text = fs::read_to_string(place).ok()?;
    Some(text.strip_prefix('\u{FEFF}').expect("a byte order mark").replace("\r\n", "\n"))
}

/// Waits until the receipt's first line is this, and gives back all of it.
#[track_caller]
fn headed(site: &Site, name: &str, headline: &str) -> String {
    site.eventually(&format!("{name} says {headline}"), || {
        receipt(site, name).filter(|text| text.lines().next() == Some(&format!("[bantin] {headline}")))
    })
}

/// Waits until the summary says this.
#[track_caller]
fn summed_up(site: &Site, words: &str) {
    site.eventually(&format!("the summary says {words}"), || {
        receipt(site, "SUMMARY.txt").filter(|text| text.contains(words))
    });
}

/// What would change if any receipt were written again.
fn states(folder: &Path) -> Vec<(String, u64, i64, i64)> {
    let state = |name: String| {
        let metadata = fs::metadata(folder.join(&name)).ok()?;
        Some((name, metadata.ino(), metadata.mtime(), metadata.mtime_nsec()))
    };
    names(folder).into_iter().filter_map(state).collect()
}

/// The files below a folder that may be changing just then, in order.
fn names(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, way: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue; // It is just being written.
            }
            let name = format!("{way}{name}");
            match entry.path().is_dir() {
                true => walk(&entry.path(), &format!("{name}/"), found),
                false => found.push(name),
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found);
    found.sort();
    found
}

const BROKEN: &str = "---\ntitle: Lũ về\ndate: 31/02/2026\n---\nNước lên.\n";

#[test]
fn a_receipt_follows_its_file_from_the_drop_to_the_end() {
    let site = Site::running();
    site.article("tin/hai.md", markdown("Hai", "2026-01-01", "Thân bài."));
    site.comes("Hai");
    let dropped = Instant::now();
    site.article("tin/lu ve.md", markdown("Lũ về", "2026-11-20T16:27", "Nước lên."));
    let text = site.eventually("the receipt", || receipt(&site, "tin/lu ve.md.txt"));
    assert!(dropped.elapsed() < SOON, "{:?}", dropped.elapsed());
    assert_eq!(
        text,
        "\
[bantin] ĐÃ ĐĂNG

Tệp:         tin/lu ve.md
Tựa đề:      Lũ về
Đọc như:     Markdown
Chuyên mục:  Tin (như tên thư mục)
Ngày đăng:   20/11/2026 16:27
Địa chỉ:     https://tin.example.vn/articles/lu-ve

BÀI CÓ TRONG CÁC BẢN TIN NÀY
- Tất cả các bài: https://tin.example.vn/feeds/all
- Chuyên mục Tin: https://tin.example.vn/feeds/tin
Mở địa chỉ trên bằng trình duyệt để xem; thêm .rss, .atom hoặc .json vào cuối để dùng trong
trình đọc tin. Bản tin chỉ giữ những bài mới nhất; bài cũ hơn vẫn còn ở địa chỉ của bài.

Phiếu này do máy chủ viết và tự thay mới khi có gì thay đổi. Muốn sửa bài, hãy sửa tệp bài;
muốn rút bài, hãy xóa tệp bài. Sửa hay xóa phiếu này không thay đổi gì.
"
    );
    summed_up(&site, "Bài đang đăng:               2\n");

    site.article("tin/lu ve.md", markdown("Lũ về sớm", "2026-11-20T16:27", "Nước lên."));
    site.eventually("the new title", || {
        receipt(&site, "tin/lu ve.md.txt").filter(|text| text.contains("Lũ về sớm\n"))
    });
    site.article("tin/lu ve.md", BROKEN);
    let older = headed(&site, "tin/lu ve.md.txt", "ĐÃ ĐĂNG, NHƯNG LÀ BẢN CŨ");
    assert!(
        older.contains("- Dòng 3: ngày `31/02/2026` không thể có") && older.contains("Lũ về sớm\n"),
        "{older}"
    );
    summed_up(&site, "- tin/lu ve.md, dòng 3: ngày `31/02/2026` không thể có");
    site.article("tin/lu ve.md", markdown("Lũ về sớm", "2026-11-20T16:27", "Nước lên nhanh."));
    headed(&site, "tin/lu ve.md.txt", "ĐÃ ĐĂNG");
    summed_up(&site, "MỌI VIỆC ĐỀU ỔN");

    site.rename("tin/lu ve.md", "thoi-tiet/lu ve.md");
    headed(&site, "thoi-tiet/lu ve.md.txt", "ĐÃ ĐĂNG");
    let folder = site.place("_receipts");
    site.eventually("the old receipt goes", || {
        (names(&folder) == ["SUMMARY.txt", "thoi-tiet/lu ve.md.txt", "tin/hai.md.txt"]).then_some(())
    });
    site.remove("thoi-tiet/lu ve.md");
    site.eventually("the receipt goes with its folder", || {
        (!folder.join("thoi-tiet").exists()).then_some(())
    });
    assert_eq!(names(&folder), ["SUMMARY.txt", "tin/hai.md.txt"]);
    assert_eq!(site.titles("all"), ["Hai"], "receipts are no articles");
}

#[test]
fn a_file_that_cannot_be_used_a_draft_and_one_that_waits_are_told_of() {
    let site = Site::running();
    site.article("lu.md", BROKEN);
    site.article("nhap.md", "---\ntitle: Nháp\ndraft: true\n---\nChưa xong.\n");
    let (soon, _) = in_seconds(3);
    site.article("cho.md", markdown("Chờ", &soon, "Chờ."));
    headed(&site, "lu.md.txt", "CHƯA ĐĂNG ĐƯỢC");
    let draft = headed(&site, "nhap.md.txt", "BẢN NHÁP, CHƯA ĐĂNG");
    assert!(draft.contains("\nTựa đề:      Nháp\n") && !draft.contains("ngày đăng"), "{draft}");
    site.eventually("it waits", || {
        receipt(&site, "cho.md.txt").filter(|text| text.contains("CHỜ ĐẾN GIỜ ĐĂNG"))
    });
    summed_up(&site, ": cho.md – Chờ\n");
    summed_up(&site, "CÓ 1 VIỆC CẦN XEM");
    headed(&site, "cho.md.txt", "ĐÃ ĐĂNG");
    site.remove("lu.md");
    site.eventually("its receipt goes", || receipt(&site, "lu.md.txt").is_none().then_some(()));
    summed_up(&site, "MỌI VIỆC ĐỀU ỔN");
}

#[test]
fn what_a_file_says_of_its_own_end_is_told_and_stays_told() {
    let mut site = Site::running();
    site.article("hai.md", markdown("Hai", "2026-01-01", "Thân bài."));
    site.article("rut.md", markdown("Rút", "2026-01-01", "Thân bài."));
    site.article("nhap.md", markdown("Nháp", "2026-01-01", "Thân bài."));
    let (soon, _) = in_seconds(2);
    site.article("het.md", format!("---\ntitle: Hết\ndate: 2026-01-01\nexpires: {soon}\n---\nThân bài.\n"));
    for name in ["rut.md.txt", "nhap.md.txt", "het.md.txt"] {
        headed(&site, name, "ĐÃ ĐĂNG");
    }
    assert!(receipt(&site, "het.md.txt").unwrap().contains("\nHết hạn:     "));
    let text = "---\ntitle: Rút\ndate: 2026-01-01\nrút bài: nguồn tin đã cải chính\n---\nThân bài.\n";
    site.article("rut.md", text);
    let withdrawn = headed(&site, "rut.md.txt", "ĐÃ RÚT BÀI");
    assert!(withdrawn.contains("\nLý do:       nguồn tin đã cải chính\n"), "{withdrawn}");
    assert!(withdrawn.contains("\nTựa đề:      Rút\n"), "{withdrawn}");
    site.article("nhap.md", "---\ntitle: Nháp\ndate: 2026-01-01\ndraft: true\n---\nThân bài.\n");
    headed(&site, "nhap.md.txt", "BẢN NHÁP, CHƯA ĐĂNG");
    let expired = site.eventually("it expires", || {
        receipt(&site, "het.md.txt").filter(|text| text.starts_with("[bantin] HẾT HẠN ĐĂNG TỪ "))
    });
    assert!(expired.contains("\nTựa đề:      Hết\n"), "{expired}");
    std::thread::sleep(Duration::from_millis(1200));
    let before = states(&site.place("_receipts"));
    assert_eq!(before.len(), 5);
    site.restart();
    let folder = site.place("_receipts");
    site.throughout(Duration::from_secs(2), || assert_eq!(states(&folder), before));
    site.article("rut.md", markdown("Rút", "2026-01-01", "Thân bài."));
    headed(&site, "rut.md.txt", "ĐÃ ĐĂNG");
    site.remove("nhap.md");
    site.eventually("the draft's receipt goes with it", || {
        (!folder.join("nhap.md.txt").exists()).then_some(())
    });
}

#[test]
fn nothing_is_written_again_that_says_the_same() {
    let mut site = Site::running();
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Thân bài."));
    site.article("tin/khong ngay.md", "---\ntitle: Không ngày\nlanguage: sao Hỏa\n---\nThân bài.\n");
    site.article("tin/lu.md", BROKEN);
    site.article("nhap.md", "---\ntitle: Nháp\ndraft: true\n---\nChưa xong.\n");
    site.article("cho.md", markdown("Chờ", "2099-01-01", "Chờ."));
    headed(&site, "tin/khong ngay.md.txt", "ĐÃ ĐĂNG, NHƯNG CÓ CHỖ NÊN XEM LẠI");
    summed_up(&site, "CÓ 2 VIỆC CẦN XEM");
    for name in ["tin/mot.md.txt", "tin/lu.md.txt", "nhap.md.txt", "cho.md.txt"] {
        site.eventually("all receipts", || receipt(&site, name));
    }
    let folder = site.place("_receipts");
    std::thread::sleep(Duration::from_millis(1200));
    let before = states(&folder);
    assert_eq!(before.len(), 6);
    let same = site.article("tin/mot.md", markdown("Một", "2026-01-01", "Thân bài."));
    same.throughout(Duration::from_millis(1500), || assert_eq!(states(&folder), before));
    site.stop().start();
    site.throughout(Duration::from_secs(3), || assert_eq!(states(&folder), before));
    site.restart();
    site.throughout(Duration::from_secs(3), || assert_eq!(states(&folder), before));
    // Changed behind its back, they are as they should be again: while it runs, with their file; at a start, all.
    site.stop();
    site.remove("tin/khong ngay.md");
    fs::remove_file(folder.join("tin/mot.md.txt")).unwrap();
    site.start();
    headed(&site, "tin/mot.md.txt", "ĐÃ ĐĂNG");
    site.eventually("a receipt goes whose file went meanwhile", || {
        (!folder.join("tin/khong ngay.md.txt").exists()).then_some(())
    });
    summed_up(&site, "CÓ 1 VIỆC CẦN XEM");
}

#[test]
fn receipts_go_where_the_site_wants_them_in_its_language() {
    let mut site = Site::new();
    site.feed("site", "title = \"Bulletin\"\nreceipts = \"phieu\"\n");
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Thân bài."));
    site.start();
    let elsewhere = site.beside("phieu");
    let says = |site: &Site, folder: &Path, headline: &str| {
        let place = folder.join("tin/mot.md.txt");
        site.eventually(&format!("{} says {headline}", place.display()), || {
            read(&place).filter(|text| text.starts_with(&format!("[bantin] {headline}\n")))
        })
    };
    says(&site, &elsewhere, "ĐÃ ĐĂNG");
    assert!(!site.place("_receipts").exists());
    fs::write(elsewhere.join("tin/cua-toi.txt"), "của tôi").unwrap();

    site.feed("site", "title = \"Bulletin\"\nlanguage = \"en\"\nreceipts = \"phieu\"\n");
    let english = says(&site, &elsewhere, "PUBLISHED");
    assert!(english.contains("- Category Tin: https://tin.example.vn/feeds/tin\n"), "{english}");
    site.feed("tin", "title = \"The morning\"\n");
    site.eventually("the feed's title", || {
        read(&elsewhere.join("tin/mot.md.txt")).filter(|text| text.contains("- The morning: "))
    });

    site.feed("site", "title = \"Bulletin\"\nlanguage = \"en\"\n");
    says(&site, &site.place("_receipts"), "PUBLISHED");
    site.eventually("what was written there goes", || {
        (names(&elsewhere) == ["tin/cua-toi.txt"]).then_some(())
    });
    site.feed("site", "title = \"Bulletin\"\nlanguage = \"en\"\nreceipts = false\n");
    site.eventually("they are gone", || (!site.place("_receipts").exists()).then_some(()));
    site.article("tin/hai.md", markdown("Hai", "2026-01-01", "Thân bài."));
    site.comes("Hai");
    std::thread::sleep(SOON);
    assert!(!site.place("_receipts").exists());

    site.feed("site", "title = \"Bulletin\"\nlanguage = \"en\"\nreceipts = \"content/tin\"\n");
    site.eventually_says("they would be read as articles");
    site.feed("site", "title = \"Bulletin\"\nlanguage = \"en\"\nreceipts = \"feeds\"\n");
    site.eventually_says("feeds: that is where the settings are");
    let settings = fs::read_dir(site.beside("feeds")).unwrap().flatten();
    assert!(settings.into_iter().all(|entry| entry.path().extension().is_some_and(|is| is == "toml")));
    let state = site.beside("state");
    site.feed("site", &format!("language = \"en\"\nreceipts = {:?}\n", state.to_str().unwrap()));
    site.eventually_says("that is where bantin keeps its journal");
    site.feed("site", "title = \"Bulletin\"\nlanguage = \"en\"\nreceipts = 7\n");
    site.eventually_says("feeds/site.toml:3: this does not say where receipts go");
    site.feed("site", "title = \"Bulletin\"\nlanguage = \"en\"\nreceipts = \"content/_giay-bao\"\n");
    says(&site, &site.place("_giay-bao"), "PUBLISHED");
    fs::remove_dir_all(site.place("_giay-bao")).unwrap();
    site.restart();
    says(&site, &site.place("_giay-bao"), "PUBLISHED");
    site.eventually("all of them", || read(&site.place("_giay-bao/tin/hai.md.txt")));
}

#[test]
fn a_receipt_names_no_public_address_of_a_feed_that_became_private() {
    let mut site = Site::new();
    let agreement = "title = \"Tin cho đài\"\n[partner]\norganisation = \"Đài\"\n";
    site.feed("dai", agreement);
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Thân bài."));
    site.start();
    let says = |line: &str| {
        site.eventually(&format!("the receipt says {line}"), || {
            receipt(&site, "tin/mot.md.txt").filter(|text| text.contains(&format!("- Tin cho đài: {line}\n")))
        });
    };
    says("https://tin.example.vn/feeds/dai");
    let hash = bantin::words::TokenHash::of("a");
    site.feed("dai", &format!("{agreement}token = \"{hash}\"\n"));
    says("dành riêng cho Đài");
    site.feed("dai", &format!("{agreement}token = \"{hash}\"\n").replace("\"Đài\"", "\"Báo\""));
    says("dành riêng cho Báo");
}

#[test]
fn what_bantin_did_not_write_is_left_alone_and_no_link_is_followed() {
    let mut site = Site::new();
    let outside = site.beside("ngoai");
    fs::create_dir_all(site.place("_receipts")).unwrap();
    fs::create_dir(&outside).unwrap();
    symlink(&outside, site.place("_receipts/lien-ket")).unwrap();
    fs::write(site.beside("mat-khau"), "[bantin] ĐÃ ĐĂNG").unwrap();
    symlink(site.beside("mat-khau"), site.place("_receipts/hai.md.txt")).unwrap();
    fs::write(site.place("_receipts/mot.md.txt"), "ghi chú của tôi").unwrap();
    for name in ["mot.md", "hai.md", "ba.md", "lien-ket/bon.md"] {
        site.article(name, markdown(name, "2026-01-01", "Thân bài."));
    }
    site.start();
    headed(&site, "ba.md.txt", "ĐÃ ĐĂNG");
    summed_up(&site, "mot.md.txt không phải do máy chủ viết");
    summed_up(&site, "hai.md.txt không phải do máy chủ viết");
    summed_up(&site, "lien-ket/bon.md.txt không phải do máy chủ viết");
    site.remove("mot.md").remove("hai.md").remove("lien-ket/bon.md");
    site.eventually("they are withdrawn", || (site.titles("all").len() == 1).then_some(()));
    std::thread::sleep(SOON);
    assert_eq!(fs::read_to_string(site.place("_receipts/mot.md.txt")).unwrap(), "ghi chú của tôi");
    assert_eq!(fs::read_to_string(site.beside("mat-khau")).unwrap(), "[bantin] ĐÃ ĐĂNG");
    assert!(site.place("_receipts/hai.md.txt").is_symlink());
    assert!(fs::read_dir(&outside).unwrap().next().is_none());
}

#[test]
fn where_receipts_cannot_be_written_everything_else_goes_on() {
    let mut site = Site::new();
    site.feed("site", "receipts = \"cha/phieu\"\n");
    site.start();
    site.article("mot.md", markdown("Một", "2026-01-01", "Thân bài."));
    site.comes("Một");
    site.eventually_says("receipts cannot be written to");
    site.eventually("/readyz says so", || {
        site.get_private("/readyz").gives(200).text().contains("receipts cannot be written to").then_some(())
    });
    fs::create_dir(site.beside("cha")).unwrap();
    site.eventually("the receipt comes once that can be", || read(&site.beside("cha/phieu/mot.md.txt")));
    site.eventually("/readyz has nothing to say", || {
        (!site.get_private("/readyz").gives(200).text().contains("receipts")).then_some(())
    });
    assert_eq!(site.said().matches("receipts cannot be written").count(), 1, "{}", site.said());
}

#[test]
fn own_writes_wake_nobody() {
    let site = Site::running();
    for number in 0..30 {
        site.article(
            &format!("muc-{number}/bai.md"),
            markdown(&format!("Bài {number}"), "2026-01-01", "Thân bài."),
        );
    }
    site.comes("Bài 29");
    site.eventually("all receipts", || (names(&site.place("_receipts")).len() == 31).then_some(()));
    let watched = |name: &str| {
        let inode = format!("ino:{:x} ", fs::metadata(site.place(name)).expect("a folder").ino());
        let descriptors = fs::read_dir(format!("/proc/{}/fdinfo", site.process())).expect("the process runs");
        descriptors
            .flatten()
            .any(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| text.contains(&inode)))
    };
    site.eventually("the folders of articles are watched", || watched("muc-29").then_some(()));
    site.eventually("those of receipts are not", || {
        (!watched("_receipts") && !watched("_receipts/muc-29")).then_some(())
    });
}

#[test]
fn a_great_loss_is_told_of_in_the_summary_and_the_receipts_stay() {
    let site = Site::running();
    let name = |number: usize| format!("tin/bai-{number}.md");
    for number in 0..25 {
        site.article(&name(number), markdown(&format!("Bài {number}"), "2026-01-01", "Thân bài."));
    }
    summed_up(&site, "Bài đang đăng:               25\n");
    for number in 0..20 {
        site.remove(&name(number));
    }
    summed_up(&site, "- 20 trong số 25 bài biến mất cùng lúc: tin (20)");
    assert!(receipt(&site, "tin/bai-0.md.txt").is_some());
    for number in 0..20 {
        site.article(&name(number), markdown(&format!("Bài {number}"), "2026-01-01", "Thân bài."));
    }
    summed_up(&site, "MỌI VIỆC ĐỀU ỔN");
}
