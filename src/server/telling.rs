//! An event stream, from its first word to its last.

use super::bulletins::version;
use super::patience::Awaiting;
use super::public::Public;
use super::waiting::Place;
use crate::answer::Stream;
use crate::press::PrintError;
use crate::publisher::clock;
use bytes::Bytes;
use hyper::body::{Body, Frame};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::sleep;

/// After which silence something is said that means nothing, so that no proxy takes the stream for dead: most do after a
/// minute. 10,000 streams come to 330 such words a second.
const HEARTBEAT: Duration = Duration::from_secs(30);
const HEARTBEAT_WORD: Bytes = Bytes::from_static(b":\n\n");
/// The first words: after how many milliseconds a client that was cut off is to come back.
const GREETING: Bytes = Bytes::from_static(b"retry: 3000\n\n");
/// How often, and after which time, it is tried again to say something whose words have changed since the edition was made.
const TRIES: u32 = 50;
const STALE: Duration = Duration::from_millis(20);

/// One event stream. What it has to say is looked up when its client has taken what it said before, so however slow that is,
/// nothing piles up, and nothing is lost.
pub struct Telling {
    public: Arc<Public>,
    stream: Stream,
    is_greeted: bool,
    _place: Place,
}

impl Telling {
    /// A stream that has not begun.
    pub fn new(public: Arc<Public>, stream: Stream, place: Place) -> Self {
        Self { public, stream, is_greeted: false, _place: place }
    }

    /// What is to be said next, as soon as there is something; `None` at the end.
    pub async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.is_greeted, true) {
            return Some(GREETING);
        }
        let mut tries = 0;
        loop {
            let Self { public, stream, .. } = self;
            let edition = public.press.edition()?;
            let standing = stream.standing(&edition, clock())?;
            if stream.heard != Some(standing.version) {
                let name = &stream.outlet.name;
                let said = match public.bulletins.since(&edition, name, stream.heard).await {
                    // The next edition is on its way.
                    Err(PrintError::Stale) if tries < TRIES => None,
                    Ok(said) => Some(said),
                    // Where the words are not at hand, whoever wants them has to ask.
                    Err(_) => Some(version(&edition, name).ok()?),
                };
                if said.is_some() {
                    stream.heard = Some(standing.version);
                    return said;
                }
                tries += 1;
                sleep(STALE).await;
                continue;
            }
            drop(edition);
            let change = public.waiting.change(&stream.awaited(), standing.as_of);
            let turn = standing.turn.map(|turn| turn.seconds() - clock().seconds());
            let turn = turn.map(|turn| Duration::from_secs(turn.max(0).cast_unsigned()));
            tokio::select! {
                goes_on = change => if !goes_on { return None },
                () = sleep(turn.unwrap_or(HEARTBEAT).min(HEARTBEAT)) => {
                    stream.standing(&*public.press.edition()?, clock())?;
                    return Some(HEARTBEAT_WORD);
                }
            }
        }
    }
}

type Next = Pin<Box<dyn Future<Output = (Telling, Option<Bytes>)> + Send>>;

/// The same as the body of an answer.
pub struct Told {
    next: Option<Next>,
    _awaited: Awaiting,
}

impl Told {
    pub fn new(telling: Telling, awaited: Awaiting) -> Self {
        Self { next: Some(next(telling)), _awaited: awaited }
    }
}

fn next(mut telling: Telling) -> Next {
    Box::pin(async move {
        let said = telling.next().await;
        (telling, said)
    })
}

impl Body for Told {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        let Some(being_said) = &mut this.next else { return Poll::Ready(None) };
        let (telling, said) = std::task::ready!(being_said.as_mut().poll(cx));
        this.next = said.is_some().then(|| next(telling));
        Poll::Ready(said.map(|said| Ok(Frame::data(said))))
    }
}
