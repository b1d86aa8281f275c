//! The addresses that people guess or come from.

use crate::edition::Edition;
use crate::words::{FeedName, Slug};

/// Those that are the same on every site. Where they lead, the site is asked.
const FIXED: &str = "/feed /feed/ /rss /rss/ /rss.xml /feed.xml /index.xml /feed.rss /index.rss /feed/rss /feed/rss/ /feed/rss2 \
                     /feed/rss2/ /atom.xml /atom /atom/ /feed.atom /feed/atom /feed/atom/ /feed.json /index.json /feed/json \
                     /feed/json/ /feeds /feeds/ /articles /articles/ /round-ups /round-ups/";

/// Those of a category, by what follows its name, and the suffix of what each leads to.
pub const OF_CATEGORIES: [(&str, &str); 11] = [
    ("feed", "rss"),
    ("feed/", "rss"),
    ("rss", "rss"),
    ("rss/", "rss"),
    ("rss.xml", "rss"),
    ("feed.xml", "rss"),
    ("index.xml", "rss"),
    ("atom.xml", "atom"),
    ("feed/atom", "atom"),
    ("feed/atom/", "atom"),
    ("feed.json", "json"),
];

/// Those that are the same on every site.
pub fn fixed() -> impl Iterator<Item = &'static str> {
    FIXED.split_ascii_whitespace()
}

/// Those of round-ups without their periods, which lead to the feeds of them.
pub fn round_ups(edition: &Edition) -> Vec<String> {
    let names = edition.open_feeds().filter_map(|name| match name {
        FeedName::RoundUps(Some(of)) => Some([format!("/round-ups/{of}"), format!("/round-ups/{of}/")]),
        _ => None,
    });
    names.flatten().collect()
}

/// The feeds that are a category's, or are called as one could be.
pub fn categories(edition: &Edition) -> Vec<Slug> {
    let names = edition.open_feeds().filter_map(|name| match name {
        FeedName::Plain(slug) => Some(slug.clone()),
        _ => None,
    });
    names.collect()
}
