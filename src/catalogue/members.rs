use super::Placed;
use crate::words::Term;
use std::cmp::Ordering;
use std::sync::Arc;

/// The articles of one feed in their order, and what people call the feed.
#[derive(Clone, Default)]
pub(super) struct Members {
    ranked: imbl::OrdSet<Ranked>,
    /// How many articles spell the label which way.
    labels: imbl::OrdMap<Arc<Term>, usize>,
    remembered: Option<Arc<str>>,
}

impl Members {
    /// A feed whose articles are all gone.
    pub(super) fn empty(label: &str) -> Self {
        Self { remembered: Some(label.into()), ..Self::default() }
    }

    pub(super) fn insert(&mut self, placed: Arc<Placed>, term: Option<&Arc<Term>>) {
        self.ranked.insert(Ranked(placed));
        if let Some(term) = term {
            *self.labels.entry(term.clone()).or_insert(0) += 1;
        }
    }

    pub(super) fn remove(&mut self, placed: &Arc<Placed>, term: Option<&Arc<Term>>) {
        self.ranked.remove(&Ranked(placed.clone()));
        let Some(term) = term else { return };
        match self.labels.get(term).copied() {
            Some(count) if count > 1 => {
                self.labels.insert(term.clone(), count - 1);
            }
            _ => {
                self.labels.remove(term);
                if self.labels.is_empty() {
                    self.remembered = Some(term.label.as_str().into());
                }
            }
        }
    }

    /// The spelling most articles use; of equals the one that comes last in order, which is the one with marks.
    pub(super) fn label(&self) -> &str {
        match self.labels.iter().max_by_key(|(term, count)| (**count, *term)) {
            Some((term, _)) => &term.label,
            None => self.remembered.as_deref().unwrap_or(""),
        }
    }

    /// The copy of this term that is kept here.
    pub(super) fn term(&self, term: &Arc<Term>) -> Option<Arc<Term>> {
        self.labels.get_key_value(term).map(|(known, _)| known.clone())
    }

    pub(super) fn newest(&self) -> impl Iterator<Item = &Arc<Placed>> {
        self.ranked.iter().map(|ranked| &ranked.0)
    }

    pub(super) fn oldest(&self) -> impl Iterator<Item = &Arc<Placed>> {
        self.ranked.iter().rev().map(|ranked| &ranked.0)
    }

    pub(super) fn len(&self) -> usize {
        self.ranked.len()
    }
}

/// Newest first, ties by id.
#[derive(Clone)]
struct Ranked(Arc<Placed>);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.published.cmp(&self.0.published).then_with(|| self.0.id.cmp(&other.0.id))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}
