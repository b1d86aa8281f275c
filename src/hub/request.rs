use super::{Address, Callback, Protocol, Secret};
use crate::words::{Text, Topic};

/// What somebody asks of the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To be told of a topic's changes, or to be told for longer.
    Subscribe {
        /// Who of what.
        who: Who,
        /// For how many seconds, where that was said.
        lease: Option<i64>,
        /// What deliveries are to be signed with.
        secret: Option<Secret>,
    },
    /// To be told no more.
    Unsubscribe(Who),
    /// To look again at these topics, because they changed.
    Publish(Vec<Topic>),
}

/// Which subscription is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Its topic.
    pub topic: Topic,
    /// The address of the topic as it was written.
    pub address: Address,
    /// Its callback.
    pub callback: Callback,
    /// How it is told.
    pub protocol: Protocol,
    /// Parameters that are given back with the verification.
    pub echoed: Vec<(String, String)>,
}

/// What is answered to a request, as `text/plain`. Nothing of the request is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status: 202 when it will be verified.
    pub status: u16,
    /// In how many seconds to ask again, of 429 and 503.
    pub retry_after: Option<i64>,
    /// One sentence about it.
    pub body: Text,
}

impl Reply {
    pub(super) fn new(status: u16, vi: &str, en: &str) -> Self {
        Self { status, retry_after: None, body: Text::new(vi, en) }
    }

    pub(super) fn later(status: u16, seconds: i64, vi: &str, en: &str) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(status, vi, en) }
    }
}
