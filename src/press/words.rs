//! The words of articles that documents are made of: kept within a bound, or read.

use super::{Fresh, Press, PrintError};
use crate::catalogue::{Key, Most, Placed};
use crate::edition::{Edition, MOST_TEXT};
use crate::journal::{Source, Words};
use crate::words::{Fingerprint, Published};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::sync::{Arc, PoisonError};

/// A cache of one part: of several, each would keep only what is smaller than its share.
pub(super) fn cache(count: usize, bytes: u64) -> Cache<Key, (Fingerprint, Arc<Published>), Weigh> {
    let options =
        OptionsBuilder::new().shards(1).estimated_items_capacity(count).weight_capacity(bytes).build();
    let options = options.expect("both capacities are set");
    Cache::with_options(options, Weigh, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

/// Counts bytes, with a rough allowance for what surrounds them.
#[derive(Clone)]
pub(super) struct Weigh;

impl Weighter<Key, (Fingerprint, Arc<Published>)> for Weigh {
    fn weight(&self, _: &Key, (_, published): &(Fingerprint, Arc<Published>)) -> u64 {
        (published.article.html.len() + published.article.summary.len() + 1000) as u64
    }
}

impl Press {
    /// The words of articles, in their order; without their texts from the one on that would make these too long.
    pub(super) fn gather(
        &self,
        edition: &Edition,
        needed: &[Arc<Placed>],
        with_texts: bool,
        keeps: bool,
        fresh: &Fresh,
    ) -> Result<Vec<Arc<Published>>, PrintError> {
        let mut text = 0;
        let find = |placed: &Arc<Placed>| {
            let published = match (self.kept(placed), fresh.get(&placed.fingerprint)) {
                (Some(published), _) => published,
                (None, Some(published)) => self.keep(placed, published.clone()),
                (None, None) if placed.key.is_round_up() => {
                    let composed = Arc::new(self.compose(edition, placed, Most::ENTRY, fresh)?);
                    if keeps { self.keep(placed, composed) } else { composed }
                }
                (None, None) if with_texts && keeps => self.keep(placed, Arc::new(self.read(placed)?)),
                (None, None) if with_texts => Arc::new(self.read(placed)?),
                (None, None) => Arc::new(self.headline(placed)?),
            };
            let is_first = text == 0;
            text += published.article.html.len() as u64;
            let has_room = !with_texts || is_first || text <= MOST_TEXT;
            Ok(if has_room { published } else { Arc::new(without_text((*published).clone())) })
        };
        needed.iter().map(find).collect()
    }

    /// The words of these articles, but for their texts, for a page that is none of the edition's documents.
    ///
    /// # Errors
    /// As for [documents](Self::document).
    pub async fn headlines(
        self: &Arc<Self>,
        edition: &Edition,
        needed: Vec<Arc<Placed>>,
    ) -> Result<Vec<Arc<Published>>, PrintError> {
        let (press, edition) = (self.clone(), edition.clone());
        self.work(move || press.gather(&edition, &needed, false, true, &Fresh::default())).await
    }

    /// Forgets the words of an article.
    pub fn forget(&self, key: Key) {
        self.words.remove(&key);
    }

    pub(super) fn kept(&self, placed: &Placed) -> Option<Arc<Published>> {
        let (fingerprint, published) = self.words.get(&placed.key)?;
        (fingerprint == placed.fingerprint).then_some(published)
    }

    pub(super) fn keep(&self, placed: &Placed, published: Arc<Published>) -> Arc<Published> {
        self.words.insert(placed.key, (placed.fingerprint, published.clone()));
        published
    }

    /// An article without its text: many at once would be long.
    fn headline(&self, placed: &Placed) -> Result<Published, PrintError> {
        self.read(placed).map(without_text)
    }

    fn read(&self, placed: &Placed) -> Result<Published, PrintError> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match reader.published(placed).map_err(PrintError::Journal)? {
            Words::Whole(published) => Ok(*published),
            Words::Changed => Err(PrintError::Stale),
            Words::Damaged => Err(PrintError::Damaged(placed.key)),
            Words::Unread => {
                let source = reader.source(placed.key).map_err(PrintError::Journal)?;
                drop(reader);
                self.read_file(placed, &source.ok_or(PrintError::Stale)?)
            }
        }
    }

    fn read_file(&self, placed: &Placed, source: &Source) -> Result<Published, PrintError> {
        let article = self.desk.words(source).ok().flatten();
        let article = article.ok_or_else(|| PrintError::Unread(source.file.place_of(&source.path)))?;
        Ok(placed.with_words(article))
    }
}

fn without_text(mut published: Published) -> Published {
    published.article.html = String::new();
    published
}
