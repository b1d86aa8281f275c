//! Disks, shares and folders that fail while bantin runs, each with what was served before, during and after. What cannot
//! be provoked where the tests run is said loudly, and is a failure in `tests/run`.

mod site;

use site::disk::{Disk, not_tested};
use site::{Site, markdown};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const ADDRESSES: [&str; 7] = [
    "/",
    "/feeds/all.rss",
    "/feeds/all.atom",
    "/feeds/all.json",
    "/feeds/tin.rss",
    "/articles/mot",
    "/sitemap.xml",
];
/// It lies in the folder alone: while that is away, it is away for a while, and never gone.
const RECORDING: &str = "/media/tin/mot.mp3";

/// Long enough for what is gone to be looked for again, and to be withdrawn if it were believed.
const A_WHILE: Duration = Duration::from_millis(2700);

fn article(title: &str) -> String {
    markdown(title, "2026-01-01", &format!("Thân bài {title}."))
}

/// Three articles in two categories, and a recording.
fn fill(site: &Site) {
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

fn filled() -> Site {
    let site = Site::running();
    fill(&site);
    site
}

/// What readers see: statuses, validators, titles.
fn seen(site: &Site) -> (Vec<(&'static str, String, String)>, Vec<String>) {
    let ask = |address| {
        let (tag, modified) = site.ask("HEAD", address).gives(200).validators();
        (address, tag, modified)
    };
    (ADDRESSES.map(ask).to_vec(), site.titles("all"))
}

/// Expects that readers see what they saw before, for a while.
fn nothing_changes(site: &Site, before: &(Vec<(&'static str, String, String)>, Vec<String>), time: Duration) {
    site.throughout(time, || {
        assert_eq!(&seen(site), before);
        std::thread::sleep(Duration::from_millis(100));
    });
}

/// Expects that all is as it was, and that what comes now comes out.
fn all_is_well(site: &Site, before: &(Vec<(&'static str, String, String)>, Vec<String>)) {
    site.eventually_stands("");
    nothing_changes(site, before, Duration::from_millis(200));
    site.get(RECORDING).gives(200);
    site.article("khac/sau.md", article("Sau đó"));
    site.within(Duration::from_secs(10), "what comes after it is out", || site.find("Sau đó"));
    assert_eq!(site.titles("all").len(), before.1.len() + 1);
}

// Folders that go away.

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

// Losses that are held.

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

fn accept(site: &Site, more: &[&str]) -> (Option<i32>, String) {
    let mut command = site.command(&["accept"]);
    let output = command.arg("--state").arg(site.beside("state")).args(more).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
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
    let ids = |listed: Vec<site::Listed>| listed.into_iter().map(|article| article.id).collect::<Vec<_>>();
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
    assert!(said.ends_with("Xong: đã gỡ 3 bài.\n"), "{said}");
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

// What may not be read.

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

// The state folder.

#[test]
fn a_disk_that_fills_up_under_the_journal_holds_up_what_is_new_and_nothing_else() {
    let mut site = Site::new();
    let Some(disk) = Disk::mounted(&site.beside("state")) else { return };
    site.start();
    fill(&site);
    let before = seen(&site);
    disk.fill_up();
    for number in 0..40 {
        let title = format!("Mới {number}");
        site.article(&format!("tin/moi-{number}.md"), markdown(&title, "2026-02-01", &title.repeat(2000)));
    }
    site.eventually_stands("the journal cannot be written: ");
    site.eventually_stands("look after room and rights in the state folder");
    let during = seen(&site);
    nothing_changes(&site, &during, Duration::from_secs(2));
    for title in &before.1 {
        assert!(during.1.contains(title), "{title} stays");
    }

    disk.empty();
    site.within(Duration::from_secs(15), "all is out", || (site.titles("all").len() == 43).then_some(()));
    site.eventually_stands("");
    let after = seen(&site);
    site.restart();
    assert_eq!(seen(&site), after);
}

// Shares, and folders that cannot be watched.

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

/// A share: changes in `below` come without events, and it fails as it is told.
struct Share {
    below: PathBuf,
    place: PathBuf,
    control: PathBuf,
    program: Child,
}

impl Share {
    /// `None` where FUSE is not to be had.
    fn mounted(site: &Site) -> Option<Self> {
        let (below, control, place) = (site.beside("below"), site.beside("control"), site.place(""));
        fs::create_dir(&below).unwrap();
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let python = std::env::var("TEST_PYTHON").map_or(tests.join(".venv/bin/python"), PathBuf::from);
        let script = tests.join("site/slowfs.py");
        let started = Command::new(python).arg(script).args([&below, &place, &control]).spawn();
        let why = "a share needs FUSE, libfuse2 and fusepy; tests/run installs them";
        let Ok(program) = started else {
            not_tested(why);
            return None;
        };
        let mut share = Self { below, place, control, program };
        let until = Instant::now() + Duration::from_secs(10);
        while !share.is_mounted() {
            if Instant::now() > until || share.program.try_wait().unwrap().is_some() {
                not_tested(why);
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(share)
    }

    fn is_mounted(&self) -> bool {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
        mounts.contains(&format!(" {} fuse", self.place.display()).replace("/ ", " "))
    }

    fn fails(&self, how: &str) {
        fs::write(&self.control, how).unwrap();
    }

    fn works(&self) {
        fs::remove_file(&self.control).unwrap();
    }

    fn article(&self, path: &str, text: &str) {
        let place = self.below.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.place).status();
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn a_share_is_looked_through_and_whatever_fails_on_it_withdraws_nothing() {
    let mut site = Site::new();
    let Some(share) = Share::mounted(&site) else { return };
    let patience = Duration::from_secs(20);
    share.article("tin/mot.mp3", "recording");
    for (path, title) in [("tin/mot.md", "Một"), ("tin/hai.md", "Hai"), ("khac/ba.md", "Ba")] {
        share.article(path, &article(title));
    }
    site.start();
    site.within(patience, "all are out", || (site.titles("all").len() == 3).then_some(()));
    share.article("tin/bon.md", &article("Bốn"));
    site.within(patience, "what comes without an event is out", || site.find("Bốn"));
    site.within(patience, "the recording is there", || {
        site.text("/feeds/tin.rss").contains("<enclosure").then_some(())
    });
    let before = seen(&site);

    let served = || ADDRESSES.iter().for_each(|address| drop(site.get(address).gives(200)));
    for (how, told) in [
        ("empty", "4 of 4 articles are gone at once"),
        ("eio", "cannot be listed: Input/output error"),
        ("estale", "Stale file handle"),
    ] {
        share.fails(how);
        site.within(patience, how, || site.readiness().contains(told).then_some(()));
        site.throughout(Duration::from_secs(3), || {
            served();
            assert_eq!(site.titles("all"), before.1, "{how}");
        });
        share.works();
        site.within(patience, "it is over", || (site.readiness() == "ready\n").then_some(()));
        assert_eq!(seen(&site), before, "{how}");
    }

    share.fails("slow3");
    site.throughout(Duration::from_secs(4), || {
        let began = Instant::now();
        served();
        assert!(began.elapsed() < Duration::from_secs(1), "answers do not wait for the share");
    });
    share.works();
    share.article("khac/nam.md", &article("Năm"));
    site.within(patience, "it goes on", || site.find("Năm"));
    assert_eq!(site.titles("all").len(), 5);
}

// Crowds.

#[test]
fn ten_thousand_files_moved_in_at_once_all_come_out_and_moved_out_are_held() {
    const MANY: usize = 10_000;
    let site = filled();
    let crowd = site.beside("crowd");
    for number in 0..MANY {
        let folder = crowd.join(format!("{}", number % 20));
        if number < 20 {
            fs::create_dir_all(&folder).unwrap();
        }
        fs::write(folder.join(format!("{number}.md")), article(&format!("Số {number}"))).unwrap();
    }
    let tin = || (site.titles("tin"), site.get("/feeds/tin.rss").gives(200).validators());
    let before = tin();
    fs::rename(&crowd, site.place("crowd")).unwrap();
    let count = || site.text("/sitemap.xml").matches("<loc>").count();
    let patience = Duration::from_secs(60);
    site.within(patience, "all of them are out", || {
        assert_eq!(tin(), before, "another category stays as it is");
        std::thread::sleep(Duration::from_millis(200));
        (count() == MANY + 3).then_some(())
    });

    fs::rename(site.place("crowd"), &crowd).unwrap();
    site.within(patience, "it is held", || {
        assert_eq!(tin(), before);
        site.readiness().contains("10000 of 10003 articles are gone at once").then_some(())
    });
    assert_eq!(count(), MANY + 3);
    fs::rename(&crowd, site.place("crowd")).unwrap();
    site.within(patience, "all is well", || (site.readiness() == "ready\n").then_some(()));
    assert_eq!((count(), tin()), (MANY + 3, before));
}

#[test]
fn events_that_the_system_dropped_lose_nothing() {
    let site = filled();
    let stop = |signal: &str| {
        let sent = Command::new("kill").args([signal, &site.process().to_string()]).status().unwrap();
        assert!(sent.success());
    };
    stop("-STOP");
    for number in 0..600 {
        let path = site.place(&format!("khac/{number}.md"));
        fs::write(&path, article(&format!("Số {number}"))).unwrap();
        for _ in 0..15 {
            drop(File::options().append(true).open(&path).unwrap());
            drop(File::open(&path).unwrap());
        }
    }
    stop("-CONT");
    site.within(Duration::from_secs(30), "all are out", || {
        (site.text("/sitemap.xml").matches("<loc>").count() == 603).then_some(())
    });
    let metrics = site.get_private("/metrics").gives(200).text();
    if metrics.contains("bantin_overflows_total 0") {
        not_tested("this system's queue is longer than what was done");
    }
    for title in ["Một", "Hai"] {
        assert!(site.find(title).is_some() || site.titles("tin").contains(&title.to_owned()));
    }
}
