//! Articles of which nothing is told any more, because the law demanded it.
//!
//! Their rows keep their places, so that no other moves from one document of an archive to another.

use super::{Catalogue, Key, Placed};
use crate::words::{ArchiveName, FeedName, Month, RoundUp, Timestamp, Withdrawal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Catalogue {
    /// The same without these articles, of which nothing is told since those moments.
    #[must_use]
    pub fn with_purged(mut self, purged: impl IntoIterator<Item = (Key, Timestamp)>) -> Self {
        self.chronicle.purged.extend(purged);
        self
    }

    /// The articles of which nothing is told, and since when.
    pub fn purged(&self) -> impl Iterator<Item = (Key, Timestamp)> {
        self.chronicle.purged.iter().map(|(key, at)| (*key, *at))
    }

    pub(super) fn purge(&mut self, key: Key, at: Timestamp, touched: &mut BTreeSet<FeedName>) {
        self.chronicle.purged.insert(key, at);
        self.retell(key, touched);
    }

    /// What is said instead of the purged ones among these.
    pub(super) fn purged_of<'a>(&self, said: impl Iterator<Item = &'a Arc<Placed>>) -> Vec<Withdrawal> {
        let purged = said.filter_map(|placed| {
            let at = *self.chronicle.purged.get(&placed.key)?;
            Some((placed.key, Withdrawal { id: placed.id.clone(), at, reason: None }))
        });
        let mut purged: Vec<Withdrawal> = purged.collect::<BTreeMap<_, _>>().into_values().collect();
        purged.sort_by_key(|withdrawal| std::cmp::Reverse(withdrawal.at));
        purged
    }

    /// The months and feeds whose archives told of an article.
    pub fn archives_of(&self, key: Key) -> BTreeSet<(FeedName, ArchiveName)> {
        let rows = self.past().filter(|past| past.placed.key == key);
        let places = rows.flat_map(|past| {
            let entered = Month::of(past.placed.entered, &self.site.zone);
            let withdrawn = past.withdrawal.as_ref().map(|_| Month::of(past.until, &self.site.zone));
            let months = [Some(entered), withdrawn].into_iter().flatten();
            let feeds = self.feeds_of_row(&past.placed);
            months.flat_map(move |month| {
                feeds.clone().into_iter().map(move |name| (name, ArchiveName::of(month)))
            })
        });
        let told = self.past().filter(|past| past.placed.key == key);
        let round_ups = told.flat_map(|past| {
            let tells = move |(round_up, _): &(&RoundUp, &Arc<Placed>)| {
                let span = round_up.period.span(&self.site.zone);
                span.contains(&past.placed.entered) || span.contains(&past.until)
            };
            self.round_ups().filter(tells).map(|(round_up, placed)| {
                (round_up.feed(), ArchiveName::of(Month::of(placed.entered, &self.site.zone)))
            })
        });
        places.chain(round_ups).filter(|(name, _)| self.has_archives(name)).collect()
    }
}
