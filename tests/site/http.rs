//! A client of HTTP/1.1 that adds nothing of its own: what a test writes is what is sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may keep a test waiting.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that has not been sent.
pub struct Request {
    address: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// In the order they came, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// A connection whose answer is still to be read.
pub struct Connection {
    reader: BufReader<TcpStream>,
}

impl Request {
    pub fn new(address: &str, method: &str, path: &str) -> Self {
        let [address, method, path] = [address, method, path].map(str::to_owned);
        Self { address, method, path, headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a form in its body.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// With these bytes in its body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it and waits for the whole answer.
    pub fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        let has_body = self.method != "HEAD";
        let mut connection = self.open();
        let mut answer = connection.head();
        if has_body {
            answer.body = connection.body();
        }
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        if has_body && answer.status != 304 {
            assert_eq!(length.unwrap_or(0), answer.body.len(), "Content-Length of {what}");
        }
        answer
    }

    /// Sends it and leaves the answer to be read.
    pub fn open(self) -> Connection {
        let mut stream = TcpStream::connect(&self.address).expect("the server takes connections");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head.push_str("host: tin.example.vn\r\n");
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).expect("the server reads");
        // Whoever refuses a body may have closed the connection before it was all sent.
        let _ = stream.write_all(&self.body);
        Connection { reader: BufReader::new(stream) }
    }

    /// Sends it; the answer has to have this status.
    #[track_caller]
    pub fn gives(self, status: u16) -> Answer {
        let what = format!("{} {} with {:?}", self.method, self.path, self.headers);
        let answer = self.send();
        assert_eq!(answer.status, status, "{what}: {:?}", answer.headers);
        answer
    }
}

impl Connection {
    /// Reads the status and the headers.
    pub fn head(&mut self) -> Answer {
        let status = self.line();
        let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = code.unwrap_or_else(|| panic!("no status: {status:?}"));
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        Answer { status, headers, body: Vec::new() }
    }

    /// Reads everything that is left.
    pub fn body(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        self.reader.read_to_end(&mut body).expect("the body comes whole");
        body
    }

    /// Reads one line.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("the head of an answer is text");
        line.trim_end_matches(['\r', '\n']).to_owned()
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("our text is UTF-8")
    }

    /// What tells this version of the document from another.
    pub fn validators(&self) -> (String, String) {
        let value = |name| self.header(name).unwrap_or_else(|| panic!("there is a {name}")).to_owned();
        (value("etag"), value("last-modified"))
    }
}
