//! The folder in which the next export is built, beside the one that is there.

use super::lock::Lock;
use super::manifest::Manifest;
use super::place::Place;
use super::{Failed, swap};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A folder that nobody else builds in.
pub(super) struct Building {
    folder: PathBuf,
    aside: PathBuf,
    lock: Lock,
}

/// How files are there.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    /// Whether `a` and `A` are two.
    pub tells_cases_apart: bool,
    /// Who may read a new one.
    pub mode: u32,
}

impl Building {
    /// An empty one. What an export that was cut off left there is taken away, and nothing else.
    pub fn begin(place: &Place) -> Result<Self, Failed> {
        let [folder, aside, lock] = ["new", "old", "lock"].map(|what| place.beside(what));
        let taken = Lock::take(lock.clone()).map_err(|error| Failed::Unwritten(lock, error))?;
        let Some(mut lock) = taken else { return Err(Failed::InUse(place.folder().to_owned())) };
        let unwritten = |error| Failed::Unwritten(folder.clone(), error);
        if lock.was_left().map_err(unwritten)? {
            remove(&folder).map_err(unwritten)?;
            swap::resume(place.folder(), &aside, &folder)
                .map_err(|error| Failed::Unwritten(aside.clone(), error))?;
            remove(&folder).map_err(unwritten)?;
        }
        let strange = if fs::symlink_metadata(&folder).is_ok() {
            Some(folder.clone())
        } else {
            place.look().is_err().then(|| place.folder().to_owned())
        };
        let made = match strange {
            Some(strange) => Err(Failed::NotOurs(strange)),
            None => lock.begin().and_then(|()| fs::create_dir(&folder)).map_err(unwritten),
        };
        if let Err(failed) = made {
            lock.end();
            return Err(failed);
        }
        let building = Self { folder, aside, lock };
        // Whoever may read what was there may read what comes.
        if let Ok(there) = fs::metadata(place.folder())
            && let Err(error) = fs::set_permissions(&building.folder, there.permissions())
        {
            let failed = Failed::Unwritten(building.folder.clone(), error);
            return Err(building.broken_off(failed));
        }
        Ok(building)
    }

    /// How files are here.
    pub fn ways(&self) -> Result<Ways, Failed> {
        let (lower, upper) = (self.folder.join(".a"), self.folder.join(".A"));
        let probe = || {
            let mode = File::create(&lower)?.metadata()?.mode();
            let tells_cases_apart = !upper.exists();
            fs::remove_file(&lower)?;
            Ok(Ways { tells_cases_apart, mode })
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

    /// Puts it in its place, and takes away what was there; whether that was done in one step.
    pub fn finish(self, place: &Place, manifest: &Manifest) -> Result<bool, Failed> {
        match self.exchange(place, manifest) {
            Ok(at_once) => {
                self.give_up();
                Ok(at_once)
            }
            Err(error) => {
                let failed = Failed::Unwritten(self.folder.clone(), error);
                Err(self.broken_off(failed))
            }
        }
    }

    /// Puts it in its place, and what was there in its own.
    fn exchange(&self, place: &Place, manifest: &Manifest) -> io::Result<bool> {
        manifest.write(&self.folder)?;
        swap::settle(&self.folder)?;
        swap::exchange(&self.folder, place.folder(), &self.aside)
    }

    /// Takes it away because of this.
    pub fn broken_off(self, failed: Failed) -> Failed {
        self.give_up();
        failed
    }

    /// Takes it away. What is left of it the next export takes away.
    pub fn give_up(self) {
        if remove(&self.folder).is_ok() && !swap::is_export(&self.aside) {
            self.lock.end();
        }
    }
}

/// Takes a folder away, if it is there; of a link, that alone.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use super::super::place::Taken;
    use super::*;
    use std::os::unix::fs::symlink;

    fn place(root: &Path) -> Place {
        let other = root.join("other");
        let taken = Taken { content: &other, feeds: &other, state: &other };
        Place::at(&root.join("www/tin"), taken).expect("nothing is there")
    }

    fn manifest() -> Manifest {
        Manifest {
            base: String::new(),
            made_by: String::new(),
            said: Vec::new(),
            entries: Vec::new(),
            leads: Vec::new(),
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("one").file_name().into_string().expect("it is UTF-8"))
            .collect();
        names.sort();
        names
    }

    fn begin(place: &Place) -> Building {
        Building::begin(place).expect("nobody else is at it")
    }

    #[test]
    fn nobody_begins_until_what_was_there_before_is_taken_away() {
        let root = tempfile::tempdir().expect("a folder");
        let place = place(root.path());
        assert!(begin(&place).finish(&place, &manifest()).expect("it can be written"));
        let first = begin(&place);
        let is_in_use = || matches!(Building::begin(&place), Err(Failed::InUse(_)));
        assert!(is_in_use());
        first.write_bytes("a", 0, b"a").expect("it can be written");
        first.exchange(&place, &manifest()).expect("it can be exchanged");
        assert!(is_in_use(), "the one before is still there");
        first.give_up();
        begin(&place).give_up();
        assert_eq!(names(&root.path().join("www")), ["tin"]);
        assert_eq!(names(place.folder()), [".bantin-export", "a"]);
    }

    #[test]
    fn what_one_that_was_cut_off_left_is_taken_away_and_what_it_put_aside_comes_back() {
        let root = tempfile::tempdir().expect("a folder");
        let place = place(root.path());
        begin(&place).finish(&place, &manifest()).expect("it can be written");
        let cut_off = begin(&place);
        cut_off.write_bytes("feeds/half", 0, b"a").expect("it can be written");
        fs::rename(place.folder(), &cut_off.aside).expect("it can be renamed");
        drop(cut_off);
        begin(&place).give_up();
        assert_eq!(names(&root.path().join("www")), ["tin"]);
        assert_eq!(names(place.folder()), [".bantin-export"]);
    }

    #[test]
    fn what_is_not_ours_stays_as_it_is_whatever_it_is_called() {
        let root = tempfile::tempdir().expect("a folder");
        let place = place(root.path());
        let [new, old, precious] =
            ["www/.tin.bantin-new", "www/.tin.bantin-old", "precious"].map(|name| root.path().join(name));
        for folder in [&precious, &old] {
            fs::create_dir_all(folder.join("sub")).expect("a folder");
            fs::write(folder.join("sub/a"), "a").expect("a file");
        }
        let is_refused = || matches!(Building::begin(&place), Err(Failed::NotOurs(name)) if name == new);
        symlink(&precious, &new).expect("a link");
        assert!(is_refused());
        fs::remove_file(&new).expect("a link");
        fs::create_dir(&new).expect("a folder");
        fs::write(new.join("a"), "a").expect("a file");
        assert!(is_refused());
        assert_eq!(names(&new), ["a"]);
        fs::remove_dir_all(&new).expect("a folder");

        // Neither is it when somebody was cut off there.
        drop(begin(&place));
        fs::remove_dir(&new).expect("a folder");
        symlink(&precious, &new).expect("a link");
        begin(&place).finish(&place, &manifest()).expect("it can be written");
        assert_eq!(names(&root.path().join("www")), [".tin.bantin-old", "tin"]);
        for folder in [&precious, &old] {
            assert_eq!(names(&folder.join("sub")), ["a"]);
        }
    }
}
