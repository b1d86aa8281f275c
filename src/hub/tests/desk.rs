//! A hub at work, for tests.

use crate::edition::VersionName;
use crate::hub::{
    Failure, Happening, Hub, Limits, Outcome, Reply, Request, Standing, Subscription, Task, What, Work, Write,
};
use crate::words::{Site, Timestamp, Topic};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

pub(super) const FEED: &str = "https://tin.example.vn/feeds/climate.rss";
pub(super) const OTHER: &str = "https://tin.example.vn/feeds/climate.atom";
/// A feed at an address that only a partner knows.
pub(super) const SECRET: &str = "https://tin.example.vn/p/bt5bnentqaxbnentqaxbnentqaxb21sk/dai.json";
pub(super) const CALLBACK: &str = "https://reader.example/push?id=7";

pub(super) struct Desk {
    pub(super) hub: Hub,
    pub(super) site: Site,
    limits: Limits,
    /// What would be there after `kill -9`.
    pub(super) store: BTreeMap<u64, Subscription>,
    shown: HashMap<Topic, u8>,
    pub(super) now: Timestamp,
    from: IpAddr,
    random: u128,
    pub(super) told: Vec<Happening>,
}

pub(super) fn version(number: u8) -> VersionName {
    VersionName::from_bytes([number; 12])
}

pub(super) fn site() -> Site {
    let base = url::Url::parse("https://tin.example.vn/").expect("an address");
    crate::settings::site("", &Default::default(), &base).expect("sound settings").0
}

/// An answer with this status.
pub(super) fn answered(status: u16) -> Outcome {
    Outcome::Answered { status, retry_after: None }
}

pub(super) const DOWN: Outcome = Outcome::Failed(Failure::Unreachable);

impl Desk {
    pub(super) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(super) fn with(limits: Limits) -> Self {
        let site = site();
        let mut desk = Self {
            hub: Hub::new(limits.clone(), Vec::new()),
            limits,
            store: BTreeMap::new(),
            shown: HashMap::new(),
            now: Timestamp::nearest(1_800_000_000),
            from: IpAddr::from([203, 0, 113, 7]),
            random: 7,
            told: Vec::new(),
            site,
        };
        [FEED, OTHER, SECRET].into_iter().for_each(|topic| desk.show(topic, 1));
        desk
    }

    pub(super) fn topic(&self, address: &str) -> Topic {
        super::super::form::topic(address, &self.site).expect("an address of ours")
    }

    /// An edition is shown in which a topic has this version.
    pub(super) fn show(&mut self, topic: &str, version: u8) {
        self.shown.insert(self.topic(topic), version);
        self.look();
    }

    /// An edition is shown in which there is no such topic.
    pub(super) fn close(&mut self, topic: &str) {
        self.shown.remove(&self.topic(topic));
        self.look();
    }

    pub(super) fn look(&mut self) {
        let shown = &self.shown;
        self.hub.look(&|topic| standing(shown, topic), self.now);
        self.write();
    }

    pub(super) fn from(&mut self, address: &str) -> &mut Self {
        self.from = address.parse().expect("an address");
        self
    }

    /// A POST to the hub.
    pub(super) fn post(&mut self, body: &str) -> Reply {
        let reply = self.post_uncommitted(body);
        self.write();
        reply
    }

    /// The same, with the store hanging.
    pub(super) fn post_uncommitted(&mut self, body: &str) -> Reply {
        let form = Some("application/x-www-form-urlencoded");
        match Request::parse(form, body.as_bytes(), &self.site) {
            Err(reply) => reply,
            Ok(request) => {
                let shown = &self.shown;
                self.hub.take(request, self.from, &|topic| standing(shown, topic), self.now)
            }
        }
    }

    pub(super) fn ask(&mut self, mode: &str, topic: &str, callback: &str, more: &str) -> Reply {
        self.post(&ask(mode, topic, callback, more))
    }

    fn write(&mut self) {
        for write in self.hub.writes() {
            match write {
                Write::Put(row) => drop(self.store.insert(row.number, row)),
                Write::Drop(number) => drop(self.store.remove(&number)),
            }
        }
        self.hub.committed(self.now);
        self.told.extend(self.hub.happenings());
    }

    /// What is sent now.
    pub(super) fn sent(&mut self) -> Vec<Task> {
        self.random += 1;
        let random = self.random;
        let tasks = self.hub.hand_out(&mut || random << 64 | 0xABCD, self.now);
        self.write();
        tasks
    }

    /// The one thing that is sent now.
    pub(super) fn one(&mut self) -> Task {
        let tasks = self.sent();
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        tasks.into_iter().next().expect("one")
    }

    pub(super) fn nothing(&mut self) {
        let tasks = self.sent();
        assert!(tasks.is_empty(), "{tasks:?}");
    }

    pub(super) fn report(&mut self, task: &Task, outcome: Outcome) {
        self.hub.report(task.number, outcome, &mut || 0, self.now);
        self.write();
    }

    /// Subscribes and confirms.
    pub(super) fn subscribe(&mut self, topic: &str, callback: &str, more: &str) {
        assert_eq!(self.ask("subscribe", topic, callback, more).status, 202);
        let task = self.one();
        assert!(matches!(task.work, Work::Verify { .. }), "{task:?}");
        self.report(&task, Outcome::Confirmed);
    }

    /// Time passes, and what is due happens.
    pub(super) fn pass(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
        if self.hub.next_due().is_some_and(|due| due <= self.now) {
            self.look();
        }
    }

    /// The server is killed and starts again.
    pub(super) fn crash(&mut self) {
        self.hub = Hub::new(self.limits.clone(), self.store.values().cloned().collect());
        self.look();
    }

    /// What happened since the last time, in short.
    pub(super) fn happened(&mut self) -> Vec<What> {
        std::mem::take(&mut self.told).into_iter().map(|happening| happening.what).collect()
    }
}

fn standing(shown: &HashMap<Topic, u8>, topic: &Topic) -> Standing {
    shown.get(topic).map_or(Standing::Closed, |number| Standing::Version(version(*number)))
}

/// A form with these parameters.
pub(super) fn ask(mode: &str, topic: &str, callback: &str, more: &str) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", mode).append_pair("hub.topic", topic).append_pair("hub.callback", callback);
    if more.is_empty() { form.finish() } else { form.finish() + "&" + more }
}

/// The parameters of a verification or denial after those of the callback.
pub(super) fn parameters(task: &Task) -> Vec<(String, String)> {
    let (Work::Verify { target, .. } | Work::Deny { target }) = &task.work else {
        panic!("{task:?}");
    };
    let (_, query) = target.split_once('?').expect("a query");
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The first parameter of this name.
pub(super) fn parameter(task: &Task, name: &str) -> Option<String> {
    parameters(task).into_iter().find(|(other, _)| other == name).map(|(_, value)| value)
}

/// Whether this is a delivery, and what it is made with.
pub(super) fn delivery(task: &Task) -> (Option<VersionName>, Option<&str>) {
    match &task.work {
        Work::Deliver { since, secret } => (*since, secret.as_ref().map(|secret| secret.reveal())),
        Work::Verify { .. } | Work::Deny { .. } | Work::Notify { .. } => panic!("{task:?}"),
    }
}
