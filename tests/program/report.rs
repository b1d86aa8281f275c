//! `bantin report`, and the record it is made from, with the real program: a partner that fetches as feed readers do gets a
//! correction and misses a withdrawal, and the periods in which all of that happens are told.

use crate::site::{Answer, Site};
use bantin::words::{Month, Timestamp, Token, Zone};
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const FEED: &str = "dai-an-giang";

fn token() -> Token {
    Token::of([42; 16])
}

fn address(suffix: &str) -> String {
    format!("/p/{}/{FEED}.{suffix}", token().secret())
}

fn article(title: &str, more: &str) -> String {
    format!("---\ntitle: {title}\ndate: 2026-01-02T08:00:00+07:00\n{more}---\nMột đoạn về {title}.\n")
}

/// A site with a partner.
fn with_partner(language: &str) -> Site {
    let site = Site::new();
    let agreement = format!("[partner]\norganisation = \"Đài An Giang\"\ntoken = \"{}\"\n", token().hash());
    site.feed("site", &format!("language = \"{language}\"\n")).feed(FEED, &agreement);
    site
}

fn month() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is past 1970");
    let now = Timestamp::nearest(since.as_secs().cast_signed());
    Month::of(now, &Zone::named("Asia/Ho_Chi_Minh").expect("a zone")).to_string()
}

/// What the command says: its status, what it prints, and what it says on standard error.
fn run(site: &Site, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = site.command(&["report"]);
    command.args(arguments).arg("--state").arg(site.beside("state"));
    let output = command.output().expect("bantin can be run");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn report(site: &Site) -> Value {
    let (status, printed, said) = run(site, &["partner", FEED, "--month", &month(), "--format", "json"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    serde_json::from_str(&printed).expect("one document")
}

/// What a period brought.
fn period(site: &Site, period: &str) -> Value {
    let (status, printed, said) = run(site, &["--period", period, "--format", "json"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    serde_json::from_str(&printed).expect("one document")
}

/// How many of what a report counts.
fn totals(report: &Value) -> [u64; 4] {
    let of = |what: &str| report["totals"][what].as_u64().expect("a number");
    ["published", "late", "corrected", "withdrawn"].map(of)
}

fn titles(report: &Value, list: &str) -> Vec<String> {
    let list = report[list].as_array().expect("a list");
    list.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
}

/// Waits until the report says so: it is written down within a second or two.
fn comes_to_say(site: &Site, what: &str, says: impl Fn(&Value) -> bool) -> Value {
    site.eventually(what, || {
        std::thread::sleep(Duration::from_millis(50));
        Some(report(site)).filter(&says)
    })
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").expect("every document has one").to_owned()
}

fn state<'a>(report: &'a Value, list: &str, title: &str) -> Option<&'a str> {
    let of_title = |item: &&Value| item["title"] == title;
    report[list].as_array().expect("a list").iter().find(of_title)?["state"].as_str()
}

#[test]
fn a_partner_gets_a_correction_and_misses_a_withdrawal() {
    let mut site = with_partner("vi");
    site.article("lua.md", article("Lúa", "")).article("mua.md", article("Mưa", ""));
    site.start();
    let fetch = |site: &Site, held: Option<&str>, status: u16| {
        let request = site.get(&address("atom")).header("accept-encoding", "gzip");
        held.map_or(request, |held| site.get(&address("atom")).header("if-none-match", held)).gives(status)
    };
    let first = fetch(&site, None, 200);
    // A look that is no delivery, and a page that is none.
    site.ask("HEAD", &address("rss")).gives(200);
    site.get(&format!("/p/{}/", token().secret())).gives(200);
    let told = comes_to_say(&site, "two articles were sent", |report| report["totals"]["fetches"] == 1);
    assert_eq!(told["totals"]["delivered"], 2);
    assert_eq!(told["last_fetch"]["format"], "atom");
    assert_eq!(told["last_fetch"]["holds_current"], true);
    assert!(
        told["delivered"][0]["confirmed"].is_null() && told["delivered"][0]["revisions"][0]["revision"] == 1
    );

    fetch(&site, Some(&etag(&first)), 304);
    let told =
        comes_to_say(&site, "they said that they have it", |report| report["totals"]["unchanged"] == 1);
    assert!(told["delivered"].as_array().expect("a list").iter().all(|item| item["confirmed"].is_string()));

    // What is corrected after they had it is noticed, and whether they have the correction.
    site.article("lua.md", article("Lúa", "correction: nhầm ngày\n"));
    site.eventually("the correction is out", || {
        site.text("/feeds/all.atom").contains("nhầm ngày").then_some(())
    });
    let told = report(&site);
    assert_eq!(state(&told, "corrected", "Lúa"), Some("not-fetched"));
    assert_eq!(told["last_fetch"]["holds_current"], false);
    let second = fetch(&site, Some(&etag(&first)), 200);
    comes_to_say(&site, "the correction was sent", |report| {
        state(report, "corrected", "Lúa") == Some("sent")
    });
    fetch(&site, Some(&etag(&second)), 304);
    comes_to_say(&site, "they have it", |report| state(report, "corrected", "Lúa") == Some("confirmed"));

    // Their own page tells them so, too.
    let page = site.get(&format!("/p/{}/", token().secret())).gives(200).text();
    assert!(page.contains("(Atom)</dd>") && page.contains("Bạn đang giữ bản mới nhất."), "{page}");

    // All of it is known after a restart, and while nothing runs.
    site.stop();
    let before = report(&site);
    site.start();
    let after = report(&site);
    assert_eq!((&before["delivered"], &before["corrected"]), (&after["delivered"], &after["corrected"]));

    site.article("mua.md", article("Mưa", "withdrawn: đăng nhầm\n"));
    site.eventually("it is withdrawn", || (!site.titles("all").contains(&"Mưa".to_owned())).then_some(()));
    assert_eq!(state(&report(&site), "withdrawn", "Mưa"), Some("held"));
    assert_eq!(report(&site)["totals"]["withdrawn_not_told"], 1);
    let third = fetch(&site, Some(&etag(&second)), 200);
    comes_to_say(&site, "they were told", |report| state(report, "withdrawn", "Mưa") == Some("sent"));
    fetch(&site, Some(&etag(&third)), 304);
    comes_to_say(&site, "they know", |report| state(report, "withdrawn", "Mưa") == Some("confirmed"));

    // Nobody's secret, address or program is in it.
    let journal = std::fs::read(site.beside("state/journal.sqlite")).expect("the journal");
    let log = std::fs::read(site.beside("state/journal.sqlite-wal")).unwrap_or_default();
    for bytes in [&journal, &log] {
        for secret in [token().secret(), "127.0.0.1"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}

#[test]
fn a_partner_who_takes_only_what_is_new_has_all_the_same() {
    let mut site = with_partner("vi");
    site.article("lua.md", article("Lúa", "")).article("mua.md", article("Mưa", ""));
    site.start();
    let news = |held: &Answer, status: u16| {
        let request = site.get(&address("atom")).header("if-none-match", &etag(held));
        request.header("a-im", "feed").gives(status)
    };
    let first = site.get(&address("atom")).gives(200);
    site.article("gio.md", article("Gió", ""));
    site.comes("Gió");
    let second = news(&first, 226);
    assert!(second.text().contains("Gió") && !second.text().contains("Lúa"));
    let told = comes_to_say(&site, "both were fetches", |report| report["totals"]["fetches"] == 2);
    assert_eq!((&told["totals"]["delivered"], &told["totals"]["unchanged"]), (&3.into(), &0.into()));
    assert_eq!(told["last_fetch"]["holds_current"], true);
    let confirmed = |report: &Value, title: &str| {
        let delivered = report["delivered"].as_array().expect("a list");
        delivered.iter().any(|item| item["title"] == title && item["confirmed"].is_string())
    };
    assert!(confirmed(&told, "Lúa") && confirmed(&told, "Mưa") && !confirmed(&told, "Gió"), "{told}");

    site.article("mua.md", article("Mưa", "withdrawn: đăng nhầm\n"));
    site.goes("Mưa");
    let third = news(&second, 226);
    assert!(third.text().contains("deleted-entry") && !third.text().contains("<entry>"));
    let told =
        comes_to_say(&site, "they were told", |report| state(report, "withdrawn", "Mưa") == Some("sent"));
    assert!(confirmed(&told, "Gió"), "they named the version");
    news(&third, 304);
    comes_to_say(&site, "they know", |report| state(report, "withdrawn", "Mưa") == Some("confirmed"));
}

#[test]
fn what_a_kill_loses_the_next_request_tells() {
    let mut site = with_partner("vi");
    site.article("lua.md", article("Lúa", ""));
    site.start();
    let first = site.get(&address("json")).gives(200);
    // At once, before it can be written down.
    site.kill();
    site.start();
    site.get(&address("json")).header("if-none-match", &etag(&first)).gives(304);
    let told = comes_to_say(&site, "they have it", |report| report["totals"]["unchanged"] == 1);
    assert_eq!(told["totals"]["delivered"], 1);
    assert!(told["delivered"][0]["confirmed"].is_string());

    // What was written down outlives a kill.
    site.kill();
    assert_eq!(report(&site)["delivered"], told["delivered"]);
    site.start();
    assert_eq!(report(&site)["delivered"], told["delivered"]);
}

#[test]
fn a_table_and_a_letter_are_printed_beside_the_running_server() {
    let mut site = with_partner("en");
    site.article("lua.md", article("Lúa", ""));
    site.start();
    site.get(&address("rss")).gives(200);
    comes_to_say(&site, "it was sent", |report| report["totals"]["delivered"] == 1);
    let (status, letter, _) = run(&site, &["partner", FEED, "--month", &month()]);
    assert_eq!(status, Some(0));
    assert!(letter.starts_with("# What Đài An Giang was sent in "), "{letter}");
    let (status, table, _) = run(&site, &["partner", FEED, "--month", &month(), "--format", "csv"]);
    assert_eq!(status, Some(0));
    assert!(table.contains(&format!("\r\nĐài An Giang,{FEED},{},delivered,,Lúa,", month())), "{table}");
}

#[test]
fn a_period_is_told_beside_the_running_server_and_without_one() {
    let mut site = with_partner("vi");
    site.article("lua.md", article("Lúa", "category: Kinh tế\nauthor: Lê Hoa\n"));
    site.article("mua.md", article("Mưa", "publication: Nông thôn An Giang\n"));
    site.article("gio.md", article("Gió", ""));
    site.start();
    let first = period(&site, "2026-01");
    assert_eq!(totals(&first), [3, 0, 0, 0]);
    assert_eq!((&first["is_open"], &first["unread"]), (&false.into(), &0.into()));
    let sources: Vec<_> =
        first["sources"].as_array().expect("a list").iter().map(|each| &each["name"]).collect();
    assert_eq!(sources, [&first["site"], &Value::from("Nông thôn An Giang")]);
    assert_eq!(totals(&period(&site, &month())), [0, 0, 0, 0]);

    site.get(&address("atom")).gives(200);
    comes_to_say(&site, "all were sent", |report| report["totals"]["delivered"] == 3);
    site.article("muon.md", article("Muộn", ""));
    site.comes("Muộn");
    site.article("lua.md", article("Lúa", "category: Kinh tế\nauthor: Lê Hoa\ncorrection: nhầm ngày\n"));
    site.eventually("the correction is out", || {
        site.text("/feeds/all.atom").contains("nhầm ngày").then_some(())
    });
    site.article("gio.md", article("Gió", "withdrawn: đăng nhầm\n"));
    site.goes("Gió");
    let told = period(&site, &month());
    assert_eq!(totals(&told), [0, 1, 1, 1]);
    assert_eq!(told["is_open"], true);
    assert_eq!(titles(&told, "late"), ["Muộn"]);
    assert_eq!(told["corrected"][0]["correction"], "nhầm ngày");
    assert_eq!(told["withdrawn"][0]["reason"], "đăng nhầm");
    let taken = &told["partners"][0]["taken"];
    assert_eq!(
        (&taken["delivered"], &taken["corrected"], &taken["withdrawn"]),
        (&3.into(), &1.into(), &1.into())
    );
    // What was so at the end of a month that is over stays so.
    let same = period(&site, "2026-01");
    assert_eq!((&same["totals"], &same["published"]), (&first["totals"], &first["published"]));

    site.stop();
    assert_eq!(period(&site, &month())["late"], told["late"]);
    let (status, page, said) = run(&site, &["--period", "2026-01", "--format", "html"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    assert!(
        page.starts_with("<!doctype html>")
            && page.contains("<h1>Báo cáo trao đổi thông tin tháng\u{A0}1/2026</h1>")
    );
    let (_, letter, _) = run(&site, &["--period", "2026-Q1"]);
    assert!(letter.starts_with("# Báo cáo trao đổi thông tin quý I/2026\n"), "{letter}");
}

#[test]
fn words_that_nobody_has_written_down_are_read_from_the_files() {
    let mut site = with_partner("vi");
    site.article("lua.md", article("Lúa chín", "publication: Nông thôn An Giang\n"));
    site.article("mua.md", article("Mưa to", ""));
    site.start();
    site.eventually("their words are written down", || {
        (period(&site, "2026-01")["unread"] == 0 && site.titles("all").len() == 2).then_some(())
    });
    site.stop();
    let before = period(&site, "2026-01");
    // As it is while the first start has not come to the words yet.
    let journal = rusqlite::Connection::open(site.beside("state/journal.sqlite")).expect("a journal");
    journal.execute_batch("DELETE FROM words").expect("it is written");
    drop(journal);
    assert_eq!(period(&site, "2026-01")["published"], before["published"]);
    // One that is no longer what it was says nothing of what it was.
    site.article("lua.md", article("Lúa khác", ""));
    let told = period(&site, "2026-01");
    assert_eq!((totals(&told), &told["unread"]), ([2, 0, 0, 0], &1.into()));
    assert_eq!(titles(&told, "published"), ["Mưa to", "lua-chin"]);
    let unknown = &told["sources"][1];
    assert_eq!((&unknown["name"], &unknown["published"]), (&Value::Null, &1.into()));
    let (_, letter, _) = run(&site, &["--period", "2026-01"]);
    assert!(letter.contains("Có 1 bài chưa đọc được nội dung"), "{letter}");
}

#[test]
fn what_cannot_be_reported_is_told_with_what_to_do() {
    let mut site = with_partner("en");
    site.feed("cong-khai", "[partner]\norganisation = \"Báo\"\n");
    let check = |site: &Site, arguments: &[&str], why: &str| {
        let (status, printed, said) = run(site, arguments);
        assert_eq!((status, printed.as_str()), (Some(2), ""), "{said}");
        assert!(said.contains(why), "{why}: {said}");
    };
    let month = month();
    check(&site, &["partner", FEED, "--month", &month], "there is no journal in ");
    check(&site, &["--period", "2026-01"], "there is no journal in ");
    site.start();
    check(
        &site,
        &["partner", "ai-do", "--month", &month],
        "there is no partner `ai-do`\n  hint: the partners are: cong-khai, dai-an-giang",
    );
    check(&site, &["partner", "cong-khai", "--month", &month], "the feed `cong-khai` is public");
    check(
        &site,
        &["partner", FEED, "--month", "11/2026"],
        "`11/2026` is no month\n  hint: write the year and the month",
    );
    check(&site, &["partner", FEED, "--month", "2199-12"], "December 2199 has not come yet");
    check(&site, &["partner", FEED], "--month");
    check(
        &site,
        &["--period", "2026-Q5"],
        "`2026-Q5` is no period\n  hint: write a month (2026-11), a quarter",
    );
    let current = format!("--period {}", &month[..4]);
    check(
        &site,
        &["--period", "2199"],
        &format!("2199 has not come yet\n  hint: the one that is running is {current}"),
    );
    check(&site, &["--period", &month, "partner", FEED, "--month", &month], "hint: leave out --period");
    check(&site, &[], "--period");
    check(&site, &["--period", &month, "--format", "xml"], "invalid value 'xml'");
    check(&site, &["partner", FEED, "--month", &month, "--format", "xml"], "invalid value 'xml'");
    site.stop();
    let becomes_of_form = |form: i64| {
        let journal = rusqlite::Connection::open(site.beside("state/journal.sqlite")).expect("a journal");
        journal.pragma_update(None, "user_version", form).expect("it is written");
    };
    becomes_of_form(999);
    check(&site, &["partner", FEED, "--month", &month], "was written by a newer bantin");
    check(&site, &["--period", &month], "was written by a newer bantin");
    becomes_of_form(2);
    check(&site, &["partner", FEED, "--month", &month], "hint: start the server once with this one");
    std::fs::write(site.beside("state/journal.sqlite"), "không phải").expect("it can be written");
    check(
        &site,
        &["partner", FEED, "--month", &month],
        "is damaged: file is not a database\n  hint: start the server again",
    );
}
