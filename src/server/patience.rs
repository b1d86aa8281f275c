//! How long a connection is waited for. hyper's own timer starts only once a request is under way, and not at all
//! while it still finds out which HTTP is spoken; so the waiting is bounded here, below it.
//!
//! A request and its answer move the moment at which patience ends, but not the timer: that looks, when it goes off,
//! whether the moment has come, and is set again if not.

use bytes::{Buf, Bytes};
use std::cell::RefCell;
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::coop::unconstrained;
use tokio::time::{Instant, Sleep};

/// How long a client may take to say what it wants, from its first byte or, before that, from the connection.
pub const HEAD: Duration = Duration::from_secs(10);
/// How long a connection is kept on which nothing happens.
pub const IDLE: Duration = Duration::from_secs(60);
/// Over which time a client that holds up an answer is measured, and how many bytes it must have taken in it:
/// 500 a second. The time is long because the system's buffers empty in large steps.
const WINDOW: Duration = Duration::from_secs(60);
const LEAST_BYTES: u64 = 30_000;

/// After which time without a word a client is taken to have nothing to ask for now. It may take twice as long until that
/// is seen.
const PAUSE: Duration = Duration::from_millis(300);

/// Up to how many bytes an answer is copied together before it is sent. Linux takes 200 ns less for one slice than for a
/// list, be it of one; copying a short answer takes a quarter of that, and one of 12 KB as much.
const SHORT: usize = 10 << 10;

thread_local! {
    /// Where it is copied to.
    static WHOLE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What those above and below hyper tell each other of a connection.
#[derive(Clone, Default)]
pub struct Pulse(Arc<Beats>);

#[derive(Default)]
struct Beats {
    requests: AtomicU64,
    pauses: AtomicBool,
    /// Whether the client has to take something before it can be given more.
    is_held_up: AtomicBool,
    awaited: AtomicUsize,
}

/// That a client waits for something which may take its time; dropping it ends that.
pub struct Awaiting(Arc<Beats>);

impl Pulse {
    /// A request was read whole.
    pub fn request(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Whether the client has begun to pause since this was asked last.
    pub fn pauses(&self) -> bool {
        self.0.pauses.load(Ordering::Relaxed) && self.0.pauses.swap(false, Ordering::Relaxed)
    }

    fn pause(&self) {
        self.0.pauses.store(true, Ordering::Relaxed);
    }

    /// Whether hyper has something to write and cannot.
    pub fn is_held_up(&self) -> bool {
        self.0.is_held_up.load(Ordering::Relaxed)
    }

    /// From now on the client waits, and keeps silent with good reason.
    pub fn awaited(&self) -> Awaiting {
        self.0.awaited.fetch_add(1, Ordering::Relaxed);
        Awaiting(self.0.clone())
    }

    fn is_awaited(&self) -> bool {
        self.0.awaited.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Awaiting {
    fn drop(&mut self) {
        self.0.awaited.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a client begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstWords {
    /// Nothing: it left, or was waited for long enough.
    None,
    /// What may become the first line of HTTP/2.
    Http2,
    /// Anything else.
    Http1,
}

/// The first line of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection that does not wait for ever.
pub struct Patient<Io> {
    io: Io,
    pulse: Pulse,
    /// What was read and not understood yet.
    before: Bytes,
    answered: u64,
    /// Whether a request has begun and is not whole.
    in_head: bool,
    /// Whether something happened since `deadline` was set.
    moved: bool,
    deadline: Instant,
    /// When silence becomes a pause, if it is not one already.
    pause: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    /// Whom the timer wakes.
    woken: Option<Waker>,
    window: Option<Window>,
}

/// The time over which a client that holds up an answer is measured, and what it took in it.
struct Window {
    end: Instant,
    bytes: u64,
}

impl<Io> Patient<Io> {
    /// Begins to wait for the first request.
    pub fn new(io: Io, pulse: Pulse) -> Self {
        let deadline = Instant::now() + HEAD;
        let timer = Box::pin(tokio::time::sleep_until(deadline));
        Self {
            io,
            pulse,
            before: Bytes::new(),
            answered: 0,
            in_head: true,
            moved: false,
            deadline,
            pause: None,
            timer,
            woken: None,
            window: None,
        }
    }

    /// Gives back what was read too early. It is copied, because it may be a short piece of a long buffer.
    pub fn unread(&mut self, bytes: &[u8]) {
        self.before = Bytes::copy_from_slice(bytes);
    }

    /// Gives back what was read before that.
    pub fn unread_before(&mut self, bytes: &[u8]) {
        let whole = [bytes, &self.before].concat();
        self.before = whole.into_boxed_slice().into();
    }

    /// Ready when the client has kept silent for too long. It is asked each time there is nothing more to read, so what
    /// moves the deadline happened just before.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            // Reading the clock takes 22 ns, and looking again when the timer goes off is soon enough where it goes off
            // soon.
            if self.moved && self.pause.is_none() {
                self.moved = false;
                self.begin_silence(Instant::now());
            }
            let Some(pause) = self.pause else {
                ready!(self.poll_timer(self.deadline, cx));
                if !self.pulse.is_awaited() {
                    return Poll::Ready(());
                }
                self.deadline = Instant::now() + IDLE;
                continue;
            };
            ready!(self.poll_timer(pause, cx));
            self.pause = None;
            if !self.moved {
                self.pulse.pause();
            }
        }
    }

    fn begin_silence(&mut self, now: Instant) {
        // HTTP/2 clients also speak between requests: they are given twice the time once they have asked for
        // something.
        let patience = match self.in_head {
            true if self.answered == 0 => HEAD,
            true => HEAD * 2,
            false => IDLE,
        };
        self.deadline = now + patience;
        self.pause = (!self.in_head).then(|| now + PAUSE);
    }

    /// Ready when the client has taken too little for too long of an answer that waits to be written.
    fn poll_standstill(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // Meanwhile the connection is not idle.
        self.moved = true;
        loop {
            let window = self.window.get_or_insert_with(|| Window { end: Instant::now() + WINDOW, bytes: 0 });
            let (end, bytes) = (window.end, window.bytes);
            ready!(self.poll_timer(end, cx));
            if bytes < LEAST_BYTES {
                return Poll::Ready(());
            }
            self.window = None;
        }
    }

    fn poll_timer(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if deadline < self.timer.deadline() {
            self.set_timer(deadline);
        }
        while self.timer.is_elapsed() || !self.woken.as_ref().is_some_and(|woken| woken.will_wake(cx.waker()))
        {
            // A timer that is put off for the sake of other tasks would not know whom to wake.
            if pin!(unconstrained(self.timer.as_mut())).poll(cx).is_pending() {
                self.woken = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if deadline <= self.timer.deadline() {
                return Poll::Ready(());
            }
            self.set_timer(deadline);
        }
        Poll::Pending
    }

    fn set_timer(&mut self, deadline: Instant) {
        self.timer.as_mut().reset(deadline);
        self.woken = None;
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
        let counted = this.pulse.requests();
        if counted != this.answered {
            this.answered = counted;
            this.in_head = false;
            this.moved = true;
        }
        let before = buffer.filled().len();
        let read = if this.before.is_empty() {
            Pin::new(&mut this.io).poll_read(cx, buffer)
        } else {
            let length = this.before.len().min(buffer.remaining());
            buffer.put_slice(&this.before[..length]);
            this.before.advance(length);
            Poll::Ready(Ok(()))
        };
        match read {
            Poll::Ready(result) => {
                if buffer.filled().len() > before && !this.in_head {
                    this.in_head = true;
                    this.moved = true;
                }
                Poll::Ready(result)
            }
            Poll::Pending => this.poll_silence(cx).map(|()| Err(out_of_patience())),
        }
    }
}

impl Patient<TcpStream> {
    /// Ready when the client begins to speak. What it says stays to be read.
    pub fn poll_first_words(&mut self, cx: &mut Context<'_>) -> Poll<FirstWords> {
        if !self.before.is_empty() {
            return Poll::Ready(FirstWords::Http1);
        }
        let mut first = [MaybeUninit::uninit(); PREFACE.len()];
        let mut first = ReadBuf::uninit(&mut first);
        match self.io.poll_peek(cx, &mut first) {
            Poll::Ready(Ok(1..)) if PREFACE.starts_with(first.filled()) => Poll::Ready(FirstWords::Http2),
            Poll::Ready(Ok(1..)) => Poll::Ready(FirstWords::Http1),
            Poll::Ready(Ok(0) | Err(_)) => Poll::Ready(FirstWords::None),
            Poll::Pending => self.poll_silence(cx).map(|()| FirstWords::None),
        }
    }

    /// Ready when a client that waits has left, or says that it will say nothing more. One that has said something else
    /// already is not noticed leaving.
    pub fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut first = [MaybeUninit::uninit(); 1];
        match ready!(self.io.poll_peek(cx, &mut ReadBuf::uninit(&mut first))) {
            Ok(1..) => Poll::Pending,
            Ok(0) | Err(_) => Poll::Ready(()),
        }
    }

    /// Has the system give the connection up when its client acknowledges nothing for too long: one that has lost its net does
    /// not say so.
    pub fn mind_the_dead(&self) {
        #[cfg(target_os = "linux")]
        let _ = rustix::net::sockopt::set_tcp_user_timeout(&self.io, WINDOW.as_millis() as u32);
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
                self.moved = true;
                if self.window.is_some() {
                    self.pulse.0.is_held_up.store(false, Ordering::Relaxed);
                }
                match &mut self.window {
                    Some(window) if written < asked => window.bytes += written as u64,
                    Some(_) => self.window = None,
                    None => {}
                }
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                self.pulse.0.is_held_up.store(true, Ordering::Relaxed);
                self.poll_standstill(cx).map(|()| Err(out_of_patience()))
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
        let asked = slices.iter().map(|slice| slice.len()).sum();
        if asked <= SHORT {
            return WHOLE.with_borrow_mut(|whole| {
                whole.clear();
                slices.iter().for_each(|slice| whole.extend_from_slice(slice));
                self.poll_write(cx, whole)
            });
        }
        let this = self.get_mut();
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    /// A connection whose other side is at hand; nothing but the clock passes.
    fn at_once(test: impl AsyncFnOnce(DuplexStream, Patient<DuplexStream>, Pulse)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let (client, server) = duplex(1000);
        runtime.expect("a runtime").block_on(async {
            let pulse = Pulse::default();
            let patient = Patient::new(server, pulse.clone());
            test(client, patient, pulse).await;
        });
    }

    /// How many seconds it takes until reading gives up.
    async fn seconds_of_silence(patient: &mut Patient<DuplexStream>) -> u64 {
        let began = Instant::now();
        let error = patient.read_u8().await.expect_err("nobody speaks");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        began.elapsed().as_secs()
    }

    async fn asks(client: &mut DuplexStream, patient: &mut Patient<DuplexStream>) {
        client.write_all(b"G").await.expect("there is room");
        patient.read_u8().await.expect("it was sent");
    }

    async fn is_answered(client: &mut DuplexStream, patient: &mut Patient<DuplexStream>, pulse: &Pulse) {
        pulse.request();
        patient.write_all(b"A").await.expect("there is room");
        client.read_u8().await.expect("it was sent");
    }

    #[test]
    fn a_client_has_ten_seconds_for_its_first_request() {
        at_once(async |_client, mut patient, _| {
            assert_eq!(seconds_of_silence(&mut patient).await, 10);
        });
        at_once(async |mut client, mut patient, _| {
            for _ in 0..9 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                asks(&mut client, &mut patient).await;
            }
            assert_eq!(seconds_of_silence(&mut patient).await, 1, "speaking slowly is no way to get more");
        });
    }

    #[test]
    fn a_connection_may_be_idle_for_a_minute_after_each_answer() {
        at_once(async |mut client, mut patient, pulse| {
            for pause in [0, 5, 50, 59, 1, 59] {
                asks(&mut client, &mut patient).await;
                is_answered(&mut client, &mut patient, &pulse).await;
                let silence = tokio::time::timeout(Duration::from_secs(pause), patient.read_u8()).await;
                assert!(silence.is_err(), "{pause} s");
            }
            asks(&mut client, &mut patient).await;
            is_answered(&mut client, &mut patient, &pulse).await;
            assert_eq!(seconds_of_silence(&mut patient).await, 60);
        });
    }

    #[test]
    fn a_client_pauses_once_after_each_answer_and_not_within_a_request() {
        at_once(async |mut client, mut patient, pulse| {
            let half = Duration::from_millis(500);
            for _ in 0..2 {
                asks(&mut client, &mut patient).await;
                assert!(tokio::time::timeout(half, patient.read_u8()).await.is_err() && !pulse.pauses());
                is_answered(&mut client, &mut patient, &pulse).await;
                assert!(tokio::time::timeout(half, patient.read_u8()).await.is_err() && pulse.pauses());
                assert!(tokio::time::timeout(half, patient.read_u8()).await.is_err() && !pulse.pauses());
            }
            assert_eq!(seconds_of_silence(&mut patient).await, 59);
        });
    }

    #[test]
    fn a_client_that_waits_may_keep_silent_for_as_long_as_it_does() {
        at_once(async |mut client, mut patient, pulse| {
            asks(&mut client, &mut patient).await;
            let awaited = pulse.awaited();
            let silence = tokio::time::timeout(Duration::from_secs(600), patient.read_u8()).await;
            assert!(silence.is_err());
            drop(awaited);
            assert!(seconds_of_silence(&mut patient).await <= 60);
        });
    }

    #[test]
    fn what_was_read_too_early_is_read_again() {
        at_once(async |mut client, mut patient, _| {
            patient.unread(b"GET");
            client.write_all(b" /").await.expect("there is room");
            let mut read = [0; 5];
            patient.read_exact(&mut read).await.expect("all of it is there");
            assert_eq!(&read, b"GET /");
        });
    }

    #[test]
    fn a_later_request_that_begins_has_to_end_too() {
        at_once(async |mut client, mut patient, pulse| {
            asks(&mut client, &mut patient).await;
            is_answered(&mut client, &mut patient, &pulse).await;
            let silence = tokio::time::timeout(Duration::from_secs(30), patient.read_u8()).await;
            assert!(silence.is_err());
            asks(&mut client, &mut patient).await;
            assert_eq!(seconds_of_silence(&mut patient).await, 20);
        });
    }

    #[test]
    fn an_answer_waits_for_a_client_that_takes_500_bytes_a_second_and_not_for_a_slower_one() {
        let seconds = |bytes_a_second: usize| {
            let mut lasted = 0;
            at_once(async |mut client, mut patient, pulse| {
                asks(&mut client, &mut patient).await;
                pulse.request();
                let began = Instant::now();
                let reading = async {
                    loop {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        client.read_exact(&mut vec![0; bytes_a_second]).await.expect("there is more");
                    }
                };
                tokio::select! {
                    _ = patient.write_all(&[0; 300_000]) => {}
                    () = reading => {}
                }
                lasted = began.elapsed().as_secs();
            });
            lasted
        };
        assert_eq!(seconds(0), 60);
        assert_eq!(seconds(400), 60);
        assert_eq!(seconds(1000), 299, "all of it is taken");
    }
}
