//! The past of feeds while their articles come, change and go: what is over stays as it was.

use super::*;
use crate::catalogue::{ArchivePart, Archived};
use crate::journal::Write;
use crate::words::{ArchiveName, Feed, Period, RoundUp};

#[derive(Clone, Debug)]
pub(super) enum Step {
    Drop { file: usize, category: usize, words: u8, is_corrected: bool },
    Remove(usize),
    Wait(i64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let dropped = (0..12_usize, 0..3_usize, 0..4_u8, prop::bool::weighted(0.2));
    prop_oneof![
        6 => dropped.prop_map(|(file, category, words, is_corrected)| Step::Drop { file, category, words, is_corrected }),
        1 => (0..12_usize).prop_map(Step::Remove),
        2 => (0..120_i64).prop_map(Step::Wait),
        1 => (0..24 * 50_i64).prop_map(|hours| Step::Wait(hours * 3600)),
    ]
}

fn feeds(catalogue: &Catalogue) -> Vec<Feed> {
    catalogue.feed_names().filter_map(|(name, _)| catalogue.feed(name)).collect()
}

type Documents = Vec<(ArchiveName, ArchivePart)>;

/// The documents of a feed's archive, as whoever follows the links from the feed meets them.
fn walked(catalogue: &Catalogue, feed: &Feed) -> Documents {
    let mut documents = Documents::new();
    let mut next = catalogue.newest_archive(feed);
    while let Some(name) = next {
        let Some(Archived::Part(part)) = catalogue.archive(&feed.name, &name) else {
            panic!("{} {name} leads nowhere", feed.name);
        };
        next = part.previous;
        documents.push((name, part));
    }
    documents
}

/// What a document that was once seen is now, if it is to be had.
fn seen_again(catalogue: &Catalogue, feed: &FeedName, name: &ArchiveName) -> Option<ArchivePart> {
    match catalogue.archive(feed, name) {
        Some(Archived::Part(part)) => Some(part),
        Some(Archived::At(other)) => {
            assert!(name.upto.is_some() && other.upto.is_none(), "{feed} {name} leads to {other}");
            None
        }
        // All that entered in its month became something else before that was over.
        Some(Archived::InFeed) if name.upto.is_some() => None,
        other => panic!("{feed} {name} leads to {other:?}"),
    }
}

fn is_whole(catalogue: &Catalogue, feed: &Feed, documents: &Documents) {
    let mut latest: HashMap<Key, &Placed> = HashMap::new();
    let newest = catalogue.newest(&feed.name).take(feed.limit).chain(catalogue.unarchived(feed));
    for placed in newest.chain(documents.iter().flat_map(|(_, part)| &part.entries)) {
        let known = latest.entry(placed.key).or_insert(placed);
        if known.entered < placed.entered {
            *known = placed;
        }
    }
    for placed in catalogue.newest(&feed.name) {
        assert_eq!(latest.get(&placed.key), Some(&&**placed), "{} is incomplete", feed.name);
    }
    assert!(catalogue.unarchived(feed).count() <= feed.limit);
    for (name, part) in documents {
        let keys: std::collections::BTreeSet<Key> = part.entries.iter().map(|placed| placed.key).collect();
        assert_eq!(keys.len(), part.entries.len(), "{} {name} has one twice", feed.name);
    }
}

/// A clock that runs fast is set right, and what it closed stays as it was.
#[test]
fn what_is_closed_is_not_opened_by_a_clock_that_is_set_back() {
    let march = Period::parse("2026-03").expect("a period");
    let archive = ArchiveName::parse("2026-03").expect("a name");
    let mut office = Office::opened("time_zone = \"UTC\"\n");
    let text = |words: &str| article("", &format!("{TEXT} {words}"));
    office.wait_until(day(80));
    office.drop("mot.md", &text("một"));
    office.wait_until(day(90).plus_seconds(3600));
    let documents = |catalogue: &Catalogue| {
        let of = RoundUp { of: None, period: march };
        (catalogue.archive(&FeedName::All, &archive), catalogue.round_up(&of).cloned())
    };
    let closed = documents(&office.catalogue);
    assert!(matches!(closed, (Some(Archived::Part(_)), Some(_))));
    for (number, hours) in [23, 5, 30].into_iter().enumerate() {
        office.wait_until(day(89).plus_seconds(hours * 3600));
        assert_eq!(documents(&office.started_anew()), closed);
        office.drop(&format!("{number}.md"), &text(&format!("{number}")));
        assert_eq!(documents(&office.catalogue), closed);
        assert_eq!(documents(&office.started_anew()), closed);
    }
    // One that was wrong by far had closed nothing.
    office.wait_until(day(70));
    office.drop("ba.md", &text("ba"));
    assert!(office.catalogue.newest(&FeedName::All).any(|placed| placed.entered == day(70)));
    assert_eq!(documents(&office.catalogue), (Some(Archived::InFeed), None));
    assert_eq!(documents(&office.started_anew()), (Some(Archived::InFeed), None));
}

/// What was complete is not added to by a clock that is set back, and nothing that is dropped stands nowhere meanwhile.
#[test]
fn a_clock_that_is_set_back_changes_no_document() {
    let mut office = Office::opened("limit = 2\n");
    for number in 0..6 {
        office.wait_until(day(1).plus_seconds(number));
        office.drop(&format!("{number}.md"), &article("", &format!("{TEXT} {number}")));
    }
    office.wait_until(day(1).plus_seconds(600));
    let feed = |catalogue: &Catalogue| catalogue.feed(&FeedName::All).expect("there is always one");
    let before = walked(&office.catalogue, &feed(&office.catalogue));
    assert!(!before.is_empty());
    for (number, seconds) in [(6, -60), (7, -86_400), (8, 3), (9, 300), (10, 700), (11, 701)] {
        office.wait_until(day(1).plus_seconds(seconds));
        office.drop(&format!("{number}.md"), &article("", &format!("{TEXT} {number}")));
        for catalogue in [office.catalogue.clone(), office.started_anew()] {
            let feed = feed(&catalogue);
            is_whole(&catalogue, &feed, &walked(&catalogue, &feed));
            for (name, part) in &before {
                assert_eq!(
                    catalogue.archive(&FeedName::All, name),
                    Some(Archived::Part(part.clone())),
                    "{name}"
                );
            }
        }
    }
}

/// Nor does it matter how many come at once, nor that nothing happened since the clock was set back.
#[test]
fn what_comes_at_once_when_a_clock_was_set_back_stands_somewhere() {
    let mut office = Office::opened("limit = 2\n");
    let text = |number: usize| article("", &format!("{TEXT} {number}"));
    for number in 0..6 {
        office.drop(&format!("{number}.md"), &text(number));
    }
    office.wait_until(day(1).plus_seconds(600));
    let feed = |catalogue: &Catalogue| catalogue.feed(&FeedName::All).expect("there is always one");
    office.now = day(1).plus_seconds(540);
    let files: Vec<(String, String)> = (6..18).map(|number| (format!("{number}.md"), text(number))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    office.drop_at_once(&files, &[]);
    office.wait_until(office.now.plus_seconds(2));
    for catalogue in [office.catalogue.clone(), office.started_anew()] {
        let feed = feed(&catalogue);
        is_whole(&catalogue, &feed, &walked(&catalogue, &feed));
    }
}

/// What its file said until then nobody knows: it is as if it had been found so.
#[test]
fn what_changes_before_its_words_are_written_down_stays_where_it_entered() {
    let mut office = Office::opened("");
    let text = |words: &str| article("", &format!("{TEXT} {words}"));
    office.drop("mot.md", &text("một"));
    let entered = office.only().entered;
    let key = office.only().key;
    office.decide(|deciding| {
        deciding.session.write(&Write::Forget(key), deciding.now).expect("the journal works");
    });
    for (days, words, is_past) in [(40, "hai", false), (80, "ba", true)] {
        office.wait_until(day(days));
        office.drop("mot.md", &text(words));
        let enters = if is_past { day(days) } else { entered };
        assert_eq!((office.only().entered, office.catalogue.past().count()), (enters, usize::from(is_past)));
        // Readers are told of the one, since nobody can say that it is small.
        assert_eq!(office.only().updated, day(40));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn archives_are_whole_and_never_change(limit in 1..6_usize, steps in prop::collection::vec(step(), 1..60)) {
        let site = format!("limit = {limit}\ntime_zone = \"Asia/Ho_Chi_Minh\"\n");
        let mut office = Office::opened(&site);
        let mut seen: HashMap<(FeedName, ArchiveName), ArchivePart> = HashMap::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Drop { file, category, words, is_corrected } => {
                    let correction = if is_corrected { "correction: nhầm ngày\n" } else { "" };
                    let text = format!("---\ntitle: Bài {file}\ncategory: Mục {category}\n{correction}---\n\n{TEXT} {words}\n");
                    office.drop(&format!("{file}.md"), &text);
                }
                Step::Remove(file) => office.remove(&format!("{file}.md")),
                Step::Wait(seconds) => office.wait_until(office.now.plus_seconds(seconds)),
            }
            // Where too much came at once, the next second brings a document for it.
            // What is changed again within a second enters in a later one.
            let is_soon = |office: &Office| office.catalogue.next_turn().filter(|turn| *turn <= office.now.plus_seconds(100));
            while let Some(turn) = is_soon(&office) {
                office.wait_until(turn);
            }
            let shown = office.catalogue.clone();
            // What a restart makes of it is the same.
            let restarted = if number % 6 == 5 { office.started_anew() } else { shown.clone() };
            for feed in feeds(&shown) {
                let documents = walked(&shown, &feed);
                is_whole(&shown, &feed, &documents);
                prop_assert_eq!(&documents, &walked(&restarted, &feed), "{}", feed.name);
                let unarchived = [&shown, &restarted].map(|catalogue| catalogue.unarchived(&feed).collect::<Vec<_>>());
                prop_assert_eq!(&unarchived[0], &unarchived[1]);
                for (name, part) in documents {
                    seen.insert((feed.name.clone(), name), part);
                }
            }
            for ((feed, name), part) in &seen {
                let again = seen_again(&shown, feed, name);
                prop_assert!(again.is_none_or(|again| again.entries == part.entries && again.withdrawn == part.withdrawn));
            }
        }
    }
}
