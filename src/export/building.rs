//! The folder in which the next export is built, beside the one that is there.

use super::manifest::Manifest;
use super::place::Place;
use super::{Failed, swap};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A folder that nobody else builds in.
pub(super) struct Building {
    folder: PathBuf,
    aside: PathBuf,
    _lock: File,
}

impl Building {
    /// An empty one. What an export that was cut off left there is taken away.
    pub fn begin(place: &Place) -> Result<Self, Failed> {
        let (folder, aside) = (place.beside(".bantin-new"), place.beside(".bantin-old"));
        let unwritten = |error| Failed::Unwritten(folder.clone(), error);
        fs::create_dir_all(&folder).map_err(unwritten)?;
        let lock = File::open(&folder).map_err(unwritten)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failed::InUse(place.folder().to_owned())),
            Err(TryLockError::Error(error)) => return Err(unwritten(error)),
        }
        swap::resume(place.folder(), &aside).map_err(|error| Failed::Unwritten(aside.clone(), error))?;
        empty(&folder).map_err(unwritten)?;
        // Whoever reads what was there may read what comes.
        if let Ok(there) = fs::metadata(place.folder()) {
            fs::set_permissions(&folder, there.permissions()).map_err(unwritten)?;
        }
        Ok(Self { folder, aside, _lock: lock })
    }

    /// Whether `a` and `A` are two files here.
    pub fn tells_cases_apart(&self) -> Result<bool, Failed> {
        let (lower, upper) = (self.folder.join(".a"), self.folder.join(".A"));
        let probe = || {
            File::create(&lower)?;
            let apart = !upper.exists();
            fs::remove_file(&lower)?;
            Ok(apart)
        };
        probe().map_err(|error| Failed::Unwritten(lower.clone(), error))
    }

    /// A new file, with what `fill` writes into it, as it was last changed then.
    pub fn write(
        &self,
        file: &str,
        modified: i64,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<(), Failed> {
        let place = self.folder.join(file);
        let write = || {
            let mut out = with_folders(&place, |place| File::create_new(place))?;
            fill(&mut out)?;
            out.set_modified(moment(modified))
        };
        write().map_err(|error| Failed::Unwritten(place.clone(), error))
    }

    /// A new file with these bytes.
    pub fn write_bytes(&self, file: &str, modified: i64, bytes: &[u8]) -> Result<(), Failed> {
        self.write(file, modified, |out| out.write_all(bytes))
    }

    /// A file of another folder, which stays the same file; or one like it, where files cannot be in two folders.
    pub fn keep(&self, from: &Path, file: &str, modified: i64) -> Result<(), Failed> {
        let (from, place) = (from.join(file), self.folder.join(file));
        let linked = with_folders(&place, |place| fs::hard_link(&from, place));
        let kept = linked.or_else(|_| {
            fs::copy(&from, &place)?;
            File::options().write(true).open(&place)?.set_modified(moment(modified))
        });
        kept.map_err(|error| Failed::Unwritten(place.clone(), error))
    }

    /// Puts it in its place; whether that was done in one step.
    pub fn finish(self, place: &Place, manifest: &Manifest) -> Result<bool, Failed> {
        let done = manifest.write(&self.folder).and_then(|()| swap::settle(&self.folder));
        let exchanged = done.and_then(|()| swap::exchange(&self.folder, place.folder(), &self.aside));
        match exchanged {
            Ok(at_once) => {
                // What is left of the one before is in nobody's way, and the next export takes it away.
                let _ = fs::remove_dir_all(&self.folder);
                Ok(at_once)
            }
            Err(error) => {
                let failed = Failed::Unwritten(self.folder.clone(), error);
                Err(self.broken_off(failed))
            }
        }
    }

    /// Takes it away because of this.
    pub fn broken_off(self, failed: Failed) -> Failed {
        self.give_up();
        failed
    }

    /// Takes it away.
    pub fn give_up(self) {
        // What is left of it the next export takes away.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Takes away all that is in a folder.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// Does something to a file, after making the folders it is in if they are missing.
fn with_folders<T>(place: &Path, act: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
    match (act(place), place.parent()) {
        (Err(error), Some(around)) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(around)?;
            act(place)
        }
        (outcome, _) => outcome,
    }
}

/// A second as file systems know it.
pub(super) fn moment(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::UNIX_EPOCH - distance } else { SystemTime::UNIX_EPOCH + distance }
}
