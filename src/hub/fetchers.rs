//! Which requests come from a hub of others.

use std::net::IpAddr;
use url::{Host, Url};

/// Hubs whose fetchers say what is not in the address of the hub.
const KNOWN: [(&str, &[&str]); 1] =
    [("pubsubhubbub.appspot.com", &["feedfetcher-google", "appid: s~pubsubhubbub"])];
/// The most addresses of a hub that are looked for.
const MOST_ADDRESSES: usize = 16;
/// The longest name of which something that stands for all of a country may be left: `com.vn`, `gov.vn`, `org.uk`.
const SHORT: usize = 3;

/// By what a hub is recognised when it fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetcher {
    /// What its `User-Agent` contains, in small letters.
    names: Vec<String>,
    /// From where its requests come.
    addresses: Vec<IpAddr>,
}

impl Fetcher {
    /// Of the hub at this address, whose host has these addresses.
    pub fn of(hub: &Url, addresses: &[IpAddr]) -> Self {
        let mut addresses: Vec<IpAddr> = addresses.iter().map(IpAddr::to_canonical).collect();
        let mut names = Vec::new();
        match hub.host() {
            Some(Host::Domain(host)) => names = named(host),
            Some(Host::Ipv4(address)) => addresses.push(address.into()),
            Some(Host::Ipv6(address)) => addresses.push(IpAddr::from(address).to_canonical()),
            None => {}
        }
        addresses.truncate(MOST_ADDRESSES);
        Self { names, addresses }
    }

    /// Whether a request is its.
    pub fn sent(&self, agent: &str, from: IpAddr) -> bool {
        let agent = agent.to_ascii_lowercase();
        self.addresses.contains(&from.to_canonical())
            || self.names.iter().any(|name| agent.contains(name.as_str()))
    }
}

/// What the hub on this host may call itself: by its host, or by what that lies in.
fn named(host: &str) -> Vec<String> {
    if let Some((_, known)) = KNOWN.iter().find(|(known, _)| *known == host) {
        return known.iter().map(|name| (*name).to_owned()).collect();
    }
    let within = host.split_once('.').map(|(_, within)| within).filter(|within| {
        let owner = within.split('.').rev().nth(1);
        owner.is_some_and(|owner| owner.len() > SHORT || within.split('.').count() > 2)
    });
    // A name without a dot is a word that may stand in anything.
    [Some(host).filter(|host| host.contains('.')), within].into_iter().flatten().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetcher_is_known_by_its_name_or_its_address() {
        let elsewhere = "198.51.100.1";
        for (hub, agent, from, expected) in [
            (
                "https://pubsubhubbub.superfeedr.com/",
                "Superfeedr bot/2.0 http://superfeedr.com",
                elsewhere,
                true,
            ),
            (
                "https://pubsubhubbub.appspot.com/",
                "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
                elsewhere,
                true,
            ),
            ("https://pubsubhubbub.appspot.com/", "another at another.appspot.com", elsewhere, false),
            ("https://hub.example.com.vn/", "hub (https://example.com.vn)", elsewhere, true),
            ("https://example.com.vn/hub", "reader (https://bao.com.vn)", elsewhere, false),
            ("https://hub.example.com.vn/", "reader", elsewhere, false),
            ("https://hub.example.com.vn/", "reader", "203.0.113.7", true),
            ("https://hub.example.com.vn/", "", "::ffff:203.0.113.7", true),
            ("http://127.0.0.2:9000/hub", "reader", "127.0.0.2", true),
            ("http://127.0.0.2:9000/hub", "reader", "127.0.0.1", false),
            ("http://[::1]:9000/hub", "", "::1", true),
            ("http://localhost:9000/hub", "at localhost", elsewhere, false),
        ] {
            let hub = Url::parse(hub).expect("an address");
            let addresses = if hub.domain().is_some() {
                vec!["203.0.113.7".parse().expect("an address")]
            } else {
                vec![]
            };
            let from = from.parse().expect("an address");
            assert_eq!(Fetcher::of(&hub, &addresses).sent(agent, from), expected, "{hub} {agent} {from}");
        }
    }
}
