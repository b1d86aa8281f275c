//! How long a subscription lasts.

use super::desk::*;
use crate::hub::{Outcome, What};

const DAY: i64 = 86_400;

#[test]
fn a_lease_is_what_was_asked_for_within_bounds() {
    let table = [
        ("", 10 * DAY),
        ("hub.lease_seconds=", 10 * DAY),
        ("hub.lease_seconds=0", 10 * DAY),
        ("hub.lease_seconds=-5", 10 * DAY),
        ("hub.lease_seconds=10d", 10 * DAY),
        ("hub.lease_seconds=1", 300),
        ("hub.lease_seconds=300", 300),
        ("hub.lease_seconds=301", 301),
        ("hub.lease_seconds=2592000", 30 * DAY),
        ("hub.lease_seconds=2592001", 30 * DAY),
        ("hub.lease_seconds=99999999999999999999999", 30 * DAY),
    ];
    for (asked, lease) in table {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, asked);
        let task = desk.one();
        assert_eq!(parameter(&task, "hub.lease_seconds"), Some(lease.to_string()), "{asked}");
        // It begins when the verification is sent, not when it is answered.
        desk.pass(9);
        desk.report(&task, Outcome::Confirmed);
        desk.pass(lease - 10);
        assert_eq!(desk.store.len(), 1, "{asked}");
        desk.pass(1);
        assert_eq!(desk.store.len(), 0, "{asked}");
    }
}

#[test]
fn a_lease_ends_to_the_second_over_restarts_and_while_nobody_looks() {
    for slept in [0, 1, 100 * DAY] {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=1000");
        desk.pass(500);
        desk.crash();
        desk.now = desk.now.plus_seconds(499);
        desk.show(FEED, 2);
        let task = desk.one();
        desk.report(&task, Outcome::Delivered(version(2)));
        desk.now = desk.now.plus_seconds(1 + slept);
        // An edition is shown at that very moment.
        desk.show(FEED, 3);
        desk.nothing();
        assert!(desk.store.is_empty());
        assert_eq!(desk.happened(), [What::Begun, What::Expired]);
    }
}

#[test]
fn a_clock_that_was_years_ahead_leaves_no_lease_without_end_and_nobody_waiting() {
    let mut desk = Desk::new();
    let right = desk.now;
    desk.now = right.plus_seconds(4 * 365 * DAY);
    desk.look();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    let task = desk.one();
    desk.report(&task, DOWN);
    desk.now = right;
    desk.look();
    desk.pass(2 * DAY);
    let task = desk.one();
    desk.report(&task, Outcome::Delivered(version(2)));
    desk.pass(28 * DAY - 1);
    assert_eq!(desk.store.len(), 1);
    desk.pass(1);
    assert_eq!(desk.store.len(), 0);
}

#[test]
fn a_clock_that_goes_back_an_hour_lets_requests_through() {
    let mut desk = Desk::new();
    for number in 0..200 {
        desk.ask("subscribe", FEED, &format!("https://reader.example/{number}"), "");
    }
    desk.now = desk.now.plus_seconds(-3600);
    assert_eq!(desk.ask("subscribe", FEED, CALLBACK, "").status, 202);
}

#[test]
fn a_renewal_that_is_on_its_way_when_the_lease_ends_is_not_lost() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=1000");
    desk.pass(998);
    desk.ask("subscribe", FEED, CALLBACK, "hub.lease_seconds=1000");
    let task = desk.one();
    desk.pass(2);
    desk.show(FEED, 2);
    desk.nothing();
    desk.report(&task, Outcome::Confirmed);
    delivery(&desk.one());
}

#[test]
fn one_who_acknowledged_nothing_is_given_up_when_its_lease_ends() {
    let mut desk = Desk::new();
    let asked = desk.now;
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    for _ in 0..100 {
        for task in desk.sent() {
            desk.report(&task, DOWN);
        }
        let due = desk.hub.next_due().map_or(desk.now, |due| due.max(desk.now.plus_seconds(1)));
        desk.pass((due.seconds() - desk.now.seconds()).max(3600));
        desk.look();
    }
    assert!(desk.store.is_empty() || desk.now.seconds() < asked.seconds() + 10 * DAY);
    desk.pass(10 * DAY);
    assert!(desk.store.is_empty());
    assert_eq!(desk.happened(), [What::Begun, What::Paused, What::GivenUp(asked)]);
}
