//! What partners were handed is written down.

use super::Publisher;
use crate::journal::{Journal, Kept};
use crate::ledger::Line;
use crate::words::Zone;
use std::time::{Duration, Instant};

/// How long what was handed out may wait, so that many requests are one commit.
const PACE: Duration = Duration::from_millis(500);

impl Publisher {
    /// Writes down what partners were handed lately.
    pub(super) fn write_down_when_due(&mut self) {
        let may_write = self.journal_retry.is_none_or(|retry| Instant::now() >= retry);
        if may_write && self.written_down.elapsed() >= PACE {
            self.write_down();
        }
    }

    /// Writes down what partners were handed, if the journal can be written.
    pub(super) fn write_down(&mut self) {
        self.written_down = Instant::now();
        if !self.journal.is_writable() {
            return;
        }
        let lines = self.ledger.take();
        if lines.is_empty() {
            return;
        }
        match write_down(&mut self.journal, &lines, &self.desk.site.zone, &Kept::USUAL) {
            Ok(()) => self.journal_works(),
            Err(error) => {
                self.ledger.give_back(lines);
                self.set_journal_fault(&error);
            }
        }
    }
}

/// Writes down all of it, or nothing.
pub(super) fn write_down(
    journal: &mut Journal,
    lines: &[Line],
    zone: &Zone,
    kept: &Kept,
) -> rusqlite::Result<()> {
    let session = journal.session()?;
    lines.iter().try_for_each(|line| session.write_handed(line, zone, kept))?;
    session.commit()
}
