//! What came out, changed and went, in the order in which it did: the past of feeds, which does not change any more.
//!
//! A feed's rows are its articles in the order in which they [entered](Placed::entered). An article that becomes another or
//! is taken back leaves the row it had, so what happened in a time that is over can be told exactly as it was at its end.

use super::members::Members;
use super::placed::Row;
use super::selecting::{definition, is_selected, selects};
use super::{Catalogue, Key, Placed};
use crate::words::{ArchiveName, Feed, FeedName, Month, Timestamp, Withdrawal, Zone};
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// How many rows one document of an archive has at most.
pub const MOST_ROWS: usize = 500;
/// How many withdrawn articles it names at most, the latest.
const MOST_WITHDRAWN: usize = 1000;

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

/// A document of a feed's archive, before it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivePart {
    /// The articles as they were at its end, in the order in which they entered.
    pub entries: Vec<Arc<Placed>>,
    /// What was taken back in its time and not back at its end, the latest first.
    pub withdrawn: Vec<Arc<Past>>,
    /// What it brought or named and does not any more, because the law demanded it.
    pub purged: Vec<Withdrawal>,
    /// The one before it.
    pub previous: Option<ArchiveName>,
    /// The one after it. There may be none of this name yet, or ever: its address leads to the next there is.
    pub next: Option<ArchiveName>,
    /// When it was complete.
    pub closed: Timestamp,
}

/// What the name of an archive document leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Archived {
    /// The document.
    Part(ArchivePart),
    /// Another one, which has what it would have.
    At(ArchiveName),
    /// The feed itself, which has it until there is such a document.
    InFeed,
}

/// What a time that is over brought, as it was at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What came out in it and is dated in it, newest first.
    pub published: Vec<Arc<Placed>>,
    /// What came out in it though it is dated before it, newest first.
    pub late: Vec<Arc<Placed>>,
    /// What was corrected in it, whenever it came out, newest first.
    pub corrected: Vec<Arc<Placed>>,
    /// What was taken back in it and not back at its end, the latest first.
    pub withdrawn: Vec<Arc<Past>>,
}

impl Summary {
    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        let Self { published, late, corrected, withdrawn } = self;
        published.is_empty() && late.is_empty() && corrected.is_empty() && withdrawn.is_empty()
    }
}

/// What is past.
#[derive(Clone, Default)]
pub(super) struct Chronicle {
    /// By when it entered.
    past: imbl::OrdMap<(Timestamp, Key), Arc<Past>>,
    /// What was taken back, by when.
    withdrawn: imbl::OrdMap<(Timestamp, Key), Arc<Past>>,
    /// Of what nothing is told any more, and since when.
    pub(super) purged: imbl::OrdMap<Key, Timestamp>,
}

impl Chronicle {
    /// Until when an article was what this row says; `None` of one that still is.
    fn until(&self, placed: &Placed) -> Option<Timestamp> {
        let row = (placed.entered, placed.key);
        match self.withdrawn.contains_key(&row) {
            true => Some(placed.entered),
            false => self.past.get(&row).map(|past| past.until),
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

    /// Forgets what entered then.
    pub(super) fn take_out(&mut self, entered: Timestamp, key: Key) -> Option<Arc<Past>> {
        self.past.remove(&(entered, key))
    }

    /// Keeps what is past now.
    pub(super) fn keep(&mut self, past: Past) {
        self.past.insert((past.placed.entered, past.placed.key), Arc::new(past));
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
                self.chronicle.past.insert((past.placed.entered, past.placed.key), Arc::new(past.clone()));
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
        let is_kept = |each: &Past| past.contains_key(&(each.placed.entered, each.placed.key));
        let withdrawn = withdrawn.values().filter(move |each| !is_kept(each));
        let all = past.values().chain(withdrawn).map(|past| &**past);
        all.filter(|past| !past.placed.key.is_round_up())
    }

    /// What has this address becomes another now, or goes.
    pub(super) fn overtake(&mut self, slug: &str, until: Timestamp, withdrawal: Option<Withdrawal>) {
        let Some(placed) = self.articles.get(slug).map(|article| article.0.clone()) else { return };
        let is_withdrawn = withdrawal.is_some();
        let past = Arc::new(Past { placed, until, withdrawal });
        if is_withdrawn {
            self.keep_withdrawal(&past);
        }
        self.chronicle.past.insert((past.placed.entered, past.placed.key), past);
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
        let month = Month::of(self.as_of, &self.site.zone).span(&self.site.zone);
        let was_open = self.open_since;
        if month.start <= was_open {
            return;
        }
        self.open_since = month.start;
        let first = (was_open, Key(0));
        let closed = self.chronicle.past.range(first..).map(|(_, past)| past);
        let overtaken =
            closed.filter(|past| is_overtaken_within_month(past, &self.site.zone, self.open_since));
        for past in overtaken.cloned().collect::<Vec<_>>() {
            self.chronicle.past.remove(&(past.placed.entered, past.placed.key));
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

    /// When the open month is over, or sooner when more articles entered at once than a document can carry: from the next second
    /// on there is one for them.
    pub(super) fn next_closing(&self) -> Option<Timestamp> {
        if self.articles.len() == 0 && self.chronicle.withdrawn.is_empty() {
            return None;
        }
        let month = Month::of(self.open_since.max(self.as_of), &self.site.zone);
        let relieved = self.crowded(self.as_of).map(|at| at.plus_seconds(1));
        relieved.chain([month.span(&self.site.zone).end]).min()
    }

    /// The feeds in which so much entered at once that there was no document for it before now.
    pub(super) fn relieved(&self, before: Timestamp, touched: &mut BTreeSet<FeedName>) {
        let is_young = |members: &Members| members.newest_row().is_some_and(|row| row.entered >= before);
        if self.crowded(before).next().is_some() {
            let young = self.feeds.iter().filter(|(_, members)| is_young(members));
            touched.extend(young.map(|(name, _)| (**name).clone()));
        }
    }

    /// Whether a feed has archives: one for everybody that reaches back as far as there is anything.
    pub fn has_archives(&self, name: &FeedName) -> bool {
        let own = definition(&self.definitions, name);
        self.has_feed(name) && own.is_none_or(|own| own.partner.is_none() && own.days.is_none())
    }

    /// The rows of a feed, newest first, that entered in this time.
    pub(super) fn rows(&self, name: &FeedName, span: Range<Timestamp>) -> impl Iterator<Item = &Arc<Placed>> {
        let rows = self.feeds.get(name).map(|members| members.rows_before(span.end));
        rows.into_iter().flatten().take_while(move |row| row.entered >= span.start)
    }

    /// What the name of an archive document leads to; `None` when there is not and never was anything.
    pub fn archive(&self, name: &FeedName, archive: &ArchiveName) -> Option<Archived> {
        if !self.has_archives(name) {
            return None;
        }
        let span = archive.month.span(&self.site.zone);
        let is_open = span.start >= self.open_since;
        match archive.upto {
            Some(upto) if is_open => self.part_upto(name, archive, span.start, upto).map(Archived::Part),
            Some(_) => {
                let last = self.feeds.get(name)?.newest_archive_before(span.end, &self.site.zone);
                Some(last.map_or(Archived::InFeed, Archived::At))
            }
            None if span.start > self.open_since => None,
            None if is_open => Some(Archived::InFeed),
            None => match self.part(name, archive, span.clone()) {
                Some(part) => Some(Archived::Part(part)),
                None if archive.part == 1 => self.month_after(name, span),
                None => None,
            },
        }
    }

    fn part(&self, name: &FeedName, archive: &ArchiveName, span: Range<Timestamp>) -> Option<ArchivePart> {
        let next = archive.month.next();
        let part = self.rows_of_part(name, archive, span.clone(), span.end)?;
        let is_last = part.next.is_none();
        Some(ArchivePart { next: part.next.or(is_last.then(|| ArchiveName::of(next))), ..part })
    }

    fn part_upto(
        &self,
        name: &FeedName,
        archive: &ArchiveName,
        start: Timestamp,
        upto: Timestamp,
    ) -> Option<ArchivePart> {
        let end = upto.plus_seconds(1);
        let is_known = self.rows(name, upto..end).next().is_some();
        // What enters later enters later than this.
        (is_known && upto < self.as_of).then(|| self.rows_of_part(name, archive, start..end, end))?
    }

    fn rows_of_part(
        &self,
        name: &FeedName,
        archive: &ArchiveName,
        span: Range<Timestamp>,
        end: Timestamp,
    ) -> Option<ArchivePart> {
        let mut rows: Vec<&Arc<Placed>> = self.rows(name, span.clone()).collect();
        rows.reverse();
        let number = usize::try_from(archive.part).ok()?;
        let of_part = rows.chunks(MOST_ROWS).nth(number.checked_sub(1)?)?;
        let stood = of_part.iter().filter(|row| self.chronicle.stood_at(row, end));
        let is_last = number * MOST_ROWS >= rows.len();
        let withdrawn = if is_last { self.withdrawn_in(name, span.clone()) } else { Vec::new() };
        let said = stood.clone().copied().chain(withdrawn.iter().map(|past| &past.placed));
        let purged = self.purged_of(said);
        let is_told = |key: &Key| !self.chronicle.purged.contains_key(key);
        let previous = match archive.part {
            1 => self.feeds.get(name)?.newest_archive_before(span.start, &self.site.zone),
            part => Some(archive.part(part - 1)),
        };
        Some(ArchivePart {
            entries: stood.filter(|row| is_told(&row.key)).map(|row| (*row).clone()).collect(),
            withdrawn: withdrawn.iter().filter(|past| is_told(&past.placed.key)).cloned().collect(),
            purged,
            previous,
            next: (!is_last).then(|| archive.part(archive.part + 1)),
            closed: end,
        })
    }

    /// The latest that were taken back in a time and were not back at its end.
    pub(super) fn withdrawn_in(&self, name: &FeedName, span: Range<Timestamp>) -> Vec<Arc<Past>> {
        let back = self.rows(name, span.clone()).filter(|row| self.chronicle.stood_at(row, span.end));
        let mut told: HashSet<Key> = back.map(|row| row.key).collect();
        let withdrawn = self.chronicle.withdrawn.range((span.start, Key(0))..(span.end, Key(0))).rev();
        let theirs = withdrawn.map(|(_, past)| past).filter(|past| self.stood_in(name, &past.placed));
        theirs.filter(|past| told.insert(past.placed.key)).take(MOST_WITHDRAWN).cloned().collect()
    }

    /// Where what comes after a month without rows begins, to which the one before it leads; where nothing does, there never was
    /// anything.
    fn month_after(&self, name: &FeedName, month: Range<Timestamp>) -> Option<Archived> {
        let members = self.feeds.get(name)?;
        members.rows_before(month.start).next()?;
        Some(match members.first_row_from(month.end) {
            Some(row) if row.entered < self.open_since => {
                Archived::At(ArchiveName::of(Month::of(row.entered, &self.site.zone)))
            }
            _ => Archived::InFeed,
        })
    }

    /// The archive document that has what entered last of all that a feed's documents do not have to carry themselves.
    pub fn newest_archive(&self, feed: &Feed) -> Option<ArchiveName> {
        if !self.has_archives(&feed.name) {
            return None;
        }
        match self.cut(&feed.name, feed.limit) {
            Some((upto, count)) => {
                let month = Month::of(self.open_since, &self.site.zone);
                let parts = u32::try_from(count.div_ceil(MOST_ROWS)).ok()?;
                Some(ArchiveName { month, upto: Some(upto), part: parts })
            }
            None => self.feeds.get(&feed.name)?.newest_archive(),
        }
    }

    /// The articles of a feed that entered after all that its archives have, the latest first, at most as many as it has
    /// a place for.
    pub fn unarchived(&self, feed: &Feed) -> impl Iterator<Item = &Arc<Placed>> {
        let since = match self.has_archives(&feed.name) {
            false => Timestamp::nearest(i64::MAX),
            true => {
                self.cut(&feed.name, feed.limit).map_or(self.open_since, |(upto, _)| upto.plus_seconds(1))
            }
        };
        let rows = self.rows(&feed.name, since..Timestamp::nearest(i64::MAX));
        rows.filter(|row| !self.is_past(row)).take(feed.limit)
    }

    /// Up to which moment the open month has a document, and how many rows are in that: so that at most `limit` are not, and it
    /// becomes another one only when half as many have come.
    fn cut(&self, name: &FeedName, limit: usize) -> Option<(Timestamp, usize)> {
        let (rows, wish) = self.wished_cut(name, limit)?;
        let upto = match wish < self.as_of {
            true => wish,
            // Of a second that is not over a document could still change.
            false => self.rows(name, self.open_since..self.as_of).next()?.entered,
        };
        let after = self.feeds.get(name)?.count_rows(upto.plus_seconds(1));
        Some((upto, rows - after))
    }

    fn wished_cut(&self, name: &FeedName, limit: usize) -> Option<(usize, Timestamp)> {
        let members = self.feeds.get(name)?;
        let rows = members.count_rows(self.open_since);
        if rows <= limit {
            return None;
        }
        let step = (limit / 2).max(1);
        let kept = rows - (rows - step) / step * step;
        Some((rows, members.row(kept)?.entered))
    }

    /// The moments not before this one in which more articles entered than a feed carries.
    fn crowded(&self, since: Timestamp) -> impl Iterator<Item = Timestamp> {
        // Where a feed without a definition of its own is crowded, the feed of everything is.
        let everything = [(&FeedName::All, self.site.limit)];
        let defined = self.definitions.iter();
        let defined = defined.map(|own| (&own.name, own.limit.unwrap_or(self.site.limit)));
        let wishes =
            everything.into_iter().chain(defined).filter_map(|(name, limit)| self.wished_cut(name, limit));
        wishes.map(|(_, wish)| wish).filter(move |wish| *wish >= since)
    }

    /// What a time brought a feed, as it was at its end, or is when that has not come.
    pub fn summary(&self, name: &FeedName, span: Range<Timestamp>) -> Summary {
        let mut summary = Summary::default();
        let is_told = |key: &Key| !self.chronicle.purged.contains_key(key);
        let stood = self.rows(name, span.clone()).filter(|row| self.chronicle.stood_at(row, span.end));
        for row in stood.filter(|row| is_told(&row.key)) {
            if row.out >= span.start {
                let is_late = row.published < span.start;
                if is_late { &mut summary.late } else { &mut summary.published }.push(row.clone());
            }
            if row.corrected.is_some_and(|corrected| span.contains(&corrected)) {
                summary.corrected.push(row.clone());
            }
        }
        for list in [&mut summary.published, &mut summary.late] {
            list.sort_by(|one, other| {
                other.published.cmp(&one.published).then_with(|| one.id.cmp(&other.id))
            });
        }
        summary
            .corrected
            .sort_by(|one, other| other.corrected.cmp(&one.corrected).then_with(|| one.id.cmp(&other.id)));
        summary.withdrawn = self.withdrawn_in(name, span);
        summary.withdrawn.retain(|past| is_told(&past.placed.key));
        summary
    }
}

/// Whether something else came after it in the month in which it entered, and that month is over: nothing tells of it any
/// more.
pub(super) fn is_overtaken_within_month(past: &Past, zone: &Zone, open_since: Timestamp) -> bool {
    let entered = past.placed.entered;
    entered < open_since && past.until < Month::of(entered, zone).span(zone).end
}

impl Members {
    /// The archive document that has the last rows which entered before this moment, at which a month begins.
    pub(super) fn newest_archive_before(&self, end: Timestamp, zone: &Zone) -> Option<ArchiveName> {
        let month = Month::of(self.rows_before(end).next()?.entered, zone);
        let start = month.span(zone).start;
        let rows = self.rows_before(end).take_while(|row| row.entered >= start).count();
        Some(ArchiveName::of(month).part(u32::try_from(rows.div_ceil(MOST_ROWS)).ok()?))
    }

    pub(super) fn settle_rows(&mut self, open_since: Timestamp, zone: &Zone) {
        self.set_newest_archive(self.newest_archive_before(open_since, zone));
    }
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
