use super::{Callback, Secret};
use crate::edition::VersionName;
use crate::words::{Protocol, Timestamp, Topic};
use std::fmt;

/// That a callback is told of a topic's changes, or wants to be: one row of the store. Topic, callback and protocol
/// together are its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its number in the store; none is given twice in one run.
    pub number: u64,
    /// What it is of.
    pub topic: Topic,
    /// The address of the topic as the subscriber wrote it.
    pub address: Address,
    /// Where deliveries go.
    pub callback: Callback,
    /// How they are made.
    pub protocol: Protocol,
    /// What they are signed with.
    pub secret: Option<Secret>,
    /// What it amounts to.
    pub state: State,
    /// What the subscriber asked for that is not verified yet.
    pub wish: Option<Wish>,
    /// When it was first asked for.
    pub since: Timestamp,
    /// The topic's version at that time, which the subscriber is taken to have.
    pub began: VersionName,
    /// The last version that was delivered and acknowledged.
    pub acknowledged: Option<VersionName>,
    /// When that was.
    pub acknowledged_at: Option<Timestamp>,
    /// How many deliveries failed since.
    pub failures: u32,
    /// When the first of them did.
    pub failing_since: Option<Timestamp>,
    /// When the last delivery was tried.
    pub tried: Option<Timestamp>,
    /// The earliest time of the next.
    pub next_try: Timestamp,
}

impl Subscription {
    /// The version of the topic that the subscriber has.
    pub fn has(&self) -> VersionName {
        self.acknowledged.unwrap_or(self.began)
    }

    /// The end of its lease; `None` when nobody has confirmed it, or it was denied.
    pub fn until(&self) -> Option<Timestamp> {
        match self.state {
            State::Active { until } => Some(until),
            State::Asked | State::Denied => None,
        }
    }
}

/// What a subscription amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has confirmed it yet.
    Asked,
    /// It was confirmed.
    Active {
        /// The end of its lease.
        until: Timestamp,
    },
    /// Its topic is closed; the subscriber is told so, and then it is over.
    Denied,
}

/// What a subscriber asked for and has to confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What it is.
    pub asks: Asks,
    /// When it was asked for.
    pub at: Timestamp,
    /// Parameters the hub does not know, which go back to the subscriber with the verification.
    pub echoed: Vec<(String, String)>,
    /// How often the callback gave no answer.
    pub tries: u32,
    /// The earliest time of the next try.
    pub next_try: Timestamp,
}

/// What can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// To be told for so many seconds.
    Subscribe {
        /// How many; within the limits.
        lease: i64,
        /// What deliveries are to be signed with from then on.
        secret: Option<Secret>,
    },
    /// To be told no more.
    Unsubscribe,
}

/// The address of a topic as a subscriber wrote it. A secret one does not show in what is printed for debugging.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(Box<str>);

impl Address {
    /// The address that was written so. That it leads to a topic is for [`Request::parse`](super::Request::parse) to see.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::answer::masked(&self.0))
    }
}
