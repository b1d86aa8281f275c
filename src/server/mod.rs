//! Sockets in, answers out: the only place that knows hyper.
//!
//! Each core has a thread with a runtime of its own, all taking from the same listening socket; under many
//! connections that keeps the slowest answers several times faster than one runtime for all.

mod admin;
mod answering;
mod apart;
mod body;
mod bulletins;
mod conversation;
mod counter;
mod footnote;
mod held;
mod leftover;
mod patience;
mod public;
mod stats;
mod status;
mod telling;
mod waiting;

pub use admin::Admin;
pub use bulletins::Bulletins;
pub use public::Public;
pub use waiting::Waiting;

use crate::habits::public_network;
use crate::metrics::Metrics;
use answering::Answering;
use conversation::{Farewell, Protocols, converse};
use http::Request;
use hyper::body::Incoming;
use leftover::throw_away;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How long answers that are under way may take after the order to stop.
const FAREWELL: Duration = Duration::from_secs(8);
/// How long no connection is taken after the system ran out of descriptors.
const BREATHER: Duration = Duration::from_millis(100);

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At once, in all.
    pub connections: usize,
    /// At once, from one address (of IPv6: one /64). Loopback and private addresses are not counted: proxies
    /// stand there.
    pub per_address: usize,
}

/// Opens a listening socket.
///
/// # Errors
/// When the address is taken or not ours.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    // A runtime is needed only for tokio's socket options.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _entered = runtime.enter();
    let socket = match address {
        SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
        SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(4096)?.into_std()
}

/// Serves the public listener with one thread per core until `stop` changes.
///
/// # Errors
/// When a thread or its runtime cannot be started.
pub fn serve_public(
    listener: &TcpListener,
    public: &Arc<Public>,
    limits: Limits,
    stop: &watch::Receiver<bool>,
) -> io::Result<Vec<JoinHandle<()>>> {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let guests = Arc::new(Guests::new(limits, public.metrics.clone()));
    let start = |index: usize| {
        let listener = listener.try_clone()?;
        let (public, guests, stop) = (public.clone(), guests.clone(), stop.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name(format!("server-{index}")).spawn(move || {
            if index == 0 {
                runtime.spawn(public.waiting.clone().wake(stop.clone()));
            }
            let answer = move |request, from| public.answer(request, from);
            runtime.block_on(take_connections(listener, answer, guests, stop));
            // Readings of a disk that hangs are not waited for.
            runtime.shutdown_background();
        })
    };
    (0..count).map(start).collect()
}

/// Serves the private listener on the current runtime until `stop` changes.
pub async fn serve_admin(listener: TcpListener, admin: Arc<Admin>, stop: watch::Receiver<bool>) {
    let limits = Limits { connections: 100, per_address: 100 };
    let guests = Arc::new(Guests::new(limits, Arc::new(Metrics::default())));
    let answer = move |request: Request<Incoming>, _: IpAddr| {
        let (request, body) = request.into_parts();
        throw_away(&request, body);
        admin.answer(&request)
    };
    take_connections(listener, answer, guests, stop).await;
}

async fn take_connections(
    listener: TcpListener,
    answer: impl Fn(Request<Incoming>, IpAddr) -> Answering + Clone + Send + Unpin + 'static,
    guests: Arc<Guests>,
    mut stop: watch::Receiver<bool>,
) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!("the listening socket cannot be used: {error}"),
    };
    let protocols = Arc::new(Protocols::new());
    let (farewell, _) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        match accepted {
            Ok((stream, from)) => {
                let Some(guest) = guests.let_in(from.ip()) else { continue };
                let answer = answer.clone();
                let answer = move |request| answer(request, from.ip());
                let conversation =
                    converse(stream, answer, protocols.clone(), Farewell::new(farewell.subscribe()));
                tokio::spawn(async move {
                    conversation.await;
                    drop(guest);
                });
            }
            Err(error) if is_passing(&error) => {}
            Err(error) => {
                tracing::warn!("no connection can be taken: {error}");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    let _ = farewell.send(());
    tokio::select! {
        () = farewell.closed() => {}
        () = tokio::time::sleep(FAREWELL) => {}
    }
}

/// Whether an error of `accept` concerns one connection that is gone already.
fn is_passing(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Who is connected.
struct Guests {
    limits: Limits,
    metrics: Arc<Metrics>,
    count: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// One of them; dropping it lets it go.
struct Guest {
    guests: Arc<Guests>,
    address: Option<IpAddr>,
}

impl Guests {
    fn new(limits: Limits, metrics: Arc<Metrics>) -> Self {
        Self { limits, metrics, count: AtomicUsize::new(0), by_address: Mutex::new(HashMap::new()) }
    }

    /// `None` when there are too many already.
    fn let_in(self: &Arc<Self>, from: IpAddr) -> Option<Guest> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= self.limits.connections {
            self.count.fetch_sub(1, Ordering::Relaxed);
            self.metrics.refused_connections.inc();
            return None;
        }
        let address = public_network(from);
        if let Some(address) = address {
            let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            let count = by_address.entry(address).or_insert(0);
            if *count >= self.limits.per_address {
                drop(by_address);
                self.count.fetch_sub(1, Ordering::Relaxed);
                self.metrics.refused_connections.inc();
                return None;
            }
            *count += 1;
        }
        self.metrics.connections.inc();
        self.metrics.open_connections.inc();
        Some(Guest { guests: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.guests.count.fetch_sub(1, Ordering::Relaxed);
        self.guests.metrics.open_connections.dec();
        if let Some(address) = self.address {
            let mut by_address = self.guests.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            match by_address.get_mut(&address) {
                Some(count) if *count > 1 => *count -= 1,
                _ => {
                    by_address.remove(&address);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_bounded_in_all_and_by_address() {
        let limits = Limits { connections: 4, per_address: 2 };
        let guests = Arc::new(Guests::new(limits, Arc::new(Metrics::default())));
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let first = guests.let_in(address("2001:db8:1:2::1"));
        let second = guests.let_in(address("2001:db8:1:2::2"));
        assert!(first.is_some() && second.is_some());
        assert!(guests.let_in(address("2001:db8:1:2::3")).is_none(), "one network, one guest");
        let third = guests.let_in(address("127.0.0.1"));
        let fourth = guests.let_in(address("127.0.0.1"));
        assert!(third.is_some() && fourth.is_some());
        assert!(guests.let_in(address("192.0.2.1")).is_none(), "the house is full");
        drop(first);
        assert!(guests.let_in(address("2001:db8:1:2::3")).is_some());
    }
}
