//! How a document's bytes are made: once for all who ask meanwhile, when it is its turn, on a thread for that.

use super::{Fresh, PATIENCE, Press, PrintError, tight};
use crate::edition::{
    Dictionary, DictionaryEncoding, Edition, Encoding, Packing, Print, Sheet, compress, compress_with,
};
use crate::words::Fingerprint;
use bytes::Bytes;
use std::sync::{Arc, PoisonError, Weak};
use tokio::time::timeout;

/// Which bytes: a version is one set of words, printed and packed in one way.
pub(super) type Version = (Fingerprint, Print, Packing);
/// Where those wait who ask for bytes that are being made, and where they find them.
pub(super) type Place = tokio::sync::Mutex<Option<Bytes>>;

impl Press {
    pub(super) fn job(self: &Arc<Self>, edition: &Arc<Edition>, sheet: &Arc<Sheet>) -> Job {
        Job {
            press: self.clone(),
            edition: edition.clone(),
            sheet: sheet.clone(),
            fresh: Fresh::default(),
            is_ahead: false,
        }
    }

    /// Where the bytes of a version are handed out to all who ask while somebody makes them.
    fn place(&self, version: Version) -> Arc<Place> {
        let mut in_work = self.in_work.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = in_work.get(&version).and_then(Weak::upgrade) {
            return place;
        }
        in_work.retain(|_, place| place.strong_count() > 0);
        let place = Arc::new(Place::default());
        in_work.insert(version, Arc::downgrade(&place));
        place
    }

    /// Works on a thread for that, when it is its turn.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PrintError> + Send + 'static,
    ) -> Result<T, PrintError> {
        let turn = timeout(PATIENCE, self.at_work.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| PrintError::Busy)?.map_err(|_| PrintError::Failed)?;
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        working.await.unwrap_or(Err(PrintError::Failed))
    }
}

/// A document to be printed.
#[derive(Clone)]
pub(super) struct Job {
    pub press: Arc<Press>,
    pub edition: Arc<Edition>,
    pub sheet: Arc<Sheet>,
    /// Words that the journal may not have yet.
    pub fresh: Fresh,
    /// Whether it is done by the printer, who has nothing else to do.
    pub is_ahead: bool,
}

impl Job {
    pub async fn document(self, encoding: Encoding) -> Result<Bytes, PrintError> {
        match encoding {
            Encoding::Identity => {
                let Self { press, edition, sheet, fresh, .. } = self.clone();
                let plain = self.work(move || press.set(&edition, sheet.print(), &fresh));
                self.once(encoding, plain).await
            }
            packed => {
                let packed_plain = async {
                    let job = self.clone();
                    // Boxed, because a plain one is a document too.
                    let plain = Box::pin(job.document(Encoding::Identity)).await?;
                    self.work(move || Ok(tight(compress(&plain, packed)))).await
                };
                self.once(encoding, packed_plain).await
            }
        }
    }

    pub async fn difference(
        self,
        dictionary: Arc<Dictionary>,
        encoding: DictionaryEncoding,
    ) -> Result<Bytes, PrintError> {
        let packing = Packing::With(encoding, dictionary.hash.name());
        let difference = async {
            let plain = self.clone().document(Encoding::Identity).await?;
            self.work(move || Ok(tight(compress_with(&dictionary, &plain, encoding)))).await
        };
        self.once(packing, difference).await
    }

    async fn work(
        &self,
        work: impl FnOnce() -> Result<Bytes, PrintError> + Send + 'static,
    ) -> Result<Bytes, PrintError> {
        if self.is_ahead { work() } else { self.press.work(work).await }
    }

    /// Lets the first who asks do it, and the others wait for it.
    async fn once(
        &self,
        packing: impl Into<Packing>,
        make: impl Future<Output = Result<Bytes, PrintError>>,
    ) -> Result<Bytes, PrintError> {
        let packing = packing.into();
        let version = (self.sheet.validators().version, self.sheet.print().clone(), packing);
        let place = self.press.place(version);
        let mut place = timeout(PATIENCE, place.lock()).await.map_err(|_| PrintError::Busy)?;
        if let Some(bytes) = place.clone().or_else(|| self.sheet.packed(packing)) {
            return Ok(bytes);
        }
        let bytes = make.await?;
        self.edition.keep(&self.sheet, packing, bytes.clone());
        if packing == Packing::Alone(Encoding::Identity) {
            self.press.metrics.prints.inc();
        }
        *place = Some(bytes.clone());
        Ok(bytes)
    }
}
