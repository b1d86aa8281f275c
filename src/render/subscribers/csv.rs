//! The list as one table, for spreadsheets.

use super::{Counts, Line, Subscribers};
use crate::render::csv::{MARK, line};
use crate::words::{Site, Timestamp};

const COLUMNS: [&str; 13] = [
    "topic",
    "feed",
    "format",
    "protocol",
    "host",
    "active",
    "current",
    "behind",
    "failing",
    "pending",
    "ending",
    "first_lease_ends",
    "next_try",
];

/// The table.
pub fn csv(subscribers: &Subscribers<'_>) -> Vec<u8> {
    let mut table = String::from(MARK);
    line(&mut table, COLUMNS.map(str::to_owned));
    for each in &subscribers.lines {
        line(&mut table, cells(subscribers.site, each));
    }
    table.into_bytes()
}

fn cells(site: &Site, each: &Line) -> [String; COLUMNS.len()] {
    let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| site.zone.rfc3339(at));
    let Counts { active, current, failing, pending, ending } = each.counts;
    [
        each.topic.clone(),
        each.feed.to_string(),
        each.format.suffix().to_owned(),
        each.protocol.name().to_owned(),
        each.host.clone(),
        active.to_string(),
        current.to_string(),
        each.counts.behind().to_string(),
        failing.to_string(),
        pending.to_string(),
        ending.to_string(),
        time(each.until),
        time(each.next_try),
    ]
}
