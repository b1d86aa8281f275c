//! Who exports to a place: one at a time, until nothing of it is left beside the folder.

use rustix::fs::OFlags;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What stands in the file while something lies beside the folder.
const BUSY: &[u8] = b"bantin build\n";

/// The place's own file. It goes when all is done; one that was cut off leaves it, and with it the word that what lies there is its.
pub(super) struct Lock {
    place: PathBuf,
    file: File,
}

impl Lock {
    /// The file at this path, taken by nobody else; `None` when it is.
    pub fn take(place: PathBuf) -> io::Result<Option<Self>> {
        loop {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            // Where it leads to is nobody's business.
            options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
            let file = options.open(&place)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Whoever had it may have taken it away between the two.
            if is_still_called(&file, &place)? {
                return Ok(Some(Self { place, file }));
            }
        }
    }

    /// Whether whoever had it before was cut off.
    pub fn was_left(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.len() > 0)
    }

    /// Says that what lies beside the folder from now on is ours.
    pub fn begin(&mut self) -> io::Result<()> {
        if self.was_left()? { Ok(()) } else { self.file.write_all(BUSY) }
    }

    /// Takes it away: nothing of ours lies there any more.
    pub fn end(self) {
        // Where it stays, the next one thinks that this one was cut off, and finds nothing.
        let _ = fs::remove_file(&self.place);
    }
}

fn is_still_called(file: &File, place: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::symlink_metadata(place) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(place: &Path) -> Option<Lock> {
        Lock::take(place.to_owned()).expect("it can be asked for")
    }

    #[test]
    fn one_has_it_until_it_is_ended_and_who_was_cut_off_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join(".tin.bantin-lock");
        let mut first = take(&place).expect("it is free");
        assert!(take(&place).is_none());
        first.begin().expect("it can be written");
        assert!(take(&place).is_none());
        first.end();
        assert!(!place.exists());

        let mut second = take(&place).expect("it is free");
        assert!(!second.was_left().expect("it can be read"));
        second.begin().expect("it can be written");
        drop(second);
        assert!(take(&place).expect("it is free").was_left().expect("it can be read"));
    }

    #[test]
    fn it_is_no_link_to_something_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let [place, other] = [".tin.bantin-lock", "other"].map(|name| folder.path().join(name));
        fs::write(&other, "").expect("a file");
        std::os::unix::fs::symlink(&other, &place).expect("a link");
        assert!(Lock::take(place).is_err());
    }
}
