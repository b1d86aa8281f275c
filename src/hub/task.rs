use super::turns::Lane;
use super::{Callback, Protocol, Secret, Subscription, Wish};
use crate::edition::VersionName;
use crate::words::{Timestamp, Topic};

/// A request that is to be sent to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number, for [`Hub::report`](super::Hub::report).
    pub number: u64,
    /// The number of the subscription it is for.
    pub subscription: u64,
    /// Where it goes.
    pub callback: Callback,
    /// How the subscriber is spoken to.
    pub protocol: Protocol,
    /// What the subscription is of.
    pub topic: Topic,
    /// What is to be done.
    pub work: Work,
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// A GET that asks whether the subscriber wants what was asked for. It is [`Outcome::Confirmed`] when a status of 2xx
    /// comes with a body that is the challenge, byte for byte.
    Verify {
        /// Path and query of the request.
        target: String,
        /// What has to come back.
        challenge: String,
        /// Whether it is asked of one who has subscribed.
        is_known: bool,
    },
    /// A GET that says the subscription is not, or no longer, possible.
    Deny {
        /// Path and query of the request.
        target: String,
    },
    /// A POST with this form, in which nothing is of the topic but its address: [`Outcome::Confirmed`] with a status of 2xx.
    /// So speaks rssCloud, when it tries a callback and when there is news.
    Notify {
        /// The form.
        form: String,
        /// Whether it only tries the callback.
        is_trial: bool,
    },
    /// A POST with the topic as it is now: [`Outcome::Delivered`] with the version that was sent.
    Deliver {
        /// The last version this subscriber acknowledged, for a site that delivers changes only. One who has acknowledged
        /// nothing gets the whole.
        since: Option<VersionName>,
        /// What it is signed with.
        secret: Option<Secret>,
    },
}

/// What became of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The subscriber confirmed what it asked for.
    Confirmed,
    /// This version was acknowledged with a status of 2xx.
    Delivered(VersionName),
    /// An answer that is neither of these.
    Answered {
        /// Its status.
        status: u16,
        /// What its `Retry-After` says, in seconds.
        retry_after: Option<i64>,
    },
    /// There was no answer.
    Failed(Failure),
    /// There was nothing to send just then; it will be handed out again.
    Overtaken,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The name of the host leads nowhere.
    Unknown,
    /// The name of the host leads to an address that callbacks must not have.
    Refused,
    /// No connection came about.
    Unreachable,
    /// The connection was not safe.
    Unsafe,
    /// It took too long.
    Slow,
    /// What came was no answer of HTTP, or too long for one.
    Garbled,
}

/// Something about a subscription that belongs into the log and is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The subscription as it was then.
    pub subscription: Subscription,
    /// What happened.
    pub what: What,
}

/// What can happen to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It was confirmed for the first time.
    Begun,
    /// It was confirmed again.
    Renewed,
    /// The subscriber confirmed that it wants no more.
    Ended,
    /// What was asked for was not confirmed.
    Unconfirmed(Option<Outcome>),
    /// The callback said that it is gone for good.
    Gone,
    /// Its lease ended.
    Expired,
    /// Its lease ended, and nothing had been acknowledged since this time.
    GivenUp(Timestamp),
    /// Deliveries failed for so long that they are tried only now and then.
    Paused,
    /// Its topic is closed.
    Denied,
}

/// A task that was handed out and has not been reported.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) subscription: u64,
    pub(super) callback: Callback,
    pub(super) at: Timestamp,
    pub(super) lane: Lane,
    pub(super) errand: Errand,
}

/// What a task is about.
#[derive(Clone, Debug)]
pub(super) enum Errand {
    Verify(Wish),
    Deny,
    Deliver,
    /// Word of a version, which itself is not sent.
    Notify(VersionName),
}
