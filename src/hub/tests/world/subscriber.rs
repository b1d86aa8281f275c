//! Those who subscribe, and how they behave.

use super::{BEGINNING, BUSY, Plan, Random, SECRET_FEED};
use crate::hub::{Callback, Failure, Outcome, Protocol};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Answers at once.
    Prompt,
    /// Takes its time, and sometimes too much of it, though it took what came.
    Slow,
    /// Is down for hours and up for hours; up in the end.
    Flapping,
    /// Says that it is busy now and then, and for how long.
    Busy,
    /// Confirms that it wants no more, half-way.
    Leaving,
    /// Does not renew its lease.
    Forgetful,
    /// Never answers a delivery.
    Dead,
    /// Answers deliveries with another address.
    Redirecting,
    /// Answers verifications with something else.
    Lying,
    /// Its name leads to an address inside, after it has confirmed.
    Rebinding,
    /// Says that it is gone, at its first delivery.
    Gone,
}

pub(super) struct Subscriber {
    pub(super) kind: Kind,
    pub(super) callback: Callback,
    pub(super) feed: usize,
    pub(super) protocol: Protocol,
    pub(super) lease: i64,
    /// The newest version it has seen, by itself or delivered.
    pub(super) has: u32,
    /// The newest version that it got delivered and answered with a 2xx.
    pub(super) acknowledged: Option<u32>,
    /// The end of its lease as it was told when it confirmed.
    pub(super) until: Option<i64>,
    /// Whether it wants to be told.
    pub(super) wants: bool,
    pub(super) has_left: bool,
    pub(super) was_denied: bool,
    /// When deliveries to it began.
    pub(super) tries: Vec<i64>,
    pub(super) asked: u32,
    phase: i64,
}

const HOUR: i64 = 3600;

impl Subscriber {
    pub(super) fn new(place: usize, plan: &Plan, random: &mut Random) -> Self {
        let kind = match random.below(20) {
            0..6 => Kind::Prompt,
            6..8 => Kind::Slow,
            8..10 => Kind::Flapping,
            10..12 => Kind::Busy,
            12 => Kind::Leaving,
            13 => Kind::Forgetful,
            14 | 15 => Kind::Dead,
            16 => Kind::Redirecting,
            17 => Kind::Lying,
            18 => Kind::Rebinding,
            _ => Kind::Gone,
        };
        // Some have one callback for several feeds.
        let group = place / plan.feeds;
        let text = match group % 3 {
            0 => format!("https://host{}.example/{group}?all=1", group % plan.hosts),
            _ => format!("https://host{}.example/feed/{place}", random.below(plan.hosts as u64)),
        };
        let feed = place % plan.feeds;
        let speaks_cloud = kind != Kind::Leaving && feed != SECRET_FEED && random.once_in(6);
        let protocol = if speaks_cloud { Protocol::Cloud } else { Protocol::WebSub };
        Self {
            kind,
            callback: Callback::parse(&text).expect("a sound callback"),
            feed,
            protocol,
            lease: if speaks_cloud { 25 * HOUR } else { (12 + random.below(60) as i64) * HOUR },
            has: 0,
            acknowledged: None,
            until: None,
            wants: true,
            has_left: false,
            was_denied: false,
            tries: Vec::new(),
            asked: 0,
            phase: random.below(6 * HOUR as u64) as i64,
        }
    }

    /// Whether it is one that is there, and has to get what is newest.
    pub(super) fn is_alive(&self) -> bool {
        matches!(self.kind, Kind::Prompt | Kind::Slow | Kind::Flapping | Kind::Busy)
    }

    fn is_down(&self, now: i64) -> bool {
        let since = now - BEGINNING;
        self.kind == Kind::Flapping && since < BUSY && (since + self.phase) % (6 * HOUR) < 3 * HOUR
    }

    /// How it answers a verification: after how many seconds, and what the hub sees. `wants` says whether it asked for that.
    pub(super) fn verified(&self, wants: bool, now: i64, random: &mut Random) -> (i64, Outcome) {
        match self.kind {
            _ if self.is_down(now) => (random.below(11) as i64, Outcome::Failed(Failure::Unreachable)),
            Kind::Lying => (0, answered(200)),
            _ if !wants => (0, answered(404)),
            Kind::Slow => (random.below(9) as i64, Outcome::Confirmed),
            _ => (0, Outcome::Confirmed),
        }
    }

    /// How it answers a delivery of this version, and whether it has taken it.
    pub(super) fn delivered(&self, sent: Outcome, now: i64, random: &mut Random) -> (i64, Outcome, bool) {
        let failed = |after: i64, failure: Failure| (after, Outcome::Failed(failure), false);
        match self.kind {
            _ if self.is_down(now) => failed(random.below(11) as i64, Failure::Unreachable),
            Kind::Slow if random.once_in(4) => (10, Outcome::Failed(Failure::Slow), true),
            Kind::Slow => (4 + random.below(6) as i64, sent, true),
            Kind::Busy if random.once_in(2) && now < BEGINNING + BUSY => {
                let retry_after = Some(random.below(2 * HOUR as u64) as i64);
                (0, Outcome::Answered { status: 503, retry_after }, false)
            }
            Kind::Dead => failed(10, Failure::Slow),
            Kind::Redirecting => (0, answered(307), false),
            Kind::Rebinding => failed(0, Failure::Refused),
            Kind::Gone => (0, answered(410), false),
            _ => (random.below(2) as i64, sent, true),
        }
    }
}

fn answered(status: u16) -> Outcome {
    Outcome::Answered { status, retry_after: None }
}
