use super::apart::{Apart, Streaming};
use super::body::{Sent, told};
use super::patience::Pulse;
use super::telling::Told;
use http::Response;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// An answer, there already or to be waited for. Most are there, and idle connections keep room for one of these, so
/// what waiting takes is apart.
pub enum Answering {
    Now(Option<Response<Sent>>),
    Later(Pin<Box<dyn Future<Output = Response<Sent>> + Send>>),
    /// It takes a while, and may be done without hyper.
    Apart(Apart),
    /// It is done without hyper.
    Elsewhere,
}

impl Answering {
    /// This answer.
    pub fn now(response: Response<Sent>) -> Self {
        Self::Now(Some(response))
    }

    /// The answer that comes of this.
    pub fn later(answer: impl Future<Output = Response<Sent>> + Send + 'static) -> Self {
        Self::Later(Box::pin(answer))
    }

    /// The same by hyper, whatever it is.
    pub fn within(self, pulse: &Pulse) -> Self {
        match self {
            Self::Apart(Apart::Held(held)) => {
                let awaited = pulse.awaited();
                Self::later(async move {
                    let _awaited = awaited;
                    let mut held = *held;
                    loop {
                        let (public, from) = (held.public.clone(), held.from);
                        let mut request = held.request.clone();
                        let waited = held.wait().over(std::future::pending()).await;
                        request.extensions.insert(waited);
                        match public.give(request, from) {
                            Self::Apart(Apart::Held(again)) => held = *again,
                            Self::Now(Some(response)) => return response,
                            Self::Later(response) => return response.await,
                            Self::Now(None) | Self::Apart(Apart::Stream(_)) | Self::Elsewhere => {
                                unreachable!("what was a document is a document or a message")
                            }
                        }
                    }
                })
            }
            Self::Apart(Apart::Stream(streaming)) => {
                let Streaming { headers, telling } = *streaming;
                let mut response = Response::new(told(Told::new(telling, pulse.awaited())));
                *response.headers_mut() = headers;
                Self::now(response)
            }
            other => other,
        }
    }
}

impl Future for Answering {
    type Output = Result<Response<Sent>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Now(response) => Poll::Ready(Ok(response.take().expect("it is asked for once"))),
            Self::Later(answer) => answer.as_mut().poll(cx).map(Ok),
            Self::Apart(_) | Self::Elsewhere => Poll::Pending,
        }
    }
}
