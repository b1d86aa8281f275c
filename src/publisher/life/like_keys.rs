//! Two categories whose round-ups have the same keys: what happens to those of one leaves those of the other as they are.

use super::*;
use crate::catalogue::Archived;
use crate::words::{ArchiveName, Length, Month, Period, RoundUp};

fn month(name: &str) -> Month {
    Month::parse(name).expect("a month")
}

fn round_up(category: u32, month: Month) -> RoundUp {
    RoundUp { of: Slug::of(&category_name(category)), period: Period::of(month, Length::Month) }
}

fn category_name(number: u32) -> String {
    format!("Mục {number}")
}

/// The first two that meet.
fn categories() -> [u32; 2] {
    let mut known = HashMap::new();
    let meets = |number: u32| {
        let key = Key::of_round_up(&round_up(number, month("2026-01")));
        known.insert(key, number).map(|other| [other, number])
    };
    (0..).find_map(meets).expect("there are fewer keys than categories")
}

/// What the archive of a category's round-ups has of a month.
fn archived(catalogue: &Catalogue, category: u32, in_month: Month) -> Vec<Arc<Placed>> {
    let feed = round_up(category, in_month).feed();
    match catalogue.archive(&feed, &ArchiveName::of(in_month)) {
        Some(Archived::Part(part)) => part.entries,
        other => panic!("{feed} {in_month} leads to {other:?}"),
    }
}

#[test]
fn round_ups_with_one_key_have_rows_of_their_own() {
    let mut office = Office::opened("time_zone = \"UTC\"\nround_ups = [\"month\"]");
    let pair @ [one, other] = categories();
    office.now = day(1);
    for number in pair {
        let category = format!("date: 2026-01-01T08:00:00Z\ncategory: {}\n", category_name(number));
        let text = format!("---\ntitle: Bài {number}\n{category}---\n\n{TEXT}\n");
        office.drop(&format!("{number}.md"), &text);
    }
    office.wait_until(day(31));
    let january = month("2026-01");
    let keys = pair.map(|number| office.catalogue.round_up(&round_up(number, january)).expect("it came").key);
    assert_eq!(keys[0], keys[1]);

    // Something is said before each while the month is open in which they came, and before one of them again later.
    for (days, number, text) in [(35, one, "Lời đầu."), (40, other, "Lời khác."), (65, one, "Lời sau.")]
    {
        office.wait_until(day(days));
        office.say_before(&format!("{}/2026-01.md", category_name(number)), text);
    }
    office.wait_until(day(100));

    let restarted = office.started_anew();
    for catalogue in [&office.catalogue, &restarted] {
        for (number, entered) in [(one, [day(35), day(65)]), (other, [day(40), day(40)])] {
            let [in_february, now] = entered;
            let entries = archived(catalogue, number, month("2026-02"));
            let told: Vec<Timestamp> = entries.iter().map(|placed| placed.entered).collect();
            assert_eq!(told, [in_february], "{number}");
            let placed = catalogue.round_up(&round_up(number, january)).expect("it stays");
            assert_eq!(placed.entered, now, "{number}");
        }
        assert_eq!(archived(catalogue, one, month("2026-03")).len(), 1);
    }
    for number in pair {
        let of = |catalogue: &Catalogue| catalogue.round_up(&round_up(number, january)).cloned();
        assert_eq!(of(&restarted), of(&office.catalogue));
    }
}
