//! `bantin build`: the whole site as files, whether a bantin runs on its folders or not.

mod checking;
mod taking_in;
mod telling;

use super::serve::Serve;
use super::{listening_url, start_log_to};
use crate::export::{Failed, Place, Sources, Summary, Taken, export};
use crate::folder::Folder;
use crate::intake::Names;
use crate::journal::{Reader, Unread};
use crate::metrics::Metrics;
use crate::pictures::Pictures;
use crate::press::Press;
use crate::publisher::{Loaded, Recalled, clock};
use crate::readers::Desk;
use crate::settings::FeedDefinition;
use crate::words::{Site, Text};
use clap::Args;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use taking_in::take_in;
use telling::{Bar, failed, refused};
use url::Url;

/// How often it is tried when something changes under it, and after how long.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_secs(1);
/// How long a server that has just begun may take to look at everything for the first time.
const FIRST_LOOK: Duration = Duration::from_secs(60);

#[derive(Args)]
pub(super) struct Build {
    /// The folder to write to: one that is missing or empty, or was written so before.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing: compare what is there with what a running server answers; exits 1 when something differs.
    #[arg(long)]
    check: bool,
    /// The server to compare with; without it the one at the listening address.
    #[arg(long, requires = "check", value_name = "URL")]
    against: Option<Url>,
}

/// What is the same for every attempt.
struct Installation {
    site: Arc<Site>,
    definitions: Arc<[FeedDefinition]>,
    names: Arc<Names>,
    content: Folder,
    feeds: PathBuf,
    state: PathBuf,
}

/// Writes the site to a folder, or compares what is there.
pub(super) fn build(typed: &Serve, wanted: &Build) -> Result<ExitCode, Box<dyn Error>> {
    let bar = Bar::new();
    let log = bar.clone();
    start_log_to(false, move || log.clone());
    let listening = listening_url(typed.listen);
    let loaded = typed.places.load(&listening)?;
    let language = loaded.site.interface();
    if wanted.check {
        return checking::check(&wanted.out, wanted.against.as_ref().unwrap_or(&listening), language, &bar);
    }
    let began = Instant::now();
    let written = write(typed, wanted, loaded, &listening, &bar);
    bar.end();
    let (place, summary) = written.map_err(|why| why.in_language(language).to_owned())?;
    summary.left_out.iter().for_each(|left_out| {
        eprintln!("{}", telling::left_out(left_out).in_language(language));
    });
    if !summary.at_once {
        tracing::warn!("the file system cannot exchange two folders: for a moment there was none");
    }
    println!("{}", telling::summary(&place, &summary, began.elapsed()).in_language(language));
    Ok(if summary.left_out.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn write(
    typed: &Serve,
    wanted: &Build,
    loaded: Loaded,
    listening: &Url,
    bar: &Bar,
) -> Result<(PathBuf, Summary), Text> {
    let installation = Installation::of(typed, loaded)?;
    let Installation { content, feeds, state, site, .. } = &installation;
    let taken = Taken { content: content.root(), feeds, state };
    let place = Place::at(&wanted.out, taken).map_err(|why| refused(&wanted.out, &why))?;
    if site.base == *listening {
        tracing::warn!("all addresses begin with {listening}: name where the files will be with --base-url");
    }
    take_in(&installation, typed, listening)?;
    let mut tries = 0;
    loop {
        tries += 1;
        match export(&installation.sources()?, &place, clock(), &|progress| bar.tell(progress)) {
            // Somebody dropped something meanwhile: there will be another edition.
            Err(Failed::Stale(_)) if tries < TRIES => std::thread::sleep(PAUSE),
            outcome => {
                let summary = outcome.map_err(|why| failed(&why))?;
                return Ok((place.folder().to_owned(), summary));
            }
        }
    }
}

impl Installation {
    fn of(typed: &Serve, loaded: Loaded) -> Result<Self, Text> {
        let Loaded { site, definitions, names, problems } = loaded;
        problems.iter().for_each(|problem| eprintln!("{}", problem.told(site.interface())));
        let names = names.ok_or_else(|| {
            Text::new(
                "các mẫu tên tệp bỏ qua trong feeds/site.toml không hợp lệ",
                "the ignore patterns in feeds/site.toml make no sense",
            )
        })?;
        let whole = |path: &Path| {
            std::path::absolute(path).map_err(|error| Text::new(error.to_string(), error.to_string()))
        };
        Ok(Self {
            site: Arc::new(site),
            definitions: definitions.into(),
            names: Arc::new(names),
            content: Folder::new(whole(&typed.places.content)?),
            feeds: whole(&typed.places.feeds)?,
            state: whole(&typed.state)?,
        })
    }

    /// Where and how to read, with what the folder is compared with, if it is.
    fn desk(&self) -> Desk {
        let Self { content, feeds, names, site, .. } = self;
        Desk::new(content.clone(), feeds.clone(), names.clone(), site.clone(), None)
            .for_feeds(&self.definitions)
    }

    /// What the journal says now, whoever writes it; all of it was so at one moment.
    fn sources(&self) -> Result<Sources, Text> {
        let unread = |error: Unread| super::report::unread(&self.state, &error);
        let refused = |error| unread(Unread::Refused(error));
        let began = Instant::now();
        let (reader, mut remembered) = loop {
            let reader = Reader::beside(&self.state).map_err(unread)?;
            let remembered = reader.remembered().map_err(refused)?;
            // What nobody was shown yet would replace all that is there by nothing; and no archive is for ever what it is before
            // all words are written down.
            if !remembered.documents.is_empty() && !reader.lacks_words().map_err(refused)? {
                break (reader, remembered);
            }
            if began.elapsed() >= FIRST_LOOK {
                return Err(telling::nothing_yet(&self.state));
            }
            std::thread::sleep(PAUSE);
        };
        let now = clock();
        let recalled = Recalled::of(&self.site, &self.definitions, &mut remembered, now).edition;
        let (edition, _) = recalled.next_whole(recalled.catalogue().clone(), now);
        let press = Press::new(reader, Arc::new(self.desk()), Arc::new(Metrics::default()));
        let press = press.map_err(|error| Text::new(error.to_string(), error.to_string()))?;
        Ok(Sources {
            press: Arc::new(press),
            edition: Arc::new(edition),
            content: self.content.clone(),
            pictures: Pictures::new(&self.state).folder(),
        })
    }
}
