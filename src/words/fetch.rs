use super::{Format, Timestamp};

/// A partner's last request for its feed, and what it has since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastFetch {
    /// When it was.
    pub at: Timestamp,
    /// In which format.
    pub format: Format,
    /// Whether what they hold since is what the feed says now.
    pub is_current: bool,
}
