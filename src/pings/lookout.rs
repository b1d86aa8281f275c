//! Notices the hubs of others among those who fetch. Of a request that is none of theirs nothing is kept.

use crate::hub::Fetcher;
use crate::words::Timestamp;
use arc_swap::ArcSwapOption;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use url::Url;

/// What is looked for; nothing while there are no hubs of others.
#[derive(Default)]
pub struct Lookout(ArcSwapOption<Vec<Sought>>);

struct Sought {
    hub: Url,
    fetcher: Fetcher,
    /// When it was seen last, in seconds; 0 when it was not since that was asked.
    seen: AtomicI64,
}

impl Lookout {
    /// Looks for these from now on.
    pub fn seek(&self, hubs: impl Iterator<Item = (Url, Fetcher)>) {
        let sought: Vec<Sought> =
            hubs.map(|(hub, fetcher)| Sought { hub, fetcher, seen: AtomicI64::new(0) }).collect();
        self.0.store((!sought.is_empty()).then(|| Arc::new(sought)));
    }

    /// Whether nobody is looked for.
    pub fn is_idle(&self) -> bool {
        self.0.load().is_none()
    }

    /// Somebody fetched a document of a public feed.
    pub fn fetched(&self, agent: &str, from: IpAddr, now: impl FnOnce() -> Timestamp) {
        let sought = self.0.load();
        let Some(sought) = sought.as_ref() else { return };
        if let Some(found) = sought.iter().find(|sought| sought.fetcher.sent(agent, from)) {
            found.seen.store(now().seconds(), Ordering::Relaxed);
        }
    }

    /// Who was seen since this was last asked, and when.
    pub fn seen(&self) -> Vec<(Url, Timestamp)> {
        let sought = self.0.load();
        let seen = |sought: &Sought| match sought.seen.swap(0, Ordering::Relaxed) {
            0 => None,
            at => Some((sought.hub.clone(), Timestamp::nearest(at))),
        };
        sought.iter().flat_map(|sought| sought.iter()).filter_map(seen).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_sought_is_seen_once() {
        let lookout = Lookout::default();
        let (now, from) = (Timestamp::nearest(1_800_000_000), IpAddr::from([198, 51, 100, 1]));
        let fetched = |agent| lookout.fetched(agent, from, || now);
        fetched("hub.example.org");
        assert_eq!(lookout.seen(), []);
        let hub = Url::parse("https://hub.example.org/").expect("an address");
        lookout.seek([(hub.clone(), Fetcher::of(&hub, &[]))].into_iter());
        fetched("a reader");
        assert_eq!(lookout.seen(), []);
        fetched("hub.example.org/1.0");
        assert_eq!(lookout.seen(), [(hub, now)]);
        assert_eq!(lookout.seen(), []);
        lookout.seek(std::iter::empty());
        fetched("hub.example.org");
        assert_eq!(lookout.seen(), []);
    }
}
