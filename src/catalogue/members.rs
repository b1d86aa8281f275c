use super::placed::{Label, Placed, Ranked};
use super::sorted::Sorted;
use std::sync::Arc;

/// The articles of one feed in their order, and what people call the feed.
#[derive(Clone, Default)]
pub(super) struct Members {
    ranked: Sorted<Ranked>,
    /// How many articles spell its label which way.
    spellings: imbl::OrdMap<Arc<Label>, u32>,
    remembered: Option<Arc<str>>,
}

impl Members {
    /// What the feed is called while no article says so.
    pub(super) fn remember(&mut self, label: &str) {
        self.remembered = Some(label.into());
    }

    /// These articles, newest first.
    pub(super) fn of(newest: Vec<Ranked>, spellings: impl IntoIterator<Item = (Arc<Label>, u32)>) -> Self {
        Self {
            ranked: Sorted::of_sorted(newest),
            spellings: spellings.into_iter().collect(),
            remembered: None,
        }
    }

    pub(super) fn insert(&mut self, placed: &Arc<Placed>, label: Option<&Arc<Label>>) {
        self.ranked.insert(Ranked(placed.clone()));
        if let Some(label) = label {
            *self.spellings.entry(label.clone()).or_insert(0) += 1;
        }
    }

    pub(super) fn remove(&mut self, placed: &Arc<Placed>, label: Option<&Arc<Label>>) {
        self.ranked.remove(&Ranked(placed.clone()));
        let Some(label) = label else { return };
        match self.spellings.get(label).copied() {
            Some(count) if count > 1 => {
                self.spellings.insert(label.clone(), count - 1);
            }
            _ => {
                self.spellings.remove(label);
                if self.spellings.is_empty() {
                    self.remembered = Some((*label.text).into());
                }
            }
        }
    }

    /// The spelling most articles use; of equals the one that comes last in order, which is the one with marks.
    pub(super) fn label(&self) -> &str {
        match self.spellings.iter().max_by_key(|(label, count)| (**count, *label)) {
            Some((label, _)) => &label.text,
            None => self.remembered.as_deref().unwrap_or(""),
        }
    }

    /// The copy of this label that is kept here.
    pub(super) fn known(&self, label: &Arc<Label>) -> Option<Arc<Label>> {
        self.spellings.get_key_value(label).map(|(known, _)| known.clone())
    }

    pub(super) fn newest(&self) -> impl DoubleEndedIterator<Item = &Arc<Placed>> {
        self.ranked.iter().map(|ranked| &ranked.0)
    }

    pub(super) fn len(&self) -> usize {
        self.ranked.len()
    }
}
