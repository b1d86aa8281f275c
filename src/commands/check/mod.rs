//! `bantin check`: everything is read once, as the server would, and what is wrong is told.

mod excerpt;
mod telling;

use super::{Places, listening_url, start_log};
use crate::edition::Stamp;
use crate::folder::Folder;
use crate::intake::{self, LONGEST_TEXT, Names, Source};
use crate::publisher::{Loaded, load_settings};
use crate::readers::{Desk, Job, Look, Looked, Readers, Report, read_settings};
use crate::settings;
use crate::words::{ContentPath, Language, Problem, Text};
use clap::{Args, ValueEnum};
use excerpt::Excerpt;
use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::io::{self, IsTerminal, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use telling::{Finding, json, summary};

#[derive(Args)]
pub(super) struct Check {
    /// Report only on these files and folders, below the content folder.
    paths: Vec<PathBuf>,
    /// How problems are written to standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Whether in colours; automatically on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    color: Colour,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the line of each problem.
    Text,
    /// One JSON document, in both languages.
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// A problem, and the place of its file below the content folder as the disk spells it; none for settings.
type Placed = (Option<PathBuf>, Problem);

/// Reads what was asked for and tells what is wrong with it; 1 when anything is.
pub(super) fn check(places: &Places, asked: &Check) -> Result<ExitCode, Box<dyn Error>> {
    start_log(false);
    let listening = listening_url(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let files = read_settings(&places.feeds)
        .map_err(|error| format!("{} cannot be listed: {error}", places.feeds.display()))?;
    let texts = texts_of(&files);
    let loaded = load_settings(files, &places.overrides(), &listening, None);
    let Loaded { site, names, problems, .. } = match loaded {
        Ok(loaded) => loaded,
        // What can be said of the articles is said all the same.
        Err(problem) => {
            let text = settings::language_line(texts.get(&problem.path).map_or("", String::as_str));
            let files = vec![("site.toml".to_owned(), Ok(text.to_owned()))];
            let mut loaded = load_settings(files, &places.overrides(), &listening, None)
                .map_err(|problem| problem.told(Language::En))?;
            loaded.problems.push(*problem);
            loaded
        }
    };
    let language = site.interface();
    let names = names.unwrap_or_else(|| Names::new(&[]).expect("no pattern makes sense"));
    let folder = Folder::new(std::path::absolute(&places.content)?);
    let mut found = Vec::new();
    let walk = folder.walk(Path::new(""), &names, &mut |met| {
        found.push(met.place);
        Ok(())
    });
    let walk = walk.map_err(|error| {
        format!("{} cannot be read: {error}\n  hint: name the folder with --content", folder.root().display())
    })?;
    let wanted = asked.wanted(folder.root())?;
    let is_wanted = |place: &Path| wanted.is_empty() || wanted.iter().any(|w| place.starts_with(w));
    let unreadable = walk.unreadable.iter().filter(|(place, _)| is_wanted(place));
    let unreadable = unreadable.filter_map(|(place, error)| unread(place.clone(), error.to_string()));
    let mut placed: Vec<Placed> = problems.into_iter().map(|problem| (None, problem)).collect();
    placed.sort_by_key(|(_, problem)| {
        (problem.path.file_name() != "site.toml", problem.path.clone(), problem.line)
    });
    let mut of_articles: Vec<Placed> = unreadable.collect();
    let desk = Arc::new(Desk::new(folder, places.feeds.clone(), Arc::new(names), Arc::new(site), None));
    let asked_for: VecDeque<PathBuf> = found.into_iter().filter(|place| is_wanted(place)).collect();
    let count = asked_for.len();
    of_articles.extend(read_all(asked_for, &desk)?);
    of_articles.sort_by(|(_, a), (_, b)| (&a.path, a.line).cmp(&(&b.path, b.line)));
    placed.extend(of_articles);

    let here = std::env::current_dir()?;
    let feeds = std::path::absolute(&places.feeds)?;
    let find = |(place, problem): Placed| {
        let whole = match &place {
            Some(place) => desk.folder.root().join(place),
            None => feeds.join(problem.path.file_name()),
        };
        let path = whole.strip_prefix(&here).unwrap_or(&whole).to_string_lossy().into_owned();
        let text = match &place {
            Some(place) => problem.line.and_then(|_| source(&desk.folder, place, &problem.path)),
            None => texts.get(&problem.path).cloned().map(excerpt::Text::Read),
        };
        let excerpt = problem.line.zip(text.as_ref());
        let excerpt = excerpt.and_then(|(line, text)| Excerpt::of(text, line, problem.about.as_deref()));
        Finding { path, problem, excerpt }
    };
    let findings: Vec<Finding> = placed.into_iter().map(find).collect();
    asked.tell(language, count, &findings)?;
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The settings files that can be read, by the paths that problems name.
fn texts_of(files: &[(String, io::Result<String>)]) -> HashMap<ContentPath, String> {
    let readable = files.iter().filter_map(|(name, text)| Some((name, text.as_ref().ok()?)));
    readable.map(|(name, text)| (settings::file_path(name), text.clone())).collect()
}

/// The text of a file that has a problem; nothing of what is no text, or gone by now.
fn source(folder: &Folder, place: &Path, path: &ContentPath) -> Option<excerpt::Text> {
    intake::Kind::of(path)?;
    let (file, _) = folder.open(place).ok()?;
    let mut bytes = Vec::new();
    file.take(LONGEST_TEXT as u64 + 1).read_to_end(&mut bytes).ok()?;
    let text = intake::text(&Source { path, bytes: &bytes, beside: &[] });
    Some(text.map_or(excerpt::Text::Unread(bytes), excerpt::Text::Read))
}

/// Reads all of these, and gives back what is wrong with them.
fn read_all(mut places: VecDeque<PathBuf>, desk: &Arc<Desk>) -> Result<Vec<Placed>, Box<dyn Error>> {
    let (wake, woken) = channel();
    let wake = Mutex::new(wake);
    let wake = Arc::new(move || {
        let wake = wake.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = wake.send(());
    });
    let count = std::thread::available_parallelism().map_or(2, usize::from);
    let mut readers = Readers::start(count, false, wake)?;
    let mut problems = Vec::new();
    while !places.is_empty() || readers.busy() > 0 {
        while readers.busy() < 256
            && let Some(place) = places.pop_front()
        {
            // Having been named, an empty file is told of at once.
            let expected = desk.folder.open(&place).ok().map(|(_, stamp): (_, Stamp)| stamp);
            readers.hand_out(Job::Look(Look { expected, ..Look::at(place) }), desk);
        }
        let _ = woken.recv_timeout(Duration::from_millis(500));
        for report in readers.reports() {
            problems.extend(problems_of(report));
        }
    }
    Ok(problems)
}

fn problems_of(report: Report) -> Vec<Placed> {
    let at = |look: Look, problems: Vec<Problem>| {
        problems.into_iter().map(|problem| (Some(look.place.clone()), problem)).collect()
    };
    match report {
        Report::Looked(look, looked) => match *looked {
            Looked::Article { reading: Ok(reading), .. } => at(look, reading.remarks),
            Looked::Article { reading: Err(problem), .. } => at(look, vec![problem]),
            Looked::Unreadable(error) => unread(look.place, error.to_string()).into_iter().collect(),
            _ => Vec::new(),
        },
        Report::Stuck(Job::Look(look)) => unread(look.place, "10 s".to_owned()).into_iter().collect(),
        Report::Panicked(Job::Look(look)) => unread(look.place, "panic".to_owned()).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn unread(place: PathBuf, why: String) -> Option<Placed> {
    let path = ContentPath::new(&place)?;
    let what = Text::new(format!("không đọc được: {why}"), format!("it cannot be read: {why}"));
    let hint = Text::new("cho phép đọc tệp, hoặc lưu lại", "allow reading it, or save it again");
    Some((Some(place), Problem::new(&path, what, hint).as_error()))
}

impl Check {
    /// The paths that were named, below the content folder; they may be written from here or from there.
    fn wanted(&self, content: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
        let below = |path: &PathBuf| -> Result<PathBuf, Box<dyn Error>> {
            let from_here = std::path::absolute(path)?;
            match from_here.strip_prefix(content) {
                Ok(below) if from_here.exists() => Ok(below.to_owned()),
                _ if content.join(path).exists() => Ok(path.clone()),
                _ => Err(format!("there is no {} below {}", path.display(), content.display()).into()),
            }
        };
        self.paths.iter().map(below).collect()
    }

    fn tell(&self, language: Language, count: usize, findings: &[Finding]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            Format::Json => writeln!(out, "{}", json(count, findings))?,
            Format::Text => {
                let in_colour = self.is_in_colour();
                for finding in findings {
                    write!(out, "{}", finding.told(language, in_colour))?;
                }
                eprintln!("{}", summary(language, count, findings));
            }
        }
        out.flush()
    }

    /// As <https://no-color.org> and <https://bixense.com/clicolors> have it.
    fn is_in_colour(&self) -> bool {
        let forbids = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
                io::stdout().is_terminal() && !forbids("NO_COLOR") && !is_dumb
            }
        }
    }
}
