//! Documents of the archives of feeds (RFC 5005, section 4), which do not change any more; and what those leave to the
//! documents of the feed itself.

use super::print::Printed;
use super::{Edition, MOST_TEXT, Subject, Validators};
use crate::catalogue::{ArchivePart, Archived, Key, Placed};
use crate::render::{self, Channel, Scope};
use crate::words::{
    ArchiveName, Content, Feed, FeedName, Fingerprint, Format, Published, Timestamp, Withdrawal,
};
use std::collections::HashSet;
use std::sync::Arc;

impl Edition {
    /// What a document of an archive brings, newest first, where there is one of this name.
    pub fn archive_part(&self, name: &FeedName, archive: &ArchiveName) -> Option<ArchivePart> {
        match self.catalogue.archive(name, archive)? {
            Archived::Part(mut part) => {
                part.entries.reverse();
                Some(part)
            }
            Archived::At(_) | Archived::InFeed => None,
        }
    }

    /// The validators of a document of an archive. Nothing that comes out, changes or goes later touches them; what the site
    /// and the feed say of themselves does, as does what has to be taken out of it.
    pub fn archive_validators(&self, name: &FeedName, part: &ArchivePart) -> Option<Validators> {
        let frame = self.validators(&Subject::Archives(name.clone()))?;
        let place = |archive: &Option<ArchiveName>| archive.map_or_else(String::new, |name| name.to_string());
        let places = Fingerprint::of([place(&part.previous), place(&part.next)]);
        let entries = part.entries.iter().map(|placed| placed.fingerprint);
        let withdrawn = withdrawals(part).map(Withdrawal::fingerprint);
        let said = [frame.version, places, Fingerprint::of([&*part.called])]
            .into_iter()
            .chain(entries)
            .chain(withdrawn);
        let purged = part.purged.iter().map(|purged| purged.at.plus_seconds(1));
        // What it brings stays as it was, unless settings make something else of it or it has to be taken out of a round-up.
        let entries = part.entries.iter().map(|placed| placed.modified);
        let around = self.validators(&Subject::RoundUps(name.clone())).map(|around| around.modified);
        let changed = purged.chain(entries).chain(around).max();
        let modified = part.closed.max(frame.modified).max(changed.unwrap_or(part.closed));
        Some(Validators { version: Fingerprint::of(said), modified })
    }

    /// What an archive's documents share, whatever the site says of how often and how much.
    pub(super) fn archives_version(&self, name: &FeedName) -> Option<Fingerprint> {
        let feed = self.catalogue.feed_called(name, "").filter(|_| self.catalogue.has_archives(name))?;
        let selection = serde_json::to_string(&feed.selection).expect("names are plain text");
        let feed = Feed { limit: 0, rhythm: None, ..feed };
        let [printing, selection] = [env!("BANTIN_PRINTING"), &selection].map(|text| Fingerprint::of([text]));
        Some(Fingerprint::of([printing, self.site().lasting(), feed.fingerprint(), selection]))
    }

    pub(super) fn print_archive(
        &self,
        name: &FeedName,
        archive: &ArchiveName,
        format: Format,
        articles: &[Arc<Published>],
    ) -> Option<Printed> {
        let part = self.archive_part(name, archive)?;
        let feed = self.catalogue.feed_called(name, &part.called)?;
        let withdrawn: Vec<&Withdrawal> = withdrawals(&part).collect();
        let last = withdrawn.iter().map(|withdrawal| withdrawal.at).chain(last_change(&part.entries)).max();
        let channel = Channel {
            site: self.site(),
            feed: &feed,
            outlet: &name.clone().into(),
            articles,
            withdrawn: &withdrawn,
            updated: last.or(Some(part.closed)),
            scope: Scope::Archive { name: *archive, previous: part.previous, next: part.next },
        };
        Some(render::document(format, &channel))
    }

    /// The newest articles of a feed, as many as its documents have room for.
    pub(super) fn newest(&self, feed: &Feed) -> impl Iterator<Item = &Arc<Placed>> {
        let carries_text = feed.content == Content::Full;
        let mut text = 0;
        self.catalogue.newest(&feed.name).take(feed.limit).take_while(move |placed| {
            let is_first = text == 0;
            text += u64::from(placed.size);
            is_first || text <= MOST_TEXT || !carries_text
        })
    }

    /// The articles that stand in a feed's documents: the newest, and behind them those that came later than all that its
    /// archives have, though they are older by their dates.
    pub(super) fn carried<'a>(&'a self, feed: &Feed) -> impl Iterator<Item = &'a Arc<Placed>> + use<'a> {
        let newest: Vec<&Arc<Placed>> = self.newest(feed).collect();
        let told: HashSet<Key> = newest.iter().map(|placed| placed.key).collect();
        let left = self.catalogue.unarchived(feed).filter(|placed| !told.contains(&placed.key));
        let mut left: Vec<&Arc<Placed>> = left.collect();
        left.sort_by(|one, other| one.rank(other));
        newest.into_iter().chain(left)
    }

    /// What of a feed its own documents are.
    pub(super) fn scope(&self, feed: &Feed) -> Scope {
        self.scope_of(feed, self.carried(feed).count())
    }

    /// The same when they carry so many articles.
    fn scope_of(&self, feed: &Feed, carried: usize) -> Scope {
        if !self.catalogue.has_archives(&feed.name) {
            return Scope::Some;
        }
        let is_all = self.catalogue.newest(&feed.name).nth(carried).is_none();
        match self.catalogue.newest_archive(feed) {
            _ if is_all => Scope::All,
            Some(archive) => Scope::Since(archive),
            None => Scope::Some,
        }
    }

    /// When what a feed's documents say last changed. Where an article may stand in two documents, that tells which of them is
    /// right (section 4.2), so that every change counts there.
    pub(super) fn updated(&self, feed: &Feed) -> Option<Timestamp> {
        let carried: Vec<&Arc<Placed>> = self.carried(feed).collect();
        self.updated_of(feed, self.scope_of(feed, carried.len()), &carried)
    }

    fn updated_of(&self, feed: &Feed, scope: Scope, carried: &[&Arc<Placed>]) -> Option<Timestamp> {
        let changes = carried.iter().map(|placed| placed.updated);
        let changes = changes.chain(self.gone(&feed.name).map(|gone| gone.withdrawal.at)).max();
        match scope {
            Scope::Since(_) => changes.max(last_change(carried.iter().copied())),
            _ => changes,
        }
    }

    /// What a feed's documents say of the rest of it.
    pub(super) fn scope_fingerprint(&self, feed: &Feed, carried: &[&Arc<Placed>]) -> Fingerprint {
        match self.scope_of(feed, carried.len()) {
            scope @ Scope::Since(archive) => {
                let updated = self.updated_of(feed, scope, carried).map_or(0, Timestamp::seconds);
                Fingerprint::of([archive.to_string(), updated.to_string()])
            }
            Scope::All => Fingerprint::of(["all"]),
            Scope::Some | Scope::Archive { .. } => Fingerprint::of([""]),
        }
    }
}

fn withdrawals(part: &ArchivePart) -> impl Iterator<Item = &Withdrawal> {
    part.purged.iter().chain(part.withdrawn.iter().filter_map(|past| past.withdrawal.as_ref()))
}

/// When these articles last changed, for readers or in whatever way.
fn last_change<'a>(articles: impl IntoIterator<Item = &'a Arc<Placed>>) -> Option<Timestamp> {
    articles.into_iter().map(|placed| placed.updated.max(placed.entered)).max()
}
