//! The office is answered in its folder: a receipt for every file that is or ought to be an article, and a summary.
//!
//! One thread writes them, so that a share that hangs holds up nothing else. It is told where something happened and
//! reads in the journal what; so nothing has to be handed over, and nothing is lost when too much comes at once.

mod clerk;
mod mirror;
mod place;
mod round;
mod saying;
mod whole;

pub use place::{Folders, place};

use crate::journal::Door;
pub use crate::render::receipt::{Held, Why};
use crate::settings::FeedDefinition;
use crate::words::{ContentPath, Fingerprint, Problem, Site, Text};
use clerk::Clerk;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many files wait for their receipts before all are gone through instead.
const MOST_DUE: usize = 10_000;

/// How the file at a path stands, as far as the journal does not say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The journal says everything.
    Remembered,
    /// It does, but these are the remarks.
    Remarked(Vec<Problem>),
    /// The journal does not know it, because its article never was to be out, and there are these remarks.
    Held(Held, Vec<Problem>),
    /// It cannot be used as it is, for these reasons.
    Unusable(Vec<Problem>),
}

/// What concerns all receipts.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The folder they go to, if any.
    pub place: Option<PathBuf>,
    /// The content folder.
    pub content: PathBuf,
    /// The site.
    pub site: Arc<Site>,
    /// The feeds that files define.
    pub definitions: Arc<[FeedDefinition]>,
}

/// How things stand, besides single files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Everything has been looked at once, and the folder is there.
    pub ready: bool,
    /// The words of articles are still being read.
    pub filling: bool,
    /// How many articles are out.
    pub published: usize,
    /// How many wait for their time.
    pub waiting: usize,
    /// What is wrong with the folder or the server, and what to do about it.
    pub faults: Vec<(Text, Text)>,
    /// What is wrong with the settings.
    pub settings: Vec<Problem>,
}

/// Where the thread that writes receipts is told what there is to write. Dropping it ends that thread.
pub struct Receipts {
    desk: Arc<Desk>,
}

#[derive(Default)]
struct Desk {
    papers: Mutex<Papers>,
    bell: Condvar,
}

/// What lies on the desk.
#[derive(Default)]
struct Papers {
    /// The files of which the journal does not say everything.
    apart: BTreeMap<ContentPath, Condition>,
    /// The files whose receipts may have to be written: those somebody waits for, and the others.
    pressing: BTreeSet<ContentPath>,
    due: BTreeSet<ContentPath>,
    /// There were more than are kept: all are due.
    overrun: bool,
    /// A new plan.
    plan: Option<Plan>,
    outlook: Outlook,
    outlook_changed: bool,
    fault: Option<Text>,
    is_closed: bool,
}

impl Receipts {
    /// Starts the thread. `noted` is what it noted last, by calling `note`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        door: Door,
        plan: Plan,
        noted: Option<String>,
        note: impl Fn(String) + Send + 'static,
    ) -> io::Result<Self> {
        let desk = Arc::new(Desk::default());
        desk.papers().plan = Some(plan.clone());
        let clerk = Clerk::new(desk.clone(), door, plan, noted, Box::new(note));
        let work = {
            let desk = desk.clone();
            move || {
                if catch_unwind(AssertUnwindSafe(|| clerk.work())).is_err() {
                    let fault = Text::new(
                        "việc viết phiếu báo đã ngừng; lúc nào tiện hãy khởi động lại bantin",
                        "writing receipts broke off; start bantin again when it suits",
                    );
                    tracing::error!("{}", fault.en);
                    desk.papers().fault = Some(fault);
                }
            }
        };
        std::thread::Builder::new().name("receipts".to_owned()).spawn(work)?;
        Ok(Self { desk })
    }

    /// Something happened to the file at this path; the newest counts. Those that are pressing go before the others.
    pub fn about(&self, path: &ContentPath, condition: Condition, is_pressing: bool) {
        let mut papers = self.desk.papers();
        match condition {
            Condition::Remembered => drop(papers.apart.remove(path)),
            condition => drop(papers.apart.insert(path.clone(), condition)),
        }
        let due = if is_pressing { &mut papers.pressing } else { &mut papers.due };
        if due.len() < MOST_DUE {
            due.insert(path.clone());
        } else {
            papers.overrun = true;
        }
        drop(papers);
        self.desk.bell.notify_one();
    }

    /// From now on they are written so.
    pub fn follow(&self, plan: Plan) {
        self.desk.papers().plan = Some(plan);
        self.desk.bell.notify_one();
    }

    /// How things stand now.
    pub fn look_out(&self, outlook: Outlook) {
        let mut papers = self.desk.papers();
        if papers.outlook != outlook {
            papers.outlook = outlook;
            papers.outlook_changed = true;
            drop(papers);
            self.desk.bell.notify_one();
        }
    }

    /// What keeps receipts from being written, for whoever runs bantin.
    pub fn fault(&self) -> Option<Text> {
        self.desk.papers().fault.clone()
    }
}

impl Drop for Receipts {
    fn drop(&mut self) {
        self.desk.papers().is_closed = true;
        self.desk.bell.notify_one();
    }
}

impl Desk {
    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    /// What decides how receipts are written, besides their articles.
    fn fingerprint(&self) -> Fingerprint {
        let Site { base, language, zone, default_category, .. } = &*self.site;
        let own = [
            env!("BANTIN_RECEIPTS"),
            base.as_str(),
            language.as_str(),
            zone.name().unwrap_or(""),
            default_category.slug.as_str(),
        ];
        let feeds = self.definitions.iter().map(|definition| {
            let FeedDefinition { name, title, selection, partner, .. } = definition;
            let selection = serde_json::to_string(selection).expect("names are plain text");
            let only_for = partner.as_ref().filter(|partner| partner.is_private());
            let only_for = only_for.map_or("", |partner| &partner.organisation);
            let delay = partner.as_ref().map_or(0, |partner| partner.delay.as_secs());
            format!("{name}\n{}\n{only_for}\n{delay}\n{selection}", title.as_deref().unwrap_or(""))
        });
        Fingerprint::of(own.into_iter().map(str::to_owned).chain(feeds))
    }
}
