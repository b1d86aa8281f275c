//! The first look at a folder of which nothing is remembered: what places its articles, a few hundred files at a time.

use super::desk::{AUDIO_AND_VIDEO, Desk, is_audio_or_video};
use crate::edition::Stamp;
use crate::folder::Walk;
use crate::intake::{self, Head, LONGEST_TEXT, Role, Source};
use crate::words::{ContentPath, Fingerprint, Matches};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many files one job reads.
const ON_A_SHELF: usize = 256;

/// Some files of one folder, in the order of their paths.
#[derive(Debug)]
pub struct Shelf {
    /// The folder.
    pub folder: PathBuf,
    /// Their names.
    pub names: Vec<OsString>,
    /// The recordings in that folder.
    pub recordings: Arc<[OsString]>,
}

/// What places the article of one file.
#[derive(Debug)]
pub struct Glanced {
    /// Where it is.
    pub path: ContentPath,
    /// Its state.
    pub stamp: Stamp,
    /// Its bytes.
    pub source: Fingerprint,
    /// What names the words they are read as.
    pub words: Fingerprint,
    /// What they say.
    pub head: Head,
    /// What feeds ask of these words and they meet.
    pub matches: Matches,
}

/// What was found on a shelf.
#[derive(Debug, Default)]
pub struct ShelfRead {
    /// The articles that a glance tells of.
    pub glanced: Vec<Glanced>,
    /// How many files need a closer look.
    pub others: usize,
}

impl Desk {
    /// All files that have a role, by folder, in the order of paths.
    pub(super) fn shelves(&self) -> io::Result<(Vec<Shelf>, Walk)> {
        let mut folders: Vec<(PathBuf, Vec<OsString>)> = Vec::new();
        let walk = self.folder.walk(Path::new(""), &self.names, &mut |met| {
            let folder = met.place.parent().unwrap_or(Path::new(""));
            let name = met.place.file_name().unwrap_or_default().to_owned();
            match folders.last_mut() {
                Some((last, names)) if last == folder => names.push(name),
                _ => folders.push((folder.to_owned(), vec![name])),
            }
            Ok(())
        })?;
        let mut shelves = Vec::new();
        for (folder, mut names) in folders {
            let recordings =
                names.iter().filter(|name| is_audio_or_video(Path::new(name))).cloned().collect();
            let recordings: Arc<[OsString]> = recordings;
            while !names.is_empty() {
                let rest = names.split_off(names.len().min(ON_A_SHELF));
                let names = std::mem::replace(&mut names, rest);
                shelves.push(Shelf { folder: folder.clone(), names, recordings: recordings.clone() });
            }
        }
        Ok((shelves, walk))
    }

    /// Reads what places the articles of a shelf. Whatever is not plain to see is left to a closer look: media, what
    /// changed after `still_since` (in nanoseconds since 1970), what is spelled oddly or written badly.
    pub(super) fn read_shelf(&self, shelf: &Shelf, still_since: i128) -> io::Result<ShelfRead> {
        let mut read = ShelfRead::default();
        let open = self.folder.shelf(&shelf.folder)?;
        for name in &shelf.names {
            let place = shelf.folder.join(name);
            let glanced = ContentPath::new(&place).and_then(|path| {
                let is_plain = Path::new(path.as_str()) == place
                    && matches!(self.names.role(&path), Role::Article(kind) if kind.longest() == LONGEST_TEXT)
                    && !shelf.accompany(&path);
                if !is_plain {
                    return None;
                }
                let (bytes, stamp) = open.read(name, LONGEST_TEXT).ok()??;
                if stamp.changed_ns > still_since || stamp.length == 0 {
                    return None;
                }
                let source = Source { path: &path, bytes: &bytes, beside: &[] };
                let head = intake::head(&source, &self.site).ok()??;
                let matches = match self.queries.is_empty() {
                    true => Matches::default(),
                    // What is asked of its words, only the whole tells.
                    false => self.queries.matches(&intake::read(&source, &self.site).ok()?.article),
                };
                let source = Fingerprint::of([&bytes]);
                let words = self.name_of_words(&path, &source, &[]);
                (!head.draft).then_some(Glanced { path, stamp, source, words, head, matches })
            });
            match glanced {
                Some(glanced) => read.glanced.push(glanced),
                None => read.others += 1,
            }
        }
        Ok(read)
    }
}

impl Shelf {
    /// Whether recordings may travel with an article.
    fn accompany(&self, path: &ContentPath) -> bool {
        let is_own = |recording: &OsString| {
            let recording = Path::new(recording);
            let extension = recording.extension().and_then(|extension| extension.to_str());
            recording.file_stem().is_some_and(|stem| stem == path.stem())
                && extension.is_some_and(|extension| AUDIO_AND_VIDEO.contains(&extension))
        };
        !self.recordings.is_empty() && (path.stem() == "index" || self.recordings.iter().any(is_own))
    }
}
