//! All receipts gone through: those of all articles, and then those whose files are gone.

use super::clerk::Failure;
use super::mirror::{Listed, Mirror};
use crate::intake::Kind;
use crate::journal::Reader;
use crate::words::ContentPath;
use std::path::PathBuf;

/// How many files are asked for at once.
const AT_ONCE: usize = 64;

/// How far they have been gone through.
pub(super) enum Round {
    /// The articles behind this path come next.
    Articles(String),
    /// These folders of receipts are to be looked through.
    Folders(Vec<Vec<String>>),
}

impl Default for Round {
    fn default() -> Self {
        Self::Articles(String::new())
    }
}

impl Round {
    /// Goes a step further, and gives back for which files receipts may have to be written or removed; `None` at the end.
    pub(super) fn step(
        &mut self,
        mirror: &Mirror,
        reader: &Reader,
        is_apart: impl Fn(&ContentPath) -> bool,
    ) -> Result<Option<Vec<ContentPath>>, Failure> {
        match self {
            Self::Articles(behind) => {
                let paths = reader.paths_after(behind, AT_ONCE)?;
                match paths.last() {
                    Some(last) => *behind = last.as_str().to_owned(),
                    None => *self = Self::Folders(vec![Vec::new()]),
                }
                Ok(Some(paths))
            }
            Self::Folders(folders) => {
                let Some(folder) = folders.last().cloned() else { return Ok(None) };
                let (gone, inner) = strays(mirror, reader, &folder, is_apart)?;
                folders.pop();
                folders.extend(inner);
                Ok(Some(gone))
            }
        }
    }
}

/// The files whose receipts lie in a folder though nobody knows them, and the folders in it.
fn strays(
    mirror: &Mirror,
    reader: &Reader,
    folder: &[String],
    is_apart: impl Fn(&ContentPath) -> bool,
) -> Result<(Vec<ContentPath>, Vec<Vec<String>>), Failure> {
    let way: Vec<&str> = folder.iter().map(String::as_str).collect();
    let Listed { files, folders } = mirror.list(&way)?;
    if files.is_empty() && folders.is_empty() && !way.is_empty() {
        mirror.remove_empty(&way)?;
    }
    let mut gone = Vec::new();
    for name in files.iter().filter_map(|name| name.to_str()?.strip_suffix(".txt")) {
        let place: PathBuf = folder.iter().map(String::as_str).chain([name]).collect();
        let Some(path) = ContentPath::new(&place).filter(|path| Kind::of(path).is_some()) else { continue };
        let is_known = reader.article_at(&path)?.is_some() || reader.preface_at(&path)?.is_some();
        if !is_known && !is_apart(&path) {
            gone.push(path);
        }
    }
    let inner = folders.iter().filter_map(|name| name.to_str());
    let inner = inner.map(|name| folder.iter().cloned().chain([name.to_owned()]).collect());
    Ok((gone, inner.collect()))
}
