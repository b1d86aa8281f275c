//! Connections that were made and may be used again: by the same scheme, host and port only, and not for long.

use super::destination::Peer;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The most connections that are kept without being used.
pub(super) const MOST_IDLE: usize = 256;
/// How long one is kept. The server at the other end will have its own mind.
const KEPT: Duration = Duration::from_secs(15);

/// A connection on which nothing is under way.
pub type Connection = SendRequest<Full<Bytes>>;

/// The connections that are kept. What is not in use for long, or is too much, is closed by letting go of it.
#[derive(Default)]
pub struct Connections(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    by_peer: HashMap<Peer, Vec<(u64, Connection)>>,
    /// Which were given back when, in that order; of those taken since, too.
    order: VecDeque<(u64, Peer, Instant)>,
    count: usize,
    last: u64,
}

impl Connections {
    /// One to this peer that still stands.
    pub fn take(&self, peer: &Peer) -> Option<Connection> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.close_old(Instant::now());
        loop {
            let connection = kept.pop(peer)?;
            if connection.is_ready() {
                return Some(connection);
            }
        }
    }

    /// Keeps one for the next request.
    pub fn give_back(&self, peer: Peer, connection: Connection) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        kept.last += 1;
        let number = kept.last;
        kept.by_peer.entry(peer.clone()).or_default().push((number, connection));
        kept.order.push_back((number, peer, now));
        kept.count += 1;
        kept.close_old(now);
    }

    /// Closes those that were kept long enough.
    pub fn close_old(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).close_old(Instant::now());
    }
}

impl Kept {
    fn pop(&mut self, peer: &Peer) -> Option<Connection> {
        let kept = self.by_peer.get_mut(peer)?;
        let (_, connection) = kept.pop()?;
        if kept.is_empty() {
            self.by_peer.remove(peer);
        }
        self.count -= 1;
        Some(connection)
    }

    fn close_old(&mut self, now: Instant) {
        while let Some((number, peer, since)) = self.order.front() {
            let is_old = now.duration_since(*since) >= KEPT || self.count > MOST_IDLE;
            // Of those that were taken again only a line is left here.
            let is_over = self.order.len() > 4 * MOST_IDLE;
            if !is_old && !is_over {
                return;
            }
            let (number, peer) = (*number, peer.clone());
            self.order.pop_front();
            self.close(number, &peer);
        }
    }

    fn close(&mut self, number: u64, peer: &Peer) {
        let Some(kept) = self.by_peer.get_mut(peer) else { return };
        let before = kept.len();
        kept.retain(|(each, _)| *each != number);
        self.count -= before - kept.len();
        if kept.is_empty() {
            self.by_peer.remove(peer);
        }
    }
}
