//! What readers of feeds do, as counts: who follows what, in which format, how much of it they have already, and who asks too
//! often. Of addresses there are only hashes here, and of everything there is only so much.
//!
//! It is not exact: who reads through a cache, a hub or a proxy that names nobody is not seen, whose address changes is seen
//! twice, and what finds no room is told of as not counted.

mod agent;
mod caller;
mod following;
mod refetches;
mod telling;
mod unruly;
mod visit;
mod written;

#[cfg(test)]
mod tests;

pub use agent::{Agent, Claim, LONGEST_AGENT, cut, reads_for_many};
pub use caller::{Asked, Caller, Line, Mark, Secret, public_network};
pub use refetches::{Fetch, Refetches};
pub use visit::{Answered, Doings, Tally, Visit};
pub use written::Damaged;

use crate::words::{Day, FeedName, Format, Timestamp, Zone};
use following::{Followers, Following};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use unruly::Unruly;

/// The most feeds of which anything is counted.
pub const MOST_FEEDS: usize = 2_000;
/// The most clients that are remembered, of all feeds together, besides services.
pub const MOST_OTHERS: usize = 50_000;
/// The most services that are remembered, of all feeds together.
pub const MOST_SERVICES_OF_ALL: usize = 10_000;
/// More bytes than all that is remembered takes when it is written down.
pub const LONGEST_WRITTEN: u64 = 32 << 20;
/// For how many days it is known how much was asked for.
pub const MOST_DAYS: usize = 400;
/// For how many days it is known how many followed a feed.
pub const MOST_DAYS_OF_FEED: usize = 90;
/// On how many days what a feed was asked for counts.
const WEEK: usize = 7;
/// How many seconds there are at least between two looks for room.
const PAUSE: i64 = 60;

/// How often each document was asked for, by format.
type Tallies = [Tally; Format::ALL.len()];

/// What readers do.
#[derive(Debug, Default)]
pub struct Habits {
    days: BTreeMap<Day, Tallies>,
    feeds: BTreeMap<FeedName, OfFeed>,
    unruly: Unruly,
    /// How many clients of feeds are remembered.
    others: usize,
    /// How many services, of all feeds together.
    services: usize,
    /// When room was last looked for, in seconds.
    looked: i64,
    /// What found no room since this began.
    uncounted: u64,
}

/// What the readers of one feed do.
#[derive(Debug, Default)]
struct OfFeed {
    /// On the last days on which there were any.
    week: BTreeMap<Day, Tallies>,
    following: Following,
    /// How many followed it at the end of each day.
    days: BTreeMap<Day, Followers>,
    /// How many bytes each document had when it was last sent whole.
    whole: [u64; Format::ALL.len()],
}

/// A moment, and the day it belongs to.
#[derive(Clone, Copy)]
struct When {
    now: Timestamp,
    today: Day,
}

impl When {
    fn new(now: Timestamp, zone: &Zone) -> Self {
        Self { now, today: Day::of(now, zone) }
    }

    /// So many days, of which today is the last.
    fn last_days(self, count: usize) -> RangeInclusive<Day> {
        self.today.minus(count - 1)..=self.today
    }
}

/// What belongs to today, of so many days at most that are kept. One that lies ahead was entered by a clock that was wrong, and is
/// the first to go.
fn of_today<T: Default>(days: &mut BTreeMap<Day, T>, most: usize, today: Day) -> &mut T {
    while days.len() >= most && !days.contains_key(&today) {
        let is_ahead = days.keys().next_back().is_some_and(|last| *last > today);
        if is_ahead {
            days.pop_last()
        } else {
            days.pop_first()
        };
    }
    days.entry(today).or_default()
}

fn add(sums: &mut Tallies, tallies: &Tallies) {
    sums.iter_mut().zip(tallies).for_each(|(sum, tally)| *sum += *tally);
}

impl Habits {
    /// Takes what happened up to now.
    pub fn take(&mut self, visits: impl IntoIterator<Item = Visit>, zone: &Zone, now: Timestamp) {
        let when = When::new(now, zone);
        visits.into_iter().for_each(|visit| self.enter(&visit, when));
    }

    /// So much happened of which nothing is known.
    pub fn missed(&mut self, visits: u64) {
        self.uncounted = self.uncounted.saturating_add(visits);
    }

    fn enter(&mut self, visit: &Visit, when: When) {
        self.unruly.watch(visit, when);
        let mut tallies = visit.doings.map(|doings| doings.tally);
        if self.has_room_for(&visit.feed, when) {
            let feed = self.feeds.entry(visit.feed.clone()).or_default();
            feed.weigh(&visit.doings, &mut tallies);
            add(of_today(&mut feed.week, WEEK, when.today), &tallies);
            self.follow(visit, when);
        } else {
            self.missed(1);
        }
        add(of_today(&mut self.days, MOST_DAYS, when.today), &tallies);
    }

    fn has_room_for(&mut self, feed: &FeedName, when: When) -> bool {
        if !self.feeds.contains_key(feed) && self.feeds.len() >= MOST_FEEDS {
            self.look_for_room(when);
        }
        self.feeds.contains_key(feed) || self.feeds.len() < MOST_FEEDS
    }

    /// Counts somebody among those who follow a feed, if he is one who does.
    fn follow(&mut self, visit: &Visit, when: When) {
        let found_room = match Agent::parse(&visit.agent) {
            Agent::Bot | Agent::Browser => true,
            Agent::Hosted(claim) => self.believe(&claim, visit, when),
            Agent::Reader => self.remember(visit, when),
        };
        self.missed(u64::from(!found_room));
    }

    fn believe(&mut self, claim: &Claim, visit: &Visit, when: When) -> bool {
        if self.services >= MOST_SERVICES_OF_ALL {
            self.look_for_room(when);
        }
        let room = MOST_SERVICES_OF_ALL - self.services;
        let Some(OfFeed { following, .. }) = self.feeds.get_mut(&visit.feed) else { return false };
        let before = following.services.len();
        let mut asked = Format::ALL.into_iter().filter(|format| visit.asked_for(*format));
        let found_room = asked.all(|format| following.claimed(claim.clone(), format, room, when.now));
        self.services = self.services - before + following.services.len();
        found_room
    }

    fn remember(&mut self, visit: &Visit, when: When) -> bool {
        let was_here = |feed: &OfFeed| feed.following.others.contains_key(&visit.mark);
        let is_new = !self.feeds.get(&visit.feed).is_some_and(was_here);
        if is_new && self.others >= MOST_OTHERS {
            self.look_for_room(when);
        }
        if is_new && self.others >= MOST_OTHERS {
            return false;
        }
        let Some(feed) = self.feeds.get_mut(&visit.feed) else { return false };
        let before = feed.following.others.insert(visit.mark, when.now.seconds());
        self.others += usize::from(before.is_none());
        true
    }

    /// Forgets who has not been here for a week, unless that was just done.
    fn look_for_room(&mut self, when: When) {
        let now = when.now.seconds();
        if (self.looked..self.looked + PAUSE).contains(&now) {
            return;
        }
        self.looked = now;
        (self.others, self.services) = (0, 0);
        for OfFeed { following, .. } in self.feeds.values_mut() {
            following.forget(when.now);
            self.others += following.others.len();
            self.services += following.services.len();
        }
        let quarter = when.last_days(MOST_DAYS_OF_FEED);
        // What lies ahead goes only for want of room: it may be this clock that is wrong.
        let is_full = self.feeds.len() >= MOST_FEEDS;
        let counts = |day: &Day| quarter.contains(day) || (*day > when.today && !is_full);
        self.feeds.retain(|_, feed| !feed.is_forgotten(counts));
    }

    /// Writes down how many follow each feed on this day, and forgets what was too long ago.
    pub fn settle(&mut self, zone: &Zone, now: Timestamp) {
        let when = When::new(now, zone);
        self.look_for_room(when);
        self.unruly.forget(when);
        for feed in self.feeds.values_mut() {
            *of_today(&mut feed.days, MOST_DAYS_OF_FEED, when.today) = feed.following.followers(now);
        }
    }
}

impl OfFeed {
    /// Says how much was saved by answers of which nobody could, as far as the last whole document tells.
    fn weigh(&mut self, doings: &[Doings], tallies: &mut Tallies) {
        for ((doings, tally), whole) in doings.iter().zip(tallies).zip(&mut self.whole) {
            if doings.whole > 0 {
                *whole = doings.whole;
            }
            let whole = whole.saturating_mul(doings.unweighed);
            tally.saved = tally.saved.saturating_add(whole.saturating_sub(doings.unweighed_sent));
        }
    }

    /// Whether nobody follows it, and nobody asked for it on a day that counts.
    fn is_forgotten(&self, counts: impl FnMut(&Day) -> bool) -> bool {
        let Following { services, others } = &self.following;
        services.is_empty() && others.is_empty() && !self.week.keys().any(counts)
    }
}

impl Visit {
    /// Whether the client asked for the feed in this format.
    fn asked_for(&self, format: Format) -> bool {
        self.doings[format as usize].tally.requests > 0
    }
}
