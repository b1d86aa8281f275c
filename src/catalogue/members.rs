use super::placed::{Coming, Label, Placed, Ranked, Row};
use super::sorted::Sorted;
use crate::words::{ArchiveName, Timestamp};
use std::sync::Arc;

/// The articles of one feed in their order, and what people call the feed.
#[derive(Clone, Default)]
pub(super) struct Members {
    ranked: Sorted<Ranked>,
    /// Those that are held back from it for a while.
    coming: Sorted<Coming>,
    /// The same and what they were before, in the order in which they entered, the latest first.
    rows: Sorted<Row>,
    /// The archive document that has the last of them which entered in a month that is over.
    newest_archive: Option<ArchiveName>,
    /// How many articles spell its label which way.
    spellings: imbl::OrdMap<Arc<Label>, u32>,
    remembered: Option<Arc<str>>,
}

impl Members {
    /// What the feed is called while no article says so.
    pub(super) fn remember(&mut self, label: &str) {
        self.remembered = Some(label.into());
    }

    /// These articles, newest first, the same in the order in which they entered, and those to come in theirs.
    pub(super) fn of(
        newest: Vec<Ranked>,
        rows: Vec<Row>,
        coming: Vec<Coming>,
        spellings: impl IntoIterator<Item = (Arc<Label>, u32)>,
    ) -> Self {
        Self {
            ranked: Sorted::of_sorted(newest),
            rows: Sorted::of_sorted(rows),
            newest_archive: None,
            coming: Sorted::of_sorted(coming),
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

    /// Holds an article back until then.
    pub(super) fn hold_back(&mut self, placed: &Arc<Placed>, due: Timestamp) {
        self.coming.insert(Coming { due, placed: placed.clone() });
    }

    /// Forgets an article that was held back until then; whether there was one.
    pub(super) fn forget_coming(&mut self, placed: &Arc<Placed>, due: Timestamp) -> bool {
        self.coming.remove(&Coming { due, placed: placed.clone() }).is_some()
    }

    /// Takes in those whose moment has come.
    pub(super) fn take_due(&mut self, now: Timestamp) {
        let due: Vec<Coming> = self.coming.iter().take_while(|coming| coming.due <= now).cloned().collect();
        for coming in due {
            self.coming.remove(&coming);
            self.insert(&coming.placed, None);
        }
    }

    /// When the next of those that are held back is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.coming.iter().next().map(|next| next.due)
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

    pub(super) fn insert_row(&mut self, placed: &Arc<Placed>) {
        self.rows.insert(Row(placed.clone()));
    }

    pub(super) fn remove_row(&mut self, placed: &Arc<Placed>) {
        self.rows.remove(&Row(placed.clone()));
    }

    /// The row that entered first.
    pub(super) fn oldest_row(&self) -> Option<&Arc<Placed>> {
        self.rows.iter().next_back().map(|row| &row.0)
    }

    /// The row that entered last.
    pub(super) fn newest_row(&self) -> Option<&Arc<Placed>> {
        self.row(0)
    }

    /// The row behind so many that entered later.
    pub(super) fn row(&self, number: usize) -> Option<&Arc<Placed>> {
        self.rows.iter().nth(number).map(|row| &row.0)
    }

    /// The rows that entered before this moment, the latest first.
    pub(super) fn rows_before(&self, end: Timestamp) -> impl Iterator<Item = &Arc<Placed>> {
        self.rows.behind(move |row| row.0.entered >= end).map(|row| &row.0)
    }

    /// How many rows entered from this moment on.
    pub(super) fn count_rows(&self, since: Timestamp) -> usize {
        self.rows.leading(|row| row.0.entered >= since).0
    }

    /// The first row that entered from this moment on.
    pub(super) fn first_row_from(&self, since: Timestamp) -> Option<&Arc<Placed>> {
        self.rows.leading(|row| row.0.entered >= since).1.map(|row| &row.0)
    }

    /// The archive document that has the last of what entered in months that are over.
    pub(super) fn newest_archive(&self) -> Option<ArchiveName> {
        self.newest_archive
    }

    pub(super) fn set_newest_archive(&mut self, archive: Option<ArchiveName>) {
        self.newest_archive = archive;
    }

    /// How many were published after this moment, and the earliest of them.
    pub(super) fn published_after(&self, since: Timestamp) -> (usize, Option<&Arc<Placed>>) {
        let (count, earliest) = self.ranked.leading(|ranked| ranked.0.published > since);
        (count, earliest.map(|ranked| &ranked.0))
    }
}
