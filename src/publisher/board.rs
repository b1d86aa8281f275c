//! What the publisher pins up for the person in charge: short, and made anew only when it is something else.

use super::{Publisher, clock};
use crate::render::status::{
    Counts, Fault, Queues, Status, Troubled, Troubles, Use, Visitor, Watched, Watching,
};
use crate::words::{ContentPath, Fingerprint, Language, Problem, Text, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The most files with problems that are shown.
const MOST_FILES: usize = 200;
/// The most problems of one file that are shown.
const MOST_PROBLEMS: usize = 20;
/// The most partners that are shown.
const MOST_PARTNERS: usize = 200;
/// How often numbers that move by themselves are told anew.
const PACE: Duration = Duration::from_secs(1);
/// How soon news is told after the news before it.
const NEWS_PACE: Duration = Duration::from_millis(100);

/// The name of the note about problems.
pub const PROBLEMS: &str = "problems";

/// What has to be remembered for it.
pub struct Board {
    began: Timestamp,
    /// Since when the problems of each file are what they are, and what they amount to.
    since: BTreeMap<ContentPath, (Timestamp, Fingerprint)>,
    /// The same before the last start, of files that were not read again yet.
    before: BTreeMap<ContentPath, (Timestamp, Fingerprint)>,
    troubles: Troubles,
    is_stale: bool,
    told: Option<Instant>,
}

impl Board {
    /// An empty board; `noted` is what [`note`](Self::note) gave before the last start.
    pub fn new(now: Timestamp, noted: Option<&str>) -> Self {
        let troubles = Troubles { newest: Arc::new([]), count: 0, changed: now };
        // What another version noted is no loss: the problems are found again.
        let before = noted.and_then(|noted| serde_json::from_str(noted).ok()).unwrap_or_default();
        Self { began: now, since: BTreeMap::new(), before, troubles, is_stale: false, told: None }
    }

    /// Since when the problems that are shown are what they are, for the next start.
    fn note(&self) -> String {
        let shown = self.troubles.newest.iter();
        let shown: BTreeMap<_, _> = shown.filter_map(|file| self.since.get_key_value(&file.path)).collect();
        serde_json::to_string(&shown).expect("paths and numbers are JSON")
    }

    /// The problems of a file are others than they were, or it has none any more.
    pub fn changed<'a>(
        &mut self,
        path: &ContentPath,
        problems: impl IntoIterator<Item = &'a Problem>,
        now: Timestamp,
    ) {
        let told: Vec<String> = problems.into_iter().map(|problem| problem.told(Language::En)).collect();
        let problems = Fingerprint::of(&told);
        let before = self.before.remove(path).filter(|(_, before)| *before == problems);
        match told.is_empty() {
            true => drop(self.since.remove(path)),
            false => drop(self.since.insert(path.clone(), before.unwrap_or((now, problems)))),
        }
        self.renamed(now);
        self.is_stale = true;
    }

    /// The site says something else of itself. No two versions share a moment.
    pub fn renamed(&mut self, now: Timestamp) {
        self.troubles.changed = now.max(self.troubles.changed.plus_seconds(1));
    }

    /// Whether it is to be made anew; `moved` says that something has come or gone.
    pub fn is_due(&self, moved: bool, now: Instant) -> bool {
        let pace = if self.is_stale || moved { NEWS_PACE } else { PACE };
        self.told.is_none_or(|told| now.duration_since(told) >= pace)
    }

    /// For how long nothing has to be told.
    pub fn pause(&self) -> Duration {
        if self.is_stale { NEWS_PACE } else { PACE }
    }
}

impl Publisher {
    /// How things stand now.
    pub(super) fn status(&mut self, faults: Vec<Fault>, looked: bool) -> Status {
        if std::mem::take(&mut self.board.is_stale) {
            self.board.troubles.newest = self.newest_troubles();
            self.board.troubles.count = self.board.since.len();
            if self.journal.is_writable() && self.journal_fault.is_none() {
                self.note(PROBLEMS, self.board.note());
            }
        }
        self.board.told = Some(Instant::now());
        Status {
            site: self.desk.site.clone(),
            told: clock(),
            began: self.board.began,
            looked,
            faults,
            counts: self.counts(),
            troubles: self.board.troubles.clone(),
            folders: self.watched(),
            last_look: self.watching.last_look,
            partners: self.visitors(),
            queues: Queues {
                under_way: self.looking(),
                waiting: self.urgent.len() + self.patient.len(),
                settling: self.settling.len(),
                stuck: self.stuck_readers(),
            },
            journal_bytes: u64::try_from(self.metrics.journal_bytes.get()).unwrap_or(0),
        }
    }

    /// How much there is of what now.
    pub(super) fn counts(&self) -> Counts {
        Counts {
            articles: self.edition.catalogue().len(),
            feeds: usize::try_from(self.metrics.feeds.get()).unwrap_or(0),
            media: self.media.len(),
            waiting: usize::try_from(self.to_come.waiting).unwrap_or(0),
        }
    }

    /// The partners whose fetches are known, and when they were here.
    fn visitors(&self) -> Vec<Visitor> {
        let private = self.definitions.iter().filter_map(|definition| {
            let partner = definition.partner.as_ref().filter(|partner| partner.is_private())?;
            let last = self.ledger.last(&definition.name, &self.edition);
            Some(Visitor { organisation: partner.organisation.clone(), feed: definition.name.clone(), last })
        });
        private.take(MOST_PARTNERS).collect()
    }

    fn newest_troubles(&self) -> Arc<[Troubled]> {
        let mut files: Vec<(&ContentPath, Timestamp)> =
            self.board.since.iter().map(|(path, (since, _))| (path, *since)).collect();
        let newest_first = |a: &(&ContentPath, Timestamp), b: &(&ContentPath, Timestamp)| {
            b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0))
        };
        if files.len() > MOST_FILES {
            files.select_nth_unstable_by(MOST_FILES, newest_first);
            files.truncate(MOST_FILES);
        }
        files.sort_by(newest_first);
        let troubled = |(path, since): (&ContentPath, Timestamp)| {
            let of_articles = self.problems.get(path).into_iter().flatten();
            let of_settings = self.settings_problems.iter().filter(|problem| problem.path == *path);
            let all: Vec<&Problem> = of_articles.chain(of_settings).collect();
            let problems: Vec<Problem> = all.iter().take(MOST_PROBLEMS).copied().cloned().collect();
            let more = all.len() - problems.len();
            Troubled { path: path.clone(), since, problems, more }
        };
        files.into_iter().map(troubled).collect()
    }

    /// How changes in the folders become known.
    pub(super) fn watched(&self) -> Vec<Watched> {
        let root = self.desk.folder.root().display().to_string();
        let content = match self.watching.by_events {
            true => Watching::Events,
            false => Watching::Polling(self.watching.why.clone()),
        };
        let settings = match &self.watch {
            Some(watch) if watch.covers_feeds() && !self.feeds_are_silent => Watching::Events,
            Some(watch) if watch.covers_feeds() => Watching::Polling(Text::new(
                "thư mục nằm trên ổ mạng, nơi hệ thống không báo thay đổi",
                "it lies on a share, where the system tells of no changes",
            )),
            Some(_) => Watching::Missing,
            None => Watching::Polling(self.watching.why.clone()),
        };
        vec![
            Watched { of: Use::Content, folder: root, how: content },
            Watched { of: Use::Settings, folder: self.desk.feeds.display().to_string(), how: settings },
        ]
    }
}
