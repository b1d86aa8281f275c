//! Files that are gone, and when that is believed.

use super::held::WEIGHING;
use super::loss::{FolderState, GRACE, Loss, Verdict};
use super::{Missing, Publisher};
use crate::readers::{Look, is_audio_or_video};
use crate::words::ContentPath;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long files that are gone are waited for while others arrive.
const LONGEST_ARRIVAL: Duration = Duration::from_secs(60);

impl Publisher {
    pub(super) fn look_for_missing(&mut self, now: Instant) {
        if self.missing.is_empty() {
            self.away = 0;
            // At a start it is not known yet whether what was missing still is.
            if self.watching.last_look.is_some() {
                self.loss_is_over("what was gone is there again");
            }
            return;
        }
        // Many may be held for long.
        if (self.guard.holds() || self.away > 0) && now < self.weighing_due {
            return;
        }
        self.weighing_due = now + WEIGHING;
        let mut looks = Vec::new();
        for (path, missing) in &mut self.missing {
            if !missing.asked && now.duration_since(missing.since) >= GRACE {
                missing.asked = true;
                let media = || self.media.get(path).map(|media| media.place.clone());
                let preface = || self.prefaces.get(path)?.place.clone();
                let article = missing.file.as_ref().map(|file| file.place_of(path));
                let place = article.or_else(media).or_else(preface);
                looks.push(Look::at(place.unwrap_or_else(|| PathBuf::from(path.as_str()))));
            }
        }
        self.urgent.extend(looks);
        let longest = self.missing.values().map(|missing| now.duration_since(missing.since)).max();
        // What is gone here may be arriving there; but not for ever.
        let arriving = self.is_arriving() && longest.is_some_and(|longest| longest < LONGEST_ARRIVAL);
        if !arriving && self.missing.values().any(|missing| missing.confirmed) {
            self.weigh_missing(now);
        }
    }

    fn weigh_missing(&mut self, now: Instant) {
        // What lay on a disk that is not there is not weighed: nobody can tell.
        let is_article = |missing: &Missing| missing.file.is_some();
        let articles = self.missing.iter().filter(|(_, missing)| is_article(missing));
        let (away, gone): (Vec<_>, Vec<_>) = articles.partition(|(path, _)| self.is_unmounted(path));
        // Those that are missing but not yet looked for again count towards how great the loss is.
        let missing = gone.len();
        self.away = away.len();
        self.metrics.held.set(away.len() as i64);
        let published = self.articles();
        let loss = Loss { published, missing, folder: self.folder_state(published) };
        let wait = self.desk.site.accept_loss_after;
        if !self.missing.iter().any(|(path, missing)| missing.confirmed && !self.is_unmounted(path)) {
            return self.loss_is_over("what was gone is there again");
        }
        let is_weighty = missing > 0 || loss.folder != FolderState::Sound;
        let verdict = if is_weighty { self.guard.weigh(loss, wait, now) } else { Verdict::Withdraw };
        match verdict {
            Verdict::Hold => self.hold(loss, now),
            // Not before it was looked for everywhere.
            Verdict::Believe if self.sweep_due <= now => {}
            Verdict::Believe => {
                self.accept_loss(false, "it has been gone for long enough");
            }
            Verdict::Withdraw => {
                if let Some(articles) = self.withdraw_missing(false) {
                    self.guard.withdrew(articles, now);
                    self.loss_is_over("most of what was gone is there again; what is not was taken back");
                }
            }
        }
    }

    /// How many articles are out or wait for their time.
    pub(super) fn articles(&self) -> usize {
        self.edition.catalogue().len() + usize::try_from(self.to_come.waiting).unwrap_or(0)
    }

    fn folder_state(&self, published: usize) -> FolderState {
        if self.root_fault.is_some() || self.sweep_fault.is_some() {
            FolderState::Away
        } else if self.found_nothing && published > 1 {
            FolderState::Empty
        } else if self.unproven {
            FolderState::Replaced
        } else {
            FolderState::Sound
        }
    }

    /// Takes back all that is missing, however much that is. Gives back how many articles it was; nothing has changed
    /// when it gives back nothing. What lay on disks that are not there goes only where that is said.
    pub(super) fn accept_loss(&mut self, with_unmounted: bool, why: &str) -> Option<usize> {
        let articles = self.withdraw_missing(with_unmounted)?;
        self.guard.accept();
        self.prove_root();
        if with_unmounted {
            self.away = 0;
            self.forget_mounts(&self.unmounted.clone());
        }
        self.loss_is_over(&format!("what was gone was taken back ({articles} articles): {why}"));
        Some(articles)
    }

    /// Takes back what is missing for sure, and gives back how many articles that were.
    fn withdraw_missing(&mut self, with_unmounted: bool) -> Option<usize> {
        let is_meant = |path: &ContentPath| with_unmounted || !self.is_unmounted(path);
        let confirmed = self.missing.iter().filter(|(path, missing)| missing.confirmed && is_meant(path));
        let articles = confirmed.clone().filter(|(_, missing)| missing.file.is_some()).count();
        let paths: Vec<ContentPath> = confirmed.map(|(path, _)| path.clone()).collect();
        if !self.decide(|deciding| paths.iter().try_for_each(|path| deciding.withdraw(path)), &paths) {
            return None;
        }
        for path in paths {
            self.missing.remove(&path);
            self.passed_over.remove(&path);
            self.set_remarks(&path, Vec::new());
            if is_audio_or_video(Path::new(path.as_str())) {
                self.look_at_companions(&path);
            }
        }
        Some(articles)
    }
}
