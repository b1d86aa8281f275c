//! Requests to the hub.

use super::subscription::Wish;
use super::{Asks, Hub, Protocol, Reply, Request, Standing, State, Subscription, Who};
use crate::words::{Timestamp, Topic};
use std::net::IpAddr;

impl Hub {
    /// Takes a request. When the reply is 202 it may be given once what [`writes`](Self::writes) says is committed.
    pub fn take(
        &mut self,
        request: Request,
        from: IpAddr,
        standing: &dyn Fn(&Topic) -> Standing,
        now: Timestamp,
    ) -> Reply {
        if let Some(client) = client(from)
            && let Err(seconds) = self.clients.count(client, now)
        {
            return too_many(seconds);
        }
        let taken = match request {
            Request::Publish(topics) => self.publish(&topics, standing, now),
            Request::Unsubscribe(who) => self.ask(who, Asks::Unsubscribe, standing, now),
            Request::Subscribe { who, lease, secret } => {
                let lease = self.lease(who.protocol, lease);
                self.ask(who, Asks::Subscribe { lease, secret }, standing, now)
            }
        };
        taken.unwrap_or_else(|refused| refused)
    }

    fn publish(
        &mut self,
        topics: &[Topic],
        standing: &dyn Fn(&Topic) -> Standing,
        now: Timestamp,
    ) -> Result<Reply, Reply> {
        for topic in topics {
            let standing = standing(topic);
            if standing == Standing::Closed {
                return Err(no_such_feed());
            }
            self.follow(topic, standing, now);
        }
        Ok(Reply::new(202, "Đã xem lại.", "Looked again."))
    }

    /// Notes what a subscriber wants; it will be verified.
    fn ask(
        &mut self,
        who: Who,
        asks: Asks,
        standing: &dyn Fn(&Topic) -> Standing,
        now: Timestamp,
    ) -> Result<Reply, Reply> {
        let Standing::Version(version) = standing(&who.topic) else { return Err(no_such_feed()) };
        let Who { topic, address, callback, protocol, echoed } = who;
        self.follow(&topic, Standing::Version(version), now);
        let key = (callback.clone(), protocol);
        let known = self.topics.get(&topic).and_then(|followed| followed.members.get(&key)).copied();
        if let Some(number) = known.filter(|number| self.is_active(*number)) {
            // What strangers ask for keeps nobody from renewing.
            self.renewing.count(number, now).map_err(too_many)?;
        } else {
            let is_asked = known.is_some_and(|number| self.is_asked(number));
            self.has_room(&topic, callback.host(), known.is_none(), !is_asked)?;
            self.hosts.count(callback.shared_host(), now).map_err(too_many)?;
            self.everybody.count((), now).map_err(too_many)?;
        }
        let wish = Wish { asks, at: now, echoed, tries: 0, next_try: now };
        match known {
            Some(number) => self.ask_again(number, address, wish),
            None => {
                let row = Subscription {
                    number: self.last_number + 1,
                    topic: topic.clone(),
                    address,
                    callback,
                    protocol,
                    secret: None,
                    state: State::Asked,
                    wish: Some(wish),
                    since: now,
                    began: version,
                    acknowledged: None,
                    acknowledged_at: None,
                    failures: 0,
                    failing_since: None,
                    tried: None,
                    next_try: now,
                };
                self.unwritten.insert(row.number);
                self.insert(row, false);
                self.follow(&topic, Standing::Version(version), now);
            }
        }
        Ok(Reply::new(
            202,
            "Đã nhận; địa chỉ nhận tin sẽ được hỏi lại để xác nhận.",
            "Accepted; the callback will be asked to confirm it.",
        ))
    }

    fn ask_again(&mut self, number: u64, address: super::Address, wish: Wish) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        entry.is_written = false;
        entry.row.address = address;
        if entry.row.state == State::Denied {
            entry.row.state = State::Asked;
            entry.row.failures = 0;
        }
        self.set_wish(number, Some(wish));
    }

    fn is_active(&self, number: u64) -> bool {
        self.entries.get(&number).is_some_and(|entry| entry.row.until().is_some())
    }

    fn is_asked(&self, number: u64) -> bool {
        self.entries.get(&number).is_some_and(|entry| entry.row.wish.is_some())
    }

    fn has_room(&self, topic: &Topic, host: &str, is_new: bool, is_asked_anew: bool) -> Result<(), Reply> {
        let limits = &self.limits;
        let of_topic = self.topics.get(topic).map_or(0, |followed| followed.members.len());
        let (of_host, asked_of_host) = self.turns.of_host(host);
        let is_full = self.entries.len() >= limits.subscriptions
            || of_topic >= limits.per_topic
            || of_host >= limits.per_host;
        if is_new && is_full {
            return Err(Reply::later(
                503,
                super::limits::HOUR,
                "Hiện không nhận thêm đăng ký.",
                "No more subscriptions are taken at the moment.",
            ));
        }
        if is_asked_anew && (self.asked >= limits.asked || asked_of_host >= limits.asked_per_host) {
            return Err(Reply::later(
                503,
                super::limits::MINUTE,
                "Đang có quá nhiều yêu cầu chờ xác nhận; xin thử lại sau.",
                "Too many requests wait for their verification; please try again later.",
            ));
        }
        Ok(())
    }

    fn lease(&self, protocol: Protocol, asked: Option<i64>) -> i64 {
        let limits = &self.limits;
        match protocol {
            Protocol::Cloud => limits.cloud_lease,
            Protocol::WebSub => {
                asked.unwrap_or(limits.lease).clamp(limits.shortest_lease, limits.longest_lease)
            }
        }
    }
}

pub(super) fn no_such_feed() -> Reply {
    Reply::new(404, "Ở địa chỉ này không có nguồn tin nào.", "There is no feed at this address.")
}

fn too_many(seconds: i64) -> Reply {
    Reply::later(
        429,
        seconds,
        "Có quá nhiều yêu cầu; xin thử lại sau.",
        "Too many requests; please try again later.",
    )
}

/// Whom a request is counted for: of IPv6 the network. Behind a proxy in the same machine or house all come from there.
fn client(from: IpAddr) -> Option<IpAddr> {
    match from.to_canonical() {
        IpAddr::V4(address) => (!address.is_loopback() && !address.is_private()).then_some(address.into()),
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            (!address.is_loopback() && !address.is_unique_local()).then_some(IpAddr::V6(network.into()))
        }
    }
}
