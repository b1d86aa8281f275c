//! What became of topics.

use super::limits::MINUTE;
use super::{Callback, Hub, Protocol, Standing, State, Subscription, What};
use crate::edition::VersionName;
use crate::words::{Timestamp, Topic};
use std::collections::HashMap;

/// A topic that somebody subscribed to.
#[derive(Debug, Default)]
pub(super) struct Followed {
    pub(super) standing: Option<Standing>,
    closed_since: Option<Timestamp>,
    pub(super) members: HashMap<(Callback, Protocol), u64>,
}

impl Hub {
    /// Looks what all topics are now: after an edition was shown, and when [`next_due`](Self::next_due) says so.
    pub fn look(&mut self, standing: &dyn Fn(&Topic) -> Standing, now: Timestamp) {
        if self.looked.replace(now).is_some_and(|last| now < last) {
            // What was to be done at a time that was never so is done when it is due now.
            let all: Vec<u64> = self.entries.keys().copied().collect();
            all.into_iter().for_each(|number| self.settle(number, now));
        }
        self.wake(now);
        let topics: Vec<(Topic, Standing)> =
            self.topics.keys().map(|topic| (topic.clone(), standing(topic))).collect();
        self.may_close = false;
        topics.into_iter().for_each(|(topic, standing)| self.follow(&topic, standing, now));
    }

    /// When something is to be done though nothing happens.
    pub fn next_due(&self) -> Option<Timestamp> {
        let wake = self.wakes.first().map(|(at, _)| *at);
        let look = self.looked.filter(|_| self.may_close).map(|at| at.plus_seconds(MINUTE));
        wake.into_iter().chain(look).min()
    }

    /// Takes note of what a topic is now.
    pub(super) fn follow(&mut self, topic: &Topic, standing: Standing, now: Timestamp) {
        let Some(followed) = self.topics.get_mut(topic) else { return };
        let is_new = followed.standing != Some(standing);
        followed.standing = Some(standing);
        followed.closed_since = match standing {
            Standing::Version(_) => None,
            Standing::Closed => Some(followed.closed_since.unwrap_or(now)),
        };
        // An agreement ends without a new edition, and so does patience.
        self.may_close |= topic.outlet.token.is_some() || followed.closed_since.is_some();
        let absence = if topic.outlet.token.is_some() { 0 } else { self.limits.absence };
        let is_over = followed.closed_since.is_some_and(|since| since.plus_seconds(absence) <= now);
        if !is_new && !is_over {
            return;
        }
        let members: Vec<u64> = followed.members.values().copied().collect();
        for number in members {
            if is_over {
                self.deny(number, now);
            } else {
                self.hurry(number);
            }
            self.settle(number, now);
        }
    }

    /// Whether a subscriber has to be told of its topic.
    pub(super) fn is_owed(&self, row: &Subscription) -> bool {
        self.owed(row).is_some()
    }

    /// The version that a subscriber has to be told of.
    pub(super) fn owed(&self, row: &Subscription) -> Option<VersionName> {
        let standing = self.topics.get(&row.topic).and_then(|followed| followed.standing);
        match standing {
            Some(Standing::Version(version)) if version != row.has() && row.until().is_some() => {
                Some(version)
            }
            _ => None,
        }
    }

    /// Ends what is of a closed topic. In rssCloud there is no way to say so.
    fn deny(&mut self, number: u64, now: Timestamp) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        if entry.row.protocol == Protocol::Cloud {
            self.drop(number, What::Denied);
        } else if entry.row.state != State::Denied {
            entry.row.state = State::Denied;
            entry.row.failures = 0;
            entry.row.next_try = now;
            self.set_wish(number, None);
        }
    }

    /// A change is news for those, too, who are tried only now and then.
    fn hurry(&mut self, number: u64) {
        let longest = self.limits.longest_pause;
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let row = &mut entry.row;
        if let Some(tried) = row.tried
            && tried.plus_seconds(longest) < row.next_try
        {
            row.next_try = tried.plus_seconds(longest);
            self.unwritten.insert(number);
        }
    }
}
