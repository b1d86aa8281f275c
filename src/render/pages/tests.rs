use super::*;
use crate::words::{
    AnyAllNone, Content, Enclosure, Id, Images, Language, LanguageTag, Page, Phase, RoundUp, Selection,
    Timestamp, WatchMode, Zone,
};

fn site(language: &str) -> Site {
    Site {
        title: "Bản tin Đồng Bằng".into(),
        description: "Tin hằng ngày của đồng bằng.".into(),
        base: Url::parse("https://bantin.example/").expect("an address"),
        id: "bantin.example".into(),
        language: LanguageTag::parse(language).expect("a language"),
        zone: Zone::named("Asia/Ho_Chi_Minh").expect("a zone"),
        default_category: term("Tin tức"),
        copyright: Some("© Bản tin Đồng Bằng".into()),
        licence: None,
        image: None,
        limit: 50,
        max_age: 300,
        minor_words: 5,
        withdrawn_days: 90,
        ignore: vec![],
        watch: WatchMode::Auto,
        accept_loss_after: None,
        receipts: crate::words::Receipts::Off,
        embed_sites: vec![],
        push: Default::default(),
        round_ups: Vec::new(),
        manners: Default::default(),
    }
}

fn term(label: &str) -> Term {
    Term::parse(label).expect("a term")
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("an address")
}

fn published() -> Published {
    let at = Timestamp::from_seconds(1_763_600_400).expect("a time");
    let slug = Slug::of("Lúa thu đông trúng mùa").expect("a slug");
    Published {
        id: Id::parse("0b1e5e0e-5f0a-5c3a-9a52-0d6f2f8c1a11").expect("an id"),
        page: Page::Article(slug.clone()),
        published: at,
        updated: at.plus_seconds(3600),
        article: Article {
            title: "Lúa thu đông trúng mùa, giá giữ ở mức “khá”".into(),
            summary: "Nông dân các xã ven sông gặt sớm năm ngày.".into(),
            html: "<p>Nông dân các xã ven sông <strong>gặt sớm</strong> năm ngày.</p>".into(),
            published: Some(at),
            updated: None,
            categories: vec![term("Mùa vụ"), term("Kinh tế")],
            tags: vec![term("lúa thu đông"), term("C# & F #1")],
            authors: vec![term("Lê Minh Hạnh")],
            publication: Some("Nông thôn An Giang".into()),
            language: None,
            slug,
            id: None,
            canonical: None,
            image: Some(Image {
                url: url("https://bantin.example/media/lua.jpg"), alt: "Ruộng lúa".into()
            }),
            enclosure: Some(Enclosure {
                url: url("https://bantin.example/media/lua.mp3"),
                media_type: "audio/mpeg".into(),
                length: 77_120,
            }),
            draft: false,
            expires: None,
            correction: None,
            withdrawn: None,
            minor: false,
        },
    }
}

fn feed_of(name: FeedName, title: &str) -> Feed {
    Feed {
        name,
        title: title.into(),
        description: "Gieo, gặt và giá cả.".into(),
        selection: Selection { categories: AnyAllNone::default(), ..Selection::default() },
        limit: 30,
        days: None,
        content: Content::Full,
        images: Images::All,
        image: None,
        copyright: None,
        licence: None,
        language: LanguageTag::parse("vi").expect("a language"),
        partner: None,
        rhythm: None,
    }
}

/// Pages of a site without private feeds.
fn article(site: &Site, published: &Published) -> Vec<u8> {
    super::article(site, published, &BTreeSet::new())
}

fn feed(site: &Site, feed: &Feed, articles: &[Arc<Published>]) -> Vec<u8> {
    super::feed(site, feed, None, EmbedOptions::default(), articles, &BTreeSet::new())
}

fn home(site: &Site, newest: &[Arc<Published>], feeds: &[FeedLine]) -> Vec<u8> {
    super::home(site, newest, feeds, &BTreeSet::new())
}

fn text(page: Vec<u8>) -> String {
    String::from_utf8(page).expect("pages are UTF-8")
}

/// Compares with `tests/expected/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, page: Vec<u8>) {
    let path = format!("{}/tests/expected/{name}", env!("CARGO_MANIFEST_DIR"));
    let page = text(page);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).expect("the expected page can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the expected page is there");
    assert_eq!(page, expected, "{path} differs; BLESS=1 accepts what is printed now");
}

#[test]
fn an_article_page_is_as_expected() {
    check("an_article.html", article(&site("vi"), &published()));
}

#[test]
fn a_feed_page_is_as_expected() {
    let feed_of = feed_of(FeedName::Plain(term("Mùa vụ").slug), "Mùa vụ");
    check("a_feed.html", feed(&site("vi"), &feed_of, &[Arc::new(published())]));
}

#[test]
fn a_page_in_place_of_a_round_up_to_come_leads_to_those_there_are() {
    let round_up = RoundUp::parse("mua-vu/2199-H1").expect("a round-up");
    let site = site("vi");
    let at = round_up.period.span(&site.zone).end;
    let newest = round_up.feed();
    check("a_round_up_to_come.html", closes(&site, &round_up, at, Some(&newest)));
    let without = text(closes(&site, &round_up, at, None));
    assert!(!without.contains("/feeds/round-ups"), "there are none");
}

#[test]
fn a_page_of_round_ups_leads_to_what_they_sum_up_and_that_to_them() {
    let (plain, round_ups) =
        (FeedName::Plain(term("Mùa vụ").slug), RoundUp::parse("mua-vu/2026").expect("one").feed());
    let page = |name: &FeedName, beside| {
        let feed = feed_of(name.clone(), "Mùa vụ");
        text(super::feed(&site("en"), &feed, Some(beside), EmbedOptions::default(), &[], &BTreeSet::new()))
    };
    let there = page(&plain, Beside::RoundUps(round_ups.clone()));
    let way = "<p><a href=\"https://bantin.example/feeds/round-ups/mua-vu\"><bdi>Round-ups</bdi></a></p>";
    assert!(there.contains(way), "{there}");
    let back = page(&round_ups, Beside::SummedUp(plain, "Mùa vụ"));
    let way =
        "<p>The feed they sum up: <a href=\"https://bantin.example/feeds/mua-vu\"><bdi>Mùa vụ</bdi></a></p>";
    assert!(back.contains(way), "{back}");
}

#[test]
fn a_home_page_in_english_is_as_expected() {
    let line = |name, title: &str| FeedLine { name, title: title.into(), articles: 1 };
    let feeds = [
        line(FeedName::All, "Bản tin Đồng Bằng"),
        line(FeedName::Plain(term("Mùa vụ").slug), "Mùa vụ"),
        line(FeedName::Tag(term("lúa").slug), "lúa"),
        line(FeedName::Author(term("Lê Minh Hạnh").slug), "Lê Minh Hạnh"),
    ];
    check("a_home_page_in_english.html", home(&site("en"), &[Arc::new(published())], &feeds));
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "</title></script><script>alert('1')</script> \" onload=x {{7*7}} &amp;";
    let mut bad = published();
    bad.article.title = hostile.into();
    bad.article.summary = hostile.into();
    bad.article.publication = Some(hostile.into());
    bad.article.image = Some(Image { url: url("https://bantin.example/a.jpg"), alt: hostile.into() });
    for list in [&mut bad.article.categories, &mut bad.article.tags, &mut bad.article.authors] {
        list.iter_mut().for_each(|term| term.label = hostile.into());
    }
    let mut office = site("vi");
    office.title = hostile.into();
    office.description = hostile.into();
    office.copyright = Some(hostile.into());
    let mut selection = feed_of(FeedName::All, hostile);
    selection.description = hostile.into();
    selection.copyright = Some(hostile.into());
    let bad = Arc::new(bad);
    let line = FeedLine { name: FeedName::All, title: hostile.into(), articles: 1 };
    let plain = FeedLine { name: FeedName::Plain(term("a").slug), title: hostile.into(), articles: 1 };
    let pages = [
        (2, article(&office, &bad)),
        (1, feed(&office, &selection, std::slice::from_ref(&bad))),
        (1, home(&office, std::slice::from_ref(&bad), &[line, plain])),
        (1, message(&office, 404)),
    ];
    for (scripts, page) in pages {
        let page = text(page);
        assert_eq!(page.matches("<script").count(), scripts, "{page}");
        assert_eq!(page.matches("</script").count(), scripts, "{page}");
        let markup: String =
            page.split("<script").filter_map(|part| part.split("</script>").last()).collect();
        assert!(!markup.contains("\" onload"), "{page}");
        assert!(!page.contains(">49<") && !page.contains(" 49 "), "{page}");
    }
}

#[test]
fn the_data_block_is_json_that_says_the_same() {
    let mut article_of = published();
    article_of.article.title = "</script> & <b> \u{2028} ]]>".into();
    let page = text(article(&site("vi"), &article_of));
    let after = page.split("ld+json\">").nth(1).expect("a data block");
    let data: serde_json::Value =
        serde_json::from_str(after.split("</script>").next().expect("its end")).expect("JSON");
    assert_eq!(data["headline"], "</script> & <b> \u{2028} ]]>");
    assert_eq!(data["datePublished"], "2025-11-20T08:00:00+07:00");
    assert_eq!(data["author"][0]["name"], "Lê Minh Hạnh");
}

#[test]
fn a_copy_points_to_its_original() {
    let mut copy = published();
    copy.article.canonical = Some(url("https://bao.example/lua?a=1&b=2"));
    let page = text(article(&site("vi"), &copy));
    assert!(page.contains("<link rel=\"canonical\" href=\"https://bao.example/lua?a=1&#38;b=2\">"), "{page}");
    assert!(page.contains("rel=\"external\">bao.example</a>"), "{page}");

    copy.article.canonical = Some(url(&site("vi").page(&copy.page)));
    assert!(!text(article(&site("vi"), &copy)).contains("rel=\"external\""), "an original points nowhere");
}

#[test]
fn a_picture_the_text_shows_is_not_shown_twice() {
    let figure = "<figure class=\"picture\">";
    assert!(text(article(&site("vi"), &published())).contains(figure));
    let mut with_picture = published();
    with_picture.article.html.push_str("<img src=\"https://bantin.example/media/lua.jpg\">");
    assert!(!text(article(&site("vi"), &with_picture)).contains(figure));
}

#[test]
fn media_of_another_host_is_a_link_not_a_player() {
    let mut foreign = published();
    assert!(text(article(&site("vi"), &foreign)).contains("<audio controls"));
    let enclosure = foreign.article.enclosure.as_mut().expect("a recording");
    enclosure.url = url("https://elsewhere.example/lua.mp3");
    let page = text(article(&site("vi"), &foreign));
    assert!(!page.contains("<audio") && page.contains("elsewhere.example/lua.mp3"), "{page}");
}

#[test]
fn every_status_has_a_page_in_both_languages() {
    let statuses =
        [400, 401, 403, 404, 405, 406, 408, 410, 412, 413, 414, 416, 417, 421, 429, 431, 500, 501, 503, 505];
    for (language, home) in [("vi", "Về trang chủ"), ("en", "Go to the home page")] {
        let mut said = std::collections::HashSet::new();
        for status in statuses {
            let page = text(message(&site(language), status));
            assert!(page.contains(&format!(">{status}<")), "{page}");
            assert!(page.contains(home), "{page}");
            assert!(page.contains(&format!("<html lang=\"{language}\">")), "{page}");
            assert!(page.contains("noindex"), "{page}");
            let what = page.split("<h1>").nth(1).expect("a heading").split('<').next().expect("its text");
            assert!(said.insert(what.to_owned()), "{status} says the same as another: {what}");
        }
        for unknown in [418, 599, 0] {
            assert!(text(message(&site(language), unknown)).contains(home));
        }
    }
}

#[test]
fn the_policy_allows_the_style_the_script_and_the_sites_own_pictures() {
    let mut office = site("vi");
    office.base = url("http://tin.example:8080/ban-tin/");
    let policy = content_security_policy(&office);
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(
        policy.contains(
            "img-src 'self' data: http://tin.example:8080; media-src 'self' http://tin.example:8080;"
        )
    );
    let page = text(message(&office, 404));
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next());
    assert_eq!(style, Some(style::STYLE), "the hash is of exactly what stands in the element");
    assert!(policy.contains(&format!("script-src {};", script::source())), "{policy}");
    let script = page.split("<script>").nth(1).and_then(|rest| rest.split("</script>").next());
    assert_eq!(script, Some(script::SCRIPT));
    assert!(!page.contains(" style="), "style attributes would be refused");
}

#[test]
fn a_text_in_another_language_says_so() {
    let mut french = published();
    french.article.language = LanguageTag::parse("fr");
    assert!(text(article(&site("vi"), &french)).contains("<article lang=\"fr\">"));
    let page = text(article(&site("fr"), &published()));
    assert!(page.contains("<html lang=\"en\">") && page.contains("<article lang=\"fr\">"), "{page}");
    assert!(text(article(&site("vi"), &published())).contains("<article>"));
}

#[test]
fn how_far_a_feed_reaches_back_is_told() {
    let check = |days, vi: &str, en: &str| {
        let feed = Feed { days, ..feed_of(FeedName::All, "Mọi tin") };
        let (of_feed, of_agreement) = (phrases::carries, agreement::amount);
        assert_eq!(of_feed(Language::Vi, &feed), format!("Nguồn tin này mang {vi}, đầy đủ nội dung."));
        assert_eq!(of_feed(Language::En, &feed), format!("It carries the {en}, in full."));
        assert_eq!(of_agreement(Language::Vi, &feed), format!("{vi}, đầy đủ nội dung."));
        assert_eq!(of_agreement(Language::En, &feed), format!("The {en}, in full."));
    };
    check(None, "30 bài mới nhất", "latest articles, up to 30");
    check(Some(1), "30 bài mới nhất trong 24 giờ qua", "latest articles of the last 24 hours, up to 30");
    check(Some(7), "30 bài mới nhất trong 7 ngày qua", "latest articles of the last 7 days, up to 30");
}

#[test]
fn days_of_an_agreement_are_told_as_days_and_moments_as_moments() {
    let site = site("vi");
    // Midnight before 1 December in Vietnam, of 2026 and of 2027.
    let [from, until] =
        [1_796_058_000, 1_827_594_000].map(|seconds| Timestamp::from_seconds(seconds).expect("a time"));
    let check = |from, until, expected: [&str; 6]| {
        let told = [Language::Vi, Language::En].map(|language| {
            let state = |phase| agreement::state(language, &site, phase).expect("it does not hold");
            let term = agreement::term(language, &site, Some(from), Some(until)).expect("it has a term");
            [term, state(Phase::ToCome(from)), state(Phase::Over(until))]
        });
        assert_eq!(told.concat(), expected);
    };
    check(
        from,
        until,
        [
            "Từ 01/12/2026 đến hết 30/11/2027.",
            "Nguồn tin mở từ 01/12/2026.",
            "Thỏa thuận đã hết hiệu lực, ngày cuối là 30/11/2027.",
            "From 1 December 2026 until 30 November 2027.",
            "The feed opens on 1 December 2026.",
            "The agreement ended on 30 November 2027.",
        ],
    );
    check(
        from.plus_seconds(8 * 3600),
        until.plus_seconds(17 * 3600),
        [
            "Từ 01/12/2026 08:00 đến 01/12/2027 17:00.",
            "Nguồn tin mở từ 01/12/2026 08:00.",
            "Thỏa thuận đã hết hiệu lực từ 01/12/2027 17:00.",
            "From 1 December 2026, 08:00 until 1 December 2027, 17:00.",
            "The feed opens on 1 December 2026, 08:00.",
            "The agreement ended on 1 December 2027, 17:00.",
        ],
    );
}

#[test]
fn a_summary_is_cut_after_a_word() {
    assert_eq!(shortened("Ngắn."), "Ngắn.");
    let long = shortened(&"đồng bằng ".repeat(100));
    assert!(long.ends_with("đồng bằng…") || long.ends_with("đồng…"), "{long}");
    assert!(long.chars().count() <= 281);
    assert_eq!(shortened(&"ư".repeat(400)).chars().count(), 281);
}

#[test]
fn of_very_many_tags_the_most_used_are_listed() {
    let tag = |n: usize| FeedLine {
        name: FeedName::Tag(term(&format!("t{n}")).slug),
        title: format!("t{n}"),
        articles: n,
    };
    let category =
        FeedLine { name: FeedName::Plain(term("Mùa vụ").slug), title: "Mùa vụ".into(), articles: 1 };
    let feeds: Vec<_> = (1..=MOST_USED + 5).map(tag).chain([category]).collect();
    let page = text(home(&site("vi"), &[], &feeds));
    assert!(
        !page.contains(">t5<") && page.contains(">t6<") && page.contains(&format!(">t{}<", MOST_USED + 5))
    );
    assert!(page.contains("Chưa có bài nào."));
}
