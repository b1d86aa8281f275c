//! All published articles at one moment, and how to select from them.
//!
//! A catalogue is a value: a change gives a new one that shares what did not change, at a cost that follows
//! the change. It keeps what places an article, not its body.

mod members;

use crate::settings::FeedDefinition;
use crate::words::{
    Article, Feed, FeedName, Fingerprint, Id, Published, Selection, Site, Slug, Term, Timestamp,
};
use members::Members;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The journal's number for an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub i64);

/// What places one published article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The journal's number for it.
    pub key: Key,
    /// What it is called for ever.
    pub id: Id,
    /// Its name in its address.
    pub slug: Slug,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed for its readers.
    pub updated: Timestamp,
    /// When its page's bytes last changed.
    pub modified: Timestamp,
    /// What everything that is printed of it amounts to.
    pub fingerprint: Fingerprint,
    /// How many bytes its file has.
    pub size: u32,
    /// Its categories, the primary one first.
    pub categories: Box<[Arc<Term>]>,
    /// Its tags.
    pub tags: Box<[Arc<Term>]>,
    /// Its authors.
    pub authors: Box<[Arc<Term>]>,
}

impl Placed {
    /// What everything that is printed of an article amounts to: what names its words, and what the journal knows.
    pub fn fingerprint(
        words: &Fingerprint,
        id: &Id,
        slug: &Slug,
        published: Timestamp,
        updated: Timestamp,
    ) -> Fingerprint {
        Fingerprint::of([
            words.as_bytes().as_slice(),
            id.to_string().as_bytes(),
            slug.as_str().as_bytes(),
            &published.seconds().to_le_bytes(),
            &updated.seconds().to_le_bytes(),
        ])
    }

    /// The article with these words.
    pub fn with_words(&self, article: Article) -> Published {
        Published {
            id: self.id.clone(),
            slug: self.slug.clone(),
            published: self.published,
            updated: self.updated,
            article,
        }
    }

    /// The automatic feeds that carry it, `all` among them.
    fn automatic_feeds(&self) -> impl Iterator<Item = (FeedName, Option<&Arc<Term>>)> {
        let categories =
            self.categories.iter().map(|term| (FeedName::category(term.slug.clone()), Some(term)));
        let tags = self.tags.iter().map(|term| (FeedName::Tag(term.slug.clone()), Some(term)));
        let authors = self.authors.iter().map(|term| (FeedName::Author(term.slug.clone()), Some(term)));
        std::iter::once((FeedName::All, None)).chain(categories).chain(tags).chain(authors)
    }
}

/// What an article's address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// The article.
    Article(Arc<Placed>),
    /// Where it went: its address changed.
    Moved(Slug),
    /// It was withdrawn.
    Withdrawn,
}

/// One step in an article's life.
#[derive(Clone, Debug)]
pub enum Change {
    /// It came out, or came back, or was revised.
    Placed(Placed),
    /// It was taken back.
    Withdrawn(Slug),
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
    addresses: imbl::HashMap<Slug, Address>,
    feeds: imbl::OrdMap<FeedName, Members>,
    /// The sum of all places' hashes: what the sitemap says, without walking it.
    places: u128,
    /// When an article last changed.
    latest: Timestamp,
}

impl Catalogue {
    /// A catalogue without articles.
    pub fn new(site: Arc<Site>, definitions: Arc<[FeedDefinition]>) -> Self {
        let mut feeds = imbl::OrdMap::new();
        feeds.insert(FeedName::All, Members::default());
        for definition in definitions.iter() {
            feeds.insert(definition.name.clone(), Members::default());
        }
        Self {
            site,
            definitions,
            addresses: imbl::HashMap::new(),
            feeds,
            places: 0,
            latest: Timestamp::from_seconds(0).expect("1970 is a year"),
        }
    }

    /// The same articles under other settings.
    pub fn under(&self, site: Arc<Site>, definitions: Arc<[FeedDefinition]>) -> Self {
        let mut next = Self::new(site, definitions);
        for (slug, address) in &self.addresses {
            match address {
                Address::Article(placed) => {
                    next.enter(placed.clone(), &mut BTreeSet::new());
                }
                Address::Moved(_) | Address::Withdrawn => {
                    next.addresses.insert(slug.clone(), address.clone());
                }
            }
        }
        next
    }

    /// The catalogue after these changes, and the feeds that may carry something else now. Its cost follows
    /// the number of changes and of the feeds they touch.
    pub fn with(&self, changes: impl IntoIterator<Item = Change>) -> (Self, BTreeSet<FeedName>) {
        let mut next = self.clone();
        let mut touched = BTreeSet::new();
        for change in changes {
            match change {
                Change::Placed(placed) => {
                    next.leave(&placed.slug, &mut touched);
                    next.enter(Arc::new(placed), &mut touched);
                }
                Change::Withdrawn(slug) => {
                    next.leave(&slug, &mut touched);
                    next.addresses.insert(slug, Address::Withdrawn);
                }
                Change::Moved { from, to } => {
                    next.leave(&from, &mut touched);
                    next.addresses.insert(from, Address::Moved(to));
                }
            }
        }
        (next, touched)
    }

    /// Makes sure a feed exists that once had articles, under the label it had.
    pub fn remember_feed(&mut self, name: &FeedName, label: &str) {
        if !self.feeds.contains_key(name) {
            self.feeds.insert(name.clone(), Members::empty(label));
        }
    }

    fn enter(&mut self, mut placed: Arc<Placed>, touched: &mut BTreeSet<FeedName>) {
        Arc::make_mut(&mut placed).share_terms(&self.feeds);
        self.places = self.places.wrapping_add(place_hash(&placed));
        self.latest = self.latest.max(placed.modified);
        for (name, term) in placed.automatic_feeds() {
            if !self.is_defined_by_selection(&name) {
                self.feeds.entry(name.clone()).or_default().insert(placed.clone(), term);
                touched.insert(name);
            }
        }
        for name in self.defined_for(&placed) {
            self.feeds.entry(name.clone()).or_default().insert(placed.clone(), None);
            touched.insert(name);
        }
        self.addresses.insert(placed.slug.clone(), Address::Article(placed));
    }

    fn leave(&mut self, slug: &Slug, touched: &mut BTreeSet<FeedName>) {
        let Some(Address::Article(placed)) = self.addresses.remove(slug) else { return };
        self.places = self.places.wrapping_sub(place_hash(&placed));
        let automatic = placed.automatic_feeds().filter(|(name, _)| !self.is_defined_by_selection(name));
        let automatic: Vec<_> = automatic.map(|(name, term)| (name, term.cloned())).collect();
        let defined = self.defined_for(&placed).into_iter().map(|name| (name, None));
        for (name, term) in automatic.into_iter().chain(defined) {
            if let Some(members) = self.feeds.get_mut(&name) {
                members.remove(&placed, term.as_ref());
            }
            touched.insert(name);
        }
    }

    fn selection_of(&self, name: &FeedName) -> Option<&Selection> {
        let definition = self.definitions.iter().find(|definition| definition.name == *name)?;
        definition.selection.as_ref()
    }

    fn is_defined_by_selection(&self, name: &FeedName) -> bool {
        self.selection_of(name).is_some()
    }

    fn defined_for(&self, placed: &Placed) -> Vec<FeedName> {
        let admits = |definition: &&FeedDefinition| {
            definition.selection.as_ref().is_some_and(|selection| {
                selection.categories.admits(&placed.categories)
                    && selection.tags.admits(&placed.tags)
                    && selection.authors.admits(&placed.authors)
            })
        };
        self.definitions.iter().filter(admits).map(|definition| definition.name.clone()).collect()
    }

    /// The site it belongs to.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// What an article's address leads to.
    pub fn address(&self, slug: &Slug) -> Option<&Address> {
        self.addresses.get(slug)
    }

    /// Whether there is, or was, a feed of this name.
    pub fn has_feed(&self, name: &FeedName) -> bool {
        self.feeds.contains_key(name)
    }

    /// All feeds by name, with how many articles each has.
    pub fn feed_names(&self) -> impl Iterator<Item = (&FeedName, usize)> {
        self.feeds.iter().map(|(name, members)| (name, members.len()))
    }

    /// A feed as it presents itself: its definition, the gaps filled from its category and the site.
    pub fn feed(&self, name: &FeedName) -> Option<Feed> {
        let members = self.feeds.get(name)?;
        let definition = self.definitions.iter().find(|definition| definition.name == *name);
        let site = &self.site;
        let label = members.label();
        let title = match (definition.and_then(|d| d.title.clone()), name) {
            (Some(title), _) => title,
            (None, FeedName::All) => site.title.clone(),
            (None, _) if label.is_empty() => format!("{name} – {}", site.title),
            (None, _) => format!("{label} – {}", site.title),
        };
        let description = definition.and_then(|d| d.description.clone()).unwrap_or_else(|| match name {
            FeedName::All => site.description.clone(),
            FeedName::Plain(_) | FeedName::Tag(_) | FeedName::Author(_) => title.clone(),
        });
        Some(Feed {
            name: name.clone(),
            title,
            description,
            selection: self.selection_of(name).cloned().unwrap_or_default(),
            limit: definition.and_then(|d| d.limit).unwrap_or(site.limit),
            content: definition.map_or(crate::words::Content::Full, |d| d.content),
            image: definition.and_then(|d| d.image.clone()).or_else(|| site.image.clone()),
            copyright: definition.and_then(|d| d.copyright.clone()).or_else(|| site.copyright.clone()),
            language: definition.and_then(|d| d.language.clone()).unwrap_or_else(|| site.language.clone()),
        })
    }

    /// The words people know a category, tag or author by.
    pub fn label(&self, name: &FeedName) -> &str {
        self.feeds.get(name).map_or("", Members::label)
    }

    /// The newest articles of a feed, newest first, ties by id.
    pub fn newest(&self, name: &FeedName) -> impl Iterator<Item = &Arc<Placed>> {
        self.feeds.get(name).into_iter().flat_map(Members::newest)
    }

    /// All articles, oldest first: what comes later changes the end only.
    pub fn oldest(&self) -> impl Iterator<Item = &Arc<Placed>> {
        self.feeds.get(&FeedName::All).into_iter().flat_map(Members::oldest)
    }

    /// How many articles are out.
    pub fn len(&self) -> usize {
        self.feeds.get(&FeedName::All).map_or(0, Members::len)
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

impl Placed {
    /// Takes the terms that stand in the catalogue already, instead of further copies.
    fn share_terms(&mut self, feeds: &imbl::OrdMap<FeedName, Members>) {
        let share = |terms: &mut [Arc<Term>], name: fn(Slug) -> FeedName| {
            for term in terms {
                if let Some(known) =
                    feeds.get(&name(term.slug.clone())).and_then(|members| members.term(term))
                {
                    *term = known;
                }
            }
        };
        share(&mut self.categories, FeedName::category);
        share(&mut self.tags, FeedName::Tag);
        share(&mut self.authors, FeedName::Author);
    }
}

fn place_hash(placed: &Placed) -> u128 {
    let hash = Fingerprint::of([placed.slug.as_str().as_bytes(), &placed.updated.seconds().to_le_bytes()]);
    u128::from_le_bytes(*hash.as_bytes())
}
