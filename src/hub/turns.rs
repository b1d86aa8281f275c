use super::{Callback, Limits};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Who is next. Hosts take turns, so that one with thousands of callbacks gets no more than one with a single one; those
/// who failed or were slow last time stand apart, so that waiting for them holds up nobody.
#[derive(Debug)]
pub(super) struct Turns {
    hosts: HashMap<Arc<str>, Host>,
    rings: [Ring; Lane::ALL.len()],
    /// The lane whose turn it is.
    turn: usize,
    under_way: usize,
    at_once: usize,
    at_once_per_host: usize,
}

/// What kind of request it is. Each kind has its own places among those under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// A verification.
    Verification,
    /// What is sent for the first time.
    Fresh,
    /// What failed before, or goes to who was slow last time.
    Again,
}

/// The hosts that have something to be sent in one lane, in turn.
#[derive(Debug)]
struct Ring {
    hosts: VecDeque<Arc<str>>,
    under_way: usize,
    most: usize,
}

#[derive(Debug, Default)]
struct Host {
    /// Subscriptions whose callbacks it has, and those of them that wait for a verification.
    members: usize,
    asked: usize,
    /// Subscriptions to be verified.
    verifications: VecDeque<u64>,
    /// Callbacks to be sent to that nothing is being sent to.
    fresh: VecDeque<Callback>,
    again: VecDeque<Callback>,
    lines: HashMap<Callback, Line>,
    under_way: [usize; Lane::ALL.len()],
    stands: [bool; Lane::ALL.len()],
    /// Whether it gave no answer last time.
    ails: bool,
}

/// The subscriptions of one callback that have something to be sent.
#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<(u64, Lane)>,
    is_busy: bool,
}

impl Lane {
    const ALL: [Lane; 3] = [Lane::Verification, Lane::Fresh, Lane::Again];
}

impl Turns {
    pub(super) fn new(limits: &Limits) -> Self {
        let most = [limits.verifications_at_once, limits.at_once, limits.retries_at_once];
        Self {
            hosts: HashMap::new(),
            rings: most.map(|most| Ring { hosts: VecDeque::new(), under_way: 0, most }),
            turn: 0,
            under_way: 0,
            at_once: limits.at_once,
            at_once_per_host: limits.at_once_per_host,
        }
    }

    /// How many subscriptions a host has, and how many of them wait for a verification.
    pub(super) fn of_host(&self, host: &str) -> (usize, usize) {
        self.hosts.get(host).map_or((0, 0), |host| (host.members, host.asked))
    }

    /// Counts a subscription of a host, or one less.
    pub(super) fn count_member(&mut self, host: Arc<str>, joins: bool) {
        let count = &mut self.hosts.entry(host).or_default().members;
        *count = if joins { *count + 1 } else { *count - 1 };
    }

    /// Counts a subscription that waits for its verification, or one less.
    pub(super) fn count_asked(&mut self, host: Arc<str>, asks: bool) {
        let count = &mut self.hosts.entry(host).or_default().asked;
        *count = if asks { *count + 1 } else { *count - 1 };
    }

    /// Something of this subscription is to be sent.
    pub(super) fn enter(&mut self, number: u64, callback: &Callback, lane: Lane) {
        let name = callback.shared_host();
        let host = self.hosts.entry(name.clone()).or_default();
        match lane {
            Lane::Verification => host.verifications.push_back(number),
            Lane::Fresh | Lane::Again => {
                let line = host.lines.entry(callback.clone()).or_default();
                line.waiting.push_back((number, lane));
                if !line.is_busy && line.waiting.len() == 1 {
                    host.ready(lane).push_back(callback.clone());
                }
            }
        }
        self.stand(name);
    }

    /// Nothing of this subscription is to be sent any more.
    pub(super) fn leave(&mut self, number: u64, callback: &Callback) {
        let Some(host) = self.hosts.get_mut(callback.host()) else { return };
        host.verifications.retain(|other| *other != number);
        if let Some(line) = host.lines.get_mut(callback) {
            line.waiting.retain(|(other, _)| *other != number);
            if line.waiting.is_empty() && !line.is_busy {
                host.lines.remove(callback);
                host.fresh.retain(|other| other != callback);
                host.again.retain(|other| other != callback);
            }
        }
        self.tidy(callback.host());
    }

    /// The subscription whose turn it is, and for what, if there is room. It counts as under way from now on.
    pub(super) fn next(&mut self) -> Option<(u64, Lane)> {
        for _ in Lane::ALL {
            let lane = Lane::ALL[self.turn];
            self.turn = (self.turn + 1) % Lane::ALL.len();
            if let Some(number) = self.next_in(lane) {
                return Some((number, lane));
            }
        }
        None
    }

    fn next_in(&mut self, lane: Lane) -> Option<u64> {
        let place = lane as usize;
        while self.under_way < self.at_once && self.rings[place].under_way < self.rings[place].most {
            let name = self.rings[place].hosts.pop_front()?;
            let Some(host) = self.hosts.get_mut(&name) else { continue };
            host.stands[place] = false;
            if !host.may(lane, self.at_once_per_host) {
                continue;
            }
            let number = host.take(lane)?;
            host.under_way[place] += 1;
            self.rings[place].under_way += 1;
            self.under_way += 1;
            self.stand(name);
            return Some(number);
        }
        None
    }

    /// What was under way is not any more; `answered` says whether the host did, where it was asked.
    pub(super) fn landed(&mut self, callback: &Callback, lane: Lane, answered: Option<bool>) {
        let place = lane as usize;
        self.under_way -= 1;
        self.rings[place].under_way -= 1;
        let name = callback.shared_host();
        let host = self.hosts.entry(name.clone()).or_default();
        host.under_way[place] -= 1;
        host.ails = answered.map_or(host.ails, |answered| !answered);
        if lane != Lane::Verification {
            host.free(callback);
        }
        self.stand(name.clone());
        self.tidy(&name);
    }

    /// How many hosts it knows of.
    #[cfg(test)]
    pub(super) fn hosts_known(&self) -> usize {
        self.hosts.len()
    }

    /// How many things wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        let deliveries = |host: &Host| host.lines.values().map(|line| line.waiting.len()).sum::<usize>();
        self.hosts.values().map(|host| host.verifications.len() + deliveries(host)).sum()
    }

    /// Lets a host stand wherever it has something that may be sent.
    fn stand(&mut self, name: Arc<str>) {
        let Some(host) = self.hosts.get_mut(&name) else { return };
        for lane in Lane::ALL {
            let place = lane as usize;
            if !host.stands[place] && host.may(lane, self.at_once_per_host) {
                host.stands[place] = true;
                self.rings[place].hosts.push_back(name.clone());
            }
        }
    }

    fn tidy(&mut self, name: &str) {
        if self.hosts.get(name).is_some_and(Host::is_idle) {
            self.hosts.remove(name);
        }
    }
}

impl Host {
    fn ready(&mut self, lane: Lane) -> &mut VecDeque<Callback> {
        if lane == Lane::Again { &mut self.again } else { &mut self.fresh }
    }

    /// Whether it has something in this lane and there is room for it.
    fn may(&self, lane: Lane, at_once: usize) -> bool {
        let under_way: usize = self.under_way.iter().sum();
        let at_once = if self.ails { 1 } else { at_once };
        let (waiting, most) = match lane {
            Lane::Verification => (self.verifications.len(), 1),
            Lane::Fresh => (self.fresh.len(), at_once),
            Lane::Again => (self.again.len(), at_once.div_ceil(2)),
        };
        waiting > 0 && under_way < at_once && self.under_way[lane as usize] < most
    }

    fn take(&mut self, lane: Lane) -> Option<u64> {
        if lane == Lane::Verification {
            return self.verifications.pop_front();
        }
        let callback = self.ready(lane).pop_front()?;
        let line = self.lines.get_mut(&callback)?;
        line.is_busy = true;
        line.waiting.pop_front().map(|(number, _)| number)
    }

    /// Nothing is being sent to this callback any more.
    fn free(&mut self, callback: &Callback) {
        let Some(line) = self.lines.get_mut(callback) else { return };
        line.is_busy = false;
        match line.waiting.front() {
            Some((_, lane)) => {
                let lane = *lane;
                self.ready(lane).push_back(callback.clone());
            }
            None => {
                self.lines.remove(callback);
            }
        }
    }

    fn is_idle(&self) -> bool {
        let is_waiting = self.lines.is_empty() && self.verifications.is_empty();
        self.members == 0 && self.asked == 0 && is_waiting && self.under_way == [0; Lane::ALL.len()]
    }
}
