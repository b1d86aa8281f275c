//! Who asks, as far as that can be told from where a request comes. Of an address only a hash is kept, with a secret that is
//! made anew for each state folder.
//!
//! Proxies stand where addresses are private: there the last address of `X-Forwarded-For`, else of `Forwarded` (RFC 7239), is
//! believed, which the proxy itself put there. All others say of themselves where they are, and may say what they like. One
//! that names nobody may stand before many.

use foldhash::quality::FixedState;
use http::header::{FORWARDED, HeaderMap, HeaderName, HeaderValue, ORIGIN, USER_AGENT};
use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};
use siphasher::sip::SipHasher24;
use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request says of who asks, and of what that one has.
#[derive(Clone, Copy, Default)]
pub struct Asked<'a> {
    user_agent: Option<&'a HeaderValue>,
    /// Whether any condition is on it.
    pub is_conditional: bool,
    /// Whether a browser asks, of which there may be thousands alike at one address of a carrier.
    pub is_of_browser: bool,
    x_forwarded_for: Option<&'a HeaderValue>,
    forwarded: Option<&'a HeaderValue>,
}

impl<'a> Asked<'a> {
    /// What stands in these headers. One look at all names is quicker than looking up each.
    pub fn read(headers: &'a HeaderMap) -> Self {
        let mut asked = Self::default();
        for (name, value) in headers {
            match *name {
                USER_AGENT => asked.user_agent = Some(value),
                IF_NONE_MATCH | IF_MODIFIED_SINCE | IF_MATCH | IF_UNMODIFIED_SINCE | IF_RANGE => {
                    asked.is_conditional = true;
                }
                // Browsers say from where they were led here, and no page can have them say otherwise; others have no reason to.
                // `Sec-Fetch-Mode` is no such sign: programs that run in Node.js send it by themselves.
                ORIGIN => asked.is_of_browser = true,
                ref name if *name == SEC_FETCH_SITE => asked.is_of_browser = true,
                FORWARDED => asked.forwarded = Some(value),
                ref name if *name == X_FORWARDED_FOR => asked.x_forwarded_for = Some(value),
                _ => {}
            }
        }
        asked
    }

    /// Its `User-Agent`; empty without one, and when that is no plain text.
    pub fn agent(&self) -> &'a str {
        self.user_agent.and_then(|agent| agent.to_str().ok()).unwrap_or("")
    }

    /// The last address that a proxy says it was asked from.
    fn last_forwarded(&self) -> Option<IpAddr> {
        let last = |value: &'a HeaderValue| value.to_str().ok()?.rsplit(',').next();
        match (self.x_forwarded_for, self.forwarded) {
            (Some(addresses), _) => address(last(addresses)?),
            (None, Some(hops)) => {
                let mut pairs = last(hops)?.split(';').filter_map(|pair| pair.split_once('='));
                let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
                address(node.trim().trim_matches('"'))
            }
            (None, None) => None,
        }
    }
}

/// An address as proxies write it: of IPv6 in brackets or not, with a port or not.
fn address(written: &str) -> Option<IpAddr> {
    let written = written.trim();
    if let Some(rest) = written.strip_prefix('[') {
        return rest.split(']').next()?.parse().ok();
    }
    let without_port = || written.rsplit_once(':')?.0.parse().ok();
    written.parse().ok().or_else(without_port)
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    network: IpAddr,
    /// Whether that is one client, or at most one house. Behind other addresses there may be many.
    pub is_one: bool,
}

impl Caller {
    /// Who asked this of us, from the other end of this connection.
    pub fn of(peer: IpAddr, asked: &Asked<'_>) -> Self {
        let named = |address: IpAddr| match public_network(address) {
            Some(network) => Self { network, is_one: true },
            None => Self { network: address.to_canonical(), is_one: false },
        };
        match public_network(peer) {
            Some(network) => Self { network, is_one: true },
            None => named(asked.last_forwarded().unwrap_or(peer)),
        }
    }
}

/// The address that somebody counts under, of IPv6 his /64; `None` where proxies stand.
pub fn public_network(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        IpAddr::V4(address) if address.is_loopback() || address.is_private() || address.is_link_local() => {
            None
        }
        IpAddr::V4(address) => Some(IpAddr::V4(address)),
        IpAddr::V6(address)
            if address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local() =>
        {
            None
        }
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Some(IpAddr::V6(network.into()))
        }
    }
}

/// What nobody knows but this installation. It never shows in what is printed for debugging.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 16]);

/// What is kept of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub(super) u64);

/// What one client does with one feed goes by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line(pub(super) u64);

impl Secret {
    /// One of these bits.
    pub fn of(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// The bits, to be kept where nobody else reads.
    pub fn bits(&self) -> [u8; 16] {
        self.0
    }

    /// What is kept of where somebody is.
    pub fn mark(&self, caller: Caller) -> Mark {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        match caller.network {
            IpAddr::V4(address) => hasher.write(&address.octets()),
            IpAddr::V6(address) => hasher.write(&address.octets()),
        }
        Mark(hasher.finish())
    }

    /// By what it is known that the same client asks for the same feed, whose documents lie at this path without their suffix.
    /// It is not kept, so it may be a hash that is quick.
    pub fn line(&self, mark: Mark, asked: &Asked<'_>, feed: &str) -> Line {
        let seed = u64::from_le_bytes(*self.0.first_chunk().expect("it has sixteen bytes"));
        let mut hasher = FixedState::with_seed(seed).build_hasher();
        hasher.write_u64(mark.0);
        hasher.write(feed.as_bytes());
        // No path has it, and no header.
        hasher.write_u8(0);
        hasher.write(asked.user_agent.map_or(b"", |agent| agent.as_bytes()));
        Line(hasher.finish())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Line {
    /// A number that all of them are spread over.
    pub fn spread(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for Mark {
    /// So much of it as tells two from each other on a page.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:06x}", self.0 >> 40)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, headers: &[(&'static str, &str)]) -> Caller {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a header value"));
        }
        Caller::of(peer.parse().expect("an address"), &Asked::read(&map))
    }

    #[test]
    fn a_proxy_is_believed_where_proxies_stand_and_nobody_else() {
        let (x, f) = ("x-forwarded-for", "forwarded");
        let check = |peer: &str, headers: &[(&'static str, &str)], network: &str, is_one| {
            let expected = Caller { network: network.parse().expect("an address"), is_one };
            assert_eq!(caller(peer, headers), expected, "{peer} {headers:?}");
        };
        check("203.0.113.7", &[], "203.0.113.7", true);
        check("203.0.113.7", &[(x, "198.51.100.1")], "203.0.113.7", true);
        check("::ffff:203.0.113.7", &[(f, "for=198.51.100.1")], "203.0.113.7", true);
        check("2001:db8:1:2:3:4:5:6", &[], "2001:db8:1:2::", true);
        check("127.0.0.1", &[], "127.0.0.1", false);
        check("::1", &[], "::1", false);
        for near in ["10.0.0.7", "172.16.0.7", "192.168.1.7", "169.254.1.7", "fd00::7", "fe80::7"] {
            check(near, &[], near, false);
            check(near, &[(x, "203.0.113.7")], "203.0.113.7", true);
            check("127.0.0.1", &[(x, near)], near, false);
        }
        check("127.0.0.1", &[(x, "198.51.100.1")], "198.51.100.1", true);
        check("172.18.0.2", &[(x, "198.51.100.1, 203.0.113.7")], "203.0.113.7", true);
        check("127.0.0.1", &[(x, "198.51.100.1"), (x, "203.0.113.7")], "203.0.113.7", true);
        check("127.0.0.1", &[(x, "203.0.113.7:4711")], "203.0.113.7", true);
        check("127.0.0.1", &[(x, "[2001:db8:1:2::9]:4711")], "2001:db8:1:2::", true);
        check("127.0.0.1", &[(x, "2001:db8:1:2::9")], "2001:db8:1:2::", true);
        check(
            "127.0.0.1",
            &[(f, "for=198.51.100.1, For=\"[2001:db8:1:2::9]:4711\";proto=https")],
            "2001:db8:1:2::",
            true,
        );
        check("127.0.0.1", &[(x, "203.0.113.7"), (f, "for=198.51.100.1")], "203.0.113.7", true);
        // A house of proxies: who stands before the last of them is not known.
        check("127.0.0.1", &[(x, "203.0.113.7, 10.0.0.7")], "10.0.0.7", false);
        check("127.0.0.1", &[(x, "unknown")], "127.0.0.1", false);
        check("127.0.0.1", &[(f, "for=_hidden;by=203.0.113.43")], "127.0.0.1", false);
    }

    #[test]
    fn any_condition_makes_a_request_conditional() {
        for (name, expected) in [
            ("if-none-match", true),
            ("if-modified-since", true),
            ("if-match", true),
            ("if-unmodified-since", true),
            ("if-range", true),
            ("a-im", false),
            ("range", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static("x"));
            assert_eq!(Asked::read(&headers).is_conditional, expected, "{name}");
        }
    }

    #[test]
    fn a_browser_shows_by_what_only_browsers_send() {
        let chrome =
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36";
        for (headers, expected) in [
            // From a page of the site, by its address, and from the page of another, encrypted and not.
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")][..], true),
            (&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], true),
            (&[("origin", "https://bao.example.vn"), ("sec-fetch-site", "cross-site")], true),
            (&[("origin", "http://bao.example.vn")], true),
            // What calls itself one, and what runs in Node.js.
            (&[("user-agent", chrome), ("referer", "https://bao.example.vn/")], false),
            (&[("user-agent", "node"), ("accept-language", "*"), ("sec-fetch-mode", "cors")], false),
        ] {
            let headers = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            let headers = HeaderMap::from_iter(headers);
            assert_eq!(Asked::read(&headers).is_of_browser, expected, "{headers:?}");
        }
    }

    #[test]
    fn a_mark_tells_clients_apart_and_hangs_on_the_secret() {
        let [one, other] = [[1; 16], [2; 16]].map(Secret::of);
        let here = caller("203.0.113.7", &[]);
        assert_eq!(one.mark(here), one.mark(caller("127.0.0.1", &[("x-forwarded-for", "203.0.113.7")])));
        assert_ne!(one.mark(here), one.mark(caller("203.0.113.8", &[])));
        assert_ne!(one.mark(here), other.mark(here));
        assert_eq!(one.mark(caller("2001:db8::1", &[])), one.mark(caller("2001:db8::2", &[])));
        let mark = one.mark(here);
        let line = |agent: &'static str, feed| {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_static(agent));
            one.line(mark, &Asked::read(&headers), feed)
        };
        let first = line("reader", "/feeds/all");
        assert_eq!(first, line("reader", "/feeds/all"));
        let others = [("reader/2", "/feeds/all"), ("reader", "/feeds/lua"), ("allreader", "/feeds/")];
        for (agent, feed) in others {
            assert_ne!(first, line(agent, feed), "{agent} {feed}");
        }
        assert_eq!(format!("{one:?}"), "Secret");
        assert_eq!(mark.to_string().len(), 6);
    }
}
