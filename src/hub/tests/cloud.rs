//! rssCloud: what a form asks for is tried, told of, and over after 25 hours.

use super::super::cloud::{Mistake, read};
use super::super::{Hub, Limits, Outcome, Protocol, Standing, Task, What, Work};
use crate::edition::VersionName;
use crate::settings;
use crate::words::{Site, Timestamp, Topic};
use std::net::IpAddr;
use url::Url;

const HOUR: i64 = 3_600;
const FEED: &str = "https://tin.example.vn/feeds/all.rss";

fn site() -> Site {
    let listening = Url::parse("http://localhost:8080/").expect("an address");
    let written = "base_url = \"https://tin.example.vn\"";
    settings::site(written, &Default::default(), &listening).expect("sound settings").0
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::nearest(1_800_000_000 + seconds)
}

fn version(number: u8) -> VersionName {
    VersionName::from_bytes([number; 12])
}

/// A hub that somebody asked with this form at the beginning, while its topics had the first version.
fn asked(form: &str) -> Hub {
    let mut hub = Hub::new(Limits::default(), Vec::new());
    hub.look(&|_: &Topic| Standing::Version(version(1)), at(0));
    ask(&mut hub, form, 0);
    hub
}

fn ask(hub: &mut Hub, form: &str, seconds: i64) {
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(format!("{form}&url1={FEED}").as_bytes()).into_owned().collect();
    let from: IpAddr = [198, 51, 100, 7].into();
    let registration = read(&form, from).expect("a sound form");
    for request in registration.requests(&site()).expect("a feed of ours") {
        let reply = hub.take(request, from, &|_: &Topic| Standing::Version(version(1)), at(seconds));
        assert_eq!(reply.status, 202);
    }
}

/// What is sent once all is written.
fn sent(hub: &mut Hub, seconds: i64) -> Vec<Task> {
    hub.writes();
    hub.committed(at(seconds));
    hub.hand_out(&mut || 7, at(seconds))
}

fn report(hub: &mut Hub, task: &Task, outcome: Outcome, seconds: i64) -> Vec<What> {
    hub.report(task.number, outcome, &mut || 7, at(seconds));
    happened(hub)
}

fn happened(hub: &mut Hub) -> Vec<What> {
    hub.happenings().into_iter().map(|happening| happening.what).collect()
}

fn notification(is_trial: bool) -> Work {
    Work::Notify { form: "url=https%3A%2F%2Ftin.example.vn%2Ffeeds%2Fall.rss".to_owned(), is_trial }
}

#[test]
fn whoever_names_no_domain_is_tried_with_a_notification() {
    let mut hub = asked("port=5337&path=/told&protocol=http-post");
    let tasks = sent(&mut hub, 0);
    assert_eq!(tasks.len(), 1);
    let task = &tasks[0];
    assert_eq!((task.callback.as_str(), task.protocol), ("http://198.51.100.7:5337/told", Protocol::Cloud));
    assert_eq!(task.work, notification(true));
    assert_eq!(report(&mut hub, task, Outcome::Confirmed, 1), [What::Begun]);
    assert_eq!(sent(&mut hub, 2), [], "it has what there is");
}

#[test]
fn whoever_names_a_domain_has_to_echo_a_challenge() {
    let mut hub = asked("port=443&path=/told?key=1&protocol=https-post&domain=reader.example");
    let tasks = sent(&mut hub, 0);
    let expected = Work::Verify {
        target: "/told?key=1&url=https%3A%2F%2Ftin.example.vn%2Ffeeds%2Fall.rss&challenge=00000000000000000000000000000007"
            .to_owned(),
        challenge: "00000000000000000000000000000007".to_owned(),
        is_known: false,
    };
    assert_eq!(tasks[0].work, expected);
    let refusal = Outcome::Answered { status: 200, retry_after: None };
    assert_eq!(report(&mut hub, &tasks[0], refusal, 1), [What::Unconfirmed(Some(refusal))]);
    assert_eq!(hub.subscriptions().count(), 0);
}

#[test]
fn news_is_told_until_it_is_taken_and_names_the_address_as_it_was_written() {
    let mut hub = asked("port=80&path=/told&protocol=http-post");
    let tasks = sent(&mut hub, 0);
    report(&mut hub, &tasks[0], Outcome::Confirmed, 1);
    hub.look(&|_: &Topic| Standing::Version(version(2)), at(10));
    let tasks = sent(&mut hub, 10);
    assert_eq!(tasks[0].work, notification(false));
    let failure = Outcome::Answered { status: 500, retry_after: None };
    assert_eq!(report(&mut hub, &tasks[0], failure, 11), []);
    let due = hub.next_due().expect("it is tried again");
    hub.look(&|_: &Topic| Standing::Version(version(3)), at(12));
    let tasks = sent(&mut hub, due.seconds() - at(0).seconds());
    assert_eq!(tasks.len(), 1, "one for both changes");
    report(&mut hub, &tasks[0], Outcome::Confirmed, 40);
    let has: Vec<VersionName> = hub.subscriptions().map(|row| row.has()).collect();
    assert_eq!((has, sent(&mut hub, 50)), (vec![version(3)], vec![]));
}

#[test]
fn a_registration_is_over_after_25_hours_unless_it_is_made_again() {
    let form = "port=80&path=/told&protocol=http-post";
    let mut hub = asked(form);
    let tasks = sent(&mut hub, 0);
    report(&mut hub, &tasks[0], Outcome::Confirmed, 0);
    ask(&mut hub, form, 24 * HOUR);
    let tasks = sent(&mut hub, 24 * HOUR);
    assert_eq!(report(&mut hub, &tasks[0], Outcome::Confirmed, 24 * HOUR), [What::Renewed]);
    assert_eq!((sent(&mut hub, 25 * HOUR), happened(&mut hub)), (vec![], vec![]));
    assert_eq!((sent(&mut hub, 49 * HOUR - 1), happened(&mut hub)), (vec![], vec![]));
    assert_eq!((sent(&mut hub, 49 * HOUR), happened(&mut hub)), (vec![], vec![What::Expired]));
    hub.look(&|_: &Topic| Standing::Version(version(2)), at(49 * HOUR));
    assert_eq!(sent(&mut hub, 49 * HOUR), []);
}

#[test]
fn only_documents_that_everybody_may_see_can_be_named() {
    let site = site();
    for (address, is_ours) in [
        (FEED, true),
        ("https://tin.example.vn/feeds/tag/lua.atom", true),
        ("https://tin.example.vn/feeds/all", false),
        ("https://tin.example.vn/p/bt5bnentqaxbnentqaxbnentqaxb21sk/dai.rss", false),
        ("https://another.example/feeds/all.rss", false),
        ("http://tin.example.vn/feeds/all.rss", false),
    ] {
        let form: Vec<(String, String)> =
            [("port", "80"), ("path", "/"), ("protocol", "http-post"), ("url1", FEED), ("url2", address)]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into();
        let requests = read(&form, [198, 51, 100, 7].into()).expect("a form").requests(&site);
        let expected = if is_ours { None } else { Some(Mistake::NotOurs) };
        assert_eq!(requests.err(), expected, "{address}");
    }
}
