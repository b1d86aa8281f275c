//! The hub over the wire: real subscribers on this machine ask, are asked back, and are sent what changed.

#[path = "../site/mod.rs"]
mod site;

mod asking;
mod delivering;
mod remembering;
mod secrets;
mod strangers;
mod w3c;

use site::subscriber::{Sent, Subscriber, answer};
use site::{Answer, BASE, Site, markdown};
use std::time::Duration;

/// A site whose subscribers may be on this machine.
fn hub() -> Site {
    Site::new().with(&["--hub-allow", "127.0.0.0/8"])
}

fn started(mut site: Site) -> Site {
    site.article("tin/mot.md", article("Một"));
    site.start();
    site.comes("Một");
    site
}

fn running() -> Site {
    started(hub())
}

fn article(title: &str) -> String {
    markdown(title, "2026-01-01", &format!("Tin {title}."))
}

fn ask(site: &Site, mode: &str, path: &str, callback: &str, more: &[(&str, &str)]) -> Answer {
    let topic = format!("{BASE}{path}");
    let own = [("hub.mode", mode), ("hub.topic", &topic), ("hub.callback", callback)];
    let fields: Vec<(&str, &str)> = own.into_iter().chain(more.iter().copied()).collect();
    site.ask("POST", "/hub").form(&fields).send()
}

/// Waits until it was said so often of subscriptions.
#[track_caller]
fn says(site: &Site, what: &str, times: usize) {
    site.eventually(&format!("“{what}” {times} times"), || {
        (site.said().matches(what).count() >= times).then_some(())
    });
}

/// Subscribes at this path of the subscriber, and waits until that was confirmed.
#[track_caller]
fn subscribes_at(site: &Site, callback: &str, path: &str, more: &[(&str, &str)]) {
    let before = site.said().matches(": begun").count();
    let answer = ask(site, "subscribe", path, callback, more);
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    says(site, ": begun", before + 1);
}

#[track_caller]
fn subscribes(site: &Site, subscriber: &Subscriber, path: &str, more: &[(&str, &str)]) {
    subscribes_at(site, &subscriber.url("/"), path, more);
}

/// Confirms what it is asked; deliveries are answered with this status.
fn taking_with(status: u16) -> impl Fn(&Sent) -> Vec<u8> + Send + Sync {
    move |sent| match sent.query("hub.challenge") {
        Some(challenge) => answer(200, &challenge),
        None => answer(status, ""),
    }
}

/// Confirms what it is asked; deliveries are not answered for this long.
fn slowly(time: Duration) -> impl Fn(&Sent) -> Vec<u8> + Send + Sync {
    move |sent| {
        if sent.method == "POST" {
            std::thread::sleep(time);
        }
        taking_with(200)(sent)
    }
}

fn links(header: &str) -> Vec<(String, String)> {
    let link = |link: &str| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let relation = rest.split("rel=\"").nth(1)?.split('"').next()?;
        Some((relation.to_owned(), address.to_owned()))
    };
    header.split(',').filter_map(link).collect()
}

fn of_hub_and_self(mut links: Vec<(String, String)>) -> Vec<(String, String)> {
    links.retain(|(relation, _)| relation == "hub" || relation == "self");
    links.sort();
    links
}
