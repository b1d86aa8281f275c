//! The same as data (docs/STATS.md).

use super::{Counts, Followed, Followers, Service, Stats, Unruly};
use crate::words::{Format, Site};
use serde::Serialize;
use std::collections::BTreeMap;

/// The JSON document.
pub fn json(stats: &Stats) -> Vec<u8> {
    let site = &*stats.site;
    let document = Document {
        version: env!("CARGO_PKG_VERSION"),
        site: &site.title,
        told: site.zone.rfc3339(stats.told),
        since: stats.since.map(|day| day.to_string()),
        refetches: site.manners.refetches,
        week: counted(&stats.week),
        feed_count: stats.feed_count,
        feeds: stats.feeds.iter().map(|feed| followed(site, feed)).collect(),
        days: stats
            .days
            .iter()
            .map(|(day, counts)| OfDay { day: day.to_string(), counts: counted(counts) })
            .collect(),
        badly_behaved: stats.unruly.iter().map(|client| unruly(site, client)).collect(),
        uncounted: stats.uncounted,
        damaged: stats.damaged.as_deref(),
    };
    let mut bytes = serde_json::to_vec_pretty(&document).expect("texts and numbers are JSON");
    bytes.push(b'\n');
    bytes
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    site: &'a str,
    told: String,
    since: Option<String>,
    refetches: Option<u32>,
    week: Counted,
    feed_count: usize,
    feeds: Vec<FollowedItem<'a>>,
    days: Vec<OfDay>,
    badly_behaved: Vec<UnrulyItem<'a>>,
    uncounted: u64,
    damaged: Option<&'a str>,
}

#[derive(Serialize)]
struct Counted {
    requests: u64,
    formats: BTreeMap<&'static str, u64>,
    conditional: u64,
    unchanged: u64,
    again: u64,
    refused: u64,
    bytes_sent: u64,
    bytes_saved: u64,
}

#[derive(Serialize)]
struct OfDay {
    day: String,
    #[serde(flatten)]
    counts: Counted,
}

#[derive(Serialize)]
struct FollowedItem<'a> {
    feed: String,
    reported: u64,
    claimed: u64,
    observed: u64,
    week: Counted,
    services: Vec<ServiceItem<'a>>,
    service_count: usize,
    days: Vec<FollowersOfDay>,
}

#[derive(Serialize)]
struct ServiceItem<'a> {
    agent: &'a str,
    known: bool,
    subscribers: u64,
    last: String,
}

#[derive(Serialize)]
struct FollowersOfDay {
    day: String,
    reported: u64,
    claimed: u64,
    observed: u64,
}

#[derive(Serialize)]
struct UnrulyItem<'a> {
    agent: &'a str,
    mark: &'a str,
    again: u64,
    refused: u64,
    last: String,
}

fn counted(counts: &Counts) -> Counted {
    let Counts { requests, conditional, unchanged, again, refused, sent, saved } = *counts;
    Counted {
        requests: counts.all(),
        formats: Format::ALL.into_iter().map(|format| (format.suffix(), requests[format as usize])).collect(),
        conditional,
        unchanged,
        again,
        refused,
        bytes_sent: sent,
        bytes_saved: saved,
    }
}

fn followed<'a>(site: &Site, feed: &'a Followed) -> FollowedItem<'a> {
    let Followers { reported, claimed, observed } = feed.followers;
    let of_day = |(day, followers): &(_, Option<Followers>)| {
        let Followers { reported, claimed, observed } = (*followers)?;
        let day: &crate::words::Day = day;
        Some(FollowersOfDay { day: day.to_string(), reported, claimed, observed })
    };
    FollowedItem {
        feed: feed.name.to_string(),
        reported,
        claimed,
        observed,
        week: counted(&feed.week),
        services: feed.services.iter().map(|service| item(site, service)).collect(),
        service_count: feed.service_count,
        days: feed.days.iter().filter_map(of_day).collect(),
    }
}

fn item<'a>(site: &Site, service: &'a Service) -> ServiceItem<'a> {
    let Service { agent, is_known, subscribers, last } = service;
    ServiceItem { agent, known: *is_known, subscribers: *subscribers, last: site.zone.rfc3339(*last) }
}

fn unruly<'a>(site: &Site, client: &'a Unruly) -> UnrulyItem<'a> {
    let Unruly { agent, mark, again, refused, last } = client;
    UnrulyItem { agent, mark, again: *again, refused: *refused, last: site.zone.rfc3339(*last) }
}
