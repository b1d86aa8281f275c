//! rssCloud over the wire, and hubs of others.

use crate::site::subscriber::{Sent, Subscriber, answer};
use crate::site::{Answer, BASE, Site, markdown};
use serde_json::Value;

/// A site whose subscribers may be on this machine.
fn running() -> Site {
    let mut site = Site::new().with(&["--hub-allow", "127.0.0.0/8"]);
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Tin đầu."));
    site.feed("site", "language = \"en\"");
    site.start();
    site.comes("Một");
    site
}

fn topic(path: &str) -> String {
    format!("{BASE}feeds/{path}")
}

fn port(subscriber: &Subscriber) -> String {
    let url = subscriber.url("");
    url.rsplit(':').next().expect("a port").to_owned()
}

/// Registers this subscriber's `/told` for a feed, with more of a form.
fn register(site: &Site, subscriber: &Subscriber, path: &str, more: &[(&str, &str)]) -> Answer {
    let (port, topic) = (port(subscriber), topic(path));
    let own = [("port", port.as_str()), ("path", "/told"), ("protocol", "http-post"), ("url1", &topic)];
    let fields: Vec<(&str, &str)> = own.into_iter().chain(more.iter().copied()).collect();
    site.ask("POST", "/cloud").form(&fields).send()
}

fn status(site: &Site) -> Value {
    serde_json::from_str(&site.get_private("/status.json").gives(200).text()).expect("it is JSON")
}

fn result(success: bool, said: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<notifyResult success=\"{success}\" msg=\"{said}\"/>\n")
}

const REGISTERED: &str = "Registered: you are told whenever the feed changes. Register again after 24 hours; this registration ends after 25.";
const UNTRIED: &str =
    "Not registered: the address to be notified did not answer as it should when it was tried.";

/// What a notification of this feed says.
fn notification(path: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("url", &topic(path)).finish()
}

fn challenged(sent: &Sent) -> Vec<u8> {
    answer(200, &sent.query("challenge").unwrap_or_default())
}

#[test]
fn whoever_registered_is_told_of_a_change_and_of_nothing_else() {
    let site = running();
    let subscriber = Subscriber::new();
    let answer = register(&site, &subscriber, "all.rss", &[]);
    assert_eq!((answer.status, answer.text()), (200, result(true, REGISTERED)));
    assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"));
    let tried = subscriber.gets("POST", 1);
    assert_eq!((tried.target.as_str(), tried.text()), ("/told", notification("all.rss")));
    assert_eq!(subscriber.sent("POST").len(), 1);

    site.article("tin/hai.md", markdown("Hai", "2026-01-02", "Tin sau."));
    let told = subscriber.gets("POST", 2);
    assert_eq!(told.text(), notification("all.rss"));
    assert_eq!(told.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(site.text("/feeds/all.rss").contains("Tin sau."), "what it fetches has the news");

    site.eventually("/status counts it", || {
        let status = status(&site);
        let subscribers = serde_json::json!([
            { "protocol": "websub", "active": 0, "pending": 0, "owed": 0, "failing": 0 },
            { "protocol": "rsscloud", "active": 1, "pending": 0, "owed": 0, "failing": 0 },
        ]);
        let deliveries = serde_json::json!({ "accepted": 1, "failed": 0 });
        (status["subscribers"] == subscribers && status["deliveries_last_hour"] == deliveries).then_some(())
    });
    let counted = site.get_private("/metrics").gives(200).text();
    for line in [
        "bantin_subscriptions{protocol=\"rsscloud\",state=\"active\"} 1",
        "bantin_subscription_requests_total{protocol=\"rsscloud\",status=\"200\"} 1",
        "bantin_verifications_total{protocol=\"rsscloud\",outcome=\"accepted\"} 1",
        "bantin_deliveries_total{protocol=\"rsscloud\",outcome=\"accepted\"} 1",
        "bantin_delivery_seconds_count 1",
    ] {
        assert!(counted.contains(line), "{line}: {counted}");
    }
}

#[test]
fn a_domain_has_to_echo_a_challenge() {
    let site = running();
    let (willing, other) = (Subscriber::answering(challenged), Subscriber::new());
    let domain = [("domain", "127.0.0.1")];
    assert_eq!(register(&site, &other, "all.rss", &domain).text(), result(false, UNTRIED));
    assert_eq!(register(&site, &willing, "all.rss", &domain).text(), result(true, REGISTERED));
    let asked = willing.gets("GET", 1);
    assert_eq!(asked.query("url"), Some(topic("all.rss")));
    assert!(asked.query("challenge").is_some_and(|challenge| challenge.len() == 32));

    site.article("tin/hai.md", markdown("Hai", "2026-01-02", "Tin sau."));
    assert_eq!(willing.gets("POST", 1).text(), notification("all.rss"));
    assert_eq!(other.sent("POST").len(), 0);
}

#[test]
fn several_feeds_are_registered_at_once_and_each_is_told_of() {
    let site = running();
    let subscriber = Subscriber::new();
    let second = topic("tin.atom");
    let answer = register(&site, &subscriber, "all.rss", &[("url2", &second)]);
    assert_eq!(answer.text(), result(true, REGISTERED));
    site.article("tin/hai.md", markdown("Hai", "2026-01-02", "Tin sau."));
    subscriber.gets("POST", 4);
    let mut told: Vec<String> = subscriber.sent("POST").iter().skip(2).map(Sent::text).collect();
    told.sort();
    assert_eq!(told, [notification("all.rss"), notification("tin.atom")]);
}

#[test]
fn answers_say_what_is_wrong_and_repeat_nothing() {
    let site = running();
    let subscriber = Subscriber::new();
    let gone = Subscriber::answering(|_| answer(404, ""));
    let ours = "One of `url1`, `url2`… is the address of no public feed here.";
    assert_eq!(register(&site, &subscriber, "khong-co.rss", &[]).status, 404);
    assert_eq!(register(&site, &subscriber, "all", &[]).text(), result(false, ours));
    assert_eq!(register(&site, &gone, "all.rss", &[]).text(), result(false, UNTRIED));
    let form = [("port", "80"), ("path", "/"), ("protocol", "<b>xml-rpc</b>")];
    let answer =
        site.ask("POST", "/pleaseNotify").header("Accept", "application/json").form(&form).gives(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let said: Value = serde_json::from_str(&answer.text()).expect("it is JSON");
    assert_eq!(
        said,
        serde_json::json!({ "success": false, "msg": "`protocol` has to be http-post or https-post." })
    );
    assert_eq!(subscriber.connections(), 0);
}

#[test]
fn nobody_is_tried_at_an_address_that_is_not_public() {
    let site = Site::running();
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Tin đầu."));
    site.comes("Một");
    let subscriber = Subscriber::answering(challenged);
    for domain in ["", "127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1"] {
        let answer = register(&site, &subscriber, "all.rss", &[("domain", domain)]);
        assert!(answer.text().contains("success=\"false\""), "{domain}: {}", answer.text());
    }
    assert_eq!(subscriber.connections(), 0);
}

#[test]
fn a_site_can_leave_it_out() {
    let mut site = Site::new();
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Tin đầu."));
    site.start();
    site.comes("Một");
    assert!(site.text("/feeds/all.rss").contains("<cloud "));
    site.get("/cloud").gives(405);
    site.feed("site", "rss_cloud = false");
    site.eventually_gives("/cloud", 404);
    for path in ["/cloud", "/cloud/pleaseNotify", "/pleaseNotify"] {
        site.ask("POST", path).form(&[("port", "80")]).gives(404);
    }
    assert!(!site.text("/feeds/all.rss").contains("cloud"));
}

#[test]
fn hubs_of_others_are_told_what_changed_and_are_looked_out_for() {
    let (hub, closed) = (Subscriber::new(), Subscriber::answering(|_| answer(403, "")));
    let mut site = Site::new().with(&["--hub-allow", "127.0.0.0/8"]);
    let hubs = format!("hubs = [\"{}\", \"{}\"]", hub.url("/publish"), closed.url("/"));
    site.feed("site", &hubs);
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Tin đầu."));
    site.start();
    let ping = hub.gets("POST", 1);
    assert_eq!(ping.target, "/publish");
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&ping.body).into_owned().collect();
    assert_eq!(form[0], ("hub.mode".to_owned(), "publish".to_owned()));
    for name in ["hub.url", "hub.topic"] {
        let named: Vec<&str> =
            form.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
        for path in ["all.rss", "all.atom", "all.json", "tin.rss"] {
            assert!(named.contains(&topic(path).as_str()), "{name}: {named:?}");
        }
    }

    let states = || {
        let status = status(&site);
        let hubs = status["hubs"].as_array().expect("a list").iter();
        hubs.map(|hub| (hub["state"].as_str().expect("a word").to_owned(), hub["answered"].as_u64()))
            .collect::<Vec<_>>()
    };
    let state = |name: &str| (name.to_owned(), None);
    site.eventually("both were told", || {
        (states() == [state("awaited"), ("refuses".to_owned(), Some(403))]).then_some(())
    });
    // Both hubs are where this comes from.
    site.get("/feeds/all.rss").gives(200);
    site.eventually("it is seen to come", || (states()[0] == state("comes")).then_some(()));
    let counted = site.get_private("/metrics").gives(200).text();
    for line in
        ["bantin_hub_pings_total{outcome=\"accepted\"} 1", "bantin_hub_pings_total{outcome=\"refused\"} 1"]
    {
        assert!(counted.contains(line), "{counted}");
    }
}
