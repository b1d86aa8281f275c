//! A catalogue of articles that are all known at once.

use super::members::Members;
use super::placed::{Addressed, Coming, Corrected, KnownMatches, Label, Placed, Ranked, Row};
use super::sorted::Sorted;
use super::timetable::due;
use super::{Catalogue, Gone, Leads, is_selected, selects};
use crate::settings::FeedDefinition;
use crate::words::{FeedName, Site, Slug, Timestamp};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl Catalogue {
    /// The catalogue of these articles at this moment; of two with one address, the last. `old` addresses lead to another, or
    /// nowhere where the article was withdrawn. The `remembered` feeds once had articles and were called so.
    ///
    /// It is what placing one after the other gives, in a fraction of the time.
    pub fn whole(
        site: Arc<Site>,
        definitions: Arc<[FeedDefinition]>,
        articles: impl IntoIterator<Item = Placed>,
        old: impl IntoIterator<Item = (Slug, Leads)>,
        remembered: impl IntoIterator<Item = (FeedName, String)>,
        now: Timestamp,
    ) -> Self {
        let mut known: HashSet<Arc<Label>> = HashSet::new();
        let mut matches = KnownMatches::default();
        let articles = articles.into_iter().map(|mut placed| {
            placed.labels.share(|label| {
                let shared = known.get(label).cloned();
                if shared.is_none() {
                    known.insert(label.clone());
                }
                shared
            });
            placed.labels.share_matches(&mut matches);
            Arc::new(placed)
        });
        let (mut next, _) = Self::new(site, definitions).at(now);
        next.articles = Sorted::of_sorted(by_address(articles));
        next.matches = matches;
        let is_free = |(slug, _): &(Slug, _)| next.articles.get(slug.as_str()).is_none();
        next.old = old.into_iter().filter(is_free).collect();
        next.fill();
        next.remember(remembered);
        next
    }

    /// The same articles under other settings. Feeds of files that are gone go with them; those of categories, tags
    /// and authors stay.
    pub fn under(&self, site: Arc<Site>, definitions: Arc<[FeedDefinition]>) -> Self {
        let (empty, _) = Self::new(site, definitions).at(self.as_of);
        let mut next = Self {
            articles: self.articles.clone(),
            old: self.old.clone(),
            matches: self.matches.clone(),
            reached: self.reached,
            ..empty
        };
        next.fill();
        next = next.with_gone(self.all_gone().map(|gone| Gone::clone(gone)));
        next = next.with_past(self.past().cloned()).with_purged(self.purged());
        next.round_ups = self.round_ups.kept();
        let labels = self.feeds.iter().map(|(name, members)| ((**name).clone(), members.label().to_owned()));
        next.remember(labels.filter(|(_, label)| !label.is_empty()));
        next
    }

    /// Remembers feeds that had articles, and then those of round-ups, which are of such feeds.
    fn remember(&mut self, called: impl IntoIterator<Item = (FeedName, String)>) {
        let (round_ups, others): (Vec<_>, Vec<_>) =
            called.into_iter().partition(|(name, _)| name.summed_up().is_some());
        for (name, label) in others.into_iter().chain(round_ups) {
            let is_wanted = match name.summed_up() {
                Some(summed_up) => !self.site.round_ups.is_empty() && self.wants_round_ups(&summed_up),
                None => !is_selected(&self.definitions, &name),
            };
            if is_wanted {
                let members = self.feeds.entry(Arc::new(name)).or_default();
                Arc::make_mut(members).remember(&label);
            }
        }
    }

    /// Puts the articles into their feeds, which have none yet.
    fn fill(&mut self) {
        let newest = by_rank(self.articles.iter().map(|article| article.0.clone()));
        let definitions = self.definitions.clone();
        let mut filling: HashMap<&FeedName, Filling> = HashMap::new();
        for name in self.feeds.keys() {
            filling.insert(
                name,
                Filling { by_selection: is_selected(&definitions, name), ..Filling::default() },
            );
        }
        for article in &newest {
            let placed = &article.0;
            self.latest = self.latest.max(placed.modified);
            filling.entry(&FeedName::All).or_default().add(article, None);
            for label in placed.labels.iter() {
                filling.entry(&label.feed).or_default().add(article, Some(label));
            }
            for definition in definitions.iter().filter(|definition| selects(definition, &placed.labels)) {
                let feed = filling.entry(&definition.name).or_default();
                feed.rows.push(Row(placed.clone()));
                match due(definition, placed.out).filter(|due| *due > self.as_of) {
                    Some(due) => feed.coming.push(Coming { due, placed: placed.clone() }),
                    None => feed.articles.push(article.clone()),
                }
            }
        }
        let mut corrected: Vec<Corrected> = newest
            .iter()
            .filter(|article| article.0.corrected.is_some())
            .map(|article| Corrected(article.0.clone()))
            .collect();
        corrected.sort();
        self.corrected = Sorted::of_sorted(corrected);
        for Ranked(placed) in &filling[&FeedName::All].articles {
            self.places = self.places.wrapping_add(placed.place());
        }
        if let Some(corrections) = filling.get_mut(&FeedName::Corrections).filter(|feed| !feed.by_selection) {
            corrections.rows.extend(self.corrected.iter().map(|corrected| Row(corrected.0.clone())));
        }
        let feeds = filling.into_iter().map(|(name, mut filling)| {
            filling.coming.sort();
            filling.rows.sort();
            let mut members = Members::of(filling.articles, filling.rows, filling.coming, filling.spellings);
            members.settle_rows(self.open_since, &self.site.zone);
            (Arc::new(name.clone()), Arc::new(members))
        });
        self.feeds = feeds.collect();
    }
}

/// A feed that is being filled, newest first.
#[derive(Default)]
struct Filling {
    by_selection: bool,
    articles: Vec<Ranked>,
    rows: Vec<Row>,
    coming: Vec<Coming>,
    spellings: HashMap<Arc<Label>, u32>,
}

impl Filling {
    fn add(&mut self, article: &Ranked, label: Option<&Arc<Label>>) {
        if self.by_selection {
            return;
        }
        if self.articles.last().is_none_or(|last| !Arc::ptr_eq(&last.0, &article.0)) {
            self.articles.push(article.clone());
            self.rows.push(Row(article.0.clone()));
        }
        if let Some(label) = label {
            *self.spellings.entry(label.clone()).or_insert(0) += 1;
        }
    }
}

/// Sorted by address; of two with one, the last stays.
fn by_address(articles: impl Iterator<Item = Arc<Placed>>) -> Vec<Addressed> {
    // Most addresses differ in their first letters, which then need not be looked up for each comparison.
    let mut keyed: Vec<(u128, Addressed)> =
        articles.map(|placed| (first_letters(&placed.slug), Addressed(placed))).collect();
    keyed.sort();
    keyed.dedup_by(|later, earlier| {
        let is_same = later.1 == earlier.1;
        if is_same {
            std::mem::swap(later, earlier);
        }
        is_same
    });
    keyed.into_iter().map(|(_, article)| article).collect()
}

fn first_letters(slug: &Slug) -> u128 {
    let mut letters = [0; 16];
    let length = slug.as_str().len().min(letters.len());
    letters[..length].copy_from_slice(&slug.as_str().as_bytes()[..length]);
    u128::from_be_bytes(letters)
}

fn by_rank(articles: impl Iterator<Item = Arc<Placed>>) -> Vec<Ranked> {
    let mut keyed: Vec<(Reverse<Timestamp>, Ranked)> =
        articles.map(|placed| (Reverse(placed.published), Ranked(placed))).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, article)| article).collect()
}
