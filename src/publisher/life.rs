//! The life of articles, with the time handed in: a year passes in milliseconds.

mod agreements;
mod archives;
mod chronicle;
mod corrections;
mod leading;
mod like_keys;
mod prefaces;
mod purges;
mod round_ups;
mod summing_up;
mod twins;

use super::Missing;
use super::deciding::{Decided, Deciding, Sighting};
use super::starting::{Recalled, forget_past};
use crate::catalogue::{Address, Catalogue, Change, Key, Placed};
use crate::edition::{Edition, Stamp, Subject, Validators};
use crate::intake::{self, Beside, Source};
use crate::journal::{FileRow, Journal};
use crate::settings::{self, FeedDefinition, Overrides};
use crate::words::{
    ContentPath, FeedName, Fingerprint, Id, IdSpace, Matches, Site, Slug, Timestamp, Withdrawal,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const DAY: i64 = 86_400;

/// An office without a disk to watch and without a clock.
struct Office {
    state: TempDir,
    journal: Option<Journal>,
    site: Arc<Site>,
    definitions: Arc<[FeedDefinition]>,
    catalogue: Catalogue,
    edition: Edition,
    /// What the journal would remember of documents.
    validators: HashMap<Subject, Validators>,
    now: Timestamp,
    /// By how much what is counted from is later: the clock is between two seconds.
    ahead: i64,
    stamps: i128,
}

fn path(name: &str) -> ContentPath {
    ContentPath::new(Path::new(name)).expect("a path")
}

/// So many days after the office opened.
fn day(days: i64) -> Timestamp {
    Timestamp::from_seconds(1_767_225_600 + days * DAY).expect("a sound time")
}

impl Office {
    fn opened(site: &str) -> Self {
        Self::opened_with(site, &[])
    }

    /// With these files in `feeds/`.
    fn opened_with(site: &str, feeds: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a folder");
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let site = Arc::new(settings::site(site, &Overrides::default(), &base).expect("sound settings").0);
        let (journal, ..) = Journal::open(state.path()).expect("a journal");
        journal.conclude_first_look().expect("it is written");
        let definition =
            |(name, text): &(&str, &str)| settings::feed(name, text, &site).expect("a sound definition").0;
        let definitions: Arc<[FeedDefinition]> = feeds.iter().map(definition).collect();
        let catalogue = Catalogue::new(site.clone(), definitions.clone());
        let edition = Edition::remembered(catalogue.clone(), HashMap::new(), day(0));
        let (edition, renewed) = edition.next_whole(catalogue.clone(), day(0));
        let (journal, validators) = (Some(journal), renewed.into_iter().collect());
        Self {
            state,
            journal,
            site,
            definitions,
            catalogue,
            edition,
            validators,
            now: day(0),
            ahead: 0,
            stamps: 0,
        }
    }

    fn decide(&mut self, what: impl FnOnce(&mut Deciding<'_>)) {
        let journal = self.journal.as_mut().expect("it is open");
        let session = journal.session().expect("a session");
        let mut deciding = Deciding {
            session: &session,
            ids: IdSpace::of(&self.site.id),
            now: self.now,
            shared_modified: self.edition.shared_modified().expect("there are pages"),
            latest: self.catalogue.latest(),
            minor_words: self.site.minor_words,
            named_after: self.now.plus_seconds(-self.site.withdrawn_for()),
            zone: &self.site.zone,
            is_first_look: false,
            is_archive: false,
            counted_from: self.catalogue.entering(self.now.plus_seconds(self.ahead)),
            missing: &BTreeMap::<ContentPath, Missing>::new(),
            read_now: &BTreeMap::new(),
            decided: Decided::default(),
        };
        what(&mut deciding);
        let decided = deciding.decided;
        let (edition, renewed) = self.edition.changed(decided.changes, self.now);
        if edition.catalogue().open_since() != self.catalogue.open_since() {
            forget_past(&session, edition.catalogue(), self.now).expect("the journal works");
        }
        session.commit().expect("it is written");
        self.validators.extend(renewed);
        self.catalogue = edition.catalogue().clone();
        self.edition = edition;
    }

    fn drop(&mut self, name: &str, text: &str) {
        self.drop_at_once(&[(name, text)], &[]);
    }

    /// Drops files that are seen together, each with those beside it.
    fn drop_at_once(&mut self, files: &[(&str, &str)], beside: &[Beside]) {
        let sightings: Vec<Sighting> =
            files.iter().map(|(name, text)| self.sighting(name, text, beside)).collect();
        self.decide(|deciding| {
            for sighting in sightings {
                deciding.take_in(sighting).expect("the journal works");
            }
        });
    }

    fn sighting(&mut self, name: &str, text: &str, beside: &[Beside]) -> Sighting {
        let path = path(name);
        let source = Source { path: &path, bytes: text.as_bytes(), beside };
        let reading = intake::read(&source, &self.site).expect("a sound file");
        self.stamps += 1;
        let stamp = Stamp {
            length: text.len() as u64,
            modified_ns: self.stamps,
            changed_ns: self.stamps,
            inode: Fingerprint::of([name]).as_bytes()[0].into(),
        };
        let words = Fingerprint::of([name, &format!("{:?}", reading.article)]);
        Sighting {
            path,
            place: None,
            stamp,
            source: Fingerprint::of([text]),
            words,
            reading,
            matches: Matches::default(),
            pictures: Vec::new(),
        }
    }

    fn remove(&mut self, name: &str) {
        self.decide(|deciding| deciding.withdraw(&path(name)).expect("the journal works"));
    }

    fn wait_until(&mut self, now: Timestamp) {
        self.now = now;
        let past = now.plus_seconds(-self.site.withdrawn_for());
        let forgotten: Vec<Key> = self.catalogue.gone_until(past).collect();
        self.decide(|deciding| {
            deciding.decided.changes.extend(forgotten.into_iter().map(Change::Forgotten));
            deciding.go_with_time().expect("the journal works");
        });
    }

    /// What a start would show.
    fn started_anew(&mut self) -> Catalogue {
        drop(self.journal.take());
        let (mut journal, mut remembered, _) = Journal::open(self.state.path()).expect("a journal");
        let documents = self.validators.iter().map(|(subject, validators)| {
            let label = match subject {
                Subject::Feed(name) => self.catalogue.label(name),
                _ => "",
            };
            (subject.clone(), (*validators, label.to_owned()))
        });
        remembered.documents = documents.collect();
        remembered.open_since = Some(self.catalogue.open_since());
        let recalled = Recalled::of(&self.site, &self.definitions, &mut remembered, self.now);
        let catalogue = recalled.edition.catalogue().clone();
        let session = journal.session().expect("a session");
        forget_past(&session, &catalogue, self.now).expect("the journal works");
        session.commit().expect("it is written");
        self.journal = Some(journal);
        catalogue
    }

    /// Is started anew with these files in `feeds/`.
    fn redefined(&mut self, feeds: &[(&str, &str)]) {
        let definition = |(name, text): &(&str, &str)| {
            settings::feed(name, text, &self.site).expect("a sound definition").0
        };
        self.definitions = feeds.iter().map(definition).collect();
        self.catalogue = self.started_anew();
        let edition = Edition::remembered(self.catalogue.clone(), self.validators.clone(), self.now);
        let (edition, renewed) = edition.next_whole(self.catalogue.clone(), self.now);
        self.validators.extend(renewed);
        self.edition = edition;
    }

    fn only(&self) -> &Placed {
        let mut all = self.catalogue.newest(&FeedName::All);
        let only = all.next().expect("there is an article");
        assert!(all.next().is_none(), "there is only one");
        only
    }

    fn file(&self, name: &str) -> Option<FileRow> {
        self.journal.as_ref().expect("it is open").file(&path(name)).expect("the journal works")
    }
}

fn out(catalogue: &Catalogue, feed: &FeedName) -> Vec<Id> {
    catalogue.newest(feed).map(|placed| placed.id.clone()).collect()
}

fn gone(catalogue: &Catalogue) -> Vec<Withdrawal> {
    catalogue.gone(&FeedName::All).map(|gone| gone.withdrawal.clone()).collect()
}

fn article(head: &str, text: &str) -> String {
    format!("---\ntitle: Lúa vàng\ndate: 2025-12-01T08:00:00+07:00\n{head}---\n\n{text}\n")
}

const TEXT: &str = "Sáng nay nông dân xã Bình An ra đồng gặt lúa sớm hơn mọi năm vì trời nắng ráo.";

#[test]
fn readers_are_told_of_significant_edits_only() {
    let typo = TEXT.replace("nắng ráo", "nắng rao");
    let rewritten = TEXT.replace("ra đồng gặt lúa sớm hơn mọi năm", "nghỉ gặt lúa cả tuần qua rồi");
    for (what, edited, is_told) in [
        ("a typo", article("", &typo), false),
        ("bold", article("", &TEXT.replace("lúa", "**lúa**")), false),
        ("a tag", article("tags: [lúa]\n", TEXT), false),
        ("more than a handful of words", article("", &rewritten), true),
        ("the same, called minor", article("minor: true\n", &rewritten), false),
        ("a paragraph", article("", &format!("{TEXT}\n\nHợp tác xã thu mua tại ruộng.")), true),
        ("a title", article("", TEXT).replace("Lúa vàng", "Lúa chín"), true),
        ("a date of its own", article("updated: 2025-12-20T08:00:00+07:00\n", TEXT), true),
        ("a correction", article("correction: ngày gặt là hôm qua\n", TEXT), true),
        ("a correction below", article("", &format!("{TEXT}\n\nĐính chính: ngày gặt là hôm qua.")), true),
        ("an end", article("expires: 2027-01-01\n", TEXT), false),
    ] {
        let mut office = Office::opened("");
        office.drop("lua.md", &article("", TEXT));
        let before = office.only().clone();
        office.now = day(1);
        office.drop("lua.md", &edited);
        let after = office.only();
        assert_eq!(after.updated != before.updated, is_told, "{what}");
        assert_eq!(after.published, before.published, "{what}");
    }
}

#[test]
fn small_edits_add_up() {
    let mut office = Office::opened("minor_words = 3");
    let words: Vec<&str> = TEXT.split(' ').collect();
    let edited = |count: usize| {
        let words = words.iter().enumerate().map(|(at, word)| if at < count { "khác" } else { word });
        article("", &words.collect::<Vec<_>>().join(" "))
    };
    office.drop("lua.md", &edited(0));
    let mut updates = Vec::new();
    for count in 1..=8 {
        office.now = day(count as i64);
        office.drop("lua.md", &edited(count));
        updates.push(office.only().updated);
    }
    let told: Vec<usize> = (1..8).filter(|at| updates[*at] != updates[at - 1]).map(|at| at + 1).collect();
    assert_eq!(told, [4, 8], "every fourth word");
}

#[test]
fn an_end_that_is_named_changes_no_document() {
    let mut office = Office::opened("");
    office.drop("lua.md", &article("", TEXT));
    let before = office.only().fingerprint;
    office.now = day(1);
    office.drop("lua.md", &article("expires: 2026-02-01\n", TEXT));
    assert_eq!(office.only().fingerprint, before);
    office.wait_until(day(40));
    assert!(office.catalogue.is_empty());
}

#[test]
fn a_correction_is_listed_where_it_was_made_last() {
    let mut office = Office::opened("");
    for (number, name) in ["mot.md", "hai.md", "ba.md"].into_iter().enumerate() {
        office.now = day(number as i64);
        office.drop(name, &article("", &format!("{TEXT} {name}")).replace("Lúa vàng", name));
    }
    assert!(out(&office.catalogue, &FeedName::Corrections).is_empty());
    let id = |name: &str| Id::derived(&IdSpace::of(&Office::opened("").site.id), &path(name), 0);
    for (number, name) in ["ba.md", "mot.md"].into_iter().enumerate() {
        office.now = day(10 + number as i64);
        let corrected =
            article("correction: nhầm ngày\n", &format!("{TEXT} {name}")).replace("Lúa vàng", name);
        office.drop(name, &corrected);
    }
    let expected = [id("mot.md"), id("ba.md")];
    assert_eq!(out(&office.catalogue, &FeedName::Corrections), expected);
    assert_eq!(out(&office.started_anew(), &FeedName::Corrections), expected);
    office.remove("ba.md");
    assert_eq!(out(&office.catalogue, &FeedName::Corrections), expected[..1]);
}

#[test]
fn a_reason_stands_as_long_as_the_withdrawal_is_named() {
    let mut office = Office::opened("withdrawn_days = 30");
    office.drop("lua.md", &article("", TEXT));
    let (id, slug) = (office.only().id.clone(), office.only().slug.clone());
    office.now = day(1);
    office.drop("lua.md", &article("withdrawn: nhầm tên xã\n", TEXT));
    let withdrawal = Withdrawal { id: id.clone(), at: day(1), reason: Some("nhầm tên xã".to_owned()) };
    assert_eq!(gone(&office.catalogue), std::slice::from_ref(&withdrawal));
    assert_eq!(office.catalogue.address(&slug), Some(Address::Withdrawn(Some("nhầm tên xã"))));
    assert_eq!(gone(&office.started_anew()), std::slice::from_ref(&withdrawal));
    assert!(office.file("lua.md").is_some(), "it is not read again as long as it stays as it is");

    office.now = day(2);
    office.remove("lua.md");
    assert_eq!(gone(&office.catalogue), [withdrawal], "its file said why");

    office.wait_until(day(31));
    assert_eq!(gone(&office.catalogue), []);
    assert_eq!(gone(&office.started_anew()), []);
    assert_eq!(office.catalogue.address(&slug), Some(Address::Withdrawn(None)));

    office.now = day(40);
    office.drop("lua.md", &article("", TEXT));
    assert_eq!(office.only().id, id);
    assert!(office.only().updated > day(1), "who heard of the withdrawal has to believe that it is back");
}

/// What is done to an office from one moment to the next.
#[derive(Clone, Debug)]
enum Deed {
    /// A file is dropped or written anew.
    Drop { file: usize, comes: i64, goes: Option<i64>, held: Option<&'static str>, title: u8 },
    /// A file is deleted.
    Remove(usize),
    /// So many hours pass.
    Wait(i64),
}

const FILES: [&str; 4] = ["tin/mot.md", "tin/hai.md", "ba.md", "bon.md"];

fn deed() -> impl Strategy<Value = Deed> {
    let held =
        prop_oneof![4 => Just(None), 1 => Just(Some("draft: true\n")), 1 => Just(Some("withdrawn: nhầm\n"))];
    let goes = prop::option::weighted(0.3, 0..400_i64);
    prop_oneof![
        3 => (0..FILES.len(), 0..400_i64, goes, held, 0..3_u8)
            .prop_map(|(file, comes, goes, held, title)| Deed::Drop { file, comes, goes, held, title }),
        1 => (0..FILES.len()).prop_map(Deed::Remove),
        4 => (1..24 * 40_i64).prop_map(Deed::Wait),
    ]
}

/// One file, without any cleverness.
#[derive(Clone, Copy, Debug, Default)]
struct Naive {
    comes: Option<i64>,
    goes: Option<i64>,
    held: Option<&'static str>,
    is_there: bool,
    was_out: bool,
    gone: Option<Timestamp>,
}

impl Naive {
    fn is_out(&self, now: Timestamp) -> bool {
        let has_come = self.comes.is_some_and(|comes| day(comes) <= now);
        self.is_there && self.held.is_none() && has_come && self.goes.is_none_or(|goes| day(goes) > now)
    }

    fn look(&mut self, now: Timestamp) {
        let is_out = self.is_out(now);
        match (self.was_out, is_out) {
            (true, false) => self.gone = Some(now),
            (_, true) => self.gone = None,
            (false, false) => {}
        }
        self.was_out = is_out;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn at_every_moment_that_is_out_which_its_file_says(deeds in prop::collection::vec(deed(), 1..40)) {
        let mut office = Office::opened("");
        let space = IdSpace::of(&office.site.id);
        let ids = FILES.map(|file| Id::derived(&space, &path(file), 0));
        let mut files = [Naive::default(); FILES.len()];
        for deed in deeds {
            match deed {
                Deed::Drop { file, comes, goes, held, title } => {
                    // What is taken back in the second in which it was edited is gone since the next.
                    office.wait_until(office.now.plus_seconds(1));
                    // Another date would make another article of a file that was gone.
                    let comes = *files[file].comes.get_or_insert(comes);
                    let zone = &office.site.zone;
                    let end = goes.map_or_else(String::new, |goes| format!("expires: {}\n", zone.rfc3339(day(goes))));
                    let text = format!(
                        "---\ntitle: Bài {file} {title}\ndate: {}\n{end}{}---\n\n{TEXT} {file}\n",
                        zone.rfc3339(day(comes)), held.unwrap_or(""),
                    );
                    office.drop(FILES[file], &text);
                    files[file] = Naive { goes, held, is_there: true, ..files[file] };
                }
                Deed::Remove(file) => {
                    office.remove(FILES[file]);
                    files[file].is_there = false;
                }
                Deed::Wait(hours) => office.wait_until(office.now.plus_seconds(hours * 3600)),
            }
            let now = office.now;
            files.iter_mut().for_each(|file| file.look(now));
            let mut expected: Vec<&Id> = (0..FILES.len()).filter(|file| files[*file].was_out).map(|file| &ids[file]).collect();
            expected.sort();
            let mut named: Vec<&Id> = (0..FILES.len())
                .filter(|file| files[*file].gone.is_some_and(|at| at > now.plus_seconds(-90 * DAY)))
                .map(|file| &ids[file])
                .collect();
            named.sort();
            let catalogue = office.catalogue.clone();
            for catalogue in [&catalogue, &office.started_anew()] {
                let mut is_out = out(catalogue, &FeedName::All);
                is_out.sort();
                prop_assert_eq!(is_out.iter().collect::<Vec<_>>(), expected.clone());
                let mut is_gone: Vec<Id> = gone(catalogue).into_iter().map(|gone| gone.id).collect();
                is_gone.sort();
                prop_assert_eq!(is_gone.iter().collect::<Vec<_>>(), named.clone());
            }
        }
    }
}

#[test]
fn a_year_of_days_passes_in_an_instant() {
    let mut office = Office::opened("");
    for number in 0..365 {
        let zone = &office.site.zone;
        let (comes, goes) = (zone.rfc3339(day(number)), zone.rfc3339(day(number + 10)));
        let text = format!("---\ntitle: Ngày {number}\ndate: {comes}\nexpires: {goes}\n---\n\nTrời nắng.\n");
        office.drop(&format!("thoi-tiet/{number}.md"), &text);
    }
    for number in 0..365 {
        office.wait_until(day(number));
        let out: Vec<Slug> =
            office.catalogue.newest(&FeedName::All).map(|placed| placed.slug.clone()).collect();
        let expected: Vec<Slug> = (0.max(number - 9)..=number)
            .rev()
            .filter_map(|number| Slug::of(&format!("ngay {number}")))
            .collect();
        assert_eq!(out, expected, "day {number}");
        let named = gone(&office.catalogue).len() as i64;
        assert_eq!(named, (number - 9).clamp(0, 90), "day {number}");
    }
}
