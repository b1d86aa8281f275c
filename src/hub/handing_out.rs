//! What is sent next.

use super::subscription::Wish;
use super::task::{Errand, Flight};
use super::turns::Lane;
use super::{Asks, Hub, Protocol, Stage, State, Subscription, Task, Work, cloud};
use crate::words::Timestamp;

impl Hub {
    /// What is to be sent now: as much as there is room for.
    pub fn hand_out(&mut self, random: &mut dyn FnMut() -> u128, now: Timestamp) -> Vec<Task> {
        self.wake(now);
        let mut tasks = Vec::new();
        while let Some((number, lane)) = self.turns.next() {
            tasks.extend(self.task(number, lane, random, now));
        }
        tasks
    }

    fn task(
        &mut self,
        number: u64,
        lane: Lane,
        random: &mut dyn FnMut() -> u128,
        now: Timestamp,
    ) -> Option<Task> {
        let row = &self.entries.get(&number).expect("what ended has left the line").row;
        let callback = row.callback.clone();
        let Some((work, errand)) = self.work(row, lane, random) else {
            self.turns.landed(&callback, lane, None);
            let entry = self.entries.get_mut(&number)?;
            *entry.stage(lane) = Stage::Idle;
            self.settle(number, now);
            return None;
        };
        let (protocol, topic) = (row.protocol, row.topic.clone());
        let entry = self.entries.get_mut(&number)?;
        *entry.stage(lane) = Stage::UnderWay;
        if let Errand::Deliver | Errand::Notify(_) = errand {
            entry.row.tried = Some(now);
        }
        self.last_task += 1;
        let flight = Flight { subscription: number, callback: callback.clone(), at: now, lane, errand };
        self.flights.insert(self.last_task, flight);
        Some(Task { number: self.last_task, subscription: number, callback, protocol, topic, work })
    }

    /// What is sent for a subscription whose turn it is; nothing, when that is not wanted any more.
    fn work(
        &self,
        row: &Subscription,
        lane: Lane,
        random: &mut dyn FnMut() -> u128,
    ) -> Option<(Work, Errand)> {
        let notification = || cloud::notification(row.address.as_str());
        if lane == Lane::Verification {
            let wish = row.wish.as_ref()?;
            if row.protocol == Protocol::Cloud && !cloud::is_challenged(wish) {
                return Some((
                    Work::Notify { form: notification(), is_trial: true },
                    Errand::Verify(wish.clone()),
                ));
            }
            let challenge = format!("{:032x}", random());
            let target = verification(row, wish, &challenge);
            let is_known = row.until().is_some();
            return Some((Work::Verify { target, challenge, is_known }, Errand::Verify(wish.clone())));
        }
        if row.state == State::Denied {
            return Some((Work::Deny { target: denial(row) }, Errand::Deny));
        }
        let version = self.owed(row)?;
        Some(match row.protocol {
            Protocol::Cloud => {
                (Work::Notify { form: notification(), is_trial: false }, Errand::Notify(version))
            }
            Protocol::WebSub => {
                let (since, secret) = (row.acknowledged, row.secret.clone());
                (Work::Deliver { since, secret }, Errand::Deliver)
            }
        })
    }
}

/// Path and query that ask whether this is wanted.
fn verification(row: &Subscription, wish: &Wish, challenge: &str) -> String {
    let Subscription { callback, address, protocol, .. } = row;
    if *protocol == Protocol::Cloud {
        return callback.target_with([("url", address.as_str()), ("challenge", challenge)]);
    }
    let lease = match &wish.asks {
        Asks::Subscribe { lease, .. } => Some(lease.to_string()),
        Asks::Unsubscribe => None,
    };
    let mode = if lease.is_some() { "subscribe" } else { "unsubscribe" };
    let own = [("hub.mode", mode), ("hub.topic", address.as_str()), ("hub.challenge", challenge)];
    let lease = lease.as_deref().map(|lease| ("hub.lease_seconds", lease));
    let echoed = wish.echoed.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    callback.target_with(own.into_iter().chain(lease).chain(echoed))
}

/// Path and query that say that a topic is closed (W3C WebSub, section 5.2).
fn denial(Subscription { callback, address, .. }: &Subscription) -> String {
    let reason = "There is no such feed for you any more.";
    callback.target_with([("hub.mode", "denied"), ("hub.topic", address.as_str()), ("hub.reason", reason)])
}
