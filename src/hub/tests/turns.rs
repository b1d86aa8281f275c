//! Who is next, whatever comes in whatever order.

use crate::hub::turns::{Lane, Turns};
use crate::hub::{Callback, Limits};
use proptest::prelude::*;
use std::collections::HashMap;

#[derive(Clone, Debug)]
enum Step {
    Enter(u64, Lane),
    Leave(u64),
    Next,
    /// One of those under way lands, answered or not.
    Land(usize, Option<bool>),
}

/// Two callbacks on each of three hosts, and several subscriptions at each.
fn callback(number: u64) -> Callback {
    Callback::parse(&format!("https://host{}.example/{}", number % 3, number % 6)).expect("a sound callback")
}

fn step() -> impl Strategy<Value = Step> {
    let lane = prop_oneof![Just(Lane::Verification), Just(Lane::Fresh), Just(Lane::Again)];
    prop_oneof![
        4 => (0..24_u64, lane).prop_map(|(number, lane)| Step::Enter(number, lane)),
        1 => (0..24_u64).prop_map(Step::Leave),
        3 => Just(Step::Next),
        2 => (0..8_usize, any::<Option<bool>>()).prop_map(|(place, answered)| Step::Land(place, answered)),
    ]
}

proptest! {
    #[test]
    fn all_that_enter_get_their_turn_once_within_the_bounds_and_nothing_stays_behind(
        steps in proptest::collection::vec(step(), 0..80),
    ) {
        let limits =
            Limits { at_once: 5, at_once_per_host: 3, retries_at_once: 2, verifications_at_once: 2, ..Limits::default() };
        let mut turns = Turns::new(&limits);
        // What waits: a subscription is verified and delivered to independently.
        let mut waiting: HashMap<(u64, bool), ()> = HashMap::new();
        let mut under_way: Vec<(u64, Lane)> = Vec::new();
        let drain = (0..400).flat_map(|_| [Step::Next, Step::Land(0, Some(true))]);
        for step in steps.into_iter().chain(drain) {
            match step {
                Step::Enter(number, lane) => {
                    if waiting.insert((number, lane == Lane::Verification), ()).is_none() {
                        turns.enter(number, &callback(number), lane);
                    }
                }
                Step::Leave(number) => {
                    turns.leave(number, &callback(number));
                    waiting.remove(&(number, true));
                    waiting.remove(&(number, false));
                }
                Step::Next => {
                    let Some((number, lane)) = turns.next() else { continue };
                    let waited = waiting.remove(&(number, lane == Lane::Verification));
                    prop_assert!(waited.is_some(), "{number} was not waiting");
                    under_way.push((number, lane));
                }
                Step::Land(place, answered) => {
                    if place < under_way.len() {
                        let (number, lane) = under_way.remove(place);
                        turns.landed(&callback(number), lane, answered);
                    }
                }
            }
            let verifies = |lane: Lane| lane == Lane::Verification;
            prop_assert!(under_way.len() <= 5);
            prop_assert!(under_way.iter().filter(|(_, lane)| verifies(*lane)).count() <= 2);
            for host in 0..3 {
                let here = || under_way.iter().filter(|(number, _)| number % 3 == host);
                prop_assert!(here().count() <= 3 && here().filter(|(_, lane)| verifies(*lane)).count() <= 1);
            }
            for line in 0..6 {
                let here = under_way.iter().filter(|(number, lane)| number % 6 == line && !verifies(*lane));
                prop_assert!(here.count() <= 1);
            }
        }
        prop_assert!(waiting.is_empty() && under_way.is_empty(), "{waiting:?} wait for ever");
        prop_assert_eq!(turns.hosts_known(), 0);
    }
}
