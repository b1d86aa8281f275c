//! What is to be done about a subscription at a moment.

use super::limits::HOUR;
use super::turns::Lane;
use super::{Asks, Entry, Hub, Stage, State, What};
use crate::words::Timestamp;

impl Hub {
    /// Settles all whose time has come.
    pub(super) fn wake(&mut self, now: Timestamp) {
        while let Some((at, number)) = self.wakes.first().copied()
            && at <= now
        {
            self.wakes.pop_first();
            if let Some(entry) = self.entries.get_mut(&number) {
                entry.wake = None;
            }
            self.settle(number, now);
        }
    }

    /// Does what time asks for: ends what is over, lets stand in line what is due, and notes when to look again.
    pub(super) fn settle(&mut self, number: u64, now: Timestamp) {
        self.bound_by_clock(number, now);
        if self.is_over(number, now) {
            return;
        }
        let due = [self.verification_due(number), self.delivery_due(number)];
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let is_apart = entry.row.failures > 0 || entry.is_slow;
        let lanes = [Lane::Verification, if is_apart { Lane::Again } else { Lane::Fresh }];
        let mut wake = entry.ends(&self.limits);
        for (lane, due) in lanes.into_iter().zip(due) {
            let Some(due) = due else { continue };
            if due <= now {
                *entry.stage(lane) = Stage::Waiting;
                self.turns.enter(number, &entry.row.callback, lane);
            } else {
                wake = Some(wake.map_or(due, |wake| wake.min(due)));
            }
        }
        if entry.wake != wake {
            entry.wake.map(|before| self.wakes.remove(&(before, number)));
            wake.map(|wake| self.wakes.insert((wake, number)));
            entry.wake = wake;
        }
    }

    /// When its verification may be sent, if one is to be and is not in line.
    fn verification_due(&self, number: u64) -> Option<Timestamp> {
        let entry = self.entries.get(&number)?;
        let wish = entry.row.wish.as_ref()?;
        (entry.verification == Stage::Idle && entry.is_written).then_some(wish.next_try)
    }

    /// The same of its delivery, or of what is said when it is denied.
    fn delivery_due(&self, number: u64) -> Option<Timestamp> {
        let entry = self.entries.get(&number)?;
        let is_wanted = entry.row.state == State::Denied || self.is_owed(&entry.row);
        (entry.delivery == Stage::Idle && is_wanted).then_some(entry.row.next_try)
    }

    /// Ends what is over. Whether nothing is left of it.
    fn is_over(&mut self, number: u64, now: Timestamp) -> bool {
        let Some(entry) = self.entries.get_mut(&number) else { return true };
        let wish = entry.row.wish.as_ref();
        let is_renewed = wish.is_some_and(|wish| matches!(wish.asks, Asks::Subscribe { .. }));
        let is_late = wish.is_some_and(|wish| wish.at.plus_seconds(self.limits.verified_within) <= now);
        if is_late && entry.verification != Stage::UnderWay {
            self.set_wish(number, None);
            return self.is_over(number, now) || self.tell_of(number, What::Unconfirmed(None));
        }
        match entry.row.state {
            State::Active { until } if until <= now && is_renewed => {
                entry.row.state = State::Asked;
                self.unwritten.insert(number);
                false
            }
            State::Active { until } if until <= now => {
                let last = entry.row.acknowledged_at.unwrap_or(entry.row.since);
                let is_failing = entry.row.failing_since.is_some();
                self.drop(number, if is_failing { What::GivenUp(last) } else { What::Expired });
                true
            }
            State::Asked if entry.row.wish.is_none() => {
                self.drop(number, What::Unconfirmed(None));
                true
            }
            State::Asked | State::Active { .. } | State::Denied => false,
        }
    }

    fn tell_of(&mut self, number: u64, what: What) -> bool {
        if let Some(entry) = self.entries.get(&number) {
            self.tell(entry.row.clone(), what);
        }
        false
    }

    /// A clock that was wrong and was set back leaves times that lie too far ahead.
    fn bound_by_clock(&mut self, number: u64, now: Timestamp) {
        let limits = &self.limits;
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let row = &mut entry.row;
        let mut changed = bound(&mut row.next_try, now, 2 * limits.persistence);
        for past in row.tried.iter_mut().chain(&mut row.failing_since) {
            changed |= bound(past, now, 0);
        }
        if let State::Active { until } = &mut row.state {
            changed |= bound(until, now, limits.longest_lease);
        }
        if let Some(wish) = &mut row.wish {
            changed |= bound(&mut wish.at, now, 0) | bound(&mut wish.next_try, now, HOUR);
        }
        if changed {
            self.unwritten.insert(number);
        }
    }
}

fn bound(time: &mut Timestamp, now: Timestamp, ahead: i64) -> bool {
    let latest = now.plus_seconds(ahead);
    let is_beyond = *time > latest;
    *time = latest.min(*time);
    is_beyond
}

impl Entry {
    pub(super) fn stage(&mut self, lane: Lane) -> &mut Stage {
        if lane == Lane::Verification { &mut self.verification } else { &mut self.delivery }
    }

    /// When its lease ends, or what was asked for is too old, whichever is first.
    fn ends(&self, limits: &super::Limits) -> Option<Timestamp> {
        let is_under_way = self.verification == Stage::UnderWay;
        let wish = self.row.wish.as_ref().filter(|_| !is_under_way);
        let late = wish.map(|wish| wish.at.plus_seconds(limits.verified_within));
        self.row.until().into_iter().chain(late).min()
    }
}
