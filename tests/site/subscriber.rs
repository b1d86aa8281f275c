//! A subscriber: a small server on this machine that notes what it is sent and answers as it was told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long something that is to come may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a subscriber was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In the order they came, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub at: Instant,
}

/// How a subscriber answers: the whole answer, or nothing and the end.
pub type Manner = Box<dyn Fn(&Sent) -> Vec<u8> + Send + Sync>;

/// A subscriber. It listens as long as the test runs.
pub struct Subscriber {
    port: u16,
    sent: Arc<Mutex<Vec<Sent>>>,
    connections: Arc<AtomicUsize>,
    manner: Arc<Mutex<Arc<Manner>>>,
}

impl Subscriber {
    /// One that confirms what it is asked, and takes what it is sent.
    pub fn new() -> Self {
        Self::answering(|sent| answer(200, &sent.query("hub.challenge").unwrap_or_default()))
    }

    /// One that answers so.
    pub fn answering(manner: impl Fn(&Sent) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let manner: Manner = Box::new(manner);
        let subscriber = Self {
            port: listener.local_addr().expect("an address").port(),
            sent: Arc::default(),
            connections: Arc::default(),
            manner: Arc::new(Mutex::new(Arc::new(manner))),
        };
        let (sent, connections) = (subscriber.sent.clone(), subscriber.connections.clone());
        let manner = subscriber.manner.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                connections.fetch_add(1, Ordering::SeqCst);
                let (sent, manner) = (sent.clone(), manner.clone());
                std::thread::spawn(move || converse(&stream, &sent, &manner));
            }
        });
        subscriber
    }

    /// Answers so from now on.
    pub fn answers(&self, manner: impl Fn(&Sent) -> Vec<u8> + Send + Sync + 'static) {
        *self.manner.lock().expect("no panic") = Arc::new(Box::new(manner));
    }

    /// Its address with this path and query.
    pub fn url(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}{target}", self.port)
    }

    /// How many connections it was made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// All that it was sent by this method.
    pub fn sent(&self, method: &str) -> Vec<Sent> {
        let sent = self.sent.lock().expect("no panic");
        sent.iter().filter(|sent| sent.method == method).cloned().collect()
    }

    /// Waits until it was sent so much by this method, and gives the last.
    #[track_caller]
    pub fn gets(&self, method: &str, count: usize) -> Sent {
        let until = Instant::now() + PATIENCE;
        loop {
            let sent = self.sent(method);
            if sent.len() >= count {
                return sent[count - 1].clone();
            }
            assert!(Instant::now() < until, "only {} of {count} {method} came", sent.len());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("it is text")
    }
}

/// A whole answer of this status and body.
pub fn answer(status: u16, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} So\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn converse(stream: &TcpStream, sent: &Mutex<Vec<Sent>>, manner: &Mutex<Arc<Manner>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let request = read(&mut reader)?;
        sent.lock().expect("no panic").push(request.clone());
        let manner = manner.lock().expect("no panic").clone();
        let answer = manner(&request);
        if answer.is_empty() {
            return None;
        }
        let mut stream = stream;
        stream.write_all(&answer).ok()?;
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Sent> {
    let first = line(reader)?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = line(reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().expect("a length"))];
    reader.read_exact(&mut body).ok()?;
    Some(Sent { method, target, headers, body, at: Instant::now() })
}

fn line(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut line = String::new();
    let length = reader.read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end().to_owned())
}
