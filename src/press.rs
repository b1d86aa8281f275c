//! The edition that is shown, and the bytes of its documents: printed when somebody first asks, kept within a
//! bound, and shared by everyone who asks for the same.

use crate::edition::{Edition, Encoding, Print, compress};
use crate::journal::Reader;
use crate::metrics::Metrics;
use crate::words::{Fingerprint, Published};
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes of printed documents are kept.
const PRINTED_BYTES: u64 = 48 << 20;
/// How many bytes of articles are kept for the next printing.
const WORDS_BYTES: u64 = 16 << 20;

/// Which bytes: a version is one set of words, printed and packed in one way.
type Key = (Fingerprint, Print, Encoding);

/// Why a document could not be printed.
#[derive(Debug)]
pub enum PrintError {
    /// An article has changed since the edition was made: ask the newer one.
    Stale,
    /// The edition has no such document.
    Nothing,
    /// The printing broke off.
    Failed,
    /// The journal refuses.
    Journal(rusqlite::Error),
}

/// Prints documents and keeps them.
pub struct Press {
    edition: ArcSwapOption<Edition>,
    printed: Cache<Key, Bytes, Weigh>,
    words: Cache<Fingerprint, Arc<Published>, Weigh>,
    reader: Mutex<Reader>,
    metrics: Arc<Metrics>,
}

impl Press {
    /// A press without an edition yet.
    pub fn new(reader: Reader, metrics: Arc<Metrics>) -> Self {
        Self {
            edition: ArcSwapOption::empty(),
            printed: Cache::with_weighter(1000, PRINTED_BYTES, Weigh),
            words: Cache::with_weighter(4000, WORDS_BYTES, Weigh),
            reader: Mutex::new(reader),
            metrics,
        }
    }

    /// The edition that is shown; `None` before the first look at the folder is done.
    pub fn edition(&self) -> Option<Arc<Edition>> {
        self.edition.load_full()
    }

    /// Shows an edition from now on.
    pub fn show(&self, edition: Edition) {
        self.edition.store(Some(Arc::new(edition)));
        self.metrics.editions.inc();
    }

    /// A document's bytes, if they are kept.
    pub fn kept(&self, version: Fingerprint, print: &Print, encoding: Encoding) -> Option<Bytes> {
        self.printed.get(&(version, print.clone(), encoding))
    }

    /// A document's bytes, printed if need be. It reads the journal and packs: not for a thread that serves.
    ///
    /// # Errors
    /// When the edition is overtaken or the journal refuses.
    pub fn print(
        &self,
        edition: &Edition,
        version: Fingerprint,
        print: &Print,
        encoding: Encoding,
    ) -> Result<Bytes, PrintError> {
        self.printed.get_or_insert_with(&(version, print.clone(), encoding), || match encoding {
            Encoding::Identity => self.set(edition, print),
            packed => {
                let plain = self.print(edition, version, print, Encoding::Identity)?;
                Ok(compress(&plain, packed).into())
            }
        })
    }

    fn set(&self, edition: &Edition, print: &Print) -> Result<Bytes, PrintError> {
        let mut articles = Vec::new();
        for placed in edition.needs(print) {
            let article = self.words.get_or_insert_with(&placed.fingerprint, || {
                let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
                match reader.published(&placed) {
                    Ok(Some(published)) => Ok(Arc::new(published)),
                    Ok(None) => Err(PrintError::Stale),
                    Err(error) => Err(PrintError::Journal(error)),
                }
            })?;
            articles.push(article);
        }
        self.metrics.prints.inc();
        edition.print(print, &articles).map(Bytes::from).ok_or(PrintError::Nothing)
    }
}

/// Counts bytes, with a rough allowance for what surrounds them.
#[derive(Clone)]
struct Weigh;

impl Weighter<Key, Bytes> for Weigh {
    fn weight(&self, _: &Key, bytes: &Bytes) -> u64 {
        bytes.len() as u64 + 200
    }
}

impl Weighter<Fingerprint, Arc<Published>> for Weigh {
    fn weight(&self, _: &Fingerprint, published: &Arc<Published>) -> u64 {
        (published.article.html.len() + published.article.summary.len() + 1000) as u64
    }
}
