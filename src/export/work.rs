//! The work itself: several hands print, pack and write at once, each one document at a time.

use super::building::Building;
use super::manifest::{Entry, Manifest, PACKINGS};
use super::place::Place;
use super::plan::{Item, Plan, There};
use super::{Failed, Progress, Sources, suffix};
use crate::edition::{Encoding, Media, Print, compress};
use crate::hosts::Rules;
use crate::press::PrintError;
use std::io;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How many hands there are at most. Each may hold a document of some megabytes, as it is and packed.
const MOST_HANDS: usize = 16;
/// A document is packed when that takes off one part of so many at least.
const WORTH: usize = 10;

/// What all hands share.
struct Work<'a> {
    sources: &'a Sources,
    place: &'a Place,
    building: &'a Building,
    plan: &'a Plan,
    found: &'a [There<'a>],
    rules: &'a Rules,
    manifest: &'a Manifest,
    next: AtomicUsize,
    is_over: AtomicBool,
    kept: AtomicUsize,
    tell: &'a (dyn Fn(Progress) + Sync),
}

/// Writes what has to be written, keeps what can be kept, and tells what there is then, and how many files were kept.
pub(super) fn done(
    sources: &Sources,
    place: &Place,
    building: &Building,
    plan: &Plan,
    found: &[There<'_>],
    rules: &Rules,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<(Manifest, usize), Failed> {
    let mut manifest = Manifest::new(rules);
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let kept = AtomicUsize::new(0);
    let work =
        Work { sources, place, building, plan, found, rules, manifest: &manifest, next, is_over, kept, tell };
    let hands = std::thread::available_parallelism().map_or(2, usize::from).min(MOST_HANDS);
    let made: Mutex<Vec<Result<Vec<Entry>, Failed>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(|| {
                let entries = work.take_part();
                made.lock().unwrap_or_else(PoisonError::into_inner).push(entries);
            });
        }
    });
    let kept = work.kept.into_inner();
    let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    let entries: Vec<Vec<Entry>> = made.into_iter().collect::<Result<_, Failed>>()?;
    manifest.entries = entries.into_iter().flatten().collect();
    manifest.entries.sort_by(|a, b| a.file.cmp(&b.file));
    Ok((manifest, kept))
}

impl Work<'_> {
    /// Does one item after the other until there is none left, or one went wrong.
    fn take_part(&self) -> Result<Vec<Entry>, Failed> {
        let mut entries = Vec::new();
        while !self.is_over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = self.plan.items.get(number) else { break };
            match self.one(item, self.found[number]) {
                Ok(entry) => entries.push(entry),
                Err(failed) => {
                    self.is_over.store(true, Ordering::Relaxed);
                    return Err(failed);
                }
            }
            (self.tell)(Progress::Done);
        }
        Ok(entries)
    }

    fn one(&self, item: &Item, found: There<'_>) -> Result<Entry, Failed> {
        let mut entry = item.entry(self.sources, self.rules, self.manifest);
        match (item, found) {
            (_, There::This(before)) => self.keep(&mut entry, before)?,
            (Item::Document { print, .. }, found) => {
                let plain = self.sources.press.proof(&self.sources.edition, print);
                let plain = plain.map_err(|error| unprinted(error, print))?;
                match found {
                    There::Another(before) if self.says(before, &plain) => self.keep(&mut entry, before)?,
                    _ => self.write(&mut entry, &plain, print.is_packed())?,
                }
            }
            (Item::Rules { text, .. }, _) => self.write(&mut entry, text.as_bytes(), true)?,
            (Item::Media { media, .. }, _) => {
                self.copy(&entry, media)?;
                entry.lengths[0] = Some(media.stamp.length);
            }
        }
        Ok(entry)
    }

    /// Whether a file that is there says just this.
    fn says(&self, before: &Entry, plain: &[u8]) -> bool {
        let file = || std::fs::read(self.place.folder().join(&before.file));
        before.lengths[0] == Some(plain.len() as u64) && file().is_ok_and(|there| there == plain)
    }

    /// Keeps the files that are there, as they are.
    fn keep(&self, entry: &mut Entry, before: &Entry) -> Result<(), Failed> {
        for (file, _) in before.files() {
            self.building.keep(self.place.folder(), &file, before.modified)?;
        }
        self.kept.fetch_add(before.count(), Ordering::Relaxed);
        (entry.lengths, entry.modified) = (before.lengths, before.modified);
        Ok(())
    }

    /// Writes a document as it is, and packed in each way that is worth it.
    fn write(&self, entry: &mut Entry, plain: &[u8], is_packed: bool) -> Result<(), Failed> {
        for (packing, length) in PACKINGS.into_iter().zip(&mut entry.lengths) {
            let packed = match packing {
                Encoding::Identity => None,
                _ if is_packed => continue,
                packing => Some(compress(plain, packing)),
            };
            let bytes = packed.as_deref().unwrap_or(plain);
            if packing == Encoding::Identity || is_worth_it(plain, bytes) {
                let file = format!("{}{}", entry.file, suffix(packing));
                self.building.write_bytes(&file, entry.modified, bytes)?;
                *length = Some(bytes.len() as u64);
            }
        }
        Ok(())
    }

    /// Copies a file, if it is the one its version speaks of and stays that until the end.
    fn copy(&self, entry: &Entry, media: &Media) -> Result<(), Failed> {
        let Sources { content, pictures, .. } = self.sources;
        let folder = if media.within.is_some() { pictures } else { content };
        let stale = || Failed::Stale(media.place.display().to_string());
        let (mut from, stamp) = folder.open(&media.place).map_err(|_| stale())?;
        if !media.is(&stamp) {
            return Err(stale());
        }
        let mut copied = 0;
        self.building.write(&entry.file, entry.modified, |out| {
            copied = io::copy(&mut from, out)?;
            Ok(())
        })?;
        let is_same = folder.open(&media.place).is_ok_and(|(_, after)| after == stamp);
        if copied == stamp.length && is_same { Ok(()) } else { Err(stale()) }
    }
}

/// Whether a packed document is so much shorter that a file of its own is worth it.
fn is_worth_it(plain: &[u8], packed: &[u8]) -> bool {
    packed.len() + plain.len().div_ceil(WORTH) <= plain.len()
}

fn unprinted(error: PrintError, print: &Print) -> Failed {
    let address = print.address();
    match error {
        PrintError::Stale | PrintError::Busy => Failed::Stale(address),
        PrintError::Unread(place) => Failed::Stale(place.display().to_string()),
        PrintError::Damaged(key) => Failed::Damaged(key.0),
        PrintError::Journal(error) => Failed::Journal(error),
        PrintError::Nothing | PrintError::Failed => Failed::Unprinted(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packing_that_takes_little_off_is_not_kept() {
        for (plain, packed, expected) in
            [(1000, 900, true), (1000, 901, false), (100, 120, false), (0, 20, false)]
        {
            assert_eq!(is_worth_it(&vec![0; plain], &vec![0; packed]), expected, "{packed} of {plain}");
        }
    }
}
