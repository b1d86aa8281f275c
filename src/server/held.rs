//! A request that is answered when there is something to tell, or when its wait is over.

use super::public::Public;
use super::waiting::Place;
use crate::answer::Hold;
use crate::publisher::clock;
use bytes::Bytes;
use http::Version;
use http::request::Parts;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The longest head of a request that is held, in bytes: so much is kept of it meanwhile.
const LONGEST_HEAD: usize = 4 << 10;

/// How a request was held, for whom it is answered by then.
#[derive(Clone, Copy, Debug)]
pub struct Waited {
    /// For how many seconds at most.
    pub seconds: u32,
    until: Instant,
    /// Whether it was told to wait no more.
    is_over: bool,
}

impl Waited {
    /// The same, when it is not to be held again.
    pub fn over(self) -> Self {
        Self { is_over: true, ..self }
    }
}

/// A request that is to be held. What waiting takes is made when hyper is gone: it would lie behind what hyper leaves, and
/// split that.
pub struct Held {
    pub request: Parts,
    hold: Box<Hold>,
    place: Place,
    pub public: Arc<Public>,
    /// Who asks.
    pub from: IpAddr,
}

/// What a held request waits for.
pub struct Wait {
    waited: Waited,
    goes_on: Pin<Box<dyn Future<Output = bool> + Send>>,
    _place: Place,
}

impl Held {
    /// Whether a request may be held that asks for it.
    pub fn is_for(request: &Parts) -> bool {
        let length: usize =
            request.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        let goes_on = |waited: &Waited| !waited.is_over && waited.until > Instant::now();
        length <= LONGEST_HEAD && request.extensions.get().is_none_or(goes_on)
    }

    /// One for which there is this to wait for.
    pub fn new(public: Arc<Public>, place: Place, request: Parts, from: IpAddr, hold: Box<Hold>) -> Self {
        Self { request, hold, place, public, from }
    }

    /// Lets go of the request, which is known by now, and begins to wait.
    pub fn wait(self) -> Wait {
        let Self { request, hold, place, public, from: _ } = self;
        let now = Instant::now();
        let after = |seconds: u64| now + Duration::from_secs(seconds);
        let first = Waited { seconds: hold.seconds, until: after(hold.seconds.into()), is_over: false };
        let waited = request.extensions.get().copied().unwrap_or(first);
        drop(request);
        let turn = hold.turn.map(|turn| after((turn.seconds() - clock().seconds()).max(0).cast_unsigned()));
        let end = turn.map_or(waited.until, |turn| turn.min(waited.until));
        let change = public.waiting.change(&hold.awaited, hold.as_of);
        let goes_on = Box::pin(async move {
            tokio::select! {
                goes_on = change => goes_on,
                () = sleep_until(end) => true,
            }
        });
        Wait { waited, goes_on, _place: place }
    }
}

impl Wait {
    /// Waits until the request is to be answered, or `left` is ready.
    pub async fn over(mut self, left: impl Future<Output = ()>) -> Waited {
        let goes_on = tokio::select! {
            goes_on = &mut self.goes_on => goes_on,
            () = left => false,
        };
        if goes_on { self.waited } else { self.waited.over() }
    }
}

/// The head of a request as it may be read again.
pub fn head(request: &Parts) -> Bytes {
    let version = if request.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let mut head = format!("{} {} {version}\r\n", request.method, request.uri).into_bytes();
    for (name, value) in &request.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head.into_boxed_slice().into()
}
