//! One connection, from its first byte to its end.
//!
//! Readers keep their connections between two polls, by the thousand, and hyper has 16 KB and more of buffers for each.
//! So an HTTP/1.1 client that pauses is left without hyper until it speaks again, and one that waits until there is something
//! to tell it.

use super::answering::Answering;
use super::apart::{Apart, Aside};
use super::held::Waited;
use super::patience::{FirstWords, Patient, Pulse};
use http::Request;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// The most bytes of a request's head.
const LONGEST_HEAD: usize = 32 << 10;
/// The most requests at once on one HTTP/2 connection.
const MOST_STREAMS: u32 = 100;

/// How each HTTP is spoken here.
pub struct Protocols {
    http1: http1::Builder,
    /// HTTP/2; and HTTP/1.1 for who begins as if it were that.
    http2: auto::Builder<TokioExecutor>,
}

impl Protocols {
    pub fn new() -> Self {
        let mut http1 = http1::Builder::new();
        // Of headers hyper takes 100; a number of our own would cost it a tenth of the time an answer takes.
        http1.header_read_timeout(None).max_buf_size(LONGEST_HEAD).half_close(true);
        let mut http2 = auto::Builder::new(TokioExecutor::new());
        http2.http1().header_read_timeout(None).max_buf_size(LONGEST_HEAD).half_close(true);
        http2
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(MOST_STREAMS)
            .max_header_list_size(LONGEST_HEAD as u32)
            .max_send_buf_size(256 << 10);
        Self { http1, http2 }
    }
}

/// How a connection hears that bantin stops.
pub struct Farewell {
    said: watch::Receiver<()>,
    heard: Pin<Box<dyn Future<Output = ()> + Send>>,
    listens: bool,
}

impl Farewell {
    /// One that is said to everyone.
    pub fn new(mut said: watch::Receiver<()>) -> Self {
        let looked_at = said.clone();
        let heard = Box::pin(async move {
            let _ = said.changed().await;
        });
        Self { said: looked_at, heard, listens: false }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // Listening takes a lock, so it is done once, and again when there is something to be heard.
        if self.listens && !self.said.has_changed().unwrap_or(true) {
            return Poll::Pending;
        }
        self.listens = true;
        self.heard.as_mut().poll(cx)
    }
}

/// Answers the requests of one connection until it ends.
pub async fn converse(
    stream: TcpStream,
    answer: impl Fn(Request<Incoming>) -> Answering + Clone + Send + Unpin + 'static,
    protocols: Arc<Protocols>,
    mut farewell: Farewell,
) {
    // Answers are written whole; waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let (pulse, aside) = (Pulse::default(), Aside::default());
    let mut patient = Patient::new(stream, pulse.clone());
    let mut waited = None;
    loop {
        let first_words = poll_fn(|cx| match patient.poll_first_words(cx) {
            Poll::Pending => farewell.poll(cx).map(|()| FirstWords::None),
            first_words => first_words,
        });
        match first_words.await {
            FirstWords::None => return,
            FirstWords::Http1 => {
                let service = one_by_one(answer.clone(), pulse.clone(), aside.clone(), waited.take());
                let conversation =
                    protocols.http1.serve_connection(TokioIo::new(patient), service_fn(service));
                match until_it_pauses(Box::new(conversation), &pulse, &aside, &mut farewell).await {
                    Left::Pausing(pausing) => patient = pausing,
                    Left::Waiting(waiting, apart) => match Box::pin(apart.go_on(waiting)).await {
                        Some((goes_on, was_held)) => (patient, waited) = (goes_on, Some(was_held)),
                        None => return,
                    },
                    Left::Nobody => return,
                }
            }
            FirstWords::Http2 => {
                let (answer, pulse) = (answer.clone(), pulse.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    pulse.request();
                    answer(request).within(&pulse)
                });
                let mut conversation =
                    Box::pin(protocols.http2.serve_connection(TokioIo::new(patient), service));
                let mut leaves = false;
                let until_the_end = poll_fn(|cx| {
                    if !leaves && farewell.poll(cx).is_ready() {
                        leaves = true;
                        conversation.as_mut().graceful_shutdown();
                    }
                    conversation.as_mut().poll(cx)
                });
                // A client that goes away or breaks the rules is no fault of ours.
                let _ = until_the_end.await;
                return;
            }
        }
    }
}

/// Answers the requests of an HTTP/1.1 connection. Of the first it may be known how it was held.
fn one_by_one(
    answer: impl Fn(Request<Incoming>) -> Answering,
    pulse: Pulse,
    aside: Aside,
    waited: Option<Waited>,
) -> impl Fn(Request<Incoming>) -> Answering {
    let waited = Cell::new(waited);
    move |mut request| {
        pulse.request();
        aside.begin();
        // With one that is not read hyper cannot be left.
        let has_body = !request.body().is_end_stream();
        let was_held = waited.take();
        if let Some(waited) = was_held {
            request.extensions_mut().insert(waited);
        }
        match answer(request) {
            Answering::Apart(apart) if has_body => Answering::Apart(apart).within(&pulse),
            Answering::Apart(apart) => {
                aside.put(apart);
                Answering::Elsewhere
            }
            Answering::Now(response) if was_held.is_some() => {
                aside.answered();
                Answering::Now(response)
            }
            Answering::Later(answer) if was_held.is_some() => {
                let aside = aside.clone();
                Answering::later(async move {
                    let response = answer.await;
                    aside.answered();
                    response
                })
            }
            answering => answering,
        }
    }
}

type Http1<Service> = http1::Connection<TokioIo<Patient<TcpStream>>, Service>;

/// What is left of a connection when hyper is not needed any more.
enum Left {
    /// It has ended.
    Nobody,
    /// Its client has nothing to ask for now.
    Pausing(Patient<TcpStream>),
    /// Its client waits for this to be done.
    Waiting(Patient<TcpStream>, Apart),
}

async fn until_it_pauses<Service>(
    mut conversation: Box<Http1<Service>>,
    pulse: &Pulse,
    aside: &Aside,
    farewell: &mut Farewell,
) -> Left
where
    Service: hyper::service::Service<
            Request<Incoming>,
            Response = http::Response<super::body::Sent>,
            Error = std::convert::Infallible,
            Future = Answering,
        > + Unpin,
{
    let mut leaves = false;
    let pauses = poll_fn(|cx| {
        let mut polled = Pin::new(&mut *conversation).poll(cx);
        // A request that was held has been given back, so it is read before anything else.
        if polled.is_pending() && !leaves && farewell.poll(cx).is_ready() {
            leaves = true;
            Pin::new(&mut *conversation).graceful_shutdown();
            polled = Pin::new(&mut *conversation).poll(cx);
        }
        let is_written = polled.is_pending() && !pulse.is_held_up();
        match polled {
            Poll::Pending if aside.is_apart() && is_written => Poll::Ready(true),
            Poll::Pending if aside.is_answered() && is_written && !leaves => Poll::Ready(true),
            Poll::Pending if pulse.pauses() && !leaves && !aside.is_apart() => Poll::Ready(true),
            // A client that goes away or breaks the rules is no fault of ours.
            ends => ends.map(|_| false),
        }
    });
    if !pauses.await {
        return Left::Nobody;
    }
    let apart = aside.take();
    if apart.is_none() {
        // Where nothing is under way this is the end of what hyper does.
        Pin::new(&mut *conversation).graceful_shutdown();
        match poll_fn(|cx| Poll::Ready(conversation.poll_without_shutdown(cx))).await {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_)) => return Left::Nobody,
            Poll::Pending => {
                let _ = conversation.await;
                return Left::Nobody;
            }
        }
    }
    let parts = conversation.into_parts();
    let mut patient = parts.io.into_inner();
    patient.unread(&parts.read_buf);
    match apart {
        Some(apart) => Left::Waiting(patient, apart),
        None => Left::Pausing(patient),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::body::bytes;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    const PAUSE: Duration = Duration::from_millis(500);

    /// A connection on which every target is answered with itself, and the farewell to it.
    fn connected(test: impl AsyncFnOnce(TcpStream, watch::Sender<()>)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
            let client = TcpStream::connect(listener.local_addr().expect("an address"));
            let client = client.await.expect("a connection");
            let (stream, _) = listener.accept().await.expect("a connection");
            let (farewell, said) = watch::channel(());
            let answer = |request: Request<Incoming>| {
                Answering::now(http::Response::new(bytes(request.uri().path().to_owned())))
            };
            let conversation = converse(stream, answer, Arc::new(Protocols::new()), Farewell::new(said));
            tokio::spawn(conversation);
            test(client, farewell).await;
        });
    }

    /// Says these things with a pause after each, and gives what is answered meanwhile.
    async fn say(client: &mut TcpStream, words: &[&str]) -> String {
        let mut answered = Vec::new();
        for words in words {
            client.write_all(words.as_bytes()).await.expect("the connection stands");
            let _ = timeout(PAUSE, client.read_to_end(&mut answered)).await;
        }
        String::from_utf8(answered).expect("text")
    }

    #[test]
    fn a_client_that_pauses_is_answered_as_before() {
        connected(async |mut client, _farewell| {
            for path in ["/one", "/two", "/three"] {
                let answered = say(&mut client, &[&format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n")]).await;
                assert!(
                    answered.starts_with("HTTP/1.1 200 OK\r\n") && answered.ends_with(path),
                    "{answered}"
                );
            }
        });
    }

    #[test]
    fn a_client_may_pause_in_the_middle_of_a_request() {
        connected(async |mut client, _farewell| {
            let words = ["GET /one HTTP/1.1\r\nhost: a\r\n\r\nGET /tw", "o HTTP/1.1\r\nhost", ": a\r\n\r\n"];
            let answered = say(&mut client, &words).await;
            assert_eq!(answered.matches("HTTP/1.1 200 OK").count(), 2, "{answered}");
            assert!(answered.ends_with("/two"), "{answered}");
        });
    }

    #[test]
    fn a_client_that_pauses_is_told_of_the_end() {
        for words in [&[][..], &["GET / HTTP/1.1\r\nhost: a\r\n\r\n"]] {
            connected(async |mut client, farewell| {
                say(&mut client, words).await;
                farewell.send(()).expect("somebody listens");
                let end = timeout(PAUSE, client.read_to_end(&mut Vec::new())).await;
                assert_eq!(end.expect("it ends at once").expect("in order"), 0);
                farewell.closed().await;
            });
        }
    }

    #[test]
    fn a_client_that_leaves_is_not_waited_for() {
        for words in [&[][..], &["GE"], &["PRI"], &["GET / HTTP/1.1\r\nhost: a\r\n\r\n"]] {
            connected(async |mut client, farewell| {
                say(&mut client, words).await;
                drop(client);
                assert!(timeout(PAUSE, farewell.closed()).await.is_ok(), "{words:?}");
            });
        }
    }
}
