//! The content folder on disk: what stands there, and its bytes. The only place that opens what people dropped.
//!
//! Nothing here follows a symbolic link below the folder, and nothing opens what is not a regular file.

mod file_system;
mod walk;

pub use file_system::FileSystem;
pub use walk::{Met, Walk};

use crate::edition::Stamp;
use crate::intake::names::{Names, Role};
use crate::words::ContentPath;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// How many folders deep content may lie.
pub const DEEPEST: usize = 32;

/// The content folder.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// Which folder the root is: a disk that went away leaves another one behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootIdentity {
    /// The file system.
    pub device: u64,
    /// The folder's number on it.
    pub inode: u64,
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A regular file in this state.
    File(Stamp),
    /// A folder.
    Folder,
    /// Nothing.
    Nothing,
    /// A link, device, pipe or socket: nothing that is read.
    Odd,
}

/// An open folder, for reading many of its files.
pub struct Shelf(OwnedFd);

impl Shelf {
    /// As [`Folder::standing`], by the name in this folder.
    ///
    /// # Errors
    /// As there.
    pub fn standing(&self, name: &OsStr) -> io::Result<Standing> {
        standing_in(&self.0, name)
    }

    /// The whole of a file of at most `longest` bytes, and its state. `None` when it changed under the reading.
    /// Of a longer file one byte more than that comes back, so that the reader sees it is too long.
    ///
    /// # Errors
    /// As [`Folder::open`], and whatever reading meets.
    pub fn read(&self, name: &OsStr, longest: usize) -> io::Result<Option<(Vec<u8>, Stamp)>> {
        read_in(&self.0, name, longest)
    }
}

impl Folder {
    /// The folder at `root`, which need not exist yet.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Which folder stands there now.
    ///
    /// # Errors
    /// When there is none, or it cannot be reached.
    pub fn identity(&self) -> io::Result<RootIdentity> {
        // Opened, not only looked at: a folder that may not be listed is not reached either.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let stat = rustix::fs::fstat(rustix::fs::open(&self.root, flags, Mode::empty())?)?;
        Ok(RootIdentity { device: stat.st_dev, inode: stat.st_ino })
    }

    /// The file system the folder itself lies on.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn file_system(&self) -> io::Result<FileSystem> {
        Ok(FileSystem::numbered(rustix::fs::statfs(&self.root)?.f_type))
    }

    /// Whether a folder is there that another file system is mounted on.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn is_mounted(&self, place: &Path) -> io::Result<bool> {
        let Some(parent) = place.parent() else { return Ok(false) };
        match self.folder(place) {
            Ok(folder) => Ok(device(&folder)? != device(&self.folder(parent)?)?),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// What stands at a place.
    ///
    /// # Errors
    /// When that cannot be told: not being allowed to look is not the same as nothing being there.
    pub fn standing(&self, place: &Path) -> io::Result<Standing> {
        let Some((parent, name)) = self.parent(place)? else { return Ok(Standing::Nothing) };
        standing_in(&parent, name)
    }

    /// Opens a regular file for reading, with the state it has.
    ///
    /// # Errors
    /// `NotFound` when there is none; others when it may not be opened or is no regular file.
    pub fn open(&self, place: &Path) -> io::Result<(File, Stamp)> {
        let Some((parent, name)) = self.parent(place)? else { return Err(io::ErrorKind::NotFound.into()) };
        open_in(&parent, name)
    }

    /// Opens a folder to read many of its files.
    ///
    /// # Errors
    /// When there is none, or it may not be opened.
    pub fn shelf(&self, place: &Path) -> io::Result<Shelf> {
        self.folder(place).map(Shelf)
    }

    /// The files in one folder, not below it.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn list(&self, place: &Path, names: &Names) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in rustix::fs::Dir::read_from(self.folder(place)?)? {
            let place = place.join(OsStr::from_bytes(entry?.file_name().to_bytes()));
            let is_content = |path: ContentPath| !matches!(names.role(&path), Role::Ignored);
            if ContentPath::new(&place).is_some_and(is_content) {
                files.push(place);
            }
        }
        files.sort();
        Ok(files)
    }

    /// The folder a place is in, and the place's own name; `None` when that folder is not there.
    fn parent<'a>(&self, place: &'a Path) -> io::Result<Option<(OwnedFd, &'a OsStr)>> {
        let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        match self.folder(place.parent().unwrap_or(Path::new(""))) {
            Ok(folder) => Ok(Some((folder, name))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Opens a folder step by step, so that no step is a link. A link where a folder should be is no folder.
    fn folder(&self, place: &Path) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        // That the root is not there must not look like "nothing stands at this place".
        let no_root = |error: rustix::io::Errno| {
            io::Error::other(format!("the content folder cannot be opened: {error}"))
        };
        let mut folder = rustix::fs::open(&self.root, flags, Mode::empty()).map_err(no_root)?;
        for (depth, step) in place.components().enumerate() {
            let Component::Normal(name) = step else { return Err(io::ErrorKind::InvalidInput.into()) };
            if depth >= DEEPEST {
                return Err(io::ErrorKind::NotFound.into());
            }
            folder = match rustix::fs::openat(&folder, name, flags | OFlags::NOFOLLOW, Mode::empty()) {
                Ok(folder) => folder,
                Err(rustix::io::Errno::LOOP) => return Err(io::ErrorKind::NotADirectory.into()),
                Err(error) => return Err(error.into()),
            };
        }
        Ok(folder)
    }
}

/// The file system a folder lies on.
fn device(folder: &OwnedFd) -> io::Result<u64> {
    Ok(rustix::fs::fstat(folder)?.st_dev)
}

fn standing_in(folder: &OwnedFd, name: &OsStr) -> io::Result<Standing> {
    let stat = match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => return Ok(Standing::Nothing),
        Err(error) => return Err(error.into()),
    };
    Ok(match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Standing::File(stamp(&stat)),
        FileType::Directory => Standing::Folder,
        _ => Standing::Odd,
    })
}

fn open_in(folder: &OwnedFd, name: &OsStr) -> io::Result<(File, Stamp)> {
    // Without O_NONBLOCK the opening of a pipe waits for somebody to write into it.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = rustix::fs::openat(folder, name, flags, Mode::empty())?;
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok((File::from(file), stamp(&stat)))
}

fn read_in(folder: &OwnedFd, name: &OsStr, longest: usize) -> io::Result<Option<(Vec<u8>, Stamp)>> {
    let (file, before) = open_in(folder, name)?;
    // Its state before and after says that there is no more, which another reading would only say again.
    let wanted = usize::try_from(before.length).unwrap_or(usize::MAX).min(longest + 1);
    let mut bytes = Vec::with_capacity(wanted);
    (&file).take(wanted as u64).read_to_end(&mut bytes)?;
    let after = stamp(&rustix::fs::fstat(&file)?);
    Ok((before == after && bytes.len() == wanted).then_some((bytes, after)))
}

fn stamp(stat: &rustix::fs::Stat) -> Stamp {
    let nanoseconds = |seconds: i64, rest: u64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
    Stamp {
        length: stat.st_size.cast_unsigned(),
        modified_ns: nanoseconds(stat.st_mtime, stat.st_mtime_nsec),
        changed_ns: nanoseconds(stat.st_ctime, stat.st_ctime_nsec),
        inode: stat.st_ino,
    }
}
