//! What is counted of requests for the documents of a feed.

use super::caller::Mark;
use crate::words::{FeedName, Format};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// How somebody was answered.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// Whether the request had a condition.
    pub is_conditional: bool,
    /// Whether this client had been given just that before, and said nothing of it.
    pub is_again: bool,
    /// How many bytes were sent.
    pub sent: u64,
    /// How many the whole document would have been, where less was sent and that is known.
    pub whole: Option<u64>,
}

/// How often what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "[u64; 7]", from = "[u64; 7]")]
pub struct Tally {
    /// Requests.
    pub requests: u64,
    /// Those of them that had a condition.
    pub conditional: u64,
    /// Those that were answered by saying that nothing has changed.
    pub unchanged: u64,
    /// Those of clients that had been given just that before, and said nothing of it.
    pub again: u64,
    /// Those that were refused.
    pub refused: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes that did not have to be sent.
    pub saved: u64,
}

/// What one client did with one feed in one format since this was last asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Doings {
    /// How often what.
    pub tally: Tally,
    /// Answers that saved something of which it is not known how much.
    pub unweighed: u64,
    /// How many bytes these answers had.
    pub unweighed_sent: u64,
    /// How many bytes the last answer had that was a whole document.
    pub whole: u64,
}

/// What one client did with one feed since this was last asked.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Which feed.
    pub feed: FeedName,
    /// What the client calls itself.
    pub agent: Box<str>,
    /// Where it is.
    pub mark: Mark,
    /// What it did, by format.
    pub doings: [Doings; Format::ALL.len()],
}

impl Doings {
    /// One more answer.
    pub fn enter(&mut self, answered: Answered) {
        let Answered { status, is_conditional, is_again, sent, whole } = answered;
        let one = u64::from;
        self.tally += Tally {
            requests: 1,
            conditional: one(is_conditional),
            unchanged: one(status == StatusCode::NOT_MODIFIED),
            again: one(is_again),
            refused: one(status == StatusCode::TOO_MANY_REQUESTS),
            sent,
            saved: whole.map_or(0, |whole| whole.saturating_sub(sent)),
        };
        match (status, whole) {
            (StatusCode::OK, None) => self.whole = sent,
            (StatusCode::NOT_MODIFIED | StatusCode::IM_USED, None) => {
                self.unweighed += 1;
                self.unweighed_sent += sent;
            }
            _ => {}
        }
    }
}

impl Tally {
    /// All of these together.
    pub fn of<'a>(tallies: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = Self::default();
        tallies.into_iter().for_each(|tally| all += *tally);
        all
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { requests, conditional, unchanged, again, refused, sent, saved } = other;
        for (sum, more) in [
            (&mut self.requests, requests),
            (&mut self.conditional, conditional),
            (&mut self.unchanged, unchanged),
            (&mut self.again, again),
            (&mut self.refused, refused),
            (&mut self.sent, sent),
            (&mut self.saved, saved),
        ] {
            *sum = sum.saturating_add(more);
        }
    }
}

/// In the order in which it is kept.
impl From<Tally> for [u64; 7] {
    fn from(tally: Tally) -> Self {
        let Tally { requests, conditional, unchanged, again, refused, sent, saved } = tally;
        [requests, conditional, unchanged, again, refused, sent, saved]
    }
}

impl From<[u64; 7]> for Tally {
    fn from([requests, conditional, unchanged, again, refused, sent, saved]: [u64; 7]) -> Self {
        Self { requests, conditional, unchanged, again, refused, sent, saved }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_what_the_whole_would_have_been_beyond_what_was_sent() {
        let mut doings = Doings::default();
        let mut enter = |status: u16, sent, whole| {
            let status = StatusCode::from_u16(status).expect("a status");
            doings.enter(Answered { status, is_conditional: status != 429, is_again: false, sent, whole });
            (doings.tally.sent, doings.tally.saved, doings.unweighed, doings.whole)
        };
        assert_eq!(enter(200, 1_000, None), (1_000, 0, 0, 1_000));
        assert_eq!(enter(304, 0, Some(1_000)), (1_000, 1_000, 0, 1_000));
        assert_eq!(enter(304, 0, None), (1_000, 1_000, 1, 1_000));
        assert_eq!(enter(226, 200, Some(1_000)), (1_200, 1_800, 1, 1_000));
        // What differs from a dictionary; and once more than the whole.
        assert_eq!(enter(200, 100, Some(900)), (1_300, 2_600, 1, 1_000));
        assert_eq!(enter(200, 1_100, Some(900)), (2_400, 2_600, 1, 1_000));
        assert_eq!(enter(429, 300, None), (2_700, 2_600, 1, 1_000));
        let Tally { requests, conditional, unchanged, refused, .. } = doings.tally;
        assert_eq!((requests, conditional, unchanged, refused), (7, 6, 2, 1));
    }
}
