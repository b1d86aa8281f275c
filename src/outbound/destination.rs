use url::{Host, Position, Url};

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub(super) peer: Peer,
    /// Host and port as they are written.
    pub(super) authority: String,
    /// Path and query.
    pub(super) target: String,
}

/// Whom a connection is made to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Peer {
    pub is_secure: bool,
    pub host: Host<String>,
    pub port: u16,
}

impl Destination {
    /// This path and query, below an `http` or `https` address. `None` when that has no host.
    pub fn at(url: &Url, authority: &str, target: &str) -> Option<Self> {
        let peer = Peer {
            is_secure: url.scheme() == "https",
            host: url.host()?.to_owned(),
            port: url.port_or_known_default()?,
        };
        Some(Self { peer, authority: authority.to_owned(), target: target.to_owned() })
    }

    /// An `http` or `https` address, without what it says of itself after `#`. `None` when it has no host.
    pub fn of(url: &Url) -> Option<Self> {
        let authority = &url[Position::BeforeHost..Position::AfterPort];
        Self::at(url, authority, &url[Position::BeforePath..Position::AfterQuery])
    }
}
