//! The one who writes receipts.

mod failing;

pub(super) use failing::Failure;

use super::mirror::{Mirror, Put, way};
use super::round::Round;
use super::saying::{self, Answer};
use super::whole::{Apart, whole};
use super::{Condition, Desk, Outlook, Papers, Plan};
use crate::calm::Steps;
use crate::folder::RootIdentity;
use crate::intake::Kind;
use crate::journal::{Door, Reader};
use crate::render::receipt::summary;
use crate::words::ContentPath;
use failing::RETRY;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// The name of the summary. No article's receipt is called so: its file would have no extension.
const SUMMARY: &str = "SUMMARY.txt";
/// How often the summary is written at most.
const SUMMARY_PACE: Duration = Duration::from_secs(1);
/// How often it is looked whether the folder is still there when nothing happens.
const LOOK_PACE: Duration = Duration::from_secs(60);
/// How many receipts are written in a row before others go first, for so long after each.
const CROWD: usize = 100;
const BREATH: Duration = Duration::from_millis(1);
/// And while texts are being read behind a first start, which are needed more.
const LONG_BREATH: Duration = Duration::from_millis(10);
/// A kill may have come between the journal and a receipt: so many happenings are looked at again at a start.
const LATELY: usize = 1000;
/// How many files that are in the way are named.
const MOST_IN_THE_WAY: usize = 20;

pub(super) struct Clerk {
    desk: Arc<Desk>,
    door: Door,
    reader: Option<Reader>,
    plan: Plan,
    mirror: Option<Mirror>,
    outlook: Outlook,
    noted: Option<String>,
    note: Box<dyn Fn(String) + Send>,
    round: Option<Round>,
    summary_due: bool,
    next_summary: Instant,
    next_look: Instant,
    /// Which folder it was.
    identity: Option<RootIdentity>,
    /// When writing is tried again that failed, and how long it is waited for after the next failure.
    retry: Option<Instant>,
    pause: Duration,
    /// Files whose receipts alone could not be written.
    later: BTreeSet<ContentPath>,
    in_the_way: BTreeSet<String>,
    in_a_row: usize,
    steps: Steps,
}

/// What there is to do.
enum Task {
    End,
    Follow(Plan),
    Look,
    Summary,
    One(ContentPath, Option<Condition>),
    Round,
}

impl Clerk {
    pub(super) fn new(
        desk: Arc<Desk>,
        door: Door,
        plan: Plan,
        noted: Option<String>,
        note: Box<dyn Fn(String) + Send>,
    ) -> Self {
        let now = Instant::now();
        Self {
            desk,
            door,
            reader: None,
            plan,
            mirror: None,
            outlook: Outlook::default(),
            noted,
            note,
            round: None,
            summary_due: false,
            next_summary: now,
            next_look: now,
            identity: None,
            retry: None,
            pause: RETRY,
            later: BTreeSet::new(),
            in_the_way: BTreeSet::new(),
            in_a_row: 0,
            steps: Steps::of(4),
        }
    }

    pub(super) fn work(mut self) {
        loop {
            let task = self.next();
            let path = match &task {
                Task::One(path, _) => Some(path.clone()),
                _ => None,
            };
            let done = match task {
                Task::End => return,
                Task::Follow(plan) => self.follow(plan),
                Task::Look => self.look(),
                Task::Summary => self.write_summary(),
                Task::One(path, condition) => self.answer(&path, condition),
                Task::Round => self.go_round(),
            };
            match done {
                Ok(()) => self.retry = None,
                Err(failure) => self.put_off(path, &failure),
            }
            self.breathe();
        }
    }

    /// Waits until there is something to do.
    fn next(&mut self) -> Task {
        let desk = self.desk.clone();
        let mut papers = desk.papers();
        loop {
            if papers.is_closed {
                return Task::End;
            }
            if let Some(plan) = papers.plan.take() {
                return Task::Follow(plan);
            }
            if std::mem::take(&mut papers.outlook_changed) {
                self.outlook = papers.outlook.clone();
                self.summary_due = true;
            }
            let now = Instant::now();
            let task = match self.retry {
                Some(until) if now < until => None,
                _ => self.choose(&mut papers, now),
            };
            if let Some(task) = task {
                return task;
            }
            self.in_a_row = 0;
            self.retry = self.retry.filter(|until| now < *until);
            self.catch_up(&mut papers);
            let summary = (self.summary_due && self.is_open()).then_some(self.next_summary);
            let due = match self.retry {
                Some(until) => until,
                None => summary.unwrap_or(self.next_look).min(self.next_look),
            };
            let pause = due.saturating_duration_since(now).max(BREATH);
            let waited = desk.bell.wait_timeout(papers, if self.is_open() { pause } else { LOOK_PACE });
            papers = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn choose(&mut self, papers: &mut Papers, now: Instant) -> Option<Task> {
        if self.mirror.is_none() {
            // What is due is found by going round, should receipts be wanted later.
            papers.pressing.clear();
            papers.due.clear();
            papers.overrun = false;
            return None;
        }
        if !self.is_open() {
            return None;
        }
        if now >= self.next_look {
            return Some(Task::Look);
        }
        if self.summary_due && now >= self.next_summary {
            return Some(Task::Summary);
        }
        if let Some(path) = papers.pressing.pop_first().or_else(|| papers.due.pop_first()) {
            let condition = papers.apart.get(&path).cloned();
            return Some(Task::One(path, condition));
        }
        if self.outlook.filling {
            return None;
        }
        if std::mem::take(&mut papers.overrun) {
            self.begin_round(papers);
        }
        self.round.is_some().then_some(Task::Round)
    }

    /// Whether there is something to write for, and a folder to write to.
    fn is_open(&self) -> bool {
        self.mirror.is_some() && self.outlook.ready
    }

    fn begin_round(&mut self, papers: &mut Papers) {
        self.round = Some(Round::default());
        papers.due.extend(papers.apart.keys().cloned());
    }

    /// Others go first while there is much to write.
    fn breathe(&mut self) {
        self.steps.another();
        self.in_a_row += 1;
        if self.outlook.filling {
            std::thread::sleep(LONG_BREATH);
        } else if self.in_a_row > CROWD {
            std::thread::sleep(BREATH);
        }
    }

    fn follow(&mut self, plan: Plan) -> Result<(), Failure> {
        self.plan = plan;
        (self.retry, self.pause, self.identity) = (None, RETRY, None);
        self.in_the_way.clear();
        self.mirror = self.plan.place.as_ref().map(|place| Mirror::at(place, &self.plan.content));
        self.next_look = Instant::now();
        self.summary_due = true;
        self.desk.papers().fault = None;
        if let Some(before) = self.noted.as_deref().and_then(|noted| self.left_place(noted)) {
            // What lies there would go on saying what no longer holds.
            if let Err(error) = Mirror::at(&before, &self.plan.content).clear() {
                tracing::warn!("the receipts in {} could not be removed: {error}", before.display());
            }
            self.noted = None;
            (self.note)(String::new());
        }
        Ok(())
    }

    /// What the note says once all receipts are written as the plan wants them.
    fn to_note(&self) -> String {
        let Plan { place, content, .. } = &self.plan;
        let place = place.as_deref().unwrap_or(Path::new(""));
        format!("{}\n{}\n{}", self.plan.fingerprint(), content.display(), place.display())
    }

    /// Where receipts for this same content folder went that do not go there any more. A copy of the state that is
    /// used with other content has nothing to do with them.
    fn left_place(&self, noted: &str) -> Option<PathBuf> {
        let (_, places) = noted.split_once('\n')?;
        let (content, place) = places.split_once('\n')?;
        let is_left = self.plan.place.as_deref() != Some(Path::new(place)) && !place.is_empty();
        (is_left && self.plan.content == Path::new(content)).then(|| PathBuf::from(place))
    }

    /// Whether the folder is there, and holds the receipts that are wanted.
    fn look(&mut self) -> Result<(), Failure> {
        let Some(mirror) = &self.mirror else { return Ok(()) };
        let identity = mirror.make()?;
        let is_new = !mirror.has(SUMMARY)? || self.identity.is_some_and(|before| before != identity);
        self.identity = Some(identity);
        self.next_look = Instant::now() + LOOK_PACE;
        if self.reader.is_none() {
            let reader = self.door.reader()?;
            let lately = reader.changed_lately(LATELY)?;
            self.reader = Some(reader);
            self.desk.papers().due.extend(lately);
        }
        let to_note = self.to_note();
        if is_new || self.noted.as_ref() != Some(&to_note) {
            self.noted = Some(to_note);
            self.begin_round(&mut self.desk.clone().papers());
        }
        self.summary_due |= is_new;
        self.desk.papers().due.extend(std::mem::take(&mut self.later));
        Ok(())
    }

    /// Brings the receipt for one file up to date.
    fn answer(&mut self, path: &ContentPath, condition: Option<Condition>) -> Result<(), Failure> {
        self.summary_due = true;
        let (Some(mirror), Some(kind)) = (&self.mirror, Kind::of(path)) else { return Ok(()) };
        let Some(reader) = &self.reader else { return Ok(()) };
        let text = match saying::answer(path, kind, condition, reader, &self.plan)? {
            Answer::Unread => return Ok(()),
            Answer::None => None,
            Answer::Receipt(text) => Some(text),
        };
        let (folders, name) = way(path);
        let put = match &text {
            Some(text) => mirror.put(&folders, &name, text)?,
            None => mirror.remove(&folders, &name).map(|()| Put::Same)?,
        };
        let shown = format!("{}{name}", path.folder());
        match put {
            Put::Same | Put::Written => drop(self.in_the_way.remove(&shown)),
            Put::InTheWay => self.leave_alone(shown),
        }
        Ok(())
    }

    fn leave_alone(&mut self, shown: String) {
        if self.in_the_way.len() < MOST_IN_THE_WAY && self.in_the_way.insert(shown.clone()) {
            tracing::warn!("{shown} among the receipts was not written by bantin and is left alone");
        }
    }

    /// Goes a step further round.
    fn go_round(&mut self) -> Result<(), Failure> {
        let (Some(reader), Some(mirror), Some(round)) = (&self.reader, &self.mirror, &mut self.round) else {
            self.round = None;
            return Ok(());
        };
        let is_apart = |path: &ContentPath| self.desk.papers().apart.contains_key(path);
        match round.step(mirror, reader, is_apart)? {
            Some(paths) => self.desk.papers().due.extend(paths),
            None => {
                self.round = None;
                (self.note)(self.to_note());
            }
        }
        Ok(())
    }

    fn write_summary(&mut self) -> Result<(), Failure> {
        let (Some(mirror), Some(reader)) = (&self.mirror, &self.reader) else { return Ok(()) };
        let apart = Apart::of(&self.desk.papers());
        let text = summary(&whole(apart, &self.outlook, &self.in_the_way, reader)?, &self.plan.site);
        let put = mirror.put(&[], SUMMARY, &text)?;
        self.summary_due = false;
        self.next_summary = Instant::now() + SUMMARY_PACE;
        if put == Put::InTheWay {
            self.leave_alone(SUMMARY.to_owned());
        }
        Ok(())
    }
}
