//! What a round-up tells, and which articles it names: a bounded choice of what its period brought.

use super::spelling::{Spellings, spellings};
use super::{Catalogue, Label, Past, Placed};
use crate::words::{FeedName, Month, RoundUp, alphabetical};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much of a period is told.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// How many articles that came out are named.
    pub articles: usize,
    /// How many that came late, were corrected or withdrawn, each.
    pub others: usize,
    /// How many categories are told, and how many authors.
    pub labels: usize,
}

impl Most {
    /// In feeds.
    pub const ENTRY: Self = Self { articles: 100, others: 30, labels: 50 };
    /// On a page.
    pub const PAGE: Self = Self { articles: 500, others: 200, labels: 200 };
}

/// What a round-up tells.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// How many articles came out in the period and are dated in it.
    pub published: usize,
    /// Of how many categories.
    pub categories: usize,
    /// Those that are named, by category in the order of the alphabet; one in several categories stands in each.
    pub groups: Vec<Group>,
    /// Articles that came out in it and are dated before it.
    pub late: Part<Arc<Placed>>,
    /// Articles that were corrected in it.
    pub corrected: Part<Arc<Placed>>,
    /// Articles that were withdrawn in it.
    pub withdrawn: Part<Arc<Past>>,
    /// Who wrote how many of the articles that came out, those who wrote most first.
    pub authors: Vec<(Arc<Label>, usize)>,
    /// How many others did.
    pub more_authors: usize,
}

/// Some of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// How many there are.
    pub count: usize,
    /// Those that are named.
    pub named: Vec<T>,
}

/// The articles of one category.
#[derive(Clone, Debug)]
pub struct Group {
    /// The category.
    pub category: Arc<Label>,
    /// Its articles.
    pub articles: Part<Arc<Placed>>,
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Self { count: 0, named: Vec::new() }
    }
}

impl<T> Part<T> {
    fn of(mut all: Vec<T>, most: usize) -> Self {
        let count = all.len();
        all.truncate(most);
        Self { count, named: all }
    }
}

impl Contents {
    /// All articles that are named, in the order in which they are: those of the groups, late, corrected and withdrawn ones.
    pub fn named(&self) -> impl Iterator<Item = &Arc<Placed>> {
        let groups = self.groups.iter().flat_map(|group| &group.articles.named);
        let withdrawn = self.withdrawn.named.iter().map(|past| &past.placed);
        groups.chain(&self.late.named).chain(&self.corrected.named).chain(withdrawn)
    }

    /// Leaves unnamed those of which this does not hold.
    pub fn keep_named(&mut self, holds: impl Fn(&Placed) -> bool) {
        for group in &mut self.groups {
            group.articles.named.retain(|placed| holds(placed));
        }
        self.late.named.retain(|placed| holds(placed));
        self.corrected.named.retain(|placed| holds(placed));
        self.withdrawn.named.retain(|past| holds(&past.placed));
    }
}

impl Catalogue {
    /// What a round-up tells, so much of it.
    pub fn contents(&self, round_up: &RoundUp, most: Most) -> Contents {
        let name = round_up.summed_up();
        let summary = self.summary(&name, round_up.period.span(&self.site.zone));
        let own = self.label_of_category(&name);
        let mut groups =
            groups(&summary.published, |label| own.as_ref().is_none_or(|own| label.feed == *own));
        let categories = groups.len();
        groups.sort_by_key(|(_, articles)| Reverse(articles.len()));
        groups.truncate(most.labels);
        groups.sort_by(|(one, _), (other, _)| alphabetical(&one.text).cmp(&alphabetical(&other.text)));
        let share = share(groups.iter().map(|(_, articles)| articles.len()), most.articles);
        let group = |(category, articles)| Group { category, articles: Part::of(articles, share) };
        let mut authors = authors(&summary.published);
        let more_authors = authors.len().saturating_sub(most.labels);
        authors.truncate(most.labels);
        Contents {
            published: summary.published.len(),
            categories,
            groups: groups.into_iter().map(group).collect(),
            late: Part::of(summary.late, most.others),
            corrected: Part::of(summary.corrected, most.others),
            withdrawn: Part::of(summary.withdrawn, most.others),
            authors,
            more_authors,
        }
    }

    /// The months of a round-up's period that have archive documents.
    pub fn archived_months(&self, round_up: &RoundUp) -> Vec<Month> {
        let name = round_up.summed_up();
        let months = round_up.period.months().filter(|_| self.has_archives(&name));
        months.filter(|month| self.rows(&name, month.span(&self.site.zone)).next().is_some()).collect()
    }

    /// The category that a feed is of; nothing when it is one of several.
    fn label_of_category(&self, name: &FeedName) -> Option<FeedName> {
        let is_one = matches!(name, FeedName::Plain(_)) && !super::is_selected(&self.definitions, name);
        is_one.then(|| name.clone())
    }
}

type Labelled = (Arc<Label>, Vec<Arc<Placed>>);

/// The articles by category, in their order.
fn groups(articles: &[Arc<Placed>], is_meant: impl Fn(&Label) -> bool) -> Vec<Labelled> {
    let mut groups: BTreeMap<&FeedName, (Spellings<'_>, Vec<Arc<Placed>>)> = BTreeMap::new();
    for placed in articles {
        for label in placed.labels.categories().filter(|label| is_meant(label)) {
            let (spellings, group) = groups.entry(&label.feed).or_default();
            spellings.add(label);
            group.push(placed.clone());
        }
    }
    groups.into_values().map(|(spellings, group)| (spellings.usual(), group)).collect()
}

/// Who wrote how many of the articles, those who wrote most first, then in the order of the alphabet.
fn authors(articles: &[Arc<Placed>]) -> Vec<(Arc<Label>, usize)> {
    let authors = spellings(articles.iter().flat_map(|placed| placed.labels.authors()));
    let counted = authors.into_values().map(|spellings| (spellings.usual(), spellings.count()));
    let mut authors: Vec<(Arc<Label>, usize)> = counted.collect();
    authors.sort_by(|(one, ones), (other, others)| {
        others.cmp(ones).then_with(|| alphabetical(&one.text).cmp(&alphabetical(&other.text)))
    });
    authors
}

/// How many of each group may be named, so that no more than `most` are in all and small groups stand whole.
fn share(groups: impl Iterator<Item = usize>, most: usize) -> usize {
    let mut lengths: Vec<usize> = groups.collect();
    lengths.sort_unstable();
    let (mut left, mut share) = (most, usize::MAX);
    let count = lengths.len();
    for (place, length) in lengths.into_iter().enumerate() {
        let each = left / (count - place);
        if length > each {
            share = each;
            break;
        }
        left -= length;
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_groups_stand_whole_beside_large_ones() {
        let named = |groups: &[usize], most| -> Vec<usize> {
            let share = share(groups.iter().copied(), most);
            groups.iter().map(|group| *group.min(&share)).collect()
        };
        assert_eq!(named(&[3, 5, 2], 10), [3, 5, 2]);
        assert_eq!(named(&[100, 5, 2, 100], 100), [46, 5, 2, 46]);
        assert_eq!(named(&[7, 7, 7], 2), [0, 0, 0]);
        assert_eq!(named(&[], 10), [0; 0]);
        assert_eq!(named(&[200], 100), [100]);
    }
}
