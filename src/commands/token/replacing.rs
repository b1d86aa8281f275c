//! One small file, replaced as a whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

/// The longest file that is taken for settings.
const LONGEST: u64 = 256 << 10;

/// A file as it was read.
pub(super) struct Kept {
    /// What it says.
    pub text: String,
    /// Whoever else would change a file there waits for this.
    turn: File,
    mode: u32,
    owner: (u32, u32),
}

impl Kept {
    /// Reads a file that is no link; nobody else who asks like this gets at it before this is gone.
    pub fn read(place: &Path) -> io::Result<Self> {
        let turn = File::open(folder_of(place))?;
        // Some shares know no locks; there it goes without.
        let _ = turn.lock();
        let found = fs::symlink_metadata(place)?;
        if !found.is_file() {
            return Err(io::Error::other("it is a link, or no file"));
        }
        if found.len() > LONGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut text = String::new();
        File::open(place)?.take(LONGEST).read_to_string(&mut text)?;
        Ok(Self { text, turn, mode: found.mode(), owner: (found.uid(), found.gid()) })
    }
}

/// Puts a text in the place of what was read there, with the same owner and rights.
pub(super) fn replace(place: &Path, kept: &Kept, text: &str) -> io::Result<()> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder_of(place).join(format!(".{name}.{}", std::process::id()));
    let replaced = write(&beside, kept, text).and_then(|()| {
        if fs::read(place)? != kept.text.as_bytes() {
            return Err(io::Error::other("somebody else is changing it"));
        }
        fs::rename(&beside, place)
    });
    if replaced.is_err() {
        let _ = fs::remove_file(&beside);
        return replaced;
    }
    // It stands there; whether a power cut could still undo that is not worth saying that it does not.
    let _ = kept.turn.sync_all();
    Ok(())
}

fn write(beside: &Path, kept: &Kept, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?;
    let made = file.metadata()?;
    if (made.uid(), made.gid()) != kept.owner {
        fchown(&file, Some(kept.owner.0), Some(kept.owner.1))?;
    }
    file.write_all(text.as_bytes())?;
    file.set_permissions(Permissions::from_mode(kept.mode & 0o7777))?;
    file.sync_all()
}

fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
