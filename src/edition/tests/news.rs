//! Is whoever heard of an earlier version told all that he misses?

use super::*;
use std::collections::BTreeSet;

fn ids<'a>(placed: impl Iterator<Item = &'a Arc<Placed>>) -> BTreeSet<String> {
    placed.map(|placed| placed.id.to_string()).collect()
}

/// What somebody has who had these articles and hears these events.
fn told(mut has: BTreeSet<String>, events: &str) -> BTreeSet<String> {
    for event in events.split_terminator("\n\n") {
        let lines: Vec<(&str, &str)> = event.lines().filter_map(|line| line.split_once(": ")).collect();
        let said = |field| lines.iter().find(|(name, _)| *name == field).map(|(_, said)| *said);
        let Some(data) = said("data") else { continue };
        let data: serde_json::Value = serde_json::from_str(data).expect("data are JSON");
        let id = data["id"].as_str().expect("every change is one of an article").to_owned();
        match said("event") {
            Some("article") => has.insert(id),
            Some("withdrawn" | "left") => has.remove(&id),
            other => panic!("{other:?} is no change"),
        };
    }
    has
}

/// Whoever bears a version has heard everything up to it: only the last block may.
fn bears_its_version_at_the_end(events: &str, version: VersionName) -> bool {
    let last = events.trim_end().rsplit("\n\n").next().unwrap_or("");
    events.matches("\nid: ").count() + usize::from(events.starts_with("id: ")) == 1
        && last.starts_with(&format!("id: {version}"))
}

proptest! {
    #[test]
    fn what_is_told_and_what_was_there_is_what_is_there(
        steps in prop::collection::vec(prop::collection::vec(change(), 0..4), 1..12),
    ) {
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let site = Arc::new(settings::site("", &Overrides::default(), &base).expect("sound settings").0);
        let path = ContentPath::new(std::path::Path::new("mot.txt")).expect("a path");
        let source = crate::intake::Source { path: &path, bytes: "Một\n\nĐoạn.\n".as_bytes(), beside: &[] };
        let words = crate::intake::read(&source, &site).expect("it reads well").article;
        let empty = Catalogue::new(site.clone(), definitions(&site, false).into());
        let mut edition = Edition::remembered(empty.clone(), HashMap::new(), hours(0)).next_whole(empty, hours(0)).0;
        let mut editions = vec![edition.clone()];
        for (number, changes) in (0..).zip(steps) {
            // Nothing is withdrawn and carried at the same time.
            let now = hours(number * 10);
            let changes = changes.into_iter().map(|change| entering(change, now));
            let as_happens = changes.flat_map(|change| match &change {
                Change::Gone(gone) => {
                    let number = u8::try_from(gone.key.0).expect("a small number");
                    vec![Change::Withdrawn(slug(number), gone.key), change]
                }
                _ => vec![change],
            });
            let (catalogue, touched) = edition.catalogue.with(as_happens);
            edition = edition.next(catalogue, &touched, now).0;
            editions.push(edition.clone());
        }
        let names: Vec<FeedName> = edition.catalogue.feed_names().map(|(name, _)| name.clone()).collect();
        for (earlier, name) in editions.iter().flat_map(|earlier| names.iter().map(move |name| (earlier, name))) {
            let Some(heard) = earlier.validators(&Subject::Feed(name.clone())) else { continue };
            let news = edition.news_since(name, Some(heard.name()));
            let News::Changes(since) = &news else {
                prop_assert!(*name != FeedName::All, "nothing but articles changes there");
                continue;
            };
            let headlines: Vec<_> =
                since.carried.iter().map(|placed| Arc::new(placed.with_words(words.clone()))).collect();
            let events = edition.events(name, &news, &headlines).expect("there is such a feed");
            let events = String::from_utf8(events).expect("text");
            let carried = |edition: &Edition| ids(edition.carried(&edition.catalogue.feed(name).expect("a feed")));
            prop_assert_eq!(told(carried(earlier), &events), carried(&edition), "{}", events);
            let present = edition.validators(&Subject::Feed(name.clone())).expect("there is such a feed");
            prop_assert!(bears_its_version_at_the_end(&events, present.name()), "{}", events);
        }
    }
}

#[test]
fn what_would_be_long_to_tell_is_not_told_one_by_one() {
    let base = url::Url::parse("https://tin.example.vn/").expect("an address");
    let site =
        Arc::new(settings::site("limit = 200", &Overrides::default(), &base).expect("sound settings").0);
    let article = |number: usize| Placed {
        key: Key(u32::try_from(number).expect("a small number")),
        size: 100,
        id: Id::parse(&format!("urn:x:{number}")).expect("an id"),
        slug: Slug::parse(&format!("bai-{number}")).expect("a slug"),
        published: hours(0),
        out: hours(0),
        entered: hours(0),
        updated: hours(0),
        modified: hours(0),
        corrected: None,
        fingerprint: Fingerprint::of([number.to_string()]),
        labels: Labels::new(vec![Term::parse("Tin").expect("a term")], Vec::new(), Vec::new()),
    };
    let empty = Catalogue::new(site, Arc::new([]));
    let before = Edition::remembered(empty.clone(), HashMap::new(), hours(0)).next_whole(empty, hours(0)).0;
    let heard = before.validators(&Subject::Feed(FeedName::All)).map(|validators| validators.name());
    let news = |count: usize| {
        let (catalogue, touched) =
            before.catalogue.with((0..count).map(|number| Change::Placed(article(number))));
        before.next(catalogue, &touched, hours(1)).0.news_since(&FeedName::All, heard)
    };
    assert!(matches!(news(100), News::Changes(since) if since.carried.len() == 100));
    assert_eq!(news(101), News::Version);
}
