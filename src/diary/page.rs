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
    /// Whether that is one client. Behind a proxy that names nobody there may be many, and of browsers behind any.
    pub is_one: bool,
    /// Whether his request has a condition.
    pub is_conditional: bool,
}

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
    /// Notes how somebody was answered; gives back whether there was room for it.
    pub fn note<'a>(
        &mut self,
        visitor: &Visitor,
        answered: Answered,
        who: impl FnOnce() -> (Option<FeedName>, &'a str),
    ) -> bool {
        if self.0.len() >= MOST_ENTRIES && !self.0.contains_key(&visitor.line) {
            return false;
        }
        let entry = self.0.entry(visitor.line).or_insert_with(|| {
            let (feed, agent) = who();
            Entry { feed, agent: cut(agent).into(), mark: visitor.mark, doings: Default::default() }
        });
        entry.doings[visitor.format as usize].enter(answered);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::habits::{Asked, Caller, Secret};
    use http::{HeaderMap, StatusCode};
    use std::net::IpAddr;

    fn visitor(number: u32) -> Visitor {
        let (secret, headers) = (Secret::of([1; 16]), HeaderMap::new());
        let asked = Asked::read(&headers);
        let mark = secret.mark(Caller::of(IpAddr::from(number.to_be_bytes()), &asked));
        let line = secret.line(mark, &asked, "/feeds/all");
        Visitor { mark, line, format: Format::Atom, is_one: true, is_conditional: false }
    }

    #[test]
    fn a_page_has_room_for_so_many_and_each_of_them_may_come_again() {
        let status = StatusCode::OK;
        let answered = Answered { status, is_conditional: false, is_again: false, sent: 10, whole: None };
        let mut page = Page::default();
        let mut note = |number, feed| page.note(&visitor(number), answered, || (feed, "reader"));
        assert!(note(0, None), "what is no feed is passed over when the page is taken");
        for number in 1..MOST_ENTRIES as u32 {
            assert!(note(number, Some(FeedName::All)));
        }
        assert!(!note(MOST_ENTRIES as u32, Some(FeedName::All)));
        assert!(note(1, None));
        let visits: Vec<Visit> = page.take().collect();
        assert_eq!(visits.len(), MOST_ENTRIES - 1);
        let requests = |visit: &Visit| visit.doings[Format::Atom as usize].tally.requests;
        assert_eq!(visits.iter().map(requests).sum::<u64>(), MOST_ENTRIES as u64);
        assert!(page.take().next().is_none());
        assert!(page.note(&visitor(7), answered, || (Some(FeedName::All), "reader")));
    }
}
