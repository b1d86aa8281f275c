//! The other side of push, cheap enough not to be what is measured: callbacks that take whatever is delivered, and clients
//! that hold a request each. `benches/push.py` runs it. Times are nanoseconds since 1970, so that they can be compared
//! with another process's.
//!
//!     push callbacks ADDRESS       every path is a callback; GET /told says what came, /anew forgets it
//!     push hold ADDRESS COUNT END  standard input is a request, and is sent on so many connections. It says `held`, and
//!                                  then when each answer had come to END, all in one line

use std::collections::HashMap;
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

type Failure = Box<dyn Error>;
const USAGE: &str = "push callbacks ADDRESS | push hold ADDRESS COUNT END";
const TAKEN: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";
const END_OF_HEAD: &[u8] = b"\r\n\r\n";
/// So many connections are opened one after the other; then those who accept them are given a moment.
const AT_ONCE: usize = 200;

fn main() -> Result<(), Failure> {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match typed.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["callbacks", address] => runtime.block_on(callbacks(address)),
        ["hold", address, count, end] => runtime.block_on(hold(address, count.parse()?, end)),
        _ => Err(USAGE.into()),
    }
}

/// What came to callbacks.
#[derive(Default)]
struct Told {
    by_callback: HashMap<String, u32>,
    bytes: usize,
    last: u128,
}

async fn callbacks(address: &str) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).await?;
    let told = Arc::new(Mutex::new(Told::default()));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let told = Arc::clone(&told);
        tokio::spawn(async move {
            // A client that goes away is the end of its conversation.
            let _ = converse(stream, &told).await;
        });
    }
}

async fn converse(mut stream: TcpStream, told: &Mutex<Told>) -> Result<(), Failure> {
    let mut buffer = Vec::with_capacity(1 << 16);
    loop {
        let head = loop {
            if let Some(end) = find(&buffer, END_OF_HEAD) {
                break String::from_utf8(buffer.drain(..end + END_OF_HEAD.len()).collect())?;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let target = head.split(' ').nth(1).ok_or("a request has a target")?;
        if head.starts_with("POST") {
            let length = content_length(&head);
            let mut left = length.saturating_sub(buffer.len());
            while left > 0 {
                buffer.clear();
                let read = stream.read_buf(&mut buffer).await?;
                if read == 0 {
                    return Ok(());
                }
                left = left.saturating_sub(read);
            }
            buffer.clear();
            stream.write_all(TAKEN).await?;
            came(told, target, length);
        } else if target == "/told" {
            let said = say(&lock(told));
            stream.write_all(&answer(&said)).await?;
        } else if target == "/anew" {
            *lock(told) = Told::default();
            stream.write_all(&answer("")).await?;
        } else {
            let asked = target.split(['?', '&']).find_map(|part| part.strip_prefix("hub.challenge="));
            stream.write_all(&answer(asked.unwrap_or_default())).await?;
        }
    }
}

fn came(told: &Mutex<Told>, target: &str, length: usize) {
    let mut told = lock(told);
    *told.by_callback.entry(target.to_owned()).or_default() += 1;
    told.bytes += length;
    told.last = now();
}

/// How many callbacks had something, how many deliveries there were, of how many bytes, and when the last one was.
fn say(told: &Told) -> String {
    let deliveries: u32 = told.by_callback.values().sum();
    format!("{} {deliveries} {} {}", told.by_callback.len(), told.bytes, told.last)
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn content_length(head: &str) -> usize {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.and_then(|(_, value)| value.trim().parse().ok()).unwrap_or_default()
}

async fn hold(address: &str, count: usize, end: &str) -> Result<(), Failure> {
    let mut request = Vec::new();
    std::io::stdin().read_to_end(&mut request)?;
    let (request, end) = (Arc::new(request), Arc::new(end.as_bytes().to_vec()));
    let (tell, mut arrivals) = mpsc::unbounded_channel();
    for number in 0..count {
        if number % AT_ONCE == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(&request).await?;
        let (tell, end) = (tell.clone(), Arc::clone(&end));
        tokio::spawn(async move { tell.send((until(&mut stream, &end).await.ok(), stream)) });
    }
    drop(tell);
    println!("held");
    let (mut times, mut open) = (Vec::with_capacity(count), Vec::with_capacity(count));
    while let Some((time, stream)) = arrivals.recv().await {
        times.push(time.map_or_else(|| "0".to_owned(), |time| time.to_string()));
        open.push(stream);
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", times.join(" "))?;
    Ok(out.flush()?)
}

/// When these bytes had come; of an answer with a length, when all of it had.
async fn until(stream: &mut TcpStream, end: &[u8]) -> Result<u128, Failure> {
    let mut seen = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut seen).await? == 0 {
            return Err("closed before it came".into());
        }
        let whole = find(&seen, END_OF_HEAD)
            .map(|head| (head, content_length(&String::from_utf8_lossy(&seen[..head]))));
        let is_whole =
            whole.is_some_and(|(head, length)| length > 0 && seen.len() >= head + END_OF_HEAD.len() + length);
        if is_whole || (!end.is_empty() && find(&seen, end).is_some()) {
            return Ok(now());
        }
    }
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|part| part == needle)
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_nanos())
}
