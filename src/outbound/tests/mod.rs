//! What the way out leads to, and what it does not.

mod exchanges;
mod places;
mod tls;

use super::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

fn to(text: &str) -> Destination {
    let url = url::Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Destination::of(&url).expect("it has a host")
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

/// The way out to this machine, and how often a name was looked up.
fn outbound() -> (Outbound, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let look_up: LookUp = Arc::new(move |_| {
        // The first answer may be gone to, and all that follow may not.
        let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
        let address = if is_first { "127.0.0.1" } else { "127.0.0.2" };
        Box::pin(std::future::ready(Ok(vec![address.parse().expect("an address")])))
    });
    let allowed = Allowed::and(vec!["127.0.0.1/32".parse().expect("a network")]);
    (Outbound::new(allowed, look_up).0, asked)
}

fn message(address: &str, wanted: usize) -> Message {
    let body = Bytes::from_static(b"bytes");
    Message { method: Method::POST, to: to(address), headers: HeaderMap::new(), body, wanted }
}

/// A server that sends these words to each request, once or without end, and all that it was sent.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    /// Those that stand.
    open: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    async fn saying(answer: &'static [u8], again: bool) -> Self {
        Self::speaking(answer, again, async |stream| Some(stream)).await
    }

    /// The same over what becomes of a connection.
    async fn speaking<Stream>(
        answer: &'static [u8],
        again: bool,
        speak: impl AsyncFn(TcpStream) -> Option<Stream> + 'static,
    ) -> Self
    where
        Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
        let port = listener.local_addr().expect("an address").port();
        let (connections, heard) = (Arc::new(AtomicUsize::new(0)), Arc::<Mutex<Vec<u8>>>::default());
        let open = Arc::new(AtomicUsize::new(0));
        let (count, stand, hears) = (connections.clone(), open.clone(), heard.clone());
        tokio::task::spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                if let Some(stream) = speak(stream).await {
                    let (stand, hears) = (stand.clone(), hears.clone());
                    tokio::spawn(async move {
                        stand.fetch_add(1, Ordering::SeqCst);
                        converse(stream, answer, again, hears).await;
                        stand.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            }
        });
        Self { port, connections, open, heard }
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &[u8],
    again: bool,
    heard: Arc<Mutex<Vec<u8>>>,
) {
    let mut bytes = [0; 4096];
    loop {
        let Ok(length @ 1..) = stream.read(&mut bytes).await else { return };
        heard.lock().expect("no panic").extend_from_slice(&bytes[..length]);
        while bytes[..length].ends_with(b"bytes") {
            if stream.write_all(answer).await.is_err() {
                return;
            }
            if !again {
                break;
            }
        }
    }
}
