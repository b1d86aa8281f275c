//! All published articles at one moment, and how to select from them.
//!
//! A catalogue is a value: a change gives a new one that shares what did not change, at a cost that follows
//! the change. It keeps what places an article, not its body.

mod agreements;
mod archive;
mod carriers;
mod chronicle;
mod closing;
mod contents;
mod gone;
mod members;
mod placed;
mod purging;
mod round_ups;
mod selecting;
mod sorted;
mod spelling;
mod summary;
mod timetable;
mod whole;

pub use archive::{ArchivePart, Archived};
pub use carriers::carriers;
pub use chronicle::Past;
pub use contents::{Contents, Group, Most};
pub use gone::{Gone, MOST_GONE};
pub use placed::{Key, Label, LabelPool, Labels, Placed};
pub use round_ups::{Prefaced, overtaken};
pub use summary::Summary;

use crate::render::round_up;
use crate::settings::FeedDefinition;
use crate::words::{
    Feed, FeedName, Fingerprint, Images, Language, Partner, RoundUp, Site, Slug, Timestamp, Withdrawal,
};
use chronicle::Chronicle;
use gone::Graves;
use members::Members;
use placed::{Addressed, Corrected, KnownMatches};
use round_ups::RoundUps;
use selecting::{definition, is_selected, selects};
use sorted::Sorted;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use timetable::{Timetable, due};

/// What an article's address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address<'a> {
    /// The article.
    Article(&'a Arc<Placed>),
    /// Where it went: its address changed.
    Moved(&'a Slug),
    /// It was withdrawn; why, when somebody said so lately.
    Withdrawn(Option<&'a str>),
}

/// Where an address leads that is no article's any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To the one its article has now.
    To(Slug),
    /// Nowhere: its article was withdrawn.
    Nowhere(Key),
}

/// One step in an article's life.
#[derive(Clone, Debug)]
pub enum Change {
    /// It came out, or came back, or was revised.
    Placed(Placed),
    /// What is at this address becomes another at this moment, or goes: what it was until then belongs to the past. It
    /// stands before what says so.
    Overtaken(Slug, Timestamp, Option<Withdrawal>),
    /// Since a moment something else stands before a round-up.
    Prefaced(RoundUp, Prefaced),
    /// Nothing is at this address any more: this article, which had it, was taken back.
    Withdrawn(Slug, Key),
    /// It was out and was taken back. Its addresses are told one by one.
    Gone(Gone),
    /// It was taken back so long ago that no document names it any more.
    Forgotten(Key),
    /// Nothing is told of it any more, in archives neither, from this moment on.
    Purged(Key, Timestamp),
    /// It had this address before.
    Moved {
        /// The address it had.
        from: Slug,
        /// The one it has.
        to: Slug,
    },
}

/// All published articles at one moment.
#[derive(Clone)]
pub struct Catalogue {
    site: Arc<Site>,
    definitions: Arc<[FeedDefinition]>,
    /// The feeds that only who knows a token gets.
    private: Arc<BTreeSet<FeedName>>,
    articles: Sorted<Addressed>,
    /// Addresses that no article has any more, and where they lead.
    old: imbl::OrdMap<Slug, Leads>,
    feeds: imbl::OrdMap<Arc<FeedName>, Arc<Members>>,
    /// Those whose files carry a correction.
    corrected: Sorted<Corrected>,
    graves: Graves,
    chronicle: Chronicle,
    round_ups: RoundUps,
    /// When the month began that is open.
    open_since: Timestamp,
    matches: KnownMatches,
    /// The sum of what the sitemap's lines amount to, so that nobody has to walk it.
    places: u128,
    /// When an article last changed.
    latest: Timestamp,
    /// The moment it speaks of.
    as_of: Timestamp,
    /// The latest such moment: what entered before it is complete.
    reached: Timestamp,
    /// What its definitions say of time.
    timetable: Arc<Timetable>,
    /// The time around that moment in which no agreement begins or ends.
    steady: Range<Timestamp>,
}

impl Catalogue {
    /// A catalogue without articles, of a moment before all others.
    pub fn new(site: Arc<Site>, definitions: Arc<[FeedDefinition]>) -> Self {
        let defined = definitions.iter().map(|definition| definition.name.clone());
        let round_ups = (!site.round_ups.is_empty()).then_some(FeedName::RoundUps(None));
        let names = [FeedName::All, FeedName::Corrections].into_iter().chain(round_ups).chain(defined);
        let is_private =
            |definition: &&FeedDefinition| definition.partner.as_ref().is_some_and(Partner::is_private);
        let private = definitions.iter().filter(is_private).map(|definition| definition.name.clone());
        let as_of = Timestamp::nearest(i64::MIN);
        let timetable = Timetable::of(&definitions);
        Self {
            private: Arc::new(private.collect()),
            site,
            feeds: names.map(|name| (Arc::new(name), Arc::default())).collect(),
            steady: timetable.steady(as_of),
            timetable: Arc::new(timetable),
            as_of,
            definitions,
            articles: Sorted::default(),
            old: imbl::OrdMap::new(),
            corrected: Sorted::default(),
            graves: Graves::default(),
            chronicle: Chronicle::default(),
            round_ups: RoundUps::default(),
            open_since: as_of,
            reached: as_of,
            matches: KnownMatches::default(),
            places: 0,
            latest: Timestamp::from_seconds(0).expect("1970 is a year"),
        }
    }

    /// The catalogue after these changes, and the feeds that may carry something else now. Its cost follows
    /// the number of changes and of the feeds they touch. What time does beside that, [`at`](Self::at) says.
    pub fn with(&self, changes: impl IntoIterator<Item = Change>) -> (Self, BTreeSet<FeedName>) {
        let mut next = self.clone();
        let mut touched = BTreeSet::new();
        for change in changes {
            match change {
                Change::Placed(placed) => {
                    next.leave(&placed.slug, &mut touched);
                    next.enter(placed, &mut touched);
                }
                Change::Overtaken(slug, until, withdrawal) => next.overtake(slug.as_str(), until, withdrawal),
                Change::Prefaced(round_up, prefaced) => next.prefaced(&round_up, prefaced, &mut touched),
                Change::Withdrawn(slug, key) => {
                    next.leave(&slug, &mut touched);
                    next.old.insert(slug, Leads::Nowhere(key));
                }
                Change::Gone(gone) => next.bury(gone, &mut touched),
                Change::Forgotten(key) => next.forget(key, &mut touched),
                Change::Purged(key, at) => next.purge(key, at, &mut touched),
                Change::Moved { from, to } => {
                    next.leave(&from, &mut touched);
                    next.old.insert(from, Leads::To(to));
                }
            }
        }
        (next, touched)
    }

    fn enter(&mut self, mut placed: Placed, touched: &mut BTreeSet<FeedName>) {
        placed.labels.share(|label| self.feeds.get(&label.feed)?.known(label));
        placed.labels.share_matches(&mut self.matches);
        let placed = Arc::new(placed);
        self.reopen(placed.entered);
        self.tick(placed.entered);
        self.forget(placed.key, touched);
        self.latest = self.latest.max(placed.modified);
        if self.is_in_all(&placed) {
            self.places = self.places.wrapping_add(placed.place());
        }
        let (now, open_since, site) = (self.as_of, self.open_since, self.site.clone());
        let enter_row = |members: &mut Members| {
            members.insert_row(&placed);
            if placed.entered < open_since {
                members.settle_rows(open_since, &site.zone);
            }
        };
        self.in_feeds_of(&placed, touched, |members, label, due| {
            enter_row(members);
            match due.filter(|due| *due > now) {
                Some(due) => {
                    members.hold_back(&placed, due);
                    false
                }
                None => {
                    members.insert(&placed, label);
                    true
                }
            }
        });
        if placed.corrected.is_some() {
            self.corrected.insert(Corrected(placed.clone()));
            self.in_corrections(touched, enter_row);
        }
        if self.old.contains_key(&placed.slug) {
            self.old.remove(&placed.slug);
        }
        self.articles.insert(Addressed(placed));
    }

    fn leave(&mut self, slug: &Slug, touched: &mut BTreeSet<FeedName>) {
        let Some(Addressed(placed)) = self.articles.remove(slug.as_str()) else { return };
        if self.is_in_all(&placed) {
            self.places = self.places.wrapping_sub(placed.place());
        }
        let (open_since, site, is_past) = (self.open_since, self.site.clone(), self.is_past(&placed));
        if !is_past {
            self.reopen(placed.entered);
        }
        let leave_row = |members: &mut Members| {
            if !is_past {
                members.remove_row(&placed);
            }
            if !is_past && placed.entered < open_since {
                members.settle_rows(open_since, &site.zone);
            }
        };
        self.in_feeds_of(&placed, touched, |members, label, due| {
            leave_row(members);
            let was_coming = due.is_some_and(|due| members.forget_coming(&placed, due));
            if !was_coming {
                members.remove(&placed, label);
            }
            !was_coming
        });
        if self.corrected.remove(&Corrected(placed.clone())).is_some() {
            self.in_corrections(touched, leave_row);
        }
    }

    fn in_corrections(&mut self, touched: &mut BTreeSet<FeedName>, act: impl FnOnce(&mut Members)) {
        touched.insert(FeedName::Corrections);
        if !is_selected(&self.definitions, &FeedName::Corrections) {
            act(Arc::make_mut(self.feeds.entry(Arc::new(FeedName::Corrections)).or_default()));
        }
    }

    /// Does this in each feed that carries an article, or will from a moment on. It says whether the feed carries
    /// something else then.
    fn in_feeds_of(
        &mut self,
        placed: &Placed,
        touched: &mut BTreeSet<FeedName>,
        act: impl Fn(&mut Members, Option<&Arc<Label>>, Option<Timestamp>) -> bool,
    ) {
        let Self { feeds, definitions, .. } = self;
        let mut act_in = |name: &FeedName, label: Option<&Arc<Label>>, due: Option<Timestamp>| {
            let is_touched = match feeds.get_mut(name) {
                Some(members) => act(Arc::make_mut(members), label, due),
                None => {
                    let mut members = Members::default();
                    let is_touched = act(&mut members, label, due);
                    feeds.insert(Arc::new(name.clone()), Arc::new(members));
                    is_touched
                }
            };
            if is_touched && !touched.contains(name) {
                touched.insert(name.clone());
            }
        };
        let automatic = placed.labels.iter().map(|label| (&label.feed, Some(label)));
        for (name, label) in std::iter::once((&FeedName::All, None)).chain(automatic) {
            if !is_selected(definitions, name) {
                act_in(name, label, None);
            }
        }
        for definition in definitions.iter().filter(|definition| selects(definition, &placed.labels)) {
            act_in(&definition.name, None, due(definition, placed.out));
        }
    }

    /// Whether the feed of everything, which may be narrowed by a definition, carries an article.
    fn is_in_all(&self, placed: &Placed) -> bool {
        match definition(&self.definitions, &FeedName::All) {
            Some(definition) if definition.selection.is_some() => selects(definition, &placed.labels),
            _ => true,
        }
    }

    /// The site it belongs to.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// What an article's address leads to.
    pub fn address(&self, slug: &Slug) -> Option<Address<'_>> {
        match self.articles.get(slug.as_str()) {
            Some(Addressed(placed)) => Some(Address::Article(placed)),
            None => self.old.get(slug).map(|leads| match leads {
                Leads::To(to) => Address::Moved(to),
                Leads::Nowhere(key) => Address::Withdrawn(self.reason(*key)),
            }),
        }
    }

    /// All articles that have an address, whatever feeds they are in.
    pub fn addressed(&self) -> impl Iterator<Item = &Arc<Placed>> {
        self.articles.iter().map(|Addressed(placed)| placed)
    }

    /// The addresses that no article has any more, and where they lead.
    pub fn old_addresses(&self) -> impl Iterator<Item = (&Slug, &Leads)> {
        self.old.iter()
    }

    /// Whether there is, or was, a feed of this name.
    pub fn has_feed(&self, name: &FeedName) -> bool {
        self.feeds.contains_key(name)
    }

    /// All feeds by name, with how many articles each has.
    pub fn feed_names(&self) -> impl Iterator<Item = (&FeedName, usize)> {
        self.feeds.iter().map(|(name, members)| {
            let articles = match self.since(name) {
                Some(since) => self.published_after(name, since).0,
                None => members.len() + self.corrected_in(name).count(),
            };
            (&**name, articles)
        })
    }

    /// A feed as it presents itself: its definition, the gaps filled from its category and the site.
    pub fn feed(&self, name: &FeedName) -> Option<Feed> {
        self.feed_called(name, self.label(name))
    }

    /// The same where people call it so.
    pub fn feed_called(&self, name: &FeedName, label: &str) -> Option<Feed> {
        if !self.has_feed(name) {
            return None;
        }
        let definition = definition(&self.definitions, name);
        let site = &self.site;
        let title = match (definition.and_then(|d| d.title.clone()), name) {
            (Some(title), _) => title,
            (None, FeedName::All) => site.title.clone(),
            (None, FeedName::RoundUps(Some(_))) => {
                format!("{} – {}", round_up::feed_label(site.interface(), label), site.title)
            }
            (None, _) if label.is_empty() => format!("{name} – {}", site.title),
            (None, _) => format!("{label} – {}", site.title),
        };
        let description = definition.and_then(|d| d.description.clone()).unwrap_or_else(|| match name {
            FeedName::All => site.description.clone(),
            FeedName::RoundUps(_) => round_up::about_feed(site.interface()).to_owned(),
            FeedName::Plain(_) | FeedName::Corrections => title.clone(),
            FeedName::Tag(_) | FeedName::Author(_) => title.clone(),
        });
        Some(Feed {
            name: name.clone(),
            title,
            description,
            selection: definition.and_then(|d| d.selection.clone()).unwrap_or_default(),
            limit: definition.and_then(|d| d.limit).unwrap_or(site.limit),
            days: definition.and_then(|d| d.days),
            content: definition.map_or(crate::words::Content::Full, |d| d.content),
            images: definition.map_or_else(Images::default, |d| d.images),
            image: definition.and_then(|d| d.image.clone()).or_else(|| site.image.clone()),
            copyright: definition.and_then(|d| d.copyright.clone()).or_else(|| site.copyright.clone()),
            licence: self.licence(name).cloned(),
            language: definition.and_then(|d| d.language.clone()).unwrap_or_else(|| site.language.clone()),
            partner: definition.and_then(|d| d.partner.clone()),
            rhythm: self.rhythm(name),
        })
    }

    /// The words people know a category, tag or author by, or the corrections.
    pub fn label(&self, name: &FeedName) -> &str {
        match (name, self.site.interface()) {
            (FeedName::Corrections, Language::Vi) => "Đính chính",
            (FeedName::Corrections, Language::En) => "Corrections",
            (FeedName::RoundUps(None), Language::Vi) => "Tổng hợp theo kỳ",
            (FeedName::RoundUps(None), Language::En) => "Round-ups",
            _ => self.feeds.get(name).map_or("", |members| members.label()),
        }
    }

    /// The newest articles of a feed, newest first, ties by id. What is corrected comes in the order in which that was done.
    pub fn newest(&self, name: &FeedName) -> impl Iterator<Item = &Arc<Placed>> {
        let since = self.since(name);
        let is_carried = move |placed: &&Arc<Placed>| since.is_none_or(|since| placed.published > since);
        let members = self.feeds.get(name).into_iter().flat_map(|members| members.newest());
        self.corrected_in(name).filter(is_carried).chain(members.take_while(is_carried))
    }

    /// All articles, newest first, also where the feed of everything carries those of the last days alone.
    pub fn everything(&self) -> impl DoubleEndedIterator<Item = &Arc<Placed>> {
        self.feeds.get(&FeedName::All).into_iter().flat_map(|members| members.newest())
    }

    /// The corrected articles, in the feed of those, unless a definition says what that carries.
    fn corrected_in(&self, name: &FeedName) -> impl Iterator<Item = &Arc<Placed>> {
        let is_theirs = *name == FeedName::Corrections && !is_selected(&self.definitions, name);
        let corrected = is_theirs.then(|| self.corrected.iter().map(|corrected| &corrected.0));
        corrected.into_iter().flatten()
    }

    /// All articles, oldest first: what comes later changes the end only.
    pub fn oldest(&self) -> impl Iterator<Item = &Arc<Placed>> {
        self.everything().rev()
    }

    /// How many articles are out.
    pub fn len(&self) -> usize {
        self.feeds.get(&FeedName::All).map_or(0, |members| members.len())
    }

    /// How many articles there are, in whatever feeds.
    pub fn articles(&self) -> usize {
        self.articles.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When an article last changed.
    pub fn latest(&self) -> Timestamp {
        self.latest
    }

    /// What all addresses and their times amount to.
    pub fn places(&self) -> Fingerprint {
        Fingerprint::from_bytes(self.places.to_le_bytes())
    }
}
