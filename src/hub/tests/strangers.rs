//! What strangers can make the hub do, and what not.

use super::desk::*;
use crate::hub::{Callback, Limits, Outcome, Request, Work};

#[test]
fn a_request_is_refused_with_a_sentence_that_repeats_nothing_of_it() {
    let evil = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let sound = ask("subscribe", FEED, CALLBACK, "");
    let secret = |length: usize| format!("{sound}&hub.secret={}", "s".repeat(length));
    let table = [
        (sound.clone(), 202),
        (format!("hub.mode=subscribe&hub.topic={FEED}"), 400),
        (format!("hub.mode=subscribe&hub.callback={CALLBACK}"), 400),
        (format!("hub.mode={evil}&hub.topic={FEED}&hub.callback={CALLBACK}"), 400),
        (format!("hub.topic={FEED}&hub.callback={CALLBACK}"), 400),
        (String::new(), 400),
        (ask("subscribe", FEED, "javascript:alert(1)", ""), 400),
        (ask("subscribe", FEED, "https://a.example/<script>", ""), 400),
        (secret(199), 202),
        (secret(200), 400),
        (format!("{sound}&hub.secret=%FF"), 400),
        (ask("subscribe", "https://tin.example.vn/feeds/none.rss", CALLBACK, ""), 404),
        (ask("subscribe", "https://evil.example/<script>", CALLBACK, ""), 404),
        (ask("unsubscribe", "https://tin.example.vn/", CALLBACK, ""), 404),
    ];
    for (body, status) in table {
        let reply = Desk::new().post(&body);
        assert_eq!(reply.status, status, "{body}");
        for sentence in [reply.body.vi, reply.body.en] {
            assert!(
                !sentence.contains("script>") && !sentence.contains("example") && sentence.ends_with('.')
            );
        }
    }
}

#[test]
fn a_request_is_a_form_in_utf_8() {
    let table = [
        (Some("application/x-www-form-urlencoded"), true),
        (Some("Application/X-WWW-Form-URLEncoded; charset=UTF-8"), true),
        (Some("application/x-www-form-urlencoded;charset=\"utf-8\""), true),
        (Some("application/x-www-form-urlencoded; boundary=é"), true),
        (Some("application/x-www-form-urlencoded; charset=latin1"), false),
        (Some("application/json"), false),
        (Some("multipart/form-data; boundary=x"), false),
        (Some(""), false),
        (None, false),
    ];
    let body = ask("subscribe", FEED, CALLBACK, "");
    for (content_type, is_taken) in table {
        let parsed = Request::parse(content_type, body.as_bytes(), &site());
        assert_eq!(
            parsed.map_err(|reply| reply.status).err(),
            (!is_taken).then_some(415),
            "{content_type:?}"
        );
    }
}

#[test]
fn a_topic_is_a_document_of_ours_at_its_own_address() {
    let table = [
        (FEED, true),
        (SECRET, true),
        ("https://tin.example.vn:443/feeds/climate.rss", true),
        ("HTTPS://TIN.example.vn/feeds/climate.rss", true),
        ("https://tin.example.vn/feeds/%63limate%2Erss", true),
        ("https://tin.example.vn/feeds/climate", false),
        ("https://tin.example.vn/feeds/climate.rss?x", false),
        ("https://tin.example.vn/feeds/climate.rss?", false),
        ("https://tin.example.vn/feeds/climate.rss#x", false),
        ("https://a@tin.example.vn/feeds/climate.rss", false),
        ("http://tin.example.vn/feeds/climate.rss", false),
        ("https://tin.example.vn:8443/feeds/climate.rss", false),
        ("https://tin.example.vn.evil.example/feeds/climate.rss", false),
        ("https://evil.example/feeds/climate.rss", false),
        ("https://tin.example.vn/feeds%2Fclimate.rss", false),
        ("https://tin.example.vn/feeds/climate.rss/", false),
        ("https://tin.example.vn/feeds/climate.html", false),
        ("https://tin.example.vn/feed", false),
        ("https://tin.example.vn/articles/lua", false),
        ("https://tin.example.vn/p/bt5bnentqaxbnentqaxbnentqaxb21sx/dai.json", false),
        ("/feeds/climate.rss", false),
        ("", false),
    ];
    let site = site();
    for (address, is_ours) in table {
        assert_eq!(super::super::form::topic(address, &site).is_some(), is_ours, "{address}");
    }
    let long = format!("https://tin.example.vn/feeds/climate.rss{}", "/".repeat(Callback::LONGEST));
    assert_eq!(super::super::form::topic(&long, &site), None);
}

#[test]
fn what_leads_nowhere_is_answered_alike_whatever_the_reason() {
    let mut desk = Desk::new();
    let none = desk.ask("subscribe", "https://tin.example.vn/feeds/none.rss", CALLBACK, "");
    let guessed = "https://tin.example.vn/p/bt00000000000000000000000000/dai.json";
    assert_eq!(desk.ask("subscribe", guessed, CALLBACK, ""), none);
    desk.close(SECRET);
    assert_eq!(desk.ask("subscribe", SECRET, CALLBACK, ""), none);
    assert_eq!(desk.ask("unsubscribe", SECRET, CALLBACK, ""), none);
}

#[test]
fn one_verification_at_a_time_goes_to_a_host() {
    let mut desk = Desk::new();
    for number in 0..5 {
        desk.ask("subscribe", FEED, &format!("https://Reader.example./{number}"), "");
        desk.ask("subscribe", OTHER, &format!("https://reader.example:81/{number}"), "");
    }
    desk.ask("subscribe", FEED, "https://other.example/", "");
    let tasks = desk.sent();
    assert_eq!(tasks.len(), 2);
    desk.nothing();
    desk.report(&tasks[0], Outcome::Confirmed);
    assert_eq!(desk.sent().len(), 1);
}

#[test]
fn a_verification_waits_for_no_delivery_to_another() {
    let limits = Limits { at_once: 4, verifications_at_once: 2, ..Limits::default() };
    let mut desk = Desk::with(limits);
    for number in 0..8 {
        desk.ask("subscribe", FEED, &format!("https://victim{number}.example/"), "");
    }
    assert_eq!(desk.sent().len(), 2);
}

#[test]
fn nobody_makes_more_requests_than_his_share() {
    let mut desk = Desk::new();
    let statuses = |desk: &mut Desk, from: &str, count: usize| -> Vec<u16> {
        desk.from(from);
        let ask = |number: usize| format!("hub.mode=publish&hub.url={FEED}&n={number}");
        (0..count).map(|number| desk.post(&ask(number)).status).collect()
    };
    assert!(statuses(&mut desk, "2001:db8::1", 300).iter().all(|status| *status == 202));
    desk.from("2001:db8::2");
    let reply = desk.post("hub.mode=publish");
    assert_eq!(reply.status, 404, "what cannot be read costs nothing");
    let reply = desk.post(&format!("hub.mode=publish&hub.url={FEED}"));
    assert_eq!((reply.status, reply.retry_after), (429, Some(2)));
    assert_eq!(statuses(&mut desk, "2001:db8:0:1::2", 1), [202]);
    desk.pass(2);
    assert_eq!(statuses(&mut desk, "2001:db8::3", 2), [202, 429]);
    // Behind a proxy everybody comes from there.
    assert!(statuses(&mut desk, "127.0.0.1", 1000).iter().all(|status| *status == 202));
    assert!(statuses(&mut desk, "::ffff:10.0.0.1", 1000).iter().all(|status| *status == 202));
}

#[test]
fn a_host_is_asked_no_oftener_than_its_share_whoever_wants_it() {
    let mut desk = Desk::new();
    let mut asked = 0;
    for number in 0..2000_u32 {
        desk.from(&format!("198.51.{}.{}", number / 250, number % 250));
        let reply = desk.ask("subscribe", FEED, &format!("https://victim.example/{number}"), "");
        assert_eq!(reply.status, if number < 300 { 202 } else { 429 });
        for task in desk.sent() {
            asked += 1;
            desk.report(&task, answered(404));
        }
    }
    assert_eq!(asked, 300);
    desk.ask("subscribe", FEED, "https://other.example/", "");
    desk.one();
}

#[test]
fn whatever_strangers_ask_for_whoever_has_subscribed_can_renew_and_leave() {
    let few = Limits { asked: 200, ..Limits::default() };
    for (limits, refused) in [(Limits::default(), 429), (few, 503)] {
        let mut desk = Desk::with(limits);
        desk.subscribe(FEED, CALLBACK, "");
        for number in 0..2000_u32 {
            let host = if number < 500 { "reader.example".to_owned() } else { format!("{number}.example") };
            desk.from(&format!("198.51.100.{}", number / 250));
            desk.ask("subscribe", FEED, &format!("https://{host}/{number}"), "");
            if refused == 429 {
                desk.sent().iter().for_each(|task| desk.report(task, answered(404)));
            }
        }
        desk.from("203.0.113.9");
        for callback in ["https://reader.example/new", "https://new.example/"] {
            assert_eq!(desk.ask("subscribe", FEED, callback, "").status, refused, "{callback}");
        }
        for mode in ["subscribe", "unsubscribe"] {
            assert_eq!(desk.ask(mode, FEED, CALLBACK, "").status, 202, "{mode} with {refused}");
        }
    }
}

#[test]
fn a_verification_says_whether_it_is_a_strangers() {
    let mut desk = Desk::new();
    for expected in [false, true] {
        desk.ask("subscribe", FEED, CALLBACK, "");
        let task = desk.one();
        assert!(matches!(task.work, Work::Verify { is_known, .. } if is_known == expected), "{task:?}");
        desk.report(&task, Outcome::Confirmed);
    }
}

#[test]
fn one_subscriber_is_asked_back_no_oftener_than_its_share() {
    let mut desk = Desk::new();
    desk.subscribe(FEED, CALLBACK, "");
    let mut renew = |seconds| {
        desk.pass(seconds);
        desk.ask("subscribe", FEED, CALLBACK, "").status
    };
    assert!((0..10).all(|_| renew(0) == 202));
    assert_eq!([0, 59, 1, 0].map(&mut renew), [429, 429, 202, 429]);
}

#[test]
fn there_is_an_end_to_how_many_are_taken_and_renewals_go_on() {
    let limits = Limits { subscriptions: 5, per_topic: 3, per_host: 2, ..Limits::default() };
    let mut desk = Desk::with(limits);
    let table = [
        (FEED, "https://a.example/1", 202),
        (FEED, "https://a.example/2", 202),
        (FEED, "https://a.example/3", 503),
        (OTHER, "https://a.example/1", 503),
        (FEED, "https://b.example/1", 202),
        (FEED, "https://c.example/1", 503),
        (OTHER, "https://b.example/1", 202),
        (OTHER, "https://c.example/1", 202),
        (OTHER, "https://d.example/1", 503),
        (FEED, "https://a.example/1", 202),
    ];
    for (topic, callback, status) in table {
        let reply = desk.ask("subscribe", topic, callback, "");
        assert_eq!(reply.status, status, "{topic} {callback}");
        assert_eq!(reply.retry_after.is_some(), status == 503);
        for task in desk.sent() {
            desk.report(&task, Outcome::Confirmed);
        }
    }
    assert_eq!(desk.store.len(), 5);
    desk.ask("unsubscribe", FEED, "https://a.example/1", "");
    let task = desk.one();
    desk.report(&task, Outcome::Confirmed);
    assert_eq!(desk.ask("subscribe", OTHER, "https://d.example/1", "").status, 202);
}

#[test]
fn there_is_an_end_to_how_many_wait_for_their_verification() {
    let limits = Limits { asked: 4, asked_per_host: 2, ..Limits::default() };
    let mut desk = Desk::with(limits);
    let mut ask = |callback: &str| desk.ask("subscribe", FEED, callback, "").status;
    assert_eq!(
        ["https://a.example/1", "https://a.example/2", "https://a.example/3"].map(&mut ask),
        [202, 202, 503]
    );
    assert_eq!(
        ["https://b.example/1", "https://c.example/1", "https://d.example/1"].map(&mut ask),
        [202, 202, 503]
    );
    // What waits already may be asked for again.
    assert_eq!(ask("https://a.example/2"), 202);
}

#[test]
fn no_secret_shows_in_what_is_printed_for_debugging() {
    let mut desk = Desk::new();
    desk.ask("subscribe", SECRET, CALLBACK, "hub.secret=geheim");
    let task = desk.one();
    desk.report(&task, Outcome::Confirmed);
    desk.show(SECRET, 2);
    let tasks = desk.sent();
    let printed = format!("{:?} {:?} {:?} {:?}", desk.hub, desk.store, tasks, desk.told);
    for secret in ["geheim", "bt5bnentqax", "push?id=7"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
