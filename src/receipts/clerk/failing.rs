//! What becomes of receipts that cannot be written.

use super::Clerk;
use crate::receipts::Papers;
use crate::words::{ContentPath, Text};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// How soon writing is tried again after it failed; doubled up to the longest.
pub(super) const RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// Why something was not done.
pub(in crate::receipts) enum Failure {
    Disk(io::Error),
    Journal(rusqlite::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Journal(error)
    }
}

impl Clerk {
    /// All that was put off is done.
    pub(super) fn catch_up(&mut self, papers: &mut Papers) {
        let is_behind = self.retry.is_some() || self.summary_due || !self.later.is_empty();
        if self.is_open() && !is_behind && papers.fault.take().is_some() {
            self.pause = RETRY;
            tracing::info!("receipts are written again");
        }
    }

    /// Nothing is lost: what was due stays so. What concerns one file only does not hold up the others.
    pub(super) fn put_off(&mut self, path: Option<ContentPath>, failure: &Failure) {
        let place = self.plan.place.as_deref().unwrap_or(Path::new("")).display();
        let is_alone = matches!(failure, Failure::Disk(error) if !concerns_all(error))
            && self.mirror.as_ref().is_some_and(|mirror| mirror.make().is_ok());
        let (alone, path) = if is_alone { (path, None) } else { (None, path) };
        let fault = match (failure, &alone) {
            (Failure::Disk(error), None) => Text::new(
                format!("không viết được phiếu báo vào {place}: {error}"),
                format!("receipts cannot be written to {place}: {error}"),
            ),
            (Failure::Disk(error), Some(path)) => Text::new(
                format!("không viết được phiếu báo của {path} vào {place}: {error}"),
                format!("the receipt for {path} cannot be written to {place}: {error}"),
            ),
            (Failure::Journal(error), _) => Text::new(
                format!("không viết được phiếu báo vì không đọc được sổ ghi nhớ: {error}"),
                format!("receipts cannot be written, for the journal cannot be read: {error}"),
            ),
        };
        if alone.is_none() {
            self.retry = Some(Instant::now() + self.pause);
            self.pause = (self.pause * 2).min(LONGEST_RETRY);
        }
        self.later.extend(alone);
        let mut papers = self.desk.papers();
        papers.pressing.extend(path);
        if papers.fault.is_none() {
            tracing::warn!("{}; it is tried again, and nothing else is held up", fault.en);
        }
        papers.fault = Some(fault);
    }
}

/// Whether no receipt can be written then.
fn concerns_all(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StaleNetworkFileHandle, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem | StaleNetworkFileHandle)
}
