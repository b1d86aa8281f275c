//! What became of feeds lately, so that whoever names a version of one can be told only what is new since.

use super::{Edition, Subject, Validators, VersionName};
use crate::catalogue::{Gone, Key, Placed};
use crate::words::{Feed, FeedName, Fingerprint, Id};
use std::collections::HashSet;
use std::sync::Arc;

/// How many versions of a feed are remembered, and of how many feeds: those that changed last.
const MOST_STEPS: usize = 64;
const MOST_FEEDS: usize = 1024;

/// What a feed's documents say of articles that they did not say in an earlier version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Articles that are new or others than they were, newest first.
    pub carried: Vec<Arc<Placed>>,
    /// Articles that were withdrawn, the latest first.
    pub gone: Vec<Arc<Gone>>,
    /// Articles that it carried and does not any more, though nothing says that they were withdrawn: newer ones took their
    /// place, or they are filed elsewhere.
    pub left: Vec<Id>,
}

/// The last versions of feeds. It begins empty with every start.
#[derive(Clone, Default)]
pub(super) struct History {
    feeds: imbl::HashMap<FeedName, (u64, Arc<[Step]>)>,
    /// The same feeds in the order of their last change.
    order: imbl::OrdMap<u64, FeedName>,
    changes: u64,
}

/// What came with the version after this one.
#[derive(Clone)]
struct Step {
    from: VersionName,
    articles: Arc<[Key]>,
    gone: Arc<[Key]>,
    /// What was carried until then.
    left: Arc<[Id]>,
}

impl History {
    fn steps(&self, name: &FeedName) -> &[Step] {
        self.feeds.get(name).map_or(&[], |(_, steps)| steps)
    }

    /// Remembers a step; without one, that nothing is known any more of what was before.
    fn remember(&mut self, name: &FeedName, step: Option<Step>) {
        let before = self.feeds.remove(name);
        if let Some((change, _)) = &before {
            self.order.remove(change);
        }
        let Some(step) = step else { return };
        let steps = before.map_or_else(|| Arc::from([]), |(_, steps)| steps);
        let kept = &steps[steps.len().saturating_sub(MOST_STEPS - 1)..];
        self.changes += 1;
        self.feeds.insert(name.clone(), (self.changes, kept.iter().cloned().chain([step]).collect()));
        self.order.insert(self.changes, name.clone());
        if self.order.len() > MOST_FEEDS
            && let (Some((_, forgotten)), rest) = self.order.without_min_with_key()
        {
            self.order = rest;
            self.feeds.remove(&forgotten);
        }
    }
}

impl Edition {
    /// What a feed says that it did not say in this version. `None` when that is not known any more, or when it was not
    /// articles alone that changed.
    pub fn since(&self, name: &FeedName, version: VersionName) -> Option<Since> {
        if self.validators(&Subject::Feed(name.clone()))?.name() == version {
            return Some(Since::default());
        }
        let feed = self.catalogue.feed(name)?;
        let steps = self.history.steps(name);
        let steps = &steps[steps.iter().rposition(|step| step.from == version)?..];
        let articles: HashSet<Key> = steps.iter().flat_map(|step| step.articles.iter().copied()).collect();
        let gone: HashSet<Key> = steps.iter().flat_map(|step| step.gone.iter().copied()).collect();
        let gone: Vec<Arc<Gone>> = self.gone(name).filter(|each| gone.contains(&each.key)).cloned().collect();
        let mut told: HashSet<&Id> = self.carried(&feed).map(|placed| &placed.id).collect();
        told.extend(gone.iter().map(|gone| &gone.withdrawal.id));
        let left = steps.iter().flat_map(|step| step.left.iter());
        Some(Since {
            carried: self.carried(&feed).filter(|placed| articles.contains(&placed.key)).cloned().collect(),
            left: left.filter(|id| told.insert(id)).cloned().collect(),
            gone,
        })
    }

    /// Of these versions of a feed the newest that was before the present one and of which it is known what is new since;
    /// with what is said of it.
    pub fn newest_known<T>(
        &self,
        name: &FeedName,
        versions: impl Iterator<Item = (VersionName, T)>,
    ) -> Option<(VersionName, T)> {
        let steps = self.history.steps(name);
        let place = |version: &VersionName| steps.iter().rposition(|step| step.from == *version);
        let known = versions.filter_map(|version| Some((place(&version.0)?, version)));
        known.max_by_key(|(place, _)| *place).map(|(_, version)| version)
    }

    /// Remembers how a feed came from `before`, which `earlier` has, to what it is in this edition.
    pub(super) fn remember_step(&mut self, name: &FeedName, earlier: &Edition, before: &Validators) {
        let step = self.step(name, earlier, before);
        self.history.remember(name, step);
    }

    fn step(&self, name: &FeedName, earlier: &Edition, before: &Validators) -> Option<Step> {
        let site = earlier.validators(&Subject::Site)?.version;
        let (feed, old) = (self.catalogue.feed(name)?, earlier.catalogue.feed(name)?);
        // Before the first edition is shown the catalogue may be another than the one that was named so.
        let is_known = earlier.feed_fingerprint(&old, &site) == before.version;
        let is_same_otherwise = site == self.site_version() && feed.fingerprint() == old.fingerprint();
        if !is_known || !is_same_otherwise {
            return None;
        }
        let carried = new(earlier.said(&old), self.said(&feed));
        let gone = new(earlier.said_gone(name), self.said_gone(name));
        let stays: HashSet<Key> = self.carried(&feed).map(|placed| placed.key).collect();
        let left = earlier.carried(&old).filter(|placed| !stays.contains(&placed.key));
        let left = left.map(|placed| placed.id.clone()).collect();
        Some(Step { from: before.name(), articles: carried, gone, left })
    }

    fn said(&self, feed: &Feed) -> impl Iterator<Item = (Key, Fingerprint)> {
        self.carried(feed).map(|placed| (placed.key, placed.fingerprint))
    }

    fn said_gone(&self, name: &FeedName) -> impl Iterator<Item = (Key, Fingerprint)> {
        self.gone(name).map(|gone| (gone.key, gone.fingerprint()))
    }
}

fn new(
    before: impl Iterator<Item = (Key, Fingerprint)>,
    after: impl Iterator<Item = (Key, Fingerprint)>,
) -> Arc<[Key]> {
    let before: HashSet<(Key, Fingerprint)> = before.collect();
    after.filter(|said| !before.contains(said)).map(|(key, _)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> FeedName {
        FeedName::parse(&format!("tin-{number}")).expect("a name")
    }

    fn step(number: usize) -> Option<Step> {
        let digits = format!("{number:024x}");
        let from = VersionName::parse(digits.as_bytes()).expect("a version's name");
        Some(Step { from, articles: Arc::from([]), gone: Arc::from([]), left: Arc::from([]) })
    }

    fn from(history: &History, number: usize) -> Vec<VersionName> {
        history.steps(&name(number)).iter().map(|step| step.from).collect()
    }

    #[test]
    fn the_last_versions_of_the_feeds_that_changed_last_are_remembered() {
        let mut history = History::default();
        for number in 0..2 * MOST_STEPS {
            history.remember(&name(0), step(number));
        }
        let last: Vec<VersionName> =
            (MOST_STEPS..2 * MOST_STEPS).filter_map(step).map(|step| step.from).collect();
        assert_eq!(from(&history, 0), last);
        for number in 1..MOST_FEEDS {
            history.remember(&name(number), step(0));
        }
        history.remember(&name(0), step(0));
        history.remember(&name(2), None);
        assert_eq!((from(&history, 2).len(), history.feeds.len()), (0, MOST_FEEDS - 1));
        (MOST_FEEDS..MOST_FEEDS + 2).for_each(|number| history.remember(&name(number), step(0)));
        assert_eq!((history.feeds.len(), history.order.len()), (MOST_FEEDS, MOST_FEEDS));
        assert!(from(&history, 1).is_empty(), "it changed longest ago");
        assert_eq!((from(&history, 0).len(), from(&history, 3).len()), (MOST_STEPS, 1));
    }
}
