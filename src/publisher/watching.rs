//! Whether the folder is there, is the one it was, and tells of changes.

use super::{Publisher, REWATCH_PACE, ROOT, ROOT_PACE, Told, office, write_root};
use crate::folder::RootIdentity;
use crate::watch::{Hint, NotWatched, Watch};
use std::io;
use std::path::PathBuf;
use std::time::Instant;

impl Publisher {
    pub(super) fn start_watch(&mut self) {
        let told = self.told.clone();
        let pass_on = move |hint| {
            // A publisher that is gone needs no hints.
            let _ = told.send(Told::Hint(hint));
        };
        self.rewatch_due = Instant::now() + REWATCH_PACE;
        self.watch = None;
        let (own, _) = office::place(&self.desk.site, self.desk.folder.root(), &self.desk.names);
        match Watch::start(self.desk.folder.root(), &self.desk.feeds, own, pass_on) {
            Ok(watch) => {
                self.watch = Some(watch);
                self.watch_fault = None;
            }
            Err(not_watched) => self.go_unwatched(&not_watched),
        }
    }

    /// From now on only looking tells what changed.
    fn go_unwatched(&mut self, not_watched: &NotWatched) {
        self.watch = None;
        self.sweep_soon();
        let fault = format!("{} is not watched: {}", self.desk.folder.root().display(), not_watched.why);
        if self.watch_fault.as_ref() != Some(&fault) && self.root_fault.is_none() {
            tracing::warn!("{fault}; {}", not_watched.hint);
        }
        self.watch_fault = Some(fault);
    }

    /// Whether what is written there is announced.
    pub(super) fn is_announced(&self) -> bool {
        self.watch.is_some() && !self.is_share
    }

    pub(super) fn heed(&mut self, hint: Hint) {
        let path = match &hint {
            Hint::Everything => {
                self.metrics.overflows.inc();
                // Folders that were made meanwhile are not watched either.
                self.rewatch_after_sweep = true;
                return self.sweep_soon();
            }
            Hint::Unwatched(not_watched) => return self.go_unwatched(not_watched),
            Hint::Whole(path)
            | Hint::Changed(path)
            | Hint::Folder(path)
            | Hint::BeingWritten(path)
            | Hint::Gone(path) => path,
        };
        if self.watch.as_mut().is_some_and(|watch| watch.heed_own(path)) {
            return;
        }
        let Ok(place) = path.strip_prefix(self.desk.folder.root()) else { return self.heed_settings(&hint) };
        if place.as_os_str().is_empty() {
            // The root itself: it is looked at every second, and now.
            self.root_due = Instant::now();
            return;
        }
        let place: PathBuf = place.to_owned();
        let now = Instant::now();
        match hint {
            Hint::Whole(_) | Hint::Gone(_) => self.look_now(place),
            Hint::Folder(_) => {
                // Now for what is in it, and again once it is watched for sure.
                self.look_now(place.clone());
                self.settling.changed(place, now);
            }
            Hint::Changed(_) => self.settling.changed(place, now),
            Hint::BeingWritten(_) => self.settling.being_written(place, now),
            Hint::Everything | Hint::Unwatched(_) => {}
        }
    }

    pub(super) fn take_root(&mut self, root: io::Result<(RootIdentity, bool, Option<RootIdentity>)>) {
        self.root_asked = false;
        let now = Instant::now();
        self.root_due = now + ROOT_PACE;
        let (root, is_share, feeds) = match root {
            Ok(root) => root,
            Err(error) => {
                let root = self.desk.folder.root().display().to_string();
                self.set_root_fault(format!("the content folder {root} cannot be reached: {error}"));
                // At a first start there may be nothing to wait for.
                if error.kind() == io::ErrorKind::NotFound || self.began.elapsed() >= super::LONG_START {
                    self.finish_first_look_at_walking();
                }
                return;
            }
        };
        let returned = self.root_fault.take().is_some();
        if returned {
            tracing::info!("{} is there again", self.desk.folder.root().display());
        }
        self.is_share = is_share;
        let replaced = self.root.is_some_and(|before| before != root);
        if replaced && !self.edition.catalogue().is_empty() {
            // Another folder under the same name proves nothing about the articles until they are seen in it.
            self.unproven_since.get_or_insert(now);
        }
        if self.root != Some(root) {
            self.root = Some(root);
            if self.unproven_since.is_none() {
                self.note(ROOT, write_root(root));
            }
        }
        let feeds_replaced = self.feeds_root != feeds;
        self.feeds_root = feeds;
        // Watches follow the folder they were put on, not its name.
        let retry = self.watch.is_none() && now >= self.rewatch_due;
        if returned || replaced || feeds_replaced || retry {
            self.start_watch();
        }
        if returned || replaced {
            self.sweep_soon();
        }
        if feeds_replaced {
            self.settings_due = now;
        }
    }

    pub(super) fn set_root_fault(&mut self, fault: String) {
        if self.root_fault.as_ref() != Some(&fault) {
            tracing::error!("{fault}; everything stays as it was published until it is there again");
        }
        self.root_fault = Some(fault);
    }

    /// The folder is the one it was, whatever its number: most of what was published is in it.
    pub(super) fn prove_root(&mut self) {
        if self.unproven_since.take().is_some()
            && let Some(root) = self.root
        {
            self.note(ROOT, write_root(root));
        }
    }
}
