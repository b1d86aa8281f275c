//! What a feed looks like in each format, and that readers read it. `BLESS=1 cargo test --test formats`
//! writes the expected documents anew.

use bantin::render::{Channel, Scope, document, opml, sitemap};
use bantin::words::*;
use proptest::prelude::*;
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use url::Url;

#[test]
fn each_format_says_all_that_an_article_has() {
    for format in Format::ALL {
        let bytes = printed(format, &site(), &feed(), &[minutes_of_a_meeting(), translation()]);
        is_as_expected(&format!("news.{}", format.suffix()), &bytes);
    }
}

#[test]
fn text_that_looks_like_markup_stays_text() {
    for format in Format::ALL {
        let bytes = printed(format, &site(), &feed(), &[hostile()]);
        is_as_expected(&format!("hostile.{}", format.suffix()), &bytes);
    }
}

#[test]
fn a_feed_of_summaries_carries_no_full_text() {
    let summaries = Feed { content: Content::Summary, ..feed() };
    for format in Format::ALL {
        let bytes = printed(format, &site(), &summaries, &[minutes_of_a_meeting()]);
        is_as_expected(&format!("summary.{}", format.suffix()), &bytes);
    }
}

#[test]
fn readers_get_titles_alone_where_that_was_agreed() {
    let titles = Feed { content: Content::Titles, partner: Some(partner("Nguồn")), ..feed() };
    for format in Format::ALL {
        let read = read(&printed(format, &site(), &titles, &[minutes_of_a_meeting()]));
        let entry = &read.entries[0];
        let title = minutes_of_a_meeting().article.title;
        assert_eq!(entry.title.as_ref().map(|title| &title.content), Some(&title));
        assert_eq!(entry.links[0].href, site().page(&minutes_of_a_meeting().page));
        assert_eq!(entry.summary, None);
        let body = entry.content.as_ref().and_then(|content| content.body.as_ref());
        // JSON Feed wants one of its contents to be there.
        assert_eq!(body, (format == Format::Json).then_some(&title));
    }
}

#[test]
fn a_feed_of_summaries_carries_corrections_all_the_same() {
    let summaries = Feed { content: Content::Summary, ..feed() };
    let mut corrected = translation();
    corrected.article.correction = Some("giá là 7.000 < 8.000 đồng".to_owned());
    for format in Format::ALL {
        let bytes = printed(format, &site(), &summaries, &[corrected.clone()]);
        is_as_expected(&format!("corrected.{}", format.suffix()), &bytes);
    }
}

#[test]
fn what_was_withdrawn_is_named_where_a_format_has_a_word_for_it() {
    let at = |minutes: i64| minutes_of_a_meeting().updated.plus_seconds(minutes * 60);
    let id = |number: u32| Id::parse(&format!("urn:x:{number}")).expect("an id");
    let mistaken = Withdrawal { id: id(1), at: at(60), reason: Some("nhầm \"xã\" & <ấp>".to_owned()) };
    let deleted = Withdrawal { id: id(2), at: at(30), reason: None };
    let articles = [Arc::new(minutes_of_a_meeting())];
    for format in Format::ALL {
        let (site, feed) = (site(), feed());
        let channel = Channel {
            site: &site,
            feed: &feed,
            outlet: &feed.name.clone().into(),
            articles: &articles,
            withdrawn: &[&mistaken, &deleted],
            updated: Some(at(60)),
            scope: Scope::Some,
        };
        is_as_expected(&format!("withdrawn.{}", format.suffix()), &document(format, &channel));
    }
}

#[test]
fn a_document_says_what_of_its_feed_it_is_and_where_the_rest_is() {
    let archive = |name: &str| ArchiveName::parse(name).expect("an archive");
    let scopes = [
        ("all", Scope::All),
        ("since", Scope::Since(archive("2019-07-upto-1562752000"))),
        (
            "archive",
            Scope::Archive {
                name: archive("2019-07"),
                previous: Some(archive("2019-05-2")),
                next: Some(archive("2019-08")),
            },
        ),
        (
            "first",
            Scope::Archive { name: archive("2019-07"), previous: None, next: Some(archive("2019-07-2")) },
        ),
    ];
    let told = Site { push: Push { rss_cloud: true, ..site().push }, ..site() };
    for ((name, scope), format) in
        scopes.into_iter().flat_map(|scope| Format::ALL.map(|format| (scope, format)))
    {
        let bytes = printed_as(scope, format, &told, &feed(), &[minutes_of_a_meeting()]);
        is_as_expected(&format!("scope-{name}.{}", format.suffix()), &bytes);
    }
}

#[test]
fn an_article_whose_text_has_no_room_is_carried_in_short() {
    let mut short = minutes_of_a_meeting();
    short.article.html = String::new();
    for format in Format::ALL {
        let bytes = printed(format, &site(), &feed(), &[short.clone()]);
        is_as_expected(&format!("short.{}", format.suffix()), &bytes);
    }
}

#[test]
fn a_feed_without_articles_is_still_a_feed() {
    let bare = Site { copyright: None, image: None, ..site() };
    for format in Format::ALL {
        let bytes = printed(format, &bare, &feed(), &[]);
        is_as_expected(&format!("empty.{}", format.suffix()), &bytes);
    }
}

#[test]
fn a_feed_keeps_its_id_when_the_site_moves() {
    let moved = Site { base: url("https://www.example.org/tin/"), ..site() };
    let id = |site: &Site| read(&printed(Format::Atom, site, &feed(), &[])).id;
    assert_eq!(id(&moved), id(&site()));
    assert!(id(&site()).starts_with("urn:uuid:"), "{}", id(&site()));
}

#[test]
fn rss_asks_readers_back_when_the_document_may_have_changed() {
    let check = |max_age: u32, ttl: &str, per_hour: Option<&str>| {
        let bytes = printed(Format::Rss, &Site { max_age, ..site() }, &feed(), &[]);
        let text = String::from_utf8(bytes).unwrap();
        let inside = |name: &str| {
            let (_, after) = text.split_once(&format!("<{name}>"))?;
            Some(after.split_once("</").unwrap().0.to_owned())
        };
        assert_eq!(inside("ttl").as_deref(), Some(ttl), "max_age {max_age}");
        assert_eq!(inside("sy:updateFrequency").as_deref(), per_hour, "max_age {max_age}");
        assert_eq!(inside("sy:updatePeriod").is_some(), per_hour.is_some(), "max_age {max_age}");
    };
    check(0, "1", None);
    check(30, "1", None);
    check(60, "1", Some("60"));
    check(90, "1", None);
    check(300, "5", Some("12"));
    check(420, "7", None);
    check(3600, "60", Some("1"));
    check(7200, "120", None);
    check(u32::MAX, "71582788", None);
}

#[test]
fn an_article_in_the_sites_language_says_so_in_a_feed_of_another() {
    let english = Feed { language: LanguageTag::parse("en").unwrap(), ..feed() };
    for format in Format::ALL {
        let text = String::from_utf8(printed(format, &site(), &english, &[minutes_of_a_meeting()])).unwrap();
        let (channel, article) = match format {
            Format::Rss => ("<language>en</language>", "<dc:language>vi</dc:language>"),
            Format::Atom => ("xml:lang=\"en\"", "<title xml:lang=\"vi\">"),
            Format::Json => ("\"language\":\"en\"", "\"language\":\"vi\""),
        };
        assert!(text.contains(channel) && text.contains(article), "{text}");
    }
}

#[test]
fn the_opml_list_has_a_line_for_every_feed() {
    let outline = |name: &str, title: &str, description: &str| opml::Outline {
        name: FeedName::parse(name).unwrap(),
        title: title.to_owned(),
        description: description.to_owned(),
    };
    let feeds = [
        outline("all", "Mặt trận An Giang", "Mọi tin, bài mới nhất"),
        outline("tuyen-truyen", "Tuyên truyền", ""),
        outline("tag/lua", "Lúa \"thơm\" & nếp <Phú Tân>\u{8}", "a\n]]>\u{FFFE}"),
        outline("author/ngo-trong", "Ngô Trọng", ""),
    ];
    let bytes = opml::document(&site(), &feeds);
    well_formed(&bytes);
    is_as_expected("feeds.opml", &bytes);
}

#[test]
fn the_sitemap_has_every_page_with_its_last_change() {
    let place =
        |published: &Published| sitemap::Place { page: published.page.clone(), updated: published.updated };
    let bytes = sitemap::document(&site(), &[place(&minutes_of_a_meeting()), place(&hostile())]);
    well_formed(&bytes);
    is_as_expected("sitemap.xml", &bytes);
}

#[test]
fn the_news_sitemap_leaves_copies_to_their_originals() {
    let articles = [minutes_of_a_meeting(), translation(), hostile()].map(Arc::new);
    let bytes = sitemap::news(&site(), &articles);
    well_formed(&bytes);
    is_as_expected("news-sitemap.xml", &bytes);
    well_formed(&sitemap::news(&site(), &[]));
}

#[test]
fn a_large_site_has_a_list_of_sitemaps() {
    let bytes = sitemap::index(&site(), 3);
    well_formed(&bytes);
    is_as_expected("sitemap-index.xml", &bytes);
}

#[test]
fn robots_txt_leads_to_the_sitemaps() {
    is_as_expected("robots.txt", &sitemap::robots(&site()));
}

proptest! {
    #[test]
    fn no_text_makes_a_document_that_cannot_be_read(
        texts in texts(any_text()), seconds in any_seconds(),
        content in prop::sample::select(&[Content::Full, Content::Summary, Content::Titles][..]),
        images in prop::sample::select(&[Images::All, Images::Lead, Images::None][..]),
    ) {
        let article = made_of(&texts, seconds, &site());
        let feed = Feed {
            title: texts[0].clone(),
            description: texts[1].clone(),
            copyright: Some(texts[2].clone()),
            content,
            images,
            licence: Some(url("https://tin.example.vn/?a=1&b=<2>\"")),
            partner: Some(partner(&texts[4])),
            ..feed()
        };
        let site = Site { title: texts[3].clone(), ..site() };
        for format in Format::ALL {
            let bytes = printed(format, &site, &feed, std::slice::from_ref(&article));
            match format {
                Format::Rss | Format::Atom => well_formed(&bytes),
                Format::Json => drop(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()),
            }
            prop_assert_eq!(&read(&bytes).entries[0].id, &article.id.to_string());
        }
    }

    #[test]
    fn readers_get_ids_titles_texts_and_dates_as_they_were(
        texts in texts(any_text().prop_map(|text| clean(&text).trim().to_owned())), seconds in any_seconds(),
    ) {
        let article = made_of(&texts, seconds, &site());
        for format in Format::ALL {
            let read = read(&printed(format, &site(), &feed(), std::slice::from_ref(&article)));
            let entry = &read.entries[0];
            prop_assert_eq!(&entry.id, &article.id.to_string());
            let title = entry.title.as_ref().map_or("", |title| &title.content);
            prop_assert_eq!(title, &article.article.title);
            let body = entry.content.as_ref().and_then(|content| content.body.as_deref()).unwrap_or("");
            // JSON Feed wants something in its place.
            let is_short = format == Format::Json && article.article.html.is_empty();
            let expected = if is_short { &article.article.summary } else { &article.article.html };
            prop_assert_eq!(body, expected);
            prop_assert_eq!(entry.published.unwrap().timestamp(), article.published.seconds());
            prop_assert_eq!(read.updated.or(entry.updated).unwrap().timestamp(), article.updated.seconds());
        }
    }
}

/// Characters of every kind, and what breaks XML when nobody looks.
fn any_text() -> impl Strategy<Value = String> {
    let poison = prop::sample::select(vec![
        "]]>",
        "]]",
        ">",
        "<script>",
        "</title>",
        "<![CDATA[",
        "<!--",
        "&",
        "&amp;",
        "&#8;",
        "\"",
        "'",
        "\u{8}",
        "\u{0}",
        "\u{B}",
        "\u{FFFE}",
        "\u{FFFF}",
        "\u{FEFF}",
        "\u{202E}",
        "\u{2028}",
        "e\u{302}\u{301}",
        "\r\n",
        "😀",
        "đ",
        " ",
    ]);
    let piece = prop_oneof![poison.prop_map(str::to_owned), any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn texts(text: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text, 8)
}

fn any_seconds() -> impl Strategy<Value = i64> {
    // The years a timestamp knows.
    -2_208_988_800_i64..=7_258_118_399
}

fn made_of(texts: &[String], seconds: i64, site: &Site) -> Published {
    let published = Timestamp::from_seconds(seconds).unwrap();
    let term = |label: &String| Term { label: label.clone(), slug: Slug::parse("a").unwrap() };
    let odd = |text: &String| {
        let mut odd = site.base.join("media/").unwrap();
        odd.set_query(Some(text));
        odd
    };
    Published {
        id: Id::derived(&IdSpace::of(&texts[0]), &ContentPath::new(Path::new("a.txt")).unwrap(), 0),
        page: Page::Article(Slug::parse("a").unwrap()),
        published,
        updated: published.plus_seconds(60),
        article: Article {
            title: texts[0].clone(),
            summary: texts[1].clone(),
            html: texts[2].clone(),
            categories: vec![term(&texts[3])],
            tags: vec![term(&texts[4])],
            authors: vec![term(&texts[5])],
            publication: Some(texts[6].clone()),
            canonical: texts[0].contains('&').then(|| odd(&texts[1])),
            image: Some(Image { url: odd(&texts[2]), alt: format!("x{}", texts[7]) }),
            enclosure: Some(Enclosure { url: odd(&texts[3]), media_type: texts[7].clone(), length: 1 }),
            ..minutes_of_a_meeting().article
        },
    }
}

fn partner(source_line: &str) -> Partner {
    Partner {
        organisation: "Đài".to_owned(),
        contact: None,
        delay: std::time::Duration::ZERO,
        from: None,
        until: None,
        source_line: Some(format!("{source_line}{{title}}")),
        tokens: Vec::new(),
        sites: Vec::new(),
    }
}

fn printed(format: Format, site: &Site, feed: &Feed, articles: &[Published]) -> Vec<u8> {
    printed_as(Scope::Some, format, site, feed, articles)
}

fn printed_as(scope: Scope, format: Format, site: &Site, feed: &Feed, articles: &[Published]) -> Vec<u8> {
    let articles: Vec<_> = articles.iter().cloned().map(Arc::new).collect();
    let outlet = feed.name.clone().into();
    let updated = articles.iter().map(|published| published.updated).max();
    let (outlet, withdrawn) = (&outlet, &[]);
    document(format, &Channel { site, feed, outlet, articles: &articles, withdrawn, updated, scope })
}

fn read(bytes: &[u8]) -> feed_rs::model::Feed {
    feed_rs::parser::parse(bytes).unwrap_or_else(|e| panic!("{e}\n{}", String::from_utf8_lossy(bytes)))
}

/// Fails unless a strict XML 1.0 parser that knows namespaces would take this.
fn well_formed(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("documents are UTF-8");
    assert!(text.chars().all(is_xml_char), "a character XML cannot carry in {text}");
    let mut reader = NsReader::from_str(text);
    let mut roots = 0;
    let mut depth = 0;
    loop {
        let (namespace, event) = reader.read_resolved_event().unwrap_or_else(|e| panic!("{e} in {text}"));
        assert!(!matches!(namespace, ResolveResult::Unknown(_)), "{event:?} has no namespace in {text}");
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                check_attributes(&reader, start, text);
                roots += usize::from(depth == 0);
                depth += usize::from(matches!(event, Event::Start(_)));
            }
            Event::End(_) => depth -= 1,
            Event::GeneralRef(reference) => {
                let named = ["lt", "gt", "amp", "apos", "quot"].contains(&&*reference.decode().unwrap());
                let numbered = reference.resolve_char_ref().unwrap().is_some_and(is_xml_char);
                assert!(named || numbered, "{reference:?} in {text}");
            }
            Event::Text(inner) => {
                let inner = inner.decode().unwrap();
                assert!(!inner.contains("]]>") && !inner.contains('&'), "{inner} in {text}");
                assert!(depth > 0 || inner.trim().is_empty(), "{inner} outside {text}");
            }
            Event::CData(_) => assert!(depth > 0),
            Event::Decl(_) => assert_eq!((roots, depth), (0, 0)),
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) | Event::DocType(_) => panic!("{event:?} in {text}"),
        }
    }
    assert_eq!((roots, depth), (1, 0), "{text}");
}

fn check_attributes(reader: &NsReader<&[u8]>, start: &BytesStart<'_>, text: &str) {
    let mut seen = HashSet::new();
    for attribute in start.attributes() {
        let attribute = attribute.unwrap_or_else(|e| panic!("{e} in {text}"));
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        assert!(!matches!(namespace, ResolveResult::Unknown(_)), "{attribute:?} in {text}");
        assert!(seen.insert((format!("{namespace:?}"), name.as_ref().to_vec())), "{attribute:?} in {text}");
        assert!(!attribute.value.contains(&b'<'), "{attribute:?} in {text}");
        quick_xml::escape::unescape(std::str::from_utf8(&attribute.value).unwrap())
            .unwrap_or_else(|e| panic!("{e} in {attribute:?}"));
    }
}

fn is_as_expected(name: &str, bytes: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected/render").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, bytes).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let printed = std::str::from_utf8(bytes).unwrap();
    assert_eq!(printed, expected, "{name} is not as expected");
    if name.ends_with("rss") || name.ends_with("atom") {
        well_formed(bytes);
    }
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn term(label: &str) -> Term {
    Term::parse(label).unwrap()
}

fn at(site: &Site, date: (i16, i8, i8), time: (i8, i8, i8)) -> Timestamp {
    site.zone.at(date, time).unwrap()
}

fn site() -> Site {
    Site {
        title: "Mặt trận An Giang".to_owned(),
        description: "Tin của Mặt trận và các đoàn thể".to_owned(),
        base: url("https://tin.example.vn/"),
        id: "tin.example.vn".to_owned(),
        language: LanguageTag::parse("vi").unwrap(),
        zone: Zone::named("Asia/Ho_Chi_Minh").unwrap(),
        default_category: term("Tin tức"),
        copyright: Some("© Ủy ban Mặt trận Tổ quốc tỉnh".to_owned()),
        licence: None,
        image: Some(url("https://tin.example.vn/media/logo.png?a=1&b=2")),
        limit: 50,
        max_age: 60,
        minor_words: 5,
        withdrawn_days: 90,
        ignore: Vec::new(),
        watch: WatchMode::Auto,
        accept_loss_after: None,
        receipts: Receipts::Off,
        embed_sites: vec![],
        push: Default::default(),
        round_ups: Vec::new(),
        manners: Default::default(),
    }
}

fn feed() -> Feed {
    Feed {
        name: FeedName::parse("tuyen-truyen").unwrap(),
        title: "Tuyên truyền – Mặt trận An Giang".to_owned(),
        description: "Tin, bài mới về tuyên truyền".to_owned(),
        selection: Selection::default(),
        limit: 50,
        days: None,
        content: Content::Full,
        images: Images::All,
        image: None,
        copyright: None,
        licence: None,
        language: LanguageTag::parse("vi").unwrap(),
        partner: None,
        rhythm: None,
    }
}

fn published(path: &str, slug: &str, published: Timestamp, article: Article) -> Published {
    Published {
        id: Id::derived(&IdSpace::of("tin.example.vn"), &ContentPath::new(Path::new(path)).unwrap(), 0),
        page: Page::Article(Slug::parse(slug).unwrap()),
        published,
        updated: published,
        article,
    }
}

fn minutes_of_a_meeting() -> Published {
    let article = Article {
        title: "Chương trình phối hợp công tác với Ban Tuyên giáo Tỉnh ủy".to_owned(),
        summary: "Ngày 09/7/2018 đã diễn ra buổi lễ ký kết Chương trình phối hợp.".to_owned(),
        html: "<p>Ngày 09/7/2018 đã diễn ra buổi lễ ký kết Chương trình phối hợp.</p>\n<p>Một là: Định hướng và \
               hướng dẫn tuyên truyền.</p>"
            .to_owned(),
        published: None,
        updated: None,
        categories: vec![term("Tuyên truyền")],
        tags: Vec::new(),
        authors: vec![term("Ngô Trọng")],
        publication: Some("Nông thôn An Giang".to_owned()),
        language: None,
        slug: Slug::parse("chuong-trinh-phoi-hop").unwrap(),
        id: None,
        canonical: None,
        image: None,
        enclosure: None,
        draft: false,
        expires: None,
        correction: None,
        withdrawn: None,
        minor: false,
    };
    let when = at(&site(), (2019, 7, 10), (16, 27, 0));
    published("tuyen-truyen/phoi-hop.txt", "chuong-trinh-phoi-hop", when, article)
}

fn translation() -> Published {
    let article = Article {
        title: "Rice prices & the flood season".to_owned(),
        summary: "Fragrant rice sold at 8,200 đồng; < 5% was lost.".to_owned(),
        html: "<p>Fragrant rice sold at 8,200 đồng; &lt; 5% was lost. <a href=\"https://tin.example.vn/?a=1&amp;b=2\">\
               More</a></p>"
            .to_owned(),
        categories: vec![term("Tuyên truyền"), term("Thị trường")],
        tags: vec![term("Lúa gạo"), term("Thị trường")],
        authors: vec![term("Lê Thị Mỹ"), term("Ann O’Neill")],
        publication: Some("The Delta Post".to_owned()),
        language: LanguageTag::parse("en-GB"),
        canonical: Some(url("https://delta.example.com/rice?id=7&lang=en")),
        image: Some(Image {
            url: url("https://tin.example.vn/media/lua.jpg?w=1&h=\"2\""),
            alt: "A \"fragrant\" field <An Giang>".to_owned(),
        }),
        enclosure: Some(Enclosure {
            url: url("https://tin.example.vn/media/gia%20lua.mp3"),
            media_type: "audio/mpeg".to_owned(),
            length: 48_213,
        }),
        ..minutes_of_a_meeting().article
    };
    let when = at(&site(), (2019, 7, 9), (8, 0, 0));
    Published { updated: when.plus_seconds(3 * 86_400), ..published("gia-lua.md", "gia-lua", when, article) }
}

fn hostile() -> Published {
    let poison = "a]]>b ]]\u{8}> <script>alert('1')</script> &amp; & \"q\" \u{B}\u{FFFE}\u{202E}ngược\u{202C} \
                  Tiê\u{301}ng 😀\u{2028}";
    let article = Article {
        title: format!("T {poison}"),
        summary: format!("S {poison}"),
        html: format!("<p>H {poison}</p>"),
        categories: vec![Term { label: format!("C {poison}"), slug: Slug::parse("c").unwrap() }],
        tags: vec![Term { label: format!("G {poison}"), slug: Slug::parse("g").unwrap() }],
        authors: vec![Term { label: format!("A {poison}"), slug: Slug::parse("a").unwrap() }],
        publication: Some(format!("P {poison}")),
        image: Some(Image {
            url: url("https://tin.example.vn/media/i.png?<&'\""),
            alt: format!("I {poison}"),
        }),
        enclosure: Some(Enclosure {
            url: url("https://tin.example.vn/media/e.mp3?<&'\""),
            media_type: format!("audio/\"<&>{poison}"),
            length: u64::MAX,
        }),
        ..minutes_of_a_meeting().article
    };
    published("hostile.txt", "hostile", at(&site(), (1905, 1, 2), (3, 4, 5)), article)
}
