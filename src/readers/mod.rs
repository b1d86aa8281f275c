//! The threads that touch the disk for the publisher. A disk that hangs, or a text that takes for ever, holds up
//! one of them; the others and the publisher go on.

mod shelves;
mod survey;

pub use shelves::{Glanced, Shelf, ShelfRead};
pub use survey::{Found, Survey};

use crate::calm;
use crate::edition::Stamp;
use crate::folder::{self, FileSystem, Folder, RootIdentity, Standing, Walk};
use crate::intake::names::{Names, Role};
use crate::intake::{self, Beside, Kind, LONGEST_TEXT, Reading, Source};
use crate::journal::{self, Door};
use crate::pictures::{Kept, Pictures};
use crate::words::{Article, ContentPath, Fingerprint, Problem, Site, media_type};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one file may take before its reader is given up.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long a walk through the whole folder may take.
const SWEEP_PATIENCE: Duration = Duration::from_secs(600);
/// How many readers may be stuck before no more are started.
const MOST_STUCK: usize = 8;

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
    /// What decides how a file is read, besides the file.
    pub reading: Fingerprint,
    /// What the folder is compared with.
    pub memory: Option<Door>,
    /// Where pictures go that are in files.
    pub pictures: Option<Arc<Pictures>>,
}

/// Something to do on disk.
#[derive(Clone, Debug)]
pub enum Job {
    /// Tell which folder the root is, and whether disks are mounted at these places in it.
    Root(Vec<PathBuf>),
    /// Walk through this folder.
    Sweep(PathBuf),
    /// List everything, for a first look.
    Shelves,
    /// Read what places the articles of this shelf, the number of which is told again; but nothing that changed after
    /// this moment, in nanoseconds since 1970.
    Shelf(usize, Arc<Shelf>, i128),
    /// Check the journal.
    Check,
    /// Read the settings.
    Settings,
    /// Look at one place.
    Look(Look),
}

/// One place to look at.
#[derive(Clone, Debug)]
pub struct Look {
    /// Where.
    pub place: PathBuf,
    /// The state it was read in before; it is not read again in that state.
    pub known: Option<Stamp>,
    /// The state it must still be in, for having stood still.
    pub expected: Option<Stamp>,
    /// Another spelling of the same path, which it was read under before.
    pub rival: Option<PathBuf>,
    /// Nobody waits for it.
    pub patient: bool,
}

impl Look {
    /// Look there, whatever it was before.
    pub fn at(place: PathBuf) -> Self {
        Self { place, known: None, expected: None, rival: None, patient: false }
    }
}

/// What came of a job.
#[derive(Debug)]
pub enum Report {
    /// Which folders those are that everything lies in.
    Root(io::Result<Roots>),
    /// What a walk met that is not as it is remembered.
    Swept(PathBuf, io::Result<Survey>),
    /// What there is, for a first look.
    Shelves(io::Result<(Vec<Shelf>, Walk)>),
    /// What was found on a shelf.
    Shelf(usize, io::Result<ShelfRead>),
    /// Whether the journal is sound.
    Checked(Result<bool, String>),
    /// The settings files by name, with their texts.
    Settings(io::Result<Vec<(String, io::Result<String>)>>),
    /// What stands at a place.
    Looked(Look, Box<Looked>),
    /// The job takes too long. Another reader was started in place of the one that does it; should it end after
    /// all, it is reported like any other.
    Stuck(Job),
    /// The job failed in a way it never should.
    Panicked(Job),
}

/// The folders that everything lies in.
#[derive(Debug)]
pub struct Roots {
    /// The content folder.
    pub content: RootIdentity,
    /// What that lies on.
    pub file_system: FileSystem,
    /// The folder with the settings, if there is one.
    pub feeds: Option<RootIdentity>,
    /// Whether that one lies on a file system that does not tell of changes.
    pub feeds_are_silent: bool,
    /// Where no disk is mounted, of the places that were asked for.
    pub unmounted: Vec<PathBuf>,
}

/// What stands at a place.
#[derive(Debug)]
pub enum Looked {
    /// What stood there before.
    Unchanged,
    /// It is still changing; this is its state now.
    Moving(Stamp),
    /// A file without content, as one is that is about to be written.
    Empty(Stamp),
    /// A folder.
    Folder,
    /// Nothing, or nothing that is content.
    Nothing,
    /// A file whose path, spelled another way, is that of one that was read before and still stands.
    Twin(PathBuf),
    /// It could not be read.
    Unreadable(io::Error),
    /// An article, well or badly written.
    Article {
        /// Its state.
        stamp: Stamp,
        /// Its bytes.
        source: Fingerprint,
        /// What names the words they are read as.
        words: Fingerprint,
        /// What they say.
        reading: Result<Box<Reading>, Problem>,
        /// The pictures that were in it, which are not in what it says any more.
        pictures: Vec<Kept>,
    },
    /// A file that travels with articles.
    Media {
        /// Its state.
        stamp: Stamp,
        /// Its bytes.
        content: Fingerprint,
        /// Its media type.
        media_type: &'static str,
    },
}

enum Message {
    Started(u64),
    Done(u64, Box<Report>),
}

/// A job with its number, and where and how to do it.
type Order = (u64, Job, Arc<Desk>);

/// The readers, and what they are doing.
pub struct Readers {
    jobs: Sender<Order>,
    queue: Arc<Mutex<Receiver<Order>>>,
    messages: Sender<Message>,
    inbox: Receiver<Message>,
    under_way: HashMap<u64, (Job, Option<Instant>)>,
    /// The jobs that take too long. A reader that comes back from one has been replaced, and ends.
    given_up: Arc<Mutex<HashSet<u64>>>,
    number: u64,
    gives_way: bool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Readers {
    /// Starts `count` readers, which give way to all other work or not; `wake` is called whenever one has something to
    /// tell.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn start(count: usize, gives_way: bool, wake: Arc<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let (messages, inbox) = channel();
        let readers = Self {
            jobs,
            queue: Arc::new(Mutex::new(queue)),
            messages,
            inbox,
            under_way: HashMap::new(),
            given_up: Arc::default(),
            number: 0,
            gives_way,
            wake,
        };
        for _ in 0..count {
            readers.hire()?;
        }
        Ok(readers)
    }

    /// Hands out a job.
    pub fn hand_out(&mut self, job: Job, desk: &Arc<Desk>) {
        self.number += 1;
        self.under_way.insert(self.number, (job.clone(), None));
        // The queue's other end is held by this very struct.
        let _ = self.jobs.send((self.number, job, desk.clone()));
    }

    /// How many jobs are under way.
    pub fn busy(&self) -> usize {
        self.under_way.len()
    }

    /// How many readers are stuck.
    pub fn stuck(&self) -> usize {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// What has come in since, and the jobs that take too long.
    pub fn reports(&mut self) -> Vec<Report> {
        let mut reports = Vec::new();
        while let Ok(message) = self.inbox.try_recv() {
            match message {
                Message::Started(number) => {
                    if let Some((_, since)) = self.under_way.get_mut(&number) {
                        *since = Some(Instant::now());
                    }
                }
                Message::Done(number, report) => {
                    self.under_way.remove(&number);
                    reports.push(*report);
                }
            }
        }
        reports.extend(self.give_up());
        reports
    }

    fn give_up(&mut self) -> Vec<Report> {
        let overdue = |(job, since): &(Job, Option<Instant>)| {
            let patience = match job {
                Job::Sweep(_) | Job::Shelves | Job::Check => SWEEP_PATIENCE,
                Job::Root(_) | Job::Settings | Job::Look(_) | Job::Shelf(..) => PATIENCE,
            };
            since.is_some_and(|since| since.elapsed() > patience)
        };
        let late: Vec<u64> =
            self.under_way.iter().filter(|(_, job)| overdue(job)).map(|(number, _)| *number).collect();
        let mut reports = Vec::new();
        for number in late {
            let Some((job, _)) = self.under_way.remove(&number) else { continue };
            self.given_up.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
            if self.stuck() <= MOST_STUCK
                && let Err(error) = self.hire()
            {
                tracing::warn!(%error, "no further reader could be started");
            }
            reports.push(Report::Stuck(job));
        }
        reports
    }

    fn hire(&self) -> io::Result<()> {
        let (queue, messages, wake) = (self.queue.clone(), self.messages.clone(), self.wake.clone());
        let given_up = self.given_up.clone();
        let gives_way = self.gives_way;
        let work = move || {
            if gives_way {
                calm::give_way();
            }
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((number, job, desk)) = next else { return };
                if messages.send(Message::Started(number)).is_err() {
                    return;
                }
                let report =
                    catch_unwind(AssertUnwindSafe(|| desk.carry_out(&job))).unwrap_or(Report::Panicked(job));
                let was_replaced = given_up.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
                if messages.send(Message::Done(number, Box::new(report))).is_err() {
                    return;
                }
                wake();
                if was_replaced {
                    return;
                }
            }
        };
        // Deep nesting in a text is bounded by its parsers; this leaves them room.
        std::thread::Builder::new().name("reader".to_owned()).stack_size(8 << 20).spawn(work)?;
        Ok(())
    }
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
        Self { folder, feeds, names, site, reading, memory, pictures: None }
    }

    /// The same desk with a place for pictures.
    pub fn with_pictures(self, pictures: Option<Arc<Pictures>>) -> Self {
        Self { pictures, ..self }
    }

    fn carry_out(&self, job: &Job) -> Report {
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
        Ok(Looked::Article { stamp, source, words, reading: reading.map(Box::new), pictures })
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

    /// What names the words a file is read as: all that decides what they are.
    fn name_of_words(&self, path: &ContentPath, source: &Fingerprint, beside: &[Beside]) -> Fingerprint {
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
const AUDIO_AND_VIDEO: [&str; 9] = ["mp3", "m4a", "aac", "ogg", "oga", "opus", "mp4", "m4v", "webm"];

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

/// The most settings files, and bytes of one.
const MOST_SETTINGS: usize = 1000;
const LONGEST_SETTINGS: u64 = 256 << 10;

/// The `.toml` files of the settings folder; none when there is no such folder.
///
/// # Errors
/// When the folder is there but cannot be listed.
pub fn read_settings(feeds: &Path) -> io::Result<Vec<(String, io::Result<String>)>> {
    let entries = match std::fs::read_dir(feeds) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !name.ends_with(".toml") || name.starts_with(['.', '_']) || !path.is_file() {
            continue;
        }
        let mut text = String::new();
        let read = std::fs::File::open(&path)
            .and_then(|file| file.take(LONGEST_SETTINGS).read_to_string(&mut text))
            .map(|_| text.trim_start_matches('\u{FEFF}').to_owned());
        files.push((name.to_owned(), read));
        if files.len() == MOST_SETTINGS {
            break;
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}
