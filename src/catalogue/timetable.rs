//! What time alone does to feeds: articles reach a partner later than everyone else, they leave a feed of the last days,
//! and agreements begin and end.

use super::Catalogue;
use crate::settings::FeedDefinition;
use crate::words::{FeedName, Phase, Timestamp};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

const DAY: i64 = 86_400;

/// What definitions say of time.
pub(super) struct Timetable {
    /// The feeds that articles reach later than everyone else.
    delayed: Vec<FeedName>,
    /// The feeds that carry what was published in the last so many seconds.
    recent: Vec<(FeedName, i64)>,
    /// When agreements begin and end, in order.
    turns: Vec<Timestamp>,
}

impl Timetable {
    pub(super) fn of(definitions: &[FeedDefinition]) -> Self {
        let is_delayed = |definition: &&FeedDefinition| {
            definition.partner.as_ref().is_some_and(|partner| !partner.delay.is_zero())
        };
        let recent = |definition: &FeedDefinition| Some((definition.name.clone(), seconds(definition.days?)));
        let agreements = definitions.iter().filter_map(|definition| definition.partner.as_ref());
        let mut turns: Vec<Timestamp> =
            agreements.flat_map(|partner| [partner.from, partner.until]).flatten().collect();
        turns.sort_unstable();
        Self {
            delayed: definitions
                .iter()
                .filter(is_delayed)
                .map(|definition| definition.name.clone())
                .collect(),
            recent: definitions.iter().filter_map(recent).collect(),
            turns,
        }
    }

    /// The time around a moment in which no agreement begins or ends.
    pub(super) fn steady(&self, now: Timestamp) -> Range<Timestamp> {
        let (past, to_come) = self.turns.split_at(self.turns.partition_point(|turn| *turn <= now));
        let always = (Timestamp::nearest(i64::MIN), Timestamp::nearest(i64::MAX));
        past.last().copied().unwrap_or(always.0)..to_come.first().copied().unwrap_or(always.1)
    }
}

/// How long a feed of the last days reaches back.
pub(super) fn seconds(days: u32) -> i64 {
    i64::from(days) * DAY
}

/// When an article reaches a feed, where that is later than it came out.
pub(super) fn due(definition: &FeedDefinition, out: Timestamp) -> Option<Timestamp> {
    let partner = definition.partner.as_ref().filter(|partner| !partner.delay.is_zero())?;
    Some(partner.reached(out))
}

impl Catalogue {
    /// The catalogue at this moment, and the feeds that carry something else for that.
    pub fn at(mut self, now: Timestamp) -> (Self, BTreeSet<FeedName>) {
        let mut touched = BTreeSet::new();
        let before = std::mem::replace(&mut self.as_of, now);
        let reached = self.come_to(now);
        let timetable = self.timetable.clone();
        self.steady = timetable.steady(now);
        for name in &timetable.delayed {
            let is_due = |due| due <= now;
            if self.next_coming(name).is_some_and(is_due)
                && let Some(members) = self.feeds.get_mut(name)
            {
                Arc::make_mut(members).take_due(now);
                touched.insert(name.clone());
            }
        }
        for (name, reach) in &timetable.recent {
            let [then, now] = [before, now].map(|at| self.published_after(name, at.plus_seconds(-reach)).0);
            if then != now {
                touched.insert(name.clone());
            }
        }
        self.relieved(reached, &mut touched);
        self.close_months(&mut touched);
        self.close_periods(&mut touched);
        (self, touched)
    }

    /// The moment it speaks of.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The time around that moment in which no agreement begins or ends.
    pub fn steady(&self) -> &Range<Timestamp> {
        &self.steady
    }

    /// Where the agreement a feed was made for is in its life; a feed of no agreement is always to be had.
    pub fn phase(&self, name: &FeedName, now: Timestamp) -> Phase {
        self.partner(name).map_or(Phase::Running, |partner| partner.phase(now))
    }

    /// When time alone next changes what a feed carries.
    pub fn next_turn_of(&self, name: &FeedName) -> Option<Timestamp> {
        let leaves = self.reach(name).and_then(|reach| {
            let (_, earliest) = self.published_after(name, self.as_of.plus_seconds(-reach));
            Some(earliest?.plus_seconds(reach))
        });
        [self.next_coming(name), leaves, self.next_closing()].into_iter().flatten().min()
    }

    /// When time alone next changes what any feed carries, or whether one is to be had.
    pub fn next_turn(&self) -> Option<Timestamp> {
        let Timetable { delayed, recent, turns } = &*self.timetable;
        let names = delayed.iter().chain(recent.iter().map(|(name, _)| name));
        let agreement = turns.iter().copied().find(|turn| *turn > self.as_of);
        let turns = names.filter_map(|name| self.next_turn_of(name));
        turns.chain(agreement).chain(self.next_closing()).min()
    }

    /// A feed of the last days carries what was published after this moment.
    pub(super) fn since(&self, name: &FeedName) -> Option<Timestamp> {
        Some(self.as_of.plus_seconds(-self.reach(name)?))
    }

    fn reach(&self, name: &FeedName) -> Option<i64> {
        self.timetable.recent.iter().find(|(recent, _)| recent == name).map(|(_, reach)| *reach)
    }

    fn next_coming(&self, name: &FeedName) -> Option<Timestamp> {
        self.timetable.delayed.contains(name).then(|| self.feeds.get(name)?.next_due()).flatten()
    }

    /// How many articles of a feed were published after a moment, and when the earliest of them was.
    pub(super) fn published_after(&self, name: &FeedName, since: Timestamp) -> (usize, Option<Timestamp>) {
        let corrected = || self.corrected_in(name).map(|placed| placed.published).filter(|at| *at > since);
        let (count, earliest) =
            self.feeds.get(name).map_or((0, None), |members| members.published_after(since));
        let earliest = corrected().chain(earliest.map(|placed| placed.published)).min();
        (count + corrected().count(), earliest)
    }
}
