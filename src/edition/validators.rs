use crate::words::{Fingerprint, Timestamp};

/// What names the bytes of a document, and since when they are these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validators {
    /// The same version is the same bytes, in each format and encoding.
    pub version: Fingerprint,
    /// When these bytes first appeared: of the first version there was, the second; of one that replaced
    /// another, the end of that second, and in any case a second after its predecessor's. So no two versions share
    /// it, and nobody who names a moment at which an older version stood is told that it still does. Under many
    /// changes at once it runs ahead of the clock for a while.
    pub modified: Timestamp,
}

impl Validators {
    /// The validators of the first version there is.
    pub fn first(version: Fingerprint, now: Timestamp) -> Self {
        Self { version, modified: now }
    }

    /// The validators after a look: the same when the version is.
    pub fn renewed(self, version: Fingerprint, now: Timestamp) -> Self {
        if version == self.version {
            return self;
        }
        Self { version, modified: after(now, self.modified) }
    }
}

/// The time of a version that appears `now` and replaces one of the time `before`.
pub fn after(now: Timestamp, before: Timestamp) -> Timestamp {
    now.max(before).plus_seconds(1)
}
