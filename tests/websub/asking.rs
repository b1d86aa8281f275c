//! Who asks the hub for something, and is asked back.

use crate::site::BASE;
use crate::site::subscriber::{Subscriber, answer};
use crate::{article, ask, running, says, subscribes, subscribes_at, taking_with};

#[test]
fn a_subscriber_is_asked_whether_it_asked() {
    let site = running();
    let subscriber = Subscriber::new();
    let more = [("hub.lease_seconds", "4000"), ("hub.verify_token", "á b&c"), ("hub.secret", "bí mật")];
    subscribes_at(&site, &subscriber.url("/a%7Eb?own=1&other"), "feeds/all.atom", &more);
    let first = subscriber.gets("GET", 1);
    let challenge = first.query("hub.challenge").expect("a challenge");
    assert!(challenge.len() >= 32);
    assert!(first.target.starts_with("/a%7Eb?own=1&other&hub."), "{}", first.target);
    for (name, value) in [
        ("hub.mode", "subscribe"),
        ("hub.topic", &*format!("{BASE}feeds/all.atom")),
        ("hub.lease_seconds", "4000"),
        ("hub.verify_token", "á b&c"),
    ] {
        assert_eq!(first.query(name).as_deref(), Some(value), "{name}");
    }
    assert!(!first.target.contains("secret"));

    // Asking again renews, and each time is asked back with another challenge.
    assert_eq!(
        ask(&site, "subscribe", "feeds/all.atom", &subscriber.url("/a%7Eb?own=1&other"), &[]).status,
        202
    );
    says(&site, ": renewed", 1);
    let second = subscriber.gets("GET", 2);
    assert_eq!(second.query("hub.lease_seconds").as_deref(), Some("864000"), "ten days");
    assert_ne!(second.query("hub.challenge"), Some(challenge));
    assert_eq!(site.said().matches(": begun").count(), 1);
}

#[test]
fn one_who_wants_no_more_gets_no_more() {
    let site = running();
    let (leaves, is_gone, stays) = (Subscriber::new(), Subscriber::new(), Subscriber::new());
    for subscriber in [&leaves, &is_gone, &stays] {
        subscribes(&site, subscriber, "feeds/all.rss", &[]);
    }
    assert_eq!(ask(&site, "unsubscribe", "feeds/all.rss", &leaves.url("/"), &[]).status, 202);
    says(&site, "ended, as the subscriber wished", 1);
    let asked = leaves.gets("GET", 2);
    assert_eq!(asked.query("hub.mode").as_deref(), Some("unsubscribe"));
    assert_eq!(asked.query("hub.lease_seconds"), None);
    is_gone.answers(taking_with(410));
    site.article("tin/hai.md", article("Hai"));
    is_gone.gets("POST", 1);
    says(&site, "WARN subscription 2 of all.rss at 127.0.0.1: ended: the callback says that it is gone", 1);
    site.article("tin/ba.md", article("Ba"));
    stays.gets("POST", 2);
    assert_eq!((leaves.sent("POST").len(), is_gone.sent("POST").len()), (0, 1));
}

#[test]
fn nobody_can_end_what_another_subscribed_to() {
    let site = running();
    let subscriber = Subscriber::new();
    subscribes(&site, &subscriber, "feeds/all.rss", &[]);
    subscriber.answers(|sent| match sent.query("hub.mode").as_deref() {
        Some("unsubscribe") => answer(404, ""),
        _ => taking_with(200)(sent),
    });
    assert_eq!(ask(&site, "unsubscribe", "feeds/all.rss", &subscriber.url("/"), &[]).status, 202);
    says(&site, "not confirmed: the callback answered 404", 1);
    site.article("tin/hai.md", article("Hai"));
    subscriber.gets("POST", 1);
}

#[test]
fn what_is_wrong_with_a_request_is_said_and_nothing_of_it_repeated() {
    let site = running();
    let topic = &*format!("{BASE}feeds/all.rss");
    let callback = "https://marker.example/marker";
    let whole = [("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", callback)];
    let without = |name: &str| whole.into_iter().filter(|(known, _)| *known != name).collect::<Vec<_>>();
    let with = |name: &'static str, value: &'static str| {
        without(name).into_iter().chain([(name, value)]).collect::<Vec<(&str, &str)>>()
    };
    let long = "marker".repeat(40).leak();
    let table = [
        (without("hub.mode"), 400),
        (without("hub.topic"), 400),
        (without("hub.callback"), 400),
        (with("hub.mode", "marker"), 400),
        (with("hub.topic", "https://marker.example/feeds/all.rss"), 404),
        (with("hub.topic", "https://tin.example.vn/feeds/marker.rss"), 404),
        (with("hub.topic", "https://tin.example.vn/articles/mot"), 404),
        (with("hub.callback", "marker"), 400),
        (with("hub.callback", "ftp://marker.example/"), 400),
        (with("hub.callback", "https://marker:marker@marker.example/"), 400),
        (with("hub.callback", "https://marker.example/#marker"), 400),
        (with("hub.secret", long), 400),
        (Vec::new(), 415),
    ];
    for (fields, status) in table {
        let request = site.ask("POST", "/hub");
        let answer = if fields.is_empty() { request.body("hub.mode=marker") } else { request.form(&fields) };
        let answer = answer.send();
        assert_eq!(answer.status, status, "{fields:?}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert!(!answer.text().contains("marker") && answer.text().len() > 10, "{}", answer.text());
    }
}

#[test]
fn a_body_is_taken_up_to_a_bound_and_only_where_it_is_wanted() {
    let site = running();
    let filled = |length: usize| {
        let start = "hub.mode=marker&filling=";
        format!("{start}{}", "x".repeat(length - start.len()))
    };
    let post = |path: &str, length: usize| {
        let form = "application/x-www-form-urlencoded";
        site.ask("POST", path).header("content-type", form).body(filled(length)).send()
    };
    assert_eq!(post("/hub", 16 << 10).status, 400, "it was read");
    let refused = post("/hub", (16 << 10) + 1);
    assert_eq!((refused.status, refused.header("connection")), (413, Some("close")));
    assert_eq!(post("/feeds/all.rss", 100).status, 405);
    for method in ["GET", "PUT"] {
        let shown = site.ask(method, "/hub").send();
        assert_eq!((shown.status, shown.header("allow")), (405, Some("POST")), "{method}");
        assert!(shown.text().contains("Đây là hub WebSub"));
    }
}
