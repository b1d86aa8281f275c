//! What is to be true of every world, all the time and in the end.

use super::World;
use super::subscriber::Kind;
use crate::hub::{Task, Work};
use std::collections::{HashMap, HashSet};

/// What is under way, counted without the hub.
#[derive(Default)]
pub(super) struct Traffic {
    all: usize,
    verifications: HashMap<String, usize>,
    hosts: HashMap<String, usize>,
    callbacks: HashSet<String>,
}

impl Traffic {
    fn add(&mut self, task: &Task) {
        let host = task.callback.host();
        self.all += 1;
        *self.hosts.entry(host.to_owned()).or_default() += 1;
        match task.work {
            Work::Verify { .. } | Work::Notify { is_trial: true, .. } => {
                *self.verifications.entry(host.to_owned()).or_default() += 1;
            }
            Work::Deliver { .. } | Work::Deny { .. } | Work::Notify { is_trial: false, .. } => {
                let is_first = self.callbacks.insert(task.callback.as_str().to_owned());
                assert!(is_first, "two at once to {}", task.callback.as_str());
            }
        }
    }

    pub(super) fn remove(&mut self, task: &Task) {
        let host = task.callback.host();
        self.all -= 1;
        *self.hosts.get_mut(host).expect("it was added") -= 1;
        match task.work {
            Work::Verify { .. } | Work::Notify { is_trial: true, .. } => {
                *self.verifications.get_mut(host).expect("it was added") -= 1;
            }
            Work::Deliver { .. } | Work::Deny { .. } | Work::Notify { is_trial: false, .. } => {
                self.callbacks.remove(task.callback.as_str());
            }
        }
    }
}

impl World {
    /// Before something is sent: nobody is sent more at once than may be, and nothing goes to whom it must not.
    pub(super) fn claim_share(&mut self, place: usize, task: &Task) {
        self.traffic.add(task);
        let host = task.callback.host();
        assert!(self.traffic.all <= self.limits.at_once, "{} at once", self.traffic.all);
        assert!(self.traffic.hosts[host] <= self.limits.at_once_per_host, "too many at once to {host}");
        assert!(self.traffic.verifications.get(host).is_none_or(|count| *count <= 1), "to {host}");
        let subscriber = &self.subscribers[place];
        if let Work::Deliver { .. } | Work::Notify { is_trial: false, .. } = task.work {
            assert!(!self.feeds[subscriber.feed].is_closed, "a feed that is closed is delivered");
            let has_lease = subscriber.until.is_some_and(|until| self.now < until);
            // A hub that died does not know that it was let go.
            assert!(has_lease || self.crashes > 0, "{:?} is sent without a lease", subscriber.kind);
        }
    }

    /// After each step: nothing piles up.
    pub(super) fn claim_bounds(&mut self) {
        self.steps += 1;
        let most = 50_000 + 1_000 * self.subscribers.len() as u64;
        assert!(self.steps < most, "it goes round in a circle");
        if self.steps.is_multiple_of(64) {
            let (rows, waiting, wakes) = self.hub.sizes();
            assert!(rows <= self.subscribers.len(), "{rows} rows");
            assert!(waiting <= 2 * rows, "{waiting} wait in line for {rows} rows");
            assert!(wakes <= rows, "{wakes} alarms for {rows} rows");
            assert!(self.store.len() <= self.subscribers.len(), "{} rows are stored", self.store.len());
        }
    }

    pub(super) fn claim_at_the_end(&self) {
        for subscriber in &self.subscribers {
            let feed = &self.feeds[subscriber.feed];
            let crashes = self.crashes as usize;
            let who = format!("{:?} at {}", subscriber.kind, subscriber.callback.as_str());
            if subscriber.is_alive() && !feed.is_closed {
                let has_lease = subscriber.until.is_some_and(|until| self.now < until);
                assert!(has_lease, "{who} lost its lease");
                assert_eq!(subscriber.has, feed.version, "{who} misses what is newest");
            }
            let tries = &subscriber.tries;
            let changes = feed.version as usize - 1;
            // Whoever renews is tried again then.
            let asked = subscriber.asked as usize;
            let (an_hour, all) = match subscriber.kind {
                Kind::Prompt | Kind::Leaving | Kind::Forgetful => (changes, changes),
                Kind::Dead | Kind::Redirecting | Kind::Rebinding => (11 + asked, 28 + asked),
                Kind::Gone => (1, asked),
                Kind::Lying => (0, 0),
                Kind::Slow | Kind::Flapping | Kind::Busy => {
                    (11 * (changes + 1) + asked, 28 * (changes + 1) + asked)
                }
            };
            assert!(tries.len() <= all + crashes, "{who} was tried {} times", tries.len());
            let most = tries
                .iter()
                .enumerate()
                .map(|(place, at)| tries[place..].iter().take_while(|later| **later < at + 3600).count());
            let most = most.max().unwrap_or(0);
            assert!(most <= an_hour + crashes, "{who} was tried {most} times in an hour");
            if subscriber.has_left && crashes == 0 {
                let row = self
                    .store
                    .values()
                    .find(|row| row.callback == subscriber.callback && row.topic == feed.topic);
                assert_eq!(row, None, "{who} has left");
            }
        }
    }
}
