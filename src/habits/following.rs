//! Who follows one feed: services that read for many, as they say, and those who were seen.

use super::agent::Claim;
use super::caller::Mark;
use crate::words::{Format, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// For how many seconds somebody counts who was here.
pub const WINDOW: i64 = 7 * 86_400;
/// The most services that a feed is followed by; the most of them that nobody knows.
pub const MOST_SERVICES: usize = 100;
pub const MOST_UNKNOWN: usize = 20;
/// The most subscribers that one who is not known may claim. Who fetches for more people is soon known.
const MOST_CLAIMED: u64 = 100;
/// The same of those who are.
const MOST_CLAIMED_BY_KNOWN: u64 = 10_000_000;

/// Who follows a feed.
#[derive(Debug, Default)]
pub struct Following {
    /// Services by their string, and what they said last of each format.
    pub services: BTreeMap<Box<str>, Service>,
    /// When each of the others was here last, in seconds.
    pub others: HashMap<Mark, i64>,
}

/// A service that reads for many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Whether it is known.
    pub is_known: bool,
    /// For how many it says it reads each format, and when it said so, in seconds.
    pub claims: [Option<(u32, i64)>; Format::ALL.len()],
}

/// How many follow a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followers {
    /// As services say that are known.
    pub reported: u64,
    /// As others say, as far as they are believed.
    pub claimed: u64,
    /// Who was seen, each address once.
    pub observed: u64,
}

impl Following {
    /// A service said for how many it reads this; one that is new finds room for so many more. Gives back whether it did.
    pub fn claimed(&mut self, claim: Claim, format: Format, room: usize, now: Timestamp) -> bool {
        let Claim { reader, subscribers, is_known } = claim;
        let service = match self.services.get_mut(&*reader) {
            Some(service) => service,
            None if room == 0 => return false,
            None => {
                self.forget_services(now);
                let unknown = self.services.values().filter(|service| !service.is_known).count();
                if self.services.len() >= MOST_SERVICES || (!is_known && unknown >= MOST_UNKNOWN) {
                    return false;
                }
                self.services.entry(reader.into()).or_default()
            }
        };
        service.is_known = is_known;
        service.claims[format as usize] = Some((subscribers, now.seconds()));
        true
    }

    /// How many follow it now.
    pub fn followers(&self, now: Timestamp) -> Followers {
        let subscribers = |known: bool| {
            let services = self.services.values().filter(move |service| service.is_known == known);
            services.map(|service| service.subscribers(now)).sum()
        };
        let observed = self.others.values().filter(|at| is_lately(**at, now)).count();
        Followers { reported: subscribers(true), claimed: subscribers(false), observed: observed as u64 }
    }

    /// Forgets who has not been here for so long that they do not count.
    pub fn forget(&mut self, now: Timestamp) {
        self.forget_services(now);
        self.others.retain(|_, at| is_lately(*at, now));
    }

    fn forget_services(&mut self, now: Timestamp) {
        self.services.retain(|_, service| service.last(now).is_some());
    }
}

impl Service {
    /// For how many it reads, all formats together, as far as it is believed.
    pub fn subscribers(&self, now: Timestamp) -> u64 {
        let most = if self.is_known { MOST_CLAIMED_BY_KNOWN } else { MOST_CLAIMED };
        let said: u64 = self.lately(now).map(|(subscribers, _)| u64::from(subscribers)).sum();
        said.min(most)
    }

    /// When it was here last.
    pub fn last(&self, now: Timestamp) -> Option<Timestamp> {
        self.lately(now).map(|(_, at)| Timestamp::nearest(at)).max()
    }

    fn lately(&self, now: Timestamp) -> impl Iterator<Item = (u32, i64)> {
        self.claims.iter().flatten().copied().filter(move |(_, at)| is_lately(*at, now))
    }
}

/// Whether something that happened then counts. What lies as far ahead as the past reaches back was entered by a clock that was wrong.
fn is_lately(at: i64, now: Timestamp) -> bool {
    (at - now.seconds()).abs() < WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::nearest(1_800_000_000 + seconds)
    }

    fn claim(reader: &str, subscribers: u32, is_known: bool) -> Claim {
        Claim { reader: reader.to_owned(), subscribers, is_known }
    }

    #[test]
    fn the_latest_number_counts_for_a_week_and_formats_are_added() {
        let mut following = Following::default();
        let (rss, atom) = (Format::Rss, Format::Atom);
        for (second, reader, subscribers, is_known, format) in [
            (0, "Feedly/1.0 (#)", 100, true, rss),
            (10, "Feedly/1.0 (#)", 20, true, atom),
            (20, "Feedly/1.0 (#)", 90, true, rss),
            (30, "Ours (#)", 7, false, rss),
            (40, "Feedbin (#)", 3, true, rss),
        ] {
            assert!(following.claimed(claim(reader, subscribers, is_known), format, 1, at(second)));
        }
        for (second, reported, claimed) in [
            (40, 113, 7),
            (9 + WINDOW, 113, 7),
            (10 + WINDOW, 93, 7),
            (20 + WINDOW, 3, 7),
            (30 + WINDOW, 3, 0),
            (40 + WINDOW, 0, 0),
        ] {
            let followers = following.followers(at(second));
            assert_eq!((followers.reported, followers.claimed), (reported, claimed), "after {second} s");
        }
        following.forget(at(20 + WINDOW));
        assert_eq!(
            following.services.keys().map(|reader| &**reader).collect::<Vec<_>>(),
            ["Feedbin (#)", "Ours (#)"]
        );
    }

    #[test]
    fn a_service_is_believed_up_to_a_bound_in_all_formats_together() {
        for (said, known, unknown) in [
            ([99, 0, 0], 99, 99),
            ([99, 1, 0], 100, 100),
            ([50, 50, 1], 101, 100),
            ([100, 100, 100], 300, 100),
            ([9_999_999, 1, 1], 10_000_000, 100),
            ([u32::MAX; 3], 10_000_000, 100),
        ] {
            for (is_known, expected) in [(true, known), (false, unknown)] {
                let claims = said.map(|subscribers| Some((subscribers, at(0).seconds())));
                assert_eq!(Service { is_known, claims }.subscribers(at(1)), expected, "{said:?}");
            }
        }
    }

    #[test]
    fn whoever_makes_up_names_finds_room_for_few() {
        let mut following = Following::default();
        let took = |following: &mut Following, known: bool, second: i64| {
            let claims = (0..1_000).map(|number| claim(&format!("{known}{second}{number}"), 1, known));
            claims
                .filter(|claim| following.claimed(claim.clone(), Format::Rss, MOST_SERVICES, at(second)))
                .count()
        };
        assert_eq!(took(&mut following, false, 0), MOST_UNKNOWN);
        assert_eq!(took(&mut following, true, 0), MOST_SERVICES - MOST_UNKNOWN);
        assert_eq!(took(&mut following, true, 1), 0);
        assert_eq!(took(&mut following, false, WINDOW), MOST_UNKNOWN, "a week later there is room again");
    }
}
