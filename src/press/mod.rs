//! The edition that is shown, and the bytes of its documents: printed when somebody first asks, or before an edition is
//! shown in which something was changed that people ask for; kept within a bound, and shared by everyone who asks for
//! the same.

mod ahead;
mod behind;
mod composing;
mod job;
mod words;

#[cfg(test)]
mod tests;

pub use ahead::{Ahead, Fresh};

use crate::catalogue::{Key, Most};
use crate::edition::{Dictionary, DictionaryEncoding, Edition, Encoding, MOST_KEPT, Print, Sheet};
use crate::journal::Reader;
use crate::metrics::Metrics;
use crate::readers::Desk;
use crate::words::{Fingerprint, Published};
use ahead::Printer;
use arc_swap::{ArcSwapOption, Guard};
use behind::Packer;
use bytes::Bytes;
use job::{Place, Version};
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use words::{Weigh, cache};

/// How many documents are printed or packed at once.
const AT_WORK: usize = 2;
/// How long a document may wait for others to be printed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a document could not be printed.
#[derive(Debug)]
pub enum PrintError {
    /// An article has changed since the edition was made: ask the newer one.
    Stale,
    /// The edition has no such document.
    Nothing,
    /// The printing broke off.
    Failed,
    /// Too much is being printed.
    Busy,
    /// The words of this article are not what was written.
    Damaged(Key),
    /// The file of this article, whose words were not written down yet, is not what it was.
    Unread(PathBuf),
    /// The journal refuses.
    Journal(rusqlite::Error),
}

/// Prints documents and keeps them.
pub struct Press {
    edition: ArcSwapOption<Edition>,
    /// Changes whenever an edition is shown.
    shown: watch::Sender<()>,
    in_work: Mutex<HashMap<Version, Weak<Place>>>,
    /// By article, so that words that were revised make room for those that took their place.
    words: Cache<Key, (Fingerprint, Arc<Published>), Weigh>,
    reader: Mutex<Reader>,
    desk: Arc<Desk>,
    at_work: Arc<Semaphore>,
    printer: Printer,
    patient_printer: Printer,
    packer: Packer,
    metrics: Arc<Metrics>,
}

impl Press {
    /// A press without an edition yet.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn new(reader: Reader, desk: Arc<Desk>, metrics: Arc<Metrics>) -> io::Result<Self> {
        Ok(Self {
            edition: ArcSwapOption::empty(),
            shown: watch::Sender::new(()),
            in_work: Mutex::default(),
            words: cache(4000, MOST_KEPT / 4),
            reader: Mutex::new(reader),
            desk,
            at_work: Arc::new(Semaphore::new(AT_WORK)),
            printer: Printer::start(false)?,
            patient_printer: Printer::start(true)?,
            packer: Packer::start()?,
            metrics,
        })
    }

    /// The edition that is shown; `None` before the first look at the folder is done.
    pub fn edition(&self) -> Option<Arc<Edition>> {
        self.edition.load_full()
    }

    /// The edition that is shown, for the length of a look.
    pub fn glance(&self) -> Guard<Option<Arc<Edition>>> {
        self.edition.load()
    }

    /// Shows an edition from now on.
    pub fn show(&self, edition: Edition) {
        let edition = Arc::new(edition);
        self.edition.store(Some(edition.clone()));
        edition.settle();
        self.metrics.editions.inc();
        self.shown.send_replace(());
    }

    /// Tells when another edition is shown; of several at once, once.
    pub fn shown(&self) -> watch::Receiver<()> {
        self.shown.subscribe()
    }

    /// A document's bytes, printed if need be. Who asks for what is being printed waits for that, without holding a
    /// thread; who leaves does not end the printing, which is for the next.
    ///
    /// # Errors
    /// When the edition is overtaken, the journal refuses or too much is being printed.
    pub async fn document(
        self: &Arc<Self>,
        edition: &Arc<Edition>,
        sheet: &Arc<Sheet>,
        encoding: Encoding,
    ) -> Result<Bytes, PrintError> {
        let document = self.job(edition, sheet).document(encoding);
        tokio::spawn(document).await.unwrap_or(Err(PrintError::Failed))
    }

    /// What makes of a dictionary that document, made if need be.
    ///
    /// # Errors
    /// As for [documents](Self::document).
    pub async fn difference(
        self: &Arc<Self>,
        edition: &Arc<Edition>,
        sheet: &Arc<Sheet>,
        dictionary: &Arc<Dictionary>,
        encoding: DictionaryEncoding,
    ) -> Result<Bytes, PrintError> {
        let difference = self.job(edition, sheet).difference(dictionary.clone(), encoding);
        tokio::spawn(difference).await.unwrap_or(Err(PrintError::Failed))
    }

    /// A document's bytes, printed on this thread and kept for nobody.
    ///
    /// # Errors
    /// When an article has changed since the edition was made, or the journal refuses.
    pub fn proof(&self, edition: &Edition, print: &Print) -> Result<Bytes, PrintError> {
        self.set(edition, print, &Fresh::default())
    }

    fn set(&self, edition: &Edition, print: &Print, fresh: &Fresh) -> Result<Bytes, PrintError> {
        let (needed, with_texts) = (edition.needs(print), edition.needs_texts(print));
        let articles = match (print, needed.as_slice()) {
            (Print::RoundUp(_), [placed]) => {
                vec![Arc::new(self.compose(edition, placed, Most::PAGE, fresh)?)]
            }
            _ => self.gather(edition, &needed, with_texts, keeps_words(print), fresh)?,
        };
        edition.print(print, &articles).map(tight).ok_or(PrintError::Nothing)
    }
}

/// Whether words that were read for a document are wanted again soon. An archive is asked for by who walks through all of
/// it, and must not push out what everybody asks for.
fn keeps_words(print: &Print) -> bool {
    !matches!(print, Print::Archive(..))
}

/// No longer than what is in it.
fn tight(bytes: Vec<u8>) -> Bytes {
    bytes.into_boxed_slice().into()
}
