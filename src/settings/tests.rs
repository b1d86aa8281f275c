use super::*;
use crate::words::{Content, Delivers, Language, Push, Query, Signature, Slug};
use url::Url;

fn listening() -> Url {
    Url::parse("http://127.0.0.1:8080/").expect("an address")
}

fn told(text: &str) -> String {
    let problems = match site(text, &Overrides::default(), &listening()) {
        Ok((_, remarks)) => remarks,
        Err(problem) => vec![problem],
    };
    problems.iter().map(|problem| problem.told(Language::En)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_site_without_a_file_has_sensible_settings() {
    let (site, remarks) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
    assert_eq!(remarks, []);
    assert_eq!(site.base.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(site.zone.name(), Some("Asia/Ho_Chi_Minh"));
    assert_eq!((site.language.as_str(), site.limit, site.max_age), ("vi", 50, 0));
    assert_eq!(site.default_category.slug.as_str(), "tin-tuc");
}

#[test]
fn a_problem_with_a_setting_says_where_and_what_to_do() {
    let table = [
        (
            "title = \"A\"\nlangage = \"vi\"\n",
            "feeds/site.toml:2: unknown key `langage`\n  hint: Did you mean `language`?",
        ),
        (
            "time_zone = \"Hanoi\"",
            "feeds/site.toml:1: there is no time zone called `Hanoi`\n  hint: Write it like `Asia/Ho_Chi_Minh`.",
        ),
        (
            "\nbase_url = \"tin.example.vn\"",
            "feeds/site.toml:2: `tin.example.vn` is not a site's address\n  hint: Write it like `https://news.example.org/`.",
        ),
        (
            "licence = \"CC BY 4.0\"",
            "feeds/site.toml:1: `CC BY 4.0` is not an address\n  hint: Write the address of the page with the terms, such as `https://creativecommons.org/licenses/by/4.0/`.",
        ),
        (
            "limit = 5000",
            "feeds/site.toml:1: the limit 5000 lies outside 1 to 1000; 1000 is used\n  hint: Choose a number between them.",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn the_id_of_a_site_does_not_change_with_https() {
    let id = |base: &str| {
        let overrides = Overrides { base_url: Some(base.to_owned()), time_zone: None };
        site("", &overrides, &listening()).expect("sound").0.id
    };
    assert_eq!(id("http://tin.example.vn"), id("https://tin.example.vn/"));
    assert_ne!(id("http://tin.example.vn"), id("http://bao.example.vn"));
}

#[test]
fn a_feed_file_selects_by_the_names_people_write() {
    let (site, _) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
    let text = "limit = 5\ndays = 30\ncontent = \"summary\"\ntags = [\"Lúa vàng\"]\n[categories]\nnone = [\"Đời sống\"]\n";
    let (feed, remarks) = feed("mua-vu.toml", text, &site).expect("sound");
    assert_eq!(remarks, []);
    let selection = feed.selection.expect("one was written");
    assert_eq!(selection.tags.any, [Slug::of("lua vang").expect("a slug")]);
    assert_eq!(selection.categories.none, [Slug::of("doi song").expect("a slug")]);
    assert_eq!((feed.limit, feed.days, feed.content), (Some(5), Some(30), Content::Summary));
}

#[test]
fn a_feed_file_asks_for_words_or_is_not_used() {
    let (site, _) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
    let query = |text| Query::parse(text).expect("there are words in it");
    let text = "[words]\nany = ['nong thon', '\"An Giang\"']\nall = [\"lúa\"]\nnone = [\"quảng cáo\"]\n";
    let (read, remarks) = feed("lua.toml", text, &site).expect("sound");
    assert_eq!(remarks, []);
    let words = read.selection.expect("one was written").words;
    assert_eq!(words.any, [query("nong thon"), query("\"an giang\"")]);
    assert_eq!(words.all, [query("lúa"), query("quảng cáo").lacking()]);
    let (short, _) = feed("lua.toml", "words = [\"lúa\"]", &site).expect("sound");
    assert_eq!(short.selection.expect("one was written").words.any, [query("lúa")]);

    let many: Vec<String> = (0..51).map(|number| format!("\"từ {number}\"")).collect();
    let long = "dài ".repeat(51);
    let table = [
        (
            "title = \"Lúa\"\n[words]\nany = [\"lúa\"]\nnone = [\"…\"]".to_owned(),
            "feeds/lua.toml:4: there is no word to look for in `…`\n  hint: Write it like `\"harvest\"`, or remove the entry.",
        ),
        (
            format!("words = [{}]", many.join(", ")),
            "feeds/lua.toml:1: it asks for 51 words and phrases; 50 at most\n  hint: Ask for fewer, or make two files of it.",
        ),
        (
            format!("[words]\nall = [\n  \"{long}\",\n]"),
            "feeds/lua.toml:3: an entry has more than 200 characters\n  hint: Write only the words to look for, each phrase as an entry of its own.",
        ),
    ];
    for (text, expected) in table {
        let problem = feed("lua.toml", &text, &site).expect_err(&text);
        assert_eq!(problem.told(Language::En), expected, "{text}");
    }
    let (_, remarks) = feed("lua.toml", "[words]\nnot = [\"lúa\"]", &site).expect("sound");
    let told: Vec<String> = remarks.iter().map(|remark| remark.told(Language::En)).collect();
    assert_eq!(told, ["feeds/lua.toml:2: unknown key `not`\n  hint: Did you mean `none`?"]);
}

#[test]
fn a_source_line_has_places_that_can_be_filled() {
    let (site, _) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
    let line = |language: &str, line: &str| {
        let text = format!("{language}\n[partner]\norganisation = \"Đài\"\nsource_line = {line}\n");
        let read = feed("dai.toml", &text, &site).map_err(|problem| problem.told(Language::En))?;
        Ok(read.0.partner.and_then(|partner| partner.source_line))
    };
    let table = [
        ("", "true", Some("Nguồn: {site}")),
        ("language = \"en\"", "true", Some("Source: {site}")),
        ("", "false", None),
        ("", "\" \"", None),
        ("", "\"Theo {site}, {author}: {title} {x\"", Some("Theo {site}, {author}: {title} {x")),
    ];
    for (language, written, expected) in table {
        assert_eq!(line(language, written), Ok(expected.map(str::to_owned)), "{written}");
    }
    assert_eq!(
        line("", "\"Theo {báo}\""),
        Err("feeds/dai.toml:4: nobody knows what goes into `{báo}`\n  hint: These can be used: `{site}`, `{title}` and `{author}`.".to_owned())
    );
}

#[test]
fn days_that_make_no_sense_are_told_and_the_nearest_that_do_are_used() {
    let (site, _) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
    for (asked, used) in [(-1_i64, 1_u32), (0, 1), (1, 1), (3660, 3660), (3661, 3660)] {
        let (feed, remarks) = feed("tuan.toml", &format!("days = {asked}"), &site).expect("sound");
        let told: Vec<String> = remarks.iter().map(|remark| remark.told(Language::En)).collect();
        let expected = format!(
            "feeds/tuan.toml:1: {asked} days lie outside 1 to 3660; {used} is used\n  hint: Choose a number between them."
        );
        assert_eq!(feed.days, Some(used));
        assert_eq!(told, if asked == i64::from(used) { vec![] } else { vec![expected] });
    }
}

#[test]
fn an_agreement_is_kept_as_it_was_written_or_not_at_all() {
    let (site, _) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
    let hash = crate::words::TokenHash::of("a");
    let text = format!(
        "[partner]\norganisation = \"Đài Truyền thanh\"\ndelay = \"1h 30m\"\nfrom = 2026-12-01\nuntil = \"31/12/2026\"\n\
         token = \"{hash}\"\nsites = [\"https://Doi-Tac.example.vn/\"]\n"
    );
    let (read, remarks) = feed("dai.toml", &text, &site).expect("sound");
    assert_eq!(remarks, []);
    assert_eq!(
        read.selection,
        Some(Default::default()),
        "an agreement that selects nothing is on everything"
    );
    let partner = read.partner.expect("one was written");
    let told = |at| site.zone.rfc3339(at);
    assert_eq!(partner.delay.as_secs(), 5400);
    assert_eq!(partner.from.map(told).as_deref(), Some("2026-12-01T00:00:00+07:00"));
    assert_eq!(partner.until.map(told).as_deref(), Some("2027-01-01T00:00:00+07:00"));
    assert_eq!((partner.tokens, partner.sites), (vec![hash], vec!["https://doi-tac.example.vn".to_owned()]));

    let table = [
        (
            "delay = \"1h\"",
            "feeds/dai.toml:1: the agreement names no organisation\n  hint: Add a line `organisation = \"…\"` below `[partner]`.",
        ),
        (
            "organisation = \"Đài\"\ndelay = \"một giờ\"",
            "feeds/dai.toml:3: `một giờ` is not a length of time of up to a year\n  hint: Write it like `30m`, `1h` or `2d`.",
        ),
        (
            "organisation = \"Đài\"\nuntil = \"31/02/2026\"",
            "feeds/dai.toml:3: there is no day 31; month 2/2026 has 28 days\n  hint: Write it like `2026-12-31` or `31/12/2026`.",
        ),
        (
            "organisation = \"Đài\"\nfrom = \"2026-12-02\"\nuntil = \"2026-12-01\"",
            "feeds/dai.toml:4: the agreement ends before it begins\n  hint: Mend `from` or `until`.",
        ),
        (
            "organisation = \"Đài\"\ntoken = \"bt5bnenbnenbnenb\"",
            "feeds/dai.toml:3: this is not a hash as bantin writes it\n  hint: Do not write the secret here; run `bantin token NAME`, which makes one and writes its hash.",
        ),
        (
            "organisation = \"Đài\"\nsites = \"doi-tac.example.vn/tin\"",
            "feeds/dai.toml:3: `doi-tac.example.vn/tin` is not the address of a site\n  hint: Write it like `https://partner.example.org`, with no path behind it.",
        ),
    ];
    for (lines, expected) in table {
        let text = format!("[partner]\n{lines}\n");
        let problem = feed("dai.toml", &text, &site).expect_err(lines);
        assert_eq!(problem.told(Language::En), expected, "{lines}");
    }
    for name in ["all", "corrections"] {
        let problem = feed(&format!("{name}.toml"), &text, &site).expect_err(name);
        let expected = format!(
            "feeds/{name}.toml:1: the feed `{name}` is everybody's and cannot be for one partner alone\n  hint: Write the agreement into a file that has the partner's name, such as `feeds/partner.toml`."
        );
        assert_eq!(problem.told(Language::En), expected);
    }
    let (_, remarks) =
        feed("dai.toml", "[partner]\norganisation = \"Đài\"\ndelai = \"1h\"\n", &site).expect("sound");
    let told: Vec<String> = remarks.iter().map(|remark| remark.told(Language::En)).collect();
    assert_eq!(told, ["feeds/dai.toml:3: unknown key `delai`\n  hint: Did you mean `delay`?"]);
}

#[test]
fn the_sites_that_may_show_feeds_in_frames_are_origins() {
    let of = |text: &str| site(text, &Overrides::default(), &listening());
    let named = "embed_sites = [\"https://Bao.example.vn/\", \"http://127.0.0.1:8090\"]";
    let (read, remarks) = of(named).expect("sound");
    assert_eq!(
        (remarks, read.embed_sites),
        (vec![], vec!["https://bao.example.vn".to_owned(), "http://127.0.0.1:8090".to_owned()])
    );
    assert_eq!(of("").expect("sound").0.embed_sites, Vec::<String>::new(), "any site");
    for strange in ["https://bao.example.vn/tin", "bao.example.vn", "*", "https://a.example;script-src"] {
        let problem = of(&format!("embed_sites = \"{strange}\"")).expect_err("no origin");
        assert!(
            problem.what.en.starts_with(&format!("`{strange}` is not the address of a site")),
            "{problem:?}"
        );
    }
}

#[test]
fn what_is_said_of_subscribers_is_read() {
    let of = |text: &str| site(text, &Overrides::default(), &listening());
    let text = "
hubs = [\"https://hub.example.org\", \"http://127.0.0.1:9090/hub?key=1\"]
hub_delivers = \"changes\"
hub_signature = \"sha512\"
hub_signature_for = { \"Cu.example.vn\" = \"sha1\" }
rss_cloud = false
delta_not_for = \"OldReader/\"
";
    let (read, remarks) = of(text).expect("sound settings");
    assert_eq!(remarks, []);
    let hub = |address| Url::parse(address).expect("an address");
    let expected = Push {
        hubs: vec![hub("https://hub.example.org/"), hub("http://127.0.0.1:9090/hub?key=1")],
        delivers: Delivers::Changes,
        signature: Signature::Sha512,
        signature_for: vec![("cu.example.vn".to_owned(), Signature::Sha1)],
        rss_cloud: false,
        delta: true,
        delta_not_for: vec!["simplepie".to_owned(), "oldreader/".to_owned()],
    };
    assert_eq!(read.push, expected);
    let signature = |host| read.push.signature_at(host).name();
    assert_eq!([signature("cu.example.vn"), signature("moi.example.vn")], ["sha1", "sha512"]);
    let parts = ["oldreader/2", "Newsboat/2.21", "FreshRSS with SimplePie 1.8"];
    assert_eq!(parts.map(|agent| read.push.may_send_changes_to(agent)), [false, true, false]);
}

#[test]
fn what_cannot_be_said_of_subscribers_is_told() {
    let table = [
        (
            "hubs = \"hub.example.org\"",
            "feeds/site.toml:1: `hub.example.org` is not the address of a hub\n  hint: Write it like `https://hub.example.org/`.",
        ),
        (
            "hub_delivers = \"all\"",
            "feeds/site.toml:1: `all` means nothing here\n  hint: Use one of: `whole`, `changes`.",
        ),
        (
            "hub_signature_for = { \"a.example\" = \"md5\" }",
            "feeds/site.toml:1: `md5` means nothing here\n  hint: Use one of: `sha256`, `sha1`, `sha384`, `sha512`.",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(told(text), expected, "{text}");
    }
    let many: Vec<String> = (0..6).map(|number| format!("\"https://h{number}.example/\"")).collect();
    let expected = "feeds/site.toml:1: there are more than 5\n  hint: Keep 5 at most.";
    assert_eq!(told(&format!("hubs = [{}]", many.join(", "))), expected);
}
