use super::*;
use crate::words::{Content, Language, Slug};
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
    let text =
        "limit = 5\ncontent = \"summary\"\ntags = [\"Lúa vàng\"]\n[categories]\nnone = [\"Đời sống\"]\n";
    let (feed, remarks) = feed("mua-vu.toml", text, &site).expect("sound");
    assert_eq!(remarks, []);
    let selection = feed.selection.expect("one was written");
    assert_eq!(selection.tags.any, [Slug::of("lua vang").expect("a slug")]);
    assert_eq!(selection.categories.none, [Slug::of("doi song").expect("a slug")]);
    assert_eq!((feed.limit, feed.content), (Some(5), Content::Summary));
}
