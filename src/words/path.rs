use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};
use unicode_normalization::UnicodeNormalization;

/// Where a file is below the content folder: names joined by `/`, in NFC, so that a file is the same file
/// under either spelling of its name. Bytes that are not UTF-8 are written as `%FF`.
///
/// It names; it does not open. What opens a file is the name as the disk has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentPath(String);

impl ContentPath {
    /// `None` for an empty path and for one that leaves the folder.
    pub fn new(relative: &Path) -> Option<Self> {
        let mut names = Vec::new();
        for component in relative.components() {
            match component {
                Component::Normal(name) => names.push(name_text(name.as_bytes())),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        (!names.is_empty()).then(|| Self(names.join("/")))
    }

    /// The file or folder of this name in a folder, or in the content folder itself.
    pub fn within(folder: Option<&ContentPath>, name: &OsStr) -> Self {
        let name = name_text(name.as_bytes());
        Self(folder.map_or_else(|| name.clone(), |folder| format!("{}/{name}", folder.0)))
    }

    /// The whole path, such as `thoi-tiet/lu-ve.md`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last name without its extension.
    pub fn stem(&self) -> &str {
        match self.file_name().rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => self.file_name(),
        }
    }

    /// What follows the last dot of the last name, in lower case; empty without one.
    pub fn extension(&self) -> String {
        match self.file_name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_lowercase(),
            _ => String::new(),
        }
    }

    /// The folder the file is in, with a `/` at the end; empty for the content folder itself.
    pub fn folder(&self) -> &str {
        &self.0[..self.0.len() - self.file_name().len()]
    }

    /// The names of the folders it is in, outermost first.
    pub fn folders(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.folder().split('/').filter(|name| !name.is_empty())
    }
}

impl Borrow<str> for ContentPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentPath {
    /// Control characters are escaped: a file name reaches terminals and logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

fn name_text(bytes: &[u8]) -> String {
    if let (true, Ok(plain)) = (bytes.is_ascii(), str::from_utf8(bytes)) {
        return plain.to_owned();
    }
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.extend(chunk.valid().nfc());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
