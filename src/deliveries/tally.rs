//! Counting what is sent and what became of it.

use crate::hub::{Failure, Hub, Outcome, Protocol, Task, Work};
use crate::metrics::{Became, Metrics};
use crate::publisher::clock;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often subscriptions are counted, at most.
pub const PACE: Duration = Duration::from_secs(1);

/// Something that is being sent.
pub struct Exchange {
    /// The number of its task.
    pub number: u64,
    protocol: Protocol,
    kind: Kind,
    began: Instant,
}

#[derive(Clone, Copy)]
enum Kind {
    Verification,
    Delivery,
    Denial,
}

impl Exchange {
    /// One that begins now.
    pub fn begun(task: &Task) -> Self {
        let kind = match &task.work {
            Work::Deliver { .. } | Work::Notify { is_trial: false, .. } => Kind::Delivery,
            Work::Verify { .. } | Work::Notify { is_trial: true, .. } => Kind::Verification,
            Work::Deny { .. } => Kind::Denial,
        };
        Self { number: task.number, protocol: task.protocol, kind, began: Instant::now() }
    }
}

/// Counts.
pub struct Tally {
    metrics: Arc<Metrics>,
    counted: Option<Instant>,
    is_stale: bool,
}

impl Tally {
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics, counted: None, is_stale: false }
    }

    /// One that ended.
    pub fn ended(&self, exchange: &Exchange, outcome: Outcome) {
        let Some(became) = became(outcome) else { return };
        let push = &self.metrics.push;
        match exchange.kind {
            Kind::Delivery => push.delivered(exchange.protocol, became, exchange.began.elapsed(), clock()),
            Kind::Verification => push.verified(exchange.protocol, became),
            Kind::Denial => {}
        }
    }

    /// Whether subscriptions may have changed since they were counted, so that it is time soon.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// How many subscriptions there are, now and then.
    pub fn count(&mut self, hub: &Hub) {
        self.is_stale = self.counted.is_some_and(|counted| counted.elapsed() < PACE);
        if !self.is_stale {
            self.counted = Some(Instant::now());
            Protocol::ALL.into_iter().for_each(|each| self.metrics.push.subscribed(each, hub.counts(each)));
        }
    }
}

fn became(outcome: Outcome) -> Option<Became> {
    match outcome {
        Outcome::Confirmed | Outcome::Delivered(_) => Some(Became::Accepted),
        Outcome::Answered { status: 410, .. } => Some(Became::Gone),
        Outcome::Answered { .. } => Some(Became::Refused),
        Outcome::Failed(Failure::Refused) => Some(Became::Forbidden),
        Outcome::Failed(_) => Some(Became::Failed),
        Outcome::Overtaken => None,
    }
}
