//! Deliveries.

use super::desk::*;
use crate::hub::{Failure, Limits, Outcome, Task, What};

const DAY: i64 = 86_400;

#[test]
fn who_was_away_gets_what_is_newest_once() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    (2..50).for_each(|number| desk.show(FEED, number));
    let task = desk.one();
    assert_eq!(delivery(&task).0, None);
    desk.report(&task, Outcome::Delivered(version(49)));
    desk.nothing();
}

#[test]
fn one_thing_at_a_time_goes_to_a_callback() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.subscribe(OTHER, CALLBACK, "");
    desk.show(FEED, 2);
    desk.show(OTHER, 2);
    let first = desk.one();
    desk.show(FEED, 3);
    desk.nothing();
    desk.report(&first, Outcome::Delivered(version(2)));
    let second = desk.one();
    assert_ne!(first.topic, second.topic);
    desk.report(&second, Outcome::Delivered(version(2)));
    let third = desk.one();
    assert_eq!((delivery(&third).0, &third.topic), (Some(version(2)), &first.topic));
    desk.report(&third, Outcome::Delivered(version(3)));
    desk.nothing();
}

#[test]
fn what_comes_back_to_what_was_acknowledged_is_owed_to_nobody() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    let task = desk.one();
    desk.report(&task, DOWN);
    desk.show(FEED, 1);
    desk.pass(DAY);
    desk.nothing();
}

#[test]
fn an_acknowledgement_that_was_lost_means_a_second_delivery_and_no_missed_one() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    desk.one();
    desk.crash();
    let task = desk.one();
    desk.report(&task, Outcome::Delivered(version(2)));
    desk.crash();
    desk.nothing();
    desk.show(FEED, 3);
    desk.crash();
    assert_eq!(delivery(&desk.one()).0, Some(version(2)));
}

/// When a delivery that always fails so is tried within so many days, in seconds since it was first.
fn tries(outcome: Outcome, days: i64) -> Vec<i64> {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=2592000");
    desk.show(FEED, 2);
    let first = desk.now.seconds();
    let mut times = Vec::new();
    while desk.now.seconds() < first + days * DAY {
        for task in desk.sent() {
            times.push(desk.now.seconds() - first);
            desk.report(&task, outcome);
        }
        let due = desk.hub.next_due().expect("a lease ends");
        desk.pass(due.seconds() - desk.now.seconds());
    }
    times
}

#[test]
fn a_delivery_that_fails_is_tried_less_and_less_often_for_a_day_and_then_once_a_day() {
    let failing = tries(DOWN, 5);
    // Without luck in it each pause is three quarters of the one before it, doubled.
    let day: Vec<i64> = vec![0, 8, 23, 53, 113, 233, 473, 953, 1913, 3833, 7673, 15353, 30713, 46913];
    assert_eq!(failing[..14], day);
    let after: Vec<i64> = failing[14..].iter().map(|time| time / DAY).collect();
    assert_eq!(after, [0, 0, 1, 1, 2, 3, 4, 4]);
    for outcome in
        [answered(301), answered(404), answered(500), answered(100), Outcome::Failed(Failure::Refused)]
    {
        assert_eq!(tries(outcome, 5), failing, "{outcome:?}");
    }
}

#[test]
fn what_failed_together_is_not_tried_again_together() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    let task = desk.one();
    let mut desk_of = |luck: u128| {
        desk.hub.report(task.number, DOWN, &mut || luck, desk.now);
        desk.hub.next_due().map(|due| due.seconds() - desk.now.seconds())
    };
    assert_eq!(desk_of(5), Some(13));
}

#[test]
fn a_callback_may_ask_for_patience_within_bounds() {
    let table = [(None, 8), (Some(-5), 8), (Some(3), 8), (Some(600), 600), (Some(DAY * 365), 21_600)];
    for (retry_after, pause) in table {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "");
        desk.show(FEED, 2);
        let task = desk.one();
        desk.report(&task, Outcome::Answered { status: 503, retry_after });
        desk.pass(pause - 1);
        desk.nothing();
        desk.pass(1);
        desk.one();
    }
}

#[test]
fn news_reaches_one_who_is_tried_only_now_and_then_within_hours() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    let begun = desk.now.seconds();
    while !desk.told.iter().any(|happening| happening.what == What::Paused) {
        desk.pass(3600);
        desk.sent().iter().for_each(|task| desk.report(task, DOWN));
    }
    assert!((DAY..2 * DAY).contains(&(desk.now.seconds() - begun)));
    desk.pass(3600);
    desk.show(FEED, 3);
    desk.nothing();
    desk.pass(5 * 3600 - 1);
    desk.show(FEED, 4);
    desk.nothing();
    desk.pass(1);
    let task = desk.one();
    desk.report(&task, Outcome::Delivered(version(4)));
    desk.show(FEED, 5);
    desk.one();
}

#[test]
fn one_who_says_that_it_is_gone_gets_nothing_more() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    let task = desk.one();
    desk.report(&task, answered(410));
    assert!(desk.store.is_empty());
    desk.show(FEED, 3);
    desk.nothing();
    assert_eq!(desk.happened(), [What::Begun, What::Gone]);
}

#[test]
fn what_could_not_be_printed_just_then_is_no_failure() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    for _ in 0..100 {
        let task = desk.one();
        desk.report(&task, Outcome::Overtaken);
        desk.nothing();
        desk.pass(1);
    }
    assert!(desk.store.values().all(|row| row.failures == 0));
}

#[test]
fn one_who_renews_is_tried_again_soon() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    for _ in 0..20 {
        desk.pass(3600);
        desk.sent().iter().for_each(|task| desk.report(task, DOWN));
    }
    desk.subscribe(FEED, CALLBACK, "");
    desk.pass(360);
    delivery(&desk.one());
}

/// A desk with this many callbacks on each of these hosts, all subscribed to the same feed.
fn crowd(hosts: &[(&str, usize)]) -> Desk {
    let limits = Limits {
        asked: 100_000,
        asked_per_host: 100_000,
        requests_per_client: (100_000, 1),
        verifications_per_host: (100_000, 1),
        verifications: (100_000, 1),
        ..Limits::default()
    };
    let mut desk = Desk::with(limits);
    for (host, count) in hosts {
        for number in 0..*count {
            desk.ask("subscribe", FEED, &format!("https://{host}/{number}"), "");
        }
    }
    loop {
        let tasks = desk.sent();
        if tasks.is_empty() {
            return desk;
        }
        for task in tasks {
            desk.hub.report(task.number, Outcome::Confirmed, &mut || 0, desk.now);
        }
    }
}

fn on(host: &str, tasks: &[Task]) -> usize {
    tasks.iter().filter(|task| task.callback.host() == host).count()
}

#[test]
fn a_host_with_thousands_of_dead_callbacks_holds_up_nobody() {
    let mut desk = crowd(&[("dead.example", 5_000), ("alive.example", 1), ("other.example", 30)]);
    desk.show(FEED, 2);
    let first = desk.sent();
    let counts = ["dead.example", "alive.example", "other.example"].map(|host| on(host, &first));
    assert_eq!(counts, [8, 1, 8]);
    // All of them hang; the others are done at once.
    let mut busy = first;
    let mut done = 0;
    while done < 31 {
        let alive: Vec<Task> = busy.extract_if(.., |task| task.callback.host() != "dead.example").collect();
        assert!(!alive.is_empty(), "the dead are waited for");
        done += alive.len();
        alive.iter().for_each(|task| desk.report(task, Outcome::Delivered(version(2))));
        busy.extend(desk.sent());
    }
    // One that gave no answer is sent one thing at a time.
    busy.iter().for_each(|task| desk.report(task, Outcome::Failed(Failure::Slow)));
    assert_eq!(desk.sent().len(), 1);
}

#[test]
fn hundreds_of_dead_hosts_leave_room_for_those_that_live() {
    let names: Vec<String> = (0..300).map(|number| format!("dead{number}.example")).collect();
    let mut hosts: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 5)).collect();
    hosts.push(("alive.example", 1));
    let mut desk = crowd(&hosts);
    desk.show(FEED, 2);
    let mut last = 2;
    for _ in 0..60 {
        // Each of the dead takes ten seconds, one after the other at each host.
        let tasks = desk.sent();
        for task in &tasks {
            let is_alive = task.callback.host() == "alive.example";
            desk.report(task, if is_alive { Outcome::Delivered(version(2)) } else { DOWN });
        }
        desk.pass(10);
    }
    // From then on they are known.
    for _ in 0..50 {
        last += 1;
        desk.show(FEED, last);
        let tasks = desk.sent();
        assert_eq!(on("alive.example", &tasks), 1, "it was not its turn");
        assert!(tasks.len() <= 33, "{}", tasks.len());
        for task in &tasks {
            let is_alive = task.callback.host() == "alive.example";
            desk.report(task, if is_alive { Outcome::Delivered(version(last)) } else { DOWN });
        }
        desk.pass(10);
    }
}

#[test]
fn those_who_were_slow_hold_up_nobody_but_each_other() {
    let limits = Limits { at_once: 3, retries_at_once: 2, ..Limits::default() };
    let mut desk = Desk::with(limits);
    (0..5).for_each(|number| desk.subscribe(FEED, &format!("https://slow{number}.example/"), ""));
    desk.subscribe(FEED, CALLBACK, "");
    desk.show(FEED, 2);
    loop {
        let tasks = desk.sent();
        if tasks.is_empty() {
            break;
        }
        let (prompt, slow): (Vec<_>, Vec<_>) =
            tasks.iter().partition(|task| task.callback.as_str() == CALLBACK);
        prompt.into_iter().for_each(|task| desk.report(task, Outcome::Delivered(version(2))));
        desk.pass(9);
        slow.into_iter().for_each(|task| desk.report(task, Outcome::Delivered(version(2))));
    }
    desk.show(FEED, 3);
    let sent = desk.sent();
    let prompt = sent.iter().filter(|task| task.callback.as_str() == CALLBACK).count();
    assert_eq!((sent.len(), prompt), (3, 1));
}
