//! A walk through the content folder, or a part of it.

use super::{DEEPEST, FileSystem, Folder, Standing, device, standing_in};
use crate::intake::names::{Names, Role};
use crate::words::ContentPath;
use rustix::fs::FileType;
use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A file that a walk met.
pub struct Met<'a> {
    folder: &'a OwnedFd,
    name: &'a OsStr,
    /// Its place as the disk spells it.
    pub place: PathBuf,
    /// The path it is known by.
    pub path: ContentPath,
}

impl Met<'_> {
    /// What stands there.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn standing(&self) -> io::Result<Standing> {
        standing_in(self.folder, self.name)
    }
}

/// What a walk through a folder could not tell.
#[derive(Debug, Default)]
pub struct Walk {
    /// Folders and files that could not be read to their end: what lies there is unknown, not gone.
    pub unreadable: Vec<(PathBuf, io::Error)>,
    /// How many entries were passed over by name or kind.
    pub ignored: u64,
    /// The first folder in it on a file system that does not tell of changes.
    pub silent: Option<(PathBuf, FileSystem)>,
    /// The folders in it that another file system is mounted on.
    pub mounts: Vec<PathBuf>,
}

impl Walk {
    /// Notes what a folder lies on, where that is not what the one `above` lies on. Gives back what it is.
    fn pass(&mut self, place: &Path, folder: &OwnedFd, above: Option<u64>) -> io::Result<u64> {
        let device = device(folder)?;
        if above != Some(device) {
            if above.is_some() {
                self.mounts.push(place.to_owned());
            }
            let file_system = FileSystem::numbered(rustix::fs::fstatfs(folder)?.f_type);
            if !file_system.tells && self.silent.is_none() {
                self.silent = Some((place.to_owned(), file_system));
            }
        }
        Ok(device)
    }
}

impl Folder {
    /// Walks the folder at `place` (empty for the root) and all below it, in the order of paths, and shows every entry
    /// that has a role by its name, unless the disk says that it is no file. What `each` cannot read is unreadable.
    ///
    /// # Errors
    /// When `place` itself cannot be listed.
    pub fn walk(
        &self,
        place: &Path,
        names: &Names,
        each: &mut dyn FnMut(Met<'_>) -> io::Result<()>,
    ) -> io::Result<Walk> {
        let mut walk = Walk::default();
        let path = ContentPath::new(place);
        let above = place.parent().map(|parent| device(&self.folder(parent)?)).transpose()?;
        self.walk_into(place, path.as_ref(), above, names, &mut walk, each)?;
        Ok(walk)
    }

    fn walk_into(
        &self,
        place: &Path,
        path: Option<&ContentPath>,
        above: Option<u64>,
        names: &Names,
        walk: &mut Walk,
        each: &mut dyn FnMut(Met<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let folder = self.folder(place)?;
        let device = walk.pass(place, &folder, above)?;
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::read_from(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if matches!(name, b"." | b"..") {
                continue;
            }
            let name = OsStr::from_bytes(name).to_owned();
            let kind = match entry.file_type() {
                // Not every file system says it here.
                FileType::Unknown => match standing_in(&folder, &name) {
                    Ok(Standing::Nothing) => continue,
                    Ok(Standing::Folder) => FileType::Directory,
                    Ok(Standing::File(_)) => FileType::RegularFile,
                    Ok(Standing::Odd) => FileType::Socket,
                    Err(error) => {
                        walk.unreadable.push((place.join(&name), error));
                        continue;
                    }
                },
                kind => kind,
            };
            let is_folder = kind == FileType::Directory;
            let path = ContentPath::within(path, &name);
            // What is in a folder comes where its path does, with the `/` after its name.
            let order = if is_folder { format!("{}/", path.as_str()) } else { path.as_str().to_owned() };
            entries.push((order, path, name, kind));
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, path, name, kind) in entries {
            let place = place.join(&name);
            match kind {
                FileType::RegularFile if !matches!(names.role(&path), Role::Ignored) => {
                    if let Err(error) = each(Met { folder: &folder, name: &name, place: place.clone(), path })
                    {
                        walk.unreadable.push((place, error));
                    }
                }
                FileType::Directory if names.is_ignored_folder(&path) => walk.ignored += 1,
                FileType::Directory if place.components().count() >= DEEPEST => {
                    let error = io::Error::other(format!("it lies more than {DEEPEST} folders deep"));
                    walk.unreadable.push((place, error));
                }
                FileType::Directory => {
                    if let Err(error) = self.walk_into(&place, Some(&path), Some(device), names, walk, each) {
                        walk.unreadable.push((place, error));
                    }
                }
                _ => walk.ignored += 1,
            }
        }
        Ok(())
    }
}
