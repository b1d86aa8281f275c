//! The one way out: nothing else in bantin opens a connection to somewhere.
//!
//! A name is looked up once; when any address it has is not allowed, nothing is sent; and the connection goes to the very
//! address that was judged. No proxy of the environment is asked, and no redirect followed. What comes back is bounded in
//! time and length and is never unpacked.

mod connections;
mod destination;
mod names;
mod networks;
#[cfg(test)]
mod tests;

pub use destination::Destination;
pub use names::{LookUp, LookedUp, by_the_system};
pub use networks::{Allowed, Network, is_public};

use bytes::{Bytes, BytesMut};
use connections::{Connection, Connections};
use destination::Peer;
use http::header::{HOST, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto, pki_types::ServerName};
use url::Host;

/// How long a request may take, from the look-up to the last byte that is read.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long one address of a host may take to be connected to.
const CONNECTING: Duration = Duration::from_secs(4);
/// How long what follows the head of an answer is waited for.
const READING: Duration = Duration::from_secs(3);
/// The most bytes of an answer's head, and of its headers.
const LONGEST_HEAD: usize = 16 << 10;
const MOST_HEADERS: usize = 64;

/// What is sent.
#[derive(Clone, Debug)]
pub struct Message {
    /// How.
    pub method: Method,
    /// Where to.
    pub to: Destination,
    /// All headers but `Host` and those about length.
    pub headers: HeaderMap,
    /// What follows them; shared between all who are sent the same.
    pub body: Bytes,
    /// How many bytes of the answer's body are wanted at most.
    pub wanted: usize,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replied {
    /// The status.
    pub status: StatusCode,
    /// What it says of itself.
    pub headers: HeaderMap,
    /// How long to wait before the next request, as far as the answer says so in seconds (RFC 9110, section 10.2.3).
    pub retry_after: Option<u32>,
    /// As much of the body as was wanted.
    pub body: Bytes,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// The name leads nowhere.
    NoSuchHost,
    /// It leads here, where nothing may be sent.
    Forbidden(IpAddr),
    /// Nobody takes the connection.
    Refused,
    /// They cannot show that they are who they are.
    Untrusted,
    /// They did not speak HTTP, or broke off.
    Broken,
    /// It took too long.
    TooSlow,
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchHost => f.write_str("there is no such host"),
            Self::Forbidden(address) => write!(f, "{address} is no public address"),
            Self::Refused => f.write_str("no connection"),
            Self::Untrusted => f.write_str("no trusted certificate"),
            Self::Broken => f.write_str("the answer broke off or was no HTTP"),
            Self::TooSlow => f.write_str("it took too long"),
        }
    }
}

/// Sends requests out.
pub struct Outbound {
    allowed: Allowed,
    look_up: LookUp,
    tls: TlsConnector,
    connections: Arc<Connections>,
}

impl Outbound {
    /// One that may go to what is allowed, by names as they are looked up so. Whom it believes is what the system says;
    /// `Err` names what is wrong with that.
    pub fn new(allowed: Allowed, look_up: LookUp) -> (Self, Result<(), String>) {
        let (roots, said) = trusted();
        (Self::believing(roots, allowed, look_up), said)
    }

    /// The same way out with look-ups of its own: what hangs in one holds up nothing in the other.
    pub fn apart(&self, look_up: LookUp) -> Self {
        let Self { allowed, tls, connections, .. } = self;
        Self { allowed: allowed.clone(), look_up, tls: tls.clone(), connections: connections.clone() }
    }

    /// The same with authorities of its own.
    fn believing(roots: RootCertStore, allowed: Allowed, look_up: LookUp) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks the usual versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = TlsConnector::from(Arc::new(config));
        Self { allowed, look_up, tls, connections: Arc::default() }
    }

    /// Sends a request and reads the answer, as far as it is wanted.
    ///
    /// # Errors
    /// When there is none.
    pub async fn send(&self, message: &Message) -> Result<Replied, Unreached> {
        timeout(PATIENCE, self.exchange(message)).await.unwrap_or(Err(Unreached::TooSlow))
    }

    async fn exchange(&self, message: &Message) -> Result<Replied, Unreached> {
        if let Some(kept) = self.connections.take(&message.to.peer)
            && let Ok(replied) = self.ask(kept, message).await
        {
            return Ok(replied);
        }
        // A connection that was kept may have been closed at the other end while we wrote. Whatever is sent here may be
        // sent twice.
        let connection = self.connect(&message.to).await?;
        self.ask(connection, message).await
    }

    /// Makes a connection to one of the places behind an address.
    async fn connect(&self, to: &Destination) -> Result<Connection, Unreached> {
        let places = names::places(&to.peer, &self.look_up, &self.allowed).await?;
        let stream = reach(&places).await?;
        // Requests are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        if !to.peer.is_secure {
            return shake_hands(stream).await;
        }
        let name = match &to.peer.host {
            Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| Unreached::NoSuchHost)?,
            Host::Ipv4(address) => ServerName::from(IpAddr::V4(*address)),
            Host::Ipv6(address) => ServerName::from(IpAddr::V6(*address)),
        };
        let secured = self.tls.connect(name, stream).await.map_err(|_| Unreached::Untrusted)?;
        shake_hands(secured).await
    }

    async fn ask(&self, mut connection: Connection, message: &Message) -> Result<Replied, Unreached> {
        let answer = connection.send_request(request(message)?).await.map_err(|_| Unreached::Broken)?;
        let replied = read(answer, message.wanted).await;
        // One that is not read to its end is no use for the next request.
        if replied.is_whole {
            self.keep(message.to.peer.clone(), connection);
        }
        Ok(replied)
    }

    /// Keeps a connection once it is ready for the next request.
    fn keep(&self, peer: Peer, mut connection: Connection) {
        if connection.is_ready() {
            return self.connections.give_back(peer, connection);
        }
        let connections = self.connections.clone();
        tokio::spawn(async move {
            if timeout(CONNECTING, connection.ready()).await.is_ok_and(|ready| ready.is_ok()) {
                connections.give_back(peer, connection);
            }
        });
    }

    /// Closes connections that were kept long enough.
    pub fn tidy(&self) {
        self.connections.close_old();
    }
}

/// The authorities this machine believes.
fn trusted() -> (RootCertStore, Result<(), String>) {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    let said = match (added, found.errors.first()) {
        (0, Some(error)) => {
            Err(format!("no certificates can be read that others could be checked by: {error}"))
        }
        (0, None) => Err("there are no certificates that others could be checked by".to_owned()),
        _ => Ok(()),
    };
    (roots, said)
}

/// A connection to the first of these places that takes one.
async fn reach(places: &[SocketAddr]) -> Result<TcpStream, Unreached> {
    let mut why = Unreached::NoSuchHost;
    for place in places {
        match timeout(CONNECTING, TcpStream::connect(place)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(_)) => why = Unreached::Refused,
            Err(_) => why = Unreached::TooSlow,
        }
    }
    Err(why)
}

async fn shake_hands<Stream>(stream: Stream) -> Result<Connection, Unreached>
where
    Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.max_buf_size(LONGEST_HEAD).max_headers(MOST_HEADERS);
    let (connection, work) = http.handshake(TokioIo::new(stream)).await.map_err(|_| Unreached::Broken)?;
    // It ends when nobody keeps the connection any more, or the other end closes it.
    tokio::spawn(async move {
        let _ = work.await;
    });
    Ok(connection)
}

fn request(message: &Message) -> Result<Request<Full<Bytes>>, Unreached> {
    let mut request = Request::new(Full::new(message.body.clone()));
    *request.method_mut() = message.method.clone();
    *request.uri_mut() = Uri::try_from(message.to.target.as_str()).map_err(|_| Unreached::NoSuchHost)?;
    *request.headers_mut() = message.headers.clone();
    let host = HeaderValue::from_str(&message.to.authority).map_err(|_| Unreached::NoSuchHost)?;
    request.headers_mut().insert(HOST, host);
    Ok(request)
}

/// Reads an answer as far as it is wanted. Its status counts, whatever becomes of the rest (W3C WebSub, section 7).
async fn read(answer: Response<Incoming>, wanted: usize) -> Replied {
    let (head, mut rest) = answer.into_parts();
    let mut body = BytesMut::new();
    let mut is_whole = true;
    let until = Instant::now() + READING;
    loop {
        let frame = match timeout_at(until, rest.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) | Err(_) => {
                is_whole = false;
                break;
            }
        };
        let Ok(data) = frame.into_data() else { continue };
        let room = wanted - body.len();
        body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            is_whole = false;
            break;
        }
    }
    let retry_after = head.headers.get(http::header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Replied { status: head.status, headers: head.headers, retry_after, body: body.freeze(), is_whole }
}
