//! All documents at one moment. An edition is replaced whole, never changed, so no request sees half a change.
//!
//! It knows every document's validators; the bytes are printed when somebody first asks ([`Print`]), from words
//! that the validators name exactly.

mod archives;
mod awaited;
mod changes;
mod dictionary;
mod encoding;
mod everything;
mod history;
mod lists;
mod media;
mod news;
mod packing;
mod print;
mod round_ups;
mod sheet;
mod shelf;
mod subject;
mod time;
mod validators;
mod version;

#[cfg(test)]
mod tests;

pub use awaited::{AsOf, Awaited};
pub use dictionary::{Dictionary, DictionaryHash, DictionaryName};
pub use encoding::{Encoding, compress};
pub use everything::Lead;
pub use history::Since;
pub use media::{Media, Stamp};
pub use news::News;
pub use packing::{DictionaryEncoding, Packing, compress_with};
pub use print::{Print, Printed};
pub use sheet::{Head, Sheet};
pub use subject::Subject;
pub use validators::{Validators, after};
pub use version::{Mention, VersionName};

use crate::catalogue::{Address, Catalogue, Change, Gone, Placed};
use crate::render::script::Script;
use crate::words::{ContentPath, Feed, FeedName, Fingerprint, Site, Slug, Timestamp};
use bytes::Bytes;
use dictionary::Dictionaries;
use history::History;
use lists::{Listed, is_listed};
use shelf::Shelf;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How many articles the page at `/` shows.
const HOME_ARTICLES: usize = 20;
/// How many articles a partner's page shows.
const SHOWN_TO_PARTNER: usize = 5;
/// How many bytes of text a document carries. That of a feed ends before the article that would exceed them; of what there is
/// nowhere else, and in an archive, what exceeds them is carried in short. The first one is in it however long it is.
pub const MOST_TEXT: u64 = 8 << 20;
/// How many withdrawn articles a document names, the latest.
const MOST_WITHDRAWALS: usize = 100;
/// How much memory all that is kept for the next who asks may take, in bytes: printed documents, and the words of articles
/// for the next printing. The words get a quarter of it, variants and archives an eighth each.
pub const MOST_KEPT: u64 = 64 << 20;
/// How much memory earlier versions may take beside that, which clients hold and the next ones are packed with, in bytes.
const MOST_HELD: u64 = 8 << 20;
/// How many documents of an edition are printed before it is shown, and how many bytes each may take.
const MOST_AHEAD: usize = 32;
const LONGEST_AHEAD: u64 = 1 << 20;
/// The most addresses one sitemap may list.
pub const MOST_PLACES: usize = 50_000;

/// All documents at one moment.
#[derive(Clone)]
pub struct Edition {
    catalogue: Catalogue,
    validators: imbl::HashMap<Arc<Subject>, Validators>,
    /// The feeds that stand in lists.
    listed: imbl::OrdMap<FeedName, Listed>,
    media: Arc<imbl::OrdMap<ContentPath, Arc<Media>>>,
    /// The pictures that were in the files of articles that are out.
    pictures: Arc<imbl::OrdMap<ContentPath, Arc<Media>>>,
    /// When the next article comes out by itself; no document may be kept beyond it unasked.
    next_due: Option<Timestamp>,
    /// The sheets of all editions.
    shelf: Arc<Shelf>,
    /// Those of them that are [variants](Print::is_variant). They lie apart: whoever asks for all the options there are
    /// pushes out variants that others want, and nothing else.
    variants: Arc<Shelf>,
    /// The documents of archives that were asked for: who walks through them pushes out nothing else.
    archives: Arc<Shelf>,
    /// What clients hold of all editions.
    dictionaries: Arc<Dictionaries>,
    /// Which of them this one is.
    issue: u64,
    /// The documents that became others with this edition and will be asked for, in the packing that they will be asked for.
    ahead: Arc<[(Arc<Sheet>, Encoding)]>,
    /// The last versions of feeds.
    history: History,
    /// Whether the words of all articles are written down.
    is_written: bool,
}

/// The validators of one subject that are new and have to be remembered before the edition is shown.
pub type Renewed = Vec<(Subject, Validators)>;

impl Edition {
    /// The edition before the first one: since when documents are what they are, as the journal remembers it.
    /// [`next_whole`](Self::next_whole) makes it one that can be shown.
    pub fn remembered(
        catalogue: Catalogue,
        remembered: HashMap<Subject, Validators>,
        now: Timestamp,
    ) -> Self {
        let shelf = Shelf::new(MOST_KEPT / 2);
        Self {
            catalogue: catalogue.at(now).0,
            validators: remembered.into_iter().map(|(subject, known)| (Arc::new(subject), known)).collect(),
            listed: imbl::OrdMap::new(),
            media: Arc::new(imbl::OrdMap::new()),
            pictures: Arc::new(imbl::OrdMap::new()),
            next_due: None,
            issue: shelf.issue(),
            shelf: Arc::new(shelf),
            variants: Arc::new(Shelf::new(MOST_KEPT / 8)),
            archives: Arc::new(Shelf::new(MOST_KEPT / 8)),
            dictionaries: Arc::new(Dictionaries::new(MOST_HELD)),
            ahead: Arc::new([]),
            history: History::default(),
            is_written: true,
        }
    }

    /// The edition after changes that come now.
    pub fn changed(&self, changes: impl IntoIterator<Item = Change>, now: Timestamp) -> (Self, Renewed) {
        // What comes when the clock was set back finds it set back.
        let (catalogue, turned) = self.catalogue.clone().at(now);
        let (catalogue, mut touched) = catalogue.with(changes);
        touched.extend(turned);
        self.next(catalogue, &touched, now)
    }

    /// The edition after a change that may touch every document.
    pub fn next_whole(&self, catalogue: Catalogue, now: Timestamp) -> (Self, Renewed) {
        let feeds: BTreeSet<FeedName> = catalogue.feed_names().map(|(name, _)| name.clone()).collect();
        self.next(catalogue, &feeds, now)
    }

    /// The edition after a change, or after a while. Documents of feeds that were not touched, or that carry the same in
    /// spite of it, keep their validators.
    pub fn next(
        &self,
        catalogue: Catalogue,
        touched: &BTreeSet<FeedName>,
        now: Timestamp,
    ) -> (Self, Renewed) {
        let (catalogue, turned) = catalogue.at(now);
        let mut next = Self { catalogue, issue: self.shelf.issue(), ..self.clone() };
        let site = next.site_version();
        let mut versions = vec![(Subject::Site, site), (Subject::Robots, site)];
        versions.push((Subject::Script, next.script_version()));
        versions.extend(Script::all().map(|script| (Subject::Pinned(script), script.fingerprint())));
        // Once there are round-ups the page of what they sum up leads to them.
        let summed_up: Vec<FeedName> = touched.union(&turned).filter_map(FeedName::summed_up).collect();
        let touched: BTreeSet<&FeedName> = touched.union(&turned).chain(&summed_up).collect();
        for name in touched {
            if let Some(version) = next.feed_version(name, &site) {
                versions.push((Subject::Feed(name.clone()), version));
            }
            let archives = next.archives_version(name);
            versions.extend(archives.map(|version| (Subject::Archives(name.clone()), version)));
            let around = next.catalogue.around_round_ups(name);
            versions.extend(around.map(|version| (Subject::RoundUps(name.clone()), version)));
        }
        versions.push((Subject::Home, next.home_version(&site)));
        versions.push((Subject::Opml, next.opml_version(&site)));
        versions.push((Subject::Sitemap, Fingerprint::of([site, next.catalogue.places()])));
        versions.push((Subject::NewsSitemap, next.news_version(&site)));

        let mut renewed = Vec::new();
        let mut ahead = Vec::new();
        // A page changes with what it shares with others and with what it is about; their times must not meet.
        let latest = next.catalogue.latest();
        for (subject, version) in versions {
            let before = next.validators.get(&subject).copied();
            let mut validators =
                before.map_or(Validators::first(version, now), |before| before.renewed(version, now));
            let is_shared = matches!(subject, Subject::Site | Subject::RoundUps(_));
            if is_shared && before.is_some() && before != Some(validators) {
                validators.modified = after(validators.modified.plus_seconds(-1), latest);
            }
            if before != Some(validators) {
                if let Some(before) = before {
                    if let Subject::Feed(name) = &subject {
                        next.remember_step(name, self, &before);
                    }
                    ahead.extend(next.wanted_ahead(&subject, &before, validators));
                }
                next.validators.insert(Arc::new(subject.clone()), validators);
                renewed.push((subject, validators));
            }
        }
        // Who asked last asks often.
        ahead.sort_by_key(|(asked, ..)| std::cmp::Reverse(*asked));
        next.ahead = ahead.into_iter().take(MOST_AHEAD).map(|(_, sheet, packing)| (sheet, packing)).collect();
        (next, renewed)
    }

    /// What all pages share. Which feeds are private is seen on them: nothing leads there.
    fn site_version(&self) -> Fingerprint {
        let private = Fingerprint::of(self.catalogue.private().iter().map(FeedName::to_string));
        Fingerprint::of([
            env!("BANTIN_PRINTING").as_bytes(),
            self.catalogue.site().fingerprint().as_bytes(),
            private.as_bytes(),
        ])
    }

    /// The documents of a subject that were asked for as they were before: who did will ask again.
    fn wanted_ahead(
        &self,
        subject: &Subject,
        before: &Validators,
        validators: Validators,
    ) -> impl Iterator<Item = (u64, Arc<Sheet>, Encoding)> {
        let is_open = match subject {
            Subject::Feed(name) => !self.catalogue.private().contains(name) && self.is_running(name),
            _ => true,
        };
        subject.prints().into_iter().filter(move |_| is_open).filter_map(move |print| {
            let (sheet, asked) = self.shelf.asked(&print.address())?;
            let is_wanted = sheet.validators() == before && sheet.weight() <= LONGEST_AHEAD;
            let packing = if sheet.was_packed() { Encoding::Gzip } else { Encoding::Identity };
            is_wanted.then(|| (asked, Arc::new(Sheet::new(print, validators, self.issue)), packing))
        })
    }

    /// The documents to be printed before this edition is shown, and how they are to be packed.
    pub fn ahead(&self) -> &Arc<[(Arc<Sheet>, Encoding)]> {
        &self.ahead
    }

    /// Counts what was printed ahead among what is kept. Before the edition was shown it was none's but its own.
    pub fn settle(&self) {
        self.ahead.iter().for_each(|(sheet, _)| self.shelf.lay(sheet));
    }

    /// The edition to come, while nobody has seen one: another catalogue, and no validators for it yet.
    pub fn holding(self, catalogue: Catalogue) -> Self {
        Self { catalogue, issue: self.shelf.issue(), ..self }
    }

    /// The same documents with other media beside them.
    pub fn with_media(self, media: Arc<imbl::OrdMap<ContentPath, Arc<Media>>>) -> Self {
        Self { media, ..self }
    }

    /// The same documents with other pictures in them.
    pub fn with_pictures(self, pictures: Arc<imbl::OrdMap<ContentPath, Arc<Media>>>) -> Self {
        Self { pictures, ..self }
    }

    /// The same documents, to be asked for again when the next article is due.
    pub fn until(self, next_due: Option<Timestamp>) -> Self {
        Self { next_due, ..self }
    }

    /// The same documents, while the words of some articles are not written down yet, or when all are.
    pub fn written(self, is_written: bool) -> Self {
        Self { is_written, ..self }
    }

    /// Whether the words of all articles are written down. Until then it may be unknown what a file said before it changed, so
    /// that no archive is what it will be for ever.
    pub fn is_written(&self) -> bool {
        self.is_written
    }

    /// What the script amounts to, and what is said of how long it may be used.
    fn script_version(&self) -> Fingerprint {
        let max_age = self.site().max_age.to_le_bytes();
        Fingerprint::of([Script::present().fingerprint().as_bytes().as_slice(), &max_age])
    }

    /// What a feed's documents amount to. What lists say of it is kept for those.
    fn feed_version(&mut self, name: &FeedName, site: &Fingerprint) -> Option<Fingerprint> {
        let feed = self.catalogue.feed(name)?;
        if is_listed(name) {
            let listed = self.listing(&feed);
            if self.listed.get(name) != Some(&listed) {
                self.listed.insert(name.clone(), listed);
            }
        }
        Some(self.feed_fingerprint(&feed, site))
    }

    fn feed_fingerprint(&self, feed: &Feed, site: &Fingerprint) -> Fingerprint {
        let carried: Vec<&Arc<Placed>> = self.carried(feed).collect();
        let articles = carried.iter().map(|placed| placed.fingerprint);
        let gone = self.gone(&feed.name).map(|gone| gone.fingerprint());
        let head = [*site, feed.fingerprint(), self.scope_fingerprint(feed, &carried)];
        let beside = self.summed_up_in(&feed.name).map(|round_ups| Fingerprint::of([round_ups.to_string()]));
        Fingerprint::of(head.into_iter().chain(articles).chain(gone).chain(beside))
    }

    /// The withdrawn articles that a feed's documents name.
    fn gone(&self, name: &FeedName) -> impl Iterator<Item = &Arc<Gone>> {
        self.catalogue.gone(name).take(MOST_WITHDRAWALS)
    }

    /// The catalogue it shows.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The site it belongs to.
    pub fn site(&self) -> &Arc<Site> {
        self.catalogue.site()
    }

    /// When the next article comes out by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.next_due
    }

    /// The validators of a subject, when there is such a thing.
    pub fn validators(&self, subject: &Subject) -> Option<Validators> {
        self.validators.get(subject).copied()
    }

    /// The feeds everybody may see, with their validators.
    pub fn public_feeds(&self) -> impl Iterator<Item = (&FeedName, Validators)> {
        let is_public = |name: &FeedName| !self.catalogue.private().contains(name);
        self.validators.iter().filter_map(move |(subject, validators)| match &**subject {
            Subject::Feed(name) if is_public(name) => Some((name, *validators)),
            _ => None,
        })
    }

    /// When what pages share with others last changed.
    pub fn shared_modified(&self) -> Option<Timestamp> {
        let shared = self.validators.iter();
        let shared = shared.filter(|(subject, _)| matches!(***subject, Subject::Site | Subject::RoundUps(_)));
        shared.map(|(_, validators)| validators.modified).max()
    }

    /// The validators of an article's page.
    pub fn article_validators(&self, placed: &Placed) -> Validators {
        let site = self.validators[&Subject::Site];
        Validators {
            version: Fingerprint::of([site.version, placed.fingerprint]),
            modified: site.modified.max(placed.modified),
        }
    }

    /// The document at an address as [`Print::address`] spells it, if it was asked for before. Without one there may
    /// be a document all the same: see [`sheet`](Self::sheet). Nor is it given at a moment at which the agreement it
    /// belongs to may be over.
    pub fn sheet_at(&self, address: &str, now: Timestamp) -> Option<Arc<Sheet>> {
        let shelf = if address.starts_with("/archives/") { &self.archives } else { &self.shelf };
        self.catalogue.steady().contains(&now).then(|| shelf.shown(address, self.issue)).flatten()
    }

    /// The document of these validators, which have to be those it has in this edition. One of an agreement that does not
    /// hold at the moment the edition speaks of is not laid down for the next who asks.
    pub fn sheet(&self, print: Print, validators: Validators) -> Arc<Sheet> {
        if print.feed().is_some_and(|name| !self.is_running(name)) {
            return Arc::new(Sheet::new(print, validators, self.issue));
        }
        let mut ahead = self.ahead.iter().map(|(sheet, _)| sheet);
        let ahead = ahead.find(|sheet| *sheet.print() == print && *sheet.validators() == validators);
        let new = || Arc::new(Sheet::new(print.clone(), validators, self.issue));
        let shelf = self.shelf_of(&print);
        shelf.sheet(&print, &validators, self.issue, || ahead.cloned().unwrap_or_else(new))
    }

    fn shelf_of(&self, print: &Print) -> &Shelf {
        match print {
            Print::Archive(..) => &self.archives,
            print if print.is_variant() => &self.variants,
            _ => &self.shelf,
        }
    }

    /// Keeps the bytes of a document for the next who asks, within a bound for all of them.
    pub fn keep(&self, sheet: &Arc<Sheet>, packing: impl Into<Packing>, bytes: Bytes) {
        let packing = packing.into();
        if packing == Packing::Alone(Encoding::Identity) && self.dictionary_path(sheet.print()).is_some() {
            sheet.name_bytes(|| DictionaryHash::of(&bytes));
        }
        self.shelf_of(sheet.print()).keep(sheet, packing, bytes);
        if sheet.is_offered() {
            self.keep_for_holders(sheet);
        }
    }

    /// Whether a document is among those that are kept, and no newer one in its place.
    pub fn keeps(&self, sheet: &Arc<Sheet>) -> bool {
        self.shelf_of(sheet.print()).has(sheet)
    }

    /// Whether it was made after that one.
    pub fn is_after(&self, other: &Edition) -> bool {
        self.issue > other.issue
    }

    /// A file that travels with articles, by its path below the content folder.
    pub fn media(&self, path: &str) -> Option<&Arc<Media>> {
        self.media.get(path).or_else(|| self.pictures.get(path))
    }

    /// How many sitemaps of [`MOST_PLACES`] addresses there are.
    pub fn sitemap_parts(&self) -> usize {
        let round_ups = self.catalogue.round_ups().count();
        (self.catalogue.len() + round_ups).div_ceil(MOST_PLACES).max(1)
    }

    /// Where an article's address leads now.
    pub fn placed(&self, slug: &Slug) -> Option<&Arc<Placed>> {
        match self.catalogue.address(slug)? {
            Address::Article(placed) => Some(placed),
            _ => None,
        }
    }
}
