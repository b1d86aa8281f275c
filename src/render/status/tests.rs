use super::*;
use crate::words::{
    Bearing, Format, LanguageTag, OtherHub, Protocol, Refusal, Severity, Slug, Term, Text, WatchMode, Zone,
};
use std::path::Path;
use url::Url;

fn site(language: &str) -> Site {
    let title = if language == "vi" { "Bản tin Đồng Bằng" } else { "Delta Bulletin" };
    Site {
        title: title.into(),
        description: String::new(),
        base: Url::parse("https://bantin.example/").expect("an address"),
        id: "bantin.example".into(),
        language: LanguageTag::parse(language).expect("a language"),
        zone: Zone::named("Asia/Ho_Chi_Minh").expect("a zone"),
        default_category: Term::parse("Tin tức").expect("a term"),
        copyright: None,
        licence: None,
        image: None,
        limit: 50,
        max_age: 0,
        minor_words: 5,
        withdrawn_days: 90,
        watch: WatchMode::Auto,
        accept_loss_after: None,
        ignore: vec![],
        receipts: crate::words::Receipts::Off,
        embed_sites: vec![],
        push: Default::default(),
        round_ups: Vec::new(),
        manners: Default::default(),
    }
}

fn path(path: &str) -> ContentPath {
    ContentPath::new(Path::new(path)).expect("a path")
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_seconds(1_763_600_400 + 60 * minutes + 5).expect("a time")
}

fn troubled() -> [Troubled; 2] {
    let date = Problem::new(
        &path("tin/họp.md"),
        Text::new("không hiểu ngày `hôm <qua>`", "`hôm <qua>` is no date bantin can read"),
        Text::new("Hãy viết ngày trước, tháng sau.", "Write day and month."),
    );
    let key = Problem::new(
        &path("feeds/site.toml"),
        Text::new("không có khóa `titel`", "unknown key `titel`"),
        Text::new("có phải là `title`?", "Did you mean `title`?"),
    );
    let empty = Problem::new(
        &path("tin/họp.md"),
        Text::new("bài không có nội dung", "the article has no text"),
        Text::new("Xem lại tệp.", "Look at the file."),
    );
    [
        Troubled {
            path: path("tin/họp.md"),
            since: at(0),
            problems: vec![date.at_line(3).about("hôm <qua>").as_error(), empty],
            more: 2,
        },
        Troubled { path: path("feeds/site.toml"), since: at(-90), problems: vec![key.at_line(1)], more: 0 },
    ]
}

/// A small installation on a day with everything.
fn busy(language: &str) -> (Status, Lists, Telling) {
    let status = Status {
        site: Arc::new(site(language)),
        told: at(1),
        began: at(-3000),
        looked: true,
        faults: vec![Fault {
            trouble: Trouble::Held { files: 1204 },
            detail: Text::new(
                "1204 trong số 2310 bài biến mất cùng lúc",
                "1204 of 2310 articles are gone at once",
            ),
            to_do: None,
        }],
        counts: Counts { articles: 2310, feeds: 14, media: 320, waiting: 1 },
        troubles: Troubles { newest: Arc::new(troubled()), count: 5, changed: at(0) },
        folders: vec![
            Watched {
                of: Use::Content,
                folder: "/srv/bantin/content".into(),
                how: Watching::Polling(Text::new(
                    "/srv/bantin/content nằm trên nfs, không báo thay đổi",
                    "/srv/bantin/content lies on nfs, which does not tell of changes",
                )),
            },
            Watched { of: Use::Settings, folder: "/srv/bantin/feeds".into(), how: Watching::Events },
        ],
        last_look: Some(LastLook {
            at: at(0),
            took: Duration::from_millis(1234),
            files: 2640,
            ignored: 7,
            next: at(1),
        }),
        partners: vec![
            Visitor {
                organisation: "Đài An Giang & Châu Đốc".into(),
                feed: FeedName::parse("dai-an-giang").expect("a name"),
                last: Some(LastFetch { at: at(-7), format: Format::Atom, is_current: true }),
            },
            Visitor {
                organisation: "Báo Cần Thơ".into(),
                feed: FeedName::parse("bao-can-tho").expect("a name"),
                last: Some(LastFetch { at: at(-2900), format: Format::Rss, is_current: false }),
            },
            Visitor {
                organisation: "Hội Nông dân".into(),
                feed: FeedName::parse("hoi-nong-dan").expect("a name"),
                last: None,
            },
        ],
        queues: Queues { under_way: 2, waiting: 11, settling: 1, stuck: 0 },
        journal_bytes: 7_340_032,
    };
    let permalink = |title: &str| Some(status.site.permalink(&Slug::of(title).expect("a slug")));
    let listed = |minutes, title: &str, file: Option<&str>, address| Listed {
        at: at(minutes),
        title: title.into(),
        path: file.map(path),
        address,
        reason: (minutes == -60).then(|| "đăng nhầm ngày".into()),
    };
    let lists = Lists {
        newest: vec![listed(-10, "Lúa thu đông & giá “khá”", None, permalink("Lúa thu đông"))],
        waiting: vec![listed(600, "Lịch cắt nước", Some("tin/lịch.md"), None)],
        withdrawn: vec![listed(-60, "Bài đăng nhầm", Some("tin/nhầm.md"), permalink("Bài đăng nhầm"))],
        withdrawn_count: 3,
    };
    (status, lists, told())
}

/// Subscribers of all kinds, and hubs that behave in all ways.
fn told() -> Telling {
    let subscribers = |protocol, [active, pending, owed, failing]: [usize; 4]| Subscribers {
        protocol,
        active,
        pending,
        owed,
        failing,
    };
    let hub = |name: &str, bearing, pinged: Option<i64>, came: Option<i64>| OtherHub {
        hub: Url::parse(&format!("https://{name}.example/")).expect("an address"),
        bearing,
        pinged: pinged.map(at),
        came: came.map(at),
    };
    Telling {
        subscribers: vec![
            subscribers(Protocol::WebSub, [1432, 2, 17, 3]),
            subscribers(Protocol::Cloud, [5, 0, 0, 0]),
        ],
        last_hour: (12_046, 31),
        hubs: vec![
            hub("new", Bearing::Unasked, None, None),
            hub("slow", Bearing::Awaited, Some(-1), None),
            hub("well", Bearing::Comes, Some(-1), Some(0)),
            hub("dead", Bearing::Dead, Some(-30), Some(-900)),
            hub("closed", Bearing::Refuses(Refusal::Answered(403)), None, None),
            hub("away", Bearing::Refuses(Refusal::Unreached), Some(-2000), None),
        ],
    }
}

/// One where nothing has happened yet.
fn quiet(language: &str) -> (Status, Lists, Telling) {
    let (status, ..) = busy(language);
    let status = Status {
        faults: Vec::new(),
        counts: Counts { articles: 0, feeds: 1, media: 0, waiting: 0 },
        troubles: Troubles { newest: Arc::new([]), count: 0, changed: at(-3000) },
        folders: vec![Watched {
            of: Use::Content,
            folder: "/srv/bantin/content".into(),
            how: Watching::Events,
        }],
        last_look: None,
        partners: Vec::new(),
        queues: Queues::default(),
        journal_bytes: 4096,
        ..status
    };
    (status, Lists::default(), Telling::default())
}

/// Compares with `tests/expected/status/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, printed: Vec<u8>) {
    let file = format!("{}/tests/expected/status/{name}", env!("CARGO_MANIFEST_DIR"));
    let printed = String::from_utf8(printed).expect("all of it is UTF-8");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &printed).expect("the expected text can be written");
    }
    let expected = std::fs::read_to_string(&file).expect("the expected text is there");
    assert_eq!(printed, expected, "{file} differs; BLESS=1 accepts what is printed now");
}

fn private() -> Url {
    Url::parse("http://127.0.0.1:8081/").expect("an address")
}

#[test]
fn a_busy_day_shows_in_both_languages() {
    for language in ["vi", "en"] {
        let (status, lists, telling) = busy(language);
        check(&format!("busy.{language}.html"), page(&status, &lists, &telling, false));
        check(&format!("busy.{language}.atom"), feed(&status, &private()));
    }
}

#[test]
fn as_data_both_languages_are_told_at_once() {
    let (status, lists, telling) = busy("vi");
    check("busy.json", json(&status, &lists, &telling));
}

#[test]
fn where_nothing_happens_that_is_said() {
    for language in ["vi", "en"] {
        let (status, lists, telling) = quiet(language);
        check(&format!("quiet.{language}.html"), page(&status, &lists, &telling, true));
    }
    check("quiet.atom", feed(&quiet("vi").0, &private()));
}

#[test]
fn every_kind_of_fault_says_what_to_do_in_both_languages() {
    let all = [
        Trouble::Root,
        Trouble::Watch,
        Trouble::Walk,
        Trouble::Journal,
        Trouble::Damage,
        Trouble::Settings,
        Trouble::Held { files: 2 },
        Trouble::AnotherFolder,
        Trouble::Stuck { readers: 1 },
        Trouble::Receipts,
    ];
    let mut names = Vec::new();
    for trouble in all {
        let (what, hint) = phrases::fault(trouble);
        assert!(what.vi != what.en && hint.vi != hint.en && hint.vi.ends_with('.') && hint.en.ends_with('.'));
        names.push(phrases::name(trouble));
    }
    names.dedup();
    assert_eq!(names.len(), all.len());
}

#[test]
fn numbers_are_parted_by_thousands() {
    use crate::words::Language;
    for (number, vi, en) in
        [(0, "0", "0"), (999, "999", "999"), (1000, "1.000", "1,000"), (1_234_567, "1.234.567", "1,234,567")]
    {
        assert_eq!(phrases::number(Language::Vi, number), vi);
        assert_eq!(phrases::number(Language::En, number), en);
    }
    assert_eq!(phrases::severity_name(Severity::Error), "error");
}
