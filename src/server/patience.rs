//! How long a connection is waited for. hyper's own timer starts only once a request is under way, and not at all
//! while it still finds out which HTTP is spoken; so the waiting is bounded here, below it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a client may take to say what it wants, from its first byte or, before that, from the connection.
pub const HEAD: Duration = Duration::from_secs(10);
/// How long a connection is kept on which nothing happens.
pub const IDLE: Duration = Duration::from_secs(60);
/// Over which time a client that holds up an answer is measured, and how many bytes it must have taken in it:
/// 500 a second. The time is long because the system's buffers empty in large steps.
const WINDOW: Duration = Duration::from_secs(60);
const LEAST_BYTES: u64 = 30_000;

/// Counts the requests that were read whole on a connection.
#[derive(Clone, Default)]
pub struct Requests(Arc<AtomicU64>);

impl Requests {
    /// A request was read whole.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn counted(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection that does not wait for ever.
pub struct Patient<Io> {
    io: Io,
    requests: Requests,
    answered: u64,
    /// Whether a request has begun and is not whole.
    in_head: bool,
    deadline: Pin<Box<Sleep>>,
    window: Option<Window>,
}

struct Window {
    end: Pin<Box<Sleep>>,
    bytes: u64,
}

impl<Io> Patient<Io> {
    /// Begins to wait for the first request.
    pub fn new(io: Io, requests: Requests) -> Self {
        let deadline = Box::pin(tokio::time::sleep(HEAD));
        Self { io, requests, answered: 0, in_head: true, deadline, window: None }
    }

    fn wait_until(&mut self, deadline: Instant) {
        self.deadline.as_mut().reset(deadline);
    }
}

fn out_of_patience() -> io::Error {
    io::ErrorKind::TimedOut.into()
}

impl<Io: AsyncRead + Unpin> AsyncRead for Patient<Io> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let counted = this.requests.counted();
        if counted != this.answered {
            this.answered = counted;
            this.in_head = false;
            this.wait_until(Instant::now() + IDLE);
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buffer) {
            Poll::Ready(result) => {
                if buffer.filled().len() > before && !this.in_head {
                    this.in_head = true;
                    // HTTP/2 clients also speak between requests: they are given the time of an idle connection
                    // once they have asked for something.
                    this.wait_until(
                        Instant::now() + if this.answered == 0 { HEAD } else { IDLE.min(HEAD * 2) },
                    );
                }
                Poll::Ready(result)
            }
            Poll::Pending => {
                ready!(this.deadline.as_mut().poll(cx));
                Poll::Ready(Err(out_of_patience()))
            }
        }
    }
}

impl<Io: AsyncWrite + Unpin> Patient<Io> {
    fn after_write(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
        asked: usize,
    ) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(Ok(written)) => {
                self.in_head = false;
                self.wait_until(Instant::now() + IDLE);
                match &mut self.window {
                    Some(window) if written < asked => window.bytes += written as u64,
                    Some(_) => self.window = None,
                    None => {}
                }
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let window = self
                    .window
                    .get_or_insert_with(|| Window { end: Box::pin(tokio::time::sleep(WINDOW)), bytes: 0 });
                while window.end.as_mut().poll(cx).is_ready() {
                    if window.bytes < LEAST_BYTES {
                        return Poll::Ready(Err(out_of_patience()));
                    }
                    window.bytes = 0;
                    window.end.as_mut().reset(Instant::now() + WINDOW);
                }
                // While an answer is on its way the connection is not idle.
                self.wait_until(Instant::now() + IDLE);
                Poll::Pending
            }
        }
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Patient<Io> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.after_write(cx, result, bytes.len())
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let asked = slices.iter().map(|slice| slice.len()).sum();
        let result = Pin::new(&mut this.io).poll_write_vectored(cx, slices);
        this.after_write(cx, result, asked)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}
