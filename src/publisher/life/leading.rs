//! Which documents lead to round-ups, and become others when there are any.

use super::*;

fn dropped(office: &mut Office, days: i64, category: &str) {
    office.wait_until(day(days));
    let head = format!("date: 2026-01-01T08:00:00Z\ncategory: {category}\n");
    office.drop(&format!("{days}.md"), &format!("---\ntitle: Bài {days}\n{head}---\n\n{TEXT}\n"));
}

/// What is another document when so many days have passed than it was a second before.
fn changed(office: &mut Office, days: i64, subjects: &[Subject]) -> Vec<Subject> {
    office.wait_until(day(days).plus_seconds(-1));
    let of = |office: &Office, subject: &Subject| office.edition.validators(subject).map(|now| now.version);
    let before: Vec<_> = subjects.iter().map(|subject| of(office, subject)).collect();
    office.wait_until(day(days));
    let pairs = subjects.iter().zip(before);
    pairs
        .filter(|(subject, before)| of(office, subject) != *before)
        .map(|(subject, _)| subject.clone())
        .collect()
}

#[test]
fn lists_and_pages_become_others_with_the_first_round_up_alone() {
    let mut office = Office::opened("time_zone = \"UTC\"\nround_ups = [\"month\"]");
    let of = |name: &str| Subject::Feed(FeedName::parse(name).expect("a name"));
    let (all, one, other) = (of("all"), of("mot"), of("hai"));
    let subjects = [Subject::Opml, all.clone(), one.clone(), other.clone()];
    for (days, category, over, expected) in [
        (1, "Một", 31, vec![Subject::Opml, all, one]),
        (40, "Hai", 59, vec![Subject::Opml, other]),
        (70, "Hai", 90, vec![]),
    ] {
        dropped(&mut office, days, category);
        assert_eq!(changed(&mut office, over, &subjects), expected, "{category} {over}");
    }
}
