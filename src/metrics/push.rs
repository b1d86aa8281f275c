//! What is counted of telling those who subscribed.

use crate::hub::Counts;
use crate::words::{Protocol, Timestamp};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Up to how many seconds an exchange takes, by class.
const SECONDS: [f64; 10] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// What is counted of subscriptions.
const STATES: [&str; 4] = ["active", "pending", "owed", "failing"];
const MINUTES_OF_AN_HOUR: i64 = 60;

/// What became of something that was sent to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// The answer was what was hoped for.
    Accepted,
    /// The answer was another, and it is tried again or given up.
    Refused,
    /// They said that they are gone for good.
    Gone,
    /// There was no answer.
    Failed,
    /// Their address is one that nothing is sent to.
    Forbidden,
}

impl Became {
    /// Its name in what is counted.
    pub fn name(self) -> &'static str {
        match self {
            Became::Accepted => "accepted",
            Became::Refused => "refused",
            Became::Gone => "gone",
            Became::Failed => "failed",
            Became::Forbidden => "forbidden",
        }
    }
}

/// The counters and gauges of it.
pub struct Push {
    subscriptions: Family<Standing, Gauge>,
    requests: Family<Request, Counter>,
    verifications: Family<Sent, Counter>,
    deliveries: Family<Sent, Counter>,
    delivery_seconds: Histogram,
    pings: Family<Ping, Counter>,
    lately: Mutex<Lately>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Standing {
    protocol: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    protocol: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Sent {
    protocol: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Ping {
    outcome: &'static str,
}

impl Default for Push {
    fn default() -> Self {
        Self {
            subscriptions: Family::default(),
            requests: Family::default(),
            verifications: Family::default(),
            deliveries: Family::default(),
            delivery_seconds: Histogram::new(SECONDS),
            pings: Family::default(),
            lately: Mutex::default(),
        }
    }
}

impl Push {
    /// So many subscriptions there are now over this protocol.
    pub fn subscribed(&self, protocol: Protocol, counts: Counts) {
        let Counts { active, asked, owed, failing } = counts;
        for (state, count) in STATES.into_iter().zip([active, asked, owed, failing]) {
            self.standing(protocol, state).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// How many subscriptions there were over this protocol when that was last told.
    pub fn counts(&self, protocol: Protocol) -> Counts {
        let count = |state| usize::try_from(self.standing(protocol, state).get()).unwrap_or(0);
        let [active, asked, owed, failing] = STATES.map(count);
        Counts { active, asked, owed, failing }
    }

    fn standing(&self, protocol: Protocol, state: &'static str) -> Gauge {
        self.subscriptions.get_or_create(&Standing { protocol: protocol.name(), state }).clone()
    }

    /// Somebody asked for something and was answered.
    pub fn asked(&self, protocol: Protocol, status: u16) {
        self.requests.get_or_create(&Request { protocol: protocol.name(), status }).inc();
    }

    /// Somebody who asked was asked back.
    pub fn verified(&self, protocol: Protocol, became: Became) {
        self.verifications.get_or_create(&Sent { protocol: protocol.name(), outcome: became.name() }).inc();
    }

    /// Something was delivered, or was to be; `took` is how long the exchange took.
    pub fn delivered(&self, protocol: Protocol, became: Became, took: Duration, now: Timestamp) {
        self.deliveries.get_or_create(&Sent { protocol: protocol.name(), outcome: became.name() }).inc();
        self.delivery_seconds.observe(took.as_secs_f64());
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        lately.enter(became == Became::Accepted, now);
    }

    /// A hub of others was told.
    pub fn pinged(&self, became: Became) {
        self.pings.get_or_create(&Ping { outcome: became.name() }).inc();
    }

    /// How many deliveries were accepted in the last hour, and how many were not.
    pub fn last_hour(&self, now: Timestamp) -> (usize, usize) {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner).of_last_hour(now)
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let subscriptions = self.subscriptions.clone();
        registry.register("subscriptions", "Subscriptions by protocol and state", subscriptions);
        let requests = self.requests.clone();
        registry.register("subscription_requests", "Requests of subscribers by status", requests);
        let verifications = self.verifications.clone();
        registry.register("verifications", "Subscribers asked back, by outcome", verifications);
        registry.register("deliveries", "Deliveries to subscribers by outcome", self.deliveries.clone());
        let seconds = self.delivery_seconds.clone();
        registry.register("delivery_seconds", "Seconds that deliveries took", seconds);
        registry.register("hub_pings", "Pings to hubs of others by outcome", self.pings.clone());
    }
}

/// What was delivered in each of the last minutes, the latest last.
#[derive(Default)]
struct Lately(VecDeque<Minute>);

struct Minute {
    minute: i64,
    accepted: usize,
    others: usize,
}

impl Lately {
    fn enter(&mut self, is_accepted: bool, now: Timestamp) {
        let minute = now.seconds().div_euclid(60);
        self.forget_before(minute);
        if self.0.back().is_none_or(|last| last.minute < minute) {
            self.0.push_back(Minute { minute, accepted: 0, others: 0 });
        }
        // A clock that was put back counts on in the latest minute there is.
        if let Some(last) = self.0.back_mut() {
            *(if is_accepted { &mut last.accepted } else { &mut last.others }) += 1;
        }
    }

    fn of_last_hour(&mut self, now: Timestamp) -> (usize, usize) {
        self.forget_before(now.seconds().div_euclid(60));
        self.0
            .iter()
            .fold((0, 0), |(accepted, others), minute| (accepted + minute.accepted, others + minute.others))
    }

    fn forget_before(&mut self, minute: i64) {
        while self.0.front().is_some_and(|first| first.minute <= minute - MINUTES_OF_AN_HOUR) {
            self.0.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_later_a_delivery_is_forgotten() {
        let push = Push::default();
        let at = |seconds: i64| Timestamp::nearest(1_800_000_000 + seconds);
        let deliver =
            |became, seconds| push.delivered(Protocol::WebSub, became, Duration::from_millis(7), at(seconds));
        deliver(Became::Accepted, 0);
        deliver(Became::Accepted, 59);
        deliver(Became::Refused, 60);
        deliver(Became::Failed, 3_000);
        deliver(Became::Accepted, 2_000);
        for (seconds, expected) in
            [(3_000, (3, 2)), (3_599, (3, 2)), (3_600, (1, 2)), (3_660, (1, 1)), (6_600, (0, 0))]
        {
            assert_eq!(push.last_hour(at(seconds)), expected, "after {seconds} s");
        }
    }
}
