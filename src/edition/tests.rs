//! Which documents does a change touch? Asked of the edition, and answered from scratch over all articles.

use super::*;
use crate::catalogue::{Change, Key, Labels};
use crate::settings::{self, FeedDefinition, Overrides};
use crate::words::{Id, Term};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What people might look at, without any cleverness.
#[derive(Clone, Default)]
struct Naive {
    articles: BTreeMap<Slug, Placed>,
    old: BTreeMap<Slug, Option<Slug>>,
    /// All feeds that ever were, and what they were last called.
    labels: BTreeMap<FeedName, String>,
    definitions: Vec<FeedDefinition>,
}

impl Naive {
    fn apply(&mut self, change: &Change) {
        let (slug, leads) = match change {
            Change::Placed(placed) => (&placed.slug, None),
            Change::Withdrawn(slug) => (slug, Some(None)),
            Change::Moved { from, to } => (from, Some(Some(to.clone()))),
        };
        self.articles.remove(slug);
        self.old.remove(slug);
        self.relabel();
        if let Some(leads) = leads {
            self.old.insert(slug.clone(), leads);
        }
        if let Change::Placed(placed) = change {
            self.articles.insert(slug.clone(), placed.clone());
            self.relabel();
        }
    }

    fn relabel(&mut self) {
        let mut spellings: BTreeMap<&FeedName, BTreeMap<&str, usize>> = BTreeMap::new();
        for label in self.articles.values().flat_map(|placed| placed.labels.iter()) {
            if self.selection(&label.feed).is_none() {
                *spellings.entry(&label.feed).or_default().entry(&label.text).or_default() += 1;
            }
        }
        for (name, spellings) in spellings {
            let most = spellings.into_iter().max_by_key(|(text, count)| (*count, *text));
            self.labels.insert(name.clone(), most.expect("at least one").0.to_owned());
        }
    }

    fn selection(&self, name: &FeedName) -> Option<&crate::words::Selection> {
        self.definitions.iter().find(|definition| definition.name == *name)?.selection.as_ref()
    }

    /// The articles of a feed, newest first.
    fn of(&self, name: &FeedName) -> Vec<&Placed> {
        let tags = |placed: &Placed| -> Vec<String> {
            placed.labels.tags().map(|label| label.feed.slug().to_owned()).collect()
        };
        let is_in = |placed: &&Placed| match self.selection(name) {
            Some(selection) => tags(placed).contains(&selection.tags.any[0].to_string()),
            None => *name == FeedName::All || placed.labels.iter().any(|label| label.feed == *name),
        };
        let mut articles: Vec<&Placed> = self.articles.values().filter(is_in).collect();
        articles.sort_by_key(|placed| (std::cmp::Reverse(placed.published), placed.id.to_string()));
        articles
    }

    /// What each document says.
    fn documents(&self, site: &Site, now: Timestamp) -> BTreeMap<Subject, String> {
        let print = |placed: &&Placed| placed.fingerprint.to_string();
        let mut documents =
            BTreeMap::from([(Subject::Site, String::new()), (Subject::Robots, String::new())]);
        let (mut home, mut opml) = (String::new(), String::new());
        for (name, label) in &self.labels {
            let definition = self.definitions.iter().find(|definition| definition.name == *name);
            let limit = definition.and_then(|definition| definition.limit).unwrap_or(site.limit);
            let articles = self.of(name);
            let mut carried = String::new();
            let mut text = 0;
            for placed in articles.iter().take(limit) {
                text += placed.size;
                if !carried.is_empty() && text > 8 << 20 {
                    break;
                }
                carried += &print(placed);
            }
            if matches!(name, FeedName::All | FeedName::Plain(_)) {
                home += &format!("{name} {label} {} ", articles.len());
                opml += &format!("{name} {label} ");
            }
            documents.insert(Subject::Feed(name.clone()), format!("{label} {carried}"));
        }
        let all = self.of(&FeedName::All);
        home.extend(all.iter().take(20).map(print));
        documents.insert(Subject::Home, home);
        documents.insert(Subject::Opml, opml);
        let places = all.iter().rev().map(|placed| format!("{} {:?} ", placed.slug, placed.updated));
        documents.insert(Subject::Sitemap, places.collect());
        let news = all.iter().filter(|placed| placed.published > now.plus_seconds(-48 * 3600));
        documents.insert(Subject::NewsSitemap, news.map(print).collect());
        documents
    }
}

fn slug(number: u8) -> Slug {
    Slug::parse(&format!("bai-{number}")).expect("a slug")
}

fn hours(number: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + number * 3600).expect("a sound time")
}

fn placed() -> impl Strategy<Value = Placed> {
    let terms = |labels: &'static [&'static str]| {
        prop::sample::subsequence(labels, 1..=labels.len()).prop_map(|labels| {
            let mut terms: Vec<Term> = labels.iter().filter_map(|label| Term::parse(label)).collect();
            terms.dedup_by(|later, earlier| later.slug == earlier.slug);
            terms
        })
    };
    let categories = terms(&["Tin", "Tín", "Chọn"]);
    let tags = terms(&["lúa", "LÚA", "chon"]);
    let size = prop_oneof![Just(1_000), Just(5 << 20)];
    (0..6_u8, 0..4_i64, 0..3_i64, size, categories, tags, terms(&["An", "Ân"])).prop_map(
        |(number, published, updated, size, categories, tags, authors)| {
            let published = hours(published * 20);
            Placed {
                key: Key(number.into()),
                size,
                id: Id::parse(&format!("urn:x:{number}")).expect("an id"),
                slug: slug(number),
                published,
                updated: published.plus_seconds(updated),
                modified: published,
                fingerprint: Fingerprint::of([format!(
                    "{number} {published:?} {updated} {size} {categories:?} {tags:?}"
                )]),
                labels: Labels::new(categories, tags, authors),
            }
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => placed().prop_map(Change::Placed),
        1 => (0..6_u8).prop_map(|number| Change::Withdrawn(slug(number))),
        1 => (0..6_u8, 6..8_u8).prop_map(|(from, to)| Change::Moved { from: slug(from), to: slug(to) }),
    ]
}

/// A feed of a selection, a category that is refined, and perhaps a narrower feed of everything.
fn definitions(site: &Site, narrow: bool) -> Vec<FeedDefinition> {
    let all = if narrow { "tags = ['chon']" } else { "limit = 3" };
    let files = [("chon.toml", "tags = ['lua']\nlimit = 2"), ("tin.toml", "limit = 2"), ("all.toml", all)];
    files.map(|(name, text)| settings::feed(name, text, site).expect("a sound definition").0).into()
}

proptest! {
    #[test]
    fn a_change_renews_exactly_the_documents_that_say_something_else(
        steps in prop::collection::vec(prop::collection::vec(change(), 1..4), 1..12), narrow in any::<bool>(),
    ) {
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let site = Arc::new(settings::site("", &Overrides::default(), &base).expect("sound settings").0);
        let mut naive = Naive { definitions: definitions(&site, narrow), ..Naive::default() };
        let defined: Arc<[FeedDefinition]> = naive.definitions.clone().into();
        naive.labels.extend(defined.iter().map(|definition| (definition.name.clone(), String::new())));
        let empty = Catalogue::new(site.clone(), defined.clone());
        let mut edition = Edition::remembered(empty.clone(), HashMap::new(), hours(0)).next_whole(empty, hours(0)).0;
        for (number, changes) in (0..).zip(steps) {
            let (before, now) = (naive.documents(&site, edition.as_of), hours(number * 10));
            changes.iter().for_each(|change| naive.apply(change));
            let (catalogue, touched) = edition.catalogue.with(changes);
            let (next, renewed) = edition.next(catalogue, &touched, now);
            let after = naive.documents(&site, now);
            let expected: BTreeSet<&Subject> =
                after.iter().filter(|(subject, says)| before.get(*subject) != Some(says)).map(|(subject, _)| subject).collect();
            prop_assert_eq!(renewed.iter().map(|(subject, _)| subject).collect::<BTreeSet<_>>(), expected);
            edition = next;

            // What a restart and a look at the settings build is the same catalogue.
            let whole = Catalogue::whole(
                site.clone(), defined.clone(), naive.articles.values().cloned(), naive.old.clone(), naive.labels.clone(),
            );
            for catalogue in [whole, edition.catalogue.under(site.clone(), defined.clone())] {
                for number in 0..8 {
                    prop_assert_eq!(catalogue.address(&slug(number)), edition.catalogue.address(&slug(number)));
                }
                prop_assert!(catalogue.feed_names().eq(edition.catalogue.feed_names()));
                prop_assert_eq!(edition.next_whole(catalogue, now).1, []);
            }
        }
    }
}
