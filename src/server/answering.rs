use super::body::Sent;
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
}

impl Future for Answering {
    type Output = Result<Response<Sent>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Now(response) => Poll::Ready(Ok(response.take().expect("it is asked for once"))),
            Self::Later(answer) => answer.as_mut().poll(cx).map(Ok),
        }
    }
}
