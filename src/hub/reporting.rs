//! What became of what was sent.

use super::task::{Errand, Flight};
use super::turns::Lane;
use super::{Asks, Entry, Failure, Hub, Outcome, Stage, State, What, Wish};
use crate::edition::VersionName;
use crate::words::Timestamp;

impl Hub {
    /// Says what became of a task. Each is reported once.
    pub fn report(&mut self, task: u64, outcome: Outcome, random: &mut dyn FnMut() -> u128, now: Timestamp) {
        let Some(Flight { subscription, callback, at, lane, errand }) = self.flights.remove(&task) else {
            return;
        };
        let answered = (outcome != Outcome::Overtaken).then_some(!matches!(outcome, Outcome::Failed(_)));
        self.turns.landed(&callback, lane, answered);
        let Some(entry) = self.entries.get_mut(&subscription) else { return };
        *entry.stage(lane) = Stage::Idle;
        if lane != Lane::Verification {
            entry.is_slow = at.plus_seconds(self.limits.slow) <= now;
        }
        match errand {
            Errand::Verify(wish) => self.verified(subscription, &wish, at, outcome, random, now),
            Errand::Deny => self.denied(subscription, outcome, random, now),
            Errand::Deliver => self.delivered(subscription, outcome, random, now),
            Errand::Notify(version) => {
                let is_taken = outcome == Outcome::Confirmed;
                let outcome = if is_taken { Outcome::Delivered(version) } else { outcome };
                self.delivered(subscription, outcome, random, now);
            }
        }
        self.settle(subscription, now);
    }

    /// `at` is when the verification was handed out: leases begin then (W3C WebSub, section 5.3).
    fn verified(
        &mut self,
        number: u64,
        wish: &Wish,
        at: Timestamp,
        outcome: Outcome,
        random: &mut dyn FnMut() -> u128,
        now: Timestamp,
    ) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let is_asked_still =
            entry.row.wish.as_ref().is_some_and(|now| (now.at, &now.asks) == (wish.at, &wish.asks));
        match outcome {
            Outcome::Confirmed => {
                if is_asked_still {
                    self.set_wish(number, None);
                }
                self.confirmed(number, &wish.asks, at, now);
            }
            _ if !is_asked_still => {}
            Outcome::Overtaken => {}
            Outcome::Failed(failure) if failure != Failure::Refused && wish.tries + 1 < self.limits.tries => {
                let pause = jittered(self.limits.first_pause << wish.tries, random);
                let next_try = now.plus_seconds(pause);
                self.set_wish(number, Some(Wish { tries: wish.tries + 1, next_try, ..wish.clone() }));
            }
            _ => {
                let row = entry.row.clone();
                self.set_wish(number, None);
                if row.state == State::Asked {
                    self.drop(number, What::Unconfirmed(Some(outcome)));
                } else {
                    self.tell(row, What::Unconfirmed(Some(outcome)));
                }
            }
        }
    }

    fn confirmed(&mut self, number: u64, asks: &Asks, at: Timestamp, now: Timestamp) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let row = &mut entry.row;
        match asks {
            Asks::Unsubscribe if row.wish.is_some() => row.state = State::Asked,
            Asks::Unsubscribe => return self.drop(number, What::Ended),
            Asks::Subscribe { .. } if row.state == State::Denied => {}
            Asks::Subscribe { lease, secret } => {
                let is_first = row.state == State::Asked;
                row.state = State::Active { until: at.plus_seconds(*lease) };
                row.secret.clone_from(secret);
                // Whoever answers can be delivered to, perhaps.
                let earliest =
                    row.tried.map_or(now, |tried| tried.plus_seconds(self.limits.longest_pause / 60));
                row.next_try = row.next_try.min(earliest.max(now));
                let row = row.clone();
                self.tell(row, if is_first { What::Begun } else { What::Renewed });
            }
        }
        self.unwritten.insert(number);
    }

    /// One who cannot be told is not told.
    fn denied(&mut self, number: u64, outcome: Outcome, random: &mut dyn FnMut() -> u128, now: Timestamp) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let row = &mut entry.row;
        if row.state != State::Denied {
            return;
        }
        let again = matches!(outcome, Outcome::Failed(failure) if failure != Failure::Refused);
        if again && row.failures + 1 < self.limits.tries {
            row.next_try = now.plus_seconds(jittered(self.limits.first_pause << row.failures, random));
            row.failures += 1;
            self.unwritten.insert(number);
        } else {
            self.drop(number, What::Denied);
        }
    }

    fn delivered(&mut self, number: u64, outcome: Outcome, random: &mut dyn FnMut() -> u128, now: Timestamp) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        self.unwritten.insert(number);
        match outcome {
            Outcome::Delivered(version) => entry.acknowledge(version, now),
            Outcome::Answered { status: 410, .. } => self.drop(number, What::Gone),
            _ if entry.row.state == State::Denied => {}
            Outcome::Overtaken => entry.row.next_try = now.plus_seconds(1),
            Outcome::Answered { retry_after, .. } => self.put_off(number, retry_after, random, now),
            Outcome::Confirmed | Outcome::Failed(_) => self.put_off(number, None, random, now),
        }
    }

    /// Notes that a delivery failed, and when to try again.
    fn put_off(&mut self, number: u64, asked: Option<i64>, random: &mut dyn FnMut() -> u128, now: Timestamp) {
        let limits = &self.limits;
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let row = &mut entry.row;
        let since = *row.failing_since.get_or_insert(now);
        let is_long = since.plus_seconds(limits.persistence) <= now;
        let pause = limits.first_pause.saturating_mul(1 << row.failures.min(30)).min(limits.longest_pause);
        let pause = jittered(if is_long { limits.persistence } else { pause }, random);
        row.next_try = now.plus_seconds(pause.max(asked.unwrap_or(0).min(limits.longest_pause)));
        row.failures = row.failures.saturating_add(1);
        if is_long && !std::mem::replace(&mut entry.is_paused, is_long) {
            let row = row.clone();
            self.tell(row, What::Paused);
        }
    }
}

impl Entry {
    fn acknowledge(&mut self, version: VersionName, now: Timestamp) {
        self.is_paused = false;
        self.row.acknowledged = Some(version);
        self.row.acknowledged_at = Some(now);
        self.row.failures = 0;
        self.row.failing_since = None;
        self.row.next_try = now;
    }
}

/// From three quarters of a time to five, so that what failed together is not tried again together.
fn jittered(seconds: i64, random: &mut dyn FnMut() -> u128) -> i64 {
    let spread = u128::from((seconds / 2).unsigned_abs()) + 1;
    let part = i64::try_from(random() % spread).expect("less than a number of seconds");
    seconds - seconds / 4 + part
}
