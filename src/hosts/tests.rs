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

/// More feeds that one site may show than feeds that any may.
const PAPERS: [&str; 9] = ["bao", "bao-2", "bao-3", "bao-4", "bao-5", "bao-6", "bao-7", "bao-8", "bao-9"];

/// Articles of several months, one that moved and one that was withdrawn, and agreements of all kinds.
fn edition(base: &str) -> Edition {
    let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
    let text = format!("base_url = \"{base}\"\nlimit = 2\n");
    let (site, _) = settings::site(&text, &Overrides::default(), &listening).expect("sound settings");
    let define = |file: &str, text: &str| -> FeedDefinition {
        settings::feed(file, text, &site).expect("a sound definition").0
    };
    let others = [
        define("hoi.toml", "[partner]\norganisation = 'Hội'\nuntil = '30/11/2024'\n"),
        define("tag.toml", "title = 'Như một nhãn'\n"),
    ];
    let framed = "[partner]\norganisation = 'Báo'\nsites = ['https://bao.example.vn']\n";
    let papers = PAPERS.map(|name| define(&format!("{name}.toml"), framed));
    let definitions: Vec<FeedDefinition> = papers.into_iter().chain(others).collect();
    let changes = (1..6).map(|number| Change::Placed(placed(number))).chain([
        Change::Moved {
            from: Slug::parse("bai-cu").expect("a slug"),
            to: Slug::parse("bai-2").expect("a slug"),
        },
        Change::Withdrawn(Slug::parse("bai-9").expect("a slug"), Key(90)),
    ]);
    let catalogue = Catalogue::new(Arc::new(site), definitions.into()).at(at(0)).0;
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
    assert_eq!(Vec::from_iter(rules.apart.keys()), PAPERS.map(|name| format!("/embed/{name}")).each_ref());
    let said = rules.said_at(Class::Embed(Embed::Page), "/embed/bao").expect("it is said");
    let policy = said.others().find(|(name, _)| *name == "content-security-policy");
    assert!(policy.is_some_and(|(_, policy)| policy.contains("https://bao.example.vn")));
    let [(_, headers), _, (_, include), _] = &rules.files();
    assert!(include.contains("location = \"/embed/bao\" {\n    types {}\n"), "{include}");
    // Where `.html` is taken off, that is the fragment.
    for host in [Host::Cloudflare, Host::Netlify] {
        let policies = &host.says(&told(headers), "/embed/bao")["content-security-policy"];
        assert!(policies.iter().any(|policy| policy.ends_with(" https://bao.example.vn")), "{policies:?}");
    }
}

/// A host that reads `_headers`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Host {
    Cloudflare,
    Netlify,
}

/// The rules in a file, and what each says.
type Told<'a> = Vec<(&'a str, Vec<(&'a str, &'a str)>)>;

fn told(file: &str) -> Told<'_> {
    let mut rules = Told::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        match (line.strip_prefix("  "), rules.last_mut()) {
            (Some(header), Some((_, headers))) => {
                headers.push(header.split_once(": ").expect("a name and a value"));
            }
            _ => rules.push((line, Vec::new())),
        }
    }
    rules
}

impl Host {
    /// Where a document stands there, if anywhere: Cloudflare takes `.html` off, and then shows the fragment of an embed.
    fn address(self, print: &Print) -> Option<String> {
        match (self, print) {
            (Self::Cloudflare, Print::Embed(_, Embed::Fragment, _)) => None,
            (Self::Cloudflare, Print::Embed(_, Embed::Page, _)) => Some(format!("{}/", print.address())),
            _ => Some(print.address()),
        }
    }

    fn is_meant(self, rule: &str, address: &str) -> bool {
        let is_within = |before: &str, after: &str| {
            address.strip_prefix(before).is_some_and(|rest| rest.ends_with(after))
        };
        match (self, rule.split_once('*')) {
            (Self::Cloudflare, None) => rule == address,
            (Self::Cloudflare, Some((before, after))) => is_within(before, after),
            (Self::Netlify, None) => rule.trim_end_matches('/') == address.trim_end_matches('/'),
            (Self::Netlify, Some((before, "" | "/"))) => address.starts_with(before.trim_end_matches('/')),
            (Self::Netlify, Some((before, after))) => is_within(before, after),
        }
    }

    /// What it says at an address. What Cloudflare puts together is several things.
    fn says<'a>(self, told: &Told<'a>, address: &str) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut said: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let meant = told.iter().filter(|(rule, _)| self.is_meant(rule, address));
        for (name, value) in meant.flat_map(|(_, headers)| headers) {
            let values = said.entry(*name).or_default();
            if self == Self::Netlify {
                values.clear();
            }
            values.push(*value);
        }
        said
    }
}

/// Whether a document is as safe as it should be where a header says this.
fn comes_to(name: &str, wanted: &str, said: &[&str], print: &Print) -> bool {
    let file = print.file().expect("it has a file");
    match (name, said) {
        (_, [one]) if *one == wanted => true,
        // The suffix says it.
        ("content-type", []) => file.ends_with(".html") || file.ends_with(".js"),
        // That is left to the host.
        ("cache-control", []) => file.starts_with("embed/"),
        // Of several policies the strictest holds.
        ("content-security-policy", policies) if policies.contains(&wanted) => {
            let (rest, _) = wanted.split_once("frame-ancestors").expect("it says who may show it");
            policies.iter().all(|policy| *policy == wanted || *policy == format!("{rest}frame-ancestors *"))
        }
        ("content-security-policy" | "x-robots-tag", _) => wanted.is_empty(),
        ("access-control-allow-origin" | "access-control-expose-headers", _) => wanted.is_empty(),
        _ => false,
    }
}

#[test]
fn static_hosts_say_at_each_address_what_the_server_says() {
    let edition = edition("https://tin.example.vn/");
    let rules = Rules::of(&edition, at(0));
    let [(_, headers), ..] = &rules.files();
    let told = told(headers);
    assert!(told.iter().all(|(rule, _)| rule.matches('*').count() <= 1), "Cloudflare takes no more");
    let part = edition.everything().find(|(print, _)| *print == Print::Sitemap);
    let part = part.map(|(_, validators)| (Print::SitemapPart(2), validators));
    for (print, validators) in edition.everything().chain(part) {
        let ours = Said::of(&lasting(&edition, &edition.sheet(print.clone(), validators)));
        assert_eq!(rules.said_at(Class::of(&print), &print.address()), Some(&ours), "{print:?}");
        let ours: BTreeMap<_, _> = ours.others().chain([("content-type", ours.content_type())]).collect();
        for host in [Host::Cloudflare, Host::Netlify] {
            let Some(address) = host.address(&print) else { continue };
            let theirs = host.says(&told, &address);
            for name in ours.keys().chain(theirs.keys()) {
                let wanted = ours.get(name).copied().unwrap_or_default();
                let said = theirs.get(name).map_or(&[][..], Vec::as_slice);
                assert!(
                    comes_to(name, wanted, said, &print),
                    "{host:?} at {address}: {name}: {said:?}, not {wanted}"
                );
            }
        }
    }
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
