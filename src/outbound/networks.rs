//! Which addresses a stranger may have us connect to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Those that are not everybody's (IANA's registry of special-purpose addresses, RFC 6890, and what is no unicast).
const NOT_PUBLIC_V4: [(Ipv4Addr, u8); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this host
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // between a carrier and its customers
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // this link, and what clouds tell their machines
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved
    (Ipv4Addr::BROADCAST, 32),
];

/// Of IPv6 only this is anybody's address (RFC 4291, section 2.4).
const UNICAST_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// And of that, not these.
const NOT_PUBLIC_V6: [(Ipv6Addr, u8); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols: Teredo, benchmarks, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4, which nobody uses any more (RFC 7526)
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16), // the 6bone
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];
/// How machines without IPv4 reach who has nothing else (RFC 6052, section 2.1): the IPv4 address stands at the end.
const TRANSLATED: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether an address is one that anybody in the world may reach.
pub fn is_public(address: IpAddr) -> bool {
    match meant(address) {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|(start, bits)| lies_in_v4(address, *start, *bits)),
        IpAddr::V6(address) => {
            let lies_in = |(start, bits): &(Ipv6Addr, u8)| lies_in_v6(address, *start, *bits);
            lies_in(&UNICAST_V6) && !NOT_PUBLIC_V6.iter().any(lies_in)
        }
    }
}

/// The address a packet goes to in the end.
fn meant(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if lies_in_v6(address, TRANSLATED.0, TRANSLATED.1) => {
            let [.., a, b, c, d] = address.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        address => address,
    }
}

fn lies_in_v4(address: Ipv4Addr, start: Ipv4Addr, bits: u8) -> bool {
    let differing = u32::from(address) ^ u32::from(start);
    differing.leading_zeros() >= u32::from(bits)
}

fn lies_in_v6(address: Ipv6Addr, start: Ipv6Addr, bits: u8) -> bool {
    let differing = u128::from(address) ^ u128::from(start);
    differing.leading_zeros() >= u32::from(bits)
}

/// A range of addresses, written like `10.1.0.0/16`; one without a length is that address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    start: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (meant(address), self.start) {
            (IpAddr::V4(address), IpAddr::V4(start)) => lies_in_v4(address, start, self.bits),
            (IpAddr::V6(address), IpAddr::V6(start)) => lies_in_v6(address, start, self.bits),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let strange = || format!("`{written}` is no range of addresses like 10.1.0.0/16 or fd00::/8");
        let (start, bits) = match written.trim().split_once('/') {
            Some((start, bits)) => (start, Some(bits.parse().map_err(|_| strange())?)),
            None => (written.trim(), None),
        };
        let start: IpAddr = start.parse().map_err(|_| strange())?;
        let longest = if start.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(longest);
        if bits > longest { Err(strange()) } else { Ok(Self { start, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start, self.bits)
    }
}

/// Where connections may go: to what is public, and to what this site allows besides.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<Network>);

impl Allowed {
    /// What is public, and these networks.
    pub fn and(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether a connection may go there.
    pub fn allows(&self, address: IpAddr) -> bool {
        is_public(address) || self.0.iter().any(|network| network.contains(address))
    }
}
