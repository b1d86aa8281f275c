use super::guesses::OF_CATEGORIES;
use super::*;
use crate::catalogue::{Catalogue, Change, Key, Labels, Placed};
use crate::settings::{self, FeedDefinition, Overrides};
use crate::words::{Fingerprint, Id, Term};
use std::collections::HashMap;
use std::sync::Arc;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_812_800 + seconds).expect("a sound time")
}

fn placed(number: u32) -> Placed {
    let published = at(-40 * 86_400 * i64::from(number));
    Placed {
        key: Key(number),
        id: Id::parse(&format!("urn:x:{number}")).expect("an id"),
        slug: Slug::parse(&format!("bai-{number}")).expect("a slug"),
        published,
        out: published,
        entered: published,
        updated: published,
        modified: at(0),
        corrected: None,
        size: 100,
        fingerprint: Fingerprint::of([format!("bai {number}")]),
        labels: Labels::new(
            vec![Term::parse("Mùa vụ").expect("a category")],
            vec![Term::parse("lúa").expect("a tag")],
            vec![],
        ),
    }
}

/// Articles of several months, one that moved and one that was withdrawn, and agreements of all kinds.
fn edition(base: &str) -> Edition {
    let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
    let text = format!("base_url = \"{base}\"\nlimit = 2\n");
    let (site, _) = settings::site(&text, &Overrides::default(), &listening).expect("sound settings");
    let define = |file: &str, text: &str| -> FeedDefinition {
        settings::feed(file, text, &site).expect("a sound definition").0
    };
    let definitions = [
        define("bao.toml", "[partner]\norganisation = 'Báo'\nsites = ['https://bao.example.vn']\n"),
        define("hoi.toml", "[partner]\norganisation = 'Hội'\nuntil = '30/11/2024'\n"),
        define("tag.toml", "title = 'Như một nhãn'\n"),
    ];
    let changes = (1..6).map(|number| Change::Placed(placed(number))).chain([
        Change::Moved {
            from: Slug::parse("bai-cu").expect("a slug"),
            to: Slug::parse("bai-2").expect("a slug"),
        },
        Change::Withdrawn(Slug::parse("bai-9").expect("a slug"), Key(90)),
    ]);
    let catalogue = Catalogue::new(Arc::new(site), definitions.to_vec().into()).at(at(0)).0;
    let catalogue = catalogue.with(changes).0;
    Edition::remembered(catalogue.clone(), HashMap::new(), at(0)).next_whole(catalogue, at(0)).0
}

#[test]
fn each_document_is_answered_at_its_address_and_has_a_file_of_its_own() {
    let edition = edition("https://tin.example.vn/");
    let mut files = std::collections::BTreeMap::new();
    for (print, validators) in edition.everything() {
        let address = print.address();
        match ask(&edition, &address, at(0)).body {
            Body::Document { sheet, .. } => {
                assert_eq!((sheet.print(), sheet.validators()), (&print, &validators), "{address}");
            }
            body => panic!("{address}: {body:?}"),
        }
        let file = print.file().unwrap_or_else(|| panic!("{address} has a file"));
        assert_eq!(files.insert(file, address), None);
    }
    let of = |beginning: &str| files.keys().filter(|file| file.starts_with(beginning)).count();
    assert!(of("archives/all/") > 0 && of("articles/") == 5 && of("feeds/bao.") == 4, "{files:?}");
    assert_eq!(of("feeds/hoi"), 0, "an agreement that is over");
}

#[test]
fn each_address_that_leads_on_leads_where_the_server_leads() {
    let edition = edition("https://tin.example.vn/tin/");
    let rules = Rules::of(&edition, at(0));
    let answer = |address: &str| {
        let answer = ask(&edition, address, at(0));
        let to = answer.headers.get(header::LOCATION).map(|to| to.to_str().expect("plain text").to_owned());
        (answer.status.as_u16(), to)
    };
    for (address, outcome) in &rules.leads {
        assert_eq!(answer(address), (outcome.status(), outcome.to().map(str::to_owned)), "{address}");
    }
    let statuses: std::collections::BTreeSet<u16> = rules.leads.values().map(Outcome::status).collect();
    assert_eq!(Vec::from_iter(statuses), [301, 302, 410]);
    assert!(rules.leads.contains_key("/feeds/hoi.rss") && rules.leads.contains_key("/articles/bai-cu/"));
    assert!(["/round-ups/mua-vu", "/round-ups/mua-vu/"].iter().all(|path| rules.leads.contains_key(*path)));
    for slug in &rules.categories {
        for (ending, suffix) in OF_CATEGORIES {
            let to = format!("https://tin.example.vn/tin/feeds/{slug}.{suffix}");
            assert_eq!(answer(&format!("/{slug}/{ending}")), (301, Some(to)), "/{slug}/{ending}");
        }
    }
}

#[test]
fn what_an_agreement_says_of_frames_is_said_at_its_embed_alone() {
    let rules = Rules::of(&edition("https://tin.example.vn/"), at(0));
    assert_eq!(Vec::from_iter(rules.apart.keys()), ["/embed/bao"]);
    let said = rules.said_at(Class::Embed(Embed::Page), "/embed/bao").expect("it is said");
    let policy = said.others().find(|(name, _)| *name == "content-security-policy");
    assert!(policy.is_some_and(|(_, policy)| policy.contains("https://bao.example.vn")));
    let include = &rules.files()[2].1;
    assert!(include.contains("location = \"/embed/bao\" {\n    types {}\n"), "{include}");
}

#[test]
fn nginx_reads_what_is_meant_between_quotes() {
    for (text, expected) in [
        ("a b;c", "\"a b;c\""),
        ("'self' \"x\"", "\"'self' \\\"x\\\"\""),
        ("https://a.vn/$b/", "\"https://a.vn/%24b/\""),
        ("\\", "\"\\\\\""),
    ] {
        assert_eq!(nginx::quoted(text), expected);
    }
    let files = Rules::of(&edition("https://a.vn/tin.moi/"), at(0)).files();
    assert!(files[2].1.contains("\nrewrite \"^/tin\\.moi(/.*)$\" $1;\n"), "{}", files[2].1);
}
