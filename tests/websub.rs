//! The hub over the wire: real subscribers on this machine ask, are asked back, and are sent what changed.

mod site;

use site::subscriber::Subscriber;
use site::{Answer, BASE, Site, markdown};

/// A site whose subscribers may be on this machine.
fn hub() -> Site {
    Site::new().with(&["--hub-allow", "127.0.0.0/8"])
}

fn running() -> Site {
    let mut site = hub();
    site.article("tin/mot.md", markdown("Một", "2026-01-01", "Tin đầu."));
    site.start();
    site.comes("Một");
    site
}

fn topic(path: &str) -> String {
    format!("{BASE}{path}")
}

fn ask(site: &Site, mode: &str, path: &str, callback: &str, more: &[(&str, &str)]) -> Answer {
    let topic = topic(path);
    let own = [("hub.mode", mode), ("hub.topic", &topic), ("hub.callback", callback)];
    let fields: Vec<(&str, &str)> = own.into_iter().chain(more.iter().copied()).collect();
    site.ask("POST", "/hub").form(&fields).send()
}

/// Subscribes, and waits until that was confirmed.
fn subscribed(site: &Site, subscriber: &Subscriber, path: &str, more: &[(&str, &str)]) {
    let before = site.said().matches(": begun").count();
    let answer = ask(site, "subscribe", path, &subscriber.url("/"), more);
    assert_eq!(answer.status, 202, "{}", answer.text());
    site.eventually("it is begun", || (site.said().matches(": begun").count() > before).then_some(()));
}

#[test]
fn a_change_reaches_who_subscribed() {
    let site = running();
    let subscriber = Subscriber::new();
    subscribed(&site, &subscriber, "feeds/all.rss", &[]);
    site.article("tin/hai.md", markdown("Hai", "2026-01-02", "Tin sau."));
    let sent = subscriber.gets("POST", 1);
    let shown = site.get("/feeds/all.rss").gives(200);
    assert_eq!(sent.text(), shown.text());
    assert!(sent.text().contains("Tin sau."));
    assert_eq!(sent.header("content-type"), shown.header("content-type"));
}
