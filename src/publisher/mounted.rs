//! Disks and shares mounted in the content folder. What lies on one that is not there is not gone: a mount point without its
//! disk is an empty folder, and says nothing.

use super::Publisher;
use crate::words::{ContentPath, Text};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The journal's note of where they were seen.
pub(super) const MOUNTS: &str = "mounts";
/// How many are remembered. More would be looked at every second for nothing.
const MOST: usize = 100;

/// Reads the note; none where it makes no sense.
pub(super) fn read(note: &str) -> BTreeSet<PathBuf> {
    serde_json::from_str(note).unwrap_or_default()
}

impl Publisher {
    /// A walk through everything has seen disks mounted at these places.
    pub(super) fn remember_mounts(&mut self, seen: &[PathBuf]) {
        // A name that is no text cannot be noted.
        let new = seen.iter().filter(|place| place.to_str().is_some() && !self.mounts.contains(*place));
        let new: Vec<PathBuf> = new.take(MOST.saturating_sub(self.mounts.len())).cloned().collect();
        let unmounted = self.unmounted.clone();
        let forgotten = unmounted.into_iter().filter(|place| !self.has_missing_below(place));
        let forgotten: Vec<PathBuf> = forgotten.collect();
        self.forget_mounts(&forgotten);
        if !new.is_empty() {
            self.mounts.extend(new);
            self.note_mounts();
            // What is watched there is the folder below the disk, unless that was there at the start.
            if self.watching.last_look.is_some() {
                self.start_watch();
            }
        }
    }

    /// Nothing that was on them is wanted any more.
    pub(super) fn forget_mounts(&mut self, places: &[PathBuf]) {
        if places.is_empty() {
            return;
        }
        self.mounts.retain(|place| !places.contains(place));
        self.unmounted.retain(|place| !places.contains(place));
        self.note_mounts();
    }

    fn note_mounts(&mut self) {
        let note = serde_json::to_string(&self.mounts).expect("paths that are text can be written as JSON");
        self.note(MOUNTS, note);
    }

    /// Where a disk was mounted and is not.
    pub(super) fn take_unmounted(&mut self, unmounted: Vec<PathBuf>) {
        if self.unmounted == unmounted {
            return;
        }
        for place in unmounted.iter().filter(|place| !self.unmounted.contains(place)) {
            let place = self.desk.folder.root().join(place);
            tracing::error!(
                "nothing is mounted at {} any more; what was on it stays published",
                place.display()
            );
        }
        for place in self.unmounted.iter().filter(|place| !unmounted.contains(place)) {
            let place = self.desk.folder.root().join(place);
            tracing::info!("{} is mounted again", place.display());
        }
        let is_back = self.unmounted.iter().any(|place| !unmounted.contains(place));
        self.unmounted = unmounted;
        if is_back {
            self.start_watch();
        }
        self.sweep_soon();
    }

    /// Whether the file at a path lay on a disk that is not there.
    pub(super) fn is_unmounted(&self, path: &ContentPath) -> bool {
        self.unmounted.iter().any(|place| lies_below(path, place))
    }

    fn has_missing_below(&self, place: &Path) -> bool {
        self.missing.keys().any(|path| lies_below(path, place))
    }

    /// What is told of the articles on disks that are not there, and what to do about it.
    pub(super) fn unmounted_fault(&self) -> Option<(Text, Text)> {
        if self.away == 0 {
            return None;
        }
        let root = self.desk.folder.root();
        let places: Vec<String> =
            self.unmounted.iter().map(|place| root.join(place).display().to_string()).collect();
        let (places, away) = (places.join(", "), self.away);
        Some((
            Text::new(
                format!(
                    "Ổ đĩa hoặc ổ mạng gắn ở {places} không còn ở đó; {away} bài trong đó vẫn được giữ nguyên trên trang."
                ),
                format!(
                    "The disk or share that was mounted at {places} is not there; articles of it that stay published: {away}."
                ),
            ),
            Text::new(
                "Nếu không cố ý: gắn lại ổ, mọi thứ tự trở lại như trước. Nếu cố ý: nhờ người quản trị máy chủ chạy lệnh `bantin accept`.",
                "If this was not meant: mount it again, and all is well again by itself. If it was: run `bantin accept`.",
            ),
        ))
    }
}

fn lies_below(path: &ContentPath, place: &Path) -> bool {
    let Some(folder) = ContentPath::new(place) else { return false };
    path.as_str().strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
}
