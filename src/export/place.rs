//! Where an export goes: an empty or missing folder, or one that an export made. Whatever else is there stays as it is.

use super::manifest::{self, Manifest};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// The folder that is to hold an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder itself, whole and without links.
    folder: PathBuf,
    /// The one it is in.
    around: PathBuf,
    name: std::ffi::OsString,
}

/// The folders that have another use.
#[derive(Clone, Copy)]
pub struct Taken<'a> {
    /// The content folder.
    pub content: &'a Path,
    /// That of the settings.
    pub feeds: &'a Path,
    /// That of the journal.
    pub state: &'a Path,
}

/// Why nothing may be exported there.
#[derive(Debug)]
pub enum Refused {
    /// It is the root of everything, or no folder can be called so.
    NoFolder,
    /// Something else is there.
    NotEmpty,
    /// What is there is no folder.
    NotAFolder,
    /// It has another use, or lies around a folder that has: this one.
    Taken(PathBuf),
    /// It lies in this folder, which has another use.
    Within(PathBuf),
    /// A disk is mounted there, and no other folder can take its place.
    Mounted,
    /// This link on the way there leads nowhere.
    Dangling(PathBuf),
    /// It cannot be reached or made.
    Unreachable(io::Error),
}

impl Place {
    /// The place at a path, if an export may go there. The folder around it is made where it is missing.
    ///
    /// # Errors
    /// When it may not.
    pub fn at(path: &Path, taken: Taken<'_>) -> Result<Self, Refused> {
        let whole = plain(&std::path::absolute(path).map_err(Refused::Unreachable)?);
        let folder = real(&whole);
        let (Some(around), Some(name)) = (folder.parent(), folder.file_name()) else {
            return Err(Refused::NoFolder);
        };
        if let Some(link) = folder.ancestors().find(|step| step.is_symlink()) {
            return Err(Refused::Dangling(link.to_owned()));
        }
        for other in [taken.content, taken.feeds, taken.state] {
            let real = real(&plain(other));
            if real.starts_with(&folder) {
                return Err(Refused::Taken(other.to_owned()));
            }
            if folder.starts_with(&real) {
                return Err(Refused::Within(other.to_owned()));
            }
        }
        std::fs::create_dir_all(around).map_err(Refused::Unreachable)?;
        let place = Self { around: around.to_owned(), name: name.to_owned(), folder };
        place.look()?;
        Ok(place)
    }

    /// Whether what is there may be replaced.
    pub(super) fn look(&self) -> Result<(), Refused> {
        let there = match std::fs::metadata(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Refused::Unreachable(error)),
            Ok(there) => there,
        };
        if !there.is_dir() {
            return Err(Refused::NotAFolder);
        }
        let around = std::fs::metadata(&self.around).map_err(Refused::Unreachable)?;
        if there.dev() != around.dev() {
            return Err(Refused::Mounted);
        }
        let mut within = std::fs::read_dir(&self.folder).map_err(Refused::Unreachable)?;
        let is_empty = within.next().is_none();
        if !is_empty && !self.folder.join(manifest::NAME).is_file() {
            return Err(Refused::NotEmpty);
        }
        Ok(())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A name of ours beside it.
    pub(super) fn beside(&self, what: &str) -> PathBuf {
        let mut name = std::ffi::OsString::from(".");
        name.push(&self.name);
        name.push(".bantin-");
        name.push(what);
        self.around.join(name)
    }

    /// What it says of itself, when an export of this bantin is there.
    pub(super) fn manifest(&self) -> Option<Manifest> {
        Manifest::read(&self.folder).ok()
    }
}

/// Without steps back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for step in path.components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            step => plain.push(step),
        }
    }
    plain
}

/// The path that leads there without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let mut rest = Vec::new();
    let mut there = path;
    loop {
        if let Ok(real) = there.canonicalize() {
            return rest.iter().rev().fold(real, |path, name| path.join(name));
        }
        let (Some(around), Some(name)) = (there.parent(), there.file_name()) else { return path.to_owned() };
        rest.push(name);
        there = around;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where an export to this path below a folder would go; `content`, `feeds` and `state` are there.
    fn placed(root: &Path, path: &str) -> Result<PathBuf, Refused> {
        let [content, feeds, state] = ["tin/content", "tin/feeds", "var/state"].map(|name| root.join(name));
        let taken = Taken { content: &content, feeds: &feeds, state: &state };
        let place = Place::at(&root.join(path), taken)?;
        Ok(place.folder().strip_prefix(root).expect("below the folder").to_owned())
    }

    #[test]
    fn an_export_goes_where_nothing_else_is() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path().canonicalize().expect("it is there");
        for folder in ["tin/content/a", "tin/feeds", "var/state", "empty", "full", "ours"] {
            std::fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        for file in ["full/notes.txt", "ours/index.html", "file"] {
            std::fs::write(root.join(file), "").expect("a file");
        }
        std::fs::write(root.join("ours").join(manifest::NAME), "").expect("a file");
        std::os::unix::fs::symlink("ours", root.join("link")).expect("a link");
        std::os::unix::fs::symlink("tin", root.join("around")).expect("a link");
        for (path, expected) in [
            ("new", "new"),
            ("deep/er/new", "deep/er/new"),
            ("empty", "empty"),
            ("ours", "ours"),
            ("link", "ours"),
            ("tin/public", "tin/public"),
            ("tin/content/../public", "tin/public"),
        ] {
            assert_eq!(placed(&root, path).expect(path), Path::new(expected), "{path}");
        }
        for path in ["tin/content", "tin", "var/state", "around/content", "."] {
            assert!(matches!(placed(&root, path), Err(Refused::Taken(_))), "{path}");
        }
        for path in ["tin/content/a/new", "tin/feeds/x", "var/state/x", "around/content/x"] {
            assert!(matches!(placed(&root, path), Err(Refused::Within(_))), "{path}");
        }
        std::os::unix::fs::symlink("no/disk", root.join("gone")).expect("a link");
        for path in ["gone", "gone/tin"] {
            assert!(
                matches!(placed(&root, path), Err(Refused::Dangling(link)) if link == root.join("gone")),
                "{path}"
            );
        }
        assert!(matches!(placed(&root, "full"), Err(Refused::NotEmpty)));
        assert!(matches!(placed(&root, "file"), Err(Refused::NotAFolder)));
        assert!(matches!(placed(&root, "../../../../../../../.."), Err(Refused::NoFolder)));
    }
}
