//! The settings, at a start and when they change.

use super::notes::{READING, write_documents};
use super::settling::STANDING;
use super::{Publisher, clock, office};
use crate::intake::Names;
use crate::journal::Write;
use crate::readers::Desk;
use crate::settings::{self, FeedDefinition, Overrides, SITE_FILE};
use crate::watch::Hint;
use crate::words::{FeedName, Problem, Site, Text};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

impl Publisher {
    /// A settings file that is whole is read at once; otherwise once it stands still.
    pub(super) fn heed_settings(&mut self, hint: &Hint) {
        let (path, pause) = match hint {
            Hint::Whole(path) => (path, Duration::ZERO),
            Hint::Changed(path) | Hint::BeingWritten(path) | Hint::Gone(path) => (path, STANDING),
            Hint::Folder(_) | Hint::Everything | Hint::Unwatched(_) => return,
        };
        if path.extension().is_some_and(|extension| extension == "toml") {
            self.settings_due = Instant::now() + pause;
        }
    }

    pub(super) fn take_settings(&mut self, files: io::Result<Vec<(String, io::Result<String>)>>) {
        let files = match files {
            Ok(files) => files,
            Err(error) => return tracing::warn!("the settings cannot be listed: {error}"),
        };
        let has_site_file = files.iter().any(|(name, _)| name == SITE_FILE);
        if self.had_site_file && !has_site_file {
            // Editors save by moving files about, and shares go away.
            let file = self.desk.feeds.join(SITE_FILE);
            let fault = Text::new(
                format!("không còn thấy {}; cài đặt trước đó vẫn có hiệu lực", file.display()),
                format!("{} is gone; what it said still holds", file.display()),
            );
            if self.settings_fault.as_ref() != Some(&fault) {
                tracing::warn!("{}", fault.en);
            }
            self.settings_fault = Some(fault);
            return;
        }
        self.settings_fault = None;
        self.had_site_file = has_site_file;
        let before = Some((&*self.desk.site, &*self.definitions));
        let Loaded { site, definitions, names, problems } =
            match load_settings(files, &self.overrides, &self.listening, before) {
                Ok(loaded) => loaded,
                Err(problem) => return self.set_settings_problems(vec![*problem]),
            };
        let for_place = names.as_ref().unwrap_or(&self.desk.names);
        let (_, misplaced) = office::place(&site, &self.desk, for_place);
        self.set_settings_problems(problems.into_iter().chain(misplaced).collect());
        if *self.desk.site == site && *self.definitions == *definitions {
            return;
        }
        let site = Arc::new(site);
        let definitions: Arc<[FeedDefinition]> = definitions.into();
        let catalogue = self.edition.catalogue().under(site.clone(), definitions.clone());
        let now = clock();
        let catalogue = match self.journal.gone(now.plus_seconds(-site.withdrawn_for())) {
            Ok(gone) => catalogue.with_gone(gone),
            Err(error) => return self.set_journal_fault(&error),
        };
        let (edition, renewed) = self.edition.next_whole(catalogue, now);
        let renewed = self.unwritten.iter().cloned().chain(renewed);
        if let Err(error) = write_documents(&mut self.journal, &edition, renewed, now) {
            self.settings_due = Instant::now() + STANDING;
            return self.set_journal_fault(&error);
        }
        self.journal_works();
        self.unwritten.clear();
        let before = self.desk.clone();
        // Patterns that make no sense leave those that did.
        let names = names.map_or_else(|| before.names.clone(), Arc::new);
        let (folder, feeds, memory) = (before.folder.clone(), before.feeds.clone(), before.memory.clone());
        let desk = Desk::new(folder, feeds, names, site, memory).for_feeds(&definitions);
        self.desk = Arc::new(desk.with_pictures(self.desk.pictures.clone()));
        self.board.renamed(now);
        self.definitions = definitions;
        self.edition = edition;
        self.follow_receipts();
        if self.press.edition().is_some() {
            self.show();
        }
        if self.desk.reading != before.reading {
            self.read_all_again();
        }
        if self.desk.site.watch != before.site.watch {
            self.start_watch();
            self.sweep_soon();
        }
        tracing::info!("the settings were read again");
    }

    /// The same bytes mean something else now: under another time zone, say.
    fn read_all_again(&mut self) {
        self.passed_over.clear();
        self.prefaces.values_mut().for_each(|file| file.stamp = None);
        let reading = self.desk.reading.to_string();
        let written = self.journal.session().and_then(|session| {
            session.write(&Write::ReadAgain, clock())?;
            session.write(&Write::Note(READING, reading), clock())?;
            session.commit()
        });
        match written {
            Ok(()) => self.journal_works(),
            Err(error) => self.set_journal_fault(&error),
        }
        self.sweep_soon();
    }
}

/// The settings, read.
pub struct Loaded {
    /// The site.
    pub site: Site,
    /// The feeds that files define.
    pub definitions: Vec<FeedDefinition>,
    /// What names mean; `None` when the site's patterns make no sense.
    pub names: Option<Names>,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
}

/// Makes settings of the files of `feeds/`. A file that cannot be used leaves what it said before, if `before`
/// knows.
///
/// # Errors
/// When `site.toml` cannot be used.
pub fn load_settings(
    files: Vec<(String, io::Result<String>)>,
    overrides: &Overrides,
    listening: &Url,
    before: Option<(&Site, &[FeedDefinition])>,
) -> Result<Loaded, Box<Problem>> {
    let unreadable = |name: &str, error: &io::Error| {
        Problem::new(
            &settings::file_path(name),
            Text::new(format!("không đọc được: {error}"), format!("it cannot be read: {error}")),
            Text::new(
                "Hãy lưu lại ở dạng UTF-8 và cho máy chủ quyền đọc.",
                "Save it as UTF-8 and let the server read it.",
            ),
        )
        .as_error()
    };
    let site_text = match files.iter().find(|(name, _)| name == SITE_FILE) {
        None => "",
        Some((_, Ok(text))) => text,
        Some((name, Err(error))) => return Err(Box::new(unreadable(name, error))),
    };
    let (site, mut problems) = settings::site(site_text, overrides, listening).map_err(Box::new)?;
    let names = match Names::new(&site.ignore) {
        Ok(names) => Some(names),
        Err(what) => {
            let hint =
                Text::new("Hãy viết như `*.bak` hoặc `nhap/**`.", "Write it like `*.bak` or `drafts/**`.");
            problems.push(Problem::new(&settings::file_path(SITE_FILE), what, hint));
            None
        }
    };
    let mut definitions = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name != SITE_FILE) {
        let read = match text {
            Ok(text) => settings::feed(name, text, &site),
            Err(error) => Err(unreadable(name, error)),
        };
        match read {
            Ok((definition, remarks)) => {
                definitions.push(definition);
                problems.extend(remarks);
            }
            Err(problem) => {
                let stem = name.strip_suffix(".toml").unwrap_or(name);
                let last_good = before.and_then(|(_, definitions)| {
                    definitions.iter().find(|definition| definition.name.to_string() == stem)
                });
                definitions.extend(last_good.cloned().or_else(|| closed(stem, text.as_deref().ok())));
                problems.push(problem);
            }
        }
    }
    let text_of = |name: &str| {
        let (_, text) = files.iter().find(|(known, _)| known == name)?;
        text.as_deref().ok()
    };
    problems.extend(settings::tokens_of_two(&definitions, text_of));
    Ok(Loaded { site, definitions, names, problems })
}

/// What stands for a definition that cannot be used and never could since the start, when it may be a private one: a category
/// of its name is not shown to everybody in its stead.
fn closed(stem: &str, text: Option<&str>) -> Option<FeedDefinition> {
    let may_be_private = text.is_none_or(|text| text.contains("partner"));
    let name = FeedName::parse(stem).filter(|name| matches!(name, FeedName::Plain(_)))?;
    may_be_private.then(|| FeedDefinition::closed(name))
}
