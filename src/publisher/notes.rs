//! What the journal remembers for the publisher besides articles: notes under names, and which version each document is.

use super::{Publisher, clock};
use crate::edition::{Edition, Subject, Validators};
use crate::folder::RootIdentity;
use crate::journal::{Journal, OPEN_SINCE, Write};
use crate::words::Timestamp;

/// What decides how files were read.
pub(super) const READING: &str = "reading";
/// Which folder the content folder was.
pub(super) const ROOT: &str = "root";

impl Publisher {
    pub(super) fn note(&mut self, name: &'static str, value: String) {
        let written = self.journal.session().and_then(|session| {
            session.write(&Write::Note(name, value), clock())?;
            session.commit()
        });
        match written {
            Ok(()) => self.journal_works(),
            Err(error) => self.set_journal_fault(&error),
        }
    }

    pub(super) fn forget_note(&mut self, name: &'static str) {
        let written = self.journal.session().and_then(|session| {
            session.write(&Write::NoNote(name), clock())?;
            session.commit()
        });
        if let Err(error) = written {
            self.set_journal_fault(&error);
        }
    }
}

pub(super) fn write_root(root: RootIdentity) -> String {
    format!("{}:{}", root.device, root.inode)
}

pub(super) fn read_root(text: &str) -> Option<RootIdentity> {
    let (device, inode) = text.split_once(':')?;
    Some(RootIdentity { device: device.parse().ok()?, inode: inode.parse().ok()? })
}

pub(super) fn write_documents(
    journal: &mut Journal,
    edition: &Edition,
    renewed: impl IntoIterator<Item = (Subject, Validators)>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let session = journal.session()?;
    for (subject, validators) in renewed {
        session.write(&document(edition, subject, validators), now)?;
    }
    session.write(&open_since(edition), now)?;
    session.commit()
}

/// What is closed stays closed, also when the clock is set back while nothing runs.
pub(super) fn open_since(edition: &Edition) -> Write {
    Write::Note(OPEN_SINCE, edition.catalogue().open_since().seconds().to_string())
}

pub(super) fn document(edition: &Edition, subject: Subject, validators: Validators) -> Write {
    let label = match &subject {
        Subject::Feed(name) => edition.catalogue().label(name).to_owned(),
        _ => String::new(),
    };
    Write::Document(subject, validators, label)
}
