//! The settings, at a start and when they change.

use super::{Publisher, READING, clock, document, reading_stamp};
use crate::intake::Names;
use crate::readers::Desk;
use crate::settings::{self, FeedDefinition, Overrides};
use crate::words::{FeedName, Problem, Site, Text};
use std::io;
use std::sync::Arc;
use std::time::Instant;
use url::Url;

impl Publisher {
    pub(super) fn take_settings(&mut self, files: io::Result<Vec<(String, io::Result<String>)>>) {
        let files = match files {
            Ok(files) => files,
            Err(error) => return tracing::warn!("the settings cannot be listed: {error}"),
        };
        let loaded = load_settings(
            files,
            &self.overrides,
            &self.listening,
            Some((&self.desk.site, &self.definitions)),
        );
        let Loaded { site, definitions, names, problems } = match loaded {
            Ok(loaded) => loaded,
            Err(problem) => return self.set_settings_problems(vec![*problem]),
        };
        self.set_settings_problems(problems);
        let new_names = names.map(|names| (names, site.ignore != self.desk.site.ignore));
        if *self.desk.site == site && *self.definitions == *definitions {
            return;
        }
        let read_alike = reading_stamp(&site) == reading_stamp(&self.desk.site);
        let site = Arc::new(site);
        let definitions: Arc<[FeedDefinition]> = definitions.into();
        if let Some((names, _)) = new_names {
            let desk = Desk {
                folder: self.desk.folder.clone(),
                feeds: self.desk.feeds.clone(),
                names,
                site: site.clone(),
            };
            self.desk = Arc::new(desk);
        }
        self.definitions = definitions.clone();
        let mut catalogue = self.edition.catalogue().under(site, definitions);
        let known: Vec<(FeedName, String)> = self
            .edition
            .catalogue()
            .feed_names()
            .filter(|(name, _)| !matches!(name, FeedName::Plain(_)))
            .map(|(name, _)| (name.clone(), self.edition.catalogue().label(name).to_owned()))
            .collect();
        for (name, label) in known {
            catalogue.remember_feed(&name, &label);
        }
        let now = clock();
        let (edition, renewed) = self.edition.next_whole(catalogue, now);
        let written = (|| {
            let session = self.journal.session()?;
            for (subject, validators) in renewed {
                session.write(&document(&edition, subject, validators), now)?;
            }
            session.commit()
        })();
        if let Err(error) = written {
            return self.set_journal_fault(&error);
        }
        self.edition = edition;
        if self.press.edition().is_some() {
            self.show();
        }
        if !read_alike {
            self.files.values_mut().for_each(|file| file.stamp = None);
            self.passed_over.clear();
            self.note(READING, reading_stamp(&self.desk.site));
            self.sweep_due = Instant::now();
        }
        tracing::info!("the settings were read again");
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
                "lưu lại ở dạng UTF-8 và cho máy chủ quyền đọc",
                "save it as UTF-8 and let the server read it",
            ),
        )
    };
    let site_text = match files.iter().find(|(name, _)| name == "site.toml") {
        None => "",
        Some((_, Ok(text))) => text,
        Some((name, Err(error))) => return Err(Box::new(unreadable(name, error))),
    };
    let (site, mut problems) = settings::site(site_text, overrides, listening).map_err(Box::new)?;
    let names = match Names::new(&site.ignore) {
        Ok(names) => Some(names),
        Err(what) => {
            let hint = Text::new("viết như `*.bak` hoặc `nhap/**`", "write it like `*.bak` or `drafts/**`");
            problems.push(Problem::new(&settings::file_path("site.toml"), what, hint));
            None
        }
    };
    let mut definitions = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name != "site.toml") {
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
                definitions.extend(last_good.cloned());
                problems.push(problem);
            }
        }
    }
    Ok(Loaded { site, definitions, names, problems })
}
