//! What the hub hands out, done: asking back, saying no, delivering.

use super::documents::{Document, Documents};
use crate::edition::VersionName;
use crate::hub::{Callback, Failure, Outcome, Secret, Task, Work};
use crate::metrics::{Became, Metrics};
use crate::outbound::{Destination, Message, Outbound, Replied, Unreached};
use crate::publisher::clock;
use crate::words::{Site, Topic};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LINK, USER_AGENT};
use http::{HeaderMap, Method};
use std::sync::Arc;
use std::time::Instant;
use url::Url;

const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");
/// How much of the answer to a delivery is read, so that the connection can be used again; nobody looks at it.
const READ_OF_ANSWERS: usize = 4 << 10;

/// What it takes to do them.
pub struct Errands {
    pub outbound: Arc<Outbound>,
    /// The way to those who have confirmed nothing yet.
    pub asking: Arc<Outbound>,
    pub documents: Documents,
    pub metrics: Arc<Metrics>,
}

impl Errands {
    /// Does one, and counts it. However long it takes, it ends.
    pub async fn run(&self, task: Task) -> Outcome {
        let (protocol, began) = (task.protocol, Instant::now());
        let is_verification = matches!(task.work, Work::Verify { .. } | Work::Notify { is_trial: true, .. });
        let is_delivery = matches!(task.work, Work::Deliver { .. } | Work::Notify { .. });
        let outcome = self.perform(task).await;
        if let Some(became) = became(outcome) {
            let push = &self.metrics.push;
            if is_verification {
                push.verified(protocol, became);
            } else if is_delivery {
                push.delivered(protocol, became, began.elapsed(), clock());
            }
        }
        outcome
    }

    async fn perform(&self, task: Task) -> Outcome {
        let Task { callback, topic, work, .. } = task;
        match work {
            Work::Verify { target, challenge, is_known } => {
                let way = if is_known { &self.outbound } else { &self.asking };
                self.verify(way, &callback, &target, &challenge).await
            }
            Work::Deny { target } => {
                let sent = self.get(&self.outbound, &callback, &target, READ_OF_ANSWERS).await;
                sent.map_or_else(failed, |replied| answered(&replied))
            }
            Work::Notify { form, is_trial } => {
                let way = if is_trial { &self.asking } else { &self.outbound };
                self.notify(way, &callback, form).await
            }
            Work::Deliver { since, secret } => self.deliver(&callback, &topic, since, secret.as_ref()).await,
        }
    }

    /// Whether the subscriber wants what was asked for (W3C WebSub, section 5.3).
    async fn verify(&self, way: &Outbound, callback: &Callback, target: &str, challenge: &str) -> Outcome {
        match self.get(way, callback, target, challenge.len()).await {
            Ok(replied) if confirms(&replied, challenge) => Outcome::Confirmed,
            Ok(replied) => answered(&replied),
            Err(unreached) => failed(unreached),
        }
    }

    /// Says that a document changed, and nothing more (rssCloud).
    async fn notify(&self, way: &Outbound, callback: &Callback, form: String) -> Outcome {
        let mut headers = self.introduction();
        put(&mut headers, CONTENT_TYPE, "application/x-www-form-urlencoded");
        let to = callback.target();
        let message = message(Method::POST, callback, &to, headers, form.into(), READ_OF_ANSWERS);
        match send(way, message).await {
            Ok(replied) if replied.status.is_success() => Outcome::Confirmed,
            Ok(replied) => answered(&replied),
            Err(unreached) => failed(unreached),
        }
    }

    async fn deliver(
        &self,
        callback: &Callback,
        topic: &Topic,
        since: Option<VersionName>,
        secret: Option<&Secret>,
    ) -> Outcome {
        let Some(document) = self.documents.find(topic, since).await else { return Outcome::Overtaken };
        let (headers, body) = content(&document, topic, callback, secret);
        let to = callback.target();
        let message = message(Method::POST, callback, &to, headers, body, READ_OF_ANSWERS);
        match send(&self.outbound, message).await {
            Ok(replied) if replied.status.is_success() => Outcome::Delivered(document.version),
            Ok(replied) => answered(&replied),
            Err(unreached) => failed(unreached),
        }
    }

    async fn get(
        &self,
        way: &Outbound,
        callback: &Callback,
        target: &str,
        wanted: usize,
    ) -> Result<Replied, Unreached> {
        let message = message(Method::GET, callback, target, self.introduction(), Bytes::new(), wanted);
        send(way, message).await
    }

    fn introduction(&self) -> HeaderMap {
        let edition = self.documents.press.edition();
        edition.map_or_else(HeaderMap::new, |edition| introduction(edition.site()))
    }
}

/// A request to a callback; `None` when it has no host.
fn message(
    method: Method,
    callback: &Callback,
    target: &str,
    headers: HeaderMap,
    body: Bytes,
    wanted: usize,
) -> Option<Message> {
    let url = Url::parse(callback.as_str()).ok()?;
    let to = Destination::at(&url, callback.authority(), target)?;
    Some(Message { method, to, headers, body, wanted })
}

async fn send(way: &Outbound, message: Option<Message>) -> Result<Replied, Unreached> {
    way.send(&message.ok_or(Unreached::NoSuchHost)?).await
}

/// The document as anybody gets it, and whose it is (W3C WebSub, section 7).
fn content(
    document: &Document,
    topic: &Topic,
    callback: &Callback,
    secret: Option<&Secret>,
) -> (HeaderMap, Bytes) {
    let Document { site, body, .. } = document;
    let mut headers = introduction(site);
    put(&mut headers, CONTENT_TYPE, &format!("{}; charset=utf-8", topic.format.media_type()));
    let hubs = site.hubs(&topic.outlet).into_iter().map(|hub| format!("<{hub}>; rel=\"hub\""));
    let this = format!("<{}>; rel=\"self\"", site.topic_url(topic));
    put(&mut headers, LINK, &hubs.chain([this]).collect::<Vec<_>>().join(", "));
    if let Some(secret) = secret {
        let signature = site.push.signature_at(callback.host());
        put(&mut headers, SIGNATURE, &secret.sign(signature, body));
    }
    (headers, body.clone())
}

/// Who sends it.
fn introduction(site: &Site) -> HeaderMap {
    let mut headers = HeaderMap::new();
    put(&mut headers, USER_AGENT, &format!("bantin/{} (+{})", env!("CARGO_PKG_VERSION"), site.base));
    headers
}

/// Sets a header to text of ours, which no address or number of ours keeps from being one.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn confirms(replied: &Replied, challenge: &str) -> bool {
    replied.status.is_success() && replied.is_whole && replied.body == challenge.as_bytes()
}

fn answered(replied: &Replied) -> Outcome {
    let retry_after = replied.retry_after.map(i64::from);
    Outcome::Answered { status: replied.status.as_u16(), retry_after }
}

/// What an outcome counts as; one that was no exchange, as nothing.
fn became(outcome: Outcome) -> Option<Became> {
    Some(match outcome {
        Outcome::Confirmed | Outcome::Delivered(_) => Became::Accepted,
        Outcome::Answered { status: 410, .. } => Became::Gone,
        Outcome::Answered { .. } => Became::Refused,
        Outcome::Failed(Failure::Refused) => Became::Forbidden,
        Outcome::Failed(_) => Became::Failed,
        Outcome::Overtaken => return None,
    })
}

fn failed(unreached: Unreached) -> Outcome {
    Outcome::Failed(match unreached {
        Unreached::NoSuchHost => Failure::Unknown,
        Unreached::Forbidden(_) => Failure::Refused,
        Unreached::Refused => Failure::Unreachable,
        Unreached::Untrusted => Failure::Unsafe,
        Unreached::Broken => Failure::Garbled,
        Unreached::TooSlow => Failure::Slow,
    })
}
