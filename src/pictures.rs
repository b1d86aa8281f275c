//! Pictures that were in dropped files, kept in the state folder by what names their bytes. So the last good version of
//! an article has its own, whatever becomes of its file meanwhile.

use crate::folder::Folder;
use crate::intake::Picture;
use crate::words::{ContentPath, Fingerprint};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How often it is looked for pictures that nothing names.
const TIDYING: Duration = Duration::from_secs(3600);
/// How long a picture may be there before something names it: the article it came in may wait to be written down.
const UNNAMED: Duration = Duration::from_secs(3600);

/// The folder of pictures.
#[derive(Debug)]
pub struct Pictures {
    folder: PathBuf,
    tidied: Mutex<Option<Instant>>,
    /// How many were written, to tell those that are being written from each other.
    written: AtomicU64,
}

/// A picture that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The path it is served by.
    pub path: ContentPath,
    /// Its media type.
    pub media_type: &'static str,
    /// What names its bytes.
    pub content: Fingerprint,
    /// How many there are.
    pub length: u64,
    /// Its name in the folder of pictures.
    pub name: String,
}

impl Pictures {
    /// Those of a state folder.
    pub fn new(state: &Path) -> Self {
        Self { folder: state.join("pictures"), tidied: Mutex::default(), written: AtomicU64::default() }
    }

    /// Where they are opened to be served.
    pub fn folder(&self) -> Folder {
        Folder::new(self.folder.clone())
    }

    /// Puts a picture on disk, durably, if it is not there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, picture: &Picture) -> io::Result<Kept> {
        let Picture { path, media_type, content, bytes } = picture;
        let name = format!("{content}.{}", path.extension());
        let place = self.folder.join(&name);
        let length = bytes.len() as u64;
        if fs::metadata(&place).is_ok_and(|there| there.is_file() && there.len() == length) {
            // It is wanted again; where that cannot be noted, it cannot be removed either.
            let _ = File::open(&place).and_then(|file| file.set_modified(SystemTime::now()));
        } else {
            self.write(&place, bytes)?;
        }
        Ok(Kept { path: path.clone(), media_type, content: *content, length, name })
    }

    fn write(&self, place: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let beginning = self.folder.join(format!(".{}-{number}", std::process::id()));
        let written = File::create(&beginning).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beginning, place)?;
            File::open(&self.folder)?.sync_all()
        });
        if written.is_err() {
            // What is left of it goes with the next tidying otherwise.
            let _ = fs::remove_file(&beginning);
        }
        written
    }

    /// Removes what nothing names, if it is time to look for that.
    pub fn tidy(&self, named: impl FnOnce() -> Option<HashSet<String>>) {
        let mut tidied = self.tidied.lock().unwrap_or_else(PoisonError::into_inner);
        if tidied.is_some_and(|tidied| tidied.elapsed() < TIDYING) {
            return;
        }
        *tidied = Some(Instant::now());
        self.clear(UNNAMED, named);
    }

    /// Removes what nothing names any more, at once. Should an article wait to be written down just then, its file is read again.
    pub fn remove_unnamed(&self, named: impl FnOnce() -> Option<HashSet<String>>) {
        self.clear(Duration::ZERO, named);
    }

    fn clear(&self, unnamed: Duration, named: impl FnOnce() -> Option<HashSet<String>>) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let Some(named) = named() else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let is_named = name.to_str().is_some_and(|name| named.contains(name));
            let is_beginning = name.as_encoded_bytes().starts_with(b".");
            let longest = if is_beginning { UNNAMED } else { unnamed };
            let is_old = longest.is_zero()
                || entry.metadata().is_ok_and(|there| {
                    there.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= longest))
                });
            if !is_named && is_old {
                // Another time.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn picture(bytes: &'static [u8]) -> Picture {
        let path = ContentPath::new(Path::new("tin/a.docx/0.png")).expect("a path");
        let content = Fingerprint::of([bytes]);
        Picture { path, media_type: "image/png", content, bytes: Bytes::from_static(bytes) }
    }

    #[test]
    fn a_picture_is_kept_until_nothing_names_it_for_long() {
        let state = tempfile::tempdir().expect("a folder");
        let pictures = Pictures::new(state.path());
        let [one, other] =
            [b"one".as_slice(), b"other"].map(|bytes| pictures.keep(&picture(bytes)).expect("it is kept"));
        assert_eq!(pictures.keep(&picture(b"one")).expect("it is there"), one);
        let place = |kept: &Kept| state.path().join("pictures").join(&kept.name);
        assert_eq!(fs::read(place(&one)).expect("a file"), b"one");
        assert_eq!(fs::read_dir(state.path().join("pictures")).expect("a folder").count(), 2);

        let age = |kept: &Kept| {
            let long_ago = SystemTime::now() - UNNAMED * 2;
            File::open(place(kept))
                .and_then(|file| file.set_modified(long_ago))
                .expect("its time can be set");
        };
        let named = || Some(HashSet::from([other.name.clone()]));
        Pictures::new(state.path()).tidy(named);
        assert!(place(&one).exists(), "it is young");
        [&one, &other].into_iter().for_each(age);
        Pictures::new(state.path()).tidy(|| None);
        assert!(place(&one).exists(), "nobody knows what is named");
        Pictures::new(state.path()).tidy(named);
        assert!(!place(&one).exists() && place(&other).exists());
    }

    #[test]
    fn a_picture_that_must_go_goes_at_once_unless_something_else_names_it() {
        let state = tempfile::tempdir().expect("a folder");
        let pictures = Pictures::new(state.path());
        let [one, other] =
            [b"one".as_slice(), b"other"].map(|bytes| pictures.keep(&picture(bytes)).expect("it is kept"));
        fs::write(state.path().join("pictures/.1-1"), "half of one").expect("a file");
        let named = || Some(HashSet::from([other.name.clone()]));
        pictures.remove_unnamed(named);
        let is_there = |name: &str| state.path().join("pictures").join(name).exists();
        assert!(!is_there(&one.name) && is_there(&other.name));
        assert!(is_there(".1-1"), "it is being written");
    }
}
