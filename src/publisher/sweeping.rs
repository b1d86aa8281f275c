//! Walks through the folder, and what they show against what is known.

use super::settling::{APPEARING, SETTING_IN, STANDING};
use super::{FirstLook, Publisher, UNWATCHED_PACE, WATCHED_PACE, below};
use crate::folder::{Found, Sweep};
use crate::readers::{Job, Look};
use crate::words::{ContentPath, Problem, Text};
use std::collections::HashMap;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How soon a walk is tried again that failed; doubled up to [`UNWATCHED_PACE`] times thirty.
const SWEEP_RETRY: Duration = Duration::from_millis(500);
/// After how long a folder under the same name is believed that does not hold most of what was published.
const UNPROVEN: Duration = super::loss::HOLD;

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

    pub(super) fn take_sweep(&mut self, place: &Path, sweep: io::Result<Sweep>) {
        let whole = place.as_os_str().is_empty();
        let began = self.sweeps.remove(place).unwrap_or_else(Instant::now);
        let sweep = match sweep {
            Ok(sweep) => sweep,
            Err(error) if !whole && error.kind() == io::ErrorKind::NotFound => {
                return self.look_now(place.to_owned());
            }
            Err(error) => return self.sweep_failed(place, &error),
        };
        for (place, error) in &sweep.unreadable {
            self.tell_unreadable(place, error);
        }
        if whole {
            self.metrics.sweeps.inc();
            self.metrics.ignored.set(sweep.ignored.cast_signed());
            self.sweep_failures = 0;
            self.sweep_fault = None;
            self.sweep_due = Instant::now() + self.pace(began.elapsed(), !sweep.unreadable.is_empty());
            self.found_nothing = sweep.found.is_empty() && sweep.unreadable.is_empty();
            self.forget_unreadable(&sweep.unreadable);
        }
        let seen = self.compare(sweep.found);
        if whole {
            let here = seen.keys().filter(|path| self.files.contains_key(*path)).count();
            let waited =
                self.unproven_since.is_some_and(|since| since.elapsed() >= UNPROVEN) && !self.found_nothing;
            if here * 2 >= self.files.len() || waited {
                self.prove_root();
            }
        }
        self.miss_what_was_not_seen(place, &seen, &sweep.unreadable, began);
        if whole && self.first_look == FirstLook::Walking {
            self.first_look = FirstLook::Reading(Instant::now());
        }
        if whole && std::mem::take(&mut self.rewatch_after_sweep) {
            self.start_watch();
        }
    }

    fn pace(&mut self, took: Duration, partial: bool) -> Duration {
        if std::mem::take(&mut self.sweep_again) {
            return Duration::ZERO;
        }
        match (self.is_announced(), partial) {
            (true, false) => WATCHED_PACE,
            (true, true) => (UNWATCHED_PACE * 5).max(took * 20),
            (false, _) => UNWATCHED_PACE.max(took * 10),
        }
    }

    fn sweep_failed(&mut self, place: &Path, error: &io::Error) {
        let listed = self.desk.folder.root().join(place);
        let fault = format!("{} cannot be listed: {error}", listed.display());
        if place.as_os_str().is_empty() {
            if self.sweep_fault.as_ref() != Some(&fault) {
                tracing::error!("{fault}; what was published stays as it is");
            }
            self.sweep_fault = Some(fault);
            self.sweep_failures += 1;
            let pause = SWEEP_RETRY.saturating_mul(1 << self.sweep_failures.min(7)).min(UNWATCHED_PACE * 30);
            self.sweep_due = Instant::now() + pause;
            if self.began.elapsed() >= super::LONG_START {
                self.finish_first_look_at_walking();
            }
        } else {
            tracing::warn!("{fault}");
            self.settling.failed(place.to_owned(), Instant::now());
        }
    }

    /// Queues what is not as it was; gives back all that was seen, with its spelling on disk.
    fn compare(&mut self, mut found: Vec<Found>) -> HashMap<ContentPath, PathBuf> {
        found.sort_by(|a, b| a.place.cmp(&b.place));
        let now = Instant::now();
        let wall_ns =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128);
        // At a start there is only the short time in which somebody may be writing right now. Where writing is
        // announced, what is written from now on puts the reading off. Elsewhere standing still is all there is.
        let enough = match (self.first_look, self.is_announced()) {
            (FirstLook::Done, true) => SETTING_IN,
            (FirstLook::Done, false) => STANDING,
            (FirstLook::Walking | FirstLook::Reading(_), _) => APPEARING,
        };
        let mut seen: HashMap<ContentPath, PathBuf> = HashMap::with_capacity(found.len());
        for Found { place, stamp } in found {
            let Some(path) = ContentPath::new(&place) else { continue };
            if let Some(twin) = seen.get(&path) {
                let (kept, other) =
                    if self.is_read_as(&path, &place) { (&place, twin) } else { (twin, &place) };
                let problem = twins(&path, kept, other);
                let replaces = kept == &place;
                self.set_problems(&path, vec![problem]);
                if !replaces {
                    continue;
                }
            }
            let known = self.known_stamp(&place);
            seen.insert(path, place.clone());
            if known == Some(stamp) {
                continue;
            }
            if wall_ns - stamp.changed_ns >= enough.as_nanos() as i128 {
                let look = self.look_at(place, None);
                self.patient.push_back(look);
            } else {
                self.settling.sighted(place, stamp, enough, now);
            }
        }
        seen
    }

    /// Whether the file at this path was read under this spelling.
    fn is_read_as(&self, path: &ContentPath, place: &Path) -> bool {
        self.files.get(path).is_some_and(|file| match &file.place {
            Some(spelled) => spelled == place,
            None => Path::new(path.as_str()) == place,
        })
    }

    fn miss_what_was_not_seen(
        &mut self,
        place: &Path,
        seen: &HashMap<ContentPath, PathBuf>,
        unreadable: &[(PathBuf, io::Error)],
        began: Instant,
    ) {
        let beginning = match ContentPath::new(place) {
            Some(path) => format!("{}/", path.as_str()),
            None => String::new(),
        };
        let unknown: Vec<ContentPath> =
            unreadable.iter().filter_map(|(place, _)| ContentPath::new(place)).collect();
        let is_unknown = |path: &ContentPath| {
            unknown.iter().any(|prefix| {
                let rest = path.as_str().strip_prefix(prefix.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let gone: Vec<ContentPath> = self
            .known_below(&beginning)
            .filter(|path| !seen.contains_key(path) && !is_unknown(path))
            .collect();
        for path in gone {
            self.miss(path);
        }
        // What went away after the walk had passed it is gone all the same.
        self.missing.retain(|path, missing| missing.since > began || !seen.contains_key(path));
    }

    /// All paths that begin so and were read before.
    pub(super) fn known_below(&self, beginning: &str) -> impl Iterator<Item = ContentPath> {
        let files = below(&self.files, beginning).map(|(path, _)| path.clone());
        let media = self.media.range::<_, str>((Bound::Included(beginning), Bound::Unbounded));
        let end = beginning.to_owned();
        let media =
            media.map(|(path, _)| path.clone()).take_while(move |path| path.as_str().starts_with(&end));
        files.chain(media).chain(below(&self.passed_over, beginning).map(|(path, _)| path.clone()))
    }

    pub(super) fn is_known(&self, path: &ContentPath) -> bool {
        self.files.contains_key(path) || self.media.contains_key(path) || self.passed_over.contains_key(path)
    }

    /// A look at a place, as it is known.
    pub(super) fn look_at(&self, place: PathBuf, expected: Option<crate::edition::Stamp>) -> Look {
        let known = self.known_stamp(&place);
        let rival = ContentPath::new(&place).and_then(|path| {
            let file = self.files.get(&path).filter(|_| !self.is_read_as(&path, &place))?;
            Some(file.place_of(&path))
        });
        Look { place, known, expected, rival }
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
        Text::new("đổi tên hoặc xóa một tệp", "rename or delete one of them"),
    )
}
