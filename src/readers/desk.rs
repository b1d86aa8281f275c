//! What a reader does: looks at a place, reads an article or media, keeps the pictures that were in a file.

use super::settings::read_settings;
use super::{Job, Look, Looked, Report, Roots};
use crate::folder::{self, Folder, Standing};
use crate::intake::names::{Names, Role};
use crate::intake::{self, Beside, Kind, LONGEST_TEXT, Queries, Reading, Source};
use crate::journal::{self, Door};
use crate::pictures::{Kept, Pictures};
use crate::settings::FeedDefinition;
use crate::words::{Article, ContentPath, Fingerprint, Matches, Site, media_type};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where and how to read.
pub struct Desk {
    /// The content folder.
    pub folder: Folder,
    /// The folder with the settings.
    pub feeds: PathBuf,
    /// What names mean.
    pub names: Arc<Names>,
    /// The site articles are read for.
    pub site: Arc<Site>,
    /// What feeds ask of the words of articles.
    pub queries: Arc<Queries>,
    /// What decides how a file is read, besides the file.
    pub reading: Fingerprint,
    /// What the folder is compared with.
    pub memory: Option<Door>,
    /// Where pictures go that are in files.
    pub pictures: Option<Arc<Pictures>>,
}

impl Desk {
    /// A desk for a site.
    pub fn new(
        folder: Folder,
        feeds: PathBuf,
        names: Arc<Names>,
        site: Arc<Site>,
        memory: Option<Door>,
    ) -> Self {
        let parts = [
            env!("BANTIN_READING"),
            site.base.as_str(),
            site.language.as_str(),
            site.zone.name().unwrap_or(""),
            &site.default_category.label,
        ];
        let ignored = site.ignore.iter().map(String::as_str);
        let reading = Fingerprint::of(parts.into_iter().chain(ignored));
        Self { folder, feeds, names, site, queries: Arc::default(), reading, memory, pictures: None }
    }

    /// The same desk for the feeds of these definitions.
    pub fn for_feeds(self, definitions: &[FeedDefinition]) -> Self {
        let queries = Queries::of(definitions.iter().flat_map(FeedDefinition::queries));
        if queries.is_empty() {
            return self;
        }
        let asked = queries.iter().map(|query| query.asked().to_owned());
        let reading = Fingerprint::of(std::iter::once(self.reading.to_string()).chain(asked));
        Self { queries: Arc::new(queries), reading, ..self }
    }

    /// The same desk with a place for pictures.
    pub fn with_pictures(self, pictures: Option<Arc<Pictures>>) -> Self {
        Self { pictures, ..self }
    }

    pub(super) fn carry_out(&self, job: &Job) -> Report {
        match job {
            Job::Root(mounts) => Report::Root(self.roots(mounts)),
            Job::Sweep(place) => {
                self.tidy_pictures();
                Report::Swept(place.clone(), self.survey(place))
            }
            Job::Shelves => Report::Shelves(self.shelves()),
            Job::Shelf(number, shelf, still_since) => {
                Report::Shelf(*number, self.read_shelf(shelf, *still_since))
            }
            Job::Check => Report::Checked(self.check()),
            Job::Settings => Report::Settings(read_settings(&self.feeds)),
            Job::Look(look) => {
                let looked = self.look(look).unwrap_or_else(Looked::Unreadable);
                Report::Looked(look.clone(), Box::new(looked))
            }
        }
    }

    fn roots(&self, mounts: &[PathBuf]) -> io::Result<Roots> {
        let content = self.folder.identity()?;
        let feeds = Folder::new(self.feeds.clone());
        let feeds_are_silent = feeds.file_system().is_ok_and(|file_system| !file_system.tells);
        let feeds = feeds.identity().ok();
        // One that cannot be told from being there is there: it will be unreadable.
        let is_away = |place: &&PathBuf| self.folder.is_mounted(place).is_ok_and(|mounted| !mounted);
        let unmounted = mounts.iter().filter(is_away).cloned().collect();
        Ok(Roots { content, file_system: self.folder.file_system()?, feeds, feeds_are_silent, unmounted })
    }

    fn look(&self, look: &Look) -> io::Result<Looked> {
        let place = &look.place;
        let Some(path) = ContentPath::new(place) else { return Ok(Looked::Nothing) };
        let stamp = match self.folder.standing(place)? {
            Standing::File(stamp) => stamp,
            Standing::Folder if self.names.is_ignored_folder(&path) => return Ok(Looked::Nothing),
            Standing::Folder => return Ok(Looked::Folder),
            Standing::Nothing | Standing::Odd => return Ok(Looked::Nothing),
        };
        let role = self.names.role(&path);
        if matches!(role, Role::Ignored) || is_below_ignored(&self.names, &path) {
            return Ok(Looked::Nothing);
        }
        if let Some(rival) = &look.rival
            && matches!(self.folder.standing(rival)?, Standing::File(_))
        {
            return Ok(Looked::Twin(rival.clone()));
        }
        if look.known == Some(stamp) {
            return Ok(Looked::Unchanged);
        }
        if look.expected.is_some_and(|expected| expected != stamp) {
            return Ok(Looked::Moving(stamp));
        }
        match role {
            Role::Ignored => Ok(Looked::Nothing),
            // Having stood still, it may be told that it is empty.
            _ if stamp.length == 0 && look.expected.is_none() => Ok(Looked::Empty(stamp)),
            Role::Media(media_type) => self.read_media(place, media_type),
            Role::Article(_) => self.read_article(place, &path),
            Role::Preface(kind) => self.read_preface(place, &path, kind),
        }
    }

    fn read_article(&self, place: &Path, path: &ContentPath) -> io::Result<Looked> {
        let shelf = self.folder.shelf(place.parent().unwrap_or(Path::new("")))?;
        let longest = Kind::of(path).map_or(LONGEST_TEXT, Kind::longest);
        let Some((bytes, stamp)) = shelf.read(place.file_name().unwrap_or_default(), longest)? else {
            return self.still_moving(place);
        };
        let beside = self.beside(&shelf, place, path);
        let mut reading = intake::read(&Source { path, bytes: &bytes, beside: &beside }, &self.site);
        let pictures = self.keep_pictures(reading.as_mut().ok())?;
        let source = Fingerprint::of([&bytes]);
        let words = self.name_of_words(path, &source, &beside);
        let matches = reading
            .as_ref()
            .map_or_else(|_| Matches::default(), |reading| self.queries.matches(&reading.article));
        Ok(Looked::Article { stamp, source, words, reading: reading.map(Box::new), matches, pictures })
    }

    fn read_preface(&self, place: &Path, path: &ContentPath, kind: Kind) -> io::Result<Looked> {
        let shelf = self.folder.shelf(place.parent().unwrap_or(Path::new("")))?;
        let read = shelf.read(place.file_name().unwrap_or_default(), kind.longest())?;
        let Some((bytes, stamp)) = read else { return self.still_moving(place) };
        let source = Source { path, bytes: &bytes, beside: &[] };
        Ok(Looked::Preface(stamp, intake::preface(&source, &self.site).map(Box::new)))
    }

    /// Takes the pictures out of what was read and puts them where they are kept.
    fn keep_pictures(&self, reading: Option<&mut Reading>) -> io::Result<Vec<Kept>> {
        let taken = reading.map(|reading| std::mem::take(&mut reading.pictures)).unwrap_or_default();
        let Some(pictures) = &self.pictures else { return Ok(Vec::new()) };
        let kept = taken.iter().map(|picture| pictures.keep(picture)).collect::<io::Result<_>>();
        kept.map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("a picture in it cannot be kept in the state folder: {error}"),
            )
        })
    }

    /// Removes kept pictures that nothing names any more.
    fn tidy_pictures(&self) {
        let Some((pictures, door)) = self.pictures.as_ref().zip(self.memory.as_ref()) else { return };
        pictures.tidy(|| door.reader().and_then(|reader| reader.picture_names()).ok());
    }

    /// Removes them at once.
    pub fn remove_unnamed_pictures(&self) {
        let Some((pictures, door)) = self.pictures.as_ref().zip(self.memory.as_ref()) else { return };
        pictures.remove_unnamed(|| door.reader().and_then(|reader| reader.picture_names()).ok());
    }

    /// What names the words a file is read as: all that decides what they are.
    pub(super) fn name_of_words(
        &self,
        path: &ContentPath,
        source: &Fingerprint,
        beside: &[Beside],
    ) -> Fingerprint {
        let beside = beside.iter().map(|file| format!("{} {}", file.path.as_str(), file.length));
        let parts = [self.reading.to_string(), source.to_string(), path.as_str().to_owned()];
        Fingerprint::of(parts.into_iter().chain(beside))
    }

    /// The words of an article that were not written down yet, if its file still is what it was when it was placed.
    ///
    /// # Errors
    /// Whatever reading meets.
    pub fn words(&self, source: &journal::Source) -> io::Result<Option<Article>> {
        let place = source.file.place_of(&source.path);
        let looked = self.read_article(&place, &source.path)?;
        Ok(match looked {
            Looked::Article { words, reading: Ok(reading), .. } if words == source.words => {
                Some(reading.article)
            }
            _ => None,
        })
    }

    fn check(&self) -> Result<bool, String> {
        let Some(door) = &self.memory else { return Ok(true) };
        door.reader().and_then(|reader| reader.is_sound()).map_err(|error| error.to_string())
    }

    fn read_media(&self, place: &Path, media_type: &'static str) -> io::Result<Looked> {
        let (mut file, before) = self.folder.open(place)?;
        let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
        let mut chunk = vec![0; 256 << 10];
        let mut length = 0;
        loop {
            let count = file.read(&mut chunk)?;
            if count == 0 {
                break;
            }
            length += count as u64;
            digest.update(&chunk[..count]);
        }
        match self.folder.standing(place)? {
            Standing::File(after) if after == before && length == after.length => {
                Ok(Looked::Media { stamp: after, content: Fingerprint::cut(digest.finish()), media_type })
            }
            _ => self.still_moving(place),
        }
    }

    fn still_moving(&self, place: &Path) -> io::Result<Looked> {
        match self.folder.standing(place)? {
            Standing::File(stamp) => Ok(Looked::Moving(stamp)),
            _ => Ok(Looked::Nothing),
        }
    }

    /// The media that may travel with an article: of its own name, or, of a page bundle, in its folder.
    fn beside(&self, shelf: &folder::Shelf, place: &Path, path: &ContentPath) -> Vec<Beside> {
        let folder = place.parent().unwrap_or(Path::new(""));
        let named = |place: PathBuf| match shelf.standing(place.file_name()?) {
            Ok(Standing::File(stamp)) => {
                Some(Beside { path: ContentPath::new(&place)?, length: stamp.length })
            }
            _ => None,
        };
        if path.stem() == "index" {
            let Ok(files) = self.folder.list(folder, &self.names) else { return Vec::new() };
            let media = files.into_iter().filter(|place| is_audio_or_video(place));
            return media.take(MOST_BESIDE).filter_map(named).collect();
        }
        AUDIO_AND_VIDEO.iter().filter_map(|extension| named(place.with_extension(extension))).collect()
    }
}

/// How many recordings of a page bundle are looked at.
const MOST_BESIDE: usize = 100;
pub(super) const AUDIO_AND_VIDEO: [&str; 9] =
    ["mp3", "m4a", "aac", "ogg", "oga", "opus", "mp4", "m4v", "webm"];

/// Whether a file may be the enclosure of an article.
pub fn is_audio_or_video(place: &Path) -> bool {
    let extension = place.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| {
        AUDIO_AND_VIDEO.contains(&extension.as_str()) && media_type(&extension).is_some()
    })
}

/// An event may tell of a file deep in a folder that is not content.
fn is_below_ignored(names: &Names, path: &ContentPath) -> bool {
    let mut folder = PathBuf::new();
    path.folders().any(|name| {
        folder.push(name);
        ContentPath::new(&folder).is_some_and(|folder| names.is_ignored_folder(&folder))
    })
}
