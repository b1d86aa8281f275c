//! Hubs of others are told of changes here, and looked out for.

mod lookout;

pub use lookout::Lookout;

use crate::edition::Edition;
use crate::hub::{Fetcher, Others, Ping};
use crate::metrics::{Became, Metrics};
use crate::outbound::{Destination, LookUp, Message, Outbound, Replied, Unreached};
use crate::press::Press;
use crate::publisher::clock;
use crate::words::{FeedName, Fingerprint, Format, OtherHub, Refusal, Site, Timestamp, Topic};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, StatusCode};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use url::Url;

/// How often editions are looked at, at most.
const PACE: Duration = Duration::from_secs(1);
/// How often those who came are asked for while nothing happens.
const ROUND: Duration = Duration::from_secs(30);
/// How long the name of a hub may take to be looked up.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of an answer that are read; what they say is of no use.
const MOST_WANTED: usize = 4 << 10;
/// What changed no longer before a start than this, in seconds, may be what the hubs were not told of any more.
const TOLD_AGAIN: i64 = 86_400;

/// Tells the hubs of others.
pub struct Pings {
    press: Arc<Press>,
    outbound: Arc<Outbound>,
    look_up: LookUp,
    lookout: Arc<Lookout>,
    metrics: Arc<Metrics>,
    others: Mutex<Others>,
}

/// What comes back from those who were told.
enum Told {
    /// What became of a ping.
    Answered(Url, Result<Replied, Unreached>),
    /// Where the host of a hub is.
    Found(Url, Vec<IpAddr>),
}

impl Pings {
    /// What tells them, through this way out.
    pub fn new(
        press: Arc<Press>,
        outbound: Arc<Outbound>,
        look_up: LookUp,
        lookout: Arc<Lookout>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { press, outbound, look_up, lookout, metrics, others: Mutex::default() }
    }

    /// What is known of each hub now.
    pub fn known(&self, now: Timestamp) -> Vec<OtherHub> {
        self.with_others(|others| {
            self.lookout.seen().iter().for_each(|(hub, at)| others.came(hub, *at));
            others.known(now)
        })
    }

    /// Tells of every edition that is shown, as long as it is polled.
    pub async fn run(self: Arc<Self>, random: impl Fn() -> u32) {
        let mut shown = self.press.shown();
        let (tell, mut told) = unbounded_channel();
        let mut known = Known::default();
        loop {
            if let Some(edition) = self.press.edition() {
                self.look(&edition, &mut known, &tell);
            }
            for ping in self.with_others(|others| others.hand_out(clock())) {
                self.send(ping, &tell);
            }
            sleep(PACE).await;
            tokio::select! {
                _ = shown.changed() => {}
                Some(news) = told.recv() => self.take(news, &mut told, &mut known, &random),
                () = self.pause() => {}
            }
        }
    }

    /// Sees what changed with an edition.
    fn look(self: &Arc<Self>, edition: &Edition, known: &mut Known, tell: &UnboundedSender<Told>) {
        let hubs = &edition.site().push.hubs;
        if known.hubs != *hubs {
            known.hubs.clone_from(hubs);
            known.addresses.retain(|hub, _| hubs.contains(hub));
            self.with_others(|others| others.keep(hubs, clock()));
            self.seek(known);
            hubs.iter().for_each(|hub| self.find(hub.clone(), tell));
        }
        if hubs.is_empty() {
            known.versions = None;
            return;
        }
        let changed = known.changed(edition, clock());
        self.with_others(|others| {
            self.lookout.seen().iter().for_each(|(hub, at)| others.came(hub, *at));
            others.changed(&changed, clock());
        });
    }

    fn seek(&self, known: &Known) {
        let addresses = |hub| known.addresses.get(hub).map_or(&[][..], Vec::as_slice);
        self.lookout.seek(known.hubs.iter().map(|hub| (hub.clone(), Fetcher::of(hub, addresses(hub)))));
    }

    /// Looks up where a hub is, so that it is recognised when it comes.
    fn find(self: &Arc<Self>, hub: Url, tell: &UnboundedSender<Told>) {
        let Some(name) = hub.domain().map(str::to_owned) else { return };
        let (look_up, tell) = (self.look_up.clone(), tell.clone());
        tokio::spawn(async move {
            if let Ok(Ok(addresses)) = timeout(PATIENCE, look_up(name)).await {
                let _ = tell.send(Told::Found(hub, addresses));
            }
        });
    }

    fn send(self: &Arc<Self>, ping: Ping, tell: &UnboundedSender<Told>) {
        let Some(edition) = self.press.edition() else { return };
        self.find(ping.hub.clone(), tell);
        let (pings, tell) = (self.clone(), tell.clone());
        tokio::spawn(async move {
            let answered = match message(edition.site(), &ping) {
                Some(message) => pings.outbound.send(&message).await,
                None => Err(Unreached::NoSuchHost),
            };
            let _ = tell.send(Told::Answered(ping.hub, answered));
        });
    }

    /// Takes what came back, all of it that is there.
    fn take(
        self: &Arc<Self>,
        first: Told,
        more: &mut UnboundedReceiver<Told>,
        known: &mut Known,
        random: &impl Fn() -> u32,
    ) {
        let mut next = Some(first);
        while let Some(news) = next {
            match news {
                Told::Found(hub, addresses) => {
                    known.addresses.insert(hub, addresses);
                    self.seek(known);
                }
                Told::Answered(hub, answered) => {
                    let (became, outcome) = outcome(&answered);
                    self.metrics.push.pinged(became);
                    if let Err(refusal) = outcome {
                        let host = hub.host_str().unwrap_or("");
                        tracing::warn!("the hub at {host} did not take a ping: {}", said(refusal, &answered));
                    }
                    self.with_others(|others| others.report(&hub, outcome, random(), clock()));
                }
            }
            next = more.try_recv().ok();
        }
    }

    async fn pause(&self) {
        let due = self.with_others(|others| others.next_due());
        let until = due.map(|due| due.seconds() - clock().seconds());
        let until = until.map_or(ROUND, |seconds| Duration::from_secs(seconds.max(0).unsigned_abs()));
        sleep(until.min(ROUND)).await;
    }

    fn with_others<T>(&self, look: impl FnOnce(&mut Others) -> T) -> T {
        look(&mut self.others.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What was seen of editions and settings so far.
#[derive(Default)]
struct Known {
    hubs: Vec<Url>,
    addresses: HashMap<Url, Vec<IpAddr>>,
    /// The version of each public feed; nothing before the first look.
    versions: Option<HashMap<FeedName, Fingerprint>>,
}

impl Known {
    /// The public feeds that are others than they were. At the first look those are told of again that changed lately:
    /// bantin may have been stopped before anybody was told.
    fn changed(&mut self, edition: &Edition, now: Timestamp) -> Vec<FeedName> {
        let lately = now.plus_seconds(-TOLD_AGAIN);
        let is_first = self.versions.is_none();
        let versions = self.versions.get_or_insert_default();
        let mut changed = Vec::new();
        for (name, validators) in edition.public_feeds() {
            let is_news = match versions.get_mut(name) {
                Some(version) => std::mem::replace(version, validators.version) != validators.version,
                None => {
                    versions.insert(name.clone(), validators.version);
                    !is_first || validators.modified >= lately
                }
            };
            if is_news {
                changed.push(name.clone());
            }
        }
        changed
    }
}

/// A ping as it is sent (PubSubHubbub 0.4, section 7.1): each document is named twice, for hubs that read one or the other.
fn message(site: &Site, ping: &Ping) -> Option<Message> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", "publish");
    for name in &ping.feeds {
        for format in Format::ALL {
            let address = site.topic_url(&Topic { outlet: name.clone().into(), format });
            form.append_pair("hub.url", &address).append_pair("hub.topic", &address);
        }
    }
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("bantin/", env!("CARGO_PKG_VERSION"))));
    Some(Message {
        method: Method::POST,
        to: Destination::of(&ping.hub)?,
        headers,
        body: Bytes::from(form.finish()),
        wanted: MOST_WANTED,
    })
}

fn outcome(answered: &Result<Replied, Unreached>) -> (Became, Result<(), Refusal>) {
    match answered {
        Ok(replied) if replied.status.is_success() => (Became::Accepted, Ok(())),
        Ok(replied) => {
            let is_gone = replied.status == StatusCode::GONE;
            let became = if is_gone { Became::Gone } else { Became::Refused };
            (became, Err(Refusal::Answered(replied.status.as_u16())))
        }
        Err(Unreached::Forbidden(_)) => (Became::Forbidden, Err(Refusal::Unreached)),
        Err(_) => (Became::Failed, Err(Refusal::Unreached)),
    }
}

fn said(refusal: Refusal, answered: &Result<Replied, Unreached>) -> String {
    match (refusal, answered) {
        (Refusal::Answered(status), _) => format!("it answers {status}"),
        (Refusal::Unreached, Err(unreached)) => unreached.to_string(),
        (Refusal::Unreached, Ok(_)) => "it gives no answer".to_owned(),
    }
}
