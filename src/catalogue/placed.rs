use crate::words::{
    Article, FeedName, Fingerprint, Id, Matches, Page, Period, Published, RoundUp, Slug, Term, Timestamp,
};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// The journal's number for an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u32);

/// From here on keys are those of round-ups, which the journal does not know.
const FIRST_OF_ROUND_UPS: u32 = 1 << 31;
/// How many bits of such a key say which period it is.
const PERIOD: u32 = 14;

impl Key {
    /// The key of a round-up. No two of one feed have the same; those of two feeds may.
    pub fn of_round_up(round_up: &RoundUp) -> Self {
        let feed = Fingerprint::of([round_up.feed().to_string()]);
        let feed = u32::from_le_bytes(feed.as_bytes()[..4].try_into().expect("it has sixteen bytes"));
        let feed = feed << PERIOD & !FIRST_OF_ROUND_UPS;
        Self(FIRST_OF_ROUND_UPS | feed | u32::from(round_up.period.number()))
    }

    /// Whether it is a round-up's.
    pub fn is_round_up(self) -> bool {
        self.0 >= FIRST_OF_ROUND_UPS
    }

    /// The number of a round-up's period.
    fn period(self) -> Option<u16> {
        let number = self.0 & ((1 << PERIOD) - 1);
        self.is_round_up().then(|| u16::try_from(number).expect("it has fourteen bits"))
    }
}

/// What places one published article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The journal's number for it.
    pub key: Key,
    /// How many bytes its file has.
    pub size: u32,
    /// What it is called for ever.
    pub id: Id,
    /// Its name in its address.
    pub slug: Slug,
    /// When it was published.
    pub published: Timestamp,
    /// When it first came out by the server's clock. No document says so: partners get it so much later.
    pub out: Timestamp,
    /// When it last came out or became another by what was dropped, by the server's clock. No document says so.
    pub entered: Timestamp,
    /// When it last changed for its readers.
    pub updated: Timestamp,
    /// When its page's bytes last changed.
    pub modified: Timestamp,
    /// When that entered by which it was corrected.
    pub corrected: Option<Timestamp>,
    /// What everything that is printed of it amounts to.
    pub fingerprint: Fingerprint,
    /// Its categories, tags and authors, and what feeds ask of its words.
    pub labels: Labels,
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

    /// Its place in feeds before or behind another: newest first, of round-ups of one instant the longest first, other ties by id.
    pub fn rank(&self, other: &Self) -> Ordering {
        let newest_first = other.published.cmp(&self.published);
        newest_first
            .then_with(|| other.key.period().cmp(&self.key.period()))
            .then_with(|| self.id.cmp(&other.id))
            .then_with(|| self.slug.cmp(&other.slug))
    }

    /// Which round-up it is, when it is one.
    pub fn round_up(&self) -> Option<RoundUp> {
        let period = Period::numbered(self.key.period()?)?;
        match &self.labels.iter().next()?.feed {
            FeedName::RoundUps(of) => Some(RoundUp { of: of.clone(), period }),
            _ => None,
        }
    }

    /// The article with these words.
    pub fn with_words(&self, article: Article) -> Published {
        Published {
            id: self.id.clone(),
            page: Page::Article(self.slug.clone()),
            published: self.published,
            updated: self.updated,
            article,
        }
    }

    /// What its line in a sitemap amounts to.
    pub(super) fn place(&self) -> u128 {
        let hash = Fingerprint::of([self.slug.as_str().as_bytes(), &self.updated.seconds().to_le_bytes()]);
        u128::from_le_bytes(*hash.as_bytes())
    }
}

/// A category, tag or author as an article spells it, and the feed that carries all of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The feed.
    pub feed: FeedName,
    /// The words people read.
    pub text: Box<str>,
}

/// The categories of an article, the primary one first, then its tags, then its authors; and which queries it meets.
/// The articles of a catalogue that have one label share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    terms: Box<[Arc<Label>]>,
    matches: Matches,
}

impl Labels {
    /// The labels an article gets of its terms.
    pub fn new(categories: Vec<Term>, tags: Vec<Term>, authors: Vec<Term>) -> Self {
        let labels = |terms: Vec<Term>, feed: fn(Slug) -> FeedName| {
            terms
                .into_iter()
                .map(move |term| Arc::new(Label { feed: feed(term.slug), text: term.label.into_boxed_str() }))
        };
        let categories = labels(categories, FeedName::category);
        let tags = labels(tags, FeedName::Tag);
        Self::shared(categories.chain(tags).chain(labels(authors, FeedName::Author)).collect())
    }

    /// The labels this article gets.
    pub fn of(article: &Article) -> Self {
        Self::new(article.categories.clone(), article.tags.clone(), article.authors.clone())
    }

    /// These labels: categories, then tags, then authors.
    pub fn shared(terms: Box<[Arc<Label>]>) -> Self {
        Self { terms, matches: Matches::default() }
    }

    /// The same of an article that meets these queries.
    #[must_use]
    pub fn meeting(self, matches: Matches) -> Self {
        Self { matches, ..self }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Label>> {
        self.terms.iter()
    }

    /// The queries that the article meets.
    pub fn matches(&self) -> &Matches {
        &self.matches
    }

    /// The categories, the primary one first.
    pub fn categories(&self) -> impl Iterator<Item = &Arc<Label>> {
        self.iter().filter(|label| matches!(label.feed, FeedName::All | FeedName::Plain(_)))
    }

    /// The tags.
    pub fn tags(&self) -> impl Iterator<Item = &Arc<Label>> {
        self.iter().filter(|label| matches!(label.feed, FeedName::Tag(_)))
    }

    /// The authors.
    pub fn authors(&self) -> impl Iterator<Item = &Arc<Label>> {
        self.iter().filter(|label| matches!(label.feed, FeedName::Author(_)))
    }

    /// Takes the labels that are known already, instead of further copies.
    pub(super) fn share(&mut self, mut known: impl FnMut(&Arc<Label>) -> Option<Arc<Label>>) {
        for label in &mut self.terms {
            if let Some(known) = known(label) {
                *label = known;
            }
        }
    }

    /// Takes the matches that other articles have, too, instead of a further copy.
    pub(super) fn share_matches(&mut self, known: &mut KnownMatches) {
        if !self.matches.is_empty() {
            self.matches = known.shared(&self.matches);
        }
    }
}

/// How many sets of matches are known at most; further ones are nobody's but their article's.
const MOST_KNOWN: usize = 1000;

/// The sets of matches that articles have.
#[derive(Clone, Default)]
pub(super) struct KnownMatches(imbl::OrdSet<Matches>);

impl KnownMatches {
    fn shared(&mut self, matches: &Matches) -> Matches {
        if let Some(known) = self.0.get(matches) {
            return known.clone();
        }
        if self.0.len() < MOST_KNOWN {
            self.0.insert(matches.clone());
        }
        matches.clone()
    }
}

/// The labels of many articles that come one after the other: those that are alike share one.
#[derive(Default)]
pub struct LabelPool([HashMap<Term, Arc<Label>>; 3]);

impl LabelPool {
    /// The labels of an article with these categories, tags and authors.
    pub fn labels(&mut self, terms: [&[Term]; 3]) -> Labels {
        let feeds: [fn(Slug) -> FeedName; 3] = [FeedName::category, FeedName::Tag, FeedName::Author];
        let mut labels = Vec::with_capacity(terms.iter().map(|terms| terms.len()).sum());
        for ((pool, terms), feed) in self.0.iter_mut().zip(terms).zip(feeds) {
            for term in terms {
                labels.push(match pool.get(term) {
                    Some(label) => label.clone(),
                    None => {
                        let text = term.label.as_str().into();
                        let label = Arc::new(Label { feed: feed(term.slug.clone()), text });
                        pool.insert(term.clone(), label.clone());
                        label
                    }
                });
            }
        }
        Labels::shared(labels.into())
    }
}

/// An article in the [order of feeds](Placed::rank).
#[derive(Clone)]
pub(super) struct Ranked(pub Arc<Placed>);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.rank(&other.0)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// An article in the order in which they entered.
#[derive(Clone)]
pub(super) struct Row(pub Arc<Placed>);

/// An article in the order in which they were corrected: the latest first, ties by id.
#[derive(Clone)]
pub(super) struct Corrected(pub Arc<Placed>);

impl Ord for Corrected {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, other) = (&*self.0, &*other.0);
        let latest_first = other.corrected.cmp(&one.corrected);
        latest_first.then_with(|| one.id.cmp(&other.id)).then_with(|| one.slug.cmp(&other.slug))
    }
}

impl PartialOrd for Corrected {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Corrected {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Corrected {}

/// An article that a feed will carry, in the order in which they reach it.
#[derive(Clone)]
pub(super) struct Coming {
    /// When it does.
    pub due: Timestamp,
    pub placed: Arc<Placed>,
}

impl Ord for Coming {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |coming: &Self| (coming.due, coming.placed.key);
        rank(self).cmp(&rank(other)).then_with(|| self.placed.slug.cmp(&other.placed.slug))
    }
}

impl PartialOrd for Coming {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Coming {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Coming {}

/// An article by its address.
#[derive(Clone)]
pub(super) struct Addressed(pub Arc<Placed>);

impl Borrow<str> for Addressed {
    fn borrow(&self) -> &str {
        self.0.slug.as_str()
    }
}

impl Ord for Addressed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.slug.cmp(&other.0.slug)
    }
}

impl PartialOrd for Addressed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Addressed {
    fn eq(&self, other: &Self) -> bool {
        self.0.slug == other.0.slug
    }
}

impl Eq for Addressed {}
