//! A random history held against one without any cleverness, and the bounds of the record.

use super::*;
use crate::answer::{Held, Sent};
use crate::catalogue::Key;
use crate::edition::Validators;
use crate::journal::Journal;
use crate::words::Fingerprint;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tempfile::TempDir;

const DAY: i64 = 86_400;
const ROOMY: Kept = Kept { versions: 1000, deliveries: 10_000, days: 10_000 };

fn at(seconds: i64) -> Timestamp {
    Timestamp::nearest(1_793_491_200 + seconds)
}

fn zone() -> Zone {
    Zone::named("Asia/Ho_Chi_Minh").expect("a zone")
}

fn feed() -> FeedName {
    FeedName::parse("doi-tac").expect("a name")
}

/// What a version says of article `key`: this revision, or from 100 on that it was withdrawn.
fn mention(key: u32, revision: u8) -> Mention {
    Mention {
        key: Key(key),
        fingerprint: Fingerprint::of([key.to_le_bytes().as_slice(), &[revision]]),
        corrected: (revision % 2 == 1 && revision < 100).then(|| at(i64::from(revision))),
        withdrawn: (revision >= 100).then(|| at(i64::from(revision))),
    }
}

/// The versions that a feed had, each by what it says.
fn validators(mentions: &[Mention]) -> Validators {
    let version = Fingerprint::of(mentions.iter().map(|mention| mention.fingerprint));
    Validators::first(version, at(i64::from(version.as_bytes()[0])))
}

struct Office {
    state: TempDir,
    journal: Option<Journal>,
    kept: Kept,
}

impl Office {
    fn keeping(kept: Kept) -> Self {
        let state = tempfile::tempdir().expect("a folder");
        let (journal, ..) = Journal::open(state.path()).expect("a journal");
        Self { state, journal: Some(journal), kept }
    }

    fn restart(&mut self) {
        drop(self.journal.take());
        let (journal, ..) = Journal::open(self.state.path()).expect("a journal");
        self.journal = Some(journal);
    }

    fn write(&mut self, lines: &[Line]) {
        let session = self.journal.as_mut().expect("it is open").session().expect("a session");
        for line in lines {
            session.write_handed(line, &zone(), &self.kept).expect("it is written");
        }
        session.commit().expect("it is written");
    }

    fn hand(&mut self, mentions: &[Mention], held: Held, is_sent: bool, now: Timestamp) {
        let sent = if is_sent { Sent::Whole } else { Sent::Nothing };
        self.write(&[line(mentions, held, sent, Format::Json, now)]);
    }

    fn taken(&self) -> Taken {
        let reader = self.journal.as_ref().expect("it is open").door().reader().expect("a reader");
        reader.taken(&feed()).expect("the journal works").expect("they were here")
    }

    fn count(&self, table: &str) -> usize {
        let connection = Connection::open(self.state.path().join("journal.sqlite")).expect("a store");
        let sql = format!("SELECT count(*) FROM {table}");
        connection.query_row(&sql, [], |row| row.get::<_, u32>(0)).expect("a number") as usize
    }
}

fn line(mentions: &[Mention], held: Held, sent: Sent, format: Format, now: Timestamp) -> Line {
    let handed = Handed { feed: feed(), format, version: validators(mentions), held, sent };
    Line { handed, mentions: Arc::from(mentions), first: now, last: now, times: 1 }
}

fn holding(mentions: &[Mention]) -> Held {
    Held { names: vec![validators(mentions).name()], date: None }
}

/// One request of a partner.
#[derive(Clone, Debug)]
struct Request {
    /// Another version, by what it says of each article, or the one that stands.
    becomes: Option<Vec<(u32, u8)>>,
    waits: i64,
    format: Format,
    names: Naming,
    /// Whether they take what is new since the version that they name.
    takes_changes: bool,
    restarts: bool,
}

#[derive(Clone, Debug)]
enum Naming {
    Nothing,
    Any,
    /// One that was handed out so many versions ago.
    Version(usize),
    Date(usize),
    Unknown,
}

fn request() -> impl Strategy<Value = Request> {
    let says = prop_oneof![3 => 0..6_u8, 1 => 100..103_u8];
    let version = prop::collection::btree_map(0..5_u32, says, 0..5);
    let becomes = prop::option::weighted(0.6, version.prop_map(|version| version.into_iter().collect()));
    let names = prop_oneof![
        2 => Just(Naming::Nothing),
        1 => Just(Naming::Any),
        6 => (0..4_usize).prop_map(Naming::Version),
        1 => (0..3_usize).prop_map(Naming::Date),
        1 => Just(Naming::Unknown),
    ];
    let format = prop::sample::select(Format::ALL.to_vec());
    (becomes, 0..DAY, format, names, any::<bool>(), prop::bool::weighted(0.1)).prop_map(
        |(becomes, waits, format, names, takes_changes, restarts)| Request {
            becomes,
            waits,
            format,
            names,
            takes_changes,
            restarts,
        },
    )
}

/// What is known of one mention.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    sent: Option<Timestamp>,
    named: Option<Timestamp>,
    confirmed: Option<Timestamp>,
}

type Said = BTreeSet<(u32, u8)>;

#[derive(Default)]
struct Naive {
    known: BTreeMap<(u32, u8), Known>,
    /// The versions that were handed out, and whether in a format that names withdrawals.
    handed: Vec<(Said, bool)>,
    held: Option<Said>,
    days: BTreeMap<String, (u64, u64)>,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn the_record_says_what_happened(requests in prop::collection::vec(request(), 1..40)) {
        let mut office = Office::keeping(ROOMY);
        let mut naive = Naive::default();
        let (mut now, mut says) = (at(0), Said::new());
        for Request { becomes, waits, format, names, takes_changes, restarts } in requests {
            now = now.plus_seconds(waits);
            says = becomes.map_or(says, |version| version.into_iter().collect());
            let mentions = |said: &Said| -> Vec<Mention> { said.iter().map(|(key, revision)| mention(*key, *revision)).collect() };
            let current = validators(&mentions(&says));
            let before = |ago: usize| naive.handed.len().checked_sub(ago + 1).map(|place| naive.handed[place].0.clone());
            let (named, held, is_unchanged) = match names {
                Naming::Nothing => (Vec::new(), Held::default(), false),
                Naming::Any => (Vec::new(), Held::default(), true),
                Naming::Unknown => (Vec::new(), holding(&[mention(99, 0)]), false),
                Naming::Version(ago) => {
                    let said = before(ago).unwrap_or_else(|| says.clone());
                    let held = holding(&mentions(&said));
                    let is_unchanged = held.names[0] == current.name();
                    (vec![said], held, is_unchanged)
                }
                Naming::Date(ago) => {
                    let date = validators(&mentions(&before(ago).unwrap_or_else(|| says.clone()))).modified;
                    let is_unchanged = current.modified <= date;
                    let mut all: Vec<Said> = naive.handed.iter().map(|(said, _)| said.clone()).collect();
                    if is_unchanged {
                        all.push(says.clone());
                    }
                    all.retain(|said| validators(&mentions(said)).modified == date);
                    (all, Held { names: Vec::new(), date: Some(date) }, is_unchanged)
                }
            };
            let sent = match held.names.first() {
                _ if is_unchanged => Sent::Nothing,
                Some(base) if takes_changes => Sent::Changes(*base),
                _ => Sent::Whole,
            };
            let handed = line(&mentions(&says), held, sent, format, now);
            office.write(std::slice::from_ref(&handed));
            if restarts {
                office.restart();
            }

            // The same without any cleverness.
            if handed.handed.is_held() {
                // What is new says nothing of what a base in RSS did not say.
                let is_base = |said: &Said| matches!(sent, Sent::Changes(base) if base == validators(&mentions(said)).name());
                let hides = naive.handed.iter().any(|(said, named)| is_base(said) && !named);
                let says_all = format != Format::Rss && !hides;
                for mention in &says {
                    let known = naive.known.entry(*mention).or_default();
                    known.sent.get_or_insert(now);
                    if mention.1 >= 100 && says_all {
                        known.named.get_or_insert(now);
                    }
                }
                naive.held = Some(says.clone());
                let named = naive.handed.iter().any(|(said, named)| *said == says && *named);
                naive.handed.retain(|(said, _)| *said != says);
                naive.handed.push((says.clone(), named || says_all));
            }
            for (said, says_all) in naive.handed.iter().filter(|(said, _)| named.contains(said)) {
                for mention in said.iter().filter(|(_, revision)| *says_all || *revision < 100) {
                    naive.known.get_mut(mention).expect("it was handed out").confirmed.get_or_insert(now);
                }
            }
            let counted = naive.days.entry(Day::of(now, &zone()).to_string()).or_default();
            *counted = (counted.0 + 1, counted.1 + u64::from(is_unchanged));
        }

        let taken = office.taken();
        let mut expected: Vec<Delivery> = naive.known.iter().map(|((key, revision), known)| {
            let Mention { key, corrected, withdrawn, .. } = mention(*key, *revision);
            let is_held = naive.held.as_ref().is_some_and(|held| held.contains(&(key.0, *revision)));
            let sent = known.sent.expect("else it would not be known");
            Delivery { key, revision: None, corrected, withdrawn, sent, named: known.named, confirmed: known.confirmed, is_held }
        }).collect();
        let order = |delivery: &Delivery| (delivery.sent, delivery.key, delivery.corrected, delivery.withdrawn);
        let mut found = taken.deliveries.clone();
        found.sort_by_key(order);
        expected.sort_by_key(order);
        prop_assert_eq!(found, expected);
        let days: Vec<(String, u64, u64)> = naive.days.into_iter().map(|(day, (fetches, unchanged))| (day, fetches, unchanged)).collect();
        prop_assert_eq!(taken.days.iter().map(|(day, fetches, unchanged)| (day.to_string(), *fetches, *unchanged)).collect::<Vec<_>>(), days);
    }
}

#[test]
fn the_latest_versions_are_kept() {
    let mut office = Office::keeping(Kept { versions: 3, ..ROOMY });
    let says = |revision| [mention(1, revision)];
    let confirmed = |office: &Office, revision: u8| {
        let taken = office.taken();
        taken.deliveries[usize::from(revision / 2)].confirmed.is_some()
    };
    for (second, revision) in [0, 2, 4].into_iter().enumerate() {
        office.hand(&says(revision), Held::default(), true, at(second as i64));
    }
    assert_eq!(office.count("version"), 3);
    office.hand(&says(4), holding(&says(0)), true, at(10));
    assert!(confirmed(&office, 0), "there is room for three");
    office.hand(&says(6), Held::default(), true, at(11));
    office.hand(&says(8), Held::default(), true, at(12));
    assert_eq!(office.count("version"), 3);
    office.hand(&says(8), holding(&says(2)), true, at(13));
    office.hand(&says(8), holding(&says(4)), true, at(14));
    assert!(!confirmed(&office, 2) && confirmed(&office, 4), "one too many is not known any more");
}

#[test]
fn the_latest_deliveries_are_kept_and_all_that_is_held() {
    let mut office = Office::keeping(Kept { deliveries: 4, ..ROOMY });
    let keys = |office: &Office| -> Vec<u32> {
        office.taken().deliveries.iter().map(|delivery| delivery.key.0).collect()
    };
    let says = |keys: &[u32]| -> Vec<Mention> { keys.iter().map(|key| mention(*key, 0)).collect() };
    office.hand(&says(&[1, 2]), Held::default(), true, at(0));
    office.hand(&says(&[1, 3]), Held::default(), true, at(1));
    office.hand(&says(&[1, 4]), Held::default(), true, at(2));
    assert_eq!(keys(&office), [1, 2, 3, 4]);
    office.hand(&says(&[1, 5]), Held::default(), true, at(3));
    assert_eq!(keys(&office), [1, 3, 4, 5], "the first one is still in what they hold");
    office.hand(&says(&[5, 6, 7]), Held::default(), true, at(4));
    assert_eq!(keys(&office), [4, 5, 6, 7]);
    office.hand(&says(&[4, 5, 6, 7, 8]), Held::default(), true, at(5));
    assert_eq!(keys(&office), [4, 5, 6, 7, 8], "however many that are");
}

#[test]
fn days_and_deliveries_are_kept_for_so_long_and_partners_who_stay_away_no_longer() {
    let mut office = Office::keeping(Kept { days: 3, ..ROOMY });
    let days = |office: &Office| -> Vec<String> {
        office.taken().days.iter().map(|(day, ..)| day.to_string()).collect()
    };
    let held = [mention(1, 0)];
    office.hand(&[mention(1, 0), mention(2, 0)], Held::default(), true, at(0));
    for day in 1..3 {
        office.hand(&held, Held::default(), true, at(day * DAY));
    }
    assert_eq!(days(&office), ["2026-11-01", "2026-11-02", "2026-11-03"]);
    assert_eq!(office.taken().deliveries.len(), 2);
    office.hand(&held, Held::default(), true, at(3 * DAY));
    assert_eq!(days(&office), ["2026-11-02", "2026-11-03", "2026-11-04"]);
    let left: Vec<(u32, Timestamp)> =
        office.taken().deliveries.iter().map(|delivery| (delivery.key.0, delivery.sent)).collect();
    assert_eq!(left, [(1, at(0))], "they hold it");

    let other = Handed {
        feed: FeedName::All,
        ..line(&held, Held::default(), Sent::Whole, Format::Rss, at(0)).handed
    };
    let visit = |day: i64| Line {
        handed: other.clone(),
        ..line(&held, Held::default(), Sent::Whole, Format::Rss, at(day * DAY))
    };
    office.write(&[visit(5)]);
    assert_eq!(office.count("partner"), 2);
    office.write(&[visit(6)]);
    assert_eq!((office.count("partner"), office.count("version"), office.count("delivery")), (1, 1, 1));
}
