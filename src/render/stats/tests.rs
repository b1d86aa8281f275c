use super::*;
use crate::words::Zone;
use url::Url;

const NOON: i64 = 1_763_614_800;

fn site(language: &str) -> Site {
    let text = format!("title = \"Bản tin <Đồng Bằng>\"\nlanguage = \"{language}\"\nrefetches = 100\n");
    let base = Url::parse("https://bantin.example/").expect("an address");
    crate::settings::site(&text, &Default::default(), &base).expect("sound settings").0
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::nearest(NOON + 60 * minutes)
}

fn day(back: i64) -> Day {
    Day::of(at(-1440 * back), &Zone::named("Asia/Ho_Chi_Minh").expect("a zone"))
}

fn counts(requests: [u64; 3], unchanged: u64) -> Counts {
    let all: u64 = requests.iter().sum();
    Counts {
        requests,
        conditional: unchanged + (all - unchanged) / 10,
        unchanged,
        again: all / 7,
        refused: all / 50,
        sent: (all - unchanged) * 41_200,
        saved: unchanged * 41_200,
    }
}

fn service(agent: &str, is_known: bool, subscribers: u64, minutes: i64) -> Service {
    Service { agent: agent.to_owned(), is_known, subscribers, last: at(minutes) }
}

/// A feed of which three services speak, and one for a partner that only he reads.
fn busy(language: &str) -> Stats {
    let followers = |reported, claimed, observed| Followers { reported, claimed, observed };
    let all = Followed {
        name: FeedName::All,
        is_public: true,
        followers: followers(12_462, 100, 57),
        week: counts([9_120, 2_048, 71], 10_400),
        services: vec![
            service("Feedly/1.0 (+http://www.feedly.com/fetcher.html; # subscribers; )", true, 12_360, -4),
            service("Feedbin feed-id:1697787 - # subscribers", true, 102, -25),
            service("Mozilla/5.0 (compatible; \"ours\" & <co>; # readers)", false, 100, -1_000),
        ],
        service_count: 5,
        days: (0..90)
            .rev()
            .map(|back| {
                let known = (back < 40 && back != 20) as u64;
                let count = 12_462 - 100 * back as u64;
                (day(back), (known == 1).then(|| followers(count, 0, 57 - back as u64)))
            })
            .collect(),
    };
    let partner = Followed {
        name: FeedName::parse("dai-an-giang").expect("a name"),
        is_public: false,
        followers: followers(0, 0, 1),
        week: counts([0, 168, 0], 160),
        services: vec![],
        service_count: 0,
        days: (0..90).rev().map(|back| (day(back), (back == 0).then(|| followers(0, 0, 1)))).collect(),
    };
    Stats {
        site: Arc::new(site(language)),
        told: at(0),
        since: Some(day(39)),
        week: counts([9_120, 2_216, 71], 10_560),
        feeds: vec![all, partner],
        feed_count: 3,
        days: (0..30)
            .rev()
            .map(|back| (day(back), counts([1_300 - 20 * back as u64, 320, 10], 1_500 - 40 * back as u64)))
            .collect(),
        unruly: vec![
            Unruly {
                agent: "BadReader/1.0 <script>".to_owned(),
                mark: "0c0ffe".to_owned(),
                again: 1_604,
                refused: 228,
                last: at(-2),
            },
            Unruly {
                agent: String::new(),
                mark: "123abc".to_owned(),
                again: 21,
                refused: 0,
                last: at(-3_000),
            },
        ],
        uncounted: 1_203,
        damaged: Some("habits.damaged-1".to_owned()),
    }
}

/// One that nobody has asked yet.
fn quiet(language: &str) -> Stats {
    Stats {
        since: None,
        week: Counts::default(),
        feeds: vec![],
        feed_count: 0,
        days: (0..30).rev().map(|back| (day(back), Counts::default())).collect(),
        unruly: vec![],
        uncounted: 0,
        damaged: None,
        ..busy(language)
    }
}

/// Compares with `tests/expected/stats/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, printed: Vec<u8>) {
    let file = format!("{}/tests/expected/stats/{name}", env!("CARGO_MANIFEST_DIR"));
    let printed = String::from_utf8(printed).expect("all of it is UTF-8");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &printed).expect("the expected text can be written");
    }
    let expected = std::fs::read_to_string(&file).expect("the expected text is there");
    assert_eq!(printed, expected, "{file} differs; BLESS=1 accepts what is printed now");
}

fn called(name: &FeedName) -> Option<String> {
    (*name != FeedName::All).then(|| "Đài <An Giang>".to_owned())
}

#[test]
fn a_feed_is_told_by_its_name_and_by_its_key_where_that_is_not_clear() {
    let feeds = ["mua-vu", "round-ups/mua-vu", "tag/lua", "dai", "gone"]
        .map(|name| Followed { name: FeedName::parse(name).expect("a name"), ..busy("en").feeds.remove(1) });
    let called = |name: &FeedName| {
        let name = match name.to_string().as_str() {
            "mua-vu" | "dai" => "Mùa vụ",
            "round-ups/mua-vu" => "Round-ups of Mùa vụ",
            "tag/lua" => "lúa",
            _ => return None,
        };
        Some(name.to_owned())
    };
    let page = page(&Stats { feeds: feeds.to_vec(), ..busy("en") }, called);
    let page = String::from_utf8(page).expect("all of it is UTF-8");
    let heads: Vec<&str> = page.split("<h3>").skip(1).filter_map(|rest| rest.split("</h3>").next()).collect();
    let expected = [
        "<bdi>Mùa vụ</bdi> <code>mua-vu</code>",
        "<bdi>Round-ups of Mùa vụ</bdi>",
        "<bdi>lúa</bdi> <code>tag/lua</code>",
        "<bdi>Mùa vụ</bdi> <code>dai</code>",
        "<bdi>gone</bdi>",
    ];
    assert_eq!(heads, expected);
}

#[test]
fn readers_show_in_both_languages() {
    for language in ["vi", "en"] {
        check(&format!("busy.{language}.html"), page(&busy(language), called));
        check(&format!("quiet.{language}.html"), page(&quiet(language), called));
    }
}

#[test]
fn readers_are_data() {
    check("busy.json", json(&busy("vi")));
    check("quiet.json", json(&quiet("vi")));
}
