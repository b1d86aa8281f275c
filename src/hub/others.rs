//! Hubs of others: when each is told that feeds changed, and whether it then comes to fetch them.

use crate::words::{Bearing, FeedName, OtherHub, Refusal, Timestamp};
use std::collections::BTreeSet;
use url::Url;

/// How many seconds changes are gathered, so that a burst is one ping.
const GATHERED: i64 = 1;
/// How many seconds lie between two pings to a hub.
const PACE: i64 = 10;
/// How many seconds a ping that failed is followed by the next one: at first, and at most.
const FIRST_RETRY: i64 = 10;
const LAST_RETRY: i64 = 3_600;
/// The most feeds that one ping names, each in all its formats.
const MOST_NAMED: usize = 20;
/// The most feeds that wait to be named.
const MOST_OWED: usize = 10_000;
/// A hub that took so many pings without coming, for so many seconds, is called dead.
const PINGS_IN_VAIN: u32 = 3;
const SECONDS_IN_VAIN: i64 = 3_600;
/// A hub that did not take so many pings in a row is told of.
const FAILURES_TOLD: u32 = 3;

/// All of them.
#[derive(Debug, Default)]
pub struct Others(Vec<Other>);

#[derive(Debug)]
struct Other {
    hub: Url,
    /// The feeds that changed since it was last told.
    owed: BTreeSet<FeedName>,
    /// Those that it is being told of.
    under_way: Vec<FeedName>,
    /// Before when nothing is sent.
    next_try: Timestamp,
    failures: u32,
    /// What it last said to a ping that it did not take.
    refusal: Option<Refusal>,
    /// When it last took a ping.
    pinged: Option<Timestamp>,
    /// When it was last seen to fetch.
    came: Option<Timestamp>,
    /// Pings it took since then, and when the first of them was.
    in_vain: u32,
    in_vain_since: Option<Timestamp>,
}

/// A ping to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// To whom.
    pub hub: Url,
    /// The feeds that changed.
    pub feeds: Vec<FeedName>,
}

impl Others {
    /// The settings name these hubs now. What is known of those that were named before is kept.
    pub fn keep(&mut self, hubs: &[Url], now: Timestamp) {
        self.0.retain(|other| hubs.contains(&other.hub));
        for hub in hubs {
            if !self.0.iter().any(|other| other.hub == *hub) {
                self.0.push(Other::new(hub.clone(), now));
            }
        }
    }

    /// Public feeds that changed.
    pub fn changed<'a>(&mut self, feeds: impl IntoIterator<Item = &'a FeedName>, now: Timestamp) {
        let feeds: Vec<&FeedName> = feeds.into_iter().take(MOST_OWED).collect();
        if feeds.is_empty() {
            return;
        }
        for other in &mut self.0 {
            if other.owed.is_empty() {
                other.next_try = other.next_try.max(now.plus_seconds(GATHERED));
            }
            let room = MOST_OWED - other.owed.len();
            other.owed.extend(feeds.iter().take(room).map(|name| (*name).clone()));
        }
    }

    /// The pings that are due. Of each its [`report`](Self::report) is awaited.
    pub fn hand_out(&mut self, now: Timestamp) -> Vec<Ping> {
        let due = self.0.iter_mut().filter(|other| other.due().is_some_and(|due| due <= now));
        due.map(|other| {
            let feeds: Vec<FeedName> = other.owed.iter().take(MOST_NAMED).cloned().collect();
            for name in &feeds {
                other.owed.remove(name);
            }
            other.under_way.clone_from(&feeds);
            Ping { hub: other.hub.clone(), feeds }
        })
        .collect()
    }

    /// What became of a ping. `random` spreads those that are tried again.
    pub fn report(&mut self, hub: &Url, outcome: Result<(), Refusal>, random: u32, now: Timestamp) {
        let Some(other) = self.0.iter_mut().find(|other| other.hub == *hub) else { return };
        let told = std::mem::take(&mut other.under_way);
        match outcome {
            Ok(()) => {
                (other.failures, other.refusal) = (0, None);
                other.pinged = Some(now);
                other.in_vain += 1;
                other.in_vain_since.get_or_insert(now);
                other.next_try = now.plus_seconds(PACE);
            }
            Err(refusal) => {
                other.failures = other.failures.saturating_add(1);
                other.refusal = Some(refusal);
                other.owed.extend(told);
                other.next_try = now.plus_seconds(pause(other.failures, random));
            }
        }
    }

    /// The hub was seen to fetch a document at this moment.
    pub fn came(&mut self, hub: &Url, at: Timestamp) {
        let Some(other) = self.0.iter_mut().find(|other| other.hub == *hub) else { return };
        if other.came.is_none_or(|came| came < at) {
            other.came = Some(at);
            (other.in_vain, other.in_vain_since) = (0, None);
        }
    }

    /// When the next ping is due, unless something changes.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.0.iter().filter_map(Other::due).min()
    }

    /// What is known of each.
    pub fn known(&self, now: Timestamp) -> Vec<OtherHub> {
        let known = |other: &Other| OtherHub {
            hub: other.hub.clone(),
            bearing: other.bearing(now),
            pinged: other.pinged,
            came: other.came,
        };
        self.0.iter().map(known).collect()
    }
}

impl Other {
    fn new(hub: Url, now: Timestamp) -> Self {
        Self {
            hub,
            owed: BTreeSet::new(),
            under_way: Vec::new(),
            next_try: now,
            failures: 0,
            refusal: None,
            pinged: None,
            came: None,
            in_vain: 0,
            in_vain_since: None,
        }
    }

    fn due(&self) -> Option<Timestamp> {
        (!self.owed.is_empty() && self.under_way.is_empty()).then_some(self.next_try)
    }

    fn bearing(&self, now: Timestamp) -> Bearing {
        let waited_since = |since: Timestamp| since.plus_seconds(SECONDS_IN_VAIN) <= now;
        match self.refusal {
            Some(refusal) if self.failures >= FAILURES_TOLD || self.pinged.is_none() => {
                Bearing::Refuses(refusal)
            }
            _ if self.in_vain >= PINGS_IN_VAIN && self.in_vain_since.is_some_and(waited_since) => {
                Bearing::Dead
            }
            _ if self.came.is_some() => Bearing::Comes,
            _ if self.pinged.is_some() => Bearing::Awaited,
            _ => Bearing::Unasked,
        }
    }
}

/// How many seconds pass before the next try after so many failures: each time twice as many, and up to a quarter more.
fn pause(failures: u32, random: u32) -> i64 {
    let doublings = failures.saturating_sub(1).min(16);
    let pause = (FIRST_RETRY << doublings).min(LAST_RETRY);
    pause + i64::from(random) % (pause / 4 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Slug;

    const HUB: &str = "https://hub.example.org/";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::nearest(1_800_000_000 + seconds)
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    fn feed(name: &str) -> FeedName {
        FeedName::Plain(Slug::parse(name).expect("a slug"))
    }

    fn others() -> Others {
        let mut others = Others::default();
        others.keep(&[url(HUB)], at(0));
        others
    }

    /// Tells of a change and takes the ping, which is answered so.
    fn ping(others: &mut Others, seconds: i64, outcome: Result<(), Refusal>) {
        others.changed([&FeedName::All], at(seconds));
        assert_eq!(others.hand_out(at(seconds + PACE)).len(), 1, "after {seconds} s");
        others.report(&url(HUB), outcome, 0, at(seconds + PACE));
    }

    #[test]
    fn a_burst_is_one_ping_and_what_changes_meanwhile_is_the_next() {
        let mut others = others();
        others.changed([&feed("tin"), &FeedName::All], at(5));
        others.changed([&feed("tin"), &feed("lua")], at(5));
        assert_eq!(others.hand_out(at(5)), []);
        assert_eq!(others.next_due(), Some(at(6)));
        let due = others.hand_out(at(6));
        assert_eq!(due, [Ping { hub: url(HUB), feeds: vec![FeedName::All, feed("lua"), feed("tin")] }]);
        others.changed([&feed("tin")], at(6));
        assert_eq!((others.hand_out(at(60)), others.next_due()), (vec![], None), "one at a time");
        others.report(&url(HUB), Ok(()), 0, at(7));
        assert_eq!(others.next_due(), Some(at(7 + PACE)));
        assert_eq!(others.hand_out(at(17)), [Ping { hub: url(HUB), feeds: vec![feed("tin")] }]);
        others.report(&url(HUB), Ok(()), 0, at(17));
        assert_eq!(others.next_due(), None);
    }

    #[test]
    fn many_feeds_are_named_in_several_pings() {
        let mut others = others();
        let feeds: Vec<FeedName> = (0..50).map(|number| feed(&format!("tin-{number}"))).collect();
        others.changed(&feeds, at(0));
        let mut named = BTreeSet::new();
        for round in 1..=3 {
            let now = at(round * PACE);
            let pings = others.hand_out(now);
            assert!(pings[0].feeds.len() <= MOST_NAMED);
            named.extend(pings[0].feeds.clone());
            others.report(&url(HUB), Ok(()), 0, now);
        }
        assert_eq!((named.len(), others.next_due()), (50, None));
    }

    #[test]
    fn a_ping_that_failed_is_tried_again_ever_more_seldom() {
        let mut others = others();
        others.changed([&feed("tin")], at(0));
        let mut pauses = Vec::new();
        for _ in 0..12 {
            let due = others.next_due().expect("it is owed");
            assert_eq!(others.hand_out(due)[0].feeds, [feed("tin")]);
            others.report(&url(HUB), Err(Refusal::Unreached), 0, due);
            let next = others.next_due().expect("it is still owed");
            pauses.push(next.seconds() - due.seconds());
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600, 3_600]);
        assert!((0..10_000).all(|random| (3_600..=4_500).contains(&pause(99, random))));
    }

    #[test]
    fn a_hub_is_known_by_what_it_does() {
        let refused = Err(Refusal::Answered(403));
        let told = |others: &Others, seconds| others.known(at(seconds))[0].bearing;
        let mut others = others();
        assert_eq!(told(&others, 0), Bearing::Unasked);
        ping(&mut others, 0, refused);
        assert_eq!(told(&others, 20), Bearing::Refuses(Refusal::Answered(403)));
        ping(&mut others, 100, Ok(()));
        assert_eq!(told(&others, 120), Bearing::Awaited);
        ping(&mut others, 200, Ok(()));
        ping(&mut others, 300, Ok(()));
        assert_eq!(told(&others, 3_000), Bearing::Awaited, "it may take its time");
        assert_eq!(told(&others, 3_710), Bearing::Dead);
        others.came(&url(HUB), at(3_800));
        assert_eq!(told(&others, 9_000), Bearing::Comes);
        ping(&mut others, 9_000, refused);
        assert_eq!(told(&others, 9_020), Bearing::Comes, "once is nothing");
        ping(&mut others, 9_100, refused);
        ping(&mut others, 9_200, refused);
        assert_eq!(told(&others, 9_220), Bearing::Refuses(Refusal::Answered(403)));
        for round in 1..4 {
            ping(&mut others, 10_000 * round, Ok(()));
        }
        assert_eq!(told(&others, 40_000), Bearing::Dead, "it came once and does not any more");
    }

    #[test]
    fn other_settings_keep_what_is_known() {
        let mut others = others();
        ping(&mut others, 0, Ok(()));
        others.came(&url(HUB), at(50));
        others.keep(&[url("https://other.example.org/"), url(HUB)], at(60));
        let known = others.known(at(60));
        let bearings: Vec<(&str, Bearing)> =
            known.iter().map(|known| (known.hub.as_str(), known.bearing)).collect();
        assert_eq!(bearings, [(HUB, Bearing::Comes), ("https://other.example.org/", Bearing::Unasked)]);
        others.keep(&[], at(70));
        assert_eq!(others.known(at(70)), []);
    }
}
