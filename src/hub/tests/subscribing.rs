//! Requests and their verification.

use super::desk::*;
use crate::hub::{Failure, Outcome, State, What, Work};

#[test]
fn a_subscription_is_in_the_store_before_it_is_verified() {
    let mut desk = Desk::new();
    assert_eq!(desk.post_uncommitted(&ask("subscribe", FEED, CALLBACK, "")).status, 202);
    desk.hub.writes();
    assert!(desk.hub.hand_out(&mut || 0, desk.now).is_empty());
    desk.hub.not_committed();
    assert!(desk.hub.hand_out(&mut || 0, desk.now).is_empty());
    let task = {
        desk.look();
        desk.one()
    };
    assert!(matches!(task.work, Work::Verify { .. }));
    assert_eq!(desk.store.values().map(|row| row.state).collect::<Vec<_>>(), [State::Asked]);
}

#[test]
fn a_verification_is_asked_as_the_callback_and_the_request_say() {
    let table = [
        ("https://reader.example/push", "/push?"),
        ("https://reader.example", "/?"),
        ("https://reader.example?a", "/?a&"),
        ("https://reader.example/push?", "/push?"),
        ("https://reader.example/push?a=1&", "/push?a=1&"),
        ("https://reader.example/p%75sh?hub.mode=x&q=a%26b", "/p%75sh?hub.mode=x&q=a%26b&"),
    ];
    let own = "hub.mode=subscribe&hub.topic=https%3A%2F%2Ftin.example.vn%2Ffeeds%2Fclimate.rss&hub.challenge=\
               0000000000000008000000000000abcd&hub.lease_seconds=864000&hub.verify_token=a+%26+b";
    for (callback, expected) in table {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, callback, "hub.verify_token=a+%26+b");
        let Work::Verify { target, challenge, .. } = desk.one().work else { panic!("{callback}") };
        assert_eq!(target, format!("{expected}{own}"));
        assert_eq!(challenge, "0000000000000008000000000000abcd");
    }
}

#[test]
fn what_is_given_back_is_bounded_and_never_what_a_hub_says_itself() {
    let mut desk = Desk::new();
    let long = "x".repeat(201);
    let many: String = (0..20).map(|number| format!("&p{number}=1")).collect();
    let more = format!(
        "hub.challenge=mine&hub.reason=x&hub.secret=s&hub.verify=sync&hub.url=x&{long}=1&a={long}&b=%FF&=1&ok=%E1%BB%87{many}"
    );
    desk.ask("subscribe", FEED, CALLBACK, &more);
    let names: Vec<String> = parameters(&desk.one()).into_iter().map(|(name, _)| name).collect();
    let own = ["id", "hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds"];
    assert_eq!(names, [&own[..], &["ok", "p0", "p1", "p2", "p3", "p4", "p5", "p6"]].concat());
}

#[test]
fn only_a_confirmation_begins_a_subscription() {
    let refusals = [
        answered(200),
        answered(301),
        answered(404),
        answered(410),
        answered(500),
        Outcome::Failed(Failure::Refused),
        Outcome::Delivered(version(1)),
    ];
    for outcome in refusals {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "");
        let task = desk.one();
        desk.report(&task, outcome);
        assert!(desk.store.is_empty(), "{outcome:?}");
        assert_eq!(desk.happened(), [What::Unconfirmed(Some(outcome))]);
        desk.show(FEED, 2);
        desk.nothing();
        assert_eq!(desk.hub.next_due(), None);
    }
}

#[test]
fn a_callback_that_gives_no_answer_is_asked_three_times() {
    let mut desk = Desk::new();
    desk.ask("subscribe", FEED, CALLBACK, "");
    let mut challenges = Vec::new();
    for pause in [0, 10, 20] {
        desk.pass(pause);
        let task = desk.one();
        challenges.extend(parameter(&task, "hub.challenge"));
        desk.report(&task, DOWN);
        desk.nothing();
    }
    challenges.dedup();
    assert_eq!(challenges.len(), 3, "a challenge is used once");
    assert!(desk.store.is_empty());
}

#[test]
fn a_renewal_changes_nothing_until_it_is_confirmed() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "hub.secret=old&hub.lease_seconds=1000");
    let before = desk.store.clone();
    for outcome in [answered(404), answered(200), Outcome::Failed(Failure::Refused)] {
        desk.ask("subscribe", FEED, CALLBACK, "hub.secret=new&hub.lease_seconds=5000");
        let task = desk.one();
        desk.report(&task, outcome);
        assert_eq!(desk.store, before);
    }
    desk.ask("unsubscribe", FEED, CALLBACK, "");
    let task = desk.one();
    desk.report(&task, answered(404));
    assert_eq!(desk.store, before);
    desk.show(FEED, 2);
    assert_eq!(delivery(&desk.one()).1, Some("old"));
}

#[test]
fn a_renewal_brings_lease_and_secret_and_owes_nothing_anew() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "hub.secret=old&hub.lease_seconds=1000");
    desk.show(FEED, 2);
    let task = desk.one();
    desk.report(&task, Outcome::Delivered(version(2)));
    desk.pass(500);
    desk.subscribe(FEED, CALLBACK, "hub.secret=new&hub.lease_seconds=1000");
    desk.nothing();
    assert_eq!(desk.store.len(), 1);
    assert_eq!(desk.happened(), [What::Begun, What::Renewed]);
    desk.pass(999);
    desk.show(FEED, 3);
    assert_eq!(delivery(&desk.one()), (Some(version(2)), Some("new")));
    desk.pass(1);
    assert!(desk.store.is_empty());
}

#[test]
fn a_secret_can_be_left_out_at_renewal() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "hub.secret=old");
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    assert_eq!(delivery(&desk.one()).1, None);
}

#[test]
fn unsubscribing_is_confirmed_too() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    assert_eq!(desk.ask("unsubscribe", FEED, CALLBACK, "hub.lease_seconds=77").status, 202);
    let task = desk.one();
    let mode = parameter(&task, "hub.mode");
    assert_eq!((mode.as_deref(), parameter(&task, "hub.lease_seconds")), (Some("unsubscribe"), None));
    desk.show(FEED, 2);
    let other = desk.one();
    delivery(&other);
    desk.report(&task, Outcome::Confirmed);
    assert!(desk.store.is_empty());
    // What was on its way is not brought back by its answer.
    desk.report(&other, DOWN);
    desk.show(FEED, 3);
    desk.nothing();
    assert_eq!(desk.happened(), [What::Begun, What::Ended]);
}

#[test]
fn who_is_subscribed_does_not_show_in_what_unsubscribing_answers() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    let known = desk.ask("unsubscribe", FEED, CALLBACK, "");
    assert_eq!(desk.ask("unsubscribe", FEED, "https://other.example/", ""), known);
    let tasks = desk.sent();
    assert_eq!(tasks.len(), 2);
    tasks.iter().for_each(|task| desk.report(task, Outcome::Confirmed));
    assert!(desk.store.is_empty());
}

#[test]
fn the_last_request_counts_and_each_only_once_it_is_confirmed() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.ask("unsubscribe", FEED, CALLBACK, "");
    let leaving = desk.one();
    desk.pass(1);
    desk.ask("subscribe", FEED, CALLBACK, "hub.secret=new");
    desk.nothing();
    desk.report(&leaving, Outcome::Confirmed);
    let again = desk.one();
    assert_eq!(parameter(&again, "hub.mode").as_deref(), Some("subscribe"));
    desk.report(&again, Outcome::Confirmed);
    desk.show(FEED, 2);
    assert_eq!(delivery(&desk.one()).1, Some("new"));
}

#[test]
fn a_request_that_was_not_verified_when_the_server_died_is_verified_then() {
    let mut desk = Desk::new();
    desk.ask("subscribe", FEED, CALLBACK, "hub.secret=s&token=t");
    let lost = desk.one();
    desk.crash();
    let task = desk.one();
    assert_ne!(parameter(&task, "hub.challenge"), parameter(&lost, "hub.challenge"));
    assert_eq!(parameter(&task, "token").as_deref(), Some("t"));
    desk.report(&task, Outcome::Confirmed);
    desk.show(FEED, 2);
    assert_eq!(delivery(&desk.one()).1, Some("s"));
}

#[test]
fn a_request_that_nobody_could_verify_within_an_hour_is_forgotten() {
    let mut desk = Desk::new();
    desk.ask("subscribe", FEED, CALLBACK, "");
    desk.pass(3599);
    desk.crash();
    desk.pass(1);
    desk.nothing();
    assert!(desk.store.is_empty());
}

#[test]
fn a_change_between_request_and_confirmation_is_delivered() {
    let mut desk = Desk::new();
    desk.ask("subscribe", FEED, CALLBACK, "");
    let task = desk.one();
    desk.show(FEED, 2);
    desk.nothing();
    desk.report(&task, Outcome::Confirmed);
    // It has acknowledged nothing yet, so that it gets the whole.
    assert_eq!(delivery(&desk.one()).0, None);
}

#[test]
fn publishing_is_taken_for_topics_of_ours_alone() {
    let mut desk = Desk::new();
    let table = [
        (format!("hub.mode=publish&hub.url={FEED}"), 202),
        (format!("hub.mode=publish&hub.topic={FEED}&hub.url={OTHER}"), 202),
        (format!("hub.mode=publish&hub.url={FEED}&hub.url=https://other.example/feed"), 404),
        ("hub.mode=publish".to_owned(), 404),
        ("hub.mode=publish&hub.url=https://tin.example.vn/feeds/none.rss".to_owned(), 404),
    ];
    for (body, status) in table {
        assert_eq!(desk.post(&body).status, status, "{body}");
    }
}
