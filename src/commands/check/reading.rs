//! Everything read once: the settings, then all articles that were asked for.

use super::super::{Places, listening_url};
use super::doubles::{Seen, doubles};
use crate::edition::Stamp;
use crate::publisher::{Loaded, load_settings};
use crate::readers::{Desk, Job, Look, Looked, Readers, Report, read_settings};
use crate::settings::{self, SITE_FILE};
use crate::words::{ContentPath, Language, Problem, Severity, Text};
use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A problem, and the place of its file below the content folder as the disk spells it; none for settings.
pub(super) type Placed = (Option<PathBuf>, Problem);

/// The whole paths that were asked for; all, when none was.
pub(super) struct Wanted(pub Vec<PathBuf>);

impl Wanted {
    fn has(&self, whole: &Path) -> bool {
        self.0.is_empty() || self.0.iter().any(|wanted| whole.starts_with(wanted))
    }
}

/// The settings, and the texts of their files by the paths that problems name.
pub(super) fn read_settings_of(
    places: &Places,
) -> Result<(Loaded, HashMap<ContentPath, String>), Box<dyn Error>> {
    let listening = listening_url(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let files = read_settings(&places.feeds)
        .map_err(|error| format!("{} cannot be listed: {error}", places.feeds.display()))?;
    let readable = files.iter().filter_map(|(name, text)| Some((name, text.as_ref().ok()?)));
    let texts: HashMap<ContentPath, String> =
        readable.map(|(name, text)| (settings::file_path(name), text.clone())).collect();
    let load = |files| load_settings(files, &places.overrides(), &listening, None);
    let loaded = load(files).or_else(|problem| {
        // What can be said of the articles is said all the same.
        let text = settings::language_line(texts.get(&problem.path).map_or("", String::as_str));
        let mut loaded = load(vec![(SITE_FILE.to_owned(), Ok(text.to_owned()))])
            .map_err(|problem| problem.told(Language::En))?;
        loaded.problems.push(*problem);
        Ok::<_, String>(loaded)
    })?;
    Ok((loaded, texts))
}

/// Those of the settings' problems that were asked for, the site's first.
pub(super) fn problems_of_settings(problems: Vec<Problem>, feeds: &Path, wanted: &Wanted) -> Vec<Placed> {
    // Settings that cannot be used at all are told of whatever was asked.
    let is_wanted = |problem: &Problem| {
        let name = problem.path.file_name();
        wanted.has(&feeds.join(name)) || (name == SITE_FILE && problem.severity == Severity::Error)
    };
    let mut problems: Vec<Problem> = problems.into_iter().filter(is_wanted).collect();
    problems
        .sort_by_key(|problem| (problem.path.file_name() != SITE_FILE, problem.path.clone(), problem.line));
    problems.into_iter().map(|problem| (None, problem)).collect()
}

/// How many files were asked for, and what is wrong with them, in the order of paths.
pub(super) fn read_articles(
    desk: &Arc<Desk>,
    wanted: &Wanted,
) -> Result<(usize, Vec<Placed>), Box<dyn Error>> {
    let root = desk.folder.root();
    let mut found = VecDeque::new();
    let walk = desk.folder.walk(Path::new(""), &desk.names, &mut |met| {
        if wanted.has(&root.join(&met.place)) {
            found.push_back(met.place);
        }
        Ok(())
    });
    let walk = walk.map_err(|error| {
        format!("{} cannot be read: {error}\n  hint: name the folder with --content", root.display())
    })?;
    let unreadable = walk.unreadable.into_iter().filter(|(place, _)| wanted.has(&root.join(place)));
    let unreadable = unreadable.filter_map(|(place, error)| unread(place, error.to_string()));
    let mut problems: Vec<Placed> = unreadable.collect();
    let count = found.len();
    problems.extend(read_all(found, desk)?);
    problems.sort_by(|(_, a), (_, b)| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok((count, problems))
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
    let (mut problems, mut seen) = (Vec::new(), Vec::new());
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
            problems.extend(problems_of(report, &mut seen));
        }
    }
    problems.extend(doubles(seen));
    Ok(problems)
}

fn problems_of(report: Report, seen: &mut Vec<Seen>) -> Vec<Placed> {
    let at = |look: Look, problems: Vec<Problem>| {
        problems.into_iter().map(|problem| (Some(look.place.clone()), problem)).collect()
    };
    match report {
        Report::Looked(look, looked) => match *looked {
            Looked::Article { reading: Ok(reading), source, .. } => {
                seen.extend(Seen::of(look.place.clone(), source, reading.article));
                at(look, reading.remarks)
            }
            Looked::Article { reading: Err(problem), .. } => at(look, vec![problem]),
            Looked::Preface(_, Ok(preface)) => at(look, preface.remarks),
            Looked::Preface(_, Err(problem)) => at(look, vec![problem]),
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
    let hint = Text::new("Hãy cho phép đọc tệp, hoặc lưu lại tệp.", "Allow reading it, or save it again.");
    Some((Some(place), Problem::new(&path, what, hint).as_error()))
}
