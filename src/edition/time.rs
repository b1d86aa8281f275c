//! What time alone does to documents: what they carry leaves or reaches them, and agreements begin and end.

use super::{Edition, Print};
use crate::catalogue::Placed;
use crate::words::{FeedName, Fingerprint, Phase, Timestamp};
use std::sync::Arc;

/// How far back the news sitemap reaches, in seconds.
const NEWS: i64 = 48 * 3600;
/// The most articles a news sitemap may list.
const MOST_NEWS: usize = 1000;

impl Edition {
    pub(super) fn news_version(&self, site: &Fingerprint) -> Fingerprint {
        Fingerprint::of([*site].into_iter().chain(self.news().map(|placed| placed.fingerprint)))
    }

    pub(super) fn news(&self) -> impl Iterator<Item = &Arc<Placed>> {
        let since = self.catalogue.as_of().plus_seconds(-NEWS);
        self.catalogue.everything().take_while(move |placed| placed.published > since).take(MOST_NEWS)
    }

    /// When the oldest article of the news sitemap has to leave it.
    fn news_due(&self) -> Option<Timestamp> {
        self.news().last().map(|oldest| oldest.published.plus_seconds(NEWS))
    }

    /// When time alone next changes a document, or whether it is to be had.
    pub fn next_turn(&self) -> Option<Timestamp> {
        self.catalogue.next_turn().into_iter().chain(self.news_due()).min()
    }

    /// Beyond which moment a document may not be used unasked: an article comes out by itself, time changes what it
    /// carries, or an agreement begins or ends.
    pub fn kept_until(&self, print: &Print) -> Option<Timestamp> {
        let own = match print {
            // It says how many articles each feed has.
            Print::Home => self.catalogue.next_turn(),
            Print::NewsSitemap => self.news_due(),
            _ => print.feed().and_then(|name| self.catalogue.next_turn_of(name)),
        };
        [Some(self.catalogue.steady().end), self.next_due, own].into_iter().flatten().min()
    }

    /// Whether the agreement a feed was made for holds at the moment the edition speaks of.
    pub(super) fn is_running(&self, name: &FeedName) -> bool {
        self.catalogue.phase(name, self.catalogue.as_of()) == Phase::Running
    }
}
