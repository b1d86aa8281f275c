//! What a time brought a feed, as round-ups and reports tell it.

use super::spelling::spellings;
use super::{Catalogue, Key, Label, Past, Placed};
use crate::words::{FeedName, Timestamp};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

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
    /// What its categories and authors are called: as most of what was published spells them, as round-ups do; where that names
    /// them nowhere, as most of the rest.
    pub fn names(&self) -> BTreeMap<&FeedName, Arc<Label>> {
        let withdrawn = self.withdrawn.iter().map(|past| &past.placed);
        // What came late may have been corrected, too.
        let rest: BTreeMap<Key, &Arc<Placed>> = self
            .late
            .iter()
            .chain(&self.corrected)
            .chain(withdrawn)
            .map(|placed| (placed.key, placed))
            .collect();
        let mut names = spellings(rest.into_values().flat_map(named));
        names.extend(spellings(self.published.iter().flat_map(named)));
        names.into_iter().map(|(feed, spellings)| (feed, spellings.usual())).collect()
    }
}

fn named(placed: &Arc<Placed>) -> impl Iterator<Item = &Arc<Label>> {
    placed.labels.categories().chain(placed.labels.authors())
}

impl Catalogue {
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
