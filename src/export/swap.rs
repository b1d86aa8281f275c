//! One folder in place of another, in one step where the file system can do that.

use super::manifest;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::path::Path;

/// What is in the folder on its way to the disk, so that a power cut after the exchange finds it there.
pub(super) fn settle(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Puts a folder in the place of another and takes that away to where the first one was. Gives back whether it was done in one
/// step: where that is not possible the place is empty for a moment, and what was there lies at `aside`.
pub(super) fn exchange(new: &Path, place: &Path, aside: &Path) -> io::Result<bool> {
    match renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE) {
        Ok(()) => return Ok(true),
        // There is nothing to exchange it with.
        Err(Errno::NOENT) => return std::fs::rename(new, place).map(|()| true),
        // Neither the kernel nor each file system knows how (rename(2)).
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        Err(error) => return Err(error.into()),
    }
    std::fs::rename(place, aside)?;
    if let Err(error) = std::fs::rename(new, place) {
        std::fs::rename(aside, place)?;
        return Err(error);
    }
    std::fs::rename(aside, new)?;
    Ok(false)
}

/// Puts back what an exchange that was cut off left aside; where something is in its place, it goes to where it can be taken away.
pub(super) fn resume(place: &Path, aside: &Path, away: &Path) -> io::Result<()> {
    match (is_export(aside), place.exists()) {
        (false, _) => Ok(()),
        (true, false) => std::fs::rename(aside, place),
        (true, true) => std::fs::rename(aside, away),
    }
}

/// Whether a folder of ours is there, and no link to one.
pub(super) fn is_export(folder: &Path) -> bool {
    let is_folder = std::fs::symlink_metadata(folder).is_ok_and(|there| there.is_dir());
    is_folder && folder.join(manifest::NAME).is_file()
}
