//! Which documents does a change touch? Asked of the edition, and answered from scratch over all articles.

mod changes;
mod news;

use super::*;
use crate::catalogue::{Change, Gone, Key, Labels, Leads};
use crate::settings::{self, FeedDefinition, Overrides};
use crate::words::{Embed, EmbedOptions, Id, Month, Phase, Term, Withdrawal};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What people might look at, without any cleverness.
#[derive(Clone, Default)]
struct Naive {
    articles: BTreeMap<Slug, Placed>,
    old: BTreeMap<Slug, Leads>,
    gone: BTreeMap<Key, Gone>,
    /// All feeds that ever were, and what they were last called.
    labels: BTreeMap<FeedName, String>,
    definitions: Vec<FeedDefinition>,
}

impl Naive {
    fn apply(&mut self, change: &Change) {
        let (slug, leads) = match change {
            Change::Placed(placed) => {
                self.gone.remove(&placed.key);
                (&placed.slug, None)
            }
            Change::Withdrawn(slug, key) => (slug, Some(Leads::Nowhere(*key))),
            Change::Moved { from, to } => (from, Some(Leads::To(to.clone()))),
            Change::Gone(gone) => return drop(self.gone.insert(gone.key, gone.clone())),
            Change::Forgotten(key) => return drop(self.gone.remove(key)),
            Change::Overtaken(..) | Change::Purged(..) | Change::Prefaced(..) => return,
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

    fn definition(&self, name: &FeedName) -> Option<&FeedDefinition> {
        self.definitions.iter().find(|definition| definition.name == *name)
    }

    fn selection(&self, name: &FeedName) -> Option<&crate::words::Selection> {
        self.definition(name)?.selection.as_ref()
    }

    fn partner(&self, name: &FeedName) -> Option<&crate::words::Partner> {
        self.definition(name)?.partner.as_ref()
    }

    fn reaches_back(&self, name: &FeedName) -> Option<i64> {
        Some(i64::from(self.definition(name)?.days?) * 86_400)
    }

    /// Whether a feed carries what has these labels.
    fn carries(&self, name: &FeedName, labels: &Labels) -> bool {
        let tags: Vec<&str> = labels.tags().map(|label| label.feed.slug()).collect();
        match self.selection(name) {
            Some(selection) => selection.tags.any.iter().all(|tag| tags.contains(&tag.as_str())),
            None => *name == FeedName::All || labels.iter().any(|label| label.feed == *name),
        }
    }

    /// The articles of a feed, newest first; those that were corrected, in that order.
    fn of(&self, name: &FeedName, now: Timestamp) -> Vec<&Placed> {
        let mut articles = self.ever_of(name);
        let delay = self.partner(name).map_or(0, |partner| partner.delay_seconds());
        articles.retain(|placed| delay == 0 || placed.out.plus_seconds(delay) <= now);
        let reach = self.reaches_back(name);
        articles.retain(|placed| reach.is_none_or(|reach| placed.published.plus_seconds(reach) > now));
        articles
    }

    /// The same at whatever moment.
    fn ever_of(&self, name: &FeedName) -> Vec<&Placed> {
        if *name == FeedName::Corrections {
            let mut articles: Vec<&Placed> =
                self.articles.values().filter(|placed| placed.corrected.is_some()).collect();
            articles.sort_by_key(|placed| (std::cmp::Reverse(placed.corrected), placed.id.to_string()));
            return articles;
        }
        let mut articles: Vec<&Placed> =
            self.articles.values().filter(|placed| self.carries(name, &placed.labels)).collect();
        articles.sort_by_key(|placed| (std::cmp::Reverse(placed.published), placed.id.to_string()));
        articles
    }

    /// Whether an article that was taken back had reached a feed that carries such ones.
    fn had_reached(&self, name: &FeedName, gone: &Gone) -> bool {
        let partner = self.partner(name);
        let reached = partner.map_or(gone.out, |partner| {
            let begins = partner.from.unwrap_or(gone.out);
            gone.out.plus_seconds(partner.delay_seconds()).max(begins)
        });
        let is_recent = |reach| gone.published.plus_seconds(reach) > reached;
        let of_selection = self.selection(name).is_some();
        (partner.is_none() || reached <= gone.withdrawal.at)
            && (!of_selection || self.reaches_back(name).is_none_or(is_recent))
    }

    /// The withdrawals that a feed names, the latest first.
    fn gone_of(&self, name: &FeedName) -> Vec<String> {
        let mut gone: Vec<&Gone> =
            self.gone.values().filter(|gone| self.carries(name, &gone.labels)).collect();
        gone.retain(|gone| self.had_reached(name, gone));
        gone.sort_by_key(|gone| (std::cmp::Reverse(gone.withdrawal.at), gone.key));
        gone.iter().map(|gone| format!("{:?}", gone.withdrawal)).collect()
    }

    /// What each document says.
    fn documents(&self, site: &Site, now: Timestamp) -> BTreeMap<Subject, String> {
        let print = |placed: &&Placed| placed.fingerprint.to_string();
        let mut documents =
            BTreeMap::from([(Subject::Site, String::new()), (Subject::Robots, String::new())]);
        documents.insert(Subject::Script, String::new());
        documents.extend(Script::all().map(|script| (Subject::Pinned(script), String::new())));
        let (mut home, mut opml) = (String::new(), String::new());
        let catalogue = Catalogue::whole(
            Arc::new(site.clone()),
            self.definitions.clone().into(),
            self.articles.values().cloned(),
            self.old.clone(),
            self.labels.clone(),
            now,
        );
        for (name, label) in &self.labels {
            let definition = self.definitions.iter().find(|definition| definition.name == *name);
            let limit = definition.and_then(|definition| definition.limit).unwrap_or(site.limit);
            let articles = self.of(name, now);
            let mut carried = String::new();
            let mut text = 0;
            for placed in articles.iter().take(limit) {
                text += placed.size;
                if !carried.is_empty() && text > 8 << 20 {
                    break;
                }
                carried += &print(placed);
            }
            if let Some(feed) = catalogue.feed(name).filter(|_| catalogue.has_archives(name)) {
                let mut left: Vec<&Placed> = catalogue.unarchived(&feed).map(|placed| &**placed).collect();
                left.retain(|placed| !carried.contains(&print(placed)));
                left.sort_by_key(|placed| (std::cmp::Reverse(placed.published), placed.id.to_string()));
                carried.extend(left.iter().map(print));
                let is_all = articles.iter().all(|placed| carried.contains(&print(placed)));
                let scope = if is_all { None } else { catalogue.newest_archive(&feed) };
                carried += &format!(" {is_all} {scope:?}");
                if scope.is_some() {
                    // Which of two documents is right is told by when they changed.
                    let entered = articles.iter().filter(|placed| carried.contains(&print(placed)));
                    carried += &format!("{:?}", entered.map(|placed| placed.entered).max());
                }
                documents.insert(Subject::Archives(name.clone()), String::new());
            }
            let is_running = self.partner(name).is_none_or(|partner| partner.phase(now) == Phase::Running);
            let is_shown = is_running && (*name != FeedName::Corrections || !articles.is_empty());
            if is_shown && matches!(name, FeedName::All | FeedName::Plain(_) | FeedName::Corrections) {
                home += &format!("{name} {label} {} ", articles.len());
                opml += &format!("{name} {label} ");
            }
            let gone = if *name == FeedName::Corrections { Vec::new() } else { self.gone_of(name) };
            documents.insert(Subject::Feed(name.clone()), format!("{label} {carried} {gone:?}"));
        }
        let all = self.ever_of(&FeedName::All);
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
    let corrected = prop::option::weighted(0.3, 0..4_i64);
    let times = (0..4_i64, 0..3_i64, 0..70_i64);
    (0..6_u8, times, size, categories, tags, terms(&["An", "Ân"]), corrected).prop_map(
        |(number, (published, updated, out), size, categories, tags, authors, corrected)| {
            let published = hours(published * 20);
            Placed {
                key: Key(number.into()),
                size,
                id: Id::parse(&format!("urn:x:{number}")).expect("an id"),
                slug: slug(number),
                published,
                out: hours(out),
                entered: hours(out),
                updated: published.plus_seconds(updated),
                modified: published,
                corrected: corrected.map(hours),
                fingerprint: Fingerprint::of([format!(
                    "{number} {published:?} {updated} {size} {categories:?} {tags:?} {corrected:?}"
                )]),
                labels: Labels::new(categories, tags, authors),
            }
        },
    )
}

/// A change as it comes at this moment.
fn entering(change: Change, now: Timestamp) -> Change {
    match change {
        Change::Placed(placed) => Change::Placed(Placed { entered: now, ..placed }),
        other => other,
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => placed().prop_map(Change::Placed),
        1 => (0..6_u8).prop_map(|number| Change::Withdrawn(slug(number), Key(number.into()))),
        1 => (placed(), 0..90_i64, any::<bool>()).prop_map(|(placed, at, says_why)| {
            let reason = says_why.then(|| "nhầm".to_owned());
            let withdrawal = Withdrawal { id: placed.id, at: hours(at), reason };
            let Placed { key, published, out, labels, .. } = placed;
            Change::Gone(Gone { key, withdrawal, published, out, labels })
        }),
        1 => (0..6_u8).prop_map(|number| Change::Forgotten(Key(number.into()))),
        1 => (0..6_u8, 6..8_u8).prop_map(|(from, to)| Change::Moved { from: slug(from), to: slug(to) }),
    ]
}

/// A feed of a selection, a category that is refined, perhaps a narrower feed of everything, feeds of the last days, and a
/// partner's, from 33 hours after the first moment to 81 hours after it.
fn definitions(site: &Site, narrow: bool) -> Vec<FeedDefinition> {
    let all = if narrow { "tags = ['chon']" } else { "limit = 3\ndays = 3" };
    let files = [
        ("chon.toml", "tags = ['lua']\nlimit = 2"),
        ("tin.toml", "limit = 2\ndays = 2"),
        ("corrections.toml", "days = 2"),
        ("moi.toml", "tags = ['lua']\ndays = 1"),
        ("all.toml", all),
        (
            "dai.toml",
            "[partner]\norganisation = 'Đài'\ndelay = '15h'\nfrom = '17/01/2027'\nuntil = '18/01/2027'",
        ),
        ("bao.toml", "tags = ['chon']\n[partner]\norganisation = 'Báo'\ndelay = '1d'"),
    ];
    files.map(|(name, text)| settings::feed(name, text, site).expect("a sound definition").0).into()
}

proptest! {
    #[test]
    fn a_change_renews_exactly_the_documents_that_say_something_else(
        steps in prop::collection::vec(prop::collection::vec(change(), 0..4), 1..12), narrow in any::<bool>(),
    ) {
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let settings = settings::site("round_ups = false", &Overrides::default(), &base);
        let site = Arc::new(settings.expect("sound settings").0);
        let mut naive = Naive { definitions: definitions(&site, narrow), ..Naive::default() };
        let defined: Arc<[FeedDefinition]> = naive.definitions.clone().into();
        naive.labels.extend(defined.iter().map(|definition| (definition.name.clone(), String::new())));
        naive.labels.insert(FeedName::Corrections, String::new());
        let empty = Catalogue::new(site.clone(), defined.clone());
        let mut edition = Edition::remembered(empty.clone(), HashMap::new(), hours(0)).next_whole(empty, hours(0)).0;
        for (number, changes) in (0..).zip(steps) {
            let (before, now) = (naive.documents(&site, edition.catalogue.as_of()), hours(number * 10));
            let changes: Vec<Change> = changes.into_iter().map(|change| entering(change, now)).collect();
            changes.iter().for_each(|change| naive.apply(change));
            let (catalogue, touched) = edition.catalogue.with(changes);
            let (next, renewed) = edition.next(catalogue, &touched, now);
            let after = naive.documents(&site, now);
            let expected: BTreeSet<&Subject> =
                after.iter().filter(|(subject, says)| before.get(*subject) != Some(says)).map(|(subject, _)| subject).collect();
            prop_assert_eq!(renewed.iter().map(|(subject, _)| subject).collect::<BTreeSet<_>>(), expected);
            edition = next;
            let turn = edition.next_turn().unwrap_or(hours(1_000_000));
            prop_assert!(turn > now);
            prop_assert_eq!(&naive.documents(&site, turn.plus_seconds(-1)), &after);
            // What is not among the first of a feed may still come and go.
            let counts = |at| -> Vec<usize> { naive.labels.keys().map(|name| naive.of(name, at).len()).collect() };
            let turns = counts(turn) != counts(now) || naive.documents(&site, turn) != after;
            let [before, then] = [turn.plus_seconds(-1), turn].map(|at| Month::of(at, &site.zone));
            // Where much came at once, an archive has it a second later.
            prop_assert!(turns || before < then || turn == hours(1_000_000) || turn == now.plus_seconds(1));
            prop_assert!(!turns || turn < hours(1_000_000));

            // What a restart and a look at the settings build is the same catalogue.
            let whole = Catalogue::whole(
                site.clone(), defined.clone(), naive.articles.values().cloned(), naive.old.clone(), naive.labels.clone(), now,
            ).with_gone(naive.gone.values().cloned());
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

#[test]
fn whoever_asks_for_all_options_pushes_out_variants_alone() {
    let listening = url::Url::parse("http://127.0.0.1/").expect("an address");
    let (site, _) = settings::site("", &Overrides::default(), &listening).expect("sound settings");
    let catalogue = Catalogue::new(Arc::new(site), Arc::new([]));
    let now = Timestamp::from_seconds(1_800_000_000).expect("a sound time");
    let edition = Edition::remembered(catalogue.clone(), HashMap::new(), now).next_whole(catalogue, now).0;
    let ask = |print: Print, subject: Subject| {
        let sheet = edition.sheet(print, edition.validators(&subject).expect("there is such a thing"));
        edition.keep(&sheet, Encoding::Identity, Bytes::from(vec![0; 200_000]));
        sheet
    };
    let all = || Subject::Feed(FeedName::All);
    let embed = |options| Print::Embed(FeedName::All.into(), Embed::Page, options);
    let kept = [
        ask(Print::Home, Subject::Home),
        ask(embed(EmbedOptions::default()), all()),
        ask(Print::FeedPage(FeedName::All, EmbedOptions::default()), all()),
    ];
    let variants: Vec<_> = (1..=EmbedOptions::MOST)
        .flat_map(|count| {
            ["", "&excerpt=1", "&images=1", "&theme=dark", "&theme=light", "&lang=en"]
                .map(|more| (count, more))
        })
        .map(|(count, more)| EmbedOptions::parse(&format!("count={count}{more}")))
        .filter(|options| !options.is_usual())
        .map(|options| ask(embed(options), all()))
        .collect();
    assert!(variants.len() > 100 && kept.iter().all(|sheet| edition.keeps(sheet)));
    let left = variants.iter().filter(|sheet| edition.keeps(sheet)).count();
    assert!((1..=MOST_KEPT as usize / 8 / 200_000).contains(&left), "{left} of {}", variants.len());
    let at_hand = |address| edition.sheet_at(address, edition.catalogue.as_of()).is_some();
    assert!(at_hand("/embed/all") && !at_hand("/embed/all?count=3"));
}
