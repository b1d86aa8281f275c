//! When an article counts as corrected.

use super::*;
use crate::words::Period;

/// How many articles a period has as published, late and corrected.
fn counts(office: &Office, period: &str) -> [usize; 3] {
    let span = Period::parse(period).expect("a period").span(&office.site.zone);
    let summary = office.catalogue.summary(&FeedName::All, span);
    [summary.published.len(), summary.late.len(), summary.corrected.len()]
}

fn january(head: &str, text: &str) -> String {
    article(head, text).replace("2025-12-01", "2026-01-10")
}

#[test]
fn a_correction_counts_in_the_period_in_which_it_came() {
    let correction = "correction: nhầm ngày\n";
    for (what, head) in [
        ("as it is", ""),
        ("with a time of its own", "updated: 2026-01-20T08:00:00+07:00\n"),
        ("that is called minor", "minor: true\n"),
    ] {
        let mut office = Office::opened("");
        office.wait_until(day(12));
        office.drop("lua.md", &january("", TEXT));
        office.wait_until(day(75));
        office.drop("lua.md", &january(&format!("{correction}{head}"), &format!("{TEXT} Hôm qua.")));
        office.wait_until(day(100));
        office.drop("lua.md", &january(&format!("{correction}{head}"), &format!("{TEXT} Hôm nay.")));
        office.wait_until(day(370));
        let told =
            ["2026-01", "2026-03", "2026-04", "2026-Q1", "2026-H1"].map(|period| counts(&office, period));
        assert_eq!(told, [[1, 0, 0], [0, 0, 1], [0, 0, 0], [1, 0, 1], [1, 0, 1]], "{what}");
        office.catalogue = office.started_anew();
        assert_eq!(counts(&office, "2026-03"), [0, 0, 1], "{what}, after a start");
    }
}

#[test]
fn what_is_corrected_before_it_comes_out_is_corrected_when_it_does() {
    let text = january("correction: nhầm ngày\nupdated: 2026-01-20T08:00:00+07:00\n", TEXT);
    let mut office = Office::opened("");
    office.wait_until(day(75));
    office.drop("lua.md", &text);
    assert_eq!((counts(&office, "2026-01"), counts(&office, "2026-03")), ([0, 0, 0], [0, 1, 1]));

    // One that waits for 10 January comes out when the machine wakes, in March.
    let mut office = Office::opened("");
    office.drop("lua.md", &text);
    office.wait_until(day(75));
    assert_eq!((counts(&office, "2026-01"), counts(&office, "2026-03")), ([0, 0, 0], [0, 1, 1]));
}

/// The clock is read before the second that counts begins.
#[test]
fn a_correction_in_the_last_moment_of_a_period_counts_once() {
    let mut office = Office::opened("");
    office.drop("lua.md", &article("", TEXT));
    let end = Period::parse("2026-01").expect("a month").span(&office.site.zone).end;
    office.wait_until(end.plus_seconds(-1));
    office.ahead = 1;
    office.drop("lua.md", &article("correction: nhầm ngày\n", TEXT));
    office.wait_until(end.plus_seconds(40 * DAY));
    let told = ["2026-01", "2026-02"].map(|period| counts(&office, period)[2]);
    assert_eq!(told, [0, 1]);
}
