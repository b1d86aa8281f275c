//! A feed's archive (RFC 5005, section 4): the documents that its rows make, and which of them has what.

use super::members::Members;
use super::selecting::definition;
use super::{Catalogue, Key, Past, Placed};
use crate::words::{ArchiveName, Feed, FeedName, Month, Timestamp, Withdrawal, Zone};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// How many rows one document of an archive has at most.
pub const MOST_ROWS: usize = 500;
/// How many withdrawn articles it names at most, the latest.
const MOST_WITHDRAWN: usize = 1000;

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
    /// What people called its feed then.
    pub called: Box<str>,
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

impl Catalogue {
    /// When the open month is over, or sooner when more articles entered at once than a document can carry: from the next second
    /// on there is one for them.
    pub(super) fn next_closing(&self) -> Option<Timestamp> {
        if self.articles.len() == 0 && self.chronicle.first_withdrawn().is_none() {
            return None;
        }
        let month = Month::of(self.reached, &self.site.zone);
        let relieved = self.crowded(self.reached).map(|at| at.plus_seconds(1));
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
        (is_known && upto < self.reached).then(|| self.rows_of_part(name, archive, start..end, end))?
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
        let mut withdrawn = if is_last { self.withdrawn_in(name, span.clone()) } else { Vec::new() };
        withdrawn.truncate(MOST_WITHDRAWN);
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
            called: self.called_at(name, end),
        })
    }

    /// What people called a feed at a moment: as the last article did that had entered it.
    fn called_at(&self, name: &FeedName, end: Timestamp) -> Box<str> {
        let of = match name {
            FeedName::RoundUps(Some(category)) => &FeedName::Plain(category.clone()),
            other => other,
        };
        let rows = self.feeds.get(of).map(|members| members.rows_before(end));
        // One that is chosen otherwise than by a label has its name from its file.
        let last = rows.into_iter().flatten().next();
        let label = last.and_then(|row| row.labels.iter().find(|label| label.feed == *of));
        label.map_or_else(|| self.label(name).into(), |label| label.text.clone())
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
        let upto = match wish < self.reached {
            true => wish,
            // Of a second that is not over a document could still change.
            false => self.rows(name, self.open_since..self.reached).next()?.entered,
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
        let step = step_of(limit);
        let kept = rows - (rows - step) / step * step;
        Some((rows, members.row(kept)?.entered))
    }

    /// The first moments not before this one of feeds in which so much entered since then that up to there a document may be
    /// wished for.
    fn crowded(&self, since: Timestamp) -> impl Iterator<Item = Timestamp> {
        // Where a feed without a definition of its own is crowded, the feed of everything is.
        let everything = [(&FeedName::All, self.site.limit)];
        let defined = self.definitions.iter();
        let defined = defined.map(|own| (&own.name, own.limit.unwrap_or(self.site.limit)));
        everything.into_iter().chain(defined).filter_map(move |(name, limit)| {
            let members = self.feeds.get(name)?;
            let since = since.max(self.open_since);
            let recent = members.count_rows(since);
            let is_crowded = recent > step_of(limit) && members.count_rows(self.open_since) > limit;
            is_crowded.then(|| members.first_row_from(since).map(|row| row.entered))?
        })
    }
}

/// After how many rows more an open month has another document.
fn step_of(limit: usize) -> usize {
    (limit / 2).max(1)
}

impl Members {
    /// The archive document that has the last rows which entered before this moment, at which a month begins.
    pub(super) fn newest_archive_before(&self, end: Timestamp, zone: &Zone) -> Option<ArchiveName> {
        let month = Month::of(self.rows_before(end).next()?.entered, zone);
        let start = month.span(zone).start;
        let rows = self.count_rows(start) - self.count_rows(end);
        Some(ArchiveName::of(month).part(u32::try_from(rows.div_ceil(MOST_ROWS)).ok()?))
    }

    pub(super) fn settle_rows(&mut self, open_since: Timestamp, zone: &Zone) {
        self.set_newest_archive(self.newest_archive_before(open_since, zone));
    }
}
