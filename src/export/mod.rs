//! A site as a folder of files, for any web server: built beside the folder that is there, and put in its place whole.
//!
//! What a version of a document is has a name before it is printed, so what is in the folder already is neither printed nor written
//! again: it is the same file in the new folder.

mod building;
mod comparing;
mod found;
mod lock;
mod manifest;
mod place;
mod plan;
mod swap;
mod weighing;
mod work;

pub use comparing::{Compared, Difference, compare, count};
pub use manifest::{Manifest, Unreadable};
pub use place::{Place, Refused, Taken};

use crate::edition::{Edition, Encoding};
use crate::folder::Folder;
use crate::hosts::Rules;
use crate::press::Press;
use crate::words::Timestamp;
use building::Building;
use manifest::Entry;
use plan::Plan;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Where the bytes of a site come from.
pub struct Sources {
    /// Prints documents.
    pub press: Arc<Press>,
    /// What there is.
    pub edition: Arc<Edition>,
    /// Where files lie that travel with articles.
    pub content: Folder,
    /// Where pictures lie that were in the files of articles.
    pub pictures: Folder,
}

/// What has been done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many files there are now.
    pub files: usize,
    /// How many of them were written.
    pub written: usize,
    /// How many are those that were there before.
    pub kept: usize,
    /// How many are there no more.
    pub removed: usize,
    /// How many bytes all of them have.
    pub bytes: u64,
    /// What could not be exported.
    pub left_out: Vec<LeftOut>,
    /// Whether the folder took the place of the one before in one step; else there was none for a moment.
    pub at_once: bool,
}

/// An address that has no file, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// Its file would be the same as that of another address, there or where letters of both cases are the same.
    Clash {
        /// Its address; of what travels with articles, its path.
        what: String,
        /// The one that is there first.
        with: String,
    },
    /// No file can be called so.
    NoName {
        /// How it would be called.
        what: String,
    },
}

/// Why nothing was exported.
#[derive(Debug)]
pub enum Failed {
    /// Something has changed since the edition was made: ask for another.
    Stale(String),
    /// The words of an article are damaged in the journal.
    Damaged(u32),
    /// The journal refuses.
    Journal(rusqlite::Error),
    /// A document could not be printed.
    Unprinted(String),
    /// Another bantin is at it.
    InUse(PathBuf),
    /// What is to be built would lie where something else does.
    NotOurs(PathBuf),
    /// Something could not be written.
    Unwritten(PathBuf, io::Error),
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So much is to be done.
    Begun(usize),
    /// One more of it is.
    Done,
}

/// Makes a place hold what an edition says at this moment.
///
/// # Errors
/// When that cannot be done; the place is as it was before then.
pub fn export(
    sources: &Sources,
    place: &Place,
    now: Timestamp,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Summary, Failed> {
    let building = Building::begin(place)?;
    let rules = Rules::of(&sources.edition, now);
    let before = place.manifest();
    let ways = match building.ways() {
        Ok(ways) => ways,
        Err(failed) => return Err(building.broken_off(failed)),
    };
    let plan = Plan::of(sources, &rules, now, ways.tells_cases_apart);
    let found = plan.found(place, before.as_ref(), ways);
    let whole = before.as_ref().filter(|before| plan.is_there(sources, place, &found, before, &rules, ways));
    if let Some(before) = whole {
        building.give_up();
        let kept = before.entries.iter().map(Entry::count).sum();
        return Ok(Summary::of(before, before, kept, &plan));
    }
    tell(Progress::Begun(plan.items.len()));
    let (manifest, kept) = match work::done(sources, place, &building, &plan, &found, &rules, tell) {
        Ok(done) => done,
        Err(failed) => return Err(building.broken_off(failed)),
    };
    let nothing = Manifest::new(&rules);
    let summary = Summary::of(&manifest, before.as_ref().unwrap_or(&nothing), kept, &plan);
    let at_once = building.finish(place, &manifest)?;
    Ok(Summary { at_once, ..summary })
}

impl Summary {
    fn of(manifest: &Manifest, before: &Manifest, kept: usize, plan: &Plan) -> Self {
        let files = manifest.entries.iter().map(Entry::count).sum();
        Self {
            files,
            written: files - kept,
            kept,
            removed: before.files_not_in(manifest),
            bytes: manifest.entries.iter().flat_map(|entry| entry.lengths).flatten().sum(),
            left_out: plan.left_out.clone(),
            at_once: true,
        }
    }
}

/// What the name of a packed file ends with, after that of the file itself.
fn suffix(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Identity => "",
        Encoding::Gzip => ".gz",
        Encoding::Brotli => ".br",
        Encoding::Zstd => ".zst",
    }
}
