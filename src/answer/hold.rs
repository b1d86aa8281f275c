//! Requests that are answered when there is something to tell (RFC 7240, section 4.3).
//!
//! What is answered is what anybody would be told at that moment, so `Vary` says nothing of `Prefer`: the answer does not
//! differ, only its time does.

use super::head::{EXPOSED, put};
use super::{Answer, prefer};
use crate::edition::{AsOf, Awaited, Edition, Sheet};
use crate::words::{FeedName, Timestamp};
use http::request::Parts;
use http::{HeaderName, Method, header};
use std::sync::Arc;

/// The longest wait, in seconds. Most proxies give up after 60 seconds in which nothing comes.
pub const LONGEST_WAIT: u32 = 55;

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// That there is nothing to tell yet, and what to wait for.
#[derive(Clone, Debug)]
pub struct Hold {
    /// For how many seconds at most.
    pub seconds: u32,
    /// What has to become another.
    pub awaited: Awaited,
    /// What it is now.
    pub as_of: AsOf,
    /// When it is to be looked at again in any case, because an agreement ends.
    pub turn: Option<Timestamp>,
    /// The version that is held meanwhile, where its bytes have to be there when the next one comes.
    pub held: Option<Arc<Sheet>>,
}

impl Hold {
    /// What a client waits for that has a document as it is, if it waits.
    pub(super) fn of(edition: &Edition, request: &Parts, sheet: &Sheet) -> Option<Self> {
        let asked = if request.method == Method::GET { prefer::wait(&request.headers)? } else { 0 };
        let awaited = sheet.print().awaited();
        (asked > 0).then(|| Self {
            seconds: asked.min(LONGEST_WAIT),
            as_of: edition.as_of(&awaited),
            awaited,
            turn: sheet.print().feed().and_then(|name| end_of(edition, name)),
            held: None,
        })
    }
}

/// When the agreement ends that a feed was made for.
pub(super) fn end_of(edition: &Edition, name: &FeedName) -> Option<Timestamp> {
    edition.catalogue().partner(name)?.until
}

impl Answer {
    /// The answer to a request that was held, by whom up to so many seconds were granted.
    pub fn after_waiting(mut self, seconds: u32) -> Self {
        put(&mut self.headers, PREFERENCE_APPLIED, &format!("wait={seconds}"));
        if self.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
            let exposed = self.headers.get(header::ACCESS_CONTROL_EXPOSE_HEADERS);
            let exposed = exposed.and_then(|names| names.to_str().ok()).unwrap_or(EXPOSED);
            let exposed = format!("{exposed}, {PREFERENCE_APPLIED}");
            put(&mut self.headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &exposed);
        }
        self
    }
}
