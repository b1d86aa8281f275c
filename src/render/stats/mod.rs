//! What readers do, for the person in charge: a page, and the same as data. Neither is for the public.

mod chart;
mod json;
mod page;
mod phrases;

#[cfg(test)]
mod tests;

pub use json::json;
pub use page::{content_security_policy, page};

use crate::words::{Day, FeedName, Format, Site, Timestamp};
use std::sync::Arc;

/// What readers do.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// The site as it is set up.
    pub site: Arc<Site>,
    /// When this was so.
    pub told: Timestamp,
    /// The first day of which anything is known.
    pub since: Option<Day>,
    /// What happened in the last seven days.
    pub week: Counts,
    /// The feeds that most follow.
    pub feeds: Vec<Followed>,
    /// How many feeds somebody follows or asked for.
    pub feed_count: usize,
    /// What happened on each of the last days, today last.
    pub days: Vec<(Day, Counts)>,
    /// Clients that fetch again and again what they were given, the busiest first.
    pub unruly: Vec<Unruly>,
    /// What found no room since bantin runs, and counts nowhere.
    pub uncounted: u64,
    /// How what was counted before is called, when it was found damaged.
    pub damaged: Option<String>,
}

/// How often what was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests, by format.
    pub requests: [u64; Format::ALL.len()],
    /// Requests that had a condition.
    pub conditional: u64,
    /// Answers that nothing has changed.
    pub unchanged: u64,
    /// Requests for what the client had just been given, without saying so.
    pub again: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes that did not have to be sent.
    pub saved: u64,
}

impl Counts {
    /// All requests.
    pub fn all(&self) -> u64 {
        self.requests.iter().sum()
    }
}

/// A feed, and who follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Which one.
    pub name: FeedName,
    /// Whether everybody gets it.
    pub is_public: bool,
    /// How many follow it.
    pub followers: Followers,
    /// What happened in the last seven days.
    pub week: Counts,
    /// The services that read it for most, and for how many.
    pub services: Vec<Service>,
    /// How many services there are in all.
    pub service_count: usize,
    /// How many followed it on each of the last days, today last; nothing of days of which it is not known.
    pub days: Vec<(Day, Option<Followers>)>,
}

/// How many follow a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followers {
    /// As services say that are known.
    pub reported: u64,
    /// As others say, as far as they are believed.
    pub claimed: u64,
    /// Who was seen.
    pub observed: u64,
}

/// A service that reads for many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// What it calls itself, with `#` in place of the number.
    pub agent: String,
    /// Whether it is known.
    pub is_known: bool,
    /// For how many it reads.
    pub subscribers: u64,
    /// When it was here last.
    pub last: Timestamp,
}

/// A client that fetches again and again what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unruly {
    /// What it calls itself.
    pub agent: String,
    /// What tells it from others of the same name.
    pub mark: String,
    /// How often it did.
    pub again: u64,
    /// How often it was refused.
    pub refused: u64,
    /// When it last did.
    pub last: Timestamp,
}
