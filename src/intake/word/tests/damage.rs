use super::*;
use std::path::Path;
use std::time::{Duration, Instant};

/// A number that looks drawn by lot, the same on every machine.
struct Lot(u64);

impl Lot {
    fn draw(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).expect("it is below")
    }

    /// A few bytes are others, gone, or twice there.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.draw(6) {
            let at = self.draw(bytes.len());
            match self.draw(4) {
                0 => drop(bytes.get_mut(at).map(|byte| *byte ^= 1 << (at % 8))),
                1 => drop(bytes.drain(at..(at + self.draw(40)).min(bytes.len()))),
                2 => {
                    let piece = bytes[at..(at + self.draw(60)).min(bytes.len())].to_vec();
                    let to = self.draw(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ => bytes.truncate(bytes.len() - self.draw(bytes.len() / 8)),
            }
        }
    }
}

/// The Word files of the cases.
fn files() -> Vec<Vec<u8>> {
    fn below(folder: &Path, files: &mut Vec<Vec<u8>>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                below(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "docx" || ending == "odt") {
                files.push(std::fs::read(&path).expect("a file"));
            }
        }
    }
    let mut files = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut files);
    files
}

/// Reads the bytes: it may say anything but nothing that is not sane, and not for long.
fn survives(bytes: &[u8]) {
    let begun = Instant::now();
    if let Ok(Reading { article, .. }) = read_bytes(bytes) {
        assert!(!article.title.is_empty() && !article.html.contains("<script"));
        assert_eq!(crate::words::clean(&article.html), article.html);
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_damaged_package_is_read_or_refused() {
    let mut lot = Lot(0xBA27);
    let files = files();
    assert!(files.len() > 10);
    for file in files.iter().filter(|file| !file.is_empty()) {
        for _ in 0..60 {
            let mut bytes = file.clone();
            lot.mutate(&mut bytes);
            survives(&bytes);
        }
    }
}

#[test]
fn a_sound_package_of_damaged_parts_is_read_or_refused() {
    let mut lot = Lot(0xD0C);
    for file in files() {
        let Ok(mut archive) = super::super::package::Package::open(&file) else { continue };
        let names: Vec<String> = archive.names().map(str::to_owned).collect();
        let parts =
            names.iter().filter_map(|name| Some((name.as_str(), archive.member(name, 1 << 20).ok()??)));
        let parts: Vec<(&str, Vec<u8>)> = parts.collect();
        for _ in 0..80 {
            let mut damaged = parts.clone();
            let at = lot.draw(damaged.len());
            lot.mutate(&mut damaged[at].1);
            let at =
                damaged.iter().position(|(name, _)| name.ends_with("document.xml") || *name == "content.xml");
            if let Some(at) = at {
                lot.mutate(&mut damaged[at].1);
            }
            survives(&packed(&damaged));
        }
    }
}
