//! Round-ups: what a period that is over contained is placed like an article, in a feed of its own, at the instant at which
//! the period closed. They follow from the rows of feeds and from what the office says before them, so that a start comes to
//! the same ones as whoever was awake at each boundary.

use super::chronicle::is_overtaken_within_month;
use super::selecting::{definition, is_selected};
use super::{Catalogue, Key, Label, Labels, Past, Placed};
use crate::words::{
    FeedName, Fingerprint, Id, IdSpace, Length, Month, Period, RoundUp, Slug, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// What the words of a round-up take beside the articles that it names, and what each of these takes, roughly, in bytes.
const AROUND: u32 = 1000;
const NAMED: u32 = 600;
const MOST_NAMED: usize = 200;

/// All round-ups there are, and what stands before them.
#[derive(Clone, Default)]
pub(super) struct RoundUps {
    /// As they are.
    placed: imbl::OrdMap<RoundUp, Arc<Placed>>,
    /// What stands before them, whether their periods are over or not: since when which words, or none.
    prefaces: imbl::OrdMap<RoundUp, Arc<[Prefaced]>>,
    /// All periods that ended with this month or earlier are closed.
    closed: Option<Month>,
}

/// What an office says before a round-up since a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefaced {
    /// Since when, by the server's clock.
    pub since: Timestamp,
    /// What names the words; none where there is no preface any more.
    pub words: Option<Fingerprint>,
}

impl Catalogue {
    /// The same with all that was ever said before round-ups, in the order in which it was.
    #[must_use]
    pub fn with_prefaces(mut self, prefaces: impl IntoIterator<Item = (RoundUp, Prefaced)>) -> Self {
        let mut by_round_up: BTreeMap<RoundUp, Vec<Prefaced>> = BTreeMap::new();
        for (round_up, prefaced) in prefaces {
            by_round_up.entry(round_up).or_default().push(prefaced);
        }
        self.round_ups.prefaces =
            by_round_up.into_iter().map(|(round_up, prefaces)| (round_up, prefaces.into())).collect();
        self
    }

    /// The page of a round-up, as a feed has it.
    pub fn round_up(&self, round_up: &RoundUp) -> Option<&Arc<Placed>> {
        self.round_ups.placed.get(round_up)
    }

    /// All round-ups, as feeds have them.
    pub fn round_ups(&self) -> impl Iterator<Item = (&RoundUp, &Arc<Placed>)> {
        self.round_ups.placed.iter()
    }

    /// When a round-up is to be had that is not yet, if there will be one: its period is not over, and what it sums up is there.
    pub fn closes(&self, round_up: &RoundUp) -> Option<Timestamp> {
        let closes = round_up.period.span(&self.site.zone).end;
        let is_wanted = self.site.round_ups.contains(&round_up.period.length());
        (closes > self.as_of && is_wanted && self.wants_round_ups(&round_up.summed_up())).then_some(closes)
    }

    /// What names the words before a round-up, as this version of it has them.
    pub fn preface(&self, placed: &Placed) -> Option<Fingerprint> {
        let prefaces = self.round_ups.prefaces.get(&placed.round_up()?)?;
        prefaces.iter().rev().find(|prefaced| prefaced.since <= placed.entered)?.words
    }

    /// How often round-ups come: as often as the shortest of their periods.
    pub(super) fn rhythm(&self, name: &FeedName) -> Option<Length> {
        matches!(name, FeedName::RoundUps(_)).then(|| self.site.round_ups.first().copied()).flatten()
    }

    /// Whether there are round-ups of a feed: of everything and of each category, unless its file says no, and of what else files
    /// define where they say yes. What is not for everybody has none.
    pub(super) fn wants_round_ups(&self, name: &FeedName) -> bool {
        let own = definition(&self.definitions, name);
        let is_usual = match name {
            FeedName::All => true,
            FeedName::Plain(_) => self.has_feed(name) && !is_selected(&self.definitions, name),
            _ => return false,
        };
        let is_a_partners = own.is_some_and(|own| own.partner.is_some());
        !is_a_partners && own.and_then(|own| own.round_ups).unwrap_or(is_usual)
    }

    /// Places the round-ups of all periods that are over at the moment the catalogue speaks of and were not at the last.
    pub(super) fn close_periods(&mut self, touched: &mut BTreeSet<FeedName>) {
        let Some(last) = Month::of(self.as_of, &self.site.zone).previous() else { return };
        let has_rows = self.feeds.values().any(|members| members.newest_row().is_some());
        if self.site.round_ups.is_empty() || self.round_ups.closed >= Some(last) || !has_rows {
            return;
        }
        let since = self.round_ups.closed.replace(last).map(Month::next);
        let names: Vec<FeedName> = self.feeds.keys().map(|name| (**name).clone()).collect();
        for name in names.into_iter().filter(|name| self.wants_round_ups(name)) {
            let first = self.feeds[&name].oldest_row().map(|row| Month::of(row.entered, &self.site.zone));
            let mut closing = Closing { catalogue: self, name, months: BTreeMap::new() };
            let mut month = since.max(first);
            while let Some(closes) = month.filter(|month| *month <= last && first.is_some()) {
                closing.close(closes, touched);
                month = Some(closes.next());
            }
        }
    }

    /// Puts a round-up into its feed in each version that it had.
    fn place(&mut self, round_up: RoundUp, told: &ToldOf, touched: &mut BTreeSet<FeedName>) {
        let closed = round_up.period.span(&self.site.zone).end;
        let prefaces = self.round_ups.prefaces.get(&round_up).cloned().unwrap_or_default();
        let before = prefaces.iter().rev().find(|prefaced| prefaced.since <= closed);
        let first = Prefaced { since: closed, words: before.and_then(|prefaced| prefaced.words) };
        let later = prefaces.iter().filter(|prefaced| prefaced.since > closed).copied();
        for prefaced in std::iter::once(first).chain(later) {
            self.place_version(&round_up, told, prefaced);
        }
        touched.insert(round_up.feed());
    }

    /// Puts a version of a round-up into its feed, in place of the one before it.
    fn place_version(&mut self, round_up: &RoundUp, told: &ToldOf, prefaced: Prefaced) {
        let placed = Arc::new(told.placed(round_up, prefaced, &self.site));
        self.latest = self.latest.max(placed.modified);
        let label = placed.labels.iter().next().cloned();
        let feed = round_up.feed();
        let before = self.round_ups.placed.insert(round_up.clone(), placed.clone());
        let past = before.map(|before| {
            let past = Past { placed: before, until: placed.entered, withdrawal: None };
            (is_overtaken_within_month(&past, &self.site.zone, self.open_since), Arc::new(past))
        });
        let members = Arc::make_mut(self.feeds.entry(Arc::new(feed)).or_default());
        if let Some((is_forgotten, past)) = past {
            members.remove(&past.placed, label.as_ref());
            match is_forgotten {
                true => members.remove_row(&past.placed),
                false => {
                    self.chronicle.keep(past);
                }
            }
        }
        members.insert(&placed, label.as_ref());
        members.insert_row(&placed);
        members.settle_rows(self.open_since, &self.site.zone);
    }

    /// Something else, or nothing any more, is said before a round-up.
    pub(super) fn prefaced(&mut self, round_up: &RoundUp, prefaced: Prefaced, touched: &mut BTreeSet<FeedName>) {
        let before = self.round_ups.prefaces.get(round_up).cloned().unwrap_or_default();
        let prefaces = before.iter().copied().chain([prefaced]).collect();
        self.round_ups.prefaces.insert(round_up.clone(), prefaces);
        if self.round_ups.placed.contains_key(round_up) {
            let mut closing =
                Closing { name: round_up.summed_up(), catalogue: self, months: BTreeMap::new() };
            let told = closing.told_of(round_up);
            self.place_version(round_up, &told, prefaced);
            touched.insert(round_up.feed());
        }
    }
}
