use super::Validators;
use crate::catalogue::Key;

/// Which state of a file on disk this is: any write, replacement or restored copy changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Length in bytes.
    pub length: u64,
    /// When its content changed, in nanoseconds since 1970.
    pub modified_ns: i128,
    /// When anything about it changed, in nanoseconds since 1970; nobody can set it back.
    pub changed_ns: i128,
    /// Its number on its file system.
    pub inode: u64,
}

/// A file that travels with articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its place below the content folder, as the disk spells it; of a picture, its name among those that are kept.
    pub place: std::path::PathBuf,
    /// The article in whose file it was, of a picture.
    pub within: Option<Key>,
    /// Its media type.
    pub media_type: &'static str,
    /// The state its validators speak of; a file that looks otherwise when opened is not served under them.
    pub stamp: Stamp,
    /// What names its bytes.
    pub validators: Validators,
}

impl Media {
    /// Whether a file that was opened to be served is the one its validators speak of. Of a picture the name says it.
    pub fn is(&self, opened: &Stamp) -> bool {
        *opened == self.stamp || self.within.is_some() && opened.length == self.stamp.length
    }
}
