//! The threads that touch the disk for the publisher. A disk that hangs, or a text that takes for ever, holds up
//! one of them; the others and the publisher go on.

mod crew;
mod desk;
mod settings;
mod shelves;
mod survey;

pub use crew::Readers;
pub use desk::{Desk, is_audio_or_video};
pub use settings::read_settings;
pub use shelves::{Glanced, Shelf, ShelfRead};
pub use survey::{Found, Survey};

use crate::edition::Stamp;
use crate::folder::{FileSystem, RootIdentity, Walk};
use crate::intake::{Preface, Reading};
use crate::pictures::Kept;
use crate::words::{Fingerprint, Matches, Problem};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Something to do on disk.
#[derive(Clone, Debug)]
pub enum Job {
    /// Tell which folder the root is, and whether disks are mounted at these places in it.
    Root(Vec<PathBuf>),
    /// Walk through this folder.
    Sweep(PathBuf),
    /// List everything, for a first look.
    Shelves,
    /// Read what places the articles of this shelf, the number of which is told again; but nothing that changed after
    /// this moment, in nanoseconds since 1970.
    Shelf(usize, Arc<Shelf>, i128),
    /// Check the journal.
    Check,
    /// Read the settings.
    Settings,
    /// Look at one place.
    Look(Look),
}

/// One place to look at.
#[derive(Clone, Debug)]
pub struct Look {
    /// Where.
    pub place: PathBuf,
    /// The state it was read in before; it is not read again in that state.
    pub known: Option<Stamp>,
    /// The state it must still be in, for having stood still.
    pub expected: Option<Stamp>,
    /// Another spelling of the same path, which it was read under before.
    pub rival: Option<PathBuf>,
    /// Nobody waits for it.
    pub patient: bool,
}

impl Look {
    /// Look there, whatever it was before.
    pub fn at(place: PathBuf) -> Self {
        Self { place, known: None, expected: None, rival: None, patient: false }
    }
}

/// What came of a job.
#[derive(Debug)]
pub enum Report {
    /// Which folders those are that everything lies in.
    Root(io::Result<Roots>),
    /// What a walk met that is not as it is remembered.
    Swept(PathBuf, io::Result<Survey>),
    /// What there is, for a first look.
    Shelves(io::Result<(Vec<Shelf>, Walk)>),
    /// What was found on a shelf.
    Shelf(usize, io::Result<ShelfRead>),
    /// Whether the journal is sound.
    Checked(Result<bool, String>),
    /// The settings files by name, with their texts.
    Settings(io::Result<Vec<(String, io::Result<String>)>>),
    /// What stands at a place.
    Looked(Look, Box<Looked>),
    /// The job takes too long. Another reader was started in place of the one that does it; should it end after
    /// all, it is reported like any other.
    Stuck(Job),
    /// The job failed in a way it never should.
    Panicked(Job),
}

/// The folders that everything lies in.
#[derive(Debug)]
pub struct Roots {
    /// The content folder.
    pub content: RootIdentity,
    /// What that lies on.
    pub file_system: FileSystem,
    /// The folder with the settings, if there is one.
    pub feeds: Option<RootIdentity>,
    /// Whether that one lies on a file system that does not tell of changes.
    pub feeds_are_silent: bool,
    /// Where no disk is mounted, of the places that were asked for.
    pub unmounted: Vec<PathBuf>,
}

/// What stands at a place.
#[derive(Debug)]
pub enum Looked {
    /// What stood there before.
    Unchanged,
    /// It is still changing; this is its state now.
    Moving(Stamp),
    /// A file without content, as one is that is about to be written.
    Empty(Stamp),
    /// A folder.
    Folder,
    /// Nothing, or nothing that is content.
    Nothing,
    /// A file whose path, spelled another way, is that of one that was read before and still stands.
    Twin(PathBuf),
    /// It could not be read.
    Unreadable(io::Error),
    /// An article, well or badly written.
    Article {
        /// Its state.
        stamp: Stamp,
        /// Its bytes.
        source: Fingerprint,
        /// What names the words they are read as.
        words: Fingerprint,
        /// What they say.
        reading: Result<Box<Reading>, Problem>,
        /// What feeds ask of these words and they meet.
        matches: Matches,
        /// The pictures that were in it, which are not in what it says any more.
        pictures: Vec<Kept>,
    },
    /// What stands before a round-up, well or badly written.
    Preface(Stamp, Result<Box<Preface>, Problem>),
    /// A file that travels with articles.
    Media {
        /// Its state.
        stamp: Stamp,
        /// Its bytes.
        content: Fingerprint,
        /// Its media type.
        media_type: &'static str,
    },
}
