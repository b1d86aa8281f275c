//! What happens, and what the hub's owner does about it.

use super::claims::Traffic;
use super::subscriber::Kind;
use super::{Event, Feed, World, number, version};
use crate::hub::{Address, Hub, Outcome, Request, Standing, Task, Who, Work, Write};
use crate::words::Topic;
use std::net::IpAddr;

/// A request that is under way, and how it will end.
pub(super) struct Sent {
    pub(super) task: Task,
    at: i64,
    outcome: Outcome,
    /// Whether the subscriber has taken what was sent, whatever the hub sees.
    is_taken: bool,
    version: u32,
}

/// How long after a request that was accepted, and one that was not, a subscriber looks whether to ask again.
const PATIENCE: i64 = 4000;
const SOON: i64 = 60;

impl World {
    pub(super) fn live(&mut self, end: i64) {
        self.look();
        while let Some((at, event)) = self.events.next() {
            if at > end {
                break;
            }
            self.now = at;
            self.happen(event);
            self.step();
        }
        self.now = end;
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Change(feed) => {
                self.feeds[feed].version += 1;
                self.look();
            }
            Event::Close(feed) => {
                self.feeds[feed].is_closed = true;
                self.look();
            }
            Event::Ask(place) => self.ask(place),
            Event::Leave(place) => self.leave(place),
            Event::Landed { life, task } if life == self.life => self.land(task),
            Event::Landed { .. } => {}
            Event::Due if self.next_due == Some(self.now) => {
                self.next_due = None;
                self.look();
            }
            // The hub has wanted to be asked earlier since.
            Event::Due => {}
        }
    }

    fn look(&mut self) {
        let (clock, feeds) = (self.clock(), &self.feeds);
        self.hub.look(&|topic| standing(feeds, topic), clock);
    }

    fn land(&mut self, task: u64) {
        let Some(sent) = self.under_way.remove(&task) else { return };
        self.traffic.remove(&sent.task);
        self.take_effect(&sent);
        let (clock, mut random) = (self.clock(), self.random.clone());
        self.hub.report(task, sent.outcome, &mut || random.wide(), clock);
        self.random = random;
    }

    /// Writes down what changed and sends what is to be sent; the hub may be killed between any two of these.
    fn step(&mut self) {
        if self.is_killed() {
            return;
        }
        let writes = self.hub.writes();
        if self.is_killed() {
            return;
        }
        self.commit(writes);
        if self.is_killed() {
            return;
        }
        let (clock, mut random) = (self.clock(), self.random.clone());
        let tasks = self.hub.hand_out(&mut || random.wide(), clock);
        self.random = random;
        tasks.into_iter().for_each(|task| self.send(task));
        self.claim_bounds();
        let due = self.hub.next_due().map(|due| due.seconds().max(self.now + 1));
        if let Some(due) = due
            && self.next_due.is_none_or(|known| due < known)
        {
            self.next_due = Some(due);
            self.events.add(due, Event::Due);
        }
    }

    fn commit(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Put(row) => drop(self.store.insert(row.number, row)),
                Write::Drop(number) => drop(self.store.remove(&number)),
            }
        }
        self.hub.committed(self.clock());
    }

    /// The hub is killed now and then. What was under way may have come through, but nobody hears of it.
    fn is_killed(&mut self) -> bool {
        if !self.random.once_in(self.danger) {
            return false;
        }
        self.crashes += 1;
        self.life += 1;
        let mut under_way: Vec<(u64, Sent)> = std::mem::take(&mut self.under_way).into_iter().collect();
        under_way.sort_by_key(|(task, _)| *task);
        for (_, sent) in under_way {
            if self.random.once_in(2) {
                self.take_effect(&sent);
            }
        }
        self.traffic = Traffic::default();
        self.hub = Hub::new(self.limits.clone(), self.store.values().cloned().collect());
        self.next_due = None;
        self.look();
        self.step();
        true
    }

    fn who(&self, place: usize) -> Who {
        let subscriber = &self.subscribers[place];
        let topic = self.feeds[subscriber.feed].topic.clone();
        Who {
            address: Address::new(&self.site.topic_url(&topic)),
            topic,
            callback: subscriber.callback.clone(),
            protocol: subscriber.protocol,
            echoed: Vec::new(),
        }
    }

    fn ask(&mut self, place: usize) {
        let (now, is_closed) = (self.now, self.feeds[self.subscribers[place].feed].is_closed);
        let version = self.feeds[self.subscribers[place].feed].version;
        let subscriber = &mut self.subscribers[place];
        let left = subscriber.until.map_or(0, |until| until - now);
        let is_idle = !subscriber.wants || subscriber.was_denied || is_closed || left > subscriber.lease / 3;
        let gives_up = !subscriber.is_alive() && subscriber.until.is_none() && subscriber.asked >= 3;
        if is_idle || gives_up || (subscriber.kind == Kind::Forgetful && subscriber.until.is_some()) {
            return;
        }
        subscriber.asked += 1;
        if left <= 0 {
            subscriber.has = version;
        }
        let lease = Some(subscriber.lease);
        let request = Request::Subscribe { who: self.who(place), lease, secret: None };
        let again = self.request(place, request);
        self.events.add(self.now + again, Event::Ask(place));
    }

    fn leave(&mut self, place: usize) {
        self.subscribers[place].wants = false;
        if !self.subscribers[place].has_left && !self.feeds[self.subscribers[place].feed].is_closed {
            let again = self.request(place, Request::Unsubscribe(self.who(place)));
            self.events.add(self.now + again, Event::Leave(place));
        }
    }

    /// Makes a request; the reply comes when it is committed. In how many seconds to look whether to ask again.
    fn request(&mut self, place: usize, request: Request) -> i64 {
        let from = IpAddr::from([198, 51, (place / 250) as u8, (place % 250) as u8]);
        let (clock, feeds) = (self.clock(), &self.feeds);
        let reply = self.hub.take(request, from, &|topic| standing(feeds, topic), clock);
        if self.is_killed() {
            return SOON;
        }
        let writes = self.hub.writes();
        self.commit(writes);
        match reply.status {
            202 => PATIENCE,
            404 => SOON,
            429 | 503 => reply.retry_after.expect("it says when") + self.random.below(60) as i64,
            status => panic!("answered {status}"),
        }
    }

    fn send(&mut self, task: Task) {
        let place = self.by_row[&(task.topic.clone(), task.callback.as_str().to_owned())];
        let newest = self.feeds[self.subscribers[place].feed].version;
        self.claim_share(place, &task);
        let subscriber = &mut self.subscribers[place];
        let (after, outcome, is_taken) = match &task.work {
            Work::Verify { .. } | Work::Notify { is_trial: true, .. } => {
                let is_wanted = leaves(&task.work) != subscriber.wants;
                let (after, outcome) = subscriber.verified(is_wanted, self.now, &mut self.random);
                (after, outcome, outcome == Outcome::Confirmed)
            }
            Work::Deny { .. } => (0, Outcome::Answered { status: 200, retry_after: None }, true),
            Work::Notify { .. } => {
                subscriber.tries.push(self.now);
                subscriber.delivered(Outcome::Confirmed, self.now, &mut self.random)
            }
            Work::Deliver { since, .. } => {
                let known = since.map_or(0, number);
                assert!(known <= subscriber.has, "the hub knows of what was never acknowledged");
                subscriber.tries.push(self.now);
                subscriber.delivered(Outcome::Delivered(version(newest)), self.now, &mut self.random)
            }
        };
        self.events.add(self.now + after, Event::Landed { life: self.life, task: task.number });
        let sent = Sent { at: self.now, outcome, is_taken, version: newest, task };
        self.under_way.insert(sent.task.number, sent);
    }

    /// What a request that came through means to the subscriber.
    fn take_effect(&mut self, Sent { task, at, outcome, is_taken, version }: &Sent) {
        let place = self.by_row[&(task.topic.clone(), task.callback.as_str().to_owned())];
        let subscriber = &mut self.subscribers[place];
        match &task.work {
            Work::Verify { .. } | Work::Notify { is_trial: true, .. } if !*is_taken => {}
            work @ Work::Verify { .. } if leaves(work) => {
                subscriber.until = None;
                subscriber.has_left = true;
            }
            Work::Verify { .. } | Work::Notify { is_trial: true, .. } => {
                let until = at + subscriber.lease;
                subscriber.until = Some(subscriber.until.map_or(until, |known| known.max(until)));
                self.events.add(until - subscriber.lease / 4, Event::Ask(place));
            }
            Work::Deny { .. } => {
                subscriber.until = None;
                subscriber.was_denied = true;
            }
            // Who is told fetches.
            Work::Notify { .. } if *is_taken => subscriber.has = self.feeds[subscriber.feed].version,
            Work::Deliver { .. } if *is_taken => {
                assert!(subscriber.acknowledged.is_none_or(|last| last <= *version), "it goes back");
                subscriber.has = subscriber.has.max(*version);
                if matches!(outcome, Outcome::Delivered(_)) {
                    subscriber.acknowledged = Some(*version);
                }
            }
            Work::Deliver { .. } | Work::Notify { .. }
                if matches!(outcome, Outcome::Answered { status: 410, .. }) =>
            {
                subscriber.wants = false;
                subscriber.until = None;
            }
            Work::Deliver { .. } | Work::Notify { .. } => {}
        }
    }
}

/// Whether a verification asks who wants no more.
fn leaves(work: &Work) -> bool {
    matches!(work, Work::Verify { target, .. } if target.contains("hub.mode=unsubscribe"))
}

/// What a topic is in the edition that is shown.
fn standing(feeds: &[Feed], topic: &Topic) -> Standing {
    let found = feeds.iter().find(|feed| feed.topic == *topic && !feed.is_closed);
    found.map_or(Standing::Closed, |feed| Standing::Version(version(feed.version)))
}
