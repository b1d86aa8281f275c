//! Who is told of changes (W3C WebSub, and rssCloud): subscriptions as state. Requests, editions, outcomes and the time go in;
//! rows to be written and requests to be sent come out. Nothing here knows a disk, a clock or a network.
//!
//! Whoever owns a [`Hub`] does this after each call that changes it: [`Hub::writes`] into the store, [`Hub::committed`], then
//! [`Hub::hand_out`]; the reply to a request is given once its row is committed. [`Hub::next_due`] says when to do so though
//! nothing happened: [`Hub::look`], then the same. What is owed needs no list of its own: a subscription is owed its topic when
//! the version it [has](Subscription::has) is not the one that is shown.

mod callback;
pub mod cloud;
mod fetchers;
mod form;
mod handing_out;
mod limits;
mod looking;
mod others;
mod rates;
mod reporting;
mod request;
mod secret;
mod settling;
mod subscription;
mod taking;
mod task;
mod turns;

#[cfg(test)]
mod tests;

pub use crate::words::Protocol;
pub use callback::Callback;
pub use fetchers::Fetcher;
pub use limits::Limits;
pub use others::{Others, Ping};
pub use request::{Reply, Request, Who};
pub use secret::Secret;
pub use subscription::{Address, Asks, State, Subscription, Wish};
pub use task::{Failure, Happening, Outcome, Task, What, Work};

use crate::edition::VersionName;
use crate::words::{Timestamp, Topic};
use looking::Followed;
use rates::Rates;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use task::Flight;
use turns::Turns;

/// The most happenings that wait to be told.
const MOST_HAPPENINGS: usize = 10_000;

/// What a topic is in the edition that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A document of ours, in this version.
    Version(VersionName),
    /// None of ours, or not any more, or not at this moment.
    Closed,
}

/// A change of the store.
#[expect(clippy::large_enum_variant, reason = "nearly all of them are rows")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// This row is so from now on.
    Put(Subscription),
    /// There is no row of this number any more, if there was one.
    Drop(u64),
}

/// How many there are of what, for metrics and the status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Subscriptions with a lease.
    pub active: usize,
    /// Requests that wait for their verification.
    pub asked: usize,
    /// Subscriptions that have not got the version that is shown.
    pub owed: usize,
    /// Those of them whose last delivery failed.
    pub failing: usize,
}

/// All subscriptions.
#[derive(Debug)]
pub struct Hub {
    limits: Limits,
    entries: HashMap<u64, Entry>,
    topics: HashMap<Topic, Followed>,
    turns: Turns,
    /// When something is to be done about which subscription.
    wakes: BTreeSet<(Timestamp, u64)>,
    flights: HashMap<u64, Flight>,
    clients: Rates<IpAddr>,
    hosts: Rates<Arc<str>>,
    everybody: Rates<()>,
    renewing: Rates<u64>,
    /// How many requests wait for their verification.
    asked: usize,
    /// Rows that are others than in the store, and those that are being written.
    unwritten: BTreeSet<u64>,
    in_writing: BTreeSet<u64>,
    last_number: u64,
    last_task: u64,
    looked: Option<Timestamp>,
    /// Whether a topic may be over though no edition is shown.
    may_close: bool,
    happenings: Vec<Happening>,
}

/// A subscription and what is being done about it.
#[derive(Debug)]
struct Entry {
    row: Subscription,
    wake: Option<Timestamp>,
    verification: Stage,
    delivery: Stage,
    /// Whether what is to be verified stands in the store.
    is_written: bool,
    /// Whether it was told that it is tried only now and then.
    is_paused: bool,
    /// Whether its last delivery took long.
    is_slow: bool,
}

/// How far something is that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing is, or not yet.
    Idle,
    /// It waits for its turn.
    Waiting,
    /// It is under way.
    UnderWay,
}

impl Hub {
    /// A hub with the rows of the store. Nothing is delivered before the first [`look`](Self::look).
    pub fn new(limits: Limits, remembered: Vec<Subscription>) -> Self {
        let mut hub = Self {
            turns: Turns::new(&limits),
            clients: Rates::new(limits.requests_per_client),
            hosts: Rates::new(limits.verifications_per_host),
            everybody: Rates::new(limits.verifications),
            renewing: Rates::new(limits.renewals),
            limits,
            entries: HashMap::new(),
            topics: HashMap::new(),
            wakes: BTreeSet::new(),
            flights: HashMap::new(),
            asked: 0,
            unwritten: BTreeSet::new(),
            in_writing: BTreeSet::new(),
            last_number: 0,
            last_task: 0,
            looked: None,
            may_close: false,
            happenings: Vec::new(),
        };
        remembered.into_iter().for_each(|row| hub.insert(row, true));
        hub
    }

    /// What changed in rows since it was last asked, to be written in one go.
    pub fn writes(&mut self) -> Vec<Write> {
        let numbers = std::mem::take(&mut self.unwritten);
        self.in_writing.extend(&numbers);
        let write = |number: u64| match self.entries.get(&number) {
            Some(entry) => Write::Put(entry.row.clone()),
            None => Write::Drop(number),
        };
        numbers.into_iter().map(write).collect()
    }

    /// All that [`writes`](Self::writes) gave stands in the store.
    pub fn committed(&mut self, now: Timestamp) {
        for number in std::mem::take(&mut self.in_writing) {
            if !self.unwritten.contains(&number)
                && let Some(entry) = self.entries.get_mut(&number)
            {
                entry.is_written = true;
                self.settle(number, now);
            }
        }
    }

    /// It could not be written: the next [`writes`](Self::writes) gives it again.
    pub fn not_committed(&mut self) {
        self.unwritten.append(&mut self.in_writing);
    }

    /// What happened since it was last asked.
    pub fn happenings(&mut self) -> Vec<Happening> {
        std::mem::take(&mut self.happenings)
    }

    /// All subscriptions, in no order.
    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.entries.values().map(|entry| &entry.row)
    }

    /// How many there are of what over one protocol. It looks at all of them.
    pub fn counts(&self, protocol: Protocol) -> Counts {
        let mut counts = Counts::default();
        for row in self.subscriptions().filter(|row| row.protocol == protocol) {
            counts.asked += usize::from(row.wish.is_some());
            counts.active += usize::from(row.until().is_some());
            let is_owed = self.is_owed(row);
            counts.owed += usize::from(is_owed);
            counts.failing += usize::from(is_owed && row.failures > 0);
        }
        counts
    }

    /// Adds a row, which is in the store already or has to be written first.
    fn insert(&mut self, row: Subscription, is_written: bool) {
        let number = row.number;
        self.last_number = self.last_number.max(number);
        self.turns.count_member(row.callback.shared_host(), true);
        if row.wish.is_some() {
            self.asked += 1;
            self.turns.count_asked(row.callback.shared_host(), true);
        }
        let followed = self.topics.entry(row.topic.clone()).or_default();
        followed.members.insert((row.callback.clone(), row.protocol), number);
        let wake = Timestamp::nearest(i64::MIN);
        self.wakes.insert((wake, number));
        let entry = Entry {
            row,
            wake: Some(wake),
            verification: Stage::Idle,
            delivery: Stage::Idle,
            is_written,
            is_paused: false,
            is_slow: false,
        };
        self.entries.insert(number, entry);
    }

    /// Ends a subscription.
    fn drop(&mut self, number: u64, what: What) {
        self.set_wish(number, None);
        let Some(Entry { row, wake, .. }) = self.entries.remove(&number) else { return };
        self.turns.leave(number, &row.callback);
        self.turns.count_member(row.callback.shared_host(), false);
        if let Some(wake) = wake {
            self.wakes.remove(&(wake, number));
        }
        if let Some(followed) = self.topics.get_mut(&row.topic) {
            followed.members.remove(&(row.callback.clone(), row.protocol));
            if followed.members.is_empty() {
                self.topics.remove(&row.topic);
            }
        }
        self.unwritten.insert(number);
        self.tell(row, what);
    }

    /// Sets what a subscriber asked for and has not confirmed.
    fn set_wish(&mut self, number: u64, wish: Option<Wish>) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let (before, after) = (entry.row.wish.is_some(), wish.is_some());
        entry.row.wish = wish;
        self.unwritten.insert(number);
        if before != after {
            self.asked = if after { self.asked + 1 } else { self.asked - 1 };
            self.turns.count_asked(entry.row.callback.shared_host(), after);
        }
    }

    /// How many rows there are, how many things wait in line, and how many for a time to come.
    #[cfg(test)]
    fn sizes(&self) -> (usize, usize, usize) {
        (self.entries.len(), self.turns.waiting(), self.wakes.len())
    }

    fn tell(&mut self, subscription: Subscription, what: What) {
        if self.happenings.len() < MOST_HAPPENINGS {
            self.happenings.push(Happening { subscription, what });
        }
    }
}
