//! When a place is looked at: at once where its writer said so, else when it has stood still.

use crate::edition::Stamp;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long something that appeared may still change without anybody saying so: a link, a restored time.
pub const APPEARING: Duration = Duration::from_millis(300);
/// How long a file must have stood still that was there before its folder was watched: whoever is writing into it
/// is heard only when he writes on.
pub const SETTING_IN: Duration = Duration::from_millis(600);
/// How long after its last write a file is left alone whose writer has not closed it. An editor or a copy says
/// when it is done; this is for writers that never do.
const WRITING: Duration = Duration::from_secs(10);
/// How long a file must have stood still that nobody announced.
pub const STANDING: Duration = Duration::from_secs(2);
/// How long an empty file may be about to be written.
const EMPTY: Duration = Duration::from_secs(10);
/// How long after a failed reading the next one comes; doubled up to [`LONGEST_RETRY`].
const RETRY: Duration = Duration::from_millis(500);
const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// The places that wait to be looked at.
#[derive(Default)]
pub struct Settling {
    waiting: HashMap<PathBuf, Wait>,
    failures: HashMap<PathBuf, u32>,
}

#[derive(Clone, Copy)]
struct Wait {
    due: Instant,
    expected: Option<Stamp>,
}

/// A place whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Where.
    pub place: PathBuf,
    /// The state it must still be in.
    pub expected: Option<Stamp>,
}

impl Settling {
    /// It is whole, or gone: whatever was waited for is over.
    pub fn settled(&mut self, place: &Path) {
        self.waiting.remove(place);
    }

    /// It appeared, or something about it changed.
    pub fn changed(&mut self, place: PathBuf, now: Instant) {
        let due = now + APPEARING;
        let wait = self.waiting.entry(place).or_insert(Wait { due, expected: None });
        wait.due = wait.due.max(due);
        wait.expected = None;
    }

    /// Somebody is writing into it.
    pub fn being_written(&mut self, place: PathBuf, now: Instant) {
        self.waiting.insert(place, Wait { due: now + WRITING, expected: None });
    }

    /// It was found in this state, and has to be found in it again.
    pub fn sighted(&mut self, place: PathBuf, stamp: Stamp, standing: Duration, now: Instant) {
        match self.waiting.get(&place) {
            // Events tell more than a glance: what is being written is waited for.
            Some(wait) if wait.expected.is_none_or(|expected| expected == stamp) => {}
            _ => {
                self.waiting.insert(place, Wait { due: now + standing, expected: Some(stamp) });
            }
        }
    }

    /// It was found without content.
    pub fn empty(&mut self, place: PathBuf, stamp: Stamp, now: Instant) {
        self.waiting.insert(place, Wait { due: now + EMPTY, expected: Some(stamp) });
    }

    /// It could not be read; how often now.
    pub fn failed(&mut self, place: PathBuf, now: Instant) -> u32 {
        let failures = self.failures.entry(place.clone()).or_insert(0);
        *failures += 1;
        let pause = RETRY.saturating_mul(1 << (*failures - 1).min(10)).min(LONGEST_RETRY);
        self.waiting.insert(place, Wait { due: now + pause, expected: None });
        *failures
    }

    /// It could be read.
    pub fn succeeded(&mut self, place: &Path) {
        self.failures.remove(place);
    }

    /// Takes out the places whose time has come.
    pub fn due(&mut self, now: Instant) -> Vec<Due> {
        let ready: Vec<PathBuf> =
            self.waiting.iter().filter(|(_, wait)| wait.due <= now).map(|(place, _)| place.clone()).collect();
        let mut due: Vec<Due> = ready
            .into_iter()
            .filter_map(|place| {
                let wait = self.waiting.remove(&place)?;
                Some(Due { place, expected: wait.expected })
            })
            .collect();
        due.sort_by(|a, b| a.place.cmp(&b.place));
        due
    }

    /// Whether a file that was found waits to be found again.
    pub fn has_sighted(&self) -> bool {
        self.waiting.values().any(|wait| wait.expected.is_some())
    }

    /// When the next place is due.
    pub fn next(&self) -> Option<Instant> {
        self.waiting.values().map(|wait| wait.due).min()
    }

    /// How many places wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(length: u64) -> Stamp {
        Stamp { length, modified_ns: 0, changed_ns: 0, inode: 1 }
    }

    fn places(due: Vec<Due>) -> Vec<PathBuf> {
        due.into_iter().map(|due| due.place).collect()
    }

    const NOTHING: [PathBuf; 0] = [];

    #[test]
    fn a_writer_that_never_stops_holds_up_its_own_file_only() {
        let start = Instant::now();
        let mut settling = Settling::default();
        settling.changed("quiet".into(), start);
        for second in 0..60 {
            settling.being_written("busy".into(), start + Duration::from_secs(second));
        }
        let minute = start + Duration::from_secs(60);
        assert_eq!(places(settling.due(minute)), [PathBuf::from("quiet")]);
        assert_eq!(places(settling.due(minute + WRITING)), [PathBuf::from("busy")]);
    }

    #[test]
    fn a_pause_in_writing_is_not_the_end() {
        let start = Instant::now();
        let mut settling = Settling::default();
        settling.changed("a".into(), start);
        settling.being_written("a".into(), start);
        assert_eq!(places(settling.due(start + Duration::from_secs(5))), NOTHING);
    }

    #[test]
    fn a_file_that_nobody_announced_is_read_when_it_was_found_twice_in_one_state() {
        let start = Instant::now();
        let mut settling = Settling::default();
        settling.sighted("a".into(), stamp(1), STANDING, start);
        settling.sighted("a".into(), stamp(2), STANDING, start + Duration::from_secs(1));
        settling.sighted("a".into(), stamp(2), STANDING, start + Duration::from_secs(2));
        assert_eq!(places(settling.due(start + Duration::from_millis(2900))), NOTHING);
        let due = settling.due(start + Duration::from_secs(3));
        assert_eq!(due, [Due { place: "a".into(), expected: Some(stamp(2)) }]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_tried_again_ever_more_slowly() {
        let mut now = Instant::now();
        let mut settling = Settling::default();
        let mut pauses = Vec::new();
        for _ in 0..9 {
            settling.failed("a".into(), now);
            let due = settling.next().expect("it waits");
            pauses.push((due - now).as_millis());
            now = due;
        }
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
    }
}
