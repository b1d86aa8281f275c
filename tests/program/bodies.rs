//! Who sends a body that nobody wants gets the whole answer, in either HTTP: it is not lost over what is still being sent. But
//! nobody can go on sending for ever.

use crate::site::Site;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How long what comes may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How fast is slow.
const PACE: Duration = Duration::from_millis(100);

/// A client that sends what it is told to and keeps all that it hears.
struct Client {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Client {
    fn of(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server takes connections");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time limit");
        Self { stream, heard: Vec::new() }
    }

    fn says(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the server reads");
    }

    /// Listens once; whether there is more to hear.
    fn listens(&mut self) -> bool {
        let mut piece = [0; 65536];
        let length = self.stream.read(&mut piece).unwrap_or(0);
        self.heard.extend_from_slice(&piece[..length]);
        length > 0
    }

    fn hears(&mut self, words: &str) {
        while !String::from_utf8_lossy(&self.heard).contains(words) {
            assert!(self.listens(), "{words:?} in {:?}", String::from_utf8_lossy(&self.heard));
        }
    }

    /// The frames of HTTP/2 that were heard, with the kind, the flags and what is in it.
    fn frames(&self) -> Vec<(u8, u8, &[u8])> {
        let (mut rest, mut frames) = (&self.heard[..], Vec::new());
        while let [a, b, c, kind, flags, _, _, _, _, more @ ..] = rest {
            let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
            let Some((inside, after)) = more.split_at_checked(length) else { break };
            frames.push((*kind, *flags, inside));
            rest = after;
        }
        frames
    }

    fn hears_frame(&mut self, is_it: impl Fn(u8, u8) -> bool) {
        while !self.frames().iter().any(|(kind, flags, _)| is_it(*kind, *flags)) {
            assert!(self.listens(), "{:?}", self.frames());
        }
    }

    /// Asks for a sign of life, which comes after all that was said before.
    fn hears_an_echo(&mut self) {
        let echoes = |client: &Self| client.frames().iter().filter(|(kind, ..)| *kind == PING).count();
        let before = echoes(self);
        self.says(&frame(PING, 0, 0, &[0; 8]));
        while echoes(self) == before {
            assert!(self.listens(), "{:?}", self.frames());
        }
    }

    /// Why the stream was reset, if it was.
    fn resets(&self) -> Vec<&[u8]> {
        self.frames().into_iter().filter(|(kind, ..)| *kind == RST_STREAM).map(|(_, _, why)| why).collect()
    }
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A frame of HTTP/2 (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, inside: &[u8]) -> Vec<u8> {
    let length = u32::try_from(inside.len()).expect("it is short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), inside].concat()
}

/// A POST of HTTP/2, of which the body is still to come.
fn posting(path: &str) -> Vec<u8> {
    // Names and values out of the table of RFC 7541, appendix A: POST, http, the path and the host.
    let written = |index: u8, text: &str| [&[index, text.len() as u8], text.as_bytes()].concat();
    let head = [vec![0x83, 0x86], written(4, path), written(1, "tin.example.vn")].concat();
    let headers = frame(HEADERS, END_HEADERS, 1, &head);
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, &[]), headers].concat()
}

/// A request of HTTP/1.1, of which the body is still to come.
fn asking(method: &str, path: &str, length: usize) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n").into_bytes()
}

#[test]
fn a_connection_goes_on_after_a_body_that_nobody_wants() {
    let site = Site::running();
    for (address, method, status, last) in
        [(site.address(), "GET", "200", "</html>"), (site.private_address(), "POST", "405", "only")]
    {
        let mut client = Client::of(address);
        client.says(&asking(method, "/", 100_000));
        client.hears(last);
        assert!(client.heard.starts_with(format!("HTTP/1.1 {status} ").as_bytes()), "{method}");
        client.heard.clear();
        client.says(&[b'x'; 100_000]);
        client.says(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        client.hears("HTTP/1.1 200 ");
    }
}

#[test]
fn a_connection_that_is_to_end_is_not_reset_over_a_body_that_nobody_wants() {
    let site = Site::running();
    for (path, status, last) in [("/feeds/all.rss", "405", "</html>"), ("/hub", "413", "KiB")] {
        let mut client = Client::of(site.address());
        client.says(&asking("POST", path, 100_000));
        client.hears(last);
        assert!(client.heard.starts_with(format!("HTTP/1.1 {status} ").as_bytes()), "{path}");
        for _ in 0..2 {
            std::thread::sleep(PACE);
            client.says(&[b'x'; 50_000]);
        }
        let rest = client.stream.read(&mut [0; 100]).expect("it ends in peace");
        assert_eq!(rest, 0, "{path}");
    }
}

#[test]
fn a_stream_of_http2_is_not_reset_over_a_body_that_nobody_wants() {
    let site = Site::running();
    for (address, path) in [(site.address(), "/feeds/all.rss"), (site.private_address(), "/healthz")] {
        let mut client = Client::of(address);
        client.says(&posting(path));
        client.hears_frame(|kind, flags| kind == DATA && flags & END_STREAM != 0);
        client.hears_an_echo();
        assert!(client.resets().is_empty(), "{path}, before the body: {:?}", client.frames());
        client.says(&frame(DATA, END_STREAM, 1, b"x"));
        client.hears_an_echo();
        assert!(client.resets().is_empty(), "{path}, after the body: {:?}", client.frames());
    }
}

#[test]
fn what_nobody_wants_is_not_taken_without_end() {
    let site = Site::running();
    let address = site.address();
    let mut client = Client::of(address);
    client.says(&asking("POST", "/feeds/all.rss", 50_000_000));
    client.hears("</html>");
    assert!(client.stream.write_all(&vec![b'x'; 50_000_000]).is_err(), "50 MB were taken");

    let mut client = Client::of(address);
    client.says(&posting("/feeds/all.rss"));
    // So much may be sent once the server has said so for the connection, and the client has agreed to it for the stream.
    client.hears_frame(|kind, _| kind == WINDOW_UPDATE);
    client.says(&frame(SETTINGS, ACK, 0, &[]));
    for _ in 0..20 {
        client.says(&frame(DATA, 0, 1, &[b'x'; 16384]));
    }
    client.hears_frame(|kind, _| kind == RST_STREAM);
    assert_eq!(client.resets(), [[0; 4]], "it is no error");
}

#[test]
fn what_nobody_wants_may_not_come_slowly() {
    let site = Site::running();
    let (mut one, mut other) = (Client::of(site.address()), Client::of(site.address()));
    one.says(&asking("POST", "/feeds/all.rss", 100_000));
    other.says(&posting("/feeds/all.rss"));
    for client in [&one, &other] {
        client.stream.set_read_timeout(Some(PACE)).expect("a time limit");
    }
    let began = Instant::now();
    let mut ended = false;
    while !ended || other.resets().is_empty() {
        assert!(began.elapsed() < PATIENCE, "after {:?}: {ended}, {:?}", began.elapsed(), other.resets());
        ended |= one.stream.write_all(b"x").is_err();
        let _ = other.stream.write_all(&frame(DATA, 0, 1, b"x"));
        one.listens();
        other.listens();
    }
    assert!(String::from_utf8_lossy(&one.heard).contains("</html>"), "the answer is lost");
}
