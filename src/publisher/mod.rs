//! The loop that looks, journals, swaps and announces: a file's way in.
//!
//! What a look at a file means is decided by `deciding` from what stands on disk now, and who its article is by
//! `identity`; when to look, by `settling` and `pace`; whether a loss is meant, by `loss`. Here the clock is read and
//! handed in.

mod arrival;
mod clocks;
mod deciding;
mod doubles;
mod identity;
mod loss;
mod pace;
mod revision;
mod settled;
mod settling;
mod significance;
mod standing;

mod accepting;
mod board;
mod configured;
mod first_look;
mod handed;
mod held;
mod looking;
mod mounted;
mod notes;
mod office;
mod pictures;
mod prefaces;
mod purging;
mod starting;
mod sweeping;
mod taking_in;
mod telling;
mod vanished;
mod watching;

#[cfg(test)]
mod life;

pub use clocks::{clock, time_until};
pub use configured::{Loaded, load_settings};
pub use doubles::{copy, same_headline};
pub use loss::FolderState;
pub use settled::Settled;
pub use starting::{Recalled, Setup};

use crate::calm::Steps;
use crate::catalogue::Key;
use crate::edition::{Edition, Media, Renewed, Stamp};
use crate::folder::{FileSystem, RootIdentity};
use crate::journal::{Ahead, Door, FileRow, Journal, PrefaceFile, Write};
use crate::ledger::Ledger;
use crate::letterbox::{Letterbox, Request};
use crate::metrics::Metrics;
use crate::press::Press;
use crate::readers::{Desk, Job, Look, Readers};
use crate::receipts::Receipts;
use crate::render::status::Status;
use crate::settings::{FeedDefinition, Overrides};
use crate::watch::{Hint, Watch};
use crate::words::{ContentPath, Fingerprint, Problem, Text, Timestamp};
use arc_swap::ArcSwapOption;
use board::Board;
use deciding::{Refused, Sighting};
use held::Noted;
use loss::Guard;
use prefaces::PrefaceSighting;
use settling::Settling;
use standing::{Held, Watching};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use url::Url;

/// How often the root folder itself is looked at.
const ROOT_PACE: Duration = Duration::from_secs(1);
/// How often a watched folder is walked through all the same.
const WATCHED_PACE: Duration = Duration::from_secs(300);
/// How often settings are read that cannot be watched.
const UNWATCHED_PACE: Duration = Duration::from_secs(2);
/// How often watching is tried again where it failed.
const REWATCH_PACE: Duration = Duration::from_secs(60);
/// How long a first start waits for a folder that cannot be read before it serves what there is.
const LONG_START: Duration = Duration::from_secs(30);
/// How many looks are under way at once.
const MOST_LOOKS: usize = 256;
/// How many files are taken in at once, and how long the first of them waits for the others while there are more: longer
/// when a crowd of them has come, because every edition has its documents printed anew.
const BATCH: usize = 2000;
const BATCH_WAIT: Duration = Duration::from_millis(50);
const CROWD: usize = 200;
/// How many looks are under way when further ones begin to give way to answers.
const SEVERAL: usize = 16;
const CROWD_WAIT: Duration = Duration::from_secs(1);
/// How long an edition that is written down is held back while what people ask for is printed; but not for the last few
/// documents, which take no longer than an answer may. When a crowd has come it is held back for these, too: who asks
/// meanwhile shall not notice.
const AHEAD: Duration = Duration::from_millis(250);
const FEW: usize = 2;
/// After which time without news what comes next is no part of a crowd.
const QUIET: Duration = Duration::from_millis(20);
/// How long the first look waits for files that are changing just then.
const FIRST_LOOK_SETTLING: Duration = Duration::from_secs(1);
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
    /// The words of this article are damaged in the journal.
    Damaged(Key),
    /// A picture of this article is not where it was kept.
    Lost(Key),
    /// Receipts are as this says.
    Receipted(String),
    /// Say how far everything that stands in the folder has been taken in, once all but what is being written is.
    SayWhenSettled(Sender<Settled>),
    /// Stop.
    Stop,
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
    standing: Arc<ArcSwapOption<Status>>,
    told: Sender<Told>,
    /// The office is answered there.
    receipts: Receipts,
    /// What partners were handed, and when that was last written down.
    ledger: Arc<Ledger>,
    written_down: Instant,
    readers: Readers,
    /// Reads what comes in crowds, and what nobody waits for.
    patient_readers: Readers,
    /// Looks at the folder itself, walks through it and reads the settings, whatever the readers are stuck in.
    steward: Readers,
    edition: Edition,

    watch: Option<Watch>,
    root: Option<RootIdentity>,
    root_fault: Option<Text>,
    watch_fault: Option<Text>,
    journal_fault: Option<Text>,
    damage: Option<Text>,
    journal_retry: Option<Instant>,
    sweep_fault: Option<Text>,
    settings_fault: Option<Text>,
    /// What the folder lies on, and which folder in it lies on something that does not tell of changes.
    file_system: Option<FileSystem>,
    silent: Option<(PathBuf, FileSystem)>,
    watching: Watching,
    /// When something was last found to have changed.
    changed: Instant,
    /// When it was started.
    began: Instant,
    root_due: Instant,
    root_asked: bool,
    /// The folder is another one than it was, and most of what was published has not been seen in it.
    unproven: bool,
    /// Where disks are mounted in the folder, where one of them is not there, and how many articles are missing for that.
    mounts: BTreeSet<PathBuf>,
    unmounted: Vec<PathBuf>,
    away: usize,
    feeds_root: Option<RootIdentity>,
    feeds_are_silent: bool,
    rewatch_due: Instant,
    rewatch_after_sweep: bool,
    sweep_due: Instant,
    /// Walks that are under way, and since when.
    sweeps: HashMap<PathBuf, Instant>,
    /// Something happened during a walk that it may have passed already.
    sweep_again: bool,
    sweep_failures: u32,
    found_nothing: bool,
    settings_due: Instant,
    settings_asked: bool,
    had_site_file: bool,
    first_look: FirstLook,
    /// Whether no article was ever remembered.
    nothing_remembered: bool,
    /// The same, when it was started.
    began_empty: bool,
    /// Behind which article words are missing in the journal, while they are; and until when that has to wait.
    filling: Option<Key>,
    busy_until: Instant,

    media: imbl::OrdMap<ContentPath, Arc<Media>>,
    /// The pictures in the files of articles that are out.
    pictures: imbl::OrdMap<ContentPath, Arc<Media>>,
    /// The files that stand before round-ups.
    prefaces: BTreeMap<ContentPath, PrefaceFile>,
    /// Files that are read but hold nothing that is out, in the state they were read in: badly written ones, drafts.
    passed_over: BTreeMap<ContentPath, Stamp>,
    problems: BTreeMap<ContentPath, Vec<Problem>>,
    settings_problems: Vec<Problem>,
    board: Board,
    missing: BTreeMap<ContentPath, Missing>,
    guard: Guard,
    /// A loss that is not believed, and what is remembered of it.
    held: Option<Held>,
    noted: Option<Noted>,
    weighing_due: Instant,
    reminding_due: Instant,
    letterbox: Letterbox,
    letters_due: Instant,
    asked: Option<(Request, Instant)>,
    settling: Settling,
    urgent: VecDeque<Look>,
    patient: VecDeque<Look>,
    /// Places that are being looked at.
    under_way: HashMap<PathBuf, UnderWay>,
    /// Those of them whose reading takes too long.
    stuck: HashSet<PathBuf>,
    told_unreadable: BTreeSet<ContentPath>,
    taken_in: Vec<Sighting>,
    taken_media: Vec<MediaSighting>,
    taken_prefaces: Vec<PrefaceSighting>,
    taken_in_since: Option<Instant>,
    /// Whether somebody waits for something of it.
    is_pressing: bool,
    /// What will happen by itself.
    to_come: Ahead,
    /// Validators that are shown though they could not be remembered at the start.
    unwritten: Renewed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FirstLook {
    Walking,
    Reading(Instant),
    Done,
}

struct UnderWay {
    patient: bool,
    /// The look that has to follow because something happened meanwhile.
    next: Option<Look>,
}

struct Missing {
    since: Instant,
    /// The file, of an article.
    file: Option<FileRow>,
    /// It was looked for again after the grace, and is not there.
    confirmed: bool,
    asked: bool,
}

/// A file that travels with articles and was read, until the batch is complete.
struct MediaSighting {
    path: ContentPath,
    place: PathBuf,
    stamp: Stamp,
    content: Fingerprint,
    media_type: &'static str,
}

impl Publisher {
    /// Works until it is told to stop.
    pub fn run(mut self, told: &Receiver<Told>) {
        self.tell_standing();
        if self.look_first(told).is_break() {
            return;
        }
        self.start_watch();
        if self.desk.memory.as_ref().is_some_and(Door::is_unchecked) {
            self.steward.hand_out(Job::Check, &self.desk);
        }
        let mut reports = Vec::new();
        let mut steps = Steps::of(1);
        loop {
            let pause = self.pause();
            let rested = Instant::now();
            let news = told.recv_timeout(pause);
            if rested.elapsed() >= QUIET {
                steps = Steps::of(1);
            }
            match news {
                Ok(first) => {
                    for message in std::iter::once(first).chain(told.try_iter().take(20_000)) {
                        steps.another();
                        match message {
                            Told::Hint(hint) => self.heed(hint),
                            Told::LookAgain(place) => self.look_now(place),
                            Told::Damaged(key) => self.read_again(key, &Write::Forget(key)),
                            Told::Lost(key) => self.read_again(key, &Write::Reread(key)),
                            Told::Receipted(how) => self.note(office::RECEIPTS, how),
                            Told::Reported => {}
                            Told::SayWhenSettled(tell) => self.say_whether_settled(&tell),
                            Told::Stop => return self.write_down(),
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            for readers in [&mut self.steward, &mut self.readers, &mut self.patient_readers] {
                reports.extend(readers.reports());
            }
            for report in reports.drain(..) {
                steps.another();
                self.take_report(report);
            }
            // First: what is known of an article now may be another revision after this.
            self.write_down_when_due();
            self.let_time_pass();
            self.take_in_when_ready();
            self.fill();
            // Last, because taking in may call for further looks.
            self.hand_out();
            self.tell_standing();
        }
    }

    /// Reads the file of an article again of which the journal has lost the words, or the state folder a picture.
    fn read_again(&mut self, key: Key, because: &Write) {
        let forgotten = self.journal.session().and_then(|session| {
            session.write(because, clock())?;
            session.commit()
        });
        if let Err(error) = forgotten {
            return self.set_journal_fault(&error);
        }
        let files = self.journal.files_of(key).unwrap_or_default();
        files.into_iter().for_each(|(path, file)| self.look_now(file.place_of(&path)));
    }

    fn pause(&self) -> Duration {
        let now = Instant::now();
        // What is under way already is not waited for here: its report wakes the publisher.
        let root = (!self.root_asked).then_some(self.root_due);
        let settings = (!self.settings_asked).then_some(self.settings_due);
        let walkable = self.root_fault.is_none() && !self.sweeps.contains_key(Path::new(""));
        let sweep = walkable.then_some(self.sweep_due);
        let next = [root, settings, sweep, self.settling.next()].into_iter().flatten().min();
        let next = next.unwrap_or(now + ROOT_PACE);
        let mut pause = next.saturating_duration_since(now).min(ROOT_PACE).min(self.board.pause());
        if self.taken_in_since.is_some() {
            pause = pause.min(BATCH_WAIT);
        }
        if self.journal_fault.is_some() {
            // What is due cannot be remembered just now.
            return pause;
        }
        if let Some(until) = self.next_due() {
            // To the instant, by the clock on the wall; asked again in between because that clock may be set.
            pause = pause.min(time_until(until));
        }
        pause
    }

    fn next_due(&self) -> Option<Timestamp> {
        let kept = self.desk.site.withdrawn_for();
        let forgets = self.edition.catalogue().first_gone().map(|at| at.plus_seconds(kept));
        [self.to_come.next(), self.edition.next_turn(), forgets].into_iter().flatten().min()
    }
}
