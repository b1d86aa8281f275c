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

    /// The months and feeds whose archives tell of an article that was taken back.
    pub fn archives_of(&self, key: Key) -> BTreeSet<(FeedName, ArchiveName)> {
        let mut archives = BTreeSet::new();
        for past in self.past().filter(|past| past.placed.key == key) {
            let feeds = self.feeds_of_row(&past.placed);
            let withdrawn = past.withdrawal.as_ref().map(|_| past.until);
            let moments: Vec<Timestamp> =
                [Some(past.placed.entered), withdrawn].into_iter().flatten().collect();
            let archive = |moment: &Timestamp| ArchiveName::of(Month::of(*moment, &self.site.zone));
            for name in &feeds {
                archives.extend(moments.iter().map(|moment| (name.clone(), archive(moment))));
            }
            let tells = |round_up: &RoundUp| {
                let span = round_up.period.span(&self.site.zone);
                feeds.contains(&round_up.summed_up()) && moments.iter().any(|moment| span.contains(moment))
            };
            for (round_up, _) in self.round_ups().filter(|(round_up, _)| tells(round_up)) {
                let versions = self.versions(round_up);
                archives.extend(versions.iter().map(|version| (round_up.feed(), archive(&version.since))));
            }
        }
        archives.retain(|(name, _)| self.has_archives(name));
        archives
    }
}
