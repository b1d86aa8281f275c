//! What the office and the operator are told, each thing once.

use super::{FirstLook, Publisher, clock};
use crate::journal::Door;
use crate::render::status::{Fault, Trouble};
use crate::words::{ContentPath, Problem, Text};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How soon writing is tried again after it failed.
const JOURNAL_RETRY: Duration = Duration::from_secs(1);

impl Publisher {
    pub(super) fn set_problems(&mut self, path: &ContentPath, problems: Vec<Problem>) {
        let before = self.problems.remove(path).unwrap_or_default();
        self.tell_new(&before, &problems);
        if before != problems {
            self.board.changed(path, &problems, clock());
        }
        if !problems.is_empty() {
            self.problems.insert(path.clone(), problems);
        }
        self.count_problems();
    }

    pub(super) fn set_settings_problems(&mut self, problems: Vec<Problem>) {
        self.tell_new(&self.settings_problems, &problems);
        for file in self.settings_problems.iter().chain(&problems).map(|problem| &problem.path) {
            let before = self.settings_problems.iter().filter(|problem| problem.path == *file);
            let now = problems.iter().filter(|problem| problem.path == *file);
            if before.ne(now.clone()) {
                self.board.changed(file, now, clock());
            }
        }
        self.settings_problems = problems;
        self.count_problems();
    }

    fn tell_new(&self, before: &[Problem], now: &[Problem]) {
        let language = self.desk.site.interface();
        for problem in now.iter().filter(|problem| !before.contains(problem)) {
            eprintln!("{}", problem.told(language));
        }
    }

    fn count_problems(&self) {
        self.metrics.problems.set((self.problems.len() + self.settings_problems.len()) as i64);
    }

    pub(super) fn set_journal_fault(&mut self, error: &rusqlite::Error) {
        let fault = Text::new(
            format!(
                "không ghi được sổ ghi nhớ: {error}; những gì đã đăng vẫn giữ nguyên, tệp mới sẽ được thử lại: kiểm tra chỗ trống và quyền ghi của thư mục trạng thái"
            ),
            format!(
                "the journal cannot be written: {error}; what was published stays served, and new files are tried again: look after room and rights in the state folder"
            ),
        );
        if self.journal_fault.as_ref() != Some(&fault) {
            tracing::error!("{}", fault.en);
        }
        self.journal_fault = Some(fault);
        self.journal_retry = Some(Instant::now() + JOURNAL_RETRY);
    }

    pub(super) fn journal_works(&mut self) {
        self.journal_retry = None;
        if self.journal_fault.take().is_some() {
            tracing::info!("the journal can be written again");
        }
    }

    /// What the check of the journal said that was too long to be made at the start.
    pub(super) fn take_check(&mut self, sound: Result<bool, String>) {
        match sound {
            Ok(true) => {}
            Err(why) => tracing::warn!("the journal could not be checked: {why}"),
            Ok(false) => {
                let marked = self.desk.memory.as_ref().map(Door::mark_as_damaged);
                let fault = Text::new(
                    "sổ ghi nhớ bị hỏng; những gì đã đăng vẫn giữ nguyên, lần khởi động sau sẽ cất nó đi và lập sổ mới: khởi động lại bantin khi thuận tiện",
                    "the journal is damaged; what was published stays served, and at the next start the journal is set aside and begun anew: start bantin again when it suits",
                );
                tracing::error!("{}", fault.en);
                if let Some(Err(error)) = marked {
                    tracing::error!("that could not be noted in the state folder: {error}");
                }
                self.damage = Some(fault);
            }
        }
    }

    pub(super) fn tell_standing(&mut self) {
        let zone = &self.desk.site.zone;
        let (held, restore) = self.held.as_ref().map(|held| (held.facts(zone), held.to_do(zone))).unzip();
        let files = self.held.as_ref().map_or(0, |held| held.missing);
        let another = (self.unproven && self.held.is_none()).then(|| {
            let root = self.desk.folder.root().display();
            Text::new(
                format!("{root} không còn là thư mục trước đây, và phần lớn bài đã đăng không có trong đó"),
                format!("{root} is another folder than it was, and most of what was published is not in it"),
            )
        });
        let (unmounted, mount) = self.unmounted_fault().unzip();
        let readers = self.stuck_readers();
        let stuck = (readers > 0).then(|| {
            Text::new(
                format!("{readers} lượt đọc đang chờ ổ đĩa; kiểm tra ổ mạng"),
                format!("{readers} readers wait for the disk: look after the share"),
            )
        });
        let told = [
            (Trouble::Root, &self.root_fault),
            (Trouble::Held { files }, &held),
            (Trouble::AnotherFolder, &another),
            (Trouble::Unmounted, &unmounted),
            (Trouble::Journal, &self.journal_fault),
            (Trouble::Damage, &self.damage),
            (Trouble::Walk, &self.sweep_fault),
            (Trouble::Stuck { readers }, &stuck),
            (Trouble::Watch, &self.watch_fault),
            (Trouble::Settings, &self.settings_fault),
            (Trouble::Receipts, &self.receipts.fault()),
        ];
        let faults = told.into_iter().filter_map(|(trouble, detail)| {
            let to_do = match trouble {
                Trouble::Held { .. } => restore.clone(),
                Trouble::Unmounted => mount.clone(),
                _ => None,
            };
            Some(Fault { trouble, detail: detail.clone()?, to_do })
        });
        let faults: Vec<Fault> = faults.collect();
        self.tell_outlook(&faults);
        let looked = self.first_look == FirstLook::Done;
        let before = self.standing.load();
        let is_news = before.as_ref().is_none_or(|before| {
            before.looked != looked
                || before.faults != faults
                || before.last_look != self.watching.last_look
                || before.folders != self.watched()
        });
        let moved = before.as_ref().is_some_and(|before| before.counts != self.counts());
        if is_news || self.board.is_due(moved, Instant::now()) {
            let status = self.status(faults, looked);
            self.standing.store(Some(Arc::new(status)));
        }
    }
}
