//! Whether the folder is there, is the one it was, and tells of changes.

use super::notes::{ROOT, write_root};
use super::{Publisher, REWATCH_PACE, ROOT_PACE, Told, office};
use crate::readers::Roots;
use crate::watch::{Hint, NotWatched, Watch};
use crate::words::{Text, WatchMode};
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
        if self.desk.site.watch == WatchMode::Polling {
            self.watch_fault = None;
            return self.tell_watching();
        }
        let (own, _) = office::place(&self.desk.site, &self.desk, &self.desk.names);
        match Watch::start(self.desk.folder.root(), &self.desk.feeds, own, pass_on) {
            Ok(watch) => {
                self.watch = Some(watch);
                self.watch_fault = None;
            }
            Err(not_watched) => self.go_unwatched(&not_watched),
        }
        self.tell_watching();
    }

    /// From now on only looking tells what changed.
    fn go_unwatched(&mut self, not_watched: &NotWatched) {
        self.watch = None;
        self.sweep_soon();
        let root = self.desk.folder.root().display();
        let NotWatched { why, hint } = not_watched;
        let fault = Text::new(
            format!("không theo dõi được {root}: {why}; {}", hint.vi),
            format!("{root} is not watched: {why}; {}", hint.en),
        );
        if self.watch_fault.as_ref() != Some(&fault) && self.root_fault.is_none() {
            tracing::warn!("{}", fault.en);
        }
        self.watch_fault = Some(fault);
        self.tell_watching();
    }

    /// Whether what is written there is announced.
    pub(super) fn is_announced(&self) -> bool {
        let tells = self.desk.site.watch == WatchMode::Events || self.silent.is_none();
        self.watch.is_some() && tells
    }

    /// Says how the folder is watched, and why so.
    pub(super) fn tell_watching(&mut self) {
        let why = match (self.desk.site.watch, &self.silent, &self.file_system) {
            (WatchMode::Polling, ..) => {
                Text::new("cài đặt ghi `watch = \"polling\"`", "the settings say `watch = \"polling\"`")
            }
            _ if self.watch.is_none() => match &self.watch_fault {
                Some(fault) => fault.clone(),
                None => Text::new("chưa theo dõi được", "it is not watched yet"),
            },
            (WatchMode::Events, ..) => {
                Text::new("cài đặt ghi `watch = \"events\"`", "the settings say `watch = \"events\"`")
            }
            (WatchMode::Auto, Some((place, file_system)), _) => {
                let (place, name) = (self.desk.folder.root().join(place), file_system.name);
                Text::new(
                    format!("{} nằm trên {name}, không báo thay đổi", place.display()),
                    format!("{} lies on {name}, which does not tell of changes", place.display()),
                )
            }
            (WatchMode::Auto, None, Some(file_system)) => Text::new(
                format!("hệ tệp báo thay đổi ({})", file_system.name),
                format!("its file system tells of changes ({})", file_system.name),
            ),
            (WatchMode::Auto, None, None) => {
                Text::new("chưa xem thư mục", "the folder was not looked at yet")
            }
        };
        self.watching.by_events = self.is_announced();
        self.watching.why = why;
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

    pub(super) fn take_root(&mut self, roots: io::Result<Roots>) {
        self.root_asked = false;
        let now = Instant::now();
        self.root_due = now + ROOT_PACE;
        let Roots { content: root, file_system, feeds, feeds_are_silent, unmounted } = match roots {
            Ok(roots) => roots,
            Err(error) => {
                let root = self.desk.folder.root().display().to_string();
                self.set_root_fault(Text::new(
                    format!("không mở được thư mục nội dung {root}: {error}"),
                    format!("the content folder {root} cannot be reached: {error}"),
                ));
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
        self.take_unmounted(unmounted);
        if self.file_system != Some(file_system) {
            self.file_system = Some(file_system);
            self.silent = (!file_system.tells).then(|| (PathBuf::new(), file_system));
            self.tell_watching();
        }
        let replaced = self.root.is_some_and(|before| before != root);
        if replaced && !self.edition.catalogue().is_empty() {
            // Another folder under the same name proves nothing about the articles until they are seen in it.
            self.unproven = true;
        }
        if self.root != Some(root) {
            self.root = Some(root);
            if !self.unproven {
                self.note(ROOT, write_root(root));
            }
        }
        let feeds_replaced = self.feeds_root != feeds;
        self.feeds_root = feeds;
        self.feeds_are_silent = feeds_are_silent;
        // Watches follow the folder they were put on, not its name.
        let is_wanted = self.desk.site.watch != WatchMode::Polling;
        let retry = is_wanted && self.watch.is_none() && now >= self.rewatch_due;
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

    /// The folder does not answer as it should; `what` says how.
    pub(super) fn set_root_fault(&mut self, what: Text) {
        let fault = Text::new(
            format!(
                "{}; mọi bài đã đăng vẫn giữ nguyên cho đến khi thư mục trở lại: kiểm tra ổ đĩa, ổ mạng và quyền đọc",
                what.vi
            ),
            format!(
                "{}; everything stays as it was published until it is there again: look after the disk, the share, or the right to read it",
                what.en
            ),
        );
        if self.root_fault.as_ref() != Some(&fault) {
            tracing::error!("{}", fault.en);
        }
        self.root_fault = Some(fault);
    }

    /// The folder is the one it was, whatever its number: most of what was published is in it, or the rest is not wanted.
    pub(super) fn prove_root(&mut self) {
        if std::mem::take(&mut self.unproven)
            && let Some(root) = self.root
        {
            self.note(ROOT, write_root(root));
        }
    }
}
