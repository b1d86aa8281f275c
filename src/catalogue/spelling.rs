//! What a category or an author is called among some articles, whose files need not spell it alike.

use super::Label;
use crate::words::FeedName;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How often a label is spelled which way.
#[derive(Default)]
pub(super) struct Spellings<'a>(HashMap<&'a Arc<Label>, usize>);

/// Those of each of these labels, by the feed that carries all of it.
pub(super) fn spellings<'a>(
    labels: impl Iterator<Item = &'a Arc<Label>>,
) -> BTreeMap<&'a FeedName, Spellings<'a>> {
    let mut all: BTreeMap<&FeedName, Spellings<'_>> = BTreeMap::new();
    labels.for_each(|label| all.entry(&label.feed).or_default().add(label));
    all
}

impl<'a> Spellings<'a> {
    pub(super) fn add(&mut self, label: &'a Arc<Label>) {
        *self.0.entry(label).or_default() += 1;
    }

    /// How many spell it.
    pub(super) fn count(&self) -> usize {
        self.0.values().sum()
    }

    /// The spelling that most use; of equals the last in order, which is the one with marks.
    pub(super) fn usual(&self) -> Arc<Label> {
        let usual = self.0.iter().max_by_key(|(label, count)| (**count, &label.text));
        Arc::clone(usual.expect("somebody spells it").0)
    }
}
