//! A loss that is not believed: what is said of it, and what is remembered, so that a restart does not believe it nor begin
//! its time anew.

use super::loss::{FolderState, Loss};
use super::standing::Held;
use super::{Publisher, clock};
use crate::words::{ContentPath, Timestamp};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How often a loss that is held is weighed, and how often the log tells of it again.
pub(super) const WEIGHING: Duration = Duration::from_secs(1);
const REMINDING: Duration = Duration::from_secs(3600);
/// The journal's note of it.
pub(super) const HELD: &str = "held";
/// How far the time it has stood may run ahead of what is noted; less where it is believed sooner than in a day.
const UNNOTED: Duration = Duration::from_secs(60);
/// How many files are named as examples.
const EXAMPLES: usize = 10;

/// What is remembered of a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    /// Since when.
    pub since: Timestamp,
    /// How long it was seen to stand.
    pub stood: Duration,
    /// How many were missing at most.
    pub greatest: usize,
}

impl Noted {
    fn write(self) -> String {
        format!("{}:{}:{}", self.since.seconds(), self.stood.as_secs(), self.greatest)
    }

    /// `None` when it makes no sense: then its time begins anew.
    pub fn read(note: &str) -> Option<Self> {
        let mut numbers = note.split(':');
        let mut next = || numbers.next();
        Some(Self {
            since: Timestamp::from_seconds(next()?.parse().ok()?)?,
            stood: Duration::from_secs(next()?.parse().ok()?),
            greatest: next()?.parse().ok()?,
        })
    }
}

impl Publisher {
    /// Keeps everything as it is, and says so.
    pub(super) fn hold(&mut self, loss: Loss, now: Instant) {
        self.metrics.held.set((loss.missing + self.away) as i64);
        let (stood, greatest) = self.guard.stood().unwrap_or_default();
        let believed =
            |wait: Duration| clock().plus_seconds(wait.saturating_sub(stood).as_secs().cast_signed());
        let is_answer = matches!(loss.folder, FolderState::Sound | FolderState::Replaced);
        let wait = self.desk.site.accept_loss_after.filter(|_| is_answer);
        let mut until = wait.map(believed);
        let before = self.held.take();
        // The two clocks need not tick at once.
        if let Some((before, until)) = before.as_ref().and_then(|held| held.until).zip(until.as_mut())
            && before.seconds().abs_diff(until.seconds()) <= 2
        {
            *until = before;
        }
        let since = before.as_ref().map(|held| held.since).or(self.noted.map(|noted| noted.since));
        let since = since.unwrap_or_else(clock);
        let is_same = |held: &Held| {
            (held.missing, held.published, held.folder) == (loss.missing, loss.published, loss.folder)
        };
        let held = match before.as_ref().filter(|held| is_same(held)) {
            Some(held) => Held { until, ..held.clone() },
            None => self.held_of(loss, since, until),
        };
        let is_news =
            before.is_none_or(|before| held.missing > before.missing || held.folder != before.folder);
        if is_news || now >= self.reminding_due {
            self.reminding_due = now + REMINDING;
            // Whether anything is left in the folder is known by walking through it.
            self.sweep_soon();
            let zone = &self.desk.site.zone;
            tracing::error!("{} {}", held.facts(zone).en, held.to_do(zone).en);
        }
        self.held = Some(held);
        self.note_held(Noted { since, stood, greatest });
    }

    fn held_of(&self, loss: Loss, since: Timestamp, until: Option<Timestamp>) -> Held {
        let Loss { published, missing, folder } = loss;
        let (folders, examples) = self.lost(|path| !self.is_unmounted(path));
        Held { missing, published, folder, since, until, folders, examples }
    }

    /// The folders that lost articles whose paths are such, and how many, and some of the files.
    pub(super) fn lost(
        &self,
        such: impl Fn(&ContentPath) -> bool,
    ) -> (Vec<(String, usize)>, Vec<ContentPath>) {
        let articles = self.missing.iter().filter(|(_, missing)| missing.file.is_some());
        let paths = articles.map(|(path, _)| path).filter(|path| such(path));
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let mut examples = Vec::new();
        for path in paths {
            *counts.entry(path.folder().trim_end_matches('/')).or_default() += 1;
            if examples.len() < EXAMPLES {
                examples.push(path.clone());
            }
        }
        let counts = counts.into_iter().map(|(folder, count)| (folder.to_owned(), count));
        let mut folders: Vec<(String, usize)> = counts.collect();
        folders.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        (folders, examples)
    }

    fn note_held(&mut self, held: Noted) {
        let wait = self.desk.site.accept_loss_after.unwrap_or(UNNOTED * 20);
        let pace = (wait / 20).clamp(Duration::from_secs(1), UNNOTED);
        let is_noted = self.noted.is_some_and(|noted| {
            held.stood >= noted.stood && held.stood < noted.stood + pace && held.greatest == noted.greatest
        });
        if !is_noted && self.journal_fault.is_none() {
            self.note(HELD, held.write());
            self.noted = Some(held);
        }
    }

    /// Nothing is held any more: all came back, or what is gone was meant.
    pub(super) fn loss_is_over(&mut self, how: &str) {
        self.metrics.held.set(self.away as i64);
        self.guard.relax();
        if self.held.take().is_some() {
            tracing::info!("{how}");
        }
        if self.noted.is_some() && self.journal_fault.is_none() {
            self.noted = None;
            self.forget_note(HELD);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again() {
        let noted =
            Noted { since: Timestamp::nearest(1_764_069_600), stood: Duration::from_secs(42), greatest: 12 };
        assert_eq!(Noted::read(&noted.write()), Some(noted));
        for rubbish in ["", "1764069600", "1764069600:x:1", "1764069600:-1:1", "99999999999999:1:1"] {
            assert_eq!(Noted::read(rubbish), None, "{rubbish}");
        }
    }
}
