//! What one thread notes until it is taken.

use crate::habits::{Answered, Doings, Line, Mark, Visit, cut};
use crate::words::{FeedName, Format};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most entries of a page: so many clients and feeds there may be in a second.
pub const MOST_ENTRIES: usize = 8_192;

/// Who asks for a document of a feed.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    pub(super) mark: Mark,
    pub(super) line: Line,
    /// In which format.
    pub format: Format,
    /// Whether that is one client. Behind a proxy that names nobody there may be many.
    pub is_one: bool,
    /// Whether his request has a condition.
    pub is_conditional: bool,
}

/// How he was answered.
pub type Noted = Answered;

/// What was noted.
#[derive(Default)]
pub struct Page(HashMap<Line, Entry, BuildHasherDefault<Spread>>);

struct Entry {
    /// Nothing when what lies there is no feed.
    feed: Option<FeedName>,
    agent: Box<str>,
    mark: Mark,
    doings: [Doings; Format::ALL.len()],
}

impl Page {
    /// Notes something; gives back whether there was room for it.
    pub fn note<'a>(
        &mut self,
        visitor: &Visitor,
        noted: Noted,
        who: impl FnOnce() -> (Option<FeedName>, &'a str),
    ) -> bool {
        if self.0.len() >= MOST_ENTRIES && !self.0.contains_key(&visitor.line) {
            return false;
        }
        let entry = self.0.entry(visitor.line).or_insert_with(|| {
            let (feed, agent) = who();
            Entry { feed, agent: cut(agent).into(), mark: visitor.mark, doings: Default::default() }
        });
        entry.doings[visitor.format as usize].enter(noted);
        true
    }

    /// Takes all of it. The page keeps its room.
    pub fn take(&mut self) -> impl Iterator<Item = Visit> {
        self.0.drain().filter_map(|(_, Entry { feed, agent, mark, doings })| {
            Some(Visit { feed: feed?, agent, mark, doings })
        })
    }
}

/// A hash of what is one already.
#[derive(Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The number of this thread, of all that ever noted something.
pub fn place_of_thread() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static PLACE: usize = THREADS.fetch_add(1, Ordering::Relaxed));
    PLACE.with(|place| *place)
}
