//! What of a feed a document is, and where the rest is (RFC 5005).

use super::Channel;
use crate::words::{ArchiveName, Format};

/// What of a feed a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Some of it; nothing is said of the rest.
    Some,
    /// All of it.
    All,
    /// What came after this document of its archive, which has what is older or leads to it.
    Since(ArchiveName),
    /// A document of its archive, which does not change any more.
    Archive {
        /// The document itself.
        name: ArchiveName,
        /// The one before it.
        previous: Option<ArchiveName>,
        /// The one after it.
        next: Option<ArchiveName>,
    },
}

impl Scope {
    /// Whether the document does not change any more.
    pub(super) fn is_closed(self) -> bool {
        matches!(self, Scope::Archive { .. })
    }

    /// The element that says so, or that the document is all there is.
    pub(super) fn mark(self) -> Option<&'static str> {
        match self {
            Scope::Some | Scope::Since(_) => None,
            Scope::All => Some("fh:complete"),
            Scope::Archive { .. } => Some("fh:archive"),
        }
    }

    /// The document that has what is older.
    pub(super) fn previous(self) -> Option<ArchiveName> {
        match self {
            Scope::Some | Scope::All => None,
            Scope::Since(previous) => Some(previous),
            Scope::Archive { previous, .. } => previous,
        }
    }
}

impl Channel<'_> {
    /// Where the document is in a format.
    pub(super) fn url(&self, format: Format) -> String {
        match self.scope {
            Scope::Archive { name, .. } => self.archive_url(&name, format),
            _ => self.site.outlet_url(self.outlet, format),
        }
    }

    /// Where what is older is.
    pub(super) fn previous_url(&self, format: Format) -> Option<String> {
        self.scope.previous().map(|previous| self.archive_url(&previous, format))
    }

    /// The relations of the document to others of the same feed, and where those are.
    pub(super) fn relatives(&self, format: Format) -> Vec<(&'static str, String)> {
        let (current, next) = match self.scope {
            Scope::Archive { next, .. } => (Some(self.site.outlet_url(self.outlet, format)), next),
            _ => (None, None),
        };
        let current = current.map(|url| ("current", url));
        let previous = self.previous_url(format).map(|url| ("prev-archive", url));
        let next = next.map(|next| ("next-archive", self.archive_url(&next, format)));
        [current, previous, next].into_iter().flatten().collect()
    }

    fn archive_url(&self, archive: &ArchiveName, format: Format) -> String {
        self.site.archive_url(&self.feed.name, archive, format)
    }
}
