//! Where to look, and what the readers found there.

use super::identity::Sighting;
use super::loss::GRACE;
use super::settling::{APPEARING, STANDING};
use super::{
    FirstLook, MediaSighting, Missing, Publisher, ROOT, ROOT_PACE, TOLD_AFTER, UNWATCHED_PACE, WATCHED_PACE,
};
use super::{Told, below, write_root};
use crate::edition::Stamp;
use crate::folder::{Found, RootIdentity, Sweep};
use crate::readers::{Job, Look, Looked, Report};
use crate::watch::{Hint, Watch};
use crate::words::{ContentPath, Problem, Text};
use std::collections::HashSet;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

impl Publisher {
    pub(super) fn start_watch(&mut self) {
        let told = self.told.clone();
        let pass_on = move |hint| {
            // A publisher that is gone needs no hints.
            let _ = told.send(Told::Hint(hint));
        };
        let folder = self.desk.folder.root();
        self.watch = None;
        match Watch::start(folder, &self.desk.feeds, pass_on) {
            Ok(watch) => {
                self.watch = Some(watch);
                self.watch_fault = None;
            }
            Err(not_watched) => {
                let fault = format!("{} is not watched: {}", folder.display(), not_watched.why);
                if self.watch_fault.as_ref() != Some(&fault) && folder.is_dir() {
                    tracing::warn!("{fault}; {}", not_watched.hint);
                }
                self.watch_fault = Some(fault);
            }
        }
    }

    pub(super) fn heed(&mut self, hint: Hint) {
        let path = match &hint {
            Hint::Everything => {
                self.metrics.overflows.inc();
                self.sweep_soon();
                return;
            }
            Hint::Whole(path)
            | Hint::Changed(path)
            | Hint::Folder(path)
            | Hint::BeingWritten(path)
            | Hint::Gone(path) => path,
        };
        if path.starts_with(&self.desk.feeds) && !path.starts_with(self.desk.folder.root()) {
            if path.extension().is_some_and(|extension| extension == "toml") {
                self.readers.hand_out(Job::Settings, &self.desk);
            }
            return;
        }
        let Ok(place) = path.strip_prefix(self.desk.folder.root()) else { return };
        if place.as_os_str().is_empty() {
            // The root itself: it is looked at every second, and now.
            self.root_due = Instant::now();
            return;
        }
        let place = place.to_owned();
        let now = Instant::now();
        match hint {
            Hint::Whole(_) | Hint::Gone(_) => self.look_now(place),
            Hint::Folder(_) => {
                // Now for what is in it, and again once it is watched for sure.
                self.look_now(place.clone());
                self.settling.changed(place, now);
            }
            Hint::Changed(_) => self.settling.changed(place, now),
            Hint::BeingWritten(_) => self.settling.being_written(place, now),
            Hint::Everything => {}
        }
    }

    /// Walks through everything now, or once more if that is under way already.
    pub(super) fn sweep_soon(&mut self) {
        self.sweep_due = Instant::now();
        self.sweep_again = self.sweep_began.is_some();
    }

    pub(super) fn look_now(&mut self, place: PathBuf) {
        self.settling.settled(&place);
        let known = self.known_stamp(&place);
        self.urgent.push_back(Look { place, known, expected: None });
    }

    pub(super) fn known_stamp(&self, place: &Path) -> Option<Stamp> {
        let path = ContentPath::new(place)?;
        if self.missing.contains_key(&path) {
            // Its being there is news, whatever its state.
            return None;
        }
        let file = self.files.get(&path).and_then(|file| file.stamp);
        let media = || self.media.get(&path).map(|media| media.stamp);
        self.passed_over.get(&path).copied().or(file).or_else(media)
    }

    pub(super) fn hand_out(&mut self) {
        while self.looking < super::MOST_LOOKS {
            let Some(look) = self.urgent.pop_front().or_else(|| self.patient.pop_front()) else { return };
            self.looking += 1;
            self.readers.hand_out(Job::Look(look), &self.desk);
        }
    }

    pub(super) fn let_time_pass(&mut self) {
        let now = Instant::now();
        for due in self.settling.due(now) {
            let known = self.known_stamp(&due.place);
            self.urgent.push_back(Look { place: due.place, known, expected: due.expected });
        }
        if now >= self.root_due && !self.root_asked {
            self.root_asked = true;
            self.readers.hand_out(Job::Root, &self.desk);
        }
        if now >= self.sweep_due
            && self.sweep_began.is_none()
            && self.root_fault.is_none()
            && self.root.is_some()
        {
            self.sweep_began = Some(now);
            self.readers.hand_out(Job::Sweep(PathBuf::new()), &self.desk);
        }
        if now >= self.settings_due {
            let is_watched = self.watch.as_ref().is_some_and(Watch::covers_feeds);
            self.settings_due = now + if is_watched { WATCHED_PACE } else { UNWATCHED_PACE };
            self.readers.hand_out(Job::Settings, &self.desk);
        }
        self.look_for_missing(now);
        self.metrics.settling.set(self.settling.len() as i64);
        self.metrics.stuck_readers.set(self.readers.stuck() as i64);
    }

    // What the readers say.

    pub(super) fn take_report(&mut self, report: Report) {
        match report {
            Report::Root(identity) => self.take_root(identity),
            Report::Swept(place, sweep) => self.take_sweep(&place, sweep),
            Report::Settings(files) => self.take_settings(files),
            Report::Looked(look, looked) => {
                self.looking = self.looking.saturating_sub(1);
                self.take_look(look, *looked);
            }
            Report::Stuck(job) => self.give_up(job, "took too long to read", "đọc quá lâu"),
            Report::Panicked(job) => self.give_up(job, "could not be read", "không đọc được"),
        }
    }

    pub(super) fn give_up(&mut self, job: Job, why_en: &str, why_vi: &str) {
        match job {
            Job::Root => {
                self.root_asked = false;
                self.root_due = Instant::now() + ROOT_PACE * 10;
                self.set_root_fault(format!("{} does not answer", self.desk.folder.root().display()));
            }
            Job::Sweep(place) => {
                if place.as_os_str().is_empty() {
                    self.sweep_began = None;
                    self.sweep_due = Instant::now() + WATCHED_PACE;
                }
                tracing::warn!("the folder could not be walked through: it {why_en}");
            }
            Job::Settings => tracing::warn!("the settings {why_en}"),
            Job::Look(look) => {
                self.looking = self.looking.saturating_sub(1);
                let Some(path) = ContentPath::new(&look.place) else { return };
                let problem = Problem::new(
                    &path,
                    Text::new(format!("tệp {why_vi}"), format!("the file {why_en}")),
                    Text::new(
                        "mở tệp xem có gì lạ không, rồi lưu lại; bản tốt gần nhất vẫn được phục vụ",
                        "see whether anything is odd about it and save it again; its last good version stays served",
                    ),
                );
                self.set_problems(&path, vec![problem]);
                self.settling.failed(look.place, Instant::now());
            }
        }
    }

    pub(super) fn take_root(&mut self, identity: io::Result<(RootIdentity, bool)>) {
        self.root_asked = false;
        self.root_due = Instant::now() + ROOT_PACE;
        match identity {
            Ok((identity, is_share)) => {
                let returned = self.root_fault.take().is_some();
                if returned {
                    tracing::info!("{} is there again", self.desk.folder.root().display());
                }
                let replaced = self.root != Some(identity);
                self.is_share = is_share;
                let rewatch =
                    returned || replaced || (self.watch.is_none() && self.first_look != FirstLook::Walking);
                if self.root.is_none() || replaced {
                    self.root = Some(identity);
                    self.note(ROOT, write_root(identity));
                }
                if rewatch {
                    // Watches follow the folder they were put on, not its name.
                    self.start_watch();
                    if returned || replaced {
                        self.sweep_soon();
                    }
                }
            }
            Err(error) => {
                let root = self.desk.folder.root().display().to_string();
                self.set_root_fault(format!("the content folder {root} cannot be reached: {error}"));
                if self.first_look == FirstLook::Walking {
                    // There is nothing to wait for: serve what the journal remembers.
                    self.finish_first_look();
                }
            }
        }
    }

    pub(super) fn set_root_fault(&mut self, fault: String) {
        if self.root_fault.as_ref() != Some(&fault) {
            tracing::error!("{fault}; everything stays as it was published until it is there again");
        }
        self.root_fault = Some(fault);
    }

    pub(super) fn take_sweep(&mut self, place: &Path, sweep: io::Result<Sweep>) {
        let whole = place.as_os_str().is_empty();
        let took = self.sweep_began.map_or(Duration::ZERO, |began| began.elapsed());
        if whole {
            self.sweep_began = None;
            let pace = match self.watch.is_some() && !self.is_share {
                true => WATCHED_PACE,
                false => UNWATCHED_PACE.max(took * 10),
            };
            let pause = if std::mem::take(&mut self.sweep_again) { Duration::ZERO } else { pace };
            self.sweep_due = Instant::now() + pause;
            self.metrics.sweeps.inc();
        }
        let sweep = match sweep {
            Ok(sweep) => sweep,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.look_now(place.to_owned()),
            Err(error) => {
                tracing::warn!("{} cannot be listed: {error}", self.desk.folder.root().join(place).display());
                if whole && self.first_look == FirstLook::Walking {
                    self.finish_first_look();
                }
                return;
            }
        };
        for (place, error) in &sweep.unreadable {
            self.tell_unreadable(place, error);
        }
        let seen = self.compare(sweep.found);
        self.miss_what_was_not_seen(place, &seen, &sweep.unreadable);
        if whole && self.first_look == FirstLook::Walking {
            self.first_look = FirstLook::Reading(Instant::now());
        }
    }

    /// Queues what is not as it was; gives back all that was seen.
    pub(super) fn compare(&mut self, mut found: Vec<Found>) -> HashSet<ContentPath> {
        found.sort_by(|a, b| a.place.cmp(&b.place));
        let now = Instant::now();
        let wall_ns =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128);
        let at_start = self.first_look != FirstLook::Done;
        let announced = self.watch.is_some() && !self.is_share;
        let mut seen = HashSet::with_capacity(found.len());
        for Found { place, stamp } in found {
            let Some(path) = ContentPath::new(&place) else { continue };
            if self.known_stamp(&place) == Some(stamp) {
                seen.insert(path);
                continue;
            }
            let still_for = wall_ns - stamp.changed_ns;
            // What was changed long ago is whole. Where writing is announced, what is written from now on puts it
            // off; elsewhere standing still is all there is to go by.
            let enough = if at_start || announced { APPEARING } else { STANDING };
            if still_for >= enough.as_nanos() as i128 {
                let known = self.known_stamp(&place);
                self.patient.push_back(Look { place, known, expected: None });
            } else {
                self.settling.sighted(place, stamp, enough, now);
            }
            seen.insert(path);
        }
        seen
    }

    pub(super) fn miss_what_was_not_seen(
        &mut self,
        place: &Path,
        seen: &HashSet<ContentPath>,
        unreadable: &[(PathBuf, io::Error)],
    ) {
        let below = match ContentPath::new(place) {
            Some(path) => format!("{path}/", path = path.as_str()),
            None => String::new(),
        };
        let unknown: Vec<String> = unreadable
            .iter()
            .filter_map(|(place, _)| ContentPath::new(place))
            .map(|path| path.as_str().to_owned())
            .collect();
        let is_unknown = |path: &ContentPath| {
            unknown.iter().any(|prefix| {
                path.as_str()
                    .strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let gone: Vec<ContentPath> =
            self.known_below(&below).filter(|path| !seen.contains(path) && !is_unknown(path)).collect();
        for path in gone {
            self.miss(path);
        }
        self.missing.retain(|path, _| !seen.contains(path));
    }

    /// All paths that begin so and were read before.
    fn known_below(&self, beginning: &str) -> impl Iterator<Item = ContentPath> {
        let files = below(&self.files, beginning).map(|(path, _)| path.clone());
        let media = self
            .media
            .range::<_, str>((Bound::Included(beginning), Bound::Unbounded))
            .map(|(path, _)| path.clone());
        let end = beginning.to_owned();
        let media = media.take_while(move |path| path.as_str().starts_with(&end));
        files.chain(media).chain(below(&self.passed_over, beginning).map(|(path, _)| path.clone()))
    }

    fn is_known(&self, path: &ContentPath) -> bool {
        self.files.contains_key(path) || self.media.contains_key(path) || self.passed_over.contains_key(path)
    }

    pub(super) fn take_look(&mut self, look: Look, looked: Looked) {
        let Some(path) = ContentPath::new(&look.place) else { return };
        let now = Instant::now();
        match looked {
            Looked::Unchanged => {
                self.settling.succeeded(&look.place);
                self.missing.remove(&path);
            }
            Looked::Moving(stamp) => self.settling.sighted(look.place, stamp, STANDING, now),
            Looked::Empty(stamp) => self.settling.empty(look.place, stamp, now),
            Looked::Folder => self.readers.hand_out(Job::Sweep(look.place), &self.desk),
            Looked::Nothing => self.nothing_at(&path, now),
            Looked::Unreadable(error) => self.unreadable(look.place, &path, &error, now),
            Looked::Article { stamp, source, reading } => {
                self.settling.succeeded(&look.place);
                self.missing.remove(&path);
                match reading {
                    Ok(reading) => {
                        self.passed_over.remove(&path);
                        let place = (Path::new(path.as_str()) != look.place).then_some(look.place);
                        self.taken_in_since.get_or_insert(now);
                        self.taken_in.push(Sighting { path, place, stamp, source, reading: *reading });
                    }
                    Err(problem) => {
                        self.passed_over.insert(path.clone(), stamp);
                        self.set_problems(&path, vec![problem]);
                    }
                }
            }
            Looked::Media { stamp, content, media_type } => {
                self.settling.succeeded(&look.place);
                self.missing.remove(&path);
                self.taken_in_since.get_or_insert(now);
                self.taken_media.push(MediaSighting { path, place: look.place, stamp, content, media_type });
            }
        }
    }

    pub(super) fn nothing_at(&mut self, path: &ContentPath, now: Instant) {
        // A folder that went away takes what is below with it.
        let mut gone: Vec<ContentPath> = self.known_below(&format!("{}/", path.as_str())).collect();
        gone.extend(self.is_known(path).then(|| path.clone()));
        for path in gone {
            self.miss(path);
        }
        if let Some(missing) = self.missing.get_mut(path)
            && now.duration_since(missing.since) >= GRACE
        {
            missing.confirmed = true;
        }
    }

    pub(super) fn miss(&mut self, path: ContentPath) {
        let missing = Missing { since: Instant::now(), confirmed: false, asked: false };
        self.missing.entry(path).or_insert(missing);
    }

    pub(super) fn unreadable(&mut self, place: PathBuf, path: &ContentPath, error: &io::Error, now: Instant) {
        if self.root_fault.is_some() {
            return;
        }
        let failures = self.settling.failed(place.clone(), now);
        // A virus scanner or an editor may hold a file for a while.
        if failures == TOLD_AFTER || error.kind() == io::ErrorKind::PermissionDenied {
            self.tell_unreadable(&place, error);
        }
        self.missing.remove(path);
    }

    pub(super) fn tell_unreadable(&mut self, place: &Path, error: &io::Error) {
        let Some(path) = ContentPath::new(place) else { return };
        let problem = Problem::new(
            &path,
            Text::new(format!("không mở được: {error}"), format!("it cannot be opened: {error}")),
            Text::new(
                "cho máy chủ quyền đọc, hoặc đóng chương trình đang giữ tệp; những gì đã đăng vẫn giữ nguyên",
                "let the server read it, or close the program that holds it; what was published stays as it is",
            ),
        );
        self.set_problems(&path, vec![problem]);
    }
}
