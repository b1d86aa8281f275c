//! `bantin subscribers`, with the real program: beside a server and without one.

use crate::site::subscriber::Subscriber;
use crate::site::{BASE, Site, markdown};
use bantin::edition::VersionName;
use bantin::hub::{Address, Asks, Callback, Protocol, State, Subscription, Wish, Write};
use bantin::journal::Reader;
use bantin::subscriptions::Subscriptions;
use bantin::words::{FeedName, Format, Outlet, Timestamp, Token, Topic};
use serde_json::Value;

/// What the command says: its status, what it prints, and what it says on standard error.
fn run(site: &Site, state: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = site.command(&["subscribers"]);
    command.args(arguments).arg("--state").arg(site.beside(state));
    let output = command.output().expect("bantin can be run");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn list(site: &Site, arguments: &[&str]) -> String {
    let (status, printed, said) = run(site, "state", arguments);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    printed
}

/// A site that has run and has stopped.
fn left(language: &str) -> Site {
    let mut site = Site::new();
    site.feed("site", &format!("title = \"Bản tin\"\nlanguage = \"{language}\"\n"));
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Tin đầu."));
    site.start();
    site.comes("Một");
    site.stop();
    site
}

/// A moment of 2099, by its minute.
fn at(minutes: i64) -> Timestamp {
    Timestamp::nearest(4_075_000_000 + 60 * minutes)
}

fn version(number: u8) -> VersionName {
    VersionName::from_bytes([number; 12])
}

/// One who has confirmed it and has this version.
fn active(number: u64, topic: Topic, callback: &str, has: VersionName) -> Subscription {
    Subscription {
        number,
        topic,
        address: Address::new("https://tin.example.vn/"),
        callback: Callback::parse(callback).expect("an address"),
        protocol: Protocol::WebSub,
        secret: None,
        state: State::Active { until: at(number.cast_signed()) },
        wish: None,
        since: at(-1000),
        began: version(0),
        acknowledged: Some(has),
        acknowledged_at: Some(at(-900)),
        failures: 0,
        failing_since: None,
        tried: None,
        next_try: at(-900),
    }
}

fn topic(feed: FeedName, format: Format, token: Option<Token>) -> Topic {
    Topic { outlet: Outlet { name: feed, token }, format }
}

/// Fills the list of subscriptions of a site that does not run.
fn subscribe(site: &Site) {
    let state = site.beside("state");
    let all = |format| topic(FeedName::All, format, None);
    let current = Reader::beside(&state).expect("a journal").version(&FeedName::All);
    let current = current.expect("it can be read").expect("there is such a feed");
    let failing = Subscription {
        failures: 3,
        failing_since: Some(at(-5)),
        next_try: at(40),
        ..active(3, all(Format::Rss), "https://reader.example/three?key=secret", version(1))
    };
    let asked = Subscription {
        state: State::Asked,
        acknowledged: None,
        wish: Some(Wish {
            asks: Asks::Subscribe { lease: 864_000, secret: None },
            at: at(0),
            echoed: vec![],
            tries: 0,
            next_try: at(0),
        }),
        ..active(4, all(Format::Rss), "https://new.example/", version(1))
    };
    let cloud = Subscription {
        protocol: Protocol::Cloud,
        ..active(5, all(Format::Rss), "http://198.51.100.7:5337/told", current)
    };
    let partner = topic(FeedName::parse("dai").expect("a name"), Format::Atom, Some(Token::of([42; 16])));
    let over = Subscription {
        state: State::Active { until: Timestamp::nearest(1_700_000_000) },
        ..active(7, all(Format::Json), "https://old.example/", version(1))
    };
    let rows = [
        active(1, all(Format::Rss), "https://reader.example/one", current),
        active(2, all(Format::Rss), "https://reader.example/two", current),
        failing,
        asked,
        cloud,
        active(6, partner, "https://dai.example/told", version(1)),
        over,
    ];
    let mut store = Subscriptions::open(&state).expect("a store").store;
    store.write(&rows.map(Write::Put)).expect("it can be written");
}

/// Compares with `tests/expected/subscribers/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, printed: &str) {
    let file = format!("{}/tests/expected/subscribers/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, printed).expect("the expected text can be written");
    }
    let expected = std::fs::read_to_string(&file).expect("the expected text is there");
    assert_eq!(printed, expected, "{file} differs; BLESS=1 accepts what is printed now");
}

#[test]
fn the_list_shows_documents_hosts_leases_and_health() {
    for language in ["vi", "en"] {
        let site = left(language);
        subscribe(&site);
        check(&format!("list.{language}.txt"), &list(&site, &[]));
        if language == "en" {
            check("list.csv", &list(&site, &["--format", "csv"]));
            let data: Value = serde_json::from_str(&list(&site, &["--format", "json"])).expect("JSON");
            assert_eq!(data["site"], "Bản tin");
            check("list.json", &format!("{:#}\n", data["subscribers"]));
        }
    }
}

#[test]
fn beside_a_server_the_list_is_what_it_is_at_that_moment() {
    let mut site = Site::new().with(&["--hub-allow", "127.0.0.0/8"]);
    site.feed("site", "language = \"en\"");
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Tin đầu."));
    site.start();
    site.comes("Một");
    assert_eq!(list(&site, &[]), "Nobody has subscribed yet.\n");
    let subscriber = Subscriber::new();
    let (topic, callback) = (format!("{BASE}feeds/all.rss"), subscriber.url("/secret"));
    let form = [("hub.mode", "subscribe"), ("hub.topic", &topic), ("hub.callback", &callback)];
    site.ask("POST", "/hub").form(&form).gives(202);
    let listed = site.eventually("it is listed as one that is told", || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        Some(list(&site, &[])).filter(|list| list.contains("up to date"))
    });
    assert!(listed.starts_with(&format!("{topic}\n  WebSub  127.0.0.1  1  until ")), "{listed}");
    assert!(listed.ends_with("  up to date\n\n1 subscription, 1 document, 1 host.\n"), "{listed}");
}

#[test]
fn where_there_is_no_list_that_is_said_with_what_to_do() {
    let site = Site::new();
    let (status, printed, said) = run(&site, "elsewhere", &[]);
    assert_eq!((status, printed.as_str()), (Some(2), ""));
    let place = site.beside("elsewhere");
    let expected = format!(
        "bantin: không có danh sách đăng ký trong {0}\n  gợi ý: ghi đúng thư mục trạng thái của máy chủ với --state; danh sách có từ lần đầu máy chủ chạy bằng bản này\n",
        place.display()
    );
    assert_eq!(said, expected);
}
