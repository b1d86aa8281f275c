//! Topics that are no more.

use super::desk::*;
use crate::hub::{Failure, Outcome, What, Work};

#[test]
fn who_knows_a_secret_address_is_told_at_once_when_it_leads_nowhere() {
    let mut desk = Desk::new();
    desk.subscribe(SECRET, CALLBACK, "");
    desk.show(SECRET, 2);
    let sent = desk.one();
    desk.close(SECRET);
    // One thing at a time.
    desk.nothing();
    desk.report(&sent, DOWN);
    let task = desk.one();
    let Work::Deny { target } = &task.work else { panic!("{task:?}") };
    assert_eq!(
        target,
        "/push?id=7&hub.mode=denied&hub.topic=https%3A%2F%2Ftin.example.vn%2Fp%2F\
         bt5bnentqaxbnentqaxbnentqaxb21sk%2Fdai.json&hub.reason=There+is+no+such+feed+for+you+any+more."
    );
    desk.report(&task, answered(404));
    assert!(desk.store.is_empty());
    assert_eq!(desk.happened(), [What::Begun, What::Denied]);
}

#[test]
fn an_agreement_that_ends_without_an_edition_is_noticed_within_a_minute() {
    let mut desk = Desk::new();
    desk.subscribe(SECRET, CALLBACK, "");
    let due = desk.hub.next_due().expect("a look");
    assert!(due <= desk.now.plus_seconds(60), "{due:?}");
}

#[test]
fn a_public_feed_may_be_away_for_a_quarter_of_an_hour() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.close(FEED);
    desk.pass(899);
    desk.nothing();
    desk.show(FEED, 2);
    let task = desk.one();
    desk.report(&task, Outcome::Delivered(version(2)));
    desk.close(FEED);
    desk.pass(600);
    desk.pass(300);
    assert!(matches!(desk.one().work, Work::Deny { .. }));
}

#[test]
fn a_denial_survives_a_crash_and_is_tried_three_times() {
    let mut desk = Desk::new();
    desk.subscribe(SECRET, CALLBACK, "");
    desk.close(SECRET);
    desk.one();
    for pause in [0, 10, 20] {
        desk.crash();
        desk.pass(pause);
        let task = desk.one();
        assert!(matches!(task.work, Work::Deny { .. }));
        desk.report(&task, DOWN);
    }
    assert!(desk.store.is_empty());
}

#[test]
fn what_is_asked_for_and_closes_before_it_is_verified_is_denied() {
    let mut desk = Desk::new();
    desk.ask("subscribe", SECRET, CALLBACK, "");
    let verification = desk.one();
    desk.close(SECRET);
    let task = desk.one();
    assert!(matches!(task.work, Work::Deny { .. }));
    desk.report(&verification, Outcome::Confirmed);
    desk.report(&task, Outcome::Failed(Failure::Refused));
    assert!(desk.store.is_empty());
    desk.show(SECRET, 2);
    desk.nothing();
}

#[test]
fn who_was_denied_can_ask_again_when_the_topic_is_back() {
    let mut desk = Desk::new();
    desk.subscribe(SECRET, CALLBACK, "");
    desk.close(SECRET);
    let denial = desk.one();
    assert_eq!(desk.ask("subscribe", SECRET, CALLBACK, "").status, 404);
    desk.show(SECRET, 2);
    desk.subscribe(SECRET, CALLBACK, "");
    desk.report(&denial, answered(200));
    desk.show(SECRET, 3);
    delivery(&desk.one());
}
