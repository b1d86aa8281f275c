//! What is found in an exported folder: whether its files are as they were written, and nothing else is there.

use super::building::{Ways, moment};
use super::manifest::{Entry, Manifest};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The bits of a mode that say who may read.
const READ: u32 = 0o444;

/// Whether the files of an entry are as they were written, and whoever may read new ones may read them.
pub(super) fn is_as_it_was(folder: &Path, entry: &Entry, ways: Ways) -> bool {
    let readers = ways.mode & READ;
    entry.files().all(|(file, length)| {
        fs::symlink_metadata(folder.join(file)).is_ok_and(|there| {
            let is_then = there.modified().is_ok_and(|modified| modified == moment(entry.modified));
            let is_readable = there.mode() & readers == readers;
            there.is_file() && there.len() == length && is_then && is_readable
        })
    })
}

/// Whether nothing is in a folder but the files it tells of, each of which is there.
pub(super) fn is_nothing_else(folder: &Path, told: &Manifest, ways: Ways) -> io::Result<bool> {
    let within: HashSet<&Path> =
        told.entries.iter().flat_map(|entry| Path::new(&entry.file).ancestors().skip(1)).collect();
    let within: HashSet<PathBuf> = within.into_iter().map(|within| folder.join(within)).collect();
    // Whoever may read a file may enter the folder it is in.
    let readers = ways.mode & READ | (ways.mode & READ) >> 2;
    // All it tells of and its own.
    let mut files = told.entries.iter().map(Entry::count).sum::<usize>() + 1;
    let mut unseen = vec![folder.to_owned()];
    while let Some(next) = unseen.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let (path, mode) = (entry.path(), entry.metadata()?.mode());
                if !within.contains(&path) || mode & readers != readers {
                    return Ok(false);
                }
                unseen.push(path);
            } else if kind.is_file() && files > 0 {
                files -= 1;
            } else {
                return Ok(false);
            }
        }
    }
    Ok(files == 0)
}
