//! What subscribers are sent.

use crate::site::subscriber::{Sent, Subscriber};
use crate::site::{BASE, Site};
use crate::{
    article, ask, hub, links, of_hub_and_self, running, says, slowly, started, subscribes, subscribes_at,
    taking_with,
};
use ring::hmac;
use std::time::Duration;

#[test]
fn a_change_reaches_who_subscribed_as_anybody_gets_it() {
    let site = hub();
    site.feed("site", "hubs = [\"https://hub.example/\"]\n");
    let site = started(site);
    let subscribers =
        ["rss", "atom", "json"].map(|suffix| (format!("feeds/tin.{suffix}"), Subscriber::new()));
    for (path, subscriber) in &subscribers {
        subscribes(&site, subscriber, path, &[]);
    }
    site.article("khac/khac.md", article("Khác"));
    site.article("tin/hai.md", article("Hai"));
    for (path, subscriber) in &subscribers {
        let sent = subscriber.gets("POST", 1);
        let shown = site.get(&format!("/{path}")).gives(200);
        assert_eq!(sent.text(), shown.text());
        assert!(sent.text().contains("Tin Hai."));
        assert_eq!(sent.header("content-type"), shown.header("content-type"));
        assert_eq!(sent.header("x-hub-signature"), None);
        assert_eq!(
            sent.header("user-agent"),
            Some(&*format!("bantin/{} (+{BASE})", env!("CARGO_PKG_VERSION")))
        );
        let expected = [
            ("hub", "https://hub.example/"),
            ("hub", &format!("{BASE}hub")),
            ("self", &format!("{BASE}{path}")),
        ];
        let expected = expected.map(|(relation, address)| (relation.to_owned(), address.to_owned()));
        let of = |header: Option<&str>| of_hub_and_self(links(header.expect("there is a Link")));
        assert_eq!(of(sent.header("link")), expected);
        assert_eq!(of(shown.header("link")), expected);
        assert_eq!(in_document(&sent.text(), path), expected);
    }
    // What changed elsewhere is no news of this feed.
    assert!(subscribers.iter().all(|(_, subscriber)| subscriber.sent("POST").len() == 1));
}

/// What a document says of its hubs and itself.
fn in_document(text: &str, path: &str) -> Vec<(String, String)> {
    if path.ends_with(".json") {
        let feed: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let hubs = feed["hubs"].as_array().expect("hubs").iter();
        let hubs = hubs.map(|hub| ("hub".to_owned(), hub["url"].as_str().expect("a URL").to_owned()));
        let own = ("self".to_owned(), feed["feed_url"].as_str().expect("a URL").to_owned());
        return of_hub_and_self(hubs.chain([own]).collect());
    }
    let attribute = |tag: &str, name: &str| {
        tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
    };
    let head = text.split("<item").next().and_then(|head| head.split("<entry").next()).expect("a head");
    let tags = head.split('<').filter(|tag| tag.starts_with("link") || tag.starts_with("atom:link"));
    of_hub_and_self(tags.filter_map(|tag| Some((attribute(tag, "rel")?, attribute(tag, "href")?))).collect())
}

#[test]
fn deliveries_are_signed_for_who_gave_a_secret() {
    let site = Site::new().with(&["--hub-allow", "127.0.0.0/8,::1"]);
    site.feed("site", "hub_signature = \"sha512\"\n[hub_signature_for]\nlocalhost = \"sha1\"\n");
    let site = started(site);
    let secret = "bí mật dài vừa đủ";
    let (usual, old) = (Subscriber::new(), Subscriber::new());
    subscribes(&site, &usual, "feeds/all.rss", &[("hub.secret", secret)]);
    let callback = old.url("/").replace("127.0.0.1", "localhost");
    subscribes_at(&site, &callback, "feeds/all.rss", &[("hub.secret", secret)]);
    site.article("tin/hai.md", article("Hai"));
    for (subscriber, method, algorithm) in
        [(&usual, "sha512", hmac::HMAC_SHA512), (&old, "sha1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)]
    {
        let sent = subscriber.gets("POST", 1);
        let tag = hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), &sent.body);
        let digits: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sent.header("x-hub-signature"), Some(&*format!("{method}={digits}")));
    }
}

#[test]
fn where_the_site_wants_it_only_what_is_new_since_the_last_delivery_is_sent() {
    let site = hub();
    site.feed("site", "hub_delivers = \"changes\"\n");
    let site = started(site);
    let (steady, falters) = (Subscriber::new(), Subscriber::new());
    for subscriber in [&steady, &falters] {
        subscribes(&site, subscriber, "feeds/all.json", &[("hub.secret", "bí mật")]);
    }
    let titles = |sent: &Sent| -> Vec<String> {
        crate::site::listed(&sent.text()).into_iter().map(|article| article.title).collect()
    };
    site.article("tin/hai.md", article("Hai"));
    // What a subscriber had before is not known, so that it gets all once.
    assert_eq!(titles(&steady.gets("POST", 1)).len(), 2);
    assert_eq!(titles(&falters.gets("POST", 1)).len(), 2);
    falters.answers(slowly(Duration::from_secs(1)));
    for (count, title) in ["Ba", "Bốn", "Năm"].into_iter().enumerate() {
        site.article(&format!("tin/{count}.md"), article(title));
        assert_eq!(titles(&steady.gets("POST", count + 2)), [title]);
    }
    assert_eq!(titles(&falters.gets("POST", 2)), ["Ba"]);
    let mut both = titles(&falters.gets("POST", 3));
    both.sort();
    assert_eq!(both, ["Bốn", "Năm"], "all that it has not acknowledged");
    let sent = steady.gets("POST", 2);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, "bí mật".as_bytes()), &sent.body);
    let digits: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(sent.header("x-hub-signature"), Some(&*format!("sha256={digits}")), "of what was sent");
}

#[test]
fn whoever_is_slow_gets_the_newest_once_and_holds_up_nobody() {
    let site = running();
    let (slow, quick) = (Subscriber::new(), Subscriber::new());
    subscribes(&site, &slow, "feeds/all.json", &[]);
    subscribes(&site, &quick, "feeds/all.json", &[]);
    slow.answers(slowly(Duration::from_secs(1)));
    for (count, title) in ["Hai", "Ba", "Bốn", "Năm"].into_iter().enumerate() {
        site.article(&format!("tin/{count}.md"), article(title));
        quick.gets("POST", count + 1);
    }
    let newest = quick.gets("POST", 4);
    assert_eq!(slow.gets("POST", 2).text(), newest.text());
    site.throughout(Duration::from_millis(300), || assert_eq!(slow.sent("POST").len(), 2));
}

#[test]
fn many_callbacks_on_one_host_share_a_few_connections() {
    let site = running();
    let subscriber = Subscriber::new();
    for number in 0..80 {
        let callback = subscriber.url(&format!("/{number}"));
        assert_eq!(ask(&site, "subscribe", "feeds/all.rss", &callback, &[]).status, 202);
    }
    says(&site, ": begun", 80);
    site.article("tin/hai.md", article("Hai"));
    subscriber.gets("POST", 80);
    let mut targets: Vec<String> = subscriber.sent("POST").into_iter().map(|sent| sent.target).collect();
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), 80, "each once");
    assert!(subscriber.connections() <= 16, "{} connections", subscriber.connections());
}

#[test]
fn what_is_sent_is_counted() {
    let site = running();
    let (takes, refuses, hangs_up) = (Subscriber::new(), Subscriber::new(), Subscriber::new());
    for subscriber in [&takes, &refuses, &hangs_up] {
        subscribes(&site, subscriber, "feeds/all.rss", &[]);
    }
    ask(&site, "subscribe", "feeds/all.rss", "ftp://cho-nao-do/", &[]);
    refuses.answers(taking_with(500));
    hangs_up.answers(|_| Vec::new());
    site.article("tin/hai.md", article("Hai"));
    let expected = [
        "bantin_subscriptions{protocol=\"websub\",state=\"active\"} 3",
        "bantin_subscriptions{protocol=\"websub\",state=\"owed\"} 2",
        "bantin_subscriptions{protocol=\"websub\",state=\"failing\"} 2",
        "bantin_subscription_requests_total{protocol=\"websub\",status=\"202\"} 3",
        "bantin_subscription_requests_total{protocol=\"websub\",status=\"400\"} 1",
        "bantin_verifications_total{protocol=\"websub\",outcome=\"accepted\"} 3",
        "bantin_deliveries_total{protocol=\"websub\",outcome=\"accepted\"} 1",
        "bantin_deliveries_total{protocol=\"websub\",outcome=\"refused\"} 1",
        "bantin_deliveries_total{protocol=\"websub\",outcome=\"failed\"} 1",
    ];
    for line in expected {
        site.eventually(line, || site.get_private("/metrics").gives(200).text().contains(line).then_some(()));
    }
}
