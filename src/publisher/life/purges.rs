//! What caches have to be told of when nothing is to be told of an article any more.

use super::*;
use crate::words::{ArchiveName, Month};
use std::collections::BTreeSet;

/// All archive documents of some months, by what names and dates them.
fn archives(edition: &Edition) -> BTreeMap<(FeedName, ArchiveName), Validators> {
    let names: Vec<FeedName> = edition.catalogue().feed_names().map(|(name, _)| name.clone()).collect();
    let months = (1..=8).map(|month| Month::parse(&format!("2026-{month:02}")).expect("a month"));
    let places = months.map(ArchiveName::of).flat_map(|archive| {
        let names = names.iter().cloned();
        names.map(move |name| (name, archive))
    });
    let validators = |(name, archive): (FeedName, ArchiveName)| {
        let part = edition.archive_part(&name, &archive)?;
        let validators = edition.archive_validators(&name, &part)?;
        Some(((name, archive), validators))
    };
    places.filter_map(validators).collect()
}

#[test]
fn caches_are_told_of_exactly_the_archives_that_named_it() {
    let mut office = Office::opened("time_zone = \"Asia/Ho_Chi_Minh\"\n");
    let dropped = |title: &str, category: &str| {
        format!("---\ntitle: {title}\ndate: 2026-03-10T08:00:00+07:00\ncategory: {category}\n---\n\n{TEXT}\n")
    };
    office.wait_until(day(75));
    office.drop("lua.md", &dropped("Lúa chín", "Mùa vụ"));
    office.drop("truong.md", &dropped("Trường mới", "Giáo dục"));
    office.wait_until(day(100));
    office.remove("lua.md");
    // A version of a round-up that came in another month.
    office.wait_until(day(165));
    office.say_before("Mùa vụ/2026-03.md", "Tháng này mưa.");
    office.wait_until(day(220));
    let id = Id::derived(&IdSpace::of(&office.site.id), &path("lua.md"), 0);
    let mut key = None;
    office.decide(|deciding| {
        key = deciding.session.by_id(&id).expect("the journal works").map(|record| record.key);
    });
    let named = office.catalogue.archives_of(key.expect("it is known"));
    let before = archives(&office.edition);
    office.now = day(221);
    office.purge("lua.md");
    for edition in [office.edition.clone(), office.restarted()] {
        let after = archives(&edition);
        let changed = before.iter().filter(|(place, was)| after.get(place) != Some(was));
        let told: BTreeSet<(FeedName, ArchiveName)> = changed.map(|(place, _)| place.clone()).collect();
        assert_eq!(told, named);
        assert_eq!(told.len(), 11, "{told:?}");
        for (place, is) in after.iter().filter(|(place, _)| told.contains(place)) {
            assert!(before[place].version != is.version && before[place].modified < is.modified, "{place:?}");
        }
    }
}

#[test]
fn who_never_heard_of_an_article_is_not_told_that_it_is_gone() {
    for (what, comes, is_told) in [("it was to come out", day(30), false), ("it was out", day(0), true)] {
        let mut office = Office::opened("time_zone = \"Asia/Ho_Chi_Minh\"\n");
        office.drop("lua.md", &article("", TEXT));
        let date = office.site.zone.rfc3339(comes);
        office
            .drop("ga.md", &format!("---\ntitle: Gà về\ndate: {date}\ncategory: Vật nuôi\n---\n\n{TEXT}\n"));
        office.wait_until(day(1));
        office.remove("ga.md");
        office.wait_until(day(2));
        office.purge("ga.md");
        let id = Id::derived(&IdSpace::of(&office.site.id), &path("ga.md"), 0);
        let expected = is_told.then(|| Withdrawal { id, at: day(1), reason: None });
        let expected = expected.as_slice();
        assert_eq!(gone(&office.catalogue), expected, "{what}");
        assert_eq!(gone(&office.started_anew()), expected, "{what}, after a start");
        let tags = |edition: &Edition| -> BTreeMap<FeedName, _> {
            let names = edition.catalogue().feed_names().map(|(name, _)| name.clone());
            names.map(|name| (name.clone(), edition.validators(&Subject::Feed(name)))).collect()
        };
        assert_eq!(tags(&office.restarted()), tags(&office.edition), "{what}");
    }
}
