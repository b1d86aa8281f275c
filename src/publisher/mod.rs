//! The loop that looks, journals, swaps and announces: a file's way in.
//!
//! What happens to a file is decided by [`identity`] from what stands on disk now; when to look is decided by
//! [`settling`]; whether a loss is meant, by [`loss`]. Here the clock is read and handed in.

mod identity;
mod loss;
mod settling;

use crate::catalogue::{Catalogue, Change};
use crate::edition::{Edition, Media, Stamp, Subject, Validators};
use crate::folder::{Found, RootIdentity, Sweep};
use crate::intake::Names;
use crate::journal::{FileRow, Journal, Write};
use crate::metrics::Metrics;
use crate::press::Press;
use crate::readers::{Desk, Job, Look, Looked, Readers, Report, is_audio_or_video};
use crate::settings::{self, FeedDefinition, Overrides};
use crate::watch::{Hint, Watch};
use crate::words::{ContentPath, FeedName, Fingerprint, Problem, Site, Text, Timestamp};
use identity::{Deciding, Sighting};
use loss::{GRACE, Guard, Loss, Verdict};
use settling::{STANDING, Settling};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use url::Url;

/// How often the root folder itself is looked at.
const ROOT_PACE: Duration = Duration::from_secs(1);
/// How often a watched folder is walked through all the same.
const WATCHED_PACE: Duration = Duration::from_secs(300);
/// How often a folder is walked through that cannot be watched.
const UNWATCHED_PACE: Duration = Duration::from_secs(2);
/// How many looks are under way at once.
const MOST_LOOKS: usize = 256;
/// How many files are taken in at once, and how long the first of them waits for the others while there are more.
const BATCH: usize = 1000;
const BATCH_WAIT: Duration = Duration::from_millis(50);
/// After how many failed readings the office is told.
const TOLD_AFTER: u32 = 9;

/// What the publisher is told.
pub enum Told {
    /// Where to look again.
    Hint(Hint),
    /// A reader has something.
    Reported,
    /// A file that was opened to be served is not what it was.
    LookAgain(PathBuf),
    /// Stop.
    Stop,
}

/// How things stand, for whoever asks from outside.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Whether the first look at the folder is done.
    pub looked: bool,
    /// Sentences about what is not as it should be.
    pub faults: Vec<String>,
}

/// What the publisher works with.
pub struct Setup {
    /// Where and how to read.
    pub desk: Arc<Desk>,
    /// The feeds that `feeds/` defines.
    pub definitions: Arc<[FeedDefinition]>,
    /// What flags say over the settings.
    pub overrides: Overrides,
    /// The address used when nobody names a base.
    pub listening: Url,
    /// The memory.
    pub journal: Journal,
    /// Where editions are shown.
    pub press: Arc<Press>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where it says how things stand.
    pub standing: Arc<arc_swap::ArcSwap<Standing>>,
    /// Its own address.
    pub told: Sender<Told>,
}

/// The publisher. One thread owns it.
pub struct Publisher {
    desk: Arc<Desk>,
    definitions: Arc<[FeedDefinition]>,
    overrides: Overrides,
    listening: Url,
    journal: Journal,
    press: Arc<Press>,
    metrics: Arc<Metrics>,
    standing: Arc<arc_swap::ArcSwap<Standing>>,
    told: Sender<Told>,
    readers: Readers,
    edition: Edition,

    watch: Option<Watch>,
    root: Option<RootIdentity>,
    root_fault: Option<String>,
    watch_fault: Option<String>,
    journal_fault: Option<String>,
    is_share: bool,
    root_due: Instant,
    root_asked: bool,
    sweep_due: Instant,
    sweep_began: Option<Instant>,
    first_look: FirstLook,

    files: BTreeMap<ContentPath, FileRow>,
    media: imbl::HashMap<String, Arc<Media>>,
    /// Files that are read but hold nothing that is out, in the state they were read in: badly written ones, drafts.
    passed_over: HashMap<ContentPath, Stamp>,
    problems: BTreeMap<ContentPath, Vec<Problem>>,
    settings_problems: Vec<Problem>,
    missing: BTreeMap<ContentPath, Missing>,
    guard: Guard,
    settling: Settling,
    urgent: VecDeque<Look>,
    patient: VecDeque<Look>,
    looking: usize,
    taken_in: Vec<TakenIn>,
    taken_in_since: Option<Instant>,
    next_waiting: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FirstLook {
    Walking,
    Reading,
    Done,
}

struct Missing {
    since: Instant,
    /// It was looked for again after the grace, and is not there.
    confirmed: bool,
    asked: bool,
}

/// A file that was read, until the batch is complete.
enum TakenIn {
    Article(Sighting),
    Media { path: ContentPath, place: PathBuf, stamp: Stamp, content: Fingerprint, media_type: &'static str },
}

impl Publisher {
    /// A publisher that shows at once what the journal remembers.
    ///
    /// # Errors
    /// When the journal refuses or no reader can be started.
    pub fn new(setup: Setup) -> Result<Self, Box<dyn std::error::Error>> {
        let Setup { desk, definitions, overrides, listening, mut journal, press, metrics, standing, told } =
            setup;
        let wake = {
            let told = std::sync::Mutex::new(told.clone());
            Arc::new(move || {
                let told = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                // A publisher that is gone needs no reports.
                let _ = told.send(Told::Reported);
            })
        };
        let count = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
        let readers = Readers::start(count, wake)?;

        let now = clock();
        let remembered = journal.documents()?;
        let mut catalogue = Catalogue::new(desk.site.clone(), definitions.clone());
        for (subject, (_, label)) in &remembered {
            if let Subject::Feed(name) = subject {
                catalogue.remember_feed(name, label);
            }
        }
        let old = journal.old_addresses()?.into_iter().map(|(from, to)| match to {
            Some(to) => Change::Moved { from, to },
            None => Change::Withdrawn(from),
        });
        let placed = journal.placed()?;
        let was_empty = placed.is_empty();
        let changes: Vec<Change> = old.chain(placed.into_iter().map(Change::Placed)).collect();
        let (catalogue, _) = catalogue.with(changes);
        let media: imbl::HashMap<String, Arc<Media>> = journal
            .media()?
            .into_iter()
            .map(|(path, media)| (path.as_str().to_owned(), Arc::new(media)))
            .collect();
        let validators =
            remembered.into_iter().map(|(subject, (validators, _))| (subject, validators)).collect();
        let (edition, renewed) = Edition::restore(catalogue, validators, now);
        let edition = edition.with_media(Arc::new(media.clone()));
        if !was_empty {
            let session = journal.session()?;
            for (subject, validators) in renewed {
                session.write(&document(&edition, subject, validators), now)?;
            }
            session.commit()?;
        }

        let reading = reading_stamp(&desk.site);
        let read_alike = journal.note(READING)?.as_deref() == Some(&reading);
        let mut files: BTreeMap<_, _> = journal.files()?.into_iter().collect();
        if !read_alike {
            files.values_mut().for_each(|file| file.stamp = None);
        }
        let root = journal.note(ROOT)?.and_then(|text| read_root(&text));
        let next_waiting = journal.session()?.waiting()?.first().map(|record| record.published);
        let start = Instant::now();
        let publisher = Self {
            desk,
            definitions,
            overrides,
            listening,
            journal,
            press,
            metrics,
            standing,
            told,
            readers,
            edition,
            watch: None,
            root,
            root_fault: None,
            watch_fault: None,
            journal_fault: None,
            is_share: false,
            root_due: start,
            root_asked: false,
            sweep_due: start,
            sweep_began: None,
            first_look: FirstLook::Walking,
            files,
            media,
            passed_over: HashMap::new(),
            problems: BTreeMap::new(),
            settings_problems: Vec::new(),
            missing: BTreeMap::new(),
            guard: Guard::default(),
            settling: Settling::default(),
            urgent: VecDeque::new(),
            patient: VecDeque::new(),
            looking: 0,
            taken_in: Vec::new(),
            taken_in_since: None,
            next_waiting,
        };
        if !was_empty {
            publisher.show();
        }
        Ok(publisher)
    }

    /// Works until it is told to stop.
    pub fn run(mut self, told: &Receiver<Told>) {
        self.start_watch();
        loop {
            let pause = self.pause();
            match told.recv_timeout(pause) {
                Ok(first) => {
                    for message in std::iter::once(first).chain(told.try_iter().take(20_000)) {
                        match message {
                            Told::Hint(hint) => self.heed(hint),
                            Told::LookAgain(place) => self.look_now(place),
                            Told::Reported => {}
                            Told::Stop => return,
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            for report in self.readers.reports() {
                self.take_report(report);
            }
            self.let_time_pass();
            self.hand_out();
            self.take_in_when_ready();
            self.tell_standing();
        }
    }

    fn pause(&self) -> Duration {
        let now = Instant::now();
        let dues = [Some(self.root_due), Some(self.sweep_due), self.settling.next()];
        let next = dues.into_iter().flatten().min().unwrap_or(self.root_due);
        let mut pause = next.saturating_duration_since(now).min(ROOT_PACE);
        if !self.taken_in.is_empty() {
            pause = pause.min(BATCH_WAIT);
        }
        if let Some(until) = self.next_due() {
            // To the instant, by the clock on the wall; asked again in between because that clock may be set.
            pause = pause.min(time_until(until));
        }
        pause
    }

    fn next_due(&self) -> Option<Timestamp> {
        [self.next_waiting, self.edition.news_due()].into_iter().flatten().min()
    }

    // Where to look.

    fn start_watch(&mut self) {
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

    fn heed(&mut self, hint: Hint) {
        let path = match &hint {
            Hint::Everything => {
                self.metrics.overflows.inc();
                self.sweep_due = Instant::now();
                return;
            }
            Hint::Whole(path) | Hint::Changed(path) | Hint::BeingWritten(path) | Hint::Gone(path) => path,
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
            Hint::Whole(_) => self.look_now(place),
            Hint::Gone(_) => self.look_now(place),
            Hint::Changed(_) => self.settling.changed(place, now),
            Hint::BeingWritten(_) => self.settling.being_written(place, now),
            Hint::Everything => {}
        }
    }

    fn look_now(&mut self, place: PathBuf) {
        self.settling.settled(&place);
        let known = self.known_stamp(&place);
        self.urgent.push_back(Look { place, known, expected: None });
    }

    fn known_stamp(&self, place: &Path) -> Option<Stamp> {
        let path = ContentPath::new(place)?;
        if self.missing.contains_key(&path) {
            // Its being there is news, whatever its state.
            return None;
        }
        let file = self.files.get(&path).and_then(|file| file.stamp);
        let media = || self.media.get(path.as_str()).map(|media| media.stamp);
        self.passed_over.get(&path).copied().or(file).or_else(media)
    }

    fn hand_out(&mut self) {
        while self.looking < MOST_LOOKS {
            let Some(look) = self.urgent.pop_front().or_else(|| self.patient.pop_front()) else { return };
            self.looking += 1;
            self.readers.hand_out(Job::Look(look), &self.desk);
        }
    }

    fn let_time_pass(&mut self) {
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
        self.look_for_missing(now);
        self.metrics.settling.set(self.settling.len() as i64);
        self.metrics.stuck_readers.set(self.readers.stuck() as i64);
    }

    // What the readers say.

    fn take_report(&mut self, report: Report) {
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

    fn give_up(&mut self, job: Job, why_en: &str, why_vi: &str) {
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

    fn take_root(&mut self, identity: io::Result<(RootIdentity, bool)>) {
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
                        self.sweep_due = Instant::now();
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

    fn set_root_fault(&mut self, fault: String) {
        if self.root_fault.as_ref() != Some(&fault) {
            tracing::error!("{fault}; everything stays as it was published until it is there again");
        }
        self.root_fault = Some(fault);
    }

    fn take_sweep(&mut self, place: &Path, sweep: io::Result<Sweep>) {
        let whole = place.as_os_str().is_empty();
        let took = self.sweep_began.map_or(Duration::ZERO, |began| began.elapsed());
        if whole {
            self.sweep_began = None;
            let pace = match self.watch.is_some() && !self.is_share {
                true => WATCHED_PACE,
                false => UNWATCHED_PACE.max(took * 10),
            };
            self.sweep_due = Instant::now() + pace;
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
            self.first_look = FirstLook::Reading;
        }
    }

    /// Queues what is not as it was; gives back all that was seen.
    fn compare(&mut self, found: Vec<Found>) -> HashSet<ContentPath> {
        let now = Instant::now();
        let wall_ns =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128);
        let at_start = self.first_look != FirstLook::Done;
        let mut seen = HashSet::with_capacity(found.len());
        for Found { place, stamp } in found {
            let Some(path) = ContentPath::new(&place) else { continue };
            if self.known_stamp(&place) == Some(stamp) {
                seen.insert(path);
                continue;
            }
            let still_for = wall_ns - stamp.changed_ns;
            // What was changed long ago is whole. At a start there are no events to have waited for, only the
            // short time in which somebody may be writing right now.
            let enough = if at_start { 300_000_000 } else { STANDING.as_nanos() as i128 };
            if still_for >= enough {
                let known = self.known_stamp(&place);
                self.patient.push_back(Look { place, known, expected: None });
            } else {
                self.settling.sighted(place, stamp, now);
            }
            seen.insert(path);
        }
        seen
    }

    fn miss_what_was_not_seen(
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
        let gone: Vec<ContentPath> = self
            .known_paths()
            .filter(|path| path.as_str().starts_with(&below) && !seen.contains(path) && !is_unknown(path))
            .collect();
        for path in gone {
            self.miss(path);
        }
        self.missing.retain(|path, _| !seen.contains(path));
    }

    fn known_paths(&self) -> impl Iterator<Item = ContentPath> {
        let media = self.media.values().filter_map(|media| ContentPath::new(&media.place));
        self.files.keys().cloned().chain(media).chain(self.passed_over.keys().cloned())
    }

    fn take_look(&mut self, look: Look, looked: Looked) {
        let Some(path) = ContentPath::new(&look.place) else { return };
        let now = Instant::now();
        match looked {
            Looked::Unchanged => {
                self.settling.succeeded(&look.place);
                self.missing.remove(&path);
            }
            Looked::Moving(stamp) => self.settling.sighted(look.place, stamp, now),
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
                        self.take(TakenIn::Article(Sighting { path, place, stamp, source, reading }), now);
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
                self.take(TakenIn::Media { path, place: look.place, stamp, content, media_type }, now);
            }
        }
    }

    fn take(&mut self, taken: TakenIn, now: Instant) {
        self.taken_in_since.get_or_insert(now);
        self.taken_in.push(taken);
    }

    fn nothing_at(&mut self, path: &ContentPath, now: Instant) {
        // A folder that went away takes what is below with it.
        let below = format!("{}/", path.as_str());
        let gone: Vec<ContentPath> =
            self.known_paths().filter(|known| known == path || known.as_str().starts_with(&below)).collect();
        for path in gone {
            self.miss(path);
        }
        if let Some(missing) = self.missing.get_mut(path)
            && now.duration_since(missing.since) >= GRACE
        {
            missing.confirmed = true;
        }
    }

    fn miss(&mut self, path: ContentPath) {
        let missing = Missing { since: Instant::now(), confirmed: false, asked: false };
        self.missing.entry(path).or_insert(missing);
    }

    fn unreadable(&mut self, place: PathBuf, path: &ContentPath, error: &io::Error, now: Instant) {
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

    fn tell_unreadable(&mut self, place: &Path, error: &io::Error) {
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

    // Files that are gone.

    fn look_for_missing(&mut self, now: Instant) {
        if self.missing.is_empty() {
            self.guard.relax();
            self.metrics.held.set(0);
            return;
        }
        let mut looks = Vec::new();
        for (path, missing) in &mut self.missing {
            if !missing.asked && now.duration_since(missing.since) >= GRACE {
                missing.asked = true;
                let file = self.files.get(path).and_then(|file| file.place.clone());
                let place = file.unwrap_or_else(|| PathBuf::from(path.as_str()));
                looks.push(Look { place, known: None, expected: None });
            }
        }
        self.urgent.extend(looks);
        let confirmed: Vec<ContentPath> = self
            .missing
            .iter()
            .filter(|(_, missing)| missing.confirmed)
            .map(|(path, _)| path.clone())
            .collect();
        if !confirmed.is_empty() {
            self.withdraw_missing(confirmed, now);
        }
    }

    fn withdraw_missing(&mut self, paths: Vec<ContentPath>, now: Instant) {
        // Those that are missing but not yet looked for again count towards how great the loss is.
        let articles = self.missing.keys().filter(|path| self.files.contains_key(path)).count();
        let sound = self.root_fault.is_none();
        let held = self.guard.holds();
        let loss = Loss { published: self.files.len(), missing: articles, sound };
        if articles > 0 && self.guard.weigh(loss, now) == Verdict::Hold {
            self.metrics.held.set(articles as i64);
            if !held {
                tracing::error!(
                    "{articles} of {} articles are gone from {} at once; they stay published until they are back, or \
                     until they have been gone for {} minutes",
                    self.files.len(),
                    self.desk.folder.root().display(),
                    loss::HOLD.as_secs() / 60,
                );
            }
            return;
        }
        self.metrics.held.set(0);
        let withdrawn =
            self.decide(|deciding| paths.iter().try_for_each(|path| deciding.withdraw(path)), &paths);
        if withdrawn {
            for path in paths {
                self.missing.remove(&path);
                self.passed_over.remove(&path);
                self.set_problems(&path, Vec::new());
                if is_audio_or_video(Path::new(path.as_str())) {
                    self.look_at_companions(&path);
                }
            }
        }
    }

    // Taking in.

    fn take_in_when_ready(&mut self) {
        let more = self.looking > 0 || !self.urgent.is_empty() || !self.patient.is_empty();
        let waited = self.taken_in_since.is_some_and(|since| since.elapsed() >= BATCH_WAIT);
        if !self.taken_in.is_empty() && (!more || waited || self.taken_in.len() >= BATCH) {
            self.take_in();
        }
        let settled = self.settling.next().is_none() || self.first_look == FirstLook::Done;
        if self.first_look == FirstLook::Reading && !more && self.taken_in.is_empty() && settled {
            self.finish_first_look();
        }
        if self.next_due().is_some_and(|due| due <= clock()) {
            self.publish_due();
        }
    }

    fn take_in(&mut self) {
        let batch = std::mem::take(&mut self.taken_in);
        self.taken_in_since = None;
        let mut articles = Vec::new();
        let mut media = Vec::new();
        for taken in batch {
            match taken {
                TakenIn::Article(sighting) => articles.push(sighting),
                TakenIn::Media { path, place, stamp, content, media_type } => {
                    media.push((path, place, stamp, content, media_type));
                }
            }
        }
        // What has no known path may have come from one whose bytes changed just now: it goes first.
        articles.sort_by_key(|sighting| self.files.contains_key(&sighting.path));
        let places: Vec<PathBuf> = articles
            .iter()
            .map(|sighting| sighting.place.clone().unwrap_or_else(|| PathBuf::from(sighting.path.as_str())))
            .chain(media.iter().map(|(_, place, ..)| place.clone()))
            .collect();
        let rewritten: Vec<ContentPath> = articles
            .iter()
            .filter(|sighting| self.files.contains_key(&sighting.path))
            .map(|sighting| sighting.path.clone())
            .collect();
        let remarks: Vec<(ContentPath, Vec<Problem>)> = articles
            .iter()
            .map(|sighting| (sighting.path.clone(), sighting.reading.remarks.clone()))
            .collect();
        let now = clock();
        let media: Vec<(ContentPath, Media)> = media
            .into_iter()
            .map(|(path, place, stamp, content, media_type)| {
                let before = self.media.get(path.as_str()).map(|media| media.validators);
                let validators =
                    before.map_or(Validators::first(content, now), |before| before.renewed(content, now));
                (path, Media { place, media_type, stamp, validators })
            })
            .collect();
        let new_media: Vec<(ContentPath, Media)> = media.clone();
        let recorded = self.decide_rewriting(
            move |deciding| {
                for (path, media) in media {
                    deciding.session.write(&Write::Media(path, media), now)?;
                }
                articles.into_iter().try_for_each(|sighting| deciding.take_in(sighting))
            },
            &[],
            &rewritten,
            &new_media,
            remarks,
        );
        if recorded {
            for (path, _) in &new_media {
                if is_audio_or_video(Path::new(path.as_str())) {
                    self.look_at_companions(path);
                }
            }
        } else {
            // Nothing is lost: the disk still says it.
            for place in places {
                self.settling.failed(place, Instant::now());
            }
        }
    }

    /// An article whose recording came, changed or went says something else now.
    fn look_at_companions(&mut self, media: &ContentPath) {
        let own = format!("{}{}.", media.folder(), media.stem());
        let bundle = format!("{}index.", media.folder());
        let companions: Vec<PathBuf> = self
            .files
            .iter()
            .filter(|(path, _)| path.as_str().starts_with(&own) || path.as_str().starts_with(&bundle))
            .map(|(path, file)| file.place.clone().unwrap_or_else(|| PathBuf::from(path.as_str())))
            .collect();
        for place in companions {
            self.urgent.push_back(Look { place, known: None, expected: None });
        }
    }

    fn publish_due(&mut self) {
        let now = clock();
        let due = match self.journal.session().and_then(|session| session.waiting()) {
            Ok(waiting) => {
                waiting.into_iter().take_while(|record| record.published <= now).collect::<Vec<_>>()
            }
            Err(error) => return self.set_journal_fault(&error),
        };
        self.decide(|deciding| due.into_iter().try_for_each(|record| deciding.publish_waiting(record)), &[]);
    }

    fn decide(
        &mut self,
        what: impl FnOnce(&mut Deciding<'_>) -> rusqlite::Result<()>,
        gone: &[ContentPath],
    ) -> bool {
        self.decide_rewriting(what, gone, &[], &[], Vec::new())
    }

    /// Decides, journals and shows, in this order. Nothing has changed when it gives back `false`.
    fn decide_rewriting(
        &mut self,
        what: impl FnOnce(&mut Deciding<'_>) -> rusqlite::Result<()>,
        gone: &[ContentPath],
        rewritten: &[ContentPath],
        new_media: &[(ContentPath, Media)],
        remarks: Vec<(ContentPath, Vec<Problem>)>,
    ) -> bool {
        let now = clock();
        let missing: BTreeMap<ContentPath, Option<Stamp>> = self
            .missing
            .keys()
            .map(|path| (path.clone(), self.files.get(path).and_then(|file| file.stamp)))
            .collect();
        let mut media = self.media.clone();
        for path in gone {
            media.remove(path.as_str());
        }
        for (path, new) in new_media {
            media.insert(path.as_str().to_owned(), Arc::new(new.clone()));
        }
        let first_look = self.first_look != FirstLook::Done && self.press.edition().is_none();
        let outcome = (|| {
            let session = self.journal.session()?;
            let mut deciding = Deciding {
                session: &session,
                site_id: &self.desk.site.id,
                now,
                missing: &missing,
                rewritten,
                decided: identity::Decided::default(),
            };
            what(&mut deciding)?;
            let decided = deciding.decided;
            for path in gone.iter().filter(|path| self.media.contains_key(path.as_str())) {
                session.write(&Write::NoMedia(path.clone()), now)?;
            }
            let (catalogue, touched) = self.edition.catalogue().with(decided.changes.iter().cloned());
            let next_waiting = session.waiting()?.first().map(|record| record.published);
            // During the first look nobody has seen anything yet: the documents' times are those of its end.
            let edition = if first_look {
                self.edition.clone().holding(catalogue)
            } else {
                let (edition, renewed) = self.edition.next(catalogue, &touched, now);
                for (subject, validators) in renewed {
                    session.write(&document(&edition, subject, validators), now)?;
                }
                edition
            };
            session.commit()?;
            Ok::<_, rusqlite::Error>((decided, edition, next_waiting))
        })();
        let (decided, edition, next_waiting) = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                self.set_journal_fault(&error);
                return false;
            }
        };
        if self.journal_fault.take().is_some() {
            tracing::info!("the journal can be written again");
        }
        self.next_waiting = next_waiting;
        self.media = media;
        self.edition = edition.with_media(Arc::new(self.media.clone())).until(next_waiting);
        for (path, file) in decided.files {
            match file {
                Some(file) => self.files.insert(path, file),
                None => self.files.remove(&path),
            };
        }
        let mut problems: BTreeMap<ContentPath, Vec<Problem>> = remarks.into_iter().collect();
        for problem in decided.problems {
            problems.entry(problem.path.clone()).or_default().push(problem);
        }
        for (path, stamp) in decided.drafts {
            self.passed_over.insert(path, stamp);
        }
        for (path, problems) in problems {
            self.set_problems(&path, problems);
        }
        // A file that moved is not missing where it was.
        self.missing.retain(|path, missing| {
            missing.confirmed
                || self.files.contains_key(path)
                || self.media.contains_key(path.as_str())
                || self.passed_over.contains_key(path)
        });
        if !first_look {
            self.show();
        }
        true
    }

    fn finish_first_look(&mut self) {
        let now = clock();
        if self.press.edition().is_none() {
            let feeds: BTreeSet<FeedName> =
                self.edition.catalogue().feed_names().map(|(name, _)| name.clone()).collect();
            let (edition, renewed) = self.edition.next(self.edition.catalogue().clone(), &feeds, now);
            let written = (|| {
                let session = self.journal.session()?;
                for (subject, validators) in renewed {
                    session.write(&document(&edition, subject, validators), now)?;
                }
                session.commit()
            })();
            if let Err(error) = written {
                return self.set_journal_fault(&error);
            }
            self.edition = edition;
            self.show();
        }
        self.note(READING, reading_stamp(&self.desk.site));
        self.first_look = FirstLook::Done;
    }

    fn show(&self) {
        self.press.show(self.edition.clone());
        let catalogue = self.edition.catalogue();
        self.metrics.articles.set(catalogue.len() as i64);
        self.metrics.feeds.set(catalogue.feed_names().count() as i64);
        self.metrics.journal_bytes.set(self.journal.size().cast_signed());
    }

    // Settings.

    fn take_settings(&mut self, files: io::Result<Vec<(String, io::Result<String>)>>) {
        let files = match files {
            Ok(files) => files,
            Err(error) => return tracing::warn!("the settings cannot be listed: {error}"),
        };
        let loaded = load_settings(
            files,
            &self.overrides,
            &self.listening,
            Some((&self.desk.site, &self.definitions)),
        );
        let Loaded { site, definitions, names, problems } = match loaded {
            Ok(loaded) => loaded,
            Err(problem) => return self.set_settings_problems(vec![*problem]),
        };
        self.set_settings_problems(problems);
        let new_names = names.map(|names| (names, site.ignore != self.desk.site.ignore));
        if *self.desk.site == site && *self.definitions == *definitions {
            return;
        }
        let read_alike = reading_stamp(&site) == reading_stamp(&self.desk.site);
        let site = Arc::new(site);
        let definitions: Arc<[FeedDefinition]> = definitions.into();
        if let Some((names, _)) = new_names {
            let desk = Desk {
                folder: self.desk.folder.clone(),
                feeds: self.desk.feeds.clone(),
                names,
                site: site.clone(),
            };
            self.desk = Arc::new(desk);
        }
        self.definitions = definitions.clone();
        let mut catalogue = self.edition.catalogue().under(site, definitions);
        let known: Vec<(FeedName, String)> = self
            .edition
            .catalogue()
            .feed_names()
            .filter(|(name, _)| !matches!(name, FeedName::Plain(_)))
            .map(|(name, _)| (name.clone(), self.edition.catalogue().label(name).to_owned()))
            .collect();
        for (name, label) in known {
            catalogue.remember_feed(&name, &label);
        }
        let feeds: BTreeSet<FeedName> = catalogue.feed_names().map(|(name, _)| name.clone()).collect();
        let now = clock();
        let (edition, renewed) = self.edition.next(catalogue, &feeds, now);
        let written = (|| {
            let session = self.journal.session()?;
            for (subject, validators) in renewed {
                session.write(&document(&edition, subject, validators), now)?;
            }
            session.commit()
        })();
        if let Err(error) = written {
            return self.set_journal_fault(&error);
        }
        self.edition = edition;
        if self.press.edition().is_some() {
            self.show();
        }
        if !read_alike {
            self.files.values_mut().for_each(|file| file.stamp = None);
            self.passed_over.clear();
            self.note(READING, reading_stamp(&self.desk.site));
            self.sweep_due = Instant::now();
        }
        tracing::info!("the settings were read again");
    }

    // What is told.

    fn set_problems(&mut self, path: &ContentPath, problems: Vec<Problem>) {
        let language = self.desk.site.interface();
        let before = self.problems.remove(path).unwrap_or_default();
        for problem in problems.iter().filter(|problem| !before.contains(problem)) {
            eprintln!("{}", problem.told(language));
        }
        if !problems.is_empty() {
            self.problems.insert(path.clone(), problems);
        }
        self.metrics.problems.set((self.problems.len() + self.settings_problems.len()) as i64);
    }

    fn set_settings_problems(&mut self, problems: Vec<Problem>) {
        let language = self.desk.site.interface();
        for problem in problems.iter().filter(|problem| !self.settings_problems.contains(problem)) {
            eprintln!("{}", problem.told(language));
        }
        self.settings_problems = problems;
    }

    fn set_journal_fault(&mut self, error: &rusqlite::Error) {
        let fault = format!("the journal cannot be written: {error}");
        if self.journal_fault.as_ref() != Some(&fault) {
            tracing::error!("{fault}; what was published stays served, and new files are tried again");
        }
        self.journal_fault = Some(fault);
    }

    fn note(&mut self, name: &'static str, value: String) {
        let written = self.journal.session().and_then(|session| {
            session.write(&Write::Note(name, value), clock())?;
            session.commit()
        });
        if let Err(error) = written {
            self.set_journal_fault(&error);
        }
    }

    fn tell_standing(&self) {
        let held =
            self.guard.holds().then(|| format!("{} files are gone at once and are held", self.missing.len()));
        let faults: Vec<String> =
            [self.root_fault.clone(), self.watch_fault.clone(), self.journal_fault.clone(), held]
                .into_iter()
                .flatten()
                .collect();
        let looked = self.first_look == FirstLook::Done;
        let before = self.standing.load();
        if before.looked != looked || before.faults != faults {
            self.standing.store(Arc::new(Standing { looked, faults }));
        }
    }
}

/// The settings, read.
pub struct Loaded {
    /// The site.
    pub site: Site,
    /// The feeds that files define.
    pub definitions: Vec<FeedDefinition>,
    /// What names mean; `None` when the site's patterns make no sense.
    pub names: Option<Names>,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
}

/// Makes settings of the files of `feeds/`. A file that cannot be used leaves what it said before, if `before`
/// knows.
///
/// # Errors
/// When `site.toml` cannot be used.
pub fn load_settings(
    files: Vec<(String, io::Result<String>)>,
    overrides: &Overrides,
    listening: &Url,
    before: Option<(&Site, &[FeedDefinition])>,
) -> Result<Loaded, Box<Problem>> {
    let unreadable = |name: &str, error: &io::Error| {
        Problem::new(
            &settings::file_path(name),
            Text::new(format!("không đọc được: {error}"), format!("it cannot be read: {error}")),
            Text::new(
                "lưu lại ở dạng UTF-8 và cho máy chủ quyền đọc",
                "save it as UTF-8 and let the server read it",
            ),
        )
    };
    let site_text = match files.iter().find(|(name, _)| name == "site.toml") {
        None => "",
        Some((_, Ok(text))) => text,
        Some((name, Err(error))) => return Err(Box::new(unreadable(name, error))),
    };
    let (site, mut problems) = settings::site(site_text, overrides, listening).map_err(Box::new)?;
    let names = match Names::new(&site.ignore) {
        Ok(names) => Some(names),
        Err(what) => {
            let hint = Text::new("viết như `*.bak` hoặc `nhap/**`", "write it like `*.bak` or `drafts/**`");
            problems.push(Problem::new(&settings::file_path("site.toml"), what, hint));
            None
        }
    };
    let mut definitions = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name != "site.toml") {
        let read = match text {
            Ok(text) => settings::feed(name, text, &site),
            Err(error) => Err(unreadable(name, error)),
        };
        match read {
            Ok((definition, remarks)) => {
                definitions.push(definition);
                problems.extend(remarks);
            }
            Err(problem) => {
                let stem = name.strip_suffix(".toml").unwrap_or(name);
                let last_good = before.and_then(|(_, definitions)| {
                    definitions.iter().find(|definition| definition.name.to_string() == stem)
                });
                definitions.extend(last_good.cloned());
                problems.push(problem);
            }
        }
    }
    Ok(Loaded { site, definitions, names, problems })
}

const READING: &str = "reading";
const ROOT: &str = "root";

/// What decides how a file is read, besides the file.
fn reading_stamp(site: &Site) -> String {
    let parts = [
        env!("BANTIN_READING"),
        site.base.as_str(),
        site.language.as_str(),
        site.zone.name().unwrap_or(""),
        &site.default_category.label,
    ];
    let ignored = site.ignore.iter().map(String::as_str);
    Fingerprint::of(parts.into_iter().chain(ignored)).to_string()
}

fn write_root(root: RootIdentity) -> String {
    format!("{}:{}", root.device, root.inode)
}

fn read_root(text: &str) -> Option<RootIdentity> {
    let (device, inode) = text.split_once(':')?;
    Some(RootIdentity { device: device.parse().ok()?, inode: inode.parse().ok()? })
}

fn document(edition: &Edition, subject: Subject, validators: Validators) -> Write {
    let label = match &subject {
        Subject::Feed(name) => edition.catalogue().label(name).to_owned(),
        _ => String::new(),
    };
    Write::Document(subject, validators, label)
}

/// The clock on the wall, to the second.
pub fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Timestamp::from_seconds(since.cast_signed()).expect("the clock shows a year between 1970 and 2199")
}

fn time_until(moment: Timestamp) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::from_secs(moment.seconds().max(0).unsigned_abs()).saturating_sub(now)
}
