//! Looks at single places, and what the readers found there.

use super::deciding::Sighting;
use super::first_look::READ_BEHIND;
use super::loss::GRACE;
use super::prefaces::PrefaceSighting;
use super::settling::STANDING;
use super::sweeping::twins;
use super::{
    CROWD, FirstLook, MOST_LOOKS, MediaSighting, Missing, Publisher, SEVERAL, TOLD_AFTER, UNWATCHED_PACE,
    UnderWay, WATCHED_PACE,
};
use crate::edition::Stamp;
use crate::journal::FileRow;
use crate::readers::{Job, Look, Looked, Report};
use crate::watch::Watch;
use crate::words::{ContentPath, Problem, Text};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

impl Publisher {
    pub(super) fn look_now(&mut self, place: PathBuf) {
        self.settling.settled(&place);
        let look = self.look_at(place, None);
        self.urgent.push_back(look);
        self.fill_later();
    }

    pub(super) fn known_stamp(&self, place: &Path) -> Option<Stamp> {
        let path = ContentPath::new(place)?;
        self.stamp_before(&path, self.file(&path).as_ref())
    }

    /// The state in which what is at this path, as the journal remembers it, was last read.
    pub(super) fn stamp_before(&self, path: &ContentPath, file: Option<&FileRow>) -> Option<Stamp> {
        if self.missing.contains_key(path) {
            // Its being there is news, whatever its state.
            return None;
        }
        let media = || self.media.get(path).map(|media| media.stamp);
        let preface = || self.prefaces.get(path).and_then(|file| file.stamp);
        let passed_over = self.passed_over.get(path).copied();
        passed_over.or_else(|| file.and_then(|file| file.stamp)).or_else(media).or_else(preface)
    }

    /// The file of an article, as it is remembered. One that cannot be asked for is looked at again.
    pub(super) fn file(&self, path: &ContentPath) -> Option<FileRow> {
        self.journal.file(path).unwrap_or_default()
    }

    pub(super) fn hand_out(&mut self) {
        while self.looking() < MOST_LOOKS {
            // What is read behind everything else leaves room for what is dropped meanwhile.
            let has_room = self.filling.is_none() || self.looking() < READ_BEHIND;
            let patient = || has_room.then(|| self.patient.pop_front()).flatten();
            let Some(look) = self.urgent.pop_front().or_else(patient) else { return };
            // One look at a place at a time: of two the later might report first, and an old state be taken for news.
            if let Some(under_way) = self.under_way.get_mut(&look.place) {
                under_way.next = Some(look);
                continue;
            }
            self.under_way.insert(look.place.clone(), UnderWay { patient: look.patient, next: None });
            let gives_way = (look.patient && !self.is_waited_for()) || self.looking() >= SEVERAL;
            let readers = if gives_way { &mut self.patient_readers } else { &mut self.readers };
            readers.hand_out(Job::Look(look), &self.desk);
        }
    }

    /// How many readers are stuck on the disk.
    pub(super) fn stuck_readers(&self) -> usize {
        [&self.readers, &self.patient_readers, &self.steward].iter().map(|readers| readers.stuck()).sum()
    }

    /// Whether many files have come at once.
    pub(super) fn is_crowded(&self) -> bool {
        self.urgent.len() + self.patient.len() > CROWD
    }

    /// How many looks are under way, but for those that are stuck.
    pub(super) fn looking(&self) -> usize {
        self.under_way.len() - self.stuck.len()
    }

    fn look_is_over(&mut self, place: &Path) {
        self.stuck.remove(place);
        self.urgent.extend(self.under_way.remove(place).and_then(|under_way| under_way.next));
    }

    pub(super) fn let_time_pass(&mut self) {
        let now = Instant::now();
        for due in self.settling.due(now) {
            let look = self.look_at(due.place, due.expected);
            self.urgent.push_back(look);
        }
        if now >= self.root_due && !self.root_asked {
            self.root_asked = true;
            self.steward.hand_out(Job::Root(self.mounts.iter().cloned().collect()), &self.desk);
        }
        let whole = PathBuf::new();
        let reachable = self.root_fault.is_none() && self.root.is_some();
        if now >= self.sweep_due && reachable && !self.sweeps.contains_key(&whole) {
            self.sweep(whole);
        }
        if now >= self.settings_due && !self.settings_asked {
            let is_watched = !self.feeds_are_silent && self.watch.as_ref().is_some_and(Watch::covers_feeds);
            self.settings_due = now + if is_watched { WATCHED_PACE } else { UNWATCHED_PACE };
            self.settings_asked = true;
            self.steward.hand_out(Job::Settings, &self.desk);
        }
        self.look_for_missing(now);
        self.heed_requests(now);
        self.metrics.settling.set(self.settling.len() as i64);
        self.metrics.stuck_readers.set(self.stuck_readers() as i64);
    }

    pub(super) fn take_report(&mut self, report: Report) {
        match report {
            Report::Root(root) => self.take_root(root),
            Report::Swept(place, survey) => self.take_survey(&place, survey),
            // They are asked for by the first look alone, which waits for them itself.
            Report::Shelves(_) | Report::Shelf(..) => {}
            Report::Checked(sound) => self.take_check(sound),
            Report::Settings(files) => {
                self.settings_asked = false;
                self.take_settings(files);
            }
            Report::Looked(look, looked) => {
                self.look_is_over(&look.place);
                self.take_look(look, *looked);
            }
            Report::Stuck(job) => self.give_up(job),
            Report::Panicked(job) => self.take_panic(job),
        }
    }

    /// A job takes too long. Whatever it was is not begun again until it has ended.
    fn give_up(&mut self, job: Job) {
        match job {
            Job::Root(_) => {
                let root = self.desk.folder.root().display();
                self.set_root_fault(Text::new(
                    format!("thư mục nội dung {root} không trả lời"),
                    format!("the content folder {root} does not answer"),
                ));
            }
            Job::Sweep(place) => {
                tracing::warn!(
                    "{} takes very long to walk through",
                    self.desk.folder.root().join(place).display()
                );
            }
            Job::Settings => tracing::warn!("{} takes very long to read", self.desk.feeds.display()),
            Job::Shelves | Job::Shelf(..) | Job::Check => {}
            Job::Look(look) => {
                let Some(path) = ContentPath::new(&look.place) else { return };
                self.stuck.insert(look.place);
                let what = Text::new(
                    "tệp đọc quá lâu, vẫn đang chờ",
                    "the file takes too long to read; it is still waited for",
                );
                self.set_unusable(&path, unread(&path, what));
            }
        }
    }

    fn take_panic(&mut self, job: Job) {
        match job {
            Job::Root(_) => self.root_asked = false,
            Job::Sweep(place) => {
                self.sweeps.remove(&place);
                tracing::error!(
                    "{} could not be walked through",
                    self.desk.folder.root().join(place).display()
                );
            }
            Job::Settings => self.settings_asked = false,
            Job::Shelves | Job::Shelf(..) | Job::Check => {}
            Job::Look(look) => {
                self.look_is_over(&look.place);
                let Some(path) = ContentPath::new(&look.place) else { return };
                let what = Text::new("không đọc được tệp này", "the file could not be read");
                self.set_unusable(&path, unread(&path, what));
                // In this state it is not tried again.
                if let Some(stamp) = look.expected {
                    self.passed_over.insert(path, stamp);
                }
            }
        }
    }

    fn take_look(&mut self, look: Look, looked: Looked) {
        let Some(path) = ContentPath::new(&look.place) else { return };
        let now = Instant::now();
        if matches!(
            looked,
            Looked::Unchanged | Looked::Article { .. } | Looked::Preface(..) | Looked::Media { .. }
        ) {
            self.found_nothing = false;
        }
        match looked {
            Looked::Unchanged => {
                self.settling.succeeded(&look.place);
                self.missing.remove(&path);
            }
            Looked::Moving(stamp) => self.settling.sighted(look.place, stamp, STANDING, now),
            Looked::Empty(stamp) => self.settling.empty(look.place, stamp, now),
            Looked::Folder => self.sweep(look.place),
            Looked::Nothing => {
                self.settling.succeeded(&look.place);
                self.nothing_at(&path, now);
            }
            Looked::Twin(kept) => self.set_remarks(&path, vec![twins(&path, &kept, &look.place)]),
            Looked::Unreadable(error) => self.unreadable(look.place, &path, &error, now),
            Looked::Article { stamp, source, words, reading, matches, pictures } => {
                self.settling.succeeded(&look.place);
                self.missing.remove(&path);
                self.is_pressing |= !look.patient;
                match reading {
                    Ok(reading) => {
                        self.passed_over.remove(&path);
                        let place = (Path::new(path.as_str()) != look.place).then_some(look.place);
                        self.taken_in_since.get_or_insert(now);
                        self.taken_in.push(Sighting {
                            path,
                            place,
                            stamp,
                            source,
                            words,
                            reading: *reading,
                            matches,
                            pictures,
                        });
                    }
                    Err(problem) => {
                        self.withdraw_unread(&path);
                        self.passed_over.insert(path.clone(), stamp);
                        self.set_unusable(&path, problem);
                    }
                }
            }
            Looked::Preface(stamp, preface) => {
                self.settling.succeeded(&look.place);
                self.missing.remove(&path);
                self.is_pressing |= !look.patient;
                match preface {
                    Ok(mut preface) => {
                        self.passed_over.remove(&path);
                        preface.remarks.extend(self.vain(&path, &preface.round_up));
                        let place = (Path::new(path.as_str()) != look.place).then_some(look.place);
                        self.taken_in_since.get_or_insert(now);
                        self.taken_prefaces.push(PrefaceSighting { path, place, stamp, preface: *preface });
                    }
                    Err(problem) => {
                        self.passed_over.insert(path.clone(), stamp);
                        self.set_unusable(&path, problem);
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

    fn nothing_at(&mut self, path: &ContentPath, now: Instant) {
        // A folder that went away takes what is below with it.
        let below = format!("{}/", path.as_str());
        // What was read of it has not been recorded yet: it may be read again at another place.
        let is_gone = |known: &ContentPath| known == path || known.as_str().starts_with(&below);
        self.taken_in.retain(|sighting| !is_gone(&sighting.path));
        self.taken_media.retain(|media| !is_gone(&media.path));
        self.taken_prefaces.retain(|preface| !is_gone(&preface.path));
        let mut gone = self.known_below(&below);
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
        if !self.missing.contains_key(&path) {
            let file = self.file(&path);
            let missing = Missing { since: Instant::now(), file, confirmed: false, asked: false };
            self.missing.insert(path, missing);
        }
    }

    fn unreadable(&mut self, place: PathBuf, path: &ContentPath, error: &io::Error, now: Instant) {
        if self.root_fault.is_some() {
            // It is looked at again when the folder is back.
            return;
        }
        let failures = self.settling.failed(place.clone(), now);
        // A virus scanner or an editor may hold a file for a while.
        if failures == TOLD_AFTER || error.kind() == io::ErrorKind::PermissionDenied {
            self.tell_unreadable(&place, error);
        }
        // Not being allowed to look is not the same as nothing being there.
        self.missing.remove(path);
    }

    pub(super) fn tell_unreadable(&mut self, place: &Path, error: &io::Error) {
        let Some(path) = ContentPath::new(place) else { return };
        let what = Text::new(format!("không mở được: {error}"), format!("it cannot be opened: {error}"));
        self.set_unusable(&path, unread(&path, what));
        self.told_unreadable.insert(path);
    }

    /// A folder that can be listed again is no problem any more.
    pub(super) fn forget_unreadable(&mut self, place: &Path) {
        let path = ContentPath::new(place).filter(|path| self.told_unreadable.remove(path));
        if let Some(path) = path {
            self.set_problems(&path, Vec::new());
        }
    }

    /// The same for everything, after a walk that could read all but this.
    pub(super) fn forget_all_unreadable_but(&mut self, still: &[(PathBuf, io::Error)]) {
        let still: Vec<ContentPath> = still.iter().filter_map(|(place, _)| ContentPath::new(place)).collect();
        let told = std::mem::take(&mut self.told_unreadable);
        for path in told {
            if still.contains(&path) {
                self.told_unreadable.insert(path);
            } else if !self.is_known(&path) {
                self.set_remarks(&path, Vec::new());
            }
        }
    }

    /// Whether files are on their way in that may be those that are missing elsewhere.
    pub(super) fn is_arriving(&self) -> bool {
        self.looking() > 0
            || !self.urgent.is_empty()
            || !self.patient.is_empty()
            || !self.sweeps.is_empty()
            || self.taken_in_since.is_some()
            || self.settling.has_sighted()
    }

    pub(super) fn finish_first_look_at_walking(&mut self) {
        if self.first_look == FirstLook::Walking {
            self.finish_first_look();
        }
    }
}

fn unread(path: &ContentPath, what: Text) -> Problem {
    Problem::new(
        path,
        what,
        Text::new(
            "Hãy cho máy chủ quyền đọc, đóng chương trình đang giữ tệp, hoặc lưu lại tệp. Những gì đã đăng vẫn giữ nguyên.",
            "Let the server read it, close the program that holds it, or save it again. What was published stays as it is.",
        ),
    )
    .as_error()
}
