//! Articles that were taken back: what their feeds still say of them, and for how long.

use super::placed::Labels;
use super::timetable::seconds;
use super::{Catalogue, Key, is_selected, selects};
use crate::settings::FeedDefinition;
use crate::words::{FeedName, Fingerprint, Timestamp, Withdrawal};
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many withdrawn articles are remembered here; of more, the latest.
pub const MOST_GONE: usize = 10_000;

/// An article that was out and is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The journal's number for it.
    pub key: Key,
    /// What documents say of that.
    pub withdrawal: Withdrawal,
    /// When it was published.
    pub published: Timestamp,
    /// When it first came out by the server's clock.
    pub out: Timestamp,
    /// The categories, tags and authors it had.
    pub labels: Labels,
}

impl Gone {
    /// What is printed of it.
    pub fn fingerprint(&self) -> Fingerprint {
        self.withdrawal.fingerprint()
    }

    /// Whether it had stood in a feed that selects it: its partner's time had come, and it was no older than the feed
    /// reaches back.
    fn was_in(&self, definition: &FeedDefinition) -> bool {
        let reached = match &definition.partner {
            Some(partner) => partner.reached(self.out).max(partner.from.unwrap_or(self.out)),
            None => self.out,
        };
        let is_in_time = definition.partner.is_none() || reached <= self.withdrawal.at;
        let is_recent = |days| self.published.plus_seconds(seconds(days)) > reached;
        is_in_time && definition.days.is_none_or(is_recent)
    }
}

/// The latest first, ties by number.
impl Ord for Gone {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |gone: &Self| (Reverse(gone.withdrawal.at), gone.key);
        rank(self).cmp(&rank(other))
    }
}

impl PartialOrd for Gone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// All of them.
#[derive(Clone, Default)]
pub(super) struct Graves {
    by_key: imbl::OrdMap<Key, Arc<Gone>>,
    latest: imbl::OrdSet<Arc<Gone>>,
    /// By the feeds they stood in.
    feeds: imbl::OrdMap<FeedName, imbl::OrdSet<Arc<Gone>>>,
}

impl Catalogue {
    pub(super) fn bury(&mut self, gone: Gone, touched: &mut BTreeSet<FeedName>) {
        self.forget(gone.key, touched);
        let gone = Arc::new(gone);
        for name in self.feeds_naming(&gone) {
            self.graves.feeds.entry(name.clone()).or_default().insert(gone.clone());
            touched.insert(name);
        }
        self.graves.by_key.insert(gone.key, gone.clone());
        self.graves.latest.insert(gone);
        if self.graves.latest.len() > MOST_GONE
            && let Some(oldest) = self.graves.latest.get_max().map(|oldest| oldest.key)
        {
            self.forget(oldest, touched);
        }
    }

    pub(super) fn forget(&mut self, key: Key, touched: &mut BTreeSet<FeedName>) {
        let Some(gone) = self.graves.by_key.remove(&key) else { return };
        self.graves.latest.remove(&gone);
        for name in self.feeds_naming(&gone) {
            if let Some(feed) = self.graves.feeds.get_mut(&name) {
                feed.remove(&gone);
                touched.insert(name);
            }
        }
    }

    /// The feeds that it had stood in.
    fn feeds_naming(&self, gone: &Gone) -> BTreeSet<FeedName> {
        let labels = &gone.labels;
        let automatic = std::iter::once(FeedName::All).chain(labels.iter().map(|label| label.feed.clone()));
        let automatic = automatic.filter(|name| !is_selected(&self.definitions, name));
        let chosen = self.definitions.iter().filter(|definition| selects(definition, labels));
        let chosen = chosen.filter(|definition| gone.was_in(definition));
        automatic.chain(chosen.map(|definition| definition.name.clone())).collect()
    }

    /// Why an article was taken back.
    pub(super) fn reason(&self, key: Key) -> Option<&str> {
        self.graves.by_key.get(&key)?.withdrawal.reason.as_deref()
    }

    /// The articles that stood in a feed and were taken back, the latest first.
    pub fn gone(&self, name: &FeedName) -> impl Iterator<Item = &Arc<Gone>> {
        self.graves.feeds.get(name).into_iter().flatten()
    }

    /// The articles that were taken back up to this moment.
    pub fn gone_until(&self, then: Timestamp) -> impl Iterator<Item = Key> {
        let oldest = self.graves.latest.iter().rev();
        oldest.take_while(move |gone| gone.withdrawal.at <= then).map(|gone| gone.key)
    }

    /// When the first of those that are remembered was taken back.
    pub fn first_gone(&self) -> Option<Timestamp> {
        self.graves.latest.get_max().map(|gone| gone.withdrawal.at)
    }

    /// The same with these, of which the caller knows, instead of those that are remembered.
    #[must_use]
    pub fn with_gone(mut self, gone: impl IntoIterator<Item = Gone>) -> Self {
        self.graves = Graves::default();
        let mut touched = BTreeSet::new();
        gone.into_iter().for_each(|gone| self.bury(gone, &mut touched));
        self
    }

    /// All that are remembered.
    pub(super) fn all_gone(&self) -> impl Iterator<Item = &Arc<Gone>> {
        self.graves.latest.iter()
    }
}
