use super::{Format, Outlet, Timestamp};
use url::Url;

/// A document of a feed that can be subscribed to (W3C WebSub, section 2). Its address is that of the feed's outlet in
/// this format.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Topic {
    /// Which feed, and at which of its addresses.
    pub outlet: Outlet,
    /// In which format.
    pub format: Format,
}

/// How those who subscribed are told of changes, as `feeds/site.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Hubs of others, where public feeds are announced besides our own.
    pub hubs: Vec<Url>,
    /// What our hub delivers.
    pub delivers: Delivers,
    /// How deliveries are signed for subscribers who gave a secret.
    pub signature: Signature,
    /// The same for some callbacks, by the names of their hosts.
    pub signature_for: Vec<(String, Signature)>,
    /// Whether rssCloud is spoken.
    pub rss_cloud: bool,
    /// Whether a client that asks for it gets only what changed since what it has (RFC 3229).
    pub delta: bool,
    /// Clients that would take such a part for the whole: what their `User-Agent` contains, without regard to case.
    pub delta_not_for: Vec<String>,
}

/// How a subscriber is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// W3C WebSub: the document comes.
    WebSub,
    /// rssCloud: only the address of what changed comes.
    Cloud,
}

impl Protocol {
    /// Both.
    pub const ALL: [Protocol; 2] = [Protocol::WebSub, Protocol::Cloud];

    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::WebSub => "websub",
            Protocol::Cloud => "rsscloud",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Protocol::WebSub => "WebSub",
            Protocol::Cloud => "rssCloud",
        }
    }
}

/// What a delivery of our hub holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivers {
    /// The document as anybody gets it.
    Whole,
    /// The document without what this subscriber has acknowledged already (W3C WebSub, section 7).
    Changes,
}

/// How a delivery is signed (W3C WebSub, section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// For subscribers of before 2018.
    Sha1,
    /// As nearly all expect.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A hub of others, as it is known here since bantin runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherHub {
    /// Its address.
    pub hub: Url,
    /// How it behaves.
    pub bearing: Bearing,
    /// When it last took a ping.
    pub pinged: Option<Timestamp>,
    /// When it was last seen to fetch.
    pub came: Option<Timestamp>,
}

/// How a hub of others behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// Nothing changed that it could have been told of.
    Unasked,
    /// It took pings, and it is too early to say more.
    Awaited,
    /// It fetches what it is told of.
    Comes,
    /// It takes pings and does not come. Nobody here can tell one that stopped working from one that nobody subscribes at.
    Dead,
    /// It does not take pings.
    Refuses(Refusal),
}

/// Why a ping was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The answer was another than hoped for: its status.
    Answered(u16),
    /// There was no answer.
    Unreached,
}

impl Signature {
    /// All of them.
    pub const ALL: [Signature; 4] =
        [Signature::Sha1, Signature::Sha256, Signature::Sha384, Signature::Sha512];

    /// Its name in `X-Hub-Signature` and in settings.
    pub fn name(self) -> &'static str {
        match self {
            Signature::Sha1 => "sha1",
            Signature::Sha256 => "sha256",
            Signature::Sha384 => "sha384",
            Signature::Sha512 => "sha512",
        }
    }

    /// Reads one by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signature| signature.name() == name)
    }
}

impl Push {
    /// How deliveries to a callback on this host are signed.
    pub fn signature_at(&self, host: &str) -> Signature {
        let own = self.signature_for.iter().find(|(named, _)| named == host);
        own.map_or(self.signature, |(_, signature)| *signature)
    }

    /// Whether a client may get a part of a document.
    pub fn may_send_changes_to(&self, agent: &str) -> bool {
        let agent = agent.to_lowercase();
        self.delta && !self.delta_not_for.iter().any(|client| agent.contains(client.as_str()))
    }
}

impl Default for Push {
    fn default() -> Self {
        Self {
            hubs: Vec::new(),
            delivers: Delivers::Whole,
            signature: Signature::Sha256,
            signature_for: Vec::new(),
            rss_cloud: true,
            delta: true,
            delta_not_for: Vec::new(),
        }
    }
}
