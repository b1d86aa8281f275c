//! Who is told of changes, for the person in charge: for reading, as data, and as a table. Callbacks are secrets of those who
//! gave them, so that only their hosts are shown.

mod csv;
mod json;
mod text;

pub use csv::csv;
pub use json::json;
pub use text::text;

use crate::words::{FeedName, Format, Protocol, Site, Timestamp};

/// All who are told.
pub struct Subscribers<'a> {
    /// The site.
    pub site: &'a Site,
    /// When this was so.
    pub as_of: Timestamp,
    /// The lines of the list, those of one document together.
    pub lines: Vec<Line>,
}

/// All at one host who are told of one document over one protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The feed.
    pub feed: FeedName,
    /// In which format.
    pub format: Format,
    /// The document's address, without its secret if it has one.
    pub topic: String,
    /// Whether it is a partner's alone.
    pub is_private: bool,
    /// How they are told.
    pub protocol: Protocol,
    /// The host of their callbacks.
    pub host: String,
    /// How they stand.
    pub counts: Counts,
    /// When the first of their leases ends.
    pub until: Option<Timestamp>,
    /// When the first of those that failed is tried again.
    pub next_try: Option<Timestamp>,
}

/// How they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those who are told.
    pub active: usize,
    /// Those of them who have the version that is out.
    pub current: usize,
    /// Those of them whose last delivery failed.
    pub failing: usize,
    /// Those who have not confirmed yet that they want to be told.
    pub pending: usize,
    /// Those whose lease is over, or who are being told that there is no such document any more.
    pub ending: usize,
}

impl Counts {
    /// Those who are told and have an earlier version.
    pub fn behind(&self) -> usize {
        self.active - self.current
    }
}

impl Subscribers<'_> {
    /// All lines together.
    fn total(&self) -> Counts {
        self.lines.iter().fold(Counts::default(), |total, line| {
            let Counts { active, current, failing, pending, ending } = line.counts;
            Counts {
                active: total.active + active,
                current: total.current + current,
                failing: total.failing + failing,
                pending: total.pending + pending,
                ending: total.ending + ending,
            }
        })
    }
}
