//! Whether all that stands in the folder has been taken in.

use super::{FirstLook, Publisher};
use crate::words::Text;
use std::sync::mpsc::Sender;

/// What there is left to wait for, when nothing is left but that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing.
    Wholly,
    /// So many places are being written, cannot be read or may be about to come back.
    Nearly(usize),
    /// Until this is over nothing is taken in.
    Not(Text),
}

impl Publisher {
    /// Says so, unless there is still something to be read; who asks will ask again.
    pub(super) fn say_whether_settled(&self, tell: &Sender<Settled>) {
        let fault = self.journal_fault.as_ref().or(self.root_fault.as_ref());
        let is_busy = self.first_look != FirstLook::Done
            || self.has_looks()
            || self.taken_in_since.is_some()
            || self.filling.is_some();
        let missing = if self.held.is_some() { 0 } else { self.missing.len() };
        let settled = match (fault, is_busy, self.settling.len() + missing) {
            (Some(fault), ..) => Settled::Not(fault.clone()),
            (None, true, _) => return,
            (None, false, 0) => Settled::Wholly,
            (None, false, left) => Settled::Nearly(left),
        };
        // Who does not listen any more has enough.
        let _ = tell.send(settled);
    }
}
