//! From the host of an address to the places a connection is made to: looked up once, and every one of them judged.

use super::destination::Peer;
use super::{Allowed, Unreached};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Host;

/// How many names are looked up at once. One that hangs keeps its place until the system gives it up.
const LOOKED_UP_AT_ONCE: usize = 16;
/// How long a name may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most addresses of a name that are tried.
const MOST_TRIED: usize = 4;

/// What comes of looking a name up.
pub type LookedUp = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
/// Says where a name leads.
pub type LookUp = Arc<dyn Fn(String) -> LookedUp + Send + Sync>;

/// As the system says.
pub fn by_the_system() -> LookUp {
    let places = Arc::new(Semaphore::new(LOOKED_UP_AT_ONCE));
    Arc::new(move |name| {
        let places = places.clone();
        Box::pin(async move {
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let looking = tokio::task::spawn_blocking(move || {
                let _place = place;
                Ok((name.as_str(), 0).to_socket_addrs()?.map(|found| found.ip()).collect())
            });
            looking.await.map_err(io::Error::other)?
        })
    })
}

/// The places behind an address. When one of them may not be gone to, none may: a name that leads inside and outside
/// is up to no good.
pub(super) async fn places(
    peer: &Peer,
    look_up: &LookUp,
    allowed: &Allowed,
) -> Result<Vec<SocketAddr>, Unreached> {
    let addresses = match &peer.host {
        Host::Ipv4(address) => vec![IpAddr::V4(*address)],
        Host::Ipv6(address) => vec![IpAddr::V6(*address)],
        Host::Domain(name) => {
            let found = timeout(PATIENCE, look_up(name.clone())).await.map_err(|_| Unreached::TooSlow)?;
            found.map_err(|_| Unreached::NoSuchHost)?
        }
    };
    if let Some(forbidden) = addresses.iter().find(|address| !allowed.allows(**address)) {
        return Err(Unreached::Forbidden(*forbidden));
    }
    if addresses.is_empty() {
        return Err(Unreached::NoSuchHost);
    }
    Ok(addresses.into_iter().take(MOST_TRIED).map(|address| SocketAddr::new(address, peer.port)).collect())
}
