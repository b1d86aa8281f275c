//! What bantin counts about itself, in the text form Prometheus reads.

mod push;

pub use push::{Became, Push};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::{AtomicU64, Ordering};

/// Answers, counted by their status without a lock.
pub struct Answers([AtomicU64; 500]);

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Status {
    status: u16,
}

impl Default for Answers {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; 500])
    }
}

impl Answers {
    /// One more of this status.
    pub fn count(&self, status: u16) {
        if let Some(count) = status.checked_sub(100).and_then(|index| self.0.get(usize::from(index))) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn counted(&self) -> Family<Status, Counter> {
        let family = Family::<Status, Counter>::default();
        for (status, count) in (100..).zip(&self.0) {
            match count.load(Ordering::Relaxed) {
                0 => {}
                count => {
                    family.get_or_create(&Status { status }).inc_by(count);
                }
            }
        }
        family
    }
}

/// The counters and gauges.
#[derive(Default)]
pub struct Metrics {
    /// Answers by status.
    pub answers: Answers,
    /// Bytes of documents and media sent.
    pub bytes: Counter,
    /// Documents sent as what differs from one that the client holds.
    pub differences: Counter,
    /// Connections taken.
    pub connections: Counter,
    /// Connections open now.
    pub open_connections: Gauge,
    /// Connections refused because there were too many.
    pub refused_connections: Counter,
    /// Requests that wait for a change now.
    pub held_requests: Gauge,
    /// Event streams open now.
    pub event_streams: Gauge,
    /// Times that somebody who waited was woken: of whoever waits for the same, once.
    pub wake_ups: Counter,
    /// Documents printed.
    pub prints: Counter,
    /// Editions shown.
    pub editions: Counter,
    /// Articles out.
    pub articles: Gauge,
    /// Articles waiting for their time.
    pub waiting: Gauge,
    /// Feeds there are.
    pub feeds: Gauge,
    /// Problems that stand.
    pub problems: Gauge,
    /// Files that are gone and held, because too many went at once.
    pub held: Gauge,
    /// Walks through the whole folder.
    pub sweeps: Counter,
    /// Names that the last walk passed over.
    pub ignored: Gauge,
    /// Times that events were lost.
    pub overflows: Counter,
    /// Places that wait to be looked at.
    pub settling: Gauge,
    /// Readers that are stuck on the disk.
    pub stuck_readers: Gauge,
    /// Bytes of the journal on disk.
    pub journal_bytes: Gauge,
    /// What has to do with telling subscribers.
    pub push: Push,
}

/// One of those whom a gauge counts; dropping it takes it off.
pub struct Counted(Gauge);

impl Counted {
    fn by(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// One more request that waits for a change.
    pub fn held_request(&self) -> Counted {
        Counted::by(&self.held_requests)
    }

    /// One more event stream.
    pub fn event_stream(&self) -> Counted {
        Counted::by(&self.event_streams)
    }

    /// All of them in Prometheus' text form.
    pub fn text(&self) -> String {
        let mut registry = Registry::with_prefix("bantin");
        registry.register("answers", "Answers by status", self.answers.counted());
        registry.register("sent_bytes", "Bytes of documents and media sent", self.bytes.clone());
        registry.register(
            "differences",
            "Documents sent as what differs from one that the client holds",
            self.differences.clone(),
        );
        registry.register("connections", "Connections taken", self.connections.clone());
        registry.register("open_connections", "Connections open now", self.open_connections.clone());
        registry.register(
            "refused_connections",
            "Connections refused because there were too many",
            self.refused_connections.clone(),
        );
        registry.register("held_requests", "Requests that wait for a change now", self.held_requests.clone());
        registry.register("event_streams", "Event streams open now", self.event_streams.clone());
        registry.register(
            "wake_ups",
            "Times that those who wait for something were woken",
            self.wake_ups.clone(),
        );
        registry.register("prints", "Documents printed", self.prints.clone());
        registry.register("editions", "Editions shown", self.editions.clone());
        registry.register("articles", "Articles out", self.articles.clone());
        registry.register("waiting_articles", "Articles waiting for their time", self.waiting.clone());
        registry.register("feeds", "Feeds there are", self.feeds.clone());
        registry.register("problems", "Problems with files that stand", self.problems.clone());
        registry.register("held_files", "Files that are gone and held", self.held.clone());
        registry.register("sweeps", "Walks through the whole folder", self.sweeps.clone());
        registry.register("ignored_names", "Names that the last walk passed over", self.ignored.clone());
        registry.register("overflows", "Times that events were lost", self.overflows.clone());
        registry.register("settling_places", "Places that wait to be looked at", self.settling.clone());
        registry.register("stuck_readers", "Readers that are stuck on the disk", self.stuck_readers.clone());
        registry.register("journal_bytes", "Bytes of the journal on disk", self.journal_bytes.clone());
        self.push.register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry)
            .expect("writing to memory does not fail");
        text
    }
}
