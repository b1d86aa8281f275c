//! The files of the settings folder.

use std::io::{self, Read};
use std::path::Path;

/// The most settings files, and bytes of one.
const MOST_SETTINGS: usize = 1000;
const LONGEST_SETTINGS: u64 = 256 << 10;

/// The `.toml` files of the settings folder; none when there is no such folder.
///
/// # Errors
/// When the folder is there but cannot be listed.
pub fn read_settings(feeds: &Path) -> io::Result<Vec<(String, io::Result<String>)>> {
    let entries = match std::fs::read_dir(feeds) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !name.ends_with(".toml") || name.starts_with(['.', '_']) || !path.is_file() {
            continue;
        }
        let mut text = String::new();
        let read = std::fs::File::open(&path)
            .and_then(|file| file.take(LONGEST_SETTINGS).read_to_string(&mut text))
            .map(|_| text.trim_start_matches('\u{FEFF}').to_owned());
        files.push((name.to_owned(), read));
        if files.len() == MOST_SETTINGS {
            break;
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}
