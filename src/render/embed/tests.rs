use super::*;
use crate::settings::{self, Overrides};
use crate::words::{Article, FeedName, FrameSize, Framed, Id, Image, LanguageTag, OEmbedFormat, Page};
use crate::words::{Selection, Slug, Term, Timestamp};
use url::Url;

const SITE: &str =
    "title = \"Bản tin Đồng Bằng\"\nbase_url = \"https://bantin.example/tin/\"\nmax_age = 300\n";

fn site(more: &str) -> Site {
    let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
    let (site, remarks) =
        settings::site(&format!("{SITE}{more}"), &Overrides::default(), &listening).expect("sound settings");
    assert_eq!(remarks, []);
    site
}

fn feed(title: &str) -> Feed {
    Feed {
        name: FeedName::parse("mua-vu").expect("a name"),
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
    let at = Timestamp::from_seconds(1_763_600_400 - 86_400 * number).expect("a time");
    let slug = Slug::of(&format!("bai {number}")).expect("a slug");
    let term = |label| Term::parse(label).expect("a term");
    let image = |address: &str| Image {
        url: Url::parse(address).expect("an address"),
        alt: "Ruộng \"lúa\" & mạ".into(),
    };
    let article = Article {
        title: title.into(),
        summary: format!("Tóm tắt của {title}"),
        html: "<p>Toàn văn.</p>".into(),
        published: Some(at),
        updated: None,
        categories: vec![term("Mùa vụ")],
        tags: vec![],
        authors: vec![term("Lê Minh Hạnh"), term("Ngô Trọng")],
        publication: Some("Nông thôn An Giang".into()),
        language: (number == 2).then(|| LanguageTag::parse("fr").expect("a language")),
        slug: slug.clone(),
        id: None,
        canonical: None,
        image: match number {
            0 => Some(image("https://bantin.example/tin/media/lua.jpg")),
            1 => Some(image("https://nguoi-la.example/theo-doi.gif")),
            _ => None,
        },
        enclosure: None,
        draft: false,
        expires: None,
        correction: None,
        withdrawn: None,
        minor: false,
    };
    let id = Id::parse(&format!("0b1e5e0e-5f0a-5c3a-9a52-0d6f2f8c1a1{number}")).expect("an id");
    Arc::new(Published { id, page: Page::Article(slug), published: at, updated: at, article })
}

fn slug(published: &Published) -> &Slug {
    match &published.page {
        Page::Article(slug) => slug,
        Page::RoundUp(_) => panic!("it is an article"),
    }
}

fn articles() -> Vec<Arc<Published>> {
    vec![
        published(0, "Lúa thu đông trúng mùa, giá giữ ở mức “khá”"),
        published(1, "Gà & vịt: 7 điều < 10 người biết"),
        published(2, "Récolte d’automne"),
    ]
}

fn printed(embed: Embed, title: &str, query: &str, articles: &[Arc<Published>]) -> String {
    let (site, feed) = (site(""), feed(title));
    let outlet = Outlet::from(feed.name.clone());
    let options = EmbedOptions::parse(query);
    text(document(embed, &Presented { site: &site, feed: &feed, outlet: &outlet, options, articles }))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("what is printed is UTF-8")
}

/// Compares with `tests/expected/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, is: &str) {
    let path = format!("{}/tests/expected/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, is).expect("the expected file can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the expected file is there");
    assert_eq!(is, expected, "{path} differs; BLESS=1 accepts what is printed now");
}

#[test]
fn each_kind_of_embed_is_as_expected() {
    let all = "excerpt=1&images=1";
    let dark = "excerpt=1&images=1&theme=dark&lang=en";
    let title = "Mùa vụ – Bản tin Đồng Bằng";
    check("embed_page.html", &printed(Embed::Page, title, dark, &articles()));
    check("embed_page_as_usual.html", &printed(Embed::Page, title, "", &articles()));
    check("embed_fragment.html", &printed(Embed::Fragment, title, all, &articles()));
    check("embed_fragment_of_nothing.html", &printed(Embed::Fragment, title, "", &[]));
    check("embed.json", &printed(Embed::Json, title, all, &articles()));
    let article = article(&site(""), &articles()[0], EmbedOptions::default());
    check("embed_article.html", &text(article));
}

#[test]
fn the_answers_of_oembed_are_as_expected() {
    let (site, feed) = (site(""), feed("Mùa vụ & giá cả"));
    let options = EmbedOptions::parse("count=3");
    let framed = Framed::Feed(feed.name.clone(), options);
    let size = FrameSize::of(&framed).within(Some(400), None);
    let json = oembed(&site, &Spoken::Feed(&feed), &options, size, OEmbedFormat::Json);
    check("oembed_of_a_feed.json", &text(json));
    let articles = articles();
    let size = FrameSize::of(&Framed::Article(slug(&articles[1]).clone(), EmbedOptions::default()));
    let usual = EmbedOptions::default();
    let xml =
        oembed(&site, &Spoken::Article(slug(&articles[1]), &articles[1]), &usual, size, OEmbedFormat::Xml);
    check("oembed_of_an_article.xml", &text(xml));
}

#[test]
fn the_snippets_are_as_expected() {
    let (site, feed) = (site(""), feed("Mùa vụ “& giá cả”"));
    let public = Outlet::from(feed.name.clone());
    let secret = Outlet { token: Some(crate::words::Token::of([7; 16])), ..public.clone() };
    let options = EmbedOptions::parse("count=3&excerpt=1&theme=dark&lang=en");
    let usual = EmbedOptions::default();
    let mut said = String::new();
    for (outlet, options) in [(&public, usual), (&public, options), (&secret, options)] {
        for recipe in snippets(Language::En, &site, &feed, outlet, &options) {
            said.push_str(&format!("# {}\n", recipe.title));
            for snippet in recipe.snippets {
                said.push_str(&format!("## {}\n{}\n", snippet.label, snippet.text));
            }
        }
    }
    // Which script it is changes with each letter of it.
    let script = crate::render::script::address(&site);
    let said = said.replace(&script, "SCRIPT").replace(crate::render::script::integrity(), "INTEGRITY");
    check("snippets.txt", &said);
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "</title></script><script>alert('1')</script> \" onload=x ' ]]> --> {{7*7}} &amp;";
    let articles = [published(0, hostile)];
    let usual = "excerpt=1&images=1";
    for (embed, scripts) in [(Embed::Page, 1), (Embed::Fragment, 0)] {
        let page = printed(embed, hostile, usual, &articles);
        assert_eq!(page.matches("<script").count(), scripts, "{page}");
        assert!(!page.contains("\" onload") && !page.contains("' onload"), "{page}");
        assert!(!page.contains(">49<") && !page.contains(" 49 "), "{page}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&printed(Embed::Json, hostile, usual, &articles)).expect("JSON");
    assert_eq!((&json["title"], &json["items"][0]["title"]), (&hostile.into(), &hostile.into()));

    let mut office = site("");
    office.title = hostile.into();
    let one = text(article(&office, &articles[0], EmbedOptions::default()));
    assert_eq!(one.matches("<script").count(), 1, "{one}");
    let none = text(message(&office, 410, Some(hostile)));
    assert_eq!(none.matches("<script").count(), 1, "{none}");

    let size = FrameSize { width: 600, height: 360 };
    let answer = |format| {
        text(oembed(
            &office,
            &Spoken::Article(slug(&articles[0]), &articles[0]),
            &EmbedOptions::default(),
            size,
            format,
        ))
    };
    let json: serde_json::Value = serde_json::from_str(&answer(OEmbedFormat::Json)).expect("JSON");
    let html = json["html"].as_str().expect("text");
    assert_eq!((html.matches('<').count(), html.matches("<iframe").count()), (6, 1), "{html}");
    let xml = answer(OEmbedFormat::Xml);
    assert!(!xml.contains("<script") && !xml.contains("]]>"), "{xml}");
}

#[test]
fn nothing_is_loaded_from_strangers() {
    for embed in [Embed::Page, Embed::Fragment, Embed::Json] {
        let said = printed(embed, "Mùa vụ", "excerpt=1&images=1", &articles());
        assert!(said.contains("https://bantin.example/tin/media/lua.jpg"), "{said}");
        assert!(!said.contains("nguoi-la.example"), "{said}");
    }
}

#[test]
fn an_embed_shows_no_more_than_the_feed_carries() {
    let site = site("");
    let table = [(Content::Titles, Images::All, false, true), (Content::Summary, Images::None, true, false)];
    for (content, images, has_excerpt, has_image) in table {
        let feed = Feed { content, images, ..feed("Mùa vụ") };
        let outlet = Outlet::from(feed.name.clone());
        let options = EmbedOptions::parse("excerpt=1&images=1");
        let articles = articles();
        let shown = Presented { site: &site, feed: &feed, outlet: &outlet, options, articles: &articles };
        for embed in [Embed::Page, Embed::Fragment, Embed::Json] {
            let said = text(document(embed, &shown));
            assert_eq!(said.contains("Tóm tắt"), has_excerpt, "{said}");
            assert_eq!(said.contains("lua.jpg"), has_image, "{said}");
        }
    }
}

#[test]
fn a_page_for_frames_names_its_own_style_and_script_and_who_may_show_it() {
    let of = |sites: Option<&[String]>| frame_policy(&site(""), sites);
    let ancestors = |policy: String| policy.split("frame-ancestors ").nth(1).expect("it says so").to_owned();
    let named = ["https://a.example".to_owned(), "https://b.example".to_owned()];
    assert_eq!(ancestors(of(None)), "*");
    assert_eq!(ancestors(of(Some(&[]))), "'self' https://bantin.example");
    assert_eq!(
        ancestors(of(Some(&named))),
        "'self' https://bantin.example https://a.example https://b.example"
    );
    let page = printed(Embed::Page, "Mùa vụ", "", &articles());
    for (element, allowed) in [("style", style::STYLE), ("script", style::SCRIPT)] {
        let inside = page.split(&format!("<{element}>")).nth(1).and_then(|rest| rest.split("</").next());
        assert_eq!(inside, Some(allowed));
        let source = crate::render::pages::style::source_of(allowed);
        assert!(of(None).contains(&format!("{element}-src {source};")), "{}", of(None));
    }
    assert!(!page.contains(" style=") && !page.contains(" onclick="), "{page}");
}
