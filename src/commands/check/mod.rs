//! `bantin check`: everything is read once, as the server would, and what is wrong is told.

mod doubles;
mod excerpt;
mod reading;
mod telling;

use super::{Places, start_log};
use crate::folder::Folder;
use crate::intake::{self, Kind, LONGEST_TEXT, Names, Source};
use crate::readers::Desk;
use crate::receipts::{self, Folders};
use crate::words::{ContentPath, Language, looks_like_token};
use clap::{Args, ValueEnum};
use excerpt::Excerpt;
use reading::{Placed, Wanted, problems_of_settings, read_articles, read_settings_of};
use std::collections::HashMap;
use std::error::Error;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use telling::{Agreements, Finding, json, summary};

#[derive(Args)]
pub(super) struct Check {
    /// Report only on these files and folders, in the content folder or the one with the settings.
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

/// Reads what was asked for and tells what is wrong with it; 1 when anything is.
pub(super) fn check(places: &Places, asked: &Check) -> Result<ExitCode, Box<dyn Error>> {
    start_log(false);
    let feeds = std::path::absolute(&places.feeds)?;
    let folder = Folder::new(std::path::absolute(&places.content)?);
    let wanted = asked.wanted(folder.root(), &feeds)?;
    let (loaded, texts) = read_settings_of(places)?;
    let language = loaded.site.interface();
    let agreements = Agreements::of(&loaded.definitions);
    let names = loaded.names.unwrap_or_else(|| Names::new(&[]).expect("no pattern makes sense"));
    let folders = Folders { content: folder.root(), feeds: &feeds, state: None };
    let misplaced = receipts::place(&loaded.site.receipts, folders, &names).err();
    let of_settings = loaded.problems.into_iter().chain(misplaced.map(|problem| *problem)).collect();
    let mut problems = problems_of_settings(of_settings, &feeds, &wanted);
    let desk = Arc::new(Desk::new(folder, feeds, Arc::new(names), Arc::new(loaded.site), None));
    let (count, of_articles) = read_articles(&desk, &wanted)?;
    problems.extend(of_articles);
    let here = std::env::current_dir()?;
    let mut sources = Sources { desk: &desk, settings: &texts, last: None };
    let findings: Vec<Finding> =
        problems.into_iter().map(|problem| sources.finding(problem, &here)).collect();
    match asked.tell(language, count, &findings, &agreements) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        told => told?,
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The texts of files that have problems, to show their lines.
struct Sources<'a> {
    desk: &'a Desk,
    /// Those of the settings.
    settings: &'a HashMap<ContentPath, String>,
    /// That of the article that was shown last.
    last: Option<(PathBuf, Option<excerpt::Text>)>,
}

impl Sources<'_> {
    fn finding(&mut self, (place, problem): Placed, here: &Path) -> Finding {
        let whole = match &place {
            Some(place) => self.desk.folder.root().join(place),
            None => self.desk.feeds.join(problem.path.file_name()),
        };
        let path = whole.strip_prefix(here).unwrap_or(&whole).to_string_lossy().into_owned();
        let excerpt = problem.line.and_then(|line| {
            let about = problem.about.as_deref();
            match place {
                Some(place) => Excerpt::of(self.article(place, &problem.path)?, line, about),
                None => {
                    let text = self.settings.get(&problem.path)?;
                    let is_secret = text.lines().nth(line as usize - 1).is_some_and(looks_like_token);
                    if is_secret {
                        return None;
                    }
                    Excerpt::of(&excerpt::Text::Read(text.clone()), line, about)
                }
            }
        });
        Finding { path, problem, excerpt }
    }

    fn article(&mut self, place: PathBuf, path: &ContentPath) -> Option<&excerpt::Text> {
        if self.last.as_ref().is_none_or(|(last, _)| *last != place) {
            let text = source(&self.desk.folder, &place, path);
            self.last = Some((place, text));
        }
        self.last.as_ref().and_then(|(_, text)| text.as_ref())
    }
}

/// The text of a file that has a problem; nothing of what is no text, or gone by now.
fn source(folder: &Folder, place: &Path, path: &ContentPath) -> Option<excerpt::Text> {
    match Kind::of(path)? {
        Kind::Newspaper | Kind::Markdown | Kind::Html => {}
        Kind::Word | Kind::Foreign => return None,
    }
    let (file, _) = folder.open(place).ok()?;
    let mut bytes = Vec::new();
    file.take(LONGEST_TEXT as u64 + 1).read_to_end(&mut bytes).ok()?;
    let text = intake::text(&Source { path, bytes: &bytes, beside: &[] });
    Some(text.map_or(excerpt::Text::Unread(bytes), excerpt::Text::Read))
}

impl Check {
    /// The whole paths of what was named; it may be written from here or from the content folder.
    fn wanted(&self, content: &Path, feeds: &Path) -> Result<Wanted, Box<dyn Error>> {
        let whole = |path: &PathBuf| -> Result<PathBuf, Box<dyn Error>> {
            let from_here = std::path::absolute(path)?;
            let is_ours = from_here.starts_with(content) || from_here.starts_with(feeds);
            match [from_here, content.join(path)] {
                [whole, _] if is_ours && whole.exists() => Ok(whole),
                [_, whole] if whole.exists() => Ok(whole),
                _ => Err(format!("there is no {} below {}", path.display(), content.display()).into()),
            }
        };
        Ok(Wanted(self.paths.iter().map(whole).collect::<Result<_, _>>()?))
    }

    fn tell(
        &self,
        language: Language,
        count: usize,
        findings: &[Finding],
        agreements: &Agreements,
    ) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            Format::Json => writeln!(out, "{}", json(count, findings))?,
            Format::Text => {
                let in_colour = self.is_in_colour();
                for finding in findings {
                    write!(out, "{}", finding.told(language, in_colour))?;
                }
                writeln!(io::stderr(), "{}", summary(language, count, findings, agreements))?;
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
