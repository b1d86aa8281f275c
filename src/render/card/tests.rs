use super::*;
use crate::words::{
    Article, Content, FeedName, Id, LanguageTag, Page, Receipts, Selection, Slug, Term, WatchMode, Zone,
};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::HashSet;
use std::path::Path;

fn term(label: &str) -> Term {
    Term::parse(label).expect("a term")
}

fn site() -> Site {
    Site {
        embed_sites: Vec::new(),
        push: Default::default(),
        round_ups: Vec::new(),
        manners: Default::default(),
        licence: None,
        title: "Bản tin Đồng Bằng".into(),
        description: "Tin hằng ngày của đồng bằng.".into(),
        base: url::Url::parse("https://tin.example.vn/").expect("an address"),
        id: "tin.example.vn".into(),
        language: LanguageTag::parse("vi").expect("a language"),
        zone: Zone::named("Asia/Ho_Chi_Minh").expect("a zone"),
        default_category: term("Tin tức"),
        copyright: None,
        image: None,
        limit: 50,
        max_age: 0,
        minor_words: 5,
        withdrawn_days: 90,
        ignore: vec![],
        watch: WatchMode::Auto,
        accept_loss_after: None,
        receipts: Receipts::Off,
    }
}

fn feed(title: &str) -> Feed {
    Feed {
        name: FeedName::All,
        title: title.into(),
        description: String::new(),
        selection: Selection::default(),
        limit: 30,
        content: Content::Full,
        image: None,
        copyright: None,
        language: LanguageTag::parse("vi").expect("a language"),
        days: None,
        images: crate::words::Images::default(),
        licence: None,
        partner: None,
        rhythm: None,
    }
}

fn published(number: i64, title: &str) -> Arc<Published> {
    let at = Timestamp::from_seconds(1_763_600_400 - number * 100_000).expect("a time");
    let slug = Slug::of("bài").expect("a slug");
    Arc::new(Published {
        id: Id::parse("0b1e5e0e-5f0a-5c3a-9a52-0d6f2f8c1a11").expect("an id"),
        page: Page::Article(slug.clone()),
        published: at,
        updated: at,
        article: Article {
            title: title.into(),
            summary: String::new(),
            html: String::new(),
            published: Some(at),
            updated: None,
            categories: vec![term("Tin tức")],
            tags: vec![],
            authors: vec![],
            publication: None,
            language: None,
            slug,
            id: None,
            canonical: None,
            image: None,
            enclosure: None,
            draft: false,
            expires: None,
            correction: None,
            withdrawn: None,
            minor: false,
        },
    })
}

const HEADLINES: [&str; 5] = [
    "Chương trình phối hợp công tác giữa Ủy ban Mặt trận Tổ quốc tỉnh với Ban Tuyên giáo Tỉnh ủy và các tổ chức chính trị – xã hội giai đoạn 2018–2023",
    "Lúa thu đông trúng mùa, giá giữ ở mức “khá”",
    "Nước lũ về chậm, ngư dân Châu Đốc chờ cá linh đầu mùa",
    "Khánh thành cầu nông thôn ấp Vĩnh Lợi",
    "Hội thi “Nhà nông đua tài”: 12 đội, 3 ngày, một chiếc cúp",
];

fn articles(titles: &[&str]) -> Vec<Arc<Published>> {
    (0..).zip(titles).map(|(number, title)| published(number, title)).collect()
}

/// What a card of a feed of this title with these headlines comes to.
fn card<T>(title: &str, headlines: &[&str], count: u8, make: impl Fn(&mut Card<'_>) -> T) -> T {
    let (site, feed, articles) = (site(), feed(title), articles(headlines));
    make(&mut Card {
        site: &site,
        feed: &feed,
        articles: &articles,
        count,
        theme: Theme::Auto,
        language: Language::Vi,
    })
}

fn svg_of(card: &Card<'_>) -> String {
    String::from_utf8(svg(card)).expect("it is text")
}

/// Compares with `tests/expected/cards/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, card: Vec<u8>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected/cards").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &card).expect("the expected card can be written");
    }
    let expected = std::fs::read(&path).expect("the expected card is there");
    assert!(card == expected, "{name} differs; BLESS=1 accepts what is drawn now");
}

#[test]
fn cards_are_as_expected() {
    let title = "Tuyên truyền – Mặt trận An Giang";
    card(title, &HEADLINES, 3, |card| {
        check("three.svg", svg(card));
        check("three.png", png(card));
        card.theme = Theme::Dark;
        check("three-dark.png", png(card));
    });
    card(title, &HEADLINES, 5, |card| {
        card.language = Language::En;
        check("five-in-english.png", png(card));
    });
    card(title, &HEADLINES[1..], 4, |card| check("four.png", png(card)));
    card(title, &HEADLINES[..2], 2, |card| check("two.png", png(card)));
    card(HEADLINES[0], &HEADLINES[2..], 1, |card| check("one-under-a-long-title.png", png(card)));
    card(title, &[], 3, |card| check("empty.png", png(card)));
}

/// All text of a well-formed document, and the addresses its elements refer to.
fn read(svg: &str) -> (String, HashSet<String>, HashSet<String>) {
    let (mut text, mut ids, mut uses) = (String::new(), HashSet::new(), HashSet::new());
    let mut reader = Reader::from_str(svg);
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{e} in {svg}")) {
            Event::Start(element) | Event::Empty(element) => {
                for attribute in element.attributes() {
                    let attribute = attribute.expect("sound attributes");
                    let value = String::from_utf8(attribute.value.to_vec()).expect("text");
                    match attribute.key.as_ref() {
                        b"id" => assert!(ids.insert(value), "each id once"),
                        b"href" => drop(uses.insert(value.trim_start_matches('#').to_owned())),
                        _ => {}
                    }
                }
            }
            Event::Text(piece) => text.push_str(&piece.decode().expect("text")),
            Event::GeneralRef(reference) => {
                text.push_str(&format!("&{};", reference.decode().expect("text")))
            }
            Event::End(_) => {}
            Event::Eof => return (text, ids, uses),
            other => panic!("{other:?} has no business in a card"),
        }
    }
}

#[test]
fn a_card_says_in_words_what_it_shows() {
    card("Mùa vụ", &HEADLINES[1..3], 3, |card| {
        let vietnamese = "Tin mới của Mùa vụ: Lúa thu đông trúng mùa, giá giữ ở mức “khá” (20/11/2025); \
                          Nước lũ về chậm, ngư dân Châu Đốc chờ cá linh đầu mùa (19/11/2025).";
        assert_eq!(card.alt(), vietnamese);
        assert!(read(&svg_of(card)).0.contains(vietnamese));
        card.language = Language::En;
        card.count = 1;
        assert_eq!(
            card.alt(),
            "Latest from Mùa vụ: Lúa thu đông trúng mùa, giá giữ ở mức “khá” (20 November 2025)."
        );
    });
    card("Mùa vụ", &[], 3, |card| assert_eq!(card.alt(), "Mùa vụ: Chưa có bài nào."));
}

#[test]
fn absurd_counts_are_taken_as_the_nearest() {
    for (asked, shown) in [(0, 1), (1, 1), (5, 5), (6, 5), (u8::MAX, 5)] {
        card("Mùa vụ", &[HEADLINES.as_slice(), &HEADLINES].concat(), asked, |card| {
            assert_eq!(card.shown().len(), shown);
            assert_eq!(card.alt().matches("/2025)").count(), shown);
        });
    }
}

#[test]
fn dark_colours_come_by_themselves_only_where_they_are_left_to_the_reader() {
    card("Mùa vụ", &HEADLINES, 3, |card| {
        for (theme, has_style, paper) in [
            (Theme::Auto, true, "#fdfcf8"),
            (Theme::Light, false, "#fdfcf8"),
            (Theme::Dark, false, "#151917"),
        ] {
            card.theme = theme;
            let svg = svg_of(card);
            assert_eq!(svg.contains("prefers-color-scheme"), has_style);
            assert!(svg.contains(&format!("fill=\"{paper}\" d=\"M0 0h1200v630h-1200z\"")), "{svg}");
        }
        card.theme = Theme::Auto;
        let asked = png(card);
        card.theme = Theme::Light;
        assert!(asked == png(card));
    });
}

#[test]
fn hostile_headlines_make_a_card_like_any_other() {
    let poison = [
        "]]></title></svg><script>alert('1')</script> & \"q\" <!-- \u{0}\u{8}\u{B}\u{FFFE}\u{202E}ngược\u{202C}",
        "\u{200B}\u{200D}\u{FEFF}\u{2066}",
        "",
        &"ồ\u{301}\u{323}\u{330}".repeat(2000),
        &"W".repeat(100_000),
    ];
    card(poison[0], &poison, 5, |card| {
        let svg = svg_of(card);
        let (text, ids, uses) = read(&svg);
        assert!(text.contains("alert") && !svg.contains("<script"));
        assert!(svg.chars().all(|c| crate::words::is_xml_char(c) && !('\u{202A}'..='\u{202E}').contains(&c)));
        assert!(uses.is_subset(&ids), "every glyph is there");
        assert!(svg.len() < 50_000, "{}", svg.len());
        assert!(png(card).starts_with(b"\x89PNG"));
    });
}

#[test]
fn the_longest_headlines_of_the_most_different_letters_have_a_bound() {
    // A card that shows each letter of Vietnamese, large and small, on ten full lines.
    let vowels = "aăâeêioôơuưy".chars();
    let syllables: Vec<String> = vowels
        .flat_map(|vowel| {
            ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"].map(|tone| format!("{vowel}{tone}"))
        })
        .zip("bcdđghklmnpqrstvx".chars().cycle())
        .flat_map(|(vowel, consonant)| {
            [format!("{consonant}{vowel}"), format!("{consonant}{vowel}").to_uppercase()]
        })
        .collect();
    let titles: Vec<String> = syllables.chunks(29).map(|chunk| chunk.join(" ").repeat(2)).collect();
    let long: Vec<&str> = titles.iter().map(String::as_str).collect();
    card("Mùa vụ", &long, 5, |card| {
        let length = svg(card).len();
        assert!((50_000..100_000).contains(&length), "{length}");
    });

    // Nobody writes like this: every letter that the font has.
    let letters: Vec<char> = ('!'..='\u{1EF9}')
        .filter(|c| font::has(*c) && !unicode_normalization::char::is_combining_mark(*c))
        .collect();
    let titles: Vec<String> = letters.chunks(100).map(|chunk| chunk.iter().collect()).collect();
    let odd: Vec<&str> = titles.iter().map(String::as_str).collect();
    card(odd[0], &odd, 5, |card| {
        let length = svg(card).len();
        assert!((100_000..170_000).contains(&length), "{length}");
        assert!(png(card).len() < 100_000);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn everything_stands_within_its_card(
        title in "\\PC{0,60}", headlines in prop::collection::vec("\\PC{0,150}|([A-ZĐẮỆa-z]{1,9} ){1,30}", 0..6), count in 0..7_u8,
    ) {
        let headlines: Vec<&str> = headlines.iter().map(String::as_str).collect();
        card(&title, &headlines, count, |card| {
            let drawing = layout::drawing(card);
            for line in &drawing.lines {
                let right = line.left + line.setting.width * line.size / font::EM;
                prop_assert!(line.left >= 72 && right <= WIDTH - 72, "{right}");
                prop_assert!(line.baseline > 20 && line.baseline < HEIGHT - 20);
            }
            for two in drawing.lines.windows(2).filter(|two| two[0].left == two[1].left) {
                prop_assert!(two[1].baseline - two[0].baseline >= two[1].size, "lines do not overlap");
            }
            let (_, ids, uses) = read(&svg_of(card));
            prop_assert!(uses.is_subset(&ids));
            Ok(())
        })?;
    }
}
