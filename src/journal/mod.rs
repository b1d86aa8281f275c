//! The durable memory of what was published: identity, first publication, revisions, withdrawals, and since
//! when each document is what it is. The only place that knows the store (SQLite).
//!
//! The door is narrow: a [`Session`] appends what happened, all of it or nothing; the rest reads.

mod beside;
mod lists;
mod office;
mod opening;
mod partners;
mod prefaces;
mod purging;
mod rows;
mod schema;
mod session;
mod start;
mod store;

#[cfg(test)]
mod tests;

pub use beside::Unread;
pub use opening::{DamagedStore, OpenError};
pub(crate) use opening::{Opened, StoreError, connect, is_sound, set_aside};
pub use partners::{Delivery, Facts, Kept, Taken};
pub use session::Session;
pub(crate) use store::size;
pub use store::{Door, Journal, Reader};

use crate::catalogue::{Gone, Key, Leads, Past, Placed, Prefaced};
use crate::edition::{Media, Stamp, Subject, Validators};
use crate::intake::Head;
use crate::words::{ContentPath, Fingerprint, Id, Matches, Problem, Published, RoundUp, Slug, Timestamp};
use std::collections::HashMap;
use std::path::PathBuf;

/// Where an article is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its time has not come.
    Waiting,
    /// It is out.
    Published,
    /// It was taken back.
    Withdrawn,
}

/// What the journal knows of an article, besides its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The journal's number for it.
    pub key: Key,
    /// What it is called for ever.
    pub id: Id,
    /// Its name in its address.
    pub slug: Slug,
    /// The name it wished for when it got that one.
    pub wish: Slug,
    /// When its file was first seen.
    pub first_seen: Timestamp,
    /// When it was published, or will be.
    pub published: Timestamp,
    /// When it first came out by the server's clock, if it did.
    pub out: Option<Timestamp>,
    /// When it last came out, or will; or became another by what was dropped.
    pub entered: Timestamp,
    /// When it last changed for its readers.
    pub updated: Timestamp,
    /// When anything that is printed of it last changed.
    pub modified: Timestamp,
    /// How often it changed, from 1.
    pub revision: u32,
    /// Where it is in its life.
    pub state: State,
    /// The bytes of its file.
    pub source: Fingerprint,
    /// What names the words they were read as: bytes, path and reader, as they were when the words were new.
    pub reading: Fingerprint,
    /// What everything that is printed of it amounts to.
    pub fingerprint: Fingerprint,
    /// How many bytes its file has.
    pub size: u32,
    /// When it withdraws by itself.
    pub expires: Option<Timestamp>,
    /// When that came in by which it was corrected, or will, if its file says what was wrong.
    pub corrected: Option<Timestamp>,
    /// Since when it is no longer out, if it was.
    pub withdrawn: Option<Timestamp>,
    /// Why it was taken back, when its file said so.
    pub reason: Option<String>,
    /// How many words changed since its readers were last told of a change.
    pub drift: u32,
}

impl Record {
    /// Whether it will be corrected when it comes out: its file says so while its time has not come.
    pub fn is_corrected_to_come(&self) -> bool {
        self.state == State::Waiting && self.corrected == Some(self.entered)
    }
}

/// A file as it was when it was last read with success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// The article it holds.
    pub key: Key,
    /// Its state then; `None` when it is gone, or has to be read again whatever it looks like.
    pub stamp: Option<Stamp>,
    /// Its name on disk, where that is not the path's own spelling.
    pub place: Option<PathBuf>,
}

/// A file that stands before a round-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefaceFile {
    /// Which.
    pub round_up: RoundUp,
    /// Its state then; `None` when it has to be read again whatever it looks like.
    pub stamp: Option<Stamp>,
    /// Its name on disk, where that is not the path's own spelling.
    pub place: Option<PathBuf>,
}

/// Under this the journal is told since when the month is open.
pub const OPEN_SINCE: &str = "open-since";
/// There while it lacks words.
pub const WORDS_BEHIND: &str = "words-behind";

/// What a start needs to know.
#[derive(Debug, Default)]
pub struct Remembered {
    /// What places every article that is out.
    pub placed: Vec<Placed>,
    /// Addresses that lead to another, or to what was withdrawn.
    pub old_addresses: Vec<(Slug, Leads)>,
    /// The articles that were out and were taken back, the latest first.
    pub gone: Vec<Gone>,
    /// What articles were before they became others or were taken back.
    pub past: Vec<Past>,
    /// All that was ever said before round-ups, in the order in which it was.
    pub prefaces: Vec<(RoundUp, Prefaced)>,
    /// The files that say it now.
    pub preface_files: Vec<(ContentPath, PrefaceFile)>,
    /// The articles of which nothing is kept, and since when.
    pub purged: Vec<(Key, Timestamp)>,
    /// Since when the month was open, when that was last noted.
    pub open_since: Option<Timestamp>,
    /// Since when each document is what it is, and what people called it.
    pub documents: HashMap<Subject, (Validators, String)>,
    /// All files that travel with articles.
    pub media: Vec<(ContentPath, Media)>,
    /// The pictures in the files of articles that are out.
    pub pictures: Vec<(ContentPath, Media)>,
    /// What could be better about files that were read, and since when.
    pub remarks: Vec<(ContentPath, Timestamp, Vec<Problem>)>,
}

/// Where the words of an article stand that were not written down yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub path: ContentPath,
    /// As it was when it was last read.
    pub file: FileRow,
    /// What names the words it was read as.
    pub words: Fingerprint,
}

/// What will happen by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// How many articles wait for their time.
    pub waiting: i64,
    /// When the next article comes out.
    pub comes: Option<Timestamp>,
    /// When the next article withdraws by itself.
    pub goes: Option<Timestamp>,
}

impl Ahead {
    /// When the next of it happens.
    pub fn next(&self) -> Option<Timestamp> {
        [self.comes, self.goes].into_iter().flatten().min()
    }
}

/// What was found of the words of an article that is to be printed.
#[derive(Clone, Debug, PartialEq)]
pub enum Words {
    /// They are the ones the document names.
    Whole(Box<Published>),
    /// They were not written down yet.
    Unread,
    /// They have changed since.
    Changed,
    /// They are not what was written.
    Damaged,
}

/// An article as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it comes out, or went.
    pub at: Timestamp,
    /// Its title.
    pub title: String,
    /// Its name in its address.
    pub slug: Slug,
    /// The file it was last seen in.
    pub path: Option<ContentPath>,
    /// Why it was withdrawn, if its file says so.
    pub reason: Option<String>,
}

impl FileRow {
    /// Where the file at `path` is on disk.
    pub fn place_of(&self, path: &ContentPath) -> PathBuf {
        self.place.clone().unwrap_or_else(|| PathBuf::from(path.as_str()))
    }
}

/// What a revision did, for whoever reads the log of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// First seen; it may still have to wait.
    Arrived,
    /// It came out.
    Published,
    /// Its words changed.
    Revised,
    /// Its file has another name.
    Moved,
    /// It was taken back.
    Withdrawn,
    /// It came back.
    Returned,
    /// Nothing is kept of it any more.
    Purged,
}

impl Happening {
    fn name(self) -> &'static str {
        match self {
            Happening::Arrived => "arrived",
            Happening::Published => "published",
            Happening::Revised => "revised",
            Happening::Moved => "moved",
            Happening::Withdrawn => "withdrawn",
            Happening::Returned => "returned",
            Happening::Purged => "purged",
        }
    }
}

/// One thing to remember.
#[derive(Clone, Debug)]
pub enum Write {
    /// An article that a first look found, what places it, the queries it meets, and its file. Its words are written down
    /// later.
    Found(Box<Record>, Box<Head>, Matches, ContentPath, FileRow),
    /// What happened to an article.
    Happened(Key, Happening, Fingerprint),
    /// A file and the article it holds.
    File(ContentPath, FileRow),
    /// Every file has to be read again, whatever it looks like.
    ReadAgain,
    /// A file that is no longer where an article is.
    NoFile(ContentPath),
    /// A file that travels with articles.
    Media(ContentPath, Media),
    /// One that no longer does.
    NoMedia(ContentPath),
    /// All pictures that were in the file of an article.
    Pictures(Key, Vec<(ContentPath, Media)>),
    /// The file of this article is to be read again, whatever it looks like.
    Reread(Key),
    /// Since when a document is what it is, and what people call it.
    Document(Subject, Validators, String),
    /// The words of this article are damaged: they are to be read again from its file.
    Forget(Key),
    /// What this article was when it entered then is told of no more.
    NoPast(Key, Timestamp),
    /// What could be better about a file that was read; nothing when the list is empty.
    Remarks(ContentPath, Vec<Problem>),
    /// A named value of bantin's own.
    Note(&'static str, String),
    /// It is no longer needed.
    NoNote(&'static str),
}
