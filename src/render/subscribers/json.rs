//! The list as data (docs/PUSH.md).

use super::{Counts, Line, Subscribers};
use crate::words::Site;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    site: &'a str,
    as_of: String,
    subscribers: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    topic: &'a str,
    feed: String,
    format: &'static str,
    is_private: bool,
    protocol: &'static str,
    host: &'a str,
    active: usize,
    current: usize,
    behind: usize,
    failing: usize,
    pending: usize,
    ending: usize,
    first_lease_ends: Option<String>,
    next_try: Option<String>,
}

/// The JSON document.
pub fn json(subscribers: &Subscribers<'_>) -> Vec<u8> {
    let Subscribers { site, as_of, lines } = subscribers;
    let document = Document {
        site: &site.title,
        as_of: site.zone.rfc3339(*as_of),
        subscribers: lines.iter().map(|line| item(site, line)).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&document).expect("texts and numbers are JSON");
    bytes.push(b'\n');
    bytes
}

fn item<'a>(site: &Site, line: &'a Line) -> Item<'a> {
    let Line { feed, format, topic, is_private, protocol, host, counts, until, next_try } = line;
    let Counts { active, current, failing, pending, ending } = *counts;
    Item {
        topic,
        feed: feed.to_string(),
        format: format.suffix(),
        is_private: *is_private,
        protocol: protocol.name(),
        host,
        active,
        current,
        behind: counts.behind(),
        failing,
        pending,
        ending,
        first_lease_ends: until.map(|at| site.zone.rfc3339(at)),
        next_try: next_try.map(|at| site.zone.rfc3339(at)),
    }
}
