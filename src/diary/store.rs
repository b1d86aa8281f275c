//! The file in the state folder. It is written whole beside itself and then renamed; nobody but its owner may read it.

use crate::habits::{Habits, LONGEST_WRITTEN, Secret};
use crate::journal::set_aside;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What its owner may do, and nobody else.
const OWNERS: u32 = 0o600;

/// Where it lies.
pub struct Store {
    path: PathBuf,
    /// Whether it was told that it cannot be written.
    is_told: bool,
}

/// What was found at the start.
pub struct Found {
    pub store: Store,
    /// What was kept, if anything was.
    pub kept: Option<(Secret, Habits)>,
    /// Where a damaged one is kept.
    pub damaged: Option<PathBuf>,
}

pub fn open(state: &Path) -> Found {
    let path = state.join("habits.json");
    let (kept, damaged) = match read(&path) {
        Ok(bytes) => match Habits::read(&bytes) {
            Ok(kept) => (Some(kept), None),
            Err(why) => (None, set_aside_because(&path, &why)),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => (None, None),
        Err(error) => (None, set_aside_because(&path, &error)),
    };
    Found { store: Store { path, is_told: false }, kept, damaged }
}

fn set_aside_because(path: &Path, why: &dyn std::error::Error) -> Option<PathBuf> {
    let (path, kept_as) = (path.display(), set_aside(path));
    match &kept_as {
        Ok(kept_as) => {
            let kept_as = kept_as.display();
            tracing::error!(
                "{path} cannot be used: {why}; it is kept as {kept_as} and readers are counted anew"
            );
        }
        Err(error) => tracing::error!("{path} cannot be used: {why}; nor can it be set aside: {error}"),
    }
    kept_as.ok()
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One that was written is shorter, and one that is cut is not what was written.
    File::open(path)?.take(LONGEST_WRITTEN).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Store {
    /// Writes this; gives back whether it could be written. That it cannot is told once.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        let written = self.put(bytes);
        if let Err(error) = &written
            && !self.is_told
        {
            tracing::warn!("what is known of readers cannot be kept in {}: {error}", self.path.display());
        }
        self.is_told = written.is_err();
        written.is_ok()
    }

    fn put(&self, bytes: &[u8]) -> io::Result<()> {
        let beside = self.path.with_extension("new");
        // One that was left behind may be another's to read.
        match std::fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNERS).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)
    }
}
