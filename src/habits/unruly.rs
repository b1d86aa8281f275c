//! Clients that behave badly: they fetch again and again what they were given, without saying so.

use super::caller::Mark;
use super::visit::{Tally, Visit};
use super::{When, of_today};
use crate::words::Day;
use std::collections::BTreeMap;

/// The most clients that are watched.
pub const MOST_WATCHED: usize = 200;
/// For how many days what they did counts.
pub const DAYS: usize = 7;
/// After so many seconds without one, room is made for who does it now.
const QUIET: i64 = 3_600;

/// Those that were seen to.
#[derive(Debug, Default)]
pub struct Unruly {
    /// In no order.
    pub clients: Vec<Client>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What it calls itself.
    pub agent: Box<str>,
    /// Where it is.
    pub mark: Mark,
    /// When it last did, in seconds.
    pub last: i64,
    /// How often it did, and how often it was refused, on each of the last days.
    pub days: BTreeMap<Day, (u64, u64)>,
}

impl Unruly {
    /// Watches what somebody did.
    pub fn watch(&mut self, visit: &Visit, when: When) {
        let sum = |of: fn(&Tally) -> u64| visit.doings.iter().map(|doings| of(&doings.tally)).sum();
        let (again, refused): (u64, u64) = (sum(|tally| tally.again), sum(|tally| tally.refused));
        if again + refused == 0 {
            return;
        }
        let is_same = |client: &&mut Client| client.mark == visit.mark && client.agent == visit.agent;
        match self.clients.iter_mut().find(is_same) {
            Some(client) => client.add(again, refused, when),
            None => {
                let mut client =
                    Client { agent: visit.agent.clone(), mark: visit.mark, last: 0, days: BTreeMap::new() };
                client.add(again, refused, when);
                self.enter(client, when);
            }
        }
    }

    /// Of too many the one goes that did least, unless it is busier than the new one.
    fn enter(&mut self, client: Client, when: When) {
        if self.clients.len() < MOST_WATCHED {
            return self.clients.push(client);
        }
        let least = self.clients.iter_mut().min_by_key(|client| (client.weight(when), client.last));
        if let Some(least) = least
            && (least.weight(when) <= client.weight(when) || (least.last - client.last).abs() > QUIET)
        {
            *least = client;
        }
    }

    /// Forgets what does not count: it was too long ago, or was entered by a clock that was ahead.
    pub fn forget(&mut self, when: When) {
        let week = when.last_days(DAYS);
        for client in &mut self.clients {
            client.days.retain(|day, _| week.contains(day));
            client.last = client.last.min(when.now.seconds());
        }
        self.clients.retain(|client| !client.days.is_empty());
    }
}

impl Client {
    fn add(&mut self, again: u64, refused: u64, when: When) {
        self.last = when.now.seconds();
        let (sum_again, sum_refused) = of_today(&mut self.days, DAYS, when.today);
        *sum_again += again;
        *sum_refused += refused;
    }

    /// How often it did lately, and how often it was refused.
    pub fn counts(&self, when: When) -> (u64, u64) {
        let week = self.days.range(when.last_days(DAYS));
        week.fold((0, 0), |sums, (_, day)| (sums.0 + day.0, sums.1 + day.1))
    }

    fn weight(&self, when: When) -> u64 {
        let (again, refused) = self.counts(when);
        again + refused
    }
}
