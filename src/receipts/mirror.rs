//! The folder with the receipts on disk: the only place that writes on the office's share. Whatever was not written by
//! bantin is left alone there, and no link is followed.

use crate::folder::{DEEPEST, RootIdentity};
use crate::render::receipt::is_ours;
use crate::words::ContentPath;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// What a receipt is called while it is being written.
const UNFINISHED: &str = ".bantin-unfinished";
/// How much of a file that stands there is read: no receipt is longer.
const LONGEST: u64 = 512 << 10;

/// The folder.
#[derive(Debug)]
pub struct Mirror {
    /// What has to be there.
    base: PathBuf,
    /// The steps from there, which are made and must be no links.
    steps: Vec<OsString>,
}

/// What came of writing a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It says so already.
    Same,
    /// It was written.
    Written,
    /// Something that bantin did not write stands there.
    InTheWay,
}

/// What is in a folder of receipts.
#[derive(Debug, Default)]
pub struct Listed {
    /// Its files.
    pub files: Vec<OsString>,
    /// The folders in it.
    pub folders: Vec<OsString>,
}

impl Mirror {
    /// The folder at `place`. Within the content folder links are followed nowhere; elsewhere the place itself may be
    /// one, because an administrator named it.
    pub fn at(place: &Path, content: &Path) -> Self {
        let (base, rest) = match (place.strip_prefix(content), place.parent(), place.file_name()) {
            (Ok(rest), _, _) => (content, rest),
            (Err(_), Some(parent), Some(name)) if !place.is_dir() => (parent, Path::new(name)),
            (Err(_), _, _) => (place, Path::new("")),
        };
        let names = rest.components().filter_map(|step| match step {
            Component::Normal(name) => Some(name.to_owned()),
            _ => None,
        });
        Self { base: base.to_owned(), steps: names.collect() }
    }

    /// Makes the folder where it is not there, and tells which it is.
    ///
    /// # Errors
    /// When it cannot be made or reached; the same for all that follow.
    pub fn make(&self) -> io::Result<RootIdentity> {
        let mut folder = open(&self.base)?;
        for step in &self.steps {
            folder = enter_or_make(&folder, step)?;
        }
        let stat = rustix::fs::fstat(&folder)?;
        Ok(RootIdentity { device: stat.st_dev, inode: stat.st_ino })
    }

    /// Whether something of this name stands in it.
    pub fn has(&self, name: &str) -> io::Result<bool> {
        let Some(folder) = self.folder(&[], false)? else { return Ok(false) };
        Ok(!matches!(standing(&folder, OsStr::new(name))?, Standing::Nothing))
    }

    /// Writes a file of this name for what lies in `folders`, unless it says the same already.
    pub fn put(&self, folders: &[&str], name: &str, text: &[u8]) -> io::Result<Put> {
        let Some(folder) = in_the_way(self.folder(folders, true))?.flatten() else {
            return Ok(Put::InTheWay);
        };
        match standing(&folder, OsStr::new(name))? {
            Standing::Nothing => {}
            Standing::Other => return Ok(Put::InTheWay),
            Standing::File(before) if before == text => return Ok(Put::Same),
            Standing::File(before) if is_ours(&before) => {}
            Standing::File(_) => return Ok(Put::InTheWay),
        }
        let written =
            write(&folder, text).and_then(|()| Ok(rustix::fs::renameat(&folder, UNFINISHED, &folder, name)?));
        if written.is_err() {
            // The next one takes its place.
            let _ = rustix::fs::unlinkat(&folder, UNFINISHED, AtFlags::empty());
        }
        written.map(|()| Put::Written)
    }

    /// Removes a file of this name that bantin wrote, and the folders that are empty then.
    pub fn remove(&self, folders: &[&str], name: &str) -> io::Result<()> {
        let Some(Some(folder)) = in_the_way(self.folder(folders, false))? else { return Ok(()) };
        if matches!(standing(&folder, OsStr::new(name))?, Standing::File(text) if is_ours(&text)) {
            rustix::fs::unlinkat(&folder, name, AtFlags::empty())?;
        }
        self.remove_empty(folders)
    }

    /// Removes these folders from the innermost on, as far as nothing is in them.
    pub fn remove_empty(&self, folders: &[&str]) -> io::Result<()> {
        for depth in (1..=folders.len()).rev() {
            let Some(parent) = self.folder(&folders[..depth - 1], false)? else { continue };
            match rustix::fs::unlinkat(&parent, folders[depth - 1], AtFlags::REMOVEDIR) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What is in one of its folders; nothing when that is not there.
    pub fn list(&self, folders: &[&str]) -> io::Result<Listed> {
        let mut listed = Listed::default();
        let Some(Some(folder)) = in_the_way(self.folder(folders, false))? else { return Ok(listed) };
        for entry in rustix::fs::Dir::read_from(&folder)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes()).to_owned();
            if name == "." || name == ".." {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::Unknown => kind(&folder, &name)?,
                kind => kind,
            };
            match kind {
                FileType::Directory if folders.len() < DEEPEST => listed.folders.push(name),
                FileType::RegularFile => listed.files.push(name),
                _ => {}
            }
        }
        Ok(listed)
    }

    /// Takes away everything that bantin wrote, and the folder itself if nothing is left in it.
    pub fn clear(&self) -> io::Result<()> {
        self.clear_below(&mut Vec::new())?;
        let Some((own, above)) = self.steps.split_last() else { return Ok(()) };
        let mut folder = open(&self.base)?;
        for step in above {
            folder = enter(&folder, step)?;
        }
        match rustix::fs::unlinkat(&folder, own, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn clear_below(&self, folders: &mut Vec<String>) -> io::Result<()> {
        let way: Vec<&str> = folders.iter().map(String::as_str).collect();
        let Listed { files, folders: inner } = self.list(&way)?;
        // Names that are no text were not written by bantin.
        for name in files.iter().filter_map(|name| name.to_str()) {
            if let Some(folder) = self.folder(&way, false)?
                && matches!(standing(&folder, OsStr::new(name))?, Standing::File(text) if is_ours(&text))
            {
                rustix::fs::unlinkat(&folder, name, AtFlags::empty())?;
            }
        }
        for name in inner.iter().filter_map(|name| name.to_str()) {
            folders.push(name.to_owned());
            self.clear_below(folders)?;
            folders.pop();
        }
        let way: Vec<&str> = folders.iter().map(String::as_str).collect();
        if way.is_empty() { Ok(()) } else { self.remove_empty(&way) }
    }

    /// Opens a folder step by step; `None` when it is not there and not to be made.
    fn folder(&self, folders: &[&str], make: bool) -> io::Result<Option<OwnedFd>> {
        let mut folder = open(&self.base)?;
        for step in self.steps.iter().map(OsString::as_os_str).chain(folders.iter().map(OsStr::new)) {
            let next = if make { enter_or_make(&folder, step) } else { enter(&folder, step) };
            folder = match next {
                Err(error) if !make && error.kind() == io::ErrorKind::NotFound => return Ok(None),
                next => next?,
            };
        }
        Ok(Some(folder))
    }
}

/// The folders and the name of the receipt for a file.
pub fn way(path: &ContentPath) -> (Vec<&str>, String) {
    (path.folders().collect(), crate::render::receipt::name(path.file_name()))
}

enum Standing {
    Nothing,
    /// A file that begins, or is, so.
    File(Vec<u8>),
    Other,
}

fn standing(folder: &OwnedFd, name: &OsStr) -> io::Result<Standing> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = match rustix::fs::openat(folder, name, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::NOENT) => return Ok(Standing::Nothing),
        Err(Errno::LOOP | Errno::NXIO | Errno::ACCESS) => return Ok(Standing::Other),
        Err(error) => return Err(error.into()),
    };
    if FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode) != FileType::RegularFile {
        return Ok(Standing::Other);
    }
    let mut bytes = Vec::new();
    File::from(file).take(LONGEST).read_to_end(&mut bytes)?;
    Ok(Standing::File(bytes))
}

fn kind(folder: &OwnedFd, name: &OsStr) -> io::Result<FileType> {
    match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(FileType::from_raw_mode(stat.st_mode)),
        Err(Errno::NOENT) => Ok(FileType::Unknown),
        Err(error) => Err(error.into()),
    }
}

fn write(folder: &OwnedFd, text: &[u8]) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let create = || rustix::fs::openat(folder, UNFINISHED, flags, Mode::from_raw_mode(0o666));
    let file = match create() {
        // Left by a power cut.
        Err(Errno::EXIST) => {
            rustix::fs::unlinkat(folder, UNFINISHED, AtFlags::empty())?;
            create()?
        }
        file => file?,
    };
    File::from(file).write_all(text)
}

fn open(folder: &Path) -> io::Result<OwnedFd> {
    Ok(rustix::fs::open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

fn enter(folder: &OwnedFd, name: &OsStr) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Ok(rustix::fs::openat(folder, name, flags, Mode::empty())?)
}

fn enter_or_make(folder: &OwnedFd, name: &OsStr) -> io::Result<OwnedFd> {
    match enter(folder, name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match rustix::fs::mkdirat(folder, name, Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => enter(folder, name),
                Err(error) => Err(error.into()),
            }
        }
        entered => entered,
    }
}

/// `None` when a link or file stands where a folder should be: that is nobody's fault but its owner's.
fn in_the_way<T>(opened: io::Result<T>) -> io::Result<Option<T>> {
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
        Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => Ok(None),
        Err(error) => Err(error),
    }
}
