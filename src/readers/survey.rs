//! A walk through the folder against what is remembered of it. Both come in the order of paths, so that neither is held
//! in memory: only what differs is.

use super::Desk;
use crate::edition::Stamp;
use crate::folder::{Standing, Walk};
use crate::journal::FileRow;
use crate::words::ContentPath;
use std::io;
use std::path::{Path, PathBuf};

/// A regular file whose state is not the remembered one.
#[derive(Clone, Debug)]
pub struct Found {
    /// The path it is known by.
    pub path: ContentPath,
    /// Its place as the disk spells it.
    pub place: PathBuf,
    /// Its state.
    pub stamp: Stamp,
}

/// What a walk met that is not as it is remembered.
#[derive(Debug, Default)]
pub struct Survey {
    /// Files that are new or in another state.
    pub changed: Vec<Found>,
    /// Paths that were read before and are not there.
    pub gone: Vec<ContentPath>,
    /// How many files were remembered.
    pub remembered: usize,
    /// How many of those are there.
    pub here: usize,
    /// How many files that have a role are there.
    pub files: usize,
    /// What could not be told.
    pub walk: Walk,
}

impl Survey {
    /// Whether it could not be told what stands at a path.
    pub fn is_unknown(&self, path: &ContentPath) -> bool {
        self.walk.unreadable.iter().filter_map(|(place, _)| ContentPath::new(place)).any(|unknown| {
            let rest = path.as_str().strip_prefix(unknown.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

impl Desk {
    pub(super) fn survey(&self, place: &Path) -> io::Result<Survey> {
        let Some(door) = &self.memory else { return self.compare(place, &mut || Ok(None)) };
        let beginning =
            ContentPath::new(place).map_or_else(String::new, |path| format!("{}/", path.as_str()));
        let reader = door.reader().map_err(io::Error::other)?;
        let survey = reader.with_files(&beginning, |next| self.compare(place, next));
        survey.map_err(io::Error::other)?
    }

    fn compare(&self, place: &Path, next: Next<'_>) -> io::Result<Survey> {
        let mut survey = Survey::default();
        let mut advance = |remembered: &mut usize| -> io::Result<Option<(ContentPath, FileRow)>> {
            let row = next().map_err(io::Error::other)?;
            *remembered += usize::from(row.is_some());
            Ok(row)
        };
        let mut fault = None;
        let mut row = advance(&mut survey.remembered)?;
        let walk = self.folder.walk(place, &self.names, &mut |met| {
            let Standing::File(stamp) = met.standing()? else { return Ok(()) };
            survey.files += 1;
            let mut pass = || -> io::Result<bool> {
                while let Some((path, _)) = row.take_if(|(path, _)| *path < met.path) {
                    survey.gone.push(path);
                    row = advance(&mut survey.remembered)?;
                }
                let Some((path, file)) = row.take_if(|(path, _)| *path == met.path) else { return Ok(false) };
                survey.here += 1;
                row = advance(&mut survey.remembered)?;
                Ok(file.stamp == Some(stamp) && file.place_of(&path) == met.place)
            };
            match pass() {
                Ok(true) => {}
                Ok(false) => survey.changed.push(Found { path: met.path, place: met.place, stamp }),
                Err(error) => fault = Some(error),
            }
            Ok(())
        })?;
        while let Some((path, _)) = row {
            survey.gone.push(path);
            row = advance(&mut survey.remembered)?;
        }
        if let Some(error) = fault {
            return Err(error);
        }
        survey.walk = walk;
        survey.gone =
            std::mem::take(&mut survey.gone).into_iter().filter(|path| !survey.is_unknown(path)).collect();
        Ok(survey)
    }
}

/// Gives the next file that is remembered.
type Next<'a> = &'a mut dyn FnMut() -> rusqlite::Result<Option<(ContentPath, FileRow)>>;
