//! What is going to happen, in its order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// This feed says something new.
    Change(usize),
    /// This feed is closed.
    Close(usize),
    /// This subscriber asks to be told, or to be told for longer.
    Ask(usize),
    /// This subscriber asks to be told no more.
    Leave(usize),
    /// A request has been answered, or given up.
    Landed {
        /// In which life of the hub it was sent.
        life: u32,
        /// Its number.
        task: u64,
    },
    /// The hub said that it wants to be asked then.
    Due,
}

#[derive(Default)]
pub(super) struct Events {
    heap: BinaryHeap<Reverse<(i64, u64, usize)>>,
    kept: Vec<Option<Event>>,
    free: Vec<usize>,
    count: u64,
}

impl Events {
    pub(super) fn add(&mut self, at: i64, event: Event) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.kept.push(None);
            self.kept.len() - 1
        });
        self.kept[place] = Some(event);
        self.count += 1;
        self.heap.push(Reverse((at, self.count, place)));
    }

    pub(super) fn next(&mut self) -> Option<(i64, Event)> {
        let Reverse((at, _, place)) = self.heap.pop()?;
        self.free.push(place);
        self.kept[place].take().map(|event| (at, event))
    }
}
