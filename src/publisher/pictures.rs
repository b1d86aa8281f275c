//! The pictures that were in the files of articles: written down with them, served while they are out.

use super::deciding::Deciding;
use crate::edition::{Media, Stamp, Validators};
use crate::journal::{Record, State, Write};
use crate::pictures::Kept;
use crate::words::ContentPath;
use rusqlite::Result;
use std::path::PathBuf;
use std::sync::Arc;

impl Deciding<'_> {
    /// Writes down which pictures an article has now.
    pub(super) fn keep_pictures(&mut self, record: &Record, pictures: &[Kept]) -> Result<()> {
        let before = self.session.pictures_of(record.key)?;
        if before.is_empty() && pictures.is_empty() {
            return Ok(());
        }
        let media = pictures.iter().map(|kept| {
            let Kept { path, media_type, content, length, name } = kept.clone();
            let media = Media {
                place: PathBuf::from(name),
                within: Some(record.key),
                media_type,
                stamp: Stamp { length, modified_ns: 0, changed_ns: 0, inode: 0 },
                validators: Validators::first(content, self.now),
            };
            (path, media)
        });
        self.session.write(&Write::Pictures(record.key, media.collect()), self.now)?;
        self.decided.pictures.extend(before.into_iter().map(|(path, _)| (path, None)));
        self.show_pictures(record)
    }

    /// Has the pictures of an article served, if it is out.
    pub(super) fn show_pictures(&mut self, record: &Record) -> Result<()> {
        if record.state == State::Published {
            let pictures = self.session.pictures_of(record.key)?.into_iter();
            self.decided.pictures.extend(pictures.map(|(path, media)| (path, Some(media))));
        }
        Ok(())
    }
}

/// The pictures that are served after some of them came and others went, and whether they are others than before.
pub(super) fn with_changes(
    pictures: &imbl::OrdMap<ContentPath, Arc<Media>>,
    changes: &[(ContentPath, Option<Media>)],
) -> (imbl::OrdMap<ContentPath, Arc<Media>>, bool) {
    let mut after = pictures.clone();
    for (path, media) in changes {
        match media {
            Some(media) => drop(after.insert(path.clone(), Arc::new(media.clone()))),
            None => drop(after.remove(path)),
        }
    }
    let differs = changes.iter().any(|(path, _)| after.get(path) != pictures.get(path));
    (after, differs)
}
