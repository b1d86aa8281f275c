//! Walks through the folder, and what they show against what is known.

use super::clocks::wall_ns;
use super::pace::{self, rest_after};
use super::settling::{APPEARING, SETTING_IN, STANDING};
use super::{FirstLook, Publisher, WATCHED_PACE, clock};
use crate::readers::{Found, Job, Look, Survey};
use crate::render::status::LastLook;
use crate::words::{ContentPath, Problem, Text};
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How soon a walk is tried again that failed; doubled up to the longest rest between two.
const SWEEP_RETRY: Duration = Duration::from_millis(500);
/// How often a folder is walked through at least of which a part could not be read.
const PARTIAL_PACE: Duration = Duration::from_secs(10);

impl Publisher {
    /// Walks through everything now, or once more if that is under way already.
    pub(super) fn sweep_soon(&mut self) {
        self.sweep_due = Instant::now();
        self.sweep_again = self.sweeps.contains_key(Path::new(""));
    }

    pub(super) fn sweep(&mut self, place: PathBuf) {
        if self.sweeps.contains_key(&place) {
            self.settling.changed(place, Instant::now());
            return;
        }
        self.sweeps.insert(place.clone(), Instant::now());
        self.steward.hand_out(Job::Sweep(place), &self.desk);
    }

    pub(super) fn take_survey(&mut self, place: &Path, survey: io::Result<Survey>) {
        let whole = place.as_os_str().is_empty();
        let began = self.sweeps.remove(place).unwrap_or_else(Instant::now);
        let survey = match survey {
            Ok(survey) => survey,
            Err(error) if !whole && error.kind() == io::ErrorKind::NotFound => {
                return self.look_now(place.to_owned());
            }
            Err(error) => return self.sweep_failed(place, &error),
        };
        for (place, error) in &survey.walk.unreadable {
            self.tell_unreadable(place, error);
        }
        if !whole {
            self.settling.succeeded(place);
            self.forget_unreadable(place);
        }
        if whole {
            self.metrics.sweeps.inc();
            self.metrics.ignored.set(survey.walk.ignored.cast_signed());
            self.sweep_failures = 0;
            self.sweep_fault = None;
            let partial = !survey.walk.unreadable.is_empty();
            self.found_nothing = survey.files == 0 && !partial;
            self.forget_all_unreadable_but(&survey.walk.unreadable);
            if survey.here * 2 >= survey.remembered {
                self.prove_root();
            }
            if self.silent != survey.walk.silent {
                self.silent = survey.walk.silent.clone();
                self.tell_watching();
            }
        }
        let has_changed =
            self.miss_what_was_not_seen(place, &survey, began) | self.look_at_what_changed(survey.changed);
        if has_changed {
            self.changed = Instant::now();
        }
        if whole {
            self.remember_mounts(&survey.walk.mounts);
            self.rest(began.elapsed(), survey.files, !survey.walk.unreadable.is_empty());
        }
        if whole && self.first_look == FirstLook::Walking {
            self.first_look = FirstLook::Reading(Instant::now());
        }
        if whole && std::mem::take(&mut self.rewatch_after_sweep) {
            self.start_watch();
        }
    }

    /// Ends a walk through everything, which took so long, and decides when the next one begins.
    fn rest(&mut self, took: Duration, files: usize, partial: bool) {
        let pace = match (self.is_announced(), partial) {
            (true, false) => WATCHED_PACE,
            (true, true) => PARTIAL_PACE.max(took * 20),
            (false, _) => rest_after(took, self.changed.elapsed()),
        };
        let at = clock();
        self.watching.last_look = Some(LastLook {
            at,
            took,
            files: files as u64,
            ignored: self.metrics.ignored.get().cast_unsigned(),
            next: at.plus_seconds(pace.as_secs().cast_signed()),
        });
        let rest = if std::mem::take(&mut self.sweep_again) { Duration::ZERO } else { pace };
        self.sweep_due = Instant::now() + rest;
    }

    fn sweep_failed(&mut self, place: &Path, error: &io::Error) {
        if !place.as_os_str().is_empty() {
            // Files in it that were read before stay as they are: that it cannot be listed does not mean they are gone.
            self.tell_unreadable(place, error);
            self.settling.failed(place.to_owned(), Instant::now());
            return;
        }
        let listed = self.desk.folder.root().display();
        let fault = Text::new(
            format!(
                "không liệt kê được {listed}: {error}; những gì đã đăng vẫn giữ nguyên, và bantin sẽ thử lại"
            ),
            format!(
                "{listed} cannot be listed: {error}; what was published stays as it is, and it is tried again"
            ),
        );
        if self.sweep_fault.as_ref() != Some(&fault) {
            tracing::error!("{}", fault.en);
        }
        self.sweep_fault = Some(fault);
        self.sweep_failures += 1;
        let pause = SWEEP_RETRY.saturating_mul(1 << self.sweep_failures.min(7)).min(pace::LONGEST);
        self.sweep_due = Instant::now() + pause;
        if self.began.elapsed() >= super::LONG_START {
            self.finish_first_look_at_walking();
        }
    }

    /// Whether anything was news.
    fn look_at_what_changed(&mut self, changed: Vec<Found>) -> bool {
        let mut is_news = false;
        let now = Instant::now();
        let wall_ns = wall_ns();
        // At a start there is only the short time in which somebody may be writing right now. Where writing is
        // announced, what is written from now on puts the reading off. Elsewhere standing still is all there is.
        let enough = match (self.first_look, self.is_announced()) {
            (FirstLook::Done, true) => SETTING_IN,
            (FirstLook::Done, false) => STANDING,
            (FirstLook::Walking | FirstLook::Reading(_), _) => APPEARING,
        };
        let mut last: Option<(ContentPath, PathBuf)> = None;
        for Found { path, place, stamp } in changed {
            // Two spellings of one path follow each other.
            if let Some((_, twin)) = last.take_if(|(before, _)| *before == path) {
                let (kept, other) =
                    if self.is_read_as(&path, &place) { (&place, &twin) } else { (&twin, &place) };
                let replaces = *kept == place;
                self.set_remarks(&path, vec![twins(&path, kept, other)]);
                if !replaces {
                    last = Some((path, twin));
                    continue;
                }
            }
            last = Some((path, place.clone()));
            if self.known_stamp(&place) == Some(stamp) {
                continue;
            }
            is_news = true;
            if wall_ns - stamp.changed_ns >= enough.as_nanos() as i128 {
                let look = Look { patient: true, ..self.look_at(place, None) };
                self.patient.push_back(look);
            } else {
                self.settling.sighted(place, stamp, enough, now);
            }
        }
        is_news
    }

    /// Whether the file at this path was read under this spelling.
    fn is_read_as(&self, path: &ContentPath, place: &Path) -> bool {
        self.file(path).is_some_and(|file| file.place_of(path) == place)
    }

    /// Whether anything is gone that was there before.
    fn miss_what_was_not_seen(&mut self, place: &Path, survey: &Survey, began: Instant) -> bool {
        let beginning =
            ContentPath::new(place).map_or_else(String::new, |path| format!("{}/", path.as_str()));
        let changed: HashSet<&ContentPath> = survey.changed.iter().map(|found| &found.path).collect();
        let gone: HashSet<&ContentPath> = survey.gone.iter().collect();
        // What went away after the walk had passed it is gone all the same.
        self.missing.retain(|path, missing| {
            let is_remembered = missing.file.is_some() || self.media.contains_key(path);
            let was_seen = match is_remembered {
                true => !gone.contains(path) && !survey.is_unknown(path),
                false => changed.contains(path),
            };
            missing.since > began || !path.as_str().starts_with(&beginning) || !was_seen
        });
        let passed_over = below(&self.passed_over, &beginning).map(|(path, _)| path);
        let unseen = passed_over.chain(below(&self.prefaces, &beginning).map(|(path, _)| path));
        let unseen = unseen.filter(|path| !changed.contains(path) && !survey.is_unknown(path));
        let gone: Vec<ContentPath> = survey.gone.iter().chain(unseen).cloned().collect();
        let mut is_news = false;
        for path in gone {
            if !self.missing.contains_key(&path) && self.is_known(&path) {
                self.miss(path);
                is_news = true;
            }
        }
        is_news
    }

    /// All paths that begin so and were read before.
    pub(super) fn known_below(&self, beginning: &str) -> Vec<ContentPath> {
        let files = self.journal.files_below(beginning).unwrap_or_default();
        let media = self.media.range::<_, str>((Bound::Included(beginning), Bound::Unbounded));
        let media = media.map(|(path, _)| path).take_while(|path| path.as_str().starts_with(beginning));
        let passed_over = below(&self.passed_over, beginning).map(|(path, _)| path);
        let prefaces = below(&self.prefaces, beginning).map(|(path, _)| path);
        let others = media.chain(passed_over).chain(prefaces).cloned();
        files.into_iter().map(|(path, _)| path).chain(others).collect()
    }

    pub(super) fn is_known(&self, path: &ContentPath) -> bool {
        self.media.contains_key(path)
            || self.passed_over.contains_key(path)
            || self.prefaces.contains_key(path)
            || self.file(path).is_some()
    }

    /// A look at a place, as it is known.
    pub(super) fn look_at(&self, place: PathBuf, expected: Option<crate::edition::Stamp>) -> Look {
        let Some(path) = ContentPath::new(&place) else { return Look { expected, ..Look::at(place) } };
        let file = self.file(&path);
        let known = self.stamp_before(&path, file.as_ref());
        let rival = file.map(|file| file.place_of(&path)).filter(|known| *known != place);
        Look { place, known, expected, rival, patient: false }
    }
}

/// Two files that are one by name: the spelling differs only in how marks are put on letters.
pub(super) fn twins(path: &ContentPath, kept: &Path, other: &Path) -> Problem {
    let bytes = |place: &Path| place.as_os_str().as_encoded_bytes().len();
    Problem::new(
        path,
        Text::new(
            format!(
                "có hai tệp cùng tên này, chỉ khác cách gõ dấu ({} và {} byte); chỉ một tệp được đọc",
                bytes(kept),
                bytes(other)
            ),
            format!(
                "two files have this name, spelled with different marks ({} and {} bytes); only one is read",
                bytes(kept),
                bytes(other)
            ),
        ),
        Text::new("Hãy đổi tên hoặc xóa một trong hai tệp.", "Rename or delete one of them."),
    )
    .as_error()
}

/// The entries whose paths begin so.
fn below<'a, T>(
    paths: &'a BTreeMap<ContentPath, T>,
    beginning: &str,
) -> impl Iterator<Item = (&'a ContentPath, &'a T)> {
    let end = beginning.to_owned();
    paths
        .range::<str, _>((Bound::Included(beginning), Bound::Unbounded))
        .take_while(move |(path, _)| path.as_str().starts_with(&end))
}
