//! How things stand, for the person in charge: a page, the same as data, and a feed of what is wrong. None of it is
//! for the public.

mod feed;
mod json;
mod page;
pub(super) mod phrases;
mod telling;

#[cfg(test)]
mod tests;

pub use feed::feed;
pub use json::json;
pub(super) use page::STYLE;
pub use page::{RELOAD, content_security_policy, page};
pub use telling::{Subscribers, Telling};

use crate::words::{ContentPath, FeedName, LastFetch, Problem, Site, Text, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// How things stand, as far as that is known without asking anybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// The site as it is set up.
    pub site: Arc<Site>,
    /// When this was so.
    pub told: Timestamp,
    /// Since when bantin runs.
    pub began: Timestamp,
    /// Whether the first look at the folder is done.
    pub looked: bool,
    /// What is not as it should be, besides single files.
    pub faults: Vec<Fault>,
    /// How much there is of what.
    pub counts: Counts,
    /// The files that have problems.
    pub troubles: Troubles,
    /// How changes in the folders become known.
    pub folders: Vec<Watched>,
    /// The last walk through the whole folder.
    pub last_look: Option<LastLook>,
    /// The partners with addresses of their own, and when they were here.
    pub partners: Vec<Visitor>,
    /// What waits for its turn.
    pub queues: Queues,
    /// How many bytes the journal takes.
    pub journal_bytes: u64,
}

/// How much there is of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Articles that are out.
    pub articles: usize,
    /// Feeds.
    pub feeds: usize,
    /// Files that travel with articles.
    pub media: usize,
    /// Articles whose time has not come.
    pub waiting: usize,
}

/// Something that is not as it should be, besides single files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub trouble: Trouble,
    /// More of it, as bantin and the system put it.
    pub detail: Text,
    /// What to do about it, where that hangs on how things stand.
    pub to_do: Option<Text>,
}

impl Fault {
    /// What is not as it should be, and what to do about it.
    pub fn told(&self) -> (Text, Text) {
        match &self.to_do {
            Some(to_do) => (self.detail.clone(), to_do.clone()),
            None => phrases::fault(self.trouble),
        }
    }

    /// The details, and what hangs on them.
    pub fn in_full(&self) -> Text {
        match &self.to_do {
            Some(to_do) => Text::new(
                format!("{} {}", self.detail.vi, to_do.vi),
                format!("{} {}", self.detail.en, to_do.en),
            ),
            None => self.detail.clone(),
        }
    }
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The content folder cannot be reached.
    Root,
    /// Nothing tells of changes in it.
    Watch,
    /// It cannot be walked through.
    Walk,
    /// The journal cannot be written.
    Journal,
    /// The journal is damaged.
    Damage,
    /// The file that says what the site is has gone.
    Settings,
    /// So many files are gone at once that their articles are held.
    Held {
        /// How many.
        files: usize,
    },
    /// The folder is another one than it was, with most of what was published not in it.
    AnotherFolder,
    /// A disk that was mounted in it is not there.
    Unmounted,
    /// The disk does not answer.
    Stuck {
        /// How many readers wait for it.
        readers: usize,
    },
    /// Receipts cannot be written.
    Receipts,
}

/// The files that have problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Troubles {
    /// Those whose problems are the newest.
    pub newest: Arc<[Troubled]>,
    /// How many there are in all.
    pub count: usize,
    /// When any of it last changed.
    pub changed: Timestamp,
}

/// A file that has problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Troubled {
    /// The file.
    pub path: ContentPath,
    /// Since when they are what they are.
    pub since: Timestamp,
    /// What is wrong, at most as much as is shown.
    pub problems: Vec<Problem>,
    /// How many more problems it has.
    pub more: usize,
}

/// A folder, and how changes in it become known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// What the folder is for.
    pub of: Use,
    /// Where it is.
    pub folder: String,
    /// How changes in it become known.
    pub how: Watching,
}

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// What people drop.
    Content,
    /// The settings.
    Settings,
}

/// How changes in a folder become known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watching {
    /// The system tells.
    Events,
    /// By looking again and again; says why.
    Polling(Text),
    /// By looking again and again, because it was not there to be watched.
    Missing,
}

/// A walk through the whole folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastLook {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// How many files it met that may be content.
    pub files: u64,
    /// How many names it passed over.
    pub ignored: u64,
    /// When the next one begins, unless something calls for it earlier.
    pub next: Timestamp,
}

/// A partner, and when it was here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Who it is.
    pub organisation: String,
    /// Its feed.
    pub feed: FeedName,
    /// When it was here last, and what it has since.
    pub last: Option<LastFetch>,
}

/// What waits for its turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queues {
    /// Files that are being read.
    pub under_way: usize,
    /// Files that wait to be read.
    pub waiting: usize,
    /// Places that wait until they stand still.
    pub settling: usize,
    /// Readers that wait for the disk.
    pub stuck: usize,
}

/// What the journal knows of articles that came, will come and went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists {
    /// The newest that are out.
    pub newest: Vec<Listed>,
    /// Those that come out next.
    pub waiting: Vec<Listed>,
    /// Those that were withdrawn last.
    pub withdrawn: Vec<Listed>,
    /// How many were withdrawn in all.
    pub withdrawn_count: usize,
}

/// One article in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// When it came, will come, or went.
    pub at: Timestamp,
    /// Its title.
    pub title: String,
    /// Its file, where that is known.
    pub path: Option<ContentPath>,
    /// Its address, where it has one.
    pub address: Option<String>,
    /// Why it was withdrawn, if its file says so.
    pub reason: Option<String>,
}

/// The name of a file's place on the page.
fn anchor(path: &ContentPath) -> String {
    let name = crate::words::Fingerprint::of([path.as_str()]).to_string();
    format!("f-{}", &name[..12])
}
