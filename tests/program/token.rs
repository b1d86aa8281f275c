//! `bantin token`, as whoever runs bantin meets it, and what becomes of the tokens it makes while a server runs.

use crate::site::{Answer, BASE, Site, files_below, markdown};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;

const AGREEMENT: &str =
    "# Đài xã\ntitle = \"Tin cho đài\"\n\n[partner]\norganisation = \"Đài Truyền thanh\"\n";

fn token(site: &Site, arguments: &[&str]) -> Output {
    let mut command = site.command(&["token"]);
    command.args(arguments).current_dir(site.beside("")).output().expect("bantin can be run")
}

/// The token that a run has made, and all it said.
#[track_caller]
fn made(site: &Site, arguments: &[&str]) -> (String, String) {
    let output = token(site, arguments);
    let refused = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), refused.as_str()), (Some(0), ""));
    let said = String::from_utf8(output.stdout).expect("it speaks UTF-8");
    let (_, rest) = said.split_once("/p/").expect("an address");
    let secret = rest.split('/').next().expect("a token").to_owned();
    (secret, said)
}

#[track_caller]
fn refused(site: &Site, arguments: &[&str]) -> String {
    let output = token(site, arguments);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    String::from_utf8(output.stderr).expect("it speaks UTF-8")
}

fn definition(site: &Site, name: &str) -> PathBuf {
    site.beside(&format!("feeds/{name}.toml"))
}

fn text(place: &Path) -> String {
    fs::read_to_string(place).expect("the file can be read")
}

fn with_agreement() -> Site {
    let site = Site::new();
    site.feed("site", "title = \"Bản tin\"\n").feed("dai", AGREEMENT);
    site.article("tin/lua.md", markdown("Lúa", "2026-01-02", "Lúa về."));
    site
}

#[test]
fn the_addresses_are_told_once_and_only_a_hash_is_kept() {
    let site = with_agreement();
    let (secret, said) = made(&site, &["dai"]);
    let expected = format!(
        "Địa chỉ riêng của Đài Truyền thanh cho nguồn tin “Tin cho đài”, chỉ hiện ra một lần này:

  Trang đối tác  {BASE}p/{secret}/
  RSS            {BASE}p/{secret}/dai.rss
  Atom           {BASE}p/{secret}/dai.atom
  JSON Feed      {BASE}p/{secret}/dai.json

Hãy gửi địa chỉ trang đối tác cho họ bằng đường riêng: trang ấy có đủ mọi thứ họ cần. Ai có địa chỉ đều đọc được nguồn tin. Máy chủ đang chạy tự nhận mã mới, không cần khởi động lại.

Từ nay nguồn tin này là riêng: địa chỉ công khai /feeds/dai không còn nữa.
"
    );
    assert_eq!(said, expected);
    let hash = |secret: &str| bantin::words::TokenHash::of(secret).to_string();
    let place = definition(&site, "dai");
    assert_eq!(text(&place), format!("{AGREEMENT}token = \"{}\"\n", hash(&secret)));

    site.feed("site", "language = \"en\"\n");
    let (second, said) = made(&site, &["dai"]);
    assert_ne!(second, secret);
    let place_shown = place.display();
    assert_eq!(
        said.split_once("takes the token over by itself.\n").expect("what happens").1,
        format!(
            "\nThe earlier addresses stay valid (1). Once they use the new one, remove the earlier hashes from `token` in {place_shown}; the new one stands last.\n"
        )
    );
    let both = format!("{AGREEMENT}token = [\"{}\", \"{}\"]\n", hash(&secret), hash(&second));
    assert_eq!(text(&place), both);
    let (third, said) = made(&site, &["dai", "--only"]);
    assert!(said.ends_with("\nThe earlier addresses of the feed are valid no longer.\n"), "{said}");
    assert_eq!(text(&place), format!("{AGREEMENT}token = \"{}\"\n", hash(&third)));
    let left = files_below(&site.beside("feeds"));
    assert_eq!(left, [Path::new("dai.toml"), Path::new("site.toml")], "nothing else is left there");
}

#[test]
fn without_a_base_the_addresses_are_said_to_begin_with_the_listening_one() {
    let site = with_agreement().without_base();
    let (secret, said) = made(&site, &["dai", "--listen", "127.0.0.1:8123"]);
    assert!(said.contains(&format!("http://127.0.0.1:8123/p/{secret}/dai.rss")), "{said}");
    assert!(said.contains("\nChưa có `base_url` trong feeds/site.toml"), "{said}");
    site.feed("site", "base_url = \"https://tin.example.vn/xa/\"\n");
    let (secret, said) = made(&site, &["dai"]);
    assert!(said.contains(&format!("https://tin.example.vn/xa/p/{secret}/\n")), "{said}");
    assert!(!said.contains("base_url"), "{said}");
}

/// All files that bantin itself comes with and in which an agreement stands.
fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of_cases =
        files_below(&root.join("tests/cases")).into_iter().map(|file| root.join("tests/cases").join(file));
    let own = files_below(&root.join("feeds")).into_iter().map(|file| root.join("feeds").join(file));
    let files =
        own.chain(of_cases).filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.filter(|file| text(file).contains("[partner]")).collect()
}

#[test]
fn everything_else_in_a_file_stays_as_it_was_byte_for_byte() {
    let site = Site::new();
    let shipped: Vec<String> = shipped().iter().map(|file| text(file)).collect();
    assert!(!shipped.is_empty());
    let odd = [
        "\u{FEFF}# Windows\r\n[partner]\r\norganisation = \"A\" # ai\r\n\r\n[tags]\r\nany = [\"B\"]\r\n"
            .to_owned(),
        "partner.organisation = 'A'".to_owned(),
    ];
    for before in shipped.into_iter().chain(odd) {
        let sound = before.contains("organisation");
        site.feed("dai", &before);
        let output = token(&site, &["dai"]);
        if !sound || output.status.code() == Some(2) {
            assert_eq!(text(&definition(&site, "dai")), before, "what is refused is not touched");
            continue;
        }
        let after = text(&definition(&site, "dai"));
        let end = if before.contains("\r\n") { "\r\n" } else { "\n" };
        let rest = |text: &str| {
            let lines = text.split(end).filter(|line| !line.contains("sha256:") && !line.contains("token"));
            lines.collect::<Vec<_>>().join(end)
        };
        assert_eq!(rest(&after), rest(&before));
        assert_eq!(after.matches("sha256:").count(), before.matches("sha256:").count() + 1, "{after}");
    }
}

#[test]
fn the_file_keeps_its_rights_and_no_link_is_followed() {
    let site = with_agreement();
    let place = definition(&site, "dai");
    fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
    made(&site, &["dai"]);
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o7777, 0o640);

    let elsewhere = site.beside("that.toml");
    fs::write(&elsewhere, AGREEMENT).unwrap();
    symlink(&elsewhere, definition(&site, "bao")).unwrap();
    assert!(refused(&site, &["bao"]).contains("it is a link, or no file"));
    assert_eq!(text(&elsewhere), AGREEMENT);
    assert!(fs::symlink_metadata(definition(&site, "bao")).unwrap().is_symlink());
}

#[test]
fn what_cannot_be_done_is_told_with_what_to_do_and_changes_nothing() {
    let site = with_agreement();
    site.feed("site", "language = \"en\"\n");
    let eight: Vec<String> =
        (0..8).map(|n| format!("\"{}\"", bantin::words::TokenHash::of(&n.to_string()))).collect();
    site.feed("nhieu", &format!("{AGREEMENT}token = [{}]\n", eight.join(", ")))
        .feed("chung", "title = \"Chung\"\n")
        .feed("hong", "[partner\n")
        .feed("vo-danh", "[partner]\ndelay = \"1h\"\n")
        .feed("all", AGREEMENT);
    let shown = |name: &str| definition(&site, name).display().to_string();
    let table = [
        ("khong-co", format!("bantin: there is no {}\n  hint: write it with a part `[partner]` and a line `organisation = \"…\"`, or name the right folder with --feeds\n", shown("khong-co"))),
        ("chung", format!("bantin: {} has no part `[partner]`, so its feed is everybody's\n  hint: add `[partner]` and a line `organisation = \"…\"` at its end\n", shown("chung"))),
        ("nhieu", format!("bantin: {} has 8 tokens already\n  hint: remove old ones from `token`, or keep the new one alone with --only\n", shown("nhieu"))),
        ("vo-danh", "bantin: feeds/vo-danh.toml:1: the agreement names no organisation\n  hint: Add a line `organisation = \"…\"` below `[partner]`.\n".to_owned()),
        ("all", "bantin: `all` is not the name of a partner's feed\n  hint: name its file in feeds/ without `.toml`, as in `bantin token partner`\n".to_owned()),
        ("../dai", "bantin: `../dai` is not the name of a partner's feed\n  hint: name its file in feeds/ without `.toml`, as in `bantin token partner`\n".to_owned()),
        ("dai.toml", "bantin: `dai.toml` is not the name of a partner's feed\n  hint: name its file in feeds/ without `.toml`, as in `bantin token partner`\n".to_owned()),
    ];
    let before: Vec<String> =
        ["nhieu", "chung", "hong", "vo-danh", "all"].map(|name| text(&definition(&site, name))).into();
    for (name, expected) in table {
        assert_eq!(refused(&site, &[name]), expected);
    }
    assert!(
        refused(&site, &["hong"]).starts_with("bantin: feeds/hong.toml:1: the settings cannot be read: ")
    );
    let after: Vec<String> =
        ["nhieu", "chung", "hong", "vo-danh", "all"].map(|name| text(&definition(&site, name))).into();
    assert_eq!(after, before);
    assert!(text(&definition(&site, "nhieu")).contains(&eight[7]));
    made(&site, &["nhieu", "--only"]);
    assert!(!text(&definition(&site, "nhieu")).contains(&eight[7]));
}

/// What an answer says, but for the time.
fn told(answer: Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let headers = answer.headers.into_iter().filter(|(name, _)| name != "date").collect();
    (answer.status, headers, answer.body)
}

#[test]
fn a_running_server_takes_tokens_over_and_gives_them_up_by_itself() {
    let mut site = with_agreement();
    site.start();
    site.text("/feeds/dai.rss");
    let (first, _) = made(&site, &["dai"]);
    let at = |secret: &str, what: &str| format!("/p/{secret}/{what}");
    site.eventually_gives(&at(&first, "dai.rss"), 200);
    let nothing = told(site.get("/feeds/khong-co.rss").send());
    for path in ["/feeds/dai.rss", "/feeds/dai", "/dai/feed/", "/p/bt/dai.rss"] {
        assert_eq!(told(site.get(path).send()), nothing, "{path}");
    }
    let page = site.get(&at(&first, "")).gives(200);
    let tag = page.header("etag").expect("it has a tag").to_owned();
    assert!(page.text().contains("<h1 dir=\"auto\">Tin cho đài</h1>"), "{}", page.text());
    let unchanged = site.get(&at(&first, "")).header("if-none-match", &tag).gives(304);
    assert_eq!(unchanged.header("cache-control"), Some("private, no-cache"));
    let head = site.ask("HEAD", &at(&first, "")).gives(200);
    assert_eq!(head.header("content-length"), page.header("content-length"));

    // During a change-over both are valid, and each document names itself.
    let (second, _) = made(&site, &["dai"]);
    site.eventually_gives(&at(&second, "dai.json"), 200);
    for (own, other) in [(&first, &second), (&second, &first)] {
        let document = site.text(&at(own, "dai.json"));
        assert!(document.contains(&format!("\"feed_url\":\"{BASE}p/{own}/dai.json\"")), "{document}");
        assert!(!document.contains(other.as_str()), "{document}");
    }
    let (third, _) = made(&site, &["dai", "--only"]);
    site.eventually_gives(&at(&third, "dai.atom"), 200);
    for secret in [&first, &second] {
        for what in ["dai.rss", "dai.json", ""] {
            assert_eq!(told(site.get(&at(secret, what)).send()), nothing);
        }
    }
    // An article that comes while nobody may see it under the old address is seen under the new one.
    site.article("tin/ga.md", markdown("Gà", "2026-01-03", "Gà gáy."));
    site.eventually("the partner gets it", || {
        site.text(&at(&third, "dai.rss")).contains("Gà gáy.").then_some(())
    });
    site.restart();
    site.text(&at(&third, "dai.rss"));
    assert_eq!(site.get(&at(&first, "dai.rss")).send().status, 404);
}

#[test]
fn a_feed_whose_last_token_was_taken_out_is_shut_and_nobody_elses() {
    let mut site = with_agreement();
    let (secret, _) = made(&site, &["dai"]);
    let place = definition(&site, "dai");
    let hash = bantin::words::TokenHash::of(&secret);
    site.start();
    let private = format!("/p/{secret}/dai.rss");
    site.text(&private);
    site.feed("dai", &text(&place).replace(&format!("\"{hash}\""), "[]"));
    site.eventually_gives(&private, 404);
    assert_eq!(site.get("/feeds/dai.rss").send().status, 404);
    let (second, said) = made(&site, &["dai"]);
    assert!(!said.contains("(1)"), "there was none before: {said}");
    site.eventually_gives(&format!("/p/{second}/dai.rss"), 200);
}

#[test]
fn a_definition_that_is_broken_leaves_its_feed_closed() {
    let mut site = with_agreement();
    site.feed("tin", AGREEMENT);
    let (secret, _) = made(&site, &["tin"]);
    let sound = text(&definition(&site, "tin"));
    site.start();
    let private = format!("/p/{secret}/tin.rss");
    site.text(&private);
    site.feed("tin", &sound.replace("organisation", "organisation = "));
    site.eventually("the fault is told", || {
        site.get_private("/status").gives(200).text().contains("feeds/tin.toml").then_some(())
    });
    site.text(&private);
    assert_eq!(site.get("/feeds/tin.rss").send().status, 404, "there is a category of that name");
    site.restart();
    for path in [&*private, "/feeds/tin.rss", "/feeds/tin", "/tin/feed/"] {
        assert_eq!(site.get(path).send().status, 404, "{path}");
    }
    site.feed("tin", &sound);
    site.eventually_gives(&private, 200);
}

#[test]
fn no_output_of_a_running_server_shows_a_token() {
    let site = with_agreement();
    let (secret, _) = made(&site, &["dai"]);
    let mistyped = format!("{}zz", &secret[..30]);
    let escaped: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let mut site = site.through(&["env", "BANTIN_ACCESS_LOG=true"]);
    site.start();
    for secret in [&*secret, &*mistyped, &secret[..20], &*secret.to_uppercase(), &*escaped] {
        for path in [
            format!("/p/{secret}/dai.rss"),
            format!("/p/{secret}/dai.json?x={secret}"),
            format!("/p/{secret}/khong-co.atom"),
            format!("/p/{secret}"),
            format!("/p/{secret}/"),
            format!("/%70/{secret}/dai.rss"),
            format!("/p/{secret}/embed/dai.html"),
            format!("/P/{secret}/dai.rss"),
            format!("/feeds/{secret}"),
            format!("/{secret}.rss"),
            format!("/p/{secret}/%ff"),
            format!("//p/{secret}/dai.rss"),
            format!("/p/{secret}/{}", "x".repeat(9000)),
        ] {
            for method in ["GET", "POST"] {
                site.ask(method, &path).header("accept-encoding", "br").send();
            }
        }
    }
    let private = ["/status", "/status.json", "/status/problems.atom", "/metrics", "/readyz"];
    let mut said: Vec<String> = private.map(|path| site.get_private(path).gives(200).text()).into();
    for public in [
        "/",
        "/opml.xml",
        "/sitemap.xml",
        "/news-sitemap.xml",
        "/robots.txt",
        "/feeds/all.rss",
        "/articles/lua",
    ] {
        said.push(site.text(public));
    }
    let logged = || site.said().matches("\"path\":\"/p/…/dai.rss\"").count();
    site.eventually("they are logged all the same", || (logged() == 10).then_some(()));
    said.push(site.said());
    let parts = [&secret[..12], &secret[10..22], &escaped[..36], &secret.to_uppercase()[..12]];
    for said in &said {
        for part in parts {
            assert!(!said.contains(part), "{said}");
        }
    }
    for file in files_below(&site.place("_receipts")) {
        let receipt = text(&site.place("_receipts").join(file));
        assert!(!receipt.contains(&secret[..12]) && !receipt.contains("/p/"), "{receipt}");
    }
    let journal = fs::read(site.beside("state/journal.sqlite")).expect("there is a journal");
    let is_in_it = |part: &str| journal.windows(part.len()).any(|bytes| bytes == part.as_bytes());
    assert!(!is_in_it(&secret[..12]), "the journal does not know it either");
}
