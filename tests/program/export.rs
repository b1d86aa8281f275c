//! `bantin build`, with the real program: a site as files, held against what a server answers, however it was made.

use crate::site::{BASE, Site, files_below, markdown};
use bantin::words::{Fingerprint, Token};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const PACKINGS: [(&str, &str); 4] = [("", "identity"), (".gz", "gzip"), (".br", "br"), (".zst", "zstd")];
/// What is told of an export to hosts, and to the next export.
const TOLD: [&str; 5] = [".bantin-export", "_headers", "_redirects", "nginx.conf", "nginx-map.conf"];

const IN_ADDRESSES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-');

/// A site with what can be on one: media, a picture in a subfolder, tags and authors, agreements of all kinds.
fn with_everything() -> Site {
    let site = Site::new();
    let secret = format!("[partner]\norganisation = 'Đài'\ntoken = '{}'\n", Token::of([7; 16]).hash());
    site.feed("site", "title = 'Bản tin'\nmax_age = 60\n")
        .feed("dai", &secret)
        .feed("bao", "[partner]\norganisation = 'Báo'\nsites = ['https://bao.example.vn']\n")
        .feed("da-het", "[partner]\norganisation = 'Hội'\nuntil = '30/11/2024'\n")
        .article("tin/mot.md", tagged("Một"))
        .article("tin/hai.md", tagged("Hai"))
        .article("mùa vụ/ba.md", markdown("Ba", "2024-03-01", "![ảnh](Lúa%20chín.png)"))
        .article("mùa vụ/Lúa chín.png", [0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0])
        .article("mùa vụ/ghi âm.MP3", [0; 3000]);
    std::thread::sleep(Duration::from_millis(400));
    site
}

fn tagged(title: &str) -> String {
    format!("---\ntitle: {title}\ndate: 2024-03-01\ntags: [Lúa]\nauthor: Lê Sáu\n---\nThân bài {title}.\n")
}

fn build_to(site: &Site, out: &str, more: &[&str]) -> Output {
    let mut command = site.command(&["build"]);
    command.arg("--out").arg(site.beside(out)).arg("--state").arg(site.beside("state")).args(more);
    command.output().expect("bantin can be run")
}

/// Exports, and gives back what is printed.
#[track_caller]
fn build(site: &Site) -> String {
    let output = build_to(site, "public", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

/// How many files the summary says were written, kept and removed.
fn counts(summary: &str) -> Vec<usize> {
    let numbers = summary.split_once('(').expect("a summary").1.split_once(')').expect("a summary").0;
    let numbers = numbers.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    numbers.map(|number| number.parse().expect("a number")).collect()
}

/// Each file below a folder: which file it is, when it was changed, and its bytes.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (u64, i64, Vec<u8>)> {
    let look = |file: PathBuf| {
        let place = folder.join(&file);
        let there = fs::metadata(&place).expect("it is there");
        (file, (there.ino(), there.mtime(), fs::read(&place).expect("it can be read")))
    };
    files_below(folder).into_iter().map(look).collect()
}

/// What is not the same in two folders; of what they say of themselves, the lines. What has no address is dated when it is
/// written, whatever else is the same.
fn unlike(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let lines = |(file, bytes): (&PathBuf, &Vec<u8>)| -> Vec<String> {
        match file.to_str() {
            Some(".bantin-export") => text(bytes).lines().map(undated).collect(),
            _ => vec![format!("{} {}", file.display(), Fingerprint::of([bytes]))],
        }
    };
    let [one, other] = [one, other].map(|tree| tree.iter().flat_map(lines).collect::<BTreeSet<_>>());
    one.symmetric_difference(&other).cloned().collect()
}

/// What an export says of a file, without the time if it has no address.
fn undated(line: &str) -> String {
    let mut said: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    if said[1] == "" {
        said[3].take();
    }
    said.to_string()
}

/// The address at which a file of an export stands.
fn address_of(file: &str) -> String {
    let page = |file: &str| file.strip_suffix(".html").map(str::to_owned);
    let path = match file.split('/').next() {
        _ if file == "index.html" => String::new(),
        Some("feeds" | "articles" | "round-ups") => page(file).unwrap_or_else(|| file.to_owned()),
        Some("embed") if file.starts_with("embed/articles/") => page(file).unwrap_or_else(|| file.to_owned()),
        Some("embed") => file.strip_suffix("/index.html").unwrap_or(file).to_owned(),
        _ => file.to_owned(),
    };
    format!("/{}", utf8_percent_encode(&path, IN_ADDRESSES))
}

#[test]
fn each_file_is_what_the_server_answers_and_nothing_it_leads_to_is_missing() {
    let mut site = with_everything();
    // So few that there are archives.
    site.feed("site", "title = 'Bản tin'\nlimit = 2\n");
    site.start();
    // What a file says before its words are written down it has said from the beginning.
    site.eventually_gives("/archives/all/2024-03.atom", 200);
    site.article("tin/hai.md", tagged("Hai mới"));
    site.comes("Hai mới");
    site.article("tin/bon.md", tagged("Bốn"));
    site.comes("Bốn");
    site.remove("tin/bon.md");
    site.goes("Bốn");
    site.settles();
    // What came just now counts from the next second on, and is archived with the one after it.
    std::thread::sleep(Duration::from_millis(3200));
    build(&site);

    let public = site.beside("public");
    let files: Vec<String> = files_below(&public).iter().map(|file| file.display().to_string()).collect();
    let names: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let mut addresses = BTreeSet::new();
    for file in files.iter().filter(|file| !TOLD.contains(&file.as_str())) {
        let of_packed = PACKINGS[1..]
            .iter()
            .find(|(suffix, _)| file.strip_suffix(suffix).is_some_and(|plain| names.contains(plain)));
        let (suffix, packing) = of_packed.copied().unwrap_or(PACKINGS[0]);
        let address = address_of(file.strip_suffix(suffix).expect("it ends so"));
        let answer = site.get(&address).header("accept-encoding", packing).gives(200);
        assert_eq!(answer.header("content-encoding").unwrap_or("identity"), packing, "{address}");
        assert!(answer.body == fs::read(public.join(file)).expect("a file"), "{file} is not {address}");
        addresses.insert(address);
    }
    let map = fs::read_to_string(public.join("nginx-map.conf")).expect("rules");
    let leads: BTreeSet<&str> =
        map.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next()).collect();
    let secret = Token::of([7; 16]);
    for file in &files {
        let bytes = fs::read(public.join(file)).expect("a file");
        let holds = |what: &str| bytes.windows(what.len()).any(|window| window == what.as_bytes());
        assert!(!file.contains("dai") && !holds(secret.secret()), "{file} is a partner's");
        let is_text = [".html", ".rss", ".atom", ".json", ".xml"].iter().any(|suffix| file.ends_with(suffix));
        let linked = if is_text { links(&text(&bytes)) } else { Vec::new() };
        for link in linked {
            // What the names of categories and tags begin with is no address, and nothing is handed in to files.
            let is_alone = link.starts_with("/feeds/") && link.ends_with('/')
                || ["/hub", "/cloud"].contains(&link.as_str());
            let is_asked = link.starts_with("/oembed") || link.contains('?') || link.ends_with(".events");
            let is_answered = addresses.contains(&link) || leads.contains(link.as_str());
            assert!(is_answered || is_alone || is_asked, "{link} in {file} leads nowhere");
        }
    }
    for (address, status) in [("/articles/hai", 301), ("/articles/bon", 410), ("/feeds/da-het.rss", 410)] {
        site.get(address).gives(status);
        assert!(!addresses.contains(address));
    }

    let server = format!("http://{}/", site.address());
    let output = build_to(&site, "public", &["--check", "--against", &server]);
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(0), String::new()),
        "{}",
        text(&output.stderr)
    );
    fs::remove_file(public.join("feeds/tin.atom.gz")).expect("a file");
    let output = build_to(&site, "public", &["--check", "--against", &server]);
    let missing = "/feeds/tin.atom (gzip): trong bản xuất thiếu tệp này\n";
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), missing.to_owned()));
    fs::write(public.join("feeds/all.rss"), "khác").expect("a file");
    site.remove("tin/mot.md");
    site.goes("Một");
    let output = build_to(&site, "public", &["--check", "--against", &server]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    for line in [
        "/embed/all.html (gzip): máy chủ có phiên bản khác",
        "/articles/mot (identity): mã trạng thái: máy chủ đáp `410`, bản xuất có `200`",
    ] {
        assert!(said.lines().any(|said| said == line), "{said}");
    }
    build(&site);
    let output = build_to(&site, "public", &["--check", "--against", &server]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// The addresses of this site in a text, as paths.
fn links(text: &str) -> Vec<String> {
    let ends =
        |c: char| matches!(c, '"' | '<' | '>' | ' ' | '\'' | '&' | '#' | ')' | '\\') || c.is_whitespace();
    let after = text.split(BASE).skip(1);
    after.map(|rest| format!("/{}", rest.split(ends).next().unwrap_or(""))).collect()
}

#[test]
fn it_is_the_same_whether_a_server_runs_or_not_and_whatever_was_there() {
    let mut site = with_everything();
    let from_nothing = build(&site);
    let first = tree(&site.beside("public"));
    assert_eq!(counts(&from_nothing), [first.len() - 1, 0, 0], "{from_nothing}");
    assert!(site.beside("state/journal.sqlite").exists(), "what was found is remembered");

    let unchanged = build(&site);
    assert_eq!(counts(&unchanged), [0, first.len() - 1, 0], "{unchanged}");
    assert!(tree(&site.beside("public")) == first, "not one file was touched");

    site.start();
    for (path, titles) in [("tin/mot.md", 3), ("tin/hai.md", 3)] {
        assert!(site.place(path).exists() && site.titles("all").len() == titles);
    }
    assert_eq!(counts(&build(&site)), [0, first.len() - 1, 0]);
    let output = build_to(&site, "other", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let bytes = |tree: BTreeMap<PathBuf, (u64, i64, Vec<u8>)>| {
        tree.into_iter().map(|(file, (_, _, bytes))| (file, bytes)).collect::<BTreeMap<_, _>>()
    };
    // What it says of itself names when each file is of.
    let other = bytes(tree(&site.beside("other")));
    assert_eq!(unlike(&other, &bytes(first)), [""; 0], "beside a server it is the same");

    // Of what a feed reader holds from the server nothing changes when it asks a web server with these files.
    let modified = site.get("/feeds/all.rss").gives(200).header("last-modified").map(str::to_owned);
    let file = fs::metadata(site.beside("other/feeds/all.rss")).expect("a file").modified().expect("a time");
    assert_eq!(modified, Some(httpdate::fmt_http_date(file)));
}

#[test]
fn one_change_writes_what_it_changes_and_nothing_else() {
    let site = with_everything();
    build(&site);
    let before = tree(&site.beside("public"));
    site.article("tin/mot.md", tagged("Một").replace("Thân bài", "Cả bài"));
    std::thread::sleep(Duration::from_millis(700));
    let summary = build(&site);
    let after = tree(&site.beside("public"));
    let mut changed: BTreeSet<String> = BTreeSet::new();
    for (file, now) in &after {
        match before.get(file) {
            Some(then) if then == now => {}
            Some(then) => {
                assert!(then.0 != now.0, "{} was written anew", file.display());
                changed.insert(file.display().to_string());
            }
            None => panic!("{} is new", file.display()),
        }
    }
    assert!(changed.remove(TOLD[0]));
    assert_eq!(counts(&summary), [changed.len(), after.len() - 1 - changed.len(), 0], "{summary}");
    let plain = |file: &&String| !PACKINGS[1..].iter().any(|(suffix, _)| file.ends_with(suffix));
    let feeds = ["all", "tin", "bao", "tag/lua", "author/le-sau"].into_iter().flat_map(files_of);
    // Embeds show no more than its headline, and say the same.
    let others = ["articles/mot.html", "embed/articles/mot.html", "index.html"].map(str::to_owned);
    let expected: BTreeSet<String> = feeds.chain(others).collect();
    assert_eq!(changed.iter().filter(plain).cloned().collect::<BTreeSet<_>>(), expected);

    site.remove("tin/mot.md");
    let summary = build(&site);
    assert!(!site.beside("public/articles/mot.html").exists());
    let removed =
        before.keys().filter(|file| file.display().to_string().contains("articles/mot.html")).count();
    assert_eq!(counts(&summary)[2], removed, "{summary}");
    assert!(
        fs::read_to_string(site.beside("public/nginx-map.conf"))
            .expect("rules")
            .contains("\"/articles/mot\" \"410\";")
    );
}

/// So they are found by whatever carries files away by their times and lengths.
#[test]
fn what_hosts_are_told_is_dated_when_it_changes() {
    let site = with_everything();
    build(&site);
    let before = tree(&site.beside("public"));
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_secs().cast_signed();
    let began = now();
    site.feed("site", "title = 'Bản tin'\nmax_age = 90\n");
    build(&site);
    let after = tree(&site.beside("public"));
    for file in ["_headers", "nginx.conf"].map(Path::new) {
        let ((_, _, then), (_, changed, now_told)) = (&before[file], &after[file]);
        assert!(then != now_told && then.len() == now_told.len(), "{} is as long", file.display());
        assert!((began..=now()).contains(changed), "{} is of {changed}", file.display());
    }
    for file in ["_redirects", "nginx-map.conf"].map(Path::new) {
        assert!(before[file] == after[file], "{} stays the same file", file.display());
    }
}

/// The files of a feed and its page, as they are.
fn files_of(feed: &str) -> [String; 4] {
    ["atom", "html", "json", "rss"].map(|suffix| format!("feeds/{feed}.{suffix}"))
}

#[test]
fn what_somebody_changed_in_the_folder_is_put_right() {
    let site = with_everything();
    build(&site);
    let before = tree(&site.beside("public"));
    fs::write(site.beside("public/feeds/all.rss"), "khác").expect("a file");
    fs::remove_file(site.beside("public/articles/mot.html.br")).expect("a file");
    fs::write(site.beside("public/notes.txt"), "của ai").expect("a file");
    let summary = build(&site);
    let after = tree(&site.beside("public"));
    let bytes = |tree: &BTreeMap<PathBuf, (u64, i64, Vec<u8>)>| {
        tree.iter().map(|(file, (_, _, bytes))| (file.clone(), bytes.clone())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(unlike(&bytes(&after), &bytes(&before)), [""; 0]);
    let written = |file: &str| {
        PACKINGS
            .iter()
            .filter(|(suffix, _)| before.contains_key(Path::new(&format!("{file}{suffix}"))))
            .count()
    };
    assert_eq!(counts(&summary)[0], written("feeds/all.rss") + written("articles/mot.html"), "{summary}");

    // So it is where nothing else has changed.
    let public = site.beside("public");
    let harms: [(&str, &dyn Fn()); 5] = [
        ("a page", &|| fs::write(public.join("articles/them.html"), "của ai").expect("a file")),
        ("a folder", &|| fs::create_dir(public.join("thêm")).expect("a folder")),
        ("a link", &|| {
            fs::rename(public.join("feeds"), site.beside("feeds-elsewhere")).expect("it can be renamed");
            symlink(site.beside("feeds-elsewhere"), public.join("feeds")).expect("a link");
        }),
        ("who may read", &|| {
            let nobody = fs::Permissions::from_mode(0o600);
            fs::set_permissions(public.join("robots.txt"), nobody).expect("it is ours");
        }),
        ("who may enter", &|| {
            let nobody = fs::Permissions::from_mode(0o700);
            fs::set_permissions(public.join("feeds"), nobody).expect("it is ours");
        }),
    ];
    for (what, harm) in harms {
        harm();
        build(&site);
        assert!(bytes(&tree(&public)) == bytes(&before), "{what}");
        assert!(!public.join("thêm").exists() && !public.join("feeds").is_symlink(), "{what}");
        for place in ["robots.txt", "feeds"] {
            let mode = fs::metadata(public.join(place)).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o044, 0o044, "{what}: {place}");
        }
        assert_eq!(counts(&build(&site)), [0, before.len() - 1, 0], "{what}");
    }
}

#[test]
fn what_says_the_same_under_another_name_stays_as_it_is() {
    let site = with_everything();
    build(&site);
    let before = tree(&site.beside("public"));
    // Every page could have shown it, were it open.
    let token = Token::of([9; 16]).hash();
    site.feed("kin", &format!("[partner]\norganisation = 'Đài'\ntoken = '{token}'\n"));
    let summary = build(&site);
    assert_eq!(counts(&summary), [0, before.len() - 1, 0], "{summary}");
    let without_own = |mut tree: BTreeMap<_, _>| {
        tree.remove(Path::new(TOLD[0]));
        tree
    };
    assert!(without_own(tree(&site.beside("public"))) == without_own(before), "not one file was touched");
    assert_eq!(counts(&build(&site))[0], 0);
}

#[test]
fn one_that_is_cut_off_leaves_what_was_there_and_the_next_takes_its_place() {
    let site = with_everything();
    build(&site);
    let before = tree(&site.beside("public"));
    for number in 0..200 {
        site.article(
            &format!("nhiều/{number}.md"),
            markdown(&format!("Bài {number}"), "2024-02-01", "Đoạn."),
        );
    }
    std::thread::sleep(Duration::from_millis(700));
    let new = site.beside(".public.bantin-new");
    let mut command = site.command(&["build"]);
    command.arg("--out").arg(site.beside("public")).arg("--state").arg(site.beside("state"));
    let mut child = command.spawn().expect("bantin can be started");
    let until = std::time::Instant::now() + Duration::from_secs(60);
    while !new.join("feeds").is_dir() && !new.join("articles").is_dir() {
        assert!(std::time::Instant::now() < until && child.try_wait().expect("a status").is_none());
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!(tree(&site.beside("public")) == before, "what was there is as it was");

    let summary = build(&site);
    assert!(site.beside("public/articles/bai-7.html").exists(), "{summary}");
    let beside: Vec<_> = fs::read_dir(site.beside(""))
        .expect("a folder")
        .map(|entry| entry.expect("one").file_name())
        .collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().contains("bantin-")), "{beside:?}");
}

#[test]
fn beside_a_server_it_waits_until_the_words_of_all_articles_are_written_down() {
    let mut site = with_everything();
    site.start().settles();
    site.damage("INSERT INTO note VALUES ('words-behind', '')");
    let mut command = site.command(&["build"]);
    command.arg("--out").arg(site.beside("public")).arg("--state").arg(site.beside("state"));
    let mut child = command.spawn().expect("bantin can be started");
    std::thread::sleep(Duration::from_millis(1200));
    assert!(child.try_wait().expect("a status").is_none() && !site.beside("public").exists());
    site.damage("DELETE FROM note WHERE name = 'words-behind'");
    assert!(child.wait().expect("it ends").success() && site.beside("public").exists());
}

#[test]
fn it_says_why_it_writes_nothing() {
    let site = with_everything();
    fs::create_dir(site.beside("full")).expect("a folder");
    fs::write(site.beside("full/notes.txt"), "").expect("a file");
    fs::write(site.beside("file"), "").expect("a file");
    let root = site.beside("").display().to_string();
    let root = root.trim_end_matches('/');
    let said = |out: &str, more: &[&str]| {
        let output = build_to(&site, out, more);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()));
        text(&output.stderr).replace(root, "")
    };
    let in_both = |out: &str, more: &[&str], vi: &str, en: &str| {
        assert_eq!(said(out, more), format!("bantin: {vi}\n"));
        site.feed("site", "language = 'en'\n");
        assert_eq!(said(out, more), format!("bantin: {en}\n"));
        site.feed("site", "language = 'vi'\n");
    };
    in_both(
        "full",
        &[],
        "không xuất được vào /full: thư mục này có tệp khác, không phải do bantin xuất\n  gợi ý: ghi một thư mục mới hoặc trống với --out",
        "nothing can be exported to /full: something else is there, which bantin did not export\n  hint: name a new or empty folder with --out",
    );
    in_both(
        "file",
        &[],
        "không xuất được vào /file: đó không phải là thư mục\n  gợi ý: ghi một thư mục mới hoặc trống với --out",
        "nothing can be exported to /file: that is no folder\n  hint: name a new or empty folder with --out",
    );
    in_both(
        "content/public",
        &[],
        "không xuất được vào /content/public: chỗ này nằm trong thư mục /content\n  gợi ý: ghi một thư mục ở ngoài với --out",
        "nothing can be exported to /content/public: that is inside the folder /content\n  hint: name a folder outside of it with --out",
    );
    in_both(
        "full",
        &["--check"],
        "/full không phải là bản xuất của bantin\n  gợi ý: xuất trước với `bantin build --out /full`",
        "/full is no export of bantin's\n  hint: make one first with `bantin build --out /full`",
    );
    symlink(site.beside("no-disk"), site.beside("linked")).expect("a link");
    in_both(
        "linked",
        &[],
        "không xuất được vào /linked: /linked là liên kết tới một chỗ không có\n  gợi ý: có ổ đĩa nào chưa được gắn không?",
        "nothing can be exported to /linked: /linked is a link to where nothing is\n  hint: is a disk not mounted?",
    );
    fs::create_dir(site.beside(".new.bantin-new")).expect("a folder");
    in_both(
        "new",
        &[],
        "không xuất gì, mọi thứ vẫn như trước: /.new.bantin-new không phải là của bantin\n  gợi ý: chuyển đi chỗ khác, bantin cần tên đó trong lúc xuất",
        "nothing was exported, and what was there is as it was: /.new.bantin-new is not bantin's\n  hint: move it elsewhere: bantin needs that name while it exports",
    );
    assert!(build_to(&site, "ours", &[]).status.success());
    let nobody = ["--check", "--against", "http://127.0.0.1:1/"];
    in_both(
        "ours",
        &nobody,
        "không hỏi được http://127.0.0.1:1/: không kết nối được",
        "http://127.0.0.1:1/ cannot be asked: no connection",
    );
    in_both(
        "ours",
        &["--check", "--against", "ftp://tin.example.vn/"],
        "không hỏi được ftp://tin.example.vn/\n  gợi ý: ghi địa chỉ bắt đầu bằng http:// hoặc https:// với --against",
        "ftp://tin.example.vn/ cannot be asked\n  hint: name an address that begins with http:// or https:// with --against",
    );
    fs::rename(site.place(""), site.beside("away")).expect("it can be renamed");
    assert!(said("public", &[]).starts_with("bantin: không mở được thư mục nội dung /content: "));
    assert!(!site.beside("public").exists());
}

#[test]
fn an_empty_site_is_exported_too() {
    let site = Site::new();
    let summary = build(&site);
    assert!(counts(&summary)[0] > 10, "{summary}");
    assert!(site.beside("public/feeds/all.rss").exists() && site.beside("public/index.html").exists());
    assert_eq!(counts(&build(&site))[0], 0);
}
