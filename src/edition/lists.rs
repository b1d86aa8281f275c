//! What stands of feeds in lists: on the page at `/` and in OPML.

use super::{Edition, HOME_ARTICLES};
use crate::render::round_up;
use crate::words::{Feed, FeedName, Fingerprint};

/// What stands of a feed in lists of feeds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    /// What the feed amounts to, without its articles.
    feed: Fingerprint,
    /// What its line on the page at `/` says, but how many articles it has.
    line: Fingerprint,
}

pub(super) fn is_listed(name: &FeedName) -> bool {
    matches!(name, FeedName::All | FeedName::Plain(_) | FeedName::Corrections | FeedName::RoundUps(_))
}

/// Whether one that is listed stands on the page at `/`, too: to the round-ups of a category its own page leads.
pub(super) fn is_at_home(name: &FeedName) -> bool {
    !matches!(name, FeedName::RoundUps(Some(_)))
}

impl Edition {
    pub(super) fn listing(&self, feed: &Feed) -> Listed {
        let line = Fingerprint::of([feed.name.to_string().as_str(), self.listed_title(feed)]);
        Listed { feed: feed.fingerprint(), line }
    }

    /// Listed feeds of which this holds, with how many articles each has; those that no change touched are known already.
    fn listings(&self, holds: impl Fn(&FeedName) -> bool) -> impl Iterator<Item = (Listed, usize)> {
        self.listed_feeds().filter(move |(name, _)| holds(name)).filter_map(|(name, articles)| {
            let known = self.listed.get(name).copied();
            Some((known.or_else(|| Some(self.listing(&self.catalogue.feed(name)?)))?, articles))
        })
    }

    /// What the page at `/` calls a feed: the category itself, not the title that its readers get.
    pub(super) fn listed_title<'a>(&'a self, feed: &'a Feed) -> &'a str {
        match (&feed.name, self.catalogue.label(&feed.name)) {
            (FeedName::Plain(_) | FeedName::Corrections | FeedName::RoundUps(_), label)
                if !label.is_empty() =>
            {
                label
            }
            _ => &feed.title,
        }
    }

    /// What people call a feed where several are told of; nothing where there is none of this name, or it has no other.
    pub fn called(&self, name: &FeedName) -> Option<String> {
        let site = self.site();
        let feed = self.catalogue.feed(name)?;
        let label = self.catalogue.label(name);
        let usual = [site.title.clone(), format!("{name} – {}", site.title)];
        let is_its_own = !usual.contains(&feed.title);
        match name {
            FeedName::RoundUps(Some(_)) => Some(round_up::feed_label(site.interface(), label)),
            _ if !label.is_empty() => Some(label.to_owned()),
            _ => Some(feed.title).filter(|_| is_its_own),
        }
    }

    pub(super) fn home_version(&self, site: &Fingerprint) -> Fingerprint {
        let newest = self.catalogue.everything().take(HOME_ARTICLES);
        let newest: Vec<u8> = newest.flat_map(|placed| *placed.fingerprint.as_bytes()).collect();
        let mut lines = Vec::new();
        for (listed, articles) in self.listings(is_at_home) {
            lines.extend_from_slice(listed.line.as_bytes());
            lines.extend_from_slice(&(articles as u64).to_le_bytes());
        }
        Fingerprint::of([site.as_bytes().as_slice(), &newest, &lines])
    }

    pub(super) fn opml_version(&self, site: &Fingerprint) -> Fingerprint {
        let feeds = self.listings(|_| true).map(|(listed, _)| listed.feed);
        Fingerprint::of([*site].into_iter().chain(feeds))
    }

    /// The feeds that stand in lists: everything, the categories, and what `feeds/` defines for everybody, unless its
    /// agreement has not begun or is over.
    pub(super) fn listed_feeds(&self) -> impl Iterator<Item = (&FeedName, usize)> {
        // These come first in their order. An office that never erred need not say so, nor one whose first month is not over.
        let listed = self.catalogue.feed_names().take_while(|(name, _)| is_listed(name));
        let listed = listed.filter(|(name, _)| !self.catalogue.private().contains(*name));
        let is_by_itself = |name: &FeedName| matches!(name, FeedName::Corrections | FeedName::RoundUps(_));
        let listed = listed.filter(move |(name, articles)| !is_by_itself(name) || *articles > 0);
        listed.filter(|(name, _)| self.is_running(name))
    }
}
