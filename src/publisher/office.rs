//! The office is answered: what is told through receipts, and when.

use super::deciding::Decided;
use super::{CROWD, FirstLook, Publisher, Told};
use crate::catalogue::Key;
use crate::edition::Stamp;
use crate::intake::Names;
use crate::journal::{Door, Journal, Session, Write};
use crate::readers::Desk;
use crate::receipts::{self, Condition, Folders, Held, Outlook, Plan, Receipts, Why};
use crate::render::status::{Fault, Trouble};
use crate::settings::FeedDefinition;
use crate::words::{Article, ContentPath, Problem, Site, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// What the receipts that were written last were written for, and where.
pub(super) const RECEIPTS: &str = "receipts";

/// What could be better about files that were read.
pub(super) type Said = BTreeMap<ContentPath, Vec<Problem>>;

/// Has receipts written, and says when they cannot go where they are wanted.
pub(super) fn start(
    desk: &Desk,
    definitions: &Arc<[FeedDefinition]>,
    journal: &Journal,
    told: &Sender<Told>,
) -> Result<(Receipts, Option<Problem>), Box<dyn std::error::Error>> {
    let (place, misplaced) = place(&desk.site, desk, &desk.names);
    let told = told.clone();
    let note = move |how| {
        // A publisher that is gone notes nothing more.
        let _ = told.send(Told::Receipted(how));
    };
    let plan = plan(desk, definitions, place);
    let noted = journal.note(RECEIPTS)?;
    Ok((Receipts::start(journal.door().clone(), plan, noted, note)?, misplaced))
}

/// Where receipts go, or why they cannot go where they are wanted.
pub(super) fn place(site: &Site, desk: &Desk, names: &Names) -> (Option<PathBuf>, Option<Problem>) {
    let state = desk.memory.as_ref().map(Door::folder);
    let folders = Folders { content: desk.folder.root(), feeds: &desk.feeds, state };
    match receipts::place(&site.receipts, folders, names) {
        Ok(place) => (place, None),
        Err(problem) => (None, Some(*problem)),
    }
}

fn plan(desk: &Desk, definitions: &Arc<[FeedDefinition]>, place: Option<PathBuf>) -> Plan {
    let (content, site) = (desk.folder.root().to_owned(), desk.site.clone());
    Plan { place, content, site, definitions: definitions.clone() }
}

/// Writes down what could be better about the files that were read, for receipts that are written later.
pub(super) fn write_remarks(
    session: &Session<'_>,
    remarks: Vec<(ContentPath, Vec<Problem>)>,
    decided: &mut Decided,
    gone: &[ContentPath],
    known: &Said,
    now: Timestamp,
) -> rusqlite::Result<Said> {
    let mut said: Said = remarks.into_iter().collect();
    for problem in std::mem::take(&mut decided.problems) {
        let about = said.entry(problem.path.clone()).or_default();
        // A file may have been looked at twice meanwhile.
        if !about.contains(&problem) {
            about.push(problem);
        }
    }
    for path in decided.left.iter().chain(gone) {
        said.entry(path.clone()).or_default();
    }
    for (path, remarks) in &said {
        if !remarks.is_empty() || known.contains_key(path) {
            session.write(&Write::Remarks(path.clone(), remarks.clone()), now)?;
        }
    }
    Ok(said)
}

/// What is told of an article that is not to be out.
pub(super) fn held(article: &Article, now: Timestamp) -> Held {
    let why = match (&article.withdrawn, article.expires) {
        (Some(reason), _) => Why::Withdrawn(reason.clone()),
        (None, Some(expires)) if expires <= now => Why::Expired(expires),
        (None, _) => Why::Draft,
    };
    Held { title: article.title.clone(), why }
}

impl Publisher {
    /// The settings are others now.
    pub(super) fn follow_receipts(&self) {
        let (place, _) = place(&self.desk.site, &self.desk, &self.desk.names);
        self.receipts.follow(plan(&self.desk, &self.definitions, place));
    }

    /// The file at this path cannot be used as it is.
    pub(super) fn set_unusable(&mut self, path: &ContentPath, problem: Problem) {
        self.receipts.about(path, Condition::Unusable(vec![problem.clone()]), true);
        self.set_problems(path, vec![problem]);
    }

    /// This could be better about the file at this path, whatever was said of it before.
    pub(super) fn set_remarks(&mut self, path: &ContentPath, remarks: Vec<Problem>) {
        let condition = match remarks.is_empty() {
            true => Condition::Remembered,
            false => Condition::Remarked(remarks.clone()),
        };
        self.receipts.about(path, condition, true);
        self.set_problems(path, remarks);
    }

    /// The office is told what became of files that were read or are gone, and of articles to which something happened by
    /// itself.
    pub(super) fn answer_office(
        &mut self,
        said: Said,
        held: Vec<(ContentPath, Stamp, Held)>,
        by_itself: &[Key],
    ) {
        let mut held: HashMap<ContentPath, Held> =
            held.into_iter().map(|(path, _, held)| (path, held)).collect();
        // Nobody waits for what is read behind a first look, or again because it is read otherwise now.
        let is_pressing = self.is_pressing || (self.filling.is_none() && said.len() < CROWD);
        for (path, remarks) in said {
            let condition = match held.remove(&path) {
                Some(held) => Condition::Held(held, remarks.clone()),
                None => Condition::Remembered,
            };
            self.receipts.about(&path, condition, is_pressing);
            self.set_problems(&path, remarks);
        }
        for key in by_itself {
            for (path, _) in self.journal.files_of(*key).unwrap_or_default() {
                self.receipts.about(&path, Condition::Remembered, true);
            }
        }
    }

    /// The office is told how things stand.
    pub(super) fn tell_outlook(&self, faults: &[Fault]) {
        let is_there = self.root_fault.is_none() && !self.unproven;
        let faults = faults.iter().filter(|fault| fault.trouble != Trouble::Receipts);
        self.receipts.look_out(Outlook {
            ready: self.first_look == FirstLook::Done && is_there,
            filling: self.filling.is_some(),
            published: self.edition.catalogue().articles(),
            waiting: usize::try_from(self.to_come.waiting).unwrap_or(0),
            faults: faults.map(Fault::told).collect(),
            settings: self.settings_problems.clone(),
        });
    }
}
