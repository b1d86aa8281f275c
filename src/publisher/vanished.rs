//! Files that are gone, and when that is believed.

use super::Publisher;
use super::loss::{GRACE, HOLD, Loss, Verdict};
use crate::readers::{Look, is_audio_or_video};
use crate::words::ContentPath;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long files that are gone are waited for while others arrive.
const LONGEST_ARRIVAL: Duration = Duration::from_secs(60);

impl Publisher {
    pub(super) fn look_for_missing(&mut self, now: Instant) {
        if self.missing.is_empty() {
            self.guard.relax();
            self.metrics.held.set(0);
            return;
        }
        let mut looks = Vec::new();
        for (path, missing) in &mut self.missing {
            if !missing.asked && now.duration_since(missing.since) >= GRACE {
                missing.asked = true;
                let media = || self.media.get(path).map(|media| media.place.clone());
                let place = missing.file.as_ref().map(|file| file.place_of(path)).or_else(media);
                looks.push(Look::at(place.unwrap_or_else(|| PathBuf::from(path.as_str()))));
            }
        }
        self.urgent.extend(looks);
        let confirmed: Vec<ContentPath> = self
            .missing
            .iter()
            .filter(|(_, missing)| missing.confirmed)
            .map(|(path, _)| path.clone())
            .collect();
        let longest = self.missing.values().map(|missing| now.duration_since(missing.since)).max();
        // What is gone here may be arriving there; but not for ever.
        let arriving = self.is_arriving() && longest.is_some_and(|longest| longest < LONGEST_ARRIVAL);
        if !confirmed.is_empty() && !arriving {
            self.withdraw_missing(confirmed, now);
        }
    }

    pub(super) fn withdraw_missing(&mut self, paths: Vec<ContentPath>, now: Instant) {
        // Those that are missing but not yet looked for again count towards how great the loss is.
        let articles = self.missing.values().filter(|missing| missing.file.is_some()).count();
        let published = self.edition.catalogue().len() + usize::try_from(self.to_come.waiting).unwrap_or(0);
        let sound = self.root_fault.is_none() && self.unproven_since.is_none();
        let held = self.guard.holds();
        let empty = self.found_nothing;
        let loss = Loss { published, missing: articles, sound, empty };
        if articles > 0 && self.guard.weigh(loss, now) == Verdict::Hold {
            self.metrics.held.set(articles as i64);
            if !held {
                let (gone, all) = (articles, published);
                let root = self.desk.folder.root().display();
                let minutes = HOLD.as_secs() / 60;
                let until = match sound && !empty {
                    true => format!("until they are back, or have been gone for {minutes} minutes"),
                    false => "until they are back".to_owned(),
                };
                tracing::error!(
                    "{gone} of {all} articles are gone from {root} at once; they stay published {until}"
                );
            }
            return;
        }
        self.metrics.held.set(0);
        let withdrawn =
            self.decide(|deciding| paths.iter().try_for_each(|path| deciding.withdraw(path)), &paths);
        if withdrawn {
            self.guard.withdrew(articles, now);
            for path in paths {
                self.missing.remove(&path);
                self.passed_over.remove(&path);
                self.set_remarks(&path, Vec::new());
                if is_audio_or_video(Path::new(path.as_str())) {
                    self.look_at_companions(&path);
                }
            }
        }
    }
}
