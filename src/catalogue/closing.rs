//! How periods are closed: what each of them amounts to, and which have a round-up.

use super::round_ups::Prefaced;
use super::selecting::definition;
use super::{Catalogue, Key, Placed};
use crate::words::{FeedName, Fingerprint, Month, Period, RoundUp, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// By how many seconds a clock may be set back without opening again what was complete by it. Set back further, it was wrong
/// before.
const MOST_SET_BACK: i64 = 2 * 86_400;

impl Catalogue {
    /// The same, knowing that it was so late before that a month was open which began then.
    #[must_use]
    pub fn reaching(mut self, was_open_since: Timestamp) -> Self {
        let newest = self.feeds.values().filter_map(|members| members.newest_row());
        let newest = newest.map(|row| row.entered).max().unwrap_or(was_open_since);
        let is_set_back = newest > self.as_of;
        let complete = newest.plus_seconds(is_set_back.into());
        self.reached = self.reached.max(was_open_since).max(complete);
        self
    }

    /// When the month began that is open.
    pub fn open_since(&self) -> Timestamp {
        self.open_since
    }

    /// When what happens now enters: after all that is complete, though the clock was set back.
    pub fn entering(&self, now: Timestamp) -> Timestamp {
        not_before(self.reached, now)
    }

    /// While the clock is set back, what enters makes it later: what comes next enters after it.
    pub(super) fn tick(&mut self, entered: Timestamp) {
        if self.reached > self.as_of && entered >= self.reached {
            self.reached = entered.plus_seconds(1);
        }
    }

    /// It is this late now; how late it was before.
    pub(super) fn come_to(&mut self, now: Timestamp) -> Timestamp {
        let reached = not_before(self.reached, now);
        std::mem::replace(&mut self.reached, reached)
    }

    /// Places the round-ups of all periods that are over at the moment the catalogue speaks of and were not at the last.
    pub(super) fn close_periods(&mut self, touched: &mut BTreeSet<FeedName>) {
        let zone = &self.site.zone;
        let last = Month::of(self.reached, zone).previous();
        if self.site.round_ups.is_empty() || self.round_ups.closed >= Some(last) || !self.has_past() {
            return;
        }
        let since = self.round_ups.closed.replace(last).map(Month::next);
        let first_gone = self.chronicle.first_withdrawn();
        let names = self.feeds.keys().map(|name| (**name).clone());
        let wanted: Vec<FeedName> = names.filter(|name| self.wants_round_ups(name)).collect();
        for name in wanted {
            let first_row =
                self.feeds.get(&name).and_then(|members| members.oldest_row()).map(|row| row.entered);
            let first = first_row.into_iter().chain(first_gone).min();
            let first = first.map(|first| Month::of(first, &self.site.zone));
            let Some(mut month) = since.max(first).filter(|_| first.is_some()) else { continue };
            let mut closing = Closing::of(self, name);
            while month <= last {
                closing.close(month, touched);
                month = month.next();
            }
        }
    }

    /// Closes the periods again that are over since then: something is found, or lost, that entered before they were.
    pub(super) fn reopen(&mut self, entered: Timestamp) {
        if entered < self.open_since {
            let before = Month::of(entered, &self.site.zone).previous();
            self.round_ups.closed = self.round_ups.closed.map(|closed| closed.min(before));
        }
    }

    /// Whether anything ever came out.
    fn has_past(&self) -> bool {
        self.chronicle.first_withdrawn().is_some()
            || self.feeds.values().any(|members| members.newest_row().is_some())
    }

    /// Whether a time brought anything, as it was at its end.
    fn brought_anything(&self, name: &FeedName, span: Range<Timestamp>) -> bool {
        let rows = self.rows(name, span.clone()).filter(|row| self.chronicle.stood_at(row, span.end));
        let mut told = rows.filter(|row| self.chronicle.is_told(row.key));
        let is_news = |row: &Arc<Placed>| {
            row.out >= span.start || row.corrected.is_some_and(|corrected| span.contains(&corrected))
        };
        let gone = || self.withdrawn_in(name, span.clone()).into_iter();
        told.any(is_news) || gone().any(|past| self.chronicle.is_told(past.placed.key))
    }

    /// Tells the round-ups anew that tell of an article, of which nothing is to be told any more.
    pub(super) fn retell(&mut self, key: Key, touched: &mut BTreeSet<FeedName>) {
        let rows = self.past().filter(|past| past.placed.key == key);
        let feeds: BTreeSet<FeedName> = rows.flat_map(|past| self.feeds_of_row(&past.placed)).collect();
        for name in feeds {
            let round_ups = self.round_ups().map(|(round_up, _)| round_up);
            let theirs: Vec<RoundUp> =
                round_ups.filter(|round_up| round_up.summed_up() == name).cloned().collect();
            let mut closing = Closing::of(self, name);
            theirs.iter().for_each(|round_up| closing.settle(round_up, touched));
        }
    }
}

fn not_before(reached: Timestamp, now: Timestamp) -> Timestamp {
    let is_set_back = reached > now && reached.seconds() - now.seconds() <= MOST_SET_BACK;
    if is_set_back { reached } else { now }
}

/// What a round-up tells, as far as its place depends on that.
pub(super) struct Told {
    /// What everything it tells amounts to, but what stands before it.
    pub tells: Fingerprint,
    /// What people call what it sums up.
    pub called: Box<str>,
    /// Of how many articles.
    pub rows: usize,
    /// When that last became something else: settings make something else of an article, or nothing is told of it any more.
    pub changed: Option<Timestamp>,
}

/// What a month amounts to, of how many articles, and when the last of that became something else.
type Amount = (Fingerprint, usize, Option<Timestamp>);

/// The periods of a feed, while they are being closed.
pub(super) struct Closing<'a> {
    catalogue: &'a mut Catalogue,
    name: FeedName,
    /// What the months amount to that were looked at.
    months: BTreeMap<Month, Amount>,
}

impl<'a> Closing<'a> {
    pub(super) fn of(catalogue: &'a mut Catalogue, name: FeedName) -> Self {
        Self { catalogue, name, months: BTreeMap::new() }
    }

    /// Places the round-ups of those that close with this month.
    fn close(&mut self, month: Month, touched: &mut BTreeSet<FeedName>) {
        let site = self.catalogue.site.clone();
        let of = match &self.name {
            FeedName::Plain(slug) => Some(slug.clone()),
            _ => None,
        };
        let wanted = Period::closing_with(month).filter(|period| site.round_ups.contains(&period.length()));
        for period in wanted {
            self.settle(&RoundUp { of: of.clone(), period }, touched);
        }
    }

    /// A period tells what its months amount to: what an article became after the month in which it entered stands in another
    /// of them.
    pub(super) fn told(&mut self, round_up: &RoundUp) -> Told {
        let months: Vec<Amount> = round_up.period.months().map(|month| self.month(month)).collect();
        let catalogue = &*self.catalogue;
        let site = &catalogue.site;
        let zone = site.zone.name().unwrap_or("");
        let printed =
            Fingerprint::of([env!("BANTIN_PRINTING"), site.base.as_str(), site.language.as_str(), zone]);
        let around = [printed, catalogue.around(&self.name)];
        Told {
            tells: Fingerprint::of(around.into_iter().chain(months.iter().map(|(month, ..)| *month))),
            called: catalogue.called(&self.name, round_up.period.span(&site.zone)),
            rows: months.iter().map(|(_, rows, _)| rows).sum(),
            changed: months.iter().filter_map(|(.., changed)| *changed).max(),
        }
    }

    /// What a month amounts to, as it was at its end.
    fn month(&mut self, month: Month) -> Amount {
        let Self { catalogue, name, months } = self;
        *months.entry(month).or_insert_with(|| {
            let (span, chronicle) = (month.span(&catalogue.site.zone), &catalogue.chronicle);
            let rows = catalogue.rows(name, span.clone()).filter(|row| chronicle.stood_at(row, span.end));
            let (mut told, mut count, mut changed) = (Vec::new(), 0, None);
            for row in rows {
                if let Some(at) = chronicle.purged.get(&row.key) {
                    changed = changed.max(Some(at.plus_seconds(1)));
                    continue;
                }
                changed = changed.max(Some(row.modified));
                let corrected = row.corrected.map_or(i64::MIN, Timestamp::seconds);
                told.extend_from_slice(row.fingerprint.as_bytes());
                told.extend([row.out.seconds(), corrected].into_iter().flat_map(i64::to_le_bytes));
                count += 1;
            }
            let mut parts = vec![Fingerprint::of([told])];
            for past in catalogue.withdrawn_in(name, span) {
                if let Some(at) = chronicle.purged.get(&past.placed.key) {
                    changed = changed.max(Some(at.plus_seconds(1)));
                    continue;
                }
                changed = changed.max(Some(past.placed.modified));
                let reason = past.withdrawal.as_ref().and_then(|withdrawal| withdrawal.reason.as_deref());
                let until = past.until.seconds().to_le_bytes();
                let words = past.placed.fingerprint;
                let said = [words.as_bytes().as_slice(), &until, reason.unwrap_or_default().as_bytes()];
                parts.push(Fingerprint::of(said));
                count += 1;
            }
            (Fingerprint::of(parts), count, changed)
        })
    }

    /// Places a round-up if there is anything to tell; one that is there already, if it tells something else now.
    fn settle(&mut self, round_up: &RoundUp, touched: &mut BTreeSet<FeedName>) {
        let span = round_up.period.span(&self.catalogue.site.zone);
        let told = self.catalogue.brought_anything(&self.name, span).then(|| self.told(round_up));
        let before = self.catalogue.round_up(round_up).cloned();
        let is_the_same = match (&before, &told) {
            (None, None) => true,
            (Some(before), Some(told)) => {
                let words = self.catalogue.preface(before);
                let prefaced = Prefaced { since: before.entered, noted: before.modified, words };
                self.catalogue.placed_round_up(round_up, told, prefaced).fingerprint == before.fingerprint
            }
            _ => false,
        };
        if is_the_same {
            return;
        }
        self.catalogue.take_out(round_up);
        touched.insert(round_up.feed());
        if let Some(told) = told {
            self.catalogue.place(round_up, &told);
        }
    }
}

impl Catalogue {
    /// What the round-ups in a feed of them say that does not follow from what happened in their time, nor from what the site
    /// says of itself. `None` where there are no round-ups.
    pub fn around_round_ups(&self, name: &FeedName) -> Option<Fingerprint> {
        name.summed_up().filter(|_| self.has_feed(name)).map(|summed_up| self.around(&summed_up))
    }

    fn around(&self, summed_up: &FeedName) -> Fingerprint {
        let own = definition(&self.definitions, summed_up);
        let title = own.and_then(|own| own.title.as_deref()).unwrap_or("");
        let archives = if self.has_archives(summed_up) { "archives" } else { "" };
        let closed: Vec<String> = self.private.iter().map(FeedName::to_string).collect();
        Fingerprint::of([title, archives, &closed.join(" ")])
    }

    /// What people call what a round-up sums up: as its file does, or the last article of that time; nothing of everything.
    fn called(&self, name: &FeedName, span: Range<Timestamp>) -> Box<str> {
        if *name == FeedName::All {
            return "".into();
        }
        if let Some(title) = definition(&self.definitions, name).and_then(|own| own.title.as_deref()) {
            return title.into();
        }
        let label = |placed: &Arc<Placed>| {
            placed.labels.iter().find(|label| label.feed == *name).map(|label| label.text.clone())
        };
        let of_rows = self
            .rows(name, span.clone())
            .filter(|row| self.chronicle.stood_at(row, span.end))
            .find_map(label);
        let of_gone = || self.withdrawn_in(name, span.clone()).first().and_then(|past| label(&past.placed));
        of_rows.or_else(of_gone).unwrap_or_else(|| name.slug().into())
    }
}
