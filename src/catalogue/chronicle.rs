//! What came out, changed and went, in the order in which it did: the past of feeds, which does not change any more.
//!
//! A feed's rows are its articles in the order in which they [entered](Placed::entered). An article that becomes another or
//! is taken back leaves the row it had, so what happened in a time that is over can be told exactly as it was at its end.

use super::members::Members;
use super::placed::Row;
use super::selecting::{definition, is_selected, selects};
use super::{Catalogue, Key, Placed};
use crate::words::{FeedName, Month, Slug, Timestamp, Withdrawal, Zone};
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// What an article was until it became another or was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// As it was.
    pub placed: Arc<Placed>,
    /// Since when it is that no more.
    pub until: Timestamp,
    /// That it was taken back then; nothing when it became another.
    pub withdrawal: Option<Withdrawal>,
}

/// Which row is meant, in the order in which they entered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct RowName {
    entered: Timestamp,
    key: Key,
    /// What a round-up sums up: those of two categories may have the same key.
    summed_up: Option<Slug>,
}

impl RowName {
    fn of(placed: &Placed) -> Self {
        let summed_up = placed.round_up().and_then(|round_up| round_up.of);
        Self { entered: placed.entered, key: placed.key, summed_up }
    }
}

/// What is past.
#[derive(Clone, Default)]
pub(super) struct Chronicle {
    /// By its rows.
    past: imbl::OrdMap<RowName, Arc<Past>>,
    /// What was taken back, by when.
    withdrawn: imbl::OrdMap<(Timestamp, Key), Arc<Past>>,
    /// Of what nothing is told any more, and since when.
    pub(super) purged: imbl::OrdMap<Key, Timestamp>,
}

impl Chronicle {
    /// Until when an article was what this row says; `None` of one that still is.
    fn until(&self, placed: &Placed) -> Option<Timestamp> {
        match self.withdrawn.contains_key(&(placed.entered, placed.key)) {
            true => Some(placed.entered),
            false => self.past.get(&RowName::of(placed)).map(|past| past.until),
        }
    }

    /// When the first was taken back.
    pub(super) fn first_withdrawn(&self) -> Option<Timestamp> {
        self.withdrawn.get_min().map(|((at, _), _)| *at)
    }

    /// Whether anything is told of an article.
    pub(super) fn is_told(&self, key: Key) -> bool {
        !self.purged.contains_key(&key)
    }

    /// Forgets what this was that entered then.
    pub(super) fn take_out(&mut self, placed: &Placed, entered: Timestamp) -> Option<Arc<Past>> {
        self.past.remove(&RowName { entered, ..RowName::of(placed) })
    }

    /// Keeps what is past now.
    pub(super) fn keep(&mut self, past: Arc<Past>) {
        self.past.insert(RowName::of(&past.placed), past);
    }

    /// Whether it was so at the end of a time.
    pub(super) fn stood_at(&self, placed: &Placed, end: Timestamp) -> bool {
        self.until(placed).is_none_or(|until| until >= end)
    }
}

impl Catalogue {
    /// The same with what is past, which the caller knows.
    #[must_use]
    pub fn with_past(mut self, past: impl IntoIterator<Item = Past>) -> Self {
        for past in past {
            if !is_overtaken_within_month(&past, &self.site.zone, self.open_since) {
                self.keep_row(&past.placed);
                self.chronicle.keep(Arc::new(past.clone()));
            }
            if past.withdrawal.is_some() {
                self.keep_withdrawal(&Arc::new(past));
            }
        }
        self
    }

    /// All that is known to be past, but for round-ups: they follow from the rest.
    pub fn past(&self) -> impl Iterator<Item = &Past> {
        let Chronicle { past, withdrawn, .. } = &self.chronicle;
        let is_kept = |each: &Past| past.contains_key(&RowName::of(&each.placed));
        let withdrawn = withdrawn.values().filter(move |each| !is_kept(each));
        let all = past.values().chain(withdrawn).map(|past| &**past);
        all.filter(|past| !past.placed.key.is_round_up())
    }

    /// What has this address becomes another now, or goes.
    pub(super) fn overtake(&mut self, slug: &str, until: Timestamp, withdrawal: Option<Withdrawal>) {
        let Some(placed) = self.articles.get(slug).map(|article| article.0.clone()) else { return };
        let is_withdrawn = withdrawal.is_some();
        self.tick(until);
        let past = Arc::new(Past { placed, until, withdrawal });
        if is_withdrawn {
            self.keep_withdrawal(&past);
        }
        self.chronicle.keep(past);
    }

    /// That something was taken back has a row of its own, which brings nothing: a month in which nothing else happened has a
    /// document that says so.
    fn keep_withdrawal(&mut self, past: &Arc<Past>) {
        let row = Placed { entered: past.until, ..(*past.placed).clone() };
        self.chronicle.withdrawn.insert((past.until, row.key), past.clone());
        self.keep_row(&Arc::new(row));
    }

    /// Whether a row stays when its article leaves.
    pub(super) fn is_past(&self, placed: &Placed) -> bool {
        self.chronicle.until(placed).is_some()
    }

    fn keep_row(&mut self, placed: &Arc<Placed>) {
        for name in self.feeds_of_row(placed) {
            let open_since = self.open_since;
            let members = Arc::make_mut(self.feeds.entry(Arc::new(name)).or_default());
            members.insert_row(placed);
            members.settle_rows(open_since, &self.site.zone);
        }
    }

    fn drop_row(&mut self, placed: &Arc<Placed>) {
        for name in self.feeds_of_row(placed) {
            if let Some(members) = self.feeds.get_mut(&name) {
                let members = Arc::make_mut(members);
                members.remove_row(placed);
                members.settle_rows(self.open_since, &self.site.zone);
            }
        }
    }

    /// The feeds that carry an article, or did.
    pub(super) fn feeds_of_row(&self, placed: &Placed) -> BTreeSet<FeedName> {
        if placed.key.is_round_up() {
            return placed.labels.iter().map(|label| label.feed.clone()).collect();
        }
        let labels = placed.labels.iter().map(|label| label.feed.clone());
        let corrections = placed.corrected.map(|_| FeedName::Corrections);
        let automatic = [FeedName::All].into_iter().chain(labels).chain(corrections);
        let automatic = automatic.filter(|name| !is_selected(&self.definitions, name));
        let chosen = self.definitions.iter().filter(|definition| selects(definition, &placed.labels));
        automatic.chain(chosen.map(|definition| definition.name.clone())).collect()
    }

    fn stood_in(&self, name: &FeedName, placed: &Placed) -> bool {
        if is_selected(&self.definitions, name) {
            return definition(&self.definitions, name).is_some_and(|own| selects(own, &placed.labels));
        }
        match name {
            FeedName::All => true,
            FeedName::Corrections => placed.corrected.is_some(),
            _ => placed.labels.iter().any(|label| label.feed == *name),
        }
    }

    /// Closes the months that are over at the moment the catalogue speaks of.
    pub(super) fn close_months(&mut self, touched: &mut BTreeSet<FeedName>) {
        let month = Month::of(self.reached, &self.site.zone).span(&self.site.zone);
        let was_open = self.open_since;
        if month.start < was_open {
            return self.open_again(month.start, touched);
        }
        if month.start == was_open {
            return;
        }
        self.open_since = month.start;
        let first = RowName { entered: was_open, key: Key(0), summed_up: None };
        let closed = self.chronicle.past.range(first..).map(|(_, past)| past);
        let overtaken =
            closed.filter(|past| is_overtaken_within_month(past, &self.site.zone, self.open_since));
        for past in overtaken.cloned().collect::<Vec<_>>() {
            self.chronicle.past.remove(&RowName::of(&past.placed));
            self.drop_row(&past.placed);
        }
        let had_rows = |members: &Members| members.newest_row().is_some_and(|row| row.entered >= was_open);
        let names: Vec<Arc<FeedName>> = self
            .feeds
            .iter()
            .filter(|(_, members)| had_rows(members))
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            if let Some(members) = self.feeds.get_mut(&name) {
                Arc::make_mut(members).settle_rows(self.open_since, &self.site.zone);
            }
            touched.insert((*name).clone());
        }
    }

    /// A clock that was wrong by far is set right: what was over by it is not.
    fn open_again(&mut self, open_since: Timestamp, touched: &mut BTreeSet<FeedName>) {
        self.reopen(open_since);
        self.open_since = open_since;
        let names: Vec<Arc<FeedName>> = self.feeds.keys().cloned().collect();
        for name in names {
            if let Some(members) = self.feeds.get_mut(&name) {
                Arc::make_mut(members).settle_rows(open_since, &self.site.zone);
            }
            touched.insert((*name).clone());
        }
        self.take_out_from(open_since, touched);
    }

    /// The rows of a feed, newest first, that entered in this time.
    pub(super) fn rows(&self, name: &FeedName, span: Range<Timestamp>) -> impl Iterator<Item = &Arc<Placed>> {
        let rows = self.feeds.get(name).map(|members| members.rows_before(span.end));
        rows.into_iter().flatten().take_while(move |row| row.entered >= span.start)
    }

    /// What was taken back in a time and was not back at its end, the latest first.
    pub(super) fn withdrawn_in(&self, name: &FeedName, span: Range<Timestamp>) -> Vec<Arc<Past>> {
        let back = self.rows(name, span.clone()).filter(|row| self.chronicle.stood_at(row, span.end));
        let mut told: HashSet<Key> = back.map(|row| row.key).collect();
        let withdrawn = self.chronicle.withdrawn.range((span.start, Key(0))..(span.end, Key(0))).rev();
        let theirs = withdrawn.map(|(_, past)| past).filter(|past| self.stood_in(name, &past.placed));
        theirs.filter(|past| told.insert(past.placed.key)).cloned().collect()
    }
}

/// Whether something else came after it in the month in which it entered, and that month is over: nothing tells of it any
/// more.
pub(super) fn is_overtaken_within_month(past: &Past, zone: &Zone, open_since: Timestamp) -> bool {
    let entered = past.placed.entered;
    entered < open_since && past.until < Month::of(entered, zone).span(zone).end
}

/// By when they entered, the latest first, ties by number.
impl Ord for Row {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.0.entered, other.0.key).cmp(&(self.0.entered, self.0.key))
    }
}

impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Row {}
